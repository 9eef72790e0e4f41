//! Entity tags: a client that has an answer already is told so instead of getting it again.

use std::convert::Infallible;
use std::hash::{DefaultHasher, Hash, Hasher};

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

/// Others may keep an answer for themselves alone, and ask each time whether it still holds.
const CACHE: HeaderValue = HeaderValue::from_static("private, no-cache");

/// What a tag is made of, and what the client says that it has.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    pub(crate) address: Uri,
    known: Option<String>,
}

/// A weak tag: compression changes the bytes, not the answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Tag(String);

impl<S: Sync> FromRequestParts<S> for Request {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let known = parts.headers.get(header::IF_NONE_MATCH).and_then(|it| it.to_str().ok());
        // RFC 9110: the header means something else where the request writes.
        let reads = matches!(parts.method, Method::GET | Method::HEAD);
        let known = known.filter(|_| reads).map(str::to_owned);
        Ok(Self { address: parts.uri.clone(), known })
    }
}

impl Request {
    /// The tag of the answer that these facts determine. An upgrade changes every answer.
    pub(crate) fn tag(&self, facts: impl Hash) -> Tag {
        let mut hasher = DefaultHasher::new();
        env!("CARGO_PKG_VERSION").hash(&mut hasher);
        self.address.path().hash(&mut hasher);
        self.address.query().hash(&mut hasher);
        facts.hash(&mut hasher);
        Tag(format!("W/\"{:016x}\"", hasher.finish()))
    }

    /// Whether the client has the answer of this tag.
    pub(crate) fn knows(&self, tag: &Tag) -> bool {
        let opaque = |it: &str| it.trim().trim_start_matches("W/").to_owned();
        let Some(known) = &self.known else { return false };
        known.trim() == "*" || known.split(',').any(|it| opaque(it) == opaque(&tag.0))
    }

    /// A body as JSON, tagged by its own content: 304 saves the way, not the work.
    pub(crate) fn answer_by_content(&self, body: &impl Serialize) -> Response {
        let Ok(text) = serde_json::to_string(body) else {
            return StatusCode::INTERNAL_SERVER_ERROR.into_response();
        };
        let tag = self.tag(&text);
        match self.knows(&tag) {
            true => tag.not_modified(),
            false => tag.on(([(header::CONTENT_TYPE, "application/json")], text).into_response()),
        }
    }
}

impl Tag {
    /// "You have it already."
    pub(crate) fn not_modified(&self) -> Response {
        self.on(StatusCode::NOT_MODIFIED.into_response())
    }

    /// A response that carries the tag.
    pub(crate) fn on(&self, mut response: Response) -> Response {
        let headers = response.headers_mut();
        if let Ok(tag) = HeaderValue::from_str(&self.0) {
            headers.insert(header::ETAG, tag);
        }
        headers.entry(header::CACHE_CONTROL).or_insert(CACHE);
        response
    }
}
