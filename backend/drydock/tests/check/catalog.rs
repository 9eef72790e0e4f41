//! Facts from an archive of the open catalogue in place of the built-in table.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use flate2::{Compression, write::GzEncoder};
use serde_json::Value;

use super::{check, check_in, errors, folder, json};

const NODE_31: &str = "variant: runtime\ntags: [\"31\", \"31-debian13\"]\n\
    accounts: {run-as: node, users: [{name: node, uid: 1000}]}\ncmd: [node]\n";

/// An archive as GitHub makes it, with these definitions below `image`.
fn write_archive(path: &Path, definitions: &[(&str, &str)]) {
    let encoder = GzEncoder::new(File::create(path).unwrap(), Compression::fast());
    let mut builder = tar::Builder::new(encoder);
    for (name, text) in definitions {
        let mut header = tar::Header::new_gnu();
        header.set_size(text.len() as u64);
        header.set_mode(0o644);
        header.set_mtime(1_787_000_000);
        let path = format!("catalog-0123abc/image/{name}");
        builder.append_data(&mut header, path, text.as_bytes()).unwrap();
    }
    builder.into_inner().unwrap().finish().unwrap();
}

#[test]
fn an_image_and_its_suggestion_come_from_the_archive() {
    let folder = folder(&[("Dockerfile", "FROM node:31\nCMD [\"node\", \"a.js\"]\n")]);
    let archive = folder.path().join("catalog.tar.gz");
    write_archive(&archive, &[("node/debian-13/31.yaml", NODE_31)]);
    let arguments = ["--catalog", "catalog.tar.gz", "--format", "json", "Dockerfile"];
    let document = json(&check_in(folder.path(), &arguments, ""));
    let finding = &document["files"][0]["items"]["base-image"]["findings"][0];
    assert_eq!(finding["fix"], "Use `dhi.io/node:31-debian13`.");
}

#[test]
fn withdrawn_tags_are_known_beside_an_archive_that_has_the_image() {
    let folder = folder(&[("Dockerfile", "FROM dhi.io/node:20-debian13\n")]);
    write_archive(&folder.path().join("c.tar.gz"), &[("node/debian-13/31.yaml", NODE_31)]);
    let document =
        json(&check_in(folder.path(), &["--catalog", "c.tar.gz", "--format", "json", "."], ""));
    let finding = &document["files"][0]["items"]["base-image"]["findings"][0];
    assert_eq!(finding["code"], "withdrawn-tag");
}

#[test]
fn what_is_no_archive_says_which_one_to_get() {
    let folder = folder(&[("Dockerfile", "FROM node:20\n"), ("text.tar.gz", "no archive")]);
    write_archive(&folder.path().join("empty.tar.gz"), &[]);
    for (file, expected) in [
        ("no.tar.gz", "no.tar.gz could not be opened"),
        ("text.tar.gz", "text.tar.gz holds no catalogue; download the .tar.gz"),
        ("empty.tar.gz", "empty.tar.gz holds no catalogue; download the .tar.gz"),
    ] {
        let output = check_in(folder.path(), &["--catalog", file, "."], "");
        assert_eq!(output.status.code(), Some(2), "{file}");
        assert!(output.stdout.is_empty(), "{file}");
        assert!(errors(&output).contains(expected), "{file}: {}", errors(&output));
    }
}

#[test]
fn a_definition_that_is_not_understood_is_named_and_the_rest_holds() {
    let folder = folder(&[("Dockerfile", "FROM dhi.io/node:31\nCMD [\"node\", \"a.js\"]\n")]);
    let definitions = [("node/debian-13/31.yaml", NODE_31), ("node/debian-13/odd.yaml", "- 1")];
    write_archive(&folder.path().join("c.tar.gz"), &definitions);
    let output = check_in(folder.path(), &["--catalog", "c.tar.gz", "."], "");
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert!(errors(&output).contains("node/debian-13/odd.yaml"), "{}", errors(&output));
}

#[expect(clippy::print_stderr, reason = "a test says that it skips")]
fn shared(name: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/dhi").join(name);
    let there = fs::exists(&path).unwrap_or(false);
    if !there {
        eprintln!("skipped: {} is not there", path.display());
    }
    there.then_some(path)
}

#[test]
fn the_archive_behind_the_built_in_table_gives_the_same_report() {
    let Some(archive) = shared("definitions.tar.gz") else { return };
    let file = "FROM node:20-alpine AS b\nRUN apk add ca-certificates\n\
        FROM dhi.io/node:20-debian13 AS old\nFROM dhi.io/nginx:1\nUSER www-data\nEXPOSE 80\nCMD nginx\n";
    let with: Value =
        json(&check(&["--catalog", archive.to_str().unwrap(), "--format", "json", "-"], file));
    assert_eq!(with, json(&check(&["--format", "json", "-"], file)));
}
