//! Fields of commits, directories, their entries and blobs.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::super::connection::{Rows, moment};
use super::super::execute::Executor;
use super::super::global_id;
use super::super::node::{Node, Resolved};
use super::super::plan::Args;
use super::{Outcome, text, unserved, value};
use crate::git::{Blob, Commit, Mode, Oid, TreeEntry};
use crate::world::Snapshot;

/// GitHub cuts the text of a blob here.
const TEXT_LIMIT: usize = 512_000;

/// How far GitHub looks for a NUL to tell binary from text.
const BINARY_WINDOW: usize = 8_000;

impl<'w> Executor<'w> {
    /// `object(oid:)` or `object(expression:)`.
    pub(super) fn object_of(&self, repository: &Snapshot<'w>, arguments: &Args) -> Outcome<'w> {
        let oid = text(arguments, "oid");
        if !oid.is_empty() {
            let node = oid.parse().ok().and_then(|it| by_oid(repository, it, String::new()));
            return Ok(Resolved::maybe(node));
        }
        let expression = text(arguments, "expression");
        let Some((revision, path)) = expression.split_once(':') else {
            let by_oid =
                expression.parse().ok().and_then(|it| by_oid(repository, it, String::new()));
            let commit = || repository.revision(expression).map(|it| Node::Commit(*repository, it));
            return Ok(Resolved::maybe(by_oid.or_else(commit)));
        };
        let Some(commit) = repository.revision(revision) else {
            return Ok(Resolved::maybe(None));
        };
        if path.is_empty() {
            return Ok(Resolved::maybe(by_oid(repository, commit.tree, String::new())));
        }
        let entry = repository.entry(commit.tree, path);
        Ok(Resolved::maybe(entry.and_then(|it| by_oid(repository, it.oid, path.to_owned()))))
    }

    pub(super) fn of_commit(
        &self,
        repository: &Snapshot<'w>,
        commit: &'w Commit,
        field: &str,
        arguments: &Args,
    ) -> Outcome<'w> {
        match field {
            "message" => value(json!(commit.message)),
            "messageHeadline" => value(json!(commit.message.lines().next().unwrap_or_default())),
            "committedDate" | "authoredDate" => value(json!(moment(commit.at))),
            "author" | "committer" => Ok(Resolved::Node(actor(commit))),
            "tree" => Ok(Resolved::Node(Node::Tree(*repository, commit.tree, String::new()))),
            "file" => {
                let path = text(arguments, "path");
                let entry = repository.entry(commit.tree, path);
                Ok(Resolved::maybe(entry.map(|it| Node::Entry(*repository, it, path.to_owned()))))
            }
            "history" => self.history(repository, commit, arguments),
            "parents" => {
                let parent = commit.parent.and_then(|it| repository.commit(it));
                let nodes = parent.map(|it| Node::Commit(*repository, it)).into_iter().collect();
                let rows = Rows::in_order("CommitConnection", "CommitEdge", nodes);
                Ok(Resolved::Node(Node::Connection(Box::new(rows.window(arguments)?))))
            }
            other => of_object(&Node::Commit(*repository, commit), repository, commit.oid, other),
        }
    }

    fn history(
        &self,
        repository: &Snapshot<'w>,
        commit: &'w Commit,
        arguments: &Args,
    ) -> Outcome<'w> {
        let Some(start) = repository.commit(commit.oid) else { return Ok(Resolved::maybe(None)) };
        let mut commits = match arguments.get("path").and_then(Value::as_str) {
            Some(path) => repository.history_of(start, path),
            None => repository.history(start).collect(),
        };
        let moment = |name: &str| text(arguments, name).parse::<DateTime<Utc>>().ok();
        let (since, until) = (moment("since"), moment("until"));
        commits.retain(|it| since.is_none_or(|since| it.at >= since));
        commits.retain(|it| until.is_none_or(|until| it.at <= until));
        let nodes = commits.into_iter().map(|it| Node::Commit(*repository, it)).collect();
        let rows = Rows::in_order("CommitHistoryConnection", "CommitEdge", nodes);
        Ok(Resolved::Node(Node::Connection(Box::new(rows.window(arguments)?))))
    }

    pub(super) fn of_tree(
        &mut self,
        repository: &Snapshot<'w>,
        oid: Oid,
        path: &str,
        field: &str,
    ) -> Outcome<'w> {
        let node = Node::Tree(*repository, oid, path.to_owned());
        if field != "entries" {
            return of_object(&node, repository, oid, field);
        }
        self.served.trees += 1;
        let entries = repository.tree(oid).into_iter().flat_map(|it| it.iter());
        let entry = |it: &'w TreeEntry| Some(Node::Entry(*repository, it, joined(path, &it.name)));
        Ok(Resolved::List(entries.map(entry).collect()))
    }

    pub(super) fn of_entry(
        &self,
        repository: &Snapshot<'w>,
        entry: &'w TreeEntry,
        path: &str,
        field: &str,
    ) -> Outcome<'w> {
        match field {
            "name" => value(json!(entry.name)),
            "path" => value(json!(path)),
            "oid" => value(json!(entry.oid.to_string())),
            "mode" => value(json!(entry.mode.number())),
            "type" => value(json!(entry.mode.object_type())),
            "size" => {
                let size = repository.blob(entry.oid).and_then(|it| it.size);
                value(json!(size.unwrap_or_default()))
            }
            "extension" => {
                let extension = entry.name.rsplit_once('.').map(|(_, it)| format!(".{it}"));
                value(json!(extension.unwrap_or_default()))
            }
            "repository" => Ok(Resolved::Node(Node::Repository(*repository))),
            "object" if entry.mode == Mode::Submodule => Ok(Resolved::maybe(None)),
            "object" => Ok(Resolved::maybe(by_oid(repository, entry.oid, path.to_owned()))),
            other => unserved(&Node::Entry(*repository, entry, path.to_owned()), other),
        }
    }

    pub(super) fn of_blob(
        &mut self,
        repository: &Snapshot<'w>,
        (oid, blob): (Oid, &'w Blob),
        field: &str,
    ) -> Outcome<'w> {
        let bytes = blob.bytes.as_deref().unwrap_or_default();
        match field {
            "byteSize" => value(json!(blob.size.unwrap_or_default())),
            "isBinary" => value(json!(is_binary(bytes))),
            "isTruncated" => value(json!(bytes.len() > TEXT_LIMIT)),
            "text" => {
                self.served.blob_oids.push(oid.to_string());
                value(json!(text_of(bytes)))
            }
            other => of_object(&Node::Blob(*repository, oid, blob), repository, oid, other),
        }
    }
}

/// What every git object has.
fn of_object<'w>(node: &Node<'_>, repository: &Snapshot<'w>, oid: Oid, field: &str) -> Outcome<'w> {
    let text = oid.to_string();
    match field {
        "oid" => value(json!(text)),
        "abbreviatedOid" => value(json!(text.chars().take(7).collect::<String>())),
        "id" => {
            let id = format!("{}:{text}", repository.repository.id);
            value(json!(global_id(node.type_name(), id)))
        }
        "repository" => Ok(Resolved::Node(Node::Repository(*repository))),
        other => unserved(node, other),
    }
}

/// The object with a sha. A blob that a corpus lists without its content is not there.
fn by_oid<'w>(repository: &Snapshot<'w>, oid: Oid, path: String) -> Option<Node<'w>> {
    let blob = repository.blob(oid).filter(|it| it.bytes.is_some());
    if let Some(blob) = blob {
        return Some(Node::Blob(*repository, oid, blob));
    }
    if repository.tree(oid).is_some() {
        return Some(Node::Tree(*repository, oid, path));
    }
    repository.commit(oid).map(|it| Node::Commit(*repository, it))
}

fn joined(directory: &str, name: &str) -> String {
    if directory.is_empty() { name.to_owned() } else { format!("{directory}/{name}") }
}

fn actor<'w>(commit: &Commit) -> Node<'w> {
    let fields = [
        ("__typename", json!("GitActor")),
        ("name", json!(commit.author)),
        ("email", json!(commit.address())),
        ("date", json!(moment(commit.at))),
    ];
    Node::Record(fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
}

fn is_binary(bytes: &[u8]) -> bool {
    bytes.iter().take(BINARY_WINDOW).any(|it| *it == 0)
}

/// The text as GitHub gives it: none for a binary file, cut at the limit, and
/// other encodings turned into UTF-8, so that it may differ from the bytes.
fn text_of(bytes: &[u8]) -> Option<String> {
    if is_binary(bytes) {
        return None;
    }
    let mut text = match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => bytes.iter().map(|it| char::from(*it)).collect(),
    };
    text.truncate(text.floor_char_boundary(TEXT_LIMIT));
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_cut_at_the_limit_and_never_within_a_character() {
        let long = "é".repeat(300_000);
        assert_eq!(text_of(long.as_bytes()).unwrap().len(), TEXT_LIMIT);
        let odd = format!("x{long}");
        assert_eq!(text_of(odd.as_bytes()).unwrap().len(), TEXT_LIMIT - 1);
    }

    #[test]
    fn a_binary_file_has_no_text() {
        assert_eq!(text_of(b"\0\x01"), None);
        assert_eq!(text_of(b""), Some(String::new()));
    }

    #[test]
    fn another_encoding_becomes_utf_8() {
        assert_eq!(text_of(b"caf\xe9").as_deref(), Some("caf\u{e9}"));
    }
}
