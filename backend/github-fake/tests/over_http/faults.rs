//! Faults that a test orders, over real HTTP.

use std::time::{Duration, Instant};

use crate::common::{Reply, Tested, fetch, query, send, started};
use github_fake::{Fake, Fault, FaultRule, On, Options};
use serde_json::json;

#[tokio::test]
async fn one_repository_can_fail_while_the_others_answer() -> Tested {
    let fake = started().await?;
    fake.fault(FaultRule::new(On::Repository("shop".to_owned()), Fault::Status(451)));
    assert_eq!(fetch(&fake, "/repos/acme/shop/git/trees/main").await?.status, 451);
    assert_eq!(fetch(&fake, "/repos/acme/vault").await?.status, 200);
    fake.clear_faults();
    assert_eq!(fetch(&fake, "/repos/acme/shop").await?.status, 200);
    Ok(())
}

#[tokio::test]
async fn the_second_request_can_fail_once() -> Tested {
    let fake = started().await?;
    fake.fault(FaultRule::new(On::Rest, Fault::Status(502)).after(1).times(1));
    for status in [200, 502, 200] {
        assert_eq!(fetch(&fake, "/orgs/acme").await?.status, status);
    }
    Ok(())
}

#[tokio::test]
async fn every_third_request_can_fail() -> Tested {
    let fake = started().await?;
    fake.fault(FaultRule::new(On::Rest, Fault::Status(500)).every(3));
    for status in [200, 200, 500, 200, 200, 500] {
        assert_eq!(fetch(&fake, "/orgs/acme").await?.status, status);
    }
    Ok(())
}

#[tokio::test]
async fn a_query_can_be_too_much_work() -> Tested {
    let fake = started().await?;
    fake.fault(FaultRule::new(On::Graphql, Fault::ResourceLimits).times(1));
    let answer = query(&fake, "{ viewer { login } }", json!({})).await?;
    assert_eq!(answer["errors"][0]["type"], "RESOURCE_LIMITS_EXCEEDED");
    Ok(())
}

#[tokio::test]
async fn a_cut_answer_is_an_error_of_the_connection() -> Tested {
    let fake = started().await?;
    fake.fault(FaultRule::new(On::Rest, Fault::Cut).times(1));
    assert!(fetch(&fake, "/orgs/acme").await.is_err());
    assert_eq!(fetch(&fake, "/orgs/acme").await?.status, 200);
    Ok(())
}

#[tokio::test]
async fn a_malformed_answer_is_no_json() -> Tested {
    let fake = started().await?;
    fake.fault(FaultRule::new(On::Any, Fault::Malformed));
    let reply = fetch(&fake, "/orgs/acme").await?;
    assert!(reply.status == 200 && reply.json().is_null());
    Ok(())
}

#[tokio::test]
async fn the_secondary_limit_says_when_to_come_back() -> Tested {
    let fake = started().await?;
    fake.fault(FaultRule::new(On::Rest, Fault::SecondaryLimit(7)));
    let reply = fetch(&fake, "/orgs/acme").await?;
    assert_eq!((reply.status, reply.header("retry-after")), (403, "7"));
    Ok(())
}

#[tokio::test]
async fn the_primary_limit_of_graphql_leaves_rest_alone() -> Tested {
    let fake = started().await?;
    fake.fault(FaultRule::new(On::Graphql, Fault::PrimaryLimit(60)).times(1));
    for _ in 0..2 {
        let answer = query(&fake, "{ viewer { login } }", json!({})).await?;
        assert_eq!(answer["errors"][0]["type"], "RATE_LIMIT");
    }
    assert_eq!(fetch(&fake, "/orgs/acme").await?.status, 200);
    Ok(())
}

#[tokio::test]
async fn a_late_answer_is_late() -> Tested {
    let fake = started().await?;
    fake.fault(FaultRule::new(On::Rest, Fault::Late(Duration::from_millis(120))));
    let start = Instant::now();
    assert_eq!(fetch(&fake, "/orgs/acme").await?.status, 200);
    assert!(start.elapsed() >= Duration::from_millis(120));
    Ok(())
}

#[tokio::test]
async fn a_stopped_stand_in_answers_no_more() -> Tested {
    let fake = started().await?;
    let url = fake.api_url();
    fetch(&fake, "/orgs/acme").await?;
    fake.stop().await;
    let request = axum::http::Request::get(format!("{url}/orgs/acme")).header("user-agent", "x");
    assert!(crate::common::send(request, "").await.is_err());
    Ok(())
}

#[tokio::test]
async fn a_page_for_people_is_no_json() -> Tested {
    let fake = started().await?;
    fake.fault(FaultRule::new(On::Rest, Fault::NotJson));
    let reply = fetch(&fake, "/orgs/acme").await?;
    assert!(reply.status == 200 && reply.body.starts_with(b"<!DOCTYPE html>"));
    Ok(())
}

#[tokio::test]
async fn a_partial_answer_lacks_one_of_the_objects_asked_for() -> Tested {
    let fake = started().await?;
    fake.fault(FaultRule::new(On::Graphql, Fault::Partial(Some("SERVICE_UNAVAILABLE"))).times(1));
    fake.fault(FaultRule::new(On::Graphql, Fault::Partial(None)).times(1));
    let text =
        "{ repository(owner: \"acme\", name: \"shop\") { a: object(expression: \"HEAD\") { oid }
        b: object(expression: \"HEAD:\") { oid } } rateLimit { cost } }";
    let typed = query(&fake, text, json!({})).await?;
    assert!(typed["data"]["repository"]["a"]["oid"].is_string());
    assert!(typed["data"]["repository"]["b"].is_null() && typed["data"]["rateLimit"]["cost"] == 1);
    assert_eq!(typed["errors"][0]["type"], "SERVICE_UNAVAILABLE");
    assert_eq!(typed["errors"][0]["path"], json!(["repository", "b"]));
    let untyped = query(&fake, "{ viewer { login } }", json!({})).await?;
    assert_eq!(untyped["data"], json!({"viewer": null}));
    assert_eq!(untyped["errors"][0].get("type"), None);
    Ok(())
}

#[tokio::test]
async fn random_faults_come_at_their_rate_and_go_when_cleared() -> Tested {
    let options = Options { rest_limit: 100_000, ..Options::default() };
    let fake = Fake::start(crate::common::world()?, options).await?;
    fake.faults_at(0.3, 11);
    let mut good = 0;
    for _ in 0..200 {
        let reply = fetch(&fake, "/rate_limit").await;
        let is_good = |it: Reply| it.status == 200 && it.json().is_object();
        good += usize::from(reply.is_ok_and(is_good));
    }
    assert!((120..165).contains(&good), "{good} of 200");
    fake.clear_faults();
    for _ in 0..20 {
        assert_eq!(fetch(&fake, "/rate_limit").await?.status, 200);
    }
    Ok(())
}

#[tokio::test]
async fn a_request_before_the_end_of_a_wait_is_noted() -> Tested {
    let fake = started().await?;
    fake.fault(FaultRule::new(On::Rest, Fault::TooManyRequests(1)).times(1));
    assert_eq!(fetch(&fake, "/orgs/acme").await?.status, 429);
    query(&fake, "{ viewer { login } }", json!({})).await?;
    assert_eq!(fake.account().asked_while_told_to_wait, []);
    fetch(&fake, "/orgs/acme").await?;
    assert_eq!(fake.account().asked_while_told_to_wait.len(), 1);
    tokio::time::sleep(Duration::from_millis(1_010)).await;
    fetch(&fake, "/orgs/acme").await?;
    assert_eq!(fake.account().asked_while_told_to_wait.len(), 1);
    Ok(())
}

#[tokio::test]
async fn a_used_up_budget_is_full_again_at_the_second_it_tells() -> Tested {
    let fake = started().await?;
    fake.fault(FaultRule::new(On::Rest, Fault::PrimaryLimit(1)).times(1));
    let refused = fetch(&fake, "/orgs/acme").await?;
    assert_eq!((refused.status, refused.header("x-ratelimit-remaining")), (403, "0"));
    let reset: i64 = refused.header("x-ratelimit-reset").parse()?;
    let wait = reset * 1_000 - chrono::Utc::now().timestamp_millis();
    tokio::time::sleep(Duration::from_millis(u64::try_from(wait)?)).await;
    assert_eq!(fetch(&fake, "/orgs/acme").await?.status, 200);
    assert_eq!(fake.account().asked_while_told_to_wait, []);
    Ok(())
}

#[tokio::test]
async fn more_than_900_points_a_minute_meet_the_secondary_limit() -> Tested {
    let options = Options { has_secondary_limits: true, ..Options::default() };
    let fake = Fake::start(crate::common::world()?, options).await?;
    for _ in 0..900 {
        assert_eq!(fetch(&fake, "/orgs/acme").await?.status, 200);
    }
    let refused = fetch(&fake, "/orgs/acme").await?;
    assert_eq!(refused.status, 403);
    assert!((1..=60).contains(&refused.header("retry-after").parse::<u32>()?));
    let account = fake.account();
    assert_eq!((account.secondary_limits_met, account.busiest_rest_minute), (1, 901));
    Ok(())
}

#[tokio::test]
async fn requests_at_once_are_counted_and_bounded() -> Tested {
    let options = Options { has_secondary_limits: true, ..Options::default() };
    let fake = Fake::start(crate::common::world()?, options).await?;
    fake.fault(FaultRule::new(On::Rest, Fault::Late(Duration::from_millis(1_500))));
    let requests: Vec<_> = (0..102)
        .map(|_| {
            let request = crate::common::get(&fake, "/orgs/acme");
            tokio::spawn(async move { send(request, "").await.map(|it| it.status).unwrap_or(0) })
        })
        .collect();
    let mut refused = 0;
    for request in requests {
        refused += usize::from(request.await? == 403);
    }
    let peak = fake.account().peak_concurrency;
    assert!(refused == 2 && (101..=102).contains(&peak), "{refused} refused, {peak} at once");
    Ok(())
}

#[tokio::test]
async fn the_blobs_served_are_told_by_their_shas() -> Tested {
    let fake = started().await?;
    let oid = github_fake::git::blob_oid(b"FROM golang:1.26\n").to_string();
    fetch(&fake, &format!("/repos/acme/shop/git/blobs/{oid}")).await?;
    let text = "{ repository(owner: \"acme\", name: \"shop\") {
        object(expression: \"HEAD:api/Dockerfile\") { ... on Blob { text } } } }";
    query(&fake, text, json!({})).await?;
    assert_eq!(fake.account().blob_oids, [oid.clone(), oid]);
    Ok(())
}

#[tokio::test]
async fn a_query_that_looks_up_too_much_runs_out_of_time() -> Tested {
    let options = Options { graphql_lookup_limit: Some(2), ..Options::default() };
    let fake = Fake::start(crate::common::world()?, options).await?;
    let text = |count: usize| {
        let objects: String = (0..count)
            .map(|it| format!("a{it}: object(expression: \"HEAD\") {{ oid }} "))
            .collect();
        format!("{{ repository(owner: \"acme\", name: \"shop\") {{ {objects} }} }}")
    };
    let fits = query(&fake, &text(2), json!({})).await?;
    assert_eq!(fits.get("errors"), None);
    let request = axum::http::Request::post(fake.graphql_url())
        .header("user-agent", "test")
        .header("authorization", format!("Bearer {}", fake.token()));
    let reply = send(request, json!({"query": text(3)}).to_string()).await?;
    assert_eq!(reply.status, 502);
    Ok(())
}

#[tokio::test]
async fn tokens_of_one_login_share_a_budget_and_others_have_their_own() -> Tested {
    let credential = |token: &str, login: &str| github_fake::Credential {
        token: token.to_owned(),
        login: login.to_owned(),
        ..github_fake::Credential::default()
    };
    let credentials =
        vec![credential("one", "ada"), credential("two", "ada"), credential("three", "bea")];
    let options = Options { credentials, rest_limit: 1, ..Options::default() };
    let fake = Fake::start(crate::common::world()?, options).await?;
    for (token, status) in [("one", 200), ("two", 403), ("three", 200)] {
        let request = axum::http::Request::get(format!("{}/orgs/acme", fake.api_url()))
            .header("user-agent", "test")
            .header("authorization", format!("Bearer {token}"));
        assert_eq!(send(request, "").await?.status, status, "{token}");
    }
    Ok(())
}
