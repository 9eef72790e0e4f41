//! One organization at one revision, in memory: what lists, filters, sums and exports read, so
//! that they cost the same for any filter and need no query of their own.

mod choices;
mod dockerfiles;
mod filter;
mod images;
mod load;
mod name_list;
mod once;
mod only;
mod order;
mod reasons;
mod sums;
mod teams;
mod vocabulary;

use std::ops::Range;

use checklist::{Item, Suggestion};
use chrono::{DateTime, Utc};
use names::{FilePath, RepoName, RepositoryId};

use super::SightDigest;
use super::repository_filter::VerdictGroup;
use super::standing::Tally;
use super::words::{ItemVerdict, RepositoryState};

pub use choices::Choices;
pub use images::{ImageChoice, ImageKind, ImageUse};
use once::Once;

pub use reasons::{ReasonFile, ReasonGroup, Reasons};
pub use sums::Sums;
pub use teams::TeamRepository;
pub use vocabulary::Vocabulary;

/// An organization as it was at one revision.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Snapshot {
    /// Our own id of the organization.
    pub organization_id: i64,
    /// The revision; see [`super::OrganizationHeader::revision`].
    pub revision: i64,
    /// What it was reduced to; none where it is the whole organization.
    pub only: Option<SightDigest>,
    /// Every repository, gone ones too, by name.
    pub repositories: Vec<SnapshotRepository>,
    /// The Dockerfiles in scope, by repository and path.
    pub dockerfiles: Vec<SnapshotDockerfile>,
    /// What the reports of these say; each report once.
    pub reports: Vec<SnapshotReport>,
    /// The names of teams, sorted; others name a team by its place here.
    pub teams: Vec<String>,
    /// The words by which tables are filtered.
    pub words: Vocabulary,
    once: Once,
}

/// One repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SnapshotRepository {
    /// GitHub's id.
    pub id: RepositoryId,
    /// Its name.
    pub name: RepoName,
    /// How far it is.
    pub state: RepositoryState,
    /// Archived on GitHub, in scope or not.
    pub is_archived: bool,
    /// Finished once, and in the count and not finished now.
    pub has_slipped_back: bool,
    /// The main language.
    pub language: Option<String>,
    /// Why it could not be read at the last attempt.
    pub unreadable_reason: Option<String>,
    /// When its head was made.
    pub committed_at: Option<DateTime<Utc>>,
    /// When a commit last changed one of its verdicts.
    pub changed_at: Option<DateTime<Utc>>,
    /// When it was finished last.
    pub finished_at: Option<DateTime<Utc>>,
    /// When it slipped back.
    pub slipped_back_at: Option<DateTime<Utc>>,
    /// The teams of its Dockerfiles in scope, most Dockerfiles first; its own team where
    /// there are none. Places in [`Snapshot::teams`].
    pub teams: Vec<usize>,
    /// Some Dockerfile in scope, or it as a whole where there is none, has no owner.
    pub has_no_owner: bool,
    /// Its Dockerfiles in scope: places in [`Snapshot::dockerfiles`].
    pub dockerfiles: Range<usize>,
    /// The images that these start from: places in [`Vocabulary::images`].
    pub images: Vec<usize>,
    /// The verdicts of these on each item, in the checklist's order. Apart from the rest, which
    /// walks over all repositories look at.
    pub items: Box<[Tally; Item::ALL.len()]>,
    /// A place in [`Snapshot::repositories`].
    place: usize,
    /// Its own team, said of it as a whole: a place in [`Snapshot::teams`].
    own_team: Option<usize>,
    /// Which verdicts there are on each item, as [`ItemVerdict::bit`]s.
    verdicts: [u8; Item::ALL.len()],
    /// The verdicts on all items.
    tally: Tally,
    /// Its language: a place in [`Vocabulary::languages`].
    language_place: Option<usize>,
}

/// One Dockerfile in scope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SnapshotDockerfile {
    /// Our own id.
    pub id: i64,
    /// Its repository: a place in [`Snapshot::repositories`].
    pub repository: usize,
    /// Its path.
    pub path: FilePath,
    /// Its owner: a place in [`Snapshot::teams`].
    pub team: Option<usize>,
    /// Where the owner comes from.
    pub team_source: Option<TeamSource>,
    /// What became of each item, in the checklist's order.
    pub items: [ItemVerdict; Item::ALL.len()],
    /// What its report says: a place in [`Snapshot::reports`]. None if it was not read.
    pub report: Option<usize>,
    /// When its present content was committed.
    pub committed_at: DateTime<Utc>,
    /// Items remaining, to verify or unknown.
    left: usize,
    /// Whether its repository is in the count.
    is_counted: bool,
}

/// Where it is said whose a Dockerfile is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TeamSource {
    /// The repository's CODEOWNERS, for the Dockerfile's path.
    Codeowners,
    /// A custom property of the repository.
    Property,
    /// A topic `team-*` of the repository.
    Topic,
    /// A rule in the organization's settings.
    Rule,
}

/// What pages count of a report.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SnapshotReport {
    /// Our own id.
    pub id: i64,
    /// The external images that its stages start from.
    pub bases: Vec<SnapshotBase>,
    /// Why items are left, in the order of items and findings.
    pub findings: Vec<SnapshotFinding>,
}

/// An external image that a stage starts from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SnapshotBase {
    /// As people write it, `node:20-alpine`.
    pub reference: String,
    /// Without tag and digest.
    pub image: String,
    /// The stage is not shipped.
    pub is_build: bool,
    /// None where a person must look.
    pub hardened: Option<bool>,
    /// The hardened counterpart.
    pub suggestion: Suggestion,
    /// What is worth saying although it is hardened.
    pub remark: Option<SnapshotRemark>,
}

/// A remark on a hardened image: withdrawn, or past its end of life.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SnapshotRemark {
    /// The reason code.
    pub code: String,
    /// A sentence.
    pub message: String,
}

/// A reason why an item is left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SnapshotFinding {
    /// The item.
    pub item: Item,
    /// Remaining, to verify or unknown.
    pub verdict: ItemVerdict,
    /// The reason code.
    pub code: String,
    /// The first line of its evidence.
    pub line: Option<u32>,
}

impl TeamSource {
    /// All four.
    pub const ALL: [Self; 4] = [Self::Codeowners, Self::Property, Self::Topic, Self::Rule];

    /// The name in addresses, JSON and the database.
    #[must_use]
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Codeowners => "codeowners",
            Self::Property => "property",
            Self::Topic => "topic",
            Self::Rule => "rule",
        }
    }

    /// The source of a name.
    #[must_use]
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.slug() == slug)
    }

    /// In words, after "by".
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Codeowners => "CODEOWNERS",
            Self::Property => "a custom property",
            Self::Topic => "a topic",
            Self::Rule => "a rule in the settings",
        }
    }
}

impl Snapshot {
    /// The Dockerfiles in scope of a repository.
    #[must_use]
    pub fn dockerfiles_of(&self, repository: &SnapshotRepository) -> &[SnapshotDockerfile] {
        self.dockerfiles.get(repository.dockerfiles.clone()).unwrap_or_default()
    }

    /// The repository of a Dockerfile.
    #[must_use]
    pub fn repository_of(&self, dockerfile: &SnapshotDockerfile) -> Option<&SnapshotRepository> {
        self.repositories.get(dockerfile.repository)
    }

    /// What the report of a Dockerfile says; nothing if it was not read.
    #[must_use]
    pub fn report_of(&self, dockerfile: &SnapshotDockerfile) -> Option<&SnapshotReport> {
        self.reports.get(dockerfile.report?)
    }

    /// The name of a team.
    #[must_use]
    pub fn team(&self, place: usize) -> &str {
        self.teams.get(place).map_or("", String::as_str)
    }
}

impl SnapshotRepository {
    /// In the count: finished, in progress or not started.
    #[must_use]
    pub const fn is_counted(&self) -> bool {
        self.state.is_counted()
    }

    /// Its verdicts on all items.
    #[must_use]
    pub const fn tally(&self) -> Tally {
        self.tally
    }

    /// Items with anything remaining, to verify or unknown.
    #[must_use]
    pub fn items_left(&self) -> usize {
        let left = VerdictGroup::Left.bits();
        self.verdicts.iter().filter(|it| **it & left != 0).count()
    }

    /// In the count, and finished but for one item.
    #[must_use]
    pub fn is_quick_win(&self) -> bool {
        self.is_counted() && self.items_left() == 1
    }
}

impl SnapshotDockerfile {
    /// What became of an item.
    #[must_use]
    pub fn verdict(&self, item: Item) -> ItemVerdict {
        self.items.get(item as usize).copied().unwrap_or(ItemVerdict::Unknown)
    }

    /// Its verdicts counted.
    #[must_use]
    pub fn tally(&self) -> Tally {
        Tally::of(self.items)
    }
}
