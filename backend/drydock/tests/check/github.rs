//! Annotations in GitHub Actions: levels, places, and hostile names.

use super::{check, check_in, folder, text};

#[test]
fn each_finding_is_a_command_with_its_lines() {
    let report =
        text(&check(&["--item", "base-image", "--format", "github", "-"], "FROM node:22\n"));
    let expected = "::error file=-,line=1,endLine=1,title=Base image (not-hardened)::\
        `node:22` is not a Docker Hardened Image.%0AFix: Use `dhi.io/node:22-debian13`.\
        %0A/checklist#not-hardened on your dashboard\n";
    assert_eq!(report, expected);
}

#[test]
fn a_verdict_to_verify_is_a_warning_and_an_unknown_one_a_notice() {
    let file = "ARG BASE\nFROM ${BASE}\nFROM dhi.io/no-such-image:1\n";
    let report = text(&check(&["--item", "base-image", "--format", "github", "-"], file));
    let levels: Vec<&str> = report.lines().filter_map(|it| it.split(' ').next()).collect();
    assert_eq!(levels, ["::notice", "::warning"], "{report}");
}

#[cfg(unix)]
#[test]
fn a_hostile_name_ends_neither_the_property_nor_the_line() {
    let folder = folder(&[("a,line=9:b%\r\n::error::c/Dockerfile", "FROM node:20\n")]);
    let report =
        text(&check_in(folder.path(), &["--item", "base-image", "--format", "github", "."], ""));
    assert_eq!(report.lines().count(), 1, "{report}");
    let path = "file=a%2Cline=9%3Ab%25%0D%0A%3A%3Aerror%3A%3Ac/Dockerfile,line=1,";
    assert!(report.contains(path), "{report}");
}

#[test]
fn hostile_text_in_a_file_stays_in_its_message() {
    let file = "FROM \"node:20%0A::error::x\"\nUSER a\u{1b}[2J\n";
    let report = text(&check(&["--format", "github", "-"], file));
    assert!(report.lines().all(|it| it.starts_with("::")), "{report}");
    assert!(!report.contains("%0A::error::x"), "a percent sign is escaped: {report}");
    assert!(!report.contains('\u{1b}'), "{report}");
}

#[test]
fn what_cannot_be_read_is_an_error_too() {
    let report = text(&check(&["--format", "github", "-", "no/such,file"], "FROM node:20\n"));
    assert!(report.contains("::error file=no/such%2Cfile,title=Not read::"), "{report}");
}
