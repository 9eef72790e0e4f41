//! `/healthz`: the process answers. `/readyz`: the database does too.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use crate::app::App;
use crate::routes::{Need, Routes};

pub(crate) fn routes() -> Routes {
    Routes::new().get("/healthz", Need::Nobody, alive).get("/readyz", Need::Nobody, ready)
}

async fn alive() -> &'static str {
    "ok\n"
}

async fn ready(app: App) -> Response {
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
