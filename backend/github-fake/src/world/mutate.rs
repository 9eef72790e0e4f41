//! Random changes, as a year of work makes them: pushes, renames, transfers, deletions.

use chrono::Duration;
use names::RepositoryId;

use super::changes::NewRepository;
use super::dice::Dice;
use super::generated::{container_file, dockerfile};
use super::push::Push;
use super::repository::{Repository, Visibility};
use super::{OwnerKind, World};
use crate::error::FakeError;
use crate::git::{Mode, Oid};
use crate::webhooks::{Delivery, payloads};

/// The branch that random pushes beside the default one go to.
const OTHER_BRANCH: &str = "next";

/// How often another repository is tried if a change does not fit one.
const ATTEMPTS: usize = 200;

/// What happened to a repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mutation {
    /// The repository; the new one if it was made again.
    pub repository: RepositoryId,
    /// Its `owner/name` before.
    pub before: String,
    /// Its `owner/name` now, or the last one it had.
    pub full_name: String,
    /// What was done.
    pub change: Change,
    /// What GitHub sends to webhooks about it, in order.
    pub deliveries: Vec<Delivery>,
}

/// A change of one repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// A commit on a branch.
    Pushed(Pushed),
    /// Another name.
    Renamed,
    /// Another owner.
    Transferred,
    /// Read-only from now on.
    Archived,
    /// Writable again.
    Unarchived,
    /// Gone.
    Deleted,
    /// Deleted, and another made with the same name, which has a new id.
    Recreated(RepositoryId),
    /// Shown to others than before, who are these.
    Shown(Visibility),
    /// Another default branch; this was the one before.
    Switched(String),
}

/// A push of one commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pushed {
    /// The branch.
    pub branch: String,
    /// Its commit before; `None` if it was new.
    pub before: Option<Oid>,
    /// Its commit now.
    pub after: Oid,
    /// Whether the commits before are no longer part of it.
    pub forced: bool,
    /// Paths that were not there before.
    pub added: Vec<String>,
    /// Paths with another content.
    pub modified: Vec<String>,
    /// Paths that are gone.
    pub removed: Vec<String>,
}

/// What a push does to one path.
enum Step {
    Add(String),
    Modify(String),
    Remove(String),
}

impl World {
    /// Does one random thing to one repository, and lets some time pass before.
    ///
    /// # Errors
    /// There is no repository that anything can be done to.
    pub fn mutate(&mut self, dice: &mut Dice) -> Result<Mutation, FakeError> {
        let passed = i64::try_from(1 + dice.below(600)).unwrap_or(1);
        self.set_now(self.now() + Duration::seconds(passed));
        for _ in 0..ATTEMPTS {
            let kind = dice.below(20);
            let Some(chosen) = self.choose(dice) else { break };
            let (repository, before) = (chosen.id, chosen.full_name());
            let shown = payloads::repository(self, &before)?;
            let Some(change) = self.change(kind, &before, dice)? else { continue };
            let repository = match change {
                Change::Recreated(_) => self.repository_mut(&before)?.id,
                _ => repository,
            };
            let now = self.repository_by_id(repository).map(|it| it.repository.full_name());
            let full_name = now.unwrap_or_else(|| before.clone());
            let deliveries = Vec::new();
            let mut mutation = Mutation { repository, before, full_name, change, deliveries };
            mutation.deliveries = self.deliveries_of(&mutation, shown)?;
            return Ok(mutation);
        }
        Err(FakeError::NoSuchRepository("any".to_owned()))
    }

    fn choose(&self, dice: &mut Dice) -> Option<&Repository> {
        let there = || self.repositories.values().filter(|it| it.created_at <= self.now);
        there().nth(dice.index(there().count()))
    }

    /// `None` if the change does not fit the repository.
    fn change(
        &mut self,
        kind: u64,
        full_name: &str,
        dice: &mut Dice,
    ) -> Result<Option<Change>, FakeError> {
        let facts = &self.repository_mut(full_name)?.facts;
        let (is_archived, visibility) = (facts.archived, facts.visibility);
        match kind {
            12 if is_archived => {
                self.unarchive(full_name)?;
                Ok(Some(Change::Unarchived))
            }
            13 => self.delete(full_name).map(|()| Some(Change::Deleted)),
            14 => self.recreate(full_name, dice).map(Some),
            // Nothing else can be done to an archived repository.
            _ if is_archived => Ok(None),
            0..=9 => self.push_something(kind, full_name, dice),
            10 | 11 => self.give_name(kind == 10, full_name, dice).map(Some),
            12 => self.archive(full_name).map(|()| Some(Change::Archived)),
            15 | 16 => {
                let seen_by = match visibility {
                    Visibility::Public => Visibility::Private,
                    Visibility::Private | Visibility::Internal => Visibility::Public,
                };
                self.set_visibility(full_name, seen_by)?;
                Ok(Some(Change::Shown(seen_by)))
            }
            _ => self.switch(full_name),
        }
    }

    fn push_something(
        &mut self,
        kind: u64,
        full_name: &str,
        dice: &mut Dice,
    ) -> Result<Option<Change>, FakeError> {
        let now = self.now();
        let repository = self.repository_mut(full_name)?;
        let branch = match kind {
            7 => OTHER_BRANCH.to_owned(),
            _ => repository.default_branch.clone(),
        };
        let Some(step) = step(repository, now, kind, dice) else { return Ok(None) };
        let mut push = Push::new("Change something").branch(&branch);
        push = match kind {
            8 => push.forced(),
            9 => push.forgetting(),
            _ => push,
        };
        let text = dockerfile(full_name, dice);
        push = match &step {
            Step::Add(path) | Step::Modify(path) => push.file(path, &text),
            Step::Remove(path) => push.remove(path),
        };
        let before = repository.at(now).branch(&branch).map(|it| it.oid);
        let after = self.push(full_name, push)?;
        let mut pushed = Pushed {
            branch,
            before,
            after,
            forced: matches!(kind, 8 | 9),
            added: Vec::new(),
            modified: Vec::new(),
            removed: Vec::new(),
        };
        match step {
            Step::Add(path) => pushed.added.push(path),
            Step::Modify(path) => pushed.modified.push(path),
            Step::Remove(path) => pushed.removed.push(path),
        }
        Ok(Some(Change::Pushed(pushed)))
    }

    /// A new name, or another owner who has no repository of that name.
    fn give_name(
        &mut self,
        is_rename: bool,
        full_name: &str,
        dice: &mut Dice,
    ) -> Result<Change, FakeError> {
        if is_rename {
            self.rename(full_name, &format!("renamed-{}", dice.below(1_000_000)))?;
            return Ok(Change::Renamed);
        }
        let owner = self.repository_mut(full_name)?.owner.clone();
        let organizations = self.owners.values().filter(|it| it.kind == OwnerKind::Organization);
        let others = organizations.filter(|it| it.login != owner).map(|it| it.login.to_string());
        let others: Vec<String> = others.collect();
        let other = match dice.pick(&others) {
            Some(other) => other.clone(),
            None => {
                self.add_organization("elsewhere")?;
                "elsewhere".to_owned()
            }
        };
        if self.transfer(full_name, &other).is_ok() {
            return Ok(Change::Transferred);
        }
        self.give_name(true, full_name, dice)
    }

    fn recreate(&mut self, full_name: &str, dice: &mut Dice) -> Result<Change, FakeError> {
        let old = self.repository_mut(full_name)?;
        let (id, facts) = (old.id, old.facts.clone());
        let mut new = NewRepository::named(old.owner.as_str(), old.name.as_str())?.facts(facts);
        new.facts.archived = false;
        self.delete(full_name)?;
        self.create(new)?;
        let push = Push::new("Begin anew").file("Dockerfile", &dockerfile(full_name, dice));
        self.push(full_name, push)?;
        Ok(Change::Recreated(id))
    }

    fn switch(&mut self, full_name: &str) -> Result<Option<Change>, FakeError> {
        let repository = self.repository_mut(full_name)?;
        let before = repository.default_branch.clone();
        let other = repository.branches.keys().find(|it| **it != before).cloned();
        let Some(other) = other else { return Ok(None) };
        self.switch_default_branch(full_name, &other)?;
        Ok(Some(Change::Switched(before)))
    }
}

/// What a push of a kind does to a repository: mostly something to a container file.
fn step(
    repository: &Repository,
    now: chrono::DateTime<chrono::Utc>,
    kind: u64,
    dice: &mut Dice,
) -> Option<Step> {
    let snapshot = repository.at(now);
    let listed = snapshot.head().map_or_else(Vec::new, |it| snapshot.recursive(it.tree));
    let files: Vec<&str> =
        listed.iter().filter(|it| it.mode == Mode::File).map(|it| it.path.as_str()).collect();
    let container_files: Vec<&str> =
        files.iter().copied().filter(|it| is_container_file(it)).collect();
    let path = match kind {
        0 => {
            let depth = 1 + dice.below(6);
            let path = container_file(depth, 100 + dice.below(900), dice);
            return (!listed.iter().any(|it| it.path == path)).then_some(Step::Add(path));
        }
        1 => return dice.pick(&container_files).map(|it| Step::Remove((*it).to_owned())),
        2 | 3 => {
            let deep: Vec<&str> = files.into_iter().filter(|it| it.contains('/')).collect();
            dice.pick(&deep).copied()
        }
        _ => dice.pick(&container_files).copied(),
    };
    path.map(|it| Step::Modify(it.to_owned()))
}

fn is_container_file(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default().to_ascii_lowercase();
    name.contains("dockerfile") || name == "containerfile"
}
