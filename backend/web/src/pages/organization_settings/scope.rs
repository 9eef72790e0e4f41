//! What counts: the default path rules, the organization's own, and whole repositories.

use axum::extract::rejection::FormRejection;
use axum::extract::{Form, Path};
use axum::response::Response;
use store::{OrganizationId, Scope, ScopePreview};

use super::{Forms, answer, header, lines, saved};
use crate::app::App;
use crate::error::AppError;
use crate::format::counted;

/// An organization with more own rules wants `.drydock.yml` instead.
const MOST_GLOBS: usize = 200;

/// What the form shows.
pub(super) struct ScopeForm {
    /// Each default rule, and whether it is on.
    pub(super) defaults: Vec<(&'static str, bool)>,
    /// One glob a line.
    pub(super) globs: String,
    /// The name of the box, its words, and whether it is on.
    pub(super) counts: [(&'static str, &'static str, bool); 3],
    pub(super) preview: Option<Vec<Change>>,
    pub(super) refusal: Option<String>,
}

/// A line of the preview.
pub(super) struct Change {
    pub(super) words: String,
    pub(super) first: Vec<String>,
}

impl ScopeForm {
    pub(super) fn of(scope: &Scope) -> Self {
        let is_on = |it: &str| !scope.defaults_off.iter().any(|off| off == it);
        Self {
            defaults: checklist::scope::defaults().map(|it| (it, is_on(it))).collect(),
            globs: scope.globs.join("\n"),
            counts: [
                ("archived", "Archived repositories", scope.counts_archived),
                ("forks", "Forks", scope.counts_forks),
                ("templates", "Template repositories", scope.counts_templates),
            ],
            preview: None,
            refusal: None,
        }
    }
}

/// What the form sends: a box that is not ticked is not sent.
fn sent(pairs: &[(String, String)]) -> Scope {
    let has = |name: &str, value: &str| pairs.iter().any(|it| it.0 == name && it.1 == value);
    let globs = pairs.iter().find(|it| it.0 == "globs").map_or("", |it| it.1.as_str());
    let off = checklist::scope::defaults().filter(|it| !has("default", it));
    Scope {
        defaults_off: off.map(str::to_owned).collect(),
        globs: lines(globs).map(str::to_owned).collect(),
        counts_archived: has("counts", "archived"),
        counts_forks: has("counts", "forks"),
        counts_templates: has("counts", "templates"),
    }
}

/// Saves the rules, or shows what they would change where the other button was pressed.
pub(super) async fn save(
    app: App,
    Path(org): Path<String>,
    asked: Result<Form<Vec<(String, String)>>, FormRejection>,
) -> Result<Response, AppError> {
    let Ok(Form(pairs)) = asked else {
        return Err(AppError::BadRequest("Go back and send the form again.".to_owned()));
    };
    let header = header(&app, &org).await?;
    let id = OrganizationId(header.organization_id);
    let scope = sent(&pairs);
    let refusal = match scope.globs.len() {
        0..=MOST_GLOBS => scope.check().err(),
        _ => Some(format!("At most {MOST_GLOBS} globs are kept here.")),
    };
    let is_preview = pairs.iter().any(|it| it.0 == "preview");
    if refusal.is_none() && !is_preview {
        app.store.save_scope(id, &scope, &app.reader.actor(), app.now()).await?;
        return Ok(saved(&header.login, "scope"));
    }
    let mut forms = Forms::of(&app, &header).await?;
    forms.scope = ScopeForm::of(&scope);
    if refusal.is_none() {
        forms.scope.preview = Some(changes(app.store.scope_preview(id, &scope).await?));
    }
    forms.scope.refusal = refusal;
    answer(&app, header, forms)
}

fn changes(preview: ScopePreview) -> Vec<Change> {
    let files = ("Dockerfile", "Dockerfiles");
    let repositories = ("repository", "repositories");
    let told = [
        (preview.dockerfiles_leaving, files, "would leave the scope"),
        (preview.dockerfiles_entering, files, "would enter it"),
        (preview.repositories_leaving, repositories, "would leave as a whole"),
        (preview.repositories_entering, repositories, "would enter as a whole"),
    ];
    let some = told.into_iter().filter(|(moving, ..)| moving.count > 0);
    some.map(|(moving, (one, many), words)| {
        let count = i64::try_from(moving.count).unwrap_or(i64::MAX);
        Change { words: format!("{} {words}", counted(count, one, many)), first: moving.first }
    })
    .collect()
}
