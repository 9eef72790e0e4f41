//! Targets and campaigns over a real database.

use axum::http::StatusCode;
use scraper::{Html, Selector};
use store::testing::TestStore;

use checklist::{Item, Verdict};

use crate::testing::{
    Written, at, finding, get, listed, organization, post, reading, report, words,
};
use crate::world::{HOSTILE, acme, crawl};

async fn world() -> TestStore {
    let store = store::testing::store().await;
    acme(&store).await;
    store
}

/// Begins a campaign and leads to its page.
async fn begun(store: &TestStore, form: &str) -> String {
    let (status, page, location) = post(store, "/orgs/acme/campaigns", form).await;
    assert_eq!(status, StatusCode::SEE_OTHER, "{}", words(&page));
    location
}

fn links_of(page: &str, selector: &str) -> Vec<String> {
    let page = Html::parse_document(page);
    let selector = Selector::parse(selector).unwrap();
    page.select(&selector).filter_map(|it| it.attr("href")).map(str::to_owned).collect()
}

#[tokio::test]
async fn a_campaign_begins_changes_and_ends() {
    let store = world().await;
    let (_, page) = get(&store, "/orgs/acme/campaigns").await;
    assert!(words(&page).contains("No campaign runs."), "{}", words(&page));
    let form = "name=Ports&filter=sort%3Dname%26language%3DGo&items=ports&items=no-shell&target=2027-01-31&owner=Octavia";
    let address = begun(&store, form).await;
    let (status, page) = get(&store, &address).await;
    assert_eq!(status, StatusCode::OK);
    let text = words(&page);
    assert!(
        text.contains("Ports, No shell by 31 Jan 2027 in 57 repositories (language: Go)"),
        "{text}"
    );
    assert!(text.contains("Octavia looks after it."), "{text}");
    let edit = format!("{address}/edit");
    let (_, page) = get(&store, &edit).await;
    assert!(page.contains("value=\"language=Go\""), "{page}");
    let (status, ..) =
        post(&store, &edit, "name=Users&items=non-root-user&target=2027-02-28").await;
    assert_eq!(status, StatusCode::SEE_OTHER);
    let (_, page) = get(&store, "/orgs/acme").await;
    let text = words(&page);
    assert!(text.contains("Users") && text.contains("28 Feb 2027"), "{text}");
    post(&store, &format!("{address}/end"), "").await;
    let (_, page) = get(&store, "/orgs/acme/campaigns").await;
    assert!(words(&page).contains("ended on 23 Nov 2026"), "{}", words(&page));
    assert_eq!(get(&store, &edit).await.0, StatusCode::NOT_FOUND);
    assert_eq!(post(&store, &edit, "name=X&target=2027-02-28").await.0, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_campaigns_numbers_are_a_recount_and_lead_to_their_rows() {
    let store = world().await;
    let form = "name=Half&filter=&items=ports&items=base-image&target=2027-01-31";
    let address = begun(&store, form).await;
    let (done, left): (i64, i64) = sqlx::query_as(
        "SELECT count(*) FILTER (WHERE verdict = 'met'), count(*) FILTER (WHERE verdict = 'remaining')
         FROM dockerfile_item JOIN dockerfile USING (dockerfile_id) JOIN repository USING (repository_id)
         WHERE dockerfile.excluded_by IS NULL AND repository.excluded_by IS NULL
           AND item IN ('ports', 'base-image')",
    )
    .fetch_one(store.pool())
    .await
    .unwrap();
    let (_, page) = get(&store, &address).await;
    let text = words(&page);
    assert!(text.contains(&format!("{done} met · 0 to verify · {left} remaining")), "{text}");
    let rows = Html::parse_document(&page);
    let numbers = Selector::parse("td.number a").unwrap();
    let numbers: Vec<(usize, String)> = rows
        .select(&numbers)
        .map(|it| {
            (it.text().collect::<String>().parse().unwrap(), it.attr("href").unwrap().to_owned())
        })
        .collect();
    assert!(numbers.len() >= 4, "{numbers:?}");
    for (number, link) in numbers {
        let (_, json) = get(&store, &link.replace("/repositories?", "/repositories.json?")).await;
        let json: serde_json::Value = serde_json::from_str(&json).unwrap();
        assert_eq!(json["repositories"].as_array().map(Vec::len), Some(number), "{link}");
    }
}

/// Eight repositories with their ports left, of which one is finished each week.
async fn steady_world() -> TestStore {
    let store = store::testing::store().await;
    let org = organization(&store, "acme").await;
    let all: Vec<_> = (1..=8).map(|id| listed(id, &format!("shop-{id}"))).collect();
    store.save_listing(org, &all, at("2026-10-18T12:00:00Z")).await.unwrap();
    let file = |text, report| Written { path: "Dockerfile", text, report, excluded_by: None };
    for id in 1..=8 {
        let ports = report(&[(Item::Ports, finding(Verdict::Remaining, 1, "a low port", ""))]);
        reading(&store, id, "2026-10-19T12:00:00Z", &[file("ports", ports)]).await;
    }
    crawl(&store, org, "2026-10-19T13:00:00Z").await;
    let days = ["2026-10-26", "2026-11-02", "2026-11-09", "2026-11-16", "2026-11-23"];
    for (id, day) in (1..).zip(days) {
        reading(&store, id, &format!("{day}T03:00:00Z"), &[file("met", report(&[]))]).await;
        crawl(&store, org, &format!("{day}T04:00:00Z")).await;
    }
    store
}

#[tokio::test]
async fn the_course_comes_from_the_forecast_of_the_campaigns_own_part() {
    let store = steady_world().await;
    let course = async |form: &str| {
        let address = begun(&store, form).await;
        let (_, page) = get(&store, &address).await;
        let page = Html::parse_document(&page);
        let sentence = Selector::parse("p.course").unwrap();
        let text: String = page.select(&sentence).flat_map(|it| it.text()).collect();
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    insta::assert_snapshot!(course("name=a&items=ports&target=2026-12-31").await, @"✓ Ahead: at this pace all is done on 14 Dec 2026, 2 weeks before the target, and in time even in weak weeks.");
    insta::assert_snapshot!(course("name=b&target=2026-12-10").await, @"? At risk: at this pace all is done on 14 Dec 2026, 4 days after the target.");
    insta::assert_snapshot!(course("name=c&items=no-shell&target=2026-12-10").await, @"✓ Done: everything that counts is met or verified.");
    insta::assert_snapshot!(course("name=d&filter=q%3Dshop-8&target=2026-12-10").await, @"– Not yet known: a forecast needs three weeks of history and one gain.");
    let (_, page) = get(&store, "/orgs/acme/campaigns").await;
    let marks = Html::parse_document(&page);
    let marks = marks.select(&Selector::parse("td .mark").unwrap()).count();
    assert_eq!(marks, 4);
}

#[tokio::test]
async fn what_will_not_do_is_said_and_what_was_typed_stays() {
    let store = world().await;
    begun(&store, "name=Ports&target=2027-01-31").await;
    for (form, sentence) in [
        ("name=&target=2027-01-31", "Give the campaign a name."),
        ("name=A&target=2020-01-31", "31 Jan 2020 has passed. Choose a day from today on."),
        ("name=A&target=soon", "is no date. Write it as 2026-11-23."),
        ("name=ports&target=2027-01-31", "Another campaign that runs has this name."),
        ("name=A&target=2027-01-31&filter=state%3Dx", "The filter state=x is not known here."),
    ] {
        let (status, page, _) = post(&store, "/orgs/acme/campaigns", form).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{form}");
        assert!(words(&page).contains(sentence), "{}", words(&page));
    }
    let (status, _) = get(&store, "/orgs/acme/campaigns/new?filter=state%3Dx").await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    assert_eq!(get(&store, "/orgs/acme/campaigns/99").await.0, StatusCode::NOT_FOUND);
    assert_eq!(get(&store, "/orgs/acme/campaigns/x").await.0, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_target_is_set_refused_and_taken_back() {
    let store = world().await;
    let (status, ..) = post(&store, "/orgs/acme/target", "target=2027-01-31").await;
    assert_eq!(status, StatusCode::SEE_OTHER);
    let (_, page) = get(&store, "/orgs/acme").await;
    let text = words(&page);
    assert!(text.contains("Not yet known: a forecast needs three weeks"), "{text}");
    let (status, page, _) = post(&store, "/orgs/acme/target", "target=2026-11-01").await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(words(&page).contains("1 Nov 2026 has passed."), "{}", words(&page));
    post(&store, "/orgs/acme/target", "target=").await;
    let (_, page) = get(&store, "/orgs/acme/campaigns").await;
    assert!(words(&page).contains("No target is set."), "{}", words(&page));
}

#[tokio::test]
async fn hostile_names_stay_text() {
    let store = world().await;
    let hostile = crate::links::encoded(HOSTILE);
    let form = format!(
        "name={hostile}&owner={hostile}&filter=team%3D{}&target=2027-01-31",
        crate::links::encoded(&hostile)
    );
    let address = begun(&store, &form).await;
    for page in [
        address.clone(),
        format!("{address}/edit"),
        "/orgs/acme/campaigns".to_owned(),
        "/orgs/acme".to_owned(),
        format!("/orgs/acme?team={hostile}"),
        format!("/orgs/acme?q={hostile}"),
    ] {
        let (status, html) = get(&store, &page).await;
        assert_eq!(status, StatusCode::OK, "{page}");
        assert!(!html.contains("<script>alert"), "{page}");
        let errors = Html::parse_document(&html).errors;
        assert!(errors.is_empty(), "{page}: {errors:?}");
    }
    let (_, html) = get(&store, &address).await;
    assert!(words(&html).contains(HOSTILE));
    let parts = links_of(&html, "p.lead a");
    assert!(parts.iter().any(|it| it.contains(&hostile)), "{parts:?}");
}

#[tokio::test]
async fn an_organization_without_a_crawl_has_campaigns_too() {
    let store = store::testing::store().await;
    organization(&store, "acme").await;
    let address = begun(&store, "name=All&target=2027-01-31").await;
    let (status, page) = get(&store, &address).await;
    assert_eq!(status, StatusCode::OK);
    assert!(words(&page).contains("The chart begins on the second day."), "{}", words(&page));
}
