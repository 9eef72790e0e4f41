//! What an overview shows as long as nothing changes and the day lasts. To find it every
//! repository is looked at, so it is kept for whoever looks next.

use std::sync::Arc;

use store::read::history::HistoryDay;
use store::read::snapshot::Sums;

use super::stuck::{Candidates, StuckList};
use super::view::Sources;
use crate::app::App;
use crate::kept::Basis;

/// What a part of an organization, or all of it, comes to.
pub(crate) struct Lasting {
    pub(super) sums: Sums,
    pub(super) days: Vec<HistoryDay>,
    /// None where the crawls do not reach back far enough.
    pub(crate) stuck: Option<StuckList>,
}

impl Lasting {
    pub(crate) fn of(app: &App, sources: &Sources<'_>) -> Arc<Self> {
        let part = sources.part;
        let question = (!part.moves_with_the_clock()).then(|| part.text());
        let basis = Basis::new((sources.snapshot, sources.history), sources.now);
        app.snapshots.overviews.get_or(question, basis, || Self::new(sources))
    }

    fn new(sources: &Sources<'_>) -> Self {
        let (part, snapshot) = (sources.part, sources.snapshot);
        let repositories = part.repositories(snapshot);
        let sums = part.sums(snapshot, &repositories).into_owned();
        let candidates = Candidates { repositories: &repositories, sums: &sums };
        Self {
            stuck: StuckList::new(sources, &candidates),
            days: part.days(sources.history, &repositories, &[]),
            sums,
        }
    }
}
