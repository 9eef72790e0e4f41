//! `/repos/{owner}/{name}/dockerfiles/{path}`: one Dockerfile, its evidence
//! explained in place.

mod cards;
mod decide;
mod decisions;
mod graph;
mod notices;
mod source;
mod stages;

use askama::Template;
use axum::extract::Path;
use axum::http::HeaderMap;
use checklist::{Advice, FileState, Item};
use names::{FilePath, OrgLogin, RepoName};
use store::read::ItemVerdict;
use store::read::dockerfile::Dockerfile;
use store::read::repository::Repository;
use store::read::standing::Tally as StoredTally;

use self::cards::Card;
use self::decide::Tried;
use self::decisions::Told;
use self::graph::Graph;
pub(super) use self::notices::notices;
use self::source::Source;
use self::stages::{Image, Stage};
use crate::app::App;
use crate::changes::{ChangeEntry, Telling};
use crate::error::{AppError, Page, page};
use crate::format::{self, Moment};
use crate::layout::{Layout, Section};
use crate::links;
use crate::parts::Tally;
use crate::reader_name;
use crate::routes::{Need, Routes};
use crate::suggested::advised;

/// Changes shown; a file's whole history is on GitHub.
const SHOWN_CHANGES: i64 = 400;
/// Decisions read: all that stand, and the last that ended.
const SHOWN_DECISIONS: i64 = 200;

pub(crate) fn routes() -> Routes {
    Routes::new()
        .get("/repos/{owner}/{name}/dockerfiles/{*path}", Need::VIEWER, show)
        .post("/repos/{owner}/{name}/decide/{*path}", Need::EDITOR, decide::decide)
        .post("/repos/{owner}/{name}/withdraw/{*path}", Need::EDITOR, decide::withdraw)
}

/// The parts of an address.
pub(super) type Place = Path<(String, String, String)>;

async fn show(app: App, Path(place): Place, headers: HeaderMap) -> Page {
    let (repository, file) = found(&app, place).await?;
    let reader = reader_name::asked(&app.reader, reader_name::of(&headers));
    page(&shown(&app, &repository, &file, &Tried::nothing(reader)).await?)
}

/// The Dockerfile at an address.
pub(super) async fn found(
    app: &App,
    (owner, name, path): (String, String, String),
) -> Result<(Repository, Dockerfile), AppError> {
    let (owner, name): (OrgLogin, RepoName) = (owner.parse()?, name.parse()?);
    let path: FilePath = path.parse()?;
    let repository = app.repository(&owner, &name).await?;
    let file = app.store.dockerfile(repository.id, &path).await?.ok_or(AppError::NotFound)?;
    Ok((repository, file))
}

/// The page, with what was tried and refused.
async fn shown(
    app: &App,
    repository: &Repository,
    file: &Dockerfile,
    tried: &Tried,
) -> Result<DockerfilePage, AppError> {
    let changes = app.store.changes_of_dockerfile(file.id, SHOWN_CHANGES).await?;
    let decisions = app.store.decisions_of_dockerfile(file.id, SHOWN_DECISIONS).await?;
    let title = format!("{} · {}", file.path, repository.name);
    let layout = Layout::of(app, &repository.owner, Section::Repositories, title).await?;
    let (owner, name, now) = (&repository.owner, &repository.name, app.now());
    let telling = Telling { owner, name, github_web: &app.github_web, now };
    let advised = advised(app, file).await?;
    let mut body = Body::new(repository, file, &telling, &advised);
    for card in &mut body.cards {
        card.decided = Told::on_card(card.item, file, &decisions, tried);
    }
    Ok(DockerfilePage {
        layout,
        heading: Heading::new(repository, file, &telling),
        notices: notices(repository, file, now),
        history: telling.entries(&changes),
        body,
        decide_action: links::decide(owner, name, &file.path),
        withdraw_action: links::withdraw(owner, name, &file.path),
        disputes_link: links::disputes(owner),
        suggested_link: file
            .removed_at
            .is_none()
            .then(|| links::suggested(owner, name, &file.path)),
        refusal: tried.refusal.clone().zip(tried.form.map(|(item, _)| card_anchor(item))),
        reader: tried.by.clone(),
    })
}

#[derive(Template)]
#[template(path = "pages/dockerfile.html")]
struct DockerfilePage {
    layout: Layout,
    heading: Heading,
    notices: Vec<String>,
    body: Body,
    decide_action: String,
    withdraw_action: String,
    disputes_link: String,
    /// None where the file is gone.
    suggested_link: Option<String>,
    /// Why a form was not taken, and the way to it.
    refusal: Option<(String, String)>,
    /// The name that the reader gave before; none where they have one.
    reader: Option<String>,
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
            met: met_words(
                file.verdicts.into_iter().map(StoredTally::one).sum::<StoredTally>().into(),
            ),
        }
    }
}

/// The card of an item on this page.
fn card_anchor(item: Item) -> String {
    format!("#card-{}", item.slug())
}

/// "4 of 8 items met", what does not count named apart.
fn met_words(tally: Tally) -> String {
    if tally.counted() == 0 && tally.waived == 0 {
        return "no item applies".to_owned();
    }
    let items = format::counted(tally.counted(), "item", "items");
    let met = if tally.verified > 0 { "met or verified" } else { "met" };
    let apart = |count, word| (count > 0).then(|| format!(" · {count} {word}"));
    let apart = [apart(tally.waived, "waived"), apart(tally.not_applicable, "not applicable")];
    let apart: String = apart.into_iter().flatten().collect();
    format!("{} of {items} {met}{apart}", tally.done())
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
    fn new(
        repository: &Repository,
        file: &Dockerfile,
        telling: &Telling<'_>,
        advised: &[Advice],
    ) -> Self {
        let Some(report) = &file.report else {
            return Self {
                source: None,
                cards: cards::unread_cards(file.verdicts),
                stages: Vec::new(),
                graph: None,
            };
        };
        let on_github = |lines| {
            let place = (&repository.owner, &repository.name);
            links::on_github(telling.github_web, place, &file.commit_sha, &file.path, Some(lines))
        };
        let is_said_once = report.state != FileState::Readable;
        let decided = |item| match file.verdict(item) {
            it @ (ItemVerdict::Verified | ItemVerdict::Waived) => Some(it),
            ItemVerdict::Met
            | ItemVerdict::Verify
            | ItemVerdict::Unknown
            | ItemVerdict::Remaining
            | ItemVerdict::NotApplicable => None,
        };
        Self {
            source: file
                .content
                .as_deref()
                .map(|it| Source::annotated(it, report, decided, on_github)),
            cards: cards::cards(report, file.verdicts, is_said_once),
            stages: stages::stages(&repository.owner, report, advised),
            graph: Graph::new(report),
        }
    }
}

#[cfg(test)]
pub(super) mod tests;
