//! Repositories that a reader may not see, in random organizations, with a word in everything
//! that is theirs alone; and the same organizations as if they had never been there.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use sqlx::{PgPool, Row as _};
use store::testing::TestStore;
use store::{CrawlCounts, CrawlKind, Holder, JobKind, NewJob, OrganizationId, Trigger};
use tower::ServiceExt as _;

use super::world;
use crate::app::Site;
use crate::reader::{Reader, Sight, Visible};
use crate::testing::{now, report};

/// Stands in every name, path, team, language, image and sentence of what is hidden.
pub(super) const MARK: &str = "xyzzy";

/// How much of acme, beta and gamma a reader sees, in percent.
pub(super) type Share = [u64; 3];

/// Puts the word into everything that only hidden repositories have: those that are none of $1.
const MARKED: [&str; 9] = [
    "UPDATE dockerfile SET commit_sha = repeat('a', 40) WHERE $1::bigint[] IS NOT NULL",
    "UPDATE repository SET name = name || '-xyzzy', unreadable_reason = 'xyzzy',
         language = CASE repository_id % 3 WHEN 0 THEN 'Xyzzy' ELSE language END,
         team = CASE repository_id % 2 WHEN 0 THEN 'xyzzy-team' ELSE team END,
         team_source = CASE repository_id % 2 WHEN 0 THEN 'topic' ELSE team_source END
     WHERE repository_id <> ALL ($1)",
    "UPDATE dockerfile SET path = 'xyzzy/' || path,
         owner = CASE dockerfile_id % 3 WHEN 0 THEN '@xyzzy/core' ELSE owner END
     WHERE repository_id <> ALL ($1)",
    "UPDATE decision SET reason = 'xyzzy', decided_by = 'xyzzy'
     FROM dockerfile
     WHERE dockerfile.dockerfile_id = decision.dockerfile_id
       AND repository_id <> ALL ($1)",
    "INSERT INTO blob (blob_sha, byte_size, fetched_at)
     SELECT repeat('f', 40), 1, now() WHERE $1::bigint[] IS NOT NULL",
    "WITH secret AS (
         INSERT INTO report (blob_sha, file_kind, rule_version, catalog_version, file_state,
                             uses_dhi, body, scored_at)
         SELECT repeat('f', 40), 'dockerfile', 1, 'c', 'readable', false, body, scored_at
         FROM report LIMIT 1
         RETURNING report_id
     ), of_hidden AS (
         UPDATE dockerfile SET report_id = secret.report_id
         FROM secret WHERE repository_id <> ALL ($1) AND dockerfile_id % 2 = 0
     ), found AS (
         INSERT INTO finding
         SELECT report_id, 'ports', 0, 'xyzzy-code', 'remaining', 1, 1, 'xyzzy', NULL
         FROM secret
     )
     INSERT INTO base_use
     SELECT report_id, 0, 'final', 'xyzzy.example/base:1', 'xyzzy.example/base', false,
            'none-exists', NULL
     FROM secret",
    "INSERT INTO campaign (organization_id, name, filter, target_on, created_at)
     SELECT organization_id, 'of ' || filter, filter, '2027-03-01', '2026-09-01'
     FROM organization,
          unnest(ARRAY['', 'state=finished', 'item=ports&verdict=left', 'q=XYZZY',
                       'team=xyzzy-team', 'image=xyzzy.example%2Fbase',
                       'image=xyzzy.example%2Fbase%3A1', 'language=Xyzzy']) AS filter
     WHERE $1::bigint[] IS NOT NULL",
    "UPDATE campaign SET name = 'of the organization ' || campaign_id
     WHERE $1::bigint[] IS NOT NULL",
    "INSERT INTO saved_view (organization_id, name, page, query, saved_at)
     SELECT organization_id, 'view ' || row_number() OVER (), page, query, '2026-09-01'
     FROM organization, unnest(ARRAY['repositories', 'dockerfiles']) AS page,
          unnest(ARRAY['item=ports&verdict=left', 'q=xyzzy', 'team=xyzzy-team',
                       'image=xyzzy.example%2Fbase%3A1']) AS query
     WHERE $1::bigint[] IS NOT NULL",
];

/// Random organizations in a database, and what somebody may see of them.
pub(super) struct Hidden {
    pub(super) store: TestStore,
    /// By our own id of the organization.
    seen: Vec<(OrganizationId, Vec<i64>)>,
}

impl Hidden {
    pub(super) async fn new(seed: u64, share: Share) -> Self {
        let store = store::testing::store().await;
        world::worlds(&store, seed).await;
        let mut seen = Vec::new();
        for (login, share) in ["acme", "beta", "gamma"].into_iter().zip(share) {
            let rows = sqlx::query(
                "SELECT organization_id, repository_id FROM repository
                 JOIN organization USING (organization_id) WHERE login = $1 ORDER BY 2",
            )
            .bind(login)
            .fetch_all(store.pool())
            .await
            .unwrap();
            let organization = OrganizationId(rows[0].get(0));
            let ids = rows.iter().map(|it| it.get::<i64, _>(1));
            // The same ones for the same seed.
            let is_seen =
                |id: &i64| id.unsigned_abs().wrapping_mul(seed * 2 + 7_919) / 7 % 100 < share;
            seen.push((organization, ids.filter(is_seen).collect()));
        }
        let hidden = Self { store, seen };
        hidden.mark().await;
        hidden.tell_time().await;
        hidden.run().await;
        hidden
    }

    pub(super) fn pool(&self) -> &PgPool {
        self.store.pool()
    }

    /// Whoever sees these repositories alone.
    pub(super) fn reader(&self) -> Reader {
        let visible = Visible::new(self.seen.iter().cloned());
        Reader { sight: Sight::Only(visible.into()), ..Reader::machine() }
    }

    pub(super) fn ids(&self) -> Vec<i64> {
        self.seen.iter().flat_map(|(_, ids)| ids.iter().copied()).collect()
    }

    async fn change(&self, change: &'static str) {
        sqlx::query(change).bind(self.ids()).execute(self.pool()).await.unwrap();
    }

    async fn mark(&self) {
        let body = sqlx::types::Json(report(&[]));
        sqlx::query("UPDATE report SET body = $1").bind(body).execute(self.pool()).await.unwrap();
        for change in MARKED {
            self.change(change).await;
        }
    }

    /// Days of the organizations, as crawls of what is there now would have counted them.
    async fn tell_time(&self) {
        sqlx::query("DELETE FROM organization_day").execute(self.pool()).await.unwrap();
        sqlx::query(
            "INSERT INTO organization_day (organization_id, day, repositories,
                 repositories_finished, dockerfiles, met, verified, remaining, verify, unknown,
                 waived, not_applicable, rule_version, catalog_version)
             SELECT organization_id, each.day, 0, 0, 0,
                    coalesce(sum(met), 0), coalesce(sum(verified), 0), coalesce(sum(remaining), 0),
                    coalesce(sum(verify), 0), coalesce(sum(unknown), 0), coalesce(sum(waived), 0),
                    0, 1, CASE WHEN each.day < $1::date - 60 THEN 'a' ELSE 'b' END
             FROM organization
             CROSS JOIN (SELECT ($1::date - days) AS day
                         FROM unnest(ARRAY[170, 120, 90, 61, 40, 28, 20, 7, 3, 1]) AS days) AS each
             LEFT JOIN repository USING (organization_id)
             LEFT JOIN LATERAL (
                 SELECT * FROM repository_day AS counted
                 WHERE counted.repository_id = repository.repository_id
                   AND counted.day <= each.day
                 ORDER BY counted.day DESC LIMIT 1
             ) AS last ON true
             GROUP BY organization_id, each.day",
        )
        .bind(now().date_naive())
        .execute(self.pool())
        .await
        .unwrap();
    }

    /// Crawls that failed in what is hidden, and a job that was given up over it.
    async fn run(&self) {
        for (org, seen) in &self.seen {
            let store = &self.store;
            let ids: Vec<i64> = sqlx::query_scalar(
                "SELECT repository_id FROM repository WHERE organization_id = $1",
            )
            .bind(org.0)
            .fetch_all(self.pool())
            .await
            .unwrap();
            let crawl = store.begin_crawl(*org, CrawlKind::Full, Trigger::Person, now());
            let crawl = crawl.await.unwrap();
            let counts = CrawlCounts { repositories_listed: 4_242, ..CrawlCounts::default() };
            store.crawl_progress(crawl, &counts).await.unwrap();
            for id in &ids {
                let reason = if seen.contains(id) { "it is blocked" } else { MARK };
                let failure = store::CrawlFailure {
                    repository: Some(names::RepositoryId(*id)),
                    path: None,
                    reason: reason.to_owned(),
                };
                store.record_failure(crawl, &failure).await.unwrap();
            }
            let why = if ids.len() == seen.len() { "it is late" } else { MARK };
            store.fail_crawl(crawl, why, now()).await.unwrap();
            let job = NewJob {
                kind: JobKind::History,
                organization: *org,
                trigger: Trigger::Schedule,
                priority: 0,
                run_at: now(),
            };
            let lease = std::time::Duration::from_secs(60);
            let holder = Holder { name: "one", lease, life: None };
            let held = store.start_job(&job, holder, now()).await.unwrap().unwrap();
            store.fail_job(&held, why, std::time::Duration::ZERO, now()).await.unwrap();
        }
    }

    /// Makes what is hidden never have been there.
    pub(super) async fn remove(&self) {
        for change in [
            "DELETE FROM repository WHERE repository_id <> ALL ($1)",
            "DELETE FROM campaign WHERE filter ILIKE '%xyzzy%' AND $1::bigint[] IS NOT NULL",
            "DELETE FROM saved_view WHERE query ILIKE '%xyzzy%' AND $1::bigint[] IS NOT NULL",
            "DELETE FROM organization WHERE $1::bigint[] IS NOT NULL AND NOT EXISTS (
                 SELECT FROM repository
                 WHERE repository.organization_id = organization.organization_id)",
        ] {
            self.change(change).await;
        }
        self.tell_time().await;
    }
}

/// What somebody gets.
pub(super) async fn answer(site: &Site, reader: &Reader, address: &str) -> (StatusCode, String) {
    let request = Request::get(address)
        .header("x-request-id", "one-and-the-same")
        .extension(reader.clone())
        .body(Body::empty())
        .unwrap();
    crate::testing::read(crate::router(site.clone()).oneshot(request).await.unwrap()).await
}
