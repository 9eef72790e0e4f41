//! API tokens: what they let in, until when, and what ends them.

use chrono::{DateTime, TimeDelta, Utc};

use super::account::{account, futures, hashed};
use super::support::{at, lines};
use crate::testing::{TestStore, store};
use crate::{Actor, NewApiToken, Person, Role, Token, TokenRefusal, TokenScope};

async fn make(
    store: &TestStore,
    person: &Person,
    name: &str,
    expires_at: DateTime<Utc>,
) -> Result<Token, TokenRefusal> {
    let new = NewApiToken { person, name, scope: TokenScope::Read, expires_at };
    store.make_api_token(&new, &person.acting_from("192.0.2.1"), at(2)).await.unwrap()
}

#[tokio::test]
async fn a_token_lets_its_person_in_until_it_expires() {
    let store = store().await;
    let anna = account(&store, "anna", Role::Editor).await;
    let token = make(&store, &anna, " nightly export ", at(20)).await.unwrap();
    let found = store.api_token(&token, at(19)).await.unwrap().unwrap();
    assert_eq!((found.name.as_str(), found.scope), ("nightly export", TokenScope::Read));
    assert_eq!(found.person.account(), "anna");
    assert!(store.api_token(&token, at(20)).await.unwrap().is_none());
    let other = Token::random_for_api().unwrap();
    assert!(store.api_token(&other, at(3)).await.unwrap().is_none());
}

#[tokio::test]
async fn its_last_use_is_shown_to_the_minute() {
    let store = store().await;
    let anna = account(&store, "anna", Role::Editor).await;
    let token = make(&store, &anna, "export", at(20)).await.unwrap();
    let used = async || store.api_tokens(anna.id).await.unwrap()[0].last_used_at;
    assert_eq!(used().await, None);
    for seconds in [0, 59, 60] {
        store.api_token(&token, at(3) + TimeDelta::seconds(seconds)).await.unwrap().unwrap();
        let expected = at(3) + TimeDelta::seconds(seconds / 60 * 60);
        assert_eq!(used().await, Some(expected), "{seconds}");
    }
}

#[tokio::test]
async fn a_revoked_token_and_one_of_a_disabled_person_let_nobody_in() {
    let store = store().await;
    let anna = account(&store, "anna", Role::Editor).await;
    let bert = account(&store, "bert", Role::Editor).await;
    let (one, two) = (
        make(&store, &anna, "one", at(20)).await.unwrap(),
        make(&store, &anna, "two", at(20)).await.unwrap(),
    );
    let actor = anna.acting_from("192.0.2.1");
    let found = store.api_token(&one, at(3)).await.unwrap().unwrap();
    assert!(!store.revoke_api_token(&bert, found.id, &actor, at(3)).await.unwrap());
    assert!(store.revoke_api_token(&anna, found.id, &actor, at(3)).await.unwrap());
    assert!(!store.revoke_api_token(&anna, found.id, &actor, at(4)).await.unwrap());
    assert!(store.api_token(&one, at(3)).await.unwrap().is_none());
    assert_eq!(store.api_tokens(anna.id).await.unwrap()[1].revoked_at, Some(at(3)));
    store.disable_person(anna.id, &Actor::command_line(), at(3)).await.unwrap().unwrap();
    assert!(store.api_token(&two, at(3)).await.unwrap().is_none());
    assert_eq!(make(&store, &anna, "three", at(20)).await.unwrap_err(), TokenRefusal::KeptOut);
}

#[tokio::test]
async fn a_new_password_revokes_the_tokens_of_its_person_alone_and_says_how_many() {
    let store = store().await;
    let anna = account(&store, "anna", Role::Editor).await;
    let bert = account(&store, "bert", Role::Editor).await;
    let annas = make(&store, &anna, "one", at(20)).await.unwrap();
    make(&store, &anna, "over already", at(3)).await.unwrap();
    let berts = make(&store, &bert, "two", at(20)).await.unwrap();
    let (password, cli) = (hashed("another good password").await, Actor::command_line());
    assert!(store.change_password(anna.id, &password, &cli, at(4)).await.unwrap());
    assert!(store.api_token(&annas, at(5)).await.unwrap().is_none());
    assert!(store.api_token(&berts, at(5)).await.unwrap().is_some());
    let noted = "SELECT after::text FROM audit WHERE action = 'password-changed'";
    assert_eq!(lines(&store, noted).await, r#"{"ended_sessions": 0, "revoked_tokens": 1}"#);
}

#[tokio::test]
async fn a_token_without_a_name_or_an_end_within_a_year_is_not_made() {
    let store = store().await;
    let anna = account(&store, "anna", Role::Editor).await;
    let long = "x".repeat(101);
    for (name, expires_at, expected) in [
        (" ", at(20), TokenRefusal::NoName),
        (&long, at(20), TokenRefusal::NoName),
        ("x", at(2), TokenRefusal::BadLife),
        ("x", at(2) + TimeDelta::days(367), TokenRefusal::BadLife),
    ] {
        assert_eq!(make(&store, &anna, name, expires_at).await.unwrap_err(), expected);
    }
    assert_eq!(lines(&store, "SELECT name FROM api_token").await, "");
}

#[tokio::test]
async fn the_fifty_first_token_is_refused_to_requests_at_once_too() {
    let store = store().await;
    let anna = account(&store, "anna", Role::Editor).await;
    let all = futures((0..54).map(|_| make(&store, &anna, "x", at(20)))).await;
    let refused: Vec<_> = all.into_iter().filter_map(Result::err).collect();
    assert_eq!(refused, [TokenRefusal::TooMany; 4]);
}
