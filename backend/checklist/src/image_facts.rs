//! What the catalogue knows of a hardened image, for people who look it up. No verdict.

use std::collections::BTreeMap;

use crate::catalog::{Catalog, Family, HardenedImage, Tag, Variant, VariantKind};
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
    /// The accounts that exist in it and their numbers.
    pub users: BTreeMap<String, u32>,
    /// The groups that exist beside those of the accounts.
    pub groups: BTreeMap<String, u32>,
    /// Its working directory, where the catalogue was read.
    pub workdir: Option<String>,
    /// What it sets in the environment about ports and addresses.
    pub env: Vec<(String, String)>,
}

/// A hardened image with everything that can be had of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HardenedImageFacts {
    /// The image's name in the catalogue.
    pub name: String,
    /// Its name for people, where the catalogue was read.
    pub title: Option<String>,
    /// Its variants, none where only the name is known.
    pub variants: Vec<TagGroup>,
    /// The tags that were withdrawn, each with its day.
    pub withdrawn: BTreeMap<String, String>,
}

/// Live tags that share everything.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TagGroup {
    /// What they are made for.
    pub kind: VariantKind,
    /// The distribution underneath, `debian 13`; none if it is one that no rule knows.
    pub distribution: Option<String>,
    /// The tags, in the order of their names.
    pub tags: Vec<String>,
    /// The day on which their maintenance ends.
    pub end_of_life: Option<String>,
    /// What else they share; none if that is not known.
    pub variant: Option<VariantFacts>,
}

impl Catalog {
    /// What is known of a reference; none if it is no hardened image.
    #[must_use]
    pub fn facts_of(&self, reference: &str) -> Option<ImageFacts> {
        self.facts_under(reference, &Policy::default())
    }

    /// What is known of a reference where an organization declares its own hardened images;
    /// none if it is no hardened image.
    #[must_use]
    pub fn facts_under(&self, reference: &str, policy: &Policy) -> Option<ImageFacts> {
        let reference = Reference::parse(reference);
        let hardened = match standing(&reference, self, policy) {
            Standing::Hardened(hardened) => hardened,
            Standing::Impossible { .. }
            | Standing::Placeholder { .. }
            | Standing::PerhapsMirror
            | Standing::Unlisted { .. }
            | Standing::Other => return None,
        };
        let variant = hardened.variant.map(variant_facts);
        let tag = match hardened.found {
            Found::Live => TagStanding::Live,
            Found::OlderPatch(tag) => TagStanding::OlderPatch(tag),
            Found::Withdrawn(day) => TagStanding::Withdrawn(day),
            Found::ByGrammar | Found::DigestOnly => TagStanding::NotListed,
        };
        let end_of_life = hardened.end_of_life;
        Some(ImageFacts { name: hardened.name, kind: hardened.kind, tag, end_of_life, variant })
    }

    /// Everything that can be had of a hardened image, by its name in the catalogue; none if
    /// there is no such image.
    #[must_use]
    pub fn hardened_image(&self, name: &str) -> Option<HardenedImageFacts> {
        let nothing = HardenedImage::default();
        let image = self.hardened(name).or_else(|| self.has_other(name).then_some(&nothing))?;
        let withdrawn = image.withdrawn.iter();
        Some(HardenedImageFacts {
            name: name.to_owned(),
            title: image.title.clone(),
            variants: groups(image),
            withdrawn: withdrawn.map(|(tag, it)| (tag.clone(), it.date.clone())).collect(),
        })
    }
}

fn variant_facts(variant: &Variant) -> VariantFacts {
    VariantFacts {
        user: variant.user.clone(),
        uid: variant.uid,
        entrypoint: variant.entrypoint.clone(),
        cmd: variant.cmd.clone(),
        ports: variant.ports.clone(),
        shell: variant.shell.clone(),
        package_manager: variant.package_manager.clone(),
        has_certificates: !variant.lacks_bundle,
        users: variant.users.clone(),
        groups: variant.groups.clone(),
        workdir: variant.workdir.clone(),
        env: variant.env.clone(),
    }
}

/// The live tags of an image, those together that share everything.
fn groups(image: &HardenedImage) -> Vec<TagGroup> {
    let mut groups: BTreeMap<_, Vec<(&String, &Tag)>> = BTreeMap::new();
    for (tag, facts) in &image.tags {
        let key = (facts.variant, facts.kind.builds(), distribution(facts), &facts.end_of_life);
        groups.entry(key).or_default().push((tag, facts));
    }
    let group = |tags: Vec<(&String, &Tag)>| {
        let (_, first) = tags.first()?;
        Some(TagGroup {
            kind: first.kind,
            distribution: distribution(first),
            end_of_life: first.end_of_life.clone(),
            variant: image.variant_of(first).map(variant_facts),
            tags: tags.iter().map(|(tag, _)| (*tag).clone()).collect(),
        })
    };
    groups.into_values().filter_map(group).collect()
}

fn distribution(tag: &Tag) -> Option<String> {
    tag.distribution.as_ref().map(|it| {
        let family = match it.family {
            Family::Alpine => "alpine",
            Family::Debian => "debian",
        };
        format!("{family} {}", it.version)
    })
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
    fn a_reference_below_a_declared_prefix_is_looked_up_by_its_name() {
        let policy =
            Policy { hardened_prefixes: vec!["registry.acme.example/h/".into()], target: None };
        let facts = Catalog::built_in().facts_under("registry.acme.example/h/node:24", &policy);
        assert_eq!(facts.unwrap().tag, TagStanding::Live);
    }

    #[test]
    fn every_live_tag_of_an_image_is_in_one_group() {
        let catalog = Catalog::built_in();
        let node = catalog.hardened_image("node").unwrap();
        let mut tags: Vec<&String> = node.variants.iter().flat_map(|it| &it.tags).collect();
        tags.sort_unstable();
        assert_eq!(tags, catalog.hardened("node").unwrap().tags.keys().collect::<Vec<_>>());
        let is_alpine = |it: &&TagGroup| it.distribution.as_deref() == Some("alpine 3.22");
        assert!(node.variants.iter().any(|it| is_alpine(&it)));
        assert_eq!(node.withdrawn["20-debian13-dev"], "2026-05-21");
        assert_eq!(catalog.hardened_image("argocd").unwrap().variants, []);
        assert_eq!(catalog.hardened_image("no-such-image"), None);
    }

    #[test]
    fn nothing_is_known_of_what_is_no_hardened_image() {
        for reference in ["node:20", "", "dhi.io/", "\0", "${BASE}", "dhi.io/no-such-image:1"] {
            assert_eq!(Catalog::built_in().facts_of(reference), None, "{reference}");
        }
    }
}
