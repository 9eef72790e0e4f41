//! `/metrics`: numbers for Prometheus, in the OpenMetrics text format.

use axum::http::header;
use axum::response::{IntoResponse, Response};
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::{Registry, Unit};
use store::read::metrics::StateCount;
use store::read::standing::Standing;
use store::read::{ItemVerdict, OrganizationHeader};

use crate::app::App;
use crate::error::AppError;
use crate::links;
use crate::routes::{Need, Routes};

const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

pub(crate) fn routes() -> Routes {
    Routes::new().get(links::METRICS, Need::VIEWER, show)
}

async fn show(app: App) -> Result<Response, AppError> {
    app.needs_everything().await?;
    let organizations = app.store.organization_headers().await?;
    let mut registry = Registry::with_prefix("drydock");
    app.metrics.register(&mut registry);
    let gauges = Gauges::default();
    gauges.register(&mut registry);
    gauges.tell_states(&app.store.state_counts().await?);
    for header in organizations {
        let standing = app.snapshot(&header).await?.standing(app.now());
        gauges.tell_organization(&header, &standing, app.now().timestamp());
    }
    let mut text = String::new();
    encode(&mut text, &registry).map_err(askama::Error::from)?;
    Ok(([(header::CONTENT_TYPE, CONTENT_TYPE)], text).into_response())
}

/// What stands at this moment.
#[derive(Default)]
struct Gauges {
    crawls: Family<InState, Gauge>,
    jobs: Family<InState, Gauge>,
    age: Family<Of, Gauge>,
    repositories: Family<StateOf, Gauge>,
    unreadable: Family<Of, Gauge>,
    verdicts: Family<VerdictOf, Gauge>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct InState {
    state: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Of {
    organization: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct StateOf {
    organization: String,
    state: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct VerdictOf {
    organization: String,
    verdict: &'static str,
}

impl Gauges {
    fn register(&self, registry: &mut Registry) {
        registry.register("crawls", "Crawls by how they stand", self.crawls.clone());
        registry.register("jobs", "Jobs that wait, run or were given up", self.jobs.clone());
        registry.register_with_unit(
            "facts_age",
            "Time since a crawl ended well",
            Unit::Seconds,
            self.age.clone(),
        );
        registry.register("repositories", "Repositories in the count", self.repositories.clone());
        registry.register(
            "repositories_unreadable",
            "Repositories that could not be read at the last attempt",
            self.unreadable.clone(),
        );
        registry.register(
            "verdicts",
            "Item verdicts of Dockerfiles in scope",
            self.verdicts.clone(),
        );
    }

    fn tell_states(&self, counts: &[StateCount]) {
        for it in counts {
            let family = if it.kind == "crawl" { &self.crawls } else { &self.jobs };
            family.get_or_create(&InState { state: it.state.clone() }).set(it.count);
        }
    }

    fn tell_organization(&self, header: &OrganizationHeader, standing: &Standing, now: i64) {
        let organization = header.login.to_string();
        let of = Of { organization: organization.clone() };
        if let Some(crawled_at) = header.crawled_at {
            self.age.get_or_create(&of).set(now - crawled_at.timestamp());
        }
        self.unreadable.get_or_create(&of).set(standing.unreadable);
        let open = standing.repositories - standing.finished;
        for (state, count) in [("finished", standing.finished), ("open", open)] {
            let labels = StateOf { organization: organization.clone(), state };
            self.repositories.get_or_create(&labels).set(count);
        }
        for verdict in ItemVerdict::ALL {
            let labels = VerdictOf { organization: organization.clone(), verdict: verdict.slug() };
            self.verdicts.get_or_create(&labels).set(standing.tally.count(verdict));
        }
    }
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::http::Request;
    use http_body_util::BodyExt as _;
    use tower::ServiceExt as _;

    use crate::testing::app;
    use crate::world;

    #[tokio::test]
    async fn requests_are_counted_by_route_and_verdicts_by_organization() {
        let store = store::testing::store().await;
        world::acme(&store).await;
        let site = crate::router(app(&store));
        let mut text = String::new();
        for address in ["/orgs/acme", "/orgs/acme", "/orgs/%3Cscript%3E", "/metrics"] {
            let request = Request::get(address).body(Body::empty()).unwrap();
            let response = site.clone().oneshot(request).await.unwrap();
            let bytes = response.into_body().collect().await.unwrap().to_bytes();
            text = String::from_utf8_lossy(&bytes).into_owned();
        }
        for line in [
            r#"drydock_http_requests_total{method="GET",route="/orgs/{org}",status="200"} 2"#,
            r#"drydock_http_requests_total{method="GET",route="/orgs/{org}",status="404"} 1"#,
            r#"drydock_http_request_duration_seconds_count{method="GET",route="/orgs/{org}"} 3"#,
            r#"drydock_crawls{state="done"} 2"#,
            r#"drydock_facts_age_seconds{organization="acme"} 32400"#,
            r#"drydock_repositories{organization="acme",state="finished"} 2"#,
            r#"drydock_verdicts{organization="acme",verdict="verified"} 0"#,
        ] {
            assert!(text.contains(line), "{line}\n{text}");
        }
        assert!(text.ends_with("# EOF\n") && !text.contains("script"));
    }
}
