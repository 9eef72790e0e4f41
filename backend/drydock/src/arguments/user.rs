//! The arguments of `drydock user`.

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, Subcommand};
use store::Role;

const ACCOUNTS: &str = "\
NAME is a local account, or METHOD:SUBJECT as `drydock user list` prints it for everybody else.

Each command may run beside a dashboard. What it does is in the audit log as done by the
command line, and holds at once: sessions and tokens are looked up with their person.";

const ADDING: &str = "\
Examples:
  drydock user add anna                                     asks for the password twice
  drydock user add bert --role viewer
  pass show drydock | drydock user add anna --password-stdin

A password has at least 12 characters, is not made of the name or of words that are tried first,
and is none of the 3,000 that are used most. It is kept as Argon2id.";

/// What can be done about people.
#[derive(Debug, Subcommand)]
#[command(after_long_help = ACCOUNTS)]
pub(crate) enum UserCommand {
    /// Add a local account, with a password that is asked for.
    Add(AddUser),
    /// List everybody who ever signed in, and the local accounts.
    List(ListUsers),
    /// Keep somebody out: their sessions end, their tokens are good for nothing.
    Disable(NamedUser),
    /// Let somebody in again.
    Enable(NamedUser),
    /// Give somebody another role.
    Role(RoleOfUser),
    /// Give a local account another password: its sessions end, its tokens are revoked.
    Password(PasswordOfUser),
    /// Remove somebody with their sessions and tokens; the audit log keeps what they did.
    Remove(NamedUser),
}

/// Arguments of `user add`.
#[derive(Debug, Args)]
#[command(after_long_help = ADDING)]
pub(crate) struct AddUser {
    /// The account's name: letters, digits, dots, dashes and underscores, in any case.
    #[arg(value_name = "NAME")]
    pub(crate) name: String,
    /// What they may do: viewers look, editors decide and ask for crawls, operators change
    /// settings and people too.
    #[arg(long, value_name = "ROLE", default_value = "operator", value_parser = role_parser())]
    pub(crate) role: Role,
    #[command(flatten)]
    pub(crate) password: GivenPassword,
}

/// Where a password comes from.
#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct GivenPassword {
    /// Take the password from the first line of standard input instead of asking for it.
    #[arg(long)]
    pub(crate) password_stdin: bool,
}

/// Arguments of `user list`.
#[derive(Debug, Args)]
pub(crate) struct ListUsers {
    /// Only those with this text in their name or account.
    #[arg(value_name = "TEXT")]
    pub(crate) like: Option<String>,
}

/// Somebody.
#[derive(Debug, Args)]
pub(crate) struct NamedUser {
    /// A local account, or METHOD:SUBJECT as `drydock user list` prints it.
    #[arg(value_name = "NAME")]
    pub(crate) name: String,
}

/// Arguments of `user role`.
#[derive(Debug, Args)]
pub(crate) struct RoleOfUser {
    /// Who.
    #[command(flatten)]
    pub(crate) user: NamedUser,
    /// What they may do from now on.
    #[arg(value_name = "ROLE", value_parser = role_parser())]
    pub(crate) role: Role,
}

/// Arguments of `user password`.
#[derive(Debug, Args)]
pub(crate) struct PasswordOfUser {
    /// The local account.
    #[arg(value_name = "NAME")]
    pub(crate) name: String,
    #[command(flatten)]
    pub(crate) password: GivenPassword,
}

fn role_parser() -> impl TypedValueParser<Value = Role> {
    let slugs = Role::ALL.iter().map(|it| it.slug());
    PossibleValuesParser::new(slugs).try_map(|it| Role::try_from(it).map_err(|it| it.to_string()))
}
