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
