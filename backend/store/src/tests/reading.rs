//! What a reading leaves behind, and what it leaves alone.

use super::support::{
    SHOP, acme, at, changes, crawl, file, lines, listed, prints, progress, reading, score, version,
};
use crate::testing::store;
use crate::{ReadContent, StoreError};
use checklist::Verdict::{Met, NotApplicable, Remaining, Unknown, Verify};

#[tokio::test]
async fn saving_a_reading_twice_writes_no_row() {
    let store = store().await;
    acme(&store).await;
    score(&store, 'a', &[Remaining, Verify, NotApplicable], &version(1, "c1")).await;
    let reading = reading('1', vec![file("Dockerfile", 'a')]);
    store.save_reading(&reading, at(3)).await.unwrap();
    let before = prints(&store).await;
    store.save_reading(&reading, at(9)).await.unwrap();
    score(&store, 'a', &[Remaining, Verify, NotApplicable], &version(1, "c1")).await;
    assert_eq!(prints(&store).await, before);
    insta::assert_snapshot!(progress(&store).await, @"shop not-started files 1 met 5 remaining 1 left 2");
}

#[tokio::test]
async fn a_verdict_that_changes_is_recorded_with_its_commit() {
    let store = store().await;
    acme(&store).await;
    score(&store, 'a', &[Remaining, Verify], &version(1, "c1")).await;
    score(&store, 'b', &[Met, Verify], &version(1, "c1")).await;
    store.save_reading(&reading('1', vec![file("Dockerfile", 'a')]), at(3)).await.unwrap();
    store.save_reading(&reading('2', vec![file("Dockerfile", 'b')]), at(4)).await.unwrap();
    insta::assert_snapshot!(changes(&store).await, @"Dockerfile base-image remaining to met commit 222 2026-03-04");
    insta::assert_snapshot!(progress(&store).await, @"shop in-progress files 1 met 7 remaining 0 left 1");
}

#[tokio::test]
async fn a_finished_repository_that_loses_a_verdict_slipped_back() {
    let store = store().await;
    acme(&store).await;
    score(&store, 'a', &[Met], &version(1, "c1")).await;
    score(&store, 'b', &[Remaining], &version(1, "c1")).await;
    store.save_reading(&reading('1', vec![file("Dockerfile", 'a')]), at(3)).await.unwrap();
    let finished = progress(&store).await;
    store.save_reading(&reading('2', vec![file("Dockerfile", 'b')]), at(4)).await.unwrap();
    let slipped = progress(&store).await;
    store.save_reading(&reading('3', vec![file("Dockerfile", 'a')]), at(5)).await.unwrap();
    let again = progress(&store).await;
    insta::assert_snapshot!([finished, slipped, again].join("\n"), @r"
    shop finished files 1 met 8 remaining 0 left 0 finished 2026-03-03
    shop not-started files 1 met 7 remaining 1 left 1 finished 2026-03-03 slipped 2026-03-04
    shop finished files 1 met 8 remaining 0 left 0 finished 2026-03-05
    ");
}

#[tokio::test]
async fn an_archived_repository_leaves_the_totals_and_comes_back() {
    let store = store().await;
    let acme = acme(&store).await;
    score(&store, 'a', &[Remaining], &version(1, "c1")).await;
    store.save_reading(&reading('1', vec![file("Dockerfile", 'a')]), at(3)).await.unwrap();
    crawl(&store, acme, at(3)).await;
    let mut archived = listed(SHOP, "shop");
    archived.is_archived = true;
    store.save_listing(acme, &[archived], at(4)).await.unwrap();
    crawl(&store, acme, at(4)).await;
    store.save_listing(acme, &[listed(SHOP, "shop")], at(5)).await.unwrap();
    crawl(&store, acme, at(5)).await;
    let days = lines(
        &store,
        "SELECT concat_ws(' ', day, 'repositories', repositories, 'files', dockerfiles, 'met', met,
                'remaining', remaining) FROM organization_day ORDER BY day",
    );
    insta::assert_snapshot!(days.await, @r"
    2026-03-03 repositories 1 files 1 met 7 remaining 1
    2026-03-04 repositories 0 files 0 met 0 remaining 0
    2026-03-05 repositories 1 files 1 met 7 remaining 1
    ");
    let days = lines(
        &store,
        "SELECT concat_ws(' ', day, 'met', met, 'remaining', remaining) FROM repository_day ORDER BY day",
    );
    insta::assert_snapshot!(days.await, @r"
    2026-03-03 met 7 remaining 1
    2026-03-04 met 0 remaining 0
    2026-03-05 met 7 remaining 1
    ");
}

#[tokio::test]
async fn a_repository_that_is_not_listed_any_more_leaves_the_totals() {
    let store = store().await;
    let acme = acme(&store).await;
    score(&store, 'a', &[Remaining], &version(1, "c1")).await;
    store.save_reading(&reading('1', vec![file("Dockerfile", 'a')]), at(3)).await.unwrap();
    store.mark_gone(acme, &[(SHOP, "deleted".to_owned())], at(4)).await.unwrap();
    insta::assert_snapshot!(progress(&store).await, @"shop out-of-scope files 0 met 0 remaining 0 left 0");
    store.save_listing(acme, &[listed(SHOP, "shop")], at(5)).await.unwrap();
    insta::assert_snapshot!(progress(&store).await, @"shop not-started files 1 met 7 remaining 1 left 1");
}

#[tokio::test]
async fn a_dockerfile_that_is_removed_takes_its_verdicts_along() {
    let store = store().await;
    acme(&store).await;
    score(&store, 'a', &[Remaining, NotApplicable], &version(1, "c1")).await;
    store.save_reading(&reading('1', vec![file("Dockerfile", 'a')]), at(3)).await.unwrap();
    store.save_reading(&reading('2', vec![]), at(4)).await.unwrap();
    insta::assert_snapshot!(progress(&store).await, @"shop no-dockerfile files 0 met 0 remaining 0 left 0");
    insta::assert_snapshot!(changes(&store).await, @r"
    Dockerfile base-image remaining to nothing removed 222 2026-03-04
    Dockerfile package-management not-applicable to nothing removed 222 2026-03-04
    Dockerfile non-root-user met to nothing removed 222 2026-03-04
    Dockerfile multi-stage-build met to nothing removed 222 2026-03-04
    Dockerfile tls-certificates met to nothing removed 222 2026-03-04
    Dockerfile ports met to nothing removed 222 2026-03-04
    Dockerfile entry-point met to nothing removed 222 2026-03-04
    Dockerfile no-shell met to nothing removed 222 2026-03-04
    ");
    // The same content comes back at a later commit.
    store.save_reading(&reading('3', vec![file("Dockerfile", 'a')]), at(5)).await.unwrap();
    insta::assert_snapshot!(progress(&store).await, @"shop not-started files 1 met 6 remaining 1 left 1");
}

#[tokio::test]
async fn new_rules_move_verdicts_without_a_commit_and_without_progress() {
    let store = store().await;
    let acme = acme(&store).await;
    score(&store, 'a', &[Remaining, Verify], &version(1, "c1")).await;
    store.save_reading(&reading('1', vec![file("Dockerfile", 'a')]), at(3)).await.unwrap();
    let next = version(2, "c1");
    let unscored = store.unscored_blobs(acme, &next, 10).await.unwrap();
    assert_eq!(unscored.len(), 1);
    score(&store, 'a', &[Met, Verify], &next).await;
    assert_eq!(store.unscored_blobs(acme, &next, 10).await.unwrap(), []);
    for reading in store.outdated_readings(acme, &next).await.unwrap() {
        store.save_reading(&reading, at(4)).await.unwrap();
    }
    assert_eq!(store.outdated_readings(acme, &next).await.unwrap(), []);
    insta::assert_snapshot!(changes(&store).await, @"Dockerfile base-image remaining to met rules 111 2026-03-04");
    // Still not started: no commit has met anything.
    insta::assert_snapshot!(progress(&store).await, @"shop not-started files 1 met 7 remaining 0 left 1");
}

#[tokio::test]
async fn a_new_catalogue_is_the_cause_where_the_rules_are_the_same() {
    let store = store().await;
    acme(&store).await;
    score(&store, 'a', &[Verify], &version(1, "c1")).await;
    score(&store, 'a', &[Remaining], &version(1, "c2")).await;
    store.save_reading(&reading('1', vec![file("Dockerfile", 'a')]), at(3)).await.unwrap();
    let mut later = reading('1', vec![file("Dockerfile", 'a')]);
    later.version = version(1, "c2");
    store.save_reading(&later, at(4)).await.unwrap();
    insta::assert_snapshot!(changes(&store).await, @"Dockerfile base-image verify to remaining catalog 111 2026-03-04");
}

#[tokio::test]
async fn an_unread_dockerfile_has_eight_unknown_items() {
    let store = store().await;
    acme(&store).await;
    let mut unread = file("Dockerfile", 'a');
    unread.content = ReadContent::Unread("GitHub did not send it\0".to_owned());
    store.save_reading(&reading('1', vec![unread]), at(3)).await.unwrap();
    let verdicts = lines(&store, "SELECT DISTINCT verdict FROM dockerfile_item");
    assert_eq!(verdicts.await, Unknown.slug());
    insta::assert_snapshot!(progress(&store).await, @"shop not-started files 1 met 0 remaining 0 left 8");
}

#[tokio::test]
async fn an_excluded_dockerfile_is_seen_but_not_counted() {
    let store = store().await;
    acme(&store).await;
    score(&store, 'a', &[Remaining], &version(1, "c1")).await;
    let files = vec![file("examples/Dockerfile", 'a'), file("Dockerfile", 'a')];
    store.save_reading(&reading('1', files), at(3)).await.unwrap();
    insta::assert_snapshot!(progress(&store).await, @"shop not-started files 1 met 7 remaining 1 left 1");
    let excluded = lines(&store, "SELECT dockerfiles_excluded::text FROM repository_progress");
    assert_eq!(excluded.await, "1");
}

#[tokio::test]
async fn a_reading_of_a_content_without_report_changes_nothing() {
    let store = store().await;
    acme(&store).await;
    score(&store, 'a', &[Met], &version(7, "c1")).await;
    let before = prints(&store).await;
    let saved = store.save_reading(&reading('1', vec![file("Dockerfile", 'a')]), at(3)).await;
    assert!(matches!(saved, Err(StoreError::NotScored(path)) if path == "Dockerfile"));
    assert_eq!(prints(&store).await, before);
}
