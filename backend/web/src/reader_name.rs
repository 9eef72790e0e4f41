//! The name under which a reader decides where nobody signs in, as given in a form: kept in a
//! cookie of theirs. It proves nothing. Who signed in decides under their own.

use axum::http::{HeaderMap, HeaderValue, header};
use percent_encoding::percent_decode_str;

use crate::links;
use crate::reader::Reader;

const COOKIE: &str = "drydock_name";
const A_YEAR_IN_SECONDS: u32 = 365 * 24 * 60 * 60;
/// The most characters that are taken.
const LONGEST: usize = 100;

/// The name as the forms ask for it; none where the reader has one.
pub(crate) fn asked(reader: &Reader, name: String) -> Option<String> {
    reader.name().is_none().then_some(name)
}

/// The name that a request's cookie says; empty where it says none.
pub(crate) fn of(headers: &HeaderMap) -> String {
    let cookies = headers.get_all(header::COOKIE).into_iter().filter_map(|it| it.to_str().ok());
    let mut pairs = cookies.flat_map(|it| it.split(';')).filter_map(|it| it.trim().split_once('='));
    let Some((_, value)) = pairs.find(|(name, _)| *name == COOKIE) else { return String::new() };
    percent_decode_str(value).decode_utf8_lossy().chars().take(LONGEST).collect()
}

/// The cookie that remembers a name.
pub(crate) fn cookie(name: &str) -> Option<HeaderValue> {
    let name: String = name.trim().chars().take(LONGEST).collect();
    let value = links::encoded(&name);
    let cookie =
        format!("{COOKIE}={value}; Path=/; Max-Age={A_YEAR_IN_SECONDS}; HttpOnly; SameSite=Lax");
    HeaderValue::from_str(&cookie).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_comes_back_as_it_was_given() {
        let name = "Zoë; Path=/<b>\r\n, 王";
        let cookie = cookie(name).unwrap();
        let cookie = cookie.to_str().unwrap();
        assert!(cookie.ends_with("; HttpOnly; SameSite=Lax"), "{cookie}");
        let pair = cookie.split(';').next().unwrap();
        let mut headers = HeaderMap::new();
        headers.append(header::COOKIE, format!("theme=dark; {pair}").parse().unwrap());
        assert_eq!(of(&headers), name);
    }

    #[test]
    fn no_cookie_or_a_strange_one_is_no_name() {
        let mut headers = HeaderMap::new();
        assert_eq!(of(&headers), "");
        headers.append(header::COOKIE, HeaderValue::from_bytes(b"drydock_name").unwrap());
        headers.append(header::COOKIE, HeaderValue::from_bytes(b"drydock_name=%ff").unwrap());
        assert_eq!(of(&headers), "\u{fffd}");
    }
}
