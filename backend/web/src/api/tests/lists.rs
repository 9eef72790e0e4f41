//! Lists: the same rows as the pages, a page at a time.

use std::collections::BTreeSet;

use axum::http::StatusCode;
use names::RepositoryId;
use serde_json::Value;

use super::{acme, each, get, whole};
use crate::testing::{listed, now};

fn names(rows: &[Value]) -> Vec<String> {
    rows.iter().map(|it| it["name"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn rows_are_those_of_the_table_in_its_order_whatever_is_filtered_and_sorted() {
    let (_store, site) = acme().await;
    let queries = [
        "",
        "q=crowd-1",
        "item=ports",
        "item=ports&verdict=met",
        "team=payments",
        "team=-",
        "state=all",
        "state=slipped-back",
        "state=finished&sort=-name",
        "image=node",
        "archived=only&state=all",
        "quick=1",
        "week=finished",
        "week=changed&sort=committed",
        "sort=name",
        "sort=-name",
        "sort=team",
        "sort=progress",
        "sort=-progress",
        "sort=-left",
        "sort=-dockerfiles",
        "sort=-committed",
        "sort=-ports",
        "sort=gained",
        "sort=-gained",
        "state=all&sort=left",
    ];
    for query in queries {
        let table = get(&site, &format!("/orgs/acme/repositories.json?{query}")).await;
        let table = table.body["repositories"].as_array().unwrap().clone();
        let table: Vec<&str> = table.iter().map(|it| it["repository"].as_str().unwrap()).collect();
        let address = format!("/api/v1/orgs/acme/repositories?{query}&limit=7");
        let rows = whole(&site, &address.replace("?&", "?")).await;
        assert_eq!(names(&rows), table, "{query}");
    }
}

#[tokio::test]
async fn dockerfiles_are_those_of_the_list_in_its_order_whatever_is_filtered_and_sorted() {
    let (_store, site) = acme().await;
    let queries = [
        "",
        "q=b/dock",
        "item=base-image",
        "item=ports&verdict=met",
        "code=not-hardened",
        "code=-",
        "image=node&tag=any",
        "image=node:20-alpine&stage=shipped",
        "stage=build",
        "team=payments",
        "team=-",
        "source=property",
        "sort=-repository",
        "sort=path",
        "sort=-path",
        "sort=left",
        "sort=-left",
        "sort=changed",
        "sort=-changed",
    ];
    for query in queries {
        let list = get(&site, &format!("/orgs/acme/dockerfiles.json?{query}")).await;
        let list = list.body["dockerfiles"].as_array().unwrap().clone();
        let address = format!("/api/v1/orgs/acme/dockerfiles?{query}&limit=7");
        let rows = whole(&site, &address.replace("?&", "?")).await;
        let place = |it: &Value| (it["repository"].clone(), it["path"].clone());
        let (rows, list): (Vec<_>, Vec<_>) =
            (rows.iter().map(place).collect(), list.iter().map(place).collect());
        assert_eq!(rows, list, "{query}");
    }
}

#[tokio::test]
async fn images_teams_and_changes_are_those_of_their_pages_in_their_order() {
    let (_store, site) = acme().await;
    for (api, page, fields) in [
        ("images", "images", &["reference", "kind", "dockerfiles", "repositories"][..]),
        ("images?stage=build", "images", &["reference"]),
        ("teams", "teams", &["team", "repositories", "finished", "dockerfiles"]),
    ] {
        let rows = whole(&site, &format!("/api/v1/orgs/acme/{api}")).await;
        let file = api.replacen(page, &format!("{page}.json"), 1);
        let file = get(&site, &format!("/orgs/acme/{file}")).await;
        let told = file.body["rows"].as_array().unwrap();
        let some = |it: &Value| fields.iter().map(|name| it[*name].clone()).collect::<Vec<_>>();
        let (rows, told): (Vec<_>, Vec<_>) =
            (rows.iter().map(some).collect(), told.iter().map(some).collect());
        assert!(!rows.is_empty());
        assert_eq!(rows, told, "{api}");
    }
}

#[tokio::test]
async fn a_repository_that_comes_or_goes_between_pages_moves_no_others() {
    let (store, site) = acme().await;
    let address = "/api/v1/orgs/acme/repositories?sort=name&limit=10";
    let before = names(&whole(&site, address).await);
    let first = get(&site, address).await;
    let mut seen: Vec<String> = each(&first, "name").into_iter().map(str::to_owned).collect();
    // The row at which the page ended goes, and rows come before and behind it.
    let gone = format!("DELETE FROM repository WHERE name = '{}'", seen[9]);
    sqlx::query(sqlx::AssertSqlSafe(gone)).execute(store.pool()).await.unwrap();
    let org = store::OrganizationId(store.organization_headers().await.unwrap()[0].organization_id);
    let new = [listed(900, "aaa-first"), listed(901, "zzz-last")];
    store.save_listing(org, &new, now()).await.unwrap();
    for id in [900, 901] {
        let file = crate::testing::Written {
            path: "Dockerfile",
            text: "new",
            report: crate::testing::report(&[]),
            excluded_by: None,
        };
        crate::testing::reading(&store, id, "2026-11-22T12:00:00Z", &[file]).await;
    }
    let rest = first.header("link").split(['<', '>']).nth(1).unwrap().to_owned();
    seen.extend(names(&whole(&site, &rest).await));
    let once: BTreeSet<&String> = seen.iter().collect();
    assert_eq!(once.len(), seen.len(), "a row was repeated");
    let mut expected = before;
    expected.push("zzz-last".to_owned());
    assert_eq!(seen, expected);
    let _ = RepositoryId(900);
}

#[tokio::test]
async fn every_list_is_read_to_its_end_and_counts_its_rows() {
    let (_store, site) = acme().await;
    for list in ["repositories", "dockerfiles", "images", "teams"] {
        let one_page = get(&site, &format!("/api/v1/orgs/acme/{list}?limit=200")).await;
        let rows = one_page.body["data"].as_array().unwrap();
        assert_eq!(one_page.body["total"], rows.len(), "{list}");
        assert!(!rows.is_empty(), "{list}");
        let pages = whole(&site, &format!("/api/v1/orgs/acme/{list}?limit=1")).await;
        assert_eq!(&pages, rows, "{list}");
    }
    let all = get(&site, "/api/v1/orgs/acme/changes?since=2026-01-01&limit=200").await;
    let all = all.body["data"].as_array().unwrap();
    assert!((30..200).contains(&all.len()), "{}", all.len());
    let pages = whole(&site, "/api/v1/orgs/acme/changes?since=2026-01-01&limit=7").await;
    assert_eq!(pages, *all);
    let crawls = whole(&site, "/api/v1/crawls?limit=1&show=all").await;
    assert_eq!(crawls.len(), 2);
}

#[tokio::test]
async fn the_dockerfiles_behind_a_reason_are_as_many_as_it_says() {
    let (_store, site) = acme().await;
    let item = get(&site, "/api/v1/orgs/acme/items/ports").await;
    for reason in item.body["data"]["reasons"].as_array().unwrap() {
        let code = reason["code"].as_str().unwrap();
        let address = format!("/api/v1/orgs/acme/dockerfiles?item=ports&code={code}");
        assert_eq!(get(&site, &address).await.body["total"], reason["dockerfiles"]);
    }
    let images = get(&site, "/api/v1/orgs/acme/images").await;
    for row in images.body["data"].as_array().unwrap() {
        let reference = crate::links::encoded(row["reference"].as_str().unwrap());
        for (stage, count) in
            [("", "dockerfiles"), ("&stage=build", "build"), ("&stage=shipped", "shipped")]
        {
            let address = format!("/api/v1/orgs/acme/dockerfiles?image={reference}{stage}");
            assert_eq!(get(&site, &address).await.body["total"], row[count], "{row}");
        }
    }
}

#[tokio::test]
async fn sums_of_an_organization_are_those_of_its_rows() {
    let (_store, site) = acme().await;
    let one = get(&site, "/api/v1/orgs/ACME").await;
    assert_eq!(one.status, StatusCode::OK);
    let standing = &one.body["data"]["standing"];
    let rows = whole(&site, "/api/v1/orgs/acme/repositories").await;
    assert_eq!(standing["repositories"], rows.len());
    let sum = |field: &str| -> i64 {
        rows.iter().map(|it| it["progress"][field].as_i64().unwrap()).sum()
    };
    for field in ["met", "verify", "unknown", "remaining", "not_applicable", "counted"] {
        assert_eq!(standing["progress"][field], sum(field), "{field}");
    }
    let items = get(&site, "/api/v1/orgs/acme/items").await;
    assert_eq!(items.body["data"].as_array().unwrap().len(), 8);
}
