//! `drydock check`: scores Dockerfiles and folders without network or database.

mod human;
mod json;

use std::io::{self, BufWriter, Read, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use checklist::{Catalog, FileKind, Policy, Report, SIZE_LIMIT, SourceFile, Verdict};
use ignore::WalkBuilder;

use crate::arguments::{CheckArguments, CheckFormat};

/// One file that was asked for, with its text and what the engine says of it.
struct Checked {
    path: String,
    bytes: Vec<u8>,
    report: Report,
}

/// Scores what the arguments name and prints it.
///
/// The exit status is 0 if nothing remains and 1 if something does; 2, by the
/// caller, if this fails.
///
/// # Errors
/// A path that does not exist or cannot be read, or no container file at all.
pub(crate) fn run(arguments: &CheckArguments) -> Result<ExitCode> {
    let mut files = Vec::new();
    for path in &arguments.paths {
        read_path(path, &mut files)?;
    }
    if files.is_empty() {
        bail!(
            "no Dockerfile or Containerfile was found in what was named; name a file to check it whatever it is called"
        );
    }
    let mut out = BufWriter::new(io::stdout().lock());
    let printed = match arguments.format {
        CheckFormat::Human => human::print(&mut out, &files),
        CheckFormat::Json => json::print(&mut out, &files),
        CheckFormat::Instructions => json::print_instructions(&mut out, &files),
    };
    match printed.and_then(|()| out.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {}
        other => other.context("the report could not be printed")?,
    }
    let remains = files.iter().any(|it| it.report.outcomes.iter().any(remaining));
    Ok(ExitCode::from(u8::from(remains)))
}

fn remaining(outcome: &checklist::Outcome) -> bool {
    outcome.verdict == Verdict::Remaining
}

/// Reads standard input (`-`), one file whatever its name, or every container
/// file below a folder, in the order of their paths.
fn read_path(path: &Path, files: &mut Vec<Checked>) -> Result<()> {
    if path.as_os_str() == "-" {
        let mut bytes = Vec::new();
        bounded(io::stdin().lock(), &mut bytes).context("standard input could not be read")?;
        files.push(checked("-".to_owned(), FileKind::Dockerfile, bytes));
        return Ok(());
    }
    let metadata = std::fs::metadata(path)
        .with_context(|| format!("{} could not be opened", path.display()))?;
    if metadata.is_dir() {
        for file in container_files(path)? {
            read_file(&file, files)?;
        }
        Ok(())
    } else {
        read_file(path, files)
    }
}

fn read_file(path: &Path, files: &mut Vec<Checked>) -> Result<()> {
    let mut bytes = Vec::new();
    std::fs::File::open(path)
        .and_then(|file| bounded(file, &mut bytes))
        .with_context(|| format!("{} could not be read", path.display()))?;
    let name = path.to_string_lossy().into_owned();
    let kind = checklist::file_kind(&name).unwrap_or(FileKind::Dockerfile);
    files.push(checked(name, kind, bytes));
    Ok(())
}

/// One byte more than the limit is enough for the engine to say that it is over.
fn bounded(source: impl Read, bytes: &mut Vec<u8>) -> io::Result<()> {
    let limit = u64::try_from(SIZE_LIMIT).unwrap_or(u64::MAX).saturating_add(1);
    source.take(limit).read_to_end(bytes).map(|_| ())
}

fn checked(path: String, kind: FileKind, bytes: Vec<u8>) -> Checked {
    let file = SourceFile { kind, bytes: &bytes };
    let report = checklist::check(&file, Catalog::built_in(), &Policy::default());
    Checked { path, bytes, report }
}

/// Every container file below a folder: hidden folders too, `.gitignore`
/// respected, links not followed.
fn container_files(folder: &Path) -> Result<Vec<PathBuf>> {
    let walk = WalkBuilder::new(folder)
        .hidden(false)
        .require_git(false)
        .filter_entry(|it| it.file_name() != ".git")
        .sort_by_file_path(Path::cmp)
        .build();
    let mut found = Vec::new();
    for entry in walk {
        let entry = entry.with_context(|| format!("{} could not be walked", folder.display()))?;
        let is_file = entry.file_type().is_some_and(|it| it.is_file());
        if is_file && checklist::file_kind(&entry.path().to_string_lossy()).is_some() {
            found.push(entry.into_path());
        }
    }
    Ok(found)
}
