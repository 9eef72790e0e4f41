//! What can go wrong between us and GitHub, in sentences for people.
//!
//! Nothing here ever holds a token, a header's value or a backtrace: texts that came
//! from outside are cleaned and cut before they get in.

use std::time::Duration;

use chrono::{DateTime, Utc};

/// Why GitHub did not give what was asked. A variant exists because somebody acts on it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GithubError {
    /// There is no token, and GitHub's GraphQL API answers nobody without one.
    #[error(
        "GitHub needs a token: set GITHUB_TOKEN to one that may read the organization's repositories"
    )]
    NoToken,
    /// The token is not accepted.
    #[error(
        "GitHub did not accept the token: check that it is complete and has not expired or been revoked"
    )]
    Unauthorized,
    /// The App is not accepted.
    #[error(
        "GitHub did not accept the App: check that its id and its private key belong together, that it was made on this GitHub, and that this machine\u{2019}s clock is right"
    )]
    AppRefused,
    /// The App's installation is gone or suspended.
    #[error(
        "the App is no longer installed there, or its installation is suspended: install it again, or take it up again under the organization\u{2019}s settings"
    )]
    NotInstalled,
    /// The token is good, but not for an organization that asks for single sign-on.
    #[error(
        "the token is not authorized for the organization\u{2019}s single sign-on: open the token\u{2019}s settings on GitHub, choose \u{201c}Configure SSO\u{201d} and authorize it"
    )]
    SingleSignOn,
    /// The token is good but may not do this.
    #[error(
        "GitHub refuses access ({0}): give the token read access to contents and metadata, and authorize it for single sign-on if the organization asks for that"
    )]
    Forbidden(String),
    /// A person's way to sign in has ended: the code or the renewal is used or too old.
    #[error("the sign-in took too long or was used already: sign in again")]
    SignInOver,
    /// The app that people sign in to is not accepted, as GitHub says.
    #[error(
        "GitHub does not let people sign in to this app ({0}): check its client id, its client secret and its callback URL"
    )]
    SignInRefused(String),
    /// It does not exist, or this token may not know that it does.
    #[error("GitHub knows nothing of that name, or the token may not see it")]
    NotFound,
    /// The repository has no commits.
    #[error("the repository is empty")]
    EmptyRepository,
    /// GitHub withholds it: a legal notice, or disabled.
    #[error("GitHub withholds this repository ({0})")]
    Unavailable(String),
    /// The budget is used up. Nothing may be asked until the time is over.
    #[error("GitHub's rate limit is reached{}", until_words(*until))]
    RateLimited {
        /// How long nothing may be asked, from the moment of the answer.
        wait: Duration,
        /// When it is over, by GitHub's own clock; none if it sent no date.
        until: Option<DateTime<Utc>>,
    },
    /// No answer, or only server errors, after several attempts.
    #[error(
        "GitHub could not be reached ({0}): check the network and the API address, or try again later"
    )]
    Unreachable(String),
    /// An answer that makes no sense.
    #[error("GitHub answered something that could not be understood ({0})")]
    Malformed(String),
    /// A setting that cannot work, known before anything was asked.
    #[error("{0}")]
    InvalidSetting(String),
}

impl GithubError {
    /// True if asking for anything else would fail the same way, so that a crawl ends.
    #[must_use]
    pub const fn stops_everything(&self) -> bool {
        match self {
            Self::NoToken
            | Self::Unauthorized
            | Self::AppRefused
            | Self::NotInstalled
            | Self::SingleSignOn
            | Self::SignInOver
            | Self::SignInRefused(_)
            | Self::RateLimited { .. } => true,
            Self::Forbidden(_)
            | Self::NotFound
            | Self::EmptyRepository
            | Self::Unavailable(_)
            | Self::Unreachable(_)
            | Self::Malformed(_)
            | Self::InvalidSetting(_) => false,
        }
    }

    /// True if it may well work the next time.
    #[must_use]
    pub const fn is_passing(&self) -> bool {
        matches!(self, Self::RateLimited { .. } | Self::Unreachable(_) | Self::Malformed(_))
    }
}

fn until_words(until: Option<DateTime<Utc>>) -> String {
    until.map_or_else(
        || ": try again in some minutes".to_owned(),
        |it| format!(" until {}", it.format("%Y-%m-%d %H:%M:%S UTC")),
    )
}

/// The first line of a text from outside, without control characters, at most 200 long.
pub(crate) fn cleaned(text: &str) -> String {
    let line = text.trim().lines().next().unwrap_or_default();
    line.chars().filter(|it| !it.is_control()).take(200).collect()
}

/// The innermost cause of a failed request. octocrab's own texts end in a backtrace
/// when `RUST_BACKTRACE` is set, so they are never used.
pub(crate) fn innermost(error: &octocrab::Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    if std::ptr::addr_eq(cause, error) {
        return "the request failed".to_owned();
    }
    cleaned(&cause.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_limit_says_until_when() {
        let until = DateTime::from_timestamp(1_795_000_000, 0);
        let error = GithubError::RateLimited { wait: Duration::from_secs(60), until };
        assert_eq!(
            error.to_string(),
            "GitHub's rate limit is reached until 2026-11-18 11:06:40 UTC"
        );
    }

    #[test]
    fn a_text_from_outside_is_one_short_line() {
        assert_eq!(cleaned("\u{1b}[31mno\nat backtrace"), "[31mno");
        assert_eq!(cleaned(&"x".repeat(500)).len(), 200);
    }
}
