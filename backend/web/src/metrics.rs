//! How requests went, counted while they are answered: by route and not by address, so that
//! there are few series and no name of a repository in one.

use std::sync::Arc;

use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::Response;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

use crate::app::Site;

/// Seconds, from a kept page to a request that is given up.
const BUCKETS: [f64; 11] = [0.001, 0.0025, 0.005, 0.01, 0.02, 0.04, 0.1, 0.25, 1.0, 5.0, 20.0];

/// The counts of this process. Cheap to clone.
#[derive(Clone)]
pub struct Metrics {
    requests: Family<Answered, Counter>,
    seconds: Family<Route, Histogram, fn() -> Histogram>,
}

impl Default for Metrics {
    fn default() -> Self {
        let buckets: fn() -> Histogram = || Histogram::new(BUCKETS);
        Self { requests: Family::default(), seconds: Family::new_with_constructor(buckets) }
    }
}

impl std::fmt::Debug for Metrics {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Metrics").finish_non_exhaustive()
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Answered {
    method: &'static str,
    route: Arc<str>,
    status: u16,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Route {
    method: &'static str,
    route: Arc<str>,
}

impl Metrics {
    /// Adds the counts to what is told.
    pub(crate) fn register(&self, registry: &mut Registry) {
        registry.register("http_requests", "Requests answered", self.requests.clone());
        registry.register_with_unit(
            "http_request_duration",
            "Time until the answer began",
            Unit::Seconds,
            self.seconds.clone(),
        );
    }
}

/// Counts a request. Event streams begin at once; how long they stay open is not counted.
pub(crate) async fn measure(State(site): State<Site>, request: Request, next: Next) -> Response {
    let began = site.now();
    let method = known_method(request.method().as_str());
    let matched = request.extensions().get::<MatchedPath>();
    let route: Arc<str> = matched.map_or("none", MatchedPath::as_str).into();
    let response = next.run(request).await;
    let answered = Answered { method, route: route.clone(), status: response.status().as_u16() };
    site.metrics.requests.get_or_create(&answered).inc();
    let seconds = (site.now() - began).as_seconds_f64();
    site.metrics.seconds.get_or_create(&Route { method, route }).observe(seconds);
    response
}

/// A method that somebody made up is no series of its own.
fn known_method(method: &str) -> &'static str {
    let known = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
    known.into_iter().find(|it| *it == method).unwrap_or("other")
}
