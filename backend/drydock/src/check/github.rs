//! Workflow commands of GitHub Actions: each finding becomes an annotation on its lines.
//! <https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands>

use std::fmt::Write as _;
use std::io::{self, Write};

use checklist::{Finding, Verdict};

use super::findings::{Checked, Open};
use super::input::NotRead;
use super::page::Pages;
use super::print::Ending;
use super::text::{harmless, sentence};
use super::uri;

/// Prints what is new of a file.
pub(super) fn print_file(out: &mut impl Write, pages: &Pages, file: &Checked) -> io::Result<()> {
    let path = uri::readable(&file.input);
    for (open, finding) in file.new_findings() {
        writeln!(out, "{}", command(&path, pages, open, finding))?;
    }
    Ok(())
}

/// Prints what could not be read, and how the run stands to the baseline.
pub(super) fn print_end(out: &mut impl Write, ending: &Ending<'_>) -> io::Result<()> {
    for NotRead { path, reason } in ending.not_read {
        let message = data(&format!("It could not be read: {reason}."));
        writeln!(out, "::error file={},title=Not read::{message}", property(path))?;
    }
    match ending.comparison_in_words() {
        Some(words) => writeln!(out, "{words}"),
        None => Ok(()),
    }
}

fn command(path: &str, pages: &Pages, open: &Open, finding: &Finding) -> String {
    let mut command = format!("::{} file={}", level(finding.verdict), property(path));
    if let Some(lines) = finding.lines {
        let _ = write!(command, ",line={},endLine={}", lines.first, lines.last);
    }
    let title = property(&format!("{} ({})", open.item.title(), finding.code));
    let mut message = sentence(&finding.message);
    if let Some(fix) = &finding.fix {
        let _ = write!(message, "\nFix: {}", sentence(fix));
    }
    let _ = write!(message, "\n{}", pages.named(&finding.code));
    let _ = write!(command, ",title={title}::{}", data(&message));
    command
}

const fn level(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Remaining => "error",
        Verdict::Verify => "warning",
        Verdict::Unknown | Verdict::Met | Verdict::NotApplicable => "notice",
    }
}

/// A message: what would end the command is escaped as the runner reads it back.
fn data(text: &str) -> String {
    escaped(text, "")
}

/// The value of a property: the marks between properties are escaped too.
fn property(text: &str) -> String {
    escaped(text, ":,")
}

fn escaped(text: &str, marks: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        if matches!(character, '%' | '\r' | '\n') || marks.contains(character) {
            let _ = write!(escaped, "%{:02X}", u32::from(character));
        } else {
            escaped.push(harmless(character));
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_name_ends_the_property_or_the_command() {
        assert_eq!(property("a,b:c%d\r\n::e"), "a%2Cb%3Ac%25d%0D%0A%3A%3Ae");
    }

    #[test]
    fn a_message_keeps_its_commas_and_colons_and_stays_on_one_line() {
        assert_eq!(data("a, b: 100%\n::error::c\u{1b}"), "a, b: 100%25%0A::error::c\u{fffd}");
    }
}
