//! What the catalogue knows of a hardened image, for people who look it up. No verdict.

use crate::catalog::{Catalog, VariantKind};
use crate::image::Reference;
use crate::policy::Policy;
use crate::reference::{Found, Standing, standing};

/// What is known of a hardened image's tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImageFacts {
    /// The image's name in the catalogue.
    pub name: String,
    /// What it is made for; none if that is not known.
    pub kind: Option<VariantKind>,
    /// How the tag stands.
    pub tag: TagStanding,
    /// The day on which its maintenance ends.
    pub end_of_life: Option<String>,
    /// What its tags share; none where only the name is known.
    pub variant: Option<VariantFacts>,
}

/// How a tag stands in the catalogue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TagStanding {
    /// It is maintained.
    Live,
    /// An older patch of this maintained tag.
    OlderPatch(String),
    /// Withdrawn on this day.
    Withdrawn(String),
    /// Not listed.
    NotListed,
}

/// What the tags of a variant share.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VariantFacts {
    /// The account it runs as.
    pub user: String,
    /// That account's number.
    pub uid: u32,
    /// Its entry point; empty where none is set.
    pub entrypoint: Vec<String>,
    /// Its command; empty where none is set.
    pub cmd: Vec<String>,
    /// The ports it exposes.
    pub ports: Vec<u16>,
    /// A listed shell. None listed is no proof that there is none.
    pub shell: Option<String>,
    /// A listed package manager.
    pub package_manager: Option<String>,
    /// Whether it declares a bundle of certificate authorities.
    pub has_certificates: bool,
}

impl Catalog {
    /// What is known of a reference; none if it is no hardened image.
    #[must_use]
    pub fn facts_of(&self, reference: &str) -> Option<ImageFacts> {
        let reference = Reference::parse(reference);
        let hardened = match standing(&reference, self, &Policy::default()) {
            Standing::Hardened(hardened) => hardened,
            Standing::Impossible { .. }
            | Standing::Placeholder { .. }
            | Standing::PerhapsMirror
            | Standing::Unlisted { .. }
            | Standing::Other => return None,
        };
        let variant = hardened.variant.map(|it| VariantFacts {
            user: it.user.clone(),
            uid: it.uid,
            entrypoint: it.entrypoint.clone(),
            cmd: it.cmd.clone(),
            ports: it.ports.clone(),
            shell: it.shell.clone(),
            package_manager: it.package_manager.clone(),
            has_certificates: !it.lacks_bundle,
        });
        let tag = match hardened.found {
            Found::Live => TagStanding::Live,
            Found::OlderPatch(tag) => TagStanding::OlderPatch(tag),
            Found::Withdrawn(day) => TagStanding::Withdrawn(day),
            Found::ByGrammar | Found::DigestOnly => TagStanding::NotListed,
        };
        let end_of_life = hardened.end_of_life;
        Some(ImageFacts { name: hardened.name, kind: hardened.kind, tag, end_of_life, variant })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hardened_tag_is_known_with_its_user_and_what_it_brings() {
        let facts = Catalog::built_in().facts_of("dhi.io/node:24-alpine3.22").unwrap();
        let variant = facts.variant.unwrap();
        assert_eq!((facts.name.as_str(), facts.tag), ("node", TagStanding::Live));
        assert_eq!((variant.user.as_str(), variant.uid), ("node", 1000));
    }

    #[test]
    fn a_withdrawn_tag_says_since_when() {
        let facts = Catalog::built_in().facts_of("dhi.io/node:20-debian13").unwrap();
        assert!(matches!(facts.tag, TagStanding::Withdrawn(_)));
    }

    #[test]
    fn nothing_is_known_of_what_is_no_hardened_image() {
        for reference in ["node:20", "", "dhi.io/", "\0", "${BASE}", "dhi.io/no-such-image:1"] {
            assert_eq!(Catalog::built_in().facts_of(reference), None, "{reference}");
        }
    }
}
