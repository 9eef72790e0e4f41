//! What the engine says about one Dockerfile: eight outcomes, each with a verdict,
//! its evidence and its advice. Stored as JSON and shown as it is.

use serde::{Deserialize, Serialize};

use crate::{Item, Verdict};

/// Physical lines of the file, both ends included, counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(from = "(u32, u32)", into = "(u32, u32)")]
pub struct LineRange {
    /// The first line.
    pub first: u32,
    /// The last line, never before the first.
    pub last: u32,
}

impl LineRange {
    /// The range of one line.
    #[must_use]
    pub const fn one(line: u32) -> Self {
        Self { first: line, last: line }
    }
}

impl From<(u32, u32)> for LineRange {
    fn from((first, last): (u32, u32)) -> Self {
        Self { first, last }
    }
}

impl From<LineRange> for (u32, u32) {
    fn from(lines: LineRange) -> Self {
        (lines.first, lines.last)
    }
}

/// One reason for an item's verdict, with its evidence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// The reason code, kebab-case; each is documented in `rules::REASONS`.
    pub code: String,
    /// What this finding alone would make of the item.
    pub verdict: Verdict,
    /// The evidence; none where the whole file is the evidence.
    pub lines: Option<LineRange>,
    /// What is the matter, one sentence.
    pub message: String,
    /// What to do, one sentence; none where nothing is to be done.
    pub fix: Option<String>,
}

/// The verdict on one item and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    /// The verdict.
    pub verdict: Verdict,
    /// The item whose settling settles this one too (only on `Remaining`).
    pub settled_by: Option<Item>,
    /// The reasons, evidence lines ascending. A `Met` may carry one that says why.
    pub findings: Vec<Finding>,
}

/// What the file is, before any item is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FileState {
    /// A Dockerfile that BuildKit reads; instructions may still have errors.
    Readable,
    /// A template (`{{ }}`, `<% %>`, `@@X@@`, or a template's file name): every item unknown.
    Template,
    /// Builds a Windows container: every item not applicable.
    Windows,
    /// Not a Dockerfile, empty, binary or over the size limit: every item unknown.
    Unreadable,
}

/// What a stage is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StageRole {
    /// The last stage: what ships.
    Final,
    /// The final stage inherits from it through `FROM`: it ships too.
    Chain,
    /// Something copies or inherits from it.
    Build,
    /// A build stage without `RUN` that is only copied from.
    Artifact,
    /// Nobody uses it and it is not last.
    OtherTarget,
    /// An unused target whose name says dev, test, lint and the like.
    Ignored,
}

/// One stage as pages draw it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StageSummary {
    /// Its place, from 0.
    pub index: u32,
    /// Its name, lower case.
    pub name: Option<String>,
    /// What it is for.
    pub role: StageRole,
    /// What stands after `FROM`, as written.
    pub base: String,
    /// The stage it starts from, if it is one of this file.
    pub base_stage: Option<u32>,
    /// The stages it copies or mounts from.
    pub copies_from: Vec<u32>,
    /// The `FROM` instruction's lines.
    pub lines: LineRange,
}

/// One external image that a `FROM` names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BaseUse {
    /// The stage that starts from it.
    pub stage: u32,
    /// That stage's role.
    pub role: StageRole,
    /// The reference with its variables filled in, as short as people write it
    /// (`node:20-alpine`); the raw text where a variable has no value.
    pub reference: String,
    /// The reference without tag and digest (`node`, `ghcr.io/acme/base`).
    pub image: String,
    /// Whether it is a hardened image: `None` where a person must look.
    pub hardened: Option<bool>,
    /// The hardened image to use (`dhi.io/node:20-alpine3.22-dev`).
    pub suggestion: Suggestion,
    /// The `FROM` instruction's lines.
    pub lines: LineRange,
}

/// The hardened counterpart of an image.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "kind", content = "reference")]
pub enum Suggestion {
    /// It is hardened already.
    AlreadyHardened,
    /// Use this reference; it exists in the catalogue.
    Use(String),
    /// No hardened image exists for it.
    NoneExists,
    /// Not known: the catalogue does not say.
    NotKnown,
}

/// Item verdicts counted. See `fraction` for the share.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Progress {
    /// Items provably met.
    pub met: u32,
    /// Items provably not met.
    pub remaining: u32,
    /// Items at which a person must look.
    pub verify: u32,
    /// Items that could not be read.
    pub unknown: u32,
    /// Items whose subject does not occur; outside the denominator.
    pub not_applicable: u32,
}

/// Everything the engine says about one Dockerfile.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// What the file is.
    pub state: FileState,
    /// Why the state is not `Readable`, one sentence.
    pub state_reason: Option<String>,
    /// The outcomes in the order of `Item::ALL`.
    pub outcomes: [Outcome; 8],
    /// The stages, in the file's order.
    pub stages: Vec<StageSummary>,
    /// The external images, in the file's order.
    pub bases: Vec<BaseUse>,
    /// True if at least one `FROM` is on a DHI.
    pub uses_dhi: bool,
}

impl Report {
    /// The outcome of one item.
    #[must_use]
    pub fn outcome(&self, item: Item) -> &Outcome {
        let [base, packages, user, stages, tls, ports, entry, shell] = &self.outcomes;
        match item {
            Item::BaseImage => base,
            Item::PackageManagement => packages,
            Item::NonRootUser => user,
            Item::MultiStageBuild => stages,
            Item::TlsCertificates => tls,
            Item::Ports => ports,
            Item::EntryPoint => entry,
            Item::NoShell => shell,
        }
    }

    /// The verdicts counted.
    #[must_use]
    pub fn progress(&self) -> Progress {
        self.outcomes.iter().map(|it| it.verdict).collect()
    }
}

impl FromIterator<Verdict> for Progress {
    fn from_iter<T: IntoIterator<Item = Verdict>>(verdicts: T) -> Self {
        let mut progress = Self::default();
        for verdict in verdicts {
            match verdict {
                Verdict::Met => progress.met += 1,
                Verdict::Remaining => progress.remaining += 1,
                Verdict::Verify => progress.verify += 1,
                Verdict::Unknown => progress.unknown += 1,
                Verdict::NotApplicable => progress.not_applicable += 1,
            }
        }
        progress
    }
}
