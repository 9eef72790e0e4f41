//! The form and the chips above the table.

use checklist::Item;
use store::read::ItemVerdict;
use store::read::repository_filter::{Archived, Lately, StateFilter, VerdictGroup};
use store::read::snapshot::Choices;

use super::address::Address;
use crate::format;
use crate::table::{Chip, FilterForm, NO_OWNER, Select, chosen, counted, select};

pub(super) fn form(address: &Address, choices: &Choices) -> FilterForm {
    let mut chips = chips(address);
    let is_on = address.filter.is_quick_win;
    chips.push(Chip {
        text: "Quick wins".to_owned(),
        link: address.query.with(&[("quick", if is_on { "" } else { "1" })]),
        is_on,
    });
    let carried = ["quick", "week", "sort"];
    FilterForm::new(&address.query, "Name", &carried, selects(address, choices), chips)
}

fn selects(address: &Address, choices: &Choices) -> Vec<Select> {
    let asked = |name| address.query.get(name);
    let mut teams = counted(choices.teams.clone());
    let no_owner = format!("no owner ({})", format::number(choices.no_owner));
    teams.push((NO_OWNER.to_owned(), no_owner));
    let archived = [(Archived::Shown, "shown"), (Archived::Only, "only these")]
        .map(|(it, text)| (it.slug().to_owned(), text.to_owned()))
        .to_vec();
    let (images, languages) = (choices.images.clone(), choices.languages.clone());
    vec![
        select("item", "Item", "any", items(choices), asked("item")),
        verdict_select(asked("verdict")),
        Select { name: "state", title: "State", choices: chosen(states(choices), asked("state")) },
        select("team", "Team", "any", teams, asked("team")),
        select("image", "Base image", "any", counted(images), asked("image")),
        select("language", "Language", "any", counted(languages), asked("language")),
        select("archived", "Archived", "hidden", archived, asked("archived")),
    ]
}

/// Means something with an item only, and "left" unless something else is chosen.
pub(crate) fn verdict_select(asked: &str) -> Select {
    let groups = [VerdictGroup::Left].into_iter().chain(ItemVerdict::ALL.map(VerdictGroup::One));
    let choices = groups.map(|it| (it.slug().to_owned(), group_words(it).to_owned())).collect();
    let asked = if asked.is_empty() { VerdictGroup::Left.slug() } else { asked };
    Select { name: "verdict", title: "Verdict", choices: chosen(choices, asked) }
}

fn items(choices: &Choices) -> Vec<(String, String)> {
    let told = |(item, count): (Item, i64)| {
        let text = format!("{} ({})", item.title(), format::number(count));
        (item.slug().to_owned(), text)
    };
    Item::ALL.into_iter().zip(choices.items).map(told).collect()
}

fn states(choices: &Choices) -> Vec<(String, String)> {
    let told = |(state, count): &(StateFilter, i64)| {
        let text = format!("{} ({})", state_words(*state), format::number(*count));
        (state.slug().to_owned(), text)
    };
    choices.states.iter().map(told).collect()
}

const fn state_words(state: StateFilter) -> &'static str {
    match state {
        StateFilter::Counted => "with Dockerfiles",
        StateFilter::All => "every repository",
        StateFilter::One(state) => state.title(),
        StateFilter::SlippedBack => "slipped back",
        StateFilter::Unreadable => "could not be read",
    }
}

pub(crate) const fn group_words(group: VerdictGroup) -> &'static str {
    match group {
        VerdictGroup::Left => "left",
        VerdictGroup::One(verdict) => verdict.words(),
    }
}

fn chips(address: &Address) -> Vec<Chip> {
    let (query, filter) = (&address.query, &address.filter);
    let mut chips = Vec::new();
    let mut add = |text: String, names: &[&str]| chips.push(Chip::on(query, text, names));
    if let Some(text) = &filter.text {
        add(format!("Name has \u{201c}{}\u{201d}", format::shown(text)), &["q"]);
    }
    if let Some((item, group)) = filter.item {
        add(format!("{}: {}", item.title(), group_words(group)), &["item", "verdict"]);
    }
    if filter.state != StateFilter::Counted {
        add(format!("State: {}", state_words(filter.state)), &["state"]);
    }
    for (title, name) in [("Team", "team"), ("Base image", "image"), ("Language", "language")] {
        match query.get(name) {
            "" => {}
            NO_OWNER if name == "team" => add("Team: no owner".to_owned(), &[name]),
            value => add(format!("{title}: {}", format::shown(value)), &[name]),
        }
    }
    match filter.archived {
        Archived::Hidden => {}
        Archived::Shown => add("Archived: shown".to_owned(), &["archived"]),
        Archived::Only => add("Archived: only".to_owned(), &["archived"]),
    }
    if let Some((lately, _)) = filter.lately {
        let what = match lately {
            Lately::Finished => "Finished this week",
            Lately::SlippedBack => "Slipped back this week",
            Lately::Changed => "Changed this week",
        };
        add(what.to_owned(), &["week"]);
    }
    chips
}
