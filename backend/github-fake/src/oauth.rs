//! How people sign in to an app with GitHub: the page that asks them, the code it sends the
//! browser back with, and the tokens that the code is exchanged for.
//!
//! Refusals are those of GitHub's documentation: below `/access_token` all of them come with
//! status 200, and everything but a person's answer on the page is checked again there.

mod page;
mod tokens;

use std::collections::HashMap;

use axum::extract::Query;
use axum::http::request::Parts;
use axum::http::{Method, Uri};
use serde_json::{Value, json};

use crate::answer::Answer;
use crate::noted;
use crate::server::{Shared, lock};

pub(crate) use tokens::Tokens;

const PAGE: &str = "/login/oauth/authorize";
const EXCHANGE: &str = "/login/oauth/access_token";
/// What a request says that nobody else may hear.
const SECRETS: [&str; 5] = ["state", "code", "code_verifier", "client_secret", "refresh_token"];

/// What a request says, wherever it says it.
type Said = HashMap<String, String>;

/// An app that people sign in to.
#[derive(Debug, Clone)]
pub struct OauthApp {
    /// Its public id.
    pub client_id: String,
    /// Its secret.
    pub client_secret: String,
    /// Where browsers may be sent back to.
    pub callback: String,
    /// Whether it is a GitHub App, whose tokens end after eight hours, can be renewed, and
    /// see what the App of the same client id was let to see. Otherwise it is an OAuth app,
    /// whose tokens see what their scopes say.
    pub is_github_app: bool,
}

impl Default for OauthApp {
    fn default() -> Self {
        Self {
            client_id: "Iv23liDrydockSignIn0".to_owned(),
            client_secret: "stand-in-client-secret".to_owned(),
            callback: "http://127.0.0.1/sign-in/github/answer".to_owned(),
            is_github_app: true,
        }
    }
}

impl OauthApp {
    /// GitHub takes any port of a loopback address. A GitHub App's address is exact, an
    /// OAuth app's may go deeper.
    fn sends_to(&self, address: &str) -> bool {
        let (address, callback) = (without_loopback_port(address), &self.callback);
        let callback = without_loopback_port(callback);
        let below = format!("{}/", callback.trim_end_matches('/'));
        address == callback || (!self.is_github_app && address.starts_with(&below))
    }
}

fn without_loopback_port(address: &str) -> String {
    for host in ["http://127.0.0.1", "http://[::1]"] {
        let Some(port) = address.strip_prefix(host).and_then(|it| it.strip_prefix(':')) else {
            continue;
        };
        return format!("{host}{}", port.trim_start_matches(|it: char| it.is_ascii_digit()));
    }
    address.to_owned()
}

/// Whether a path is one of those of signing in, which count against no budget.
pub(crate) fn is_below(path: &str) -> bool {
    matches!(path, PAGE | EXCHANGE)
}

/// The answer to a request at such a path.
pub(crate) fn respond(shared: &Shared, head: &Parts, body: &[u8]) -> Answer {
    let said = said(head, body);
    match (head.uri.path(), &head.method) {
        (PAGE, &Method::GET) => ask(shared, &said),
        (PAGE, &Method::POST) => answered(shared, &said),
        (EXCHANGE, &Method::POST) => in_the_form_wanted(head, &tokens::exchange(shared, &said)),
        _ => Answer::typed(404, page::HTML, "Not Found".into()),
    }
}

/// The page that asks the person.
fn ask(shared: &Shared, said: &Said) -> Answer {
    let Some(app) = app_of(shared, said) else {
        return Answer::typed(404, page::HTML, "Not Found".into());
    };
    if let Some(refusal) = wrong_address(app, said) {
        return refusal;
    }
    if said.get("code_challenge").is_some_and(|it| it.len() != 43)
        || said.get("code_challenge_method").is_some_and(|it| it != "S256")
    {
        let why = "The code challenge must be a SHA-256 hash, its method S256.";
        return back(
            &app.callback,
            said,
            &[("error", "invalid_request"), ("error_description", why)],
        );
    }
    let world = lock(&shared.world);
    let people: Vec<_> = world.people().map(|it| it.login.to_string()).collect();
    Answer::typed(200, page::HTML, page::asking(app, said, &people).into())
}

/// What the person answered on it.
fn answered(shared: &Shared, said: &Said) -> Answer {
    let person = said.get("person").map_or("", String::as_str);
    let person =
        lock(&shared.world).people().find(|it| it.login.as_str() == person).map(|it| it.id);
    let (Some(app), Some(person)) = (app_of(shared, said), person) else {
        return Answer::typed(404, page::HTML, "Not Found".into());
    };
    if let Some(refusal) = wrong_address(app, said) {
        return refusal;
    }
    let address = said.get("redirect_uri").unwrap_or(&app.callback);
    if said.get("answer").is_none_or(|it| it != "approve") {
        let denied = "The user has denied your application access.";
        let about = "/apps/oauth-apps/maintaining-oauth-apps/troubleshooting-authorization-request-errors/#access-denied";
        let why = [("error", "access_denied"), ("error_description", denied), ("error_uri", about)];
        return back(address, said, &why);
    }
    let now = (shared.options.clock)();
    let code = lock(&shared.oauth).new_code(app, person, said, now);
    back(address, said, &[("code", &code)])
}

fn app_of<'s>(shared: &'s Shared, said: &Said) -> Option<&'s OauthApp> {
    let id = said.get("client_id")?;
    shared.options.oauth_apps.iter().find(|it| it.client_id == *id)
}

/// A browser that is to be sent elsewhere goes to the address that is known, with the error.
fn wrong_address(app: &OauthApp, said: &Said) -> Option<Answer> {
    let address = said.get("redirect_uri")?;
    if app.sends_to(address) {
        return None;
    }
    let error =
        [("error", tokens::WRONG_ADDRESS.0), ("error_description", tokens::WRONG_ADDRESS.1)];
    Some(back(&app.callback, said, &error))
}

/// Sends the browser back, with the state that it came with.
fn back(address: &str, said: &Said, answer: &[(&str, &str)]) -> Answer {
    let state = said.get("state").map(|it| ("state", it.as_str()));
    let pairs = answer.iter().copied().chain(state);
    let query: Vec<String> =
        pairs.map(|(name, value)| format!("{name}={}", encoded(value))).collect();
    let joint = if address.contains('?') { '&' } else { '?' };
    Answer::typed(302, page::HTML, "".into())
        .with("location", format!("{address}{joint}{}", query.join("&")))
}

/// The exchange answers in forms' own encoding unless JSON is asked for.
fn in_the_form_wanted(head: &Parts, answer: &Value) -> Answer {
    let accept = head.headers.get("accept").and_then(|it| it.to_str().ok()).unwrap_or_default();
    if accept.contains("json") {
        return Answer::json(200, answer);
    }
    let fields = answer.as_object().into_iter().flatten().map(|(name, value)| {
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        format!("{name}={}", encoded(&text))
    });
    let text = fields.collect::<Vec<_>>().join("&");
    Answer::typed(200, "application/x-www-form-urlencoded; charset=utf-8", text.into())
}

fn refusal((error, description): (&str, &str)) -> Value {
    let about = "/apps/managing-oauth-apps/troubleshooting-oauth-app-access-token-request-errors";
    json!({ "error": error, "error_description": description, "error_uri": about })
}

/// The query, and the body as JSON or as a form.
fn said(head: &Parts, body: &[u8]) -> Said {
    let mut said = Query::<Said>::try_from_uri(&head.uri).map(|it| it.0).unwrap_or_default();
    let json: Option<HashMap<String, Value>> = serde_json::from_slice(body).ok();
    let texts = json.into_iter().flatten();
    said.extend(texts.filter_map(|(name, value)| Some((name, value.as_str()?.to_owned()))));
    // A form is encoded as a query is.
    let form = std::str::from_utf8(body).ok().and_then(|it| format!("/?{it}").parse::<Uri>().ok());
    let form = form.and_then(|it| Query::<Said>::try_from_uri(&it).ok());
    said.extend(form.map(|it| it.0).unwrap_or_default());
    SECRETS.iter().filter_map(|it| said.get(*it)).for_each(|it| noted::secret(it));
    said
}

fn encoded(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_is_sent_back_to_the_address_that_was_registered() {
        let app = OauthApp::default();
        assert!(app.sends_to("http://127.0.0.1:4711/sign-in/github/answer"));
        assert!(!app.sends_to("http://127.0.0.1:4711/sign-in/github/answer/x"));
        assert!(!app.sends_to("http://evil.example/sign-in/github/answer"));
        let app = OauthApp { is_github_app: false, ..app };
        assert!(app.sends_to("http://127.0.0.1/sign-in/github/answer/x"));
        assert!(!app.sends_to("http://127.0.0.1.evil.example/sign-in/github/answer"));
    }
}
