//! House rules that clippy does not know: lengths, first lines, and words that
//! have no place here.

#![expect(clippy::unwrap_used, reason = "a test stops at once")]

use std::fs;
use std::path::{Path, PathBuf};

const SOURCE_LINES: usize = 300;
const TEMPLATE_LINES: usize = 120;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Every file below `folder` with this extension, outside what is built or fetched.
fn files(folder: &Path, extension: &str, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let path = entry.path();
        let name = entry.file_name();
        if path.is_dir() && name != "target" && name != "node_modules" && name != "sample" {
            files(&path, extension, found);
        } else if path.extension().is_some_and(|it| it == extension) {
            found.push(path);
        }
    }
}

fn sources() -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    files(&root().join("backend"), "rs", &mut found);
    assert!(found.len() > 50, "the sources were not found");
    found.into_iter().map(|it| (it.clone(), fs::read_to_string(it).unwrap())).collect()
}

fn complaints(sources: &[(PathBuf, String)], wrong: impl Fn(&Path, &str) -> Option<String>) {
    let found: Vec<String> = sources
        .iter()
        .filter_map(|(path, text)| wrong(path, text).map(|it| format!("{}: {it}", path.display())))
        .collect();
    assert!(found.is_empty(), "\n{}", found.join("\n"));
}

#[test]
fn every_source_file_says_first_what_it_is_for() {
    complaints(&sources(), |_, text| {
        (!text.starts_with("//! ")).then(|| "begin with a //! sentence".to_owned())
    });
}

#[test]
fn no_source_file_is_longer_than_three_hundred_lines_without_its_tests() {
    complaints(&sources(), |path, text| {
        let is_test = path.components().any(|it| it.as_os_str() == "tests");
        let lines = text.lines().take_while(|it| !it.starts_with("#[cfg(test)]")).count();
        (!is_test && lines > SOURCE_LINES).then(|| format!("{lines} lines"))
    });
}

#[test]
fn no_lint_is_switched_off_without_an_expectation() {
    let forbidden = ["#[", "allow("].concat();
    complaints(&sources(), |_, text| {
        text.contains(&forbidden).then(|| "use #[expect(lint, reason = …)]".to_owned())
    });
}

#[test]
fn no_template_is_long_unescaped_or_has_anything_inline() {
    let mut found = Vec::new();
    files(&root().join("templates"), "html", &mut found);
    assert!(!found.is_empty(), "the templates were not found");
    for path in found {
        let text = fs::read_to_string(&path).unwrap();
        let shown = path.display();
        assert!(text.lines().count() <= TEMPLATE_LINES, "{shown} is too long");
        for inline in ["|safe", "| safe", " style=\"", "<style", "<script>", " onclick"] {
            assert!(!text.contains(inline), "{shown} holds {inline}");
        }
    }
}
