//! Reads what a request sends.

use axum::Json;
use axum::extract::FromRequest;
use axum::extract::Request;
use axum::extract::rejection::JsonRejection;
use serde::de::DeserializeOwned;

use crate::app::Site;
use crate::error::AppError;

/// The body, JSON of a `T`.
pub(super) struct Body<T>(pub(super) T);

impl<T: DeserializeOwned> FromRequest<Site> for Body<T> {
    type Rejection = AppError;

    async fn from_request(request: Request, site: &Site) -> Result<Self, AppError> {
        match Json::from_request(request, site).await {
            Ok(Json(body)) => Ok(Self(body)),
            Err(JsonRejection::MissingJsonContentType(_)) => Err(AppError::NotJson),
            Err(JsonRejection::JsonDataError(it)) => {
                Err(AppError::Refused(sentence(&it.body_text())))
            }
            Err(JsonRejection::JsonSyntaxError(it)) => {
                Err(AppError::BadRequest(sentence(&it.body_text())))
            }
            Err(_) => Err(AppError::BadRequest("The body cannot be read.".to_owned())),
        }
    }
}

/// What the library says is the matter, without its own first words.
fn sentence(said: &str) -> String {
    let said: String = said.chars().take(600).collect();
    let why = said.split_once(": ").map_or(said.as_str(), |(_, why)| why);
    format!("The body cannot be read: {why}.")
}
