//! The decisions about a repository's Dockerfiles: those that stand, and those that ended lately.

use checklist::Item;
use names::{FilePath, OrgLogin, RepoName};
use store::DecisionKind;
use store::EndReason;
use store::decision::Decision;

use crate::decided::{decided_words, ended_words};
use crate::links;

/// One decision.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct DecisionRow {
    pub(super) item: Item,
    pub(super) path: String,
    pub(super) card_link: String,
    pub(super) words: String,
    pub(super) reason: String,
    /// How it ended.
    pub(super) ended: Option<String>,
    pub(super) is_dispute: bool,
    /// It ended by itself: somebody should look.
    pub(super) is_lost: bool,
}

impl DecisionRow {
    pub(super) fn rows(
        owner: &OrgLogin,
        name: &RepoName,
        decisions: &[(FilePath, Decision)],
    ) -> Vec<Self> {
        let row = |(path, decision): &(FilePath, Decision)| Self {
            item: decision.item,
            path: path.to_string(),
            card_link: links::card(owner, name, path, decision.item),
            words: decided_words(decision),
            reason: decision.reason.clone(),
            ended: ended_words(decision),
            is_dispute: decision.kind == DecisionKind::Disputed,
            is_lost: decision.ended.as_ref().is_some_and(|it| match it.reason {
                EndReason::EvidenceChanged | EndReason::Expired => true,
                EndReason::Withdrawn | EndReason::Replaced | EndReason::Removed => false,
            }),
        };
        decisions.iter().map(row).collect()
    }
}
