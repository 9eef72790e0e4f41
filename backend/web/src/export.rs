//! Tables as files: exactly the rows of the table in its order, all its pages, and when the
//! facts were crawled.

use std::borrow::Cow;

use axum::BoxError;
use axum::body::Body;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use csv::{QuoteStyle, WriterBuilder};
use futures_util::{Stream, StreamExt as _, stream};
use store::StoreError;
use store::read::OrganizationHeader;

/// Rows that are written before the first of them is sent.
const AT_ONCE: usize = 500;

/// Rows as CSV, a heading first. They are written while they are sent.
pub(crate) fn csv(
    header: &OrganizationHeader,
    table: &str,
    headings: Vec<&'static str>,
    rows: impl Iterator<Item = Vec<String>> + Send + 'static,
) -> Response {
    let mut rows = rows.peekable();
    let parts = std::iter::from_fn(move || {
        rows.peek()?;
        Some(Ok(rows.by_ref().take(AT_ONCE).collect()))
    });
    csv_in_parts(header, table, headings, stream::iter(parts))
}

/// As [`csv`], of rows that are read while others are sent. An error ends the file unfinished,
/// so that its reader is told of it by the connection.
pub(crate) fn csv_in_parts(
    header: &OrganizationHeader,
    table: &str,
    headings: Vec<&'static str>,
    parts: impl Stream<Item = Result<Vec<Vec<String>>, StoreError>> + Send + 'static,
) -> Response {
    let sample = if header.is_sample { "-sample" } else { "" };
    csv_file(&format!("{}{sample}-{table}.csv", header.login), headings, parts)
}

/// As [`csv_in_parts`], of no organization in particular.
pub(crate) fn csv_file(
    name: &str,
    headings: Vec<&'static str>,
    parts: impl Stream<Item = Result<Vec<Vec<String>>, StoreError>> + Send + 'static,
) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
    ];
    let headings = headings.into_iter().map(str::to_owned).collect();
    let parts = stream::iter([Ok(vec![headings])]).chain(parts);
    let parts = parts.map(|it| written(it?.into_iter()).map_err(BoxError::from));
    (headers, Body::from_stream(parts)).into_response()
}

/// Every text stands in quotes: where a spreadsheet splits cells at semicolons, one of a
/// name does not begin a cell.
fn written(rows: impl Iterator<Item = Vec<String>>) -> Result<Vec<u8>, csv::Error> {
    let mut writer =
        WriterBuilder::new().quote_style(QuoteStyle::NonNumeric).from_writer(Vec::new());
    for row in rows {
        writer.write_record(row.iter().map(|it| harmless(it).into_owned()))?;
    }
    writer.into_inner().map_err(|it| it.into_error().into())
}

/// A moment as machines read it; empty for none.
pub(crate) fn moment(at: Option<DateTime<Utc>>) -> String {
    at.map(|it| it.format("%Y-%m-%dT%H:%M:%SZ").to_string()).unwrap_or_default()
}

/// A cell that a spreadsheet does not take for a formula, whatever it skips before one.
fn harmless(text: &str) -> Cow<'_, str> {
    let is_formula = text.starts_with(['\t', '\r', '\n'])
        || text.trim_start_matches(is_skipped).starts_with(SIGNS);
    if is_formula { Cow::Owned(format!("'{text}")) } else { Cow::Borrowed(text) }
}

/// What begins a formula, also as full-width and small forms.
const SIGNS: [char; 13] = [
    '=', '+', '-', '@', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}', '\u{fe66}', '\u{fe62}',
    '\u{fe63}', '\u{fe6b}', '\u{2212}',
];

/// White space, quotes, and what nobody sees: controls, marks of direction, joiners.
fn is_skipped(it: char) -> bool {
    it.is_whitespace()
        || it.is_control()
        || matches!(it, '"' | '\'' | '`' | '\u{2018}'..='\u{201f}' | '\u{ff02}' | '\u{ff07}')
        || matches!(it, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}')
        || matches!(it, '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_begins_a_formula_is_taken_for_text() {
        for text in [
            "=1+1",
            "+1+1",
            "-1+1",
            "@SUM(A1)",
            "\t=1",
            "\rx",
            "\nx",
            "  =1",
            "\"=1",
            "'=1",
            "\u{a0}@x",
            "\u{ff1d}1",
            "\u{ff0b}1",
            "\u{ff0d}x",
            "\u{ff20}x",
            "\u{feff}=1",
            "\u{202e}=1",
            " \t\"=1",
            "-x",
            "\u{1}=1",
        ] {
            assert_eq!(harmless(text), format!("'{text}"), "{text:?}");
        }
        for text in ["", "a=1", "web-team", "node:20", "12", "\u{202e}gnp", "2026-11-23"] {
            assert_eq!(harmless(text), text);
        }
    }

    #[test]
    fn a_text_stays_one_cell_whatever_is_in_it() {
        let odd = "a;=1,\"b\"\r\nc\u{202e}\u{1}".to_owned();
        let rows = [vec![odd.clone(), "7".to_owned()]];
        let bytes = written(rows.into_iter()).unwrap();
        let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(&bytes[..]);
        let read: Vec<_> = reader.records().map(Result::unwrap).collect();
        assert_eq!(read, [csv::StringRecord::from(vec![odd.as_str(), "7"])]);
        assert!(bytes.ends_with(b",7\n"));
    }
}
