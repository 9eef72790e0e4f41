//! The form and the chips above the table.

use std::collections::BTreeSet;

use checklist::Item;
use store::read::dockerfiles::ImageFilter;
use store::read::snapshot::{Snapshot, TeamSource};

use super::address::Address;
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
    let codes = codes(address, snapshot).into_iter().map(shown).collect();
    let tags = owned(&[("any", "any")]);
    let mut selects = vec![
        select("item", "Item", "any", owned(&items), asked("item")),
        verdict_select(asked("verdict")),
        select("code", "Reason", "any", codes, asked("code")),
        select("image", "Base image", "any", images(snapshot), asked("image")),
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
    let item = address.filter.item.map(|(item, _)| item);
    let findings = snapshot.reports.iter().flat_map(|it| &it.findings);
    findings
        .filter(|it| item.is_none_or(|item| it.item == item))
        .map(|it| it.code.as_str())
        .collect()
}

/// The references that most reports name, as they are written.
fn images(snapshot: &Snapshot) -> Vec<(String, String)> {
    let mut counts = std::collections::HashMap::<&str, usize>::new();
    for base in snapshot.reports.iter().flat_map(|it| &it.bases) {
        *counts.entry(base.reference.as_str()).or_default() += 1;
    }
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_unstable_by_key(|(image, count)| (std::cmp::Reverse(*count), *image));
    let named = counts.into_iter().take(40).map(|(image, _)| image);
    named.map(|it| (it.to_owned(), format::shown(it))).collect()
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
    if let Some(code) = &filter.code {
        add(format!("Reason: {}", format::shown(code)), &["code"]);
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
