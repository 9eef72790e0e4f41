//! What the catalogue advises for one Dockerfile: an image for each stage, and the whole
//! Dockerfile that is suggested in its place. Neither is a verdict: those are the crawl's, and
//! what is shown as one beside a suggestion says only what the suggestion would bring.

use std::sync::Arc;

use checklist::{
    Advice, Catalog, FileKind, LineRange, Policy, Proposal, Remark, SourceFile, advice, file_kind,
    propose,
};
use store::read::dockerfile::Dockerfile;

use crate::app::App;
use crate::diff::Diff;
use crate::error::AppError;
use crate::format;
use crate::parts::Linked;
use crate::prose::Prose;

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

/// One thing that becomes different, or is left to a person.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct RemarkRow {
    pub(crate) about: &'static str,
    /// "line 8", and the way to it.
    pub(crate) lines: Option<Linked>,
    pub(crate) sentence: Prose,
}

impl RemarkRow {
    /// `source` is the address of the Dockerfile; empty on its own page.
    pub(crate) fn new(it: &Remark, source: &str) -> Self {
        Self {
            about: it.about.title(),
            lines: it.lines.map(|it| line_link(it, source)),
            sentence: Prose::sentence(&it.sentence),
        }
    }
}

/// "line 8", and the way to it; what goes before the first line stands at it.
pub(crate) fn line_link(LineRange { first, last }: LineRange, source: &str) -> Linked {
    Linked::new(format::lines(first, last), format!("{source}#L{}", first.max(1)))
}
