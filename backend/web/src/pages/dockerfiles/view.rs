//! What the table prints. Pure: facts in, words out.

use checklist::Item;
use chrono::{DateTime, Utc};
use store::read::dockerfiles::DockerfileColumn;
use store::read::snapshot::Snapshot;

use super::address::Address;
use super::{Messages, filters};
use crate::format::{self, Moment};
use crate::links;
use crate::pages::saved_views::SavedViews;
use crate::parts::{Bar, Cell, Empty, Linked, Mark, Pagination, Tally, short_title, tally_words};
use crate::prose::Prose;
use crate::table::{FilterForm, Heading, NO_OWNER, PAGE_SIZE};

/// What is known.
pub(super) struct Facts<'a> {
    pub(super) snapshot: &'a Snapshot,
    /// What matches, as places in the snapshot.
    pub(super) matching: &'a [usize],
    /// What stands on this page, in its order.
    pub(super) shown: &'a [usize],
    pub(super) messages: Messages,
}

/// The whole page.
pub(super) struct ListView {
    /// "74 of 9,000 Dockerfiles match".
    pub(super) count: String,
    /// What explains the asked item.
    pub(super) guide: Option<Linked>,
    pub(super) csv: String,
    pub(super) json: String,
    pub(super) form: FilterForm,
    pub(super) views: SavedViews,
    /// What all that matches adds up to: share, bar, words.
    pub(super) summary: Option<(String, Bar, String)>,
    pub(super) headings: Vec<Heading>,
    pub(super) rows: Vec<Row>,
    pub(super) pagination: Option<Pagination>,
    pub(super) empty: Option<Empty>,
    /// There is a column of reasons.
    pub(super) has_reasons: bool,
}

/// One Dockerfile.
pub(super) struct Row {
    pub(super) path: Linked,
    pub(super) repository: Linked,
    pub(super) team: Linked,
    /// Where it is said whose it is.
    pub(super) by: Option<&'static str>,
    pub(super) cells: Vec<Cell>,
    /// The asked item's verdict, and why.
    pub(super) mark: Option<Mark>,
    pub(super) message: Option<Prose>,
    pub(super) left: usize,
    pub(super) changed: Moment,
}

impl ListView {
    pub(super) fn new(
        address: &Address,
        facts: &Facts<'_>,
        views: SavedViews,
        now: DateTime<Utc>,
    ) -> Self {
        let query = &address.query;
        let number = |it: usize| i64::try_from(it).unwrap_or(i64::MAX);
        let (total, size) = (number(facts.matching.len()), number(PAGE_SIZE));
        let page = |page: i64| query.with(&[("page", &page.to_string())]);
        let row = |place: &usize| Row::new(address, facts, *place, now);
        let guide = address.filter.item.map(|(item, _)| {
            Linked::new(format!("About {}", item.title()), links::item(&address.org, item))
        });
        Self {
            count: count(address, total, all(facts.snapshot)),
            guide,
            csv: query.as_file("csv"),
            json: query.as_file("json"),
            form: filters::form(address, facts.snapshot),
            views,
            summary: summary(facts),
            headings: headings(address),
            pagination: (total > size)
                .then(|| Pagination::new(number(query.page), size, total, page)),
            empty: facts.shown.is_empty().then(|| empty(address)),
            rows: facts.shown.iter().filter_map(row).collect(),
            has_reasons: has_reasons(address),
        }
    }
}

/// How many Dockerfiles the table has without a filter.
fn all(snapshot: &Snapshot) -> i64 {
    snapshot.standing(DateTime::<Utc>::MAX_UTC).dockerfiles
}

fn count(address: &Address, total: i64, all: i64) -> String {
    let all = format::counted(all, "Dockerfile", "Dockerfiles");
    match address.query.is_filtered() {
        false => all,
        true if total == 1 => format!("1 of {all} matches"),
        true => format!("{} of {all} match", format::number(total)),
    }
}

fn summary(facts: &Facts<'_>) -> Option<(String, Bar, String)> {
    let tally = Tally::from(facts.snapshot.tally_at(facts.matching));
    let percent = format!("{}%", tally.percent()?);
    Some((percent, Bar::new(tally), tally_words(tally)))
}

fn has_reasons(address: &Address) -> bool {
    address.filter.item.is_some() || address.filter.reason.is_some()
}

fn headings(address: &Address) -> Vec<Heading> {
    let sort = (address.order.column.slug(), address.order.is_descending);
    let heading = |column: DockerfileColumn, title, hover, starts_descending| {
        Heading::new(&address.query, (title, hover), column.slug(), starts_descending, sort)
    };
    let mut headings = vec![
        heading(DockerfileColumn::Path, "Dockerfile", "By path", false),
        heading(DockerfileColumn::Repository, "Repository", "By repository", false),
        Heading::plain("Team"),
    ];
    let items = Item::ALL.map(|it| Heading::plain(short_title(it)).class("cellhead"));
    headings.extend(items);
    if has_reasons(address) {
        let title = address.filter.item.map_or("Reason", |(item, _)| item.title());
        headings.push(Heading::plain(title));
    }
    headings.push(heading(DockerfileColumn::Left, "Left", "By items left", true).class("number"));
    headings.push(heading(DockerfileColumn::Changed, "Last change", "By last change", true));
    headings
}

fn empty(address: &Address) -> Empty {
    let query = &address.query;
    let (what, advice, text, link) = match () {
        () if query.page > 1 => (
            "This page is past the end.",
            "The table has become shorter.",
            "Back to the first page",
            query.with(&[]),
        ),
        () if query.is_filtered() => (
            "No Dockerfile in scope is like this.",
            "What stood here may be settled since. Take a filter away, or",
            "show all",
            query.path().to_owned(),
        ),
        () => (
            "No Dockerfile in scope is known yet.",
            "A crawl finds them.",
            "Back to the overview",
            links::organization(&address.org),
        ),
    };
    Empty { what: what.to_owned(), advice: advice.to_owned(), link: Some((text.to_owned(), link)) }
}

impl Row {
    fn new(address: &Address, facts: &Facts<'_>, place: usize, now: DateTime<Utc>) -> Option<Self> {
        let (org, snapshot) = (&address.org, facts.snapshot);
        let file = snapshot.dockerfiles.get(place)?;
        let repository = &snapshot.repository_of(file)?.name;
        let cells = Item::ALL.into_iter().zip(file.items);
        let finding = snapshot.finding_of(&address.filter, file);
        let message = finding.zip(snapshot.report_of(file)).and_then(|(finding, report)| {
            facts.messages.get(&(report.id, finding.item, finding.code.clone()))
        });
        let asked = address.filter.item.map(|(item, _)| item);
        let marked = asked.or(finding.map(|it| it.item));
        let (team, value) = match file.team.map(|it| snapshot.team(it)) {
            Some(team) => (format::shown(team), team),
            None => ("no owner".to_owned(), NO_OWNER),
        };
        Some(Self {
            path: Linked::new(
                format::shown(file.path.as_str()),
                links::dockerfile(org, repository, &file.path),
            ),
            repository: Linked::new(repository.as_str(), links::repository(org, repository)),
            team: Linked::new(team, links::dockerfiles_where(org, &[("team", value)])),
            by: file.team.and(file.team_source).map(|it| it.words()),
            cells: cells.map(|(item, verdict)| Cell::new(item, Mark::of(verdict))).collect(),
            mark: marked.map(|item| Mark::of(file.verdict(item))),
            message: message.map(|it| Prose::sentence(it)),
            left: file.left(),
            changed: Moment::new(file.committed_at, now),
        })
    }
}
