//! Accounts and their repositories, a hundred at a time, those pushed to last first.

use chrono::{DateTime, Utc};
use names::{CommitSha, OrgLogin, RepoName, RepositoryId};
use serde::Deserialize;
use serde_json::json;

use crate::GithubError;
use crate::client::Client;
use crate::graphql::{Partial, Query};
use crate::objects::{CommitFacts, RawCommit, commit_facts};
use crate::owner::{Organization, OwnerData, RawOwner, found, organization};
use crate::queries::{Heads, listing};
use crate::transport::Failure;

/// Who may see a repository.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Visibility {
    /// Everybody.
    Public,
    /// Those with access.
    Private,
    /// The members of the enterprise.
    Internal,
}

impl Visibility {
    /// The name in addresses, JSON and the database.
    #[must_use]
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Private => "private",
            Self::Internal => "internal",
        }
    }
}

/// One repository as the listing shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedRepository {
    /// GitHub's database id.
    pub id: RepositoryId,
    /// The present name.
    pub name: RepoName,
    /// Who may see it.
    pub visibility: Visibility,
    /// True if it is archived.
    pub is_archived: bool,
    /// True if it is a fork.
    pub is_fork: bool,
    /// True if it is a template.
    pub is_template: bool,
    /// True if GitHub disabled it.
    pub is_disabled: bool,
    /// True if it has no commits.
    pub is_empty: bool,
    /// The language GitHub sees most of.
    pub language: Option<String>,
    /// The first twenty topics.
    pub topics: Vec<String>,
    /// The default branch's name.
    pub default_branch: Option<String>,
    /// The default branch's head.
    pub head: Option<CommitSha>,
    /// The head's facts, where the listing was asked for them.
    pub head_facts: Option<CommitFacts>,
    /// The last push to any branch.
    pub pushed_at: Option<DateTime<Utc>>,
}

/// One page of a listing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListingPage {
    /// The account that was listed.
    pub owner: Organization,
    /// The repositories, those pushed to last first.
    pub repositories: Vec<ListedRepository>,
    /// Where the next page begins; none on the last one.
    pub next: Option<String>,
    /// How many repositories there are on all pages.
    pub total: u32,
    /// Why some of this page are missing, in GitHub's words; none if none are.
    pub missing: Option<String>,
}

#[derive(Deserialize)]
struct RawListing {
    #[serde(flatten)]
    owner: RawOwner,
    repositories: RawPage,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawPage {
    total_count: u32,
    page_info: PageInfo,
    nodes: Vec<Option<RawRepository>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PageInfo {
    has_next_page: bool,
    end_cursor: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RawRepository {
    database_id: i64,
    name: RepoName,
    visibility: Visibility,
    is_archived: bool,
    is_disabled: bool,
    is_empty: bool,
    is_fork: bool,
    is_template: bool,
    pushed_at: Option<DateTime<Utc>>,
    primary_language: Option<Language>,
    repository_topics: Option<Topics>,
    default_branch_ref: Option<Branch>,
}

#[derive(Deserialize)]
struct Language {
    name: String,
}

#[derive(Deserialize)]
struct Topics {
    nodes: Vec<Option<TopicNode>>,
}

#[derive(Deserialize)]
struct TopicNode {
    topic: Topic,
}

#[derive(Deserialize)]
struct Topic {
    name: String,
}

#[derive(Deserialize)]
struct Branch {
    name: String,
    target: Option<Target>,
}

#[derive(Deserialize)]
struct Target {
    oid: CommitSha,
    #[serde(flatten)]
    commit: RawCommit,
}

impl Client {
    /// One page of the account's repositories, from the beginning or `after` a page.
    ///
    /// # Errors
    /// `NotFound` if there is no such account, or the token may not see it.
    pub async fn listing(
        &self,
        login: &OrgLogin,
        after: Option<&str>,
        heads: Heads,
    ) -> Result<ListingPage, GithubError> {
        let text = listing(heads);
        let sizes = match heads {
            Heads::Ids => &self.shared.sizes.listing,
            Heads::Facts => &self.shared.sizes.first_listing,
        };
        loop {
            let size = sizes.get();
            let variables = json!({ "login": login.as_str(), "size": size, "after": after });
            let query = Query { text: &text, variables, can_shrink: size > 1 };
            match self.query::<OwnerData<RawListing>>(&query).await {
                Ok(answer) => {
                    sizes.succeed();
                    return page(answer);
                }
                Err(Failure::Heavy(_)) => sizes.shrink(size),
                Err(failure) => return Err(failure.into()),
            }
        }
    }
}

fn page(answer: Partial<OwnerData<RawListing>>) -> Result<ListingPage, GithubError> {
    let (listing, error) = found(answer)?;
    let RawPage { total_count, page_info, nodes } = listing.repositories;
    let hidden = nodes.iter().filter(|it| it.is_none()).count();
    let missing = match (error, hidden) {
        (Some(error), _) => Some(error.to_string()),
        (None, 0) => None,
        (None, _) => Some(format!("{hidden} repositories were left out")),
    };
    Ok(ListingPage {
        owner: organization(listing.owner)?,
        repositories: nodes.into_iter().flatten().map(listed).collect(),
        next: page_info.end_cursor.filter(|_| page_info.has_next_page),
        total: total_count,
        missing,
    })
}

pub(crate) fn listed(raw: RawRepository) -> ListedRepository {
    let topics = raw.repository_topics.map(|it| it.nodes).unwrap_or_default();
    let (default_branch, target) = match raw.default_branch_ref {
        Some(branch) => (Some(branch.name), branch.target),
        None => (None, None),
    };
    let head = target.as_ref().map(|it| it.oid.clone());
    ListedRepository {
        id: RepositoryId(raw.database_id),
        name: raw.name,
        visibility: raw.visibility,
        is_archived: raw.is_archived,
        is_fork: raw.is_fork,
        is_template: raw.is_template,
        is_disabled: raw.is_disabled,
        is_empty: raw.is_empty,
        language: raw.primary_language.map(|it| it.name),
        topics: topics.into_iter().flatten().map(|it| it.topic.name).collect(),
        head,
        head_facts: target.and_then(|it| commit_facts(it.commit)),
        default_branch,
        pushed_at: raw.pushed_at,
    }
}
