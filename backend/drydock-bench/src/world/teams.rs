//! The teams of the organization, and when each goes through its repositories.

use github_fake::Dice;

use super::calendar::Calendar;

const SUBJECTS: [&str; 12] = [
    "billing",
    "catalog",
    "checkout",
    "delivery",
    "fraud",
    "identity",
    "inventory",
    "loyalty",
    "media",
    "pricing",
    "search",
    "shipping",
];
const ROLES: [&str; 5] = ["backend", "web", "platform", "data", "apps"];

/// A team and its burst of migrations.
#[derive(Debug, Clone)]
pub(crate) struct Team {
    pub(crate) name: String,
    pub(crate) source: Source,
    /// The day on which it begins; the one of a team that has not begun lies ahead.
    pub(crate) begins: i64,
    /// Days until it has been everywhere.
    pub(crate) takes: u64,
}

/// What says that a repository is a team's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Source {
    Codeowners,
    Topic,
    Property,
    Rule,
}

/// Sixty teams.
pub(crate) fn teams(calendar: Calendar, dice: &mut Dice) -> Vec<Team> {
    let names = SUBJECTS.iter().flat_map(|subject| ROLES.iter().map(move |role| (subject, role)));
    let span = u64::try_from(calendar.days() * 11 / 10).unwrap_or_default();
    names
        .map(|(subject, role)| Team {
            name: format!("{subject}-{role}"),
            source: match dice.below(10) {
                0..=2 => Source::Codeowners,
                3..=6 => Source::Topic,
                7 | 8 => Source::Property,
                _ => Source::Rule,
            },
            begins: 20 + i64::try_from(dice.below(span)).unwrap_or_default(),
            takes: 30 + dice.below(150),
        })
        .collect()
}

/// Whose a repository is; a tenth is nobody's, and some teams have many.
pub(crate) fn owner<'t>(teams: &'t [Team], dice: &mut Dice) -> Option<&'t Team> {
    if dice.happens(100) {
        return None;
    }
    let first = dice.index(teams.len());
    let place = if dice.happens(500) { first } else { dice.index(first + 1) };
    teams.get(place)
}
