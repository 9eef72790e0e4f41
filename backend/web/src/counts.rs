//! How many of each of the seven verdicts there are, each with the way to its rows.

use store::read::ItemVerdict;
use store::read::standing::Tally;

use crate::format;
use crate::parts::Mark;

/// How many Dockerfiles have a verdict.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct VerdictCount {
    pub(crate) mark: Mark,
    pub(crate) count: String,
    /// Where there is one at least.
    pub(crate) link: Option<String>,
}

/// All seven, in the order of their colours in a bar.
pub(crate) fn verdict_counts(
    tally: Tally,
    link: impl Fn(ItemVerdict) -> String,
) -> Vec<VerdictCount> {
    let one = |verdict| VerdictCount {
        mark: Mark::of(verdict),
        count: format::number(tally.count(verdict)),
        link: (tally.count(verdict) > 0).then(|| link(verdict)),
    };
    ItemVerdict::ALL.map(one).into()
}

/// A length as a page prints it.
pub(crate) fn number(count: usize) -> String {
    format::number(i64::try_from(count).unwrap_or(i64::MAX))
}

/// A length and its noun.
pub(crate) fn counted(count: usize, one: &str, many: &str) -> String {
    format::counted(i64::try_from(count).unwrap_or(i64::MAX), one, many)
}
