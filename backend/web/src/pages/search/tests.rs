//! The search, over small organizations.

use axum::http::StatusCode;

use crate::testing::{Written, get, listed, now, organization, reading, report, words};

#[tokio::test]
async fn a_part_of_a_name_finds_repositories_and_paths() {
    let store = store::testing::store().await;
    let org = organization(&store, "acme").await;
    store.save_listing(org, &[listed(1, "shop_web"), listed(2, "billing")], now()).await.unwrap();
    let file = Written {
        path: "shop/Dockerfile",
        text: "FROM scratch\n",
        report: report(&[]),
        excluded_by: None,
    };
    reading(&store, 2, "2026-11-20T12:00:00Z", &[file]).await;
    let (_, page) = get(&store, "/search?q=SHOP").await;
    let words = words(&page);
    assert!(words.contains("shop_web not read yet"), "{words}");
    assert!(words.contains("billing/shop/Dockerfile done"), "{words}");
    assert!(page.contains("<mark>shop</mark>_web"), "{page}");
}

#[tokio::test]
async fn what_is_called_exactly_so_comes_first() {
    let store = store::testing::store().await;
    let org = organization(&store, "acme").await;
    let names = ["my-api", "api-gateway", "api", "other"];
    let all: Vec<_> = (1..).zip(names).map(|(id, name)| listed(id, name)).collect();
    store.save_listing(org, &all, now()).await.unwrap();
    let (_, page) = get(&store, "/search?q=api").await;
    let words = words(&page);
    let place = |name: &str| words.find(&format!("{name} not read yet")).unwrap();
    assert!(place("api") < place("api-gateway") && place("api-gateway") < place("my-api"));
}

#[tokio::test]
async fn with_several_organizations_each_hit_names_its_own() {
    let store = store::testing::store().await;
    for (id, login) in [(1, "acme"), (2, "globex")] {
        let org = organization(&store, login).await;
        store.save_listing(org, &[listed(id, "shop")], now()).await.unwrap();
    }
    let (_, page) = get(&store, "/search?q=shop").await;
    let words = words(&page);
    assert!(words.contains("acme/shop not read yet"), "{words}");
    assert!(words.contains("globex/shop not read yet"), "{words}");
}

#[tokio::test]
async fn a_search_means_its_characters_and_prints_them_as_text() {
    let store = store::testing::store().await;
    let org = organization(&store, "acme").await;
    store.save_listing(org, &[listed(1, "shop")], now()).await.unwrap();
    for hostile in ["%25", "_", "%3Cscript%3E", "%00", "%5C", "'", "%E2%80%AE"] {
        let (status, page) = get(&store, &format!("/search?q={hostile}")).await;
        assert_eq!(status, StatusCode::OK, "{hostile}");
        assert!(words(&page).contains("Nothing has that in its name."), "{hostile}");
        assert!(!page.contains("<script>"), "{hostile}");
    }
}
