//! `/webhooks/github`: takes GitHub's deliveries and answers as soon as what they want is
//! queued. Who sent one is decided by its signature, so it needs no session and no origin.

use std::pin::Pin;

use axum::body::Bytes;
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::routing::post;
use store::StoreError;
use tower::limit::ConcurrencyLimitLayer;

use crate::app::App;
use crate::error::AppError;
use crate::routes::{Need, Routes};

/// GitHub sends no larger delivery than 25 MB.
pub(crate) const BODY_LIMIT: usize = 25_000_000;
/// So many bodies are held at once; the others wait.
const MOST_AT_ONCE: usize = 16;
/// No delivery's id and no event's name is longer.
const LONGEST_WORD: usize = 100;

/// What GitHub sent, unread.
#[derive(Debug, Clone)]
pub struct Delivered {
    /// The delivery's id.
    pub id: String,
    /// The event's name.
    pub event: String,
    /// The header `X-Hub-Signature-256`; empty if it is not there.
    pub signature: String,
    /// What the body says it is.
    pub content_type: String,
    /// The body as it was sent, which the signature is of.
    pub body: Bytes,
}

/// Why a delivery is not taken.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// No secret is set, so that no delivery can be told from a forged one.
    #[error("no secret is set for webhooks")]
    Closed,
    /// The signature is missing or not right.
    #[error("the signature is not right")]
    Unsigned,
    /// The delivery cannot be read, and why.
    #[error("{0}")]
    Malformed(String),
    /// It could not be noted.
    #[error("the delivery could not be noted")]
    Store(#[from] StoreError),
}

/// The answer to [`Webhooks::receive`], some time later.
pub type Receiving<'a> = Pin<Box<dyn Future<Output = Result<(), Refused>> + Send + 'a>>;

/// Checks deliveries and queues what they want.
pub trait Webhooks: Send + Sync {
    /// Whether deliveries are taken at all.
    fn is_open(&self) -> bool;

    /// Notes a delivery whose signature is right; the work comes later.
    fn receive(&self, delivered: Delivered) -> Receiving<'_>;
}

pub(crate) fn routes() -> Routes {
    let take = post(take).layer(ConcurrencyLimitLayer::new(MOST_AT_ONCE));
    // Who sends it is known by its signature.
    Routes::new().with(Method::POST, "/webhooks/github", Need::Nobody, take)
}

async fn take(app: App, headers: HeaderMap, body: Bytes) -> Result<StatusCode, AppError> {
    if !app.webhooks.is_open() {
        return Err(closed());
    }
    let text = |name: &str| headers.get(name).and_then(|it| it.to_str().ok()).unwrap_or_default();
    let delivered = Delivered {
        id: word(text("x-github-delivery"))?,
        event: word(text("x-github-event"))?,
        signature: text("x-hub-signature-256").to_owned(),
        content_type: text(header::CONTENT_TYPE.as_str()).to_owned(),
        body,
    };
    match app.webhooks.receive(delivered).await {
        Ok(()) => Ok(StatusCode::ACCEPTED),
        Err(Refused::Closed) => Err(closed()),
        Err(Refused::Unsigned) => Err(AppError::Unsigned),
        Err(Refused::Malformed(reason)) => {
            tracing::warn!(reason, "A webhook delivery with a right signature cannot be read");
            Err(AppError::BadRequest("The delivery cannot be read.".to_owned()))
        }
        Err(Refused::Store(error)) => Err(error.into()),
    }
}

fn closed() -> AppError {
    tracing::warn!("A webhook was refused: set GITHUB_WEBHOOK_SECRET to the webhook's secret");
    AppError::NotFound
}

/// A header that names something: letters, digits, `-` and `_`.
fn word(text: &str) -> Result<String, AppError> {
    let is_word = (1..=LONGEST_WORD).contains(&text.len())
        && text.bytes().all(|it| it.is_ascii_alphanumeric() || matches!(it, b'-' | b'_'));
    if is_word {
        Ok(text.to_owned())
    } else {
        Err(AppError::BadRequest("A header of GitHub's deliveries is missing.".to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::http::{Request, request};
    use http_body_util::BodyExt as _;
    use tower::ServiceExt as _;

    use super::*;
    use crate::testing::app;

    fn delivery() -> request::Builder {
        Request::post("/webhooks/github")
            .header("x-github-delivery", "72d3162e-cc78-11e3-81ab-4c9367dc0958")
            .header("x-github-event", "ping")
            .header("x-hub-signature-256", "good")
            .header("content-type", "application/json")
    }

    async fn sent(request: request::Builder, body: impl Into<Body>) -> (StatusCode, String) {
        let store = store::testing::store().await;
        let request = request.body(body.into()).unwrap();
        let response = crate::router(app(&store)).oneshot(request).await.unwrap();
        let status = response.status();
        let bytes = response.into_body().collect().await.unwrap().to_bytes();
        (status, String::from_utf8(bytes.to_vec()).unwrap())
    }

    #[tokio::test]
    async fn a_signed_delivery_is_accepted_without_an_origin() {
        let (status, body) = sent(delivery(), "{}").await;
        assert_eq!((status, body.as_str()), (StatusCode::ACCEPTED, ""));
    }

    #[tokio::test]
    async fn a_delivery_with_a_wrong_signature_learns_nothing_else() {
        let mut wrong = delivery();
        wrong.headers_mut().unwrap().insert("x-hub-signature-256", "bad".parse().unwrap());
        let (status, body) = sent(wrong, "no json").await;
        assert_eq!(status, StatusCode::UNAUTHORIZED);
        let problem: serde_json::Value = serde_json::from_str(&body).unwrap();
        assert_eq!(problem["status"], 401);
    }

    #[tokio::test]
    async fn a_delivery_that_cannot_be_read_is_a_bad_request() {
        assert_eq!(sent(delivery(), "no json").await.0, StatusCode::BAD_REQUEST);
    }

    #[tokio::test]
    async fn a_delivery_says_its_id_and_its_event_in_a_word() {
        for header in ["x-github-delivery", "x-github-event"] {
            for value in ["", "a b", "<b>", &"a".repeat(101)] {
                let mut request = delivery();
                request.headers_mut().unwrap().insert(header, value.parse().unwrap());
                assert_eq!(sent(request, "{}").await.0, StatusCode::BAD_REQUEST, "{value}");
            }
        }
    }

    #[tokio::test]
    async fn a_delivery_may_have_25_megabytes_and_no_more() {
        let body = |length: usize| format!("{{}}{}", " ".repeat(length - 2));
        assert_eq!(sent(delivery(), body(BODY_LIMIT)).await.0, StatusCode::ACCEPTED);
        let (status, _) = sent(delivery(), body(BODY_LIMIT + 1)).await;
        assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE);
    }

    #[tokio::test]
    async fn a_page_of_another_site_cannot_send_a_delivery() {
        let foreign = delivery().header("sec-fetch-site", "cross-site");
        assert_eq!(sent(foreign, "{}").await.0, StatusCode::FORBIDDEN);
    }
}
