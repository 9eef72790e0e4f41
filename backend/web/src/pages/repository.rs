//! `/repos/{owner}/{name}`: how far one repository is, what remains in it, how it
//! came here.

mod badge;
mod chart;
mod decisions;
mod files;
mod own_settings;
mod standing;
mod work;

use askama::Template;
use axum::extract::Path;
use axum::http::HeaderMap;
use axum::response::Redirect;
use chrono::TimeDelta;
use names::{OrgLogin, RepoName};
use store::Touched;
use store::read::repository::{Repository, Standing as StoredStanding};

use self::badge::Badge;
use self::chart::Chart;
use self::decisions::DecisionRow;
use self::files::FileRow;
use self::own_settings::OwnSettings;
use self::standing::{Standing, notices};
use self::work::{Place, Work};
use crate::app::App;
use crate::changes::{ChangeEntry, CommitLink, Telling};
use crate::error::{AppError, Page, page};
use crate::format::{self, Moment};
use crate::layout::{Layout, Section};
use crate::links;
use crate::routes::{Need, Routes};

/// Changes read from the store; eight make up the first sight of a Dockerfile.
const SHOWN_CHANGES: i64 = 240;
/// Decisions shown; each stands on its card too.
const SHOWN_DECISIONS: i64 = 100;
/// Those that ended are shown for so long.
const ENDED_LATELY: TimeDelta = TimeDelta::days(90);

pub(crate) fn routes() -> Routes {
    Routes::new().get("/repos/{owner}/{name}", Need::VIEWER, show).post(
        "/repos/{owner}/{name}/crawl",
        Need::EDITOR,
        crawl_now,
    )
}

async fn show(app: App, Path((owner, name)): Path<(String, String)>, headers: HeaderMap) -> Page {
    let (owner, name): (OrgLogin, RepoName) = (owner.parse()?, name.parse()?);
    let found = app.repository(&owner, &name).await?;
    let files = app.store.dockerfiles_of(found.id).await?;
    let open = app.store.open_findings_of(found.id).await?;
    let days = app.store.days_of(found.id).await?;
    let changes = app.store.changes_of(found.id, SHOWN_CHANGES).await?;
    let lately = app.now() - ENDED_LATELY;
    let decisions = app.store.decisions_of(found.id, lately, SHOWN_DECISIONS).await?;
    let settings = app.store.repository_settings(found.id).await?;
    let title = format!("{}/{}", found.owner, found.name);
    let layout = Layout::of(&app, &found.owner, Section::Repositories, title).await?;
    let (owner, name, now) = (&found.owner, &found.name, app.now());
    let telling = Telling { owner, name, github_web: &app.github_web, now };
    let (in_scope, aside) = FileRow::split(owner, name, files);
    page(&RepositoryPage {
        layout,
        badge: Badge::new(&app.base(&headers), owner, name),
        heading: Heading::new(&found, &telling),
        notices: notices(&found, now),
        standing: standing_read(&found).map(|it| Standing::new(it, now)),
        chart: Chart::new(&days, now.date_naive()),
        in_scope,
        aside,
        work: Place { owner, name }.work(&open),
        changes: telling.entries(&changes),
        decisions: DecisionRow::rows(owner, name, &decisions),
        disputes_link: links::disputes(owner),
        settings: settings.map(|it| OwnSettings::new(&found, it, &app.github_web)),
    })
}

/// Queues a look at this repository alone, for a person who waits.
async fn crawl_now(
    app: App,
    Path((owner, name)): Path<(String, String)>,
) -> Result<Redirect, AppError> {
    let login = enqueue_look(&app, &owner.parse()?, &name.parse()?).await?;
    Ok(Redirect::to(&links::crawl_now(&login)))
}

/// Queues a look at a repository, and says how GitHub writes its organization.
pub(crate) async fn enqueue_look(
    app: &App,
    owner: &OrgLogin,
    name: &RepoName,
) -> Result<OrgLogin, AppError> {
    let found = app.repository(owner, name).await?;
    let now = app.now();
    let touched =
        Touched { repository: found.id, name: found.name, gone_reason: None, touched_at: now };
    app.store.ask_for_look(found.organization, &touched, &app.reader.actor(), now).await?;
    Ok(found.owner)
}

/// The counts of a repository that was read; one that never was has only zeros.
fn standing_read(found: &Repository) -> Option<&StoredStanding> {
    let was_read = found.head_sha.is_some() || found.is_empty;
    found.standing.as_ref().filter(|_| was_read)
}

#[derive(Template)]
#[template(path = "pages/repository.html")]
struct RepositoryPage {
    layout: Layout,
    badge: Badge,
    heading: Heading,
    notices: Vec<standing::Notice>,
    standing: Option<Standing>,
    chart: Option<Chart>,
    in_scope: Vec<FileRow>,
    aside: Vec<FileRow>,
    work: Work,
    changes: Vec<ChangeEntry>,
    decisions: Vec<DecisionRow>,
    disputes_link: String,
    settings: Option<OwnSettings>,
}

/// What the repository is.
#[derive(Debug)]
struct Heading {
    owner: OrgLogin,
    owner_link: String,
    name: RepoName,
    github_link: String,
    crawl_action: String,
    /// Visibility, language, team.
    about: String,
    branch: Option<String>,
    head: Option<CommitLink>,
    read: Option<Moment>,
}

impl Heading {
    fn new(found: &Repository, telling: &Telling<'_>) -> Self {
        let (owner, name, web) = (&found.owner, &found.name, telling.github_web);
        let team = found.team.as_ref().map(|it| format!("team {it}"));
        let about = [Some(found.visibility.slug().to_owned()), found.language.clone(), team];
        Self {
            owner: owner.clone(),
            owner_link: links::repositories(owner),
            name: name.clone(),
            github_link: links::repository_on_github(web, owner, name),
            crawl_action: links::crawl_repository_now(owner, name),
            about: about.into_iter().flatten().collect::<Vec<_>>().join(" · "),
            branch: found.default_branch.clone(),
            head: found.head_sha.as_ref().map(|sha| CommitLink {
                short: format::short_sha(sha.as_str()).to_owned(),
                link: links::commit_on_github(web, owner, name, sha),
            }),
            read: found.crawled_at.map(|it| Moment::new(it, telling.now)),
        }
    }
}

#[cfg(test)]
mod tests;
