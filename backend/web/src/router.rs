//! Every address, with everything that stands around it.

use axum::Router;

use crate::app::App;
use crate::error::AppError;
use crate::{assets, middleware, pages};

/// The whole site over `app`.
pub fn router(app: App) -> Router {
    let routes = Router::new()
        .merge(pages::routes())
        .merge(assets::routes())
        .fallback(|| async { AppError::NotFound })
        .with_state(app.clone());
    middleware::around(routes, Some(app))
}

#[cfg(test)]
mod tests;
