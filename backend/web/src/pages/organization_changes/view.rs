//! What the list of changes prints.

use checklist::Item;
use names::OrgLogin;
use store::read::changes::{ChangeKind, ChangeSums, Told};
use store::read::snapshot::Snapshot;

use super::PAGE_SIZE;
use super::address::{Address, STRETCHES};
use super::entry::Entry;
use crate::app::App;
use crate::format;
use crate::links;
use crate::parts::Empty;

/// Teams that the form offers; others are reached from their pages.
const TEAMS: usize = 200;

/// The whole page.
pub(super) struct ChangesView {
    pub(super) org: OrgLogin,
    /// "16 Nov 2026, 12:00 UTC".
    pub(super) since: String,
    pub(super) stretches: Vec<Chip>,
    /// For the date field.
    pub(super) day: String,
    pub(super) items: Vec<Choice>,
    pub(super) teams: Vec<Choice>,
    /// The kind that the form carries along.
    pub(super) kind: String,
    pub(super) action: String,
    pub(super) reset: Option<String>,
    /// All, and every kind but what is no progress.
    pub(super) kinds: Vec<Chip>,
    /// What our rules, the catalogue or settings changed.
    pub(super) ours: Option<Ours>,
    pub(super) entries: Vec<Entry>,
    pub(super) newest: Option<String>,
    pub(super) older: Option<String>,
    pub(super) empty: Option<Empty>,
    pub(super) csv: String,
    pub(super) json: String,
}

/// A choice that is a link.
pub(super) struct Chip {
    pub(super) text: String,
    pub(super) link: String,
    pub(super) is_on: bool,
}

/// A choice of a select.
pub(super) struct Choice {
    pub(super) value: String,
    pub(super) text: String,
    pub(super) is_chosen: bool,
}

/// What is told apart.
pub(super) struct Ours {
    pub(super) words: String,
    pub(super) link: String,
    pub(super) is_on: bool,
}

impl ChangesView {
    pub(super) fn new(
        address: &Address,
        app: &App,
        snapshot: &Snapshot,
        sums: ChangeSums,
        entries: &[Told],
    ) -> Self {
        let org = &address.org;
        let has_more = entries.len() > PAGE_SIZE;
        let shown = entries.get(..PAGE_SIZE).unwrap_or(entries);
        let last = shown.last().filter(|_| has_more);
        let (item, team) = address.chosen();
        let since = address.choice.since;
        Self {
            since: format::Moment::new(since, app.now()).exact,
            stretches: stretches(address),
            day: since.format("%Y-%m-%d").to_string(),
            items: items(item),
            teams: teams(snapshot, team),
            kind: address.choice.kind.map_or("", ChangeKind::slug).to_owned(),
            action: links::changes_where(org, &[]),
            reset: address
                .is_filtered()
                .then(|| address.with(&[("kind", ""), ("item", ""), ("team", "")])),
            kinds: kinds(address, &sums),
            ours: ours(address, &sums),
            entries: shown.iter().map(|it| Entry::new(app, org, it)).collect(),
            newest: address.below.is_some().then(|| address.with(&[])),
            older: last.map(|it| address.below(it.key())),
            empty: shown.is_empty().then(|| empty(address)),
            csv: address.as_file("csv"),
            json: address.as_file("json"),
            org: org.clone(),
        }
    }
}

fn stretches(address: &Address) -> Vec<Chip> {
    let chip = |(name, _): (&str, i64)| Chip {
        text: format!("a {name}"),
        link: address.with(&[("since", name)]),
        is_on: address.since() == name,
    };
    STRETCHES.map(chip).into()
}

fn items(chosen: &str) -> Vec<Choice> {
    let item = |it: Item| (it.slug().to_owned(), it.title().to_owned());
    let all = [(String::new(), "any".to_owned())].into_iter().chain(Item::ALL.map(item));
    all.map(|(value, text)| Choice { is_chosen: value == chosen, value, text }).collect()
}

fn teams(snapshot: &Snapshot, chosen: &str) -> Vec<Choice> {
    let choice = |value: &str, text: &str| Choice {
        is_chosen: value == chosen,
        value: value.to_owned(),
        text: text.to_owned(),
    };
    let mut choices = vec![choice("", "any"), choice(crate::table::NO_OWNER, "no owner")];
    choices.extend(snapshot.teams.iter().take(TEAMS).map(|it| choice(it, it)));
    if !choices.iter().any(|it| it.is_chosen) {
        choices.push(choice(chosen, chosen));
    }
    choices
}

fn kinds(address: &Address, sums: &ChangeSums) -> Vec<Chip> {
    let all = Chip {
        text: "everything".to_owned(),
        link: address.with(&[("kind", "")]),
        is_on: address.choice.kind.is_none(),
    };
    let chip = |kind: ChangeKind| Chip {
        text: kind_words(kind, sums.of(kind)),
        link: address.with(&[("kind", kind.slug())]),
        is_on: address.choice.kind == Some(kind),
    };
    let told = ChangeKind::ALL.into_iter().filter(|it| *it != ChangeKind::Ours);
    // Milestones are about repositories, not about an item.
    let told = told.filter(|it| address.choice.item.is_none() || !it.is_milestone());
    [all].into_iter().chain(told.map(chip)).collect()
}

fn kind_words(kind: ChangeKind, count: i64) -> String {
    let number = format::number(count);
    match kind {
        ChangeKind::Gained => format!("{number} items gained"),
        ChangeKind::Lost => format!("{number} items lost"),
        ChangeKind::Moved => format!("{number} changed otherwise"),
        ChangeKind::Finished => format!("{number} finished"),
        ChangeKind::SlippedBack => format!("{number} slipped back"),
        ChangeKind::New => format!("{number} new Dockerfiles"),
        ChangeKind::Removed => format!("{number} removed"),
        ChangeKind::Decision => format!("{number} by decisions"),
        ChangeKind::Ours => format!("{number} by rules"),
    }
}

fn ours(address: &Address, sums: &ChangeSums) -> Option<Ours> {
    let causes = [
        (sums.rules, "by Drydock's rules"),
        (sums.catalog, "by the catalogue of hardened images"),
        (sums.policy, "by settings"),
    ];
    let words = causes.into_iter().filter(|(count, _)| *count > 0);
    let words: Vec<String> = words
        .map(|(count, by)| format!("{} {by}", format::counted(count, "verdict", "verdicts")))
        .collect();
    (!words.is_empty()).then(|| Ours {
        words: words.join(", "),
        link: address.with(&[("kind", ChangeKind::Ours.slug())]),
        is_on: address.choice.kind == Some(ChangeKind::Ours),
    })
}

fn empty(address: &Address) -> Empty {
    let is_filtered = address.is_filtered();
    Empty {
        what: match is_filtered {
            true => "Nothing like this changed in that time.".to_owned(),
            false => "Nothing changed in that time.".to_owned(),
        },
        advice: "Look further back, or take a filter off.".to_owned(),
        link: Some((
            "Show a quarter".to_owned(),
            links::changes_where(&address.org, &[("since", "quarter")]),
        )),
    }
}
