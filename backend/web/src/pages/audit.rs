//! `/audit`: who did what, newest first, and the same as a file. An entry may name any
//! repository, so only those read the log who see all of them.

mod address;
mod change;
mod export;
mod line;
#[cfg(test)]
mod tests;

use std::collections::HashMap;

use askama::Template;
use axum::extract::Query;
use axum::extract::rejection::QueryRejection;
use axum::response::Response;
use store::read::audit::AuditLine;
use store::{AuditAction, OrganizationId};

use self::address::{Address, Asked};
use self::line::Line;
use crate::app::App;
use crate::error::{AppError, Page, page};
use crate::layout::{Layout, Section};
use crate::links;
use crate::routes::{Need, Routes};

const PAGE_SIZE: usize = 100;

pub(crate) fn routes() -> Routes {
    Routes::new().get(links::AUDIT, Need::OPERATOR, show).file(
        links::AUDIT_CSV,
        Need::OPERATOR,
        show_csv,
    )
}

/// The logins of the organizations that are there.
type Logins = HashMap<OrganizationId, String>;

#[derive(Template)]
#[template(path = "pages/audit.html")]
struct AuditPage {
    layout: Layout,
    asked: Asked,
    /// The value of each choice, its words, and whether it is chosen.
    people: Vec<(String, String, bool)>,
    actions: Vec<(&'static str, &'static str, bool)>,
    organizations: Vec<(String, bool)>,
    lines: Vec<Line>,
    is_filtered: bool,
    /// The entries before the last one shown.
    older: Option<String>,
    /// The newest ones, where these are not.
    newest: Option<String>,
    csv: String,
}

async fn show(app: App, asked: Result<Query<Asked>, QueryRejection>) -> Page {
    app.needs_everything().await?;
    let Query(asked) = asked?;
    let logins = logins(&app).await?;
    let address = Address::parse(asked, &logins)?;
    let most = i64::try_from(PAGE_SIZE + 1).unwrap_or(i64::MAX);
    let mut found = app.store.audit(&address.filter, address.before, most).await?;
    let has_more = found.len() > PAGE_SIZE;
    found.truncate(PAGE_SIZE);
    let last = found.last().filter(|_| has_more).map(|it| it.id);
    let layout = Layout::general(&app, Section::Settings, "Audit log").await?;
    let now = app.now();
    page(&AuditPage {
        layout,
        people: people(&app, &address.asked).await?,
        actions: actions(&address.asked),
        organizations: organizations(&logins, &address.asked),
        lines: found.iter().map(|it| Line::new(it, &address, &logins, now)).collect(),
        is_filtered: address.is_filtered(),
        older: last.map(|it| address.with(&[("before", &it.to_string())])),
        newest: address.before.map(|_| address.with(&[("before", "")])),
        csv: address.as_csv(),
        asked: address.asked,
    })
}

async fn show_csv(
    app: App,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Result<Response, AppError> {
    app.needs_everything().await?;
    let Query(asked) = asked?;
    let logins = logins(&app).await?;
    let address = Address::parse(asked, &logins)?;
    export::csv(&app, address, logins).await
}

async fn logins(app: &App) -> Result<Logins, AppError> {
    let all = app.store.organizations().await?;
    Ok(all.into_iter().map(|it| (it.id, it.login.to_string())).collect())
}

async fn people(app: &App, asked: &Asked) -> Result<Vec<(String, String, bool)>, AppError> {
    let choice = |it: store::Person| {
        let id = it.id.to_string();
        let is_chosen = id == asked.person;
        (id, it.name, is_chosen)
    };
    let mut choices: Vec<_> = app.store.persons(None).await?.into_iter().map(choice).collect();
    // Whoever is removed still did what they did.
    if !asked.person.is_empty() && !choices.iter().any(|it| it.2) {
        choices.push((asked.person.clone(), format!("number {}", asked.person), true));
    }
    Ok(choices)
}

fn actions(asked: &Asked) -> Vec<(&'static str, &'static str, bool)> {
    let choice = |it: &AuditAction| (it.slug(), line::action_words(*it), it.slug() == asked.action);
    AuditAction::ALL.iter().map(choice).collect()
}

fn organizations(logins: &Logins, asked: &Asked) -> Vec<(String, bool)> {
    let choice = |it: &String| (it.clone(), it.eq_ignore_ascii_case(&asked.organization));
    let mut choices: Vec<_> = logins.values().map(choice).collect();
    choices.sort();
    choices
}

/// The organization of an entry; a number if it is gone.
fn organization(line: &AuditLine, logins: &Logins) -> Option<String> {
    let id = line.organization?;
    Some(logins.get(&id).cloned().unwrap_or_else(|| format!("number {id}, which is gone")))
}
