//! Whose repositories are, where no CODEOWNERS says it.

use axum::extract::rejection::FormRejection;
use axum::extract::{Form, Path};
use axum::response::Response;
use serde::Deserialize;
use store::{OrganizationId, TeamRule};

use super::{Forms, answer, header, lines, saved};
use crate::app::App;
use crate::error::AppError;

const MOST_RULES: usize = 200;
/// GitHub's own limit on the name of a custom property.
const LONGEST_PROPERTY: usize = 75;

/// What the form shows.
pub(super) struct TeamsForm {
    pub(super) property: String,
    /// One rule a line: `glob = team`.
    pub(super) rules: String,
    pub(super) refusal: Option<String>,
}

/// What the form sends.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    property: String,
    rules: String,
}

impl TeamsForm {
    pub(super) fn of(property: Option<String>, rules: &[TeamRule]) -> Self {
        let line = |it: &TeamRule| format!("{} = {}", it.glob, it.team);
        let rules = rules.iter().map(line).collect::<Vec<_>>().join("\n");
        Self { property: property.unwrap_or_default(), rules, refusal: None }
    }
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
    match rules(&asked) {
        Ok(rules) => {
            let (actor, now) = (app.reader.actor(), app.now());
            app.store.save_team_property(id, Some(&asked.property), &actor, now).await?;
            app.store.save_team_rules(id, &rules, &actor, now).await?;
            Ok(saved(&header.login, "teams"))
        }
        Err(refusal) => {
            let mut forms = Forms::of(&app, &header).await?;
            let Asked { property, rules } = asked;
            forms.teams = TeamsForm { property, rules, refusal: Some(refusal) };
            answer(&app, header, forms)
        }
    }
}

/// The rules that were typed, or what is wrong with the first that is none.
fn rules(asked: &Asked) -> Result<Vec<TeamRule>, String> {
    if asked.property.chars().count() > LONGEST_PROPERTY {
        return Err(format!("A custom property's name has at most {LONGEST_PROPERTY} characters."));
    }
    let rule = |line: &str| {
        let (glob, team) = line.split_once('=').ok_or_else(|| {
            format!("\u{201c}{line}\u{201d} is no rule: write \u{201c}pay-* = payments\u{201d}.")
        })?;
        let rule = TeamRule { glob: glob.trim().to_owned(), team: team.trim().to_owned() };
        rule.check().map(|()| rule)
    };
    let rules: Vec<TeamRule> = lines(&asked.rules).map(rule).collect::<Result<_, _>>()?;
    if rules.len() > MOST_RULES {
        return Err(format!("At most {MOST_RULES} rules are kept here."));
    }
    Ok(rules)
}
