//! How much one query of each kind may ask for, as GitHub has shown it bears.

use std::sync::atomic::{AtomicUsize, Ordering};

/// Aliases in a query, and repositories on a page of the listing.
const LARGEST: usize = 100;
/// Repositories looked at in one query: each brings its topics.
const LARGEST_LOOK: usize = 50;
/// Files whose past is asked for in one query: each brings two connections, so that fifty
/// of them are a hundred, one point.
const LARGEST_HISTORY: usize = 50;

/// The size of each kind of query.
#[derive(Debug)]
pub(crate) struct Sizes {
    pub(crate) listing: BatchSize,
    pub(crate) first_listing: BatchSize,
    pub(crate) looks: BatchSize,
    pub(crate) blobs: BatchSize,
    pub(crate) commits: BatchSize,
    pub(crate) directories: BatchSize,
    pub(crate) histories: BatchSize,
}

impl Default for Sizes {
    fn default() -> Self {
        Self {
            listing: BatchSize::new(LARGEST),
            first_listing: BatchSize::new(LARGEST),
            looks: BatchSize::new(LARGEST_LOOK),
            blobs: BatchSize::new(LARGEST),
            commits: BatchSize::new(LARGEST),
            directories: BatchSize::new(LARGEST),
            histories: BatchSize::new(LARGEST_HISTORY),
        }
    }
}

impl Sizes {
    /// Every size by the name it is remembered under.
    pub(crate) fn named(&self) -> [(&'static str, &BatchSize); 7] {
        [
            ("listing", &self.listing),
            ("first-listing", &self.first_listing),
            ("looks", &self.looks),
            ("blobs", &self.blobs),
            ("commits", &self.commits),
            ("directories", &self.directories),
            ("histories", &self.histories),
        ]
    }
}

/// How much one query of a kind may ask for: halved when GitHub found it too much,
/// and doubled again after a row of successes.
#[derive(Debug)]
pub(crate) struct BatchSize {
    largest: usize,
    size: AtomicUsize,
    successes: AtomicUsize,
}

impl BatchSize {
    const SUCCESSES_TO_GROW: usize = 20;

    const fn new(largest: usize) -> Self {
        Self { largest, size: AtomicUsize::new(largest), successes: AtomicUsize::new(0) }
    }

    pub(crate) fn get(&self) -> usize {
        self.size.load(Ordering::Relaxed)
    }

    /// Goes on from a size that was remembered.
    pub(crate) fn recall(&self, size: usize) {
        self.size.store(size.clamp(1, self.largest), Ordering::Relaxed);
    }

    /// After a query of `size` was too much.
    pub(crate) fn shrink(&self, size: usize) {
        self.size.fetch_min((size / 2).max(1), Ordering::Relaxed);
        self.successes.store(0, Ordering::Relaxed);
    }

    /// After a query went well.
    pub(crate) fn succeed(&self) {
        let successes = self.successes.fetch_add(1, Ordering::Relaxed) + 1;
        if successes >= Self::SUCCESSES_TO_GROW && self.get() < self.largest {
            self.size.store((self.get() * 2).min(self.largest), Ordering::Relaxed);
            self.successes.store(0, Ordering::Relaxed);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_batch_shrinks_at_once_and_grows_slowly() {
        let size = BatchSize::new(100);
        size.shrink(100);
        size.shrink(100);
        assert_eq!(size.get(), 50);
        (0..19).for_each(|_| size.succeed());
        assert_eq!(size.get(), 50);
        size.succeed();
        assert_eq!(size.get(), 100);
        size.shrink(1);
        assert_eq!(size.get(), 1);
    }
}
