//! SARIF 2.1.0, the format of code scanning: one run, a rule for every reason code, a
//! result for every finding that is not settled.
//! <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>

mod shape;

use std::collections::HashMap;
use std::io::{self, Write};

use checklist::rules::REASONS;
use checklist::{Finding, Reason, Verdict};

use super::findings::{Checked, Open};
use super::page::Pages;
use super::print::Ending;
use super::text::sentence;
use super::uri;
use shape::{
    ArtifactLocation, BaselineState, Configuration, Driver, Help, Invocation, Level, Location,
    Message, Notification, PartialFingerprints, PhysicalLocation, Properties, Region,
    RuleDescriptor, Tool,
};

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";

/// Prints one document, file by file.
pub(super) struct Sarif {
    has_baseline: bool,
    is_first: bool,
}

impl Sarif {
    pub(super) const fn new(has_baseline: bool) -> Self {
        Self { has_baseline, is_first: true }
    }

    pub(super) fn start(out: &mut impl Write, pages: &Pages) -> io::Result<()> {
        let tool = Tool {
            driver: Driver {
                name: "Drydock",
                semantic_version: env!("CARGO_PKG_VERSION"),
                rules: REASONS.iter().map(|it| rule(it, pages)).collect(),
            },
        };
        write!(out, r#"{{"$schema":"{SCHEMA}","version":"2.1.0","runs":[{{"tool":"#)?;
        serde_json::to_writer(&mut *out, &tool)?;
        write!(out, r#","results":["#)
    }

    pub(super) fn file(&mut self, out: &mut impl Write, file: &Checked) -> io::Result<()> {
        let uri = uri::reference(&file.input);
        // Evidence that reads the same several times is told apart by its number.
        let mut met: HashMap<(&str, &str), u32> = HashMap::new();
        for (open, finding) in file.open_findings() {
            let number = met.entry((&finding.code, &open.fingerprint)).or_default();
            *number += 1;
            let result = self.result(&uri, (open, *number), finding);
            if !std::mem::take(&mut self.is_first) {
                write!(out, ",")?;
            }
            serde_json::to_writer(&mut *out, &result)?;
        }
        Ok(())
    }

    pub(super) fn end(out: &mut impl Write, ending: &Ending<'_>) -> io::Result<()> {
        let notifications = ending.not_read.iter().map(|it| Notification {
            level: Level::Error,
            message: Message { text: format!("{} could not be read: {}.", it.path, it.reason) },
        });
        let invocation = Invocation {
            execution_successful: ending.not_read.is_empty(),
            tool_execution_notifications: notifications.collect(),
        };
        write!(out, r#"],"invocations":"#)?;
        serde_json::to_writer(&mut *out, &[invocation])?;
        writeln!(out, "}}]}}")
    }

    fn result<'f>(
        &self,
        uri: &str,
        (open, number): (&Open, u32),
        finding: &'f Finding,
    ) -> shape::Outcome<'f> {
        let baseline_state = match (self.has_baseline, open.is_known) {
            (false, _) => None,
            (true, true) => Some(BaselineState::Unchanged),
            (true, false) => Some(BaselineState::New),
        };
        let level = if open.is_known { Level::Note } else { level(finding.verdict) };
        let region = finding
            .lines
            .map(|it| Region { start_line: it.first, end_line: it.last.max(it.first) });
        let artifact_location = ArtifactLocation { uri: uri.to_owned() };
        shape::Outcome {
            rule_id: &finding.code,
            rule_index: REASONS.iter().position(|it| it.code == finding.code),
            level,
            message: Message { text: message(finding) },
            locations: [Location {
                physical_location: PhysicalLocation { artifact_location, region },
            }],
            partial_fingerprints: PartialFingerprints {
                evidence: format!("{}:{number}", open.fingerprint),
            },
            baseline_state,
            properties: Properties { item: open.item.slug(), verdict: finding.verdict },
        }
    }
}

const fn level(verdict: Verdict) -> Level {
    match verdict {
        Verdict::Remaining => Level::Error,
        Verdict::Verify | Verdict::Unknown => Level::Warning,
        Verdict::Met | Verdict::NotApplicable => Level::Note,
    }
}

/// What is the matter and what to do. A quoted file must not bring a link along.
fn message(finding: &Finding) -> String {
    let mut text = sentence(&finding.message);
    if let Some(fix) = &finding.fix {
        text.push(' ');
        text.push_str(&sentence(fix));
    }
    text.replace("](", "]\\(")
}

fn rule(reason: &'static Reason, pages: &Pages) -> RuleDescriptor {
    let Reason { code, item, verdict, title, why, bad, good } = *reason;
    let address = pages.address(code);
    RuleDescriptor {
        id: code,
        short_description: Message { text: title.to_owned() },
        full_description: Message { text: why.to_owned() },
        help: Help {
            text: format!("{why}\n\nBefore:\n\n{bad}\nAfter:\n\n{good}"),
            markdown: format!(
                "{why}\n\nBefore:\n\n```dockerfile\n{bad}```\n\nAfter:\n\n```dockerfile\n{good}```\n\n\
                 [The checklist]({address})\n"
            ),
        },
        help_uri: address,
        default_configuration: Configuration { level: level(verdict) },
        properties: shape::RuleProperties { item: item.slug(), tags: [item.slug()] },
    }
}
