//! What a program shows to be let in: an API token, in a header and nowhere else.

use axum::http::{HeaderMap, Method, header};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use store::Token;

/// What the header `Authorization` holds.
#[derive(Debug)]
pub(super) enum Credentials {
    /// There is none.
    Nothing,
    /// Something that is no token of ours.
    Other,
    /// What has the form of a token of ours.
    Token(Token),
}

impl Credentials {
    /// A program sends `Bearer`. Feed readers know `Basic` alone: the token stands for the
    /// password. A browser would send that along for any site, so it is good for looking only.
    pub(super) fn of(headers: &HeaderMap, method: &Method) -> Self {
        let Some(value) = headers.get(header::AUTHORIZATION) else { return Self::Nothing };
        let text = value.to_str().unwrap_or_default();
        let (scheme, rest) = text.split_once(' ').unwrap_or((text, ""));
        let token = match scheme.to_ascii_lowercase().as_str() {
            "bearer" => Token::parse_for_api(rest.trim()),
            "basic" if method.is_safe() => password(rest).and_then(|it| Token::parse_for_api(&it)),
            _ => None,
        };
        token.map_or(Self::Other, Self::Token)
    }
}

fn password(encoded: &str) -> Option<String> {
    let decoded = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
    decoded.split_once(':').map(|(_, password)| password.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_token(method: &Method, value: &str) -> bool {
        let mut headers = HeaderMap::new();
        headers.insert(header::AUTHORIZATION, value.parse().unwrap());
        matches!(Credentials::of(&headers, method), Credentials::Token(_))
    }

    #[test]
    fn a_token_is_known_as_a_bearers_and_as_the_password_of_whoever_only_looks() {
        let token = Token::random_for_api().unwrap();
        let bearer = format!("Bearer {}", token.expose());
        let basic = format!("Basic {}", STANDARD.encode(format!("reader:{}", token.expose())));
        assert!(is_token(&Method::GET, &bearer) && is_token(&Method::POST, &bearer));
        assert!(is_token(&Method::GET, &basic) && !is_token(&Method::POST, &basic));
    }

    #[test]
    fn what_is_no_token_of_ours_is_something_else() {
        for value in ["Bearer ghp_0123", "Basic !", "Bearer", "Digest x", "drydock_x"] {
            assert!(!is_token(&Method::GET, value), "{value}");
        }
        assert!(matches!(Credentials::of(&HeaderMap::new(), &Method::GET), Credentials::Nothing));
    }
}
