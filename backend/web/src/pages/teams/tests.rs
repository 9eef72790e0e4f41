//! Teams over a small organization, counted again by plain SQL.

use axum::http::StatusCode;
use serde_json::Value;
use store::testing::TestStore;

use crate::links;
use crate::testing::{get, numbers_and_rows, organization, words};
use crate::world::{HOSTILE, acme};

/// Two teams by topic, and one that CODEOWNERS names for a single Dockerfile.
async fn world() -> TestStore {
    let store = store::testing::store().await;
    acme(&store).await;
    for change in [
        "UPDATE repository SET team_source = 'topic' WHERE team IS NOT NULL",
        "UPDATE dockerfile SET owner = '@octavia' WHERE path = 'a/Dockerfile'",
        "UPDATE organization SET revision = revision + 1",
    ] {
        sqlx::query(change).execute(store.pool()).await.unwrap();
    }
    store
}

async fn rows(store: &TestStore, query: &str) -> Vec<Value> {
    let (status, body) = get(store, &format!("/orgs/acme/teams.json{query}")).await;
    assert_eq!(status, StatusCode::OK, "{query}");
    let body: Value = serde_json::from_str(&body).unwrap();
    body["rows"].as_array().unwrap().clone()
}

#[tokio::test]
async fn the_counts_equal_a_recount_of_the_rows() {
    let store = world().await;
    // A repository without a Dockerfile in scope belongs to its own team as a whole.
    let mut recount: Vec<(Option<String>, i64, i64, i64)> = sqlx::query_as(
        "SELECT coalesce(file.owner, line.team), count(DISTINCT file.dockerfile_id),
                count(DISTINCT line.repository_id), count(*) FILTER (WHERE verdict = 'remaining')
         FROM repository_line AS line
         LEFT JOIN dockerfile AS file ON file.repository_id = line.repository_id
             AND file.excluded_by IS NULL AND file.removed_at IS NULL
         LEFT JOIN dockerfile_item USING (dockerfile_id)
         WHERE line.is_counted
         GROUP BY 1",
    )
    .fetch_all(store.pool())
    .await
    .unwrap();
    let number = |row: &Value, name: &str| row[name].as_i64().unwrap();
    let mut shown: Vec<(Option<String>, i64, i64, i64)> = rows(&store, "")
        .await
        .iter()
        .map(|row| {
            let team = row["team"].as_str().map(str::to_owned);
            (
                team,
                number(row, "dockerfiles"),
                number(row, "repositories"),
                number(row, "remaining"),
            )
        })
        .collect();
    recount.sort();
    shown.sort();
    assert_eq!(shown, recount);
    let rows = rows(&store, "").await;
    let octavia = rows.iter().find(|it| it["team"] == "@octavia").unwrap();
    assert_eq!((number(octavia, "by_codeowners"), number(octavia, "by_topic")), (1, 0));
}

#[tokio::test]
async fn every_number_leads_to_exactly_that_many_rows() {
    let store = world().await;
    let org = "acme".parse().unwrap();
    let teams = [Some("payments"), Some(HOSTILE), Some("@octavia"), None];
    let pages = teams.map(|it| links::team(&org, it));
    for address in pages.iter().map(String::as_str).chain(["/orgs/acme/teams"]) {
        let found = numbers_and_rows(&store, address).await;
        assert!(found.len() > 8, "{address} {found:?}");
        for (link, number, rows) in found {
            assert_eq!(number, rows, "{link} on {address}");
        }
    }
}

#[tokio::test]
async fn every_column_sorts_both_ways_and_others_are_refused() {
    let store = world().await;
    for column in ["team", "repositories", "dockerfiles", "share", "finished", "left", "verify"] {
        let up = rows(&store, &format!("?sort={column}")).await;
        let down = rows(&store, &format!("?sort=-{column}")).await;
        assert_eq!((up.len(), down.len()), (4, 4), "{column}");
        let numbers = |rows: &[Value]| -> Vec<i64> {
            rows.iter().filter_map(|it| it[column].as_i64()).collect()
        };
        assert!(numbers(&up).is_sorted(), "{column}");
        assert!(numbers(&down).iter().rev().is_sorted(), "{column}");
    }
    let (status, _) = get(&store, "/orgs/acme/teams?sort=nope").await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn each_team_has_a_page_and_no_owner_has_one_too() {
    let store = world().await;
    let org = "acme".parse().unwrap();
    for team in [Some("payments"), Some(HOSTILE), Some("@octavia"), None] {
        let (status, page) = get(&store, &links::team(&org, team)).await;
        assert_eq!(status, StatusCode::OK, "{team:?}");
        assert!(!page.contains("<script>alert"), "{team:?}");
    }
    let (_, page) = get(&store, &links::team(&org, Some("payments"))).await;
    let payments = words(&page);
    assert!(payments.contains("2 repositories, 2 finished; 2 Dockerfiles in scope."), "{payments}");
    assert!(payments.contains("said of 2 by a topic"), "{payments}");
    let (_, page) = get(&store, &links::team(&org, None)).await;
    assert!(words(&page).contains("Nobody is named for these."));
    let (status, _) = get(&store, &links::team(&org, Some("nobody"))).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn csv_has_the_same_teams_in_the_same_order_and_no_formula() {
    let store = world().await;
    let (_, body) = get(&store, "/orgs/acme/teams.csv?sort=-team").await;
    let mut reader = csv::Reader::from_reader(body.as_bytes());
    let in_csv: Vec<String> = reader.records().map(|it| it.unwrap()[0].to_owned()).collect();
    let in_json = rows(&store, "?sort=-team").await;
    let team = |it: &Value| it["team"].as_str().unwrap_or_default().to_owned();
    let harmless = |it: String| if it.starts_with('@') { format!("'{it}") } else { it };
    assert_eq!(in_csv, in_json.iter().map(team).map(harmless).collect::<Vec<_>>());
}

#[tokio::test]
async fn without_a_dockerfile_the_table_says_what_to_wait_for() {
    let store = store::testing::store().await;
    organization(&store, "acme").await;
    let (status, page) = get(&store, "/orgs/acme/teams").await;
    assert_eq!(status, StatusCode::OK);
    assert!(words(&page).contains("No Dockerfile in scope is known yet."));
}
