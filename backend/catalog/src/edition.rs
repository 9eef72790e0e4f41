//! One state of the catalogue: all facts, with what it has withdrawn so far.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::info::Info;
use crate::{CatalogError, Definition, Kind};

/// The form of the kept text. It rises when a former text could not be read any more, or
/// would lack what is read now.
const FORMAT: u32 = 1;

/// One state of the catalogue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Edition {
    format: u32,
    /// Where it was read: the top folder of an archive, which GitHub names after the
    /// repository and the commit. Empty if nothing says so.
    pub source: String,
    /// The day up to which the facts are known to hold, `2026-11-23`.
    pub day: String,
    /// The images by name.
    pub images: BTreeMap<String, Image>,
    /// Every file that was looked at, with the id of its blob.
    pub(crate) files: BTreeMap<String, String>,
    /// The files that were not understood, and why.
    pub(crate) unread: BTreeMap<String, String>,
}

/// A repository of hardened images.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
pub struct Image {
    /// What it is called and where it belongs.
    pub info: Info,
    /// The definitions by DISTRIBUTION/FILE, as `debian-13/24-dev`. None is left of an image
    /// that was withdrawn altogether.
    pub definitions: BTreeMap<String, Definition>,
    /// The tags that were live once and are not any more.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub withdrawn: BTreeMap<String, Withdrawal>,
}

/// When a tag was withdrawn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Withdrawal {
    /// The day on which it was missed first.
    pub day: String,
    /// What its image was for; none if that was not known.
    pub kind: Option<Kind>,
}

impl Edition {
    pub(crate) fn new(
        source: String,
        day: &str,
        images: BTreeMap<String, Image>,
        (files, unread): (BTreeMap<String, String>, BTreeMap<String, String>),
    ) -> Self {
        Self { format: FORMAT, source, day: day.to_owned(), images, files, unread }
    }

    /// The name of these facts: the same for the same facts, on whatever day and in whatever
    /// order they were read. It is another one, too, when a maintenance has ended since.
    ///
    /// # Errors
    /// The facts cannot be written as JSON.
    pub fn version(&self) -> Result<String, CatalogError> {
        let definitions = self.images.values().flat_map(|it| it.definitions.values());
        let ends = definitions.filter_map(|it| it.end_of_life.as_deref());
        let last_end = ends.filter(|it| *it < self.day.as_str()).max();
        let facts = serde_json::to_vec(&(FORMAT, &self.images, last_end));
        let hash = Sha256::digest(facts.map_err(CatalogError::Text)?);
        let hex: String = hash.iter().take(8).map(|it| format!("{it:02x}")).collect();
        Ok(format!("dhi-{hex}"))
    }

    /// The facts as text, to be kept.
    ///
    /// # Errors
    /// They cannot be written as JSON.
    pub fn to_json(&self) -> Result<Vec<u8>, CatalogError> {
        serde_json::to_vec(self).map_err(CatalogError::Text)
    }

    /// The facts of a text that was kept.
    ///
    /// # Errors
    /// It is no such text, or one of another form.
    pub fn from_json(text: &[u8]) -> Result<Self, CatalogError> {
        let edition: Self = serde_json::from_slice(text).map_err(CatalogError::Text)?;
        if edition.format == FORMAT { Ok(edition) } else { Err(CatalogError::Format) }
    }

    /// How many live tags there are.
    #[must_use]
    pub fn live_tags(&self) -> usize {
        let definitions = self.images.values().flat_map(|it| it.definitions.values());
        definitions.map(|it| it.tags.len()).sum()
    }

    /// The names of the images that have a live tag.
    pub(crate) fn live_images(&self) -> impl Iterator<Item = &str> {
        let live = self.images.iter().filter(|(_, it)| !it.definitions.is_empty());
        live.map(|(name, _)| name.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Collection;

    const NODE: &str = "variant: dev\ntags: ['24-dev', '24.1-dev']\ndates: {end-of-life: '2026-04-30'}\n\
        accounts: {root: true, run-as: root, users: [{name: node, uid: 1000}]}\ncmd: [node]\n";

    fn edition(source: &str, day: &str) -> Edition {
        let mut collection = Collection::default();
        source.clone_into(&mut collection.source);
        collection.add("image/node/debian-13/24-dev.yaml", NODE.as_bytes());
        collection.add("image/node/info.yaml", b"metadata: {display-name: Node.js}");
        collection.edition(day).unwrap()
    }

    #[test]
    fn facts_that_were_kept_are_the_same_again() {
        let edition = edition("catalog-1", "2026-11-23");
        assert_eq!(Edition::from_json(&edition.to_json().unwrap()).unwrap(), edition);
    }

    #[test]
    fn a_text_of_another_form_is_refused() {
        let text = String::from_utf8(edition("", "2026-11-23").to_json().unwrap()).unwrap();
        let newer = text.replacen("\"format\":1", "\"format\":2", 1);
        assert!(matches!(Edition::from_json(newer.as_bytes()), Err(CatalogError::Format)));
        assert!(matches!(Edition::from_json(b"{}"), Err(CatalogError::Text(_))));
    }

    #[test]
    fn the_version_is_that_of_the_facts_and_of_what_has_ended() {
        let version = |it: &Edition| it.version().unwrap();
        let first = edition("catalog-1", "2026-11-23");
        assert_eq!(version(&first), version(&edition("catalog-2", "2026-11-24")));
        assert_ne!(version(&first), version(&edition("catalog-1", "2026-04-30")));
        let mut other = first.clone();
        other.images.get_mut("node").unwrap().info.title = None;
        assert_ne!(version(&first), version(&other));
    }
}
