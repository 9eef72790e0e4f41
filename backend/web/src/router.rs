//! Every address, with everything that stands around it.

use axum::Router;

use crate::app::App;
use crate::error::AppError;
use crate::{assets, middleware, pages, webhooks};

/// The whole site over `app`.
pub fn router(app: App) -> Router {
    let pages = Router::new()
        .merge(pages::routes())
        .merge(assets::routes())
        .fallback(|| async { AppError::NotFound });
    let routes = Router::new()
        .merge(middleware::at_most(middleware::BODY_LIMIT, pages))
        .merge(middleware::at_most(webhooks::BODY_LIMIT, webhooks::routes()))
        .with_state(app.clone());
    middleware::around(routes, Some(app))
}

#[cfg(test)]
mod tests;
