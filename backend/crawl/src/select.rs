//! Which files of a tree are read, by their names: container files, and those that say
//! something about the repository.

use checklist::SIZE_LIMIT;
use github::{EntryKind, Tree, TreeEntry};
use names::{BlobSha, FilePath};
use store::{FileKind, SettingsKind};

use crate::{own_settings, owners};

/// What a file is by its path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FoundKind {
    Container(FileKind),
    Settings(SettingsKind),
}

/// A file of a repository that is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FoundFile {
    pub(crate) path: FilePath,
    pub(crate) kind: FoundKind,
    pub(crate) content: FoundContent,
}

/// Where a file's content is to be had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum FoundContent {
    /// In this blob.
    Blob { sha: BlobSha, size: Option<u64> },
    /// Nowhere, for this reason.
    Unread(String),
}

/// A symbolic link with a container file's name, not followed yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FoundLink {
    pub(crate) path: FilePath,
    pub(crate) kind: FileKind,
    pub(crate) sha: BlobSha,
}

/// The files of a tree that are read, and the links that may lead to more container files.
pub(crate) fn files_to_read(tree: &Tree) -> (Vec<FoundFile>, Vec<FoundLink>) {
    let mut files = Vec::new();
    let mut links = Vec::new();
    for entry in &tree.entries {
        let Some(kind) = kind_of(entry.path.as_str()) else { continue };
        let path = entry.path.clone();
        match entry.kind {
            EntryKind::File | EntryKind::Executable => {
                files.push(FoundFile { path, kind, content: content_of(entry, kind) });
            }
            EntryKind::Symlink => links.extend(link(entry, kind)),
            EntryKind::Submodule => {}
        }
    }
    (files, links)
}

/// A link with a container file's name. GitHub follows none to a `CODEOWNERS`, and we none
/// to settings.
fn link(entry: &TreeEntry, kind: FoundKind) -> Option<FoundLink> {
    match kind {
        FoundKind::Container(kind) => {
            Some(FoundLink { path: entry.path.clone(), kind, sha: entry.sha.clone() })
        }
        FoundKind::Settings(_) => None,
    }
}

/// Where a file's content is: its blob, unless that is larger than anybody reads.
pub(crate) fn content_of(entry: &TreeEntry, kind: FoundKind) -> FoundContent {
    let limit = kind.size_limit();
    match entry.size {
        Some(size) if size > u64::try_from(limit).unwrap_or(u64::MAX) => {
            FoundContent::Unread(too_large(size, limit))
        }
        size => FoundContent::Blob { sha: entry.sha.clone(), size },
    }
}

/// Why a file of this size is not read.
pub(crate) fn too_large(size: u64, limit: usize) -> String {
    let (size, limit) = (size.div_ceil(1_000), limit / 1_000);
    format!("the file is {size} kB large; files over {limit} kB are not read")
}

impl FoundKind {
    const fn size_limit(self) -> usize {
        match self {
            Self::Container(_) => SIZE_LIMIT,
            Self::Settings(SettingsKind::Codeowners) => owners::SIZE_LIMIT,
            Self::Settings(SettingsKind::Drydock) => own_settings::SIZE_LIMIT,
        }
    }
}

/// Whether a file of this name may be one to read; its path tells for certain.
pub(crate) fn may_be_read(name: &str) -> bool {
    checklist::file_kind(name).is_some() || owners::FILE == name || own_settings::PATH == name
}

/// Whether a crawl reads a file at this path: a container file, or one that says something
/// about its repository.
#[must_use]
pub fn is_read(path: &str) -> bool {
    kind_of(path).is_some()
}

/// What a file is by its path; none for files that are not read.
pub(crate) fn kind_of(path: &str) -> Option<FoundKind> {
    match checklist::file_kind(path) {
        Some(kind) => Some(FoundKind::Container(kind)),
        None if owners::PLACES.contains(&path) => {
            Some(FoundKind::Settings(SettingsKind::Codeowners))
        }
        None if path == own_settings::PATH => Some(FoundKind::Settings(SettingsKind::Drydock)),
        None => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(path: &str, kind: EntryKind, size: Option<u64>) -> TreeEntry {
        let sha = "a".repeat(40).parse().unwrap();
        TreeEntry { path: path.parse().unwrap(), kind, sha, size }
    }

    fn found(entries: Vec<TreeEntry>) -> (Vec<String>, usize) {
        let sha = "b".repeat(40).parse().unwrap();
        let tree = Tree { sha, entries, unread_directories: Vec::new() };
        let (files, links) = files_to_read(&tree);
        (files.iter().map(|it| it.path.to_string()).collect(), links.len())
    }

    #[test]
    fn dockerfiles_are_found_at_any_depth_and_submodules_are_none() {
        let entries = vec![
            entry("Dockerfile", EntryKind::File, Some(10)),
            entry("a/b/c/api.Dockerfile", EntryKind::Executable, None),
            entry("README.md", EntryKind::File, Some(10)),
            entry("third_party/Dockerfile", EntryKind::Submodule, None),
            entry("docker/Dockerfile", EntryKind::Symlink, Some(13)),
        ];
        let expected = vec!["Dockerfile".to_owned(), "a/b/c/api.Dockerfile".to_owned()];
        assert_eq!(found(entries), (expected, 1));
    }

    #[test]
    fn settings_files_are_found_in_their_places_and_links_to_them_are_none() {
        let paths = ["CODEOWNERS", ".github/CODEOWNERS", "docs/CODEOWNERS", ".drydock.yml"];
        let elsewhere = ["a/CODEOWNERS", "a/.drydock.yml", ".drydock.yaml", "codeowners"];
        let entries = paths.iter().chain(&elsewhere);
        let mut entries: Vec<_> = entries.map(|it| entry(it, EntryKind::File, None)).collect();
        assert_eq!(found(entries.clone()), (paths.map(str::to_owned).to_vec(), 0));
        entries.iter_mut().for_each(|it| it.kind = EntryKind::Symlink);
        assert_eq!(found(entries), (Vec::new(), 0));
    }

    #[test]
    fn a_file_over_the_limit_is_found_and_not_read() {
        let kind = FoundKind::Container(FileKind::Dockerfile);
        let large = content_of(&entry("Dockerfile", EntryKind::File, Some(2_500_000)), kind);
        let FoundContent::Unread(reason) = large else { panic!("{large:?}") };
        assert_eq!(reason, "the file is 2500 kB large; files over 1000 kB are not read");
    }
}
