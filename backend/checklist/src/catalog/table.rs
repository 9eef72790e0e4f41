//! Reading the two fact tables that stand beside this file. A line that means nothing
//! is skipped, because the tables are part of the program; a test finds such lines.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Counterpart, Distribution, Family, ForeignImage, HardenedImage, Tag, Usual, Variant,
    VariantKind, Withdrawn, numbers, stem,
};

/// The hardened images of the table, by name.
pub(super) fn hardened(text: &str) -> BTreeMap<String, HardenedImage> {
    let mut images = BTreeMap::new();
    let mut current: Option<(String, HardenedImage)> = None;
    for line in lines(text) {
        let (key, rest) = line.split_once(' ').unwrap_or((line, ""));
        if key == "others" {
            continue;
        }
        if key == "image" {
            images.extend(current.replace((rest.to_owned(), HardenedImage::default())));
        } else if let Some((_, image)) = &mut current {
            read_fact(image, key, rest);
        }
    }
    images.extend(current);
    images.values_mut().for_each(complete);
    images
}

/// The names of the hardened images of which the table holds nothing else.
pub(super) fn others(text: &str) -> BTreeSet<String> {
    let names = lines(text).filter_map(|it| it.strip_prefix("others "));
    names.flat_map(str::split_whitespace).map(str::to_owned).collect()
}

/// Adds what follows from an image's tags.
pub(super) fn complete(image: &mut HardenedImage) {
    image.numbers_of_a_series = numbers_of_a_series(image);
    image.usual = usual(image, |tag| !is_variation(tag) && !is_revision(tag));
    // Where the versions are days (`2026-08-10`), all tags look like revisions.
    if image.usual.is_empty() {
        image.usual = usual(image, |tag| !is_variation(tag));
    }
    for tag in image.tags.keys().chain(image.withdrawn.keys()) {
        let mut words = tag.split('-');
        image.versions.extend(words.next().map(str::to_owned));
        image.words.extend(words.map(|it| stem(it).to_owned()));
    }
}

/// The live tags that may be suggested. What is not understood is not suggested.
fn usual(image: &HardenedImage, is_usual: impl Fn(&str) -> bool) -> Vec<Usual> {
    let tags = image.tags.iter().filter(|(tag, _)| is_usual(tag));
    let usual = tags.filter_map(|(tag, facts)| {
        image.variant_of(facts)?;
        let (kind, distribution) = (facts.kind, facts.distribution.clone()?);
        Some(Usual { tag: tag.clone(), kind, distribution })
    });
    usual.collect()
}

/// A tag of a variant that nobody gets without asking for it.
fn is_variation(tag: &str) -> bool {
    tag.split('-').skip(1).any(|it| matches!(it, "compat" | "sfw" | "ent"))
}

/// A tag of one package revision: `1.2-r0`.
fn is_revision(tag: &str) -> bool {
    let is_number = |it: &str| it.trim_start_matches('r').parse::<u32>().is_ok();
    tag.split('-').skip(1).any(is_number)
}

fn numbers_of_a_series(image: &HardenedImage) -> usize {
    let mut minors: BTreeMap<(u64, &str), BTreeSet<u64>> = BTreeMap::new();
    for tag in image.tags.keys() {
        let (version, rest) = tag.split_once('-').unwrap_or((tag, ""));
        if let [major, minor] = numbers(version).as_slice()
            && version.matches('.').count() == 1
        {
            minors.entry((*major, rest)).or_default().insert(*minor);
        }
    }
    if minors.values().any(|it| it.len() > 1) { 2 } else { 1 }
}

/// The other images of the table, by familiar name.
pub(super) fn foreign(text: &str) -> BTreeMap<String, ForeignImage> {
    lines(text).filter_map(foreign_line).collect()
}

fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines().map(str::trim).filter(|it| !it.is_empty() && !it.starts_with('#'))
}

fn foreign_line(line: &str) -> Option<(String, ForeignImage)> {
    let mut words = line.split_whitespace();
    let (image, hardened, user) = (words.next()?, words.next()?, words.next()?);
    let counterpart = match (hardened, hardened.strip_suffix('~')) {
        ("none", _) => Counterpart::None,
        ("same", _) => Counterpart::SameName,
        (_, Some(name)) => Counterpart::OtherVersions(name.to_owned()),
        (name, None) => Counterpart::SameVersions(name.to_owned()),
    };
    let user = (user != "-").then(|| user.to_owned());
    let port = words.next()?.parse().ok();
    Some((image.to_owned(), ForeignImage { counterpart, user, port }))
}

/// Takes up one line of an image. Returns nothing if the line means nothing.
fn read_fact(image: &mut HardenedImage, key: &str, rest: &str) -> Option<()> {
    match key {
        "variant" => image.variants.push(Variant { kind: kind(rest)?, ..Variant::default() }),
        "tags" => read_tags(image, rest)?,
        "gone" => read_withdrawn(image, rest)?,
        _ => read_variant_fact(image.variants.last_mut()?, key, rest)?,
    }
    Some(())
}

fn read_variant_fact(variant: &mut Variant, key: &str, rest: &str) -> Option<()> {
    match key {
        "runs-as" => {
            let (user, uid) = rest.split_once(' ')?;
            variant.user = user.to_owned();
            variant.uid = uid.parse().ok()?;
        }
        "users" => variant.users = accounts(rest),
        "groups" => variant.groups = accounts(rest),
        "entrypoint" => variant.entrypoint = command(rest),
        "cmd" => variant.cmd = command(rest),
        "ports" => variant.ports = rest.split(' ').filter_map(port).collect(),
        "shell" => variant.shell = Some(rest.to_owned()),
        "packages" => variant.package_manager = Some(rest.to_owned()),
        "no-bundle" => variant.lacks_bundle = true,
        "env" => {
            let (name, value) = rest.split_once('=')?;
            variant.env.push((name.to_owned(), value.to_owned()));
        }
        _ => return None,
    }
    Some(())
}

fn kind(word: &str) -> Option<VariantKind> {
    match word {
        "runtime" => Some(VariantKind::Runtime),
        "dev" => Some(VariantKind::Dev),
        "sdk" => Some(VariantKind::Sdk),
        _ => None,
    }
}

fn accounts(rest: &str) -> BTreeMap<String, u32> {
    let pairs = rest.split(' ').filter_map(|it| it.split_once('='));
    pairs.filter_map(|(name, id)| Some((name.to_owned(), id.parse().ok()?))).collect()
}

fn command(rest: &str) -> Vec<String> {
    rest.split(" | ").map(str::to_owned).collect()
}

fn port(word: &str) -> Option<u16> {
    word.split('/').next()?.parse().ok()
}

fn read_tags(image: &mut HardenedImage, rest: &str) -> Option<()> {
    let mut words = rest.split(' ');
    let (distribution, end) = (distribution(words.next()?)?, words.next()?);
    let (variant, kind) = (image.variants.len().checked_sub(1), image.variants.last()?.kind);
    for tag in words.flat_map(expand) {
        let end_of_life = (end != "-").then(|| end.to_owned());
        let distribution = Some(distribution.clone());
        image.tags.insert(tag, Tag { variant, kind, distribution, end_of_life });
    }
    Some(())
}

fn read_withdrawn(image: &mut HardenedImage, rest: &str) -> Option<()> {
    let mut words = rest.split(' ');
    let (kind, date) = (kind(words.next()?)?, words.next()?);
    for tag in words.flat_map(expand) {
        image.withdrawn.insert(tag, Withdrawn { kind, date: date.to_owned() });
    }
    Some(())
}

/// `debian-13` in its two parts; none for a distribution that no rule knows.
pub(super) fn distribution(word: &str) -> Option<Distribution> {
    let (family, version) = word.split_once('-')?;
    let family = match family {
        "alpine" => Family::Alpine,
        "debian" => Family::Debian,
        _ => return None,
    };
    Some(Distribution { family, version: version.to_owned() })
}

/// `{1,1.2}{,-dev}` written out: `1`, `1-dev`, `1.2`, `1.2-dev`.
fn expand(pattern: &str) -> Vec<String> {
    let Some((before, rest)) = pattern.split_once('{') else { return vec![pattern.to_owned()] };
    let Some((choices, after)) = rest.split_once('}') else { return vec![pattern.to_owned()] };
    let endings = expand(after);
    let choices = choices.split(',');
    choices.flat_map(|it| endings.iter().map(move |end| format!("{before}{it}{end}"))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn braces_are_written_out() {
        assert_eq!(expand("{1,1.2}{,-dev}"), ["1", "1-dev", "1.2", "1.2-dev"]);
    }

    #[test]
    fn every_line_of_the_hardened_table_means_something() {
        let mut image = HardenedImage::default();
        for line in lines(include_str!("hardened.txt")) {
            let (key, rest) = line.split_once(' ').unwrap_or((line, ""));
            let is_name = matches!(key, "image" | "others");
            assert!(is_name || read_fact(&mut image, key, rest).is_some(), "{line}");
        }
    }

    #[test]
    fn every_line_of_the_foreign_table_means_something() {
        for line in lines(include_str!("foreign.txt")) {
            assert!(foreign_line(line).is_some(), "{line}");
        }
    }
}
