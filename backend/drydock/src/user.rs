//! `drydock user`: the accounts of people, from the command line.

mod list;
mod prompt;

use std::io::{self, Write as _};

use anyhow::{Context as _, Result, bail};
use store::{AccountName, Actor, NewPassword, Person, Role, SignInMethod, Store};

use crate::arguments::{AddUser, GivenPassword, UserCommand};
use crate::check::text::plain;
use crate::clock;
use crate::database::Database;
use crate::settings::Settings;

/// Does what is asked about people.
///
/// # Errors
/// A sentence that says what to do.
pub(crate) async fn run(settings: &Settings, command: UserCommand) -> Result<()> {
    // Before the database is opened: a person must not be waited for with it open, and a
    // refused one changes nothing.
    let password = match &command {
        UserCommand::Add(it) => Some(asked(&it.name, it.password)?),
        UserCommand::Password(it) => Some(asked(&it.name, it.password)?),
        UserCommand::List(_)
        | UserCommand::Disable(_)
        | UserCommand::Enable(_)
        | UserCommand::Role(_)
        | UserCommand::Remove(_) => None,
    };
    let database = Database::beside(settings).await?;
    let said = perform(&database.store, &command, password).await;
    database.close().await?;
    write!(io::stdout().lock(), "{}", said?).context("the answer could not be printed")
}

fn asked(name: &str, given: GivenPassword) -> Result<(AccountName, NewPassword)> {
    let name: AccountName = name.parse()?;
    let password = prompt::password(given.password_stdin)?;
    let password = NewPassword::of(&name, password)?;
    Ok((name, password))
}

/// What is asked, done; gives what to say.
async fn perform(
    store: &Store,
    command: &UserCommand,
    password: Option<(AccountName, NewPassword)>,
) -> Result<String> {
    let (actor, now) = (Actor::command_line(), clock()());
    match (command, password) {
        (UserCommand::Add(arguments), Some((name, password))) => {
            add(store, arguments, (name, password)).await
        }
        (UserCommand::Password(_), Some((name, password))) => {
            let person = found(store, name.as_str()).await?;
            let hashed = password.hashed().await?;
            store.change_password(person.id, &hashed, &actor, now).await?;
            Ok(format!(
                "{name} has another password; their sessions ended, and their API tokens are revoked.\n"
            ))
        }
        // Their passwords were asked for above.
        (UserCommand::Add(_) | UserCommand::Password(_), None) => bail!("there is no password"),
        (UserCommand::List(arguments), _) => {
            Ok(list::printed(&store.persons(arguments.like.as_deref()).await?))
        }
        (UserCommand::Disable(user), _) => {
            let person = found(store, &user.name).await?;
            store.disable_person(person.id, &actor, now).await??;
            Ok(format!("{} is kept out.\n", plain(&person.account())))
        }
        (UserCommand::Enable(user), _) => {
            let person = found(store, &user.name).await?;
            store.enable_person(person.id, &actor, now).await?;
            Ok(format!("{} may come in again.\n", plain(&person.account())))
        }
        (UserCommand::Role(arguments), _) => {
            let person = found(store, &arguments.user.name).await?;
            store.change_role(person.id, arguments.role, &actor, now).await??;
            let account = plain(&person.account());
            Ok(format!("{account} is {} now.\n", with_article(arguments.role)))
        }
        (UserCommand::Remove(user), _) => {
            let person = found(store, &user.name).await?;
            store.remove_person(person.id, &actor, now).await??;
            Ok(format!("{} is removed.\n", plain(&person.account())))
        }
    }
}

async fn add(
    store: &Store,
    arguments: &AddUser,
    (name, password): (AccountName, NewPassword),
) -> Result<String> {
    let (actor, role) = (Actor::command_line(), arguments.role);
    let hashed = password.hashed().await?;
    let added = store.add_local_account(&name, &hashed, role, (&actor, clock()())).await?;
    if added.is_none() {
        bail!(
            "there is an account {name} already; change it with `drydock user role` or `drydock user password`"
        );
    }
    Ok(format!("{name} may sign in as {}.\n", with_article(role)))
}

/// Whom a name means: a local account, or METHOD:SUBJECT.
async fn found(store: &Store, name: &str) -> Result<Person> {
    let (method, subject) = match name.split_once(':') {
        Some((method, subject)) => match SignInMethod::from_slug(method) {
            Some(method) => (method, subject.to_owned()),
            None => bail!(
                "“{method}” is no method to sign in; write github:ID, oidc:…, proxy:NAME or the name of a local account"
            ),
        },
        None => (SignInMethod::Local, name.to_lowercase()),
    };
    let person = store.person_of(method, &subject).await?;
    person
        .with_context(|| format!("nobody is known as {name}; `drydock user list` shows everybody"))
}

fn with_article(role: Role) -> &'static str {
    match role {
        Role::Viewer => "a viewer",
        Role::Editor => "an editor",
        Role::Operator => "an operator",
    }
}
