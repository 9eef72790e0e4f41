//! The list of people, a line each. Names come from elsewhere: none may steer the terminal.

use chrono::{DateTime, Utc};
use store::Person;

use crate::check::text::plain;

const HEAD: [&str; 5] = ["ACCOUNT", "NAME", "ROLE", "LAST SEEN", "STATE"];

/// The list as it is printed.
pub(super) fn printed(persons: &[Person]) -> String {
    if persons.is_empty() {
        return "Nobody is known yet; `drydock user add NAME` adds a local account.\n".to_owned();
    }
    let head = HEAD.map(str::to_owned);
    let rows: Vec<_> = std::iter::once(head).chain(persons.iter().map(row)).collect();
    let widths: [usize; 5] = std::array::from_fn(|column| {
        let cells = rows.iter().filter_map(|it| it.get(column));
        cells.map(|it| it.chars().count()).max().unwrap_or_default()
    });
    let line = |row: &[String; 5]| {
        let cells = row.iter().zip(widths).map(|(cell, width)| format!("{cell:width$}"));
        format!("{}\n", cells.collect::<Vec<_>>().join("  ").trim_end())
    };
    rows.iter().map(line).collect()
}

fn row(person: &Person) -> [String; 5] {
    let minute = |at: DateTime<Utc>| at.format("%Y-%m-%d %H:%M UTC").to_string();
    let state = if person.disabled_at.is_some() { "disabled" } else { "" };
    [
        plain(&person.account()),
        plain(&person.name),
        person.role.slug().to_owned(),
        person.last_seen_at.map_or_else(|| "never".to_owned(), minute),
        state.to_owned(),
    ]
}

#[cfg(test)]
mod tests {
    use store::{PersonId, Role, SignInMethod};

    use super::*;

    #[test]
    fn a_list_has_a_line_each_and_no_name_steers_the_terminal() {
        let at: DateTime<Utc> = "2026-11-26T12:00:30Z".parse().unwrap();
        let anna = Person {
            id: PersonId(1),
            method: SignInMethod::Local,
            subject: "anna".to_owned(),
            name: "anna".to_owned(),
            role: Role::Operator,
            created_at: at,
            last_seen_at: Some(at),
            disabled_at: None,
        };
        let mona = Person {
            method: SignInMethod::Github,
            subject: "583231".to_owned(),
            name: "mona\u{1b}[2J\u{202e}\n".to_owned(),
            role: Role::Viewer,
            last_seen_at: None,
            disabled_at: Some(at),
            ..anna.clone()
        };
        let expected = "\
ACCOUNT        NAME        ROLE      LAST SEEN             STATE
anna           anna        operator  2026-11-26 12:00 UTC
github:583231  mona\u{fffd}[2J\u{fffd}\u{fffd}  viewer    never                 disabled
";
        assert_eq!(printed(&[anna, mona]), expected);
        assert!(printed(&[]).contains("user add"));
    }
}
