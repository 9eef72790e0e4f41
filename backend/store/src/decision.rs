//! What people decide about an item of a Dockerfile: verified, waived, disputed. A decision is
//! bound to its evidence; when that changes it ends, and the item is open again.
//!
//! On a page (`person`) or in the repository's `.drydock.yml` (`file`). The file wins, as it is
//! reviewed like code: what stands in it takes the place of a person's decision and is changed
//! there only. A dispute stands beside either.

mod ending;
mod facts;
mod from_file;
mod person;
mod refusal;
mod rows;

use checklist::Item;
use chrono::{DateTime, NaiveDate, Utc};

use crate::read::dockerfile::DockerfileId;
use crate::{DecisionId, DecisionKind, DecisionSource, EndReason};

pub use from_file::{FileDecision, save_file_decisions};
pub use refusal::Refusal;

pub(crate) use ending::end_changed_decisions;

/// A decision, standing or ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// Its key.
    pub id: DecisionId,
    /// The item.
    pub item: Item,
    /// What was decided.
    pub kind: DecisionKind,
    /// Why, in the words of who decided.
    pub reason: String,
    /// Who decided.
    pub decided_by: String,
    /// Where.
    pub source: DecisionSource,
    /// The line of `.drydock.yml`, if it stands there.
    pub line: Option<u32>,
    /// The last day on which it holds.
    pub expires_on: Option<NaiveDate>,
    /// Since when it stands.
    pub decided_at: DateTime<Utc>,
    /// How it ended; none while it stands.
    pub ended: Option<Ended>,
}

/// How a decision ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ended {
    /// When.
    pub at: DateTime<Utc>,
    /// Why.
    pub reason: EndReason,
    /// Who withdrew or replaced it.
    pub by: Option<String>,
}

/// What a person wants to decide.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewDecision {
    /// The Dockerfile.
    pub dockerfile: DockerfileId,
    /// The item.
    pub item: Item,
    /// What.
    pub kind: DecisionKind,
    /// Why; may be empty for `Verified` only.
    pub reason: String,
    /// Who.
    pub decided_by: String,
    /// The last day on which it holds.
    pub expires_on: Option<NaiveDate>,
    /// The digest of the evidence that the person was shown, see
    /// [`crate::read::dockerfile::Dockerfile::evidence`].
    pub evidence: String,
}
