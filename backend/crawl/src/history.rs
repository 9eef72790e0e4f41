//! The history before the first crawl, from the commits that touched each Dockerfile.

use github::Client;
use store::Organization;

use crate::{CrawlError, Worker};

/// Reads the history of an organization's Dockerfiles, as far as it is not read yet.
pub(crate) async fn read(
    _worker: &Worker,
    _organization: &Organization,
    _client: &Client,
) -> Result<(), CrawlError> {
    Ok(())
}
