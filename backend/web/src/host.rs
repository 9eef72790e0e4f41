//! Where the reader reached us, for texts that leave our pages: feeds, a README's badge.
//!
//! The `Host` of a request is whatever its sender wrote. It is used where it is a host and
//! nothing more, and only for links back to us.

use axum::http::HeaderMap;
use axum::http::uri::Authority;

/// `https://drydock.example`, or nothing where the request names no host.
pub(crate) fn base(headers: &HeaderMap) -> String {
    let text = |name: &str| headers.get(name).and_then(|it| it.to_str().ok());
    let scheme = match text("x-forwarded-proto") {
        Some("https") => "https",
        Some(_) | None => "http",
    };
    let host = text("host").filter(|it| is_host(it));
    host.map_or_else(String::new, |it| format!("{scheme}://{it}"))
}

/// A name or an address with or without a port, and nothing that could be more.
fn is_host(text: &str) -> bool {
    let allowed =
        |it: u8| it.is_ascii_alphanumeric() || matches!(it, b'.' | b'-' | b':' | b'[' | b']');
    (1..=255).contains(&text.len())
        && text.bytes().all(allowed)
        && text.parse::<Authority>().is_ok()
}
