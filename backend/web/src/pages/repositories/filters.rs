//! The form and the chips above the table.

use checklist::Item;
use store::read::repositories::Choices;
use store::read::repository_filter::{Archived, Lately, StateFilter, VerdictGroup};
use store::read::{ItemVerdict, RepositoryState};

use super::address::{Address, NO_OWNER};

/// A choice of the form.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Choice {
    pub(super) value: String,
    pub(super) text: String,
    pub(super) is_chosen: bool,
}

/// One select of the form.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Select {
    pub(super) name: &'static str,
    pub(super) title: &'static str,
    pub(super) choices: Vec<Choice>,
}

/// A filter that is on, with the way to switch it off.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Chip {
    pub(super) text: String,
    pub(super) link: String,
}

/// All of it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Filters {
    pub(super) text: String,
    pub(super) selects: Vec<Select>,
    /// Choices that the form carries along: name and value.
    pub(super) carried: Vec<(&'static str, String)>,
    pub(super) chips: Vec<Chip>,
    pub(super) quick_wins_link: String,
    pub(super) quick_wins_only: bool,
    pub(super) reset: Option<String>,
    pub(super) action: String,
}

impl Filters {
    pub(super) fn new(address: &Address, choices: &Choices) -> Self {
        let asked = &address.asked;
        let carried = [("quick", &asked.quick), ("week", &asked.week), ("sort", &asked.sort)];
        let is_on = address.filter.is_quick_win;
        Self {
            text: asked.q.clone(),
            selects: selects(address, choices),
            carried: carried
                .into_iter()
                .filter(|(_, value)| !value.is_empty())
                .map(|(name, value)| (name, value.clone()))
                .collect(),
            chips: chips(address),
            quick_wins_link: address.with(&[("quick", if is_on { "" } else { "1" })]),
            quick_wins_only: is_on,
            reset: address.is_filtered().then(|| crate::links::repositories(&address.org)),
            action: crate::links::repositories(&address.org),
        }
    }
}

fn selects(address: &Address, choices: &Choices) -> Vec<Select> {
    let asked = &address.asked;
    let owned = |list: &[String]| list.iter().map(|it| (it.clone(), it.clone())).collect();
    let mut teams: Vec<_> = owned(&choices.teams);
    teams.push((NO_OWNER.to_owned(), "no owner".to_owned()));
    let items = Item::ALL.map(|it| (it.slug().to_owned(), it.title().to_owned())).to_vec();
    let archived = [(Archived::Shown, "shown"), (Archived::Only, "only these")]
        .map(|(it, text)| (it.slug().to_owned(), text.to_owned()))
        .to_vec();
    // Means something with an item only, and "left" unless something else is chosen.
    let group = if asked.verdict.is_empty() { VerdictGroup::Left.slug() } else { &asked.verdict };
    let verdict = Select { name: "verdict", title: "Verdict", choices: chosen(verdicts(), group) };
    vec![
        select("item", "Item", "any", items, &asked.item),
        verdict,
        select("state", "State", "with Dockerfiles", states(), &asked.state),
        select("team", "Team", "any", teams, &asked.team),
        select("image", "Base image", "any", owned(&choices.images), &asked.image),
        select("language", "Language", "any", owned(&choices.languages), &asked.language),
        select("archived", "Archived", "hidden", archived, &asked.archived),
    ]
}

/// A select with an empty first choice. A value that is not among the choices, as from
/// a link to one tag of an image, is kept as a choice of its own.
fn select(
    name: &'static str,
    title: &'static str,
    none: &str,
    mut choices: Vec<(String, String)>,
    value: &str,
) -> Select {
    if !value.is_empty() && !choices.iter().any(|(it, _)| it == value) {
        choices.insert(0, (value.to_owned(), value.to_owned()));
    }
    choices.insert(0, (String::new(), none.to_owned()));
    Select { name, title, choices: chosen(choices, value) }
}

fn chosen(choices: Vec<(String, String)>, value: &str) -> Vec<Choice> {
    let choice = |(it, text): (String, String)| Choice { is_chosen: it == value, value: it, text };
    choices.into_iter().map(choice).collect()
}

fn states() -> Vec<(String, String)> {
    let one = RepositoryState::ALL.map(StateFilter::One);
    let rest = [StateFilter::SlippedBack, StateFilter::Unreadable, StateFilter::All];
    one.into_iter().chain(rest).map(|it| (it.slug().to_owned(), state_words(it))).collect()
}

fn verdicts() -> Vec<(String, String)> {
    let groups = [VerdictGroup::Left].into_iter().chain(ItemVerdict::ALL.map(VerdictGroup::One));
    groups.map(|it| (it.slug().to_owned(), group_words(it).to_owned())).collect()
}

fn state_words(state: StateFilter) -> String {
    match state {
        StateFilter::Counted => "with Dockerfiles",
        StateFilter::All => "every repository",
        StateFilter::One(state) => state.title(),
        StateFilter::SlippedBack => "slipped back",
        StateFilter::Unreadable => "could not be read",
    }
    .to_owned()
}

pub(crate) const fn group_words(group: VerdictGroup) -> &'static str {
    match group {
        VerdictGroup::Left => "left",
        VerdictGroup::One(verdict) => verdict.words(),
    }
}

fn chips(address: &Address) -> Vec<Chip> {
    let (asked, filter) = (&address.asked, &address.filter);
    let mut chips = Vec::new();
    let mut add = |text: String, names: &[(&str, &str)]| {
        chips.push(Chip { text, link: address.with(names) });
    };
    if !asked.q.is_empty() {
        add(format!("Name has \u{201c}{}\u{201d}", asked.q), &[("q", "")]);
    }
    if let Some((item, group)) = filter.item {
        let text = format!("{}: {}", item.title(), group_words(group));
        add(text, &[("item", ""), ("verdict", "")]);
    }
    if filter.state != StateFilter::Counted {
        add(format!("State: {}", state_words(filter.state)), &[("state", "")]);
    }
    if !asked.team.is_empty() {
        let team = if asked.team == NO_OWNER { "no owner" } else { &asked.team };
        add(format!("Team: {team}"), &[("team", "")]);
    }
    for (title, name, value) in
        [("Base image", "image", &asked.image), ("Language", "language", &asked.language)]
    {
        if !value.is_empty() {
            add(format!("{title}: {value}"), &[(name, "")]);
        }
    }
    match filter.archived {
        Archived::Hidden => {}
        Archived::Shown => add("Archived: shown".to_owned(), &[("archived", "")]),
        Archived::Only => add("Archived: only".to_owned(), &[("archived", "")]),
    }
    if let Some((lately, _)) = filter.lately {
        let what = match lately {
            Lately::Finished => "Finished this week",
            Lately::SlippedBack => "Slipped back this week",
            Lately::Changed => "Changed this week",
        };
        add(what.to_owned(), &[("week", "")]);
    }
    chips
}
