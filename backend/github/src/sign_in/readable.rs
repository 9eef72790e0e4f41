//! Who a person is, and which of an account's repositories they may read: asked with their
//! own token, on their own budget.

use std::time::Duration;

use names::{OrgLogin, RepositoryId};
use secrecy::SecretString;
use serde::Deserialize;
use serde_json::json;

use crate::client::Client;
use crate::error::cleaned;
use crate::graphql::{Partial, Query};
use crate::owner::{OwnerData, found};
use crate::queries::{MEMBER, READABLE};
use crate::{Endpoints, GithubError};

/// The person's page waits meanwhile; a hundred thousand repositories do not fit into it.
const TIME_LIMIT: Duration = Duration::from_secs(60);
const ANSWER_LIMIT: usize = 1_000_000;
/// GitHub serves organizations of up to 100,000 repositories well.
const MOST_PAGES: usize = 1_000;
/// A person's other tools have the same budget: a tenth is left to them.
const SHARE: u8 = 90;

/// Somebody with an account on GitHub.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Person {
    /// GitHub's database id, which survives another login.
    pub id: i64,
    /// The login, which can become somebody else's.
    pub login: OrgLogin,
    /// The name they show, if any.
    pub name: Option<String>,
}

/// What a person may know of an account.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Readable {
    /// Whether they are a member of the organization, or the account is their own.
    pub is_member: bool,
    /// The repositories that they may read, public ones too.
    pub repositories: Vec<RepositoryId>,
}

#[derive(Deserialize)]
struct Owner {
    #[serde(flatten)]
    membership: Membership,
    repositories: Page,
}

/// An organization says the one, a person's account the other.
#[derive(Deserialize)]
struct Membership {
    #[serde(rename = "viewerIsAMember")]
    is_member: Option<bool>,
    #[serde(rename = "isViewer")]
    is_viewer: Option<bool>,
}

impl Membership {
    fn holds(&self) -> bool {
        self.is_member.or(self.is_viewer).unwrap_or(false)
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Page {
    page_info: PageInfo,
    nodes: Vec<Option<Node>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PageInfo {
    has_next_page: bool,
    end_cursor: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Node {
    database_id: Option<i64>,
}

impl Client {
    /// A client that acts as a person and leaves some of their budget to them.
    ///
    /// # Errors
    /// As [`Client::new`].
    pub fn for_person(endpoints: Endpoints, token: SecretString) -> Result<Self, GithubError> {
        Ok(Self::new(endpoints, Some(token))?.within(SHARE))
    }

    /// The person that the token belongs to: one request.
    ///
    /// # Errors
    /// `Unauthorized` if the token is no longer good.
    pub async fn person(&self) -> Result<Person, GithubError> {
        let asked = self.get_json::<Person>("/user", ANSWER_LIMIT);
        let (person, _) = in_time(asked).await?;
        let name = person.name.map(|it| cleaned(&it)).filter(|it| !it.is_empty());
        Ok(Person { name, ..person })
    }

    /// Which repositories of an account the person may read: one point for each hundred.
    /// Nothing at all if they may not know the account. A repository that is renamed
    /// meanwhile may be missing until the next time; none is there that should not be.
    ///
    /// # Errors
    /// `Unauthorized` if the token is no longer good, `SingleSignOn` if the organization
    /// is closed to it.
    pub async fn readable(&self, login: &OrgLogin) -> Result<Readable, GithubError> {
        nothing_if_unknown(in_time(self.all_readable(login)).await)
    }

    /// Whether the person is a member of an organization, or the account is their own: one
    /// point. Not so if they may not know it.
    ///
    /// # Errors
    /// As [`Client::readable`].
    pub async fn is_member(&self, login: &OrgLogin) -> Result<bool, GithubError> {
        let variables = json!({ "login": login.as_str() });
        let query = Query { text: MEMBER, variables, can_shrink: false };
        let asked = async {
            let answer: Partial<OwnerData<Membership>> = self.query(&query).await?;
            Ok(found(answer)?.0.holds())
        };
        nothing_if_unknown(in_time(asked).await)
    }

    async fn all_readable(&self, login: &OrgLogin) -> Result<Readable, GithubError> {
        let mut readable = Readable::default();
        let mut after: Option<String> = None;
        for _ in 0..MOST_PAGES {
            let variables = json!({ "login": login.as_str(), "after": after });
            let query = Query { text: READABLE, variables, can_shrink: false };
            let answer: Partial<OwnerData<Owner>> = self.query(&query).await?;
            let (owner, _) = found(answer)?;
            readable.is_member = owner.membership.holds();
            let Page { page_info, nodes } = owner.repositories;
            let ids = nodes.into_iter().flatten().filter_map(|it| it.database_id);
            readable.repositories.extend(ids.map(RepositoryId));
            if !page_info.has_next_page {
                return Ok(readable);
            }
            after = page_info.end_cursor;
        }
        Err(GithubError::Malformed("the list of repositories does not end".to_owned()))
    }
}

/// An account that a person may not know is none to them; GraphQL tells them of missing
/// single sign-on in words alone.
fn nothing_if_unknown<T: Default>(answer: Result<T, GithubError>) -> Result<T, GithubError> {
    match answer {
        Err(GithubError::NotFound) => Ok(T::default()),
        Err(GithubError::Forbidden(why)) if why.contains("SAML") => Err(GithubError::SingleSignOn),
        other => other,
    }
}

async fn in_time<T>(asked: impl Future<Output = Result<T, GithubError>>) -> Result<T, GithubError> {
    let late = || GithubError::Unreachable("no whole answer in time".to_owned());
    tokio::time::timeout(TIME_LIMIT, asked).await.unwrap_or_else(|_| Err(late()))
}
