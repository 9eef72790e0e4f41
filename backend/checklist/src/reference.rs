//! What an image reference means: a hardened image and which variant, something that may
//! be one, or another image. Ask the catalogue first and the grammar of tags second.

mod tag;

pub(crate) use tag::TagWords;

use crate::catalog::{Catalog, Family, HardenedImage, Tag, Variant, VariantKind};
use crate::image::Reference;
use crate::policy::Policy;

/// The registry that serves the hardened images themselves.
const HOME: &str = "dhi.io";

/// How a mirrored hardened image is called.
const MIRROR_PREFIX: &str = "dhi-";

/// Names under which Docker Hub is known.
const DOCKER_HUB: [&str; 3] = ["docker.io", "index.docker.io", "registry-1.docker.io"];

/// Namespaces that hold official images, one for each processor, and other roads to them.
const OFFICIAL_PREFIXES: [&str; 13] = [
    "library/",
    "amd64/",
    "arm64v8/",
    "arm32v5/",
    "arm32v6/",
    "arm32v7/",
    "i386/",
    "ppc64le/",
    "s390x/",
    "riscv64/",
    "mips64le/",
    "public.ecr.aws/docker/library/",
    "mirror.gcr.io/library/",
];

/// What stands behind a `FROM`, as far as hardening is concerned.
#[derive(Debug, Clone)]
pub(crate) enum Standing<'c> {
    /// A hardened image.
    Hardened(Hardened<'c>),
    /// A hardened image's name with a tag that it cannot have; why, as a clause.
    Impossible { name: String, why: String },
    /// A hardened image's name with a tag that looks like a placeholder.
    Placeholder { name: String },
    /// Called like a mirror, in a place that proves nothing.
    PerhapsMirror,
    /// Under a hardened address, with a name that the catalogue does not list.
    Unlisted { name: String },
    /// Anything else.
    Other,
}

/// A hardened image and what is known of it.
#[derive(Debug, Clone)]
pub(crate) struct Hardened<'c> {
    /// Its name in the catalogue.
    pub(crate) name: String,
    /// What it is made for; none if only a digest is given.
    pub(crate) kind: Option<VariantKind>,
    /// The distribution underneath, by tag.
    pub(crate) family: Option<Family>,
    /// Its facts, those of the nearest tag if the very tag is not listed.
    pub(crate) variant: Option<&'c Variant>,
    /// How the tag was found.
    pub(crate) found: Found,
    /// The day on which its maintenance ends, where the catalogue says one.
    pub(crate) end_of_life: Option<String>,
}

/// How a tag was found in the catalogue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Found {
    /// It is live.
    Live,
    /// An older patch of this live tag.
    OlderPatch(String),
    /// Withdrawn on this day.
    Withdrawn(String),
    /// Not listed, but such a tag can exist.
    ByGrammar,
    /// There is no tag, only a digest.
    DigestOnly,
}

/// The name without registry as people write it: `node`, `ghcr.io/acme/base`.
pub(crate) fn familiar_name(reference: &Reference) -> String {
    let repository = &reference.repository;
    match reference.registry.as_deref() {
        Some(host) if !DOCKER_HUB.contains(&host) => format!("{host}/{repository}"),
        Some(_) | None => repository.strip_prefix("library/").unwrap_or(repository).to_owned(),
    }
}

/// The familiar name under which the catalogue knows an image: official images have
/// several addresses.
pub(crate) fn catalog_name(familiar: &str) -> &str {
    let behind_proxy = familiar.split_once("/library/").map(|(_, name)| name);
    let official = || OFFICIAL_PREFIXES.iter().find_map(|it| familiar.strip_prefix(it));
    behind_proxy.or_else(official).unwrap_or(familiar)
}

/// Whether a reference is to an image for Windows, by its name or tag.
pub(crate) fn is_windows(reference: &str) -> bool {
    const MARKS: [&str; 7] = [
        "nanoserver",
        "servercore",
        "windowsserver",
        "mcr.microsoft.com/windows",
        "dotnet/framework",
        "dotnet-framework",
        "microsoft/mssql-server-windows",
    ];
    let reference = reference.to_ascii_lowercase();
    MARKS.iter().any(|it| reference.contains(it))
}

/// The reference as short as people write it; a digest only where there is no tag.
pub(crate) fn short_form(reference: &Reference) -> String {
    let name = familiar_name(reference);
    match (&reference.tag, &reference.digest) {
        (Some(tag), _) => format!("{name}:{tag}"),
        (None, Some(digest)) => format!("{name}@{digest}"),
        (None, None) => name,
    }
}

/// Says what a reference means.
pub(crate) fn standing<'c>(
    reference: &Reference,
    catalog: &'c Catalog,
    policy: &Policy,
) -> Standing<'c> {
    let full = familiar_name(reference);
    if let Some(rest) = policy.below_hardened_prefix(&full) {
        return declared(rest, reference, catalog);
    }
    if let Some(name) = home_name(&full) {
        return listed(name, reference, catalog);
    }
    let on_docker_hub = reference.registry.as_deref().is_none_or(|it| DOCKER_HUB.contains(&it));
    match (mirror_name(&full), on_docker_hub) {
        (Some(name), true) => listed(name, reference, catalog),
        (Some(_), false) => Standing::PerhapsMirror,
        (None, _) => Standing::Other,
    }
}

/// The name in `dhi.io/NAME` and in `dhi/NAME` on Docker Hub.
fn home_name(full: &str) -> Option<&str> {
    let (place, name) = full.split_once('/')?;
    (matches!(place, HOME | "dhi") && !name.contains('/')).then_some(name)
}

/// The name in `…/dhi-NAME`, and in `…/dhi.io/NAME` behind another registry.
fn mirror_name(full: &str) -> Option<&str> {
    let (place, last) = full.rsplit_once('/')?;
    let is_proxied = place.ends_with("/dhi.io");
    last.strip_prefix(MIRROR_PREFIX).or(is_proxied.then_some(last))
}

/// An image below a prefix that the organization declared as hardened. The catalogue may
/// not know it; it is hardened all the same.
fn declared<'c>(rest: &str, reference: &Reference, catalog: &'c Catalog) -> Standing<'c> {
    let last = rest.rsplit('/').next().unwrap_or(rest);
    let name = last.strip_prefix(MIRROR_PREFIX).unwrap_or(last);
    match catalog.hardened(name) {
        Some(image) => resolve(name, image, reference),
        None => without_facts(name, reference),
    }
}

/// An image under the address of hardened ones, by its name in the catalogue.
fn listed<'c>(name: &str, reference: &Reference, catalog: &'c Catalog) -> Standing<'c> {
    match catalog.hardened(name) {
        Some(image) => resolve(name, image, reference),
        None if catalog.has_other(name) => known_by_name(name, reference),
        None => Standing::Unlisted { name: name.to_owned() },
    }
}

/// A hardened image that is listed by its name alone. Only servers of the Model Context
/// Protocol may have `latest`.
fn known_by_name<'c>(name: &str, reference: &Reference) -> Standing<'c> {
    let untagged = reference.tag.is_none() && reference.digest.is_none();
    let is_latest = untagged || reference.tag.as_deref() == Some("latest");
    if is_latest && !name.contains("mcp") {
        return Standing::Impossible { name: name.to_owned(), why: tag::no_latest(untagged) };
    }
    without_facts(name, reference)
}

/// A hardened image of which nothing but the name is known: what its tag says.
fn without_facts<'c>(name: &str, reference: &Reference) -> Standing<'c> {
    let words = reference.tag.as_deref().map(TagWords::of);
    Standing::Hardened(Hardened {
        name: name.to_owned(),
        kind: words.as_ref().map(|it| it.kind(name)),
        family: words.as_ref().map(TagWords::family),
        variant: None,
        found: if words.is_some() { Found::ByGrammar } else { Found::DigestOnly },
        end_of_life: None,
    })
}

/// The six steps from a tag to facts.
fn resolve<'c>(name: &str, image: &'c HardenedImage, reference: &Reference) -> Standing<'c> {
    let Some(tag) = reference.tag.as_deref() else {
        return untagged(name, image, reference);
    };
    if let Some(facts) = image.tags.get(tag) {
        return Standing::Hardened(live(name, image, facts, Found::Live));
    }
    let shorter = tag::shortened(image, tag);
    if let Some((shorter, facts)) = shorter.iter().find_map(|it| image.tags.get_key_value(it)) {
        return Standing::Hardened(live(name, image, facts, Found::OlderPatch(shorter.clone())));
    }
    let words = TagWords::of(tag);
    let mut gone = std::iter::once(tag).chain(shorter.iter().map(String::as_str));
    if let Some(withdrawn) = gone.find_map(|it| image.withdrawn.get(it)) {
        let found = Found::Withdrawn(withdrawn.date.clone());
        return Standing::Hardened(by_words(name, image, &words, (withdrawn.kind, found)));
    }
    by_grammar(name, image, tag, &words)
}

/// The facts of a live tag.
fn live<'c>(name: &str, image: &'c HardenedImage, tag: &Tag, found: Found) -> Hardened<'c> {
    Hardened {
        name: name.to_owned(),
        kind: Some(tag.kind),
        family: tag.distribution.as_ref().map(|it| it.family),
        variant: image.variant_of(tag),
        found,
        end_of_life: tag.end_of_life.clone(),
    }
}

fn untagged<'c>(name: &str, image: &'c HardenedImage, reference: &Reference) -> Standing<'c> {
    if reference.digest.is_none() && !image.tags.contains_key("latest") {
        return Standing::Impossible { name: name.to_owned(), why: tag::no_latest(true) };
    }
    without_facts(name, reference)
}

/// A tag that is not listed: what its words say, if an image can have such a tag.
fn by_grammar<'c>(
    name: &str,
    image: &'c HardenedImage,
    tag: &str,
    words: &TagWords<'_>,
) -> Standing<'c> {
    let name_owned = name.to_owned();
    if tag::is_placeholder(words.version) {
        return Standing::Placeholder { name: name_owned };
    }
    if let Some(why) = tag::impossible(image, tag, words) {
        return Standing::Impossible { name: name_owned, why };
    }
    let kind = words.kind(name);
    // Of an image that was withdrawn altogether no tag tells which variants it had.
    if !image.tags.is_empty() && !image.has_kind(kind) {
        let why = match kind {
            VariantKind::Runtime => "it has only dev variants",
            VariantKind::Dev | VariantKind::Sdk => "it has no such build variant",
        };
        return Standing::Impossible { name: name_owned, why: why.to_owned() };
    }
    Standing::Hardened(by_words(name, image, words, (kind, Found::ByGrammar)))
}

/// Facts from a live tag of the same kind, of the same family and flavour if there is one.
fn by_words<'c>(
    name: &str,
    image: &'c HardenedImage,
    words: &TagWords<'_>,
    (kind, found): (VariantKind, Found),
) -> Hardened<'c> {
    let alike = image.tags.iter().filter_map(|(tag, facts)| {
        let variant = image.variant_of(facts).filter(|_| facts.kind == kind)?;
        let other = TagWords::of(tag);
        let likeness = (
            facts.distribution.as_ref().is_some_and(|it| it.family == words.family()),
            other.flavours == words.flavours,
            other.compat == words.compat,
        );
        Some((likeness, variant))
    });
    let variant = alike.max_by_key(|(likeness, _)| *likeness).map(|(_, variant)| variant);
    Hardened {
        name: name.to_owned(),
        kind: Some(kind),
        family: Some(words.family()),
        variant,
        found,
        end_of_life: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meaning(reference: &str, prefixes: &[&str]) -> String {
        let hardened_prefixes = prefixes.iter().map(|it| (*it).to_owned()).collect();
        let policy = Policy { hardened_prefixes, target: None };
        let reference = Reference::parse(reference);
        match standing(&reference, Catalog::built_in(), &policy) {
            Standing::Hardened(it) => format!("{} {:?} {:?}", it.name, it.kind, it.found),
            Standing::Impossible { name, why } => format!("{name} impossible: {why}"),
            Standing::Placeholder { name } => format!("{name} placeholder"),
            Standing::PerhapsMirror => "perhaps a mirror".to_owned(),
            Standing::Unlisted { name } => format!("{name} unlisted"),
            Standing::Other => "other".to_owned(),
        }
    }

    fn plain(reference: &str) -> String {
        meaning(reference, &[])
    }

    #[test]
    fn the_home_registry_and_the_dhi_namespace_are_hardened() {
        assert_eq!(plain("dhi.io/node:24-dev"), "node Some(Dev) Live");
        assert_eq!(plain("dhi/node:24"), "node Some(Runtime) Live");
        assert_eq!(plain("docker.io/dhi/node:24"), "node Some(Runtime) Live");
    }

    #[test]
    fn a_digest_beside_a_tag_changes_nothing() {
        assert_eq!(plain("dhi.io/node:24@sha256:0123"), "node Some(Runtime) Live");
        assert_eq!(plain("dhi.io/node@sha256:0123"), "node None DigestOnly");
    }

    #[test]
    fn a_mirror_counts_on_docker_hub_and_is_doubted_elsewhere() {
        assert_eq!(plain("acme/dhi-node:24-dev"), "node Some(Dev) Live");
        assert_eq!(plain("docker.io/acme/dhi-node:24"), "node Some(Runtime) Live");
        assert_eq!(plain("acme/dhi-unheard-of:1"), "unheard-of unlisted");
        assert_eq!(plain("registry.acme.example/x/dhi-node:24"), "perhaps a mirror");
        assert_eq!(plain("registry.acme.example/dhi.io/node:24"), "perhaps a mirror");
    }

    #[test]
    fn a_declared_prefix_is_hardened() {
        let prefixes = ["registry.acme.example/x/"];
        let node = meaning("registry.acme.example/x/dhi-node:24-dev", &prefixes);
        assert_eq!(node, "node Some(Dev) Live");
        let own = meaning("registry.acme.example/x/own:1-dev", &prefixes);
        assert_eq!(own, "own Some(Dev) ByGrammar");
    }

    #[test]
    fn a_tag_is_found_in_six_steps() {
        assert_eq!(plain("dhi.io/node:24.1.0-dev"), "node Some(Dev) OlderPatch(\"24-dev\")");
        assert_eq!(
            plain("dhi.io/node:20-debian13-dev"),
            "node Some(Dev) Withdrawn(\"2026-05-21\")"
        );
        assert_eq!(
            plain("dhi.io/node:20.1.1-debian13-dev"),
            "node Some(Dev) Withdrawn(\"2026-05-21\")"
        );
        assert_eq!(plain("dhi.io/python:3.9.1-alpine3.19"), "python Some(Runtime) ByGrammar");
        assert_eq!(plain("dhi.io/unheard-of:1"), "unheard-of unlisted");
    }

    #[test]
    fn an_image_that_is_known_by_name_alone_is_read_by_its_tag() {
        assert_eq!(plain("dhi.io/argocd:3-debian13-dev"), "argocd Some(Dev) ByGrammar");
        assert_eq!(plain("acme/dhi-argocd:3"), "argocd Some(Runtime) ByGrammar");
        assert_eq!(
            plain("dhi.io/argocd"),
            "argocd impossible: it has no tag, and there is no `latest`"
        );
        assert_eq!(plain("dhi.io/argocd:latest"), "argocd impossible: there is no `latest`");
        assert_eq!(plain("dhi.io/argocd@sha256:0123"), "argocd None DigestOnly");
        assert_eq!(plain("dhi.io/github-mcp"), "github-mcp None DigestOnly");
    }

    #[test]
    fn a_tag_that_cannot_exist_says_why() {
        for reference in [
            "dhi.io/python",
            "dhi.io/python:latest",
            "dhi.io/python:3.12-slim",
            "dhi.io/node:alpine",
            "dhi.io/maven:3.9-jdk21",
        ] {
            assert!(plain(reference).contains("impossible"), "{reference}: {}", plain(reference));
        }
        assert_eq!(plain("dhi.io/node:24-fips"), "node Some(Runtime) ByGrammar");
        assert_eq!(plain("dhi.io/nginx:MISSING-BUILD-ARG-debian13"), "nginx placeholder");
    }

    #[test]
    fn sdk_tags_and_repositories_that_only_build_are_build_variants() {
        assert_eq!(
            plain("dhi.io/dotnet:9.0.314-sdk-debian13"),
            "dotnet Some(Sdk) OlderPatch(\"9.0-sdk-debian13\")"
        );
        assert_eq!(plain("dhi.io/build:2-debian13"), "build Some(Dev) Live");
        assert_eq!(
            plain("dhi.io/eclipse-temurin:21-jdk-debian13-dev"),
            "eclipse-temurin Some(Dev) Live"
        );
    }

    #[test]
    fn everything_else_is_another_image() {
        for reference in
            ["node:24", "gcr.io/distroless/static", "cgr.dev/chainguard/node", "dhi.io"]
        {
            assert_eq!(plain(reference), "other", "{reference}");
        }
    }
}
