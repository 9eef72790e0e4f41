//! The cookies by which a browser is known again: its session, and the sign-in that it began.
//! Each holds a random token and nothing else.

use axum::http::{HeaderMap, HeaderValue, header};
use chrono::TimeDelta;
use store::Token;

/// How long a sign-in may take.
const PATIENCE: TimeDelta = TimeDelta::minutes(10);

/// How the site's cookies are called and set.
///
/// Over TLS their names begin with `__Host-`: no other host and no unsafe page can set one.
/// Browsers take no such cookie over plain HTTP, which is had on this machine alone.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cookies {
    pub(crate) is_secure: bool,
}

impl Cookies {
    /// The token of the browser's session.
    pub(crate) fn session(self, headers: &HeaderMap) -> Option<Token> {
        Token::parse(value_of(headers, self.session_name())?)
    }

    /// Remembers a session for as long as it may last.
    pub(crate) fn keep_session(self, token: &Token, lasts: TimeDelta) -> HeaderValue {
        self.written(self.session_name(), token.expose(), lasts)
    }

    /// Forgets the session.
    pub(crate) fn forget_session(self) -> HeaderValue {
        self.written(self.session_name(), "", TimeDelta::zero())
    }

    /// The token of the sign-in that the browser began.
    pub(crate) fn sign_in(self, headers: &HeaderMap) -> Option<Token> {
        Token::parse(value_of(headers, self.sign_in_name())?)
    }

    /// Remembers a sign-in until it comes back.
    pub(crate) fn keep_sign_in(self, token: &Token) -> HeaderValue {
        self.written(self.sign_in_name(), token.expose(), PATIENCE)
    }

    /// Forgets the sign-in.
    pub(crate) fn forget_sign_in(self) -> HeaderValue {
        self.written(self.sign_in_name(), "", TimeDelta::zero())
    }

    fn session_name(self) -> &'static str {
        if self.is_secure { "__Host-drydock" } else { "drydock" }
    }

    fn sign_in_name(self) -> &'static str {
        if self.is_secure { "__Host-drydock-sign-in" } else { "drydock-sign-in" }
    }

    fn written(self, name: &str, value: &str, lasts: TimeDelta) -> HeaderValue {
        let secure = if self.is_secure { "; Secure" } else { "" };
        let cookie = format!(
            "{name}={value}; Path=/; Max-Age={}; HttpOnly; SameSite=Lax{secure}",
            lasts.num_seconds()
        );
        let mut cookie = HeaderValue::from_str(&cookie)
            .unwrap_or_else(|_| HeaderValue::from_static("drydock=; Path=/; Max-Age=0"));
        cookie.set_sensitive(true);
        cookie
    }
}

fn value_of<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let cookies = headers.get_all(header::COOKIE).into_iter().filter_map(|it| it.to_str().ok());
    let mut pairs = cookies.flat_map(|it| it.split(';')).filter_map(|it| it.trim().split_once('='));
    pairs.find(|(it, _)| *it == name).map(|(_, value)| value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn over_tls_a_cookie_is_bound_to_the_host_and_never_shown_to_a_script() {
        let token = Token::random().unwrap();
        let cookie = Cookies { is_secure: true }.keep_session(&token, TimeDelta::days(7));
        assert_eq!(
            cookie.to_str().unwrap(),
            format!(
                "__Host-drydock={}; Path=/; Max-Age=604800; HttpOnly; SameSite=Lax; Secure",
                token.expose()
            )
        );
        assert!(!format!("{cookie:?}").contains(token.expose()));
    }

    #[test]
    fn a_cookie_comes_back_under_its_own_name_alone() {
        let (token, cookies) = (Token::random().unwrap(), Cookies { is_secure: false });
        let mut headers = HeaderMap::new();
        let sent = format!("theme=dark; drydock={}; drydock-sign-in=x", token.expose());
        headers.insert(header::COOKIE, sent.parse().unwrap());
        assert_eq!(cookies.session(&headers).unwrap().expose(), token.expose());
        assert!(cookies.sign_in(&headers).is_none());
        assert!(Cookies { is_secure: true }.session(&headers).is_none());
    }
}
