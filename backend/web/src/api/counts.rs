//! Verdicts counted, and where something stands.

use serde::Serialize;
use store::read::standing::{self as stored, Standing};
use utoipa::ToSchema;

use super::words;
use crate::parts::Tally;

/// Item verdicts counted; all seven, none merged.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub(super) struct Counts {
    /// Provably met.
    met: i64,
    /// To verify, and a person did.
    verified: i64,
    /// A person must look.
    verify: i64,
    /// Could not be read.
    unknown: i64,
    /// Provably not met.
    remaining: i64,
    /// Left, and a person waived it; does not count.
    waived: i64,
    /// The subject does not occur; does not count.
    not_applicable: i64,
    /// Those that count: all but waived and not applicable.
    counted: i64,
    /// Met and verified of those that count, in percent, rounded down; null where none count.
    #[schema(minimum = 0, maximum = 100)]
    percent: Option<i64>,
}

impl<T: Into<Tally>> From<T> for Counts {
    fn from(tally: T) -> Self {
        let tally: Tally = tally.into();
        Self {
            met: tally.met,
            verified: tally.verified,
            verify: tally.verify,
            unknown: tally.unknown,
            remaining: tally.remaining,
            waived: tally.waived,
            not_applicable: tally.not_applicable,
            counted: tally.counted(),
            percent: tally.percent(),
        }
    }
}

/// One item over some Dockerfiles.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ItemCounts {
    #[schema(schema_with = words::item)]
    item: &'static str,
    progress: Counts,
}

impl ItemCounts {
    /// One for each item.
    pub(super) fn each(items: impl Iterator<Item = (checklist::Item, stored::Tally)>) -> Vec<Self> {
        items.map(|(item, tally)| Self { item: item.slug(), progress: tally.into() }).collect()
    }
}

/// Where an organization stands.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct StandingBody {
    /// Repositories in the count: with a Dockerfile in scope.
    repositories: i64,
    /// Of these, finished: nothing remaining, to verify or unknown.
    finished: i64,
    /// Of these, finished within a week.
    finished_this_week: i64,
    /// In the count, finished once and not any more.
    slipped_back: i64,
    /// In the count, with a verdict that a commit changed within a week.
    changed_this_week: i64,
    /// Finished but for one item.
    quick_wins: i64,
    /// In the count, and not to be read at the last attempt.
    unreadable: i64,
    /// Out of scope.
    out_of_scope: i64,
    /// Without a Dockerfile in scope.
    no_dockerfile: i64,
    /// Dockerfiles in scope.
    dockerfiles: i64,
    progress: Counts,
}

impl From<Standing> for StandingBody {
    fn from(it: Standing) -> Self {
        Self {
            repositories: it.repositories,
            finished: it.finished,
            finished_this_week: it.finished_lately,
            slipped_back: it.slipped_back,
            changed_this_week: it.changed_lately,
            quick_wins: it.quick_wins,
            unreadable: it.unreadable,
            out_of_scope: it.out_of_scope,
            no_dockerfile: it.no_dockerfile,
            dockerfiles: it.dockerfiles,
            progress: it.tally.into(),
        }
    }
}
