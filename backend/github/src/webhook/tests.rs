//! What GitHub signs, and what its deliveries mean.

use serde_json::{Value, json};

use super::json as json_of;
use super::{
    Account, Delivery, Happened, NamedRepository, Paths, Push, RepositoryId, SecretString, verify,
};
use crate::GithubError;

const SIGNATURE: &str = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";

fn secrets(texts: &[&str]) -> Vec<SecretString> {
    texts.iter().map(|it| SecretString::from(*it)).collect()
}

fn happened(event: &str, body: &Value) -> Happened {
    Delivery::read(event, body.to_string().as_bytes()).unwrap().happened
}

fn pushed(changes: &Value) -> Happened {
    let mut body = json!({
        "ref": "refs/heads/main",
        "before": "1", "after": "2",
        "created": false, "deleted": false, "forced": false,
        "commits": [{ "added": ["a b.txt"], "removed": [], "modified": ["api/Dockerfile"] }],
        "repository": {
            "id": 7, "name": "shop", "default_branch": "main",
            "owner": { "login": "acme", "id": 1 },
        },
    });
    for (name, value) in changes.as_object().unwrap() {
        body[name] = value.clone();
    }
    happened("push", &body)
}

fn paths(changes: &Value) -> Paths {
    let Happened::Pushed(push) = pushed(changes) else { panic!("nothing was pushed") };
    push.paths
}

fn named(owner: &str, owner_id: i64) -> NamedRepository {
    NamedRepository {
        owner: Account { id: Some(owner_id), login: owner.parse().unwrap() },
        id: RepositoryId(7),
        name: "shop".parse().unwrap(),
        gone_reason: None,
    }
}

#[test]
fn githubs_published_signature_is_accepted_with_the_first_and_with_the_second_secret() {
    let secret = "It's a Secret to Everybody";
    for secrets in [secrets(&[secret]), secrets(&["another", secret])] {
        assert!(verify(b"Hello, World!", SIGNATURE, &secrets));
    }
}

#[test]
fn a_forged_a_cut_and_a_missing_signature_are_refused() {
    let secrets = secrets(&["It's a Secret to Everybody"]);
    assert!(!verify(b"Hello, World?", SIGNATURE, &secrets));
    let bare = SIGNATURE.trim_start_matches("sha256=");
    let odd = SIGNATURE.trim_end_matches('7');
    for signature in ["", "sha256=", "sha256=zz", "sha1=757107ea", "sha256=é", bare, odd] {
        assert!(!verify(b"Hello, World!", signature, &secrets), "{signature}");
    }
    assert!(!verify(b"Hello, World!", SIGNATURE, &[]));
}

#[test]
fn a_push_to_the_default_branch_says_which_files_it_touched() {
    let paths = ["a b.txt", "api/Dockerfile"].map(str::to_owned).to_vec();
    let push = Push { repository: named("acme", 1), paths: Paths::Listed(paths) };
    assert_eq!(pushed(&json!({})), Happened::Pushed(push));
}

#[test]
fn a_push_whose_list_may_be_cut_may_have_touched_any_file() {
    let commit = json!({ "added": [], "removed": [], "modified": ["a"] });
    let long: Vec<String> = (0..3000).map(|it| it.to_string()).collect();
    for changes in [
        json!({ "forced": true }),
        json!({ "created": true }),
        json!({ "deleted": true, "commits": [] }),
        json!({ "commits": [] }),
        json!({ "commits": [{ "added": [] }] }),
        json!({ "commits": vec![commit; 2048] }),
        json!({ "commits": [{ "added": long, "removed": [], "modified": [] }] }),
    ] {
        assert_eq!(paths(&changes), Paths::Any);
    }
}

#[test]
fn a_push_to_another_branch_or_a_tag_is_nothing() {
    for reference in ["refs/heads/topic", "refs/tags/main", "refs/tags/v1", "main"] {
        assert_eq!(pushed(&json!({ "ref": reference })), Happened::Nothing, "{reference}");
    }
}

#[test]
fn every_action_of_a_repository_names_it_and_a_deletion_says_why_it_is_gone() {
    let body = |action: &str| {
        json!({
            "action": action,
            "repository": { "id": 7, "name": "shop", "owner": { "login": "acme", "id": 1 } },
        })
    };
    for action in ["created", "archived", "privatized", "edited", "renamed", "unheard-of"] {
        let expected = Happened::Changed(vec![named("acme", 1)]);
        assert_eq!(happened("repository", &body(action)), expected, "{action}");
    }
    let gone =
        NamedRepository { gone_reason: Some("it was deleted on GitHub"), ..named("acme", 1) };
    assert_eq!(happened("repository", &body("deleted")), Happened::Changed(vec![gone]));
}

#[test]
fn a_transferred_repository_is_named_with_its_new_and_its_former_owner() {
    let body = json!({
        "action": "transferred",
        "changes": { "owner": { "from": { "organization": { "login": "old", "id": 2 } } } },
        "repository": { "id": 7, "name": "shop", "owner": { "login": "acme", "id": 1 } },
    });
    let expected = vec![named("acme", 1), named("old", 2)];
    assert_eq!(happened("repository", &body), Happened::Changed(expected));
}

#[test]
fn an_installation_that_comes_is_told_from_one_that_changes() {
    let acme = Account { id: Some(1), login: "acme".parse().unwrap() };
    let body = |action: &str| {
        json!({
            "action": action,
            "installation": { "id": 9, "account": { "login": "acme", "id": 1 } },
        })
    };
    assert_eq!(happened("installation", &body("created")), Happened::Installed(acme.clone()));
    for action in ["deleted", "suspend", "unsuspend", "new_permissions_accepted"] {
        let expected = Happened::AccountChanged(acme.clone());
        assert_eq!(happened("installation", &body(action)), expected, "{action}");
    }
}

#[test]
fn repositories_given_to_and_taken_from_the_app_are_named() {
    let body = json!({
        "action": "removed",
        "installation": { "account": { "login": "acme", "id": 1 } },
        "repositories_added": [{ "id": 7, "name": "shop", "full_name": "acme/shop" }],
        "repositories_removed": [{ "id": 7, "name": "shop", "full_name": "acme/shop" }],
    });
    let Happened::Changed(changed) = happened("installation_repositories", &body) else {
        panic!("nothing changed");
    };
    let reasons: Vec<_> = changed.iter().map(|it| it.gone_reason).collect();
    assert_eq!(reasons, [None, Some("it was taken from the App's installation")]);
}

#[test]
fn only_what_changes_an_account_itself_matters() {
    let acme = Account { id: Some(1), login: "acme".parse().unwrap() };
    let body =
        |action: &str| json!({ "action": action, "organization": { "login": "acme", "id": 1 } });
    let renamed = Happened::AccountChanged(acme.clone());
    assert_eq!(happened("organization", &body("renamed")), renamed);
    assert_eq!(happened("organization", &body("member_added")), Happened::Nothing);
    let target = json!({ "action": "renamed", "account": { "login": "acme", "id": 1 } });
    assert_eq!(happened("installation_target", &target), Happened::AccountChanged(acme));
}

#[test]
fn an_unknown_event_is_nothing_and_text_that_is_no_json_is_malformed() {
    assert_eq!(happened("ping", &json!({ "zen": "Design for failure." })), Happened::Nothing);
    assert_eq!(happened("star", &json!({ "action": "created" })), Happened::Nothing);
    for event in ["ping", "push", "repository", "installation"] {
        for text in ["", "{", "[]x", "7"] {
            let read = Delivery::read(event, text.as_bytes());
            assert!(matches!(read, Err(GithubError::Malformed(_))), "{event} {text}");
        }
    }
}

#[test]
fn the_json_of_a_form_is_decoded() {
    let form = b"x=1&payload=%7B%22zen%22%3A%22a+b%22%7D";
    let found = json_of("application/x-www-form-urlencoded; charset=utf-8", form).unwrap();
    assert_eq!(found.as_ref(), br#"{"zen":"a b"}"#);
    assert_eq!(json_of("application/json", b"{}").unwrap().as_ref(), b"{}");
    assert!(json_of("application/x-www-form-urlencoded", b"{}").is_err());
    assert!(json_of("text/plain", b"{}").is_err());
}
