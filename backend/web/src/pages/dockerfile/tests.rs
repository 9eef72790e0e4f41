//! Shapes that the tests of this page share.

use checklist::{FileState, Finding, Item, LineRange, Outcome, Progress, Report, Verdict};

/// A finding on lines `first` to `last`.
pub(crate) fn finding(verdict: Verdict, first: u32, last: u32) -> Finding {
    Finding {
        code: "a-code".to_owned(),
        verdict,
        lines: Some(LineRange { first, last }),
        message: "something is the matter".to_owned(),
        fix: Some("do something".to_owned()),
    }
}

/// A readable file's report with these findings; an item without one is met.
pub(crate) fn report(findings: &[(Item, Finding)]) -> Report {
    let outcome = |item: Item| {
        let of_item = findings.iter().filter(|(it, _)| *it == item);
        let findings: Vec<Finding> = of_item.map(|(_, it)| it.clone()).collect();
        let verdict = findings.iter().map(|it| it.verdict).max().unwrap_or(Verdict::Met);
        Outcome { verdict, settled_by: None, findings }
    };
    Report {
        state: FileState::Readable,
        state_reason: None,
        outcomes: Item::ALL.map(outcome),
        stages: Vec::new(),
        bases: Vec::new(),
        uses_dhi: false,
    }
}

#[test]
fn items_that_do_not_apply_are_named_apart() {
    let progress = Progress { met: 4, remaining: 1, not_applicable: 3, ..Progress::default() };
    assert_eq!(super::met_words(progress), "4 of 5 items met · 3 not applicable");
    assert_eq!(super::met_words(Progress::default()), "no item applies");
}
