//! Who is let in by what, over the whole router and a real database.

mod asking;
mod confirm;
mod open;

use axum::extract::ConnectInfo;
use axum::http::{HeaderName, Request, StatusCode, header};
use chrono::TimeDelta;
use store::{Role, SignInMethod, TokenScope};

use crate::access::{Gate, SightRule};
use crate::sign_in::{Operators, Proxies};
use crate::testing::gate::{
    Hub, answer, bearer, browses, cookie, gate, github_person, later, local_person, read, shown,
    site,
};
use crate::testing::now;

const USER: HeaderName = HeaderName::from_static("x-forwarded-user");

fn asked(address: &str, authorization: &str) -> axum::http::request::Builder {
    Request::get(address).header(header::AUTHORIZATION, authorization)
}

#[tokio::test]
async fn a_browser_without_a_session_is_sent_to_sign_in_and_comes_back() {
    let store = store::testing::store().await;
    let site = site(&store, gate(&Hub::new()));
    let response = answer(&site, browses("/orgs/acme?a=1&b=%2F", "")).await;
    assert_eq!(response.status(), StatusCode::SEE_OTHER);
    assert_eq!(
        shown(&response, header::LOCATION),
        "/sign-in?to=%2Forgs%2Facme%3Fa%3D1%26b%3D%252F"
    );
    let response = answer(&site, Request::get("/api/v1/orgs")).await;
    assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(shown(&response, header::WWW_AUTHENTICATE), "Bearer realm=\"Drydock\"");
    assert_eq!(shown(&response, header::CONTENT_TYPE), "application/problem+json");
    let response = answer(&site, Request::post("/welcome")).await;
    assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
    assert!(shown(&response, header::LOCATION).is_empty());
}

#[tokio::test]
async fn what_is_nobodys_tells_nobody_of_an_organization() {
    let store = store::testing::store().await;
    crate::world::acme(&store).await;
    let site = site(&store, gate(&Hub::new()));
    for address in ["/sign-in", "/nothing", "/healthz", "/api/v1/nothing"] {
        let (status, page) = read(&site, browses(address, "")).await;
        assert!(!page.contains("acme"), "{address} {status}: {page}");
    }
}

#[tokio::test]
async fn a_session_lets_its_person_in_until_it_is_over() {
    let store = store::testing::store().await;
    crate::world::acme(&store).await;
    let site = site(&store, gate(&Hub::new()));
    let anna = local_person(&store, "anna", Role::Editor).await;
    let cookie = cookie(&site, &anna).await;
    let (status, page) = read(&site, browses("/orgs/acme", &cookie)).await;
    assert_eq!(status, StatusCode::OK);
    assert!(page.contains("anna") && page.contains("Sign out"), "{page}");
    assert!(!page.contains("href=\"/settings\"") && !page.contains("this machine alone"));
    let (status, page) = read(&site, browses("/settings", &cookie)).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    assert!(page.contains("This is for operators"), "{page}");
    let over = later(&site, TimeDelta::hours(12));
    let response = answer(&over, browses("/orgs/acme", &cookie)).await;
    assert_eq!(response.status(), StatusCode::SEE_OTHER);
    store.disable_person(anna.id, &anna.acting_from(""), now()).await.unwrap().unwrap();
    let response = answer(&site, browses("/orgs/acme", &cookie)).await;
    assert_eq!(response.status(), StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_page_that_was_kept_for_one_is_not_shown_to_another() {
    let store = store::testing::store().await;
    crate::world::acme(&store).await;
    let site = site(&store, gate(&Hub::new()));
    let anna = local_person(&store, "anna", Role::Operator).await;
    let bob = local_person(&store, "bob", Role::Viewer).await;
    let (annas, bobs) = (cookie(&site, &anna).await, cookie(&site, &bob).await);
    for (cookie, own, other) in [(&annas, ">anna<", ">bob<"), (&bobs, ">bob<", ">anna<")] {
        let (_, page) = read(&site, browses("/orgs/acme", cookie)).await;
        assert!(page.contains(own) && !page.contains(other), "{page}");
    }
    let response = answer(&site, browses("/orgs/acme", "")).await;
    assert_eq!(response.status(), StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_token_may_do_no_more_than_its_person_and_its_scope() {
    let store = store::testing::store().await;
    let site = site(&store, gate(&Hub::new()));
    let anna = local_person(&store, "anna", Role::Operator).await;
    let bob = local_person(&store, "bob", Role::Viewer).await;
    for (person, scope, expected) in [
        (&anna, TokenScope::Write, StatusCode::OK),
        (&anna, TokenScope::Read, StatusCode::FORBIDDEN),
        (&bob, TokenScope::Write, StatusCode::FORBIDDEN),
    ] {
        let bearer = bearer(&site, person, scope).await;
        let response = answer(&site, asked("/settings", &bearer)).await;
        assert_eq!(response.status(), expected, "{} {scope:?}", person.name);
        let response = answer(&site, asked("/api/v1/orgs", &bearer)).await;
        assert_eq!(response.status(), StatusCode::OK);
    }
}

#[tokio::test]
async fn a_token_that_is_not_good_is_refused_whatever_else_is_sent() {
    let store = store::testing::store().await;
    let site = site(&store, gate(&Hub::new()));
    let anna = local_person(&store, "anna", Role::Viewer).await;
    let cookie = cookie(&site, &anna).await;
    let bearer = bearer(&site, &anna, TokenScope::Read).await;
    let late = later(&site, TimeDelta::days(31));
    let unknown = format!("Bearer drydock_{}", "a".repeat(43));
    for (site, token) in [(&late, bearer.as_str()), (&site, &unknown), (&site, "Bearer x")] {
        let request = asked("/checklist", token).header(header::COOKIE, &cookie);
        let request = request.header(header::ACCEPT, "text/html");
        let response = answer(site, request).await;
        assert_eq!(response.status(), StatusCode::UNAUTHORIZED, "{token}");
        assert!(shown(&response, header::WWW_AUTHENTICATE).starts_with("Bearer"));
    }
}

#[tokio::test]
async fn a_token_in_an_address_is_refused_even_if_it_is_good() {
    let store = store::testing::store().await;
    let site = site(&store, gate(&Hub::new()));
    let anna = local_person(&store, "anna", Role::Viewer).await;
    let bearer = bearer(&site, &anna, TokenScope::Read).await;
    let token = bearer.strip_prefix("Bearer ").unwrap();
    let address = format!("/api/v1/orgs?access_token={token}");
    let (status, problem) = read(&site, asked(&address, &bearer)).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    assert!(problem.contains("Authorization: Bearer") && !problem.contains(token), "{problem}");
    let open = crate::testing::app(&store);
    assert_eq!(read(&open, Request::get("/?token=x")).await.0, StatusCode::BAD_REQUEST);
}

fn proxied(hub: &std::sync::Arc<Hub>) -> Gate {
    Gate {
        proxies: Proxies { addresses: vec!["10.1.0.0/16".parse().unwrap()], header: Some(USER) },
        operators: Operators(vec!["proxy:root".to_owned()]),
        sight: SightRule::Everyone,
        ..gate(hub)
    }
}

fn from(peer: &str, address: &str, name: &str) -> axum::http::request::Builder {
    let peer: std::net::SocketAddr = format!("{peer}:1").parse().unwrap();
    Request::get(address).header(USER, name).extension(ConnectInfo(peer))
}

#[tokio::test]
async fn a_declared_proxy_says_who_somebody_is_and_nobody_else_does() {
    let store = store::testing::store().await;
    let site = site(&store, proxied(&Hub::new()));
    let (status, page) = read(&site, from("10.1.2.3", "/checklist", "alice")).await;
    assert_eq!(status, StatusCode::OK);
    assert!(page.contains(">alice<") && !page.contains("Sign out"), "{page}");
    let (status, _) = read(&site, from("10.1.2.3", "/settings", "root")).await;
    assert_eq!(status, StatusCode::OK);
    let (status, page) = read(&site, from("10.2.0.1", "/settings", "root")).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    assert!(page.contains("not believed") && !page.contains("10.2.0.1"), "{page}");
    let alice = store.person_of(SignInMethod::Proxy, "alice").await.unwrap().unwrap();
    assert_eq!(alice.role, Role::Viewer);
    store.disable_person(alice.id, &alice.acting_from(""), now()).await.unwrap().unwrap();
    let (status, page) = read(&site, from("10.1.2.3", "/checklist", "alice")).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    assert!(page.contains("disabled"), "{page}");
}

#[tokio::test]
async fn a_person_whom_a_proxy_names_with_every_request_is_written_down_now_and_then() {
    let store = store::testing::store().await;
    let site = site(&store, proxied(&Hub::new()));
    let seen = async || {
        let alice = store.person_of(SignInMethod::Proxy, "alice").await.unwrap().unwrap();
        alice.last_seen_at.unwrap()
    };
    for (minutes, noted) in [(0, 0), (14, 0), (15, 15), (29, 15)] {
        let site = later(&site, TimeDelta::minutes(minutes));
        read(&site, from("10.1.2.3", "/checklist", "alice")).await;
        assert_eq!(seen().await, now() + TimeDelta::minutes(noted), "{minutes}");
    }
}

#[tokio::test]
async fn a_method_that_was_taken_back_lets_nobody_in_any_more() {
    let store = store::testing::store().await;
    let before = site(&store, proxied(&Hub::new()));
    read(&before, from("10.1.2.3", "/checklist", "alice")).await;
    let alice = store.person_of(SignInMethod::Proxy, "alice").await.unwrap().unwrap();
    let bearer = bearer(&before, &alice, TokenScope::Read).await;
    assert_eq!(read(&before, asked("/checklist", &bearer)).await.0, StatusCode::OK);
    let after = site(&store, gate(&Hub::new()));
    assert_eq!(read(&after, asked("/checklist", &bearer)).await.0, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn over_tls_browsers_are_told_to_stay_there() {
    let store = store::testing::store().await;
    let secure = site(&store, gate(&Hub::new()));
    let response = answer(&secure, Request::get("/sign-in")).await;
    let named = |name: &'static str| shown(&response, HeaderName::from_static(name));
    assert_eq!(named("strict-transport-security"), "max-age=31536000");
    assert_eq!(named("cross-origin-opener-policy"), "same-origin");
    assert_eq!(named("cross-origin-resource-policy"), "same-origin");
    assert!(named("permissions-policy").contains("camera=()"));
    assert_eq!(named("cache-control"), "private, no-cache");
    let plain = Gate { public_url: None, ..gate(&Hub::new()) };
    let response = answer(&site(&store, plain), Request::get("/sign-in")).await;
    assert!(response.headers().get("strict-transport-security").is_none());
}

#[tokio::test]
async fn a_lost_database_lets_nobody_in_and_is_our_fault() {
    let store = store::testing::store().await;
    let site = site(&store, gate(&Hub::new()));
    let anna = github_person(&store, "anna", Role::Viewer).await;
    let cookie = cookie(&site, &anna).await;
    store.pool().close().await;
    let (status, page) = read(&site, browses("/checklist", &cookie)).await;
    assert_eq!(status, StatusCode::INTERNAL_SERVER_ERROR);
    assert!(page.contains("Something went wrong on our side"), "{page}");
}
