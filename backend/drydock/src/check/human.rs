//! The report for a person at a terminal: each finding with the source it speaks of,
//! drawn by rustc's own renderer.

mod excerpt;

use std::io::{self, Write};

use annotate_snippets::renderer::DEFAULT_EMPHASIS_STYLE;
use annotate_snippets::{Element, Group, Level, Renderer};
use checklist::{Finding, Progress, Verdict};

use super::findings::{Checked, Open, Standards};
use super::page::Pages;
use super::print::Ending;
use super::terminal::Terminal;
use super::text::{count, plain, sentence};
use excerpt::Source;

/// Prints files for a person and counts them.
pub(super) struct Human {
    terminal: Terminal,
    renderer: Renderer,
    pages: Pages,
    files: u32,
    total: Progress,
}

impl Human {
    pub(super) fn new(terminal: Terminal, pages: Pages) -> Self {
        let renderer = if terminal.has_color { Renderer::styled() } else { Renderer::plain() };
        let renderer = renderer.term_width(terminal.width).hyperlink(false);
        Self { terminal, renderer, pages, files: 0, total: Progress::default() }
    }

    /// Prints a file's counts, then what is not settled, item by item.
    pub(super) fn file(
        &mut self,
        out: &mut impl Write,
        standards: &Standards<'_>,
        file: &Checked,
    ) -> io::Result<()> {
        let progress = standards.progress(&file.report);
        self.files += 1;
        self.total = add(self.total, progress);
        let known = file.open.iter().map(|it| u32::from(it.is_known)).sum();
        let known = match known {
            0 => String::new(),
            _ => format!("; {} known", count(known, "finding")),
        };
        writeln!(out, "{}: {}{known}", self.emphasized(&plain(&file.name)), counts(progress))?;
        if let Some(reason) = &file.report.state_reason {
            return writeln!(out, "  {}\n", sentence(reason));
        }
        let source = Source::of(&file.bytes);
        for (open, finding) in file.new_findings() {
            writeln!(out)?;
            self.finding(out, file, &source, (open, finding))?;
        }
        writeln!(out)
    }

    /// Prints the sum of several files, and how they stand to the baseline.
    pub(super) fn end(&self, out: &mut impl Write, ending: &Ending<'_>) -> io::Result<()> {
        if self.files > 1 {
            writeln!(out, "{} files: {}", self.files, counts(self.total))?;
        }
        match ending.comparison_in_words() {
            Some(words) => writeln!(out, "{words}"),
            None => Ok(()),
        }
    }

    fn finding(
        &self,
        out: &mut impl Write,
        file: &Checked,
        source: &Source,
        (open, finding): (&Open, &Finding),
    ) -> io::Result<()> {
        let level = level(finding.verdict);
        let title = level.primary_title(sentence(&finding.message)).id(&finding.code);
        let mut group = Group::with_title(title);
        if let Some(excerpt) = source.excerpt(finding) {
            group = group.element(excerpt.element(plain(&file.name)));
        }
        let by = file.report.outcome(open.item).settled_by;
        let item = match by {
            Some(by) => format!("{} (settled by: {})", open.item.title(), by.title()),
            None => open.item.title().to_owned(),
        };
        let fix = finding.fix.as_deref().map(sentence);
        let notes = [
            fix.map(|it| note(Level::HELP, "fix", it)),
            Some(note(Level::NOTE, "item", item)),
            Some(note(Level::NOTE, "page", self.pages.named(&finding.code))),
        ];
        let group = group.elements(notes.into_iter().flatten());
        writeln!(out, "{}", self.renderer.render(&[group]))
    }

    fn emphasized(&self, text: &str) -> String {
        let style = DEFAULT_EMPHASIS_STYLE;
        if self.terminal.has_color { format!("{style}{text}{style:#}") } else { text.to_owned() }
    }
}

fn note(level: Level<'static>, name: &'static str, text: String) -> Element<'static> {
    level.with_name(name).message(text).into()
}

/// The verdict's sign and word: colour only repeats what they say.
fn level(verdict: Verdict) -> Level<'static> {
    match verdict {
        Verdict::Remaining => Level::ERROR.with_name("✕ remaining"),
        Verdict::Verify => Level::WARNING.with_name("? to verify"),
        Verdict::Unknown => Level::INFO.with_name("? unknown"),
        Verdict::Met => Level::NOTE.with_name("✓ met"),
        Verdict::NotApplicable => Level::NOTE.with_name("– not applicable"),
    }
}

fn counts(progress: Progress) -> String {
    let Progress { met, remaining, verify, unknown, not_applicable } = progress;
    format!(
        "{met} met, {remaining} remaining, {verify} to verify, {unknown} unknown, {not_applicable} not applicable"
    )
}

fn add(sum: Progress, other: Progress) -> Progress {
    Progress {
        met: sum.met + other.met,
        remaining: sum.remaining + other.remaining,
        verify: sum.verify + other.verify,
        unknown: sum.unknown + other.unknown,
        not_applicable: sum.not_applicable + other.not_applicable,
    }
}
