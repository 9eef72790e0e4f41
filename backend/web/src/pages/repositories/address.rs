//! The table's address understood: which repositories, in which order.

use axum::http::Uri;
use chrono::{DateTime, TimeDelta, Utc};
use names::OrgLogin;
use store::read::repository_filter::{
    Archived, Column, Lately, Order, RepositoryFilter, StateFilter,
};

use crate::error::AppError;
use crate::links;
use crate::table::{TableQuery, asked_item, asked_team, kept, unknown};

/// The order without a choice.
const DEFAULT_SORT: &str = "left";
/// "This week" is since so long ago.
const WEEK: TimeDelta = TimeDelta::days(7);
/// The choices, in the order in which addresses have them.
const NAMES: [&str; 11] = [
    "q", "item", "verdict", "team", "state", "image", "language", "archived", "quick", "week",
    "sort",
];

/// The query understood.
#[derive(Debug, Clone)]
pub(crate) struct Address {
    pub(crate) org: OrgLogin,
    pub(crate) query: TableQuery,
    pub(crate) filter: RepositoryFilter,
    pub(crate) order: Order,
}

impl Address {
    /// Understands the query of an address. What cannot be understood is said, not
    /// skipped: a skipped filter would show wrong rows.
    pub(crate) fn parse(asked: &Uri, org: OrgLogin, now: DateTime<Utc>) -> Result<Self, AppError> {
        let query = TableQuery::parse(asked, links::repositories(&org), &NAMES)?;
        let filter = filter(&query, now)?;
        let (name, is_descending) = query.sort(DEFAULT_SORT);
        let column = Column::from_slug(name).ok_or_else(|| unknown("sort", query.get("sort")))?;
        Ok(Self { org, filter, order: Order { column, is_descending }, query })
    }

    /// Understands a query that was kept, as that of a saved view or a campaign.
    pub(crate) fn of_kept(
        query: &str,
        org: OrgLogin,
        now: DateTime<Utc>,
    ) -> Result<Self, AppError> {
        Self::parse(&kept(query)?, org, now)
    }
}

fn filter(query: &TableQuery, now: DateTime<Utc>) -> Result<RepositoryFilter, AppError> {
    let (state, archived) = (query.get("state"), query.get("archived"));
    let lately = match query.get("week") {
        "" => None,
        slug => Some((Lately::from_slug(slug).ok_or_else(|| unknown("week", slug))?, now - WEEK)),
    };
    Ok(RepositoryFilter {
        text: query.chosen("q"),
        item: asked_item(query)?,
        team: asked_team(query),
        state: StateFilter::from_slug(state).ok_or_else(|| unknown("state", state))?,
        image: query.chosen("image"),
        language: query.chosen("language"),
        archived: Archived::from_slug(archived).ok_or_else(|| unknown("archived", archived))?,
        is_quick_win: match query.get("quick") {
            "" => false,
            "1" => true,
            other => return Err(unknown("quick", other)),
        },
        lately,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(query: &str) -> Result<Address, String> {
        let now = "2026-11-23T12:00:00Z".parse().unwrap();
        Address::of_kept(query, "acme".parse().unwrap(), now).map_err(|it| it.to_string())
    }

    #[test]
    fn a_filter_that_is_not_known_is_said() {
        let bad = [
            "item=x",
            "item=ports&verdict=x",
            "state=x",
            "sort=-x",
            "archived=x",
            "quick=2",
            "week=x",
            "page=0",
        ];
        let told: Vec<_> = bad.into_iter().map(|it| parsed(it).unwrap_err()).collect();
        insta::assert_snapshot!(told.join("\n"), @r"
        The filter item=x is not known here.
        The filter verdict=x is not known here.
        The filter state=x is not known here.
        The filter sort=-x is not known here.
        The filter archived=x is not known here.
        The filter quick=2 is not known here.
        The filter week=x is not known here.
        The filter page=0 is not known here.
        ");
    }

    #[test]
    fn a_minus_before_the_column_turns_the_order() {
        let order = parsed("sort=-committed").unwrap().order;
        assert_eq!(order, Order { column: Column::Committed, is_descending: true });
    }
}
