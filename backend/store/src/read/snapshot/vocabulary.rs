//! The words by which tables are filtered, read off once a snapshot.

use std::cmp::Reverse;
use std::collections::{BTreeSet, HashMap};

use checklist::Item;

use super::{Snapshot, SnapshotReport, SnapshotRepository};

/// So many references are named.
const REFERENCES: usize = 40;

/// Base images, languages and reason codes of an organization.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Vocabulary {
    /// Base images without their tags, by name; repositories name one by its place here.
    pub images: Vec<String>,
    /// The main languages of repositories, by name.
    pub languages: Vec<String>,
    /// The references that most reports name, as people write them.
    pub references: Vec<String>,
    /// The reasons why items are left.
    pub codes: BTreeSet<(Item, String)>,
}

impl Vocabulary {
    fn of(repositories: &[SnapshotRepository], reports: &[SnapshotReport]) -> Self {
        let languages: BTreeSet<&str> =
            repositories.iter().filter_map(|it| it.language.as_deref()).collect();
        let bases = || reports.iter().flat_map(|it| &it.bases);
        let images: BTreeSet<&str> = bases().map(|it| it.image.as_str()).collect();
        let mut counts: HashMap<&str, usize> = HashMap::new();
        for base in bases() {
            *counts.entry(&base.reference).or_default() += 1;
        }
        let mut references: Vec<(&str, usize)> = counts.into_iter().collect();
        references.sort_unstable_by_key(|(name, count)| (Reverse(*count), *name));
        let mut codes: BTreeSet<(Item, &str)> = BTreeSet::new();
        for finding in reports.iter().flat_map(|it| &it.findings) {
            codes.insert((finding.item, &finding.code));
        }
        Self {
            images: images.into_iter().map(str::to_owned).collect(),
            languages: languages.into_iter().map(str::to_owned).collect(),
            references: references
                .into_iter()
                .take(REFERENCES)
                .map(|(name, _)| name.to_owned())
                .collect(),
            codes: codes.into_iter().map(|(item, code)| (item, code.to_owned())).collect(),
        }
    }
}

impl Snapshot {
    /// Reads the words off repositories and reports, and notes which repository uses which.
    pub(super) fn learn_words(&mut self) {
        self.words = Vocabulary::of(&self.repositories, &self.reports);
        let place = |image: &String| self.words.images.binary_search(image).ok();
        let of_report = |it: &SnapshotReport| -> Vec<usize> {
            it.bases.iter().filter_map(|base| place(&base.image)).collect()
        };
        let by_report: Vec<Vec<usize>> = self.reports.iter().map(of_report).collect();
        for repository in &mut self.repositories {
            let files = self.dockerfiles.get(repository.dockerfiles.clone()).unwrap_or_default();
            let used = files.iter().filter_map(|it| by_report.get(it.report?)).flatten();
            let used: BTreeSet<usize> = used.copied().collect();
            repository.images = used.into_iter().collect();
            let language = repository.language.as_ref();
            repository.language_place =
                language.and_then(|it| self.words.languages.binary_search(it).ok());
        }
    }
}
