//! People: of which organizations they are members, and what they may read.

use std::collections::BTreeSet;

use names::RepositoryId;

use super::{Owner, OwnerKind, Repository, Visibility, World};
use crate::error::FakeError;

/// What a person was let to.
#[derive(Debug, Clone, Default)]
pub(super) struct Access {
    /// Organizations by their ids, which survive another login.
    member_of: BTreeSet<i64>,
    reads: BTreeSet<RepositoryId>,
}

impl World {
    /// The people there are, by login.
    pub fn people(&self) -> impl Iterator<Item = &Owner> {
        self.owners.values().filter(|it| it.kind == OwnerKind::User)
    }

    /// Makes a person a member of an organization, which by itself opens what is internal.
    ///
    /// # Errors
    /// There is no such organization or person.
    pub fn add_member(&mut self, organization: &str, login: &str) -> Result<(), FakeError> {
        let id = self.organization_named(organization)?.id;
        self.access_of(login)?.member_of.insert(id);
        Ok(())
    }

    /// Takes a person out of an organization, and with that every private repository of it.
    ///
    /// # Errors
    /// There is no such organization or person.
    pub fn remove_member(&mut self, organization: &str, login: &str) -> Result<(), FakeError> {
        let organization = self.organization_named(organization)?.clone();
        let theirs: Vec<_> =
            self.repositories_of(&organization.login).map(|it| it.repository.id).collect();
        let access = self.access_of(login)?;
        access.member_of.remove(&organization.id);
        access.reads.retain(|it| !theirs.contains(it));
        Ok(())
    }

    /// Lets a person read a repository.
    ///
    /// # Errors
    /// There is no such repository or person.
    pub fn let_read(&mut self, full_name: &str, login: &str) -> Result<(), FakeError> {
        let id = self.repository_mut(full_name)?.id;
        self.access_of(login)?.reads.insert(id);
        Ok(())
    }

    /// Takes a person's permission to read a repository back.
    ///
    /// # Errors
    /// There is no such repository or person.
    pub fn stop_reading(&mut self, full_name: &str, login: &str) -> Result<(), FakeError> {
        let id = self.repository_mut(full_name)?.id;
        self.access_of(login)?.reads.remove(&id);
        Ok(())
    }

    /// Whether a person is a member of an organization.
    #[must_use]
    pub fn is_member(&self, organization: &str, login: &str) -> bool {
        let (Some(organization), Some(access)) = (self.owner(organization), self.access(login))
        else {
            return false;
        };
        access.member_of.contains(&organization.id)
    }

    /// The repositories beside the public ones that a person may read.
    pub(crate) fn read_by(&self, login: &str) -> impl Iterator<Item = &Repository> {
        let access = self.access(login);
        self.repositories.values().filter(move |it| {
            let is_let = access.is_some_and(|access| access.reads.contains(&it.id));
            let is_inside = it.facts.visibility == Visibility::Internal
                && self.is_member(it.owner.as_str(), login);
            is_let || is_inside || it.owner.as_str().eq_ignore_ascii_case(login)
        })
    }

    fn access(&self, login: &str) -> Option<&Access> {
        self.access.get(&self.owner(login)?.id)
    }

    fn organization_named(&self, login: &str) -> Result<&Owner, FakeError> {
        let found = self.owner(login).filter(|it| it.kind == OwnerKind::Organization);
        found.ok_or_else(|| FakeError::NoSuchOwner(login.to_owned()))
    }

    fn access_of(&mut self, login: &str) -> Result<&mut Access, FakeError> {
        let person = self.owner(login).filter(|it| it.kind == OwnerKind::User);
        let id = person.ok_or_else(|| FakeError::NoSuchOwner(login.to_owned()))?.id;
        Ok(self.access.entry(id).or_default())
    }
}
