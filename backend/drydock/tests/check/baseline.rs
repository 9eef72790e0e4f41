//! The known findings: a pipeline fails only on what comes on top of them.

use std::fs;

use serde_json::json;
use tempfile::TempDir;

use super::{check_in, errors, folder, json, text};

const OLD: &str = "FROM node:20\nRUN npm ci\nEXPOSE 80\nCMD [\"node\", \"a.js\"]\n";

/// A folder with a Dockerfile and its baseline below `ci`.
fn known() -> TempDir {
    let folder = folder(&[("a/Dockerfile", OLD), ("ci/notes", "")]);
    let output = check_in(folder.path(), &["--write-baseline", "ci/known.json", "."], "");
    assert_eq!(output.status.code(), Some(0), "{}", errors(&output));
    folder
}

fn again(folder: &TempDir, file: &str) -> (Option<i32>, String) {
    super::write(folder.path(), "a/Dockerfile", file);
    let output = check_in(folder.path(), &["--baseline", "ci/known.json", "."], "");
    (output.status.code(), text(&output))
}

#[test]
fn what_is_known_neither_fails_nor_is_printed() {
    let (status, report) = again(&known(), OLD);
    assert_eq!(status, Some(0), "{report}");
    assert!(!report.contains("remaining["), "{report}");
    assert!(report.ends_with("known, 0 new, 0 settled.\n"), "{report}");
}

#[test]
fn a_new_problem_fails_and_it_alone_is_printed() {
    let (status, report) = again(&known(), &OLD.replace("CMD", "USER root\nCMD"));
    assert_eq!(status, Some(1));
    assert_eq!(report.matches("remaining[").count(), 1, "{report}");
    assert!(report.contains("remaining[root-user]"), "{report}");
    assert!(report.contains("known, 1 new, "), "{report}");
}

#[test]
fn lines_that_moved_stay_known() {
    let moved = format!("# one\n# two\n{}", OLD.replace("EXPOSE", "\nLABEL a=b\n  EXPOSE"));
    let (status, report) = again(&known(), &moved);
    assert_eq!(status, Some(0), "{report}");
    assert!(report.ends_with("known, 0 new, 0 settled.\n"), "{report}");
}

#[test]
fn one_more_of_the_same_is_new() {
    let (status, report) = again(&known(), &OLD.replace("EXPOSE 80\n", "EXPOSE 80\nEXPOSE 80\n"));
    assert_eq!(status, Some(1));
    assert_eq!(report.matches("remaining[low-port]").count(), 1, "{report}");
}

#[test]
fn what_is_gone_is_counted_as_settled() {
    let folder = known();
    let (status, report) = again(&folder, &OLD.replace("EXPOSE 80\n", ""));
    assert_eq!(status, Some(0));
    assert!(report.contains(" 0 new, 1 settled (--write-baseline forgets"), "{report}");
    fs::remove_file(folder.path().join("a/Dockerfile")).unwrap();
    super::write(folder.path(), "b/Dockerfile", super::HARDENED);
    let gone = text(&check_in(folder.path(), &["--baseline", "ci/known.json", "b"], ""));
    assert!(!gone.contains(" 0 settled"), "a file that is gone is settled: {gone}");
}

#[test]
fn what_was_not_asked_for_is_not_settled() {
    let folder = known();
    super::write(folder.path(), "b/Dockerfile", super::HARDENED);
    let report = |arguments: &[&str]| {
        let baseline = ["--baseline", "ci/known.json"];
        text(&check_in(folder.path(), &[&baseline, arguments].concat(), ""))
    };
    assert!(report(&["b"]).ends_with(" 0 settled.\n"), "{}", report(&["b"]));
    let ports = report(&["--item", "ports", "."]);
    assert!(ports.ends_with("Baseline: 1 known, 0 new, 0 settled.\n"), "{ports}");
}

#[test]
fn paths_are_those_from_the_baseline_whatever_the_working_folder() {
    let folder = known();
    let written = fs::read_to_string(folder.path().join("ci/known.json")).unwrap();
    assert!(written.contains(r#""path": "../a/Dockerfile""#), "{written}");
    let inside = folder.path().join("a");
    let output = check_in(&inside, &["--baseline", "../ci/known.json", "Dockerfile"], "");
    assert_eq!(output.status.code(), Some(0), "{}", text(&output));
}

#[test]
fn a_baseline_is_versioned_sorted_and_the_same_every_time() {
    let folder = known();
    let file = folder.path().join("ci/known.json");
    let first = fs::read(&file).unwrap();
    check_in(folder.path(), &["--jobs", "3", "--write-baseline", "ci/known.json", "."], "");
    assert_eq!(fs::read(&file).unwrap(), first);
    let document: serde_json::Value = serde_json::from_slice(&first).unwrap();
    assert_eq!(document["version"], 1);
    let order: Vec<String> = document["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| format!("{} {} {} {}", it["path"], it["item"], it["code"], it["fingerprint"]))
        .collect();
    assert!(order.is_sorted(), "{order:?}");
    assert_eq!(fs::read_dir(folder.path().join("ci")).unwrap().count(), 2, "nothing is left over");
}

#[test]
fn json_marks_what_is_known_and_keeps_the_verdicts() {
    let folder = known();
    let arguments = ["--format", "json", "--baseline", "ci/known.json", "."];
    let document = json(&check_in(folder.path(), &arguments, ""));
    let base = &document["files"][0]["items"]["base-image"];
    assert_eq!(base["verdict"], "remaining");
    assert_eq!(base["findings"][0]["known"], true);
    assert_eq!(document["baseline"]["new"], json!(0));
}

#[test]
fn github_leaves_out_what_is_known() {
    let folder = known();
    let arguments = ["--format", "github", "--baseline", "ci/known.json", "."];
    let report = text(&check_in(folder.path(), &arguments, ""));
    assert!(report.starts_with("Baseline: "), "{report}");
}

#[test]
fn a_baseline_that_cannot_be_used_says_what_to_do() {
    let folder = known();
    super::write(folder.path(), "broken.json", "{\"version\":1,");
    super::write(folder.path(), "newer.json", "{\"version\":2,\"shape\":\"unheard of\"}");
    super::write(folder.path(), "other.json", "{\"files\":[]}");
    for (file, expected) in [
        (
            "no.json",
            "the baseline no.json could not be read; write it with --write-baseline no.json",
        ),
        ("broken.json", "broken.json is no baseline; write it again"),
        ("other.json", "other.json is no baseline; write it again"),
        ("newer.json", "has version 2 and this Drydock reads up to 1; use a newer Drydock"),
    ] {
        let output = check_in(folder.path(), &["--baseline", file, "."], "");
        assert_eq!(output.status.code(), Some(2), "{file}");
        assert!(output.stdout.is_empty(), "{file}");
        assert!(errors(&output).contains(expected), "{file}: {}", errors(&output));
    }
}

#[test]
fn no_baseline_is_written_if_a_file_cannot_be_read() {
    let folder = folder(&[("Dockerfile", OLD)]);
    let output = check_in(folder.path(), &["--write-baseline", "known.json", ".", "gone"], "");
    assert_eq!(output.status.code(), Some(2));
    assert!(errors(&output).contains("the baseline was not written"), "{}", errors(&output));
    assert!(!folder.path().join("known.json").exists());
}
