//! Every address, with everything that stands around it.

use axum::Router;
use axum::middleware::from_fn_with_state;

use crate::app::Site;
use crate::error::AppError;
use crate::identify::{Door, identify};
use crate::routes::Routes;
#[cfg(test)]
use crate::routes::Row;
use crate::{api, assets, exports, kept_pages, metrics, middleware, pages, sign_in, webhooks};

/// The whole site.
pub fn router(site: Site) -> Router {
    let (pages, webhooks) = (pages(), webhooks::routes());
    let door = Door::new(site.clone(), pages.rows.iter().chain(&webhooks.rows));
    let pages = pages.router.fallback(|| async { AppError::NotFound });
    let routes = Router::new()
        .merge(middleware::at_most(middleware::BODY_LIMIT, pages))
        .merge(middleware::at_most(webhooks::BODY_LIMIT, webhooks.router))
        .with_state(site.clone())
        .layer(from_fn_with_state(site.clone(), exports::note));
    let keep = from_fn_with_state(site.clone(), kept_pages::keep);
    let measure = from_fn_with_state(site.clone(), metrics::measure);
    middleware::around(routes, Some(site))
        .layer(keep)
        .layer(from_fn_with_state(door, identify))
        .layer(measure)
}

/// What people and programs ask for.
fn pages() -> Routes {
    let routes = Routes::new().merge(sign_in::routes()).merge(pages::routes());
    routes.merge(api::routes()).merge(assets::routes())
}

/// Every address of the site, with who may ask.
#[cfg(test)]
pub(crate) fn rows() -> Vec<Row> {
    pages().merge(webhooks::routes()).rows
}

#[cfg(test)]
mod statements;
#[cfg(test)]
mod tests;
