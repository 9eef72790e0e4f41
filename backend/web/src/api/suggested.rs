//! The Dockerfile that is suggested in place of another, and the advice on each of its stages.

use axum::extract::Path;
use checklist::{Advice, Change, LineRange, Proposal, Remark, Settled};
use names::{FilePath, RepoName};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::answer::{Answer, One};
use super::images::SuggestionBody;
use super::query::Query;
use super::scope::Scope;
use super::words;
use crate::app::Site;
use crate::error::AppError;
use crate::suggested::{advised, suggested};

pub(super) fn routes() -> OpenApiRouter<Site> {
    OpenApiRouter::new().routes(routes!(one))
}

/// What is suggested: advice from the catalogue, and no verdict.
#[derive(Serialize, ToSchema)]
struct SuggestedBody {
    /// The day up to which the facts of the catalogue are known to hold.
    #[schema(example = "2026-11-23")]
    catalog_day: String,
    /// The whole Dockerfile; null where nothing can safely be changed.
    content: Option<String>,
    /// The same as a patch for `git apply`; what is not UTF-8 is replaced, which the file behind
    /// the page's link is not.
    patch: Option<String>,
    /// Items whose verdict becomes better.
    settles: Vec<SettledBody>,
    /// In the order of the lines of the file as it is.
    changes: Vec<ChangeBody>,
    /// What is left to a person.
    left: Vec<RemarkBody>,
    /// What becomes different in each stage that names an image.
    advice: Vec<AdviceBody>,
}

/// An item that becomes better.
#[derive(Serialize, ToSchema)]
struct SettledBody {
    #[schema(schema_with = words::item)]
    item: &'static str,
    #[schema(schema_with = words::engine_verdict)]
    before: &'static str,
    #[schema(schema_with = words::engine_verdict)]
    after: &'static str,
}

/// A change.
#[derive(Serialize, ToSchema)]
struct ChangeBody {
    #[schema(schema_with = words::item)]
    item: &'static str,
    /// The lines that are replaced or, for an insertion, after which it goes.
    first_line: u32,
    last_line: u32,
    /// The lines of the suggested file; null where something was removed.
    new_first_line: Option<u32>,
    new_last_line: Option<u32>,
    why: String,
}

/// Something that becomes different, or is left to a person.
#[derive(Serialize, ToSchema)]
struct RemarkBody {
    #[schema(schema_with = words::about)]
    about: &'static str,
    first_line: Option<u32>,
    last_line: Option<u32>,
    sentence: String,
}

/// The hardened image for a stage.
#[derive(Serialize, ToSchema)]
struct AdviceBody {
    /// The stage's place, from 0.
    stage: u32,
    #[schema(example = "node:20-alpine")]
    reference: String,
    suggestion: SuggestionBody,
    remarks: Vec<RemarkBody>,
}

/// Which one.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct SuggestedQuery {
    /// Its path.
    #[param(example = "Dockerfile")]
    path: String,
}

/// The Dockerfile that is suggested in place of another
#[utoipa::path(get, path = "/api/v1/repos/{owner}/{name}/suggested", tag = "Repositories",
    params(SuggestedQuery), responses((status = 200, body = One<SuggestedBody>)))]
async fn one(
    Path((_, name)): Path<(String, String)>,
    scope: Scope,
    Query(query): Query<SuggestedQuery>,
) -> Answer {
    let (name, path): (RepoName, FilePath) = (name.parse()?, query.path.parse()?);
    let store = &scope.app.store;
    let of = scope.app.repository(&scope.header.login, &name).await?;
    let file = store.dockerfile(of.id, &path).await?;
    let file = file.filter(|it| it.removed_at.is_none()).ok_or(AppError::NotFound)?;
    let advice = advised(&scope.app, &file).await?;
    let made = suggested(&scope.app, &file, move |proposal, diff| {
        let patch = proposal.content.is_some().then(|| diff.patch(&path));
        let patch = patch.map(|it| String::from_utf8_lossy(&it).into_owned());
        SuggestedBody { patch, ..SuggestedBody::from(proposal) }
    });
    let body = SuggestedBody {
        catalog_day: scope.app.catalog().day().to_owned(),
        advice: advice.iter().map(AdviceBody::from).collect(),
        ..made.await?.unwrap_or_else(SuggestedBody::nothing)
    };
    Ok(scope.one(scope.header.revision, body))
}

impl SuggestedBody {
    /// There is no content to suggest anything for.
    fn nothing() -> Self {
        let (changes, left, settles) = (Vec::new(), Vec::new(), Vec::new());
        Self::from(&Proposal { content: None, changes, left, settles })
    }
}

impl From<&Proposal> for SuggestedBody {
    fn from(it: &Proposal) -> Self {
        Self {
            catalog_day: String::new(),
            content: it.content.clone(),
            patch: None,
            settles: it.settles.iter().map(SettledBody::from).collect(),
            changes: it.changes.iter().map(ChangeBody::from).collect(),
            left: it.left.iter().map(RemarkBody::from).collect(),
            advice: Vec::new(),
        }
    }
}

impl From<&Settled> for SettledBody {
    fn from(it: &Settled) -> Self {
        Self { item: it.item.slug(), before: it.before.slug(), after: it.after.slug() }
    }
}

impl From<&Change> for ChangeBody {
    fn from(it: &Change) -> Self {
        Self {
            item: it.item.slug(),
            first_line: it.lines.first,
            last_line: it.lines.last,
            new_first_line: it.new_lines.map(|LineRange { first, .. }| first),
            new_last_line: it.new_lines.map(|LineRange { last, .. }| last),
            why: it.why.clone(),
        }
    }
}

impl From<&Remark> for RemarkBody {
    fn from(it: &Remark) -> Self {
        Self {
            about: it.about.slug(),
            first_line: it.lines.map(|LineRange { first, .. }| first),
            last_line: it.lines.map(|LineRange { last, .. }| last),
            sentence: it.sentence.clone(),
        }
    }
}

impl From<&Advice> for AdviceBody {
    fn from(it: &Advice) -> Self {
        Self {
            stage: it.stage,
            reference: it.reference.clone(),
            suggestion: (&it.suggestion).into(),
            remarks: it.remarks.iter().map(RemarkBody::from).collect(),
        }
    }
}
