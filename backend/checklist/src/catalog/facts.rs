//! Facts from outside: whoever reads the open catalogue hands over its images, and
//! gets a `Catalog` with them in place of the built-in hardened images.

use std::collections::{BTreeMap, BTreeSet};

use super::{Catalog, HardenedImage, Tag, Variant, VariantKind, Withdrawn, table};
use crate::reference::TagWords;

/// What the catalogue says of one hardened image.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HardenedFacts {
    /// The image's name, `node`.
    pub name: String,
    /// Its name for people, `Node.js`.
    pub title: Option<String>,
    /// What can be had under its live tags.
    pub variants: Vec<HardenedVariant>,
    /// The tags that were live once. Those that live again may be among them.
    pub withdrawn: Vec<WithdrawnTag>,
}

/// A group of live tags and what they share.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HardenedVariant {
    /// What it is made for; none if only the words of its tags can tell.
    pub kind: Option<VariantKind>,
    /// The distribution with its version, `debian-13`.
    pub distribution: String,
    /// The catalogue's flavour, `compat`.
    pub flavor: Option<String>,
    /// Its live tags.
    pub tags: Vec<String>,
    /// The day on which its maintenance ends, `2028-04-30`.
    pub end_of_life: Option<String>,
    /// What its containers are like; none if that is not known.
    pub configuration: Option<Configuration>,
}

/// What containers of an image are like.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Configuration {
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
    /// Its working directory.
    pub workdir: Option<String>,
    /// The ports it exposes.
    pub ports: Vec<u16>,
    /// What it sets in the environment about ports and addresses, names and values.
    pub env: Vec<(String, String)>,
    /// The shells it lists. None listed is no proof that there is none.
    pub shells: Vec<String>,
    /// The package managers it lists.
    pub package_managers: Vec<String>,
    /// Whether it declares no bundle of certificate authorities.
    pub lacks_bundle: bool,
}

/// A tag that is no longer maintained.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WithdrawnTag {
    /// The tag.
    pub tag: String,
    /// What it was made for; none if only the words of the tag can tell.
    pub kind: Option<VariantKind>,
    /// The day of its withdrawal, `2026-05-21`.
    pub day: String,
}

impl Catalog {
    /// These hardened images in place of the ones of `self`, known to hold on `day`
    /// (as `2026-11-23`). A day that was over for either state of the facts is over for the
    /// new one, and its version names both, because part of `self` stays:
    ///
    /// a catalogue that is read for the first time does not know what it withdrew before, so
    /// of a name that it lists the withdrawn tags of `self` stay, but for those that live
    /// again, and a version that `self` knows stays a version that there has been. What is
    /// known of images that are not hardened stays too.
    #[must_use]
    pub fn with_hardened(
        &self,
        version: &str,
        day: &str,
        images: impl IntoIterator<Item = HardenedFacts>,
    ) -> Self {
        let mut hardened: BTreeMap<String, HardenedImage> = BTreeMap::new();
        for facts in images {
            let mut image = HardenedImage::default();
            if let Some(known) = self.hardened.get(&facts.name) {
                image.withdrawn.clone_from(&known.withdrawn);
                image.versions.clone_from(&known.versions);
                image.words.clone_from(&known.words);
            }
            let name = facts.name.clone();
            take(&mut image, facts);
            table::complete(&mut image);
            hardened.insert(name, image);
        }
        Self {
            version: format!("{version}+{}", self.version),
            day: self.day.as_str().max(day).to_owned(),
            hardened,
            others: BTreeSet::new(),
            foreign: self.foreign.clone(),
        }
    }
}

/// Takes over what is handed over.
fn take(image: &mut HardenedImage, facts: HardenedFacts) {
    let by_words = |tag: &str| TagWords::of(tag).kind(&facts.name);
    image.title = facts.title;
    for it in facts.withdrawn {
        let kind = it.kind.unwrap_or_else(|| by_words(&it.tag));
        image.withdrawn.insert(it.tag, Withdrawn { kind, date: it.day });
    }
    for it in facts.variants {
        let distribution = table::distribution(&it.distribution);
        let first = it.tags.first().map(String::as_str).unwrap_or_default();
        let kind = it.kind.unwrap_or_else(|| by_words(first));
        let variant = it.configuration.map(|configuration| {
            image.variants.push(shared_facts(kind, configuration));
            image.variants.len() - 1
        });
        for tag in it.tags {
            image.withdrawn.remove(&tag);
            let (distribution, end_of_life) = (distribution.clone(), it.end_of_life.clone());
            image.tags.insert(tag, Tag { variant, kind, distribution, end_of_life });
        }
    }
}

fn shared_facts(kind: VariantKind, facts: Configuration) -> Variant {
    let Configuration { user, uid, users, entrypoint, cmd, workdir, ports, env, .. } = facts;
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
        workdir,
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
        let configuration =
            Configuration { user: "node".to_owned(), uid: 1000, ..Configuration::default() };
        let variant = HardenedVariant {
            kind: Some(VariantKind::Runtime),
            distribution: "debian-13".to_owned(),
            tags: tags.iter().map(|&it| it.to_owned()).collect(),
            configuration: Some(configuration),
            ..HardenedVariant::default()
        };
        let facts = HardenedFacts {
            name: "node".to_owned(),
            variants: vec![variant],
            ..HardenedFacts::default()
        };
        Catalog::built_in().with_hardened("test", "2026-11-23", [facts])
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
