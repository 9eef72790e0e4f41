//! The eight items of the checklist and the five verdicts on each.

use serde::{Deserialize, Serialize};

/// One of the eight items of Docker's DHI migration checklist, in its order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Item {
    /// Every `FROM` references a Docker Hardened Image.
    BaseImage,
    /// Packages are installed only in build stages on dev images.
    PackageManagement,
    /// The runtime image runs as nonroot and its files are usable by that user.
    NonRootUser,
    /// Dev images build, a non-dev image ships.
    MultiStageBuild,
    /// No step installs ca-certificates.
    TlsCertificates,
    /// The application listens on 1025 or higher.
    Ports,
    /// `ENTRYPOINT` and `CMD` fit the image's own entry point.
    EntryPoint,
    /// Shell commands stay in build stages.
    NoShell,
}

impl Item {
    /// All eight, in the checklist's order.
    pub const ALL: [Self; 8] = [
        Self::BaseImage,
        Self::PackageManagement,
        Self::NonRootUser,
        Self::MultiStageBuild,
        Self::TlsCertificates,
        Self::Ports,
        Self::EntryPoint,
        Self::NoShell,
    ];

    /// The name in addresses, JSON and the database.
    #[must_use]
    pub const fn slug(self) -> &'static str {
        match self {
            Self::BaseImage => "base-image",
            Self::PackageManagement => "package-management",
            Self::NonRootUser => "non-root-user",
            Self::MultiStageBuild => "multi-stage-build",
            Self::TlsCertificates => "tls-certificates",
            Self::Ports => "ports",
            Self::EntryPoint => "entry-point",
            Self::NoShell => "no-shell",
        }
    }

    /// The name on pages.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::BaseImage => "Base image",
            Self::PackageManagement => "Package management",
            Self::NonRootUser => "Non-root user",
            Self::MultiStageBuild => "Multi-stage build",
            Self::TlsCertificates => "TLS certificates",
            Self::Ports => "Ports",
            Self::EntryPoint => "Entry point",
            Self::NoShell => "No shell",
        }
    }

    /// The item of a slug, if there is one.
    #[must_use]
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.slug() == slug)
    }
}

/// The verdict on one item of one Dockerfile. The order is that of precedence
/// inside an item: `max()` of its findings' verdicts is the item's verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// The subject does not occur.
    NotApplicable,
    /// Provably met.
    Met,
    /// A person must look.
    Verify,
    /// The file or the value could not be read.
    Unknown,
    /// Provably not met.
    Remaining,
}

impl Verdict {
    /// All five, in the order in which pages show them.
    pub const ALL: [Self; 5] =
        [Self::Met, Self::Remaining, Self::Verify, Self::Unknown, Self::NotApplicable];

    /// The name in addresses, JSON and the database.
    #[must_use]
    pub const fn slug(self) -> &'static str {
        match self {
            Self::NotApplicable => "not-applicable",
            Self::Met => "met",
            Self::Verify => "verify",
            Self::Unknown => "unknown",
            Self::Remaining => "remaining",
        }
    }

    /// The verdict of a slug, if there is one.
    #[must_use]
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.slug() == slug)
    }
}
