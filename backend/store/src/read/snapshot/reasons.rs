//! Why an item is left: the reasons by how many Dockerfiles they stand in.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use checklist::Item;

use super::{Snapshot, SnapshotDockerfile};
use crate::read::words::ItemVerdict;

/// What stands behind an item that is left.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reasons {
    /// Dockerfiles at which the item is left.
    pub left: usize,
    /// Of these, those that stand under more than one reason.
    pub several: usize,
    /// The reasons, most Dockerfiles first.
    pub groups: Vec<ReasonGroup>,
}

/// One reason and the Dockerfiles behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReasonGroup {
    /// The reason code; none where the item is left without a finding of its own, as in a
    /// file that could not be read.
    pub code: Option<String>,
    /// What the reason makes of the item.
    pub verdict: ItemVerdict,
    /// The Dockerfiles, by repository and path.
    pub files: Vec<ReasonFile>,
    /// How many repositories these are in.
    pub repositories: usize,
}

/// A Dockerfile behind a reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReasonFile {
    /// A place in [`Snapshot::dockerfiles`].
    pub place: usize,
    /// The first line of the evidence.
    pub line: Option<u32>,
}

impl Snapshot {
    /// The Dockerfiles of repositories in the count, with their places.
    pub fn counted_files(&self) -> impl Iterator<Item = (usize, &SnapshotDockerfile)> {
        self.dockerfiles.iter().enumerate().filter(|(_, it)| it.is_counted)
    }

    /// Those of some Dockerfiles that are in repositories in the count.
    pub(super) fn counted_among<'a>(
        &'a self,
        places: &'a [usize],
    ) -> impl Iterator<Item = (usize, &'a SnapshotDockerfile)> {
        let files = places.iter().filter_map(|it| Some((*it, self.dockerfiles.get(*it)?)));
        files.filter(|(_, it)| it.is_counted)
    }

    pub(super) fn find_reasons(&self, item: Item) -> Reasons {
        let mut reasons = Reasons::default();
        let mut groups: BTreeMap<Option<&str>, ReasonGroup> = BTreeMap::new();
        for (place, file) in self.counted_files().filter(|(_, it)| it.verdict(item).is_left()) {
            let under = self.reasons_of(file, item);
            reasons.left += 1;
            reasons.several += usize::from(under.len() > 1);
            for (code, verdict, line) in under {
                let group = groups.entry(code).or_insert_with(|| ReasonGroup {
                    code: code.map(str::to_owned),
                    verdict,
                    files: Vec::new(),
                    repositories: 0,
                });
                let last = group.files.last().and_then(|it| self.dockerfiles.get(it.place));
                // Dockerfiles come repository by repository.
                let is_new = last.is_none_or(|it| it.repository != file.repository);
                group.repositories += usize::from(is_new);
                group.verdict = group.verdict.max(verdict);
                group.files.push(ReasonFile { place, line });
            }
        }
        reasons.groups = groups.into_values().collect();
        reasons.groups.sort_by_key(|it| Reverse(it.files.len()));
        reasons
    }

    /// Each reason once, with its first line.
    fn reasons_of(
        &self,
        file: &SnapshotDockerfile,
        item: Item,
    ) -> Vec<(Option<&str>, ItemVerdict, Option<u32>)> {
        let findings = self.report_of(file).map(|it| it.findings.as_slice()).unwrap_or_default();
        let mut under: Vec<(Option<&str>, ItemVerdict, Option<u32>)> = Vec::new();
        for it in findings.iter().filter(|it| it.item == item) {
            if !under.iter().any(|(code, ..)| *code == Some(it.code.as_str())) {
                under.push((Some(&it.code), it.verdict, it.line));
            }
        }
        if under.is_empty() {
            under.push((None, file.verdict(item), None));
        }
        under
    }
}
