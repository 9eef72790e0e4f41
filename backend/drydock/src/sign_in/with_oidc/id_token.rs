//! An id token: whether it is the provider's, for us, for this sign-in, and of now
//! (OpenID Connect Core, 3.1.3.7).

use chrono::{DateTime, TimeDelta, Utc};
use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::jwk::{Jwk, JwkSet, KeyAlgorithm, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use serde::Deserialize;
use serde::de::IgnoredAny;

use super::signatures::TAKEN;
use crate::sign_in::one_line;

/// The provider's clock may differ from ours.
const LEEWAY: TimeDelta = TimeDelta::minutes(1);
/// OpenID Connect gives a subject no more.
const LONGEST_SUBJECT: usize = 255;

/// What a token must say.
pub(super) struct Expected<'a> {
    pub(super) issuer: &'a str,
    pub(super) client_id: &'a str,
    pub(super) nonce: &'a str,
    pub(super) now: DateTime<Utc>,
}

/// Why a token is refused.
#[derive(Debug)]
pub(super) enum Refusal {
    /// It is signed with a key that is not among the provider's.
    UnknownKey,
    /// Something about it is wrong, and what, for the log.
    Wrong(String),
}

impl Refusal {
    fn because(why: &str) -> Self {
        Self::Wrong(why.to_owned())
    }

    /// The reason in words.
    pub(super) fn why(self) -> String {
        match self {
            Self::UnknownKey => "its key is unknown".to_owned(),
            Self::Wrong(why) => why,
        }
    }
}

/// What a token says about a person.
#[derive(Debug, Deserialize)]
pub(super) struct Claims {
    pub(super) sub: String,
    #[serde(flatten)]
    pub(super) profile: Profile,
    aud: Audience,
    azp: Option<String>,
    nonce: Option<String>,
    exp: i64,
    iat: i64,
    nbf: Option<i64>,
}

/// What is shown of a person, in an id token or where the provider tells it apart from one.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Profile {
    name: Option<String>,
    preferred_username: Option<String>,
    email: Option<String>,
    #[serde(default)]
    email_verified: Verified,
}

/// Some providers write it as a text.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Verified {
    Bool(bool),
    Text(String),
}

/// Whom it is for: several, or one.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Audience {
    Several(Vec<String>),
    One(IgnoredAny),
}

impl Default for Verified {
    fn default() -> Self {
        Self::Bool(false)
    }
}

impl Verified {
    fn is_true(&self) -> bool {
        match self {
            Self::Bool(is_true) => *is_true,
            Self::Text(text) => text == "true",
        }
    }
}

impl Profile {
    /// Whether there is nothing to call the person, or no address.
    pub(super) fn is_thin(&self) -> bool {
        self.email.is_none() || (self.name.is_none() && self.preferred_username.is_none())
    }

    /// The same with what is told apart where it says nothing. An address and whether it is
    /// vouched for belong together.
    pub(super) fn completed_by(self, told: Self) -> Self {
        let (email, email_verified) = match self.email {
            Some(email) => (Some(email), self.email_verified),
            None => (told.email, told.email_verified),
        };
        let name = self.name.or(told.name);
        let preferred_username = self.preferred_username.or(told.preferred_username);
        Self { name, preferred_username, email, email_verified }
    }

    /// The e-mail address, if the provider has seen that it is the person's.
    pub(super) fn vouched_email(&self) -> Option<String> {
        let email = self.email.as_ref().filter(|_| self.email_verified.is_true());
        let email = email.map(|it| one_line(it).to_lowercase());
        email.filter(|it| it.contains('@'))
    }

    /// What to call the person.
    pub(super) fn shown_name(&self) -> Option<String> {
        let names = [&self.name, &self.preferred_username, &self.email];
        let mut names = names.into_iter().flatten().map(|it| one_line(it.trim()));
        names.find(|it| !it.is_empty())
    }
}

/// What the token says, if everything about it is right.
pub(super) fn verified(
    token: &str,
    keys: &JwkSet,
    expected: &Expected<'_>,
) -> Result<Claims, Refusal> {
    let unsigned = || Refusal::because("it is not signed with RS256, ES256 or EdDSA");
    let header = decode_header(token).map_err(|_| unsigned())?;
    if !TAKEN.contains(&header.alg) || header.crit.is_some() {
        return Err(unsigned());
    }
    let key = key(keys, header.kid.as_deref(), header.alg).ok_or(Refusal::UnknownKey)?;
    let key = DecodingKey::from_jwk(key).map_err(|_| Refusal::UnknownKey)?;
    let mut validation = Validation::new(header.alg);
    validation.set_issuer(&[expected.issuer]);
    validation.set_audience(&[expected.client_id]);
    validation.set_required_spec_claims(&["iss", "aud", "exp", "sub"]);
    // The crate would read the machine's clock.
    validation.validate_exp = false;
    validation.validate_nbf = false;
    let claims = decode::<Claims>(token, &key, &validation);
    let claims = claims.map_err(|it| wrong(&it))?.claims;
    claims.check(expected)?;
    Ok(claims)
}

/// What the reader says of the text itself could quote it.
fn wrong(error: &jsonwebtoken::errors::Error) -> Refusal {
    match error.kind() {
        ErrorKind::Json(_) | ErrorKind::Base64(_) | ErrorKind::Utf8(_) => {
            Refusal::because("it does not say what an id token says")
        }
        _ => Refusal::Wrong(error.to_string()),
    }
}

impl Claims {
    fn check(&self, expected: &Expected<'_>) -> Result<(), Refusal> {
        if self.nonce.as_deref() != Some(expected.nonce) {
            return Err(Refusal::because("it is of another sign-in"));
        }
        let (now, leeway) = (expected.now.timestamp(), LEEWAY.num_seconds());
        let begins = self.nbf.unwrap_or(self.iat).max(self.iat);
        if self.exp.saturating_add(leeway) <= now || begins > now + leeway {
            let why = "its time is over, or has not come: is this machine\u{2019}s clock right?";
            return Err(Refusal::because(why));
        }
        let is_for_others = matches!(&self.aud, Audience::Several(it) if it.len() > 1);
        match &self.azp {
            Some(party) if party != expected.client_id => {
                Err(Refusal::because("it was asked for by another"))
            }
            None if is_for_others => Err(Refusal::because("it is for others, too")),
            _ if !is_subject(&self.sub) => Err(Refusal::because("its subject is none")),
            _ => Ok(()),
        }
    }
}

/// A key of people here: nothing in it may look like something else when it is kept.
fn is_subject(text: &str) -> bool {
    !text.is_empty() && text.len() <= LONGEST_SUBJECT && !text.chars().any(char::is_control)
}

/// The key that a token names; without a name the only one that it could be.
fn key<'k>(keys: &'k JwkSet, id: Option<&str>, algorithm: Algorithm) -> Option<&'k Jwk> {
    let mut suitable = keys.keys.iter().filter(|it| suits(it, algorithm));
    match id {
        Some(id) => suitable.find(|it| it.common.key_id.as_deref() == Some(id)),
        None => suitable.next().filter(|_| suitable.next().is_none()),
    }
}

fn suits(key: &Jwk, algorithm: Algorithm) -> bool {
    let signs = key.common.public_key_use.as_ref();
    signs.is_none_or(|it| *it == PublicKeyUse::Signature)
        && key.common.key_algorithm.is_none_or(|it| it == KeyAlgorithm::from(algorithm))
}
