//! A person's own token at GitHub: whose it is, how long it stays, and who may use it.

use chrono::TimeDelta;
use secrecy::{ExposeSecret as _, SecretString};

use super::account::octocat;
use super::support::{at, lines};
use crate::testing::{TestStore, store};
use crate::{Actor, NewApiToken, NewSession, Person, SecretKeys, SessionRules, Token, TokenScope};

fn keys() -> SecretKeys {
    SecretKeys::read(&SecretKeys::random_key().unwrap(), None).unwrap()
}

/// Signs in with this token of GitHub's.
async fn sign_in(store: &TestStore, person: &Person, (secret, keys): (&str, &SecretKeys)) -> Token {
    let (token, secret) = (Token::random().unwrap(), SecretString::from(secret.to_owned()));
    let new = NewSession {
        person,
        token: &token,
        replaces: None,
        address: "",
        browser: "\0",
        user_token: Some((&secret, keys)),
    };
    store.begin_session(&new, SessionRules::default(), at(2)).await.unwrap().unwrap();
    token
}

async fn token_of(store: &TestStore, person: &Person, keys: &SecretKeys) -> Option<String> {
    let found = store.user_token(person.id, keys).await.unwrap();
    found.map(|it| it.token.expose_secret().to_owned())
}

async fn is_in(store: &TestStore, token: &Token) -> bool {
    store.session(token, SessionRules::default(), at(2)).await.unwrap().is_some()
}

#[tokio::test]
async fn the_token_of_the_last_sign_in_is_kept_and_opens_for_its_person_alone() {
    let (store, keys) = (store().await, keys());
    let mona = store.recognize_person(&octocat("octocat"), at(1)).await.unwrap();
    let hubot = crate::Recognized { subject: "2", ..octocat("hubot") };
    let hubot = store.recognize_person(&hubot, at(1)).await.unwrap();
    assert_eq!(token_of(&store, &mona, &keys).await, None);
    sign_in(&store, &mona, ("gho_first", &keys)).await;
    sign_in(&store, &mona, ("gho_last", &keys)).await;
    sign_in(&store, &hubot, ("gho_other", &keys)).await;
    assert_eq!(token_of(&store, &mona, &keys).await.as_deref(), Some("gho_last"));
    assert_eq!(token_of(&store, &mona, &self::keys()).await, None, "another key");
    let moved = "UPDATE person SET sealed = (SELECT sealed FROM person AS other
                 WHERE other.person_id <> person.person_id)";
    sqlx::query(moved).execute(store.pool()).await.unwrap();
    assert_eq!(token_of(&store, &mona, &keys).await, None, "the secret of another row");
}

#[tokio::test]
async fn a_renewed_token_takes_the_place_of_the_one_before_it_and_of_no_later_one() {
    let (store, keys) = (store().await, keys());
    let mona = store.recognize_person(&octocat("octocat"), at(1)).await.unwrap();
    sign_in(&store, &mona, ("gho_first", &keys)).await;
    let old = store.user_token(mona.id, &keys).await.unwrap().unwrap();
    store.renew_user_token(&old, &"gho_renewed".to_owned().into(), &keys).await.unwrap();
    assert_eq!(token_of(&store, &mona, &keys).await.as_deref(), Some("gho_renewed"));
    store.renew_user_token(&old, &"gho_late".to_owned().into(), &keys).await.unwrap();
    assert_eq!(token_of(&store, &mona, &keys).await.as_deref(), Some("gho_renewed"));
}

#[tokio::test]
async fn a_token_that_is_given_up_ends_all_sessions_unless_a_sign_in_brought_another() {
    let (store, keys) = (store().await, keys());
    let github = Actor { name: "GitHub".to_owned(), ..Actor::command_line() };
    let mona = store.recognize_person(&octocat("octocat"), at(1)).await.unwrap();
    let one = sign_in(&store, &mona, ("gho_first", &keys)).await;
    let old = store.user_token(mona.id, &keys).await.unwrap().unwrap();
    let two = sign_in(&store, &mona, ("gho_last", &keys)).await;
    assert!(!store.give_up_user_token(&mona, &old, &github, at(2)).await.unwrap());
    assert!(is_in(&store, &one).await && is_in(&store, &two).await);
    let last = store.user_token(mona.id, &keys).await.unwrap().unwrap();
    assert!(store.give_up_user_token(&mona, &last, &github, at(2)).await.unwrap());
    assert!(!is_in(&store, &one).await && !is_in(&store, &two).await);
    assert_eq!(token_of(&store, &mona, &keys).await, None);
    let said = "SELECT actor || ' ' || (after ->> 'ended_sessions') FROM audit
                WHERE action = 'session-revoked'";
    assert_eq!(lines(&store, said).await, "GitHub 2");
}

#[tokio::test]
async fn a_token_stays_while_a_session_or_an_api_token_is_good_and_is_forgotten_then() {
    let (store, keys) = (store().await, keys());
    let mona = store.recognize_person(&octocat("octocat"), at(1)).await.unwrap();
    let hubot = crate::Recognized { subject: "2", ..octocat("hubot") };
    let hubot = store.recognize_person(&hubot, at(1)).await.unwrap();
    for person in [&mona, &hubot] {
        sign_in(&store, person, ("gho_secret", &keys)).await;
    }
    let (name, scope, expires_at) = ("ci", TokenScope::Read, at(6));
    let new = NewApiToken { person: &mona, name, scope, expires_at };
    store.make_api_token(&new, &mona.acting_from(""), at(2)).await.unwrap().unwrap();
    let (just, idle) = (TimeDelta::seconds(1), at(2) + TimeDelta::hours(12));
    for (moment, monas, hubots) in [
        (idle - just, true, true),
        (idle, true, false),
        (at(6) - just, true, false),
        (at(6), false, false),
    ] {
        store.forget_sign_ins(moment).await.unwrap();
        let has = async |person| token_of(&store, person, &keys).await.is_some();
        assert_eq!((has(&mona).await, has(&hubot).await), (monas, hubots), "{moment}");
    }
}

#[tokio::test]
async fn whoever_is_kept_out_leaves_no_token_behind() {
    let (store, keys) = (store().await, keys());
    let mona = store.recognize_person(&octocat("octocat"), at(1)).await.unwrap();
    sign_in(&store, &mona, ("gho_secret", &keys)).await;
    store.disable_person(mona.id, &Actor::command_line(), at(2)).await.unwrap().unwrap();
    assert_eq!(token_of(&store, &mona, &keys).await, None);
}

#[tokio::test]
async fn rotating_the_key_seals_every_token_anew_and_ends_what_leans_on_those_that_do_not_open() {
    let store = store().await;
    let [old, new] = [(), ()].map(|()| SecretKeys::random_key().unwrap());
    let before = SecretKeys::read(&old, None).unwrap();
    let mut persons = Vec::new();
    for (subject, keys) in [("1", &before), ("2", &before), ("3", &keys())] {
        let person = crate::Recognized { subject, ..octocat("octocat") };
        let person = store.recognize_person(&person, at(1)).await.unwrap();
        let session = sign_in(&store, &person, ("gho_secret", keys)).await;
        persons.push((person, session));
    }
    let during = SecretKeys::read(&new, Some(&old)).unwrap();
    let done = store.reseal(&during, &Actor::command_line(), at(2)).await.unwrap();
    assert_eq!((done.sealed, done.lost), (2, 1));
    let done = store.reseal(&during, &Actor::command_line(), at(2)).await.unwrap();
    assert_eq!((done.sealed, done.lost), (0, 0), "a second time changes nothing");
    let after = SecretKeys::read(&new, None).unwrap();
    for ((person, session), is_there) in persons.iter().zip([true, true, false]) {
        assert_eq!(token_of(&store, person, &after).await.is_some(), is_there);
        assert_eq!(is_in(&store, session).await, is_there);
    }
}
