//! The hardened counterpart of an image: which name, and which of its live tags. A tag is
//! only ever suggested if the catalogue lists it as live.

use std::cmp::Reverse;

use crate::Suggestion;
use crate::catalog::{
    Catalog, Counterpart, Distribution, Family, HardenedImage, Tag, Usual, VariantKind, numbers,
    stem,
};
use crate::image::Reference;
use crate::reference::{TagWords, catalog_name, familiar_name, is_windows};

/// What a stage does with the image that is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Use {
    /// It builds: a dev or sdk variant.
    Build,
    /// It ships.
    Ship,
}

impl Use {
    /// Whether a variant for building is wanted.
    pub(crate) const fn builds(self) -> bool {
        matches!(self, Self::Build)
    }
}

/// The hardened image to use instead of a reference.
pub(crate) fn suggestion(catalog: &Catalog, reference: &Reference, purpose: Use) -> Suggestion {
    let familiar = familiar_name(reference);
    let name = catalog_name(&familiar);
    let tag = reference.tag.as_deref().unwrap_or_default();
    if is_windows(name) || is_windows(tag) {
        return Suggestion::NoneExists;
    }
    let Some(foreign) = catalog.foreign(name) else { return Suggestion::NotKnown };
    let (hardened, keeps_version) = match &foreign.counterpart {
        Counterpart::SameVersions(hardened) => (hardened.as_str(), true),
        Counterpart::OtherVersions(hardened) => (hardened.as_str(), false),
        Counterpart::SameName if catalog.has(name) => (name, true),
        Counterpart::SameName | Counterpart::None => return Suggestion::NoneExists,
    };
    let wish = Wish::of(name, tag, purpose, keeps_version);
    best(catalog, hardened, &wish).map_or(Suggestion::NotKnown, Suggestion::Use)
}

/// Another tag of the same hardened image, for a reference whose own tag will not do.
pub(crate) fn other_tag(
    catalog: &Catalog,
    name: &str,
    tag: Option<&str>,
    purpose: Use,
) -> Suggestion {
    let wish = Wish::of(name, tag.unwrap_or_default(), purpose, true);
    best(catalog, name, &wish).map_or(Suggestion::NotKnown, Suggestion::Use)
}

/// The version that a reference asks for, if a suggested tag is not of its series; none where
/// versions of the two say nothing about each other.
pub(crate) fn missed_version(
    catalog: &Catalog,
    reference: &Reference,
    suggested: &str,
) -> Option<String> {
    let familiar = familiar_name(reference);
    let foreign = catalog.foreign(catalog_name(&familiar));
    if foreign.is_some_and(|it| matches!(it.counterpart, Counterpart::OtherVersions(_))) {
        return None;
    }
    let (wanted, found) =
        (leading_numbers(reference.tag.as_deref()?), TagWords::of(suggested).numbers());
    let is_series = found.is_empty() || wanted.starts_with(&found) || found.starts_with(&wanted);
    let words: Vec<String> = wanted.iter().map(u64::to_string).collect();
    (!is_series).then(|| words.join("."))
}

/// The live tag beside another one that behaves more like the image it replaces, and has a
/// shell.
pub(crate) fn compatible(catalog: &Catalog, name: &str, tag: &str) -> Option<String> {
    let image = catalog.hardened(name)?;
    let plain = TagWords::of(tag);
    let distribution = &image.tags.get(tag)?.distribution;
    let fits = |(other, facts): &(&String, &Tag)| {
        let words = TagWords::of(other);
        let has_shell = image.variant_of(facts).is_some_and(|it| it.shell.is_some());
        let is_alike = words.version == plain.version && words.dev == plain.dev;
        words.compat
            && !words.firewall
            && is_alike
            && has_shell
            && facts.distribution == *distribution
    };
    let found = image.tags.iter().filter(fits).map(|(tag, _)| tag);
    found.min_by_key(|it| it.len()).map(|it| format!("dhi.io/{name}:{it}"))
}

/// Whether a suggested reference is a variant for building.
pub(crate) fn is_for_building(reference: &str) -> bool {
    let tag = reference.rsplit(':').next().unwrap_or_default();
    let words = TagWords::of(tag);
    words.dev || words.flavours.contains(&"sdk")
}

/// What the counterpart should be like.
#[derive(Debug)]
struct Wish<'t> {
    purpose: Use,
    sdk: bool,
    family: Family,
    /// The version of the distribution that the tag names.
    distribution: Option<&'t str>,
    /// Words of the tag that may be flavours.
    flavours: Vec<String>,
    version: Vec<u64>,
}

/// What Debian's and Alpine's releases are called in tags of official images.
const CODENAMES: [(&str, &str); 2] = [("bookworm", "12"), ("trixie", "13")];

/// How builds of Java are called in tags of official images.
const JAVA_VENDORS: [&str; 6] = ["temurin", "openjdk", "corretto", "jdk", "java", "zulu"];

impl<'t> Wish<'t> {
    fn of(name: &str, tag: &'t str, purpose: Use, keeps_version: bool) -> Self {
        let mut words = TagWords::of(tag);
        // `python:alpine3.22`: the distribution stands where a version stands else.
        words.distribution = words.distribution.or(TagWords::distribution_in(words.version));
        let written = words.distribution.and_then(|(_, version)| version);
        let release = (name == "debian").then(|| tag.split(['-', '.']).next()).flatten();
        let codename = CODENAMES.into_iter().find(|(name, _)| tag.contains(name));
        let family = if is_alpine(name, tag) { Family::Alpine } else { Family::Debian };
        Self {
            purpose,
            sdk: name.ends_with("/sdk") || name.ends_with("dotnet-sdk") || tag.contains("-sdk"),
            family,
            distribution: written.or(codename.map(|(_, version)| version)).or(release),
            flavours: flavours(tag, &words),
            version: if keeps_version { leading_numbers(tag) } else { Vec::new() },
        }
    }
}

fn is_alpine(name: &str, tag: &str) -> bool {
    tag.contains("alpine") || name.contains("alpine") || name.contains("wolfi")
}

/// The words of a foreign tag in the words of hardened tags.
fn flavours(tag: &str, words: &TagWords<'_>) -> Vec<String> {
    let mut found: Vec<String> = words.flavours.iter().map(|it| (*it).to_owned()).collect();
    // Apache serves PHP inside its own process; the hardened way is FPM behind a server.
    if found.iter().any(|it| it == "apache") {
        found.push("fpm".to_owned());
    }
    let parts: Vec<&str> = tag.split('-').collect();
    for pair in parts.windows(2) {
        if let [vendor, version] = pair
            && JAVA_VENDORS.contains(vendor)
            && version.parse::<u32>().is_ok()
        {
            found.push(format!("jdk{version}"));
        }
    }
    found
}

/// `20.11.1` of `20.11.1-alpine`, `8` of `8u292-jdk`, `17.0.9` of `17.0.9_9-jre`.
fn leading_numbers(tag: &str) -> Vec<u64> {
    let tag = tag.strip_prefix('v').unwrap_or(tag);
    let end = tag.find(|it: char| !it.is_ascii_digit() && it != '.').unwrap_or(tag.len());
    numbers(tag.get(..end).unwrap_or_default())
}

/// A live tag that could be the one.
struct Candidate<'c> {
    tag: &'c str,
    words: TagWords<'c>,
    distribution: &'c Distribution,
}

impl<'c> Candidate<'c> {
    fn of(it: &'c Usual) -> Self {
        Self { tag: &it.tag, words: TagWords::of(&it.tag), distribution: &it.distribution }
    }
}

fn best(catalog: &Catalog, name: &str, wish: &Wish<'_>) -> Option<String> {
    let image = catalog.hardened(name)?;
    let mut tags: Vec<&Usual> = image.usual.iter().collect();
    keep(&mut tags, |it| it.kind.builds() == wish.purpose.builds());
    keep(&mut tags, |it| it.kind != VariantKind::Sdk || wish.sdk);
    keep(&mut tags, |it| it.kind != VariantKind::Dev || !wish.sdk);
    keep(&mut tags, |it| it.distribution.family == wish.family);
    let mut left: Vec<Candidate<'_>> = tags.into_iter().map(Candidate::of).collect();
    // The two base images have the distribution's version as their own, so it decides alone.
    let names_itself = name.ends_with("-base");
    if !names_itself || wish.version.is_empty() || wish.distribution.is_some() {
        keep_nearest(&mut left, |it| distribution_distance(wish, it));
    }
    let version = nearest_version(image, &left, &wish.version);
    keep(&mut left, |it| it.words.numbers() == version && is_whole(it.words.version, &version));
    keep_nearest(&mut left, |it| flavour_distance(&wish.flavours, it));
    // Prefer the tag that names its distribution, because it does not move to another one
    // by itself.
    let chosen = left.iter().min_by_key(|it| {
        let is_explicit = it.words.distribution.is_some_and(|(_, version)| version.is_some());
        (is_explicit == names_itself, it.tag.len(), it.tag)
    })?;
    Some(format!("dhi.io/{name}:{}", chosen.tag))
}

/// Keeps what fits, or everything if nothing does.
fn keep<T>(left: &mut Vec<T>, fits: impl Fn(&T) -> bool) {
    if left.iter().any(&fits) {
        left.retain(fits);
    }
}

/// Keeps what is nearest.
fn keep_nearest<T, D: Ord>(left: &mut Vec<T>, distance: impl Fn(&T) -> D) {
    if let Some(least) = left.iter().map(&distance).min() {
        left.retain(|it| distance(it) == least);
    }
}

/// The named release first, then the newest.
fn distribution_distance(wish: &Wish<'_>, it: &Candidate<'_>) -> (bool, Reverse<Vec<u64>>) {
    let is_named = wish.distribution == Some(it.distribution.version.as_str());
    (!is_named, Reverse(numbers(&it.distribution.version)))
}

/// The version to use: the wanted one, its series, else the next newer series, else the
/// newest there is.
fn nearest_version(image: &HardenedImage, left: &[Candidate<'_>], wanted: &[u64]) -> Vec<u64> {
    let live: Vec<Vec<u64>> = left.iter().map(|it| it.words.numbers()).collect();
    if live.iter().any(|it| it == wanted) {
        return wanted.to_vec();
    }
    let precision = wanted.len().clamp(1, image.numbers_of_a_series);
    let shorter = (precision..wanted.len()).rev().filter_map(|it| wanted.get(..it));
    if let Some(found) = shorter.into_iter().find(|it| live.iter().any(|live| live == it)) {
        return found.to_vec();
    }
    let series: Vec<&Vec<u64>> = live.iter().filter(|it| it.len() == precision).collect();
    let wanted_series = wanted.get(..precision).unwrap_or_default();
    let newest = || series.iter().max().or(live.iter().max().as_ref()).map(|it| (*it).clone());
    if wanted.is_empty() {
        return newest().unwrap_or_default();
    }
    let newer = series.iter().filter(|it| it.as_slice() >= wanted_series).min();
    newer.map(|it| (*it).clone()).or_else(newest).unwrap_or_default()
}

/// Whether a version consists of these numbers and nothing else; versions that are words
/// (`trixie`) have no numbers.
fn is_whole(version: &str, numbers: &[u64]) -> bool {
    numbers.is_empty() || version.split('.').count() == numbers.len()
}

/// How far a tag's flavours are from the wanted ones: missing ones, unwanted ones, the
/// distance between numbers (`jdk8` wanted, `jdk17` there), else the highest.
fn flavour_distance(wanted: &[String], it: &Candidate<'_>) -> (usize, usize, u64, Reverse<u64>) {
    let there = &it.words.flavours;
    let unwanted = there.iter().filter(|it| !wanted.iter().any(|wish| wish == *it));
    let stems = unwanted.clone().filter(|it| !wanted.iter().any(|wish| stem(wish) == stem(it)));
    let highest = there.iter().filter_map(|it| flavour_number(it)).max().unwrap_or_default();
    let shared = there.iter().filter(|it| wanted.iter().any(|wish| wish == *it)).count();
    let distance = |flavour: &str| {
        let mut alike = wanted.iter().filter(|wish| stem(wish) == stem(flavour));
        Some(alike.find_map(|it| flavour_number(it))?.abs_diff(flavour_number(flavour)?))
    };
    let distance = there.iter().filter_map(|it| distance(it)).max().unwrap_or_default();
    (stems.count() + unwanted.count(), usize::MAX - shared, distance, Reverse(highest))
}

fn flavour_number(flavour: &str) -> Option<u64> {
    flavour.strip_prefix(stem(flavour))?.split('.').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn instead_of(reference: &str, purpose: Use) -> String {
        match suggestion(Catalog::built_in(), &Reference::parse(reference), purpose) {
            Suggestion::Use(it) => it,
            Suggestion::NoneExists => "none exists".to_owned(),
            Suggestion::NotKnown => "not known".to_owned(),
            Suggestion::AlreadyHardened => "already hardened".to_owned(),
        }
    }

    #[test]
    fn a_build_stage_gets_a_dev_tag_and_what_ships_does_not() {
        assert_eq!(instead_of("node:24-alpine", Use::Build), "dhi.io/node:24-alpine3.24-dev");
        assert_eq!(instead_of("node:24-alpine", Use::Ship), "dhi.io/node:24-alpine3.24");
        assert_eq!(instead_of("golang:1.26", Use::Build), "dhi.io/golang:1.26-debian13-dev");
    }

    #[test]
    fn the_named_release_of_the_distribution_is_kept_while_it_is_live() {
        assert_eq!(instead_of("node:24-alpine3.22", Use::Ship), "dhi.io/node:24-alpine3.22");
        assert_eq!(instead_of("node:24-alpine3.15", Use::Ship), "dhi.io/node:24-alpine3.24");
        assert_eq!(instead_of("node:24-bookworm-slim", Use::Ship), "dhi.io/node:24-debian12");
        assert_eq!(instead_of("python:alpine3.22", Use::Ship), "dhi.io/python:3-alpine3.22");
    }

    #[test]
    fn a_version_that_is_gone_leads_to_the_next_one() {
        assert_eq!(instead_of("node:20.11.1", Use::Ship), "dhi.io/node:22-debian13");
        assert_eq!(instead_of("python:3.8-slim", Use::Ship), "dhi.io/python:3.10-debian13");
        assert_eq!(instead_of("nginx:1.25-alpine", Use::Ship), "dhi.io/nginx:1.30-alpine3.24");
        assert_eq!(
            instead_of("mcr.microsoft.com/dotnet/aspnet:8.0.1-alpine", Use::Ship),
            "dhi.io/aspnetcore:8.0-alpine3.24"
        );
        assert_eq!(instead_of("nginx", Use::Ship), "dhi.io/nginx:1-debian13");
    }

    #[test]
    fn distributions_lead_to_the_two_hardened_bases() {
        assert_eq!(instead_of("ubuntu:22.04", Use::Build), "dhi.io/debian-base:trixie-dev");
        assert_eq!(instead_of("debian:bookworm-slim", Use::Ship), "dhi.io/debian-base:bookworm");
        assert_eq!(instead_of("debian:12", Use::Ship), "dhi.io/debian-base:bookworm");
        assert_eq!(instead_of("alpine:3.18", Use::Ship), "dhi.io/alpine-base:3.22");
        assert_eq!(instead_of("arm64v8/alpine:3.23", Use::Ship), "dhi.io/alpine-base:3.23");
    }

    #[test]
    fn flavours_are_carried_over() {
        assert_eq!(instead_of("php:8.2-fpm-alpine", Use::Ship), "dhi.io/php:8.2-alpine3.24-fpm");
        assert_eq!(
            instead_of("maven:3.9-eclipse-temurin-17", Use::Build),
            "dhi.io/maven:3.9-jdk17-debian13-dev"
        );
        assert_eq!(
            instead_of("maven:3-jdk-8-alpine", Use::Build),
            "dhi.io/maven:3-jdk17-alpine3.24-dev"
        );
        assert_eq!(
            instead_of("mcr.microsoft.com/dotnet/sdk:9.0", Use::Build),
            "dhi.io/dotnet:9.0-sdk-debian13"
        );
        assert_eq!(
            instead_of("mcr.microsoft.com/dotnet/aspnet:8.0", Use::Ship),
            "dhi.io/aspnetcore:8.0-debian13"
        );
        assert_eq!(
            instead_of("eclipse-temurin:17-jre-alpine", Use::Ship),
            "dhi.io/eclipse-temurin:17-alpine3.24"
        );
        assert_eq!(
            instead_of("openjdk:8-jdk", Use::Build),
            "dhi.io/eclipse-temurin:8-jdk-debian13-dev"
        );
    }

    #[test]
    fn what_has_no_counterpart_or_is_unheard_of_says_so() {
        assert_eq!(instead_of("buildpack-deps:bookworm", Use::Build), "none exists");
        assert_eq!(instead_of("ghost:5", Use::Ship), "none exists");
        assert_eq!(instead_of("mediawiki:1", Use::Ship), "not known");
        assert_eq!(instead_of("ghcr.io/acme/base:1", Use::Ship), "not known");
        assert_eq!(instead_of("python:3.13-windowsservercore", Use::Ship), "none exists");
    }
}
