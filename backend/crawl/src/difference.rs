//! The files of a repository after a change: those known before, with the
//! directories replaced that were opened anew.

use std::collections::HashSet;

use github::{Difference, EntryKind, TreeEntry};
use store::{PresentFile, ReadContent};

use crate::looks::Snapshot;
use crate::select::{FoundContent, FoundFile, FoundKind, content_of, kind_of};

/// What a repository holds after a difference. None if a link has a container file's
/// name: what it leads to is found in the whole tree only.
pub(crate) fn applied(present: Vec<PresentFile>, difference: Difference) -> Option<Snapshot> {
    let Difference { committed_at, tree, directories, removed, below } = difference;
    let opened: HashSet<&str> = directories.iter().map(|(path, _)| path.as_str()).collect();
    let stays = |it: &PresentFile| {
        !opened.contains(it.path.directory())
            && !removed.iter().any(|directory| is_below(it.path.as_str(), directory))
    };
    let mut files: Vec<FoundFile> =
        present.into_iter().filter(stays).filter_map(known_file).collect();
    for entry in directories.iter().flat_map(|(_, files)| files).chain(&below) {
        match entry.kind {
            EntryKind::File | EntryKind::Executable => files.extend(found_file(entry)),
            EntryKind::Symlink if is_container(entry) => return None,
            EntryKind::Symlink | EntryKind::Submodule => {}
        }
    }
    Some(Snapshot { committed_at, tree, files, linked: None, has_links: false })
}

fn is_below(path: &str, directory: &str) -> bool {
    path.strip_prefix(directory).is_some_and(|it| it.starts_with('/'))
}

/// A file as it was read before.
pub(crate) fn known_file(file: PresentFile) -> Option<FoundFile> {
    let content = match file.content {
        ReadContent::Scored(sha) => FoundContent::Blob { sha, size: None },
        ReadContent::Unread(reason) => FoundContent::Unread(reason),
    };
    Some(FoundFile { kind: kind_of(file.path.as_str())?, path: file.path, content })
}

fn found_file(entry: &TreeEntry) -> Option<FoundFile> {
    let (path, kind) = (entry.path.clone(), kind_of(entry.path.as_str())?);
    Some(FoundFile { path, kind, content: content_of(entry, kind) })
}

fn is_container(entry: &TreeEntry) -> bool {
    matches!(kind_of(entry.path.as_str()), Some(FoundKind::Container(_)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::DateTime;

    fn entry(path: &str, kind: EntryKind) -> TreeEntry {
        let sha = "b".repeat(40).parse().unwrap();
        TreeEntry { path: path.parse().unwrap(), kind, sha, size: None }
    }

    fn after(directories: Vec<(String, Vec<TreeEntry>)>, removed: &[&str]) -> Option<String> {
        let present = ["Dockerfile", "a/Dockerfile", "a/b/Dockerfile", "ab/Dockerfile"];
        let sha = || "a".repeat(40).parse().unwrap();
        let present = present.map(|path| PresentFile {
            path: path.parse().unwrap(),
            content: ReadContent::Scored(sha()),
        });
        let difference = Difference {
            committed_at: DateTime::UNIX_EPOCH,
            tree: "c".repeat(40).parse().unwrap(),
            directories,
            removed: removed.iter().map(|it| (*it).to_owned()).collect(),
            below: Vec::new(),
        };
        let snapshot = applied(present.into(), difference)?;
        let mut paths: Vec<&str> = snapshot.files.iter().map(|it| it.path.as_str()).collect();
        paths.sort_unstable();
        Some(paths.join(" "))
    }

    #[test]
    fn an_opened_directory_is_replaced_and_those_below_it_stay() {
        let opened = vec![("a".to_owned(), vec![entry("a/x.Dockerfile", EntryKind::File)])];
        let expected = "Dockerfile a/b/Dockerfile a/x.Dockerfile ab/Dockerfile";
        assert_eq!(after(opened, &[]).unwrap(), expected);
    }

    #[test]
    fn a_removed_directory_takes_all_below_it_along_and_no_other() {
        assert_eq!(after(Vec::new(), &["a"]).unwrap(), "Dockerfile ab/Dockerfile");
    }

    #[test]
    fn a_link_wants_the_whole_tree() {
        let opened = vec![(String::new(), vec![entry("Dockerfile", EntryKind::Symlink)])];
        assert_eq!(after(opened, &[]), None);
        let settings = vec![(String::new(), vec![entry("CODEOWNERS", EntryKind::Symlink)])];
        assert!(after(settings, &[]).is_some());
    }

    #[test]
    fn a_settings_file_is_one_in_its_place_only() {
        let files = [".github/CODEOWNERS", ".github/.drydock.yml"];
        let opened = files.map(|it| entry(it, EntryKind::File)).to_vec();
        let found = after(vec![(".github".to_owned(), opened)], &["a", "ab"]).unwrap();
        assert_eq!(found, ".github/CODEOWNERS Dockerfile");
    }
}
