//! The page on a real database.

use axum::http::StatusCode;
use checklist::{Item, Verdict};
use names::RepositoryId;
use store::decision::NewDecision;
use store::{DecisionKind, Store};

use crate::testing::{Written, finding, get, listed, now, organization, reading, report, words};

async fn dispute(store: &Store, repository: i64, item: Item, comment: &str) {
    let path = "Dockerfile".parse().unwrap();
    let file = store.dockerfile(RepositoryId(repository), &path).await.unwrap().unwrap();
    let new = NewDecision {
        dockerfile: file.id,
        item,
        kind: DecisionKind::Disputed,
        reason: comment.to_owned(),
        decided_by: "Ada".to_owned(),
        expires_on: None,
        evidence: file.evidence(item),
    };
    store.decide(&new, &store::Actor::command_line(), now()).await.unwrap().unwrap();
}

#[tokio::test]
async fn the_rule_that_is_disputed_most_comes_first_with_its_dockerfiles() {
    let store = store::testing::store().await;
    let org = organization(&store, "acme").await;
    store.save_listing(org, &[listed(1, "api"), listed(2, "shop")], now()).await.unwrap();
    for id in [1, 2] {
        let finding = finding(Verdict::Remaining, 1, "not hardened", "");
        let report = report(&[(Item::BaseImage, finding)]);
        let file = Written { path: "Dockerfile", text: "FROM a\n", report, excluded_by: None };
        reading(&store, id, "2026-11-20T12:00:00Z", &[file]).await;
    }
    dispute(&store, 1, Item::NoShell, "it has a shell").await;
    dispute(&store, 1, Item::BaseImage, "our own mirror").await;
    dispute(&store, 2, Item::BaseImage, "the same").await;
    let (status, page) = get(&store, "/orgs/acme/disputes").await;
    assert_eq!(status, StatusCode::OK);
    let words = words(&page);
    assert!(
        words.contains(
            "Base image not-hardened 2 disputes shop / Dockerfile Ada, just now the same \
             api / Dockerfile Ada, just now our own mirror \
             No shell without a reason of its own 1 dispute"
        ),
        "{words}"
    );
    assert!(page.contains(r#"href="/repos/acme/shop/dockerfiles/Dockerfile#card-base-image""#));
}

#[tokio::test]
async fn a_rule_that_is_disputed_often_has_a_page_of_its_own() {
    let store = store::testing::store().await;
    let org = organization(&store, "acme").await;
    let all: Vec<_> = (1..=7).map(|id| listed(id, &format!("api-{id}"))).collect();
    store.save_listing(org, &all, now()).await.unwrap();
    for id in 1..=7 {
        let finding = finding(Verdict::Remaining, 1, "not hardened", "");
        let report = report(&[(Item::BaseImage, finding)]);
        let file = Written { path: "Dockerfile", text: "FROM a\n", report, excluded_by: None };
        reading(&store, id, "2026-11-20T12:00:00Z", &[file]).await;
        dispute(&store, id, Item::BaseImage, "our own mirror").await;
    }
    dispute(&store, 1, Item::NoShell, "it has a shell").await;
    let told = |page: &str| page.matches("our own mirror").count();
    let (_, page) = get(&store, "/orgs/acme/disputes").await;
    assert_eq!(told(&page), 5);
    let rule = "/orgs/acme/disputes?item=base-image&code=not-hardened";
    assert!(
        page.contains(&format!(r#"<a href="{}">All 7 disputes</a>"#, rule.replace('&', "&#38;"))),
        "{page}"
    );
    let (status, page) = get(&store, rule).await;
    assert_eq!((status, told(&page)), (StatusCode::OK, 7));
    assert!(!page.contains("it has a shell"));
    let (_, page) = get(&store, "/orgs/acme/disputes?item=no-shell&code=-").await;
    assert!(page.contains("it has a shell"));
}

#[tokio::test]
async fn without_disputes_the_page_says_where_they_come_from() {
    let store = store::testing::store().await;
    organization(&store, "acme").await;
    let (status, page) = get(&store, "/orgs/acme/disputes").await;
    assert_eq!(status, StatusCode::OK);
    assert!(words(&page).contains("Nobody disputes a verdict."));
    assert_eq!(get(&store, "/orgs/nobody/disputes").await.0, StatusCode::NOT_FOUND);
}
