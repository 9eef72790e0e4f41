//! What the table tells about all rows that match. To find it every repository is looked at, so
//! it is kept for the other pages and orders of the same rows.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use store::read::snapshot::Choices;
use store::read::standing::Standing;

use super::Request;
use crate::app::App;
use crate::kept::Basis;

/// What all that matches comes to, and what else may be chosen.
pub(crate) struct Matches {
    /// Nothing is told of this week here.
    pub(super) standing: Standing,
    pub(super) choices: Choices,
}

impl Matches {
    pub(super) fn of(app: &App, request: &Request) -> Arc<Self> {
        let Request { address, snapshot, now, .. } = request;
        let moves_with_the_clock = address.filter.lately.is_some();
        let question = (!moves_with_the_clock).then(|| address.query.with(&[("sort", "")]));
        let basis = Basis::of_snapshot(snapshot, *now);
        app.snapshots.tables.get_or(question, basis, || Self::new(request))
    }

    fn new(request: &Request) -> Self {
        let snapshot = &request.snapshot;
        let matching = request.matching.iter().filter_map(|it| snapshot.repositories.get(*it));
        Self {
            standing: snapshot.standing_of(matching, DateTime::<Utc>::MAX_UTC),
            choices: snapshot.choices(&request.address.filter),
        }
    }
}
