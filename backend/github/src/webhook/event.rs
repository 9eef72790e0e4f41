//! The events about repositories, installations and accounts.

use names::{OrgLogin, RepoName, RepositoryId};
use serde::Deserialize;

use super::{Account, Delivery, Happened, NamedRepository, parsed};
use crate::GithubError;

#[derive(Deserialize)]
pub(super) struct RawAccount {
    pub(super) id: Option<i64>,
    login: Option<OrgLogin>,
    /// What a push of an older server calls the login.
    name: Option<OrgLogin>,
}

#[derive(Deserialize)]
struct RepositoryEvent {
    action: String,
    repository: RawRepository,
    organization: Option<RawAccount>,
    changes: Option<Changes>,
}

#[derive(Deserialize)]
struct RawRepository {
    id: i64,
    name: RepoName,
    owner: Option<RawAccount>,
}

#[derive(Deserialize)]
struct Changes {
    owner: Option<FormerOwner>,
}

#[derive(Deserialize)]
struct FormerOwner {
    from: Former,
}

#[derive(Deserialize)]
struct Former {
    organization: Option<RawAccount>,
    user: Option<RawAccount>,
}

#[derive(Deserialize)]
struct InstallationEvent {
    action: String,
    installation: Installation,
    #[serde(default)]
    repositories_added: Vec<Granted>,
    #[serde(default)]
    repositories_removed: Vec<Granted>,
}

#[derive(Deserialize)]
struct Installation {
    account: RawAccount,
}

#[derive(Deserialize)]
struct Granted {
    id: i64,
    name: RepoName,
}

#[derive(Deserialize)]
struct TargetEvent {
    action: String,
    account: RawAccount,
}

#[derive(Deserialize)]
struct OrganizationEvent {
    action: String,
    organization: RawAccount,
}

#[derive(Deserialize)]
struct OtherEvent {
    action: Option<String>,
}

impl RawAccount {
    pub(super) fn read(self) -> Result<Account, GithubError> {
        let missing = || GithubError::Malformed("the delivery names no account".to_owned());
        Ok(Account { id: self.id, login: self.login.or(self.name).ok_or_else(missing)? })
    }
}

/// Every action leads to a look. A transferred repository is looked at with its new owner
/// and with its former one, who are told by the same delivery or by none.
pub(super) fn repository(json: &[u8]) -> Result<Delivery, GithubError> {
    let event: RepositoryEvent = parsed(json)?;
    let RawRepository { id, name, owner } = event.repository;
    let gone_reason = (event.action == "deleted").then_some("it was deleted on GitHub");
    let owner = owner.or(event.organization).ok_or_else(|| {
        GithubError::Malformed("the delivery names a repository without an owner".to_owned())
    })?;
    let named = |owner: RawAccount| {
        Ok(NamedRepository {
            owner: owner.read()?,
            id: RepositoryId(id),
            name: name.clone(),
            gone_reason,
        })
    };
    let former = event.changes.and_then(|it| it.owner).map(|it| it.from);
    let former = former.and_then(|it| it.organization.or(it.user));
    let repositories = [Some(owner), former]
        .into_iter()
        .flatten()
        .map(named)
        .collect::<Result<_, GithubError>>()?;
    Ok(Delivery { action: Some(event.action), happened: Happened::Changed(repositories) })
}

pub(super) fn installation(json: &[u8]) -> Result<Delivery, GithubError> {
    let event: InstallationEvent = parsed(json)?;
    let account = event.installation.account.read()?;
    let happened = match event.action.as_str() {
        "created" => Happened::Installed(account),
        _ => Happened::AccountChanged(account),
    };
    Ok(Delivery { action: Some(event.action), happened })
}

pub(super) fn installation_repositories(json: &[u8]) -> Result<Delivery, GithubError> {
    let event: InstallationEvent = parsed(json)?;
    let owner = event.installation.account.read()?;
    let named = |it: Granted, gone_reason| NamedRepository {
        owner: owner.clone(),
        id: RepositoryId(it.id),
        name: it.name,
        gone_reason,
    };
    let hidden = Some("it was taken from the App's installation");
    let added = event.repositories_added.into_iter().map(|it| named(it, None));
    let removed = event.repositories_removed.into_iter().map(|it| named(it, hidden));
    let happened = Happened::Changed(added.chain(removed).collect());
    Ok(Delivery { action: Some(event.action), happened })
}

/// An account with our App has another name.
pub(super) fn installation_target(json: &[u8]) -> Result<Delivery, GithubError> {
    let event: TargetEvent = parsed(json)?;
    let happened = Happened::AccountChanged(event.account.read()?);
    Ok(Delivery { action: Some(event.action), happened })
}

/// Who belongs to an organization does not matter to us.
pub(super) fn organization(json: &[u8]) -> Result<Delivery, GithubError> {
    let event: OrganizationEvent = parsed(json)?;
    let happened = match event.action.as_str() {
        "renamed" | "deleted" => Happened::AccountChanged(event.organization.read()?),
        _ => Happened::Nothing,
    };
    Ok(Delivery { action: Some(event.action), happened })
}

/// An event that leads to nothing still has to be JSON.
pub(super) fn other(json: &[u8]) -> Result<Delivery, GithubError> {
    let event: OtherEvent = parsed(json)?;
    Ok(Delivery { action: event.action, happened: Happened::Nothing })
}
