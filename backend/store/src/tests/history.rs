//! The sum over repositories agrees with what crawls counted of the whole organization.

use checklist::Item;
use checklist::Verdict::{Met, NotApplicable, Remaining, Unknown, Verify};
use names::RepositoryId;

use super::support::{SHOP, acme, at, crawl, file, listed, reading, score, version};
use crate::RepositoryReading;
use crate::read::history::{Gains, History, HistoryDay};
use crate::read::snapshot::Snapshot;
use crate::testing::{TestStore, store};

const OTHER: RepositoryId = RepositoryId(7002);

/// Two repositories over four days: `shop` is read on the first and the third, the other
/// one on the second.
async fn world(store: &TestStore) -> History {
    let acme = acme(store).await;
    store.save_listing(acme, &[listed(SHOP, "shop"), listed(OTHER, "other")], at(1)).await.unwrap();
    score(store, 'a', &[Remaining, Verify, NotApplicable, Unknown], &version(1, "c1")).await;
    score(store, 'b', &[Met, Verify], &version(1, "c1")).await;
    store.save_reading(&reading('1', vec![file("Dockerfile", 'a')]), at(3)).await.unwrap();
    crawl(store, acme, at(3)).await;
    let other = RepositoryReading {
        repository: OTHER,
        ..reading('2', vec![file("Dockerfile", 'a'), file("b/Dockerfile", 'b')])
    };
    store.save_reading(&other, at(4)).await.unwrap();
    crawl(store, acme, at(4)).await;
    store.save_reading(&reading('3', vec![file("Dockerfile", 'b')]), at(5)).await.unwrap();
    crawl(store, acme, at(5)).await;
    // Nothing changed, and yet it is a point.
    crawl(store, acme, at(9)).await;
    store.history(acme.0).await.unwrap()
}

fn told(days: &[HistoryDay]) -> Vec<String> {
    let line = |it: &HistoryDay| format!("{} {} {} {}", it.day, it.done, it.to_verify, it.open);
    days.iter().map(line).collect()
}

#[tokio::test]
async fn the_sum_over_all_repositories_is_what_crawls_counted() {
    let store = store().await;
    let history = world(&store).await;
    let summed = history.of([SHOP, OTHER].into_iter(), &[]);
    assert_eq!(summed, history.whole());
    insta::assert_snapshot!(told(&summed).join("\n"), @r"
    2026-03-03 4 1 2
    2026-03-04 15 3 4
    2026-03-05 18 3 2
    2026-03-09 18 3 2
    ");
}

#[tokio::test]
async fn single_repositories_and_items_have_a_history_of_their_own() {
    let store = store().await;
    let history = world(&store).await;
    let base = history.of([SHOP].into_iter(), &[Item::BaseImage]);
    insta::assert_snapshot!(told(&base).join("\n"), @r"
    2026-03-03 0 0 1
    2026-03-04 0 0 1
    2026-03-05 1 0 0
    2026-03-09 1 0 0
    ");
    let sums = Item::ALL.map(|it| history.of([SHOP, OTHER].into_iter(), &[it]));
    for (place, whole) in history.whole().iter().enumerate() {
        let sum: i64 = sums.iter().map(|days| days[place].scope()).sum();
        assert_eq!(sum, whole.scope());
    }
    assert!(told(&history.of([RepositoryId(1)].into_iter(), &[]))[0].ends_with("0 0 0"));
}

#[tokio::test]
async fn what_was_gained_lately_is_told_by_item() {
    let store = store().await;
    let history = world(&store).await;
    let snapshot = store.snapshot(1).await.unwrap();
    let gains = |since: &str| gains(&history, &snapshot, &[SHOP, OTHER], since);
    assert_eq!(gains("2026-03-02"), None);
    assert_eq!(gains("2026-03-04"), Some([1, 0, 1, 1, 0, 0, 0, 0]));
    assert_eq!(gains("2026-03-05"), Some([0; 8]));
    let only_other = self::gains(&history, &snapshot, &[OTHER], "2026-03-04");
    assert_eq!(only_other, Some([0; 8]));
    sqlx::query("UPDATE organization_day SET rule_version = 2 WHERE day >= '2026-03-05'")
        .execute(store.pool())
        .await
        .unwrap();
    let history = store.history(1).await.unwrap();
    assert_eq!(self::gains(&history, &snapshot, &[SHOP], "2026-03-04"), Some([0; 8]));
}

/// What some repositories gained since a day, together.
fn gains(
    history: &History,
    snapshot: &Snapshot,
    of: &[RepositoryId],
    since: &str,
) -> Option<Gains> {
    let repositories = snapshot.repositories.iter().filter(|it| of.contains(&it.id));
    let gained = history.gained(&repositories.collect::<Vec<_>>(), since.parse().unwrap())?;
    let mut sum = Gains::default();
    for (_, gains) in gained {
        sum.iter_mut().zip(gains).for_each(|(sum, gain)| *sum += gain);
    }
    Some(sum)
}

#[tokio::test]
async fn single_items_begin_where_items_were_counted() {
    let store = store().await;
    let acme_days = world(&store).await.days;
    let first = acme_days[0].day;
    sqlx::query(
        "UPDATE repository_day SET done = '{}', to_verify = '{}', open = '{}' WHERE day = $1",
    )
    .bind(first)
    .execute(store.pool())
    .await
    .unwrap();
    let history = store.history(1).await.unwrap();
    assert_eq!(history.of([SHOP].into_iter(), &[]).len(), 4);
    let ports = history.of([SHOP].into_iter(), &[Item::Ports]);
    assert_eq!(ports.first().map(|it| it.day.to_string()).as_deref(), Some("2026-03-05"));
}

#[tokio::test]
async fn reckoned_days_count_where_the_organization_counts_them() {
    let store = store().await;
    let acme = acme(&store).await;
    world_before(&store).await;
    crawl(&store, acme, at(3)).await;
    let late =
        RepositoryReading { repository: OTHER, ..reading('2', vec![file("Dockerfile", 'b')]) };
    store.save_reading(&late, at(6)).await.unwrap();
    crawl(&store, acme, at(6)).await;
    let history = store.history(acme.0).await.unwrap();
    let summed = told(&history.of([SHOP, OTHER].into_iter(), &[]));
    assert_eq!(summed, ["2026-02-20 3 0 5", "2026-03-03 7 1 0", "2026-03-06 14 2 0"]);
    assert_eq!(summed, told(&history.whole()));
}

/// `shop` was seen by the first crawl and has a reckoned day; the other one has one too, and
/// came later, so that the organization's reckoned days are without it.
async fn world_before(store: &TestStore) {
    let acme = store.organization_headers().await.unwrap()[0].organization_id;
    let both = [listed(SHOP, "shop"), listed(OTHER, "other")];
    store.save_listing(crate::OrganizationId(acme), &both, at(1)).await.unwrap();
    score(store, 'b', &[Met, Verify], &version(1, "c1")).await;
    store.save_reading(&reading('1', vec![file("Dockerfile", 'b')]), at(3)).await.unwrap();
    let rows = "INSERT INTO repository_day
        (repository_id, day, met, remaining, verify, unknown, not_applicable, is_reconstructed)
        VALUES ($1, '2026-02-20', 3, 4, 0, 1, 0, true), ($2, '2026-02-25', 1, 7, 0, 0, 0, true)";
    sqlx::query(rows).bind(SHOP.0).bind(OTHER.0).execute(store.pool()).await.unwrap();
    let day = "INSERT INTO organization_day
        (organization_id, day, repositories, repositories_finished, dockerfiles, met, remaining,
         verify, unknown, not_applicable, rule_version, catalog_version, is_reconstructed)
        VALUES ($1, '2026-02-20', 1, 0, 1, 3, 4, 0, 1, 0, 1, 'c1', true)";
    sqlx::query(day).bind(acme).execute(store.pool()).await.unwrap();
}

#[tokio::test]
async fn a_history_of_some_repositories_is_the_sum_of_theirs_on_the_same_days() {
    let store = store().await;
    let history = world(&store).await;
    let only = history.only(&[SHOP.0]);
    assert_eq!(only.whole(), history.of([SHOP].into_iter(), &[]));
    assert_eq!(only.days.len(), history.days.len());
    assert_eq!(only.of([OTHER].into_iter(), &[]), history.of([].into_iter(), &[]));
    assert_eq!(history.only(&[SHOP.0, OTHER.0]).whole(), history.whole());
}
