//! Reads what stands after the question mark. What is not known is said, not skipped: a skipped
//! filter would show wrong rows.

use axum::extract::FromRequestParts;
use axum::http::Uri;
use axum::http::request::Parts;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use utoipa::IntoParams;

use crate::app::Site;
use crate::error::AppError;

/// The query, where every name is one that `T` has.
pub(super) struct Query<T>(pub(super) T);

impl<T: DeserializeOwned> FromRequestParts<Site> for Query<T> {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, _: &Site) -> Result<Self, AppError> {
        if let Some(name) = empty_value(&parts.uri) {
            return Err(AppError::BadRequest(format!(
                "`{name}` is empty: give it a value, or leave it out."
            )));
        }
        match axum::extract::Query::try_from_uri(&parts.uri) {
            Ok(axum::extract::Query(query)) => Ok(Self(query)),
            Err(refusal) => {
                let said: String = refusal.body_text().chars().take(600).collect();
                let why = said.trim_start_matches("Failed to deserialize query string: ");
                Err(AppError::BadRequest(format!("The query cannot be read: {why}.")))
            }
        }
    }
}

/// A query that has nothing to say.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Nothing {}

/// Which part of an organization.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct PartQuery {
    /// Which repositories: a query of `/orgs/{org}/repositories`, as `team=payments`, encoded.
    /// Without it: all.
    pub(super) filter: Option<String>,
}

/// The query of a list without filters.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Paged {
    /// How many rows at most, from 1 to 200; 50 without a choice.
    #[param(minimum = 1, maximum = 200, default = 50)]
    pub(super) limit: Option<u16>,
    /// Where the last page ended: its `next_cursor`.
    pub(super) cursor: Option<String>,
}

/// A name that is given no value, as a form does where nothing was chosen. A program says what it
/// means.
fn empty_value(address: &Uri) -> Option<String> {
    let pairs = address.query().unwrap_or_default().split('&').filter(|it| !it.is_empty());
    let named = pairs.map(|it| it.split_once('=').unwrap_or((it, "")));
    let empty = named.filter(|(_, value)| value.is_empty()).map(|(name, _)| name);
    empty.map(|it| it.chars().take(100).collect()).next()
}
