//! Sessions: whom a cookie lets in, and what ends it.

use chrono::{DateTime, TimeDelta, Utc};

use super::account::{account, futures};
use super::support::{at, lines};
use crate::testing::{TestStore, store};
use crate::{Actor, NewSession, Person, Role, SessionId, SessionRules, Token};

const RULES: fn() -> SessionRules = SessionRules::default;

/// A session that begins then, in an ordinary browser.
async fn begin(store: &TestStore, person: &Person, now: DateTime<Utc>) -> (Token, SessionId) {
    let token = Token::random().unwrap();
    let new = NewSession {
        person,
        token: &token,
        replaces: None,
        address: "192.0.2.1",
        browser: "Firefox",
        user_token: None,
    };
    let session = store.begin_session(&new, RULES(), now).await.unwrap().unwrap();
    (token, session)
}

async fn is_in(store: &TestStore, token: &Token, now: DateTime<Utc>) -> bool {
    store.session(token, RULES(), now).await.unwrap().is_some()
}

#[tokio::test]
async fn a_cookie_lets_its_person_in_until_it_was_unused_for_twelve_hours() {
    let store = store().await;
    let anna = account(&store, "anna", Role::Editor).await;
    let (token, id) = begin(&store, &anna, at(2)).await;
    let hours = |hours| at(2) + TimeDelta::hours(hours);
    let found = store.session(&token, RULES(), hours(11)).await.unwrap().unwrap();
    assert_eq!((found.id, found.person.role), (id, Role::Editor));
    assert!(!is_in(&store, &Token::random().unwrap(), hours(11)).await);
    assert!(is_in(&store, &token, hours(22)).await);
    assert!(!is_in(&store, &token, hours(34)).await);
}

#[tokio::test]
async fn a_session_in_constant_use_is_over_after_seven_days() {
    let store = store().await;
    let anna = account(&store, "anna", Role::Editor).await;
    let (token, _) = begin(&store, &anna, at(2)).await;
    for hour in (10..168).step_by(10) {
        assert!(is_in(&store, &token, at(2) + TimeDelta::hours(hour)).await, "{hour}");
    }
    assert!(!is_in(&store, &token, at(9)).await);
}

#[tokio::test]
async fn a_use_is_written_down_once_a_minute_however_many_requests_come_at_once() {
    let store = store().await;
    let anna = account(&store, "anna", Role::Editor).await;
    let (token, _) = begin(&store, &anna, at(2)).await;
    let writes = "SELECT xmin::text FROM session";
    let before = lines(&store, writes).await;
    assert!(is_in(&store, &token, at(2) + TimeDelta::seconds(59)).await);
    assert_eq!(lines(&store, writes).await, before);
    let later = at(2) + TimeDelta::seconds(60);
    let all = futures((0..8).map(|_| store.session(&token, RULES(), later))).await;
    assert!(all.into_iter().all(|it| it.unwrap().is_some()));
    let used =
        "SELECT concat_ws(' ', last_used_at = '2026-03-02T12:01:00Z', last_seen_at = last_used_at)
                FROM session JOIN person USING (person_id)";
    assert_eq!(lines(&store, used).await, "t t");
}

#[tokio::test]
async fn signing_in_changes_the_cookie_and_the_old_one_is_good_for_nothing() {
    let store = store().await;
    let anna = account(&store, "anna", Role::Editor).await;
    let (old, _) = begin(&store, &anna, at(2)).await;
    let new = Token::random().unwrap();
    let session = NewSession {
        person: &anna,
        token: &new,
        replaces: Some(&old),
        address: "192.0.2.1",
        browser: "Firefox",
        user_token: None,
    };
    store.begin_session(&session, RULES(), at(2)).await.unwrap().unwrap();
    assert!(!is_in(&store, &old, at(2)).await && is_in(&store, &new, at(2)).await);
}

#[tokio::test]
async fn all_sessions_but_the_one_at_hand_can_be_ended() {
    let store = store().await;
    let (anna, bert) =
        (account(&store, "anna", Role::Viewer).await, account(&store, "bert", Role::Viewer).await);
    let (kept, id) = begin(&store, &anna, at(2)).await;
    let (other, _) = begin(&store, &anna, at(2)).await;
    let (berts, _) = begin(&store, &bert, at(2)).await;
    let actor = anna.acting_from("192.0.2.1");
    assert_eq!(store.revoke_other_sessions(&anna, id, &actor, at(2)).await.unwrap(), 1);
    assert!(is_in(&store, &kept, at(2)).await && is_in(&store, &berts, at(2)).await);
    assert!(!is_in(&store, &other, at(2)).await);
}

#[tokio::test]
async fn another_role_and_disabling_hold_in_sessions_that_are_open() {
    let store = store().await;
    let (anna, cli) = (account(&store, "anna", Role::Editor).await, Actor::command_line());
    let (token, _) = begin(&store, &anna, at(2)).await;
    store.change_role(anna.id, Role::Viewer, &cli, at(2)).await.unwrap().unwrap();
    let found = store.session(&token, RULES(), at(2)).await.unwrap().unwrap();
    assert_eq!(found.person.role, Role::Viewer);
    store.disable_person(anna.id, &cli, at(2)).await.unwrap().unwrap();
    assert!(!is_in(&store, &token, at(2)).await);
    let again = Token::random().unwrap();
    let new = NewSession {
        person: &anna,
        token: &again,
        replaces: None,
        address: "",
        browser: "",
        user_token: None,
    };
    assert_eq!(store.begin_session(&new, RULES(), at(2)).await.unwrap(), None);
    store.enable_person(anna.id, &cli, at(2)).await.unwrap();
    assert!(!is_in(&store, &token, at(2)).await, "an ended session stays ended");
}

#[tokio::test]
async fn a_person_ends_their_own_sessions_one_or_all_and_nobody_elses() {
    let store = store().await;
    let anna = account(&store, "anna", Role::Viewer).await;
    let bert = account(&store, "bert", Role::Viewer).await;
    let (one, one_id) = begin(&store, &anna, at(2)).await;
    let (two, _) = begin(&store, &anna, at(2)).await;
    let (foreign, foreign_id) = begin(&store, &bert, at(2)).await;
    let actor = anna.acting_from("192.0.2.1");
    assert_eq!(store.sessions(anna.id, at(2)).await.unwrap().len(), 2);
    assert!(!store.revoke_session(&anna, foreign_id, &actor, at(2)).await.unwrap());
    assert!(store.revoke_session(&anna, one_id, &actor, at(2)).await.unwrap());
    assert!(!is_in(&store, &one, at(2)).await && is_in(&store, &two, at(2)).await);
    assert_eq!(store.revoke_sessions(&anna, &actor, at(2)).await.unwrap(), 1);
    assert!(!is_in(&store, &two, at(2)).await && is_in(&store, &foreign, at(2)).await);
    assert!(store.sign_out(&foreign, &bert.acting_from(""), at(2)).await.unwrap());
    assert!(!store.sign_out(&foreign, &bert.acting_from(""), at(2)).await.unwrap());
    let ended = "SELECT actor || ' ' || action FROM audit
                 WHERE action IN ('sign-out', 'session-revoked') ORDER BY audit_id";
    let expected = "anna session-revoked\nanna session-revoked\nbert sign-out";
    assert_eq!(lines(&store, ended).await, expected);
}

#[tokio::test]
async fn a_new_password_ends_every_session() {
    let store = store().await;
    let anna = account(&store, "anna", Role::Viewer).await;
    let (token, _) = begin(&store, &anna, at(2)).await;
    let password =
        crate::NewPassword::of(&"anna".parse().unwrap(), "another good password".to_owned().into());
    let hashed = password.unwrap().hashed().await.unwrap();
    store.change_password(anna.id, &hashed, &Actor::command_line(), at(2)).await.unwrap();
    assert!(!is_in(&store, &token, at(2)).await);
}

#[tokio::test]
async fn the_session_beyond_fifty_ends_the_one_that_was_unused_for_longest() {
    let store = store().await;
    let anna = account(&store, "anna", Role::Viewer).await;
    let (first, _) = begin(&store, &anna, at(2)).await;
    let (second, _) = begin(&store, &anna, at(2) + TimeDelta::seconds(1)).await;
    for number in 2..=50 {
        begin(&store, &anna, at(2) + TimeDelta::seconds(number)).await;
    }
    let now = at(2) + TimeDelta::seconds(51);
    assert!(!is_in(&store, &first, now).await && is_in(&store, &second, now).await);
    assert_eq!(store.sessions(anna.id, now).await.unwrap().len(), 50);
}
