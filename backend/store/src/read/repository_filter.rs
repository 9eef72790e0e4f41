//! Which repositories the table shows, and in which order: words of its address.

use checklist::Item;
use chrono::{DateTime, Utc};

use super::words::{ItemVerdict, RepositoryState};

/// Which repositories to show. The default shows every repository in the count.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RepositoryFilter {
    /// A part of the name.
    pub text: Option<String>,
    /// An item at which some Dockerfile has one of the verdicts.
    pub item: Option<(Item, VerdictGroup)>,
    /// Whose they are.
    pub team: Option<Team>,
    /// How far they are.
    pub state: StateFilter,
    /// A base image that a Dockerfile in scope uses, with or without its tag.
    pub image: Option<String>,
    /// The main language.
    pub language: Option<String>,
    /// What to do about archived repositories that are out of scope.
    pub archived: Archived,
    /// Finished but for one item.
    pub is_quick_win: bool,
    /// What happened since a moment.
    pub lately: Option<(Lately, DateTime<Utc>)>,
}

/// A verdict, or all that are left to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VerdictGroup {
    /// Remaining, to verify or unknown.
    Left,
    /// One verdict.
    One(ItemVerdict),
}

/// An owner, or that there is none.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Team {
    /// This team.
    Named(String),
    /// No owner is known.
    NoOwner,
}

/// How far a repository is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum StateFilter {
    /// In the count: finished, in progress or not started.
    #[default]
    Counted,
    /// Every repository.
    All,
    /// One state.
    One(RepositoryState),
    /// In the count, finished once and not any more.
    SlippedBack,
    /// In the count, and not to be read at the last attempt.
    Unreadable,
}

/// Archived repositories that are out of scope.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Archived {
    /// Only where the state asks for those out of scope.
    #[default]
    Hidden,
    /// Shown beside the others.
    Shown,
    /// Archived repositories only.
    Only,
}

/// What happened to a repository.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lately {
    /// It was finished.
    Finished,
    /// It slipped back.
    SlippedBack,
    /// A commit changed a verdict.
    Changed,
}

/// The column by which rows are ordered; the name decides between equals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Column {
    /// The name.
    Name,
    /// The team; no owner comes last.
    Team,
    /// The share met.
    Progress,
    /// Items left.
    Left,
    /// Dockerfiles in scope.
    Dockerfiles,
    /// The share gained since the first day of the line.
    Gained,
    /// The last commit.
    Committed,
    /// How bad one item is.
    Item(Item),
}

/// The order of the rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Order {
    /// By which column.
    pub column: Column,
    /// Largest first.
    pub is_descending: bool,
}

impl VerdictGroup {
    /// The name in addresses.
    #[must_use]
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Left => "left",
            Self::One(verdict) => verdict.slug(),
        }
    }

    /// The group of a name.
    #[must_use]
    pub fn from_slug(slug: &str) -> Option<Self> {
        if slug == "left" { Some(Self::Left) } else { ItemVerdict::from_slug(slug).map(Self::One) }
    }
}

impl StateFilter {
    /// The name in addresses; empty for the default.
    #[must_use]
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Counted => "",
            Self::All => "all",
            Self::One(state) => state.slug(),
            Self::SlippedBack => "slipped-back",
            Self::Unreadable => "unreadable",
        }
    }

    /// The filter of a name.
    #[must_use]
    pub fn from_slug(slug: &str) -> Option<Self> {
        match slug {
            "" => Some(Self::Counted),
            "all" => Some(Self::All),
            "slipped-back" => Some(Self::SlippedBack),
            "unreadable" => Some(Self::Unreadable),
            other => RepositoryState::from_slug(other).map(Self::One),
        }
    }
}

impl Archived {
    /// The name in addresses; empty for the default.
    #[must_use]
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Hidden => "",
            Self::Shown => "shown",
            Self::Only => "only",
        }
    }

    /// The choice of a name.
    #[must_use]
    pub fn from_slug(slug: &str) -> Option<Self> {
        [Self::Hidden, Self::Shown, Self::Only].into_iter().find(|it| it.slug() == slug)
    }
}

impl Lately {
    /// The name in addresses.
    #[must_use]
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Finished => "finished",
            Self::SlippedBack => "slipped-back",
            Self::Changed => "changed",
        }
    }

    /// What a name means.
    #[must_use]
    pub fn from_slug(slug: &str) -> Option<Self> {
        [Self::Finished, Self::SlippedBack, Self::Changed].into_iter().find(|it| it.slug() == slug)
    }
}

impl Column {
    /// All columns but the items'.
    pub const PLAIN: [Self; 7] = [
        Self::Name,
        Self::Team,
        Self::Progress,
        Self::Left,
        Self::Dockerfiles,
        Self::Gained,
        Self::Committed,
    ];

    /// The name in addresses; an item's column is named after the item.
    #[must_use]
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Team => "team",
            Self::Progress => "progress",
            Self::Left => "left",
            Self::Dockerfiles => "dockerfiles",
            Self::Gained => "gained",
            Self::Committed => "committed",
            Self::Item(item) => item.slug(),
        }
    }

    /// The column of a name.
    #[must_use]
    pub fn from_slug(slug: &str) -> Option<Self> {
        let plain = Self::PLAIN.into_iter().find(|it| it.slug() == slug);
        plain.or_else(|| Item::from_slug(slug).map(Self::Item))
    }
}
