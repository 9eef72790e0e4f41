//! The feed over a real database.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use http_body_util::BodyExt as _;
use tower::ServiceExt as _;

use super::*;
use crate::testing::app;
use crate::world;

async fn feed(
    store: &store::testing::TestStore,
    host: &str,
    known: &str,
) -> (StatusCode, String, String) {
    let request = Request::get("/orgs/acme/changes.atom")
        .header("host", host)
        .header("if-none-match", known)
        // Whatever host they name.
        .extension(crate::reader::Reader::machine())
        .body(Body::empty())
        .unwrap();
    let response = crate::router(app(store)).oneshot(request).await.unwrap();
    let tag = response.headers().get("etag").map_or("", |it| it.to_str().unwrap()).to_owned();
    let status = response.status();
    let bytes = response.into_body().collect().await.unwrap().to_bytes();
    (status, tag, String::from_utf8(bytes.to_vec()).unwrap())
}

#[tokio::test]
async fn a_feed_tells_who_finished_and_what_commits_changed_newest_first() {
    let store = store::testing::store().await;
    world::acme(&store).await;
    let (status, tag, text) = feed(&store, "drydock.example:8080", "").await;
    assert_eq!(status, StatusCode::OK);
    let titles: Vec<&str> =
        text.split("<title>").skip(2).map(|it| it.split("</title>").next().unwrap()).collect();
    assert!(
        titles.contains(&"slipped slipped back") && titles.contains(&"finished is finished"),
        "{titles:?}"
    );
    assert!(titles.contains(&"slipped/Dockerfile: 2 verdicts lost"), "{titles:?}");
    assert!(text.contains(r#"href="http://drydock.example:8080/repos/acme/slipped""#), "{text}");
    let updated: Vec<&str> =
        text.split("<updated>").skip(2).map(|it| it.split('<').next().unwrap()).collect();
    assert!(updated.is_sorted_by(|one, other| one >= other), "{updated:?}");
    let mut ids: Vec<&str> =
        text.split("<id>").skip(1).map(|it| it.split("</id>").next().unwrap()).collect();
    ids.sort_unstable();
    assert!(ids.windows(2).all(|it| it[0] != it[1]));
    assert_eq!(feed(&store, "drydock.example:8080", &tag).await.0, StatusCode::NOT_MODIFIED);
}

#[tokio::test]
async fn a_host_that_is_none_is_not_believed() {
    let store = store::testing::store().await;
    world::acme(&store).await;
    for hostile in ["a/b", "a\"><x>", "user@evil.example", "a b", ""] {
        let (_, _, text) = feed(&store, hostile, "").await;
        assert!(text.contains(r#"href="/repos/acme/slipped""#), "{hostile}");
    }
}

#[test]
fn what_xml_forbids_is_left_out() {
    assert_eq!(printable("a\u{0}b\u{1b}c\u{fffe}d\te\u{1f600}"), "abcd\te\u{1f600}");
}
