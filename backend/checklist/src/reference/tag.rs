//! The grammar of hardened images' tags:
//! `VERSION[-FLAVOUR…][-DISTRIBUTION][-sfw|-sfw-ent][-compat][-fips][-dev]`, in any order
//! behind the version.

use crate::catalog::{Family, HardenedImage, VariantKind, numbers, stem};

/// Variants that are sold apart from the open catalogue, so their tags are not listed.
const UNLISTED_FLAGS: [&str; 4] = ["fips", "stig", "els", "sts"];

/// Repositories whose tags are dev variants without saying so.
const ALWAYS_DEV: [&str; 2] = ["build", "sbx-templates"];

/// A tag cut at its dashes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TagWords<'t> {
    /// The first word.
    pub(crate) version: &'t str,
    /// Words that belong to the image: `fpm`, `jdk21`, `sdk`.
    pub(crate) flavours: Vec<&'t str>,
    /// The distribution and its version, if one is written.
    pub(crate) distribution: Option<(Family, Option<&'t str>)>,
    /// Made for building.
    pub(crate) dev: bool,
    /// Behaves more like the image it replaces.
    pub(crate) compat: bool,
    /// Carries Docker's or a package firewall's additions.
    pub(crate) firewall: bool,
}

impl<'t> TagWords<'t> {
    /// Cuts a tag.
    pub(crate) fn of(tag: &'t str) -> Self {
        let mut words = tag.split('-');
        let mut read = Self {
            version: words.next().unwrap_or_default(),
            flavours: Vec::new(),
            distribution: None,
            dev: false,
            compat: false,
            firewall: false,
        };
        words.for_each(|it| read.take(it));
        read
    }

    fn take(&mut self, word: &'t str) {
        match word {
            "dev" => self.dev = true,
            "compat" => self.compat = true,
            "sfw" | "ent" => self.firewall = true,
            _ if UNLISTED_FLAGS.contains(&word) => {}
            _ => match distribution(word) {
                Some(found) => self.distribution = Some(found),
                None => self.flavours.push(word),
            },
        }
    }

    /// The distribution that a word names, with its version.
    pub(crate) fn distribution_in(word: &str) -> Option<(Family, Option<&str>)> {
        distribution(word)
    }

    /// The distribution family; none written means Debian.
    pub(crate) fn family(&self) -> Family {
        self.distribution.map_or(Family::Debian, |(family, _)| family)
    }

    /// What an image of this name is made for under such a tag.
    pub(crate) fn kind(&self, name: &str) -> VariantKind {
        let is_sdk = self.flavours.contains(&"sdk");
        match (self.dev || ALWAYS_DEV.contains(&name), is_sdk) {
            (true, _) => VariantKind::Dev,
            (false, true) => VariantKind::Sdk,
            (false, false) => VariantKind::Runtime,
        }
    }

    /// The version in numbers, as far as it is one: `20.11.1` is `[20, 11, 1]`.
    pub(crate) fn numbers(&self) -> Vec<u64> {
        numbers(self.version)
    }
}

fn distribution(word: &str) -> Option<(Family, Option<&str>)> {
    let families = [("alpine", Family::Alpine), ("debian", Family::Debian)];
    families.into_iter().find_map(|(name, family)| {
        let version = word.strip_prefix(name)?;
        let is_version = version.chars().all(|it| it.is_ascii_digit() || it == '.');
        is_version.then(|| (family, (!version.is_empty()).then_some(version)))
    })
}

/// The tags with a shorter version of the same series, longest first: `24.13.1-dev` gives
/// `24.13-dev` and `24-dev`.
pub(super) fn shortened(image: &HardenedImage, tag: &str) -> Vec<String> {
    let (version, rest) = match tag.split_once('-') {
        Some((version, _)) => (version, tag.strip_prefix(version).unwrap_or_default()),
        None => (tag, ""),
    };
    let least = image.numbers_of_a_series;
    let parts: Vec<&str> = version.split('.').collect();
    (least..parts.len())
        .rev()
        .filter_map(|it| Some(format!("{}{rest}", parts.get(..it)?.join("."))))
        .collect()
}

/// Whether a version is no version but a mark that a build argument must replace.
pub(super) fn is_placeholder(version: &str) -> bool {
    version.is_empty() || version.chars().any(|it| it.is_ascii_uppercase() || it == '_')
}

/// Why an image cannot be had as `latest`, as a clause.
pub(super) fn no_latest(untagged: bool) -> String {
    let begin = if untagged { "it has no tag, and " } else { "" };
    format!("{begin}there is no `latest`")
}

/// Why an image cannot have a tag, as a clause; none if it can.
pub(super) fn impossible(image: &HardenedImage, tag: &str, words: &TagWords<'_>) -> Option<String> {
    if words.version == "latest" {
        return Some(no_latest(false));
    }
    let is_version = words.version.starts_with(|it: char| it.is_ascii_digit());
    if !is_version && !image.versions.contains(words.version) {
        return Some(format!("`{tag}` does not begin with a version"));
    }
    let strange = words.flavours.iter().find(|flavour| {
        let is_revision = flavour.trim_start_matches('r').chars().all(|it| it.is_ascii_digit());
        !is_revision && !image.words.contains(stem(flavour))
    });
    strange.map(|it| format!("it has no `{it}` variant"))
}
