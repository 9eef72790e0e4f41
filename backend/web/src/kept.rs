//! What was reckoned from an organization's snapshot and history, kept until one of them changes
//! or the day is over: those who ask the same, as all who look at one overview, share the answer.

use std::fmt;
use std::hash::Hash;
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use quick_cache::sync::Cache;
use store::read::SightDigest;
use store::read::history::History;
use store::read::snapshot::Snapshot;

/// Answers to questions `Q`. Cheap to clone.
pub(crate) struct Kept<Q, A>(Arc<Cache<(Q, Basis), Arc<A>>>);

/// What answers are reckoned from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Basis {
    organization_id: i64,
    /// Of the snapshot and the history; of what needs no history, of the snapshot alone.
    revisions: (i64, i64),
    /// What the reader may see; none if everything.
    only: Option<SightDigest>,
    day: NaiveDate,
}

impl Basis {
    pub(crate) fn new((snapshot, history): (&Snapshot, &History), now: DateTime<Utc>) -> Self {
        Self {
            organization_id: snapshot.organization_id,
            revisions: (snapshot.revision, history.revision),
            only: snapshot.only,
            day: now.date_naive(),
        }
    }

    pub(crate) fn of_snapshot(snapshot: &Snapshot, now: DateTime<Utc>) -> Self {
        let Snapshot { organization_id, revision, only, .. } = *snapshot;
        Self { only, ..Self::at(organization_id, revision, now) }
    }

    /// What is the same for all readers.
    pub(crate) fn at(organization_id: i64, revision: i64, now: DateTime<Utc>) -> Self {
        let (revisions, day) = ((revision, revision), now.date_naive());
        Self { organization_id, revisions, only: None, day }
    }
}

impl<Q: Hash + Eq, A> Kept<Q, A> {
    /// The answers to so many questions are kept, of all organizations together.
    pub(crate) fn new(room: usize) -> Self {
        Self(Arc::new(Cache::new(room)))
    }

    /// The kept answer, or the one that is made now. What moves with the clock is no question:
    /// it is answered anew.
    pub(crate) fn get_or(
        &self,
        question: Option<Q>,
        basis: Basis,
        make: impl FnOnce() -> A,
    ) -> Arc<A> {
        let key = question.map(|it| (it, basis));
        if let Some(kept) = key.as_ref().and_then(|it| self.0.get(it)) {
            return kept;
        }
        let answer = Arc::new(make());
        if let Some(key) = key {
            self.0.insert(key, Arc::clone(&answer));
        }
        answer
    }
}

impl<Q, A> Clone for Kept<Q, A> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<Q, A> fmt::Debug for Kept<Q, A> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Kept")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn basis(revision: i64, now: &str) -> Basis {
        let now: DateTime<Utc> = now.parse().unwrap();
        Basis::at(1, revision, now)
    }

    #[test]
    fn an_answer_is_made_once_until_something_changes_or_the_day_is_over() {
        let kept = Kept::new(10);
        let ask = |basis, answer: u8| *kept.get_or(Some("team=web"), basis, || answer);
        assert_eq!(ask(basis(1, "2026-11-23T08:00:00Z"), 1), 1);
        assert_eq!(ask(basis(1, "2026-11-23T20:00:00Z"), 2), 1);
        assert_eq!(ask(basis(1, "2026-11-24T08:00:00Z"), 3), 3);
        assert_eq!(ask(basis(2, "2026-11-23T08:00:00Z"), 4), 4);
    }

    #[test]
    fn who_sees_other_repositories_gets_another_answer() {
        let kept = Kept::new(10);
        let everything = basis(1, "2026-11-23T08:00:00Z");
        let some = |ids| Basis { only: Some(SightDigest::of(ids)), ..everything };
        let ask = |basis, answer: u8| *kept.get_or(Some("team=web"), basis, || answer);
        assert_eq!((ask(everything, 1), ask(some(&[1]), 2), ask(some(&[1, 2]), 3)), (1, 2, 3));
        assert_eq!((ask(everything, 4), ask(some(&[1]), 5)), (1, 2));
    }

    #[test]
    fn what_moves_with_the_clock_is_answered_anew() {
        let kept: Kept<&str, u8> = Kept::new(10);
        let ask = |answer| *kept.get_or(None, basis(1, "2026-11-23T08:00:00Z"), || answer);
        assert_eq!((ask(1), ask(2)), (1, 2));
    }
}
