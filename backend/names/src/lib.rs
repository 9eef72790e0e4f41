//! Names parsed once at the border, so that no other crate handles a raw string
//! that claims to be a login, a sha or a path.
//!
//! Everything here comes from GitHub or a person and is hostile until it parsed:
//! each type says which text it admits, and keeps the text as it was given.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Why a text is not the name it claims to be. The sentence may be shown to a person.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct NameError(String);

impl NameError {
    fn new(kind: &str, text: &str, rule: &str) -> Self {
        let shown: String = text.chars().filter(|it| !it.is_control()).take(60).collect();
        Self(format!("\u{201c}{shown}\u{201d} is not {kind}: {rule}"))
    }
}

/// GitHub's database id of a repository. It survives renames and transfers,
/// which names do not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RepositoryId(pub i64);

impl fmt::Display for RepositoryId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

macro_rules! text_name {
    ($(#[$meta:meta])* $name:ident, $kind:literal, $rule:literal, $valid:path) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// The name as it was given.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(&self.0)
            }
        }

        impl FromStr for $name {
            type Err = NameError;

            fn from_str(text: &str) -> Result<Self, NameError> {
                if $valid(text) {
                    Ok(Self(text.to_owned()))
                } else {
                    Err(NameError::new($kind, text, $rule))
                }
            }
        }

        impl TryFrom<String> for $name {
            type Error = NameError;

            fn try_from(text: String) -> Result<Self, NameError> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(name: $name) -> Self {
                name.0
            }
        }
    };
}

text_name!(
    /// The login of an organization or a user: letters, digits and hyphens, at most
    /// 100 characters (GitHub allows 39; managed users carry a `_suffix`).
    OrgLogin,
    "an organization's login",
    "use letters, digits, hyphens or underscores, at most 100, beginning with a letter or digit",
    is_login
);

text_name!(
    /// A repository's name without its owner: letters, digits, `-`, `_` and `.`,
    /// at most 100 characters, not `.` or `..`.
    RepoName,
    "a repository's name",
    "use letters, digits, hyphens, underscores or dots, at most 100",
    is_repo_name
);

text_name!(
    /// The sha of a commit, 40 lower-case hexadecimal digits.
    CommitSha,
    "a commit's sha",
    "40 lower-case hexadecimal digits are expected",
    is_sha
);

text_name!(
    /// The sha of a tree (a directory's listing), 40 lower-case hexadecimal digits.
    TreeSha,
    "a tree's sha",
    "40 lower-case hexadecimal digits are expected",
    is_sha
);

text_name!(
    /// The sha of a blob (a file's content), 40 lower-case hexadecimal digits.
    BlobSha,
    "a blob's sha",
    "40 lower-case hexadecimal digits are expected",
    is_sha
);

text_name!(
    /// A path inside a repository: relative, `/` between its parts, no part empty,
    /// `.` or `..`, no NUL, at most 4,096 bytes. It may hold any other character.
    FilePath,
    "a path inside a repository",
    "a relative path without empty, `.` or `..` parts is expected",
    is_file_path
);

impl FilePath {
    /// The last part of the path.
    #[must_use]
    pub fn file_name(&self) -> &str {
        self.0.rsplit('/').next().unwrap_or(&self.0)
    }

    /// The path without its last part; empty for a file at the root.
    #[must_use]
    pub fn directory(&self) -> &str {
        self.0.rsplit_once('/').map_or("", |(directory, _)| directory)
    }
}

fn is_login(text: &str) -> bool {
    text.len() <= 100
        && text.starts_with(|it: char| it.is_ascii_alphanumeric())
        && text.bytes().all(|it| it.is_ascii_alphanumeric() || matches!(it, b'-' | b'_'))
}

fn is_repo_name(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 100
        && text != "."
        && text != ".."
        && text.bytes().all(|it| it.is_ascii_alphanumeric() || matches!(it, b'-' | b'_' | b'.'))
}

fn is_sha(text: &str) -> bool {
    text.len() == 40 && text.bytes().all(|it| matches!(it, b'0'..=b'9' | b'a'..=b'f'))
}

fn is_file_path(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 4096
        && !text.contains('\0')
        && text.split('/').all(|part| !matches!(part, "" | "." | ".."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_login_has_no_slash_and_no_markup() {
        assert!("acme-inc".parse::<OrgLogin>().is_ok());
        for text in ["", "-acme", "acme/shop", "<b>", "a b", &"a".repeat(101)] {
            assert!(text.parse::<OrgLogin>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_path_stays_inside_its_repository() {
        assert!("docker/Dockerfile".parse::<FilePath>().is_ok());
        for text in ["", "/etc/passwd", "../x", "a/./b", "a//b", "a/", "a\0b"] {
            assert!(text.parse::<FilePath>().is_err(), "{text:?}");
        }
    }

    #[test]
    fn a_path_knows_its_file_name_and_directory() {
        let path: FilePath = "services/api/Dockerfile".parse().unwrap();
        assert_eq!((path.directory(), path.file_name()), ("services/api", "Dockerfile"));
        let root: FilePath = "Dockerfile".parse().unwrap();
        assert_eq!((root.directory(), root.file_name()), ("", "Dockerfile"));
    }

    #[test]
    fn a_sha_is_forty_lower_case_hexadecimal_digits() {
        assert!("a".repeat(40).parse::<BlobSha>().is_ok());
        for text in ["a".repeat(39), "A".repeat(40), "g".repeat(40)] {
            assert!(text.parse::<BlobSha>().is_err(), "{text}");
        }
    }

    #[test]
    fn the_error_shows_the_text_without_control_characters_and_bounded() {
        let error = format!("\u{1b}[31m{}", "x".repeat(500)).parse::<OrgLogin>().unwrap_err();
        assert!(error.to_string().len() < 250 && !error.to_string().contains('\u{1b}'));
    }
}
