//! A look at the repositories that a webhook or a person named, and at no other.

use github::ListedRepository;
use names::{RepoName, RepositoryId};

use crate::CrawlError;
use crate::context::Context;
use crate::gone::{here, looks, reason, take_out};
use crate::listing::{Listing, count, save};

/// Looks at what was named: keeps what is said about those repositories, takes out what is
/// gone, and gives those to read with the number of those gone. They count as looked at
/// once the crawl's end says so.
pub(crate) async fn look(
    context: &Context<'_>,
    touched: &[store::Touched],
) -> Result<(Listing, u32), CrawlError> {
    let names: Vec<RepoName> = touched.iter().map(|it| it.name.clone()).collect();
    let looks = looks(context, &names).await?;
    let login = &context.organization.login;
    let here = here(&looks, login);
    let listed: Vec<ListedRepository> = here.values().map(|it| it.repository.clone()).collect();
    let changed = save(context, &listed).await?;
    let listing = Listing { changed, ..Listing::default() };
    count(context, listed.len(), &listing).await?;
    let gone: Vec<(RepositoryId, String)> = touched
        .iter()
        .zip(&looks)
        .filter(|(it, _)| !here.contains_key(&it.repository))
        .filter_map(|(it, look)| {
            let reason = reason(it.repository, look.as_ref(), login)?;
            Some((it.repository, it.gone_reason.clone().unwrap_or(reason)))
        })
        .collect();
    let gone = take_out(context, &gone).await?;
    Ok((listing, gone))
}
