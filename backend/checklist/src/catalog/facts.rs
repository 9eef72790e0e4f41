//! Facts from outside: whoever reads the open catalogue hands over its variants, and
//! gets a `Catalog` with them in place of the built-in hardened images.

use std::collections::{BTreeMap, BTreeSet};

use super::{Catalog, HardenedImage, Tag, Variant, VariantKind, table};

/// The facts that a group of tags of one hardened image share.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HardenedVariant {
    /// The image's name, `node`.
    pub image: String,
    /// What it is made for.
    pub kind: VariantKind,
    /// The distribution with its version, `debian-13`.
    pub distribution: String,
    /// Its live tags.
    pub tags: Vec<String>,
    /// The day on which its maintenance ends, `2028-04-30`.
    pub end_of_life: Option<String>,
    /// The account it runs as.
    pub user: String,
    /// That account's number.
    pub uid: u32,
    /// The accounts that exist in it, root included, and their numbers.
    pub users: BTreeMap<String, u32>,
    /// The groups that exist in it and their numbers.
    pub groups: BTreeMap<String, u32>,
    /// Its entry point; empty where none is set.
    pub entrypoint: Vec<String>,
    /// Its command; empty where none is set.
    pub cmd: Vec<String>,
    /// The ports it exposes.
    pub ports: Vec<u16>,
    /// What it sets in the environment, names and values.
    pub env: Vec<(String, String)>,
    /// The shells it lists. None listed is no proof that there is none.
    pub shells: Vec<String>,
    /// The package managers it lists.
    pub package_managers: Vec<String>,
    /// Whether it declares no bundle of certificate authorities.
    pub lacks_bundle: bool,
}

impl Catalog {
    /// These hardened images in place of the ones of `self`, known to hold on `day`
    /// (as `2026-11-23`). A variant on a distribution other than Alpine and Debian is left
    /// out. A day that was over for either state of the facts is over for the new one.
    ///
    /// The catalogue forgets what it withdraws, so of a name that it still lists the
    /// withdrawn tags of `self` stay, but for those that live again, and a version that
    /// `self` knows stays a version that there has been. What is known of images that are
    /// not hardened stays too.
    #[must_use]
    pub fn with_hardened(
        &self,
        version: &str,
        day: &str,
        variants: impl IntoIterator<Item = HardenedVariant>,
    ) -> Self {
        let mut hardened: BTreeMap<String, HardenedImage> = BTreeMap::new();
        for variant in variants {
            let Some(distribution) = table::distribution(&variant.distribution) else { continue };
            let image = hardened.entry(variant.image.clone()).or_default();
            let place = image.variants.len();
            let end_of_life = variant.end_of_life.clone();
            let tag = Tag { variant: place, distribution, end_of_life };
            image.tags.extend(variant.tags.iter().map(|it| (it.clone(), tag.clone())));
            image.variants.push(shared_facts(variant));
        }
        for (name, image) in &mut hardened {
            if let Some(known) = self.hardened.get(name) {
                remember(image, known);
            }
            table::complete(image);
        }
        Self {
            version: version.to_owned(),
            day: self.day.as_str().max(day).to_owned(),
            hardened,
            others: BTreeSet::new(),
            foreign: self.foreign.clone(),
        }
    }
}

/// Takes over what the catalogue forgets.
fn remember(image: &mut HardenedImage, known: &HardenedImage) {
    let gone = known.withdrawn.iter().filter(|(tag, _)| !image.tags.contains_key(*tag));
    image.withdrawn = gone.map(|(tag, it)| (tag.clone(), it.clone())).collect();
    image.versions.clone_from(&known.versions);
    image.words.clone_from(&known.words);
}

fn shared_facts(facts: HardenedVariant) -> Variant {
    let HardenedVariant { kind, user, uid, users, entrypoint, cmd, ports, env, .. } = facts;
    let is_of_an_account = |name: &String, gid: &u32| users.get(name) == Some(gid);
    let groups =
        facts.groups.into_iter().filter(|(name, gid)| !is_of_an_account(name, gid)).collect();
    Variant {
        kind,
        user,
        uid,
        groups,
        users,
        entrypoint,
        cmd,
        ports,
        env,
        shell: all_of(&facts.shells),
        package_manager: all_of(&facts.package_managers),
        lacks_bundle: facts.lacks_bundle,
    }
}

/// The names in one text, as the built-in table has them.
fn all_of(names: &[String]) -> Option<String> {
    (!names.is_empty()).then(|| names.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{FileKind, Item, Policy, SourceFile, check};

    fn catalog(tags: &[&str]) -> Catalog {
        let variant = HardenedVariant {
            image: "node".to_owned(),
            kind: VariantKind::Runtime,
            distribution: "debian-13".to_owned(),
            tags: tags.iter().map(|&it| it.to_owned()).collect(),
            user: "node".to_owned(),
            uid: 1000,
            ..HardenedVariant::default()
        };
        Catalog::built_in().with_hardened("test", "2026-11-23", [variant])
    }

    fn base_image(catalog: &Catalog, text: &str) -> Vec<String> {
        let file = SourceFile { kind: FileKind::Dockerfile, bytes: text.as_bytes() };
        let report = check(&file, catalog, &Policy::default());
        report.outcome(Item::BaseImage).findings.iter().map(|it| it.code.clone()).collect()
    }

    #[test]
    fn an_image_that_is_not_handed_over_is_not_listed() {
        assert_eq!(base_image(&catalog(&["24"]), "FROM dhi.io/python:3.13\n"), ["not-listed"]);
    }

    #[test]
    fn a_withdrawn_tag_is_remembered_unless_it_lives_again() {
        let text = "FROM dhi.io/node:20-debian13\n";
        assert_eq!(base_image(&catalog(&["24"]), text), ["withdrawn-tag"]);
        assert!(base_image(&catalog(&["20-debian13"]), text).is_empty());
    }

    #[test]
    fn a_version_that_is_only_known_from_before_is_not_impossible() {
        assert!(base_image(&catalog(&["26"]), "FROM dhi.io/node:24\n").is_empty());
    }

    #[test]
    fn counterparts_are_taken_from_what_is_handed_over() {
        let file = SourceFile { kind: FileKind::Dockerfile, bytes: b"FROM node:31\nCMD [\"a\"]\n" };
        let report = check(&file, &catalog(&["31"]), &Policy::default());
        let expected = crate::Suggestion::Use("dhi.io/node:31".to_owned());
        assert_eq!(report.bases[0].suggestion, expected);
    }
}
