//! What happens to every request and response: an id, limits, headers, and one
//! place that dresses refusals and logs our own faults.

use std::any::Any;
use std::error::Error;
use std::time::Duration;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::csrf::CsrfLayer;
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::set_header::SetResponseHeaderLayer;
use tower_http::timeout::TimeoutLayer;

use crate::app::{App, Site};
use crate::error::{Refusal, page};
use crate::layout::{Layout, Section};
use crate::pages::{ErrorPage, error_words};
use crate::reader::Reader;

/// Of a page's form.
pub(crate) const BODY_LIMIT: usize = 1_000_000;
const TIME_LIMIT: Duration = Duration::from_secs(20);
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const CONTENT_POLICY: &str = "default-src 'self'; base-uri 'none'; form-action 'self'; \
                              frame-ancestors 'none'; object-src 'none'";

/// Refuses longer bodies, said beforehand or not.
pub(crate) fn at_most<S: Clone + Send + Sync + 'static>(
    limit: usize,
    routes: Router<S>,
) -> Router<S> {
    routes.layer(RequestBodyLimitLayer::new(limit))
}

/// Puts everything around the routes; the last layer sees a request first. With a
/// `site`, a page that refuses keeps the way around and says what is a sample.
pub(crate) fn around(routes: Router, site: Option<Site>) -> Router {
    routes
        .layer(DefaultBodyLimit::disable())
        .layer(CsrfLayer::new())
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, TIME_LIMIT))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(from_fn_with_state(site, dress))
        .layer(header_layer(header::CONTENT_SECURITY_POLICY, CONTENT_POLICY))
        .layer(header_layer(header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .layer(header_layer(header::REFERRER_POLICY, "same-origin"))
        // Everybody gets an answer of their own, and nothing on the way may keep it for another.
        .layer(SetResponseHeaderLayer::if_not_present(
            header::CACHE_CONTROL,
            HeaderValue::from_static("private, no-cache"),
        ))
        .layer(CompressionLayer::new())
}

fn header_layer(name: HeaderName, value: &'static str) -> SetResponseHeaderLayer<HeaderValue> {
    SetResponseHeaderLayer::overriding(name, HeaderValue::from_static(value))
}

/// A panic is logged with what it said; the page says nothing of it.
fn panicked(panic: Box<dyn Any + Send>) -> Response {
    let said = panic.downcast_ref::<&str>().map(|it| (*it).to_owned());
    let said = said.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_default();
    tracing::error!(panic = said, "A page panicked");
    StatusCode::INTERNAL_SERVER_ERROR.into_response()
}

/// Gives every request an id, and every refusal a body that helps its reader.
async fn dress(State(site): State<Option<Site>>, request: Request, next: Next) -> Response {
    let id = request_id(&request);
    let path = request.uri().path().to_owned();
    let reader = request.extensions().get::<Reader>().cloned();
    let mut response = next.run(request).await;
    let status = response.status();
    if status.is_server_error() {
        log(&response, &id, &path);
    }
    if needs_dress(&response, &path) {
        let sentence = response.extensions().get::<Refusal>().and_then(|it| it.sentence.clone());
        let dressed = if path.starts_with("/api/") || path.starts_with("/webhooks/") {
            problem(status, sentence, &id)
        } else {
            let app = site.zip(reader).map(|(site, reader)| App::new(site, reader));
            let layout = layout(app.as_ref(), status).await;
            refusal_page(ErrorPage::new(status, sentence, &id, layout), status, &id)
        };
        response = with_headers_of(dressed, &response);
    }
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    response
}

/// A refusal that a handler or a layer left bare, or in the plain text of a library.
/// Health checks speak for themselves.
fn needs_dress(response: &Response, path: &str) -> bool {
    let status = response.status();
    let refused = status.is_client_error() || status.is_server_error();
    let kind = response.headers().get(header::CONTENT_TYPE).and_then(|it| it.to_str().ok());
    let own_body = path == "/readyz" || kind.is_some_and(|it| !it.starts_with("text/plain"));
    refused && !own_body
}

/// `dressed` with what the bare refusal says about itself, as `Allow`.
fn with_headers_of(mut dressed: Response, bare: &Response) -> Response {
    if let Some(allow) = bare.headers().get(header::ALLOW) {
        dressed.headers_mut().insert(header::ALLOW, allow.clone());
    }
    dressed
}

/// The id that a proxy gave the request if it is harmless, else one of our own.
fn request_id(request: &Request) -> String {
    let given = request.headers().get(REQUEST_ID).and_then(|it| it.to_str().ok());
    let harmless = |it: &&str| {
        (8..=64).contains(&it.len())
            && it.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    given.filter(harmless).map_or_else(new_request_id, str::to_owned)
}

/// Sixteen random digits, from the keys that the standard library draws for its hashers.
fn new_request_id() -> String {
    use std::hash::{BuildHasher, RandomState};
    format!("{:016x}", RandomState::new().hash_one(()))
}

fn log(response: &Response, id: &str, path: &str) {
    let cause = response.extensions().get::<Refusal>().and_then(|it| it.cause.clone());
    let status = response.status().as_u16();
    match cause {
        Some(cause) => {
            let error: &(dyn Error + 'static) = &*cause;
            tracing::error!(request_id = id, path, status, error, "A page failed");
        }
        None => tracing::error!(request_id = id, path, status, "A page failed"),
    }
}

/// What stands around a refusal. Nothing is asked of the store where it may be the
/// store that failed.
async fn layout(app: Option<&App>, status: StatusCode) -> Layout {
    let (title, _) = error_words(status);
    match app.filter(|_| status.is_client_error()) {
        Some(app) => Layout::general(app, Section::Elsewhere, title)
            .await
            .unwrap_or_else(|_| Layout::bare(title)),
        None => Layout::bare(title),
    }
}

fn refusal_page(shown: ErrorPage, status: StatusCode, id: &str) -> Response {
    match page(&shown) {
        Ok(html) => (status, html).into_response(),
        Err(_) => (status, format!("{status}, request {id}\n")).into_response(),
    }
}

/// RFC 9457.
fn problem(status: StatusCode, sentence: Option<String>, id: &str) -> Response {
    let (title, advice) = error_words(status);
    let body = serde_json::json!({
        "type": "about:blank",
        "title": title,
        "status": status.as_u16(),
        "detail": sentence.unwrap_or_else(|| advice.to_owned()),
        "request_id": id,
    });
    let kind = [(header::CONTENT_TYPE, "application/problem+json")];
    (status, kind, body.to_string()).into_response()
}
