//! Codes and the tokens they are exchanged for: once, in time, by whoever asked for them.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Duration, Utc};
use ring::digest::{SHA256, digest};
use serde_json::{Value, json};

use super::{OauthApp, Said, app_of, refusal};
use crate::noted;
use crate::server::{Shared, lock};

/// How long a code is good.
const CODE: Duration = Duration::minutes(10);
/// How long the token of a GitHub App's user is good.
const TOKEN: Duration = Duration::hours(8);
/// How long it can be renewed.
const RENEWAL: Duration = Duration::seconds(15_897_600);

pub(super) const WRONG_ADDRESS: (&str, &str) = (
    "redirect_uri_mismatch",
    "The redirect_uri MUST match the registered callback URL for this application.",
);
const WRONG_APP: (&str, &str) =
    ("incorrect_client_credentials", "The client_id and/or client_secret passed are incorrect.");
const WRONG_CODE: (&str, &str) =
    ("bad_verification_code", "The code passed is incorrect or expired.");
const WRONG_RENEWAL: (&str, &str) =
    ("bad_refresh_token", "The refresh token passed is incorrect or expired.");

/// What was handed out and is still good.
#[derive(Debug, Default)]
pub(crate) struct Tokens {
    codes: Vec<Code>,
    issued: Vec<Issued>,
    count: u64,
}

#[derive(Debug)]
struct Code {
    text: String,
    client_id: String,
    person: i64,
    redirect_uri: Option<String>,
    challenge: Option<String>,
    scopes: Vec<String>,
    ends_at: DateTime<Utc>,
}

/// A person's token.
#[derive(Debug, Clone)]
pub(crate) struct Issued {
    pub(crate) token: String,
    pub(crate) client_id: String,
    /// The person's database id.
    pub(crate) person: i64,
    /// None for the token of a GitHub App, which has permissions instead.
    pub(crate) scopes: Option<Vec<String>>,
    pub(crate) ends_at: Option<DateTime<Utc>>,
    renewal: Option<(String, DateTime<Utc>)>,
}

/// What a code or a renewal is exchanged for, or why it is not.
pub(super) fn exchange(shared: &Shared, said: &Said) -> Value {
    let said_secret = said.get("client_secret");
    let app = app_of(shared, said).filter(|it| said_secret == Some(&it.client_secret));
    let Some(app) = app else { return refusal(WRONG_APP) };
    let now = (shared.options.clock)();
    let mut tokens = lock(&shared.oauth);
    let taken = match said.get("grant_type").map(String::as_str) {
        None | Some("authorization_code") => tokens.take_code(app, said, now),
        Some("refresh_token") => tokens.take_renewal(app, said, now),
        Some(_) => Err(("unsupported_grant_type", "The grant_type is not supported.")),
    };
    match taken {
        Ok((person, scopes)) => tokens.issue(app, person, &scopes, now),
        Err(why) => refusal(why),
    }
}

type Taken = Result<(i64, Vec<String>), (&'static str, &'static str)>;

impl Tokens {
    /// A code for a person who approved.
    pub(super) fn new_code(
        &mut self,
        app: &OauthApp,
        person: i64,
        said: &Said,
        now: DateTime<Utc>,
    ) -> String {
        let text = self.new_text("code");
        let scopes = said.get("scope").map_or("", String::as_str);
        self.codes.push(Code {
            text: text.clone(),
            client_id: app.client_id.clone(),
            person,
            redirect_uri: said.get("redirect_uri").cloned(),
            challenge: said.get("code_challenge").cloned(),
            scopes: scopes.split_whitespace().map(str::to_owned).collect(),
            ends_at: now + CODE,
        });
        text
    }

    /// A code is gone with the first try, whatever comes of it.
    fn take_code(&mut self, app: &OauthApp, said: &Said, now: DateTime<Utc>) -> Taken {
        let text = said.get("code").ok_or(WRONG_CODE)?;
        let at = self.codes.iter().position(|it| it.text == *text).ok_or(WRONG_CODE)?;
        let code = self.codes.swap_remove(at);
        if code.client_id != app.client_id || code.ends_at <= now {
            return Err(WRONG_CODE);
        }
        if said.get("redirect_uri").is_some_and(|it| Some(it) != code.redirect_uri.as_ref()) {
            return Err(WRONG_ADDRESS);
        }
        let verifier = said.get("code_verifier").map(|it| digest(&SHA256, it.as_bytes()));
        let hash = verifier.map(|it| URL_SAFE_NO_PAD.encode(it));
        if code.challenge.is_some() && code.challenge != hash {
            return Err(WRONG_CODE);
        }
        Ok((code.person, code.scopes))
    }

    /// With a renewal the token that it came with ends, too.
    fn take_renewal(&mut self, app: &OauthApp, said: &Said, now: DateTime<Utc>) -> Taken {
        let asked = said.get("refresh_token").ok_or(WRONG_RENEWAL)?;
        let is_it = |it: &Issued| {
            let renewal = it.renewal.as_ref();
            it.client_id == app.client_id
                && renewal.is_some_and(|(text, ends_at)| text == asked && *ends_at > now)
        };
        let at = self.issued.iter().position(is_it).ok_or(WRONG_RENEWAL)?;
        Ok((self.issued.swap_remove(at).person, Vec::new()))
    }

    fn issue(
        &mut self,
        app: &OauthApp,
        person: i64,
        scopes: &[String],
        now: DateTime<Utc>,
    ) -> Value {
        let is_app = app.is_github_app;
        let issued = Issued {
            token: self.new_text(if is_app { "ghu" } else { "gho" }),
            client_id: app.client_id.clone(),
            person,
            scopes: (!is_app).then(|| scopes.to_vec()),
            ends_at: is_app.then(|| now + TOKEN),
            renewal: is_app.then(|| (self.new_text("ghr"), now + RENEWAL)),
        };
        self.issued.push(issued.clone());
        let scope = issued.scopes.unwrap_or_default().join(",");
        let mut answer =
            json!({ "access_token": issued.token, "token_type": "bearer", "scope": scope });
        if let (Some((renewal, _)), Some(fields)) = (issued.renewal, answer.as_object_mut()) {
            fields.insert("expires_in".to_owned(), json!(TOKEN.num_seconds()));
            fields.insert("refresh_token".to_owned(), json!(renewal));
            fields.insert("refresh_token_expires_in".to_owned(), json!(RENEWAL.num_seconds()));
        }
        answer
    }

    /// The token, if it is still good.
    pub(crate) fn issued(&self, token: &str, now: DateTime<Utc>) -> Option<&Issued> {
        let good = |it: &&Issued| it.token == token && it.ends_at.is_none_or(|end| end > now);
        self.issued.iter().find(good)
    }

    /// Ends every token of a person, and what could renew it.
    pub(crate) fn revoke(&mut self, person: i64) {
        self.issued.retain(|it| it.person != person);
    }

    /// A text of its own for everything that is handed out.
    fn new_text(&mut self, prefix: &str) -> String {
        self.count += 1;
        let sum = digest(&SHA256, format!("{prefix}{}", self.count).as_bytes());
        let text = format!("{prefix}_{}", URL_SAFE_NO_PAD.encode(sum));
        noted::secret(&text);
        text
    }
}
