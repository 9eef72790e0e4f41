//! `/repos/{owner}/{name}/suggested/{path}`: the Dockerfile that is suggested in place of
//! another, what it settles, why, and what is left to a person; and the same as a patch.

mod rows;
#[cfg(test)]
mod tests;
mod view;

use askama::Template;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use store::read::dockerfile::Dockerfile;
use store::read::repository::Repository;

use self::view::{Heading, Look, SuggestedView};
use super::dockerfile::{Place, found, notices};
use crate::app::App;
use crate::error::{AppError, Page, page};
use crate::layout::{Layout, Section};
use crate::links;
use crate::routes::{Need, Routes};
use crate::suggested::suggested;

/// The longest name of a file that is downloaded.
const LONGEST_NAME: usize = 120;

pub(crate) fn routes() -> Routes {
    Routes::new().get("/repos/{owner}/{name}/suggested/{*path}", Need::VIEWER, show).file(
        "/repos/{owner}/{name}/patch/{*path}",
        Need::VIEWER,
        download,
    )
}

/// The query as it was written.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Asked {
    view: String,
}

#[derive(Template)]
#[template(path = "pages/suggested.html")]
struct SuggestedPage {
    layout: Layout,
    heading: Heading,
    notices: Vec<String>,
    view: SuggestedView,
    look: Look,
}

async fn show(app: App, Path(place): Place, asked: Result<Query<Asked>, QueryRejection>) -> Page {
    let look = Look::parse(&asked?.0.view)?;
    let (repository, file) = standing(&app, place).await?;
    let source = links::dockerfile(&repository.owner, &repository.name, &file.path);
    let made = suggested(&app, &file, move |it, diff| SuggestedView::new(it, diff, &source));
    let view = made.await?.unwrap_or_default();
    let title = format!("Suggested {} · {}", file.path, repository.name);
    let layout = Layout::of(&app, &repository.owner, Section::Repositories, title).await?;
    page(&SuggestedPage {
        layout,
        heading: Heading::new(&repository, &file, app.catalog().day()),
        notices: notices(&repository, &file, app.now()),
        view,
        look,
    })
}

async fn download(app: App, Path(place): Place) -> Result<Response, AppError> {
    let (repository, file) = standing(&app, place).await?;
    let path = file.path.clone();
    let patch = suggested(&app, &file, move |proposal, diff| {
        proposal.content.is_some().then(|| diff.patch(&path))
    });
    let patch = patch.await?.flatten().ok_or(AppError::NotFound)?;
    let name = patch_name(&repository, &file);
    let headers = [
        (header::CONTENT_TYPE, "text/x-diff; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
    ];
    Ok((headers, patch).into_response())
}

/// The Dockerfile at an address; for one that is gone nothing is suggested.
async fn standing(
    app: &App,
    place: (String, String, String),
) -> Result<(Repository, Dockerfile), AppError> {
    let (repository, file) = found(app, place).await?;
    if file.removed_at.is_some() { Err(AppError::NotFound) } else { Ok((repository, file)) }
}

/// A name for the patch that no system takes for anything else.
fn patch_name(repository: &Repository, file: &Dockerfile) -> String {
    let name = format!("{}-{}", repository.name, file.path);
    let is_harmless = |it: char| it.is_ascii_alphanumeric() || matches!(it, '-' | '_' | '.');
    let harmless = name.chars().map(|it| if is_harmless(it) { it } else { '-' });
    let short: String = harmless.take(LONGEST_NAME).collect();
    format!("{}.patch", short.trim_start_matches(['.', '-']))
}
