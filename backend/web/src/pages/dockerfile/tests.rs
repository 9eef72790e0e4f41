//! Findings that the tests of this page share, and the page as a whole.

use checklist::{Finding, LineRange, Progress, Verdict};

pub(crate) use crate::testing::report;

/// A finding on lines `first` to `last`.
pub(crate) fn finding(verdict: Verdict, first: u32, last: u32) -> Finding {
    Finding {
        lines: Some(LineRange { first, last }),
        ..crate::testing::finding(verdict, first, "something is the matter", "do something")
    }
}

#[test]
fn items_that_do_not_apply_are_named_apart() {
    let progress = Progress { met: 4, remaining: 1, not_applicable: 3, ..Progress::default() };
    assert_eq!(super::met_words(progress), "4 of 5 items met · 3 not applicable");
    assert_eq!(super::met_words(Progress::default()), "no item applies");
}
