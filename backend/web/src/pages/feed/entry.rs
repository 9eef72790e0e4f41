//! The entries of a feed, as the list of changes has them.

use chrono::{DateTime, SecondsFormat, Utc};
use names::OrgLogin;
use store::read::ItemVerdict;
use store::read::changes::{ChangeCause, ChangeGroup, ChangeKind, ChangeStep, Told};
use store::read::overview::Milestone;

use crate::format::counted;
use crate::links;
use crate::pages::organization_changes::place;

/// Before every id: a name that nobody else gives ids under (RFC 4151).
pub(super) const AUTHORITY: &str = "tag:drydock.invalid,2026:";

/// One entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) id: String,
    pub(super) title: String,
    pub(super) updated: String,
    pub(super) link: String,
    /// A line for each verdict.
    pub(super) lines: Vec<String>,
}

impl Entry {
    /// For a feed that is read at a base, of an organization.
    pub(super) fn new((base, owner): (&str, &OrgLogin), told: &Told) -> Self {
        let (title, link, lines) = match told {
            Told::Milestone(_, it) => {
                (of_milestone(it), links::repository(owner, &it.repository), Vec::new())
            }
            Told::Verdicts(it) => {
                let link = links::dockerfile(owner, &it.repository, &it.path);
                let title = format!("{}/{}: {}", it.repository, it.path, of_group(it));
                (title, link, it.steps.iter().map(line).collect())
            }
        };
        Self {
            id: format!("{AUTHORITY}change/{}", place(told.key())),
            title: printable(&title),
            updated: moment(told.key().at),
            link: format!("{base}{link}"),
            lines,
        }
    }
}

fn of_milestone(it: &Milestone) -> String {
    let words = if it.is_slip { "slipped back" } else { "is finished" };
    format!("{} {words}", it.repository)
}

/// "2 verdicts gained, 1 lost".
fn of_group(group: &ChangeGroup) -> String {
    let of = |kind| number(group.steps.iter().filter(|it| it.kind == kind).count());
    let all = verdicts(number(group.steps.len()));
    match (group.cause, of(ChangeKind::Gained), of(ChangeKind::Lost)) {
        (ChangeCause::Decision, ..) => format!("{all} changed by a decision"),
        _ if of(ChangeKind::New) > 0 => {
            let left = group.steps.iter().filter(|it| it.to.is_some_and(ItemVerdict::is_left));
            format!("new, with {} left", counted(number(left.count()), "item", "items"))
        }
        _ if of(ChangeKind::Removed) > 0 => "removed".to_owned(),
        (_, 0, 0) => format!("{all} changed"),
        (_, gained, 0) => format!("{} gained", verdicts(gained)),
        (_, 0, lost) => format!("{} lost", verdicts(lost)),
        (_, gained, lost) => format!("{} gained, {lost} lost", verdicts(gained)),
    }
}

fn verdicts(count: i64) -> String {
    counted(count, "verdict", "verdicts")
}

fn number(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// "Ports was remaining, is met".
fn line(it: &ChangeStep) -> String {
    let words = |it: Option<ItemVerdict>, none: &'static str| it.map_or(none, ItemVerdict::words);
    let (from, to) = (words(it.from, "not there"), words(it.to, "removed"));
    format!("{} was {from}, is {to}", it.item.title())
}

/// As RFC 3339 writes it.
pub(super) fn moment(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// The text without the characters that XML forbids, however they are escaped.
pub(super) fn printable(text: &str) -> String {
    let is_allowed = |it: &char| matches!(it, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..);
    text.chars().filter(is_allowed).collect()
}
