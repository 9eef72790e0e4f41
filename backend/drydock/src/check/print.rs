//! One report in the format that was asked for, file by file, so that no more than a few
//! files are held at a time.

use std::io::{self, Write};

use super::baseline::Comparison;
use super::findings::{Checked, Standards};
use super::human::Human;
use super::input::NotRead;
use super::json::{self, Json};
use super::page::Pages;
use super::sarif::Sarif;
use super::{github, terminal::Terminal};
use crate::arguments::{CheckArguments, CheckFormat};

/// What is known once every file was printed.
pub(super) struct Ending<'a> {
    /// What was named and could not be read.
    pub(super) not_read: &'a [NotRead],
    /// How the run stands to the baseline, if there is one.
    pub(super) comparison: Option<Comparison>,
}

impl Ending<'_> {
    /// How the run stands to the baseline, one sentence.
    pub(super) fn comparison_in_words(&self) -> Option<String> {
        let Comparison { known, new, settled } = self.comparison?;
        let advice = if settled > 0 { " (--write-baseline forgets what is settled)" } else { "" };
        Some(format!("Baseline: {known} known, {new} new, {settled} settled{advice}."))
    }
}

/// A format and where it stands in its document.
enum Format {
    Human(Box<Human>),
    Json(Json),
    Sarif(Sarif),
    Github(Pages),
    Instructions,
}

/// Prints a report to `out`.
pub(super) struct Printer<'a, W> {
    out: Piped<W>,
    format: Format,
    standards: &'a Standards<'a>,
}

impl<'a, W: Write> Printer<'a, W> {
    /// Begins a report.
    pub(super) fn start(
        out: W,
        arguments: &CheckArguments,
        standards: &'a Standards<'a>,
    ) -> io::Result<Self> {
        let pages = Pages::new(arguments.checklist_url.clone());
        let has_baseline = arguments.baseline.is_some();
        let format = match arguments.format {
            CheckFormat::Human => {
                Format::Human(Box::new(Human::new(Terminal::of(arguments.color), pages)))
            }
            CheckFormat::Json => Format::Json(Json::new(has_baseline)),
            CheckFormat::Sarif => Format::Sarif(Sarif::new(has_baseline)),
            CheckFormat::Github => Format::Github(pages),
            CheckFormat::Instructions => Format::Instructions,
        };
        let mut out = Piped { out, is_closed: false };
        match &format {
            Format::Json(_) => Json::start(&mut out)?,
            Format::Sarif(_) => {
                Sarif::start(&mut out, &Pages::new(arguments.checklist_url.clone()))?;
            }
            Format::Human(_) | Format::Github(_) | Format::Instructions => {}
        }
        Ok(Self { out, format, standards })
    }

    /// Prints one file.
    pub(super) fn file(&mut self, file: &Checked) -> io::Result<()> {
        let out = &mut self.out;
        match &mut self.format {
            Format::Human(it) => it.file(out, self.standards, file),
            Format::Json(it) => it.file(out, self.standards, file),
            Format::Sarif(it) => it.file(out, file),
            Format::Github(pages) => github::print_file(out, pages, file),
            Format::Instructions => json::print_instructions(out, file),
        }
    }

    /// Ends the report.
    pub(super) fn end(&mut self, ending: &Ending<'_>) -> io::Result<()> {
        let out = &mut self.out;
        match &self.format {
            Format::Human(it) => it.end(out, ending)?,
            Format::Json(_) => Json::end(out, ending)?,
            Format::Sarif(_) => Sarif::end(out, ending)?,
            Format::Github(_) => github::print_end(out, ending)?,
            Format::Instructions => {}
        }
        self.out.flush()
    }
}

/// A writer that goes on when its reader has gone: the exit status still counts.
struct Piped<W> {
    out: W,
    is_closed: bool,
}

impl<W: Write> Piped<W> {
    fn unless_closed<T>(&mut self, result: io::Result<T>, instead: T) -> io::Result<T> {
        match result {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
                self.is_closed = true;
                Ok(instead)
            }
            other => other,
        }
    }
}

impl<W: Write> Write for Piped<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.is_closed {
            return Ok(bytes.len());
        }
        let written = self.out.write(bytes);
        self.unless_closed(written, bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.is_closed {
            return Ok(());
        }
        let flushed = self.out.flush();
        self.unless_closed(flushed, ())
    }
}
