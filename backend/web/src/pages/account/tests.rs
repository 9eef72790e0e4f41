//! The account page over a real database.

use axum::http::StatusCode;
use store::testing::TestStore;
use store::{
    AccountName, Actor, NewPassword, NewSession, Person, Role, SessionId, SessionRules, Token,
};

use crate::testing::people::{get_as, person, post_as, program, reader};
use crate::testing::{get, now, post, words};

const PASSWORD: &str = "otter-lamp-gravel-nine";

async fn session(store: &TestStore, person: &Person, browser: &str) -> SessionId {
    let token = Token::random().unwrap();
    let new = NewSession {
        person,
        token: &token,
        replaces: None,
        address: "198.51.100.7",
        browser,
        user_token: None,
    };
    store.begin_session(&new, SessionRules::default(), now()).await.unwrap().unwrap()
}

async fn left(store: &TestStore, person: &Person) -> Vec<SessionId> {
    store.sessions(person.id, now()).await.unwrap().iter().map(|it| it.id).collect()
}

#[tokio::test]
async fn where_nobody_signs_in_the_page_says_so_and_its_forms_do_nothing() {
    let store = store::testing::store().await;
    let (status, page) = get(&store, "/account").await;
    assert_eq!(status, StatusCode::OK);
    assert!(words(&page).contains("Nobody signs in here"), "{}", words(&page));
    let (status, ..) = post(&store, "/account/tokens", "name=ci&scope=read&days=30").await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn somebody_sees_who_they_are_and_which_browsers_are_theirs() {
    let store = store::testing::store().await;
    let anna = person(&store, "<b>Anna", Role::Editor).await;
    let this = session(&store, &anna, "Mozilla/5.0 (X11; Linux) Firefox/140.0").await;
    session(&store, &anna, "Mozilla/5.0 (Windows NT 10.0) Chrome/140.0 Safari/537.36").await;
    let page = get_as(&store, &reader(&anna, Some(this)), "/account").await.body;
    let text = words(&page);
    for said in [
        "<b>Anna",
        "editor: decides, sets targets and asks for crawls",
        "Signed in byGitHub",
        "Firefox on Linux this one 198.51.100.7",
        "Chrome on Windows 198.51.100.7",
        "You have made no token yet.",
        "Authorization: Bearer",
    ] {
        assert!(text.contains(said), "{said}: {text}");
    }
    assert!(!page.contains("<b>Anna") && !text.contains("New password"));
}

#[tokio::test]
async fn sessions_are_ended_one_by_one_all_others_or_all_and_nobody_elses() {
    let store = store::testing::store().await;
    let anna = person(&store, "Anna", Role::Viewer).await;
    let bert = person(&store, "Bert", Role::Viewer).await;
    let (this, other) = (session(&store, &anna, "").await, session(&store, &anna, "").await);
    let third = session(&store, &anna, "").await;
    let berts = session(&store, &bert, "").await;
    let anna_asks = reader(&anna, Some(this));
    post_as(&store, &anna_asks, &format!("/account/sessions/{berts}/end"), "").await;
    assert_eq!(left(&store, &bert).await, [berts]);
    let ended = post_as(&store, &anna_asks, &format!("/account/sessions/{other}/end"), "").await;
    assert_eq!((ended.status, ended.location()), (StatusCode::SEE_OTHER, "/account"));
    assert_eq!(left(&store, &anna).await, [third, this]);
    post_as(&store, &anna_asks, "/account/sessions/end-others", "").await;
    assert_eq!(left(&store, &anna).await, [this]);
    post_as(&store, &anna_asks, "/account/sessions/end-all", "").await;
    assert_eq!(left(&store, &anna).await, []);
    assert_eq!(left(&store, &bert).await, [berts]);
}

#[tokio::test]
async fn a_token_is_shown_once_and_never_kept_by_a_browser() {
    let store = store::testing::store().await;
    let anna = reader(&person(&store, "Anna", Role::Editor).await, None);
    let form = "name=My+%3Cb%3E&scope=write&days=90";
    let made = post_as(&store, &anna, "/account/tokens", form).await;
    assert_eq!((made.status, made.location()), (StatusCode::OK, ""));
    assert_eq!(made.headers["cache-control"], "no-store");
    let token = made.body.split('"').find(|it| it.starts_with("drydock_")).unwrap();
    let known = Token::parse_for_api(token).unwrap();
    assert!(store.api_token(&known, now()).await.unwrap().is_some());
    let page = get_as(&store, &anna, "/account").await.body;
    assert!(!page.contains(token));
    let text = words(&page);
    assert!(text.contains("My <b> reads and writes good just now"), "{text}");
    assert!(text.contains("21 Feb 2027"), "{text}");

    let id = store.api_tokens(anna.actor().person.unwrap()).await.unwrap()[0].id;
    let revoked = post_as(&store, &anna, &format!("/account/tokens/{id}/revoke"), "").await;
    assert_eq!(revoked.location(), "/account");
    assert!(store.api_token(&known, now()).await.unwrap().is_none());
    let text = words(&get_as(&store, &anna, "/account").await.body);
    assert!(text.contains("My <b> reads and writes revoked"), "{text}");
}

#[tokio::test]
async fn a_token_may_not_do_more_than_its_person_and_needs_a_name() {
    let store = store::testing::store().await;
    let anna = reader(&person(&store, "Anna", Role::Viewer).await, None);
    for (form, sentence) in [
        ("name=ci&scope=write&days=7", "A viewer\u{2019}s token reads only."),
        ("name=+&scope=read&days=7", "Give the token a name"),
    ] {
        let refused = post_as(&store, &anna, "/account/tokens", form).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(words(&refused.body).contains(sentence), "{}", words(&refused.body));
    }
    let endless = post_as(&store, &anna, "/account/tokens", "name=ci&scope=read&days=9999").await;
    assert_eq!(endless.status, StatusCode::BAD_REQUEST);
    assert!(store.api_tokens(anna.actor().person.unwrap()).await.unwrap().is_empty());
}

#[tokio::test]
async fn no_token_makes_another_one_or_ends_sessions() {
    let store = store::testing::store().await;
    let anna = person(&store, "Anna", Role::Operator).await;
    let open = session(&store, &anna, "").await;
    let program = program(&anna);
    let form = "name=ci&scope=read&days=7";
    for address in ["/account/tokens", "/account/sessions/end-all"] {
        let refused = post_as(&store, &program, address, form).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{address}");
    }
    assert_eq!(left(&store, &anna).await, [open]);
}

#[tokio::test]
async fn a_password_is_changed_by_whoever_knows_the_old_one_and_ends_sessions_and_tokens() {
    let store = store::testing::store().await;
    let name: AccountName = "anna".parse().unwrap();
    let hashed = NewPassword::of(&name, PASSWORD.to_owned().into()).unwrap().hashed().await;
    let cli = (&Actor::command_line(), now());
    let id = store.add_local_account(&name, &hashed.unwrap(), Role::Viewer, cli).await.unwrap();
    let anna = store.person(id.unwrap()).await.unwrap().unwrap();
    session(&store, &anna, "").await;
    let asks = reader(&anna, None);
    let made = post_as(&store, &asks, "/account/tokens", "name=ci&scope=read&days=7").await.body;
    let token = made.split('"').find(|it| it.starts_with("drydock_")).unwrap();
    let token = Token::parse_for_api(token).unwrap();
    let page = words(&get_as(&store, &asks, "/account").await.body);
    assert!(page.contains("every API token is revoked"), "{page}");
    for (old, new, again, sentence) in [
        ("wrong", "quiet.harbour.nine", "quiet.harbour.nine", "The old password is not right."),
        (PASSWORD, "quiet.harbour.nine", "quiet.harbour", "not the same both times"),
        (PASSWORD, "short", "short", "A password has at least 12 characters"),
        (PASSWORD, "unbelievable", "unbelievable", "one of the 3,000 that are used most"),
    ] {
        let form = format!("old={old}&new={new}&again={again}");
        let refused = post_as(&store, &asks, "/account/password", &form).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(words(&refused.body).contains(sentence), "{}", words(&refused.body));
        assert!(!refused.body.contains("quiet.harbour"), "{}", refused.body);
    }
    let form = format!("old={PASSWORD}&new=quiet.harbour.nine&again=quiet.harbour.nine");
    let changed = post_as(&store, &asks, "/account/password", &form).await;
    assert_eq!(changed.location(), "/account");
    assert_eq!(left(&store, &anna).await, []);
    assert!(store.api_token(&token, now()).await.unwrap().is_none());
    let of_github = reader(&person(&store, "Bert", Role::Viewer).await, None);
    let none = post_as(&store, &of_github, "/account/password", &form).await;
    assert_eq!(none.status, StatusCode::NOT_FOUND);
}
