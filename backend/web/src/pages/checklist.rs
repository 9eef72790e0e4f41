//! `/checklist`: the eight items and every reason code, each with an example
//! before and after.

use askama::Template;
use checklist::rules::{REASONS, VERSION};
use checklist::{Item, item_guide};
use names::OrgLogin;

use crate::app::App;
use crate::error::{Page, page};
use crate::layout::{Layout, Section};
use crate::links;
use crate::parts::Mark;
use crate::prose::Prose;
use crate::routes::{Need, Routes};

pub(crate) fn routes() -> Routes {
    Routes::new().get(links::CHECKLIST, Need::VIEWER, show)
}

async fn show(app: App) -> Page {
    let layout = Layout::general(&app, Section::Checklist, "The checklist").await?;
    let org = layout.organization.as_ref().map(|it| it.login.clone());
    let items = Item::ALL.map(|it| ItemSection::new(it, org.as_ref())).into();
    page(&ChecklistPage { layout, items, version: VERSION })
}

#[derive(Template)]
#[template(path = "pages/checklist.html")]
struct ChecklistPage {
    layout: Layout,
    items: Vec<ItemSection>,
    version: i32,
}

/// One item with its reasons.
#[derive(Debug, PartialEq, Eq)]
struct ItemSection {
    item: Item,
    asks: Prose,
    how: Prose,
    reasons: Vec<ReasonRow>,
    /// Where it stands in the one organization there is.
    standing_link: Option<String>,
}

/// One reason code.
#[derive(Debug, PartialEq, Eq)]
struct ReasonRow {
    code: &'static str,
    title: Prose,
    mark: Mark,
    why: Prose,
    bad: &'static str,
    good: &'static str,
}

impl ItemSection {
    fn new(item: Item, org: Option<&OrgLogin>) -> Self {
        let guide = item_guide(item);
        let of_item = REASONS.iter().filter(|it| it.item == item);
        let row = |it: &'static checklist::Reason| ReasonRow {
            code: it.code,
            title: Prose::of(it.title),
            mark: Mark::of(it.verdict),
            why: Prose::sentence(it.why),
            bad: it.bad,
            good: it.good,
        };
        Self {
            item,
            asks: Prose::sentence(guide.asks),
            how: Prose::sentence(guide.how),
            reasons: of_item.map(row).collect(),
            standing_link: org.map(|it| links::item(it, item)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_stands_under_its_item() {
        let shown: usize =
            Item::ALL.map(|it| ItemSection::new(it, None).reasons.len()).iter().sum();
        assert_eq!(shown, REASONS.len());
    }

    #[tokio::test]
    async fn every_reason_has_an_anchor_before_anything_was_crawled() {
        let store = store::testing::store().await;
        let (_, page) = crate::testing::get(&store, "/checklist").await;
        for reason in REASONS {
            assert!(page.contains(&format!(r#"id="{}""#, reason.code)), "{}", reason.code);
        }
    }
}
