//! Repositories that an organization does not have any more, and why.

use std::collections::HashMap;

use github::{GithubError, Look};
use names::{OrgLogin, RepoName, RepositoryId};

use crate::CrawlError;
use crate::context::Context;

/// Takes the present repositories that a whole listing did not name out of the totals,
/// and says how many that were. GitHub is asked once more by name, many in one query:
/// one that is there all the same was only moved between two pages.
pub(crate) async fn take_out_unlisted(
    context: &Context<'_>,
    listed: &[RepositoryId],
) -> Result<u32, CrawlError> {
    let organization = &context.organization;
    let unlisted = context.store.unlisted_repositories(organization.id, listed).await?;
    if unlisted.is_empty() {
        return Ok(0);
    }
    let names: Vec<RepoName> = unlisted.iter().map(|it| it.1.clone()).collect();
    let looks = looks(context, &names).await?;
    let gone: Vec<(RepositoryId, String)> = unlisted
        .into_iter()
        .zip(looks)
        .filter_map(|((id, _), look)| Some((id, reason(id, look.as_ref(), &organization.login)?)))
        .collect();
    take_out(context, &gone).await
}

/// Takes repositories out of the totals, each with its reason.
pub(crate) async fn take_out(
    context: &Context<'_>,
    gone: &[(RepositoryId, String)],
) -> Result<u32, CrawlError> {
    if !gone.is_empty() {
        context.store.mark_gone(context.organization.id, gone, context.now()).await?;
    }
    Ok(u32::try_from(gone.len()).unwrap_or(u32::MAX))
}

/// What is behind the names now.
pub(crate) async fn looks(
    context: &Context<'_>,
    names: &[RepoName],
) -> Result<Vec<Option<Look>>, GithubError> {
    let login = &context.organization.login;
    context.patiently(|| context.client.looks(login, names)).await
}

/// Why a repository is gone, by what is behind its name; none if it is not.
pub(crate) fn reason(id: RepositoryId, look: Option<&Look>, owner: &OrgLogin) -> Option<String> {
    let Some(look) = look else {
        return Some(
            "GitHub does not show it any more: it was deleted, or is hidden from this credential"
                .to_owned(),
        );
    };
    match (look.repository.id == id, is_of(look, owner)) {
        (true, true) => None,
        (true, false) => Some(format!("it was transferred to {}", look.owner)),
        (false, _) => Some("it was deleted, and another repository has its name now".to_owned()),
    }
}

/// The looks at repositories that are the organization's now, by their id.
pub(crate) fn here<'a>(
    looks: &'a [Option<Look>],
    owner: &OrgLogin,
) -> HashMap<RepositoryId, &'a Look> {
    looks.iter().flatten().filter(|it| is_of(it, owner)).map(|it| (it.repository.id, it)).collect()
}

/// Logins are one and the same in any case of letters.
fn is_of(look: &Look, owner: &OrgLogin) -> bool {
    look.owner.as_str().eq_ignore_ascii_case(owner.as_str())
}
