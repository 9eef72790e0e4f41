//! The teams as files.

use axum::response::Response;
use serde::Serialize;
use store::read::OrganizationHeader;
use store::read::snapshot::TeamSource;

use super::TeamLine;
use crate::parts::Tally;
use crate::table_file;

/// A row, in both forms.
#[derive(Serialize)]
struct ExportRow<'a> {
    /// None: no owner.
    team: Option<&'a str>,
    repositories: i64,
    finished: i64,
    dockerfiles: i64,
    by_codeowners: usize,
    by_property: usize,
    by_topic: usize,
    by_rule: usize,
    met: i64,
    verified: i64,
    verify: i64,
    unknown: i64,
    remaining: i64,
    waived: i64,
    not_applicable: i64,
    percent: Option<i64>,
}

impl<'a> ExportRow<'a> {
    fn new(line: &'a TeamLine) -> Self {
        let (standing, tally) = (&line.standing, Tally::from(line.standing.tally));
        let by = |source: TeamSource| {
            line.sources.iter().find(|(it, _)| *it == source).map_or(0, |(_, count)| *count)
        };
        Self {
            team: standing.team.as_deref(),
            repositories: standing.repositories,
            finished: standing.finished,
            dockerfiles: standing.dockerfiles,
            by_codeowners: by(TeamSource::Codeowners),
            by_property: by(TeamSource::Property),
            by_topic: by(TeamSource::Topic),
            by_rule: by(TeamSource::Rule),
            met: tally.met,
            verified: tally.verified,
            verify: tally.verify,
            unknown: tally.unknown,
            remaining: tally.remaining,
            waived: tally.waived,
            not_applicable: tally.not_applicable,
            percent: tally.percent(),
        }
    }

    fn cells(self) -> Vec<String> {
        let counts = [self.repositories, self.finished, self.dockerfiles];
        let sources = [self.by_codeowners, self.by_property, self.by_topic, self.by_rule];
        let verdicts = [
            self.met,
            self.verified,
            self.verify,
            self.unknown,
            self.remaining,
            self.waived,
            self.not_applicable,
        ];
        let mut cells = vec![self.team.unwrap_or_default().to_owned()];
        cells.extend(counts.map(|it| it.to_string()));
        cells.extend(sources.map(|it| it.to_string()));
        cells.extend(verdicts.map(|it| it.to_string()));
        cells.push(self.percent.map(|it| it.to_string()).unwrap_or_default());
        cells
    }
}

const HEADINGS: [&str; 16] = [
    "team",
    "repositories",
    "finished",
    "dockerfiles",
    "by_codeowners",
    "by_property",
    "by_topic",
    "by_rule",
    "met",
    "verified",
    "verify",
    "unknown",
    "remaining",
    "waived",
    "not_applicable",
    "percent",
];

pub(super) fn json(header: &OrganizationHeader, lines: &[TeamLine]) -> Response {
    table_file::json(header, lines.iter().map(ExportRow::new).collect())
}

pub(super) fn csv(header: &OrganizationHeader, lines: &[TeamLine]) -> Response {
    let rows = lines.iter().map(|it| ExportRow::new(it).cells());
    table_file::csv(header, "teams", &HEADINGS, rows)
}
