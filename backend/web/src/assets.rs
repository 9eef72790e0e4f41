//! The files of `static/`, built in: hashed names, kept by browsers for ever.

use axum::extract::Path;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::error::AppError;
use crate::routes::{Need, Routes};

/// One built-in file.
pub(crate) struct StaticFile {
    /// Its address, which holds its hash.
    pub(crate) path: &'static str,
    etag: &'static str,
    content_type: &'static str,
    bytes: &'static [u8],
}

include!(concat!(env!("OUT_DIR"), "/static_files.rs"));

pub(crate) fn routes() -> Routes {
    Routes::new().get("/static/{file}", Need::Nobody, show)
}

async fn show(Path(file): Path<String>, headers: HeaderMap) -> Result<Response, AppError> {
    let asked = format!("/static/{file}");
    let found = FILES.iter().find(|it| it.path == asked).ok_or(AppError::NotFound)?;
    let caching = [
        (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
        (header::ETAG, found.etag),
    ];
    let known = headers.get(header::IF_NONE_MATCH).and_then(|it| it.to_str().ok());
    if known.is_some_and(|it| it.split(',').any(|tag| tag.trim() == found.etag)) {
        return Ok((StatusCode::NOT_MODIFIED, caching).into_response());
    }
    Ok((caching, [(header::CONTENT_TYPE, found.content_type)], found.bytes).into_response())
}
