//! GitHub Apps: who may act as one, and the tokens their installations got.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use chrono::{DateTime, Duration, Utc};
use ring::signature::{RSA_PKCS1_2048_8192_SHA256, RsaKeyPair, UnparsedPublicKey};
use serde::Deserialize;

use crate::answer::Answer;
use crate::credential::{Credential, Grant, Kind};
use crate::noted;
use crate::world::Repository;

/// The private key of [`App::default`], which opens nothing anywhere else.
const KEY: &str = include_str!("../tests/app/key.pem");
/// How long an installation's token lasts.
const TOKEN_HOURS: i64 = 1;

const NOT_DECODED: &str = "A JSON web token could not be decoded";

/// A GitHub App and where it is installed.
#[derive(Debug, Clone)]
pub struct App {
    /// Its App ID.
    pub id: i64,
    /// Its client ID, which is as good.
    pub client_id: String,
    /// Its name in addresses.
    pub slug: String,
    /// Its private key in PEM (PKCS#1), of which the stand-in uses the public half.
    pub private_key: String,
    /// Its installations.
    pub installations: Vec<Installation>,
}

impl Default for App {
    fn default() -> Self {
        Self {
            id: 1_234,
            client_id: "Iv23liDrydockReader0".to_owned(),
            slug: "drydock-reader".to_owned(),
            private_key: KEY.to_owned(),
            installations: Vec::new(),
        }
    }
}

/// One account's installation of an App.
#[derive(Debug, Clone)]
pub struct Installation {
    /// Its id.
    pub id: i64,
    /// The login of the account.
    pub owner: String,
    /// The names of the repositories that it was granted; all without.
    pub repositories: Option<Vec<String>>,
    /// What it may do.
    pub permissions: BTreeMap<String, String>,
    /// Since when it is suspended.
    pub suspended_at: Option<DateTime<Utc>>,
}

impl Installation {
    /// An installation that may read all of an account's repositories.
    #[must_use]
    pub fn reading(id: i64, owner: &str) -> Self {
        let read = |name: &str| (name.to_owned(), "read".to_owned());
        Self {
            id,
            owner: owner.to_owned(),
            repositories: None,
            permissions: [read("contents"), read("metadata")].into(),
            suspended_at: None,
        }
    }

    fn grant(&self) -> Grant {
        Grant {
            owner: self.owner.clone(),
            repositories: self.repositories.clone(),
            permissions: self.permissions.clone(),
        }
    }
}

/// The Apps there are, and the tokens that are good.
#[derive(Debug, Default)]
pub(crate) struct Apps {
    pub(crate) apps: Vec<App>,
    pub(crate) issued: Vec<Issued>,
    count: u64,
}

/// A token that an installation got.
#[derive(Debug, Clone)]
pub(crate) struct Issued {
    pub(crate) token: String,
    pub(crate) expires_at: DateTime<Utc>,
    app: i64,
    installation: i64,
}

#[derive(Deserialize)]
struct Header {
    alg: String,
}

#[derive(Deserialize)]
struct Claims {
    iat: i64,
    exp: i64,
    iss: Issuer,
}

/// An App ID may be written as a number or as a text.
#[derive(Deserialize)]
#[serde(untagged)]
enum Issuer {
    Number(i64),
    Text(String),
}

impl App {
    /// Whether one of its installations may read a repository.
    pub(crate) fn covers(&self, repository: &Repository) -> bool {
        let good = self.installations.iter().filter(|it| it.suspended_at.is_none());
        good.map(Installation::grant).any(|it| it.covers(repository))
    }

    fn is_called(&self, issuer: &Issuer) -> bool {
        match issuer {
            Issuer::Number(id) => *id == self.id,
            Issuer::Text(text) => *text == self.client_id || *text == self.id.to_string(),
        }
    }

    fn has_signed(&self, signed: &str, signature: &[u8]) -> bool {
        let lines = self.private_key.lines().filter(|it| !it.starts_with('-'));
        let key = STANDARD.decode(lines.collect::<String>()).ok();
        let key = key.and_then(|it| RsaKeyPair::from_der(&it).ok());
        key.is_some_and(|it| {
            UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, it.public().as_ref())
                .verify(signed.as_bytes(), signature)
                .is_ok()
        })
    }
}

impl Apps {
    pub(crate) fn new(apps: Vec<App>) -> Self {
        Self { apps, ..Self::default() }
    }

    pub(crate) fn app(&self, id: i64) -> Option<&App> {
        self.apps.iter().find(|it| it.id == id)
    }

    /// The App that a web token speaks for.
    pub(crate) fn signed_in(&self, token: &str, now: DateTime<Utc>) -> Result<Credential, Answer> {
        let garbled = || Answer::error(401, NOT_DECODED);
        let (signed, signature) = token.rsplit_once('.').ok_or_else(garbled)?;
        let (header, claims) = signed.split_once('.').ok_or_else(garbled)?;
        let header: Header = decoded(header).ok_or_else(garbled)?;
        let claims: Claims = decoded(claims).ok_or_else(garbled)?;
        let signature = URL_SAFE_NO_PAD.decode(signature).map_err(|_| garbled())?;
        let app = self.apps.iter().find(|it| it.is_called(&claims.iss));
        let app = app.ok_or_else(|| Answer::error(404, "Integration not found"))?;
        if header.alg != "RS256" || !app.has_signed(signed, &signature) {
            return Err(garbled());
        }
        let now = now.timestamp();
        if claims.exp <= now {
            return Err(Answer::error(
                401,
                "'Expiration time' claim ('exp') must be a numeric value representing the future time at which the assertion expires",
            ));
        }
        if claims.exp > now + 600 {
            return Err(Answer::error(
                401,
                "'Expiration time' claim ('exp') is too far in the future",
            ));
        }
        if claims.iat > now {
            return Err(Answer::error(
                401,
                "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued",
            ));
        }
        Ok(Credential {
            token: token.to_owned(),
            login: app.slug.clone(),
            scopes: None,
            kind: Kind::App { id: app.id },
            ..Credential::default()
        })
    }

    /// The installation that a token was given to.
    pub(crate) fn installed(&self, token: &str, now: DateTime<Utc>) -> Option<Credential> {
        let issued = self.issued.iter().find(|it| it.token == token && it.expires_at > now)?;
        let app = self.app(issued.app)?;
        let installation = app.installations.iter().find(|it| it.id == issued.installation)?;
        installation.suspended_at.is_none().then(|| Credential {
            token: token.to_owned(),
            login: format!("{}[bot] {}", app.slug, installation.id),
            scopes: None,
            kind: Kind::Installation { id: installation.id },
            grant: Some(installation.grant()),
            ..Credential::default()
        })
    }

    /// A new token. It is long and speaks for itself, as GitHub's are since April 2026.
    pub(crate) fn issue(&mut self, app: i64, installation: i64, now: DateTime<Utc>) -> Issued {
        self.count += 1;
        let expires_at = now + Duration::hours(TOKEN_HOURS);
        let part = |text: String| URL_SAFE_NO_PAD.encode(text);
        let token = format!(
            "ghs_{app}_{}.{}.{}",
            part(r#"{"alg":"RS256","typ":"JWT"}"#.to_owned()),
            part(format!("{{\"sub\":{installation},\"exp\":{}}}", expires_at.timestamp())),
            part(format!("{:0>220}", self.count)),
        );
        noted::secret(&token);
        let issued = Issued { token, expires_at, app, installation };
        self.issued.push(issued.clone());
        issued
    }
}

fn decoded<T: serde::de::DeserializeOwned>(part: &str) -> Option<T> {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).ok()?).ok()
}
