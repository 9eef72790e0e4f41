//! Persons: how they come to be known, and what operators change about them.

use secrecy::SecretString;

use super::support::{at, lines};
use crate::read::people::PersonLine;
use crate::testing::{TestStore, store};
use crate::{
    Actor, HashedPassword, LastOperator, NewApiToken, NewPassword, PasswordAnswer, Person,
    PersonId, Recognized, Role, SignInMethod, TokenScope,
};

const PASSWORD: &str = "otter-lamp-gravel-nine";
const HERE: std::net::IpAddr = std::net::IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 1));

/// A password as it is kept.
pub(super) async fn hashed(password: &str) -> HashedPassword {
    let name = "anna".parse().unwrap();
    NewPassword::of(&name, password.to_owned().into()).unwrap().hashed().await.unwrap()
}

/// A local account of this name with [`PASSWORD`].
pub(super) async fn account(store: &TestStore, name: &str, role: Role) -> Person {
    let cli = Actor::command_line();
    let (name, password) = (name.parse().unwrap(), hashed(PASSWORD).await);
    let id = store.add_local_account(&name, &password, role, (&cli, at(1))).await.unwrap();
    store.person(id.unwrap()).await.unwrap().unwrap()
}

pub(super) fn octocat(name: &str) -> Recognized<'_> {
    Recognized {
        method: SignInMethod::Github,
        subject: "583231",
        name,
        address: "192.0.2.1",
        first_role: Role::Viewer,
        named_as: None,
    }
}

async fn answer(store: &TestStore, name: &str, password: &str) -> PasswordAnswer {
    let password = SecretString::from(password.to_owned());
    store.check_password(name, password, HERE, at(2)).await.unwrap()
}

#[tokio::test]
async fn a_local_account_comes_in_with_its_password_and_no_other() {
    let store = store().await;
    let anna = account(&store, "Anna", Role::Operator).await;
    assert_eq!((anna.name.as_str(), anna.account().as_str()), ("anna", "anna"));
    assert_eq!(answer(&store, " ANNA ", PASSWORD).await, PasswordAnswer::Right(anna));
    for (name, password) in
        [("anna", "otter-lamp-gravel-ten"), ("anna", ""), ("bert", PASSWORD), ("\0", PASSWORD)]
    {
        assert_eq!(answer(&store, name, password).await, PasswordAnswer::Wrong, "{name}");
    }
    let noted = "SELECT DISTINCT subject FROM audit WHERE action = 'sign-in-failed' ORDER BY 1";
    assert_eq!(lines(&store, noted).await, "an unknown account\nanna");
    let long = format!("{PASSWORD}{}", " ".repeat(2_000_000));
    assert_eq!(answer(&store, "anna", &long).await, PasswordAnswer::Wrong);
}

#[tokio::test]
async fn a_second_account_of_a_name_is_not_added_and_changes_nothing() {
    let store = store().await;
    let anna = account(&store, "anna", Role::Viewer).await;
    let (name, password) = ("ANNA".parse().unwrap(), hashed("another good password").await);
    let cli = Actor::command_line();
    let again = store.add_local_account(&name, &password, Role::Operator, (&cli, at(2))).await;
    assert_eq!(again.unwrap(), None);
    assert_eq!(answer(&store, "anna", PASSWORD).await, PasswordAnswer::Right(anna));
}

#[tokio::test]
async fn a_disabled_account_is_kept_out_with_the_right_password_too() {
    let store = store().await;
    let anna = account(&store, "anna", Role::Viewer).await;
    let cli = Actor::command_line();
    assert!(store.has_local_accounts().await.unwrap());
    assert!(store.disable_person(anna.id, &cli, at(2)).await.unwrap().unwrap());
    assert!(!store.disable_person(anna.id, &cli, at(2)).await.unwrap().unwrap());
    assert!(!store.has_local_accounts().await.unwrap());
    assert_eq!(answer(&store, "anna", PASSWORD).await, PasswordAnswer::Wrong);
    assert!(store.enable_person(anna.id, &cli, at(3)).await.unwrap());
    assert_eq!(answer(&store, "anna", PASSWORD).await, PasswordAnswer::Right(anna));
}

#[tokio::test]
async fn a_new_password_replaces_the_old_one() {
    let store = store().await;
    let anna = account(&store, "anna", Role::Viewer).await;
    let (other, cli) = (hashed("another good password").await, Actor::command_line());
    assert!(store.change_password(anna.id, &other, &cli, at(2)).await.unwrap());
    assert_eq!(answer(&store, "anna", PASSWORD).await, PasswordAnswer::Wrong);
    let right = answer(&store, "anna", "another good password").await;
    assert_eq!(right, PasswordAnswer::Right(anna));
    let github = store.recognize_person(&octocat("octocat"), at(2)).await.unwrap();
    assert!(!store.change_password(github.id, &other, &cli, at(2)).await.unwrap());
}

#[tokio::test]
async fn somebody_known_keeps_their_role_under_another_name() {
    let store = store().await;
    let first = store.recognize_person(&octocat("octocat"), at(1)).await.unwrap();
    let cli = Actor::command_line();
    assert!(store.change_role(first.id, Role::Editor, &cli, at(2)).await.unwrap().unwrap());
    assert!(!store.change_role(first.id, Role::Editor, &cli, at(2)).await.unwrap().unwrap());
    let again = store.recognize_person(&octocat("monalisa"), at(3)).await.unwrap();
    assert_eq!((again.id, again.role, again.name.as_str()), (first.id, Role::Editor, "monalisa"));
    assert_eq!((again.created_at, again.last_seen_at), (at(1), Some(at(3))));
    assert_eq!(again.account(), "github:583231");
}

#[tokio::test]
async fn two_browsers_of_a_new_person_at_once_make_one_person() {
    let store = store().await;
    let mona = octocat("octocat");
    let coming = (0..8).map(|_| store.recognize_person(&mona, at(1)));
    let ids: Vec<PersonId> = futures(coming).await.into_iter().map(|it| it.unwrap().id).collect();
    assert!(ids.iter().all(|it| Some(it) == ids.first()));
    assert_eq!(lines(&store, "SELECT action FROM audit").await, "person-added");
}

#[tokio::test]
async fn whom_the_settings_name_is_an_operator_from_the_next_sign_in_on() {
    let store = store().await;
    let first = store.recognize_person(&octocat("octocat"), at(1)).await.unwrap();
    assert_eq!(first.role, Role::Viewer);
    let named = Recognized { named_as: Some("github:octocat"), ..octocat("octocat") };
    for day in 2..4 {
        assert_eq!(store.recognize_person(&named, at(day)).await.unwrap().role, Role::Operator);
    }
    let said = "SELECT actor || ': ' || action || ' ' || coalesce(before::text, '') FROM audit
                ORDER BY audit_id";
    let expected = "octocat: person-added \nsettings: role-changed {\"role\": \"viewer\"}";
    assert_eq!(lines(&store, said).await, expected);
}

#[tokio::test]
async fn whom_the_settings_name_no_more_is_an_operator_no_more() {
    let store = store().await;
    let named = Recognized { named_as: Some("github:octocat"), ..octocat("octocat") };
    let role = async || {
        let person = store.person_of(named.method, named.subject).await.unwrap();
        person.unwrap().role
    };
    let list = |entries: &[&str]| entries.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>();
    let follow = async |entries: &[&str]| {
        store.follow_list_of_operators(&list(entries), Role::Editor, at(3)).await.unwrap()
    };
    store.recognize_person(&named, at(1)).await.unwrap();
    let by_hand = account(&store, "anna", Role::Operator).await;
    assert_eq!(follow(&["oidc:a@b.example", "GitHub:Octocat"]).await, 0);
    assert_eq!(role().await, Role::Operator);
    assert_eq!(follow(&["oidc:a@b.example"]).await, 1);
    assert_eq!(role().await, Role::Editor);
    assert_eq!(store.person(by_hand.id).await.unwrap().unwrap().role, Role::Operator);
    store.recognize_person(&named, at(4)).await.unwrap();
    store.recognize_person(&octocat("octocat"), at(5)).await.unwrap();
    assert_eq!(role().await, Role::Viewer, "at the next sign-in too");
    let said = "SELECT actor || ' ' || (before ->> 'role') || ' ' || (after ->> 'role') FROM audit
                WHERE action = 'role-changed' ORDER BY audit_id";
    let expected = "settings operator editor\nsettings editor operator\nsettings operator viewer";
    assert_eq!(lines(&store, said).await, expected);
}

#[tokio::test]
async fn a_person_who_is_kept_out_is_told_from_the_others_and_stays_as_they_were() {
    let store = store().await;
    let mona = store.recognize_person(&octocat("octocat"), at(1)).await.unwrap();
    store.disable_person(mona.id, &Actor::command_line(), at(2)).await.unwrap().unwrap();
    let again = store.recognize_person(&octocat("other"), at(3)).await.unwrap();
    assert_eq!((again.disabled_at, again.name.as_str()), (Some(at(2)), "octocat"));
    assert_eq!(again.last_seen_at, Some(at(1)));
}

#[tokio::test]
async fn persons_are_found_by_any_part_of_name_or_account() {
    let store = store().await;
    account(&store, "anna", Role::Viewer).await;
    store.recognize_person(&octocat("Octocat"), at(1)).await.unwrap();
    let named = |like: Option<&'static str>| {
        let store = &store;
        async move {
            let found = store.persons(like).await.unwrap();
            found.iter().map(Person::account).collect::<Vec<_>>().join(" ")
        }
    };
    assert_eq!(named(None).await, "github:583231 anna");
    assert_eq!(named(Some("CTOC")).await, "github:583231");
    assert_eq!(named(Some("%")).await, "");
}

#[tokio::test]
async fn the_last_operator_stays_one_unless_the_command_line_says_otherwise() {
    let store = store().await;
    let (anna, bert) = (
        account(&store, "anna", Role::Operator).await,
        account(&store, "bert", Role::Viewer).await,
    );
    let herself = anna.acting_from("192.0.2.1");
    let viewer = Role::Viewer;
    assert_eq!(
        store.change_role(anna.id, viewer, &herself, at(2)).await.unwrap(),
        Err(LastOperator)
    );
    assert_eq!(store.disable_person(anna.id, &herself, at(2)).await.unwrap(), Err(LastOperator));
    assert_eq!(store.remove_person(anna.id, &herself, at(2)).await.unwrap(), Err(LastOperator));
    let noted = "SELECT count(*)::text FROM audit WHERE action <> 'person-added'";
    assert_eq!(lines(&store, noted).await, "0");
    let operator = Role::Operator;
    assert_eq!(store.change_role(bert.id, operator, &herself, at(2)).await.unwrap(), Ok(true));
    assert_eq!(store.change_role(anna.id, viewer, &herself, at(2)).await.unwrap(), Ok(true));
    let cli = Actor::command_line();
    assert_eq!(store.remove_person(bert.id, &cli, at(3)).await.unwrap(), Ok(true));
}

#[tokio::test]
async fn of_two_operators_who_leave_at_once_one_stays() {
    let store = store().await;
    let (anna, bert) = (
        account(&store, "anna", Role::Operator).await,
        account(&store, "bert", Role::Operator).await,
    );
    let leaving = [&anna, &bert].map(|it| {
        let (store, actor) = (&store, it.acting_from("192.0.2.1"));
        async move { store.change_role(it.id, Role::Viewer, &actor, at(2)).await.unwrap() }
    });
    let left = futures(leaving).await;
    assert_eq!(left.iter().filter(|it| **it == Ok(true)).count(), 1, "{left:?}");
}

#[tokio::test]
async fn people_are_told_with_what_lets_them_in_and_whether_the_settings_name_them() {
    let store = store().await;
    account(&store, "anna", Role::Viewer).await;
    let named = Recognized { named_as: Some("github:octocat"), ..octocat("Octocat") };
    let mona = store.recognize_person(&named, at(1)).await.unwrap();
    let new = NewApiToken { person: &mona, name: "ci", scope: TokenScope::Read, expires_at: at(9) };
    let actor = mona.acting_from("192.0.2.1");
    store.make_api_token(&new, &actor, at(2)).await.unwrap().unwrap();
    let told = async |day| {
        let people = store.people(None, at(day)).await.unwrap();
        let line = |it: PersonLine| format!("{} {} {}", it.person.name, it.is_named, it.tokens);
        people.into_iter().map(line).collect::<Vec<_>>().join(", ")
    };
    assert_eq!(told(3).await, "Octocat true 1, anna false 0");
    assert_eq!(told(9).await, "Octocat true 0, anna false 0");
    store.recognize_person(&octocat("Octocat"), at(3)).await.unwrap();
    assert_eq!(store.revoke_api_tokens(&mona, &actor, at(4)).await.unwrap(), 1);
    assert_eq!(told(5).await, "Octocat false 0, anna false 0");
    assert_eq!(store.people(Some("ANN"), at(5)).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_removed_person_leaves_only_what_the_audit_log_says() {
    let store = store().await;
    let anna = account(&store, "anna", Role::Operator).await;
    assert!(store.remove_person(anna.id, &Actor::command_line(), at(2)).await.unwrap().unwrap());
    assert!(!store.remove_person(anna.id, &Actor::command_line(), at(2)).await.unwrap().unwrap());
    assert!(store.persons(None).await.unwrap().is_empty());
    let said = "SELECT actor || ': ' || action || ' ' || subject FROM audit ORDER BY audit_id";
    let expected = "command line: person-added anna\ncommand line: person-removed anna";
    assert_eq!(lines(&store, said).await, expected);
}

/// Waits for all, which run at once.
pub(super) async fn futures<Output>(
    all: impl IntoIterator<Item = impl Future<Output = Output>>,
) -> Vec<Output> {
    let mut waiting: Vec<_> = all.into_iter().map(Box::pin).collect();
    let mut done = Vec::new();
    std::future::poll_fn(|context| {
        waiting.retain_mut(|it| match it.as_mut().poll(context) {
            std::task::Poll::Ready(output) => {
                done.push(output);
                false
            }
            std::task::Poll::Pending => true,
        });
        if waiting.is_empty() { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
    })
    .await;
    done
}
