//! The audit log as a page and as a file, over a real database; and what is told in it of files
//! that people take away.

use axum::http::StatusCode;
use store::read::audit::AuditFilter;
use store::testing::TestStore;
use store::{Actor, AuditAction, AuditEntry, PersonId, Role};

use crate::testing::people::{get_as, person, reader};
use crate::testing::{at, get, now, organization, words};

fn anna() -> Actor {
    Actor { person: Some(PersonId(7)), name: "Anna".to_owned(), address: "192.0.2.1".to_owned() }
}

async fn note(store: &TestStore, actor: &Actor, entry: &AuditEntry<'_>, moment: &str) {
    store.note_action(actor, entry, at(moment)).await.unwrap();
}

/// Three entries of three days.
async fn world() -> TestStore {
    let store = store::testing::store().await;
    let acme = organization(&store, "acme").await;
    let target = AuditEntry::of(AuditAction::SettingsChanged, "target")
        .about(acme)
        .before(serde_json::json!({ "target_on": null }))
        .after(serde_json::json!({ "target_on": "2027-01-31" }));
    note(&store, &anna(), &target, "2026-11-20T23:59:00Z").await;
    let hostile = AuditEntry::of(AuditAction::PersonAdded, "=<script>x</script>");
    note(&store, &Actor::command_line(), &hostile, "2026-11-21T10:00:00Z").await;
    let asked = AuditEntry::of(AuditAction::CrawlAsked, "full crawl").about(acme);
    note(&store, &anna(), &asked, "2026-11-22T10:00:00Z").await;
    store
}

#[tokio::test]
async fn an_empty_log_says_what_will_be_in_it() {
    let store = store::testing::store().await;
    let (status, page) = get(&store, "/audit").await;
    assert_eq!(status, StatusCode::OK);
    assert!(words(&page).contains("Nobody has done anything yet."));
}

#[tokio::test]
async fn entries_are_told_newest_first_with_before_and_after_in_words() {
    let store = world().await;
    let (_, page) = get(&store, "/audit").await;
    let text = words(&page);
    let places =
        ["asked for a look full crawlacme", "=<script>x</script>", "changed settings target"]
            .map(|said| text.find(said).unwrap_or_else(|| panic!("{said}: {text}")));
    assert!(places.is_sorted(), "{text}");
    assert!(text.contains("target on: nothing 2027-01-31 192.0.2.1"), "{text}");
    assert!(!page.contains("<script>x"));
}

#[tokio::test]
async fn the_address_says_which_entries_are_shown() {
    let store = world().await;
    for (query, shown, hidden) in [
        ("person=7", "full crawl", "script"),
        ("action=person-added", "script", "full crawl"),
        ("organization=ACME", "full crawl", "script"),
        ("since=2026-11-21", "script", "target on"),
        ("until=2026-11-20", "target on", "script"),
        ("q=2027-01", "target on", "full crawl"),
        ("person=&action=&organization=&since=&until=&q=", "full crawl", "No entry fits"),
        ("q=nothing", "No entry fits.", "target on"),
    ] {
        let (status, page) = get(&store, &format!("/audit?{query}")).await;
        let text = words(&page);
        assert_eq!(status, StatusCode::OK, "{query}");
        assert!(text.contains(shown) && !text.contains(hidden), "{query}: {text}");
    }
    for odd in ["person=x", "action=x", "organization=x", "since=x", "before=x", "other=x"] {
        let (status, _) = get(&store, &format!("/audit?{odd}")).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{odd}");
    }
}

#[tokio::test]
async fn older_entries_follow_on_further_pages_without_gap() {
    let store = store::testing::store().await;
    for number in 1..=101 {
        let subject = format!("number {number}.");
        let entry = AuditEntry::of(AuditAction::CrawlAsked, &subject);
        store.note_action(&anna(), &entry, now()).await.unwrap();
    }
    let (_, page) = get(&store, "/audit?person=7").await;
    assert!(words(&page).contains("number 2.") && !words(&page).contains("number 1."));
    let from = page.find("/audit?person=7&#38;before=").unwrap();
    let link = page.get(from..).unwrap().split('"').next().unwrap().replace("&#38;", "&");
    let (_, page) = get(&store, &link).await;
    assert!(words(&page).contains("number 1.") && !words(&page).contains("number 2."));
}

#[tokio::test]
async fn the_file_has_exactly_the_entries_and_no_formulas() {
    let store = world().await;
    let (status, file) = get(&store, "/audit.csv").await;
    assert_eq!(status, StatusCode::OK);
    insta::assert_snapshot!(file, @r#"
    "at","who","person","action","organization","subject","before","after","address"
    "2026-11-22T10:00:00Z","Anna",7,"crawl-asked","acme","full crawl","","","192.0.2.1"
    "2026-11-21T10:00:00Z","command line","","person-added","","'=<script>x</script>","","",""
    "2026-11-20T23:59:00Z","Anna",7,"settings-changed","acme","target","{""target_on"":null}","{""target_on"":""2027-01-31""}","192.0.2.1"
    "#);
    let (_, file) = get(&store, "/audit.csv?action=exported").await;
    assert_eq!(file.lines().count(), 2, "the first file is told, this one is not yet: {file}");
}

#[tokio::test]
async fn the_log_is_an_operators_business() {
    let store = world().await;
    let editor = reader(&person(&store, "Bert", Role::Editor).await, None);
    for address in ["/audit", "/audit.csv"] {
        assert_eq!(get_as(&store, &editor, address).await.status, StatusCode::FORBIDDEN);
    }
    let exported = AuditFilter { action: Some(AuditAction::Exported), ..AuditFilter::default() };
    assert_eq!(store.audit(&exported, None, 10).await.unwrap(), []);
}

#[tokio::test]
async fn every_file_that_somebody_takes_away_is_told_with_its_address() {
    let store = store::testing::store().await;
    crate::world::acme(&store).await;
    let bert = person(&store, "Bert", Role::Viewer).await;
    let reader = reader(&bert, None);
    let files = [
        "/orgs/acme/repositories.csv?q=a",
        "/orgs/acme/repositories.json",
        "/orgs/acme/dockerfiles.csv",
        "/orgs/acme/dockerfiles.json",
        "/orgs/acme/images.csv",
        "/orgs/acme/images.json",
        "/orgs/acme/teams.csv",
        "/orgs/acme/teams.json",
        "/orgs/acme/changes.csv",
        "/orgs/acme/changes.json",
    ];
    for address in files {
        assert_eq!(get_as(&store, &reader, address).await.status, StatusCode::OK, "{address}");
    }
    let refused = get_as(&store, &reader, "/orgs/acme/teams.csv?sort=odd").await;
    assert_ne!(refused.status, StatusCode::OK);
    let exported = AuditFilter { action: Some(AuditAction::Exported), ..AuditFilter::default() };
    let told = store.audit(&exported, None, 100).await.unwrap();
    let mut subjects: Vec<&str> = told.iter().map(|it| it.subject.as_str()).collect();
    subjects.reverse();
    assert_eq!(subjects, files);
    assert!(told.iter().all(|it| it.person == Some(bert.id) && it.address == "192.0.2.1"));
}
