//! From definitions to the facts that the engine asks for.

use std::collections::BTreeMap;

use checklist::{Catalog, HardenedVariant, VariantKind};

use crate::{Collection, Definition, Kind};

/// Where the bundle of certificate authorities lies in an image.
const BUNDLE: &str = "etc/ssl/certs/ca-certificates.crt";
/// Where shells lie in an image.
const SHELL_FOLDERS: [&str; 2] = ["usr/bin", "bin"];

/// The definitions by image name and tag: who is merged in is named so.
type ByTag<'a> = BTreeMap<(&'a str, &'a str), &'a Definition>;

impl Collection {
    /// The engine's facts with these definitions in place of the built-in table, known to
    /// hold on `day` (as `2026-11-23`). What `checklist::Catalog::with_hardened` keeps of the
    /// table stays, the withdrawn tags above all, which an archive does not hold.
    #[must_use]
    pub fn catalog(&self, day: &str) -> Catalog {
        Catalog::built_in().with_hardened(&self.name, day, self.variants())
    }

    /// The facts of every definition, as the engine takes them. A definition whose account
    /// has no number is left out: nothing could be said about its user.
    #[must_use]
    pub fn variants(&self) -> Vec<HardenedVariant> {
        let by_tag: ByTag<'_> = self
            .definitions
            .iter()
            .flat_map(|it| it.tags.iter().map(move |tag| ((it.name.as_str(), tag.as_str()), it)))
            .collect();
        self.definitions.iter().filter_map(|it| variant(it, &by_tag)).collect()
    }
}

fn variant(definition: &Definition, by_tag: &ByTag<'_>) -> Option<HardenedVariant> {
    let mut users = definition.users.clone();
    if definition.has_root {
        users.entry("root".to_owned()).or_insert(0);
    }
    Some(HardenedVariant {
        image: definition.name.clone(),
        kind: match definition.kind {
            Kind::Runtime => VariantKind::Runtime,
            Kind::Dev => VariantKind::Dev,
            Kind::Sdk => VariantKind::Sdk,
        },
        distribution: definition.distribution.clone(),
        tags: definition.tags.clone(),
        end_of_life: definition.end_of_life.clone(),
        user: definition.user.clone(),
        uid: definition.uid?,
        users,
        groups: definition.groups.clone(),
        entrypoint: definition.entrypoint.clone().unwrap_or_default(),
        cmd: definition.cmd.clone().unwrap_or_default(),
        ports: definition.ports.iter().filter_map(|it| port(it)).collect(),
        env: definition.environment.clone(),
        shells: shells(definition, by_tag),
        package_managers: definition.package_managers.clone(),
        lacks_bundle: !has_bundle(definition, by_tag),
    })
}

/// `8080` of `8080/tcp`.
fn port(declared: &str) -> Option<u16> {
    declared.split('/').next()?.parse().ok()
}

/// The shells among its packages, else those that come with an image that is merged in.
fn shells(definition: &Definition, by_tag: &ByTag<'_>) -> Vec<String> {
    if !definition.shells.is_empty() {
        return definition.shells.clone();
    }
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

/// Whether a bundle is among its packages, comes with an image that is merged in, or is
/// named by a variable.
fn has_bundle(definition: &Definition, by_tag: &ByTag<'_>) -> bool {
    let is_merged = definition.merged.iter().any(|it| {
        let other = by_tag.get(&(it.name.as_str(), it.tag.as_str()));
        other.is_some_and(|other| other.has_bundle) && it.takes(BUNDLE)
    });
    definition.has_bundle || definition.names_bundle || is_merged
}

#[cfg(test)]
mod tests {
    use super::*;

    fn definition(path: &str, more: &str) -> Definition {
        let text = format!("variant: runtime\n{more}\n");
        Definition::read(path, &text).unwrap()
    }

    fn variants(definitions: Vec<Definition>) -> Vec<HardenedVariant> {
        Collection { definitions, ..Collection::default() }.variants()
    }

    const NONROOT: &str = "accounts: {run-as: nonroot, users: [{name: nonroot, uid: 65532}]}";

    #[test]
    fn what_is_merged_in_brings_its_shell_and_its_bundle() {
        let other = "tags: ['1']\ncontents: {packages: [dash, ca-certificates]}";
        let merging = "tags: ['2']\ncontents: {artifacts: [{name: 'x/a:1@sha256:0'}]}";
        let found = variants(vec![
            definition("a/debian-13/1.yaml", &format!("{other}\n{NONROOT}")),
            definition("b/debian-13/2.yaml", &format!("{merging}\n{NONROOT}")),
        ]);
        assert_eq!((found[1].shells.join(" "), found[1].lacks_bundle), ("dash".to_owned(), false));
    }

    #[test]
    fn a_bundle_that_nothing_speaks_of_is_lacking() {
        assert!(variants(vec![definition("a/debian-13/1.yaml", NONROOT)])[0].lacks_bundle);
    }

    #[test]
    fn root_is_an_account_where_it_is_declared() {
        let accounts = "accounts: {root: true, run-as: root, users: []}";
        let found = variants(vec![definition("a/debian-13/1.yaml", accounts)]);
        assert_eq!(found[0].users, BTreeMap::from([("root".to_owned(), 0)]));
    }

    #[test]
    fn an_account_without_a_number_is_left_out() {
        let accounts = "accounts: {run-as: someone, users: []}";
        assert!(variants(vec![definition("a/debian-13/1.yaml", accounts)]).is_empty());
    }
}
