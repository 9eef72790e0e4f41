//! Facts about images, and their look-up: which hardened images exist under which
//! tags, what they bring along, and what is known of the images they replace.
//!
//! The built-in facts are the two tables beside this file. Whoever reads the open
//! catalogue can make a fuller `Catalog`; the rules do not notice the difference.

mod facts;
mod table;

pub use facts::{Configuration, HardenedFacts, HardenedVariant, WithdrawnTag};

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

/// The version of the built-in tables; it rises with every change to them, because
/// reports made with older facts are made again.
const BUILT_IN_VERSION: &str = "builtin-2026-11-26";

/// The day on which the built-in facts were last looked at.
const BUILT_IN_DAY: &str = "2026-11-23";

static BUILT_IN: LazyLock<Catalog> = LazyLock::new(|| {
    let text = include_str!("catalog/hardened.txt");
    let (hardened, others) = (table::hardened(text), table::others(text));
    let foreign = table::foreign(include_str!("catalog/foreign.txt"));
    Catalog {
        version: BUILT_IN_VERSION.to_owned(),
        day: BUILT_IN_DAY.to_owned(),
        hardened,
        others,
        foreign,
    }
});

/// What is known about images, hardened and other.
#[derive(Debug, Clone)]
pub struct Catalog {
    version: String,
    /// Up to which day the facts are known to hold, as `2026-11-23`.
    day: String,
    hardened: BTreeMap<String, HardenedImage>,
    /// Hardened images of which only the name is known.
    others: BTreeSet<String>,
    foreign: BTreeMap<String, ForeignImage>,
}

impl Catalog {
    /// The facts that come with the program.
    #[must_use]
    pub fn built_in() -> &'static Self {
        &BUILT_IN
    }

    /// The name of this state of the facts. Reports made with another are stale.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The day up to which the facts are known to hold, as `2026-11-23`.
    #[must_use]
    pub fn day(&self) -> &str {
        &self.day
    }

    /// How many hardened images and live tags it lists.
    #[must_use]
    pub fn size(&self) -> (usize, usize) {
        let tags = self.hardened.values().map(|it| it.tags.len()).sum();
        (self.hardened.len() + self.others.len(), tags)
    }

    /// Whether a day was over when the facts were last looked at.
    pub(crate) fn is_past(&self, day: &str) -> bool {
        day < self.day.as_str()
    }

    /// The hardened image of a name, if it is listed.
    pub(crate) fn hardened(&self, name: &str) -> Option<&HardenedImage> {
        self.hardened.get(name)
    }

    /// Whether a hardened image of this name exists although nothing else is known of it.
    pub(crate) fn has_other(&self, name: &str) -> bool {
        self.others.contains(name)
    }

    /// Whether a hardened image of this name exists, whatever is known of it.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.hardened.contains_key(name) || self.has_other(name)
    }

    /// What is known of an image that is not hardened, by its familiar name.
    pub(crate) fn foreign(&self, familiar: &str) -> Option<&ForeignImage> {
        self.foreign.get(familiar)
    }
}

/// A repository of hardened images.
#[derive(Debug, Clone, Default)]
pub(crate) struct HardenedImage {
    /// Its name for people, where the catalogue was read.
    pub(crate) title: Option<String>,
    /// What its tags may be, each said once.
    pub(crate) variants: Vec<Variant>,
    /// The live tags.
    pub(crate) tags: BTreeMap<String, Tag>,
    /// The live tags that may be suggested, with what is asked of them first.
    pub(crate) usual: Vec<Usual>,
    /// Tags that were withdrawn and have no live successor of the same series.
    pub(crate) withdrawn: BTreeMap<String, Withdrawn>,
    /// The versions that any of its tags, live or withdrawn, begins with.
    pub(crate) versions: BTreeSet<String>,
    /// The words behind the version of any of its tags, without numbers at their ends.
    pub(crate) words: BTreeSet<String>,
    /// How many numbers of a version make a series: two where several minor versions are
    /// maintained side by side (python 3.12 and 3.13), else one.
    pub(crate) numbers_of_a_series: usize,
}

impl HardenedImage {
    /// The facts behind a live tag; none if the catalogue could not be understood there.
    pub(crate) fn variant_of(&self, tag: &Tag) -> Option<&Variant> {
        self.variants.get(tag.variant?)
    }

    /// Whether any live tag is of this kind.
    pub(crate) fn has_kind(&self, kind: VariantKind) -> bool {
        self.tags.values().any(|it| it.kind == kind)
    }
}

/// The leading numbers of a version: `20.11.1` is `[20, 11, 1]`.
pub(crate) fn numbers(version: &str) -> Vec<u64> {
    version.split('.').map_while(|it| it.parse().ok()).collect()
}

/// A word of a tag without the number at its end: `jdk` of `jdk21`.
pub(crate) fn stem(word: &str) -> &str {
    word.trim_end_matches(|it: char| it.is_ascii_digit() || it == '.')
}

/// A live tag.
#[derive(Debug, Clone)]
pub(crate) struct Tag {
    pub(crate) variant: Option<usize>,
    /// What its image is made for.
    pub(crate) kind: VariantKind,
    /// The distribution underneath; none if it is one that no rule knows.
    pub(crate) distribution: Option<Distribution>,
    /// The day on which its maintenance ends, as the catalogue writes it.
    pub(crate) end_of_life: Option<String>,
}

/// A live tag that somebody gets without asking for a special variant.
#[derive(Debug, Clone)]
pub(crate) struct Usual {
    pub(crate) tag: String,
    pub(crate) kind: VariantKind,
    pub(crate) distribution: Distribution,
}

/// A tag that is no longer maintained; the registry may still serve it.
#[derive(Debug, Clone)]
pub(crate) struct Withdrawn {
    pub(crate) kind: VariantKind,
    /// The day of its withdrawal.
    pub(crate) date: String,
}

/// What a hardened image is made for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum VariantKind {
    /// It ships: no package manager, most without a shell.
    #[default]
    Runtime,
    /// It builds: root, a shell and a package manager.
    Dev,
    /// It builds .NET: as `Dev`, under another name.
    Sdk,
}

impl VariantKind {
    /// Whether build commands may run on it.
    pub(crate) const fn builds(self) -> bool {
        match self {
            Self::Runtime => false,
            Self::Dev | Self::Sdk => true,
        }
    }
}

/// The distribution under an image, as far as packages are concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Family {
    Alpine,
    Debian,
}

/// A distribution and its version, `alpine` `3.24` or `debian` `13`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Distribution {
    pub(crate) family: Family,
    pub(crate) version: String,
}

/// The configuration and contents that a group of tags share.
#[derive(Debug, Clone, Default)]
pub(crate) struct Variant {
    pub(crate) kind: VariantKind,
    /// The account it runs as.
    pub(crate) user: String,
    /// That account's number.
    pub(crate) uid: u32,
    /// The accounts that exist in it.
    pub(crate) users: BTreeMap<String, u32>,
    /// The groups that exist beside those of the accounts.
    pub(crate) groups: BTreeMap<String, u32>,
    pub(crate) entrypoint: Vec<String>,
    pub(crate) cmd: Vec<String>,
    /// Its working directory, where the catalogue was read.
    pub(crate) workdir: Option<String>,
    /// The ports it exposes.
    pub(crate) ports: Vec<u16>,
    /// What it sets in the environment about ports and addresses.
    pub(crate) env: Vec<(String, String)>,
    /// A listed shell. None listed is no proof that there is none.
    pub(crate) shell: Option<String>,
    /// A listed package manager.
    pub(crate) package_manager: Option<String>,
    /// Whether it declares no bundle of certificate authorities.
    pub(crate) lacks_bundle: bool,
}

impl Variant {
    /// Who runs it: `node (1000)`.
    pub(crate) fn runner(&self) -> String {
        format!("{} ({})", self.user, self.uid)
    }

    /// Whether an account may be named in a file. Numbers may always.
    pub(crate) fn has_account(&self, account: &str) -> bool {
        account.parse::<u32>().is_ok() || self.users.contains_key(account)
    }

    /// Whether a group may be named: every account has one of its own.
    pub(crate) fn has_group(&self, group: &str) -> bool {
        self.has_account(group) || self.groups.contains_key(group)
    }
}

/// What is known of an image that is not hardened.
#[derive(Debug, Clone)]
pub(crate) struct ForeignImage {
    /// The hardened image that replaces it.
    pub(crate) counterpart: Counterpart,
    /// The account it runs as, where that does not depend on the tag.
    pub(crate) user: Option<String>,
    /// What it listens on without being told.
    pub(crate) port: Option<u16>,
}

/// The hardened image that replaces another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Counterpart {
    /// Its name; versions mean the same in both.
    SameVersions(String),
    /// Its name; versions of one say nothing about the other.
    OtherVersions(String),
    /// The one of the same name, if the catalogue has it; else there is none.
    SameName,
    /// No hardened image replaces it.
    None,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_leads_to_the_facts_of_its_image() {
        let node = Catalog::built_in().hardened("node").unwrap();
        let tag = &node.tags["24-alpine3.22"];
        let variant = node.variant_of(tag).unwrap();
        assert_eq!(
            (variant.user.as_str(), variant.uid, variant.kind),
            ("node", 1000, VariantKind::Runtime)
        );
    }

    #[test]
    fn a_withdrawn_series_remembers_its_day() {
        let node = Catalog::built_in().hardened("node").unwrap();
        assert_eq!(node.withdrawn["20-debian13-dev"].date, "2026-05-21");
        assert!(!node.tags.contains_key("20-debian13-dev"));
    }

    #[test]
    fn an_image_without_facts_is_known_by_name() {
        let catalog = Catalog::built_in();
        assert!(catalog.has_other("argocd") && !catalog.has_other("node"));
        assert!(catalog.others.iter().all(|it| catalog.hardened(it).is_none()));
    }

    #[test]
    fn every_counterpart_is_an_image_that_is_listed() {
        let catalog = Catalog::built_in();
        for (image, facts) in &catalog.foreign {
            let name = match &facts.counterpart {
                Counterpart::SameVersions(name) | Counterpart::OtherVersions(name) => name,
                Counterpart::SameName | Counterpart::None => continue,
            };
            let is_listed = catalog.hardened(name).is_some() || catalog.has_other(name);
            assert!(is_listed, "{image} names {name}");
        }
    }
}
