//! View models of the shapes that several pages use; `templates/parts/` prints them.
//! Pure arithmetic on stored counts, no verdict is made here.

use checklist::{Item, Progress, Verdict};
use store::read::ItemVerdict;

use crate::format;

/// Item verdicts counted, as the store counts them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) met: i64,
    pub(crate) verified: i64,
    pub(crate) verify: i64,
    pub(crate) unknown: i64,
    pub(crate) remaining: i64,
    pub(crate) waived: i64,
    pub(crate) not_applicable: i64,
}

impl Tally {
    /// What counts: all but the waived and the not-applicable.
    pub(crate) fn counted(self) -> i64 {
        self.done() + self.left()
    }

    /// Met, or verified by a person.
    pub(crate) fn done(self) -> i64 {
        self.met + self.verified
    }

    /// What is not met yet.
    pub(crate) fn left(self) -> i64 {
        self.verify + self.unknown + self.remaining
    }

    /// The share done in percent, rounded down.
    pub(crate) fn percent(self) -> Option<i64> {
        format::percent(self.done(), self.counted())
    }
}

impl From<Progress> for Tally {
    fn from(progress: Progress) -> Self {
        Self {
            met: progress.met.into(),
            verified: 0,
            waived: 0,
            verify: progress.verify.into(),
            unknown: progress.unknown.into(),
            remaining: progress.remaining.into(),
            not_applicable: progress.not_applicable.into(),
        }
    }
}

impl From<store::read::standing::Tally> for Tally {
    fn from(stored: store::read::standing::Tally) -> Self {
        Self {
            met: stored.met,
            verified: stored.verified,
            verify: stored.verify,
            unknown: stored.unknown,
            remaining: stored.remaining,
            waived: stored.waived,
            not_applicable: stored.not_applicable,
        }
    }
}

/// A text and the address of what stands behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Linked {
    pub(crate) text: String,
    pub(crate) link: String,
}

impl Linked {
    pub(crate) fn new(text: impl Into<String>, link: impl Into<String>) -> Self {
        Self { text: text.into(), link: link.into() }
    }
}

/// A bar of up to five segments on a scale of 1,000, and the same in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Bar {
    pub(crate) label: String,
    pub(crate) segments: Vec<Segment>,
}

/// One segment of a [`Bar`]; segments without width are left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Segment {
    /// `met`, `verified`, `verify`, `unknown` or `remaining`.
    pub(crate) class: &'static str,
    pub(crate) x: i64,
    pub(crate) width: i64,
}

impl Bar {
    const SCALE: i64 = 1000;

    pub(crate) fn new(tally: Tally) -> Self {
        let whole = tally.counted().max(1);
        let mut before = 0;
        let mut segments = Vec::new();
        for (class, count) in [
            (Verdict::Met.slug(), tally.met),
            ("verified", tally.verified),
            (Verdict::Verify.slug(), tally.verify),
            (Verdict::Unknown.slug(), tally.unknown),
            (Verdict::Remaining.slug(), tally.remaining),
        ] {
            let x = before * Self::SCALE / whole;
            before += count;
            let width = before * Self::SCALE / whole - x;
            if count > 0 {
                segments.push(Segment { class, x, width });
            }
        }
        Self { label: tally_words(tally), segments }
    }
}

/// "1,512 met · 268 to verify · 659 remaining"; the others only where there are some.
pub(crate) fn tally_words(tally: Tally) -> String {
    if tally.counted() == 0 && tally.waived == 0 {
        return "nothing to count".to_owned();
    }
    let counted = [
        (tally.met, "met", true),
        (tally.verified, "verified", false),
        (tally.verify, "to verify", true),
        (tally.remaining, "remaining", true),
        (tally.unknown, "unknown", false),
        (tally.waived, "waived", false),
    ];
    let shown = counted.into_iter().filter(|(count, _, always)| *always || *count > 0);
    let words: Vec<String> =
        shown.map(|(count, word, _)| format!("{} {word}", format::number(count))).collect();
    words.join(" · ")
}

/// A verdict as a mark: a sign, a class for its colour, a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Mark {
    pub(crate) sign: &'static str,
    pub(crate) class: &'static str,
    pub(crate) word: &'static str,
}

impl Mark {
    pub(crate) fn of(verdict: impl Into<ItemVerdict>) -> Self {
        let verdict = verdict.into();
        let (sign, word) = match verdict {
            ItemVerdict::Met => ("✓", "met"),
            ItemVerdict::Verified => ("✓", "verified"),
            ItemVerdict::Remaining => ("✕", "remaining"),
            ItemVerdict::Verify => ("?", "to verify"),
            ItemVerdict::Unknown => ("?", "unknown"),
            ItemVerdict::Waived => ("–", "waived"),
            ItemVerdict::NotApplicable => ("–", "not applicable"),
        };
        Self { sign, class: verdict.slug(), word }
    }

    /// The mark of several Dockerfiles' verdicts on one item: the one that hurts most.
    /// None where there is no Dockerfile.
    pub(crate) fn worst(tally: Tally) -> Option<Self> {
        let verdict = match () {
            () if tally.remaining > 0 => ItemVerdict::Remaining,
            () if tally.unknown > 0 => ItemVerdict::Unknown,
            () if tally.verify > 0 => ItemVerdict::Verify,
            () if tally.verified > 0 => ItemVerdict::Verified,
            () if tally.met > 0 => ItemVerdict::Met,
            () if tally.waived > 0 => ItemVerdict::Waived,
            () if tally.not_applicable > 0 => ItemVerdict::NotApplicable,
            () => return None,
        };
        Some(Self::of(verdict))
    }
}

/// One of the eight cells of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Cell {
    pub(crate) mark: Mark,
    /// "Ports: remaining", for hover and screen readers.
    pub(crate) label: String,
}

impl Cell {
    pub(crate) fn new(item: Item, mark: Mark) -> Self {
        Self { mark, label: format!("{}: {}", item.title(), mark.word) }
    }
}

/// The short column heading of an item.
pub(crate) const fn short_title(item: Item) -> &'static str {
    match item {
        Item::BaseImage => "Base",
        Item::PackageManagement => "Pkg",
        Item::NonRootUser => "User",
        Item::MultiStageBuild => "Stage",
        Item::TlsCertificates => "TLS",
        Item::Ports => "Port",
        Item::EntryPoint => "Entry",
        Item::NoShell => "Shell",
    }
}

/// Nothing to show, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Empty {
    pub(crate) what: String,
    pub(crate) advice: String,
    /// The text and the address of the way out.
    pub(crate) link: Option<(String, String)>,
}

/// Which page of how many, and the way to its neighbours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Pagination {
    /// "51–100 of 214".
    pub(crate) words: String,
    pub(crate) previous: Option<String>,
    pub(crate) next: Option<String>,
}

impl Pagination {
    /// Page `page` (from 1) of `total` rows; `link` prints the address of a page.
    pub(crate) fn new(page: i64, size: i64, total: i64, link: impl Fn(i64) -> String) -> Self {
        let first = (page - 1) * size + 1;
        let last = (page * size).min(total);
        Self {
            words: format!(
                "{}–{} of {}",
                format::number(first.min(total)),
                format::number(last),
                format::number(total)
            ),
            previous: (page > 1).then(|| link(page - 1)),
            next: (last < total).then(|| link(page + 1)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_segments_of_a_bar_touch_and_fill_it() {
        let bar = Bar::new(Tally {
            met: 1,
            verify: 1,
            remaining: 1,
            not_applicable: 7,
            ..Tally::default()
        });
        let drawn: Vec<_> = bar.segments.iter().map(|it| (it.class, it.x, it.width)).collect();
        assert_eq!(drawn, [("met", 0, 333), ("verify", 333, 333), ("remaining", 666, 334)]);
    }

    #[test]
    fn the_cell_of_an_item_shows_what_hurts_most() {
        let tally = Tally { met: 5, verify: 1, unknown: 1, ..Tally::default() };
        assert_eq!(Mark::worst(tally), Some(Mark::of(Verdict::Unknown)));
        assert_eq!(Mark::worst(Tally::default()), None);
    }

    #[test]
    fn the_last_page_has_no_next_page() {
        let shown = Pagination::new(3, 50, 124, |page| format!("?page={page}"));
        assert_eq!((shown.words.as_str(), shown.next), ("101–124 of 124", None));
        assert_eq!(shown.previous.as_deref(), Some("?page=2"));
    }
}
