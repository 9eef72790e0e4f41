//! What is said once about a whole file, above its source.

use checklist::{FileState, Report};
use chrono::{DateTime, Utc};
use store::read::dockerfile::Dockerfile;
use store::read::repository::Repository;

use crate::format::Moment;
use crate::prose::clause;
use crate::scope::exclusion_words;

/// The sentences, those that explain most first.
pub(in crate::pages) fn notices(
    repository: &Repository,
    file: &Dockerfile,
    now: DateTime<Utc>,
) -> Vec<String> {
    let removed = file.removed_at.map(|at| {
        let when = Moment::new(at, now);
        format!(
            "This file is not in the repository any more (seen {}). Here is what it said last.",
            when.ago
        )
    });
    let unread = file.unread_reason.as_ref().map(|why| {
        format!(
            "Its content could not be read: {}. Every item is unknown until a crawl can read it.",
            clause(why)
        )
    });
    let sentences = [
        removed,
        unread,
        file.report.as_ref().and_then(state_sentence),
        too_large(file),
        out_of_scope(repository, file),
    ];
    sentences.into_iter().flatten().collect()
}

/// What the file is instead of a readable Dockerfile, and what follows from it.
fn state_sentence(report: &Report) -> Option<String> {
    let (otherwise, consequence) = match report.state {
        FileState::Readable => return None,
        FileState::Template => {
            ("This is a template, and what it becomes is not known.", "Every item is unknown.")
        }
        FileState::Windows => (
            "This builds a Windows container, for which no hardened image exists.",
            "No item applies.",
        ),
        FileState::Unreadable => {
            ("This could not be read as a Dockerfile.", "Every item is unknown.")
        }
    };
    let reason = report.state_reason.as_deref().map_or(otherwise, str::trim);
    Some(format!("{}. {consequence}", clause(reason)))
}

fn too_large(file: &Dockerfile) -> Option<String> {
    let is_kept = file.content.is_some() || file.report.is_none();
    let sentence = "The file is over one megabyte; its source is on GitHub only.";
    (!is_kept).then(|| sentence.to_owned())
}

fn out_of_scope(repository: &Repository, file: &Dockerfile) -> Option<String> {
    let by_repository = repository.excluded_by.map(|it| {
        format!("Out of scope, so in no total: the repository is {}.", exclusion_words(it))
    });
    let by_path = || {
        let rule = file.excluded_by.as_ref()?;
        Some(format!("Out of scope, so in no total: its path matches {rule}."))
    };
    by_repository.or_else(by_path)
}
