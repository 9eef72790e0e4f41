//! What happens to every request and response: an id, limits, headers, and one
//! place that dresses refusals and logs our own faults.

use std::any::Any;
use std::error::Error;
use std::time::Duration;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::csrf::CsrfLayer;
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::set_header::SetResponseHeaderLayer;
use tower_http::timeout::TimeoutLayer;

use crate::access::{self, Asked};
use crate::app::{App, Site};
use crate::error::{Refusal, page};
use crate::layout::{Layout, Section};
use crate::links;
use crate::pages::{ErrorPage, error_words};
use crate::reader::Reader;
use crate::refusals;

/// Of a page's form.
pub(crate) const BODY_LIMIT: usize = 1_000_000;
const TIME_LIMIT: Duration = Duration::from_secs(20);
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const CONTENT_POLICY: &str = "default-src 'self'; base-uri 'none'; form-action 'self'; \
                              frame-ancestors 'none'; object-src 'none'";
const PERMISSIONS_POLICY: HeaderName = HeaderName::from_static("permissions-policy");
/// Drydock asks a browser for nothing.
const PERMISSIONS: &str = "camera=(), display-capture=(), geolocation=(), microphone=(), \
                           payment=(), publickey-credentials-get=(), usb=()";
const OPENER_POLICY: HeaderName = HeaderName::from_static("cross-origin-opener-policy");
/// Whether pages of other sites may show an answer: badges may be.
pub(crate) const RESOURCE_POLICY: HeaderName =
    HeaderName::from_static("cross-origin-resource-policy");
/// How long a browser comes by TLS alone.
const A_YEAR: &str = "max-age=31536000";

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
    let is_secure = site.as_ref().is_some_and(|it| it.access.is_secure());
    let forgery = no_forgery(site.as_ref());
    let routes = routes
        .layer(DefaultBodyLimit::disable())
        .layer(from_fn_with_state(site.clone(), access::confirm))
        .layer(forgery)
        .layer(from_fn(access::bar))
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, TIME_LIMIT))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(from_fn_with_state(site, dress));
    guarded(routes, is_secure).layer(CompressionLayer::new())
}

/// Refuses forms of other sites. Our own address counts as ours even where a proxy in front
/// passes on another host.
fn no_forgery(site: Option<&Site>) -> CsrfLayer {
    let public_url = site.and_then(|it| it.access.gate()).and_then(|it| it.public_url.as_deref());
    let trusting = public_url.and_then(|it| CsrfLayer::new().add_trusted_origin(it).ok());
    trusting.unwrap_or_default()
}

/// What every answer tells browsers.
fn guarded(routes: Router, is_secure: bool) -> Router {
    let routes = routes
        .layer(header_layer(header::CONTENT_SECURITY_POLICY, CONTENT_POLICY))
        .layer(header_layer(header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .layer(header_layer(header::REFERRER_POLICY, "same-origin"))
        .layer(header_layer(PERMISSIONS_POLICY, PERMISSIONS))
        .layer(header_layer(OPENER_POLICY, "same-origin"))
        .layer(default_layer(RESOURCE_POLICY, "same-origin"))
        // Kept by nobody on the way, and by a browser until it has asked again.
        .layer(default_layer(header::CACHE_CONTROL, "private, no-cache"));
    match is_secure {
        true => routes.layer(header_layer(header::STRICT_TRANSPORT_SECURITY, A_YEAR)),
        false => routes,
    }
}

fn header_layer(name: HeaderName, value: &'static str) -> SetResponseHeaderLayer<HeaderValue> {
    SetResponseHeaderLayer::overriding(name, HeaderValue::from_static(value))
}

/// For answers that say nothing else.
fn default_layer(name: HeaderName, value: &'static str) -> SetResponseHeaderLayer<HeaderValue> {
    SetResponseHeaderLayer::if_not_present(name, HeaderValue::from_static(value))
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
    let asked = Asked::of(&request);
    let mut response = next.run(request).await;
    let status = response.status();
    if status.is_server_error() {
        log(&response, &id, &path);
    }
    let away = site.as_ref().and_then(|it| access::to_sign_in(it, &asked, status));
    let is_told = |it: &&Reader| refusals::is_one(&response, away.is_some(), it);
    if let Some(reader) = reader.as_ref().filter(is_told) {
        refusals::log(&response, (&id, &path), reader);
    }
    if needs_dress(&response, &path) {
        response = match away {
            Some(away) => away,
            None => {
                let app = site.zip(reader).map(|(site, reader)| App::new(site, reader));
                let said = response.extensions().get::<Refusal>().cloned();
                let dressed = dressed((status, said.as_ref()), &path, &id, app.as_ref()).await;
                with_headers_of(dressed, &response)
            }
        };
    }
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    response
}

/// Whether programs ask for an address, which take no page.
pub(crate) fn is_for_programs(path: &str) -> bool {
    let is_page = path == links::API_DOCS;
    (path.starts_with("/api/") && !is_page) || path.starts_with("/webhooks/")
}

/// A refusal with a body: of a program's address a problem, of any other a page.
async fn dressed(
    (status, said): (StatusCode, Option<&Refusal>),
    path: &str,
    id: &str,
    app: Option<&App>,
) -> Response {
    if is_for_programs(path) {
        return problem(status, said, id);
    }
    let layout = layout(app, status).await;
    refusal_page(ErrorPage::new(status, said, id, layout), status, id)
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

/// `dressed` with what the bare refusal says about itself, as `Allow`, and how a program is
/// let in.
fn with_headers_of(mut dressed: Response, bare: &Response) -> Response {
    for name in [header::ALLOW, header::RETRY_AFTER] {
        if let Some(value) = bare.headers().get(&name) {
            dressed.headers_mut().insert(name, value.clone());
        }
    }
    if bare.status() == StatusCode::UNAUTHORIZED {
        let how = HeaderValue::from_static("Bearer realm=\"Drydock\"");
        dressed.headers_mut().insert(header::WWW_AUTHENTICATE, how);
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
fn problem(status: StatusCode, said: Option<&Refusal>, id: &str) -> Response {
    let (title, advice) = error_words(status);
    let title = said.and_then(|it| it.title).unwrap_or(title);
    let sentence = said.and_then(|it| it.sentence.as_deref()).unwrap_or(advice);
    let body = serde_json::json!({
        "type": "about:blank",
        "title": title,
        "status": status.as_u16(),
        "detail": sentence,
        "request_id": id,
    });
    let kind = [(header::CONTENT_TYPE, "application/problem+json")];
    (status, kind, body.to_string()).into_response()
}
