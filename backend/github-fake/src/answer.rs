//! What goes back over the wire: status, headers, body.

use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::{Body, Bytes, HttpBody};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::Response;
use serde_json::{Value, json};

pub(crate) const JSON: &str = "application/json; charset=utf-8";

/// Where GitHub's error bodies point their reader.
const DOCUMENTATION: &str = "https://docs.github.com/rest";

/// An answer before it is a response.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Bytes,
    /// Whether the connection ends before the body does.
    pub(crate) cut: bool,
}

impl Answer {
    pub(crate) fn json(status: u16, value: &Value) -> Self {
        Self::typed(status, JSON, value.to_string().into())
    }

    pub(crate) fn typed(status: u16, media_type: &str, body: Bytes) -> Self {
        let headers = vec![("content-type", media_type.to_owned())];
        Self { status, headers, body, cut: false }
    }

    /// An error in GitHub's form.
    pub(crate) fn error(status: u16, message: &str) -> Self {
        let body = json!({
            "message": message,
            "documentation_url": DOCUMENTATION,
            "status": status.to_string(),
        });
        Self::json(status, &body)
    }

    pub(crate) fn not_found() -> Self {
        Self::error(404, "Not Found")
    }

    /// A repository that the law or GitHub's terms block.
    pub(crate) fn blocked(status: u16, reason: &str, created_at: &str) -> Self {
        let body = json!({
            "message": "Repository access blocked",
            "block": {
                "reason": reason,
                "created_at": created_at,
                "html_url": "https://github.com/github/dmca",
            },
        });
        Self::json(status, &body)
    }

    pub(crate) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(it, _)| *it == name).map(|(_, value)| value.as_str())
    }

    /// The same answer, whose connection ends after half the body.
    pub(crate) fn cut(mut self) -> Self {
        self.cut = true;
        self
    }

    pub(crate) fn into_response(self) -> Response {
        let length = self.body.len();
        let body = if self.cut {
            Body::new(CutBody { first: Some(self.body.slice(..length / 2)), length })
        } else {
            Body::from(self.body)
        };
        let mut response = Response::new(body);
        *response.status_mut() =
            StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        for (name, value) in self.headers {
            if let Ok(value) = HeaderValue::from_str(&value) {
                response.headers_mut().append(HeaderName::from_static(name), value);
            }
        }
        let server = HeaderValue::from_static("stand-in");
        response.headers_mut().insert(header::SERVER, server);
        response
    }
}

/// A body that promises more than it gives.
struct CutBody {
    first: Option<Bytes>,
    length: usize,
}

impl HttpBody for CutBody {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<http_body::Frame<Bytes>, std::io::Error>>> {
        let frame = self.first.take().map(http_body::Frame::data);
        Poll::Ready(Some(frame.ok_or_else(|| std::io::Error::other("cut on purpose"))))
    }

    fn size_hint(&self) -> http_body::SizeHint {
        http_body::SizeHint::with_exact(u64::try_from(self.length).unwrap_or(u64::MAX))
    }
}
