//! The report for a person at a terminal: each finding with the source it speaks of.

use std::io::{self, Write};

use checklist::{Finding, Item, LineRange, Outcome, Progress, Verdict};

use super::Checked;

/// The longest excerpt of a finding, in lines.
const EXCERPT_LINES: usize = 6;
/// The widest excerpt, in characters.
const EXCERPT_WIDTH: usize = 160;

/// Prints every file: its counts, then what is not settled, item by item.
pub(super) fn print(out: &mut impl Write, files: &[Checked]) -> io::Result<()> {
    for file in files {
        print_file(out, file)?;
    }
    if files.len() > 1 {
        let total =
            files.iter().fold(Progress::default(), |sum, it| add(sum, it.report.progress()));
        writeln!(out, "{} files: {}", files.len(), counts(total))?;
    }
    Ok(())
}

fn print_file(out: &mut impl Write, file: &Checked) -> io::Result<()> {
    writeln!(out, "{}: {}", plain(&file.path), counts(file.report.progress()))?;
    if let Some(reason) = &file.report.state_reason {
        return writeln!(out, "  {}\n", plain(reason));
    }
    let text = String::from_utf8_lossy(&file.bytes);
    let lines: Vec<&str> = text.lines().collect();
    for (item, outcome) in Item::ALL.into_iter().zip(&file.report.outcomes) {
        match outcome.verdict {
            Verdict::Met | Verdict::NotApplicable => {}
            Verdict::Remaining | Verdict::Verify | Verdict::Unknown => {
                print_outcome(out, &file.path, &lines, (item, outcome))?;
            }
        }
    }
    writeln!(out)
}

fn print_outcome(
    out: &mut impl Write,
    path: &str,
    lines: &[&str],
    (item, outcome): (Item, &Outcome),
) -> io::Result<()> {
    write!(out, "\n{} {}", mark(outcome.verdict), item.title())?;
    match outcome.settled_by {
        Some(by) => writeln!(out, " (settled by: {})", by.title())?,
        None => writeln!(out)?,
    }
    for finding in outcome.findings.iter().filter(|it| it.verdict >= Verdict::Verify) {
        print_finding(out, path, lines, finding)?;
    }
    Ok(())
}

fn print_finding(
    out: &mut impl Write,
    path: &str,
    lines: &[&str],
    finding: &Finding,
) -> io::Result<()> {
    if let Some(range) = finding.lines {
        writeln!(out, "     --> {}:{}", plain(path), range.first)?;
        print_excerpt(out, lines, range)?;
    }
    writeln!(out, "      = {} [{}]", plain(&finding.message), finding.code)?;
    if let Some(fix) = &finding.fix {
        writeln!(out, "      = fix: {}", plain(fix))?;
    }
    Ok(())
}

fn print_excerpt(out: &mut impl Write, lines: &[&str], range: LineRange) -> io::Result<()> {
    let shown = (range.first..=range.last).take(EXCERPT_LINES);
    for number in shown {
        let index = usize::try_from(number).unwrap_or(usize::MAX).saturating_sub(1);
        let line: String =
            plain(lines.get(index).unwrap_or(&"")).chars().take(EXCERPT_WIDTH).collect();
        writeln!(out, "{number:>5} | {line}")?;
        let indent = line.chars().count() - line.trim_start().chars().count();
        let width = line.trim().chars().count().max(1);
        writeln!(out, "      | {}{}", " ".repeat(indent), "^".repeat(width))?;
    }
    Ok(())
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

const fn mark(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Met => "✓ met",
        Verdict::Remaining => "✕ remaining",
        Verdict::Verify => "? to verify",
        Verdict::Unknown => "? unknown",
        Verdict::NotApplicable => "– not applicable",
    }
}

/// The text without control characters, so that a hostile file cannot steer the terminal.
fn plain(text: &str) -> String {
    text.chars()
        .map(|it| match it {
            '\t' => ' ',
            it if it.is_control() => '\u{fffd}',
            it => it,
        })
        .collect()
}
