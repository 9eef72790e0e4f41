//! To whom the site is open, and what it takes to let anybody else in.

mod address;
mod asking;
mod barred;
mod confirm;
mod cookie;
mod credentials;
mod guest;
mod known_sights;
pub(crate) mod open;
mod questions;
mod return_to;

use std::fmt;
use std::sync::Arc;

use axum::http::request::Parts;
use store::{Role, SecretKeys, SessionRules, SignInMethod};

use crate::sign_in::{Operators, Proxies, SignIn};

pub(crate) use asking::sentence;
pub(crate) use barred::{Asked, Barred, bar, to_sign_in};
pub(crate) use confirm::confirm;
pub(crate) use cookie::Cookies;
pub(crate) use guest::Guest;
pub use known_sights::KnownSights;
pub use questions::Questions;
pub(crate) use return_to::ReturnTo;

/// To whom the site is open.
#[derive(Debug, Clone)]
pub enum Access {
    /// To whoever sits at this machine, and to nobody else.
    Open,
    /// To people who sign in.
    SignedIn(Arc<Gate>),
}

/// What people see who have signed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SightRule {
    /// What GitHub lets each of them read; accounts that were made on this machine see all.
    Github,
    /// All there is.
    Everyone,
}

/// How people are let in.
pub struct Gate {
    /// The ways that lead over another site.
    pub sign_in: Arc<dyn SignIn>,
    /// The proxies in front, which may say who somebody is.
    pub proxies: Proxies,
    /// Who is an operator by the settings.
    pub operators: Operators,
    /// What people may do who come for the first time.
    pub default_role: Role,
    /// How long a session lasts.
    pub rules: SessionRules,
    /// What seals tokens that are kept.
    pub keys: SecretKeys,
    /// Where people reach the site; none where only this machine does.
    pub public_url: Option<String>,
    /// What people see.
    pub sight: SightRule,
    /// What GitHub is being asked.
    pub questions: Questions,
    /// What it said that people may read.
    pub known_sights: KnownSights,
}

/// Refuses a token in an address, whoever sends it.
pub(crate) fn no_token_in(parts: &Parts) -> Result<(), Barred> {
    if address::holds_token(parts.uri.query()) { Err(Barred::TokenInAddress) } else { Ok(()) }
}

impl Access {
    /// How people are let in; none where nobody signs in.
    pub(crate) fn gate(&self) -> Option<&Arc<Gate>> {
        match self {
            Self::Open => None,
            Self::SignedIn(gate) => Some(gate),
        }
    }

    /// Whether browsers reach the site by TLS alone.
    pub(crate) fn is_secure(&self) -> bool {
        self.gate().is_some_and(|it| it.is_secure())
    }
}

impl Gate {
    /// Whether browsers reach the site by TLS alone.
    pub(crate) fn is_secure(&self) -> bool {
        self.public_url.as_deref().is_some_and(|it| it.starts_with("https://"))
    }

    /// Whether somebody may still come in by a method: a session outlives no setting.
    pub(crate) fn offers(&self, method: SignInMethod) -> bool {
        match method {
            SignInMethod::Local => true,
            SignInMethod::Proxy => self.proxies.header.is_some(),
            SignInMethod::Github | SignInMethod::Oidc => {
                self.sign_in.methods().iter().any(|it| it.slug == method.slug())
            }
        }
    }
}

impl fmt::Debug for Gate {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Gate").field("sight", &self.sight).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
