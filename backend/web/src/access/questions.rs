//! What GitHub is being asked of people: of each person and organization one question at a
//! time, by this process. Answers about repositories are kept in the database; that somebody
//! is still let in, and what failed, is remembered here.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};
use store::{OrganizationId, PersonId};
use tokio::sync::watch;

/// How long anything is remembered: longer than any answer holds.
const REMEMBERED: TimeDelta = TimeDelta::minutes(10);
/// After a failure nothing is asked for so long.
const AFTER_FAILURE: TimeDelta = TimeDelta::seconds(10);

/// What is asked of a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Question {
    /// Whether they are still let in.
    LetIn(i64),
    /// What they may read of an organization.
    Sight(i64, i64),
}

impl Question {
    pub(super) const fn let_in(person: PersonId) -> Self {
        Self::LetIn(person.0)
    }

    pub(super) const fn sight(person: PersonId, organization: OrganizationId) -> Self {
        Self::Sight(person.0, organization.0)
    }
}

/// The questions of this process. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Questions(Arc<Mutex<HashMap<Question, Remembered>>>);

#[derive(Debug, Default)]
struct Remembered {
    /// Closed once the answer is there.
    running: Option<watch::Receiver<()>>,
    asked_at: Option<DateTime<Utc>>,
    /// When it was asked what was then answered.
    answered_at: Option<DateTime<Utc>>,
    failure: Option<String>,
}

/// A question that is being asked; over when dropped.
pub(super) struct Running {
    questions: Questions,
    question: Question,
    _open: watch::Sender<()>,
}

impl Questions {
    /// Begins a question if it is not being asked, and has not failed just now.
    pub(super) fn begin(&self, question: Question, now: DateTime<Utc>) -> Option<Running> {
        let mut all = self.all();
        all.retain(|_, it| it.running.is_some() || it.asked_at.is_some_and(|at| is_fresh(at, now)));
        let it = all.entry(question).or_default();
        let has_failed = it.failure.is_some();
        let is_early = has_failed && it.asked_at.is_some_and(|at| now - at < AFTER_FAILURE);
        if it.running.is_some() || is_early {
            return None;
        }
        let (open, running) = watch::channel(());
        it.running = Some(running);
        it.asked_at = Some(now);
        drop(all);
        Some(Running { questions: self.clone(), question, _open: open })
    }

    /// Waits while a question is being asked.
    pub(super) async fn wait(&self, question: Question) {
        let running = self.all().get(&question).and_then(|it| it.running.clone());
        if let Some(mut running) = running {
            // Nothing is ever sent: it ends when the other side is dropped.
            while running.changed().await.is_ok() {}
        }
    }

    /// When a question was asked that was answered.
    pub(super) fn answered_at(&self, question: Question) -> Option<DateTime<Utc>> {
        self.all().get(&question).and_then(|it| it.answered_at)
    }

    /// Why a question has no answer.
    pub(super) fn failure(&self, question: Question) -> Option<String> {
        self.all().get(&question).and_then(|it| it.failure.clone())
    }

    /// Notes that somebody was let in a moment ago.
    pub(crate) fn note_let_in(&self, person: PersonId, now: DateTime<Utc>) {
        let mut all = self.all();
        let it = all.entry(Question::let_in(person)).or_default();
        (it.asked_at, it.answered_at, it.failure) = (Some(now), Some(now), None);
    }

    /// A panic elsewhere leaves the map whole: nothing in here is half written.
    fn all(&self) -> MutexGuard<'_, HashMap<Question, Remembered>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Running {
    /// Notes the answer, or why there is none.
    pub(super) fn end(self, outcome: Result<(), String>) {
        let mut all = self.questions.all();
        let it = all.entry(self.question).or_default();
        match outcome {
            Ok(()) => (it.answered_at, it.failure) = (it.asked_at, None),
            Err(why) => it.failure = Some(why),
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if let Some(it) = self.questions.all().get_mut(&self.question) {
            it.running = None;
        }
    }
}

fn is_fresh(at: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    now - at < REMEMBERED
}

#[cfg(test)]
mod tests {
    use super::*;

    const QUESTION: Question = Question::Sight(1, 2);

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::seconds(seconds)
    }

    #[tokio::test]
    async fn a_question_is_asked_once_at_a_time_and_waiting_ends_with_it() {
        let questions = Questions::default();
        let running = questions.begin(QUESTION, at(0)).unwrap();
        assert!(questions.begin(QUESTION, at(1)).is_none());
        assert!(questions.begin(Question::Sight(1, 3), at(1)).is_some());
        let waiting = tokio::spawn({
            let questions = questions.clone();
            async move { questions.wait(QUESTION).await }
        });
        running.end(Ok(()));
        waiting.await.unwrap();
        assert_eq!(questions.answered_at(QUESTION), Some(at(0)), "it counts from when it began");
        assert!(questions.begin(QUESTION, at(1)).is_some());
    }

    #[test]
    fn after_a_failure_it_is_asked_again_a_little_later_and_a_lost_one_at_once() {
        let questions = Questions::default();
        questions.begin(QUESTION, at(0)).unwrap().end(Err("GitHub is away".to_owned()));
        assert_eq!(questions.failure(QUESTION).as_deref(), Some("GitHub is away"));
        assert!(questions.begin(QUESTION, at(9)).is_none());
        drop(questions.begin(QUESTION, at(10)).unwrap());
        let other = Question::LetIn(1);
        drop(questions.begin(other, at(0)).unwrap());
        assert!(questions.begin(other, at(0)).is_some());
    }

    #[test]
    fn what_was_long_ago_is_forgotten() {
        let questions = Questions::default();
        questions.note_let_in(PersonId(1), at(0));
        drop(questions.begin(QUESTION, at(599)));
        assert!(questions.answered_at(Question::LetIn(1)).is_some());
        drop(questions.begin(QUESTION, at(600)));
        assert!(questions.answered_at(Question::LetIn(1)).is_none());
    }
}
