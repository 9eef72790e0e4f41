//! The difference as a patch that `git apply` takes.

use std::fmt::Write as _;
use std::ops::Range;

use names::FilePath;
use similar::DiffOp;

use super::{Diff, DiffLine, Fate};

impl Diff<'_> {
    /// The patch of the file at `path`, byte by byte as the two files are.
    pub(crate) fn patch(&self, path: &FilePath) -> Vec<u8> {
        let (old, new) = (quoted("a/", path), quoted("b/", path));
        let mut patch =
            format!("diff --git {old} {new}\n--- {}\n+++ {}\n", ended(&old), ended(&new))
                .into_bytes();
        for (parts, lines) in self.hunks.iter().zip(self.hunks()) {
            patch.extend_from_slice(heading(parts).as_bytes());
            lines.iter().for_each(|it| add(&mut patch, it));
        }
        patch
    }
}

/// `@@ -1,4 +1,6 @@`.
fn heading(parts: &[DiffOp]) -> String {
    let (Some(first), Some(last)) = (parts.first(), parts.last()) else { return String::new() };
    let old = first.old_range().start..last.old_range().end;
    let new = first.new_range().start..last.new_range().end;
    format!("@@ -{} +{} @@\n", span(&old), span(&new))
}

/// Where lines begin and how many they are; no lines stand behind the one before them.
fn span(lines: &Range<usize>) -> String {
    match lines.len() {
        0 => format!("{},0", lines.start),
        1 => (lines.start + 1).to_string(),
        many => format!("{},{many}", lines.start + 1),
    }
}

fn add(patch: &mut Vec<u8>, line: &DiffLine<'_>) {
    patch.push(match line.fate {
        Fate::Kept => b' ',
        Fate::Removed => b'-',
        Fate::Added => b'+',
    });
    patch.extend_from_slice(line.bytes);
    if !line.bytes.ends_with(b"\n") {
        patch.extend_from_slice(b"\n\\ No newline at end of file\n");
    }
}

/// A name as git writes it: in quotes, as in C, where it holds anything but plain characters.
fn quoted(prefix: &str, path: &FilePath) -> String {
    let path = path.as_str();
    let is_plain = |it: u8| (b' '..=b'~').contains(&it) && it != b'"' && it != b'\\';
    if path.bytes().all(is_plain) {
        return format!("{prefix}{path}");
    }
    let mut name = format!("\"{prefix}");
    for byte in path.bytes() {
        match byte {
            b'"' | b'\\' => name.extend(['\\', char::from(byte)]),
            it if is_plain(it) => name.push(char::from(it)),
            it => {
                let _ = write!(name, "\\{it:03o}");
            }
        }
    }
    name.push('"');
    name
}

/// A tab ends a name with spaces: what follows the name is then no part of it.
fn ended(name: &str) -> String {
    let is_open = name.contains(' ') && !name.starts_with('"');
    if is_open { format!("{name}\t") } else { name.to_owned() }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;
    use std::process::Command;

    use super::*;

    fn patch(path: &str, old: &[u8], new: &[u8]) -> Vec<u8> {
        Diff::between(old, new).patch(&path.parse().unwrap())
    }

    /// What `git apply` makes of a file.
    fn applied(folder: &Path, path: &str, old: &[u8], new: &[u8]) -> Vec<u8> {
        let place = folder.join(path);
        fs::create_dir_all(place.parent().unwrap()).unwrap();
        fs::write(&place, old).unwrap();
        let written = folder.join("the.patch");
        fs::write(&written, patch(path, old, new)).unwrap();
        let git = |arguments: &[&str]| {
            let run = Command::new("git").args(arguments).current_dir(folder).output().unwrap();
            assert!(run.status.success(), "{path}: {}", String::from_utf8_lossy(&run.stderr));
        };
        git(&["init", "--quiet"]);
        git(&["apply", "--whitespace=nowarn", "the.patch"]);
        fs::read(place).unwrap()
    }

    #[test]
    fn git_applies_it_whatever_the_name_and_the_line_ends_are() {
        let files: [(&[u8], &[u8]); 7] = [
            (b"FROM a\nUSER 1\n", b"FROM b\nUSER 1\n"),
            (b"FROM a\r\nUSER 1\r\n", b"FROM b\r\nUSER 1\r\n"),
            (b"FROM a", b"FROM b"),
            (b"FROM a", b"FROM a\nUSER 1\n"),
            (b"\xef\xbb\xbfFROM a\n# \xff\rx\n", b"\xef\xbb\xbfFROM b\n# \xff\rx\n"),
            (b"a\nb\nc\nd\ne\nf\ng\nh\ni\nj\n", b"x\na\nb\nc\nd\ne\nf\ng\nh\nj\nk"),
            (b"\n\n", b"a\n"),
        ];
        let paths = [
            "Dockerfile",
            "a b/Dockerfile",
            "a \"b\"\\/D\u{fc}ckerfile",
            "tab\there/and\nthere/Dockerfile",
            " b/x b/y",
            "-/--help",
        ];
        for (old, new) in files {
            for path in paths {
                let folder = tempfile::tempdir().unwrap();
                assert_eq!(applied(folder.path(), path, old, new), new, "{path:?}");
            }
        }
    }

    #[test]
    fn it_reads_as_git_writes_it() {
        let patch = patch("a b/D\u{fc}ckerfile", b"FROM a", b"FROM b\nUSER 1\n");
        insta::assert_snapshot!(String::from_utf8(patch).unwrap(), @r#"
        diff --git "a/a b/D\303\274ckerfile" "b/a b/D\303\274ckerfile"
        --- "a/a b/D\303\274ckerfile"
        +++ "b/a b/D\303\274ckerfile"
        @@ -1 +1,2 @@
        -FROM a
        \ No newline at end of file
        +FROM b
        +USER 1
        "#);
    }
}
