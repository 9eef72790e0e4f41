//! Who asks for a page, what they may do, and what they may see.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use store::read::SightDigest;
use store::{Actor, OrganizationId, Person, Role, SessionId};

/// Whoever asks, as far as a request says. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Reader {
    pub(crate) who: Who,
    pub(crate) sight: Sight,
    /// The address that they came from; empty where it is not known.
    pub(crate) address: Arc<str>,
}

/// Whose the request is.
#[derive(Debug, Clone)]
pub(crate) enum Who {
    /// Whoever sits at this machine: nobody signs in.
    Machine,
    /// Nobody that we know.
    Nobody,
    /// Somebody who signed in, by a browser's session; none where a proxy says who they are.
    Person(Arc<Person>, Option<SessionId>),
    /// A program with a token of this person's, which may do this much.
    Program(Arc<Person>, Role),
}

/// Which repositories a reader may see. What is not in it does not exist for them, in no sum.
#[derive(Debug, Clone)]
pub(crate) enum Sight {
    /// All of them.
    Everything,
    /// Some.
    Only(Arc<Visible>),
}

/// Some repositories of some organizations.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Visible {
    /// By our own id of the organization.
    organizations: HashMap<i64, VisibleOf>,
}

/// Some repositories of one organization. Cheap to clone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct VisibleOf {
    /// GitHub's ids, in order.
    ids: Arc<[i64]>,
    digest: SightDigest,
}

/// Whose pages are kept apart: what a page shows beside its facts is who looks at it and what
/// they may do.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct PagesOf {
    person: Option<i64>,
    /// Who signed in by a session can sign out.
    has_session: bool,
    role: Option<&'static str>,
    sight: Option<SightDigest>,
}

impl Reader {
    /// Whoever sits at this machine, who may do and see everything.
    pub(crate) fn machine() -> Self {
        Self { who: Who::Machine, sight: Sight::Everything, address: "".into() }
    }

    /// Nobody that we know, who sees nothing.
    pub(crate) fn nobody(address: &str) -> Self {
        let sight = Sight::Only(Arc::default());
        Self { who: Who::Nobody, sight, address: address.into() }
    }

    /// What the reader may do; none if they must sign in first.
    pub(crate) fn role(&self) -> Option<Role> {
        match &self.who {
            Who::Machine => Some(Role::Operator),
            Who::Nobody => None,
            Who::Person(person, _) => Some(person.role),
            Who::Program(_, role) => Some(*role),
        }
    }

    /// The address that they came from, as limits count it.
    pub(crate) fn ip(&self) -> IpAddr {
        self.address.parse().unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED))
    }

    /// The reader as who does something, for the audit log.
    pub(crate) fn actor(&self) -> Actor {
        match &self.who {
            Who::Machine | Who::Nobody => Actor {
                person: None,
                name: "this machine".to_owned(),
                address: self.address.to_string(),
            },
            Who::Person(person, _) | Who::Program(person, ..) => person.acting_from(&self.address),
        }
    }

    /// Whose the pages of an organization are that the reader gets.
    pub(crate) fn pages_of(&self, organization: OrganizationId) -> PagesOf {
        let (person, has_session) = match &self.who {
            Who::Machine | Who::Nobody => (None, false),
            Who::Person(person, session) => (Some(person.id.0), session.is_some()),
            Who::Program(person, ..) => (Some(person.id.0), false),
        };
        let role = self.role().map(Role::slug);
        PagesOf { person, has_session, role, sight: self.sight.digest(organization) }
    }

    /// The name under which the reader decides: of whoever signed in. None at this machine,
    /// where everybody says their own.
    pub(crate) fn name(&self) -> Option<&str> {
        match &self.who {
            Who::Machine | Who::Nobody => None,
            Who::Person(person, _) | Who::Program(person, ..) => Some(&person.name),
        }
    }

    /// Whether the reader may do what this role may.
    pub(crate) fn may(&self, role: Role) -> bool {
        self.role().is_some_and(|it| it >= role)
    }
}

impl Sight {
    /// The repositories of an organization, by GitHub's ids, in order; none if all of them.
    pub(crate) fn of(&self, organization: OrganizationId) -> Option<&[i64]> {
        match self {
            Self::Everything => None,
            Self::Only(visible) => Some(visible.of(organization)),
        }
    }

    /// Stands for these repositories; none if all of them.
    pub(crate) fn digest(&self, organization: OrganizationId) -> Option<SightDigest> {
        match self {
            Self::Everything => None,
            Self::Only(visible) => Some(
                visible
                    .organizations
                    .get(&organization.0)
                    .map_or_else(|| SightDigest::of(&[]), |it| it.digest),
            ),
        }
    }

    /// Whether an organization is there for the reader: something in it is.
    pub(crate) fn has_some(&self, organization: OrganizationId) -> bool {
        self.of(organization).is_none_or(|it| !it.is_empty())
    }

    /// Our own ids of the organizations that are there for the reader; none if all of them.
    pub(crate) fn organizations(&self) -> Option<Vec<i64>> {
        match self {
            Self::Everything => None,
            Self::Only(visible) => Some(visible.organizations.keys().copied().collect()),
        }
    }

    /// The repositories of all organizations; none if all of them.
    pub(crate) fn repositories(&self) -> Option<Vec<i64>> {
        match self {
            Self::Everything => None,
            Self::Only(visible) => {
                let each = visible.organizations.values();
                Some(each.flat_map(|it| it.ids.iter().copied()).collect())
            }
        }
    }

    /// Whether a repository is there for the reader.
    pub(crate) fn has(&self, organization: OrganizationId, repository: i64) -> bool {
        self.of(organization).is_none_or(|it| it.binary_search(&repository).is_ok())
    }
}

impl Visible {
    /// The given repositories of each organization; their order does not matter.
    #[cfg(test)]
    pub(crate) fn new(all: impl IntoIterator<Item = (OrganizationId, Vec<i64>)>) -> Self {
        Self::of_each(
            all.into_iter().map(|(organization, ids)| (organization, VisibleOf::new(ids))),
        )
    }

    /// What is visible of each organization; one of which nothing is, is not there.
    pub(crate) fn of_each(all: impl IntoIterator<Item = (OrganizationId, VisibleOf)>) -> Self {
        let some = all.into_iter().filter(|(_, it)| !it.ids.is_empty());
        Self { organizations: some.map(|(organization, it)| (organization.0, it)).collect() }
    }

    fn of(&self, organization: OrganizationId) -> &[i64] {
        self.organizations.get(&organization.0).map_or(&[], |it| &it.ids)
    }
}

impl VisibleOf {
    /// The repositories of these ids of GitHub's; their order does not matter.
    pub(crate) fn new(mut ids: Vec<i64>) -> Self {
        ids.sort_unstable();
        ids.dedup();
        let digest = SightDigest::of(&ids);
        Self { ids: ids.into(), digest }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reader_sees_what_is_named_and_nothing_of_another_organization() {
        let visible = Visible::new([(OrganizationId(1), vec![9, 3, 9])]);
        let sight = Sight::Only(Arc::new(visible));
        assert_eq!(sight.of(OrganizationId(1)), Some(&[3, 9][..]));
        assert!(sight.has(OrganizationId(1), 9) && !sight.has(OrganizationId(1), 4));
        assert!(!sight.has(OrganizationId(2), 9));
        assert!(Sight::Everything.has(OrganizationId(2), 9));
    }

    #[test]
    fn nobody_sees_and_may_do_nothing() {
        let nobody = Reader::nobody("192.0.2.1");
        assert!(!nobody.may(Role::Viewer) && !nobody.sight.has(OrganizationId(1), 1));
        assert!(Reader::machine().may(Role::Operator));
    }
}
