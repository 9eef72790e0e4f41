//! An organization with one repository of every kind and a crowd besides, and with
//! text that would do harm if a page forgot to escape it.

use checklist::{BaseUse, Item, LineRange, Report, StageRole, Suggestion, Verdict};
use names::RepositoryId;
use store::testing::TestStore;
use store::{
    CrawlCounts, CrawlEnd, CrawlKind, EngineVersion, ListedFacts, OrganizationId, Trigger,
};

use crate::testing::{Written, at, finding, listed, organization, reading, report};

/// Text from outside that must stay text.
pub(crate) const HOSTILE: &str = "<script>alert('x')</script>\"&";

/// `acme`: finished, finished long ago, a quick win, slipped back, in progress, archived,
/// without a Dockerfile, blocked, and 52 that were not started.
pub(crate) async fn acme(store: &TestStore) -> OrganizationId {
    let org = organization(store, "acme").await;
    list(store, org).await;
    let all_met = || vec![written("Dockerfile", "met", report(&[]))];
    reading(store, 1, "2026-11-20T12:00:00Z", &all_met()).await;
    reading(store, 2, "2026-09-01T12:00:00Z", &all_met()).await;
    reading(
        store,
        3,
        "2026-11-01T12:00:00Z",
        &[written("Dockerfile", "ports", left(&[Item::Ports]))],
    )
    .await;
    reading(store, 4, "2026-10-01T12:00:00Z", &all_met()).await;
    let slipped = left(&[Item::Ports, Item::NoShell]);
    reading(store, 4, "2026-11-21T12:00:00Z", &[written("Dockerfile", "slipped", slipped)]).await;
    reading(store, 5, "2026-11-22T12:00:00Z", &busy()).await;
    reading(store, 7, "2026-11-22T12:00:00Z", &[]).await;
    store.set_unreadable(RepositoryId(8), HOSTILE).await.unwrap();
    for id in 9..=60 {
        let file = written("Dockerfile", "crowd", left(&Item::ALL));
        reading(store, id, "2026-08-01T12:00:00Z", &[file]).await;
    }
    crawl(store, org, "2026-11-16T03:00:00Z").await;
    crawl(store, org, "2026-11-23T03:00:00Z").await;
    org
}

async fn list(store: &TestStore, org: OrganizationId) {
    let named =
        ["finished", "long-finished", "quick", "slipped", "busy", "archived", "bare", "blocked"];
    let mut all: Vec<ListedFacts> = (1..).zip(named).map(|(id, name)| listed(id, name)).collect();
    all.extend((9..=60).map(|id| listed(id, &format!("crowd-{id}"))));
    for it in &mut all {
        match it.repository_id.0 {
            1 | 2 => it.team = Some("payments".to_owned()),
            3 => it.team = Some(HOSTILE.to_owned()),
            5 => it.language = Some(HOSTILE.to_owned()),
            6 => it.is_archived = true,
            _ => {}
        }
    }
    store.save_listing(org, &all, at("2026-08-01T12:00:00Z")).await.unwrap();
}

/// A crawl that ended well, and so a day in the chart.
pub(crate) async fn crawl(store: &TestStore, org: OrganizationId, moment: &str) {
    let now = at(moment);
    let crawl = store.begin_crawl(org, CrawlKind::Full, Trigger::Schedule, now).await.unwrap();
    let version = EngineVersion { rules: 1, catalog: "test".to_owned() };
    let end = CrawlEnd { counts: CrawlCounts::default(), version, pushed_watermark: None };
    store.finish_crawl(crawl, &end, now).await.unwrap();
}

fn busy() -> Vec<Written<'static>> {
    let mut first = left(&[Item::BaseImage, Item::NonRootUser]);
    first.bases = vec![
        base("node:20-alpine", StageRole::Build, Suggestion::Use("dhi.io/node:20-dev".to_owned())),
        base(HOSTILE, StageRole::Final, Suggestion::NoneExists),
    ];
    first.uses_dhi = true;
    let mut second = left(&[Item::BaseImage]);
    second.bases = vec![
        base("node", StageRole::Build, Suggestion::NotKnown),
        base("node:20-alpine", StageRole::Final, Suggestion::NotKnown),
    ];
    let mut excluded = written("examples/Dockerfile", "example", left(&Item::ALL));
    excluded.excluded_by = Some("examples/");
    vec![
        written("a/Dockerfile", "first", first),
        written("b/Dockerfile", "second", second),
        excluded,
    ]
}

fn base(reference: &str, role: StageRole, suggestion: Suggestion) -> BaseUse {
    let image = reference.split(':').next().unwrap_or(reference).to_owned();
    let reference = reference.to_owned();
    let lines = LineRange::one(1);
    BaseUse { stage: 0, role, reference, image, hardened: Some(false), suggestion, lines }
}

/// A report at which these items remain.
fn left(items: &[Item]) -> Report {
    let findings: Vec<_> = items
        .iter()
        .map(|it| (*it, finding(Verdict::Remaining, 1, HOSTILE, "do something")))
        .collect();
    report(&findings)
}

fn written(path: &'static str, text: &'static str, report: Report) -> Written<'static> {
    Written { path, text, report, excluded_by: None }
}
