//! Organizations, listings, contents and crawls as they are kept.

use super::support::{SHOP, acme, at, crawl, lines, listed, prints, report, score, sha, version};
use crate::testing::store;
use crate::{
    CrawlFailure, CrawlKind, Exclusion, FileKind, NewBlob, NewOrganization, NewReport, Trigger,
};
use checklist::{BaseUse, Finding, LineRange, StageRole, Suggestion, Verdict};
use names::{BlobSha, RepositoryId};

#[tokio::test]
async fn adding_an_organization_twice_finds_the_first() {
    let store = store().await;
    let first = acme(&store).await;
    let shouted = NewOrganization { login: "ACME".parse().unwrap(), is_sample: true };
    assert_eq!(store.add_organization(&shouted, at(2)).await.unwrap(), first);
    let found = store.organization(&"Acme".parse().unwrap()).await.unwrap().unwrap();
    assert_eq!((found.login.as_str(), found.is_sample), ("acme", false));
    assert_eq!(store.organizations().await.unwrap(), [found]);
}

#[tokio::test]
async fn a_listing_that_says_nothing_new_writes_no_row() {
    let store = store().await;
    let acme = acme(&store).await;
    let before = prints(&store).await;
    let twice = [listed(SHOP, "shop"), listed(SHOP, "shop")];
    store.save_listing(acme, &twice, at(2)).await.unwrap();
    assert_eq!(prints(&store).await, before);
}

#[tokio::test]
async fn a_repository_keeps_its_key_when_it_is_renamed() {
    let store = store().await;
    let acme = acme(&store).await;
    let mut fork = listed(RepositoryId(7002), "fork");
    fork.is_fork = true;
    store.save_listing(acme, &[listed(SHOP, "store"), fork], at(2)).await.unwrap();
    let known = store.known_repositories(&[SHOP, RepositoryId(7002)]).await.unwrap();
    assert_eq!(known[&SHOP].name.as_str(), "store");
    assert_eq!(known[&SHOP].excluded_by, None);
    assert_eq!(known[&RepositoryId(7002)].excluded_by, Some(Exclusion::Fork));
}

#[tokio::test]
async fn a_content_is_known_by_kind_and_version() {
    let store = store().await;
    score(&store, 'a', &[], &version(1, "c1")).await;
    let blobs: [BlobSha; 2] = [sha('a'), sha('b')];
    let known = store.known_reports(&blobs, &version(1, "c1"), "").await.unwrap();
    assert_eq!(known.into_iter().collect::<Vec<_>>(), [(sha('a'), FileKind::Dockerfile)]);
    assert!(store.known_reports(&blobs, &version(2, "c1"), "").await.unwrap().is_empty());
    let stored = store.known_blobs(&blobs).await.unwrap();
    assert_eq!(stored[0].content.as_deref(), Some(b"FROM scratch".as_slice()));
}

#[tokio::test]
async fn a_report_is_kept_with_its_findings_and_base_images_whatever_text_they_hold() {
    let store = store().await;
    let mut scored = report(&[Verdict::Remaining]);
    scored.outcomes[0].findings.push(Finding {
        code: "not-hardened".to_owned(),
        verdict: Verdict::Remaining,
        lines: Some(LineRange { first: 1, last: 2 }),
        message: "`node\0` is not hardened".to_owned(),
        fix: None,
    });
    scored.bases.push(BaseUse {
        stage: 0,
        role: StageRole::Final,
        reference: "node:20".to_owned(),
        image: "node".to_owned(),
        hardened: Some(false),
        suggestion: Suggestion::Use("dhi.io/node:20".to_owned()),
        lines: LineRange::one(1),
    });
    let blob = NewBlob { sha: sha('c'), byte_size: 2_000_000, content: None };
    store.save_blobs(&[blob], at(1)).await.unwrap();
    let new = NewReport {
        blob: sha('c'),
        kind: FileKind::Dockerfile,
        policy: String::new(),
        report: scored,
    };
    store.save_reports(&[new.clone(), new], &version(1, "c1"), at(1)).await.unwrap();
    let rows = lines(
        &store,
        "SELECT concat_ws(' ', item, ordinal, code, first_line, last_line, message) FROM finding
         UNION ALL SELECT concat_ws(' ', role, reference, image, hardened, suggestion_kind, suggestion)
         FROM base_use",
    );
    insta::assert_snapshot!(rows.await, @r"
    base-image 0 not-hardened 1 2 `node�` is not hardened
    final node:20 node f use dhi.io/node:20
    ");
}

#[tokio::test]
async fn a_crawl_moves_the_watermark_only_when_it_finishes() {
    let store = store().await;
    let acme = acme(&store).await;
    let watermark = async || {
        let found = store.organization_of(acme).await.unwrap().unwrap();
        (found.pushed_watermark, found.crawled_at)
    };
    let failed = store.begin_crawl(acme, CrawlKind::Full, Trigger::First, at(2)).await.unwrap();
    store.fail_crawl(failed, "GitHub did not answer", at(2)).await.unwrap();
    assert_eq!(watermark().await, (None, None));
    crawl(&store, acme, at(3)).await;
    assert_eq!(watermark().await, (Some(at(3)), Some(at(3))));
}

#[tokio::test]
async fn a_crawl_that_was_cut_off_does_not_run_for_ever() {
    let store = store().await;
    let acme = acme(&store).await;
    store.begin_crawl(acme, CrawlKind::Full, Trigger::First, at(2)).await.unwrap();
    store.begin_crawl(acme, CrawlKind::Full, Trigger::Schedule, at(3)).await.unwrap();
    let states = lines(&store, "SELECT state || ' ' || trigger FROM crawl ORDER BY crawl_id").await;
    assert_eq!(states, "failed first\nrunning schedule");
}

#[tokio::test]
async fn failures_keep_the_order_in_which_they_were_noted() {
    let store = store().await;
    let acme = acme(&store).await;
    let crawl = store.begin_crawl(acme, CrawlKind::Full, Trigger::First, at(2)).await.unwrap();
    for reason in ["blocked by a legal notice", "no answer"] {
        let failure =
            CrawlFailure { repository: Some(SHOP), path: None, reason: reason.to_owned() };
        store.record_failure(crawl, &failure).await.unwrap();
    }
    store.set_unreadable(SHOP, "no answer").await.unwrap();
    let noted = lines(&store, "SELECT reason FROM crawl_failure ORDER BY ordinal").await;
    assert_eq!(noted, "blocked by a legal notice\nno answer");
    let known = store.known_repositories(&[SHOP]).await.unwrap();
    assert_eq!(known[&SHOP].unreadable_reason.as_deref(), Some("no answer"));
}
