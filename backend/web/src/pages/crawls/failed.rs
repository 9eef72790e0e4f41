//! Jobs that used up their attempts, each with the button that tries it again.

use axum::extract::Path;
use axum::response::Redirect;
use chrono::{DateTime, Utc};
use store::read::failed_jobs::FailedJob;
use store::{JobId, JobKind};

use crate::app::App;
use crate::error::AppError;
use crate::format::{Moment, counted};
use crate::links;
use crate::prose::Prose;

/// A failed job in words.
#[derive(Debug)]
pub(crate) struct Failed {
    pub(crate) owner: String,
    pub(crate) owner_link: String,
    pub(crate) what: &'static str,
    pub(crate) attempts: String,
    pub(crate) failed: Option<Moment>,
    pub(crate) reason: Prose,
    /// Where to try it again; none if that happens already.
    pub(crate) retry_action: Option<String>,
}

impl Failed {
    pub(super) fn new(job: &FailedJob, now: DateTime<Utc>) -> Self {
        Self {
            owner: job.owner.to_string(),
            owner_link: links::organization(&job.owner),
            what: what(job.kind),
            attempts: counted(job.attempts.into(), "attempt", "attempts"),
            failed: job.failed_at.map(|it| Moment::new(it, now)),
            reason: Prose::sentence(&job.reason),
            retry_action: (!job.is_tried_again).then(|| links::retry_job(job.id)),
        }
    }
}

fn what(kind: JobKind) -> &'static str {
    match kind {
        JobKind::FullCrawl => "full crawl",
        JobKind::ListingCrawl => "look at what is new",
        JobKind::TouchedCrawl => "look at what was named",
        JobKind::History => "reading of the history",
        JobKind::Rescore => "scoring by a new catalogue",
    }
}

/// Queues a failed job anew. Asking twice queues one.
pub(super) async fn retry(app: App, Path(id): Path<String>) -> Result<Redirect, AppError> {
    let id = id.parse().map(JobId).map_err(|_| AppError::NotFound)?;
    app.retry_job(id).await?;
    Ok(Redirect::to(links::CRAWLS))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use axum::http::StatusCode;
    use store::testing::TestStore;
    use store::{
        Actor, Holder, JobId, JobKind, NewJob, OrganizationId, PRIORITY_SCHEDULE, Trigger,
    };

    use crate::testing::{get, now, organization, post, words};

    fn holder() -> Holder<'static> {
        Holder { name: "one", lease: Duration::from_secs(60), life: None }
    }

    /// A job of one attempt that failed.
    async fn failed(store: &TestStore, organization: OrganizationId, kind: JobKind) -> JobId {
        let trigger = Trigger::Webhook;
        let job =
            NewJob { kind, organization, trigger, priority: PRIORITY_SCHEDULE, run_at: now() };
        let held = store.start_job(&job, holder(), now()).await.unwrap().unwrap();
        let reason = "GitHub did not answer <b>";
        assert!(store.fail_job(&held, reason, Duration::ZERO, now()).await.unwrap());
        held.id
    }

    #[tokio::test]
    async fn a_failed_job_says_what_it_was_and_why_it_failed_and_is_tried_again_by_a_button() {
        let store = store::testing::store().await;
        let acme = organization(&store, "acme").await;
        let job = failed(&store, acme, JobKind::TouchedCrawl).await;
        failed(&store, acme, JobKind::History).await;
        let (_, page) = get(&store, "/crawls").await;
        let action = format!("/jobs/{job}/retry");
        assert!(page.contains(&action));
        let told = words(&page);
        assert!(told.contains("look at what was named of acme 1 attempt"), "{told}");
        assert!(told.contains("reading of the history of acme 1 attempt"), "{told}");
        assert!(told.contains("GitHub did not answer <b>."), "{told}");

        let (status, _, location) = post(&store, &action, "").await;
        assert_eq!((status, location.as_str()), (StatusCode::SEE_OTHER, "/crawls"));
        let (_, page) = get(&store, "/crawls").await;
        assert!(!page.contains(&action));
        assert!(words(&page).contains("being tried again"), "{}", words(&page));
        let held = store.claim_job(holder(), now()).await.unwrap().unwrap();
        assert_eq!((held.kind, held.trigger), (JobKind::TouchedCrawl, Trigger::Person));
    }

    #[tokio::test]
    async fn a_job_that_a_later_one_made_good_is_not_shown_any_more() {
        let store = store::testing::store().await;
        let acme = organization(&store, "acme").await;
        let job = failed(&store, acme, JobKind::TouchedCrawl).await;
        store.retry_job(job, &Actor::command_line(), now()).await.unwrap();
        let later = now() + chrono::TimeDelta::minutes(1);
        let held = store.claim_job(holder(), later).await.unwrap().unwrap();
        assert!(store.finish_job(&held, later).await.unwrap());
        let (_, page) = get(&store, "/crawls").await;
        assert!(!words(&page).contains("Gave up"), "{}", words(&page));
    }

    #[tokio::test]
    async fn only_a_failed_job_is_tried_again() {
        let store = store::testing::store().await;
        for address in ["/jobs/1/retry", "/jobs/x/retry"] {
            assert_eq!(post(&store, address, "").await.0, StatusCode::NOT_FOUND, "{address}");
        }
    }
}
