//! The Dockerfiles of a repository as rows: those that count, and those aside.

use checklist::FileState;
use names::{OrgLogin, RepoName};
use store::read::remaining::DockerfileLine;
use store::read::standing::Tally as StoredTally;

use crate::links;
use crate::parts::{Cell, Mark, Tally};

/// One Dockerfile.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct FileRow {
    pub(super) path: String,
    pub(super) link: String,
    /// What is to be known about the whole file.
    pub(super) remark: Option<String>,
    /// The rule that leaves it out.
    pub(super) rule: Option<String>,
    pub(super) cells: Vec<Cell>,
    /// "4 of 8".
    pub(super) met: String,
    pub(super) share: Option<i64>,
}

impl FileRow {
    /// The rows of those in scope and of those that a rule leaves out.
    pub(super) fn split(
        owner: &OrgLogin,
        name: &RepoName,
        files: Vec<DockerfileLine>,
    ) -> (Vec<Self>, Vec<Self>) {
        let rows = files.into_iter().map(|it| Self::new(owner, name, it));
        rows.partition(|it| it.rule.is_none())
    }

    fn new(owner: &OrgLogin, name: &RepoName, file: DockerfileLine) -> Self {
        let tally: StoredTally = file.verdicts.iter().map(|(_, it)| StoredTally::one(*it)).sum();
        let tally = Tally::from(tally);
        let share = tally.percent();
        Self {
            link: links::dockerfile(owner, name, &file.path),
            path: file.path.to_string(),
            remark: remark(&file),
            cells: file.verdicts.iter().map(|(item, it)| Cell::new(*item, Mark::of(*it))).collect(),
            met: match share {
                Some(_) => format!("{} of {}", tally.done(), tally.counted()),
                None => "none applies".to_owned(),
            },
            share,
            rule: file.excluded_by,
        }
    }
}

fn remark(file: &DockerfileLine) -> Option<String> {
    if let Some(reason) = &file.unread_reason {
        return Some(format!("could not be read: {reason}"));
    }
    let words = match file.file_state? {
        FileState::Readable => return None,
        FileState::Template => "a template",
        FileState::Windows => "a Windows container",
        FileState::Unreadable => "not readable as a Dockerfile",
    };
    Some(words.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use checklist::Item;
    use store::read::ItemVerdict;

    fn line(path: &str, rule: Option<&str>) -> DockerfileLine {
        DockerfileLine {
            path: path.parse().unwrap(),
            unread_reason: None,
            file_state: Some(FileState::Readable),
            excluded_by: rule.map(str::to_owned),
            committed_at: "2026-11-01T00:00:00Z".parse().unwrap(),
            verdicts: vec![
                (Item::BaseImage, ItemVerdict::Met),
                (Item::Ports, ItemVerdict::Remaining),
                (Item::NoShell, ItemVerdict::NotApplicable),
            ],
        }
    }

    fn split(files: Vec<DockerfileLine>) -> (Vec<FileRow>, Vec<FileRow>) {
        FileRow::split(&"acme".parse().unwrap(), &"shop".parse().unwrap(), files)
    }

    #[test]
    fn what_a_rule_leaves_out_stands_apart_with_the_rule() {
        let (inside, aside) = split(vec![line("a", None), line("vendor/a", Some("vendor/"))]);
        assert_eq!((inside.len(), aside.len()), (1, 1));
        assert_eq!(aside[0].rule.as_deref(), Some("vendor/"));
    }

    #[test]
    fn what_does_not_apply_is_not_in_the_denominator() {
        let (inside, _) = split(vec![line("a", None)]);
        assert_eq!((inside[0].met.as_str(), inside[0].share), ("1 of 2", Some(50)));
    }

    #[test]
    fn what_is_verified_counts_as_met_and_what_is_waived_not_at_all() {
        let mut decided = line("a", None);
        decided.verdicts[0].1 = ItemVerdict::Verified;
        decided.verdicts[1].1 = ItemVerdict::Waived;
        let (inside, _) = split(vec![decided]);
        assert_eq!((inside[0].met.as_str(), inside[0].share), ("1 of 1", Some(100)));
        assert_eq!(inside[0].cells[1].label, "Ports: waived");
    }

    #[test]
    fn a_file_that_could_not_be_read_says_why() {
        let mut unread = line("a", None);
        unread.unread_reason = Some("451".to_owned());
        assert_eq!(split(vec![unread]).0[0].remark.as_deref(), Some("could not be read: 451"));
    }
}
