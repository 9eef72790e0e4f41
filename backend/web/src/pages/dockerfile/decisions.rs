//! What people decided about the item of a card, and the forms to decide with.

use checklist::Item;
use store::decision::Decision;
use store::read::ItemVerdict;
use store::read::dockerfile::Dockerfile;
use store::{DecisionKind, DecisionSource};

use super::decide::Tried;
use crate::decided::{self, decided_words};

/// What was decided about one item, and what can be.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Told {
    pub(super) standing: Vec<Standing>,
    /// Why the item is open again, and what was said when it was not.
    pub(super) reopened: Option<(String, String)>,
    pub(super) forms: Vec<DecisionForm>,
    /// Why its withdrawal was not taken.
    pub(super) refusal: Option<String>,
}

/// A decision that stands.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Standing {
    pub(super) words: String,
    pub(super) reason: String,
    pub(super) is_dispute: bool,
    /// What the form of its withdrawal sends; none where a file decides.
    pub(super) withdraws: Option<i64>,
}

/// A form of a card.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct DecisionForm {
    /// Its place on the page, as in `ports-waived`.
    pub(super) key: String,
    pub(super) kind: &'static str,
    pub(super) title: &'static str,
    pub(super) button: &'static str,
    pub(super) asks: &'static str,
    pub(super) is_reason_required: bool,
    pub(super) has_last_day: bool,
    pub(super) evidence: String,
    pub(super) reason: String,
    pub(super) until: String,
    /// Why it was not taken; it is open then.
    pub(super) refusal: Option<String>,
}

impl Told {
    /// What is told on the card of an item.
    pub(super) fn on_card(
        item: Item,
        file: &Dockerfile,
        decisions: &[Decision],
        tried: &Tried,
    ) -> Self {
        let of_item = || decisions.iter().filter(move |it| it.item == item);
        let standing = || of_item().filter(|it| it.ended.is_none());
        let settles = |it: &&Decision| it.kind != DecisionKind::Disputed;
        let settling = standing().find(settles);
        let is_left = file.verdict(item).is_left();
        let last = of_item().filter(settles).max_by_key(|it| it.id);
        let reopened = last.filter(|_| settling.is_none() && is_left).and_then(reopened);
        Self {
            standing: standing().map(standing_of).collect(),
            reopened,
            forms: forms(item, file, standing().any(|it| !settles(&it)), tried),
            refusal: tried.refusal.clone().filter(|_| tried.form == Some((item, None))),
        }
    }
}

fn standing_of(decision: &Decision) -> Standing {
    let is_by_person = decision.source == DecisionSource::Person;
    Standing {
        words: decided_words(decision),
        reason: decision.reason.clone(),
        is_dispute: decision.kind == DecisionKind::Disputed,
        withdraws: is_by_person.then_some(decision.id.0),
    }
}

fn reopened(decision: &Decision) -> Option<(String, String)> {
    let why = decided::reopened_words(decision)?;
    Some((format!("{}; {why}", decided_words(decision)), decision.reason.clone()))
}

/// The forms that make sense for the item as it is. What stands is withdrawn before
/// something else is decided.
fn forms(item: Item, file: &Dockerfile, is_disputed: bool, tried: &Tried) -> Vec<DecisionForm> {
    let verdict = file.verdict(item);
    let kinds = [
        (DecisionKind::Verified, verdict == ItemVerdict::Verify),
        (DecisionKind::Waived, verdict.is_left()),
        (DecisionKind::Disputed, !is_disputed),
    ];
    let wanted = kinds.into_iter().filter(|(kind, fits)| {
        file.removed_at.is_none() && (*fits || tried.form == Some((item, Some(*kind))))
    });
    wanted.map(|(kind, _)| form(item, kind, file, tried)).collect()
}

fn form(item: Item, kind: DecisionKind, file: &Dockerfile, tried: &Tried) -> DecisionForm {
    let (title, button, asks) = match kind {
        DecisionKind::Verified => ("Mark as verified…", "Mark as verified", "What you looked at"),
        DecisionKind::Waived => ("Waive…", "Waive", "Why it is not to be done"),
        DecisionKind::Disputed => ("Dispute…", "Dispute", "What is wrong with the verdict"),
    };
    let is_tried = tried.form == Some((item, Some(kind)));
    let typed = |it: &String| if is_tried { it.clone() } else { String::new() };
    DecisionForm {
        key: format!("{}-{}", item.slug(), kind.slug()),
        kind: kind.slug(),
        title,
        button,
        asks,
        is_reason_required: kind != DecisionKind::Verified,
        has_last_day: kind == DecisionKind::Waived,
        evidence: file.evidence(item),
        reason: typed(&tried.reason),
        until: typed(&tried.until),
        refusal: tried.refusal.clone().filter(|_| is_tried),
    }
}
