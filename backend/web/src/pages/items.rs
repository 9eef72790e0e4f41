//! `/orgs/{org}/items`: the eight items over an organization, each with its seven verdicts.

use askama::Template;
use axum::extract::Path;
use checklist::{Item, item_guide};
use names::OrgLogin;
use store::read::overview::ItemStanding;

use crate::app::App;
use crate::counts::{VerdictCount, verdict_counts};
use crate::error::{Page, page};
use crate::format;
use crate::layout::{Layout, Section};
use crate::links;
use crate::parts::{Bar, Empty, Linked, Tally};
use crate::prose::Prose;
use crate::routes::{Need, Routes};

pub(crate) fn routes() -> Routes {
    Routes::new().get("/orgs/{org}/items", Need::VIEWER, show)
}

#[derive(Template)]
#[template(path = "pages/items.html")]
struct ItemsPage {
    layout: Layout,
    org: OrgLogin,
    guide_link: &'static str,
    rows: Vec<ItemRow>,
    /// Instead of the table.
    empty: Option<Empty>,
}

/// One of the eight.
struct ItemRow {
    title: Linked,
    asks: Prose,
    bar: Bar,
    share: String,
    counts: Vec<VerdictCount>,
    repositories: Linked,
}

async fn show(app: App, Path(org): Path<String>) -> Page {
    let org: OrgLogin = org.parse()?;
    let header = app.organization(&org).await?;
    let snapshot = app.snapshot(&header).await?;
    let org = header.login.clone();
    let is_empty = snapshot.counted_files().next().is_none();
    let rows = snapshot.sums().items.iter().map(|it| ItemRow::new(&org, it)).collect();
    let layout = Layout::around(&app, Some(header), Section::Checklist, "The checklist");
    let empty = is_empty.then(|| no_dockerfile(&org));
    page(&ItemsPage { layout, org, guide_link: links::CHECKLIST, rows, empty })
}

/// There is nothing to count.
pub(super) fn no_dockerfile(org: &OrgLogin) -> Empty {
    Empty {
        what: "No Dockerfile in scope is known yet.".to_owned(),
        advice: "This fills once a crawl has read a repository with one.".to_owned(),
        link: Some(("Back to the overview".to_owned(), links::organization(org))),
    }
}

impl ItemRow {
    fn new(org: &OrgLogin, standing: &ItemStanding) -> Self {
        let item: Item = standing.item;
        let tally = Tally::from(standing.tally);
        Self {
            title: Linked::new(item.title(), links::item(org, item)),
            asks: Prose::sentence(item_guide(item).asks),
            bar: Bar::new(tally),
            share: tally.percent().map_or("–".to_owned(), |it| format!("{it}%")),
            counts: verdict_counts(standing.tally, |verdict| {
                let filter = [("item", item.slug()), ("verdict", verdict.slug())];
                links::dockerfiles_where(org, &filter)
            }),
            repositories: Linked::new(
                format::number(standing.repositories_left),
                links::repositories_where(org, &[("item", item.slug())]),
            ),
        }
    }
}
