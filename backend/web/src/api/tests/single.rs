//! Single things: a repository, a Dockerfile, a crawl, the checklist, a search.

use axum::body::Body;
use axum::http::{Request, StatusCode};

use super::{acme, get, send};
use crate::world::HOSTILE;

#[tokio::test]
async fn a_repository_has_its_dockerfiles_and_what_remains_line_by_line() {
    let (_store, site) = acme().await;
    let got = get(&site, "/api/v1/repos/acme/Busy").await;
    let it = &got.body["data"];
    assert_eq!((&it["name"], &it["standing"]["state"]), (&"busy".into(), &"in-progress".into()));
    assert_eq!(it["dockerfiles"].as_array().unwrap().len(), 3);
    assert_eq!(it["dockerfiles"][0]["items"]["base-image"], "remaining");
    let work = it["remaining_work"].as_array().unwrap();
    assert!(work.iter().any(|it| it["item"] == "non-root-user" && it["first_line"] == 1));
    let unread = get(&site, "/api/v1/repos/acme/blocked").await;
    assert!(unread.body["data"]["standing"].is_null());
    assert_eq!(unread.body["data"]["unreadable_reason"], HOSTILE);
}

#[tokio::test]
async fn a_dockerfile_has_eight_items_and_hostile_text_stays_text() {
    let (_store, site) = acme().await;
    let got = get(&site, "/api/v1/repos/acme/busy/dockerfile?path=a/Dockerfile").await;
    let it = &got.body["data"];
    assert_eq!(it["items"].as_array().unwrap().len(), 8);
    assert_eq!(it["items"][0]["findings"][0]["message"], HOSTILE);
    assert_eq!(it["images"][0]["suggestion"]["reference"], "dhi.io/node:20-dev");
    assert_eq!(it["images"][1]["reference"], HOSTILE);
    assert_eq!(got.header("content-type"), "application/json");
    for path in ["nothing", "../x", "%20", "a%00b"] {
        let address = format!("/api/v1/repos/acme/busy/dockerfile?path={path}");
        assert_eq!(get(&site, &address).await.status, StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn a_crawl_the_checklist_the_history_and_a_search_are_told() {
    let (_store, site) = acme().await;
    let crawl = get(&site, "/api/v1/crawls/1").await;
    assert_eq!(
        (&crawl.body["organization"], &crawl.body["state"]),
        (&"acme".into(), &"done".into())
    );
    let checklist = get(&site, "/api/v1/checklist").await;
    assert_eq!(checklist.body["data"].as_array().unwrap().len(), 8);
    let days = get(&site, "/api/v1/orgs/acme/history?since=2026-11-20").await;
    assert_eq!(days.body["data"][0]["day"], "2026-11-23");
    let found = get(&site, "/api/v1/search?q=bus").await;
    assert_eq!(found.body["repositories"]["best"][0]["name"], "busy");
}

#[tokio::test]
async fn a_crawl_can_be_asked_for_and_not_by_another_site() {
    let (store, site) = acme().await;
    let post = |address: &str, site: &str| {
        let request = Request::post(address).header("sec-fetch-site", site);
        request.body(Body::empty()).unwrap()
    };
    let refused = send(&site, post("/api/v1/orgs/acme/crawls", "cross-site")).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert!(store.queues(None, None).await.unwrap()[0].queued_at.is_none());
    let taken = send(&site, post("/api/v1/orgs/acme/crawls", "same-origin")).await;
    assert_eq!(taken.status, StatusCode::ACCEPTED);
    assert_eq!(taken.header("location"), "/api/v1/crawls?org=acme");
    assert!(store.queues(None, None).await.unwrap()[0].queued_at.is_some());
    let bare = Request::post("/api/v1/repos/acme/busy/crawls").body(Body::empty()).unwrap();
    assert_eq!(send(&site, bare).await.status, StatusCode::ACCEPTED);
}

#[tokio::test]
async fn the_catalogue_of_the_program_is_told_and_a_look_can_be_asked_for() {
    let (store, site) = acme().await;
    let catalog = get(&site, "/api/v1/catalog").await;
    assert_eq!(catalog.body["version"], checklist::Catalog::built_in().version());
    assert!(catalog.body["edition"].is_null());
    assert!(catalog.body["next_at"].is_null(), "no look was made, and none is due in 1970");
    let hour = chrono::TimeDelta::hours(1);
    let now = crate::testing::now();
    store.claim_refresh("one", hour, now).await.unwrap();
    store.end_refresh("one", store::Looked::Well(hour), now).await.unwrap();
    let ask = Request::post("/api/v1/catalog/refresh").body(Body::empty()).unwrap();
    assert_eq!(send(&site, ask).await.status, StatusCode::ACCEPTED);
    assert_eq!(store.refresh_standing(now).await.unwrap().next_at, now);
}

#[tokio::test]
async fn a_campaign_a_team_an_image_and_the_settings_are_told() {
    let (store, site) = acme().await;
    let campaign = "INSERT INTO campaign (organization_id, name, filter, items, target_on, owner, created_at) \
                    SELECT organization_id, 'Ports', 'q=crowd', '{ports}', '2027-01-31', 'Ada', now() \
                    FROM organization";
    sqlx::query(campaign).execute(store.pool()).await.unwrap();
    let campaigns = get(&site, "/api/v1/orgs/acme/campaigns").await;
    let row = &campaigns.body["data"][0];
    assert_eq!((&row["standing"]["repositories"], &row["items"][0]), (&52.into(), &"ports".into()));
    assert_eq!(row["standing"]["course"]["state"], "not-known");
    let one = get(&site, &format!("/api/v1/orgs/acme/campaigns/{}", row["id"])).await;
    assert_eq!(one.body["data"]["items_left"][0]["progress"]["remaining"], 52);
    let team = get(&site, "/api/v1/orgs/acme/teams/-").await;
    assert!(team.body["data"]["team"].is_null());
    assert_eq!(team.body["data"]["items"].as_array().unwrap().len(), 8);
    let image = get(&site, "/api/v1/orgs/acme/image?reference=node:20-alpine").await;
    assert_eq!(image.body["data"]["used"]["for_build"], "dhi.io/node:20-dev");
    assert_eq!(image.body["data"]["other_tags"][0]["reference"], "node");
    let settings = get(&site, "/api/v1/orgs/acme/settings").await;
    let settings = &settings.body["data"];
    assert_eq!(settings["full_crawl"]["next"].as_array().unwrap().len(), 3);
    assert!(!settings["scope"]["defaults"].as_array().unwrap().is_empty());
}

#[tokio::test]
async fn numbers_of_a_part_are_those_of_its_rows() {
    let (_store, site) = acme().await;
    let rows = get(&site, "/api/v1/orgs/acme/repositories?q=crowd&limit=1").await;
    let part = get(&site, "/api/v1/orgs/acme?filter=q%3Dcrowd").await;
    assert_eq!(part.body["data"]["standing"]["repositories"], rows.body["total"]);
    let items = get(&site, "/api/v1/orgs/acme/items?filter=q%3Dcrowd").await;
    assert_eq!(items.body["data"][0]["repositories_left"], rows.body["total"]);
    let history = "/api/v1/orgs/acme/history?filter=q%3Dcrowd&items=ports,no-shell";
    let days = get(&site, history).await;
    let days = days.body["data"].as_array().unwrap();
    assert_eq!(days.last().unwrap()["open"], 2 * 52);
    let sums = get(&site, "/api/v1/orgs/acme/changes/sums").await;
    let sums = &sums.body["data"];
    for (kind, field) in [("finished", "finished"), ("slipped-back", "slipped_back")] {
        let rows = get(&site, &format!("/api/v1/orgs/acme/changes?kind={kind}")).await;
        assert_eq!(sums[field], rows.body["data"].as_array().unwrap().len(), "{kind}");
    }
}
