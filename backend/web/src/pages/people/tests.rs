//! The people page over a real database.

use axum::http::StatusCode;
use store::testing::TestStore;
use store::{Person, Recognized, Role, SignInMethod};

use crate::reader::Reader;
use crate::testing::people::{get_as, person, post_as, reader};
use crate::testing::{get, now, words};

/// Anna, who is an operator, and how she asks.
async fn anna(store: &TestStore) -> (Person, Reader) {
    let anna = person(store, "Anna", Role::Operator).await;
    let reader = reader(&anna, None);
    (anna, reader)
}

async fn again(store: &TestStore, person: &Person) -> Person {
    store.person(person.id).await.unwrap().unwrap()
}

#[tokio::test]
async fn before_anybody_signed_in_the_page_says_how_people_come() {
    let store = store::testing::store().await;
    let text = words(&get(&store, "/people").await.1);
    assert!(text.contains("Nobody has signed in yet."), "{text}");
    let text = words(&get(&store, "/people?q=bert").await.1);
    assert!(text.contains("Nobody is called bert."), "{text}");
}

#[tokio::test]
async fn everybody_is_listed_with_what_they_may_do_and_found_by_name() {
    let store = store::testing::store().await;
    let (_, anna) = anna(&store).await;
    person(&store, "<i>Bert", Role::Viewer).await;
    let page = get_as(&store, &anna, "/people").await.body;
    let text = words(&page);
    assert!(text.contains("Anna yougithub:Anna GitHub"), "{text}");
    assert!(text.contains("<i>Bert") && !page.contains("<i>Bert"), "{text}");
    assert!(text.contains("0 sessions, 0 API tokens"), "{text}");
    let text = words(&get_as(&store, &anna, "/people?q=BERT").await.body);
    assert!(text.contains("Bert") && !text.contains("Anna"), "{text}");
}

#[tokio::test]
async fn a_role_is_changed_and_whom_the_settings_name_keeps_theirs() {
    let store = store::testing::store().await;
    let (_, anna) = anna(&store).await;
    let bert = person(&store, "Bert", Role::Viewer).await;
    let changed = post_as(&store, &anna, &format!("/people/{}/role", bert.id), "role=editor").await;
    assert_eq!((changed.status, changed.location()), (StatusCode::SEE_OTHER, "/people"));
    assert_eq!(again(&store, &bert).await.role, Role::Editor);
    let odd = post_as(&store, &anna, &format!("/people/{}/role", bert.id), "role=king").await;
    assert_eq!(odd.status, StatusCode::BAD_REQUEST);
    let named = Recognized {
        method: SignInMethod::Github,
        subject: "Bert",
        name: "Bert",
        address: "",
        first_role: Role::Viewer,
        named_as: Some("github:octavia"),
    };
    store.recognize_person(&named, now()).await.unwrap();
    let text = words(&get_as(&store, &anna, "/people?q=Bert").await.body);
    assert!(text.contains("operatorby the settings, which name them"), "{text}");
    assert!(!text.contains("Change the role of Bert"), "{text}");
}

#[tokio::test]
async fn the_last_operator_is_told_why_they_stay_one() {
    let store = store::testing::store().await;
    let (person, anna) = anna(&store).await;
    for (what, form) in [("role", "role=viewer"), ("keep-out", ""), ("remove", "sure=yes")] {
        let address = format!("/people/{}/{what}", person.id);
        let refused = post_as(&store, &anna, &address, form).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{what}");
        let text = words(&refused.body);
        assert!(text.contains("You are the last operator. Make somebody else"), "{text}");
    }
    assert_eq!(again(&store, &person).await.role, Role::Operator);
}

#[tokio::test]
async fn somebody_is_kept_out_let_in_again_and_removed_once_that_is_sure() {
    let store = store::testing::store().await;
    let (_, anna) = anna(&store).await;
    let bert = person(&store, "Bert", Role::Viewer).await;
    let act = async |what: &str, form: &str| {
        post_as(&store, &anna, &format!("/people/{}/{what}", bert.id), form).await
    };
    act("keep-out", "").await;
    assert!(again(&store, &bert).await.disabled_at.is_some());
    let text = words(&get_as(&store, &anna, "/people").await.body);
    assert!(text.contains("kept out since just now"), "{text}");
    act("let-in", "").await;
    assert!(again(&store, &bert).await.disabled_at.is_none());
    assert_eq!(act("end-sessions", "").await.location(), "/people");
    assert_eq!(act("revoke-tokens", "").await.location(), "/people");
    let unsure = act("remove", "").await;
    assert_eq!(unsure.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(words(&unsure.body).contains("Tick that Bert is to be removed."));
    assert_eq!(act("remove", "sure=yes").await.location(), "/people");
    assert!(store.person(bert.id).await.unwrap().is_none());
    assert_eq!(act("keep-out", "").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn people_are_an_operators_business() {
    let store = store::testing::store().await;
    let editor = person(&store, "Bert", Role::Editor).await;
    let reader = reader(&editor, None);
    assert_eq!(get_as(&store, &reader, "/people").await.status, StatusCode::FORBIDDEN);
    let address = format!("/people/{}/role", editor.id);
    let raised = post_as(&store, &reader, &address, "role=operator").await;
    assert_eq!(raised.status, StatusCode::FORBIDDEN);
    assert_eq!(again(&store, &editor).await.role, Role::Editor);
}
