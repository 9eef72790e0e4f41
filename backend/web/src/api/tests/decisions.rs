//! Decisions given and taken back by programs.

use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode};
use serde_json::{Value, json};

use store::Role;

use super::{Got, acme, get, send};
use crate::testing::people::{ask, person, program};

const DECISIONS: &str = "/api/v1/repos/acme/busy/decisions";
const FILE: &str = "/api/v1/repos/acme/busy/dockerfile?path=a/Dockerfile";

/// The base image of a Dockerfile as the API tells it.
async fn base_image(site: &Router) -> Value {
    get(site, FILE).await.body["data"]["items"][0].clone()
}

async fn waiver(site: &Router) -> Value {
    json!({
        "path": "a/Dockerfile",
        "item": "base-image",
        "kind": "waived",
        "reason": "It is replaced in spring.",
        "decided_by": "Ada",
        "expires_on": "2027-03-31",
        "evidence": base_image(site).await["evidence"],
    })
}

async fn post(site: &Router, body: &Value) -> Got {
    let request = Request::post(DECISIONS).header("content-type", "application/json");
    send(site, request.body(Body::from(body.to_string())).unwrap()).await
}

async fn delete(site: &Router, address: &str) -> Got {
    send(site, Request::delete(address).body(Body::empty()).unwrap()).await
}

#[tokio::test]
async fn a_decision_is_given_shown_and_taken_back() {
    let (_store, site) = acme().await;
    let before = get(&site, "/api/v1/orgs/acme").await;
    let taken = post(&site, &waiver(&site).await).await;
    assert_eq!((taken.status, taken.header("location")), (StatusCode::CREATED, DECISIONS));
    let id = taken.body["id"].as_i64().unwrap();
    let item = base_image(&site).await;
    assert_eq!(
        (&item["verdict"], &item["engine_verdict"]),
        (&"waived".into(), &"remaining".into())
    );
    let told = get(&site, DECISIONS).await;
    let it = &told.body["data"][0];
    assert_eq!((&it["id"], &it["path"]), (&json!(id), &json!("a/Dockerfile")));
    assert_eq!((&it["kind"], &it["ended"]), (&json!("waived"), &Value::Null));
    let after = get(&site, "/api/v1/orgs/acme").await;
    assert_ne!(before.header("etag"), after.header("etag"));
    assert_eq!(after.body["data"]["standing"]["progress"]["waived"], 1);

    let nameless = delete(&site, &format!("{DECISIONS}/{id}?by=%20")).await;
    assert_eq!(nameless.status, StatusCode::UNPROCESSABLE_ENTITY);
    let elsewhere = format!("/api/v1/repos/acme/quick/decisions/{id}?by=Bo");
    assert_eq!(delete(&site, &elsewhere).await.status, StatusCode::NOT_FOUND);
    let gone = delete(&site, &format!("{DECISIONS}/{id}?by=Bo")).await;
    assert_eq!(gone.status, StatusCode::NO_CONTENT);
    assert_eq!(base_image(&site).await["verdict"], "remaining");
    let ended = &get(&site, DECISIONS).await.body["data"][0]["ended"];
    assert_eq!((&ended["by"], &ended["reason"]), (&json!("Bo"), &json!("withdrawn")));
}

#[tokio::test]
async fn a_dispute_is_told_under_its_rule_and_changes_no_verdict() {
    let (_store, site) = acme().await;
    let mut dispute = waiver(&site).await;
    dispute["kind"] = json!("disputed");
    assert_eq!(post(&site, &dispute).await.status, StatusCode::CREATED);
    assert_eq!(base_image(&site).await["verdict"], "remaining");
    let rules = get(&site, "/api/v1/orgs/acme/disputes").await;
    let rule = &rules.body["data"][0];
    assert_eq!((&rule["code"], &rule["total"]), (&json!("not-hardened"), &json!(1)));
    assert_eq!(rule["disputes"][0]["comment"], "It is replaced in spring.");
}

#[tokio::test]
async fn what_cannot_be_decided_is_refused_in_a_sentence_that_says_what_to_do() {
    let (_store, site) = acme().await;
    let good = waiver(&site).await;
    for (field, value, part) in [
        ("path", json!("nothing"), "no Dockerfile at this path"),
        ("path", json!("../x"), "no Dockerfile at this path"),
        ("item", json!("x"), "checklist"),
        ("kind", json!("x"), "verified, waived or disputed"),
        ("kind", json!("verified"), "nothing to verify"),
        ("reason", json!(" "), "Say why"),
        ("decided_by", json!(""), "Say who"),
        ("expires_on", json!("2020-01-01"), "past"),
        ("expires_on", json!("soon"), "cannot be read"),
        ("evidence", json!("0"), "Look again"),
        ("path", Value::Null, "cannot be read"),
    ] {
        let mut bad = good.clone();
        bad[field] = value;
        let got = post(&site, &bad).await;
        assert_eq!(got.status, StatusCode::UNPROCESSABLE_ENTITY, "{field}: {}", got.body);
        assert_eq!(got.header("content-type"), "application/problem+json");
        let detail = got.body["detail"].as_str().unwrap();
        assert!(detail.contains(part), "{field}: {detail}");
    }
    assert!(get(&site, DECISIONS).await.body["data"].as_array().unwrap().is_empty());
}

#[tokio::test]
async fn only_json_is_taken_and_nothing_from_another_site() {
    let (_store, site) = acme().await;
    let body = waiver(&site).await.to_string();
    for kind in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"] {
        let request = Request::post(DECISIONS).header("content-type", kind);
        let got = send(&site, request.body(Body::from(body.clone())).unwrap()).await;
        assert_eq!(got.status, StatusCode::UNSUPPORTED_MEDIA_TYPE, "{kind}");
        assert!(got.body["detail"].as_str().unwrap().contains("application/json"));
    }
    let broken = Request::post(DECISIONS).header("content-type", "application/json");
    let broken = send(&site, broken.body(Body::from("{")).unwrap()).await;
    assert_eq!(broken.status, StatusCode::BAD_REQUEST);
    for method in ["POST", "DELETE"] {
        let address =
            if method == "POST" { DECISIONS } else { "/api/v1/repos/acme/busy/decisions/1?by=x" };
        let request = Request::builder().method(method).uri(address);
        let request = request.header("content-type", "application/json");
        let request = request.header("sec-fetch-site", "cross-site");
        let got = send(&site, request.body(Body::from(body.clone())).unwrap()).await;
        assert_eq!(got.status, StatusCode::FORBIDDEN, "{method}");
    }
    assert!(get(&site, DECISIONS).await.body["data"].as_array().unwrap().is_empty());
}

#[tokio::test]
async fn a_program_decides_under_the_name_of_its_person_and_nobody_elses() {
    let (store, site) = acme().await;
    let zoe = program(&person(&store, "Zoë", Role::Editor).await);
    let sent = async |body: Value| {
        let request = Request::post(DECISIONS).header("content-type", "application/json");
        ask(&store, &zoe, request, &body.to_string()).await
    };
    let mut body = waiver(&site).await;
    let refused = sent(body.clone()).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.body.contains("Leave out who decides"), "{}", refused.body);
    body.as_object_mut().unwrap().remove("decided_by");
    let taken = sent(body).await;
    assert_eq!(taken.status, StatusCode::CREATED, "{}", taken.body);
    let told = &get(&site, DECISIONS).await.body["data"][0];
    assert_eq!((&told["decided_by"], &told["ended"]), (&json!("Zoë"), &Value::Null));
    let address = format!("{DECISIONS}/{}", told["id"]);
    let named = ask(&store, &zoe, Request::delete(format!("{address}?by=Bo")), "").await;
    assert_eq!(named.status, StatusCode::UNPROCESSABLE_ENTITY);
    let gone = ask(&store, &zoe, Request::delete(address), "").await;
    assert_eq!(gone.status, StatusCode::NO_CONTENT);
    assert_eq!(get(&site, DECISIONS).await.body["data"][0]["ended"]["by"], "Zoë");
}
