//! What was measured, and tables of it.

use std::io::Write;
use std::time::Duration;

use anyhow::Result;

/// What was measured of a kind of page.
#[derive(Debug, Clone)]
pub struct Measured {
    /// The kind.
    pub kind: &'static str,
    times: Vec<Duration>,
    largest: usize,
    /// All answers together, in bytes as they were sent.
    bytes: usize,
    /// How many answers were made for somebody before.
    kept: usize,
    failures: usize,
    first_failure: Option<String>,
}

impl Measured {
    pub(crate) const fn new(kind: &'static str) -> Self {
        Self {
            kind,
            times: Vec::new(),
            largest: 0,
            bytes: 0,
            kept: 0,
            failures: 0,
            first_failure: None,
        }
    }

    pub(crate) fn note(&mut self, took: Duration, bytes: usize, is_kept: bool) {
        self.times.push(took);
        self.kept += usize::from(is_kept);
        self.largest = self.largest.max(bytes);
        self.bytes += bytes;
    }

    pub(crate) fn fail(&mut self, why: String) {
        self.failures += 1;
        self.first_failure.get_or_insert(why);
    }

    pub(crate) fn add(&mut self, other: Self) {
        self.times.extend(other.times);
        self.largest = self.largest.max(other.largest);
        self.bytes += other.bytes;
        self.kept += other.kept;
        self.failures += other.failures;
        self.first_failure = self.first_failure.take().or(other.first_failure);
    }

    /// The mean size of an answer as it was sent, in bytes; zero of none.
    #[must_use]
    pub fn mean_bytes(&self) -> f64 {
        self.bytes as f64 / self.times.len().max(1) as f64
    }

    /// The time in milliseconds below which so many of a hundred answers came; zero of none.
    #[must_use]
    pub fn percentile(&self, percent: usize) -> f64 {
        let mut times = self.times.clone();
        times.sort_unstable();
        let rank = (times.len() * percent).div_ceil(100).saturating_sub(1);
        times.get(rank).map_or(0.0, |it| it.as_secs_f64() * 1_000.0)
    }
}

/// Adds what was measured at another time, or by another user.
pub(crate) fn add(sums: &mut Vec<Measured>, measured: Vec<Measured>) {
    for it in measured {
        match sums.iter_mut().find(|sum| sum.kind == it.kind) {
            Some(sum) => sum.add(it),
            None => sums.push(it),
        }
    }
}

/// Prints a line a kind, and how many pages came a second.
pub(crate) fn print(measured: &[Measured], took: Duration, out: &mut impl Write) -> Result<()> {
    writeln!(
        out,
        "{:<24}{:>9}{:>9}{:>9}{:>9}{:>9}{:>9}{:>11}{:>9}",
        "page",
        "requests",
        "kept",
        "p50 ms",
        "p95 ms",
        "p99 ms",
        "mean kB",
        "largest kB",
        "failures"
    )?;
    for it in measured {
        writeln!(
            out,
            "{:<24}{:>9}{:>9}{:>9.1}{:>9.1}{:>9.1}{:>9.1}{:>11.1}{:>9}",
            it.kind,
            it.times.len(),
            it.kept,
            it.percentile(50),
            it.percentile(95),
            it.percentile(99),
            it.mean_bytes() / 1_000.0,
            kilobytes(it.largest),
            it.failures,
        )?;
    }
    let pages: usize = measured.iter().map(|it| it.times.len()).sum();
    let pages_a_second = pages as f64 / took.as_secs_f64().max(f64::EPSILON);
    writeln!(out, "{pages_a_second:.0} pages a second")?;
    for why in measured.iter().filter_map(|it| it.first_failure.as_ref()) {
        writeln!(out, "failed: {why}")?;
    }
    Ok(())
}

/// Prints two sizes side by side: what each kind costs usually and at worst, how much there is
/// on its pages, and by how much each grew: a list that is not full in a small organization
/// costs more in a large one for what it shows more.
pub(crate) fn print_both(
    (few, few_measured): (usize, &[Measured]),
    (many, many_measured): (usize, &[Measured]),
    out: &mut impl Write,
) -> Result<()> {
    writeln!(out, "{:<24}{:>28}{:>28}{:>28}", "times in ms", "p50", "p95", "mean kB")?;
    let [page, growth, largest, kept] = ["page", "growth", "largest kB", "kept"];
    write!(out, "{page:<24}")?;
    for _ in 0..3 {
        write!(out, "{few:>10}{many:>9}{growth:>9}")?;
    }
    writeln!(out, "{largest:>12}{kept:>9}")?;
    for small in few_measured {
        let Some(large) = many_measured.iter().find(|it| it.kind == small.kind) else { continue };
        write!(out, "{:<24}", small.kind)?;
        let figures =
            |it: &Measured| [it.percentile(50), it.percentile(95), it.mean_bytes() / 1_000.0];
        for (before, after) in figures(small).into_iter().zip(figures(large)) {
            let growth = after / before.max(f64::EPSILON);
            write!(out, "{before:>10.2}{after:>9.2}{growth:>8.2}×")?;
        }
        writeln!(out, "{:>12.1}{:>9}", kilobytes(large.largest), large.kept)?;
    }
    Ok(())
}

fn kilobytes(bytes: usize) -> f64 {
    bytes as f64 / 1_000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_95th_percentile_is_what_95_of_100_answers_stay_below() {
        let mut measured = Measured::new("overview");
        (1..=100).for_each(|it| measured.note(Duration::from_millis(it), 1, false));
        let percentiles = [50, 95, 99].map(|it| measured.percentile(it).round());
        assert_eq!(percentiles, [50.0, 95.0, 99.0]);
    }
}
