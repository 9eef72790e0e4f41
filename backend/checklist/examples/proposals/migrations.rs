//! Real migrations to hardened images: what their owners did, beside what is proposed.

use std::fmt::Write as _;

use checklist::dockerfile::{self, Dockerfile, Keyword};
use serde_json::Value;

use crate::proposal_of;

/// The table, one migration a row.
pub(crate) fn table(rows: &[Value]) -> Result<String, std::fmt::Error> {
    let mut out = String::from(
        "| file | bases before | owner: bases | owner: else | proposed: bases | proposed: else | why the rest is left |\n|---|---|---|---|---|---|---|\n",
    );
    let (mut with, mut all) = (0, 0);
    for row in rows {
        let text = |name| row.get(name).and_then(Value::as_str);
        let (Some(before), Some(after), Some("adopted")) =
            (text("before"), text("after"), text("direction"))
        else {
            continue;
        };
        all += 1;
        let proposal = proposal_of(before);
        with += usize::from(proposal.content.is_some());
        let proposed = proposal.content.as_deref().unwrap_or(before);
        let left = proposal.left.iter().filter(|it| it.sentence.contains(" is left"));
        let left: Vec<&str> = left.map(|it| it.sentence.as_str()).collect();
        let (repository, path) =
            (text("repo").unwrap_or_default(), text("path").unwrap_or_default());
        writeln!(
            out,
            "| {repository}/{path} | {} | {} | {} | {} | {} | {} |",
            bases(before),
            bases(after),
            differences(before, after),
            if proposal.content.is_some() { bases(proposed) } else { "–".to_owned() },
            differences(before, proposed),
            left.join("<br>").replace('|', "\\|")
        )?;
    }
    writeln!(out, "\n{with} of {all} files from before a migration get a proposal.")?;
    Ok(out)
}

/// What stands behind every `FROM`.
fn bases(text: &str) -> String {
    let file = dockerfile::read(text.as_bytes());
    let froms = file.instructions.iter().filter(|it| it.keyword == Keyword::From);
    let words = froms
        .filter_map(|it| it.words().first())
        .map(|it| it.text.split("@sha256").next().unwrap_or_default().to_owned());
    words.collect::<Vec<_>>().join("<br>")
}

/// The kinds of differences beside the bases.
fn differences(before: &str, after: &str) -> String {
    let (old, new) = (dockerfile::read(before.as_bytes()), dockerfile::read(after.as_bytes()));
    let values = |file: &Dockerfile, keyword| -> Vec<String> {
        let of = file.instructions.iter().filter(|it| it.keyword == keyword);
        of.map(|it| it.text.as_str().to_owned()).collect()
    };
    let owners = |file: &Dockerfile| {
        file.instructions.iter().filter(|it| it.flag("chown").is_some()).count()
    };
    let certificates = |text: &str| text.contains("ca-certificates");
    let count = |file: &Dockerfile| values(file, Keyword::From).len();
    let mut found = Vec::new();
    match (count(&old), count(&new)) {
        (one, two) if two > one => found.push(format!("stages {one} → {two}")),
        (one, two) if two < one => found.push(format!("stages {one} → {two} (fewer)")),
        _ => {}
    }
    for (keyword, name) in [
        (Keyword::User, "USER"),
        (Keyword::Expose, "EXPOSE"),
        (Keyword::Entrypoint, "ENTRYPOINT"),
        (Keyword::Cmd, "CMD"),
        (Keyword::Healthcheck, "HEALTHCHECK"),
    ] {
        if values(&old, keyword) != values(&new, keyword) {
            found.push(name.to_owned());
        }
    }
    if values(&old, Keyword::Run) != values(&new, Keyword::Run) {
        found.push("RUN".to_owned());
    }
    if owners(&new) > owners(&old) {
        found.push("--chown".to_owned());
    }
    if certificates(before) && !certificates(after) {
        found.push("certificates out".to_owned());
    }
    found.join(", ")
}
