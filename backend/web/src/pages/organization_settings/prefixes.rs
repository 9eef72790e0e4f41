//! Which references are hardened images although they do not look it.

use axum::extract::rejection::FormRejection;
use axum::extract::{Form, Path};
use axum::response::Response;
use serde::Deserialize;
use store::OrganizationId;

use super::{Forms, answer, header, lines, saved};
use crate::app::App;
use crate::error::AppError;

/// What the form shows.
pub(super) struct PrefixesForm {
    /// One prefix a line.
    pub(super) prefixes: String,
    pub(super) refusal: Option<String>,
}

/// What the form sends.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    prefixes: String,
}

pub(super) async fn save(
    app: App,
    Path(org): Path<String>,
    asked: Result<Form<Asked>, FormRejection>,
) -> Result<Response, AppError> {
    let Ok(Form(asked)) = asked else {
        return Err(AppError::BadRequest("Go back and send the form again.".to_owned()));
    };
    let header = header(&app, &org).await?;
    let id = OrganizationId(header.organization_id);
    let prefixes: Vec<String> = lines(&asked.prefixes).map(str::to_owned).collect();
    let actor = app.reader.actor();
    match app.store.save_hardened_prefixes(id, &prefixes, &actor, app.now()).await? {
        Ok(()) => Ok(saved(&header.login, "prefixes")),
        Err(refused) => {
            let mut forms = Forms::of(&app, &header).await?;
            let refusal = Some(refused.to_string());
            forms.prefixes = PrefixesForm { prefixes: asked.prefixes, refusal };
            answer(&app, header, forms)
        }
    }
}
