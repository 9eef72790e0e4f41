//! `/orgs/{org}/disputes`: the verdicts that people say are wrong, by the rule that made them,
//! for whoever operates Drydock.

use askama::Template;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query};
use checklist::Item;
use names::OrgLogin;
use serde::Deserialize;
use store::read::disputes::{Dispute, DisputedRule};

use super::dockerfiles::address::NO_CODE;
use crate::app::App;
use crate::error::{Page, page};
use crate::format::{self, Moment};
use crate::layout::{Layout, Section};
use crate::links;
use crate::routes::{Need, Routes};

/// Disputes shown of each rule.
const SHOWN: usize = 5;
/// Disputes shown of a rule that is asked for.
const SHOWN_ALONE: usize = 200;

pub(crate) fn routes() -> Routes {
    Routes::new().get("/orgs/{org}/disputes", Need::VIEWER, show)
}

/// One rule; none: all of them, with the newest of each.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Asked {
    item: String,
    code: String,
}

async fn show(
    app: App,
    Path(org): Path<String>,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Page {
    let Query(asked) = asked?;
    let header = app.organization(&org.parse()?).await?;
    let snapshot = app.snapshot(&header).await?;
    let rules = app.store.disputes(&snapshot).await?.iter();
    let org = header.login.clone();
    let rules = rules.filter(|it| asked.is_for(it));
    let rules = rules.map(|it| RuleRow::new(&app, &org, it, asked.is_for_one())).collect();
    let layout = Layout::around(&app, Some(header), Section::Checklist, "Disputed verdicts");
    page(&DisputesPage {
        layout,
        rules,
        repositories_link: links::repositories(&org),
        all_link: asked.is_for_one().then(|| links::disputes(&org)),
        org,
    })
}

impl Asked {
    const fn is_for_one(&self) -> bool {
        !self.item.is_empty()
    }

    fn is_for(&self, rule: &DisputedRule) -> bool {
        let (item, code) = (rule.item.slug(), rule.code.as_deref().unwrap_or(NO_CODE));
        !self.is_for_one() || (self.item == item && self.code == code)
    }
}

#[derive(Template)]
#[template(path = "pages/disputes.html")]
struct DisputesPage {
    layout: Layout,
    org: OrgLogin,
    rules: Vec<RuleRow>,
    repositories_link: String,
    /// Back to all rules, from one of them.
    all_link: Option<String>,
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
    /// The way to all of them, where only the newest are here.
    all: Option<String>,
    /// How many more there are than a page has.
    hidden: i64,
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
    fn new(app: &App, org: &OrgLogin, rule: &DisputedRule, is_alone: bool) -> Self {
        let dispute = |it: &Dispute| DisputeRow {
            text: format!("{} / {}", it.repository, it.path),
            link: links::card(org, &it.repository, &it.path, rule.item),
            by: it.by.clone(),
            when: Moment::new(it.at, app.now()),
            comment: it.comment.clone(),
        };
        let shown = if is_alone { SHOWN_ALONE } else { SHOWN };
        let more = rule.count - i64::try_from(shown).unwrap_or(i64::MAX);
        let code = rule.code.as_deref().unwrap_or(NO_CODE);
        let asked = [("item", rule.item.slug()), ("code", code)];
        let all = links::with_query(&links::disputes(org), &asked);
        Self {
            item: rule.item,
            item_link: links::item(org, rule.item),
            code: rule.code.clone().map(|it| (it.clone(), links::reason(&it))),
            count: format::counted(rule.count, "dispute", "disputes"),
            all: (more > 0 && !is_alone).then_some(all),
            hidden: if is_alone { more.max(0) } else { 0 },
            disputes: rule.disputes.iter().take(shown).map(dispute).collect(),
        }
    }
}

#[cfg(test)]
mod tests;
