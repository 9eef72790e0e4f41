//! The form and the chips above a table, and its headings.

use super::TableQuery;
use crate::format;

/// A choice of the form.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Choice {
    pub(crate) value: String,
    pub(crate) text: String,
    pub(crate) is_chosen: bool,
}

/// One select of the form.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Select {
    pub(crate) name: &'static str,
    pub(crate) title: &'static str,
    pub(crate) choices: Vec<Choice>,
}

/// A filter that can be switched, with the way to do so.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Chip {
    pub(crate) text: String,
    pub(crate) link: String,
    pub(crate) is_on: bool,
}

/// All that stands above the table.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct FilterForm {
    pub(crate) action: String,
    pub(crate) text_title: &'static str,
    pub(crate) text: String,
    pub(crate) selects: Vec<Select>,
    /// Choices that the form carries along: name and value.
    pub(crate) carried: Vec<(&'static str, String)>,
    pub(crate) chips: Vec<Chip>,
    pub(crate) reset: Option<String>,
}

/// A column's heading, which sorts by it.
pub(crate) struct Heading {
    pub(crate) title: &'static str,
    pub(crate) hover: &'static str,
    /// None where the rows cannot be sorted by it.
    pub(crate) link: Option<String>,
    /// `ascending` or `descending` where the rows are in this order.
    pub(crate) sorted: Option<&'static str>,
    pub(crate) class: &'static str,
}

impl FilterForm {
    pub(crate) fn new(
        query: &TableQuery,
        text_title: &'static str,
        carried: &[&'static str],
        selects: Vec<Select>,
        chips: Vec<Chip>,
    ) -> Self {
        let carried = carried.iter().filter_map(|name| Some((*name, query.chosen(name)?)));
        Self {
            action: query.path().to_owned(),
            text_title,
            text: query.get("q").to_owned(),
            selects,
            carried: carried.collect(),
            chips,
            reset: query.is_filtered().then(|| query.path().to_owned()),
        }
    }
}

impl Chip {
    /// A filter that is on; the link takes it away.
    pub(crate) fn on(query: &TableQuery, text: impl Into<String>, names: &[&str]) -> Self {
        let without: Vec<_> = names.iter().map(|it| (*it, "")).collect();
        Self { text: text.into(), link: query.with(&without), is_on: true }
    }
}

impl Heading {
    /// The heading of a column of which the rows are sorted by `sort`; the first click
    /// shows what people look for, the next one turns the order.
    pub(crate) fn new(
        query: &TableQuery,
        (title, hover): (&'static str, &'static str),
        slug: &str,
        starts_descending: bool,
        sort: (&str, bool),
    ) -> Self {
        let (column, is_descending) = sort;
        let is_sorted = column == slug;
        let descend = if is_sorted { !is_descending } else { starts_descending };
        let next = if descend { format!("-{slug}") } else { slug.to_owned() };
        let order = if is_descending { "descending" } else { "ascending" };
        Self {
            title,
            hover,
            link: Some(query.with(&[("sort", &next)])),
            sorted: is_sorted.then_some(order),
            class: "",
        }
    }

    /// A heading that does not sort.
    pub(crate) fn plain(title: &'static str) -> Self {
        Self { title, hover: "", link: None, sorted: None, class: "" }
    }

    pub(crate) fn class(self, class: &'static str) -> Self {
        Self { class, ..self }
    }
}

/// A select with an empty first choice. A value that is not among the choices, as from
/// a link to one tag of an image, is kept as a choice of its own.
pub(crate) fn select(
    name: &'static str,
    title: &'static str,
    none: &str,
    mut choices: Vec<(String, String)>,
    value: &str,
) -> Select {
    if !value.is_empty() && !choices.iter().any(|(it, _)| it == value) {
        choices.insert(0, (value.to_owned(), format::shown(value)));
    }
    choices.insert(0, (String::new(), none.to_owned()));
    Select { name, title, choices: chosen(choices, value) }
}

/// Choices of which the one with `value` is chosen.
pub(crate) fn chosen(choices: Vec<(String, String)>, value: &str) -> Vec<Choice> {
    let choice = |(it, text): (String, String)| Choice { is_chosen: it == value, value: it, text };
    choices.into_iter().map(choice).collect()
}

/// Choices with the number of rows to which each leads.
pub(crate) fn counted(choices: Vec<(String, i64)>) -> Vec<(String, String)> {
    let told = |(value, count): (String, i64)| {
        let text = format!("{} ({})", format::shown(&value), format::number(count));
        (value, text)
    };
    choices.into_iter().map(told).collect()
}
