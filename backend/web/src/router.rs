//! Every address, with everything that stands around it.

use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};

use crate::app::Site;
use crate::error::AppError;
use crate::routes::{Routes, Row};
use crate::{api, assets, exports, identify, kept_pages, metrics, middleware, pages, webhooks};

/// The whole site.
pub fn router(site: Site) -> Router {
    let pages = pages().router.fallback(|| async { AppError::NotFound });
    let routes = Router::new()
        .merge(middleware::at_most(middleware::BODY_LIMIT, pages))
        .merge(middleware::at_most(webhooks::BODY_LIMIT, webhooks::routes().router))
        .with_state(site.clone())
        .layer(from_fn_with_state(site.clone(), exports::note));
    let keep = from_fn_with_state(site.clone(), kept_pages::keep);
    let measure = from_fn_with_state(site.clone(), metrics::measure);
    middleware::around(routes, Some(site))
        .layer(keep)
        .layer(from_fn(identify::identify))
        .layer(measure)
}

/// What people and programs ask for.
fn pages() -> Routes {
    Routes::new().merge(pages::routes()).merge(api::routes()).merge(assets::routes())
}

/// Every address of the site, with who may ask.
#[cfg_attr(not(test), expect(dead_code, reason = "the tests walk over it"))]
pub(crate) fn rows() -> Vec<Row> {
    pages().merge(webhooks::routes()).rows
}

#[cfg(test)]
mod statements;
#[cfg(test)]
mod tests;
