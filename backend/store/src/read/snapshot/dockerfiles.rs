//! Which Dockerfiles a filter lets through, and their order.

use std::cmp::Ordering;

use checklist::Item;

use super::filter::has_text;
use super::{Snapshot, SnapshotBase, SnapshotDockerfile, SnapshotFinding};
use crate::read::dockerfiles::{
    DockerfileColumn, DockerfileFilter, DockerfileOrder, ImageFilter, ReasonFilter,
};
use crate::read::repository_filter::Team;
use crate::read::standing::Tally;

impl ImageFilter {
    fn has(&self, base: &SnapshotBase) -> bool {
        match self {
            Self::Written(reference) => base.reference == *reference,
            Self::AnyTag(image) => base.image == *image,
        }
    }
}

impl Snapshot {
    /// The Dockerfiles that a filter lets through, as places in [`Snapshot::dockerfiles`], by
    /// repository and path.
    #[must_use]
    pub fn dockerfiles_matching(&self, filter: &DockerfileFilter) -> Vec<usize> {
        let text = filter.text.as_deref().map(str::to_lowercase);
        let matches = |it: &SnapshotDockerfile| {
            it.is_counted
                && self.passes_parts(filter, it)
                && text.as_deref().is_none_or(|text| self.is_named(it, text))
        };
        let kept = |place: &usize| self.dockerfiles.get(*place).is_some_and(matches);
        match (&filter.image, &filter.team) {
            // What stands behind a name is known.
            (Some(ImageFilter::Written(reference)), _) => {
                self.places_on(reference).iter().copied().filter(kept).collect()
            }
            (_, Some(team)) => self.places_of_team(team).iter().copied().filter(kept).collect(),
            (_, None) => (0..self.dockerfiles.len()).filter(kept).collect(),
        }
    }

    /// Every part of a filter but the text.
    fn passes_parts(&self, filter: &DockerfileFilter, it: &SnapshotDockerfile) -> bool {
        filter.item.is_none_or(|(item, group)| group.has(it.verdict(item)))
            && filter.team_source.is_none_or(|asked| it.team_source == Some(asked))
            && filter.team.as_ref().is_none_or(|asked| match asked {
                Team::NoOwner => it.team.is_none(),
                Team::Named(name) => it.team.is_some_and(|team| self.team(team) == name),
            })
            && match &filter.reason {
                None => true,
                Some(ReasonFilter::Code(_)) => self.finding_of(filter, it).is_some(),
                Some(ReasonFilter::Unsaid) => self.is_unsaid(filter, it),
            }
            && match (&filter.image, filter.is_build) {
                // Nothing is asked, or only the Dockerfiles behind the image are looked at.
                (None | Some(ImageFilter::Written(_)), None) => true,
                (None | Some(_), _) => self.is_based(filter, it),
            }
    }

    /// A part of `repository/path`, in small letters.
    fn is_named(&self, it: &SnapshotDockerfile, text: &str) -> bool {
        let repository = self.repository_of(it).map_or("", |it| it.name.as_str());
        has_text(it.path.as_str(), text)
            || has_text(repository, text)
            || (text.contains('/') && has_text(&format!("{repository}/{}", it.path), text))
    }

    fn is_based(&self, filter: &DockerfileFilter, it: &SnapshotDockerfile) -> bool {
        let bases = self.report_of(it).map(|it| it.bases.as_slice()).unwrap_or_default();
        bases.iter().any(|base| {
            filter.image.as_ref().is_none_or(|asked| asked.has(base))
                && filter.is_build.is_none_or(|asked| base.is_build == asked)
        })
    }

    /// Nothing is said about the asked item, or about some item that is left.
    fn is_unsaid(&self, filter: &DockerfileFilter, it: &SnapshotDockerfile) -> bool {
        let findings = self.report_of(it).map(|it| it.findings.as_slice()).unwrap_or_default();
        let is_asked = |item: &Item| match filter.item {
            Some((asked, _)) => *item == asked,
            None => it.verdict(*item).is_left(),
        };
        let mut asked = Item::ALL.into_iter().filter(is_asked);
        asked.any(|item| findings.iter().all(|it| it.item != item))
    }

    /// The reason that a filter asks for: the worst finding on its item, or of its code on
    /// an item that is left.
    #[must_use]
    pub fn finding_of(
        &self,
        filter: &DockerfileFilter,
        it: &SnapshotDockerfile,
    ) -> Option<&SnapshotFinding> {
        let code = match &filter.reason {
            Some(ReasonFilter::Unsaid) => return None,
            Some(ReasonFilter::Code(code)) => Some(code),
            None if filter.item.is_none() => return None,
            None => None,
        };
        let is_asked = |finding: &&SnapshotFinding| {
            code.is_none_or(|code| finding.code == *code)
                && match filter.item {
                    Some((item, _)) => finding.item == item,
                    None => it.verdict(finding.item).is_left(),
                }
        };
        let findings = self.report_of(it)?.findings.iter().filter(is_asked);
        // The first of the worst.
        findings.rev().max_by_key(|it| it.verdict)
    }

    /// What some Dockerfiles, at places, add up to.
    #[must_use]
    pub fn tally_at(&self, places: &[usize]) -> Tally {
        let files = places.iter().filter_map(|it| self.dockerfiles.get(*it));
        Tally::of(files.flat_map(|it| it.items))
    }

    /// Puts the first `count` Dockerfiles of an order in front, in this order; the others stand
    /// anyhow behind them. Equal ones stay by repository and path.
    pub fn order_dockerfiles(&self, places: &mut [usize], order: DockerfileOrder, count: usize) {
        let file = |place: usize| self.dockerfiles.get(place);
        let by_column = |one: usize, other: usize| {
            let (Some(first), Some(second)) = (file(one), file(other)) else {
                return Ordering::Equal;
            };
            match order.column {
                DockerfileColumn::Repository => one.cmp(&other),
                DockerfileColumn::Path => first.path.as_str().cmp(second.path.as_str()),
                DockerfileColumn::Left => first.left.cmp(&second.left),
                DockerfileColumn::Changed => first.committed_at.cmp(&second.committed_at),
            }
        };
        let compare = |one: &usize, other: &usize| {
            let ordering = by_column(*one, *other);
            let ordering = if order.is_descending { ordering.reverse() } else { ordering };
            ordering.then(one.cmp(other))
        };
        let mut front = places;
        if count < front.len() {
            front = front.select_nth_unstable_by(count, compare).0;
        }
        front.sort_unstable_by(compare);
    }
}

impl SnapshotDockerfile {
    /// Items remaining, to verify or unknown.
    #[must_use]
    pub const fn left(&self) -> usize {
        self.left
    }
}
