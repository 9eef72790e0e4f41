//! Forms from browsers that do not say where a form comes from.

use axum::body::Body;
use axum::http::{Request, StatusCode, header, request};
use store::{Role, TokenScope};
use tower::ServiceExt as _;

use crate::Site;
use crate::testing::gate::{Hub, bearer, cookie, gate, local_person, site};

const FORM: &str = "application/x-www-form-urlencoded";

fn posted(address: &str) -> request::Builder {
    Request::post(address).header(header::CONTENT_TYPE, FORM)
}

async fn send(site: &Site, request: request::Builder, form: &str) -> (StatusCode, String) {
    let request = request.body(Body::from(form.to_owned())).unwrap();
    crate::testing::read(crate::router(site.clone()).oneshot(request).await.unwrap()).await
}

/// The hidden fields of the form that a page shows once more, as a browser sends them.
fn fields(page: &str) -> String {
    let page = scraper::Html::parse_document(page);
    let hidden = scraper::Selector::parse("main form input[type=hidden]").unwrap();
    let field = |it: scraper::ElementRef<'_>| {
        let (name, value) = (it.attr("name").unwrap(), it.attr("value").unwrap());
        format!("{}={}", crate::links::encoded(name), crate::links::encoded(value))
    };
    page.select(&hidden).map(field).collect::<Vec<_>>().join("&")
}

async fn world() -> (store::testing::TestStore, Site, String, String) {
    let store = store::testing::store().await;
    crate::world::acme(&store).await;
    let site = site(&store, gate(&Hub::new()));
    let anna = local_person(&store, "anna", Role::Operator).await;
    let cookie = cookie(&site, &anna).await;
    let bearer = bearer(&site, &anna, TokenScope::Write).await;
    (store, site, cookie, bearer)
}

#[tokio::test]
async fn an_old_browser_gets_the_form_once_more_and_its_second_time_counts() {
    let (_store, site, cookie, _) = world().await;
    let post = || posted("/welcome").header(header::COOKIE, &cookie);
    let form = "organization=a%22%3Cb%3E+c&token=%3F";
    let (status, page) = send(&site, post(), form).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    assert!(page.contains("Is this from you?") && !page.contains("\"<b>"), "{page}");
    let again = fields(&page);
    assert!(again.starts_with("organization=a%22%3Cb%3E"), "{again}");
    let (status, page) = send(&site, post(), &again).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "the form's own handler: {page}");
}

#[tokio::test]
async fn a_proof_of_another_session_or_of_nobodys_making_is_none() {
    let (store, site, cookie_of_anna, _) = world().await;
    let bob = local_person(&store, "bob", Role::Operator).await;
    let bobs = cookie(&site, &bob).await;
    let post = |cookie: &str| posted("/sign-out").header(header::COOKIE, cookie);
    let (_, page) = send(&site, post(&bobs), "").await;
    let proof = fields(&page);
    for forged in [proof.as_str(), "drydock-proof=", "drydock-proof=x", &format!("{proof}&{proof}")]
    {
        let (status, _) = send(&site, post(&cookie_of_anna), forged).await;
        assert_eq!(status, StatusCode::FORBIDDEN, "{forged}");
    }
    assert_eq!(send(&site, post(&bobs), &proof).await.0, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn who_says_where_it_comes_from_or_shows_a_token_is_not_asked_twice() {
    let (_store, site, cookie, bearer) = world().await;
    let host = "drydock.example";
    for (name, value) in [("sec-fetch-site", "same-origin"), ("origin", "https://drydock.example")]
    {
        let post = posted("/welcome").header(header::COOKIE, &cookie).header(name, value);
        let (status, _) = send(&site, post.header(header::HOST, host), "organization=").await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{name}");
    }
    let post = posted("/welcome").header(header::AUTHORIZATION, &bearer);
    let (status, _) = send(&site, post, "organization=&token=").await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    for (name, value) in [("sec-fetch-site", "cross-site"), ("origin", "https://evil.example")] {
        let post = posted("/welcome").header(header::COOKIE, &cookie).header(name, value);
        let (status, page) = send(&site, post.header(header::HOST, host), "organization=").await;
        assert_eq!(status, StatusCode::FORBIDDEN, "{name}");
        assert!(page.contains("came from another site"), "{page}");
    }
}

#[tokio::test]
async fn a_proxy_that_passes_on_another_host_makes_no_other_site_of_ours() {
    let (_store, site, cookie, _) = world().await;
    let post = posted("/welcome").header(header::COOKIE, &cookie);
    let post = post.header("origin", "https://drydock.example").header(header::HOST, "10.0.0.7");
    let (status, _) = send(&site, post, "organization=&token=").await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn json_with_a_cookie_from_nowhere_is_refused() {
    let (_store, site, cookie, _) = world().await;
    let post = Request::post("/api/v1/repos/acme/busy/decisions")
        .header(header::CONTENT_TYPE, "application/json")
        .header(header::COOKIE, &cookie);
    let (status, problem) = send(&site, post, "{}").await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    assert!(problem.contains("API token"), "{problem}");
}
