//! The report for a person: excerpts, underlines, colours, and hostile text.

use super::{check, check_in, folder, text};

#[test]
fn a_finding_shows_its_line_and_underlines_what_it_speaks_of() {
    let file = "# a service\nFROM node:22\n\nCMD [\"node\", \"a.js\"]\n";
    let expected = "\
-: 0 met, 1 remaining, 0 to verify, 0 unknown, 0 not applicable

✕ remaining[not-hardened]: `node:22` is not a Docker Hardened Image.
 --> -:2:6
  |
2 | FROM node:22
  |      ^^^^^^^
  |
  = fix: Use `dhi.io/node:22-debian13`.
  = item: Base image
  = page: /checklist#not-hardened on your dashboard

";
    assert_eq!(text(&check(&["--item", "base-image", "-"], file)), expected);
}

/// The line with an underline that follows the excerpt of a line.
fn underline<'r>(report: &'r str, excerpt: &str) -> &'r str {
    let mut lines = report.lines().skip_while(|it| !it.contains(excerpt));
    lines.nth(1).unwrap_or_default()
}

#[test]
fn the_underline_stays_below_its_evidence_behind_tabs_and_wide_letters() {
    let file = "FROM node:20\nRUN\techo 日本 &&\tapt-get -y install curl\n";
    let report = text(&check(&["--item", "package-management", "-"], file));
    assert!(report.contains("--> -:2:16"), "{report}");
    // Four columns a tab, two a wide letter.
    assert_eq!(
        underline(&report, "2 | RUN    echo 日本 &&    apt-get"),
        "  |                        ^^^^^^^"
    );
}

#[test]
fn a_command_of_several_lines_is_shown_where_the_evidence_stands() {
    let file = "FROM node:20\nRUN true && \\\n    # apt-get is next\n    apt-get install -y \\\n      ca-certificates\n";
    let report = text(&check(&["--item", "tls-certificates", "-"], file));
    assert!(report.contains("--> -:5:7"), "{report}");
    assert_eq!(underline(&report, "5 |       ca-certificates"), "  |       ^^^^^^^^^^^^^^^");
}

#[test]
fn a_message_without_a_quotation_underlines_the_line_without_its_indent() {
    let report = text(&check(&["--item", "non-root-user", "-"], "FROM node:20\n  USER root\n"));
    assert_eq!(underline(&report, "2 |   USER root"), "  |   ^^^^^^^^^");
}

#[test]
fn a_part_of_a_longer_word_is_not_taken_for_the_evidence() {
    let file = "FROM node:20\nRUN echo my-apt-get && apt-get install curl\n";
    let report = text(&check(&["--item", "package-management", "-"], file));
    assert!(report.contains("--> -:2:24"), "{report}");
}

#[test]
fn a_long_line_is_cut_to_what_is_around_the_evidence() {
    let file = format!("FROM node:20\nRUN echo {} && apt-get install curl\n", "x".repeat(5000));
    let report = text(&check(&["--item", "package-management", "-"], &file));
    assert!(report.contains("--> -:2:5014"), "{report}");
    assert!(report.lines().all(|it| it.chars().count() <= 160), "{report}");
    assert!(report.contains("^^^^^^^^^^^^^^^\n"), "{report}");
}

#[test]
fn a_hostile_file_cannot_steer_the_terminal() {
    let file = "FROM node:20\nRUN echo \u{1b}[2J \u{9b}2J \u{7}\u{202e} && apt-get install curl\n\
        LABEL a=\"\u{1b}]0;x\u{7}\"\nUSER \u{1b}[31m\n";
    let report = text(&check(&["-"], file));
    let steers = |it: char| (it.is_control() && it != '\n') || it == '\u{202e}';
    assert!(!report.contains(steers), "{report:?}");
}

#[cfg(unix)]
#[test]
fn a_hostile_name_cannot_steer_the_terminal() {
    let folder = folder(&[("a\u{1b}[2J\nb/Dockerfile", "FROM node:20\n")]);
    let report = text(&check_in(folder.path(), &["."], ""));
    assert!(!report.contains('\u{1b}'), "{report:?}");
    assert!(report.contains("a\u{fffd}[2J\u{fffd}b/Dockerfile:1:6"), "{report}");
}

#[test]
fn only_a_terminal_is_coloured_unless_it_is_asked_for() {
    let by = |color: &str| text(&check(&["--color", color, "-"], "FROM node:20\nUSER root\n"));
    let (auto, never, always) = (by("auto"), by("never"), by("always"));
    assert_eq!(auto, never, "a pipe is no terminal");
    assert!(!never.contains('\u{1b}'));
    assert!(always.contains("\u{1b}["));
    assert_eq!(without_colors(&always), never, "colour alone says nothing");
}

fn without_colors(report: &str) -> String {
    let mut parts = report.split("\u{1b}[");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |shown, it| shown + it.split_once('m').map_or(it, |(_, rest)| rest))
}

#[test]
fn the_page_of_a_reason_gets_the_address_of_ones_own_dashboard() {
    let address = "https://drydock.acme.example/checklist";
    let report = text(&check(&["--checklist-url", address, "-"], "FROM node:20\n"));
    let expected = format!("= page: {address}#not-hardened\n");
    assert!(report.contains(&expected), "{report}");
    let refused = check(&["--checklist-url", "drydock.acme.example", "-"], "FROM node:20\n");
    assert_eq!(refused.status.code(), Some(2));
}
