//! What is checked: files, folders, standard input, and what cannot be read.

use std::fmt::Write as _;

use serde_json::json;

use super::{check, check_in, errors, folder, json, text};

#[test]
fn a_folder_is_searched_for_container_files_and_gitignore_is_respected() {
    let node = "FROM node:20\n";
    let folder = folder(&[
        ("Dockerfile", node),
        ("a/api.Dockerfile", node),
        (".devcontainer/Dockerfile", node),
        ("built/Dockerfile", node),
        ("dockerfile.go", node),
        (".gitignore", "built/\n"),
    ]);
    let document = json(&check_in(folder.path(), &["--format", "json", "."], ""));
    assert_eq!(document["files"].as_array().unwrap().len(), 3, "{document}");
}

#[test]
fn a_file_that_is_named_in_several_ways_is_checked_once() {
    let folder = folder(&[("a/Dockerfile", "FROM node:20\n"), ("b/Dockerfile", "FROM node:22\n")]);
    let named = ["--format", "json", "b/../a/Dockerfile", "a/Dockerfile", "-", ".", "-"];
    let document = json(&check_in(folder.path(), &named, "FROM alpine\n"));
    let files = document["files"].as_array().unwrap();
    let paths: Vec<&str> = files.iter().filter_map(|it| it["path"].as_str()).collect();
    assert_eq!(paths, ["b/../a/Dockerfile", "-", "./b/Dockerfile"]);
}

#[cfg(unix)]
#[test]
fn what_cannot_be_read_is_said_and_the_rest_is_checked() {
    let folder = folder(&[("Dockerfile", "FROM node:20\n"), ("z/Dockerfile", "FROM node:22\n")]);
    // A socket exists and cannot be opened, not even by root.
    let _socket = std::os::unix::net::UnixListener::bind(folder.path().join("socket")).unwrap();
    let arguments = ["--format", "json", "socket", "Dockerfile", "gone", "z"];
    let output = check_in(folder.path(), &arguments, "");
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(json(&output)["files"].as_array().unwrap().len(), 2);
    assert_eq!(json(&output)["not_read"][0]["path"], "gone");
    assert_eq!(json(&output)["not_read"][1]["path"], "socket");
    let said = errors(&output);
    assert!(said.contains("drydock: gone could not be read: No such file"), "{said}");
    assert!(said.contains("drydock: socket could not be read: "), "{said}");
}

#[cfg(unix)]
#[test]
fn a_folder_that_cannot_be_entered_does_not_hide_the_others() {
    use std::os::unix::fs::PermissionsExt;
    let folder = folder(&[("a/Dockerfile", "FROM node:20\n"), ("b/Dockerfile", "FROM node:22\n")]);
    let closed = folder.path().join("a");
    std::fs::set_permissions(&closed, std::fs::Permissions::from_mode(0o000)).unwrap();
    let may_enter = std::fs::read_dir(&closed).is_ok();
    let output = check_in(folder.path(), &["--format", "json", "."], "");
    std::fs::set_permissions(&closed, std::fs::Permissions::from_mode(0o755)).unwrap();
    if may_enter {
        println!("skipped: root may enter every folder");
        return;
    }
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(json(&output)["files"].as_array().unwrap().len(), 1);
}

#[test]
fn many_files_are_reported_in_the_same_order_by_any_number_of_workers() {
    let folder = folder(&[]);
    for number in 0..300 {
        let mut text = format!("FROM node:{number}\n");
        for line in 0..(number * 7) % 40 {
            writeln!(text, "RUN apt-get install -y package{line}").unwrap();
        }
        super::write(folder.path(), &format!("{}/{number}.Dockerfile", number % 7), &text);
    }
    for format in ["human", "json", "sarif", "github", "instructions"] {
        let by = |jobs| check_in(folder.path(), &["--format", format, "--jobs", jobs, "."], "");
        let (serial, parallel) = (by("1"), by("8"));
        assert!(!serial.stdout.is_empty());
        assert!(serial.stdout == parallel.stdout, "{format} differs");
        assert_eq!(serial.status.code(), parallel.status.code());
    }
}

#[test]
fn only_the_items_that_are_asked_for_are_printed_and_count() {
    let file = "FROM node:20\nEXPOSE 8080\nCMD [\"node\", \"a.js\"]\n";
    let arguments = ["--item", "ports", "--item", "tls-certificates", "--format", "json", "-"];
    let output = check(&arguments, file);
    assert_eq!(output.status.code(), Some(0), "the base image was not asked for");
    let report = &json(&output)["files"][0];
    let items: Vec<&String> = report["items"].as_object().unwrap().keys().collect();
    assert_eq!(items, ["ports", "tls-certificates"]);
    let counts = json!({"met": 2, "remaining": 0, "verify": 0, "unknown": 0, "not-applicable": 0});
    assert_eq!(report["progress"], counts);
    let human = text(&check(&["--item", "ports", "-"], file));
    assert!(!human.contains("not-hardened"), "{human}");
    assert_eq!(check(&["--item", "base-image", "-"], file).status.code(), Some(1));
}

#[test]
fn an_item_that_does_not_exist_is_refused_with_those_that_do() {
    let output = check(&["--item", "port", "-"], "FROM a\n");
    assert_eq!(output.status.code(), Some(2));
    assert!(errors(&output).contains("tls-certificates"), "{}", errors(&output));
}
