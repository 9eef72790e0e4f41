//! Decisions in words, as a Dockerfile's and a repository's page say them.

use store::decision::Decision;
use store::{DecisionKind, DecisionSource, EndReason};

use crate::format::date;

/// "Waived by Ada on 4 Mar 2026, until 31 Dec 2026".
pub(crate) fn decided_words(decision: &Decision) -> String {
    let what = match decision.kind {
        DecisionKind::Verified => "Verified",
        DecisionKind::Waived => "Waived",
        DecisionKind::Disputed => "Disputed",
    };
    let who = match (decision.source, decision.line) {
        (DecisionSource::Person, _) => format!("by {}", decision.decided_by),
        (DecisionSource::File, Some(line)) => format!("in line {line} of .drydock.yml"),
        (DecisionSource::File, None) => "in .drydock.yml".to_owned(),
    };
    let until = decision.expires_on.map(|it| format!(", until {}", date(it)));
    let on = date(decision.decided_at.date_naive());
    format!("{what} {who} on {on}{}", until.unwrap_or_default())
}

/// Why the item of an ended decision is open again; none where somebody wanted it so, or
/// the Dockerfile is gone.
pub(crate) fn reopened_words(decision: &Decision) -> Option<String> {
    let ended = decision.ended.as_ref()?;
    let on = date(ended.at.date_naive());
    match ended.reason {
        EndReason::EvidenceChanged => Some(format!(
            "these lines, or what is said of them, changed since ({on}), so it is open again"
        )),
        EndReason::Expired => Some("that day is past, so it is open again".to_owned()),
        EndReason::Withdrawn | EndReason::Replaced | EndReason::Removed => None,
    }
}

/// How a decision ended: "withdrawn by Bo on 5 Mar 2026".
pub(crate) fn ended_words(decision: &Decision) -> Option<String> {
    let ended = decision.ended.as_ref()?;
    let how = match ended.reason {
        EndReason::Withdrawn => "withdrawn",
        EndReason::Replaced => "replaced",
        EndReason::Expired => "expired",
        EndReason::EvidenceChanged => "ended as its lines changed",
        EndReason::Removed => "ended as the Dockerfile went away",
    };
    let by = ended.by.as_ref().map(|it| format!(" by {it}"));
    Some(format!("{how}{} on {}", by.unwrap_or_default(), date(ended.at.date_naive())))
}
