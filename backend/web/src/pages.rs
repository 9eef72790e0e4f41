//! One module a page: route, handler, view model, template, tests.

mod crawl;
mod crawls;
mod dockerfile;
mod error_page;
mod health;
mod overview;
mod repository;

use axum::Router;

use crate::app::App;

pub(crate) use error_page::{ErrorPage, words as error_words};

/// Every page's routes.
pub(crate) fn routes() -> Router<App> {
    Router::new()
        .merge(crawl::routes())
        .merge(crawls::routes())
        .merge(dockerfile::routes())
        .merge(repository::routes()).merge(health::routes()).merge(overview::routes())
}
