//! The part of SARIF 2.1.0 that is written, under the standard's own names.

use checklist::Verdict;
use serde::Serialize;

/// The tool of a run.
#[derive(Serialize)]
pub(super) struct Tool {
    pub(super) driver: Driver,
}

/// The program itself and all its rules.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Driver {
    pub(super) name: &'static str,
    pub(super) semantic_version: &'static str,
    pub(super) rules: Vec<RuleDescriptor>,
}

/// A `reportingDescriptor`: what a rule is about.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct RuleDescriptor {
    pub(super) id: &'static str,
    pub(super) short_description: Message,
    pub(super) full_description: Message,
    pub(super) help: Help,
    pub(super) help_uri: String,
    pub(super) default_configuration: Configuration,
    pub(super) properties: RuleProperties,
}

/// A text without marks.
#[derive(Serialize)]
pub(super) struct Message {
    pub(super) text: String,
}

/// A text with marks, and without for those who do not show them.
#[derive(Serialize)]
pub(super) struct Help {
    pub(super) text: String,
    pub(super) markdown: String,
}

/// A `reportingConfiguration`.
#[derive(Serialize)]
pub(super) struct Configuration {
    pub(super) level: Level,
}

/// What the standard has no name for, of a rule.
#[derive(Serialize)]
pub(super) struct RuleProperties {
    pub(super) item: &'static str,
    pub(super) tags: [&'static str; 1],
}

/// How grave a result is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum Level {
    Error,
    Warning,
    Note,
}

/// A `result`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Outcome<'a> {
    pub(super) rule_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) rule_index: Option<usize>,
    pub(super) level: Level,
    pub(super) message: Message,
    pub(super) locations: [Location; 1],
    pub(super) partial_fingerprints: PartialFingerprints,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) baseline_state: Option<BaselineState>,
    pub(super) properties: Properties,
}

/// A `location`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Location {
    pub(super) physical_location: PhysicalLocation,
}

/// A file, and lines of it where the file as a whole is not meant.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PhysicalLocation {
    pub(super) artifact_location: ArtifactLocation,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) region: Option<Region>,
}

/// Where a file is.
#[derive(Serialize)]
pub(super) struct ArtifactLocation {
    pub(super) uri: String,
}

/// Lines, both ends included, counted from 1.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Region {
    pub(super) start_line: u32,
    pub(super) end_line: u32,
}

/// What stays of a result when unrelated lines move.
#[derive(Serialize)]
pub(super) struct PartialFingerprints {
    #[serde(rename = "drydockEvidence/v1")]
    pub(super) evidence: String,
}

/// How a result stands to the baseline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum BaselineState {
    New,
    Unchanged,
}

/// What the standard has no name for, of a result.
#[derive(Serialize)]
pub(super) struct Properties {
    pub(super) item: &'static str,
    pub(super) verdict: Verdict,
}

/// How the run went.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Invocation {
    pub(super) execution_successful: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) tool_execution_notifications: Vec<Notification>,
}

/// Something that the run has to say about itself.
#[derive(Serialize)]
pub(super) struct Notification {
    pub(super) level: Level,
    pub(super) message: Message,
}
