//! The overview over a real database.

use scraper::{Html, Selector};
use store::testing::TestStore;

use crate::testing::{get, organization, words};
use crate::world::{HOSTILE, acme, crawl};

async fn world() -> TestStore {
    let store = store::testing::store().await;
    acme(&store).await;
    store
}

fn selected(page: &Html, selector: &str) -> Vec<String> {
    let selector = Selector::parse(selector).unwrap();
    let text = |it: scraper::ElementRef<'_>| it.text().collect::<String>();
    page.select(&selector)
        .map(|it| text(it).split_whitespace().collect::<Vec<_>>().join(" "))
        .collect()
}

#[tokio::test]
async fn the_sums_equal_a_recount_of_the_rows() {
    let store = world().await;
    let (met, remaining): (i64, i64) = sqlx::query_as(
        "SELECT count(*) FILTER (WHERE verdict = 'met'), count(*) FILTER (WHERE verdict = 'remaining')
         FROM dockerfile_item JOIN dockerfile USING (dockerfile_id) JOIN repository USING (repository_id)
         WHERE dockerfile.excluded_by IS NULL AND repository.excluded_by IS NULL",
    )
    .fetch_one(store.pool())
    .await
    .unwrap();
    let (_, page) = get(&store, "/orgs/acme").await;
    let page = Html::parse_document(&page);
    let share = met * 100 / (met + remaining);
    assert_eq!(selected(&page, ".figure .big")[0], format!("{share}%"));
    assert_eq!(
        selected(&page, ".figure .note")[0],
        format!("{met} met · 0 to verify · {remaining} remaining")
    );
}

#[tokio::test]
async fn every_number_leads_to_exactly_that_many_rows() {
    let store = world().await;
    let (_, overview) = get(&store, "/orgs/acme").await;
    let numbers = numbers_with_links(&overview);
    assert!(numbers.len() > 20, "{numbers:?}");
    for (number, link) in numbers {
        assert_eq!(rows_behind(&store, &link).await, number, "{link}");
    }
}

/// Every linked number that stands for repositories or Dockerfiles.
fn numbers_with_links(page: &str) -> Vec<(usize, String)> {
    let page = Html::parse_document(page);
    let links = Selector::parse(
        "main a[href*='/repositories'], main a[href*='/dockerfiles?'], main a[href$='/dockerfiles']",
    );
    let number = |it: scraper::ElementRef<'_>| {
        let text: String = it.text().collect();
        let digits: String = text.chars().filter(char::is_ascii_digit).collect();
        Some((digits.parse().ok()?, it.attr("href")?.to_owned()))
    };
    page.select(&links.unwrap()).filter_map(number).collect()
}

async fn rows_behind(store: &TestStore, link: &str) -> usize {
    let (mut rows, mut next) = (0, Some(link.to_owned()));
    while let Some(address) = next {
        let (status, page) = get(store, &address).await;
        assert_eq!(status, 200, "{address}");
        let page = Html::parse_document(&page);
        rows += page.select(&Selector::parse("tbody tr").unwrap()).count();
        let turn = Selector::parse("a[rel=next]").unwrap();
        next = page.select(&turn).next().and_then(|it| it.attr("href")).map(str::to_owned);
    }
    rows
}

#[tokio::test]
async fn the_header_line_counts_what_is_in_scope_and_what_is_not() {
    let store = world().await;
    let (_, page) = get(&store, "/orgs/acme").await;
    let lead = selected(&Html::parse_document(&page), ".lead");
    insta::assert_snapshot!(lead[0], @"58 repositories and 58 Dockerfiles in scope. 2 finished, 1 changed this week, 1 could not be read. Beside these: 1 without a Dockerfile, 1 out of scope.");
}

#[tokio::test]
async fn what_was_finished_and_what_slipped_back_this_week_is_named() {
    let store = world().await;
    let (_, page) = get(&store, "/orgs/acme").await;
    let page = Html::parse_document(&page);
    assert_eq!(
        selected(&page, ".lines li"),
        ["quick Ports", "finished 3 days ago", "slipped 2 days ago"]
    );
    assert_eq!(selected(&page, ".figure .note")[1], "+1 this week · 1 slipped back");
}

#[tokio::test]
async fn the_choices_of_the_table_narrow_the_whole_page() {
    let store = world().await;
    for query in ["q=crowd", "team=payments", "team=-", "language=Go", "image=node%3A20-alpine"] {
        let (status, page) = get(&store, &format!("/orgs/acme?{query}")).await;
        assert_eq!(status, 200, "{query}");
        let numbers = numbers_with_links(&page);
        assert!(numbers.len() > 8, "{query}: {numbers:?}");
        for (number, link) in numbers {
            assert_eq!(rows_behind(&store, &link).await, number, "{query}: {link}");
        }
    }
    let (_, page) = get(&store, "/orgs/acme?q=crowd").await;
    let page = Html::parse_document(&page);
    assert_eq!(selected(&page, ".figure .note")[0], "0 met · 0 to verify · 416 remaining");
    assert!(selected(&page, ".part")[0].contains("name has \u{201c}crowd\u{201d}"));
    let (_, page) = get(&store, "/orgs/acme?q=nothing-is-called-so").await;
    assert!(words(&page).contains("No repository with a Dockerfile in scope matches."));
    assert_eq!(get(&store, "/orgs/acme?state=x").await.0, 400);
}

#[tokio::test]
async fn four_weeks_without_a_gain_are_standing_still() {
    let store = world().await;
    let (_, page) = get(&store, "/orgs/acme").await;
    assert!(words(&page).contains("Known once crawls reach back four weeks."));
    sqlx::query("UPDATE organization_day SET day = '2026-10-20' WHERE day = '2026-11-16'")
        .execute(store.pool())
        .await
        .unwrap();
    let (_, page) = get(&store, "/orgs/acme?q=crowd").await;
    let still = selected(&Html::parse_document(&page), ".lines li");
    assert!(still.iter().any(|it| it.starts_with("Team no owner")), "{still:?}");
    assert!(still.iter().any(|it| it == "Item Base image 52 items left"), "{still:?}");
    let (_, page) = get(&store, "/orgs/acme?q=finished").await;
    assert!(words(&page).contains("gained something in the last four weeks"), "{}", words(&page));
}

#[tokio::test]
async fn text_from_outside_stays_text() {
    let store = world().await;
    for address in [
        "/orgs/acme",
        "/orgs/acme/repositories?state=all&archived=shown&sort=name",
        "/orgs/acme/repositories?q=%3Cscript%3E",
        "/orgs/acme/dockerfiles?item=ports",
        "/orgs/acme/repositories?state=%3Cscript%3Ealert(1)",
        "/%3Cscript%3E",
    ] {
        let (_, page) = get(&store, address).await;
        assert!(!page.contains("<script>alert"), "{address}");
    }
    let (_, page) = get(&store, "/orgs/acme").await;
    assert!(words(&page).contains(HOSTILE));
}

#[tokio::test]
async fn every_page_is_html_without_errors_and_small() {
    let store = world().await;
    for address in [
        "/",
        "/orgs/acme/repositories?state=all&archived=shown&sort=-ports",
        "/orgs/acme/repositories?q=nothing-is-called-so",
        "/orgs/acme/dockerfiles",
        "/nothing",
    ] {
        let (_, page) = get(&store, address).await;
        let errors = Html::parse_document(&page).errors;
        assert!(errors.is_empty(), "{address}: {errors:?}");
        assert!(page.len() < 150_000, "{address} has {} bytes before compression", page.len());
    }
}

#[tokio::test]
async fn without_an_organization_the_first_page_leads_to_the_welcome() {
    let store = store::testing::store().await;
    assert_eq!(get(&store, "/").await.0, 303);
}

#[tokio::test]
async fn several_organizations_stand_side_by_side() {
    let store = world().await;
    organization(&store, "beta").await;
    let (_, page) = get(&store, "/").await;
    let page = Html::parse_document(&page);
    assert_eq!(selected(&page, ".figure h2"), ["acme", "beta"]);
    let together = &selected(&page, ".lead")[0];
    assert!(together.contains("2 of 58 repositories finished"), "{together}");
}

#[tokio::test]
async fn an_organization_without_a_crawl_says_what_to_do() {
    let store = store::testing::store().await;
    organization(&store, "acme").await;
    let (_, page) = get(&store, "/").await;
    assert!(words(&page).contains("Nothing was crawled yet."), "{}", words(&page));
}

#[tokio::test]
async fn an_organization_is_found_however_its_login_is_cased_and_others_are_not() {
    let store = world().await;
    assert_eq!(get(&store, "/orgs/ACME").await.0, 200);
    assert_eq!(get(&store, "/orgs/other").await.0, 404);
    assert_eq!(get(&store, "/orgs/a%20b").await.0, 404);
}

#[tokio::test]
async fn a_sample_is_called_a_sample_and_old_facts_outdated() {
    let store = store::testing::store().await;
    let org = organization(&store, "acme").await;
    crawl(&store, org, "2026-11-20T03:00:00Z").await;
    sqlx::query("UPDATE organization SET is_sample = true").execute(store.pool()).await.unwrap();
    for address in [
        "/",
        "/orgs/acme/repositories",
        "/orgs/acme/dockerfiles",
        "/checklist",
        "/crawls",
        "/nothing",
    ] {
        let (_, page) = get(&store, address).await;
        let banners = selected(&Html::parse_document(&page), ".banner strong");
        assert_eq!(banners, ["Sample data.", "Outdated."], "{address}");
    }
}
