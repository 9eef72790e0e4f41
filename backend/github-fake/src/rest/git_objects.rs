//! Commits, trees and blobs.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::Call;
use super::repositories::Page;
use crate::answer::{Answer, JSON};
use crate::git::{Commit, Mode, Oid};
use crate::graphql::global_id;
use crate::server::{Shared, TreeLimits, lock};
use crate::world::{Listed, Snapshot};

const EMPTY: &str = "Git Repository is empty.";

/// Bytes of JSON of an entry beside its path and the repository's address, roughly.
const ENTRY_BYTES: usize = 190;

fn address(call: &Call<'_>, repository: &Snapshot<'_>) -> String {
    let repository = repository.repository;
    format!("{}/repos/{}/{}", call.base, repository.owner, repository.name)
}

pub(super) fn commit(call: &Call<'_>, repository: &Snapshot<'_>, reference: &str) -> Answer {
    if repository.is_empty() {
        return Answer::error(409, EMPTY);
    }
    let Some(commit) = repository.revision(reference) else {
        return Answer::error(422, &format!("No commit found for SHA: {reference}"));
    };
    if call.accepts("sha") {
        let media_type = "application/vnd.github.sha; charset=utf-8";
        let answer = Answer::typed(200, media_type, commit.oid.to_string().into());
        return answer.with("etag", format!("\"{}\"", commit.oid));
    }
    let mut body = show_commit(call, repository, commit);
    if let Some(fields) = body.as_object_mut() {
        fields.insert("stats".to_owned(), json!({"additions": 0, "deletions": 0, "total": 0}));
        fields.insert("files".to_owned(), json!([]));
    }
    Answer::json(200, &body)
}

pub(super) fn commits(call: &Call<'_>, repository: &Snapshot<'_>) -> Answer {
    if repository.is_empty() {
        return Answer::error(409, EMPTY);
    }
    let start = call.query.get("sha").map_or("HEAD", String::as_str);
    let Some(start) = repository.revision(start) else { return Answer::not_found() };
    let mut found = match call.query.get("path") {
        Some(path) => repository.history_of(start, path.trim_matches('/')),
        None => repository.history(start).collect(),
    };
    let moment = |name: &str| call.query.get(name).and_then(|it| it.parse::<DateTime<Utc>>().ok());
    if let Some(since) = moment("since") {
        found.retain(|it| it.at >= since);
    }
    if let Some(until) = moment("until") {
        found.retain(|it| it.at <= until);
    }
    let page = Page::of(call, found.len());
    let rows = found.iter().skip(page.size * (page.number - 1)).take(page.size);
    let rows: Vec<Value> = rows.map(|it| show_commit(call, repository, it)).collect();
    let answer = Answer::json(200, &Value::Array(rows));
    let id = repository.repository.id;
    match page.links(call, &format!("{}/repositories/{id}/commits", call.base)) {
        Some(links) => answer.with("link", links),
        None => answer,
    }
}

fn show_commit(call: &Call<'_>, repository: &Snapshot<'_>, commit: &Commit) -> Value {
    let url = address(call, repository);
    let full_name = format!("{}/{}", repository.repository.owner, repository.repository.name);
    let who = json!({"name": commit.author, "email": commit.address(), "date": commit.at});
    let parents: Vec<Value> = commit
        .parent
        .iter()
        .map(|it| {
            json!({
                "sha": it.to_string(),
                "url": format!("{url}/commits/{it}"),
                "html_url": format!("https://github.com/{full_name}/commit/{it}"),
            })
        })
        .collect();
    json!({
        "sha": commit.oid.to_string(),
        "node_id": global_id("Commit", repository.repository.id.0),
        "url": format!("{url}/commits/{}", commit.oid),
        "html_url": format!("https://github.com/{full_name}/commit/{}", commit.oid),
        "comments_url": format!("{url}/commits/{}/comments", commit.oid),
        "commit": {
            "url": format!("{url}/git/commits/{}", commit.oid),
            "author": who,
            "committer": who,
            "message": commit.message,
            "comment_count": 0,
            "tree": {
                "sha": commit.tree.to_string(),
                "url": format!("{url}/git/trees/{}", commit.tree),
            },
            "verification": {
                "verified": false, "reason": "unsigned",
                "signature": null, "payload": null, "verified_at": null,
            },
        },
        "author": null,
        "committer": null,
        "parents": parents,
    })
}

pub(super) fn tree(
    shared: &Shared,
    call: &Call<'_>,
    repository: &Snapshot<'_>,
    reference: &str,
) -> Answer {
    if repository.is_empty() {
        return Answer::error(409, EMPTY);
    }
    let Some(tree) = repository.tree_of(reference) else { return Answer::not_found() };
    lock(&shared.account).trees += 1;
    let is_recursive = call.query.contains_key("recursive");
    let mut listed = if is_recursive {
        repository.recursive(tree)
    } else {
        repository.tree(tree).map_or_else(Vec::new, |it| level(it))
    };
    let url = address(call, repository);
    let kept = kept_within(shared.options.tree_limits, &listed, url.len() + ENTRY_BYTES);
    let truncated = kept < listed.len();
    listed.truncate(kept);
    Answer::typed(200, JSON, show_tree(repository, tree, &listed, truncated, &url).into())
}

/// The answer's text. A listing has thousands of entries and is most of what a crawl
/// asks for, so it is written without a JSON value for each.
fn show_tree(
    repository: &Snapshot<'_>,
    tree: Oid,
    listed: &[Listed],
    truncated: bool,
    url: &str,
) -> String {
    let paths: usize = listed.iter().map(|it| it.path.len()).sum();
    let mut body = String::with_capacity(200 + paths + listed.len() * (url.len() + ENTRY_BYTES));
    body.push_str("{\"sha\":\"");
    body.push_str(&tree.to_string());
    body.push_str("\",\"url\":\"");
    body.push_str(url);
    body.push_str("/git/trees/");
    body.push_str(&tree.to_string());
    body.push_str("\",\"tree\":[");
    for (index, entry) in listed.iter().enumerate() {
        body.push_str(if index == 0 { "{" } else { ",{" });
        write_entry(&mut body, url, repository, entry);
        body.push('}');
    }
    body.push_str(if truncated { "],\"truncated\":true}" } else { "],\"truncated\":false}" });
    body
}

fn level(entries: &[crate::git::TreeEntry]) -> Vec<Listed> {
    let listed =
        |it: &crate::git::TreeEntry| Listed { path: it.name.clone(), mode: it.mode, oid: it.oid };
    entries.iter().map(listed).collect()
}

/// How many entries fit into one answer.
fn kept_within(limits: TreeLimits, listed: &[Listed], entry_bytes: usize) -> usize {
    let mut bytes = 0;
    let fitting = listed.iter().take(limits.entries).take_while(|it| {
        bytes += it.path.len() + entry_bytes;
        bytes <= limits.bytes
    });
    fitting.count()
}

fn write_entry(body: &mut String, url: &str, repository: &Snapshot<'_>, entry: &Listed) {
    let sha = entry.oid.to_string();
    let mut field = |name: &str, parts: &[&str]| {
        body.push_str(name);
        parts.iter().for_each(|it| body.push_str(it));
        body.push('"');
    };
    let path = Value::from(entry.path.as_str()).to_string();
    field("\"path\":", &[path.strip_suffix('"').unwrap_or(&path)]);
    field(",\"mode\":\"", &[entry.mode.digits()]);
    field(",\"type\":\"", &[entry.mode.object_type()]);
    field(",\"sha\":\"", &[&sha]);
    match entry.mode {
        Mode::Submodule => {}
        Mode::Directory => field(",\"url\":\"", &[url, "/git/trees/", &sha]),
        Mode::File | Mode::Executable | Mode::Symlink => {
            field(",\"url\":\"", &[url, "/git/blobs/", &sha]);
            if let Some(size) = repository.blob(entry.oid).and_then(|it| it.size) {
                body.push_str(",\"size\":");
                body.push_str(&size.to_string());
            }
        }
    }
}

pub(super) fn blob(
    shared: &Shared,
    call: &Call<'_>,
    repository: &Snapshot<'_>,
    sha: &str,
) -> Answer {
    if repository.is_empty() {
        return Answer::error(409, EMPTY);
    }
    let Ok(oid) = sha.parse::<Oid>() else {
        return Answer::error(
            422,
            "The sha parameter must be exactly 40 characters and contain only [0-9a-f].",
        );
    };
    let content = repository.blob(oid).and_then(|it| it.bytes.as_ref());
    let Some(bytes) = content else { return Answer::not_found() };
    let mut account = lock(&shared.account);
    account.blobs += 1;
    account.blob_oids.push(oid.to_string());
    if call.accepts("raw") {
        let media_type = "application/vnd.github.raw; charset=utf-8";
        return Answer::typed(200, media_type, bytes.to_vec().into());
    }
    let body = json!({
        "sha": oid.to_string(),
        "node_id": global_id("Blob", repository.repository.id.0),
        "size": bytes.len(),
        "url": format!("{}/git/blobs/{oid}", address(call, repository)),
        "content": wrapped(&STANDARD.encode(bytes)),
        "encoding": "base64",
    });
    Answer::typed(200, JSON, body.to_string().into())
}

/// GitHub breaks base64 into lines of 60 characters.
fn wrapped(text: &str) -> String {
    let mut lines = String::with_capacity(text.len() + text.len() / 60 + 1);
    for (index, character) in text.chars().enumerate() {
        if index > 0 && index % 60 == 0 {
            lines.push('\n');
        }
        lines.push(character);
    }
    lines.push('\n');
    lines
}
