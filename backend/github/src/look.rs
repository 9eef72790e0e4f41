//! Repositories looked at by name, without the rest of the listing.

use std::collections::HashMap;

use names::{OrgLogin, RepoName};
use serde::Deserialize;
use serde_json::json;

use crate::GithubError;
use crate::client::Client;
use crate::graphql::{Partial, Query};
use crate::listing::{ListedRepository, RawRepository, listed};
use crate::queries::look;
use crate::transport::Failure;

/// What is behind a repository's name now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Look {
    /// Who owns it; it may have been transferred.
    pub owner: OrgLogin,
    /// The repository; it may have another name by now, or be another one of that name.
    pub repository: ListedRepository,
}

#[derive(Deserialize)]
struct Looks {
    #[serde(rename = "rateLimit")]
    _rate_limit: Option<serde::de::IgnoredAny>,
    #[serde(flatten)]
    repositories: HashMap<String, Option<RawLook>>,
}

#[derive(Deserialize)]
struct RawLook {
    owner: Owner,
    #[serde(flatten)]
    repository: RawRepository,
}

#[derive(Deserialize)]
struct Owner {
    login: OrgLogin,
}

impl Client {
    /// What is behind these names, in the order asked; former names lead to where the
    /// repository is now. `None` where GitHub shows nothing.
    ///
    /// # Errors
    /// If it could not be asked, or GitHub could not say of one of them.
    pub async fn looks(
        &self,
        owner: &OrgLogin,
        names: &[RepoName],
    ) -> Result<Vec<Option<Look>>, GithubError> {
        let sizes = &self.shared.sizes.looks;
        let mut looks = Vec::with_capacity(names.len());
        while let Some(rest) = names.get(looks.len()..).filter(|it| !it.is_empty()) {
            let batch = rest.get(..sizes.get()).unwrap_or(rest);
            match self.look(owner, batch).await {
                Ok(found) => {
                    sizes.succeed();
                    looks.extend(found);
                }
                Err(Failure::Heavy(_)) => sizes.shrink(batch.len()),
                Err(failure) => return Err(failure.into()),
            }
        }
        Ok(looks)
    }

    async fn look(
        &self,
        owner: &OrgLogin,
        names: &[RepoName],
    ) -> Result<Vec<Option<Look>>, Failure> {
        let text = look(owner, names);
        let query = Query { text: &text, variables: json!({}), can_shrink: names.len() > 1 };
        let answer: Partial<Looks> = self.query(&query).await?;
        let Partial { data: Looks { mut repositories, .. }, errors } = answer;
        let mut looks = Vec::with_capacity(names.len());
        for index in 0..names.len() {
            let alias = format!("r{index}");
            let error = errors.iter().find(|it| it.place() == Some(&alias));
            looks.push(match (repositories.remove(&alias).flatten(), error) {
                (Some(raw), _) => {
                    Some(Look { owner: raw.owner.login, repository: listed(raw.repository) })
                }
                (None, Some(error)) => error.missing()?,
                (None, None) => None,
            });
        }
        Ok(looks)
    }
}
