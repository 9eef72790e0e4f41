//! One repository of the table.

use checklist::Item;
use chrono::{DateTime, Utc};
use names::OrgLogin;
use store::read::repositories::ShareDay;
use store::read::snapshot::{Snapshot, SnapshotRepository};
use store::read::standing;
use store::read::{ItemVerdict, RepositoryState};

use super::line::Line;
use crate::format::{self, Moment};
use crate::links;
use crate::parts::{Bar, Cell, Linked, Mark, Tally};
use crate::table::NO_OWNER;

/// What is printed of it.
pub(super) struct Row {
    pub(super) name: Linked,
    /// Archived, out of scope, could not be read.
    pub(super) notes: Vec<String>,
    /// The team with most of its Dockerfiles.
    pub(super) team: Linked,
    /// "+2", and who these are.
    pub(super) more_teams: Option<(String, String)>,
    pub(super) bar: Bar,
    pub(super) cells: Option<Vec<Cell>>,
    /// Why there are no cells.
    pub(super) without_cells: &'static str,
    pub(super) left: String,
    pub(super) dockerfiles: String,
    pub(super) line: Option<Line>,
    pub(super) committed: Option<Moment>,
}

impl Row {
    pub(super) fn new(
        org: &OrgLogin,
        snapshot: &Snapshot,
        it: &SnapshotRepository,
        days: &[ShareDay],
        now: DateTime<Utc>,
    ) -> Self {
        let has_files = !it.dockerfiles.is_empty();
        let items = || Item::ALL.into_iter().zip(*it.items);
        let cells = || items().filter_map(|(item, tally)| cell(item, tally)).collect();
        let (team, more_teams) = teams(org, snapshot, it);
        let dockerfiles = i64::try_from(it.dockerfiles.len()).unwrap_or(i64::MAX);
        Self {
            name: Linked::new(format!("{org}/{}", it.name), links::repository(org, &it.name)),
            notes: notes(it),
            team,
            more_teams,
            bar: Bar::new(Tally::from(it.tally())),
            cells: has_files.then(cells),
            without_cells: without_cells(it.state),
            left: if has_files { it.items_left().to_string() } else { "–".to_owned() },
            dockerfiles: format::number(dockerfiles),
            line: Line::new(days, now.date_naive()),
            committed: it.committed_at.map(|at| Moment::new(at, now)),
        }
    }
}

/// The mark of what hurts most; over several Dockerfiles, with the count of each verdict.
fn cell(item: Item, tally: standing::Tally) -> Option<Cell> {
    let mark = Mark::worst(Tally::from(tally))?;
    let verdicts = ItemVerdict::ALL.into_iter().rev();
    let counts = verdicts.map(|it| (tally.count(it), it.words())).filter(|(count, _)| *count > 0);
    let counts: Vec<_> = counts.collect();
    let words = match counts.as_slice() {
        [(1, word)] => (*word).to_owned(),
        many => {
            let each = many.iter().map(|(count, word)| format!("{count} {word}"));
            each.collect::<Vec<_>>().join(", ")
        }
    };
    Some(Cell { mark, label: format!("{}: {words}", item.title()) })
}

/// The first team, and the number and names of the others.
fn teams(
    org: &OrgLogin,
    snapshot: &Snapshot,
    it: &SnapshotRepository,
) -> (Linked, Option<(String, String)>) {
    let named = it.teams.iter().map(|team| (snapshot.team(*team), snapshot.team(*team)));
    let nobody = it.has_no_owner.then_some((NO_OWNER, "no owner"));
    let mut all = named.chain(nobody);
    let (value, text) = all.next().unwrap_or((NO_OWNER, "no owner"));
    let first = links::repositories_where(org, &[("team", value)]);
    let others: Vec<String> = all.map(|(_, text)| format::shown(text)).collect();
    let more = (!others.is_empty()).then(|| (format!("+{}", others.len()), others.join(", ")));
    (Linked::new(format::shown(text), first), more)
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

fn notes(it: &SnapshotRepository) -> Vec<String> {
    let mut notes = Vec::new();
    if it.is_archived {
        notes.push("archived".to_owned());
    } else if it.state == RepositoryState::OutOfScope {
        notes.push("out of scope".to_owned());
    }
    if let Some(reason) = &it.unreadable_reason {
        notes.push(format!("could not be read: {}", format::shown(reason)));
    }
    notes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_over_several_dockerfiles_counts_every_verdict() {
        let tally = standing::Tally {
            met: 2,
            verified: 1,
            remaining: 1,
            waived: 1,
            ..standing::Tally::default()
        };
        let cell = cell(Item::Ports, tally).unwrap();
        assert_eq!(cell.mark.class, "remaining");
        insta::assert_snapshot!(cell.label, @"Ports: 1 waived, 1 remaining, 1 verified, 2 met");
    }

    #[test]
    fn a_cell_of_one_dockerfile_says_its_verdict() {
        let tally = standing::Tally::one(ItemVerdict::Verified);
        assert_eq!(cell(Item::Ports, tally).unwrap().label, "Ports: verified");
    }
}
