//! What people do to repositories: create, push, rename, archive, delete.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, SubsecRound, Utc};
use names::{OrgLogin, RepoName, RepositoryId};

use super::objects::Objects;
use super::push::Push;
use super::repository::{Facts, Repository, Visibility};
use super::{Owner, OwnerKind, World, key};
use crate::error::FakeError;
use crate::git::{Commit, Oid};

/// A repository to be made.
#[derive(Debug, Clone)]
pub struct NewRepository {
    /// The owner's login.
    pub owner: OrgLogin,
    /// The name without the owner.
    pub name: RepoName,
    /// What it says about itself.
    pub facts: Facts,
    /// The branch that a visitor sees first.
    pub default_branch: String,
    /// Since when it exists; the world's now if not said.
    pub created_at: Option<DateTime<Utc>>,
}

impl NewRepository {
    /// A private repository `owner/name` with a default branch `main`.
    ///
    /// # Errors
    /// The owner or the name is one that GitHub would not accept.
    pub fn named(owner: &str, name: &str) -> Result<Self, FakeError> {
        Ok(Self {
            owner: owner.parse()?,
            name: name.parse()?,
            facts: Facts::default(),
            default_branch: "main".to_owned(),
            created_at: None,
        })
    }

    /// The same with other facts.
    #[must_use]
    pub fn facts(mut self, facts: Facts) -> Self {
        self.facts = facts;
        self
    }
}

impl World {
    /// Adds an organization.
    ///
    /// # Errors
    /// The login is one that GitHub would not accept, or it is taken.
    pub fn add_organization(&mut self, login: &str) -> Result<i64, FakeError> {
        self.add_owner(login, OwnerKind::Organization)
    }

    /// Adds a person's account.
    ///
    /// # Errors
    /// The login is one that GitHub would not accept, or it is taken.
    pub fn add_user(&mut self, login: &str) -> Result<i64, FakeError> {
        self.add_owner(login, OwnerKind::User)
    }

    /// Gives an organization or a person another login; nothing leads from the old one.
    ///
    /// # Errors
    /// There is no such account, or the login is taken or not acceptable.
    pub fn rename_owner(&mut self, login: &str, new: &str) -> Result<(), FakeError> {
        let new_login: OrgLogin = new.parse()?;
        if self.owner(new).is_some() {
            return Err(FakeError::Taken(new.to_owned()));
        }
        let owner = self.owners.remove(&login.to_lowercase());
        let owner = owner.ok_or_else(|| FakeError::NoSuchOwner(login.to_owned()))?;
        let of_owner = self.repositories.values_mut().filter(|it| it.owner == owner.login);
        for repository in of_owner {
            repository.owner = new_login.clone();
            self.names.insert(key(new, repository.name.as_str()), repository.id);
        }
        self.owners.insert(new.to_lowercase(), Owner { login: new_login, ..owner });
        Ok(())
    }

    fn add_owner(&mut self, login: &str, kind: OwnerKind) -> Result<i64, FakeError> {
        if self.owner(login).is_some() {
            return Err(FakeError::Taken(login.to_owned()));
        }
        let id = self.take_id();
        let owner = Owner {
            id,
            login: login.parse()?,
            kind,
            name: login.to_owned(),
            created_at: self.now - chrono::Duration::days(1_000),
        };
        self.owners.insert(login.to_lowercase(), owner);
        Ok(id)
    }

    /// Makes an empty repository.
    ///
    /// # Errors
    /// The owner is unknown or the name is taken.
    pub fn create(&mut self, new: NewRepository) -> Result<RepositoryId, FakeError> {
        let name_key = key(new.owner.as_str(), new.name.as_str());
        if self.owner(new.owner.as_str()).is_none() {
            return Err(FakeError::NoSuchOwner(new.owner.to_string()));
        }
        if self.names.get(&name_key).is_some_and(|it| self.is_current_name(*it, &name_key)) {
            return Err(FakeError::Taken(name_key));
        }
        let id = RepositoryId(self.take_id());
        let repository = Repository {
            id,
            owner: new.owner,
            name: new.name,
            facts: new.facts,
            default_branch: new.default_branch,
            created_at: new.created_at.unwrap_or(self.now),
            branches: BTreeMap::new(),
            pushes: Vec::new(),
            objects: Objects::default(),
        };
        self.repositories.insert(id, repository);
        self.names.insert(name_key, id);
        Ok(id)
    }

    fn is_current_name(&self, id: RepositoryId, name_key: &str) -> bool {
        let repository = self.repositories.get(&id);
        repository.is_some_and(|it| key(it.owner.as_str(), it.name.as_str()) == name_key)
    }

    /// Makes a commit on a branch of `owner/name`; the commit's sha.
    ///
    /// # Errors
    /// There is no such repository.
    pub fn push(&mut self, full_name: &str, push: Push) -> Result<Oid, FakeError> {
        let at = push.at.unwrap_or(self.now).trunc_subsecs(0);
        Ok(self.repository_mut(full_name)?.commit(push, at))
    }

    /// Renames a repository; the old name leads to it until it is used again.
    ///
    /// # Errors
    /// There is no such repository, or the name is taken or not acceptable.
    pub fn rename(&mut self, full_name: &str, name: &str) -> Result<(), FakeError> {
        let owner = self.repository_mut(full_name)?.owner.clone();
        self.move_to(full_name, owner, name.parse()?)
    }

    /// Gives a repository to another owner; the old name leads to it.
    ///
    /// # Errors
    /// There is no such repository or owner, or the name is taken there.
    pub fn transfer(&mut self, full_name: &str, owner: &str) -> Result<(), FakeError> {
        let new_owner = self.owner(owner).map(|it| it.login.clone());
        let new_owner = new_owner.ok_or_else(|| FakeError::NoSuchOwner(owner.to_owned()))?;
        let name = self.repository_mut(full_name)?.name.clone();
        self.move_to(full_name, new_owner, name)
    }

    fn move_to(
        &mut self,
        full_name: &str,
        owner: OrgLogin,
        name: RepoName,
    ) -> Result<(), FakeError> {
        let name_key = key(owner.as_str(), name.as_str());
        if self.names.get(&name_key).is_some_and(|it| self.is_current_name(*it, &name_key)) {
            return Err(FakeError::Taken(name_key));
        }
        let repository = self.repository_mut(full_name)?;
        repository.owner = owner;
        repository.name = name;
        let id = repository.id;
        self.names.insert(name_key, id);
        Ok(())
    }

    /// Deletes a repository and every name that led to it.
    ///
    /// # Errors
    /// There is no such repository.
    pub fn delete(&mut self, full_name: &str) -> Result<(), FakeError> {
        let id = self.repository_mut(full_name)?.id;
        self.repositories.remove(&id);
        self.names.retain(|_, it| *it != id);
        Ok(())
    }

    /// Archives a repository.
    ///
    /// # Errors
    /// There is no such repository.
    pub fn archive(&mut self, full_name: &str) -> Result<(), FakeError> {
        self.repository_mut(full_name)?.facts.archived = true;
        Ok(())
    }

    /// Makes an archived repository one to write to again.
    ///
    /// # Errors
    /// There is no such repository.
    pub fn unarchive(&mut self, full_name: &str) -> Result<(), FakeError> {
        self.repository_mut(full_name)?.facts.archived = false;
        Ok(())
    }

    /// Shows a repository to others than before.
    ///
    /// # Errors
    /// There is no such repository.
    pub fn set_visibility(
        &mut self,
        full_name: &str,
        visibility: Visibility,
    ) -> Result<(), FakeError> {
        self.repository_mut(full_name)?.facts.visibility = visibility;
        Ok(())
    }

    /// Makes another branch the one that a visitor sees first; nothing is pushed by that.
    ///
    /// # Errors
    /// There is no such repository or branch.
    pub fn switch_default_branch(
        &mut self,
        full_name: &str,
        branch: &str,
    ) -> Result<(), FakeError> {
        let repository = self.repository_mut(full_name)?;
        if !repository.branches.contains_key(branch) {
            return Err(FakeError::NoSuchBranch(full_name.to_owned(), branch.to_owned()));
        }
        branch.clone_into(&mut repository.default_branch);
        Ok(())
    }

    /// A repository, to change its facts or its default branch.
    ///
    /// # Errors
    /// There is no such repository.
    pub fn repository_mut(&mut self, full_name: &str) -> Result<&mut Repository, FakeError> {
        let id = self.names.get(&full_name.to_lowercase()).copied();
        id.and_then(|it| self.repositories.get_mut(&it))
            .ok_or_else(|| FakeError::NoSuchRepository(full_name.to_owned()))
    }

    /// Puts a repository whose objects were named elsewhere into the world.
    pub(super) fn adopt(&mut self, id: RepositoryId, commit: Commit, objects: Objects) {
        let Some(repository) = self.repositories.get_mut(&id) else { return };
        let at = commit.at;
        let commit = Arc::new(commit);
        repository.objects = objects;
        repository.objects.add_commit(Arc::clone(&commit));
        repository.branches.insert(repository.default_branch.clone(), vec![commit]);
        repository.pushes.push(at);
    }
}
