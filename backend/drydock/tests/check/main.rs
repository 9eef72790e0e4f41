//! `drydock check` as a pipeline uses it.

#![expect(clippy::unwrap_used, reason = "a test stops at once")]

mod baseline;
mod catalog;
mod github;
mod human;
mod inputs;
mod sarif;

use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

const HARDENED: &str = "FROM dhi.io/golang:1-debian13-dev AS build\nCOPY . .\nRUN go build -o /app\n\
    FROM dhi.io/static:20250419-debian13\nCOPY --from=build --chown=nonroot /app /app\nEXPOSE 8080\nENTRYPOINT [\"/app\"]\n";

/// Runs `drydock check` in a folder, with standard input.
fn check_in(folder: &Path, arguments: &[&str], input: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_drydock"))
        .arg("check")
        .args(arguments)
        .current_dir(folder)
        .env_remove("DRYDOCK_CHECKLIST_URL")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A run that fails at once does not read what it is given.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    child.wait_with_output().unwrap()
}

/// Runs `drydock check` with standard input.
fn check(arguments: &[&str], input: &str) -> Output {
    check_in(Path::new("."), arguments, input)
}

fn text(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn errors(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap()
}

/// A folder with these files.
fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in files {
        write(folder.path(), path, text);
    }
    folder
}

/// Writes a file and the folders above it.
fn write(folder: &Path, path: &str, text: &str) {
    let path = folder.join(path);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}

#[test]
fn our_own_dockerfile_meets_the_checklist() {
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../Dockerfile");
    let output = check(&[own.to_str().unwrap()], "");
    assert_eq!(output.status.code(), Some(0), "{}", text(&output));
    assert!(text(&output).contains("0 remaining, 0 to verify, 0 unknown"), "{}", text(&output));
}

#[test]
fn nothing_remaining_is_0_something_is_1_and_nothing_to_read_is_2() {
    assert_eq!(check(&["-"], HARDENED).status.code(), Some(0));
    assert_eq!(check(&["-"], "FROM node:20\n").status.code(), Some(1));
    assert_eq!(check(&["no/such/file"], "").status.code(), Some(2));
    assert_eq!(check(&[], "").status.code(), Some(2));
    let empty = tempfile::tempdir().unwrap();
    assert_eq!(check(&[empty.path().to_str().unwrap()], "").status.code(), Some(2));
}

#[test]
fn json_has_all_eight_items_with_their_evidence() {
    let output = check(&["--format", "json", "-"], "FROM node:20\n");
    let document = json(&output);
    assert_eq!(document["version"], 1);
    let file = &document["files"][0];
    assert_eq!(file["path"], "-");
    assert_eq!(file["items"].as_object().unwrap().len(), 8);
    let base = &file["items"]["base-image"];
    assert_eq!(base["verdict"], "remaining");
    assert_eq!(base["findings"][0]["lines"], serde_json::json!([1, 1]));
    let progress = file["progress"].as_object().unwrap();
    let total: u64 = progress.values().filter_map(Value::as_u64).sum();
    assert_eq!(total, 8);
}

#[test]
fn instructions_are_printed_with_their_lines() {
    let output = check(&["--format", "instructions", "-"], "FROM a\nRUN b \\\n  c\n");
    let expected =
        r#"[{"instruction":"FROM","start":1,"end":1},{"instruction":"RUN","start":2,"end":3}]"#;
    assert_eq!(text(&output).trim(), expected);
}
