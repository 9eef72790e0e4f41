//! The ways to sign in that lead over another site, behind a port: `drydock` knows GitHub
//! and OpenID Connect, this crate knows people, sessions and pages.
//!
//! A sign-in has two halves, and a browser between them: [`SignIn::begin`] says where it
//! goes, [`SignIn::finish`] who came back. In between this crate keeps the [`Flow`].

mod away;
mod local;
mod page;
mod proxies;
mod session;
#[cfg(test)]
mod tests;

use std::fmt;
use std::pin::Pin;

use names::OrgLogin;
use secrecy::SecretString;

use crate::links;
use crate::routes::{Need, Routes};

pub use proxies::{Proxies, ProxyError};

/// The pages that let people in and out.
pub(crate) fn routes() -> Routes {
    Routes::new()
        .get(links::SIGN_IN, Need::Nobody, page::show)
        .get("/sign-in/{method}", Need::Nobody, away::leave)
        .get("/sign-in/{method}/answer", Need::Nobody, away::come_back)
        .post(links::SIGN_IN_LOCAL, Need::Nobody, local::enter)
        .post(links::SIGN_OUT, Need::Nobody, session::end)
}

/// The path that the browser comes back to from a method's site.
#[must_use]
pub fn answer_path(method: &str) -> String {
    format!("/sign-in/{method}/answer")
}

/// A way to sign in that leads over another site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Method {
    /// Its word in addresses and in the store: `github`, `oidc`.
    pub slug: &'static str,
    /// What the button says.
    pub words: String,
}

/// What is kept here while the browser is away: made at random for each sign-in, and good
/// for one answer.
#[derive(Clone)]
pub struct Flow {
    /// What the browser brings back unchanged.
    pub state: String,
    /// Whose S256 hash goes along; 43 to 128 characters of base64url.
    pub verifier: SecretString,
    /// What an id token must name.
    pub nonce: SecretString,
}

impl fmt::Debug for Flow {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Flow").finish_non_exhaustive()
    }
}

/// What the browser brought back, beside the state that the flow was found by.
#[derive(Debug, Clone, Default)]
pub struct Answer {
    /// What is exchanged for the person; good once.
    pub code: Option<SecretString>,
    /// Why there is no code: a word of the site's.
    pub error: Option<String>,
    /// Which site says so (`iss` of RFC 9207).
    pub issuer: Option<String>,
}

/// A person who signed in.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// What the method knows them by for good: with the method's slug, their key.
    pub subject: String,
    /// The name to show.
    pub name: String,
    /// What the list of operators may call them: `github:LOGIN`, `github-id:ID`, `oidc:EMAIL`
    /// if the site vouches for it, `oidc-sub:SUBJECT`.
    pub handles: Vec<String>,
    /// What [`SignIn::sight`] needs, to be kept sealed with the session; none if it is never
    /// asked.
    pub token: Option<SecretString>,
}

/// Who is an operator by the settings, by their handles.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Operators(pub Vec<String>);

impl Operators {
    /// The entry that names a person by one of their handles; letters count in any case.
    #[must_use]
    pub fn entry(&self, handles: &[String]) -> Option<&str> {
        let is_of = |entry: &&String| handles.iter().any(|it| it.eq_ignore_ascii_case(entry));
        self.0.iter().find(is_of).map(String::as_str)
    }
}

/// What a person may see of an organization.
#[derive(Debug, Clone)]
pub struct Sight {
    /// GitHub's ids of the repositories that they may read.
    pub repositories: Vec<i64>,
    /// What is to be kept from now on in place of the token that was given.
    pub renewed: Option<SecretString>,
}

/// Why nobody is signed in, or nothing may be seen. Each is a sentence for the person.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SignInError {
    /// There is no such way to sign in.
    #[error("there is no such way to sign in")]
    UnknownMethod,
    /// The person said no on the other site.
    #[error(
        "you did not allow the sign-in: begin again, or ask whoever runs Drydock for another way"
    )]
    Denied,
    /// The answer is too old, or was used before.
    #[error("the sign-in took too long or was used already: sign in again")]
    Over,
    /// They are who they are, but nobody to be let in, with the reason.
    #[error("{0}")]
    NotLetIn(String),
    /// The other site does not accept the token any more: the session is worth nothing.
    #[error("GitHub does not accept your sign-in any more: sign in again")]
    SignedOut,
    /// The organization asks for single sign-on, for which this sign-in is not authorized.
    #[error(
        "the organization asks for single sign-on: open its page on GitHub, sign in there, and then here again"
    )]
    SingleSignOn,
    /// The other site does not answer, with the reason; it may the next time.
    #[error("{0}")]
    Unreachable(String),
    /// What came back is not to be trusted, or a setting is wrong. The reason is for the log
    /// and whoever runs Drydock.
    #[error("the sign-in failed; whoever runs Drydock finds the reason in its log")]
    Failed(String),
}

/// An answer of the port, some time later.
pub type Answering<'a, T> = Pin<Box<dyn Future<Output = Result<T, SignInError>> + Send + 'a>>;

/// Leads people over another site and back, and learns what they may see.
pub trait SignIn: Send + Sync {
    /// What the page offers.
    fn methods(&self) -> &[Method];

    /// Where the browser goes. A page's form must not post there: a redirect after a post is
    /// held to `form-action`, so this is for a link.
    fn begin<'a>(&'a self, method: &'a str, flow: &'a Flow) -> Answering<'a, String>;

    /// Who came back.
    fn finish<'a>(
        &'a self,
        method: &'a str,
        answer: &'a Answer,
        flow: &'a Flow,
    ) -> Answering<'a, SignedIn>;

    /// Whether the person behind a token would be let in now: `NotLetIn` if they would not.
    /// What it gives is to be kept from now on in place of the token.
    fn still_let_in<'a>(&'a self, token: &'a SecretString) -> Answering<'a, Option<SecretString>>;

    /// What the person behind a token may see of an organization now: one request for each
    /// hundred repositories, so a page of a large organization should not wait for it.
    fn sight<'a>(&'a self, token: &'a SecretString, of: &'a OrgLogin) -> Answering<'a, Sight>;
}
