//! The settings of an organization over a real database.

use axum::http::StatusCode;

use crate::testing::{get, organization, post, words};

#[tokio::test]
async fn a_schedule_is_shown_in_words_with_its_next_three_runs_and_changed_by_a_form() {
    let store = store::testing::store().await;
    organization(&store, "acme").await;
    let form = "full=30+4+*+*+*&listing=*%2F20+*+*+*+*&time_zone=Europe%2FBerlin";
    let (status, _, location) = post(&store, "/orgs/acme/settings/schedule", form).await;
    assert_eq!(
        (status, location.as_str()),
        (StatusCode::SEE_OTHER, "/orgs/acme/settings#schedule")
    );
    let (_, page) = get(&store, "/orgs/acme/settings").await;
    let text = words(&page);
    assert!(text.contains("at \u{201c}30 4 * * *\u{201d} Europe/Berlin"), "{text}");
    assert_eq!(page.matches("<li><time").count(), 6, "{page}");
}

#[tokio::test]
async fn a_schedule_that_means_nothing_is_refused_and_kept_in_the_form() {
    let store = store::testing::store().await;
    organization(&store, "acme").await;
    let form = "full=never&listing=*+*+*+*+*&time_zone=UTC";
    let (status, page, _) = post(&store, "/orgs/acme/settings/schedule", form).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(words(&page).contains("Full crawl: \u{201c}never\u{201d} is no schedule."), "{page}");
    assert!(page.contains("value=\"never\""));
    let (_, page) = get(&store, "/orgs/acme/settings").await;
    assert!(page.contains("value=\"0 3 * * *\""), "nothing was saved");
}

#[tokio::test]
async fn an_organization_nobody_knows_has_no_settings() {
    let store = store::testing::store().await;
    let (status, _) = get(&store, "/orgs/nobody/settings").await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}

/// Every default rule ticked, as the page sends it, with what is added.
fn scope_form(added: &str) -> String {
    let defaults = checklist::scope::defaults();
    let ticked: Vec<String> =
        defaults.map(|it| format!("default={}", it.replace('/', "%2F"))).collect();
    format!("{}&{added}", ticked.join("&"))
}

#[tokio::test]
async fn a_preview_of_scope_names_what_would_leave_and_saves_nothing() {
    let store = store::testing::store().await;
    crate::world::acme(&store).await;
    let address = "/orgs/acme/settings/scope";
    let (status, page, _) = post(&store, address, &scope_form("globs=a%2F**&preview=1")).await;
    assert_eq!(status, StatusCode::OK);
    let text = words(&page);
    assert!(text.contains("1 Dockerfile would leave the scope"), "{text}");
    assert!(text.contains("busy/a/Dockerfile"), "{text}");
    let (_, page) = get(&store, "/orgs/acme/settings").await;
    assert!(!page.contains("a/**"), "nothing was saved");
}

#[tokio::test]
async fn a_scope_that_is_saved_takes_dockerfiles_out_of_the_totals() {
    let store = store::testing::store().await;
    crate::world::acme(&store).await;
    let counted = async || {
        let sum = "SELECT sum(dockerfiles) FROM repository_progress";
        sqlx::query_scalar::<_, i64>(sum).fetch_one(store.pool()).await.unwrap()
    };
    let before = counted().await;
    let (status, ..) = post(&store, "/orgs/acme/settings/scope", &scope_form("globs=a%2F**")).await;
    assert_eq!(status, StatusCode::SEE_OTHER);
    assert_eq!(counted().await, before - 1);
    post(&store, "/orgs/acme/settings/scope", &scope_form("globs=")).await;
    assert_eq!(counted().await, before);
    post(&store, "/orgs/acme/settings/scope", "globs=").await;
    assert_eq!(counted().await, before + 1, "examples/ counts once its rule is off");
}

#[tokio::test]
async fn prefixes_and_teams_are_kept_and_what_means_nothing_is_refused() {
    let store = store::testing::store().await;
    crate::world::acme(&store).await;
    let save = async |part: &str, form: &str| {
        let (status, page, _) = post(&store, &format!("/orgs/acme/settings/{part}"), form).await;
        (status, if page.is_empty() { page } else { words(&page) })
    };
    let (status, _) = save("prefixes", "prefixes=registry.acme.example%2Fdhi%2F").await;
    assert_eq!(status, StatusCode::SEE_OTHER);
    let (status, text) = save("prefixes", "prefixes=no+prefix").await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(text.contains("\u{201c}no prefix\u{201d} cannot be used"), "{text}");
    let (status, _) = save("teams", "property=team&rules=crowd-*+%3D+masses").await;
    assert_eq!(status, StatusCode::SEE_OTHER);
    let (status, text) = save("teams", "property=&rules=crowd-*").await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(text.contains("is no rule"), "{text}");
    let (_, page) = get(&store, "/orgs/acme/settings").await;
    for kept in ["registry.acme.example/dhi/", "crowd-* = masses", "value=\"team\""] {
        assert!(page.contains(kept), "{kept} in {page}");
    }
    let (_, page) = get(&store, "/orgs/acme").await;
    assert!(words(&page).contains("masses"), "{}", words(&page));
}
