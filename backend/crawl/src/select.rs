//! Which files of a tree are container files, by their names.

use checklist::SIZE_LIMIT;
use github::{EntryKind, Tree, TreeEntry};
use names::{BlobSha, FilePath};
use store::FileKind;

/// A container file of a repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FoundFile {
    pub(crate) path: FilePath,
    pub(crate) kind: FileKind,
    pub(crate) content: FoundContent,
}

/// Where a container file's content is to be had.
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

/// The container files of a tree, and the links that may lead to more.
pub(crate) fn container_files(tree: &Tree) -> (Vec<FoundFile>, Vec<FoundLink>) {
    let mut files = Vec::new();
    let mut links = Vec::new();
    for entry in &tree.entries {
        let Some(kind) = kind_of(&entry.path) else { continue };
        let path = entry.path.clone();
        match entry.kind {
            EntryKind::File | EntryKind::Executable => {
                files.push(FoundFile { path, kind, content: content_of(entry) });
            }
            EntryKind::Symlink => links.push(FoundLink { path, kind, sha: entry.sha.clone() }),
            EntryKind::Submodule => {}
        }
    }
    (files, links)
}

/// Where a file's content is: its blob, unless that is larger than anybody reads.
pub(crate) fn content_of(entry: &TreeEntry) -> FoundContent {
    let limit = u64::try_from(SIZE_LIMIT).unwrap_or(u64::MAX);
    match entry.size {
        Some(size) if size > limit => FoundContent::Unread(too_large(size)),
        size => FoundContent::Blob { sha: entry.sha.clone(), size },
    }
}

/// Why a file of this size is not read.
pub(crate) fn too_large(size: u64) -> String {
    let (size, limit) = (size.div_ceil(1_000), SIZE_LIMIT / 1_000);
    format!("the file is {size} kB large; files over {limit} kB are not read")
}

/// Whether a file of this name is a container file; directories do not matter.
pub(crate) fn is_container_file(name: &str) -> bool {
    checklist::file_kind(name).is_some()
}

/// What a container file is by its name; none for other files.
pub(crate) fn kind_of(path: &FilePath) -> Option<FileKind> {
    checklist::file_kind(path.as_str()).map(|it| match it {
        checklist::FileKind::Dockerfile => FileKind::Dockerfile,
        checklist::FileKind::Template => FileKind::Template,
    })
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
        let (files, links) = container_files(&tree);
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
    fn a_file_over_the_limit_is_found_and_not_read() {
        let large = content_of(&entry("Dockerfile", EntryKind::File, Some(2_500_000)));
        let FoundContent::Unread(reason) = large else { panic!("{large:?}") };
        assert_eq!(reason, "the file is 2500 kB large; files over 1000 kB are not read");
    }
}
