//! Accounts: organizations, and users, who are accepted like them.

use names::OrgLogin;
use serde::Deserialize;
use serde_json::json;

use crate::GithubError;
use crate::client::Client;
use crate::graphql::{Partial, Query};
use crate::queries::{OWNER, OWNER_OF_ID};

/// An organization, or a user's account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Organization {
    /// GitHub's database id, which survives a rename.
    pub github_id: i64,
    /// GitHub's global id, by which it is found under another login.
    pub node_id: String,
    /// The login as GitHub spells it.
    pub login: OrgLogin,
    /// False for a user's account.
    pub is_organization: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OwnerData<T> {
    pub(crate) repository_owner: Option<T>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RawOwner {
    #[serde(rename = "__typename")]
    kind: String,
    id: String,
    login: OrgLogin,
    database_id: Option<i64>,
}

#[derive(Deserialize)]
struct NodeData {
    node: Option<RawOwner>,
}

impl Client {
    /// The account behind a login; users are accepted like organizations.
    ///
    /// # Errors
    /// `NotFound` if there is none, or the token may not see it.
    pub async fn organization(&self, login: &OrgLogin) -> Result<Organization, GithubError> {
        let variables = json!({ "login": login.as_str() });
        let query = Query { text: OWNER, variables, can_shrink: false };
        let answer: Partial<OwnerData<RawOwner>> = self.query(&query).await?;
        let owner = found(answer)?.0;
        organization(owner)
    }

    /// The account with a global id, whatever it is called now.
    ///
    /// # Errors
    /// `NotFound` if there is none any more, or the token may not see it.
    pub async fn organization_of(&self, node_id: &str) -> Result<Organization, GithubError> {
        let query =
            Query { text: OWNER_OF_ID, variables: json!({ "id": node_id }), can_shrink: false };
        let answer: Partial<NodeData> = self.query(&query).await?;
        let error = answer.errors.first().map(crate::graphql::QueryError::to_github_error);
        match answer.data.node {
            Some(owner) => organization(owner),
            None => Err(error.unwrap_or(GithubError::NotFound)),
        }
    }
}

/// The account, with the first error beside it if there was one.
pub(crate) fn found<T>(
    answer: Partial<OwnerData<T>>,
) -> Result<(T, Option<GithubError>), GithubError> {
    let error = answer.errors.first().map(crate::graphql::QueryError::to_github_error);
    match answer.data.repository_owner {
        Some(owner) => Ok((owner, error)),
        None => Err(error.unwrap_or(GithubError::NotFound)),
    }
}

pub(crate) fn organization(owner: RawOwner) -> Result<Organization, GithubError> {
    let missing = || GithubError::Malformed("the account has no database id".to_owned());
    Ok(Organization {
        github_id: owner.database_id.ok_or_else(missing)?,
        node_id: owner.id,
        login: owner.login,
        is_organization: owner.kind == "Organization",
    })
}
