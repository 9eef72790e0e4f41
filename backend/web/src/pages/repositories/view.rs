//! What the table prints. Pure: facts in, words and coordinates out.

use std::collections::HashMap;

use checklist::Item;
use chrono::{DateTime, Utc};
use names::RepositoryId;
use store::read::RepositoryState;
use store::read::repositories::ShareDay;
use store::read::repository_filter::{Column, StateFilter};
use store::read::snapshot::Snapshot;

use super::address::Address;
use super::filters;
use super::matches::Matches;
use super::row::Row;
use crate::format;
use crate::links;
use crate::pages::saved_views::SavedViews;
use crate::parts::{Bar, Empty, Linked, Pagination, Tally, short_title, tally_words};
use crate::table::{FilterForm, Heading, PAGE_SIZE};

/// What is known.
pub(super) struct Facts<'a> {
    pub(super) snapshot: &'a Snapshot,
    /// What is told of all that matches.
    pub(super) matches: &'a Matches,
    /// How many match.
    pub(super) total: usize,
    /// What stands on this page, in its order.
    pub(super) shown: Vec<usize>,
    /// How these came to be what they are.
    pub(super) days: HashMap<RepositoryId, Vec<ShareDay>>,
}

/// The whole page.
pub(super) struct TableView {
    pub(super) matches: String,
    /// The overview of these rows.
    pub(super) overview: String,
    /// Where their filter becomes a campaign.
    pub(super) campaign: String,
    pub(super) csv: String,
    pub(super) json: String,
    pub(super) form: FilterForm,
    pub(super) views: SavedViews,
    /// What all that matches adds up to; none where nothing of it counts.
    pub(super) summary: Option<Summary>,
    pub(super) headings: Vec<Heading>,
    pub(super) rows: Vec<Row>,
    pub(super) pagination: Option<Pagination>,
    pub(super) empty: Option<Empty>,
}

/// The numbers of what matches.
pub(super) struct Summary {
    pub(super) percent: String,
    pub(super) bar: Bar,
    pub(super) words: String,
    pub(super) dockerfiles: String,
    /// "12 finished", "3 quick wins", "1 slipped back", each with its rows.
    pub(super) of_these: Vec<Linked>,
}

impl Facts<'_> {
    fn total(&self) -> i64 {
        i64::try_from(self.total).unwrap_or(i64::MAX)
    }
}

impl TableView {
    pub(super) fn new(
        address: &Address,
        facts: &Facts<'_>,
        views: SavedViews,
        now: DateTime<Utc>,
    ) -> Self {
        let (query, snapshot, total) = (&address.query, facts.snapshot, facts.total());
        let page = |page: i64| query.with(&[("page", &page.to_string())]);
        // The order chooses no rows.
        let unsorted = query.with(&[("sort", "")]);
        let choices = unsorted.split_once('?').map_or("", |(_, it)| it);
        let size = i64::try_from(PAGE_SIZE).unwrap_or(i64::MAX);
        let number = i64::try_from(query.page).unwrap_or(i64::MAX);
        let row = |place: &usize| {
            let it = snapshot.repositories.get(*place)?;
            let days = facts.days.get(&it.id).map(Vec::as_slice).unwrap_or_default();
            Some(Row::new(&address.org, snapshot, it, days, now))
        };
        Self {
            matches: matches(address, total, snapshot),
            overview: links::part(&address.org, choices),
            campaign: links::new_campaign(&address.org, choices),
            csv: query.as_file("csv"),
            json: query.as_file("json"),
            form: filters::form(address, &facts.matches.choices),
            views,
            summary: Summary::new(address, facts),
            headings: headings(address),
            pagination: (total > size).then(|| Pagination::new(number, size, total, page)),
            empty: facts.shown.is_empty().then(|| empty(address, snapshot)),
            rows: facts.shown.iter().filter_map(row).collect(),
        }
    }
}

impl Summary {
    fn new(address: &Address, facts: &Facts<'_>) -> Option<Self> {
        let standing = &facts.matches.standing;
        let tally = Tally::from(standing.tally);
        let query = &address.query;
        let told = |count: i64, words: &str, choice| {
            let text = format!("{} {words}", format::number(count));
            (count > 0).then(|| Linked::new(text, query.with(&[choice])))
        };
        // Another state in the address would take these rows away.
        let is_any_state = matches!(address.filter.state, StateFilter::Counted | StateFilter::All);
        let of_state = |count, words, slug| {
            if is_any_state { told(count, words, ("state", slug)) } else { None }
        };
        let quick = match standing.quick_wins {
            1 => "quick win",
            _ => "quick wins",
        };
        let of_these = [
            of_state(standing.finished, "finished", "finished"),
            told(standing.quick_wins, quick, ("quick", "1")),
            of_state(standing.slipped_back, "slipped back", "slipped-back"),
        ];
        (standing.dockerfiles > 0).then(|| Self {
            percent: tally.percent().map_or("–".to_owned(), |it| format!("{it}%")),
            bar: Bar::new(tally),
            words: match tally.not_applicable {
                0 => tally_words(tally),
                some => format!("{}; {} not applicable", tally_words(tally), format::number(some)),
            },
            dockerfiles: format::counted(standing.dockerfiles, "Dockerfile", "Dockerfiles"),
            of_these: of_these.into_iter().flatten().collect(),
        })
    }
}

/// "58 of 214 repositories match."
fn matches(address: &Address, total: i64, snapshot: &Snapshot) -> String {
    let within_the_count = match address.filter.state {
        StateFilter::Counted => address.query.get("archived").is_empty(),
        StateFilter::SlippedBack | StateFilter::Unreadable => true,
        StateFilter::One(state) => match state {
            RepositoryState::Finished
            | RepositoryState::InProgress
            | RepositoryState::NotStarted => true,
            RepositoryState::NoDockerfile | RepositoryState::OutOfScope => false,
        },
        StateFilter::All => false,
    };
    let verb = if total == 1 { "matches" } else { "match" };
    if !address.query.is_filtered() {
        return format::counted(total, "repository", "repositories");
    }
    if within_the_count {
        let counted = snapshot.sums().standing(DateTime::<Utc>::MAX_UTC).repositories;
        let all = format::counted(counted, "repository", "repositories");
        return format!("{} of {all} {verb}", format::number(total));
    }
    format!("{} {verb}", format::counted(total, "repository", "repositories"))
}

fn headings(address: &Address) -> Vec<Heading> {
    let before = [
        (Column::Name, "Repository", "By name"),
        (Column::Team, "Team", "By team"),
        (Column::Progress, "Progress", "By the share of items met"),
    ];
    let items = Item::ALL.map(|it| (Column::Item(it), short_title(it), it.title()));
    let after = [
        (Column::Left, "Left", "By items left"),
        (Column::Dockerfiles, "Dockerfiles", "By Dockerfiles in scope"),
        (Column::Gained, "Last 90 days", "By the share gained"),
        (Column::Committed, "Last commit", "By last commit"),
    ];
    let all = before.into_iter().chain(items).chain(after);
    all.map(|(column, title, hover)| heading(address, column, (title, hover))).collect()
}

fn heading(address: &Address, column: Column, words: (&'static str, &'static str)) -> Heading {
    // The first click shows what people look for: names from A, all else from its largest.
    let (starts_descending, class) = match column {
        Column::Name | Column::Team => (false, ""),
        Column::Left => (false, "number"),
        Column::Dockerfiles => (true, "number"),
        Column::Progress | Column::Gained | Column::Committed => (true, ""),
        Column::Item(_) => (true, "cellhead"),
    };
    let sort = (address.order.column.slug(), address.order.is_descending);
    Heading::new(&address.query, words, column.slug(), starts_descending, sort).class(class)
}

fn empty(address: &Address, snapshot: &Snapshot) -> Empty {
    let query = &address.query;
    let (what, advice, link) = match () {
        () if query.page > 1 => (
            "This page is past the end.",
            "The table has become shorter.",
            Some(("Back to the first page".to_owned(), query.with(&[]))),
        ),
        () if query.is_filtered() => (
            "No repository matches.",
            "Take a filter away, or",
            Some(("show all".to_owned(), query.path().to_owned())),
        ),
        () if !snapshot.repositories.is_empty() => (
            "No repository in scope has a Dockerfile.",
            "Some are out of scope or without one:",
            Some(("see every repository".to_owned(), query.with(&[("state", "all")]))),
        ),
        () => (
            "No repository is known yet.",
            "A crawl lists them.",
            Some(("Look at the crawls".to_owned(), links::CRAWLS.to_owned())),
        ),
    };
    Empty { what: what.to_owned(), advice: advice.to_owned(), link }
}
