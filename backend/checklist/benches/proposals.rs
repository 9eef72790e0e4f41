//! How long a proposal takes on real Dockerfiles, beside the check of the same ones.
//!
//! `cargo bench -p checklist --bench proposals`, with the corpus beside the project's root.

#![expect(clippy::print_stdout, reason = "a benchmark prints what it measured")]

#[path = "shared/clock.rs"]
mod clock;
#[path = "../tests/shared/corpus.rs"]
mod corpus;

use std::error::Error;
use std::hint::black_box;
use std::time::Duration;

use checklist::{Catalog, FileKind, Policy, SourceFile, check, propose};
use clock::now;

fn main() -> Result<(), Box<dyn Error>> {
    let Some(shared) = corpus::shared() else {
        println!("skipped: there is no corpus beside the repository");
        return Ok(());
    };
    let texts = corpus::dockerfiles(&shared)?;
    let (catalog, policy) = (Catalog::built_in(), Policy::default());
    let checks = times(&texts, |file| drop(black_box(check(file, catalog, &policy))));
    let proposals = times(&texts, |file| drop(black_box(propose(file, catalog, &policy))));
    println!("{} distinct Dockerfiles, one thread, processor time", texts.len());
    for (title, times) in [("check", &checks), ("propose", &proposals)] {
        let at = |percent: usize| times.get(times.len().saturating_sub(1) * percent / 100);
        let total: Duration = times.iter().sum();
        let (half, most, last) = (at(50), at(99), at(100));
        println!(
            "  {title:8} median {half:?}, 99th percentile {most:?}, longest {last:?}, all {total:?}"
        );
    }
    let total = |times: &[Duration]| times.iter().sum::<Duration>().as_secs_f64();
    println!("  ratio {:.1}", total(&proposals) / total(&checks));
    Ok(())
}

/// The best of three times for each file, ascending.
fn times(texts: &[String], work: impl Fn(&SourceFile<'_>)) -> Vec<Duration> {
    let once = |text: &String| {
        let start = now();
        work(&SourceFile { kind: FileKind::Dockerfile, bytes: text.as_bytes() });
        now().saturating_sub(start)
    };
    let best = |text: &String| (0..3).map(|_| once(text)).min().unwrap_or_default();
    let mut times: Vec<Duration> = texts.iter().map(best).collect();
    times.sort_unstable();
    times
}
