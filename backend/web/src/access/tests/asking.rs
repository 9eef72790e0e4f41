//! What GitHub is asked of people, how old its answers get, and what pages do meanwhile.

use std::sync::Arc;

use axum::http::{Request, StatusCode, header};
use chrono::TimeDelta;
use names::OrgLogin;
use store::{Role, TokenScope};

use crate::Site;
use crate::access::{Gate, Guest, SightRule};
use crate::reader::Sight;
use crate::sign_in::SignInError;
use crate::testing::gate::{
    Hub, answer, bearer, browses, cookie, gate, github_person, later, local_person, read, shown,
    site, token_of,
};
use crate::testing::organization;

/// What whoever sends this sees of `acme`.
async fn seen(site: &Site, request: axum::http::request::Builder) -> Option<Vec<i64>> {
    let parts = request.body(()).unwrap().into_parts().0;
    let gate = site.access.gate().unwrap();
    let guest = Guest::new((site, gate), &parts, [192, 0, 2, 1].into());
    let reader = guest.reader(false).await.unwrap();
    let login: OrgLogin = "acme".parse().unwrap();
    let acme = site.store.organization(&login).await.unwrap().unwrap().id;
    match &reader.sight {
        Sight::Everything => None,
        Sight::Only(_) => reader.sight.of(acme).map(<[i64]>::to_vec),
    }
}

/// Waits until a task in the background has written down what it found.
async fn until(what: impl AsyncFn() -> bool) {
    for _ in 0..500 {
        if what().await {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    panic!("it did not happen");
}

#[tokio::test]
async fn a_person_sees_what_github_lets_them_read_and_it_is_asked_once() {
    let store = store::testing::store().await;
    organization(&store, "acme").await;
    let hub = Hub::new();
    let site = site(&store, gate(&hub));
    let alice = github_person(&store, "alice", Role::Viewer).await;
    let cookie = cookie(&site, &alice).await;
    hub.lets_see(&token_of("alice"), "acme", Ok(vec![9, 7]));
    for _ in 0..3 {
        let (status, _) = read(&site, browses("/checklist", &cookie)).await;
        assert_eq!(status, StatusCode::OK);
    }
    assert_eq!(hub.asked(), 2, "whether they are let in, and what they may read");
    assert_eq!(seen(&site, browses("/checklist", &cookie)).await, Some(vec![7, 9]));
    let anna = local_person(&store, "anna", Role::Viewer).await;
    let annas = super::cookie(&site, &anna).await;
    assert_eq!(seen(&site, browses("/checklist", &annas)).await, None, "accounts here see all");
}

#[tokio::test]
async fn an_answer_that_another_process_had_counts_at_once() {
    let store = store::testing::store().await;
    let acme = organization(&store, "acme").await;
    let hub = Hub::new();
    let site = site(&store, gate(&hub));
    let alice = github_person(&store, "alice", Role::Viewer).await;
    let cookie = cookie(&site, &alice).await;
    hub.lets_see(&token_of("alice"), "acme", Ok(vec![7]));
    let browse = || browses("/checklist", &cookie);
    assert_eq!(read(&site, browse()).await.0, StatusCode::OK);
    assert_eq!(seen(&site, browse()).await, Some(vec![7]));
    let just = site.now() + TimeDelta::seconds(1);
    store.save_sight(alice.id, acme, &[9], just).await.unwrap();
    assert_eq!(seen(&later(&site, TimeDelta::seconds(1)), browse()).await, Some(vec![9]));
}

#[tokio::test]
async fn an_answer_of_two_minutes_is_asked_anew_behind_the_page_and_one_of_five_before_it() {
    let store = store::testing::store().await;
    organization(&store, "acme").await;
    let hub = Hub::new();
    let site = site(&store, gate(&hub));
    let alice = github_person(&store, "alice", Role::Viewer).await;
    let cookie = cookie(&site, &alice).await;
    let browse = || browses("/checklist", &cookie);
    hub.lets_see(&token_of("alice"), "acme", Ok(vec![7]));
    read(&site, browse()).await;
    hub.lets_see(&token_of("alice"), "acme", Ok(vec![]));
    let young = later(&site, TimeDelta::seconds(119));
    read(&young, browse()).await;
    assert_eq!(seen(&young, browse()).await, Some(vec![7]));
    assert_eq!(hub.asked(), 2, "whether they are let in, and what they may read");
    let old = later(&site, TimeDelta::minutes(2));
    read(&old, browse()).await;
    until(async || seen(&old, browse()).await == Some(vec![])).await;
    hub.lets_see(&token_of("alice"), "acme", Ok(vec![8]));
    let over = later(&site, TimeDelta::minutes(7));
    assert_eq!(read(&over, browse()).await.0, StatusCode::OK);
    assert_eq!(seen(&over, browse()).await, Some(vec![8]));
}

#[tokio::test]
async fn while_github_takes_its_time_the_page_says_so_and_asks_again() {
    let store = store::testing::store().await;
    organization(&store, "acme").await;
    let hub = Hub::new();
    let site = site(&store, gate(&hub));
    let alice = github_person(&store, "alice", Role::Viewer).await;
    let cookie = cookie(&site, &alice).await;
    let held = hub.holds();
    let (page, api) = tokio::join!(
        answer(&site, browses("/checklist", &cookie)),
        answer(&site, Request::get("/api/v1/orgs").header(header::COOKIE, &cookie)),
    );
    for response in [&page, &api] {
        assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(shown(response, header::RETRY_AFTER), "3");
    }
    assert_eq!(shown(&api, header::CONTENT_TYPE), "application/problem+json");
    let (_, page) = crate::testing::read(page).await;
    assert!(page.contains("Asking GitHub what you may see"), "{page}");
    assert!(page.contains("http-equiv=\"refresh\" content=\"3\""), "{page}");
    let (status, _) = read(&site, browses("/sign-in", &cookie)).await;
    assert_eq!(status, StatusCode::SEE_OTHER, "what is for everybody does not wait");
    held.notify_waiters();
    until(async || read(&site, browses("/checklist", &cookie)).await.0 == StatusCode::OK).await;
    assert_eq!(hub.asked(), 2, "whether they are let in, and what they may read");
}

#[tokio::test]
async fn github_that_does_not_answer_is_said_and_asked_again_a_little_later() {
    let store = store::testing::store().await;
    organization(&store, "acme").await;
    let hub = Hub::new();
    let site = site(&store, gate(&hub));
    let alice = github_person(&store, "alice", Role::Viewer).await;
    let cookie = cookie(&site, &alice).await;
    let away = SignInError::Unreachable("GitHub does not answer".to_owned());
    hub.lets_see(&token_of("alice"), "acme", Err(away));
    for _ in 0..2 {
        let (status, page) = read(&site, browses("/checklist", &cookie)).await;
        assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
        assert!(page.contains("GitHub does not answer."), "{page}");
    }
    assert_eq!(hub.asked(), 2, "whether they are let in, and what they may read");
    hub.lets_see(&token_of("alice"), "acme", Ok(vec![7]));
    let later = later(&site, TimeDelta::seconds(10));
    assert_eq!(read(&later, browses("/checklist", &cookie)).await.0, StatusCode::OK);
}

#[tokio::test]
async fn who_is_no_member_any_more_has_no_session_after_five_minutes_whatever_they_may_read() {
    let store = store::testing::store().await;
    organization(&store, "acme").await;
    let hub = Hub::new();
    let site = site(&store, gate(&hub));
    let alice = github_person(&store, "alice", Role::Viewer).await;
    let cookie = cookie(&site, &alice).await;
    let browse = || browses("/checklist", &cookie);
    hub.lets_see(&token_of("alice"), "acme", Ok(vec![7]));
    assert_eq!(read(&site, browse()).await.0, StatusCode::OK);
    hub.lets_nobody_in(SignInError::NotLetIn("only members are let in".to_owned()));
    let young = later(&site, TimeDelta::seconds(119));
    assert_eq!(read(&young, browse()).await.0, StatusCode::OK);
    let over = later(&site, TimeDelta::minutes(5));
    let (status, page) = read(&over, browse()).await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(page.contains("Only members are let in."), "{page}");
    assert_eq!(answer(&over, browse()).await.status(), StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn who_is_removed_or_signed_out_at_github_has_no_session_here() {
    for error in [SignInError::SignedOut, SignInError::NotLetIn("no member".to_owned())] {
        let store = store::testing::store().await;
        organization(&store, "acme").await;
        let hub = Hub::new();
        let site = site(&store, gate(&hub));
        let alice = github_person(&store, "alice", Role::Viewer).await;
        let cookie = cookie(&site, &alice).await;
        hub.lets_see(&token_of("alice"), "acme", Err(error));
        read(&site, browses("/checklist", &cookie)).await;
        let response = answer(&site, browses("/checklist", &cookie)).await;
        assert_eq!(response.status(), StatusCode::SEE_OTHER);
    }
}

#[tokio::test]
async fn an_organization_that_asks_for_single_sign_on_shows_nothing_and_stops_no_page() {
    let store = store::testing::store().await;
    organization(&store, "acme").await;
    let hub = Hub::new();
    let site = site(&store, gate(&hub));
    let alice = github_person(&store, "alice", Role::Viewer).await;
    let cookie = cookie(&site, &alice).await;
    hub.lets_see(&token_of("alice"), "acme", Err(SignInError::SingleSignOn));
    assert_eq!(read(&site, browses("/checklist", &cookie)).await.0, StatusCode::OK);
    assert_eq!(seen(&site, browses("/checklist", &cookie)).await, Some(vec![]));
}

#[tokio::test]
async fn a_renewed_token_is_kept_for_the_next_question() {
    let store = store::testing::store().await;
    organization(&store, "acme").await;
    let hub = Hub::new();
    let site = site(&store, gate(&hub));
    let alice = github_person(&store, "alice", Role::Viewer).await;
    let cookie = cookie(&site, &alice).await;
    hub.renews("renewed");
    read(&site, browses("/checklist", &cookie)).await;
    hub.lets_see("renewed", "acme", Ok(vec![7]));
    let over = later(&site, TimeDelta::minutes(6));
    read(&over, browses("/checklist", &cookie)).await;
    assert_eq!(seen(&over, browses("/checklist", &cookie)).await, Some(vec![7]));
}

#[tokio::test]
async fn a_program_sees_what_its_person_may_who_need_not_stay_signed_in() {
    let store = store::testing::store().await;
    organization(&store, "acme").await;
    let hub = Hub::new();
    let site = site(&store, gate(&hub));
    let alice = github_person(&store, "alice", Role::Viewer).await;
    let bearer = bearer(&site, &alice, TokenScope::Read).await;
    let ask = || Request::get("/api/v1/orgs").header(header::AUTHORIZATION, bearer.as_str());
    let (status, problem) = read(&site, ask()).await;
    assert_eq!(status, StatusCode::FORBIDDEN, "they never came");
    assert!(problem.contains("have to sign in here again"), "{problem}");
    cookie(&site, &alice).await;
    let actor = alice.acting_from("");
    assert_eq!(store.revoke_sessions(&alice, &actor, site.now()).await.unwrap(), 1);
    hub.lets_see(&token_of("alice"), "acme", Ok(vec![7]));
    assert_eq!(read(&site, ask()).await.0, StatusCode::OK);
    assert_eq!(seen(&site, ask()).await, Some(vec![7]));
    hub.lets_see(&token_of("alice"), "acme", Err(SignInError::SignedOut));
    let over = later(&site, TimeDelta::minutes(6));
    read(&over, ask()).await;
    assert_eq!(read(&over, ask()).await.0, StatusCode::FORBIDDEN, "GitHub takes the token no more");
}

fn everyone(hub: &Arc<Hub>) -> Gate {
    Gate { sight: SightRule::Everyone, ..gate(hub) }
}

#[tokio::test]
async fn where_everyone_sees_all_a_person_is_asked_for_and_then_let_in() {
    let store = store::testing::store().await;
    organization(&store, "acme").await;
    let hub = Hub::new();
    let site = site(&store, everyone(&hub));
    let alice = github_person(&store, "alice", Role::Viewer).await;
    let cookie = cookie(&site, &alice).await;
    for _ in 0..2 {
        assert_eq!(read(&site, browses("/checklist", &cookie)).await.0, StatusCode::OK);
    }
    assert_eq!(hub.asked(), 1);
    assert_eq!(seen(&site, browses("/checklist", &cookie)).await, None);
    hub.lets_nobody_in(SignInError::NotLetIn("only members are let in".to_owned()));
    let over = later(&site, TimeDelta::minutes(5));
    let (status, page) = read(&over, browses("/checklist", &cookie)).await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(page.contains("Only members are let in."), "{page}");
    let response = answer(&over, browses("/checklist", &cookie)).await;
    assert_eq!(response.status(), StatusCode::SEE_OTHER);
}
