//! The list's address: since when, what was chosen, and where the page begins.

use checklist::Item;
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use names::OrgLogin;
use serde::Deserialize;
use store::read::changes::{ChangeChoice, ChangeKey, ChangeKind};
use store::read::repository_filter::Team;

use crate::error::AppError;
use crate::links;

/// The stretches that have a name, and how many days each has.
pub(super) const STRETCHES: [(&str, i64); 4] =
    [("day", 1), ("week", 7), ("month", 30), ("quarter", 91)];

/// Before this there was nothing to crawl, and Postgres need not think about it.
const FIRST_YEAR: i32 = 2000;

/// The query as it was written.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    pub(crate) since: String,
    pub(crate) kind: String,
    pub(crate) item: String,
    pub(crate) team: String,
    pub(crate) before: String,
}

/// The query understood.
#[derive(Debug, Clone)]
pub(crate) struct Address {
    pub(super) org: OrgLogin,
    pub(super) asked: Asked,
    pub(crate) choice: ChangeChoice,
    /// The page begins below this.
    pub(crate) below: Option<ChangeKey>,
}

impl Address {
    pub(crate) fn parse(asked: Asked, org: OrgLogin, now: DateTime<Utc>) -> Result<Self, AppError> {
        let unknown = |what: &str| {
            AppError::BadRequest(format!("The {what} in this address is not known here."))
        };
        let since = since(&asked.since, now).ok_or_else(|| unknown("date"))?;
        let kind = match asked.kind.as_str() {
            "" => None,
            slug => Some(ChangeKind::from_slug(slug).ok_or_else(|| unknown("kind"))?),
        };
        let item = match asked.item.as_str() {
            "" => None,
            slug => Some(Item::from_slug(slug).ok_or_else(|| unknown("item"))?),
        };
        let team = match asked.team.replace('\0', "") {
            it if it.is_empty() => None,
            it if it == crate::table::NO_OWNER => Some(Team::NoOwner),
            it => Some(Team::Named(it)),
        };
        let below = match asked.before.as_str() {
            "" => None,
            text => Some(key(text).ok_or_else(|| unknown("place"))?),
        };
        Ok(Self { org, asked, choice: ChangeChoice { since, kind, item, team }, below })
    }

    /// The stretch or the date as it is written; the usual one is a week.
    pub(super) fn since(&self) -> &str {
        if self.asked.since.is_empty() { "week" } else { &self.asked.since }
    }

    /// The item and the team as they are written.
    pub(super) fn chosen(&self) -> (&str, &str) {
        (&self.asked.item, &self.asked.team)
    }

    /// The address with some choices changed, from its first page on.
    pub(super) fn with(&self, changes: &[(&str, &str)]) -> String {
        links::changes_where(&self.org, &self.pairs(changes))
    }

    /// The address of the page below a key.
    pub(super) fn below(&self, key: &ChangeKey) -> String {
        links::with_query(&self.with(&[]), &[("before", &place(key))])
    }

    /// The address of the same rows in another form.
    pub(super) fn as_file(&self, extension: &str) -> String {
        let path = format!("{}.{extension}", links::changes_where(&self.org, &[]));
        links::with_query(&path, &self.pairs(&[]))
    }

    pub(super) fn is_filtered(&self) -> bool {
        let it = &self.choice;
        it.kind.is_some() || it.item.is_some() || it.team.is_some()
    }

    fn pairs<'a>(&'a self, changes: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
        let it = &self.asked;
        let kept: [(&str, &str); 4] =
            [("since", &it.since), ("kind", &it.kind), ("item", &it.item), ("team", &it.team)];
        let changed = |name: &str| changes.iter().find(|(it, _)| *it == name).map(|(_, to)| *to);
        kept.into_iter().map(|(name, now)| (name, changed(name).unwrap_or(now))).collect()
    }
}

fn since(text: &str, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let text = if text.is_empty() { "week" } else { text };
    if let Some((_, days)) = STRETCHES.iter().find(|(name, _)| *name == text) {
        return Some(now - TimeDelta::days(*days));
    }
    let day: NaiveDate = text.parse().ok()?;
    let first = NaiveDate::from_yo_opt(FIRST_YEAR, 1)?;
    let moment = day.clamp(first, now.date_naive()).and_hms_opt(0, 0, 0)?;
    Some(moment.and_utc())
}

/// A key as it stands in addresses.
pub(crate) fn place(key: &ChangeKey) -> String {
    format!("{}_{}_{}", key.at.timestamp_micros(), key.id, key.cause)
}

fn key(text: &str) -> Option<ChangeKey> {
    let mut parts = text.splitn(3, '_');
    let at = DateTime::from_timestamp_micros(parts.next()?.parse().ok()?)?;
    let first = NaiveDate::from_yo_opt(FIRST_YEAR, 1)?;
    let last = NaiveDate::from_yo_opt(9999, 1)?;
    let is_sane = (first..last).contains(&at.date_naive());
    let id = parts.next()?.parse().ok()?;
    let cause = parts.next()?.to_owned();
    let is_word = cause.chars().all(|it| it.is_ascii_lowercase() || it == '-');
    (is_sane && is_word).then_some(ChangeKey { at, id, cause })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(since: &str, before: &str) -> Result<Address, AppError> {
        let asked =
            Asked { since: since.to_owned(), before: before.to_owned(), ..Asked::default() };
        Address::parse(asked, "acme".parse().unwrap(), crate::testing::now())
    }

    #[test]
    fn a_place_in_the_list_survives_the_address() {
        let at = crate::testing::now();
        let key = ChangeKey { at, id: -7, cause: "first-sight".to_owned() };
        let link = address("", "").unwrap().below(&key);
        let place = link.split("before=").nth(1).unwrap();
        assert_eq!(address("", place).unwrap().below, Some(key));
    }

    #[test]
    fn odd_dates_and_places_are_refused_and_far_ones_bounded() {
        for (since, before) in [("tomorrow", ""), ("", "1_2"), ("", "x_y_z"), ("", "1_2_';--")] {
            assert!(address(since, before).is_err(), "{since} {before}");
        }
        for since in ["-200000-01-01", "0001-01-01", "9999-12-31"] {
            assert!(address(since, "").is_ok(), "{since}");
        }
    }
}
