//! The form and the chips above the table.

use std::collections::BTreeSet;

use checklist::Item;
use store::read::dockerfiles::{ImageFilter, ReasonFilter};
use store::read::snapshot::{Snapshot, TeamSource};

use super::address::{Address, NO_CODE};
use crate::format;
use crate::pages::repositories::{group_words, verdict_select};
use crate::table::{Chip, FilterForm, NO_OWNER, Select, select};

const STAGES: [(&str, &str); 2] = [("build", "build stages"), ("shipped", "shipped stages")];

pub(super) fn form(address: &Address, snapshot: &Snapshot) -> FilterForm {
    let selects = selects(address, snapshot);
    FilterForm::new(&address.query, "Name or path", &["sort"], selects, chips(address))
}

fn selects(address: &Address, snapshot: &Snapshot) -> Vec<Select> {
    let asked = |name| address.query.get(name);
    let owned = |pairs: &[(&str, &str)]| -> Vec<(String, String)> {
        pairs.iter().map(|(value, text)| ((*value).to_owned(), (*text).to_owned())).collect()
    };
    let shown = |it: &str| (it.to_owned(), format::shown(it));
    let items = Item::ALL.map(|it| (it.slug(), it.title()));
    let sources = TeamSource::ALL.map(|it| (it.slug(), it.words()));
    let mut teams: Vec<_> = snapshot.teams.iter().map(|it| shown(it)).collect();
    teams.push((NO_OWNER.to_owned(), "no owner".to_owned()));
    let mut codes: Vec<_> = codes(address, snapshot).into_iter().map(shown).collect();
    codes.push((NO_CODE.to_owned(), "none of its own".to_owned()));
    let images = snapshot.words.references.iter().map(|it| shown(it)).collect();
    let tags = owned(&[("any", "any")]);
    let mut selects = vec![
        select("item", "Item", "any", owned(&items), asked("item")),
        verdict_select(asked("verdict")),
        select("code", "Reason", "any", codes, asked("code")),
        select("image", "Base image", "any", images, asked("image")),
    ];
    if !asked("image").is_empty() {
        selects.push(select("tag", "Tag", "as written", tags, asked("tag")));
    }
    selects.extend([
        select("stage", "Stage", "any", owned(&STAGES), asked("stage")),
        select("team", "Team", "any", teams, asked("team")),
        select("source", "Owner by", "any", owned(&sources), asked("source")),
    ]);
    selects
}

/// The codes of what is left, of the item that is asked for.
fn codes<'a>(address: &Address, snapshot: &'a Snapshot) -> BTreeSet<&'a str> {
    let asked = address.filter.item.map(|(item, _)| item);
    let all = snapshot.words.codes.iter();
    all.filter(|(item, _)| asked.is_none_or(|it| it == *item)).map(|(_, code)| &**code).collect()
}

fn chips(address: &Address) -> Vec<Chip> {
    let (query, filter) = (&address.query, &address.filter);
    let mut chips = Vec::new();
    let mut add = |text: String, names: &[&str]| chips.push(Chip::on(query, text, names));
    if let Some(text) = &filter.text {
        add(format!("Name or path has \u{201c}{}\u{201d}", format::shown(text)), &["q"]);
    }
    if let Some((item, group)) = filter.item {
        add(format!("{}: {}", item.title(), group_words(group)), &["item", "verdict"]);
    }
    match &filter.reason {
        None => {}
        Some(ReasonFilter::Code(code)) => {
            add(format!("Reason: {}", format::shown(code)), &["code"]);
        }
        Some(ReasonFilter::Unsaid) => add("Reason: none of its own".to_owned(), &["code"]),
    }
    match &filter.image {
        None => {}
        Some(ImageFilter::Written(image)) => {
            add(format!("Base image: {}", format::shown(image)), &["image", "tag"]);
        }
        Some(ImageFilter::AnyTag(image)) => {
            add(format!("Base image: {}, any tag", format::shown(image)), &["image", "tag"]);
        }
    }
    match filter.is_build {
        None => {}
        Some(true) => add("In build stages".to_owned(), &["stage"]),
        Some(false) => add("In shipped stages".to_owned(), &["stage"]),
    }
    match query.get("team") {
        "" => {}
        NO_OWNER => add("Team: no owner".to_owned(), &["team"]),
        team => add(format!("Team: {}", format::shown(team)), &["team"]),
    }
    if let Some(source) = filter.team_source {
        add(format!("Owner by {}", source.words()), &["source"]);
    }
    chips
}
