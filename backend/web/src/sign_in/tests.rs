//! Coming in and going out, over the whole router and a real database.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use axum::response::Response;
use chrono::TimeDelta;
use store::Role;
use store::read::audit::AuditFilter;
use tower::ServiceExt as _;

use crate::Site;
use crate::access::{Gate, SightRule};
use crate::sign_in::Operators;
use crate::testing::gate::{
    Hub, PASSWORD, answer, browses, cookie, gate, github_person, later, local_person, read, shown,
    site,
};
use crate::testing::{now, words};

#[test]
fn an_operator_is_known_by_one_whole_handle_in_any_case() {
    let operators = Operators(vec!["github:Octavia".to_owned()]);
    let have = |it: &[&str]| {
        operators.entry(&it.iter().map(|it| it.to_string()).collect::<Vec<_>>()).is_some()
    };
    assert!(have(&["oidc-sub:7", "github:octavia"]));
    assert!(!have(&["github:octavia2"]) && !have(&["proxy:octavia"]) && !have(&[]));
}

/// Sends the form of a name and a password as a browser does.
async fn enter(site: &Site, cookie: &str, (name, password): (&str, &str), to: &str) -> Response {
    let encoded = crate::links::encoded;
    let form = format!("name={}&password={}&to={}", encoded(name), encoded(password), encoded(to));
    let request = Request::post("/sign-in/local")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header("sec-fetch-site", "same-origin")
        .header(header::COOKIE, cookie)
        .body(Body::from(form))
        .unwrap();
    crate::router(site.clone()).oneshot(request).await.unwrap()
}

/// The value of a cookie that an answer sets.
fn set(response: &Response, name: &str) -> Option<String> {
    let all = response.headers().get_all(header::SET_COOKIE).iter();
    let mut all = all.map(|it| it.to_str().unwrap().split(';').next().unwrap());
    all.find_map(|it| it.strip_prefix(&format!("{name}="))).map(str::to_owned)
}

async fn actions(site: &Site) -> Vec<String> {
    let page = site.store.audit(&AuditFilter::default(), None, 50).await.unwrap();
    page.into_iter().map(|it| format!("{} {}", it.action.slug(), it.subject)).collect()
}

#[tokio::test]
async fn the_page_offers_each_way_there_is() {
    let store = store::testing::store().await;
    let site = site(&store, gate(&Hub::new()));
    let (status, page) = read(&site, browses("/sign-in?to=/orgs/acme", "")).await;
    assert_eq!(status, StatusCode::OK);
    assert!(page.contains("Sign in with GitHub") && page.contains("Sign in with Acme"), "{page}");
    assert!(page.contains("href=\"/sign-in/github?to=%2Forgs%2Facme\""), "{page}");
    assert!(!page.contains("type=\"password\""), "there is no account");
    local_person(&store, "anna", Role::Viewer).await;
    let (_, page) = read(&site, browses("/sign-in", "")).await;
    assert!(page.contains("type=\"password\""), "{page}");
}

#[tokio::test]
async fn a_name_and_a_password_let_in_under_a_new_cookie_and_end_the_session_before() {
    let store = store::testing::store().await;
    let site = site(&store, gate(&Hub::new()));
    let anna = local_person(&store, "anna", Role::Viewer).await;
    let before = cookie(&site, &anna).await;
    let response = enter(&site, &before, ("Anna", PASSWORD), "/checklist").await;
    assert_eq!(response.status(), StatusCode::SEE_OTHER);
    assert_eq!(shown(&response, header::LOCATION), "/checklist");
    let after = format!("__Host-drydock={}", set(&response, "__Host-drydock").unwrap());
    assert_ne!(before, after);
    assert_eq!(read(&site, browses("/checklist", &after)).await.0, StatusCode::OK);
    let old = answer(&site, browses("/checklist", &before)).await;
    assert_eq!(old.status(), StatusCode::SEE_OTHER);
    assert!(actions(&site).await.contains(&"sign-in anna".to_owned()));
}

#[tokio::test]
async fn an_unknown_name_and_a_wrong_password_are_told_the_same_until_it_is_too_often() {
    let store = store::testing::store().await;
    let site = site(&store, gate(&Hub::new()));
    local_person(&store, "anna", Role::Viewer).await;
    let mut pages = Vec::new();
    for name in ["anna", "nobody"] {
        let response = enter(&site, "", (name, "wrong"), "/").await;
        assert_eq!(response.status(), StatusCode::UNPROCESSABLE_ENTITY);
        assert!(set(&response, "__Host-drydock").is_none());
        let (_, page) = crate::testing::read(response).await;
        pages.push(words(&page));
    }
    assert!(pages[0].contains("The name or the password is not right."), "{}", pages[0]);
    assert_eq!(pages[0], pages[1]);
    for _ in 0..4 {
        enter(&site, "", ("anna", "wrong"), "/").await;
    }
    let response = enter(&site, "", ("anna", PASSWORD), "/").await;
    assert_eq!(response.status(), StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(shown(&response, header::RETRY_AFTER), "900");
    let later = later(&site, TimeDelta::minutes(15));
    let response = enter(&later, "", ("anna", PASSWORD), "/").await;
    assert_eq!(response.status(), StatusCode::SEE_OTHER);
    let failed = actions(&site).await;
    assert!(failed.contains(&"sign-in-failed an unknown account".to_owned()), "{failed:?}");
}

#[tokio::test]
async fn signing_out_ends_the_session_and_leaves_nothing_in_the_browser() {
    let store = store::testing::store().await;
    let site = site(&store, gate(&Hub::new()));
    let anna = local_person(&store, "anna", Role::Viewer).await;
    let cookie = cookie(&site, &anna).await;
    let request = Request::post("/sign-out").header("sec-fetch-site", "same-origin");
    let response = answer(&site, request.header(header::COOKIE, &cookie)).await;
    assert_eq!(response.status(), StatusCode::SEE_OTHER);
    assert_eq!(set(&response, "__Host-drydock").as_deref(), Some(""));
    assert_eq!(response.headers()["clear-site-data"], "\"cache\"");
    let again = answer(&site, browses("/checklist", &cookie)).await;
    assert_eq!(again.status(), StatusCode::SEE_OTHER);
    assert!(actions(&site).await.contains(&"sign-out anna".to_owned()));
}

/// A browser that was sent away: what it has, and the state in the address.
async fn leave(site: &Site, to: &str) -> (String, String) {
    let response = answer(site, browses(&format!("/sign-in/github?to={to}"), "")).await;
    assert_eq!(response.status(), StatusCode::SEE_OTHER);
    let place = shown(&response, header::LOCATION);
    let state = place.strip_prefix("https://github.example/authorize?state=").unwrap();
    let cookie = set(&response, "__Host-drydock-sign-in").unwrap();
    (format!("__Host-drydock-sign-in={cookie}"), state.to_owned())
}

async fn come_back(site: &Site, cookie: &str, query: &str) -> Response {
    answer(site, browses(&format!("/sign-in/github/answer?{query}"), cookie)).await
}

#[tokio::test]
async fn who_comes_back_from_github_is_let_in_with_their_own_token_kept() {
    let store = store::testing::store().await;
    let hub = Hub::new();
    let site = site(&store, gate(&hub));
    let (cookie, state) = leave(&site, "%2Fchecklist").await;
    let response = come_back(&site, &cookie, &format!("code=alice&state={state}")).await;
    assert_eq!(response.status(), StatusCode::SEE_OTHER);
    assert_eq!(shown(&response, header::LOCATION), "/checklist");
    assert_eq!(set(&response, "__Host-drydock-sign-in").as_deref(), Some(""));
    let session = format!("__Host-drydock={}", set(&response, "__Host-drydock").unwrap());
    assert_eq!(read(&site, browses("/checklist", &session)).await.0, StatusCode::OK);
    let alice = github_person(&store, "alice", Role::Viewer).await;
    let keys = &site.access.gate().unwrap().keys;
    assert!(store.user_token(alice.id, keys).await.unwrap().is_some());
    let again = come_back(&site, &cookie, &format!("code=alice&state={state}")).await;
    assert_eq!(again.status(), StatusCode::FORBIDDEN, "an answer counts once");
}

#[tokio::test]
async fn an_answer_that_was_not_asked_for_lets_nobody_in() {
    let store = store::testing::store().await;
    let site = site(&store, gate(&Hub::new()));
    let (cookie, state) = leave(&site, "/").await;
    let (other, _) = leave(&site, "/").await;
    for (cookie, query) in [
        ("", format!("code=alice&state={state}")),
        (&other, format!("code=alice&state={state}")),
        (&cookie, "code=alice&state=forged".to_owned()),
        (&cookie, "code=alice".to_owned()),
    ] {
        let response = come_back(&site, cookie, &query).await;
        assert_eq!(response.status(), StatusCode::FORBIDDEN, "{query}");
        assert!(set(&response, "__Host-drydock").is_none());
        let (_, page) = crate::testing::read(response).await;
        assert!(page.contains("took too long or was used already"), "{page}");
    }
    let late = later(&site, TimeDelta::minutes(10));
    let response = come_back(&late, &cookie, &format!("code=alice&state={state}")).await;
    assert_eq!(response.status(), StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn each_failure_is_a_sentence_without_our_insides_and_written_down() {
    let store = store::testing::store().await;
    let site = site(&store, gate(&Hub::new()));
    for (query, sentence) in [
        ("error=access_denied", "You did not allow the sign-in"),
        ("code=outsider", "Only members are let in."),
        ("code=wrong", "The sign-in failed; whoever runs Drydock finds the reason in its log."),
    ] {
        let (cookie, state) = leave(&site, "/").await;
        let response = come_back(&site, &cookie, &format!("{query}&state={state}")).await;
        assert_eq!(response.status(), StatusCode::FORBIDDEN, "{query}");
        let (_, page) = crate::testing::read(response).await;
        assert!(page.contains(sentence) && !page.contains("the secret inside"), "{page}");
        assert!(page.contains("href=\"/sign-in\""), "{page}");
    }
    let failed = actions(&site).await;
    assert_eq!(failed.iter().filter(|it| *it == "sign-in-failed github").count(), 3);
}

#[tokio::test]
async fn who_is_kept_out_is_kept_out_and_who_is_named_is_an_operator() {
    let store = store::testing::store().await;
    let operators = Operators(vec!["github:Alice".to_owned()]);
    let site = site(&store, Gate { operators, ..gate(&Hub::new()) });
    let bob = github_person(&store, "bob", Role::Viewer).await;
    store.disable_person(bob.id, &bob.acting_from(""), now()).await.unwrap().unwrap();
    let (cookie, state) = leave(&site, "/").await;
    let response = come_back(&site, &cookie, &format!("code=bob&state={state}")).await;
    assert_eq!(response.status(), StatusCode::FORBIDDEN);
    assert!(set(&response, "__Host-drydock").is_none());
    let (cookie, state) = leave(&site, "/").await;
    come_back(&site, &cookie, &format!("code=alice&state={state}")).await;
    let alice = store.persons(Some("alice")).await.unwrap();
    assert_eq!(alice.iter().map(|it| it.role).collect::<Vec<_>>(), [Role::Operator]);
}

#[tokio::test]
async fn there_is_no_way_over_a_site_that_is_not_set() {
    let store = store::testing::store().await;
    let site = site(&store, gate(&Hub::new()));
    for address in ["/sign-in/proxy", "/sign-in/nothing", "/sign-in/nothing/answer?code=1"] {
        assert_eq!(read(&site, browses(address, "")).await.0, StatusCode::NOT_FOUND, "{address}");
    }
    let open = crate::testing::app(&store);
    assert_eq!(read(&open, browses("/sign-in/github", "")).await.0, StatusCode::NOT_FOUND);
    let response = enter(&open, "", ("anna", PASSWORD), "/").await;
    assert_eq!(response.status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn too_many_that_do_not_come_back_are_told_to_wait() {
    let store = store::testing::store().await;
    let site = site(&store, gate(&Hub::new()));
    for _ in 0..30 {
        leave(&site, "/").await;
    }
    let response = answer(&site, browses("/sign-in/github", "")).await;
    assert_eq!(response.status(), StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(shown(&response, header::RETRY_AFTER), "600");
}

#[tokio::test]
async fn a_page_of_another_site_sends_nobody_through_a_sign_in() {
    let store = store::testing::store().await;
    let site = site(&store, gate(&Hub::new()));
    let from = |said| browses("/sign-in/github", "").header("sec-fetch-site", said);
    for said in ["cross-site", "same-site"] {
        let response = answer(&site, from(said)).await;
        assert_eq!(response.status(), StatusCode::FORBIDDEN, "{said}");
        assert!(set(&response, "__Host-drydock-sign-in").is_none());
        let (_, page) = crate::testing::read(response).await;
        assert!(page.contains("open /sign-in and begin there"), "{page}");
    }
    for said in ["same-origin", "none"] {
        assert_eq!(answer(&site, from(said)).await.status(), StatusCode::SEE_OTHER, "{said}");
    }
}

#[tokio::test]
async fn on_this_machine_without_an_address_the_cookie_needs_no_tls() {
    let store = store::testing::store().await;
    let plain = Gate { public_url: None, sight: SightRule::Everyone, ..gate(&Hub::new()) };
    let site = site(&store, plain);
    local_person(&store, "anna", Role::Viewer).await;
    let response = enter(&site, "", ("anna", PASSWORD), "/").await;
    let cookie = response.headers()[header::SET_COOKIE].to_str().unwrap();
    assert!(cookie.starts_with("drydock=") && !cookie.contains("Secure"), "{cookie}");
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"), "{cookie}");
}

#[tokio::test]
async fn nobody_is_led_away_by_an_address_that_somebody_else_wrote() {
    let store = store::testing::store().await;
    let site = site(&store, gate(&Hub::new()));
    let anna = local_person(&store, "anna", Role::Viewer).await;
    let cookie = cookie(&site, &anna).await;
    for to in ["https://evil.example", "//evil.example", "/\\evil.example", "/\t/evil.example"] {
        let address = format!("/sign-in?to={}", crate::links::encoded(to));
        let response = answer(&site, browses(&address, &cookie)).await;
        assert_eq!(shown(&response, header::LOCATION), "/", "{to:?}");
        let response = enter(&site, "", ("anna", PASSWORD), to).await;
        assert_eq!(shown(&response, header::LOCATION), "/", "{to:?}");
        let (away, state) = leave(&site, &crate::links::encoded(to)).await;
        let response = come_back(&site, &away, &format!("code=alice&state={state}")).await;
        assert_eq!(shown(&response, header::LOCATION), "/", "{to:?}");
    }
}
