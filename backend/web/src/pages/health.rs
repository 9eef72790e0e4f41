//! `/healthz`: the process answers. `/readyz`: the database does too.

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use crate::app::App;

pub(crate) fn routes() -> Router<App> {
    Router::new().route("/healthz", get(alive)).route("/readyz", get(ready))
}

async fn alive() -> &'static str {
    "ok\n"
}

async fn ready(State(app): State<App>) -> Response {
    match app.store.answers().await {
        Ok(()) => "ready\n".into_response(),
        Err(error) => {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "The database does not answer"
            );
            let refused = "the database does not answer\n";
            (StatusCode::SERVICE_UNAVAILABLE, refused).into_response()
        }
    }
}
