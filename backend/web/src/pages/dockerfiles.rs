//! `/orgs/{org}/dockerfiles`: the Dockerfiles behind a number of the overview.

use askama::Template;
use axum::Router;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::routing::get;
use checklist::Item;
use names::OrgLogin;
use serde::Deserialize;
use store::read::dockerfiles::{DockerfileFilter, DockerfileLine, DockerfileLines};
use store::read::repository_filter::VerdictGroup;

use super::repositories::group_words;
use crate::app::App;
use crate::error::{AppError, Page, page};
use crate::format;
use crate::layout::{Layout, Section};
use crate::links;
use crate::parts::{Empty, Linked, Mark, Pagination};
use crate::prose::Prose;

/// Rows on a page.
const PAGE_SIZE: i64 = 50;

pub(crate) fn routes() -> Router<App> {
    Router::new().route("/orgs/{org}/dockerfiles", get(show))
}

/// The query as it was written.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct Asked {
    item: String,
    verdict: String,
    image: String,
    stage: String,
    page: String,
}

#[derive(Template)]
#[template(path = "pages/dockerfiles.html")]
struct DockerfilesPage {
    layout: Layout,
    view: ListView,
}

/// The whole page.
struct ListView {
    /// "74 Dockerfiles".
    count: String,
    /// What they have in common: "Ports: left".
    subjects: Vec<Linked>,
    rows: Vec<Row>,
    pagination: Option<Pagination>,
    empty: Option<Empty>,
    /// The column of the item that was asked for.
    item_title: Option<&'static str>,
}

struct Row {
    repository: Linked,
    path: Linked,
    team: Option<String>,
    mark: Option<Mark>,
    message: Option<Prose>,
    met: String,
}

async fn show(
    State(app): State<App>,
    Path(org): Path<String>,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Page {
    let org: OrgLogin = org.parse()?;
    let Query(asked) = asked?;
    let (filter, number) = understood(&asked)?;
    let header = app.store.organization_header(&org).await?.ok_or(AppError::NotFound)?;
    let offset = (number - 1) * PAGE_SIZE;
    let id = header.organization_id;
    let lines = app.store.dockerfile_lines(id, &filter, offset, PAGE_SIZE).await?;
    let view = ListView::new(&header.login, &asked, &filter, number, lines);
    let layout = Layout::around(&app, Some(header), Section::Repositories, "Dockerfiles");
    page(&DockerfilesPage { layout, view })
}

fn understood(asked: &Asked) -> Result<(DockerfileFilter, i64), AppError> {
    let unknown = || AppError::BadRequest("A filter in this address is not known here.".to_owned());
    let item = match (asked.item.as_str(), asked.verdict.as_str()) {
        ("", _) => None,
        (item, verdict) => {
            let verdict = if verdict.is_empty() { VerdictGroup::Left.slug() } else { verdict };
            let group = VerdictGroup::from_slug(verdict).ok_or_else(unknown)?;
            Some((Item::from_slug(item).ok_or_else(unknown)?, group))
        }
    };
    let is_build = match asked.stage.as_str() {
        "" => None,
        "build" => Some(true),
        "shipped" => Some(false),
        _ => return Err(unknown()),
    };
    let number = match asked.page.as_str() {
        "" => 1,
        text => text.parse().ok().filter(|it| (1..=1_000_000).contains(it)).ok_or_else(unknown)?,
    };
    let image = asked.image.replace('\0', "");
    let image = (!image.is_empty()).then_some(image);
    Ok((DockerfileFilter { item, image, is_build }, number))
}

impl ListView {
    fn new(
        org: &OrgLogin,
        asked: &Asked,
        filter: &DockerfileFilter,
        number: i64,
        lines: DockerfileLines,
    ) -> Self {
        let turned = |page: i64| {
            let page = page.to_string();
            let pairs = [
                ("item", asked.item.as_str()),
                ("verdict", asked.verdict.as_str()),
                ("image", asked.image.as_str()),
                ("stage", asked.stage.as_str()),
                ("page", page.as_str()),
            ];
            links::dockerfiles_where(org, &pairs)
        };
        let is_paged = lines.total > PAGE_SIZE;
        Self {
            count: format::counted(lines.total, "Dockerfile", "Dockerfiles"),
            subjects: subjects(org, filter),
            pagination: is_paged.then(|| Pagination::new(number, PAGE_SIZE, lines.total, turned)),
            empty: lines.rows.is_empty().then(|| Empty {
                what: "No Dockerfile in scope is like this.".to_owned(),
                advice: "What stood here may be settled since.".to_owned(),
                link: Some(("Back to the overview".to_owned(), links::organization(org))),
            }),
            rows: lines.rows.into_iter().map(|it| Row::new(org, it)).collect(),
            item_title: filter.item.map(|(item, _)| item.title()),
        }
    }
}

/// What was asked for, with the way to what explains it.
fn subjects(org: &OrgLogin, filter: &DockerfileFilter) -> Vec<Linked> {
    let item = filter.item.map(|(item, group)| {
        Linked::new(format!("{}: {}", item.title(), group_words(group)), links::item(org, item))
    });
    let image = filter.image.as_deref().map(|image| {
        let stage = match filter.is_build {
            Some(true) => " in build stages",
            Some(false) => " in shipped stages",
            None => "",
        };
        Linked::new(
            format!("on {image}{stage}"),
            links::repositories_where(org, &[("image", image)]),
        )
    });
    item.into_iter().chain(image).collect()
}

impl Row {
    fn new(org: &OrgLogin, line: DockerfileLine) -> Self {
        Self {
            repository: Linked::new(
                line.repository.as_str(),
                links::repository(org, &line.repository),
            ),
            path: Linked::new(
                line.path.as_str(),
                links::dockerfile(org, &line.repository, &line.path),
            ),
            team: line.team,
            mark: line.verdict.map(Mark::of),
            message: line.message.as_deref().map(Prose::sentence),
            met: format!("{} of {}", line.met, line.counted),
        }
    }
}
