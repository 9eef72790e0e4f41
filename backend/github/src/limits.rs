//! What the headers say about budgets and about waiting.
//!
//! Obeyed in GitHub's own order: `Retry-After`, then the reset of an empty budget,
//! then a minute (docs: best practices for using the REST API). GitHub's `Date` is
//! the clock, so a wrong clock on our side cannot make us come too early.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use http::{HeaderMap, StatusCode, header};

use crate::standing::Heard;
use crate::transport::{Answer, message};

const WITHOUT_A_HINT: TimeDelta = TimeDelta::seconds(60);

/// How long nothing may be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Limited {
    pub(crate) wait: Duration,
    pub(crate) until: Option<DateTime<Utc>>,
    /// A secondary limit holds for REST and GraphQL together.
    pub(crate) is_secondary: bool,
}

/// How the budget stands. Servers without limits say nothing.
pub(crate) fn heard(headers: &HeaderMap) -> Option<Heard> {
    let resets_at = resets_at(headers)?;
    // Without a date the reset itself is the best guess at a clock.
    let now = date(headers).unwrap_or(resets_at);
    Some(Heard {
        limit: number(headers, "x-ratelimit-limit")?,
        left: number(headers, "x-ratelimit-remaining")?,
        resets_at,
        resets_in: (resets_at - now).to_std().unwrap_or_default(),
    })
}

fn resets_at(headers: &HeaderMap) -> Option<DateTime<Utc>> {
    DateTime::from_timestamp(number(headers, "x-ratelimit-reset")?, 0)
}

/// Whether a refusal is about limits, and how long to wait then.
pub(crate) fn rate_limit(answer: &Answer) -> Option<Limited> {
    let is_refusal = matches!(answer.status, StatusCode::FORBIDDEN | StatusCode::TOO_MANY_REQUESTS);
    if !is_refusal {
        return None;
    }
    let headers = &answer.headers;
    let is_about_limits = answer.status == StatusCode::TOO_MANY_REQUESTS
        || headers.contains_key(header::RETRY_AFTER)
        || number(headers, "x-ratelimit-remaining") == Some(0)
        || is_about_limits(&message(&answer.body));
    is_about_limits.then(|| pause(headers))
}

/// How long to wait, by the headers of an answer that says a limit is reached.
pub(crate) fn pause(headers: &HeaderMap) -> Limited {
    let now = date(headers);
    let retry_after = number(headers, header::RETRY_AFTER.as_str());
    let left = number(headers, "x-ratelimit-remaining");
    let resets = resets_at(headers);
    let (wait, is_secondary) = match (retry_after, left, now.zip(resets)) {
        (Some(seconds), _, _) => (TimeDelta::seconds(seconds.clamp(0, 86_400)), true),
        (None, Some(0), Some((now, resets))) => (resets - now, false),
        (None, _, _) => (WITHOUT_A_HINT, true),
    };
    // One second more: the reset is given in whole seconds.
    let wait = wait.max(TimeDelta::zero()) + TimeDelta::seconds(1);
    let until = now.map(|it| it + wait).or(resets);
    Limited { wait: wait.to_std().unwrap_or_default(), until, is_secondary }
}

fn is_about_limits(message: &str) -> bool {
    let message = message.to_lowercase();
    message.contains("rate limit") || message.contains("abuse detection")
}

fn number(headers: &HeaderMap, name: &str) -> Option<i64> {
    headers.get(name)?.to_str().ok()?.trim().parse().ok()
}

/// The moment of an answer, by GitHub's clock.
pub(crate) fn date(headers: &HeaderMap) -> Option<DateTime<Utc>> {
    let text = headers.get(header::DATE)?.to_str().ok()?;
    DateTime::parse_from_rfc2822(text).ok().map(|it| it.to_utc())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, headers: &[(&'static str, &str)], body: &str) -> Answer {
        let headers = headers
            .iter()
            .map(|(name, value)| (header::HeaderName::from_static(name), value.parse().unwrap()));
        let status = StatusCode::from_u16(status).unwrap();
        Answer { status, headers: headers.collect(), body: body.into() }
    }

    const NOON: (&str, &str) = ("date", "Mon, 23 Nov 2026 12:00:00 GMT");

    #[test]
    fn retry_after_comes_before_the_reset() {
        let headers = [NOON, ("retry-after", "30"), ("x-ratelimit-remaining", "0")];
        let limited = rate_limit(&answer(403, &headers, "{}")).unwrap();
        assert_eq!((limited.wait.as_secs(), limited.is_secondary), (31, true));
        assert_eq!(limited.until.unwrap().to_rfc3339(), "2026-11-23T12:00:31+00:00");
    }

    #[test]
    fn an_empty_budget_waits_for_its_reset_by_githubs_clock() {
        let reset = DateTime::parse_from_rfc3339("2026-11-23T12:40:00Z").unwrap().timestamp();
        let reset = reset.to_string();
        let headers = [NOON, ("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", &reset)];
        let limited = rate_limit(&answer(429, &headers, "{}")).unwrap();
        assert_eq!((limited.wait.as_secs(), limited.is_secondary), (2401, false));
    }

    #[test]
    fn a_secondary_limit_without_a_hint_waits_a_minute() {
        let body = r#"{"message":"You have exceeded a secondary rate limit."}"#;
        let limited = rate_limit(&answer(403, &[NOON], body)).unwrap();
        assert_eq!((limited.wait.as_secs(), limited.is_secondary), (61, true));
    }

    #[test]
    fn the_last_good_answer_of_a_budget_is_no_limit() {
        assert_eq!(rate_limit(&answer(200, &[("x-ratelimit-remaining", "0")], "{}")), None);
        assert_eq!(rate_limit(&answer(403, &[], r#"{"message":"Not for you"}"#)), None);
    }
}
