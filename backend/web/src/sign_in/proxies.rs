//! What a reverse proxy says about a request: who the person is, and where they are.
//!
//! Anyone can write these headers, so they are read only where the other end of the
//! connection is an address that was declared to be a proxy.

use std::net::{IpAddr, SocketAddr};

use axum::http::{HeaderMap, HeaderName};
use ipnet::IpNet;

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
/// More proxies than this are a joke on us.
const MOST_ADDRESSES: usize = 32;
const LONGEST_NAME: usize = 200;

/// The declared proxies.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Proxies {
    /// Where they are.
    pub addresses: Vec<IpNet>,
    /// The header that names the person, if they sign people in.
    pub header: Option<HeaderName>,
}

/// Why a proxy's header is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ProxyError {
    /// It came from elsewhere.
    #[error("{0} names a person but is not among the declared addresses of the proxy")]
    Undeclared(IpAddr),
    /// It is there more than once, or holds several names: somebody else wrote one of them.
    #[error(
        "the request names more than one person: the proxy must replace the header that browsers send"
    )]
    Ambiguous,
    /// It is no name.
    #[error("the proxy names a person by something that is no name")]
    Malformed,
}

impl Proxies {
    /// The person that the proxy names; none if it names nobody, or signs nobody in.
    ///
    /// # Errors
    /// The header is there and must not be believed. The request is then nobody's.
    pub fn person(&self, peer: IpAddr, headers: &HeaderMap) -> Result<Option<String>, ProxyError> {
        let Some(header) = &self.header else { return Ok(None) };
        let mut values = headers.get_all(header).iter();
        let Some(value) = values.next() else { return Ok(None) };
        if !self.has(peer) {
            return Err(ProxyError::Undeclared(peer));
        }
        if values.next().is_some() {
            return Err(ProxyError::Ambiguous);
        }
        let name = std::str::from_utf8(value.as_bytes()).map_err(|_| ProxyError::Malformed)?;
        let name = name.trim();
        // Proxies join a header that is sent twice with a comma.
        if name.contains(',') {
            return Err(ProxyError::Ambiguous);
        }
        if name.chars().count() > LONGEST_NAME || name.chars().any(char::is_control) {
            return Err(ProxyError::Malformed);
        }
        Ok(Some(name.to_owned()).filter(|it| !it.is_empty()))
    }

    /// Where the person is: the last address on the way that is no declared proxy. What is
    /// further off was written by whoever is there.
    #[must_use]
    pub fn client(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let mut client = peer.to_canonical();
        let lines = headers.get_all(FORWARDED_FOR).iter().rev();
        let addresses = lines.flat_map(|it| it.to_str().unwrap_or("?").rsplit(','));
        for text in addresses.take(MOST_ADDRESSES) {
            if !self.has(client) {
                break;
            }
            let Some(address) = address(text) else { break };
            client = address;
        }
        client
    }

    fn has(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.addresses.iter().any(|it| it.contains(&address))
    }
}

/// Some proxies write the port, too.
fn address(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    let address = text.parse().or_else(|_| text.parse::<SocketAddr>().map(|it| it.ip())).ok();
    address.map(|it: IpAddr| it.to_canonical())
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;
    use proptest::prelude::*;

    use super::*;

    const USER: HeaderName = HeaderName::from_static("x-forwarded-user");

    fn proxies() -> Proxies {
        let addresses = ["10.1.0.0/16", "fd00::/8"].map(|it| it.parse().unwrap());
        Proxies { addresses: addresses.into(), header: Some(USER) }
    }

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    fn headers(name: HeaderName, values: &[&[u8]]) -> HeaderMap {
        let value = |it: &&[u8]| HeaderValue::from_bytes(it).unwrap();
        values.iter().map(|it| (name.clone(), value(it))).collect()
    }

    fn person(peer: &str, values: &[&[u8]]) -> Result<Option<String>, ProxyError> {
        proxies().person(ip(peer), &headers(USER, values))
    }

    #[test]
    fn a_declared_proxy_names_the_person() {
        assert_eq!(
            person("10.1.2.3", &[b" alice@example.com "]),
            Ok(Some("alice@example.com".into()))
        );
        assert_eq!(
            person("::ffff:10.1.2.3", &["Zo\u{eb}".as_bytes()]),
            Ok(Some("Zo\u{eb}".into()))
        );
        assert_eq!(person("fd00::1", &[b""]), Ok(None));
        assert_eq!(person("10.1.2.3", &[]), Ok(None));
    }

    #[test]
    fn nobody_else_does() {
        assert_eq!(person("10.2.0.1", &[b"alice"]), Err(ProxyError::Undeclared(ip("10.2.0.1"))));
        assert_eq!(person("10.2.0.1", &[]), Ok(None));
        let without = Proxies { header: None, ..proxies() };
        assert_eq!(without.person(ip("10.1.0.1"), &headers(USER, &[b"alice"])), Ok(None));
    }

    #[test]
    fn two_names_are_nobody() {
        assert_eq!(person("10.1.0.1", &[b"root", b"alice"]), Err(ProxyError::Ambiguous));
        assert_eq!(person("10.1.0.1", &[b"root, alice"]), Err(ProxyError::Ambiguous));
    }

    #[test]
    fn what_is_no_name_is_nobody() {
        for wrong in [b"\xff\xfe".as_slice(), b"a\tb", &[b'a'; 201]] {
            assert_eq!(person("10.1.0.1", &[wrong]), Err(ProxyError::Malformed));
        }
    }

    fn client(peer: &str, lines: &[&str]) -> String {
        let lines: Vec<&[u8]> = lines.iter().map(|it| it.as_bytes()).collect();
        proxies().client(ip(peer), &headers(FORWARDED_FOR, &lines)).to_string()
    }

    #[test]
    fn the_client_is_the_last_address_that_is_no_proxy() {
        assert_eq!(client("10.1.0.1", &["203.0.113.7"]), "203.0.113.7");
        assert_eq!(client("10.1.0.1", &["1.1.1.1, 203.0.113.7, 10.1.0.9"]), "203.0.113.7");
        assert_eq!(client("10.1.0.1", &["1.1.1.1", "203.0.113.7:5123"]), "203.0.113.7");
        assert_eq!(client("10.1.0.1", &["[2001:db8::1]:443"]), "2001:db8::1");
        assert_eq!(client("10.1.0.1", &["10.1.0.8, 10.1.0.9"]), "10.1.0.8");
        assert_eq!(client("::ffff:10.1.0.1", &[]), "10.1.0.1");
    }

    #[test]
    fn an_address_that_is_none_ends_the_way() {
        assert_eq!(client("10.1.0.1", &["203.0.113.7, unknown"]), "10.1.0.1");
        assert_eq!(client("10.1.0.1", &["203.0.113.7, 10.1.0.9, <b>, 10.1.0.8"]), "10.1.0.8");
    }

    proptest! {
        #[test]
        fn an_undeclared_peer_is_itself_whatever_it_writes(line in "[ -~]{0,60}") {
            prop_assert_eq!(client("203.0.113.7", &[&line]), "203.0.113.7");
        }

        #[test]
        fn what_a_client_writes_in_front_changes_nothing(line in "[ -~]{0,60}") {
            let line = format!("{line}, 203.0.113.7, 10.1.0.9");
            prop_assert_eq!(client("10.1.0.1", &[&line]), "203.0.113.7");
        }
    }
}
