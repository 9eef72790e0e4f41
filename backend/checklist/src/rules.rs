//! The eight rules, one file each, and what they share: a rule is a plain function from a
//! `Subject` to an `Outcome`.

mod base_image;
#[cfg(test)]
mod cases;
mod entry_point;
mod multi_stage_build;
mod no_shell;
mod non_root_user;
mod package_management;
pub(crate) mod ports;
mod start;
mod tls_certificates;

pub use crate::reasons::{ItemGuide, REASONS, Reason, item_guide};

use crate::subject::Subject;
use crate::{Finding, Item, LineRange, Outcome, Suggestion, Verdict};

/// Rises when a rule changes what it says about some file; stored reports of an older
/// version are made again.
pub const VERSION: i32 = 2;

/// The most findings that one item keeps. A person reads no more, and a hostile file shall
/// not fill the store; the verdict is that of all of them.
const MOST_FINDINGS: usize = 500;

/// Decides one item.
pub(crate) fn outcome(item: Item, subject: &Subject<'_>) -> Outcome {
    let mut outcome = match item {
        Item::BaseImage => base_image::check(subject),
        Item::PackageManagement => package_management::check(subject),
        Item::NonRootUser => non_root_user::check(subject),
        Item::MultiStageBuild => multi_stage_build::check(subject),
        Item::TlsCertificates => tls_certificates::check(subject),
        Item::Ports => ports::check(subject),
        Item::EntryPoint => entry_point::check(subject),
        Item::NoShell => no_shell::check(subject),
    };
    outcome.findings.sort_by_key(|it| it.lines);
    outcome.findings.dedup();
    outcome.findings.truncate(MOST_FINDINGS);
    outcome
}

impl Outcome {
    /// The strongest verdict of the findings; `otherwise` if there are none.
    pub(crate) fn of(findings: Vec<Finding>, otherwise: Verdict) -> Self {
        let strongest = findings.iter().map(|it| it.verdict).max();
        let verdict = strongest.map_or(otherwise, |it| it.max(otherwise));
        Self { verdict, settled_by: None, findings }
    }

    /// Says that hardened base images settle the item: true if each finding is one of these
    /// reasons.
    pub(crate) fn settled_by_base_image(mut self, reasons: &[&Reason]) -> Self {
        let is_one = |it: &Finding| reasons.iter().any(|reason| reason.code == it.code);
        let all = self.findings.iter().all(is_one);
        if self.verdict == Verdict::Remaining && all {
            self.settled_by = Some(Item::BaseImage);
        }
        self
    }
}

impl Reason {
    /// This reason as a finding with its evidence.
    pub(crate) fn at(&self, lines: LineRange, message: impl Into<String>) -> Finding {
        Finding {
            code: self.code.to_owned(),
            verdict: self.verdict,
            lines: Some(lines),
            message: message.into(),
            fix: None,
        }
    }
}

impl Finding {
    /// Adds what to do.
    pub(crate) fn fix(mut self, fix: impl Into<String>) -> Self {
        self.fix = Some(fix.into());
        self
    }
}

/// A suggested reference in running text, or words that fit where none is known.
pub(crate) fn named(suggestion: &Suggestion, otherwise: &str) -> String {
    match suggestion {
        Suggestion::Use(reference) => format!("`{reference}`"),
        Suggestion::AlreadyHardened | Suggestion::NoneExists | Suggestion::NotKnown => {
            otherwise.to_owned()
        }
    }
}

/// "a", "a and b", "a, b and 3 more".
pub(crate) fn listed(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [one] => one.clone(),
        [one, two] => format!("{one} and {two}"),
        [one, two, three] => format!("{one}, {two} and {three}"),
        [one, two, rest @ ..] => format!("{one}, {two} and {} more", rest.len()),
    }
}

/// Whole reports of a text, for the tests of rules.
#[cfg(test)]
pub(crate) mod testing {
    use crate::{Catalog, FileKind, Item, Policy, Report, SourceFile, check};

    /// The report on a Dockerfile.
    pub(crate) fn report(text: &str) -> Report {
        let file = SourceFile { kind: FileKind::Dockerfile, bytes: text.as_bytes() };
        check(&file, Catalog::built_in(), &Policy::default())
    }

    /// One item's verdict and the codes with their lines: `remaining: not-hardened@1`.
    pub(crate) fn verdict(item: Item, text: &str) -> String {
        let report = report(text);
        let outcome = report.outcome(item);
        let findings = outcome.findings.iter().map(|it| match it.lines {
            Some(lines) => format!("{}@{}", it.code, lines.first),
            None => it.code.clone(),
        });
        let findings: Vec<String> = findings.collect();
        let settled = outcome.settled_by.map_or(String::new(), |it| format!(" ({})", it.slug()));
        match findings.is_empty() {
            true => format!("{}{settled}", outcome.verdict.slug()),
            false => format!("{}{settled}: {}", outcome.verdict.slug(), findings.join(" ")),
        }
    }

    /// The sentences of one item: message and fix, line by line.
    pub(crate) fn sentences(item: Item, text: &str) -> String {
        let report = report(text);
        let findings = report.outcome(item).findings.iter();
        let lines: Vec<String> = findings
            .map(|it| {
                format!("{} {}", it.message, it.fix.as_deref().unwrap_or("")).trim().to_owned()
            })
            .collect();
        lines.join("\n")
    }

    /// Compares the verdicts of many Dockerfiles at once, so that one run names every wrong
    /// row: what the row shows, what `file` makes a Dockerfile of, and the verdict.
    pub(crate) fn agree(item: Item, file: impl Fn(&str) -> String, rows: &[(&str, &str, &str)]) {
        let wrong = rows.iter().filter_map(|(shows, text, expected)| {
            let found = verdict(item, &file(text));
            let row = format!("{shows}: {text:?}\n  expected {expected}\n  found    {found}");
            (found != *expected).then_some(row)
        });
        let wrong: Vec<String> = wrong.collect();
        assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), rows.len(), wrong.join("\n"));
    }
}
