//! The page that somebody asked for before they were sent to sign in. It is a path of ours and
//! nothing else: whoever wrote the address cannot lead anybody away.

/// The longest that is kept, in bytes.
const LONGEST: usize = 2000;

/// A path of this site, with its query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ReturnTo(String);

impl ReturnTo {
    /// The path if it is one of ours, else the front page.
    pub(crate) fn of(text: &str) -> Self {
        if is_ours(text) { Self(text.to_owned()) } else { Self("/".to_owned()) }
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

/// Browsers read `//` and `/\` as the beginning of another host, and leave out control
/// characters before they look. What is not ASCII stands percent-encoded in an address.
fn is_ours(text: &str) -> bool {
    let mut bytes = text.bytes();
    let begins = bytes.next() == Some(b'/') && !matches!(bytes.next(), Some(b'/' | b'\\'));
    let is_sign = |it: u8| it.is_ascii_graphic() && it != b'\\';
    // Signing in again is not where anybody wanted to go.
    begins && text.len() <= LONGEST && text.bytes().all(is_sign) && !text.starts_with("/sign-")
}

#[cfg(test)]
mod tests {
    use axum::http::Uri;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_path_of_ours_is_kept_with_its_query() {
        for path in ["/", "/orgs/acme", "/orgs/acme/repositories?text=a%20b&page=2"] {
            assert_eq!(ReturnTo::of(path).as_str(), path);
        }
    }

    #[test]
    fn what_leads_elsewhere_is_the_front_page() {
        for text in [
            "",
            "orgs",
            "//evil.example",
            "/\\evil.example",
            "/\t/evil.example",
            "/\n/evil.example",
            "\t//evil.example",
            "https://evil.example",
            "javascript:alert(1)",
            "/a\\b",
            "/a b",
            "/\u{2f}\u{2f}evil.example",
            "/z\u{eb}",
            "/sign-in?to=/",
            "/sign-out",
            &format!("/{}", "a".repeat(2000)),
        ] {
            assert_eq!(ReturnTo::of(text).as_str(), "/", "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn whatever_is_asked_for_leads_to_a_path_of_ours(
            text in prop_oneof![any::<String>(), "[/\\\\a:@.\t\r\n%?#]{0,12}"],
        ) {
            let to = ReturnTo::of(&text);
            let uri: Uri = to.as_str().parse().unwrap();
            prop_assert!(uri.scheme().is_none() && uri.authority().is_none());
            let rest = to.as_str().strip_prefix('/').unwrap();
            prop_assert!(!rest.starts_with(['/', '\\']), "{rest}");
            prop_assert!(to.as_str().bytes().all(|it| it.is_ascii_graphic() && it != b'\\'));
        }
    }
}
