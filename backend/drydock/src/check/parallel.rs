//! Work on many files at once, with the results in the order of the files.

use std::num::NonZeroUsize;
use std::panic::resume_unwind;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// How many workers there are if nothing is said: one a processor.
pub(super) fn processors() -> NonZeroUsize {
    thread::available_parallelism().unwrap_or(NonZeroUsize::MIN)
}

/// `work` on every input, by this many workers; the results in the order of the inputs.
pub(super) fn in_order<T: Sync, R: Send>(
    inputs: &[T],
    workers: NonZeroUsize,
    work: impl Fn(&T) -> R + Sync,
) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let take_turns = || {
        let mut done = Vec::new();
        loop {
            let place = next.fetch_add(1, Ordering::Relaxed);
            let Some(input) = inputs.get(place) else { return done };
            done.push((place, work(input)));
        }
    };
    let mut results: Vec<(usize, R)> = thread::scope(|scope| {
        let count = workers.get().min(inputs.len());
        let handles: Vec<_> = (0..count).map(|_| scope.spawn(take_turns)).collect();
        let joined = handles.into_iter().map(|it| it.join().unwrap_or_else(|it| resume_unwind(it)));
        joined.flatten().collect()
    });
    results.sort_unstable_by_key(|(place, _)| *place);
    results.into_iter().map(|(_, result)| result).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_stand_in_the_order_of_the_inputs() {
        let inputs: Vec<u32> = (0..1000).collect();
        let work = |it: &u32| {
            thread::sleep(std::time::Duration::from_micros(u64::from(1000 - it) % 7));
            it * 2
        };
        let expected: Vec<u32> = inputs.iter().map(|it| it * 2).collect();
        assert_eq!(in_order(&inputs, NonZeroUsize::new(8).unwrap(), work), expected);
        assert!(in_order(&[], NonZeroUsize::MIN, work).is_empty());
    }
}
