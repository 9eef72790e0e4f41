//! One repository: what it is, how far it is, its Dockerfiles and what remains in them.

use std::collections::BTreeMap;

use axum::extract::Path;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, NaiveDate, Utc};
use names::{OrgLogin, RepoName};
use serde::Serialize;
use store::SettingsError;
use store::read::ItemVerdict;
use store::read::remaining::{DockerfileLine, OpenFinding};
use store::read::repository::{Repository, RepositoryDay};
use store::read::repository_settings::RepositorySettings;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::answer::{Answer, One};
use super::counts::Counts;
use super::query::{Nothing, Query};
use super::scope::Scope;
use super::words;
use crate::app::{App, Site};
use crate::error::AppError;
use crate::links;

pub(super) fn routes() -> OpenApiRouter<Site> {
    OpenApiRouter::new().routes(routes!(one)).routes(routes!(crawl_now))
}

/// A repository.
#[derive(Serialize, ToSchema)]
struct RepositoryBody {
    /// GitHub's id.
    id: i64,
    #[schema(example = "acme")]
    owner: String,
    #[schema(example = "ledger-service")]
    name: String,
    #[schema(example = "private")]
    visibility: &'static str,
    language: Option<String>,
    /// Whose it is as a whole; CODEOWNERS may say more of its Dockerfiles.
    team: Option<String>,
    default_branch: Option<String>,
    head_sha: Option<String>,
    head_committed_at: Option<DateTime<Utc>>,
    is_empty: bool,
    /// Why it could not be read at the last attempt.
    unreadable_reason: Option<String>,
    /// Why it is out of scope.
    excluded_by: Option<&'static str>,
    /// When it was last read.
    crawled_at: Option<DateTime<Utc>>,
    /// Since when its organization does not list it any more.
    gone_at: Option<DateTime<Utc>>,
    gone_reason: Option<String>,
    /// Null: it was not read yet.
    standing: Option<RepositoryStanding>,
    /// Those in scope first, by path.
    dockerfiles: Vec<FileRow>,
    /// Everything in scope that keeps it from being finished, by path and line.
    remaining_work: Vec<WorkRow>,
    /// Its counts on the days on which they changed, oldest first.
    history: Vec<DayRow>,
    /// What its `.drydock.yml` says; null where it has none.
    settings: Option<OwnSettingsBody>,
}

/// What a repository's own file says; what it decides stands among the decisions.
#[derive(Serialize, ToSchema)]
struct OwnSettingsBody {
    /// Path globs left out of scope.
    exclude: Vec<String>,
    /// Path globs that are in scope whatever else leaves them out.
    include: Vec<String>,
    /// The stage that ships.
    final_target: Option<String>,
    /// What could not be understood.
    errors: Vec<OwnErrorBody>,
}

/// What is wrong in a repository's own file.
#[derive(Serialize, ToSchema)]
struct OwnErrorBody {
    /// From 1.
    line: u32,
    message: String,
}

/// How far it is.
#[derive(Serialize, ToSchema)]
struct RepositoryStanding {
    #[schema(schema_with = words::state)]
    state: &'static str,
    dockerfiles: u32,
    /// Dockerfiles that a rule leaves out of scope.
    dockerfiles_excluded: u32,
    items_left: u32,
    finished_at: Option<DateTime<Utc>>,
    slipped_back_at: Option<DateTime<Utc>>,
    progress: Counts,
}

/// A Dockerfile of the repository.
#[derive(Serialize, ToSchema)]
struct FileRow {
    #[schema(example = "docker/Dockerfile")]
    path: String,
    /// Why its content could not be had.
    unread_reason: Option<String>,
    #[schema(schema_with = words::file_state_or_null)]
    file_state: Option<String>,
    /// The rule that leaves it out of scope.
    excluded_by: Option<String>,
    committed_at: DateTime<Utc>,
    #[schema(schema_with = words::verdicts)]
    items: BTreeMap<&'static str, &'static str>,
}

/// One reason why an item of a Dockerfile is left.
#[derive(Serialize, ToSchema)]
struct WorkRow {
    path: String,
    #[schema(schema_with = words::item)]
    item: &'static str,
    #[schema(schema_with = words::verdict)]
    verdict: &'static str,
    /// The item that settles this one too.
    #[schema(schema_with = words::item_or_null)]
    settled_by: Option<&'static str>,
    /// The reason; null where the item has no finding of its own.
    code: Option<String>,
    first_line: Option<u32>,
    last_line: Option<u32>,
    message: Option<String>,
    fix: Option<String>,
}

/// The counts at the end of a day.
#[derive(Serialize, ToSchema)]
struct DayRow {
    day: NaiveDate,
    progress: Counts,
    /// Reckoned from the commits before the first crawl.
    is_reconstructed: bool,
}

/// One repository with its Dockerfiles and what remains
#[utoipa::path(get, path = "/api/v1/repos/{owner}/{name}", tag = "Repositories",
    responses((status = 200, body = One<RepositoryBody>)))]
async fn one(Path((_, name)): Path<(String, String)>, scope: Scope, _: Query<Nothing>) -> Answer {
    let name: RepoName = name.parse()?;
    let store = &scope.app.store;
    let found = scope.app.repository(&scope.header.login, &name).await?;
    let files = store.dockerfiles_of(found.id).await?;
    let open = store.open_findings_of(found.id).await?;
    let days = store.days_of(found.id).await?;
    let settings = store.repository_settings(found.id).await?;
    let body = RepositoryBody {
        dockerfiles: files.into_iter().map(FileRow::from).collect(),
        remaining_work: open.into_iter().map(WorkRow::from).collect(),
        history: days.into_iter().map(DayRow::from).collect(),
        settings: settings.map(OwnSettingsBody::from),
        ..RepositoryBody::new(found)
    };
    Ok(scope.one(scope.header.revision, body))
}

/// Look at one repository now
///
/// Queues a look at this repository alone.
#[utoipa::path(post, path = "/api/v1/repos/{owner}/{name}/crawls", tag = "Repositories",
    responses((status = 202, description = "It is queued.")))]
async fn crawl_now(
    app: App,
    Path((owner, name)): Path<(String, String)>,
    _: Query<Nothing>,
) -> Result<Response, AppError> {
    let (owner, name): (OrgLogin, RepoName) = (owner.parse()?, name.parse()?);
    let login = crate::pages::enqueue_look(&app, &owner, &name).await?;
    let crawls = links::api_crawls_of(&login);
    Ok((StatusCode::ACCEPTED, [(header::LOCATION, crawls)]).into_response())
}

impl RepositoryBody {
    /// What is known of the repository itself.
    fn new(it: Repository) -> Self {
        let standing = it.standing.map(|it| RepositoryStanding {
            state: it.state.slug(),
            dockerfiles: it.dockerfiles,
            dockerfiles_excluded: it.dockerfiles_excluded,
            items_left: it.items_left,
            finished_at: it.finished_at,
            slipped_back_at: it.slipped_back_at,
            progress: it.tally.into(),
        });
        Self {
            id: it.id.0,
            owner: it.owner.to_string(),
            name: it.name.to_string(),
            visibility: it.visibility.slug(),
            language: it.language,
            team: it.team,
            default_branch: it.default_branch,
            standing: standing.filter(|_| it.head_sha.is_some() || it.is_empty),
            head_sha: it.head_sha.map(|it| it.to_string()),
            head_committed_at: it.head_committed_at,
            is_empty: it.is_empty,
            unreadable_reason: it.unreadable_reason,
            excluded_by: it.excluded_by.map(store::Exclusion::slug),
            crawled_at: it.crawled_at,
            gone_at: it.gone_at,
            gone_reason: it.gone_reason,
            dockerfiles: Vec::new(),
            remaining_work: Vec::new(),
            history: Vec::new(),
            settings: None,
        }
    }
}

impl From<RepositorySettings> for OwnSettingsBody {
    fn from(it: RepositorySettings) -> Self {
        let error = |it: SettingsError| OwnErrorBody { line: it.line, message: it.message };
        Self {
            exclude: it.exclude,
            include: it.include,
            final_target: it.final_target,
            errors: it.errors.into_iter().map(error).collect(),
        }
    }
}

impl From<DockerfileLine> for FileRow {
    fn from(it: DockerfileLine) -> Self {
        let read = it.verdicts.into_iter().map(|(item, verdict)| (item.slug(), verdict.slug()));
        // A file that could not be had has no verdicts yet; nothing is known of it.
        let unknown = ItemVerdict::Unknown.slug();
        let all = checklist::Item::ALL.map(|item| (item.slug(), unknown));
        Self {
            path: it.path.to_string(),
            unread_reason: it.unread_reason,
            file_state: it.file_state.as_ref().map(words::serialized),
            excluded_by: it.excluded_by,
            committed_at: it.committed_at,
            items: all.into_iter().chain(read).collect(),
        }
    }
}

impl From<OpenFinding> for WorkRow {
    fn from(it: OpenFinding) -> Self {
        let reason = it.reason;
        let lines = reason.as_ref().and_then(|it| it.lines);
        Self {
            path: it.path.to_string(),
            item: it.item.slug(),
            verdict: it.verdict.slug(),
            settled_by: it.settled_by.map(checklist::Item::slug),
            code: reason.as_ref().map(|it| it.code.clone()),
            first_line: lines.map(|it| it.0),
            last_line: lines.map(|it| it.1),
            message: reason.as_ref().map(|it| it.message.clone()),
            fix: reason.and_then(|it| it.fix),
        }
    }
}

impl From<RepositoryDay> for DayRow {
    fn from(it: RepositoryDay) -> Self {
        Self { day: it.day, progress: it.tally.into(), is_reconstructed: it.is_reconstructed }
    }
}
