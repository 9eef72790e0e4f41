//! What the table prints. Pure: rows in, words and coordinates out.

use checklist::Item;
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use names::OrgLogin;
use store::read::RepositoryState;
use store::read::repositories::{Choices, RepositoryLine, RepositoryLines};
use store::read::repository_filter::{Column, StateFilter};
use store::read::standing::Standing;

use super::address::Address;
use super::filters::Filters;
use super::{LINE_DAYS, PAGE_SIZE};
use crate::format::{self, Moment};
use crate::links;
use crate::parts::{Bar, Cell, Empty, Linked, Mark, Pagination, Tally, short_title};

/// The whole page.
pub(super) struct TableView {
    pub(super) matches: String,
    pub(super) csv: String,
    pub(super) json: String,
    pub(super) filters: Filters,
    /// Repository, team, progress.
    pub(super) before: Vec<Heading>,
    /// The eight items.
    pub(super) items: Vec<Heading>,
    /// Left, Dockerfiles, line, last commit.
    pub(super) after: Vec<Heading>,
    pub(super) rows: Vec<Row>,
    pub(super) pagination: Option<Pagination>,
    pub(super) empty: Option<Empty>,
}

/// A column's heading, which sorts by it.
pub(super) struct Heading {
    pub(super) title: &'static str,
    pub(super) hover: &'static str,
    pub(super) link: String,
    /// `ascending` or `descending` where the rows are in this order.
    pub(super) sorted: Option<&'static str>,
    pub(super) class: &'static str,
}

/// One repository.
pub(super) struct Row {
    pub(super) name: Linked,
    /// Archived, out of scope, could not be read.
    pub(super) notes: Vec<String>,
    pub(super) team: Option<Linked>,
    pub(super) bar: Bar,
    pub(super) cells: Option<Vec<Cell>>,
    /// Why there are no cells.
    pub(super) without_cells: &'static str,
    pub(super) left: String,
    pub(super) dockerfiles: String,
    pub(super) line: Option<Line>,
    pub(super) committed: Option<Moment>,
}

/// The share met over the last days.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) points: String,
    pub(super) label: String,
    /// `up`, `down` or `flat`.
    pub(super) class: &'static str,
}

impl TableView {
    pub(super) fn new(
        address: &Address,
        lines: RepositoryLines,
        choices: &Choices,
        standing: &Standing,
        now: DateTime<Utc>,
    ) -> Self {
        let heading = |column, title, hover| heading(address, column, title, hover);
        let is_paged = lines.total > PAGE_SIZE;
        let page = |page: i64| address.with(&[("page", &page.to_string())]);
        Self {
            matches: matches(address, lines.total, standing),
            csv: address.as_file("csv"),
            json: address.as_file("json"),
            filters: Filters::new(address, choices),
            before: vec![
                heading(Column::Name, "Repository", "By name"),
                heading(Column::Team, "Team", "By team"),
                heading(Column::Progress, "Progress", "By the share of items met"),
            ],
            items: Item::ALL
                .map(|it| heading(Column::Item(it), short_title(it), it.title()))
                .into(),
            after: vec![
                heading(Column::Left, "Left", "By items left"),
                heading(Column::Dockerfiles, "Dockerfiles", "By Dockerfiles in scope"),
                heading(Column::Gained, "Last 90 days", "By the share gained"),
                heading(Column::Committed, "Last commit", "By last commit"),
            ],
            pagination: is_paged
                .then(|| Pagination::new(address.page, PAGE_SIZE, lines.total, page)),
            empty: lines.rows.is_empty().then(|| empty(address, standing)),
            rows: lines.rows.into_iter().map(|it| Row::new(&address.org, it, now)).collect(),
        }
    }
}

/// "58 of 214 repositories match."
fn matches(address: &Address, total: i64, standing: &Standing) -> String {
    let within_the_count = match address.filter.state {
        StateFilter::Counted => address.asked.archived.is_empty(),
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
    if !address.is_filtered() {
        return format::counted(total, "repository", "repositories");
    }
    if within_the_count {
        let all = format::counted(standing.repositories, "repository", "repositories");
        return format!("{} of {all} {verb}", format::number(total));
    }
    format!("{} {verb}", format::counted(total, "repository", "repositories"))
}

fn heading(address: &Address, column: Column, title: &'static str, hover: &'static str) -> Heading {
    let is_sorted = address.column == column;
    // The first click shows what people look for: names from A, all else from its largest.
    let (starts_descending, class) = match column {
        Column::Name | Column::Team => (false, ""),
        Column::Left => (false, "number"),
        Column::Dockerfiles => (true, "number"),
        Column::Progress | Column::Gained | Column::Committed => (true, ""),
        Column::Item(_) => (true, "cellhead"),
    };
    let descend = if is_sorted { !address.is_descending } else { starts_descending };
    let slug = column.slug();
    let sort = if descend { format!("-{slug}") } else { slug.to_owned() };
    Heading {
        title,
        hover,
        link: address.with(&[("sort", &sort)]),
        sorted: is_sorted.then_some(if address.is_descending { "descending" } else { "ascending" }),
        class,
    }
}

fn empty(address: &Address, standing: &Standing) -> Empty {
    let (what, advice, link) = match () {
        () if address.page > 1 => (
            "This page is past the end.",
            "The table has become shorter.",
            Some(("Back to the first page".to_owned(), address.with(&[]))),
        ),
        () if address.is_filtered() => (
            "No repository matches.",
            "Take a filter away, or",
            Some(("show all".to_owned(), links::repositories(&address.org))),
        ),
        () if standing.no_dockerfile + standing.out_of_scope > 0 => (
            "No repository in scope has a Dockerfile.",
            "Some are out of scope or without one:",
            Some(("see every repository".to_owned(), address.with(&[("state", "all")]))),
        ),
        () => (
            "No repository is known yet.",
            "A crawl lists them.",
            Some(("Look at the crawls".to_owned(), links::CRAWLS.to_owned())),
        ),
    };
    Empty { what: what.to_owned(), advice: advice.to_owned(), link }
}

impl Row {
    fn new(org: &OrgLogin, line: RepositoryLine, now: DateTime<Utc>) -> Self {
        let tally = Tally::from(line.tally);
        let has_files = line.dockerfiles > 0;
        let cell = |(item, tally): &(Item, _)| {
            Mark::worst(Tally::from(*tally)).map(|mark| Cell::new(*item, mark))
        };
        Self {
            notes: notes(&line),
            bar: Bar::new(tally),
            without_cells: without_cells(line.state),
            cells: has_files.then(|| line.items.iter().filter_map(cell).collect()),
            left: if has_files { line.items_left.to_string() } else { "–".to_owned() },
            dockerfiles: format::number(line.dockerfiles.into()),
            line: Line::new(&line.line, now.date_naive()),
            committed: line.committed_at.map(|it| Moment::new(it, now)),
            name: Linked::new(format!("{org}/{}", line.name), links::repository(org, &line.name)),
            team: line.team.map(|it| {
                let link = links::repositories_where(org, &[("team", &it)]);
                Linked::new(it, link)
            }),
        }
    }
}

/// What a repository without Dockerfiles in scope is, in words.
const fn without_cells(state: RepositoryState) -> &'static str {
    match state {
        RepositoryState::NoDockerfile => "no Dockerfile in scope",
        RepositoryState::OutOfScope => "out of scope",
        // In the count with nothing to count: no crawl has read it.
        RepositoryState::Finished | RepositoryState::InProgress | RepositoryState::NotStarted => {
            "not read yet"
        }
    }
}

fn notes(line: &RepositoryLine) -> Vec<String> {
    let mut notes = Vec::new();
    if line.is_archived {
        notes.push("archived".to_owned());
    } else if line.state == RepositoryState::OutOfScope {
        notes.push("out of scope".to_owned());
    }
    if let Some(reason) = &line.unreadable_reason {
        notes.push(format!("could not be read: {reason}"));
    }
    notes
}

impl Line {
    const WIDTH: f64 = 90.0;
    const HEIGHT: f64 = 20.0;

    /// Steps from change to change. None without any count.
    fn new(days: &[(NaiveDate, i32, i32)], today: NaiveDate) -> Option<Self> {
        let from = today - TimeDelta::days(LINE_DAYS);
        let share = |met: i32, counted: i32| f64::from(met) / f64::from(counted.max(1));
        let (_, met, counted) = days.first()?;
        let first = share(*met, *counted);
        let (mut points, mut before) = (Vec::new(), first);
        for (day, met, counted) in days {
            let x = Self::x(*day, from);
            if !points.is_empty() {
                points.push(Self::at(x, before));
            }
            before = share(*met, *counted);
            points.push(Self::at(x, before));
        }
        points.push(Self::at(Self::WIDTH, before));
        let percent = |it: f64| (it * 100.0).floor() as i64;
        let class = match before.total_cmp(&first) {
            std::cmp::Ordering::Less => "down",
            std::cmp::Ordering::Equal => "flat",
            std::cmp::Ordering::Greater => "up",
        };
        let label = format!("{}% met, then {}%", percent(first), percent(before));
        Some(Self { points: points.join(" "), label, class })
    }

    fn x(day: NaiveDate, from: NaiveDate) -> f64 {
        let days = (day - from).num_days().clamp(0, LINE_DAYS) as f64;
        Self::WIDTH * days / LINE_DAYS as f64
    }

    fn at(x: f64, share: f64) -> String {
        format!("{x:.0},{:.1}", 2.0 + (Self::HEIGHT - 4.0) * (1.0 - share))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_holds_until_the_day_of_a_change() {
        let today: NaiveDate = "2026-11-23".parse().unwrap();
        let days = [(today - TimeDelta::days(200), 0, 8), (today - TimeDelta::days(45), 4, 8)];
        let line = Line::new(&days, today).unwrap();
        assert_eq!(line.points, "0,18.0 45,18.0 45,10.0 90,10.0");
        assert_eq!((line.label.as_str(), line.class), ("0% met, then 50%", "up"));
    }

    #[test]
    fn without_any_count_there_is_no_line() {
        assert_eq!(Line::new(&[], "2026-11-23".parse().unwrap()), None);
    }
}
