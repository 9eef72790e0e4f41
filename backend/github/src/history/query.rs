//! The text that asks for the past of a batch of files, and its variables: paths and
//! cursors are anybody's text and never part of the query.

use std::fmt::Write as _;

use chrono::SecondsFormat;
use names::OrgLogin;
use serde_json::{Map, Value};

use super::WantedHistory;

/// What is asked of each commit. The size comes along, so that no large file is fetched.
const VERSION: &str = "nodes { oid committedDate file(path: $p@) { mode oid size } }";

/// A page of a file's commits.
#[derive(Debug, Clone)]
pub(super) struct Page<'a> {
    /// The file.
    pub(super) of: &'a WantedHistory,
    /// Where the page before ended; none for the first one.
    pub(super) after: Option<String>,
}

/// Aliases: `r0`, `r1` … one for each run of the same repository, inside them by place in
/// the batch `h0` for the commits since the beginning and, on the first page, `b0` for the
/// last one until then.
pub(super) fn histories(owner: &OrgLogin, batch: &[&Page<'_>]) -> String {
    let mut text = declared(batch);
    let mut place = 0;
    let runs = batch.chunk_by(|left, right| left.of.repository == right.of.repository);
    for (index, run) in runs.enumerate() {
        let Some(first) = run.first() else { continue };
        let name = &first.of.repository;
        // Logins and names hold neither quotes nor backslashes: their types say so.
        let _ = writeln!(
            text,
            "  r{index}: repository(owner: \"{owner}\", name: \"{name}\") {{ \
             defaultBranchRef {{ target {{ ... on Commit {{"
        );
        for page in run {
            text.push_str(&asked(page, place));
            place += 1;
        }
        text.push_str("  } } } }\n");
    }
    text.push_str("  rateLimit { cost remaining resetAt }\n}");
    text
}

fn declared(batch: &[&Page<'_>]) -> String {
    let paths = (0..batch.len()).map(|place| format!("$p{place}: String!"));
    let pages = batch.iter().enumerate().filter(|(_, it)| it.after.is_some());
    let cursors = pages.map(|(place, _)| format!("$a{place}: String!"));
    format!("query({}) {{\n", paths.chain(cursors).collect::<Vec<_>>().join(", "))
}

fn asked(page: &Page<'_>, place: usize) -> String {
    let version = VERSION.replace('@', &place.to_string());
    let since = page.of.since.to_rfc3339_opts(SecondsFormat::Secs, true);
    let after = page.after.as_ref().map(|_| format!(", after: $a{place}")).unwrap_or_default();
    let mut text = format!(
        "    h{place}: history(first: 100, path: $p{place}, since: \"{since}\"{after}) \
         {{ {version} pageInfo {{ hasNextPage endCursor }} }}\n"
    );
    if page.after.is_none() {
        let _ = writeln!(
            text,
            "    b{place}: history(first: 1, path: $p{place}, until: \"{since}\") {{ {version} }}"
        );
    }
    text
}

pub(super) fn variables(batch: &[&Page<'_>]) -> Value {
    let mut variables = Map::new();
    for (place, page) in batch.iter().enumerate() {
        variables.insert(format!("p{place}"), page.of.path.as_str().into());
        if let Some(after) = &page.after {
            variables.insert(format!("a{place}"), after.as_str().into());
        }
    }
    variables.into()
}

/// An example over two repositories, first and further pages, to be checked against
/// GitHub's schema.
pub(crate) fn example(owner: &OrgLogin, of: &[WantedHistory]) -> String {
    let first = of.iter().map(|of| Page { of, after: None });
    let further = of.iter().map(|of| Page { of, after: Some(String::new()) });
    let pages: Vec<_> = first.chain(further).collect();
    histories(owner, &pages.iter().collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hostile_path_is_no_part_of_the_text() {
        let path = "a\") { viewer { login } } #/Dockerfile";
        let of = WantedHistory {
            repository: "shop".parse().unwrap(),
            path: path.parse().unwrap(),
            since: chrono::DateTime::UNIX_EPOCH,
        };
        let page = Page { of: &of, after: Some("x\"y".to_owned()) };
        let text = histories(&"acme".parse().unwrap(), &[&page]);
        assert!(!text.contains("viewer") && !text.contains("x\"y"), "{text}");
        assert_eq!(variables(&[&page]), serde_json::json!({ "p0": path, "a0": "x\"y" }));
    }
}
