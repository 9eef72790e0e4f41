//! A part of an organization: the repositories that a query of their table lets through.

use std::borrow::Cow;

use checklist::Item;
use chrono::{DateTime, Utc};
use names::OrgLogin;
use store::read::history::{History, HistoryDay};
use store::read::repository_filter::RepositoryFilter;
use store::read::snapshot::{Snapshot, SnapshotRepository, Sums};

use crate::error::AppError;
use crate::pages::Address;

/// The choices, in the order in which they are told.
const TOLD: [&str; 10] =
    ["q", "item", "verdict", "team", "state", "image", "language", "archived", "quick", "week"];

/// A part of an organization, or all of it.
#[derive(Debug, Clone)]
pub(crate) struct Part {
    address: Address,
}

impl Part {
    /// Understands the query of a repositories' table. Order and page choose no rows and
    /// are dropped.
    pub(crate) fn parse(query: &str, org: &OrgLogin, now: DateTime<Utc>) -> Result<Self, AppError> {
        let query = query.trim().trim_start_matches('?');
        let address = Address::of_kept(query, org.clone(), now)?;
        Ok(Self { address })
    }

    pub(crate) fn filter(&self) -> &RepositoryFilter {
        &self.address.filter
    }

    /// Whether other repositories are of it a moment later, without any change: those of "this
    /// week".
    pub(crate) fn moves_with_the_clock(&self) -> bool {
        self.filter().lately.is_some()
    }

    /// Whether it is the whole organization.
    pub(crate) fn is_whole(&self) -> bool {
        !self.address.query.is_filtered()
    }

    /// The repositories of the part; of the whole all, in the count or not.
    pub(crate) fn repositories<'a>(
        &'a self,
        snapshot: &'a Snapshot,
    ) -> Vec<&'a SnapshotRepository> {
        match self.is_whole() {
            true => snapshot.repositories.iter().collect(),
            false => snapshot.matching(self.filter()).collect(),
        }
    }

    /// What these come to.
    pub(crate) fn sums<'a>(
        &self,
        snapshot: &'a Snapshot,
        repositories: &[&SnapshotRepository],
    ) -> Cow<'a, Sums> {
        match self.is_whole() {
            true => Cow::Borrowed(snapshot.sums()),
            false => Cow::Owned(snapshot.sums_of(repositories.iter().copied())),
        }
    }

    /// The days of these and of some items; no items means all eight.
    pub(crate) fn days(
        &self,
        history: &History,
        repositories: &[&SnapshotRepository],
        items: &[Item],
    ) -> Vec<HistoryDay> {
        match self.is_whole() && items.is_empty() {
            true => history.whole(),
            false => history.of(repositories.iter().map(|it| it.id), items),
        }
    }

    /// What was chosen; empty for nothing.
    pub(crate) fn chosen(&self, name: &str) -> &str {
        self.address.query.get(name)
    }

    /// The rows of the part, with other choices besides. None where one of them was made
    /// already: the rows behind both cannot be told by one address.
    pub(crate) fn rows(&self, choices: &[(&str, &str)]) -> Option<String> {
        let is_free = choices.iter().all(|(name, value)| {
            let chosen = self.chosen(name);
            chosen.is_empty() || chosen == *value
        });
        let unsorted = choices.iter().copied().chain([("sort", "")]).collect::<Vec<_>>();
        is_free.then(|| self.address.query.with(&unsorted))
    }

    /// The query in its shortest form, as campaigns keep it.
    pub(crate) fn text(&self) -> String {
        let address = self.address.query.with(&[("sort", "")]);
        address.split_once('?').map(|(_, query)| query.to_owned()).unwrap_or_default()
    }

    /// The choices in words, as "team: payments".
    pub(crate) fn words(&self) -> Vec<String> {
        let chosen = TOLD.into_iter().map(|it| (it, self.chosen(it)));
        chosen
            .filter(|(_, value)| !value.is_empty())
            .map(|(name, value)| match (name, value) {
                ("q", text) => format!("name has \u{201c}{text}\u{201d}"),
                ("team", "-") => "no owner".to_owned(),
                ("image", image) => format!("base image: {image}"),
                ("quick", _) => "one item from finished".to_owned(),
                ("week", what) => format!("this week: {what}"),
                (name, value) => format!("{name}: {value}"),
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(query: &str) -> Part {
        let now = "2026-11-23T12:00:00Z".parse().unwrap();
        Part::parse(query, &"acme".parse().unwrap(), now).unwrap()
    }

    #[test]
    fn a_part_prints_its_query_in_its_shortest_form() {
        let part = part("?sort=-name&team=a%26b&q=+api+&page=3&state=");
        assert_eq!(part.text(), "q=api&team=a%26b");
        assert_eq!(part.words(), ["name has \u{201c}api\u{201d}", "team: a&b"]);
        assert!(!part.is_whole());
    }

    #[test]
    fn rows_that_no_address_can_tell_are_not_linked() {
        let part = part("team=web&item=ports");
        assert_eq!(
            part.rows(&[("state", "finished")]).as_deref(),
            Some("/orgs/acme/repositories?item=ports&verdict=left&team=web&state=finished")
        );
        assert_eq!(part.rows(&[("team", "shop")]), None);
    }

    #[test]
    fn a_query_that_means_nothing_is_refused() {
        let now = "2026-11-23T12:00:00Z".parse().unwrap();
        for query in ["state=x", "item=x", "a b"] {
            Part::parse(query, &"acme".parse().unwrap(), now).unwrap_err();
        }
    }
}
