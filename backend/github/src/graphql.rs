//! GraphQL: one query with its `{data, errors}` envelope, keeping partial data.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::GithubError;
use crate::ask::Ask;
use crate::client::Client;
use crate::error::cleaned;
use crate::ledger::Budget;
use crate::limits::pause;
use crate::queries::POINTS_A_QUERY;
use crate::transport::{Answer, Failure, broken, refuse};

/// A hundred files with all their text; a single one is cut by GitHub at 512,000 bytes.
const ANSWER_LIMIT: usize = 64_000_000;

/// A query and how it may be treated.
pub(crate) struct Query<'a> {
    pub(crate) text: &'a str,
    pub(crate) variables: Value,
    /// True if the caller can ask for less when GitHub finds it too much.
    pub(crate) can_shrink: bool,
}

/// What came back: GitHub answers with data and errors at once.
#[derive(Debug)]
pub(crate) struct Partial<T> {
    pub(crate) data: T,
    pub(crate) errors: Vec<QueryError>,
}

/// One error of an answer.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct QueryError {
    #[serde(rename = "type")]
    kind: Option<String>,
    code: Option<String>,
    extensions: Option<Extensions>,
    #[serde(default)]
    message: String,
    #[serde(default)]
    path: Vec<Value>,
}

#[derive(Debug, Clone, Deserialize)]
struct Extensions {
    code: Option<String>,
}

#[derive(Deserialize)]
struct Envelope {
    data: Option<Value>,
    #[serde(default)]
    errors: Vec<QueryError>,
    message: Option<String>,
}

#[derive(Deserialize)]
struct RateLimit {
    cost: i64,
    remaining: i64,
    #[serde(rename = "resetAt")]
    resets_at: chrono::DateTime<chrono::Utc>,
}

impl QueryError {
    /// The place in the answer that is missing because of it, outermost first.
    pub(crate) fn place(&self) -> Option<&str> {
        self.path.first().and_then(Value::as_str)
    }

    /// Whether it speaks about an object of a repository, or about something inside it.
    pub(crate) fn is_about(&self, repository: &str, object: &str) -> bool {
        self.place() == Some(repository)
            && self.path.get(1).is_none_or(|it| it.as_str() == Some(object))
    }

    /// Whether it speaks about something below this alias of a repository, or about the
    /// whole repository.
    pub(crate) fn is_within(&self, repository: &str, alias: &str) -> bool {
        // `r0`, `defaultBranchRef`, `target`, and only then what is asked of the commit.
        self.place() == Some(repository)
            && self.path.get(3).is_none_or(|it| it.as_str() == Some(alias))
    }

    /// What is missing because of it: nothing if it says that there is none.
    pub(crate) fn missing<T>(&self) -> Result<Option<T>, GithubError> {
        match self.to_github_error() {
            GithubError::NotFound => Ok(None),
            error => Err(error),
        }
    }

    /// The error as one of ours.
    pub(crate) fn to_github_error(&self) -> GithubError {
        let message = cleaned(&self.message);
        if self.is("NOT_FOUND") {
            return GithubError::NotFound;
        }
        if self.is("FORBIDDEN") || self.is("INSUFFICIENT_SCOPES") {
            return GithubError::Forbidden(message);
        }
        if self.is("SERVICE_UNAVAILABLE") || message.to_lowercase().contains("something went wrong")
        {
            return GithubError::Unreachable(message);
        }
        GithubError::Malformed(message)
    }

    fn is(&self, name: &str) -> bool {
        let code = self.extensions.as_ref().and_then(|it| it.code.as_deref());
        [self.kind.as_deref(), self.code.as_deref(), code]
            .into_iter()
            .flatten()
            .any(|it| it.eq_ignore_ascii_case(name))
    }

    fn is_rate_limit(&self) -> bool {
        ["RATE_LIMIT", "RATE_LIMITED", "graphql_rate_limit"].into_iter().any(|it| self.is(it))
    }

    fn is_heavy(&self) -> bool {
        let message = self.message.to_lowercase();
        self.is("RESOURCE_LIMITS_EXCEEDED")
            || self.is("MAX_NODE_LIMIT_EXCEEDED")
            || message.contains("resource limits")
            || message.contains("something went wrong while executing your query")
            || message.contains("timeout")
    }
}

impl Client {
    /// Sends a query and reads what came back, in part or whole.
    pub(crate) async fn query<T: DeserializeOwned>(
        &self,
        query: &Query<'_>,
    ) -> Result<Partial<T>, Failure> {
        if !self.shared.has_token {
            return Err(GithubError::NoToken.into());
        }
        let ask = Ask::Query {
            url: self.shared.endpoints.graphql.clone(),
            body: json!({ "query": query.text, "variables": query.variables }),
            points: POINTS_A_QUERY,
            limit: ANSWER_LIMIT,
            can_shrink: query.can_shrink,
        };
        let read = |answer| self.read(answer).map_err(|it| query.soften(it));
        self.repeated(&ask, read).await
    }

    fn read<T: DeserializeOwned>(&self, answer: Answer) -> Result<Partial<T>, Failure> {
        let answer = refuse(answer)?;
        let envelope: Envelope =
            serde_json::from_slice(&answer.body).map_err(|error| broken(&error))?;
        self.settle(envelope.data.as_ref());
        if envelope.errors.iter().any(QueryError::is_rate_limit) {
            return Err(self.pause(Budget::Graphql, pause(&answer.headers)).into());
        }
        if let Some(heavy) = envelope.errors.iter().find(|it| it.is_heavy()) {
            return Err(Failure::Heavy(cleaned(&heavy.message)));
        }
        let Some(data) = envelope.data.filter(|it| !it.is_null()) else {
            let said = envelope.message.unwrap_or_else(|| "no data".to_owned());
            let error = envelope.errors.first().map(QueryError::to_github_error);
            return Err(error.unwrap_or(GithubError::Malformed(cleaned(&said))).into());
        };
        let data = serde_json::from_value(data).map_err(|error| broken(&error))?;
        Ok(Partial { data, errors: envelope.errors })
    }

    /// Corrects the ledger by what GitHub says the query cost.
    fn settle(&self, data: Option<&Value>) {
        let limit = data.and_then(|it| it.get("rateLimit")).filter(|it| !it.is_null());
        let Some(limit) = limit.and_then(|it| RateLimit::deserialize(it).ok()) else { return };
        self.ledger.correct_points(limit.cost - POINTS_A_QUERY);
        self.ledger.heard(Budget::Graphql, Some(limit.remaining), Some(limit.resets_at));
    }
}

impl Query<'_> {
    /// What is too heavy but cannot be made lighter may still pass on another try.
    fn soften(&self, failure: Failure) -> Failure {
        match failure {
            Failure::Heavy(why) if !self.can_shrink => Failure::Passing(why),
            other => other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(json: Value) -> QueryError {
        serde_json::from_value(json).unwrap()
    }

    #[test]
    fn both_spellings_of_a_rate_limit_are_known() {
        assert!(error(json!({"type": "RATE_LIMITED", "message": ""})).is_rate_limit());
        assert!(error(json!({"type": "RATE_LIMIT", "code": "graphql_rate_limit"})).is_rate_limit());
        assert!(!error(json!({"type": "NOT_FOUND"})).is_rate_limit());
    }

    #[test]
    fn an_error_names_the_place_that_is_missing() {
        let missing = error(json!({"type": "NOT_FOUND", "path": ["r3"], "message": "Could not"}));
        assert_eq!(missing.place(), Some("r3"));
        assert_eq!(missing.to_github_error(), GithubError::NotFound);
    }

    #[test]
    fn a_query_over_the_resource_limits_is_heavy() {
        assert!(error(json!({"type": "RESOURCE_LIMITS_EXCEEDED", "message": "x"})).is_heavy());
        assert!(
            error(json!({"message": "Something went wrong while executing your query on 2026"}))
                .is_heavy()
        );
    }
}
