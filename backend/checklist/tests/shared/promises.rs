//! What every proposal promises, checked from outside.

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt::{self, Display, Formatter};
use std::path::Path;
use std::process::{Command, Stdio};

use checklist::dockerfile::{self, Dockerfile, Keyword};
use checklist::{
    Catalog, FileKind, FileState, Item, Policy, Proposal, Report, SourceFile, Verdict, check,
    propose,
};
use serde_json::Value;

use crate::corpus::rows;

/// The distinct Dockerfiles, those that are templates too, each with the number of files that have its text.
pub(crate) fn files(shared: &Path) -> Result<Vec<(String, usize)>, Box<dyn Error>> {
    let mut uses: BTreeMap<String, usize> = BTreeMap::new();
    for row in rows(&shared.join("corpus/files.jsonl.gz"))? {
        let kind = row.get("kind").and_then(Value::as_str).unwrap_or_default();
        if !kind.starts_with("dockerfile") || kind == "dockerfile_named_other" {
            continue;
        }
        let sha = row.get("sha").and_then(Value::as_str).unwrap_or_default();
        *uses.entry(sha.to_owned()).or_default() += 1;
    }
    let blobs = rows(&shared.join("corpus/blobs.jsonl.gz"))?;
    let texts = blobs.iter().filter_map(|it| {
        let count = uses.get(it.get("sha")?.as_str()?)?;
        Some((it.get("text")?.as_str()?.to_owned(), *count))
    });
    Ok(texts.collect())
}

/// The proposal on a text, every promise of it checked.
pub(crate) fn kept(text: &str, catalog: &Catalog, policy: &Policy) -> Proposal {
    let file = |text| SourceFile { kind: FileKind::Dockerfile, bytes: str::as_bytes(text) };
    let proposal = propose(&file(text), catalog, policy);
    let Some(content) = &proposal.content else {
        assert!(proposal.changes.is_empty() && proposal.settles.is_empty(), "{text}");
        return proposal;
    };
    assert_ne!(content, text);
    let (before, after) =
        (check(&file(text), catalog, policy), check(&file(content), catalog, policy));
    assert_eq!((before.state, after.state), (FileState::Readable, FileState::Readable), "{text}");
    assert_no_item_is_worse(&before, &after, text, content);
    assert_nothing_is_lost(text, content, &proposal);
    let again = propose(&file(content), catalog, policy);
    assert_eq!(again.content, None, "{text}\n---\n{content}\n{:#?}", again.changes);
    proposal
}

fn rank(verdict: Verdict) -> u8 {
    match verdict {
        Verdict::Met | Verdict::NotApplicable => 0,
        Verdict::Verify => 1,
        Verdict::Unknown => 2,
        Verdict::Remaining => 3,
    }
}

fn assert_no_item_is_worse(before: &Report, after: &Report, text: &str, content: &str) {
    for item in Item::ALL {
        let (old, new) = (before.outcome(item).verdict, after.outcome(item).verdict);
        assert!(
            rank(new) <= rank(old),
            "{} from {old:?} to {new:?}\n{text}\n---\n{content}",
            item.slug()
        );
    }
}

/// Every line of the file that no change names stands in the proposal, in the same order, and
/// every instruction that a change rewrites still has its like there.
fn assert_nothing_is_lost(text: &str, content: &str, proposal: &Proposal) {
    let lines: Vec<&str> = text.split('\n').collect();
    let last = u32::try_from(lines.len()).unwrap_or(u32::MAX);
    for it in &proposal.changes {
        assert!(
            it.lines.first >= 1 && it.lines.first <= it.lines.last && it.lines.last <= last,
            "{it:?}"
        );
        assert!(it.why.ends_with('.') && !it.why.contains('\n'), "{it:?}");
    }
    let is_named = |number: u32| {
        proposal.changes.iter().any(|it| it.lines.first <= number && number <= it.lines.last)
    };
    let mut new = content.split('\n');
    for (number, line) in (1..).zip(&lines) {
        if !is_named(number) {
            assert!(
                new.any(|it| it == *line),
                "line {number} is lost: {line}\n{text}\n---\n{content}"
            );
        }
    }
    let count = |file: &Dockerfile, keyword| {
        file.instructions.iter().filter(|it| it.keyword == keyword).count()
    };
    let (old, now) = (dockerfile::read(text.as_bytes()), dockerfile::read(content.as_bytes()));
    for it in &old.instructions {
        let removed = match it.keyword {
            // A step that only installs certificates may go.
            Keyword::Run => proposal.changes.iter().filter(|it| it.new_lines.is_none()).count(),
            Keyword::User => usize::from(content.contains("AS build")),
            _ => 0,
        };
        assert!(
            count(&now, it.keyword) + removed >= count(&old, it.keyword),
            "{}: {text}\n---\n{content}",
            it.word
        );
    }
}

/// Unified diffs of all pairs, applied together by git, give the proposed files.
pub(crate) fn patches_apply(pairs: &[(String, String)]) -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let mut patch = String::new();
    for (number, (old, new)) in pairs.iter().enumerate() {
        let name = format!("{number}/Dockerfile");
        std::fs::create_dir(folder.path().join(number.to_string()))?;
        std::fs::write(folder.path().join(&name), old)?;
        let diff = similar::TextDiff::from_lines(old, new);
        let (from, to) = (format!("a/{name}"), format!("b/{name}"));
        patch.push_str(&diff.unified_diff().header(&from, &to).to_string());
    }
    std::fs::write(folder.path().join("all.patch"), patch)?;
    let applied = Command::new("git")
        .args(["apply", "--whitespace=nowarn", "all.patch"])
        .current_dir(folder.path())
        .env("GIT_CEILING_DIRECTORIES", folder.path().parent().ok_or("no parent")?)
        .stdin(Stdio::null())
        .output()?;
    assert!(applied.status.success(), "{}", String::from_utf8_lossy(&applied.stderr));
    for (number, (_, new)) in pairs.iter().enumerate() {
        let found = std::fs::read_to_string(folder.path().join(format!("{number}/Dockerfile")))?;
        assert_eq!(&found, new);
    }
    Ok(())
}

/// What the proposals over many files come to.
#[derive(Default)]
pub(crate) struct Tally {
    texts: usize,
    files: usize,
    proposals: usize,
    files_with_proposal: usize,
    settled: BTreeMap<(Item, &'static str, &'static str), usize>,
    changes: BTreeMap<Item, usize>,
    left: usize,
}

impl Tally {
    pub(crate) fn add(&mut self, proposal: &Proposal, uses: usize) {
        self.texts += 1;
        self.files += uses;
        self.left += proposal.left.len();
        if proposal.content.is_some() {
            self.proposals += 1;
            self.files_with_proposal += uses;
        }
        for it in &proposal.settles {
            let key = (it.item, it.before.slug(), it.after.slug());
            *self.settled.entry(key).or_default() += 1;
        }
        for it in &proposal.changes {
            *self.changes.entry(it.item).or_default() += 1;
        }
    }
}

impl Display for Tally {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        writeln!(
            out,
            "{} of {} distinct Dockerfiles ({} of {} files) get a proposal; {} remarks",
            self.proposals, self.texts, self.files_with_proposal, self.files, self.left
        )?;
        for ((item, before, after), count) in &self.settled {
            writeln!(out, "  settles {:20} {before:10} -> {after:14} {count}", item.slug())?;
        }
        for (item, count) in &self.changes {
            writeln!(out, "  changes {:20} {count}", item.slug())?;
        }
        Ok(())
    }
}
