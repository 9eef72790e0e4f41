//! What the catalogue says today of the base images in use. No verdict: those are the crawl's.

use std::sync::Arc;

use checklist::{Catalog, ImageFacts, Policy, TagStanding};
use store::read::OrganizationHeader;
use store::read::snapshot::{ImageKind, ImageUse};
use store::{OrganizationId, StoreError};

use crate::app::App;

/// The catalogue, read as an organization declares its own hardened images.
pub(crate) struct Known {
    pub(crate) catalog: Arc<Catalog>,
    policy: Policy,
}

/// How a base image in use stands in the catalogue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Standing {
    pub(crate) kind: StandingKind,
    /// Since when, or of what is maintained, until when.
    pub(crate) day: Option<String>,
    /// Of an older patch the tag that moves with the updates.
    newer: Option<String>,
}

/// The ways to stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum StandingKind {
    Withdrawn,
    Ended,
    Older,
    Maintained,
    NoneExists,
}

impl Known {
    pub(crate) async fn of(app: &App, header: &OrganizationHeader) -> Result<Self, StoreError> {
        let organization = OrganizationId(header.organization_id);
        let hardened_prefixes = app.store.hardened_prefixes(organization).await?;
        let policy = Policy { hardened_prefixes, target: None };
        Ok(Self { catalog: app.catalog(), policy })
    }

    /// What is known of a reference; none if it is no hardened image.
    pub(crate) fn facts(&self, reference: &str) -> Option<ImageFacts> {
        self.catalog.facts_under(reference, &self.policy)
    }

    /// None of what another image is to take the place of, and of what nothing is known.
    pub(crate) fn standing(&self, image: &ImageUse) -> Option<Standing> {
        match image.kind {
            ImageKind::NoneExists => Some(Standing::of(StandingKind::NoneExists, None)),
            ImageKind::Hardened => self.of_hardened(self.facts(&image.reference)?),
            ImageKind::ToReplace | ImageKind::NotKnown => None,
        }
    }

    fn of_hardened(&self, facts: ImageFacts) -> Option<Standing> {
        let end = facts.end_of_life;
        let has_ended = end.as_deref().is_some_and(|it| it < self.catalog.day());
        Some(match facts.tag {
            TagStanding::Withdrawn(day) => Standing::of(StandingKind::Withdrawn, Some(day)),
            TagStanding::Live | TagStanding::OlderPatch(_) if has_ended => {
                Standing::of(StandingKind::Ended, end)
            }
            TagStanding::OlderPatch(tag) => {
                Standing { newer: Some(tag), ..Standing::of(StandingKind::Older, end) }
            }
            TagStanding::Live => Standing::of(StandingKind::Maintained, end),
            TagStanding::NotListed => return None,
        })
    }
}

impl Standing {
    const fn of(kind: StandingKind, day: Option<String>) -> Self {
        Self { kind, day, newer: None }
    }

    /// Something is to be done although the image is hardened.
    pub(crate) const fn is_over(&self) -> bool {
        match self.kind {
            StandingKind::Withdrawn | StandingKind::Ended => true,
            StandingKind::Older | StandingKind::Maintained | StandingKind::NoneExists => false,
        }
    }

    /// What there is to say beside the image, if anything is to be done about it.
    pub(crate) fn note(&self) -> Option<String> {
        let day = self.day.as_deref();
        match self.kind {
            StandingKind::Withdrawn => {
                day.map(|it| format!("Withdrawn on {it}: it gets no more updates."))
            }
            StandingKind::Ended => day.map(|it| format!("Its maintenance ended on {it}.")),
            StandingKind::Older => {
                let tag = self.newer.as_deref()?;
                Some(format!("An older patch: `{tag}` moves with the updates."))
            }
            StandingKind::Maintained | StandingKind::NoneExists => None,
        }
    }
}

impl StandingKind {
    /// All of them, what is most urgent first.
    pub(crate) const ALL: [Self; 5] =
        [Self::Withdrawn, Self::Ended, Self::Older, Self::Maintained, Self::NoneExists];

    /// The name in addresses and JSON.
    pub(crate) const fn slug(self) -> &'static str {
        match self {
            Self::Withdrawn => "withdrawn",
            Self::Ended => "ended",
            Self::Older => "older",
            Self::Maintained => "maintained",
            Self::NoneExists => "none",
        }
    }

    pub(crate) fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.slug() == slug)
    }

    pub(crate) const fn words(self) -> &'static str {
        match self {
            Self::Withdrawn => "withdrawn",
            Self::Ended => "past the end of life",
            Self::Older => "older patch",
            Self::Maintained => "maintained",
            Self::NoneExists => "no hardened image exists",
        }
    }
}
