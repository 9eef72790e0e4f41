//! `/orgs/{org}/disputes`: the verdicts that people say are wrong, by the rule that made them,
//! for whoever operates Drydock.

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::routing::get;
use checklist::Item;
use names::OrgLogin;
use store::read::disputes::{Dispute, DisputedRule};

use crate::app::App;
use crate::error::{Page, page};
use crate::format::{self, Moment};
use crate::layout::{Layout, Section};
use crate::links;

/// Disputes shown of each rule.
const SHOWN: i64 = 50;

pub(crate) fn routes() -> Router<App> {
    Router::new().route("/orgs/{org}/disputes", get(show))
}

async fn show(State(app): State<App>, Path(org): Path<String>) -> Page {
    let org: OrgLogin = org.parse()?;
    let layout = Layout::of(&app, &org, Section::Checklist, "Disputed verdicts").await?;
    let rules = app.store.disputes(&org, SHOWN).await?;
    page(&DisputesPage {
        layout,
        rules: rules.iter().map(|it| RuleRow::new(&app, &org, it)).collect(),
        repositories_link: links::repositories(&org),
        org,
    })
}

#[derive(Template)]
#[template(path = "pages/disputes.html")]
struct DisputesPage {
    layout: Layout,
    org: OrgLogin,
    rules: Vec<RuleRow>,
    repositories_link: String,
}

/// One rule.
#[derive(Debug)]
struct RuleRow {
    item: Item,
    item_link: String,
    /// The code and where it is explained; none where the verdict has no reason of its own.
    code: Option<(String, String)>,
    count: String,
    disputes: Vec<DisputeRow>,
    /// How many more there are.
    more: i64,
}

/// One dispute.
#[derive(Debug)]
struct DisputeRow {
    text: String,
    link: String,
    by: String,
    when: Moment,
    comment: String,
}

impl RuleRow {
    fn new(app: &App, org: &OrgLogin, rule: &DisputedRule) -> Self {
        let dispute = |it: &Dispute| DisputeRow {
            text: format!("{} / {}", it.repository, it.path),
            link: links::card(org, &it.repository, &it.path, rule.item),
            by: it.by.clone(),
            when: Moment::new(it.at, app.now()),
            comment: it.comment.clone(),
        };
        let disputes: Vec<DisputeRow> = rule.disputes.iter().map(dispute).collect();
        Self {
            item: rule.item,
            item_link: links::item(org, rule.item),
            code: rule.code.clone().map(|it| (it.clone(), links::reason(&it))),
            count: format::counted(rule.count, "dispute", "disputes"),
            more: rule.count - i64::try_from(disputes.len()).unwrap_or(i64::MAX),
            disputes,
        }
    }
}

#[cfg(test)]
mod tests;
