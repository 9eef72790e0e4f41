//! The choices in a table's address: read once, and printed again with one changed.

use axum::extract::Query;
use axum::http::Uri;
use checklist::Item;
use store::read::repository_filter::{Team, VerdictGroup};

use super::NO_OWNER;
use crate::error::AppError;
use crate::links;

/// Nobody turns further; a larger number is a slip.
const LAST_PAGE: usize = 1_000_000;
/// Nobody types more into a field.
const LONGEST_TEXT: usize = 200;

/// Every choice that a table knows, empty where nothing was chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TableQuery {
    path: String,
    pairs: Vec<(&'static str, String)>,
    /// From 1.
    pub(crate) page: usize,
    /// The address carries what a form sends although nobody chose it.
    pub(crate) has_empty_values: bool,
}

impl TableQuery {
    /// Reads the choices called `names` of the table at `path`; `q` is a text that people
    /// type. An item without a verdict means what is left; a verdict without an item nothing.
    pub(crate) fn parse(
        asked: &Uri,
        path: String,
        names: &[&'static str],
    ) -> Result<Self, AppError> {
        let Query(mut asked_pairs) = Query::<Vec<(String, String)>>::try_from_uri(asked)?;
        let mut value = |name: &str| {
            let place = asked_pairs.iter().position(|(it, _)| it == name);
            let value = place.map(|it| asked_pairs.remove(it).1).unwrap_or_default();
            if name == "q" { typed(&value) } else { value.replace('\0', "") }
        };
        let pairs = names.iter().map(|name| (*name, value(name))).collect();
        let page = page_number(&value("page"))?;
        let has_empty_values =
            asked.query().is_some_and(|it| it.split('&').any(|pair| pair.ends_with('=')));
        let mut query = Self { path, pairs, page, has_empty_values };
        match (query.get("item").is_empty(), query.get("verdict").is_empty()) {
            (true, _) => query.set("verdict", String::new()),
            (false, true) => query.set("verdict", VerdictGroup::Left.slug().to_owned()),
            (false, false) => {}
        }
        Ok(query)
    }

    /// What was chosen; empty for nothing.
    pub(crate) fn get(&self, name: &str) -> &str {
        self.pairs.iter().find(|(it, _)| *it == name).map_or("", |(_, value)| value)
    }

    /// What was chosen, if anything.
    pub(crate) fn chosen(&self, name: &str) -> Option<String> {
        Some(self.get(name)).filter(|it| !it.is_empty()).map(str::to_owned)
    }

    fn set(&mut self, name: &str, to: String) {
        if let Some((_, value)) = self.pairs.iter_mut().find(|(it, _)| *it == name) {
            *value = to;
        }
    }

    /// The address with some choices changed, from its first page on.
    pub(crate) fn with(&self, changes: &[(&str, &str)]) -> String {
        let changed = |name: &str| changes.iter().find(|(it, _)| *it == name).map(|(_, to)| *to);
        let kept = self.pairs.iter().map(|(name, now)| (*name, changed(name).unwrap_or(now)));
        let turned = changes.iter().copied().filter(|(name, _)| *name == "page");
        links::with_query(&self.path, &kept.chain(turned).collect::<Vec<_>>())
    }

    /// The address without what nobody chose.
    pub(crate) fn canonical(&self) -> String {
        let page = self.page.to_string();
        self.with(&[("page", if self.page == 1 { "" } else { &page })])
    }

    /// The choices alone, as a saved view keeps them.
    pub(crate) fn text(&self) -> String {
        let first_page = self.with(&[]);
        first_page.split_once('?').map(|(_, query)| query.to_owned()).unwrap_or_default()
    }

    /// The address of the same rows in another form.
    pub(crate) fn as_file(&self, extension: &str) -> String {
        let pairs: Vec<_> = self.pairs.iter().map(|(name, now)| (*name, now.as_str())).collect();
        links::with_query(&format!("{}.{extension}", self.path), &pairs)
    }

    /// The table without any choice.
    pub(crate) fn path(&self) -> &str {
        &self.path
    }

    /// True if any row is filtered out by a choice.
    pub(crate) fn is_filtered(&self) -> bool {
        self.pairs.iter().any(|(name, value)| *name != "sort" && !value.is_empty())
    }

    /// The column of the order and whether its largest come first.
    pub(crate) fn sort(&self, default: &'static str) -> (&str, bool) {
        let asked = self.get("sort");
        let sort = if asked.is_empty() { default } else { asked };
        sort.strip_prefix('-').map_or((sort, false), |it| (it, true))
    }
}

fn typed(text: &str) -> String {
    text.trim().chars().filter(|it| *it != '\0').take(LONGEST_TEXT).collect()
}

fn page_number(text: &str) -> Result<usize, AppError> {
    if text.is_empty() {
        return Ok(1);
    }
    let number = text.parse().ok().filter(|it| (1..=LAST_PAGE).contains(it));
    number.ok_or_else(|| unknown("page", text))
}

/// The item and the verdicts that are asked for.
pub(crate) fn asked_item(query: &TableQuery) -> Result<Option<(Item, VerdictGroup)>, AppError> {
    let (item, verdict) = (query.get("item"), query.get("verdict"));
    if item.is_empty() {
        return Ok(None);
    }
    let group = VerdictGroup::from_slug(verdict).ok_or_else(|| unknown("verdict", verdict))?;
    Ok(Some((Item::from_slug(item).ok_or_else(|| unknown("item", item))?, group)))
}

/// The team that is asked for.
pub(crate) fn asked_team(query: &TableQuery) -> Option<Team> {
    let team = query.chosen("team")?;
    Some(if team == NO_OWNER { Team::NoOwner } else { Team::Named(team) })
}

/// The address of a query that was kept without its path.
pub(crate) fn kept(query: &str) -> Result<Uri, AppError> {
    let unreadable = |_| AppError::BadRequest("This view cannot be read.".to_owned());
    format!("/?{query}").parse().map_err(unreadable)
}

/// What cannot be understood is said, not skipped: a skipped filter would show wrong rows.
pub(crate) fn unknown(name: &str, value: &str) -> AppError {
    let shown: String = value.chars().take(60).collect();
    AppError::BadRequest(format!("The filter {name}={shown} is not known here."))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(query: &str) -> Result<TableQuery, AppError> {
        let uri = format!("/?{query}").parse().unwrap();
        TableQuery::parse(&uri, "/rows".to_owned(), &["q", "item", "verdict", "team", "sort"])
    }

    #[test]
    fn an_address_prints_itself_with_one_choice_changed() {
        let query = parsed("q=+api+&item=ports&page=3").unwrap();
        insta::assert_snapshot!(query.with(&[("team", "a b")]), @"/rows?q=api&item=ports&verdict=left&team=a%20b");
        insta::assert_snapshot!(query.with(&[("item", ""), ("verdict", ""), ("page", "2")]), @"/rows?q=api&page=2");
        insta::assert_snapshot!(query.as_file("csv"), @"/rows.csv?q=api&item=ports&verdict=left");
        insta::assert_snapshot!(query.canonical(), @"/rows?q=api&item=ports&verdict=left&page=3");
        insta::assert_snapshot!(query.text(), @"q=api&item=ports&verdict=left");
    }

    #[test]
    fn of_a_choice_that_is_there_twice_the_first_counts() {
        let query = parsed("q=api&team=one&sort=name&team=two").unwrap();
        insta::assert_snapshot!(query.text(), @"q=api&team=one&sort=name");
        let query = parsed("item=ports&team=one&team=two").unwrap();
        assert_eq!(query.get("team"), "one");
    }

    #[test]
    fn a_page_that_is_no_number_is_said() {
        let told = parsed("page=0").unwrap_err().to_string();
        assert_eq!(told, "The filter page=0 is not known here.");
    }
}
