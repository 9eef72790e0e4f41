//! The custom property that names a repository's team, where the organization has one.

use github::GithubError;
use store::CrawlFailure;

use crate::CrawlError;
use crate::context::Context;

/// Reads the property of every repository. Nothing is asked where none is set; where it
/// cannot be read, the crawl says so and the teams stay as they were.
pub(crate) async fn read_teams(context: &Context<'_>) -> Result<(), CrawlError> {
    let organization = &context.organization;
    let Some(property) = &organization.team_property else { return Ok(()) };
    let login = &organization.login;
    match context.patiently(|| context.client.property_values(login, property)).await {
        Ok(teams) => Ok(context.store.save_property_teams(organization.id, &teams).await?),
        Err(error) if error.stops_everything() => Err(error.into()),
        Err(error) => {
            let reason = match error {
                GithubError::NotFound | GithubError::Forbidden(_) => {
                    format!(
                        "the custom property \u{201c}{property}\u{201d} could not be read: {error}; \
                         it takes read access to the organization\u{2019}s custom properties"
                    )
                }
                other => format!(
                    "the custom property \u{201c}{property}\u{201d} could not be read: {other}"
                ),
            };
            Ok(context.record(CrawlFailure { repository: None, path: None, reason }).await?)
        }
    }
}
