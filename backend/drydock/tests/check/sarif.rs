//! SARIF 2.1.0: what the standard and its schema require of a document, and what code
//! scanning needs to recognize a result again.

use checklist::rules::REASONS;
use serde_json::{Value, json};

use super::{check, check_in, folder, json, write};

const FILE: &str = "ARG BASE\nFROM ${BASE} AS b\nFROM node:20\nRUN apt-get install curl\n";

fn run(arguments: &[&str], input: &str) -> Value {
    let document = json(&check(&[&["--format", "sarif"], arguments].concat(), input));
    document.pointer("/runs/0").unwrap().clone()
}

fn results(run: &Value) -> &Vec<Value> {
    run["results"].as_array().unwrap()
}

#[test]
fn a_document_has_what_the_standard_requires() {
    let document = json(&check(&["--format", "sarif", "-"], FILE));
    assert_eq!(document["version"], "2.1.0");
    assert_eq!(document["runs"].as_array().unwrap().len(), 1);
    let run = &document["runs"][0];
    assert_eq!(run["tool"]["driver"]["name"], "Drydock");
    assert_eq!(run["invocations"][0]["executionSuccessful"], true);
    for result in results(run) {
        let rule = &run["tool"]["driver"]["rules"]
            [usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap()];
        assert_eq!(rule["id"], result["ruleId"]);
        assert!(!result["message"]["text"].as_str().unwrap().is_empty());
        let place = &result["locations"][0]["physicalLocation"];
        assert_eq!(place["artifactLocation"]["uri"], "-");
        let line = |it: &str| place["region"][it].as_u64().unwrap();
        assert!(1 <= line("startLine") && line("startLine") <= line("endLine"), "{result}");
    }
}

#[test]
fn every_documented_reason_is_a_rule_with_help() {
    let run = run(&["-"], "FROM node:20\n");
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    let ids: Vec<&str> = rules.iter().filter_map(|it| it["id"].as_str()).collect();
    let codes: Vec<&str> = REASONS.iter().map(|it| it.code).collect();
    assert_eq!(ids, codes);
    for (rule, reason) in rules.iter().zip(REASONS) {
        assert!(rule["help"]["text"].as_str().unwrap().starts_with(reason.why));
        assert!(rule["helpUri"].as_str().unwrap().starts_with("https://"), "{rule}");
    }
}

#[test]
fn what_remains_is_an_error_and_the_rest_a_warning() {
    let run = run(&["-"], FILE);
    let mut verdicts = Vec::new();
    for result in results(&run) {
        let verdict = result["properties"]["verdict"].as_str().unwrap();
        let expected = if verdict == "remaining" { "error" } else { "warning" };
        assert_eq!(result["level"], expected, "{result}");
        verdicts.push(verdict);
    }
    assert!(verdicts.contains(&"remaining") && verdicts.contains(&"unknown"), "{verdicts:?}");
}

#[test]
fn a_path_is_a_relative_reference_with_its_odd_characters_encoded() {
    let folder = folder(&[("a b/ü#1%?:x.Dockerfile", "FROM node:20\n")]);
    let below = folder.path().canonicalize().unwrap();
    let named = below.to_str().unwrap();
    for path in [".", named] {
        let document = json(&check_in(&below, &["--format", "sarif", path], ""));
        let place = &document["runs"][0]["results"][0]["locations"][0]["physicalLocation"];
        assert_eq!(place["artifactLocation"]["uri"], "a%20b/%C3%BC%231%25%3F%3Ax.Dockerfile");
    }
}

#[test]
fn what_is_said_of_a_whole_file_has_no_region_and_is_said_once() {
    let run = run(&["-"], "FROM {{ image }}\n");
    let found = results(&run);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0]["ruleId"], "template");
    assert!(found[0]["locations"][0]["physicalLocation"].get("region").is_none());
}

#[test]
fn fingerprints_stay_when_unrelated_lines_move_and_differ_for_the_same_twice() {
    let prints = |file: &str| -> Vec<Value> {
        results(&run(&["-"], file))
            .iter()
            .map(|it| json!([it["ruleId"], it["partialFingerprints"]]))
            .collect()
    };
    let twice = format!("{FILE}RUN apt-get install curl\n");
    let moved = format!("# moved\n\n{}", twice.replace("RUN apt", "# between\nRUN   apt"));
    let before = prints(&twice);
    assert_eq!(before, prints(&moved));
    let mut different = before.clone();
    different.sort_by_key(Value::to_string);
    different.dedup();
    assert_eq!(different.len(), before.len());
}

#[test]
fn a_run_that_missed_a_file_says_so() {
    let run = run(&["-", "no/such/file"], "FROM node:20\n");
    let invocation = &run["invocations"][0];
    assert_eq!(invocation["executionSuccessful"], false);
    let said = invocation["toolExecutionNotifications"][0]["message"]["text"].as_str().unwrap();
    assert!(said.starts_with("no/such/file could not be read"), "{said}");
}

#[test]
fn known_findings_are_notes_that_have_not_changed() {
    let folder = folder(&[("Dockerfile", "FROM node:20\n")]);
    check_in(folder.path(), &["--write-baseline", "known.json", "."], "");
    write(folder.path(), "Dockerfile", "FROM node:20\nUSER root\nEXPOSE 80\n");
    let arguments = ["--format", "sarif", "--baseline", "known.json", "."];
    let document = json(&check_in(folder.path(), &arguments, ""));
    let of = |code: &str| {
        let found = results(&document["runs"][0]).iter().find(|it| it["ruleId"] == code).unwrap();
        (found["level"].clone(), found["baselineState"].clone())
    };
    assert_eq!(of("not-hardened"), (json!("note"), json!("unchanged")));
    assert_eq!(of("low-port"), (json!("error"), json!("new")));
}
