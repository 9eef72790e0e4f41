//! What the page of a suggested Dockerfile prints.

use checklist::{Change, Item, Proposal};
use names::{OrgLogin, RepoName};
use store::read::dockerfile::Dockerfile;
use store::read::repository::Repository;

use super::patch_name;
use super::rows::{Hunk, hunks};
use crate::counts::counted;
use crate::diff::Diff;
use crate::error::AppError;
use crate::format;
use crate::links;
use crate::parts::{Linked, Mark};
use crate::prose::Prose;
use crate::suggested::{RemarkRow, line_link};

/// Remarks and changes that are told one by one.
const TOLD: usize = 200;

/// How the difference is laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Look {
    Unified,
    Side,
}

impl Look {
    pub(super) fn parse(asked: &str) -> Result<Self, AppError> {
        match asked {
            "" | "unified" => Ok(Self::Unified),
            "side" => Ok(Self::Side),
            _ => Err(AppError::BadRequest("There is no such view.".to_owned())),
        }
    }
}

/// Whose Dockerfile it is about.
pub(super) struct Heading {
    pub(super) owner: OrgLogin,
    pub(super) owner_link: String,
    pub(super) name: RepoName,
    pub(super) repository_link: String,
    pub(super) file: Linked,
    pub(super) commit: String,
    /// The day of the catalogue that it was made with.
    pub(super) day: String,
    pub(super) is_done: bool,
    pub(super) patch_link: String,
    pub(super) patch_name: String,
    pub(super) unified_link: String,
    pub(super) side_link: String,
}

impl Heading {
    pub(super) fn new(repository: &Repository, file: &Dockerfile, day: &str) -> Self {
        let (owner, name) = (&repository.owner, &repository.name);
        let own = links::suggested(owner, name, &file.path);
        Self {
            owner: owner.clone(),
            owner_link: links::repositories(owner),
            name: name.clone(),
            repository_link: links::repository(owner, name),
            file: Linked::new(file.path.as_str(), links::dockerfile(owner, name, &file.path)),
            commit: format::short_sha(file.commit_sha.as_str()).to_owned(),
            day: day.to_owned(),
            is_done: file.verdicts.iter().all(|it| !it.is_left()),
            patch_link: links::patch(owner, name, &file.path),
            patch_name: patch_name(repository, file),
            side_link: links::with_query(&own, &[("view", "side")]),
            unified_link: own,
        }
    }
}

/// What is suggested; nothing where there is no content to suggest anything for.
#[derive(Debug, Default)]
pub(super) struct SuggestedView {
    pub(super) difference: Option<Difference>,
    pub(super) settles: Vec<SettledRow>,
    pub(super) changes: Vec<ChangeRow>,
    pub(super) left: Vec<RemarkRow>,
}

/// What differs.
#[derive(Debug)]
pub(super) struct Difference {
    /// "3 lines go, 7 are new".
    pub(super) extent: String,
    pub(super) hunks: Vec<Hunk>,
    /// Lines that are only in the patch.
    pub(super) cut: usize,
}

/// An item that becomes better.
#[derive(Debug)]
pub(super) struct SettledRow {
    pub(super) item: Item,
    pub(super) guide_link: String,
    pub(super) before: Mark,
    pub(super) after: Mark,
}

/// A change and why.
#[derive(Debug)]
pub(super) struct ChangeRow {
    pub(super) item: Item,
    pub(super) lines: Linked,
    /// "now lines 3–5".
    pub(super) now: String,
    pub(super) why: Prose,
}

impl SuggestedView {
    /// `source` is the address of the Dockerfile as it is.
    pub(super) fn new(proposal: &Proposal, diff: &Diff<'_>, source: &str) -> Self {
        let settled = |it: &checklist::Settled| SettledRow {
            item: it.item,
            guide_link: links::item_guide(it.item),
            before: Mark::of(it.before),
            after: Mark::of(it.after),
        };
        let left = proposal.left.iter().take(TOLD);
        Self {
            difference: proposal.content.as_ref().map(|_| Difference::new(diff)),
            settles: proposal.settles.iter().map(settled).collect(),
            changes: proposal.changes.iter().take(TOLD).map(|it| change(it, source)).collect(),
            left: left.map(|it| RemarkRow::new(it, source)).collect(),
        }
    }
}

impl Difference {
    fn new(diff: &Diff<'_>) -> Self {
        let (removed, added) = diff.extent();
        let goes = counted(removed, "line goes", "lines go");
        let (hunks, cut) = hunks(diff);
        Self { extent: format!("{goes}, {} new", counted(added, "is", "are")), hunks, cut }
    }
}

fn change(it: &Change, source: &str) -> ChangeRow {
    ChangeRow {
        item: it.item,
        lines: line_link(it.lines, source),
        now: it.new_lines.map_or_else(
            || "removed".to_owned(),
            |it| format!("now {}", format::lines(it.first, it.last)),
        ),
        why: Prose::sentence(&it.why),
    }
}
