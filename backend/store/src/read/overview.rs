//! What stands behind an organization's sums: its items, base images, teams and
//! milestones.

use checklist::{Item, Suggestion};
use chrono::{DateTime, Utc};
use names::RepoName;

use super::standing::Tally;

/// One item over all Dockerfiles in scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ItemStanding {
    /// The item.
    pub item: Item,
    /// Verdicts of Dockerfiles.
    pub tally: Tally,
    /// Repositories with a Dockerfile at which the item is left.
    pub repositories_left: i64,
}

/// A base image that is no hardened image, and the work behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BaseImageWork {
    /// The reference as people write it.
    pub reference: String,
    /// Only build stages start from it.
    pub is_build: bool,
    /// The hardened image to use instead.
    pub suggestion: Suggestion,
    /// Dockerfiles that use it so.
    pub dockerfiles: i64,
}

/// A team's share of the work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TeamStanding {
    /// None: no owner is known.
    pub team: Option<String>,
    /// Repositories in the count with a Dockerfile of the team, or of the team as a whole.
    pub repositories: i64,
    /// Of these, finished.
    pub finished: i64,
    /// Dockerfiles in scope of this team.
    pub dockerfiles: i64,
    /// Their item verdicts.
    pub tally: Tally,
}

/// A repository that was finished or slipped back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Milestone {
    /// The repository.
    pub repository: RepoName,
    /// A place in [`super::snapshot::Snapshot::repositories`].
    pub place: usize,
    /// When.
    pub at: DateTime<Utc>,
    /// Slipped back instead of finished.
    pub is_slip: bool,
}
