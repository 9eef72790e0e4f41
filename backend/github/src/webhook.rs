//! Webhooks: whether GitHub sent one, and what it says happened. Only what leads to a look
//! is read: GitHub is asked what is so, whatever a delivery said.

mod event;
mod push;

use std::borrow::Cow;

use names::{OrgLogin, RepoName, RepositoryId};
use percent_encoding::percent_decode;
use ring::hmac;
use secrecy::{ExposeSecret, SecretString};

use crate::GithubError;

pub use push::{Paths, Push};

/// An account that something happened to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// GitHub's database id, where the delivery says it.
    pub id: Option<i64>,
    /// The login as GitHub spells it.
    pub login: OrgLogin,
}

/// A repository that a delivery names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedRepository {
    /// Whose it is, or was.
    pub owner: Account,
    /// GitHub's database id.
    pub id: RepositoryId,
    /// The name it is called by.
    pub name: RepoName,
    /// Why it is gone, in words, where the delivery says so.
    pub gone_reason: Option<&'static str>,
}

/// What a delivery says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// What happened to the subject of the event, in GitHub's word.
    pub action: Option<String>,
    /// What it means to us.
    pub happened: Happened,
}

/// What a delivery means to us.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Happened {
    /// Nothing.
    Nothing,
    /// The default branch of a repository moved.
    Pushed(Push),
    /// Something about these repositories changed.
    Changed(Vec<NamedRepository>),
    /// What can be seen of an account changed.
    AccountChanged(Account),
    /// Our App was installed for an account.
    Installed(Account),
}

/// Whether one of the secrets signed the body. `signature` is the header
/// `X-Hub-Signature-256`; the comparison takes the same time wherever they differ.
#[must_use]
pub fn verify(body: &[u8], signature: &str, secrets: &[SecretString]) -> bool {
    let Some(signature) = signature.strip_prefix("sha256=").and_then(bytes_of_hex) else {
        return false;
    };
    secrets.iter().any(|secret| {
        let key = hmac::Key::new(hmac::HMAC_SHA256, secret.expose_secret().as_bytes());
        hmac::verify(&key, body, &signature).is_ok()
    })
}

/// None where the text is not hexadecimal.
fn bytes_of_hex(text: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|it| u8::try_from(it).ok());
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    let bytes = pairs.iter().map(|[high, low]| Some(digit(*high)? << 4 | digit(*low)?));
    if rest.is_empty() { bytes.collect() } else { None }
}

/// The JSON in a body: the body itself, or its field `payload` where the webhook sends a
/// form; GitHub offers both.
///
/// # Errors
/// `Malformed` for another type, and for a form without that field.
pub fn json<'a>(content_type: &str, body: &'a [u8]) -> Result<Cow<'a, [u8]>, GithubError> {
    let media_type = content_type.split(';').next().unwrap_or_default().trim();
    match media_type.to_ascii_lowercase().as_str() {
        "application/json" => Ok(Cow::Borrowed(body)),
        "application/x-www-form-urlencoded" => body
            .split(|it| *it == b'&')
            .find_map(|field| field.strip_prefix(b"payload="))
            .map(|it| Cow::Owned(form_text(it)))
            .ok_or_else(|| GithubError::Malformed("the form has no field payload".to_owned())),
        _ => Err(GithubError::Malformed("a webhook sends JSON or a form".to_owned())),
    }
}

fn form_text(value: &[u8]) -> Vec<u8> {
    let spaced: Vec<u8> = value.iter().map(|it| if *it == b'+' { b' ' } else { *it }).collect();
    percent_decode(&spaced).collect()
}

impl Delivery {
    /// Reads the JSON of an event (the header `X-GitHub-Event`). Fields that we do not know
    /// are ignored, and so are events.
    ///
    /// # Errors
    /// `Malformed` if it is no JSON, or does not say what its event must say.
    pub fn read(event: &str, json: &[u8]) -> Result<Self, GithubError> {
        match event {
            "push" => push::read(json),
            "repository" => event::repository(json),
            "installation" => event::installation(json),
            "installation_repositories" => event::installation_repositories(json),
            "installation_target" => event::installation_target(json),
            "organization" => event::organization(json),
            _ => event::other(json),
        }
    }
}

/// The body as JSON of one shape.
fn parsed<'a, T: serde::Deserialize<'a>>(json: &'a [u8]) -> Result<T, GithubError> {
    serde_json::from_slice(json).map_err(|error| {
        GithubError::Malformed(format!("the delivery cannot be read in line {}", error.line()))
    })
}

#[cfg(test)]
mod tests;
