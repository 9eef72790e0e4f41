//! Where a repository stands, in four figures, and what is to be known before
//! they are believed.

use chrono::{DateTime, Utc};
use store::read::RepositoryState;
use store::read::repository::{Repository, Standing as StoredStanding};

use crate::format::{self, Moment};
use crate::parts::{Bar, Tally, tally_words};
use crate::prose::clause;
use crate::scope::exclusion_words;

/// The figures at the top of the page.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Standing {
    /// In percent; none where nothing counts.
    pub(super) share: Option<i64>,
    pub(super) bar: Bar,
    pub(super) counts: String,
    pub(super) not_applicable: String,
    pub(super) state: &'static str,
    /// Since when, or what happened before.
    pub(super) since: String,
    pub(super) dockerfiles: String,
    pub(super) excluded: String,
    pub(super) items_left: u32,
    pub(super) is_quick_win: bool,
}

impl Standing {
    pub(super) fn new(stored: &StoredStanding, now: DateTime<Utc>) -> Self {
        let tally = Tally::from(stored.tally);
        Self {
            share: tally.percent(),
            bar: Bar::new(tally),
            counts: tally_words(tally),
            not_applicable: match tally.not_applicable {
                0 => String::new(),
                count => format!("{} not applicable", format::number(count)),
            },
            state: stored.state.title(),
            since: since(stored, now),
            dockerfiles: format::number(stored.dockerfiles.into()),
            excluded: match stored.dockerfiles_excluded {
                0 => "all are in scope".to_owned(),
                count => format!("{} more out of scope", format::number(count.into())),
            },
            items_left: stored.items_left,
            is_quick_win: stored.items_left == 1,
        }
    }
}

fn since(stored: &StoredStanding, now: DateTime<Utc>) -> String {
    let told = |at: DateTime<Utc>| Moment::new(at, now).ago;
    match (stored.state, stored.finished_at, stored.slipped_back_at) {
        (RepositoryState::Finished, Some(at), _) => {
            format!("since {}", format::date(at.date_naive()))
        }
        (RepositoryState::Finished, None, _) => "nothing is left to do".to_owned(),
        (RepositoryState::InProgress | RepositoryState::NotStarted, _, Some(at)) => {
            format!("slipped back {}", told(at))
        }
        (RepositoryState::InProgress, ..) => "part of the way".to_owned(),
        (RepositoryState::NotStarted, ..) => "no hardened image yet".to_owned(),
        (RepositoryState::NoDockerfile, ..) => "nothing to migrate".to_owned(),
        (RepositoryState::OutOfScope, ..) => "in no total".to_owned(),
    }
}

/// A sentence above the figures.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Notice {
    /// `bad`, `good` or nothing.
    pub(super) class: &'static str,
    pub(super) sentence: String,
}

/// What the reader must know first.
pub(super) fn notices(found: &Repository, now: DateTime<Utc>) -> Vec<Notice> {
    let unreadable = found.unreadable_reason.as_ref().map(|why| Notice {
        class: "bad",
        sentence: format!("It could not be read at the last attempt: {}. What stands here is what was read before, if anything was.", clause(why)),
    });
    let gone = found.gone_at.map(|at| Notice {
        class: "bad",
        sentence: format!(
            "{} does not have it any more (seen {}): {}. It is in no total from then on; what stands here is its past.",
            found.owner,
            Moment::new(at, now).ago,
            clause(found.gone_reason.as_deref().unwrap_or("it was deleted, moved or hidden"))
        ),
    });
    let excluded = found.excluded_by.filter(|_| found.gone_at.is_none()).map(|it| Notice {
        class: "",
        sentence: format!("Out of scope, so in no total: it is {}.", exclusion_words(it)),
    });
    let empty = found.is_empty.then(|| Notice {
        class: "",
        sentence: "It has no commit yet, so there is nothing to read.".to_owned(),
    });
    [unreadable, gone, excluded, empty].into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use store::read::standing::Tally as StoredTally;

    fn stored(state: RepositoryState) -> StoredStanding {
        StoredStanding {
            state,
            dockerfiles: 2,
            dockerfiles_excluded: 1,
            tally: StoredTally {
                met: 5,
                remaining: 1,
                not_applicable: 2,
                ..StoredTally::default()
            },
            items_left: 1,
            finished_at: None,
            slipped_back_at: None,
        }
    }

    fn now() -> DateTime<Utc> {
        "2026-11-23T12:00:00Z".parse().unwrap()
    }

    #[test]
    fn a_share_stands_beside_its_counts_and_what_does_not_apply() {
        let standing = Standing::new(&stored(RepositoryState::InProgress), now());
        assert_eq!(standing.share, Some(83));
        assert_eq!(standing.counts, "5 met · 0 to verify · 1 remaining");
        assert_eq!(standing.not_applicable, "2 not applicable");
        assert!(standing.is_quick_win);
    }

    #[test]
    fn a_repository_that_slipped_back_says_when() {
        let mut stored = stored(RepositoryState::InProgress);
        stored.slipped_back_at = Some("2026-11-20T12:00:00Z".parse().unwrap());
        assert_eq!(Standing::new(&stored, now()).since, "slipped back 3 days ago");
    }

    #[test]
    fn a_finished_repository_says_since_when() {
        let mut stored = stored(RepositoryState::Finished);
        stored.finished_at = Some("2026-11-02T12:00:00Z".parse().unwrap());
        assert_eq!(Standing::new(&stored, now()).since, "since 2 Nov 2026");
    }
}
