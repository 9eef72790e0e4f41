//! The page of one item, and the page of all eight.

use axum::http::StatusCode;
use checklist::{Item, Verdict};

use crate::testing::{
    Written, finding, get, listed, now, numbers_and_rows, organization, reading, report, words,
};

#[tokio::test]
async fn the_dockerfiles_behind_a_reason_are_linked_by_line() {
    let store = store::testing::store().await;
    let org = organization(&store, "acme").await;
    store.save_listing(org, &[listed(1, "shop")], now()).await.unwrap();
    let open = report(&[(Item::Ports, finding(Verdict::Remaining, 2, "80 is too low", ""))]);
    let file = |path, text, excluded_by| Written { path, text, report: open.clone(), excluded_by };
    let files = [
        file("Dockerfile", "FROM a\nEXPOSE 80\n", None),
        file("vendor/Dockerfile", "FROM b\nEXPOSE 80\n", Some("vendor/")),
    ];
    reading(&store, 1, "2026-11-20T12:00:00Z", &files).await;
    let (_, page) = get(&store, "/orgs/acme/items/ports").await;
    assert!(words(&page).contains("1 Dockerfile in 1 repository"), "{}", words(&page));
    assert!(page.contains(r#"href="/repos/acme/shop/dockerfiles/Dockerfile#L2""#));
    assert!(page.contains("80 is too low"));
    let (_, met) = get(&store, "/orgs/acme/items/no-shell").await;
    assert!(words(&met).contains("Nothing is left of this item."));
    let (status, _) = get(&store, "/orgs/acme/items/nope").await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn without_a_dockerfile_the_items_say_what_to_wait_for() {
    let store = store::testing::store().await;
    organization(&store, "acme").await;
    for address in ["/orgs/acme/items", "/orgs/acme/items/ports"] {
        let (status, page) = get(&store, address).await;
        assert_eq!(status, StatusCode::OK);
        assert!(words(&page).contains("No Dockerfile in scope is known yet."), "{address}");
    }
}

#[tokio::test]
async fn every_number_leads_to_exactly_that_many_rows() {
    let store = store::testing::store().await;
    crate::world::acme(&store).await;
    for change in [
        "UPDATE dockerfile SET report_id = NULL, outcomes = 'uuuuuuuu' WHERE path = 'a/Dockerfile'",
        "UPDATE dockerfile SET outcomes = overlay(outcomes placing 'w' from 6)
         WHERE repository_id = 9",
        "UPDATE organization SET revision = revision + 1",
    ] {
        sqlx::query(change).execute(store.pool()).await.unwrap();
    }
    let items = Item::ALL.map(|it| format!("/orgs/acme/items/{}", it.slug()));
    for address in items.iter().map(String::as_str).chain(["/orgs/acme/items"]) {
        let found = numbers_and_rows(&store, address).await;
        assert!(found.len() > 3, "{address} {found:?}");
        for (link, number, rows) in found {
            assert_eq!(number, rows, "{link} on {address}");
        }
    }
}
