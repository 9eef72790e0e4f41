//! How long an import of the whole catalogue takes, how much memory, and how fast a
//! reference is looked up afterwards.
//!
//! `cargo bench -p catalog`, with the shared folder beside the project's root.

#![expect(clippy::print_stdout, reason = "a benchmark prints what it measured")]

#[path = "../../checklist/benches/shared/clock.rs"]
mod clock;

use std::error::Error;
use std::fs::{self, File};
use std::hint::black_box;
use std::path::Path;
use std::time::Duration;

use catalog::{Edition, read_archive};
use checklist::Catalog;
use clock::now;

/// How often each reference is looked up in a row; one look-up is shorter than the clock's
/// own reading.
const ROUNDS: u32 = 100;

fn main() -> Result<(), Box<dyn Error>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/dhi/definitions.tar.gz");
    let Ok(archive) = File::open(&path) else {
        println!("skipped: {} is not there", path.display());
        return Ok(());
    };
    let start = now();
    let collection = read_archive(archive)?;
    let read = now();
    let edition = collection.edition("2026-11-23")?;
    let text = edition.to_json()?;
    let written = now();
    let catalog = edition.catalog()?;
    let ready = now();
    println!("import: {:?} of processor time, {} MB at the most", ready - start, most_memory()?);
    println!(
        "  read {:?}, written {:?}, for the engine {:?}",
        read - start,
        written - read,
        ready - written
    );
    let start = now();
    let again = Edition::from_json(&text)?;
    println!("kept text: {} bytes, read again in {:?}", text.len(), now() - start);
    look_ups(&again, &catalog);
    Ok(())
}

fn look_ups(edition: &Edition, catalog: &Catalog) {
    let images = edition.images.iter().flat_map(|(name, image)| {
        let tags = image.definitions.values().flat_map(|it| &it.tags);
        tags.map(move |tag| format!("dhi.io/{name}:{tag}"))
    });
    let live: Vec<String> = images.collect();
    let older: Vec<String> = live.iter().filter_map(|it| older_patch(it)).collect();
    let foreign: Vec<String> = live.iter().map(|it| it.replace("dhi.io/", "")).collect();
    for (kind, references) in
        [("live tags", live), ("older patches", older), ("other images", foreign)]
    {
        let mut times: Vec<Duration> = references.iter().map(|it| look_up(catalog, it)).collect();
        times.sort_unstable();
        let at = |percent: usize| times.get((times.len() * percent / 100).min(times.len() - 1));
        println!(
            "look-up of {} {kind}: median {:?}, 99th percentile {:?}",
            times.len(),
            at(50).copied().unwrap_or_default(),
            at(99).copied().unwrap_or_default()
        );
    }
}

fn look_up(catalog: &Catalog, reference: &str) -> Duration {
    let start = now();
    for _ in 0..ROUNDS {
        black_box(catalog.facts_of(black_box(reference)));
    }
    (now() - start) / ROUNDS
}

/// `24.19.99-dev` of `24.19-dev`.
fn older_patch(reference: &str) -> Option<String> {
    let (image, tag) = reference.split_once(':')?;
    let (version, rest) = tag.split_once('-').unwrap_or((tag, ""));
    let rest = if rest.is_empty() { String::new() } else { format!("-{rest}") };
    (version.matches('.').count() == 1).then(|| format!("{image}:{version}.99{rest}"))
}

/// The most memory that the process has had, in megabytes.
fn most_memory() -> Result<u64, Box<dyn Error>> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|it| it.strip_prefix("VmHWM:")).ok_or("no VmHWM")?;
    Ok(line.trim().trim_end_matches(" kB").parse::<u64>()? / 1024)
}
