//! One request and its repetition: octocrab's raw calls under our own policy.
//!
//! octocrab's typed calls drop the headers that say how long to wait, and its own
//! retries neither pause nor see a GraphQL rate limit; both stay unused. Everything
//! here only reads, so everything may be repeated; so may the one request that makes
//! something, an installation's token, of which there may be many.

use std::hash::{BuildHasher as _, RandomState};
use std::sync::atomic::Ordering;
use std::time::Duration;

use http::{HeaderMap, HeaderValue, StatusCode, header};
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use serde_json::Value;

use crate::GithubError;
use crate::ask::Ask;
use crate::client::Client;
use crate::error::{cleaned, innermost};
use crate::ledger::Budget;
use crate::limits::{Limited as RateLimited, date, heard, rate_limit};
use crate::token::Pass;

/// How often something is tried in all.
pub(crate) const ATTEMPTS: u32 = 4;
const FIRST_PAUSE: Duration = Duration::from_millis(200);

/// An answer that arrived whole.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

/// Why one attempt failed, by what to do next.
#[derive(Debug)]
pub(crate) enum Failure {
    /// Asking again would not help.
    Final(GithubError),
    /// Ask again after a pause.
    Passing(String),
    /// Ask for less at once.
    Heavy(String),
}

impl From<GithubError> for Failure {
    fn from(error: GithubError) -> Self {
        Self::Final(error)
    }
}

impl From<Failure> for GithubError {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Final(error) => error,
            Failure::Passing(why) | Failure::Heavy(why) => Self::Unreachable(why),
        }
    }
}

impl Client {
    /// Asks until it works, fails for good, or was tried often enough.
    pub(crate) async fn repeated<T>(
        &self,
        ask: &Ask,
        read: impl Fn(Answer) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        let mut attempt = 0;
        loop {
            attempt += 1;
            let result = match self.once(ask).await {
                Ok(answer) => read(answer),
                Err(failure) => Err(failure),
            };
            match result {
                Err(Failure::Passing(_)) if attempt < ATTEMPTS => {
                    tokio::time::sleep(pause_after(attempt)).await;
                }
                other => return other,
            }
        }
    }

    /// Asks with the token in use, and with a new one if GitHub refuses that.
    async fn once(&self, ask: &Ask) -> Result<Answer, Failure> {
        let _permit = self.shared.permits.acquire().await;
        let pass = self.shared.tokens.pass().await?;
        let answer = self.attempt(ask, &pass).await?;
        if answer.status != StatusCode::UNAUTHORIZED {
            return Ok(answer);
        }
        match self.shared.tokens.instead_of(pass.number()).await? {
            Some(pass) => self.attempt(ask, &pass).await,
            None => Ok(answer),
        }
    }

    async fn attempt(&self, ask: &Ask, pass: &Pass) -> Result<Answer, Failure> {
        let budget = ask.budget();
        if self.shared.has_limits.load(Ordering::Relaxed) {
            self.shared.paces.turn(budget).await;
        }
        self.shared.standings.take(budget, ask.points(), self.share)?;
        self.ledger.charge(budget, ask.points());
        let answer = tokio::time::timeout(ask.time_limit(), exchange(ask, pass)).await;
        let answer = answer.map_err(|_| Failure::Passing("no answer in time".to_owned()))??;
        if let Some(date) = date(&answer.headers) {
            self.shared.standings.set_clock(date);
        }
        if let Some(heard) = heard(&answer.headers) {
            self.shared.has_limits.store(true, Ordering::Relaxed);
            self.shared.standings.hear(budget, &heard);
            self.ledger.heard(budget, Some(heard.left), Some(heard.resets_at));
        }
        if let Some(limited) = rate_limit(&answer) {
            return Err(self.pause(budget, limited).into());
        }
        match answer.status.is_server_error() {
            true if is_too_heavy(ask, answer.status) => Err(Failure::Heavy(words(answer.status))),
            true => Err(Failure::Passing(words(answer.status))),
            false => Ok(answer),
        }
    }

    /// Remembers a rate limit, so that nobody asks before it is over.
    pub(crate) fn pause(&self, budget: Budget, limited: RateLimited) -> GithubError {
        let RateLimited { wait, until, is_secondary } = limited;
        self.shared.standings.pause(budget, wait, until);
        if is_secondary {
            self.shared.standings.pause(Budget::Rest, wait, until);
            self.shared.standings.pause(Budget::Graphql, wait, until);
        }
        GithubError::RateLimited { wait, until }
    }

    /// Gets a REST address and reads its JSON.
    pub(crate) async fn get_json<T: serde::de::DeserializeOwned>(
        &self,
        path: &str,
        limit: usize,
    ) -> Result<(T, HeaderMap), GithubError> {
        let url = format!("{}{path}", self.shared.endpoints.api);
        let ask = Ask::Get { url, accept: "application/vnd.github+json", limit };
        Ok(self.repeated(&ask, read_json).await?)
    }

    /// Posts nothing to a REST address and reads the JSON of what that made.
    pub(crate) async fn post_json<T: serde::de::DeserializeOwned>(
        &self,
        path: &str,
        limit: usize,
    ) -> Result<T, GithubError> {
        let url = format!("{}{path}", self.shared.endpoints.api);
        let (value, _) = self.repeated(&Ask::Create { url, limit }, read_json).await?;
        Ok(value)
    }
}

/// Sends one request and takes in its whole answer.
async fn exchange(ask: &Ask, pass: &Pass) -> Result<Answer, Failure> {
    let octocrab = &pass.octocrab;
    let sent = match ask {
        Ask::Get { url, accept, .. } => {
            let accept = HeaderMap::from_iter([(header::ACCEPT, HeaderValue::from_static(accept))]);
            octocrab._get_with_headers(url.as_str(), Some(accept)).await
        }
        Ask::Download { url, .. } => octocrab._get(url.as_str()).await,
        Ask::Query { url, body, .. } => octocrab._post(url.as_str(), Some(body)).await,
        Ask::Create { url, .. } => octocrab._post(url.as_str(), None::<&()>).await,
    };
    let response = sent.map_err(|error| Failure::Passing(innermost(&error)))?;
    let (parts, body) = response.into_parts();
    let body = Limited::new(body, ask.limit()).collect().await.map_err(|error| {
        if error.is::<LengthLimitError>() {
            let megabytes = ask.limit() / 1_000_000;
            let why = format!("the answer is larger than {megabytes} MB");
            return Failure::Final(GithubError::Malformed(why));
        }
        Failure::Passing("the connection broke during the answer".to_owned())
    })?;
    Ok(Answer { status: parts.status, headers: parts.headers, body: body.to_bytes().into() })
}

fn read_json<T: serde::de::DeserializeOwned>(answer: Answer) -> Result<(T, HeaderMap), Failure> {
    let answer = refuse(answer)?;
    let value = serde_json::from_slice(&answer.body).map_err(|error| broken(&error))?;
    Ok((value, answer.headers))
}

/// A body that is no JSON, or not the JSON expected, may have been cut on its way.
pub(crate) fn broken(error: &serde_json::Error) -> Failure {
    match error.classify() {
        serde_json::error::Category::Data => {
            Failure::Final(GithubError::Malformed(cleaned(&error.to_string())))
        }
        _ => Failure::Passing("the answer was not whole".to_owned()),
    }
}

/// Lets an answer pass if it is a success.
pub(crate) fn refuse(answer: Answer) -> Result<Answer, GithubError> {
    if answer.status.is_success() {
        return Ok(answer);
    }
    let message = message(&answer.body);
    Err(match answer.status.as_u16() {
        401 => GithubError::Unauthorized,
        403 if asks_for_single_sign_on(&answer.headers) => GithubError::SingleSignOn,
        403 if is_withheld(&message) => GithubError::Unavailable(message),
        403 => GithubError::Forbidden(message),
        404 | 410 => GithubError::NotFound,
        409 if message.to_lowercase().contains("empty") => GithubError::EmptyRepository,
        451 => GithubError::Unavailable(format!("451, {message}")),
        _ => GithubError::Malformed(format!("{}, {message}", words(answer.status))),
    })
}

/// The header's address is not passed on: it is good for one person and a few minutes.
fn asks_for_single_sign_on(headers: &HeaderMap) -> bool {
    let sso = headers.get("x-github-sso").and_then(|it| it.to_str().ok());
    sso.is_some_and(|it| it.trim_start().starts_with("required"))
}

fn is_withheld(message: &str) -> bool {
    let message = message.to_lowercase();
    message.contains("access blocked") || message.contains("is disabled")
}

/// What GitHub says in the body of a refusal.
pub(crate) fn message(body: &[u8]) -> String {
    let value: Value = serde_json::from_slice(body).unwrap_or_default();
    let text = value.get("message").and_then(Value::as_str).unwrap_or("without a reason");
    cleaned(text)
}

fn words(status: StatusCode) -> String {
    status.canonical_reason().map_or_else(
        || format!("status {}", status.as_u16()),
        |reason| format!("{} {reason}", status.as_u16()),
    )
}

/// A query over GitHub's 10 s ends in one of these two.
const fn is_too_heavy(ask: &Ask, status: StatusCode) -> bool {
    matches!(ask, Ask::Query { can_shrink: true, .. })
        && matches!(status, StatusCode::BAD_GATEWAY | StatusCode::GATEWAY_TIMEOUT)
}

/// Doubles with every attempt, and differs by up to half, so that several processes
/// that failed together do not come back together.
fn pause_after(attempt: u32) -> Duration {
    let whole = FIRST_PAUSE * 2_u32.saturating_pow(attempt.saturating_sub(1));
    let share = u32::try_from(RandomState::new().hash_one(attempt) % 512).unwrap_or_default();
    whole + whole * share / 1024
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(status: u16, body: &str) -> GithubError {
        let status = StatusCode::from_u16(status).unwrap();
        let answer = Answer { status, headers: HeaderMap::new(), body: body.into() };
        refuse(answer).unwrap_err()
    }

    #[test]
    fn each_refusal_becomes_what_to_do_about_it() {
        assert_eq!(refused(401, "{}"), GithubError::Unauthorized);
        assert_eq!(refused(404, "{}"), GithubError::NotFound);
        assert_eq!(
            refused(409, r#"{"message":"Git Repository is empty."}"#),
            GithubError::EmptyRepository
        );
        assert!(matches!(refused(451, "{}"), GithubError::Unavailable(_)));
        let blocked = r#"{"message":"Repository access blocked"}"#;
        assert!(matches!(refused(403, blocked), GithubError::Unavailable(_)));
        assert!(matches!(refused(403, "<html>"), GithubError::Forbidden(_)));
    }

    #[test]
    fn pauses_double_and_stay_small() {
        for (attempt, least, most) in [(1, 200, 300), (2, 400, 600), (3, 800, 1200)] {
            let pause = pause_after(attempt).as_millis();
            assert!((least..=most).contains(&pause), "{attempt}: {pause}");
        }
    }
}
