//! Signing in: what is taken once, how often one may fail, what is remembered and forgotten.

use std::net::IpAddr;

use chrono::{DateTime, TimeDelta, Utc};
use secrecy::ExposeSecret as _;

use super::account::{account, futures, octocat};
use super::support::{acme, at, lines};
use crate::testing::{TestStore, store};
use crate::{
    FlowSecrets, KnownSight, NewApiToken, NewFlow, NewOrganization, NewSession, PasswordAnswer,
    Role, SecretKeys, SessionRules, SignInMethod, Token, TokenScope,
};

fn address(last: u8) -> IpAddr {
    IpAddr::from([192, 0, 2, last])
}

fn keys() -> SecretKeys {
    SecretKeys::read(&SecretKeys::random_key().unwrap(), None).unwrap()
}

fn minutes(minutes: i64) -> DateTime<Utc> {
    at(2) + TimeDelta::minutes(minutes)
}

/// A browser that is sent away.
struct Away {
    state: Token,
    browser: Token,
    keys: SecretKeys,
}

impl Away {
    fn new(keys: &SecretKeys) -> Self {
        let (state, browser) = (Token::random().unwrap(), Token::random().unwrap());
        Self { state, browser, keys: keys.clone() }
    }

    async fn begin(&self, store: &TestStore, return_to: &str) -> Result<bool, crate::StoreError> {
        let secrets = FlowSecrets {
            verifier: "the-verifier".to_owned().into(),
            nonce: "the-nonce".to_owned().into(),
        };
        let new = NewFlow {
            method: SignInMethod::Github,
            state: &self.state,
            browser: &self.browser,
            secrets: &secrets,
            return_to,
            address: address(1),
        };
        store.begin_flow(&new, &self.keys, at(2)).await
    }

    async fn comes_back(&self, store: &TestStore, now: DateTime<Utc>) -> bool {
        store.take_flow(&self.state, &self.browser, &self.keys, now).await.unwrap().is_some()
    }
}

#[tokio::test]
async fn a_browser_comes_back_with_what_it_began_with() {
    let store = store().await;
    let away = Away::new(&keys());
    assert!(away.begin(&store, "/acme/repositories?state=finished").await.unwrap());
    let flow = store.take_flow(&away.state, &away.browser, &away.keys, minutes(9)).await;
    let flow = flow.unwrap().unwrap();
    assert_eq!(flow.method, SignInMethod::Github);
    assert_eq!(flow.return_to, "/acme/repositories?state=finished");
    assert_eq!(flow.secrets.verifier.expose_secret(), "the-verifier");
    assert_eq!(flow.secrets.nonce.expose_secret(), "the-nonce");
}

#[tokio::test]
async fn of_two_requests_with_the_same_state_one_is_taken() {
    let store = store().await;
    let away = Away::new(&keys());
    away.begin(&store, "/").await.unwrap();
    let taken = futures((0..8).map(|_| away.comes_back(&store, at(2)))).await;
    assert_eq!(taken.into_iter().filter(|it| *it).count(), 1);
    assert!(!away.comes_back(&store, at(2)).await);
}

#[tokio::test]
async fn another_browser_does_not_take_it_nor_spoil_it_for_the_one_that_began() {
    let store = store().await;
    let keys = keys();
    let (victim, thief) = (Away::new(&keys), Away::new(&keys));
    victim.begin(&store, "/").await.unwrap();
    thief.begin(&store, "/").await.unwrap();
    let stolen = store.take_flow(&victim.state, &thief.browser, &keys, at(2)).await.unwrap();
    assert!(stolen.is_none() && victim.comes_back(&store, at(2)).await);
}

#[tokio::test]
async fn after_ten_minutes_it_is_too_late() {
    let store = store().await;
    let away = Away::new(&keys());
    away.begin(&store, "/").await.unwrap();
    assert!(!away.comes_back(&store, minutes(10)).await);
}

#[tokio::test]
async fn a_flow_never_returns_to_a_page_that_is_not_ours() {
    let store = store().await;
    let keys = keys();
    for page in [
        "//evil.example",
        "/\\evil.example",
        "/\t/evil.example",
        "https://evil.example",
        "",
        "/a\nb",
    ] {
        assert!(Away::new(&keys).begin(&store, page).await.is_err(), "{page:?}");
    }
    for page in ["/", "/acme", "/acme?next=//x"] {
        assert!(Away::new(&keys).begin(&store, page).await.unwrap(), "{page:?}");
    }
}

#[tokio::test]
async fn one_source_has_thirty_browsers_away_at_most() {
    let store = store().await;
    let keys = keys();
    let all: Vec<Away> = (0..33).map(|_| Away::new(&keys)).collect();
    let begun = futures(all.iter().map(|it| it.begin(&store, "/"))).await;
    assert_eq!(begun.into_iter().filter(|it| *it.as_ref().unwrap()).count(), 30);
}

#[tokio::test]
async fn five_failures_close_an_account_for_fifteen_minutes_to_where_they_came_from_alone() {
    let store = store().await;
    for number in 0..5 {
        assert!(
            store.begin_attempt("anna", address(1), minutes(0)).await.unwrap().is_some(),
            "{number}"
        );
    }
    let next = |account, last, now| store.begin_attempt(account, address(last), now);
    assert!(next(" Anna", 1, minutes(14)).await.unwrap().is_none());
    assert!(next("bert", 1, minutes(14)).await.unwrap().is_some());
    assert!(next("anna", 2, minutes(14)).await.unwrap().is_some(), "a stranger locks nobody out");
    assert!(next("anna", 1, minutes(15)).await.unwrap().is_some());
}

#[tokio::test]
async fn fifty_failures_from_everywhere_close_an_account_to_all() {
    let store = store().await;
    let next = |last, now| store.begin_attempt("anna", address(last), now);
    for number in 0..50 {
        assert!(next(number / 5, minutes(0)).await.unwrap().is_some(), "{number}");
    }
    assert!(next(99, minutes(14)).await.unwrap().is_none());
    assert!(next(99, minutes(15)).await.unwrap().is_some());
}

#[tokio::test]
async fn thirty_failures_close_an_address_whatever_the_accounts() {
    let store = store().await;
    let attempt = |number: i32, last| {
        let store = &store;
        async move {
            let account = format!("account-{number}");
            store.begin_attempt(&account, address(last), at(2)).await.unwrap().is_some()
        }
    };
    for number in 0..30 {
        assert!(attempt(number, 1).await, "{number}");
    }
    assert!(!attempt(30, 1).await && attempt(30, 2).await);
}

#[tokio::test]
async fn guesses_at_once_are_limited_as_those_one_after_another() {
    let store = store().await;
    account(&store, "anna", Role::Viewer).await;
    let guesses = (0..12).map(|number| {
        store.check_password("anna", format!("wrong-{number}").into(), address(1), at(2))
    });
    let answers: Vec<_> = futures(guesses).await.into_iter().map(Result::unwrap).collect();
    let wrong = answers.iter().filter(|it| **it == PasswordAnswer::Wrong).count();
    assert_eq!((wrong, answers.len() - wrong), (5, 7));
    let right = "otter-lamp-gravel-nine".to_owned().into();
    let answer = store.check_password("anna", right, address(1), minutes(14)).await.unwrap();
    assert_eq!(answer, PasswordAnswer::TooOften, "not even the right one");
    let noted = "SELECT actor || ' ' || action || ' ' || subject || ' ' || address FROM audit
                 WHERE action = 'sign-in-failed'";
    let expected = ["nobody sign-in-failed anna 192.0.2.1"; 5].join("\n");
    assert_eq!(lines(&store, noted).await, expected);
}

#[tokio::test]
async fn who_succeeds_is_never_kept_out_by_their_own_sign_ins() {
    let store = store().await;
    account(&store, "anna", Role::Viewer).await;
    for _ in 0..7 {
        let right = "otter-lamp-gravel-nine".to_owned().into();
        let answer = store.check_password("anna", right, address(1), at(2)).await.unwrap();
        assert!(matches!(answer, PasswordAnswer::Right(_)));
    }
}

#[tokio::test]
async fn what_a_person_may_read_is_remembered_for_five_minutes() {
    let store = store().await;
    let acme = acme(&store).await;
    let mona = store.recognize_person(&octocat("octocat"), at(1)).await.unwrap().id;
    let sight = async |minute| {
        let known = store.known_sights(mona, &[acme], minutes(minute)).await.unwrap();
        known.into_iter().map(|it| it.repositories).next()
    };
    assert_eq!(sight(0).await, None);
    store.save_sight(mona, acme, &[9, 7, 9], minutes(0)).await.unwrap();
    assert_eq!(sight(4).await, Some(vec![7, 9]));
    assert_eq!(sight(5).await, None);
    store.save_sight(mona, acme, &[], minutes(5)).await.unwrap();
    store.save_sight(mona, acme, &[7], minutes(4)).await.unwrap();
    assert_eq!(sight(6).await, Some(vec![]), "a late answer does not replace a newer one");
}

#[tokio::test]
async fn every_organization_is_there_with_what_is_known_of_it_or_to_be_asked() {
    let store = store().await;
    let acme = acme(&store).await;
    let new = NewOrganization { login: "other".parse().unwrap(), is_sample: false };
    let other = store.add_organization(&new, at(1)).await.unwrap();
    let mona = store.recognize_person(&octocat("octocat"), at(1)).await.unwrap().id;
    let anna = account(&store, "anna", Role::Viewer).await;
    store.save_sight(anna.id, other, &[1], minutes(0)).await.unwrap();
    store.save_sight(mona, acme, &[9, 7], minutes(0)).await.unwrap();
    let sights = store.sights(mona, minutes(4)).await.unwrap();
    let told: Vec<_> = sights.into_iter().map(|it| (it.organization, it.asked_at)).collect();
    assert_eq!(told, [(acme, Some(minutes(0))), (other, None)]);
    let known = store.known_sights(mona, &[other, acme], minutes(4)).await.unwrap();
    let expected =
        KnownSight { organization: acme, repositories: vec![7, 9], asked_at: minutes(0) };
    assert_eq!(known, [expected]);
    let later = store.sights(mona, minutes(5)).await.unwrap();
    assert!(later.iter().all(|it| it.asked_at.is_none()));
}

#[tokio::test]
async fn what_has_run_out_is_forgotten_and_nothing_else() {
    let store = store().await;
    let (acme, anna) = (acme(&store).await, account(&store, "anna", Role::Editor).await);
    let (token, away) = (Token::random().unwrap(), Away::new(&keys()));
    let session = NewSession {
        person: &anna,
        token: &token,
        replaces: None,
        address: "",
        browser: "",
        user_token: None,
    };
    store.begin_session(&session, SessionRules::default(), at(2)).await.unwrap();
    away.begin(&store, "/").await.unwrap();
    store.begin_attempt("anna", address(1), at(2)).await.unwrap();
    store.save_sight(anna.id, acme, &[7], at(2)).await.unwrap();
    let (name, scope, expires_at) = ("x", TokenScope::Read, at(3));
    let new = NewApiToken { person: &anna, name, scope, expires_at };
    store.make_api_token(&new, &anna.acting_from(""), at(2)).await.unwrap().unwrap();
    let just = TimeDelta::seconds(1);
    let ends = [
        minutes(5),
        minutes(10),
        minutes(15),
        at(2) + TimeDelta::hours(12),
        at(3) + TimeDelta::days(90),
    ];
    for (place, end) in ends.into_iter().enumerate() {
        assert_eq!(store.forget_sign_ins(end - just).await.unwrap(), 0, "{place}");
        assert_eq!(store.forget_sign_ins(end).await.unwrap(), 1, "{place}");
    }
    assert_eq!(store.persons(None).await.unwrap().len(), 1);
}
