//! What a stage stands on: the external image under it, and what that allows.

use crate::catalog::{Catalog, Variant};
use crate::image::Reference;
use crate::policy::Policy;
use crate::reference::{Hardened, Standing, short_form, standing};
use crate::stages::{Base, Stage};

/// The external image under a stage, its own or that of the stage it starts from.
#[derive(Debug, Clone)]
pub(crate) enum Footing<'c> {
    /// Nothing at all.
    Scratch,
    /// An image.
    Image(BaseImage<'c>),
    /// Not to be known from the file.
    Unknown {
        /// What stands there.
        raw: String,
        /// The variable without a value.
        variable: Option<String>,
    },
}

/// An image that a `FROM` names.
#[derive(Debug, Clone)]
pub(crate) struct BaseImage<'c> {
    /// Its parts.
    pub(crate) reference: Reference,
    /// As short as people write it.
    pub(crate) short: String,
    /// What it is.
    pub(crate) standing: Standing<'c>,
}

impl<'c> Footing<'c> {
    /// The hardened image, if it is one.
    pub(crate) fn hardened(&self) -> Option<&Hardened<'c>> {
        match self {
            Self::Image(BaseImage { standing: Standing::Hardened(it), .. }) => Some(it),
            Self::Image(_) | Self::Scratch | Self::Unknown { .. } => None,
        }
    }

    /// The facts of the hardened image, if they are known.
    pub(crate) fn variant(&self) -> Option<&'c Variant> {
        self.hardened()?.variant
    }

    /// What a stage on it may do.
    pub(crate) fn ground(&self) -> Ground {
        let image = match self {
            Self::Scratch => return Ground::Scratch,
            Self::Unknown { .. } => return Ground::Unknown,
            Self::Image(image) => image,
        };
        match &image.standing {
            Standing::Hardened(it) => match it.kind {
                Some(kind) if kind.builds() => Ground::Dev,
                Some(_) => Ground::Runtime,
                None => Ground::Unclear,
            },
            Standing::PerhapsMirror | Standing::Unlisted { .. } | Standing::Placeholder { .. } => {
                Ground::Unclear
            }
            Standing::Impossible { .. } | Standing::Other => Ground::Foreign,
        }
    }

    /// Whether it is a foreign image of a kind that is known to have no shell.
    pub(crate) fn is_without_shell(&self) -> bool {
        let Self::Image(BaseImage { short, standing: Standing::Other, .. }) = self else {
            return false;
        };
        let (name, tag) = short.split_once(':').unwrap_or((short, ""));
        let with_shell = ["debug", "dev", "extra"].iter().any(|it| tag.contains(it));
        let is_bare = name.contains("/distroless/")
            || name == "cgr.dev/chainguard/static"
            || tag.contains("chiseled")
            || tag.contains("distroless");
        is_bare && !with_shell
    }

    /// How sentences name it.
    pub(crate) fn name(&self) -> &str {
        match self {
            Self::Scratch => "scratch",
            Self::Image(image) => &image.short,
            Self::Unknown { raw, .. } => raw,
        }
    }
}

/// What a stage stands on, as far as building and shipping are concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ground {
    /// Nothing.
    Scratch,
    /// A hardened image for building.
    Dev,
    /// A hardened image for shipping.
    Runtime,
    /// Hardened, or perhaps, and nobody can say which variant.
    Unclear,
    /// No hardened image.
    Foreign,
    /// The reference could not be read.
    Unknown,
}

/// What a stage names in its `FROM`; none if that is a stage.
pub(crate) fn footing<'a>(
    stage: &Stage<'_>,
    catalog: &'a Catalog,
    policy: &Policy,
) -> Option<Footing<'a>> {
    match &stage.base {
        Base::Stage(_) => None,
        Base::Scratch => Some(Footing::Scratch),
        Base::Unknown { raw, variable } => {
            Some(Footing::Unknown { raw: raw.clone(), variable: variable.clone() })
        }
        Base::Image(text) => {
            let reference = Reference::parse(text);
            let short = short_form(&reference);
            let standing = match standing(&reference, catalog, policy) {
                // Only a build argument can put something else in the place of a mark.
                Standing::Placeholder { name } if !stage.from.raw.contains('$') => {
                    let why = "its tag does not begin with a version".to_owned();
                    Standing::Impossible { name, why }
                }
                found => found,
            };
            Some(Footing::Image(BaseImage { reference, short, standing }))
        }
    }
}
