//! One crawl of one organization, from the listing to the last verdict.

use std::sync::Arc;

use checklist::{Catalog, rules};
use github::{Client, Spent};
use names::OrgLogin;
use store::{CrawlCounts, CrawlEnd, CrawlId, CrawlKind, EngineVersion, JobId, Store, Trigger};

use crate::context::{Callback, Clock, Context, Tally, recall_budget};
use crate::{CrawlError, Worker, gone, listing, properties, reading, rescore, touched};

/// What to crawl and how.
#[derive(Clone, Copy)]
pub struct Request<'a> {
    /// The organization; it must be in the store.
    pub organization: &'a OrgLogin,
    /// Every page of the listing, or only what was pushed to since the last crawl.
    pub kind: CrawlKind,
    /// Who or what set it off.
    pub trigger: Trigger,
    /// By which catalogue files are scored.
    pub catalog: &'a Arc<Catalog>,
}

/// How a crawl ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// Its key in the store.
    pub crawl: CrawlId,
    /// What it counted.
    pub counts: CrawlCounts,
    /// Repositories that the organization does not list any more.
    pub repositories_gone: u32,
    /// What it spent on GitHub, and what GitHub said is left.
    pub spent: Spent,
}

/// The rules' and a catalogue's version, as reports are stored under it.
#[must_use]
pub fn engine_version(catalog: &Catalog) -> EngineVersion {
    EngineVersion { rules: rules::VERSION, catalog: catalog.version().to_owned() }
}

/// Crawls an organization. Whatever happens to one repository is recorded and does
/// not stop the rest; what stops everything fails the crawl and leaves all verdicts.
///
/// # Errors
/// One sentence for people; the same is in the crawl's record.
pub async fn run(
    store: &Store,
    client: &Client,
    request: &Request<'_>,
    clock: &Clock,
    callback: &(dyn Fn(&crate::Progress) + Send + Sync),
) -> Result<Summary, CrawlError> {
    let context = begin(store, client, request, clock, callback).await?;
    finish(context, request).await
}

/// The same for a job of a worker, whose crawl is to be found from the job.
pub(crate) async fn crawl_of_job(
    worker: &Worker,
    client: &Client,
    request: &Request<'_>,
    job: JobId,
    callback: Callback<'_>,
) -> Result<Summary, CrawlError> {
    let context = begin(&worker.store, client, request, &worker.clock, callback).await?;
    worker.store.link_crawl(job, context.crawl).await?;
    finish(Context { job: Some(job), ..context }, request).await
}

async fn finish(context: Context<'_>, request: &Request<'_>) -> Result<Summary, CrawlError> {
    let result = match crawl(&context, request.kind).await {
        Err(CrawlError::UnknownOrganization(login)) => Err(renamed(&context, login).await),
        other => other,
    };
    match &result {
        Ok(summary) => {
            let counts = &summary.counts;
            tracing::info!(
                organization = %request.organization,
                crawl = %summary.crawl,
                repositories = counts.repositories_listed,
                read = counts.repositories_read,
                failed = counts.repositories_failed,
                rest_requests = counts.rest_requests,
                graphql_points = counts.graphql_points,
                "Crawled `{}`", request.organization
            );
        }
        Err(error) => fail(&context, error).await,
    }
    result
}

async fn begin<'a>(
    store: &'a Store,
    client: &Client,
    request: &Request<'_>,
    clock: &'a Clock,
    callback: Callback<'a>,
) -> Result<Context<'a>, CrawlError> {
    let organization = store.organization(request.organization).await?;
    let unknown = || CrawlError::NotFollowed(request.organization.clone());
    let organization = organization.ok_or_else(unknown)?;
    let crawl = store.begin_crawl(organization.id, request.kind, request.trigger, clock()).await?;
    let client = client.counted_apart();
    recall_budget(store, &client, clock()).await?;
    Ok(Context {
        store,
        client,
        clock,
        catalog: Arc::clone(request.catalog),
        version: engine_version(request.catalog),
        organization,
        crawl,
        job: None,
        callback,
        tally: std::sync::Mutex::new(Tally::default()),
    })
}

async fn crawl(context: &Context<'_>, kind: CrawlKind) -> Result<Summary, CrawlError> {
    rescore::bring_up_to_date(context).await?;
    let organization = context.organization.id;
    let touched = match kind {
        CrawlKind::Full | CrawlKind::Listing => Vec::new(),
        CrawlKind::Touched => context.store.touched(organization).await?,
    };
    let (listing, gone) = match kind {
        CrawlKind::Touched => touched::look(context, &touched).await?,
        CrawlKind::Full | CrawlKind::Listing => {
            let listing = listing::list(context, kind).await?;
            let gone = match &listing.all {
                Some(listed) => gone::take_out_unlisted(context, listed).await?,
                None => 0,
            };
            (listing, gone)
        }
    };
    if kind == CrawlKind::Full {
        properties::read_teams(context).await?;
    }
    let unread_since = reading::read(context, listing.changed).await?;
    // What failed for a passing reason is listed again by the next cheap crawl.
    let watermark = match unread_since {
        Some(unread) => listing.newest_push.map(|it| it.min(unread)),
        None => listing.newest_push,
    };
    context.store.untouch(organization, &touched).await?;
    let counts = context.counts();
    let end = CrawlEnd { counts, version: context.version.clone(), pushed_watermark: watermark };
    context.store.finish_crawl(context.crawl, &end, context.now()).await?;
    if kind == CrawlKind::Full {
        context.store.forget_old(organization, context.now()).await?;
        context.store.forget_reports(&context.version, context.now()).await?;
    }
    context.save_budget().await?;
    let spent = context.client.spent();
    Ok(Summary { crawl: context.crawl, counts, repositories_gone: gone, spent })
}

/// Why an organization is not known under its login: it may have another one by now,
/// which is then stored.
async fn renamed(context: &Context<'_>, login: OrgLogin) -> CrawlError {
    let Some(node_id) = &context.organization.node_id else {
        return CrawlError::UnknownOrganization(login);
    };
    let Ok(now) = context.client.organization_of(node_id).await else {
        return CrawlError::UnknownOrganization(login);
    };
    let ids = (now.github_id, node_id.as_str());
    let id = context.organization.id;
    match context.store.identify_organization(id, ids, &now.login).await {
        Ok(()) => CrawlError::Renamed { from: login, to: now.login },
        Err(error) => error.into(),
    }
}

/// Writes the failure down; if even that fails, the next crawl finds this one cut off.
async fn fail(context: &Context<'_>, error: &CrawlError) {
    tracing::warn!(organization = %context.organization.login, %error, "A crawl failed");
    let saved = context.save().await;
    let failed = context.store.fail_crawl(context.crawl, &error.to_string(), context.now()).await;
    if let Err(error) = saved.and(failed) {
        tracing::error!(%error, "Could not write down that a crawl failed");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_send<T: Send>(_: T) {}

    /// Only compiled: a crawl may be spawned.
    #[expect(dead_code, reason = "it is checked by the compiler, not run")]
    fn a_crawl_can_move_between_threads(
        store: &Store,
        client: &Client,
        request: &Request<'_>,
        clock: &Clock,
    ) {
        is_send(run(store, client, request, clock, &|_| {}));
    }
}
