//! What the stand-in knows: owners, repositories and a moment in time.
//!
//! Everything that has a date after `now` does not exist yet, so a history can be
//! replayed by moving `now` forward.

mod changes;
mod corpus;
mod dice;
mod edit;
mod generated;
mod hostile;
mod mutate;
mod objects;
mod people;
mod push;
mod repository;
mod sample;

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, SubsecRound, Utc};
use names::{OrgLogin, RepositoryId};

pub use changes::NewRepository;
pub use dice::Dice;
pub use generated::Shape;
pub use mutate::{Change, Mutation, Pushed};
pub use objects::Content;
pub use push::Push;
pub use repository::{Facts, Listed, Repository, Snapshot, Visibility};

/// Whether an account is an organization or a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OwnerKind {
    /// An organization.
    Organization,
    /// A person's account.
    User,
}

/// An account that owns repositories.
#[derive(Debug, Clone)]
pub struct Owner {
    /// GitHub's database id.
    pub id: i64,
    /// The login, spelled as its owner spells it.
    pub login: OrgLogin,
    /// Organization or person.
    pub kind: OwnerKind,
    /// The name to show.
    pub name: String,
    /// Since when it exists.
    pub created_at: DateTime<Utc>,
}

/// A world of repositories at a moment.
#[derive(Debug, Clone)]
pub struct World {
    now: DateTime<Utc>,
    owners: BTreeMap<String, Owner>,
    repositories: BTreeMap<RepositoryId, Repository>,
    /// Every `owner/name` in lower case that leads to a repository, former ones too.
    names: HashMap<String, RepositoryId>,
    /// What people were let to, by their ids.
    access: BTreeMap<i64, people::Access>,
    next_id: i64,
    installation_id: i64,
}

/// Where a name leads.
#[derive(Debug, Clone, Copy)]
pub enum Found<'w> {
    /// The repository has this name.
    Here(&'w Repository),
    /// The repository had this name; it is called otherwise now.
    Moved(&'w Repository),
}

impl World {
    /// A world without anyone in it. GitHub's times are whole seconds, so are a world's.
    #[must_use]
    pub fn new(now: DateTime<Utc>) -> Self {
        Self {
            now: now.trunc_subsecs(0),
            owners: BTreeMap::new(),
            repositories: BTreeMap::new(),
            names: HashMap::new(),
            access: BTreeMap::new(),
            next_id: 4_001,
            installation_id: 51_000_001,
        }
    }

    /// The moment the world is at.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        self.now
    }

    /// Moves the world to another moment, forward or back.
    pub fn set_now(&mut self, now: DateTime<Utc>) {
        self.now = now.trunc_subsecs(0);
    }

    /// The account of a login, in any case.
    #[must_use]
    pub fn owner(&self, login: &str) -> Option<&Owner> {
        self.owners.get(&login.to_lowercase())
    }

    /// Every account, by login.
    pub fn owners(&self) -> impl Iterator<Item = &Owner> {
        self.owners.values()
    }

    /// The account with a database id.
    #[must_use]
    pub fn owner_by_id(&self, id: i64) -> Option<&Owner> {
        self.owners.values().find(|it| it.id == id)
    }

    /// The repositories of an owner that exist by now, by id.
    pub fn repositories_of(&self, login: &OrgLogin) -> impl Iterator<Item = Snapshot<'_>> {
        let login = login.clone();
        self.repositories
            .values()
            .filter(move |it| it.owner == login && it.created_at <= self.now)
            .map(|it| it.at(self.now))
    }

    /// The repository with a database id.
    #[must_use]
    pub fn repository_by_id(&self, id: RepositoryId) -> Option<Snapshot<'_>> {
        let repository = self.repositories.get(&id)?;
        (repository.created_at <= self.now).then(|| repository.at(self.now))
    }

    /// Where `owner/name` leads by now.
    #[must_use]
    pub fn find(&self, owner: &str, name: &str) -> Option<Found<'_>> {
        let id = self.names.get(&key(owner, name))?;
        let repository = self.repositories.get(id).filter(|it| it.created_at <= self.now)?;
        if key(repository.owner.as_str(), repository.name.as_str()) == key(owner, name) {
            Some(Found::Here(repository))
        } else {
            Some(Found::Moved(repository))
        }
    }

    /// The installation that webhooks tell of.
    #[must_use]
    pub fn installation_id(&self) -> i64 {
        self.installation_id
    }

    /// Lets webhooks tell of another installation.
    pub fn set_installation_id(&mut self, id: i64) {
        self.installation_id = id;
    }

    pub(crate) fn take_id(&mut self) -> i64 {
        self.next_id += 1;
        self.next_id
    }
}

/// GitHub compares names without regard to case.
fn key(owner: &str, name: &str) -> String {
    format!("{owner}/{name}").to_lowercase()
}
