//! From definitions to the facts that the engine asks for. What an image takes from others
//! it has too, so definitions are looked at together.

use std::collections::BTreeMap;

use checklist::{
    Catalog, Configuration, HardenedFacts, HardenedVariant, VariantKind, WithdrawnTag,
};

use crate::edition::{Edition, Image, Withdrawal};
use crate::{CatalogError, Definition, Kind};

/// Where the bundle of certificate authorities lies in an image.
const BUNDLE: &str = "etc/ssl/certs/ca-certificates.crt";
/// Where shells lie in an image.
const SHELL_FOLDERS: [&str; 2] = ["usr/bin", "bin"];

/// The definitions by image name and tag: who is merged in is named so.
type ByTag<'a> = BTreeMap<(&'a str, &'a str), &'a Definition>;

/// Where an image's bundle of certificate authorities comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bundle {
    /// It is among the packages.
    Package,
    /// It comes with an image that is merged in.
    Merged,
    /// A variable names one that is not among the packages.
    Variable,
    /// Nothing speaks of one.
    NotDeclared,
}

/// A definition with what it has from the images that are merged in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResolvedDefinition<'a> {
    /// The image's name, `node`.
    pub image: &'a str,
    /// DISTRIBUTION/FILE, `debian-13/24-dev`.
    pub id: &'a str,
    /// What the file says.
    pub definition: &'a Definition,
    /// The shells it lists, its own or those that are merged in.
    pub shells: Vec<String>,
    /// Whether the shells come with an image that is merged in.
    pub shells_are_merged: bool,
    /// Where its bundle of certificate authorities comes from.
    pub bundle: Bundle,
}

impl ResolvedDefinition<'_> {
    /// The distribution with its version, `debian-13`.
    #[must_use]
    pub fn distribution(&self) -> &str {
        self.id.split('/').next().unwrap_or(self.id)
    }
}

impl Edition {
    /// The engine's facts with this edition in place of the built-in table. What
    /// `checklist::Catalog::with_hardened` keeps of the table stays.
    ///
    /// # Errors
    /// The version of the facts cannot be reckoned.
    pub fn catalog(&self) -> Result<Catalog, CatalogError> {
        Ok(Catalog::built_in().with_hardened(&self.version()?, &self.day, self.hardened()))
    }

    /// The facts about every image, as the engine takes them.
    #[must_use]
    pub fn hardened(&self) -> Vec<HardenedFacts> {
        let mut variants: BTreeMap<&str, Vec<HardenedVariant>> = BTreeMap::new();
        for resolved in self.resolved() {
            variants.entry(resolved.image).or_default().push(variant(&resolved));
        }
        let facts = |(name, image): (&String, &Image)| HardenedFacts {
            name: name.clone(),
            title: image.info.title.clone(),
            variants: variants.remove(name.as_str()).unwrap_or_default(),
            withdrawn: image.withdrawn.iter().map(withdrawn).collect(),
        };
        self.images.iter().map(facts).collect()
    }

    /// Every definition with what it has from others.
    #[must_use]
    pub fn resolved(&self) -> Vec<ResolvedDefinition<'_>> {
        let by_tag: ByTag<'_> =
            self.definitions().flat_map(|(image, _, it)| tags(image, it)).collect();
        self.definitions().map(|(image, id, it)| resolve(image, id, it, &by_tag)).collect()
    }

    fn definitions(&self) -> impl Iterator<Item = (&str, &str, &Definition)> {
        self.images.iter().flat_map(|(name, image)| {
            let definitions = image.definitions.iter();
            definitions.map(move |(id, it)| (name.as_str(), id.as_str(), it))
        })
    }
}

fn tags<'a>(
    image: &'a str,
    definition: &'a Definition,
) -> impl Iterator<Item = ((&'a str, &'a str), &'a Definition)> {
    definition.tags.iter().map(move |tag| ((image, tag.as_str()), definition))
}

fn resolve<'a>(
    image: &'a str,
    id: &'a str,
    definition: &'a Definition,
    by_tag: &ByTag<'_>,
) -> ResolvedDefinition<'a> {
    let merged =
        if definition.shells.is_empty() { merged_shells(definition, by_tag) } else { Vec::new() };
    let shells_are_merged = !merged.is_empty();
    let shells = if shells_are_merged { merged } else { definition.shells.clone() };
    let bundle = bundle(definition, by_tag);
    ResolvedDefinition { image, id, definition, shells, shells_are_merged, bundle }
}

/// The shells that come with the images that are merged in.
fn merged_shells(definition: &Definition, by_tag: &ByTag<'_>) -> Vec<String> {
    let mut found = Vec::new();
    for merged in &definition.merged {
        let Some(other) = by_tag.get(&(merged.name.as_str(), merged.tag.as_str())) else {
            continue;
        };
        let is_taken =
            |shell: &&String| SHELL_FOLDERS.iter().any(|it| merged.takes(&format!("{it}/{shell}")));
        found.extend(other.shells.iter().filter(is_taken).cloned());
    }
    found.sort_unstable();
    found.dedup();
    found
}

fn bundle(definition: &Definition, by_tag: &ByTag<'_>) -> Bundle {
    let is_merged = || {
        definition.merged.iter().any(|it| {
            let other = by_tag.get(&(it.name.as_str(), it.tag.as_str()));
            other.is_some_and(|other| other.has_bundle) && it.takes(BUNDLE)
        })
    };
    if definition.has_bundle {
        Bundle::Package
    } else if is_merged() {
        Bundle::Merged
    } else if definition.names_bundle() {
        Bundle::Variable
    } else {
        Bundle::NotDeclared
    }
}

fn variant(resolved: &ResolvedDefinition<'_>) -> HardenedVariant {
    let definition = resolved.definition;
    HardenedVariant {
        kind: definition.kind.map(kind),
        distribution: resolved.distribution().to_owned(),
        flavor: definition.flavor.clone(),
        tags: definition.tags.clone(),
        end_of_life: definition.end_of_life.clone(),
        configuration: configuration(resolved),
    }
}

/// What containers of the image are like; none if the file was not understood altogether.
fn configuration(resolved: &ResolvedDefinition<'_>) -> Option<Configuration> {
    let definition = resolved.definition;
    if !definition.doubts.is_empty() {
        return None;
    }
    let mut users = definition.users.clone();
    if definition.has_root {
        users.entry("root".to_owned()).or_insert(0);
    }
    Some(Configuration {
        user: definition.user.clone()?,
        uid: definition.uid?,
        users,
        groups: definition.groups.clone(),
        entrypoint: definition.entrypoint.clone().unwrap_or_default(),
        cmd: definition.cmd.clone().unwrap_or_default(),
        workdir: definition.workdir.clone(),
        ports: definition.ports.iter().filter_map(|it| port(it)).collect(),
        env: definition.environment.clone(),
        shells: resolved.shells.clone(),
        package_managers: definition.package_managers.clone(),
        lacks_bundle: resolved.bundle == Bundle::NotDeclared,
    })
}

fn withdrawn((tag, it): (&String, &Withdrawal)) -> WithdrawnTag {
    WithdrawnTag { tag: tag.clone(), kind: it.kind.map(kind), day: it.day.clone() }
}

fn kind(kind: Kind) -> VariantKind {
    match kind {
        Kind::Runtime => VariantKind::Runtime,
        Kind::Dev => VariantKind::Dev,
        Kind::Sdk => VariantKind::Sdk,
    }
}

/// `8080` of `8080/tcp`.
fn port(declared: &str) -> Option<u16> {
    declared.split('/').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Collection;

    fn configurations(files: &[(&str, &str)]) -> Vec<Option<Configuration>> {
        let mut collection = Collection::default();
        for (path, more) in files {
            let text = format!("variant: runtime\n{more}\n");
            collection.add(&format!("image/{path}.yaml"), text.as_bytes());
        }
        let facts = collection.edition("2026-11-23").unwrap().hardened();
        facts.into_iter().flat_map(|it| it.variants).map(|it| it.configuration).collect()
    }

    const NONROOT: &str =
        "tags: ['1']\naccounts: {run-as: nonroot, users: [{name: nonroot, uid: 65532}]}";

    #[test]
    fn what_is_merged_in_brings_its_shell_and_its_bundle() {
        let other = "contents: {packages: [dash, ca-certificates]}";
        let merging = "contents: {artifacts: [{name: 'x/a:1@sha256:0'}]}";
        let found = configurations(&[
            ("a/debian-13/1", &format!("{other}\n{NONROOT}")),
            ("b/debian-13/2", &format!("{merging}\n{NONROOT}")),
        ]);
        let merging = found[1].clone().unwrap();
        assert_eq!((merging.shells.join(" "), merging.lacks_bundle), ("dash".to_owned(), false));
    }

    #[test]
    fn a_bundle_that_nothing_speaks_of_is_lacking() {
        assert!(configurations(&[("a/debian-13/1", NONROOT)])[0].as_ref().unwrap().lacks_bundle);
    }

    #[test]
    fn root_is_an_account_where_it_is_declared() {
        let accounts = "tags: ['1']\naccounts: {root: true, run-as: root, users: []}";
        let found = configurations(&[("a/debian-13/1", accounts)]);
        assert_eq!(found[0].clone().unwrap().users, BTreeMap::from([("root".to_owned(), 0)]));
    }

    #[test]
    fn of_a_definition_that_was_not_understood_altogether_only_the_tags_are_known() {
        for odd in ["accounts: {run-as: someone}", "accounts: {run-as: '1'}\nports: 8080"] {
            let found = configurations(&[("a/debian-13/1", &format!("tags: ['1']\n{odd}"))]);
            assert_eq!(found, [None], "{odd}");
        }
    }
}
