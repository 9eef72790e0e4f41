//! `/repos/{owner}/{name}/dockerfiles/{path}`: one Dockerfile, its evidence
//! explained in place.

mod cards;
mod graph;
mod notices;
mod source;
mod stages;

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::routing::get;
use checklist::{FileState, Progress, Report};
use names::{FilePath, OrgLogin, RepoName};
use store::read::dockerfile::Dockerfile;
use store::read::repository::Repository;

use self::cards::Card;
use self::graph::Graph;
use self::source::Source;
use self::stages::{Image, Stage};
use crate::app::App;
use crate::changes::{ChangeEntry, Telling};
use crate::error::{AppError, Page, page};
use crate::format::{self, Moment};
use crate::layout::{Layout, Section};
use crate::links;

/// Changes shown; a file's whole history is on GitHub.
const SHOWN_CHANGES: i64 = 400;

pub(crate) fn routes() -> Router<App> {
    Router::new().route("/repos/{owner}/{name}/dockerfiles/{*path}", get(show))
}

async fn show(
    State(app): State<App>,
    Path((owner, name, path)): Path<(String, String, String)>,
) -> Page {
    let (owner, name): (OrgLogin, RepoName) = (owner.parse()?, name.parse()?);
    let path: FilePath = path.parse()?;
    let repository = app.store.repository(&owner, &name).await?.ok_or(AppError::NotFound)?;
    let file = app.store.dockerfile(repository.id, &path).await?.ok_or(AppError::NotFound)?;
    let changes = app.store.changes_of_dockerfile(file.id, SHOWN_CHANGES).await?;
    let title = format!("{path} · {}", repository.name);
    let layout = Layout::of(&app, &repository.owner, Section::Repositories, title).await?;
    let telling = Telling {
        owner: &repository.owner,
        name: &repository.name,
        github_web: &app.github_web,
        now: app.now(),
    };
    page(&DockerfilePage {
        layout,
        heading: Heading::new(&repository, &file, &telling),
        notices: notices::notices(&repository, &file, app.now()),
        history: telling.entries(&changes),
        body: Body::new(&repository, &file, &telling),
    })
}

#[derive(Template)]
#[template(path = "pages/dockerfile.html")]
struct DockerfilePage {
    layout: Layout,
    heading: Heading,
    notices: Vec<String>,
    body: Body,
    history: Vec<ChangeEntry>,
}

/// What the file is and where it lives.
#[derive(Debug)]
struct Heading {
    owner: OrgLogin,
    owner_link: String,
    name: RepoName,
    repository_link: String,
    /// With its slash; empty at the root.
    directory: String,
    file_name: String,
    commit: String,
    branch: Option<String>,
    committed: Moment,
    github_link: String,
    met: String,
}

impl Heading {
    fn new(repository: &Repository, file: &Dockerfile, telling: &Telling<'_>) -> Self {
        let (owner, name) = (&repository.owner, &repository.name);
        let place = (owner, name);
        let directory = file.path.directory();
        Self {
            owner: owner.clone(),
            owner_link: links::repositories(owner),
            name: name.clone(),
            repository_link: links::repository(owner, name),
            directory: if directory.is_empty() { String::new() } else { format!("{directory}/") },
            file_name: file.path.file_name().to_owned(),
            commit: format::short_sha(file.commit_sha.as_str()).to_owned(),
            branch: repository.default_branch.clone(),
            committed: Moment::new(file.committed_at, telling.now),
            github_link: links::on_github(
                telling.github_web,
                place,
                &file.commit_sha,
                &file.path,
                None,
            ),
            met: file.report.as_ref().map(Report::progress).map(met_words).unwrap_or_default(),
        }
    }
}

/// "4 of 8 items met", what does not apply named apart.
fn met_words(progress: Progress) -> String {
    let left = progress.remaining + progress.verify + progress.unknown;
    let counted = progress.met + left;
    if counted == 0 {
        return "no item applies".to_owned();
    }
    let apart = match progress.not_applicable {
        0 => String::new(),
        count => format!(" · {count} not applicable"),
    };
    format!("{} of {} met{apart}", progress.met, format::counted(counted.into(), "item", "items"))
}

/// The source, the cards and the stages, as far as there are any.
#[derive(Debug)]
struct Body {
    source: Option<Source>,
    cards: Vec<Card>,
    stages: Vec<Stage>,
    graph: Option<Graph>,
}

impl Body {
    fn new(repository: &Repository, file: &Dockerfile, telling: &Telling<'_>) -> Self {
        let Some(report) = &file.report else {
            return Self {
                source: None,
                cards: cards::unread_cards(),
                stages: Vec::new(),
                graph: None,
            };
        };
        let on_github = |lines| {
            let place = (&repository.owner, &repository.name);
            links::on_github(telling.github_web, place, &file.commit_sha, &file.path, Some(lines))
        };
        let is_said_once = report.state != FileState::Readable;
        Self {
            source: file.content.as_deref().map(|it| Source::annotated(it, report, on_github)),
            cards: cards::cards(report, is_said_once),
            stages: stages::stages(report),
            graph: Graph::new(report),
        }
    }
}

#[cfg(test)]
pub(super) mod tests;
