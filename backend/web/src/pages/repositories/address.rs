//! The table's address: everything that was chosen, parsed once, and printed again
//! with one choice changed.

use checklist::Item;
use chrono::{DateTime, Utc};
use names::OrgLogin;
use serde::Deserialize;
use store::read::repository_filter::{
    Archived, Column, Lately, RepositoryFilter, StateFilter, Team, VerdictGroup,
};

use crate::error::AppError;
use crate::links;

/// The team value that means "no owner"; no team on GitHub is called so.
pub(super) const NO_OWNER: &str = "-";
/// The order without a choice.
const DEFAULT_SORT: &str = "left";
/// Nobody turns further; a larger number is a slip.
const LAST_PAGE: i64 = 1_000_000;

/// The query as it was written.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    pub(super) q: String,
    pub(super) item: String,
    pub(super) verdict: String,
    pub(super) team: String,
    pub(super) state: String,
    pub(super) image: String,
    pub(super) language: String,
    pub(super) archived: String,
    pub(super) quick: String,
    pub(super) week: String,
    pub(super) sort: String,
    pub(super) page: String,
}

/// The query understood.
#[derive(Debug, Clone)]
pub(super) struct Address {
    pub(super) org: OrgLogin,
    pub(super) asked: Asked,
    pub(super) filter: RepositoryFilter,
    pub(super) column: Column,
    pub(super) is_descending: bool,
    /// From 1.
    pub(super) page: i64,
}

impl Address {
    /// Understands a query; "this week" is since `week_ago`. What cannot be
    /// understood is said, not skipped: a skipped filter would show wrong rows.
    pub(super) fn parse(
        asked: Asked,
        org: OrgLogin,
        week_ago: DateTime<Utc>,
    ) -> Result<Self, AppError> {
        let asked = trimmed(asked);
        let filter = filter(&asked, week_ago)?;
        let sort = if asked.sort.is_empty() { DEFAULT_SORT } else { asked.sort.as_str() };
        let (name, is_descending) = sort.strip_prefix('-').map_or((sort, false), |it| (it, true));
        let column = Column::from_slug(name).ok_or_else(|| unknown("sort", &asked.sort))?;
        let page = match asked.page.as_str() {
            "" => 1,
            text => text
                .parse()
                .ok()
                .filter(|it| (1..=LAST_PAGE).contains(it))
                .ok_or_else(|| unknown("page", text))?,
        };
        Ok(Self { org, asked, filter, column, is_descending, page })
    }

    /// The address with some choices changed, from its first page on.
    pub(super) fn with(&self, changes: &[(&str, &str)]) -> String {
        links::repositories_where(&self.org, &self.changed(changes))
    }

    /// The address without what nobody chose.
    pub(super) fn canonical(&self) -> String {
        self.with(&[("page", &self.asked.page)])
    }

    /// The address of the same rows in another form.
    pub(super) fn as_file(&self, extension: &str) -> String {
        let path = format!("{}.{extension}", links::repositories(&self.org));
        links::with_query(&path, &self.changed(&[]))
    }

    fn changed<'a>(&'a self, changes: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
        let changed = |name: &str| changes.iter().find(|(it, _)| *it == name).map(|(_, to)| *to);
        let kept = self.pairs().into_iter().map(|(name, now)| (name, changed(name).unwrap_or(now)));
        let turned = changes.iter().copied().filter(|(name, _)| *name == "page");
        kept.chain(turned).collect()
    }

    /// Every choice but the page.
    pub(super) fn pairs(&self) -> [(&'static str, &str); 11] {
        let it = &self.asked;
        [
            ("q", &it.q),
            ("item", &it.item),
            ("verdict", &it.verdict),
            ("team", &it.team),
            ("state", &it.state),
            ("image", &it.image),
            ("language", &it.language),
            ("archived", &it.archived),
            ("quick", &it.quick),
            ("week", &it.week),
            ("sort", &it.sort),
        ]
    }

    /// True if any row is filtered out by a choice.
    pub(super) fn is_filtered(&self) -> bool {
        self.pairs().iter().any(|(name, value)| *name != "sort" && !value.is_empty())
    }
}

fn trimmed(mut asked: Asked) -> Asked {
    let bounded = |text: &str| text.trim().chars().filter(|it| *it != '\0').take(200).collect();
    asked.q = bounded(&asked.q);
    asked.image = bounded(&asked.image);
    asked.team = bounded(&asked.team);
    asked.language = bounded(&asked.language);
    // Without an item a verdict means nothing; without a verdict an item means what is left.
    if asked.item.is_empty() {
        asked.verdict.clear();
    } else if asked.verdict.is_empty() {
        asked.verdict = VerdictGroup::Left.slug().to_owned();
    }
    asked
}

fn filter(asked: &Asked, week_ago: DateTime<Utc>) -> Result<RepositoryFilter, AppError> {
    let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    let item = match asked.item.as_str() {
        "" => None,
        slug => {
            let item = Item::from_slug(slug).ok_or_else(|| unknown("item", slug))?;
            let group = VerdictGroup::from_slug(&asked.verdict)
                .ok_or_else(|| unknown("verdict", &asked.verdict))?;
            Some((item, group))
        }
    };
    let lately = match asked.week.as_str() {
        "" => None,
        slug => Some((Lately::from_slug(slug).ok_or_else(|| unknown("week", slug))?, week_ago)),
    };
    Ok(RepositoryFilter {
        text: some(&asked.q),
        item,
        team: match asked.team.as_str() {
            "" => None,
            NO_OWNER => Some(Team::NoOwner),
            team => Some(Team::Named(team.to_owned())),
        },
        state: StateFilter::from_slug(&asked.state)
            .ok_or_else(|| unknown("state", &asked.state))?,
        image: some(&asked.image),
        language: some(&asked.language),
        archived: Archived::from_slug(&asked.archived)
            .ok_or_else(|| unknown("archived", &asked.archived))?,
        is_quick_win: match asked.quick.as_str() {
            "" => false,
            "1" => true,
            other => return Err(unknown("quick", other)),
        },
        lately,
    })
}

fn unknown(name: &str, value: &str) -> AppError {
    let shown: String = value.chars().take(60).collect();
    AppError::BadRequest(format!("The filter {name}={shown} is not known here."))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(asked: Asked) -> Result<Address, String> {
        let now = "2026-11-23T12:00:00Z".parse().unwrap();
        Address::parse(asked, "acme".parse().unwrap(), now).map_err(|it| it.to_string())
    }

    #[test]
    fn an_address_prints_itself_with_one_choice_changed() {
        let asked =
            Asked { q: " api ".into(), item: "ports".into(), page: "3".into(), ..Asked::default() };
        let address = parsed(asked).unwrap();
        insta::assert_snapshot!(address.with(&[("team", "a b")]), @"/orgs/acme/repositories?q=api&item=ports&verdict=left&team=a%20b");
        insta::assert_snapshot!(address.with(&[("item", ""), ("verdict", ""), ("page", "2")]), @"/orgs/acme/repositories?q=api&page=2");
        insta::assert_snapshot!(address.as_file("csv"), @"/orgs/acme/repositories.csv?q=api&item=ports&verdict=left");
    }

    #[test]
    fn a_filter_that_is_not_known_is_said() {
        let bad = [
            Asked { item: "x".into(), ..Asked::default() },
            Asked { state: "x".into(), ..Asked::default() },
            Asked { sort: "-x".into(), ..Asked::default() },
            Asked { page: "0".into(), ..Asked::default() },
        ];
        let told: Vec<_> = bad.into_iter().map(|it| parsed(it).unwrap_err()).collect();
        insta::assert_snapshot!(told.join("\n"), @r"
        The filter item=x is not known here.
        The filter state=x is not known here.
        The filter sort=-x is not known here.
        The filter page=0 is not known here.
        ");
    }

    #[test]
    fn a_minus_before_the_column_turns_the_order() {
        let address = parsed(Asked { sort: "-committed".into(), ..Asked::default() }).unwrap();
        assert_eq!((address.column, address.is_descending), (Column::Committed, true));
    }
}
