//! Where a page of a list ends: a position by key and not by number, so that a row that comes
//! or goes between two pages neither repeats nor skips others. A row whose own key changes
//! (its progress, where that is the order) moves with it and may be seen twice or not at all.
//!
//! Lists come in the order of their page; positions only find the place in it.

use std::hash::{DefaultHasher, Hash, Hasher};

use axum::http::Uri;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

use super::query::Paged;
use crate::error::AppError;

const DEFAULT_LIMIT: usize = 50;
const LARGEST_LIMIT: usize = 200;

/// What a row is ordered by. Rows are read in ascending order of it.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) struct Position {
    /// By the column that was chosen.
    pub(super) lead: Lead,
    /// Between equals: a name, an id, a path.
    pub(super) name: String,
    pub(super) id: i64,
    pub(super) path: String,
}

/// The value in the chosen column; whatever has none comes last both ways.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) enum Lead {
    Number(i64),
    Text(String),
    Backwards(std::cmp::Reverse<String>),
    #[default]
    Nothing,
}

impl Lead {
    /// A number in either order. Fractions keep every bit on their way through a cursor.
    pub(super) fn number(number: Option<f64>, is_descending: bool) -> Self {
        let Some(number) = number else { return Self::Nothing };
        let bits = number.to_bits().cast_signed();
        // The order of floating numbers as that of whole ones, as `f64::total_cmp` has it.
        let ordered = bits ^ ((bits >> 63).cast_unsigned() >> 1).cast_signed();
        Self::Number(if is_descending { !ordered } else { ordered })
    }

    /// A text in either order.
    pub(super) fn text(text: Option<String>, is_descending: bool) -> Self {
        match (text, is_descending) {
            (None, _) => Self::Nothing,
            (Some(text), false) => Self::Text(text),
            (Some(text), true) => Self::Backwards(std::cmp::Reverse(text)),
        }
    }
}

/// A cursor as it travels.
#[derive(Serialize, Deserialize)]
struct Cursor {
    /// Of which list: its address without the cursor and the limit.
    list: u64,
    after: Position,
}

/// A part of a list.
#[derive(Debug)]
pub(super) struct Cut<T> {
    pub(super) rows: Vec<T>,
    /// Where the next page begins, if there is one.
    pub(super) next: Option<String>,
}

impl<T> Cut<T> {
    /// The rows as they are told.
    pub(super) fn map<U>(self, tell: impl FnMut(T) -> U) -> Cut<U> {
        Cut { rows: self.rows.into_iter().map(tell).collect(), next: self.next }
    }
}

/// Which part of a list is asked for.
#[derive(Debug)]
pub(super) struct Part {
    list: u64,
    pub(super) limit: usize,
    pub(super) after: Option<Position>,
}

impl Part {
    /// Understands limit and cursor of a list at an address.
    pub(super) fn parse(address: &Uri, paged: &Paged) -> Result<Self, AppError> {
        let limit = paged.limit.map_or(DEFAULT_LIMIT, usize::from);
        if !(1..=LARGEST_LIMIT).contains(&limit) {
            return Err(AppError::BadRequest("The limit is a number from 1 to 200.".to_owned()));
        }
        let list = list_of(address);
        let after = paged.cursor.as_deref().map(|it| position(it, list)).transpose()?;
        Ok(Self { list, limit, after })
    }

    /// The rows of this part, of all rows of the list in the order of their positions.
    pub(super) fn cut<T: Copy>(&self, rows: &[T], position: impl Fn(T) -> Position) -> Cut<T> {
        let first = self
            .after
            .as_ref()
            .map_or(0, |after| rows.partition_point(|it| position(*it) <= *after));
        let rest = rows.get(first..).unwrap_or_default();
        let shown = rest.iter().take(self.limit + 1);
        self.first_of(shown.map(|it| (position(*it), *it)).collect())
    }

    /// The rows of this part, of those that follow its beginning, in order and at least one
    /// more than the limit where there are more.
    pub(super) fn first_of<T>(&self, mut rows: Vec<(Position, T)>) -> Cut<T> {
        let is_last = rows.len() <= self.limit;
        rows.truncate(self.limit);
        let last = rows.last().filter(|_| !is_last);
        let next = last.map(|(it, _)| text(&Cursor { list: self.list, after: it.clone() }));
        Cut { rows: rows.into_iter().map(|(_, it)| it).collect(), next }
    }
}

/// The address of the next page.
pub(super) fn next_address(address: &Uri, cursor: &str) -> String {
    let kept = pairs(address).filter(|it| !it.starts_with("cursor="));
    let cursor = format!("cursor={cursor}");
    let query: Vec<&str> = kept.chain([cursor.as_str()]).collect();
    format!("{}?{}", address.path(), query.join("&"))
}

/// What a cursor is bound to: the list, its filter and its order.
fn list_of(address: &Uri) -> u64 {
    let turns = |it: &&str| it.starts_with("cursor=") || it.starts_with("limit=");
    let mut chosen: Vec<&str> = pairs(address).filter(|it| !turns(it)).collect();
    chosen.sort_unstable();
    let mut hasher = DefaultHasher::new();
    (address.path(), chosen).hash(&mut hasher);
    hasher.finish()
}

fn pairs(address: &Uri) -> impl Iterator<Item = &str> {
    address.query().unwrap_or_default().split('&').filter(|it| !it.is_empty())
}

fn position(text: &str, list: u64) -> Result<Position, AppError> {
    let broken = || AppError::BadRequest("This cursor is none of ours.".to_owned());
    let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| broken())?;
    let cursor: Cursor = serde_json::from_slice(&bytes).map_err(|_| broken())?;
    if cursor.list != list {
        let sentence = "This cursor belongs to another list, filter or order. Begin again \
                        without a cursor.";
        return Err(AppError::BadRequest(sentence.to_owned()));
    }
    Ok(cursor.after)
}

fn text(cursor: &Cursor) -> String {
    // Numbers and text always fit into JSON.
    URL_SAFE_NO_PAD.encode(serde_json::to_vec(cursor).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(address: &str, cursor: Option<&str>) -> Result<Part, String> {
        let paged = Paged { limit: Some(2), cursor: cursor.map(str::to_owned) };
        Part::parse(&address.parse().unwrap(), &paged).map_err(|it| it.to_string())
    }

    fn cut<'a>(address: &str, cursor: Option<&str>, names: &[&'a str]) -> Cut<&'a str> {
        let named = |it: &str| Position { name: it.to_owned(), ..Position::default() };
        part(address, cursor).unwrap().cut(names, named)
    }

    #[test]
    fn rows_that_come_and_go_between_pages_move_no_others() {
        let first = cut("/a?q=x", None, &["a", "b", "c", "d"]);
        assert_eq!(first.rows, ["a", "b"]);
        // `b`, at which the page ended, is gone, and `aa` and `bb` came.
        let second = cut("/a?q=x&limit=9", first.next.as_deref(), &["a", "aa", "bb", "c", "d"]);
        assert_eq!(second.rows, ["bb", "c"]);
        let third = cut("/a?q=x", second.next.as_deref(), &["c", "d"]);
        assert_eq!((third.rows, third.next), (vec!["d"], None));
    }

    #[test]
    fn a_cursor_of_another_list_and_a_broken_one_are_refused() {
        let next = cut("/a?q=x", None, &["a", "b", "c"]).next;
        for address in ["/b?q=x", "/a?q=y", "/a", "/a?q=x&sort=name"] {
            assert!(part(address, next.as_deref()).unwrap_err().contains("another list"));
        }
        for broken in ["", "x", "e30", "%", "\u{fc}"] {
            assert!(part("/a?q=x", Some(broken)).unwrap_err().contains("none of ours"));
        }
    }

    #[test]
    fn numbers_are_in_order_both_ways_and_nothing_comes_last() {
        let numbers = [None, Some(-1.5), Some(0.0), Some(1.0 / 3.0), Some(2.0)];
        for is_descending in [false, true] {
            let mut leads = numbers.map(|it| (Lead::number(it, is_descending), it));
            leads.sort_by(|one, other| one.0.cmp(&other.0));
            let mut sorted: Vec<f64> = leads.iter().filter_map(|(_, it)| *it).collect();
            if is_descending {
                sorted.reverse();
            }
            assert!(sorted.is_sorted() && leads[4].1.is_none(), "{leads:?}");
        }
    }
}
