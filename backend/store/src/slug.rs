//! Enums whose values are words in the database, and the numbers that are keys there.

use serde::{Deserialize, Serialize};

use crate::StoreError;

macro_rules! key {
    ($(#[$meta:meta])* $name:ident) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub i64);

        impl std::fmt::Display for $name {
            fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(formatter)
            }
        }
    };
}

pub(crate) use key;

key!(
    /// The key of an organization.
    OrganizationId
);
key!(
    /// The key of a crawl.
    CrawlId
);
key!(
    /// The key of a job.
    JobId
);
key!(
    /// The key of a decision.
    DecisionId
);
key!(
    /// The key of an edition of the catalogue; later ones have higher keys.
    EditionId
);

macro_rules! words {
    ($(#[$meta:meta])* $name:ident { $($(#[$variant_meta:meta])* $variant:ident = $word:literal,)+ }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "kebab-case")]
        pub enum $name {
            $($(#[$variant_meta])* $variant,)+
        }

        impl $name {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The word in the database, in addresses and in JSON.
            #[must_use]
            pub const fn slug(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)+
                }
            }

            /// The value of a word, if there is one.
            #[must_use]
            pub fn from_slug(slug: &str) -> Option<Self> {
                match slug {
                    $($word => Some(Self::$variant),)+
                    _ => None,
                }
            }
        }

        impl TryFrom<String> for $name {
            type Error = StoreError;

            fn try_from(slug: String) -> Result<Self, StoreError> {
                Self::from_slug(&slug).ok_or(StoreError::Corrupt(slug))
            }
        }
    };
}

pub(crate) use words;

words!(
    /// How much of an organization a crawl looks at.
    CrawlKind {
        /// Every page of the listing.
        Full = "full",
        /// The listing until what an earlier crawl has seen.
        Listing = "listing",
        /// The repositories that a webhook or a person named.
        Touched = "touched",
    }
);

words!(
    /// What a job does.
    JobKind {
        /// Crawls an organization in full.
        FullCrawl = "full-crawl",
        /// Crawls what an organization pushed lately.
        ListingCrawl = "listing-crawl",
        /// Looks at the repositories that a webhook or a person named.
        TouchedCrawl = "touched-crawl",
        /// Reads the commits before the first crawl; runs beside an organization's crawls.
        History = "history",
        /// Scores what is stored by a new catalogue, without asking GitHub.
        Rescore = "rescore",
    }
);

words!(
    /// Where an edition of the catalogue was read.
    ReadFrom {
        /// In the catalogue's repository on GitHub.
        Github = "github",
        /// In a file or a folder that somebody handed over.
        File = "file",
    }
);

words!(
    /// What says whose a repository is.
    TeamSource {
        /// The organization's custom property.
        Property = "property",
        /// A topic `team-…`.
        Topic = "topic",
        /// A rule on its name.
        Rule = "rule",
    }
);

words!(
    /// What set a crawl off.
    Trigger {
        /// The organization's schedule.
        Schedule = "schedule",
        /// "Crawl now" on a page.
        Person = "person",
        /// The command line.
        Command = "command",
        /// The organization was added a moment ago.
        First = "first",
        /// GitHub said that something happened.
        Webhook = "webhook",
    }
);

words!(
    /// Who may see a repository on GitHub.
    Visibility {
        /// Everybody.
        Public = "public",
        /// Whom its owner admits.
        Private = "private",
        /// The members of its enterprise.
        Internal = "internal",
    }
);

words!(
    /// What was decided about an item.
    DecisionKind {
        /// A person looked, and it is as it should be.
        Verified = "verified",
        /// It leaves the count, with a reason.
        Waived = "waived",
        /// The verdict is said to be wrong.
        Disputed = "disputed",
    }
);

words!(
    /// Where a decision was given.
    DecisionSource {
        /// On a page.
        Person = "person",
        /// In the repository's `.drydock.yml`.
        File = "file",
    }
);

words!(
    /// Why a decision does not stand any more.
    EndReason {
        /// It was taken back.
        Withdrawn = "withdrawn",
        /// Another one took its place.
        Replaced = "replaced",
        /// Its last day is past.
        Expired = "expired",
        /// The lines that it speaks about, or what is said of them, changed.
        EvidenceChanged = "evidence-changed",
        /// The Dockerfile went away.
        Removed = "removed",
    }
);

words!(
    /// Why a repository is out of scope.
    Exclusion {
        /// It is archived.
        Archived = "archived",
        /// GitHub disabled it.
        Disabled = "disabled",
        /// It is a fork.
        Fork = "fork",
        /// It is a template for other repositories.
        Template = "template",
        /// The organization does not list it any more.
        Gone = "gone",
    }
);
