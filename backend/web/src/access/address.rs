//! What the address of a request gives away: a token that must never stand in one, and a host
//! that is not this machine.

use std::net::IpAddr;

use axum::http::header;
use axum::http::request::Parts;
use axum::http::uri::Authority;
use percent_encoding::percent_decode_str;

/// Names under which people put tokens into addresses, where logs and histories keep them.
const TOKENS: [&str; 4] = ["token", "access_token", "api_key", "apikey"];
/// What proxies add, so that a request is none of this machine's own.
const FORWARDED: [&str; 3] = ["forwarded", "x-forwarded-for", "x-forwarded-host"];

/// Whether a query has a token in it.
pub(super) fn holds_token(query: Option<&str>) -> bool {
    let names = query.unwrap_or_default().split('&').filter_map(|it| it.split('=').next());
    let is_token = |name: &str| {
        let name = percent_decode_str(name).decode_utf8_lossy();
        TOKENS.iter().any(|it| name.eq_ignore_ascii_case(it))
    };
    names.into_iter().any(is_token)
}

/// Whether a request is for this machine by its own name. A page of another site can have its
/// own name lead here, and its browser would read our answers; it cannot have it be one of
/// these. Browsers always name a host.
pub(super) fn is_here(parts: &Parts) -> bool {
    let mut hosts = parts.headers.get_all(header::HOST).iter();
    let named = hosts.all(|it| it.to_str().is_ok_and(is_loopback));
    named && parts.uri.authority().is_none_or(|it| is_loopback(it.as_str()))
}

/// Whether a proxy has passed a request on.
pub(super) fn is_forwarded(parts: &Parts) -> bool {
    FORWARDED.iter().any(|it| parts.headers.contains_key(*it))
}

fn is_loopback(authority: &str) -> bool {
    let Ok(authority) = authority.parse::<Authority>() else { return false };
    let host = authority.host().to_ascii_lowercase();
    let literal = host.trim_start_matches('[').trim_end_matches(']');
    let is_literal = literal.parse::<IpAddr>().is_ok_and(|it| it.to_canonical().is_loopback());
    is_literal || host == "localhost" || host.ends_with(".localhost")
}

#[cfg(test)]
mod tests {
    use axum::http::Request;

    use super::*;

    #[test]
    fn a_token_in_an_address_is_seen_however_its_name_is_written() {
        for query in ["token=x", "a=1&access_token=x", "API_KEY=x", "to%6ben=x", "token"] {
            assert!(holds_token(Some(query)), "{query}");
        }
        for query in ["", "q=token", "tokens=1", "a=token=1"] {
            assert!(!holds_token(Some(query)), "{query}");
        }
        assert!(!holds_token(None));
    }

    #[test]
    fn this_machine_has_a_few_names_and_no_other() {
        for host in
            ["localhost", "LOCALHOST:8080", "drydock.localhost:1", "127.9.0.1:8080", "[::1]:80"]
        {
            assert!(is_loopback(host), "{host}");
        }
        for host in [
            "drydock.example",
            "127.0.0.1.evil.example",
            "localhost.evil.example",
            "evil-localhost",
            "192.168.0.1",
            "[::2]",
            "0.0.0.0",
            "me@evil.example",
            "",
        ] {
            assert!(!is_loopback(host), "{host}");
        }
    }

    #[test]
    fn each_host_that_a_request_names_must_be_this_machine() {
        let parts = |uri: &str, hosts: &[&str]| {
            let mut request = Request::get(uri);
            for host in hosts {
                request = request.header(header::HOST, *host);
            }
            request.body(()).unwrap().into_parts().0
        };
        assert!(is_here(&parts("/", &[])) && is_here(&parts("/", &["localhost:8080"])));
        assert!(!is_here(&parts("/", &["localhost", "evil.example"])));
        assert!(!is_here(&parts("http://evil.example/", &["localhost"])));
    }
}
