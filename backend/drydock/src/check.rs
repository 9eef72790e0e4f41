//! `drydock check`: scores Dockerfiles and folders without network or database.

mod baseline;
pub(crate) mod facts;
mod findings;
mod github;
mod human;
mod input;
mod json;
mod page;
mod parallel;
mod print;
mod sarif;
mod terminal;
pub(crate) mod text;
mod uri;

use std::io::{self, BufWriter, Write};
use std::num::NonZeroUsize;
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use checklist::Item;

use crate::arguments::CheckArguments;
use baseline::Baseline;
use findings::{Checked, Standards};
use input::{Inputs, NotRead};
use print::{Ending, Printer};

/// Something remains.
const REMAINS: u8 = 1;
/// Not all of what was named could be read.
const NOT_ALL_READ: u8 = 2;
/// How many files each worker takes before they are printed: so many are held at a time.
const FILES_A_WORKER: usize = 16;

/// Scores what the arguments name and prints it.
///
/// The exit status is 0 if nothing remains, and 1 if something does that no baseline has.
/// What cannot be read is said on standard error and makes it 2, once the rest was
/// checked; 2 is also, by the caller, what it is if this fails.
///
/// # Errors
/// No container file at all, a catalogue or a baseline that cannot be used, a report that
/// cannot be written.
pub(crate) fn run(arguments: &CheckArguments) -> Result<ExitCode> {
    let items = asked_items(&arguments.items);
    let catalog = facts::facts(arguments.catalog.as_deref())?;
    let standards = Standards { catalog, items: &items };
    let baseline = arguments.baseline.as_deref().map(Baseline::read).transpose()?;
    let gathered = arguments.write_baseline.as_deref().map(Baseline::empty).transpose()?;
    let inputs = Inputs::find(&arguments.paths);
    if inputs.files.is_empty() {
        return nothing_found(&inputs.not_read);
    }
    let workers = arguments.jobs.unwrap_or_else(parallel::processors);
    match gathered {
        Some(it) => write_baseline(it, inputs, &standards, workers),
        None => report(arguments, baseline, inputs, (&standards, workers)),
    }
}

/// The items in the checklist's order, each once; all if none is named.
fn asked_items(named: &[Item]) -> Vec<Item> {
    Item::ALL.into_iter().filter(|it| named.is_empty() || named.contains(it)).collect()
}

fn nothing_found(not_read: &[NotRead]) -> Result<ExitCode> {
    if not_read.is_empty() {
        bail!(
            "no Dockerfile or Containerfile was found in what was named; name a file to check it whatever it is called"
        );
    }
    say_not_read(not_read);
    Ok(ExitCode::from(NOT_ALL_READ))
}

/// Prints every file in order.
fn report(
    arguments: &CheckArguments,
    mut baseline: Option<Baseline>,
    inputs: Inputs,
    (standards, workers): (&Standards<'_>, NonZeroUsize),
) -> Result<ExitCode> {
    const NOT_PRINTED: &str = "the report could not be printed";
    let out = BufWriter::new(io::stdout().lock());
    let mut printer = Printer::start(out, arguments, standards).context(NOT_PRINTED)?;
    let mut fails = false;
    let not_read = each_in_order(inputs, standards, workers, |mut file| {
        if let Some(baseline) = &mut baseline {
            baseline.recognize(&mut file);
        }
        fails |= file.fails();
        printer.file(&file).context(NOT_PRINTED)
    })?;
    let comparison = baseline.map(|it| it.comparison(standards.items));
    printer.end(&Ending { not_read: &not_read, comparison }).context(NOT_PRINTED)?;
    say_not_read(&not_read);
    let status = if not_read.is_empty() { u8::from(fails) * REMAINS } else { NOT_ALL_READ };
    Ok(ExitCode::from(status))
}

/// Writes what is found today as known. Nothing is written if a file cannot be read: its
/// findings would be new the next time.
fn write_baseline(
    mut baseline: Baseline,
    inputs: Inputs,
    standards: &Standards<'_>,
    workers: NonZeroUsize,
) -> Result<ExitCode> {
    let mut files: u32 = 0;
    let not_read = each_in_order(inputs, standards, workers, |file| {
        files += 1;
        baseline.gather(&file);
        Ok(())
    })?;
    if !not_read.is_empty() {
        say_not_read(&not_read);
        bail!("the baseline was not written, because not every file could be read");
    }
    let findings = text::count(baseline.write()?, "finding");
    let files = text::count(files, "file");
    let shown = text::plain(&baseline.file().to_string_lossy());
    writeln!(io::stdout(), "{shown}: {findings} of {files} known from now on.")
        .or_else(|it| if it.kind() == io::ErrorKind::BrokenPipe { Ok(()) } else { Err(it) })?;
    Ok(ExitCode::SUCCESS)
}

/// Checks the files, a few for each worker at a time, and hands them over in order.
/// Returns what could not be read.
fn each_in_order(
    inputs: Inputs,
    standards: &Standards<'_>,
    workers: NonZeroUsize,
    mut take: impl FnMut(Checked) -> Result<()>,
) -> Result<Vec<NotRead>> {
    let mut not_read = inputs.not_read;
    for batch in inputs.files.chunks(workers.get().saturating_mul(FILES_A_WORKER)) {
        for checked in parallel::in_order(batch, workers, |it| standards.check(it)) {
            match checked {
                Ok(file) => take(file)?,
                Err(it) => not_read.push(it),
            }
        }
    }
    Ok(not_read)
}

fn say_not_read(not_read: &[NotRead]) {
    for NotRead { path, reason } in not_read {
        say(&format!("{path} could not be read: {reason}"));
    }
}

/// A sentence to the person at the terminal, beside the report.
#[expect(clippy::print_stderr, reason = "standard output holds the report alone")]
fn say(sentence: &str) {
    eprintln!("drydock: {}", text::sentence(sentence));
}
