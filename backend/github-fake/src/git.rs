//! Git's object model: blobs, trees and commits named by the sha1 of the bytes
//! that git itself would store, so that a sha here equals the sha of `git`.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use sha1::{Digest, Sha1};

/// The sha of a git object.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Oid([u8; 20]);

impl Oid {
    fn of(kind: &str, content: &[u8]) -> Self {
        let mut hash = Sha1::new();
        hash.update(format!("{kind} {}\0", content.len()));
        hash.update(content);
        Self(hash.finalize().into())
    }
}

impl fmt::Display for Oid {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Shas are most of what is served, so they are not formatted byte by byte.
        let digit = |half: u8| if half < 10 { b'0' + half } else { b'a' + half - 10 };
        let mut digits = [0; 40];
        for (pair, byte) in digits.chunks_mut(2).zip(self.0) {
            pair.copy_from_slice(&[digit(byte >> 4), digit(byte & 15)]);
        }
        formatter.write_str(std::str::from_utf8(&digits).unwrap_or_default())
    }
}

impl fmt::Debug for Oid {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

impl FromStr for Oid {
    type Err = NotAnOid;

    fn from_str(text: &str) -> Result<Self, NotAnOid> {
        let mut bytes = [0; 20];
        if text.len() != 40 || !text.bytes().all(|it| it.is_ascii_hexdigit()) {
            return Err(NotAnOid);
        }
        for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks(2)) {
            let digits = std::str::from_utf8(pair).map_err(|_| NotAnOid)?;
            *byte = u8::from_str_radix(digits, 16).map_err(|_| NotAnOid)?;
        }
        Ok(Self(bytes))
    }
}

/// The text is not the sha of a git object.
#[derive(Debug, Clone, Copy, thiserror::Error)]
#[error("40 hexadecimal digits are expected")]
pub struct NotAnOid;

/// What an entry of a tree is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Mode {
    /// A plain file.
    File,
    /// A file that may be run.
    Executable,
    /// A symbolic link; its blob is the target's path.
    Symlink,
    /// A directory.
    Directory,
    /// A commit of another repository.
    Submodule,
}

impl Mode {
    /// The six octal digits that GitHub prints.
    #[must_use]
    pub fn digits(self) -> &'static str {
        match self {
            Self::File => "100644",
            Self::Executable => "100755",
            Self::Symlink => "120000",
            Self::Directory => "040000",
            Self::Submodule => "160000",
        }
    }

    /// The mode of an entry by its octal digits; any other file mode is a plain file.
    #[must_use]
    pub fn from_digits(digits: &str) -> Self {
        match digits {
            "100755" => Self::Executable,
            "120000" => Self::Symlink,
            "040000" | "40000" => Self::Directory,
            "160000" => Self::Submodule,
            _ => Self::File,
        }
    }

    /// The number that the digits stand for, as GraphQL gives it.
    #[must_use]
    pub fn number(self) -> i64 {
        match self {
            Self::File => 0o100_644,
            Self::Executable => 0o100_755,
            Self::Symlink => 0o120_000,
            Self::Directory => 0o040_000,
            Self::Submodule => 0o160_000,
        }
    }

    /// The kind of object behind an entry of this mode.
    #[must_use]
    pub fn object_type(self) -> &'static str {
        match self {
            Self::File | Self::Executable | Self::Symlink => "blob",
            Self::Directory => "tree",
            Self::Submodule => "commit",
        }
    }
}

/// One entry of a directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TreeEntry {
    /// What it is.
    pub mode: Mode,
    /// Its name inside the directory.
    pub name: String,
    /// The object it names.
    pub oid: Oid,
}

impl TreeEntry {
    /// Git compares names as if a directory's ended with a slash.
    fn sort_key(&self) -> Vec<u8> {
        let mut key = self.name.as_bytes().to_vec();
        if self.mode == Mode::Directory {
            key.push(b'/');
        }
        key
    }
}

/// A file's content, or only its size where the content is not at hand.
#[derive(Debug, Clone)]
pub struct Blob {
    /// The content; `None` where a corpus lists the file but does not carry it.
    pub bytes: Option<Arc<[u8]>>,
    /// Its length, if known.
    pub size: Option<u64>,
}

/// A commit of a linear history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commit {
    /// Its sha.
    pub oid: Oid,
    /// The root directory.
    pub tree: Oid,
    /// The commit before it.
    pub parent: Option<Oid>,
    /// Who wrote it.
    pub author: String,
    /// The whole message.
    pub message: String,
    /// When it was committed; the author's date is the same.
    pub at: DateTime<Utc>,
}

impl Commit {
    /// A commit named by git's own encoding of its parts.
    #[must_use]
    pub fn new(parts: CommitParts) -> Self {
        let CommitParts { tree, parent, author, message, at } = parts;
        let who = format!("{author} <{}> {} +0000", address_of(&author), at.timestamp());
        let parent_line = parent.map(|it| format!("parent {it}\n")).unwrap_or_default();
        let text =
            format!("tree {tree}\n{parent_line}author {who}\ncommitter {who}\n\n{message}\n");
        Self { oid: Oid::of("commit", text.as_bytes()), tree, parent, author, message, at }
    }

    /// The author's mail address.
    #[must_use]
    pub fn address(&self) -> String {
        address_of(&self.author)
    }
}

/// What a commit is made of.
#[derive(Debug, Clone)]
pub struct CommitParts {
    /// The root directory.
    pub tree: Oid,
    /// The commit before it.
    pub parent: Option<Oid>,
    /// Who wrote it.
    pub author: String,
    /// The whole message.
    pub message: String,
    /// When.
    pub at: DateTime<Utc>,
}

fn address_of(author: &str) -> String {
    let name: Vec<String> = author
        .split(|it: char| !it.is_ascii_alphanumeric())
        .filter(|it| !it.is_empty())
        .map(str::to_ascii_lowercase)
        .collect();
    format!("{}@example.com", name.join("."))
}

/// The sha of a file's content.
#[must_use]
pub fn blob_oid(content: &[u8]) -> Oid {
    Oid::of("blob", content)
}

/// Brings the entries into git's order and names the directory they make.
pub fn tree_oid(entries: &mut [TreeEntry]) -> Oid {
    entries.sort_by_cached_key(TreeEntry::sort_key);
    let mut content = Vec::new();
    for entry in entries.iter() {
        let digits = entry.mode.digits().trim_start_matches('0');
        content.extend_from_slice(digits.as_bytes());
        content.push(b' ');
        content.extend_from_slice(entry.name.as_bytes());
        content.push(0);
        content.extend_from_slice(&entry.oid.0);
    }
    Oid::of("tree", &content)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(mode: Mode, name: &str) -> TreeEntry {
        TreeEntry { mode, name: name.to_owned(), oid: blob_oid(b"hello\n") }
    }

    #[test]
    fn a_blob_has_the_sha_that_git_gives_it() {
        assert_eq!(blob_oid(b"hello\n").to_string(), "ce013625030ba8dba906f756967f9e9ca394464a");
        assert_eq!(blob_oid(b"").to_string(), "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391");
    }

    #[test]
    fn the_empty_tree_has_the_sha_that_git_gives_it() {
        assert_eq!(tree_oid(&mut []).to_string(), "4b825dc642cb6eb9a060e54bf8d69288fbee4904");
    }

    #[test]
    fn a_directory_sorts_as_if_its_name_ended_with_a_slash() {
        let mut entries = [
            entry(Mode::Directory, "a"),
            entry(Mode::File, "a.txt"),
            entry(Mode::File, "a-b"),
            entry(Mode::File, "a0"),
        ];
        tree_oid(&mut entries);
        let order: Vec<&str> = entries.iter().map(|it| it.name.as_str()).collect();
        assert_eq!(order, ["a-b", "a.txt", "a", "a0"]);
    }

    #[test]
    fn a_tree_and_a_commit_have_the_shas_that_git_gives_them() {
        let mut inner = [entry(Mode::File, "x")];
        let mut entries = [
            TreeEntry { mode: Mode::Directory, name: "a".to_owned(), oid: tree_oid(&mut inner) },
            entry(Mode::File, "a.txt"),
            entry(Mode::File, "a-b"),
            entry(Mode::Executable, "a0"),
            TreeEntry { mode: Mode::Symlink, name: "link".to_owned(), oid: blob_oid(b"a0") },
        ];
        let tree = tree_oid(&mut entries);
        assert_eq!(tree.to_string(), "ad1e1b6dc3bf671e86679f1a13579ffcb8a3c156");
        let commit = Commit::new(CommitParts {
            tree,
            parent: None,
            author: "Mara Lind".to_owned(),
            message: "Begin".to_owned(),
            at: DateTime::from_timestamp(1_763_899_200, 0).unwrap(),
        });
        assert_eq!(commit.oid.to_string(), "9e37b19afd7b88613230c0f6d1c83c9a3e08ed6c");
    }

    #[test]
    fn a_sha_reads_back_as_it_was_printed() {
        let oid = blob_oid(b"hello\n");
        assert_eq!(oid.to_string().parse::<Oid>().unwrap(), oid);
        assert!("xyz".parse::<Oid>().is_err());
    }
}
