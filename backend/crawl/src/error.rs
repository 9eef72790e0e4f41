//! Why a crawl ended badly, in one sentence that says what to do.

use github::GithubError;
use names::OrgLogin;
use store::StoreError;

/// What ends a crawl. What happens to one repository does not: it is recorded.
#[derive(Debug, thiserror::Error)]
pub enum CrawlError {
    /// GitHub has no such account, or hides it from this token.
    #[error(
        "GitHub knows no organization \u{201c}{0}\u{201d}, or the token may not see it: check the spelling and the token's access"
    )]
    UnknownOrganization(OrgLogin),
    /// The organization has another login by now, which is stored.
    #[error(
        "\u{201c}{from}\u{201d} is called \u{201c}{to}\u{201d} on GitHub now: the next crawl goes on under that name"
    )]
    Renamed {
        /// The login it had.
        from: OrgLogin,
        /// Its login now.
        to: OrgLogin,
    },
    /// Nobody added the organization to the store.
    #[error("the organization \u{201c}{0}\u{201d} is not followed here: add it first")]
    NotFollowed(OrgLogin),
    /// Another process crawls it at this moment.
    #[error("\u{201c}{0}\u{201d} is being crawled already: wait until that crawl has ended")]
    Running(OrgLogin),
    /// There is no client for the organization: no credential is set.
    #[error(
        "there is no credential for \u{201c}{0}\u{201d}: set GITHUB_TOKEN, or connect the organization again"
    )]
    NoCredential(OrgLogin),
    /// GitHub answers nothing, or refuses everything.
    #[error(transparent)]
    Github(#[from] GithubError),
    /// No repository of the catalogue is set.
    #[error(
        "the catalogue is not read from GitHub here: name its repository with --catalog-repository OWNER/NAME, or hand its archive to `drydock catalog import`"
    )]
    NoCatalog,
    /// Another process looks at the catalogue at this moment.
    #[error("the catalogue is being looked at already: wait until that look has ended")]
    CatalogIsLookedAt,
    /// What was read may not be the catalogue from now on.
    #[error(transparent)]
    Catalog(#[from] catalog::CatalogError),
    /// The database fails.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A schedule cannot be read.
    #[error(transparent)]
    Schedule(#[from] crate::ScheduleError),
}
