//! The words of the schema's CHECK lists as types, and the way from a stored
//! slug to the engine's own enums.

use std::str::FromStr;

use checklist::{Item, Suggestion, Verdict};
use names::NameError;

use crate::StoreError;

/// How far a repository is, in the order in which people ask for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum RepositoryState {
    /// Dockerfiles in scope, and nothing remaining, to verify or unknown.
    Finished,
    /// At least one `FROM` on a hardened image, or an item gained since the first crawl.
    InProgress,
    /// Dockerfiles in scope and nothing done yet.
    NotStarted,
    /// Read, and there is no Dockerfile in scope.
    NoDockerfile,
    /// Archived, a fork, a template, disabled or gone.
    OutOfScope,
}

impl RepositoryState {
    /// All five.
    pub const ALL: [Self; 5] =
        [Self::Finished, Self::InProgress, Self::NotStarted, Self::NoDockerfile, Self::OutOfScope];

    /// In the count: finished, in progress or not started.
    #[must_use]
    pub const fn is_counted(self) -> bool {
        match self {
            Self::Finished | Self::InProgress | Self::NotStarted => true,
            Self::NoDockerfile | Self::OutOfScope => false,
        }
    }

    /// The name in addresses and the database.
    #[must_use]
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Finished => "finished",
            Self::InProgress => "in-progress",
            Self::NotStarted => "not-started",
            Self::NoDockerfile => "no-dockerfile",
            Self::OutOfScope => "out-of-scope",
        }
    }

    /// The name on pages.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Finished => "finished",
            Self::InProgress => "in progress",
            Self::NotStarted => "not started",
            Self::NoDockerfile => "no Dockerfile",
            Self::OutOfScope => "out of scope",
        }
    }

    /// The state of a slug, if there is one.
    #[must_use]
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.slug() == slug)
    }
}

/// What became of an item of a Dockerfile: the engine's verdict, or what a person decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ItemVerdict {
    /// Provably met.
    Met,
    /// To verify, and a person did.
    Verified,
    /// A person must look.
    Verify,
    /// Could not be read.
    Unknown,
    /// Provably not met.
    Remaining,
    /// Left, and a person waived it; outside the denominator.
    Waived,
    /// The subject does not occur; outside the denominator.
    NotApplicable,
}

impl ItemVerdict {
    /// All seven.
    pub const ALL: [Self; 7] = [
        Self::Met,
        Self::Verified,
        Self::Verify,
        Self::Unknown,
        Self::Remaining,
        Self::Waived,
        Self::NotApplicable,
    ];

    /// The name in addresses, JSON and the database.
    #[must_use]
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Met => "met",
            Self::Verified => "verified",
            Self::Verify => "verify",
            Self::Unknown => "unknown",
            Self::Remaining => "remaining",
            Self::Waived => "waived",
            Self::NotApplicable => "not-applicable",
        }
    }

    /// The name on pages.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Verify => "to verify",
            Self::NotApplicable => "not applicable",
            other => other.slug(),
        }
    }

    /// The verdict of a slug, if there is one.
    #[must_use]
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.slug() == slug)
    }

    /// Something is left to do.
    #[must_use]
    pub const fn is_left(self) -> bool {
        matches!(self, Self::Verify | Self::Unknown | Self::Remaining)
    }

    /// The verdict of one of the letters of `dockerfile.outcomes`.
    /// A bit of its own, for sets of verdicts.
    pub(crate) const fn bit(self) -> u8 {
        1 << self as u8
    }

    pub(crate) fn from_letter(letter: u8) -> Option<Self> {
        Some(match letter {
            b'm' => Self::Met,
            b'd' => Self::Verified,
            b'v' => Self::Verify,
            b'u' => Self::Unknown,
            b'r' => Self::Remaining,
            b'w' => Self::Waived,
            b'n' => Self::NotApplicable,
            _ => return None,
        })
    }
}

impl From<Verdict> for ItemVerdict {
    fn from(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Met => Self::Met,
            Verdict::Verify => Self::Verify,
            Verdict::Unknown => Self::Unknown,
            Verdict::Remaining => Self::Remaining,
            Verdict::NotApplicable => Self::NotApplicable,
        }
    }
}

/// The item of a stored slug.
pub(crate) fn item(slug: &str) -> Result<Item, StoreError> {
    Item::from_slug(slug).ok_or_else(|| corrupt("item", slug))
}

/// The verdict of a stored slug.
pub(crate) fn verdict(slug: &str) -> Result<Verdict, StoreError> {
    Verdict::from_slug(slug).ok_or_else(|| corrupt("verdict", slug))
}

/// What became of an item, by a stored slug.
pub(crate) fn item_verdict(slug: &str) -> Result<ItemVerdict, StoreError> {
    ItemVerdict::from_slug(slug).ok_or_else(|| corrupt("verdict", slug))
}

/// The state of a stored slug.
pub(crate) fn state(slug: &str) -> Result<RepositoryState, StoreError> {
    RepositoryState::from_slug(slug).ok_or_else(|| corrupt("state", slug))
}

/// A stored name; it parsed when it was written.
pub(crate) fn name<T: FromStr<Err = NameError>>(stored: &str) -> Result<T, StoreError> {
    stored.parse().map_err(|it: NameError| StoreError::Corrupt(it.to_string()))
}

/// A slug that no version of ours ought to have written.
pub(crate) fn corrupt(kind: &str, slug: &str) -> StoreError {
    StoreError::Corrupt(format!("the {kind} \u{201c}{slug}\u{201d}"))
}

/// A stored count, never below zero, so that a page never prints nonsense.
pub(crate) fn count(stored: i32) -> u32 {
    u32::try_from(stored).unwrap_or_default()
}

/// The counterpart of a stored base image.
pub(crate) fn suggestion(kind: &str, reference: Option<String>) -> Result<Suggestion, StoreError> {
    match (kind, reference) {
        ("use", Some(reference)) => Ok(Suggestion::Use(reference)),
        ("already-hardened", _) => Ok(Suggestion::AlreadyHardened),
        ("none-exists", _) => Ok(Suggestion::NoneExists),
        ("use" | "not-known", _) => Ok(Suggestion::NotKnown),
        (other, _) => Err(corrupt("suggestion", other)),
    }
}
