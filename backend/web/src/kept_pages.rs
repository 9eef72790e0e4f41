//! The pages of an organization, kept as they were sent: until something that they show
//! changes, or a minute is over, as they say how long ago things were. A page that is kept
//! costs one query.

use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use names::OrgLogin;
use quick_cache::Weighter;
use quick_cache::sync::Cache;
use store::read::OrganizationHeader;
use store::{OrganizationId, Role};

use crate::app::{App, Site};
use crate::error::AppError;
use crate::reader::{PagesOf, Reader};

/// All kept pages together, in bytes.
const ROOM: u64 = 64_000_000;
/// A larger page is not kept.
const LARGEST: usize = 1_000_000;
/// About how many pages fit.
const ABOUT: usize = 4_000;

/// The kept pages of this process. Cheap to clone.
#[derive(Clone)]
pub struct KeptPages {
    pages: Arc<Cache<Key, Kept, Weight>>,
    /// Makes tags that no other process makes: another version prints other pages.
    tags: RandomState,
}

/// What a page depends on beside its handler.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Key {
    address: String,
    of: PagesOf,
    takes_gzip: bool,
    organization_id: i64,
    revision: i64,
    running_crawl_id: Option<i64>,
    catalog: String,
    minute: i64,
}

#[derive(Debug, Clone)]
struct Kept {
    headers: HeaderMap,
    body: Bytes,
}

#[derive(Debug, Clone)]
struct Weight;

impl Weighter<Key, Kept> for Weight {
    fn weight(&self, key: &Key, kept: &Kept) -> u64 {
        u64::try_from(key.address.len() + kept.body.len()).unwrap_or(u64::MAX)
    }
}

impl Default for KeptPages {
    fn default() -> Self {
        let pages = Arc::new(Cache::with_weighter(ABOUT, ROOM, Weight));
        Self { pages, tags: RandomState::new() }
    }
}

impl std::fmt::Debug for KeptPages {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("KeptPages").field("pages", &self.pages.len()).finish()
    }
}

/// Answers with the kept page where there is one, and keeps the one that is made.
pub(crate) async fn keep(State(site): State<Site>, request: Request, next: Next) -> Response {
    let takes_gzip = takes_gzip(request.headers());
    // Who may not look has no page, and is told so by the handler.
    let reader = request.extensions().get::<Reader>().filter(|it| it.may(Role::Viewer));
    let reader = reader.cloned();
    let may_be_kept = request.method() == Method::GET && !wants_fresh(request.headers());
    let address = may_be_kept.then(|| request.uri().clone());
    let app = reader.map(|it| App::new(site.clone(), it));
    match key_of(app.as_ref(), address, takes_gzip).await {
        Ok(Some(key)) => kept_or_made(&site.kept_pages, key, request, next).await,
        // What is wrong is said by the handler, in the dress of a page.
        Ok(None) | Err(_) => next.run(request).await,
    }
}

async fn kept_or_made(pages: &KeptPages, key: Key, request: Request, next: Next) -> Response {
    let tag = format!("W/\"{:016x}\"", pages.tags.hash_one(&key));
    let known = request.headers().get(header::IF_NONE_MATCH).and_then(|it| it.to_str().ok());
    if known.is_some_and(|it| it.split(',').any(|it| it.trim() == tag)) {
        return (StatusCode::NOT_MODIFIED, [(header::ETAG, tag)]).into_response();
    }
    // Whoever comes first makes the page, the others wait for it.
    let place = match pages.pages.get_value_or_guard_async(&key).await {
        Ok(kept) => return kept.into_response(),
        Err(place) => place,
    };
    let (mut parts, body) = next.run(request).await.into_parts();
    if !is_page(parts.status, &parts.headers) {
        return Response::from_parts(parts, body);
    }
    let Ok(body) = to_bytes(body, LARGEST).await else {
        return AppError::Busy.into_response();
    };
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        parts.headers.insert(header::ETAG, tag);
    }
    let mut headers = parts.headers.clone();
    headers.remove("x-request-id");
    // Says that the page was made for somebody before, less than a minute ago.
    headers.insert(header::AGE, HeaderValue::from_static("0"));
    drop(place.insert(Kept { headers, body: body.clone() }));
    Response::from_parts(parts, Body::from(body))
}

impl IntoResponse for Kept {
    fn into_response(self) -> Response {
        (self.headers, self.body).into_response()
    }
}

/// What the page depends on; none where it is no page of an organization that the reader may see.
async fn key_of(
    app: Option<&App>,
    address: Option<Uri>,
    takes_gzip: bool,
) -> Result<Option<Key>, AppError> {
    let Some((app, address)) = app.zip(address) else { return Ok(None) };
    let mut parts = address.path().split('/').skip(1);
    let (Some("orgs"), Some(login)) = (parts.next(), parts.next()) else { return Ok(None) };
    let login: OrgLogin = login.parse()?;
    let found = app.organization(&login).await?;
    let OrganizationHeader { organization_id, revision, running_crawl_id, .. } = found;
    Ok(Some(Key {
        address: address.to_string(),
        of: app.reader.pages_of(OrganizationId(organization_id)),
        takes_gzip,
        organization_id,
        revision,
        running_crawl_id,
        catalog: app.catalog().version().to_owned(),
        minute: app.now().timestamp().div_euclid(60),
    }))
}

/// A forced reload, as every browser has it.
fn wants_fresh(headers: &HeaderMap) -> bool {
    let asked = headers.get(header::CACHE_CONTROL).and_then(|it| it.to_str().ok());
    asked.is_some_and(|it| it.split(',').any(|it| it.trim() == "no-cache"))
}

fn takes_gzip(headers: &HeaderMap) -> bool {
    let encodings = headers.get(header::ACCEPT_ENCODING).and_then(|it| it.to_str().ok());
    encodings.is_some_and(|it| it.contains("gzip"))
}

/// A whole page.
fn is_page(status: StatusCode, headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|it| it.to_str().ok());
    status == StatusCode::OK
        && kind.is_some_and(|it| it.starts_with("text/html"))
        && !headers.contains_key(header::SET_COOKIE)
}

#[cfg(test)]
mod tests {
    use axum::http::request;
    use checklist::Catalog;
    use chrono::TimeDelta;
    use http_body_util::BodyExt as _;
    use store::testing::TestStore;
    use tokio::sync::watch;
    use tower::ServiceExt as _;

    use super::*;
    use crate::testing;

    async fn answer(app: &Site, request: request::Builder) -> (StatusCode, Option<String>, Bytes) {
        let request = request.body(Body::empty()).unwrap();
        let answer = crate::router(app.clone()).oneshot(request).await.unwrap();
        let tag = answer.headers().get(header::ETAG).map(|it| it.to_str().unwrap().to_owned());
        let status = answer.status();
        (status, tag, answer.into_body().collect().await.unwrap().to_bytes())
    }

    async fn page(app: &Site) -> Bytes {
        answer(app, Request::get("/orgs/acme")).await.2
    }

    /// Changes what the overview shows without telling anybody.
    async fn change(store: &TestStore, revision: i64) {
        let change = "UPDATE organization SET target_on = '2031-05-05', revision = revision + $1";
        sqlx::query(change).bind(revision).execute(store.pool()).await.unwrap();
    }

    async fn world() -> (TestStore, Site) {
        let store = store::testing::store().await;
        crate::world::acme(&store).await;
        let app = testing::app(&store);
        (store, app)
    }

    #[tokio::test]
    async fn a_page_is_made_once_until_the_revision_moves() {
        let (store, app) = world().await;
        let first = page(&app).await;
        change(&store, 0).await;
        assert_eq!(page(&app).await, first);
        change(&store, 1).await;
        assert_ne!(page(&app).await, first);
    }

    #[tokio::test]
    async fn a_page_is_made_anew_when_the_catalogue_changed() {
        let (store, mut app) = world().await;
        let (sender, receiver) = watch::channel(Arc::new(Catalog::built_in().clone()));
        app.catalog = receiver;
        let (_, tag, first) = answer(&app, Request::get("/orgs/acme")).await;
        change(&store, 0).await;
        let next = Catalog::built_in().with_hardened("next", "2026-11-26", []);
        sender.send(Arc::new(next)).unwrap();
        let asked = Request::get("/orgs/acme").header(header::IF_NONE_MATCH, tag.unwrap());
        let (status, _, body) = answer(&app, asked).await;
        assert_eq!(status, StatusCode::OK);
        assert_ne!(body, first);
    }

    #[tokio::test]
    async fn a_page_is_made_anew_every_minute() {
        let (store, mut app) = world().await;
        let first = page(&app).await;
        change(&store, 0).await;
        app.clock = Arc::new(|| testing::now() + TimeDelta::minutes(1));
        assert_ne!(page(&app).await, first);
    }

    #[tokio::test]
    async fn who_has_the_page_already_is_not_sent_it_again() {
        let (_store, app) = world().await;
        let (_, tag, _) = answer(&app, Request::get("/orgs/acme")).await;
        let asked = Request::get("/orgs/acme").header(header::IF_NONE_MATCH, tag.unwrap());
        let (status, _, body) = answer(&app, asked).await;
        assert_eq!((status, body.len()), (StatusCode::NOT_MODIFIED, 0));
    }

    #[tokio::test]
    async fn a_forced_reload_gets_a_page_of_its_own() {
        let (store, app) = world().await;
        let first = page(&app).await;
        change(&store, 0).await;
        let asked = Request::get("/orgs/acme").header(header::CACHE_CONTROL, "no-cache");
        assert_ne!(answer(&app, asked).await.2, first);
        assert_eq!(page(&app).await, first);
    }

    #[tokio::test]
    async fn a_compressed_page_goes_only_to_who_can_read_it() {
        let (_store, app) = world().await;
        let asked = Request::get("/orgs/acme").header(header::ACCEPT_ENCODING, "gzip");
        let (_, _, compressed) = answer(&app, asked).await;
        assert!(compressed.starts_with(&[0x1f, 0x8b]));
        assert!(page(&app).await.trim_ascii().starts_with(b"<!DOCTYPE"));
    }

    #[tokio::test]
    async fn a_refusal_is_not_kept() {
        let (_store, app) = world().await;
        let asked = || Request::get("/orgs/acme/repositories?state=odd");
        let first = answer(&app, asked()).await;
        assert_eq!((first.0, first.1), (StatusCode::BAD_REQUEST, None));
        assert_eq!(app.kept_pages.pages.len(), 0);
    }
}
