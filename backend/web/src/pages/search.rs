//! `/search?q=`: repositories, Dockerfiles, base images and teams by a part of their name.

mod marked;
#[cfg(test)]
mod tests;
mod view;

use askama::Template;
use axum::extract::Query;
use axum::extract::rejection::QueryRejection;
use serde::Deserialize;
use store::read::OrganizationHeader;
use store::read::search::{Searched, found};

use crate::app::App;
use crate::error::{AppError, Page, page};
use crate::layout::{Layout, Section};
use crate::routes::{Need, Routes};
use view::SearchView;

/// Hits shown of each kind.
const SHOWN: usize = 20;
/// Longer than any name or path that people search for.
const LONGEST: usize = 200;

pub(crate) fn routes() -> Routes {
    Routes::new().get("/search", Need::VIEWER, show)
}

#[derive(Debug, Deserialize)]
struct Asked {
    #[serde(default)]
    q: String,
}

#[derive(Template)]
#[template(path = "pages/search.html")]
struct SearchPage {
    layout: Layout,
    view: SearchView,
}

async fn show(app: App, asked: Result<Query<Asked>, QueryRejection>) -> Page {
    let Query(asked) = asked?;
    let text: String = asked.q.trim().chars().take(LONGEST).collect();
    let mut headers = app.organizations().await?;
    let searched = match text.is_empty() {
        true => Vec::new(),
        false => searched(&app, &headers).await?,
    };
    let view = SearchView::new(&text, &searched, &found(&searched, &text, SHOWN));
    let only = if headers.len() == 1 { headers.pop() } else { None };
    let layout = Layout::around(&app, only, Section::Elsewhere, "Search");
    page(&SearchPage { layout, view })
}

/// Every organization as it is now.
pub(crate) async fn searched(
    app: &App,
    headers: &[OrganizationHeader],
) -> Result<Vec<Searched>, AppError> {
    let mut searched = Vec::new();
    for header in headers {
        let snapshot = app.snapshot(header).await?;
        searched.push(Searched { owner: header.login.clone(), snapshot });
    }
    Ok(searched)
}
