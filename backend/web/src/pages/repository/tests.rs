//! The page on a real database.

use axum::http::StatusCode;
use checklist::{Item, Verdict};
use names::RepositoryId;
use store::Store;

use crate::testing::{
    Written, finding, get, listed, now, organization, post, reading, report, words,
};

async fn shop(store: &Store) {
    let org = organization(store, "acme").await;
    store.save_listing(org, &[listed(1, "shop"), listed(2, "silent")], now()).await.unwrap();
}

fn open() -> checklist::Report {
    let message = "`node` is not hardened";
    report(&[(Item::BaseImage, finding(Verdict::Remaining, 1, message, "use `dhi.io/node:22`"))])
}

#[tokio::test]
async fn what_remains_is_told_with_its_line_and_its_fix() {
    let store = store::testing::store().await;
    shop(&store).await;
    let file = |path, text, excluded_by| Written { path, text, report: open(), excluded_by };
    let files = [
        file("Dockerfile", "FROM node\n", None),
        file("vendor/Dockerfile", "FROM a\n", Some("vendor/")),
    ];
    reading(&store, 1, "2026-11-20T12:00:00Z", &files).await;
    let (status, page) = get(&store, "/repos/ACME/shop").await;
    assert_eq!(status, StatusCode::OK);
    let words = words(&page);
    assert!(
        words.contains("line 1 of Dockerfile · `node` is not hardened. Use dhi.io/node:22.")
            || words.contains("line 1 of Dockerfile · node is not hardened. Use dhi.io/node:22.")
    );
    assert!(words.contains("out of scope: matches vendor/"));
    assert!(!page.contains("/vendor/Dockerfile#L1"), "what is out of scope is no work");
}

#[tokio::test]
async fn changes_are_told_by_commit() {
    let store = store::testing::store().await;
    shop(&store).await;
    let file = |text, report| Written { path: "Dockerfile", text, report, excluded_by: None };
    reading(&store, 1, "2026-11-10T12:00:00Z", &[file("FROM node\n", open())]).await;
    reading(&store, 1, "2026-11-20T12:00:00Z", &[file("FROM dhi.io/node:22\n", report(&[]))]).await;
    let (_, page) = get(&store, "/repos/acme/shop").await;
    let words = words(&page);
    assert!(words.contains("Base image ✕ remaining →became ✓ met"), "{words}");
    assert!(words.contains("First seen: 7 met · 0 to verify · 1 remaining"));
    assert!(words.contains("since 20 Nov 2026"));
}

#[tokio::test]
async fn a_repository_that_could_not_be_read_says_why() {
    let store = store::testing::store().await;
    shop(&store).await;
    store.set_unreadable(RepositoryId(2), "a legal notice").await.unwrap();
    let (_, page) = get(&store, "/repos/acme/silent").await;
    let words = words(&page);
    assert!(words.contains("could not be read at the last attempt: a legal notice."));
    assert!(words.contains("no crawl has read it so far") && !words.contains("Items left"));
}

#[tokio::test]
async fn a_name_that_nobody_has_leads_nowhere() {
    let store = store::testing::store().await;
    shop(&store).await;
    for address in ["/repos/acme/nope", "/repos/nobody/shop", "/repos/acme/%3Cb%3E"] {
        assert_eq!(get(&store, address).await.0, StatusCode::NOT_FOUND, "{address}");
    }
}

#[tokio::test]
async fn a_person_has_this_repository_alone_looked_at_and_waits_for_it() {
    let store = store::testing::store().await;
    shop(&store).await;
    let (_, page) = get(&store, "/repos/acme/shop").await;
    assert!(page.contains("action=\"/repos/acme/shop/crawl\""));
    let (status, _, location) = post(&store, "/repos/ACME/shop/crawl", "").await;
    assert_eq!((status, location.as_str()), (StatusCode::SEE_OTHER, "/orgs/acme/crawl"));
    let org = organization(&store, "acme").await;
    let touched = store.touched(org).await.unwrap();
    assert_eq!(touched.first().map(|it| it.repository), Some(RepositoryId(1)));
    let (_, page) = get(&store, "/orgs/acme/crawl").await;
    assert!(words(&page).contains("Queued. It starts in a moment."), "{}", words(&page));
    assert_eq!(post(&store, "/repos/acme/nothing/crawl", "").await.0, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn what_is_wrong_in_its_own_settings_is_told_with_its_line() {
    let store = store::testing::store().await;
    shop(&store).await;
    let file =
        Written { path: "Dockerfile", text: "FROM node\n", report: open(), excluded_by: None };
    reading(&store, 1, "2026-11-20T12:00:00Z", &[file]).await;
    let (_, page) = get(&store, "/repos/acme/shop").await;
    assert!(
        words(&page).contains("Nothing has been decided here.") && !page.contains("drydock-yml")
    );
    let settings = r#"
        INSERT INTO repository_settings (repository_id, exclude, final_target, errors)
        VALUES (1, '{legacy/**}', 'server', '[{"line": 3, "message": "no item is called <b>"}]')
    "#;
    sqlx::query(settings).execute(store.pool()).await.unwrap();
    let (_, page) = get(&store, "/repos/acme/shop").await;
    let words = words(&page);
    assert!(words.contains("Line 3: no item is called <b>"), "{words}");
    assert!(words.contains("Final targetserver Left out of scopelegacy/**"), "{words}");
    assert!(page.contains("/.drydock.yml#L3\"") && !page.contains("called <b>"));
}
