//! What the table of teams prints.

use names::OrgLogin;
use store::read::snapshot::TeamSource;

use super::order::{Column, Order};
use super::{PAGE_SIZE, TeamLine};
use crate::counts::{counted, number};
use crate::format;
use crate::links;
use crate::pages::items::no_dockerfile;
use crate::parts::{Bar, Empty, Linked, Pagination, Tally};

/// The whole page.
pub(super) struct TeamsView {
    pub(super) org: OrgLogin,
    pub(super) count: String,
    pub(super) headings: Vec<Heading>,
    pub(super) rows: Vec<TeamRow>,
    /// Something has no owner: how to give it one.
    pub(super) unowned: Option<Linked>,
    pub(super) settings_link: String,
    pub(super) pagination: Option<Pagination>,
    pub(super) empty: Option<Empty>,
    pub(super) csv: String,
    pub(super) json: String,
}

/// A column that can be sorted by.
pub(super) struct Heading {
    pub(super) title: &'static str,
    pub(super) link: String,
    pub(super) sorted: Option<(&'static str, &'static str)>,
    pub(super) is_number: bool,
}

/// One team.
pub(super) struct TeamRow {
    pub(super) team: Linked,
    /// "12 by CODEOWNERS, 3 by a topic".
    pub(super) sources: String,
    pub(super) repositories: Linked,
    pub(super) dockerfiles: Linked,
    pub(super) bar: Bar,
    pub(super) share: String,
    pub(super) finished: Linked,
    pub(super) left: String,
    pub(super) verify: String,
}

impl TeamsView {
    pub(super) fn new(org: &OrgLogin, order: Order, page: usize, lines: &[TeamLine]) -> Self {
        let shown = lines.iter().skip((page - 1) * PAGE_SIZE).take(PAGE_SIZE);
        let heading = |column: Column| Heading {
            title: column.title(),
            link: order.link(org, column),
            sorted: order.of(column),
            is_number: column != Column::Team,
        };
        let word = order.word();
        let file = |extension| {
            let path = format!("{}.{extension}", links::teams(org));
            links::with_query(&path, &[("sort", &word)])
        };
        let signed = |it: usize| i64::try_from(it).unwrap_or(i64::MAX);
        let turned = |page: i64| {
            let page = page.to_string();
            links::with_query(&links::teams(org), &[("sort", word.as_str()), ("page", &page)])
        };
        let unowned = lines.iter().find(|it| it.standing.team.is_none());
        Self {
            count: counted(
                lines.iter().filter(|it| it.standing.team.is_some()).count(),
                "team",
                "teams",
            ),
            headings: Column::ALL.map(heading).into(),
            rows: shown.map(|it| TeamRow::new(org, it)).collect(),
            unowned: unowned.map(|it| {
                let count = it.standing.dockerfiles;
                let text = format!(
                    "{} {} no owner",
                    format::counted(count, "Dockerfile", "Dockerfiles"),
                    if count == 1 { "has" } else { "have" }
                );
                Linked::new(
                    text,
                    links::dockerfiles_where(org, &[("team", crate::table::NO_OWNER)]),
                )
            }),
            settings_link: links::organization_settings(org),
            pagination: (lines.len() > PAGE_SIZE).then(|| {
                Pagination::new(signed(page), signed(PAGE_SIZE), signed(lines.len()), turned)
            }),
            empty: lines.is_empty().then(|| no_dockerfile(org)),
            csv: file("csv"),
            json: file("json"),
            org: org.clone(),
        }
    }
}

impl TeamRow {
    fn new(org: &OrgLogin, line: &TeamLine) -> Self {
        let (standing, tally) = (&line.standing, Tally::from(line.standing.tally));
        let team = standing.team.as_deref();
        let value = team.unwrap_or(crate::table::NO_OWNER);
        let repositories =
            |state| links::repositories_where(org, &[("team", value), ("state", state)]);
        Self {
            team: Linked::new(team.unwrap_or("no owner"), links::team(org, team)),
            sources: sources_words(&line.sources),
            repositories: Linked::new(format::number(standing.repositories), repositories("")),
            dockerfiles: Linked::new(
                format::number(standing.dockerfiles),
                links::dockerfiles_where(org, &[("team", value)]),
            ),
            bar: Bar::new(tally),
            share: tally.percent().map_or("–".to_owned(), |it| format!("{it}%")),
            finished: Linked::new(format::number(standing.finished), repositories("finished")),
            left: format::number(tally.left()),
            verify: format::number(tally.verify),
        }
    }
}

/// How ownership is known, most often first.
pub(in crate::pages) fn sources_words(sources: &[(TeamSource, usize)]) -> String {
    let words =
        |(source, count): &(TeamSource, usize)| format!("{} by {}", number(*count), source.words());
    sources.iter().map(words).collect::<Vec<_>>().join(", ")
}
