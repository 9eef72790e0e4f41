//! Faults that a test orders, over real HTTP.

use std::time::{Duration, Instant};

use crate::common::{Tested, fetch, query, started};
use github_fake::{Fault, FaultRule, On};
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
