//! What the catalogue advises for one Dockerfile: an image for each stage, and the whole
//! Dockerfile that is suggested in its place. Neither is a verdict: those are the crawl's, and
//! what is shown as one beside a suggestion says only what the suggestion would bring.

use std::sync::Arc;

use checklist::{
    About, Advice, Catalog, FileKind, Policy, Proposal, SourceFile, advice, file_kind, propose,
};
use store::read::dockerfile::Dockerfile;

use crate::app::App;
use crate::diff::Diff;
use crate::error::AppError;

/// What an answer about a Dockerfile is made of.
struct Asked {
    kind: FileKind,
    bytes: Vec<u8>,
    policy: Policy,
    catalog: Arc<Catalog>,
}

impl Asked {
    /// None where there is no content to say anything about.
    fn of(app: &App, file: &Dockerfile) -> Option<Self> {
        Some(Self {
            kind: file_kind(file.path.as_str())?,
            bytes: file.content.clone()?,
            policy: file.policy.clone(),
            catalog: app.catalog(),
        })
    }
}

/// The advice on the stages of a Dockerfile.
pub(crate) async fn advised(app: &App, file: &Dockerfile) -> Result<Vec<Advice>, AppError> {
    let Some(asked) = Asked::of(app, file) else { return Ok(Vec::new()) };
    beside(move || {
        let Asked { kind, bytes, policy, catalog } = &asked;
        advice(&SourceFile { kind: *kind, bytes }, catalog, policy)
    })
    .await
}

/// The Dockerfile that is suggested in place of another, made into `T` while it is at hand;
/// none where there is no content.
pub(crate) async fn suggested<T: Send + 'static>(
    app: &App,
    file: &Dockerfile,
    make: impl FnOnce(&Proposal, &Diff<'_>) -> T + Send + 'static,
) -> Result<Option<T>, AppError> {
    let Some(asked) = Asked::of(app, file) else { return Ok(None) };
    beside(move || {
        let Asked { kind, bytes, policy, catalog } = &asked;
        let proposal = propose(&SourceFile { kind: *kind, bytes }, catalog, policy);
        let proposed = proposal.content.as_deref().map_or(bytes.as_slice(), str::as_bytes);
        Some(make(&proposal, &Diff::between(bytes, proposed)))
    })
    .await
}

/// Works where no other answer waits: the longest files take some milliseconds.
async fn beside<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, AppError> {
    // The engine does not panic: what is not done was not begun, as the server ends.
    tokio::task::spawn_blocking(work).await.map_err(|_| AppError::Busy)
}

/// What remarks are about, as names in JSON.
pub(crate) const ABOUT: [&str; 11] = [
    "tag",
    "version",
    "distribution",
    "runtime-variant",
    "end-of-life",
    "user",
    "entry-point",
    "ports",
    "shell",
    "packages",
    "certificates",
];

/// What a remark is about, as a heading.
pub(crate) const fn about(it: About) -> &'static str {
    match it {
        About::Tag => "Tag",
        About::Version => "Version",
        About::Distribution => "Distribution",
        About::RuntimeVariant => "Runtime variant",
        About::EndOfLife => "End of life",
        About::User => "User",
        About::EntryPoint => "Entry point",
        About::Ports => "Ports",
        About::Shell => "Shell",
        About::Packages => "Packages",
        About::Certificates => "Certificates",
    }
}
