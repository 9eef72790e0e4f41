//! The eight cards: each item's verdict, its reasons gathered by code, and the
//! way to their lines.

use checklist::{Finding, Item, LineRange, Outcome, Report, Verdict};
use store::read::ItemVerdict;

use super::decisions::Told;
use crate::format;
use crate::links;
use crate::parts::Mark;
use crate::prose::Prose;

/// One item of the checklist.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Card {
    pub(super) item: Item,
    pub(super) guide_link: String,
    pub(super) mark: Mark,
    pub(super) points: Vec<Point>,
    /// The item whose settling settles this one too.
    pub(super) settled_by: Option<&'static str>,
    /// What people decided about it.
    pub(super) decided: Told,
}

/// The findings of one reason code.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Point {
    pub(super) message: Prose,
    /// What to do, where the source does not say it in place.
    pub(super) fix: Option<Prose>,
    pub(super) reason_link: String,
    pub(super) lines: Vec<LineLink>,
}

/// The way to evidence lines.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct LineLink {
    pub(super) text: String,
    pub(super) link: String,
}

/// The cards of a report, with what became of each item. Where the whole file is the
/// reason, the page says it once and the cards keep silent.
pub(super) fn cards(report: &Report, verdicts: [ItemVerdict; 8], is_said_once: bool) -> Vec<Card> {
    let each = Item::ALL.into_iter().zip(verdicts);
    each.map(|(item, it)| card(item, it, report.outcome(item), is_said_once)).collect()
}

/// The cards of a file that could not be had.
pub(super) fn unread_cards(verdicts: [ItemVerdict; 8]) -> Vec<Card> {
    let outcome = Outcome { verdict: Verdict::Unknown, settled_by: None, findings: Vec::new() };
    let each = Item::ALL.into_iter().zip(verdicts);
    each.map(|(item, it)| card(item, it, &outcome, true)).collect()
}

fn card(item: Item, verdict: ItemVerdict, outcome: &Outcome, is_silent: bool) -> Card {
    let mut points: Vec<(&str, Vec<&Finding>)> = Vec::new();
    for finding in outcome.findings.iter().filter(|_| !is_silent) {
        match points.iter_mut().find(|(code, _)| *code == finding.code) {
            Some((_, gathered)) => gathered.push(finding),
            None => points.push((&finding.code, vec![finding])),
        }
    }
    Card {
        item,
        guide_link: links::item_guide(item),
        mark: Mark::of(verdict),
        points: points.iter().filter_map(|(code, it)| point(code, it)).collect(),
        settled_by: outcome.settled_by.filter(|_| verdict.is_left()).map(Item::title),
        decided: Told::default(),
    }
}

fn point(code: &str, findings: &[&Finding]) -> Option<Point> {
    let first = findings.first()?;
    let mut lines: Vec<LineRange> = findings.iter().filter_map(|it| it.lines).collect();
    lines.sort_unstable();
    lines.dedup();
    let in_place = first.lines.is_some() && super::source::is_open(first.verdict);
    Some(Point {
        message: Prose::sentence(&first.message),
        fix: first.fix.as_deref().filter(|_| !in_place).map(Prose::sentence),
        reason_link: links::reason(code),
        lines: lines.into_iter().map(line_link).collect(),
    })
}

fn line_link(lines: LineRange) -> LineLink {
    let text = format::lines(lines.first, lines.last);
    LineLink { text, link: format!("#L{}", lines.first) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::dockerfile::tests::{finding, report};

    fn cards(report: &Report) -> Vec<Card> {
        let verdicts = report.outcomes.each_ref().map(|it| it.verdict.into());
        super::cards(report, verdicts, false)
    }

    #[test]
    fn findings_of_one_reason_are_one_point_with_all_its_lines() {
        let report = report(&[
            (Item::BaseImage, finding(Verdict::Remaining, 1, 1)),
            (Item::BaseImage, finding(Verdict::Remaining, 8, 9)),
        ]);
        let card = &cards(&report)[0];
        assert_eq!(card.points.len(), 1);
        let lines: Vec<_> = card.points[0].lines.iter().map(|it| it.text.as_str()).collect();
        assert_eq!(lines, ["line 1", "lines 8–9"]);
        assert_eq!(card.points[0].lines[1].link, "#L8");
    }

    #[test]
    fn advice_that_the_source_gives_in_place_is_not_given_twice() {
        let mut whole_file = finding(Verdict::Remaining, 1, 1);
        whole_file.lines = None;
        let in_place = report(&[(Item::Ports, finding(Verdict::Remaining, 1, 1))]);
        let apart = report(&[(Item::Ports, whole_file)]);
        assert_eq!(cards(&in_place)[5].points[0].fix, None);
        assert!(cards(&apart)[5].points[0].fix.is_some());
    }

    #[test]
    fn a_file_that_could_not_be_had_has_eight_unknown_cards() {
        let cards = unread_cards([ItemVerdict::Unknown; 8]);
        assert_eq!(cards.len(), 8);
        assert!(
            cards.iter().all(|it| it.mark == Mark::of(Verdict::Unknown) && it.points.is_empty())
        );
    }
}
