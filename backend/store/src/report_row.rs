//! A report as it is written down: whole, and taken apart into what pages count.

use std::borrow::Cow;

use checklist::{FileState, Report, StageRole, Suggestion};

use crate::text::{storable, storable_json};
use crate::{NewReport, StoreError};

#[derive(serde::Serialize)]
pub(crate) struct ReportRow<'a> {
    blob_sha: &'a str,
    file_kind: &'static str,
    policy: &'a str,
    file_state: &'static str,
    uses_dhi: bool,
    body: serde_json::Value,
    findings: Vec<FindingRow<'a>>,
    bases: Vec<BaseRow<'a>>,
}

#[derive(serde::Serialize)]
struct FindingRow<'a> {
    item: &'static str,
    ordinal: usize,
    code: &'a str,
    verdict: &'static str,
    first_line: Option<u32>,
    last_line: Option<u32>,
    message: Cow<'a, str>,
    fix: Option<Cow<'a, str>>,
}

#[derive(serde::Serialize)]
struct BaseRow<'a> {
    ordinal: usize,
    role: &'static str,
    reference: Cow<'a, str>,
    image: Cow<'a, str>,
    hardened: Option<bool>,
    suggestion_kind: &'static str,
    suggestion: Option<&'a str>,
}

impl<'a> TryFrom<&'a NewReport> for ReportRow<'a> {
    type Error = StoreError;

    fn try_from(new: &'a NewReport) -> Result<Self, StoreError> {
        let mut body = serde_json::to_value(&new.report).map_err(StoreError::Unstorable)?;
        storable_json(&mut body);
        Ok(Self {
            blob_sha: new.blob.as_str(),
            file_kind: new.kind.slug(),
            policy: &new.policy,
            file_state: state_slug(new.report.state),
            uses_dhi: new.report.uses_dhi,
            body,
            findings: finding_rows(&new.report),
            bases: base_rows(&new.report),
        })
    }
}

fn finding_rows(report: &Report) -> Vec<FindingRow<'_>> {
    let items = checklist::Item::ALL.into_iter().zip(&report.outcomes);
    items
        .flat_map(|(item, outcome)| {
            outcome.findings.iter().enumerate().map(move |(ordinal, finding)| FindingRow {
                item: item.slug(),
                ordinal,
                code: &finding.code,
                verdict: finding.verdict.slug(),
                first_line: finding.lines.map(|it| it.first),
                last_line: finding.lines.map(|it| it.last),
                message: storable(&finding.message),
                fix: finding.fix.as_deref().map(storable),
            })
        })
        .collect()
}

fn base_rows(report: &Report) -> Vec<BaseRow<'_>> {
    let bases = report.bases.iter().enumerate();
    bases
        .map(|(ordinal, base)| {
            let (suggestion_kind, suggestion) = match &base.suggestion {
                Suggestion::Use(reference) => ("use", Some(reference.as_str())),
                Suggestion::AlreadyHardened => ("already-hardened", None),
                Suggestion::NoneExists => ("none-exists", None),
                Suggestion::NotKnown => ("not-known", None),
            };
            BaseRow {
                ordinal,
                role: role_slug(base.role),
                reference: storable(&base.reference),
                image: storable(&base.image),
                hardened: base.hardened,
                suggestion_kind,
                suggestion,
            }
        })
        .collect()
}

const fn state_slug(state: FileState) -> &'static str {
    match state {
        FileState::Readable => "readable",
        FileState::Template => "template",
        FileState::Windows => "windows",
        FileState::Unreadable => "unreadable",
    }
}

const fn role_slug(role: StageRole) -> &'static str {
    match role {
        StageRole::Final => "final",
        StageRole::Chain => "chain",
        StageRole::Build => "build",
        StageRole::Artifact => "artifact",
        StageRole::OtherTarget => "other-target",
        StageRole::Ignored => "ignored",
    }
}
