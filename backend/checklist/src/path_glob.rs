//! Globs on paths, one language for `CODEOWNERS`, scope and `.drydock.yml`: gitignore's
//! without `!` and `[ ]`, as GitHub reads `CODEOWNERS`.
//!
//! A glob without a slash but the last stands for a name anywhere; with one it begins at the
//! root. `*` and `?` stay inside a name, `**` takes any names. A directory takes all below
//! it, but `docs/*` only what lies in `docs` itself.
//!
//! Nothing is compiled: a `CODEOWNERS` may have a hundred thousand lines, each looked at once.

use std::fmt;

/// A glob on paths.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PathGlob {
    parts: Vec<Part>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    /// Any number of directories.
    Any,
    Name(Vec<Sign>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sign {
    Any,
    One,
    Just(char),
}

/// Why a text is no glob, in words for people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PathGlobError(&'static str);

impl fmt::Display for PathGlobError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.0)
    }
}

impl std::error::Error for PathGlobError {}

/// Longer than any that a person writes; paths are at most four times as long.
const LONGEST: usize = 1_000;

impl PathGlob {
    /// Reads a glob.
    ///
    /// # Errors
    /// If it is empty or very long, or uses what GitHub does not understand in `CODEOWNERS`.
    pub fn new(text: &str) -> Result<Self, PathGlobError> {
        let names = text.trim_matches('/');
        if names.is_empty() {
            return Err(PathGlobError("the glob is empty"));
        }
        if text.len() > LONGEST {
            return Err(PathGlobError("the glob is longer than 1,000 bytes"));
        }
        if text.starts_with('!') {
            return Err(PathGlobError("a glob cannot begin with `!`"));
        }
        if text.contains(['[', ']']) {
            return Err(PathGlobError("ranges in `[ ]` are not understood in a glob"));
        }
        if names.split('/').any(|it| matches!(it, "" | "." | "..")) {
            return Err(PathGlobError("a glob has no empty, `.` or `..` names"));
        }
        let mut parts = Vec::new();
        if !text.trim_end_matches('/').contains('/') {
            parts.push(Part::Any);
        }
        parts.extend(names.split('/').map(part));
        match names.rsplit('/').next() {
            _ if text.ends_with('/') => parts.extend([Part::Any, any_name()]),
            // What is below, and not the directory itself.
            Some("**") => parts.push(any_name()),
            Some("*") => {}
            _ => parts.push(Part::Any),
        }
        Ok(Self { parts })
    }

    /// Whether the glob names this path, or a directory above it.
    #[must_use]
    pub fn matches(&self, path: &str) -> bool {
        fits(
            &self.parts,
            path.split('/'),
            |part| *part == Part::Any,
            |part, name| match part {
                Part::Any => false,
                Part::Name(signs) => fits(signs, name.chars(), is_any, is_sign),
            },
        )
    }
}

fn any_name() -> Part {
    Part::Name(vec![Sign::Any])
}

fn part(name: &str) -> Part {
    if name == "**" {
        return Part::Any;
    }
    let mut signs = Vec::new();
    let mut chars = name.chars();
    while let Some(it) = chars.next() {
        signs.push(match it {
            '*' => Sign::Any,
            '?' => Sign::One,
            // At the end of the name it is itself.
            '\\' => Sign::Just(chars.next().unwrap_or('\\')),
            other => Sign::Just(other),
        });
    }
    Part::Name(signs)
}

fn is_any(sign: &Sign) -> bool {
    *sign == Sign::Any
}

fn is_sign(sign: &Sign, char: char) -> bool {
    match sign {
        Sign::Any => false,
        Sign::One => true,
        Sign::Just(it) => *it == char,
    }
}

/// Whether a pattern fits a whole text. It goes back to the last wildcard only, which is
/// enough, so that the time is at most the product of both lengths.
fn fits<P, T: Iterator + Clone>(
    pattern: &[P],
    mut text: T,
    is_wild: impl Fn(&P) -> bool,
    is_same: impl Fn(&P, T::Item) -> bool,
) -> bool {
    let mut rest = pattern;
    // What follows the last wildcard, and the text behind what it takes.
    let mut last_wild: Option<(&[P], T)> = None;
    loop {
        let (first, after) = match rest.split_first() {
            Some((first, after)) if is_wild(first) => {
                last_wild = Some((after, text.clone()));
                rest = after;
                continue;
            }
            Some((first, after)) => (Some(first), after),
            None => (None, rest),
        };
        let mut next = text.clone();
        let Some(it) = next.next() else { return first.is_none() };
        if first.is_some_and(|first| is_same(first, it)) {
            (rest, text) = (after, next);
            continue;
        }
        let Some((behind, taken)) = &mut last_wild else { return false };
        taken.next();
        (rest, text) = (behind, taken.clone());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(glob: &str, path: &str) -> bool {
        PathGlob::new(glob).unwrap().matches(path)
    }

    #[test]
    fn a_glob_without_a_slash_is_a_name_anywhere() {
        for (glob, path) in [
            ("*", "Dockerfile"),
            ("*", "a/b/Dockerfile"),
            ("**", "a/b/Dockerfile"),
            ("*.js", "a/b/x.js"),
            ("apps", "x/apps/y/Dockerfile"),
            ("apps/", "x/apps/y/Dockerfile"),
            ("Dockerfile*", "a/Dockerfile.dev"),
            ("Dockerfile", "Dockerfile"),
        ] {
            assert!(matches(glob, path), "{glob} {path}");
        }
        for (glob, path) in [("*.js", "a/x.jsx"), ("apps", "myapps/x"), ("apps/", "x/apps")] {
            assert!(!matches(glob, path), "{glob} {path}");
        }
    }

    #[test]
    fn a_slash_before_the_end_begins_at_the_root() {
        for (glob, path) in [
            ("/docs/", "docs/a/b"),
            ("/build/logs/", "build/logs/x"),
            ("docs/api", "docs/api/Dockerfile"),
            ("/Dockerfile", "Dockerfile"),
            ("/apps/github", "apps/github"),
        ] {
            assert!(matches(glob, path), "{glob} {path}");
        }
        for (glob, path) in
            [("/docs/", "x/docs/a"), ("docs/api", "x/docs/api/y"), ("/Dockerfile", "a/Dockerfile")]
        {
            assert!(!matches(glob, path), "{glob} {path}");
        }
    }

    #[test]
    fn a_single_star_stays_in_its_directory() {
        assert!(matches("docs/*", "docs/getting-started.md"));
        assert!(!matches("docs/*", "docs/build-app/troubleshooting.md"));
        assert!(matches("/*", "Dockerfile"));
        assert!(!matches("/*", "a/Dockerfile"));
        assert!(matches("a/*/Dockerfile", "a/b/Dockerfile"));
        assert!(!matches("a/*/Dockerfile", "a/b/c/Dockerfile"));
    }

    #[test]
    fn two_stars_take_any_directories() {
        for path in ["logs", "build/logs", "a/b/logs/x"] {
            assert!(matches("**/logs", path), "{path}");
        }
        for path in ["a/b", "a/x/b", "a/x/y/b/c"] {
            assert!(matches("a/**/b", path), "{path}");
        }
        assert!(matches("legacy/**", "legacy/a/Dockerfile"));
        assert!(!matches("legacy/**", "legacy"));
        assert!(!matches("legacy/**", "x/legacy/Dockerfile"));
        assert!(matches("**/a*/**/z?", "x/ab/c/d/z1"));
    }

    #[test]
    fn signs_stand_for_characters_and_escapes_for_themselves() {
        assert!(matches("a?c", "aéc") && !matches("a?c", "ac"));
        assert!(matches(r"a\ b", "a b") && matches(r"\*", "*") && !matches(r"\*", "x"));
        assert!(matches("a*b*c", "axbxbxc") && !matches("a*b*c", "axbxbx"));
        assert!(!matches("dockerfile", "Dockerfile"));
    }

    #[test]
    fn what_github_does_not_understand_is_no_glob() {
        for text in ["", "/", "!a", "a[bc]", "a//b", "../a", "./a", &"a".repeat(1_001)] {
            assert!(PathGlob::new(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_hostile_glob_ends_soon() {
        let glob = "*a".repeat(400) + "b";
        assert!(!matches(&glob, &"a".repeat(4_000)));
        assert!(!matches(&("**/a/".repeat(100) + "b"), &("a/".repeat(2_000) + "a")));
    }
}
