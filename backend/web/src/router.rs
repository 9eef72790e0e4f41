//! Every address, with everything that stands around it.

use axum::Router;
use axum::middleware::from_fn_with_state;

use crate::app::App;
use crate::error::AppError;
use crate::{api, assets, kept_pages, metrics, middleware, pages, webhooks};

/// The whole site over `app`.
pub fn router(app: App) -> Router {
    let pages = Router::new()
        .merge(pages::routes())
        .merge(api::routes())
        .merge(assets::routes())
        .fallback(|| async { AppError::NotFound });
    let routes = Router::new()
        .merge(middleware::at_most(middleware::BODY_LIMIT, pages))
        .merge(middleware::at_most(webhooks::BODY_LIMIT, webhooks::routes()))
        .with_state(app.clone());
    let keep = from_fn_with_state(app.clone(), kept_pages::keep);
    let measure = from_fn_with_state(app.clone(), metrics::measure);
    middleware::around(routes, Some(app)).layer(keep).layer(measure)
}

#[cfg(test)]
mod statements;
#[cfg(test)]
mod tests;
