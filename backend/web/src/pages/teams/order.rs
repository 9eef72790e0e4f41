//! By which column teams are ordered.

use std::cmp::Ordering;

use names::OrgLogin;

use super::TeamLine;
use crate::error::AppError;
use crate::links;

/// A column of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Column {
    Team,
    Repositories,
    Dockerfiles,
    Share,
    Finished,
    Left,
    Verify,
}

/// A column and which end of it comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Order {
    column: Column,
    is_descending: bool,
}

impl Column {
    pub(super) const ALL: [Self; 7] = [
        Self::Team,
        Self::Repositories,
        Self::Dockerfiles,
        Self::Share,
        Self::Finished,
        Self::Left,
        Self::Verify,
    ];

    pub(super) const fn slug(self) -> &'static str {
        match self {
            Self::Team => "team",
            Self::Repositories => "repositories",
            Self::Dockerfiles => "dockerfiles",
            Self::Share => "share",
            Self::Finished => "finished",
            Self::Left => "left",
            Self::Verify => "verify",
        }
    }

    pub(super) const fn title(self) -> &'static str {
        match self {
            Self::Team => "Team",
            Self::Repositories => "Repositories",
            Self::Dockerfiles => "Dockerfiles",
            Self::Share => "Done",
            Self::Finished => "Finished",
            Self::Left => "Items left",
            Self::Verify => "To verify",
        }
    }
}

impl Order {
    /// Most work first.
    pub(super) const USUAL: Self = Self { column: Column::Left, is_descending: true };

    pub(super) fn parse(sort: &str) -> Result<Self, AppError> {
        if sort.is_empty() {
            return Ok(Self::USUAL);
        }
        let (slug, is_descending) = sort.strip_prefix('-').map_or((sort, false), |it| (it, true));
        let column = Column::ALL.into_iter().find(|it| it.slug() == slug);
        let column =
            column.ok_or_else(|| AppError::BadRequest("Teams have no such column.".to_owned()))?;
        Ok(Self { column, is_descending })
    }

    /// As it stands in the address; empty for the usual one.
    pub(super) fn word(self) -> String {
        match self {
            Self::USUAL => String::new(),
            Self { column, is_descending: true } => format!("-{}", column.slug()),
            Self { column, is_descending: false } => column.slug().to_owned(),
        }
    }

    /// Which way a column is sorted: for `aria-sort`, and as an arrow.
    pub(super) fn of(self, column: Column) -> Option<(&'static str, &'static str)> {
        let way = if self.is_descending { ("descending", "↓") } else { ("ascending", "↑") };
        (self.column == column).then_some(way)
    }

    /// The address of the list ordered by a column: numbers from their large end, and the
    /// other way round at the second click.
    pub(super) fn link(self, org: &OrgLogin, column: Column) -> String {
        let is_descending = match self.column == column {
            true => !self.is_descending,
            false => column != Column::Team,
        };
        let order = Self { column, is_descending };
        links::with_query(&links::teams(org), &[("sort", &order.word())])
    }

    /// Orders; between equals by name, what has no owner last.
    pub(super) fn sort(self, lines: &mut [TeamLine]) {
        let name = |it: &TeamLine| (it.standing.team.is_none(), it.standing.team.clone());
        lines.sort_by(|one, other| {
            let order = match self.column {
                Column::Team => name(one).cmp(&name(other)),
                column => compare(column, one, other),
            };
            let order = if self.is_descending { order.reverse() } else { order };
            order.then_with(|| name(one).cmp(&name(other)))
        });
    }
}

fn compare(column: Column, one: &TeamLine, other: &TeamLine) -> Ordering {
    let (one, other) = (&one.standing, &other.standing);
    match column {
        Column::Team => one.team.cmp(&other.team),
        Column::Repositories => one.repositories.cmp(&other.repositories),
        Column::Dockerfiles => one.dockerfiles.cmp(&other.dockerfiles),
        // Shares as fractions: exact, and nothing to count comes first.
        Column::Share => (one.tally.done() * other.tally.counted())
            .cmp(&(other.tally.done() * one.tally.counted())),
        Column::Finished => one.finished.cmp(&other.finished),
        Column::Left => one.tally.left().cmp(&other.tally.left()),
        Column::Verify => one.tally.verify.cmp(&other.tally.verify),
    }
}
