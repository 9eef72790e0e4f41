//! A small organization in a real database, and readings of it in one line each.

use crate::testing::TestStore;
use crate::{
    Actor, CrawlCounts, CrawlEnd, CrawlKind, EngineVersion, FileKind, ListedFacts, NewBlob,
    NewOrganization, NewReport, OrganizationId, PersonId, ReadContent, ReadFile, RepositoryReading,
    Trigger, Visibility,
};
use checklist::{FileState, Item, Outcome, Report, Verdict};
use chrono::{DateTime, Utc};
use names::{BlobSha, RepositoryId};

pub(super) const SHOP: RepositoryId = RepositoryId(7001);

/// The `day`th of March 2026, noon.
pub(super) fn at(day: u32) -> DateTime<Utc> {
    format!("2026-03-{day:02}T12:00:00Z").parse().unwrap()
}

pub(super) fn version(rules: i32, catalog: &str) -> EngineVersion {
    EngineVersion { rules, catalog: catalog.to_owned() }
}

/// Somebody who does something.
pub(super) fn anna() -> Actor {
    Actor { person: Some(PersonId(1)), name: "Anna".to_owned(), address: "192.0.2.1".to_owned() }
}

/// Forty times the same digit.
pub(super) fn sha<T: std::str::FromStr>(digit: char) -> T
where
    T::Err: std::fmt::Debug,
{
    digit.to_string().repeat(40).parse().unwrap()
}

pub(super) fn listed(id: RepositoryId, name: &str) -> ListedFacts {
    ListedFacts {
        repository_id: id,
        name: name.parse().unwrap(),
        visibility: Visibility::Private,
        is_archived: false,
        is_fork: false,
        is_template: false,
        is_disabled: false,
        is_empty: false,
        language: Some("Go".to_owned()),
        topics: vec!["team-payments".to_owned()],
        team: None,
        default_branch: Some("main".to_owned()),
        pushed_at: Some(at(1)),
    }
}

/// A report with these verdicts on the first items and `Met` on the others.
pub(crate) fn report(verdicts: &[Verdict]) -> Report {
    let outcomes = std::array::from_fn(|place| Outcome {
        verdict: verdicts.get(place).copied().unwrap_or(Verdict::Met),
        settled_by: (place == 3 && verdicts.len() > 3).then_some(Item::BaseImage),
        findings: Vec::new(),
    });
    Report {
        state: FileState::Readable,
        state_reason: None,
        outcomes,
        stages: Vec::new(),
        bases: Vec::new(),
        uses_dhi: false,
    }
}

/// The acme organization with its repository `shop`, listed on the first of March.
pub(super) async fn acme(store: &TestStore) -> OrganizationId {
    let new = NewOrganization { login: "acme".parse().unwrap(), is_sample: false };
    let acme = store.add_organization(&new, at(1)).await.unwrap();
    store.save_listing(acme, &[listed(SHOP, "shop")], at(1)).await.unwrap();
    acme
}

/// Stores a content and its report.
pub(super) async fn score(
    store: &TestStore,
    blob: char,
    verdicts: &[Verdict],
    version: &EngineVersion,
) {
    let blob: BlobSha = sha(blob);
    let content =
        NewBlob { sha: blob.clone(), byte_size: 12, content: Some(b"FROM scratch".to_vec()) };
    store.save_blobs(&[content], at(1)).await.unwrap();
    let report = NewReport {
        blob,
        kind: FileKind::Dockerfile,
        policy: String::new(),
        report: report(verdicts),
    };
    store.save_reports(&[report], version, at(1)).await.unwrap();
}

pub(super) fn file(path: &str, blob: char) -> ReadFile {
    ReadFile {
        path: path.parse().unwrap(),
        kind: FileKind::Dockerfile,
        content: ReadContent::Scored(sha(blob)),
        owner: None,
    }
}

/// A reading of `shop` at the commit `head`, by the rules 1 and the catalogue `c1`.
pub(super) fn reading(head: char, files: Vec<ReadFile>) -> RepositoryReading {
    RepositoryReading {
        repository: SHOP,
        head: sha(head),
        tree: sha(head),
        head_committed_at: at(2),
        files,
        has_links: false,
        version: version(1, "c1"),
        policy: String::new(),
        settings: None,
    }
}

/// A whole crawl that saves nothing but its own end.
pub(super) async fn crawl(store: &TestStore, organization: OrganizationId, now: DateTime<Utc>) {
    let crawl =
        store.begin_crawl(organization, CrawlKind::Full, Trigger::Person, now).await.unwrap();
    let end = CrawlEnd {
        counts: CrawlCounts::default(),
        version: version(1, "c1"),
        pushed_watermark: Some(now),
    };
    store.finish_crawl(crawl, &end, now).await.unwrap();
}

/// Rows of one column of text, as a person would read them.
pub(super) async fn lines(store: &TestStore, sql: &'static str) -> String {
    let rows: Vec<String> = sqlx::query_scalar(sql).fetch_all(store.pool()).await.unwrap();
    rows.join("\n")
}

/// What `repository_progress` says of each repository.
pub(super) async fn progress(store: &TestStore) -> String {
    lines(
        store,
        "SELECT concat_ws(' ', name, state, 'files', dockerfiles, 'met', met, 'remaining', remaining,
                'left', items_left, 'finished ' || finished_at::date, 'slipped ' || slipped_back_at::date)
         FROM repository_progress JOIN repository USING (repository_id) ORDER BY name",
    )
    .await
}

pub(super) async fn changes(store: &TestStore) -> String {
    lines(
        store,
        "SELECT concat_ws(' ', path, item, coalesce(from_verdict, 'nothing'), 'to',
                coalesce(to_verdict, 'nothing'), cause, left(verdict_change.commit_sha, 3), changed_at::date)
         FROM verdict_change JOIN dockerfile USING (dockerfile_id)
         WHERE cause <> 'first-sight' ORDER BY verdict_change_id",
    )
    .await
}

/// Every row of every table that a reading writes, with its place on the disk: two equal
/// prints mean that nothing was written in between.
pub(super) async fn prints(store: &TestStore) -> String {
    lines(
        store,
        "SELECT concat_ws(' ', 'dockerfile', ctid, xmin) FROM dockerfile
         UNION ALL SELECT concat_ws(' ', 'item', ctid, xmin) FROM dockerfile_item
         UNION ALL SELECT concat_ws(' ', 'change', ctid, xmin) FROM verdict_change
         UNION ALL SELECT concat_ws(' ', 'repository', ctid, xmin) FROM repository
         UNION ALL SELECT concat_ws(' ', 'repository item', ctid, xmin) FROM repository_item
         UNION ALL SELECT concat_ws(' ', 'progress', ctid, xmin) FROM repository_progress
         UNION ALL SELECT concat_ws(' ', 'day', ctid, xmin) FROM repository_day
         UNION ALL SELECT concat_ws(' ', 'report', ctid, xmin) FROM report
         ORDER BY 1",
    )
    .await
}
