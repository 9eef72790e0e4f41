//! What a `.drydock.yml` says, and how its errors read.

use super::*;

/// The settings of a file, and its errors as a person would read them.
fn read_text(text: &str) -> (OwnSettings, Vec<String>) {
    let settings = read(text.as_bytes());
    let errors = settings.errors.iter().map(|it| format!("{}: {}", it.line, it.message)).collect();
    (settings, errors)
}

const FULL: &str = r#"# Reviewed like code.
scope:
  exclude: ["legacy/**"]
  include:
    - examples/api/Dockerfile
target: runtime
waivers:
  - path: "Dockerfile"
    item: ports
    reason: "Bound by the load balancer on 80"
    expires: 2027-03-31
verified:
  - path: "**/Dockerfile"
    item: non-root-user
    reason: The orchestrator sets the user
"#;

#[test]
fn a_whole_file_is_read() {
    let (settings, errors) = read_text(FULL);
    assert_eq!(errors, Vec::<String>::new());
    assert_eq!(settings.exclude, ["legacy/**"]);
    assert_eq!(settings.include, ["examples/api/Dockerfile"]);
    assert_eq!(settings.final_target.as_deref(), Some("runtime"));
    let waiver = OwnDecision {
        is_waiver: true,
        path: "Dockerfile".to_owned(),
        item: Item::Ports,
        reason: "Bound by the load balancer on 80".to_owned(),
        expires_on: NaiveDate::from_ymd_opt(2027, 3, 31),
        line: 8,
    };
    let verified = OwnDecision {
        is_waiver: false,
        path: "**/Dockerfile".to_owned(),
        item: Item::NonRootUser,
        reason: "The orchestrator sets the user".to_owned(),
        expires_on: None,
        line: 13,
    };
    assert_eq!(settings.decisions, [waiver, verified]);
}

#[test]
fn a_file_that_says_nothing_is_well() {
    for text in ["", "# nothing\n", "---\n", "scope:\nwaivers:\nverified: []\n", "~\n"] {
        let (settings, errors) = read_text(text);
        assert_eq!((settings, errors), (OwnSettings::default(), Vec::new()), "{text:?}");
    }
}

#[test]
fn each_error_names_its_line_and_the_rest_counts() {
    let text = r#"scope:
  exclude: [legacy/, "[a-z]/", 7]
  only: x
traget: runtime
waivers:
  - path: Dockerfile
    item: port
    reason: "No such item"
  - path: Dockerfile
    item: ports
  - item: ports
    reason: "Nowhere"
  - path: Dockerfile
    item: no-shell
    reason: "Bad date"
    expires: 2027-02-30
  - path: Dockerfile
    item: entry-point
    reason: "Good"
verified:
  path: Dockerfile
"#;
    let (settings, errors) = read_text(text);
    assert_eq!(
        errors,
        [
            "2: \u{201c}[a-z]/\u{201d} cannot be used: ranges in `[ ]` are not understood in a glob",
            "3: \u{201c}only\u{201d} is not known here; known are `exclude` and `include`",
            "4: \u{201c}traget\u{201d} is not known here; known are `scope`, `target`, `waivers` \
             and `verified`",
            "7: \u{201c}port\u{201d} is no item; these are: base-image, package-management, \
             non-root-user, multi-stage-build, tls-certificates, ports, entry-point, no-shell",
            "9: `reason` is missing",
            "11: `path` is missing",
            "16: \u{201c}2027-02-30\u{201d} is no date such as 2027-03-31",
            "21: a list is expected here",
        ]
    );
    assert_eq!(settings.exclude, ["legacy/", "7"]);
    let reasons: Vec<&str> = settings.decisions.iter().map(|it| it.reason.as_str()).collect();
    assert_eq!(reasons, ["Good"]);
}

#[test]
fn values_of_another_type_are_errors() {
    for (text, expected) in [
        ("just text\n", "1: the file has names with values"),
        ("- a\n", "1: the file has names with values"),
        ("scope: all\n", "1: `scope` has names with values"),
        ("scope:\n  exclude: a\n", "2: a list is expected here"),
        ("scope:\n  exclude:\n    - [a]\n", "3: a glob is expected here"),
        ("target: [a]\n", "1: the name of a stage is expected here"),
        ("target: a b\n", "1: \u{201c}a b\u{201d} is no name of a stage"),
        ("waivers:\n  - \n", "2: an entry has names with values"),
        (
            "waivers:\n  - path: a\n    item: ports\n    reason: ''\n",
            "4: a reason is expected here",
        ),
    ] {
        assert_eq!(read_text(text).1, [expected], "{text}");
    }
}

#[test]
fn a_verified_verdict_does_not_expire() {
    let text = "verified:\n  - path: a\n    item: ports\n    reason: b\n    expires: 2027-01-01\n";
    let (settings, errors) = read_text(text);
    let expected =
        "5: \u{201c}expires\u{201d} is not known here; known are `path`, `item` and `reason`";
    assert_eq!((settings.decisions.len(), errors), (0, vec![expected.to_owned()]));
}

#[test]
fn what_is_no_yaml_is_one_error_with_its_line() {
    for text in ["scope: [a\nb: c", "a: b: c\n", "scope:\n\t- a\n", "target: 'a", "a: b\na: c\n"] {
        let (settings, errors) = read_text(text);
        assert_eq!(errors.len(), 1, "{text} {errors:?}");
        assert!(errors[0].contains("this is no YAML"), "{errors:?}");
        assert_eq!(settings.final_target, None);
    }
    assert!(read_text("a: 1\n---\nb: 2\n").1[0].ends_with("more than one document"));
    assert_eq!(read(b"\xff\xfe").errors.len(), 1);
}

#[test]
fn a_file_that_costs_more_than_it_says_is_refused() {
    let deep = "[".repeat(20_000);
    let nested = format!("scope: {}{}", "[".repeat(100), "]".repeat(100));
    let aliases = "a: &a [x]\nb: [*a, *a]\n";
    let large = "# ".repeat(60_000);
    for text in [deep.as_str(), &nested, aliases, &large] {
        assert_eq!(read_text(text).1.len(), 1, "{:.20}", text);
    }
}

#[test]
fn entries_reasons_and_errors_are_bounded() {
    let many = format!("scope:\n  exclude:\n{}", "    - a/\n".repeat(300));
    let (settings, errors) = read_text(&many);
    let expected = "203: more than 200 entries: those from here on are not read";
    assert_eq!((settings.exclude.len(), errors), (200, vec![expected.to_owned()]));
    let long =
        format!("waivers:\n  - path: a\n    item: ports\n    reason: {}\n", "é".repeat(1_001));
    assert_eq!(read_text(&long).1, ["4: the reason is longer than 1,000 characters"]);
    let unknown: String = (0..500).map(|it| format!("key{it}: x\n")).collect();
    assert_eq!(read_text(&unknown).1.len(), MOST_ERRORS);
    let name = format!("{}: x\n", "<script>".repeat(100));
    assert!(read_text(&name).1[0].len() < 200);
}

#[test]
fn no_cut_of_a_file_breaks_the_reading() {
    for end in 0..FULL.len() {
        drop(read(&FULL.as_bytes()[..end]));
    }
}
