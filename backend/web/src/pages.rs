//! One module a page: route, handler, view model, template, tests.

mod account;
mod api_docs;
mod audit;
mod badge;
pub(crate) mod campaigns;
mod checklist;
mod crawl;
mod crawls;
mod disputes;
mod dockerfile;
pub(crate) mod dockerfiles;
mod error_page;
mod feed;
mod health;
pub(crate) mod image;
pub(crate) mod images;
mod item;
mod items;
mod metrics;
pub(crate) mod organization_changes;
mod organization_settings;
mod organizations;
pub(crate) mod overview;
mod people;
pub(crate) mod repositories;
mod repository;
mod saved_views;
mod search;
mod settings;
mod suggested;
mod team;
pub(crate) mod teams;
mod welcome;

use crate::routes::Routes;

pub(crate) use crawl::enqueue_crawl;
pub(crate) use error_page::{ErrorPage, words as error_words};
pub(crate) use item::shown_reports;
pub(crate) use repositories::Address;
pub(crate) use repository::enqueue_look;
pub(crate) use search::searched;

/// Every page's routes.
pub(crate) fn routes() -> Routes {
    Routes::new()
        .merge(account::routes())
        .merge(api_docs::routes())
        .merge(audit::routes())
        .merge(badge::routes())
        .merge(campaigns::routes())
        .merge(checklist::routes())
        .merge(feed::routes())
        .merge(metrics::routes())
        .merge(crawl::routes())
        .merge(crawls::routes())
        .merge(disputes::routes())
        .merge(dockerfile::routes())
        .merge(dockerfiles::routes())
        .merge(image::routes())
        .merge(images::routes())
        .merge(item::routes())
        .merge(items::routes())
        .merge(organization_changes::routes())
        .merge(organization_settings::routes())
        .merge(people::routes())
        .merge(repository::routes())
        .merge(saved_views::routes())
        .merge(search::routes())
        .merge(settings::routes())
        .merge(suggested::routes())
        .merge(team::routes())
        .merge(teams::routes())
        .merge(welcome::routes())
        .merge(health::routes())
        .merge(organizations::routes())
        .merge(overview::routes())
        .merge(repositories::routes())
}
