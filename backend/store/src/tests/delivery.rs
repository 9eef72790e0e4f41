//! Webhook deliveries, repeated, late and about somebody else.

use chrono::TimeDelta;
use names::RepositoryId;

use super::support::{SHOP, acme, at, lines};
use crate::testing::{TestStore, store};
use crate::{Account, Named, NewDelivery, Received, Wish};

fn account(login: &str, github_id: i64) -> Account {
    Account { github_id: Some(github_id), login: login.parse().unwrap() }
}

fn shop() -> Named {
    let name = "shop".parse().unwrap();
    Named { owner: account("ACME", 1), repository: SHOP, name, gone_reason: None }
}

fn delivery(id: &str, wish: Wish) -> NewDelivery {
    NewDelivery { id: id.to_owned(), event: "push".to_owned(), action: None, wish }
}

async fn receive(store: &TestStore, id: &str, wish: Wish) -> Received {
    store.receive(&delivery(id, wish), at(2)).await.unwrap()
}

async fn state(store: &TestStore) -> String {
    let sql = "SELECT concat_ws(' ', 'job', kind, trigger, state) FROM job
               UNION ALL
               SELECT concat_ws(' ', 'touched', repository_id, name, gone_reason)
               FROM touched_repository
               ORDER BY 1";
    lines(store, sql).await
}

#[tokio::test]
async fn a_repeated_delivery_queues_once() {
    let store = store().await;
    acme(&store).await;
    assert_eq!(receive(&store, "a", Wish::Look(vec![shop()])).await, Received::Queued);
    sqlx::query("DELETE FROM job").execute(store.pool()).await.unwrap();
    assert_eq!(receive(&store, "a", Wish::Look(vec![shop()])).await, Received::Repeated);
    insta::assert_snapshot!(state(&store).await, @"touched 7001 shop");
}

#[tokio::test]
async fn the_order_of_deliveries_does_not_matter() {
    let gone = Named { gone_reason: Some("it was deleted on GitHub".to_owned()), ..shop() };
    let wishes = [
        Wish::Crawl(account("acme", 1)),
        Wish::Look(vec![gone]),
        Wish::LookAtLinks(shop()),
        Wish::Look(vec![shop()]),
    ];
    let mut states = Vec::new();
    for first in 0..wishes.len() {
        let store = store().await;
        acme(&store).await;
        for place in 0..wishes.len() {
            let wish = wishes[(first + place) % wishes.len()].clone();
            receive(&store, &place.to_string(), wish).await;
        }
        states.push(state(&store).await);
    }
    states.dedup();
    insta::assert_snapshot!(states.join("\n\n"), @"
    job full-crawl webhook queued
    job touched-crawl webhook queued
    touched 7001 shop it was deleted on GitHub
    ");
}

#[tokio::test]
async fn a_repository_without_links_is_left_alone_where_no_container_file_changed() {
    let store = store().await;
    acme(&store).await;
    assert_eq!(receive(&store, "a", Wish::LookAtLinks(shop())).await, Received::Noted);
    assert_eq!(state(&store).await, "");
}

#[tokio::test]
async fn a_repository_with_links_and_one_that_is_not_known_are_looked_at_all_the_same() {
    let store = store().await;
    acme(&store).await;
    sqlx::query("UPDATE repository SET has_links = true").execute(store.pool()).await.unwrap();
    assert_eq!(receive(&store, "a", Wish::LookAtLinks(shop())).await, Received::Queued);
    let unknown = Named { repository: RepositoryId(9), name: "new".parse().unwrap(), ..shop() };
    assert_eq!(receive(&store, "b", Wish::LookAtLinks(unknown)).await, Received::Queued);
    insta::assert_snapshot!(state(&store).await, @"
    job touched-crawl webhook queued
    touched 7001 shop
    touched 9 new
    ");
}

#[tokio::test]
async fn an_account_is_known_by_its_id_and_before_that_by_its_login() {
    let store = store().await;
    let acme = acme(&store).await;
    for stranger in ["acme-labs", "other"] {
        let wish = Wish::Crawl(account(stranger, 2));
        assert_eq!(receive(&store, stranger, wish).await, Received::Noted, "{stranger}");
    }
    assert_eq!(receive(&store, "a", Wish::Crawl(account("Acme", 1))).await, Received::Queued);
    store.identify_organization(acme, (1, "O_1"), &"acme".parse().unwrap()).await.unwrap();
    let renamed = Wish::Crawl(account("acme-inc", 1));
    assert_eq!(receive(&store, "b", renamed).await, Received::Queued);
    let namesake = Wish::Crawl(account("acme", 2));
    assert_eq!(receive(&store, "c", namesake).await, Received::Noted);
}

#[tokio::test]
async fn a_delivery_is_forgotten_after_a_month() {
    let store = store().await;
    let month = TimeDelta::days(30);
    store.receive(&delivery("old", Wish::Nothing), at(1) - month).await.unwrap();
    store.receive(&delivery("young", Wish::Nothing), at(2) - month).await.unwrap();
    store.receive(&delivery("now", Wish::Nothing), at(2)).await.unwrap();
    let kept = lines(&store, "SELECT delivery_id FROM delivery ORDER BY 1").await;
    assert_eq!(kept, "now\nyoung");
}
