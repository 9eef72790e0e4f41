//! Cases of the rules, in a table for each item: a sentence behind `# `, the smallest
//! Dockerfile that shows it, and behind `-> ` the verdict, the codes and their lines as the
//! checklist asks for them, sometimes with what is said, behind `=> `. `## ` opens a section;
//! the last one holds shapes of real files, written anew.

use std::collections::BTreeSet;

use super::REASONS;
use super::testing::{sentences, verdict};
use crate::{Catalog, FileKind, Item, Policy, SourceFile, check};

const TABLES: [(Item, &str); 4] = [
    (Item::NonRootUser, include_str!("non_root_user/cases.txt")),
    (Item::MultiStageBuild, include_str!("multi_stage_build/cases.txt")),
    (Item::EntryPoint, include_str!("entry_point/cases.txt")),
    (Item::NoShell, include_str!("no_shell/cases.txt")),
];

const REAL: &str = "Shapes of real files";

#[derive(Debug, Default, Clone)]
struct Case<'t> {
    section: &'t str,
    sentence: &'t str,
    dockerfile: String,
    expected: &'t str,
    said: Vec<&'t str>,
}

fn cases(item: Item) -> Vec<Case<'static>> {
    let (_, table) = TABLES.into_iter().find(|(it, _)| *it == item).unwrap();
    let (mut cases, mut case) = (Vec::<Case<'_>>::new(), Case::default());
    for line in table.lines() {
        if let Some(expected) = line.strip_prefix("-> ") {
            cases.push(Case { expected, ..case.clone() });
            case = Case { section: case.section, ..Case::default() };
        } else if let Some(said) = line.strip_prefix("=> ") {
            cases.last_mut().unwrap().said.push(said);
        } else if !case.sentence.is_empty() {
            case.dockerfile.extend([line, "\n"]);
        } else if let Some(section) = line.strip_prefix("## ") {
            case.section = section;
        } else if let Some(sentence) = line.strip_prefix("# ") {
            case.sentence = sentence;
        } else {
            assert!(line.is_empty(), "no case begins with `{line}`");
        }
    }
    assert!(case.sentence.is_empty(), "`{}` has no end", case.sentence);
    cases
}

/// The cases that are not decided as written, in a form that shows how they are.
fn wrong(item: Item, written: impl Fn(&str) -> String) -> String {
    let mut wrong = String::new();
    for case in cases(item) {
        let text = written(&case.dockerfile);
        let found = verdict(item, &text);
        let said = sentences(item, &text);
        let says_otherwise = !case.said.is_empty() && case.said.join("\n") != said;
        if found != case.expected || says_otherwise {
            wrong += &format!("\n{case:#?}\n-> {found}\n=> {said}\n");
        }
    }
    wrong
}

fn assert_decided_as_written(item: Item) {
    let wrong = wrong(item, str::to_owned);
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn the_cases_of_the_non_root_user_are_decided_as_written() {
    assert_decided_as_written(Item::NonRootUser);
}

#[test]
fn the_cases_of_the_multi_stage_build_are_decided_as_written() {
    assert_decided_as_written(Item::MultiStageBuild);
}

#[test]
fn the_cases_of_the_entry_point_are_decided_as_written() {
    assert_decided_as_written(Item::EntryPoint);
}

#[test]
fn the_cases_of_no_shell_are_decided_as_written() {
    assert_decided_as_written(Item::NoShell);
}

#[test]
fn a_case_reads_the_same_with_the_line_ends_and_the_mark_of_windows() {
    let of_windows = |it: &str| format!("\u{feff}{}", it.replace('\n', "\r\n"));
    let wrong: String = TABLES.iter().map(|(item, _)| wrong(*item, of_windows)).collect();
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn every_reason_occurs_in_a_case() {
    for (item, _) in TABLES {
        let cases = cases(item);
        let expected: BTreeSet<&str> =
            cases.iter().flat_map(|it| it.expected.split([' ', '@'])).collect();
        let missing: Vec<&str> = REASONS
            .iter()
            .filter(|it| it.item == item && !expected.contains(it.code))
            .map(|it| it.code)
            .collect();
        assert!(missing.is_empty(), "{}: {missing:?}", item.slug());
    }
}

#[test]
fn each_item_has_cases_that_stand_in_real_files() {
    for (item, _) in TABLES {
        let cases = cases(item);
        let real = cases.iter().filter(|it| it.section == REAL).count();
        assert!(cases.len() >= 25 && real >= 5, "{}: {} {real}", item.slug(), cases.len());
    }
}

#[test]
fn the_target_that_the_settings_name_is_what_ships() {
    let text = "FROM dhi.io/node:24 AS shop\nCMD [\"node\", \"a.js\"]\n\
        FROM node:24 AS worker\nUSER root\nRUN npm ci\nCMD npm start\n";
    let file = SourceFile { kind: FileKind::Dockerfile, bytes: text.as_bytes() };
    let verdicts = |target: Option<&str>| {
        let policy = Policy { target: target.map(str::to_owned), ..Policy::default() };
        let report = check(&file, Catalog::built_in(), &policy);
        TABLES.map(|(item, _)| report.outcome(item).verdict.slug())
    };
    assert_eq!(verdicts(Some("Shop")), ["met", "verify", "met", "met"]);
    assert_eq!(verdicts(None), ["remaining", "remaining", "verify", "remaining"]);
}
