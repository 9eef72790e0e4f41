//! The catalogue's files, collected one by one in any order: from an archive, a folder, or
//! from a refresh that has only the files that changed.

use std::collections::BTreeMap;

use sha1::{Digest, Sha1};

use crate::edition::{Edition, Image};
use crate::info::Info;
use crate::place::Place;
use crate::{CatalogError, Definition, yaml};

/// A definition is a few kilobytes, the largest 66; a larger file is none.
pub const FILE_LIMIT: usize = 256 * 1024;
/// The most text of all files: three times that of the catalogue of 2026.
const MOST_BYTES: usize = 64 * 1024 * 1024;
/// The most values in all files: six times those of the catalogue of 2026.
const MOST_NODES: usize = 4_000_000;
/// The most files: six times those of the catalogue of 2026.
const MOST_FILES: usize = 20_000;
/// How many files may be not understood without a question.
const FEW_FILES: usize = 5;

/// A file that was not understood, and why, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotUnderstood {
    /// Its path in the repository.
    pub path: String,
    /// What was the matter, as a clause.
    pub reason: String,
}

/// What was not understood of a collection.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Notes {
    /// The files that are left out.
    pub unread: Vec<NotUnderstood>,
    /// The files of which a part was odd: of a definition nothing but its tags is relied on.
    pub doubted: Vec<NotUnderstood>,
    /// The fields that are new, and in how many of the files that were added.
    pub new_fields: BTreeMap<String, usize>,
}

/// The files that a listing of the repository has beyond a collection.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Stale {
    /// The paths of those that are new or have changed, to be added.
    pub changed: Vec<String>,
    /// The paths of those that are gone, to be removed.
    pub gone: Vec<String>,
}

/// The catalogue's files as far as they are collected.
#[derive(Debug, Clone, Default)]
pub struct Collection {
    pub(crate) source: String,
    pub(crate) newest: u64,
    images: BTreeMap<String, Image>,
    /// Every file that was looked at, with the id of its blob.
    files: BTreeMap<String, String>,
    unread: BTreeMap<String, String>,
    odd_infos: BTreeMap<String, Vec<String>>,
    new_fields: BTreeMap<String, usize>,
    bytes: usize,
    nodes: usize,
}

impl Collection {
    /// What an edition was made of, to be brought up to date file by file.
    #[must_use]
    pub fn resume(edition: &Edition) -> Self {
        Self {
            source: edition.source.clone(),
            images: edition.images.clone(),
            files: edition.files.clone(),
            unread: edition.unread.clone(),
            ..Self::default()
        }
    }

    /// Adds a file by its path in the repository, or puts it in the place of its former
    /// content. A path that says nothing about an image is passed over.
    pub fn add(&mut self, path: &str, bytes: &[u8]) {
        let Some(place) = Place::of(path) else { return };
        self.remove(path);
        let size = bytes.len().min(FILE_LIMIT);
        self.bytes += size;
        if bytes.len() > FILE_LIMIT || self.is_too_large() {
            return self.leave_out(path, "it is larger than any definition");
        }
        self.files.insert(path.to_owned(), blob_id(bytes));
        if let Err(reason) = self.read(place, path, &String::from_utf8_lossy(bytes)) {
            self.unread.insert(path.to_owned(), reason);
        }
    }

    /// Notes a file whose content is not looked at.
    pub fn leave_out(&mut self, path: &str, reason: &str) {
        if Place::of(path).is_some() && self.files.len() <= MOST_FILES {
            self.files.insert(path.to_owned(), String::new());
            self.unread.insert(path.to_owned(), reason.to_owned());
        }
    }

    /// Forgets a file.
    pub fn remove(&mut self, path: &str) {
        let Some(place) = Place::of(path) else { return };
        self.files.remove(path);
        self.unread.remove(path);
        self.odd_infos.remove(path);
        match place {
            Place::Info { image } => {
                self.images.entry(image.to_owned()).and_modify(|it| it.info = Info::default());
            }
            Place::Definition { image, id } => {
                self.images.entry(image.to_owned()).and_modify(|it| {
                    it.definitions.remove(id);
                });
            }
        }
    }

    /// What a listing of the repository, paths with the ids of their blobs, has beyond this.
    #[must_use]
    pub fn stale<'l>(&self, listing: impl IntoIterator<Item = (&'l str, &'l str)>) -> Stale {
        let there: BTreeMap<&str, &str> =
            listing.into_iter().filter(|(path, _)| Place::of(path).is_some()).collect();
        let is_new = |path: &str, id: &str| self.files.get(path).is_none_or(|it| it != id);
        let changed = there.iter().filter(|(path, id)| is_new(path, id));
        let gone = self.files.keys().filter(|it| !there.contains_key(it.as_str()));
        Stale {
            changed: changed.map(|(path, _)| (*path).to_owned()).collect(),
            gone: gone.cloned().collect(),
        }
    }

    /// When the newest file of an archive was changed, in seconds since 1970: in an archive
    /// from GitHub the time of the commit. 0 if nothing says so.
    #[must_use]
    pub fn newest(&self) -> u64 {
        self.newest
    }

    /// What was not understood.
    #[must_use]
    pub fn notes(&self) -> Notes {
        let note = |path: &str, reason: &str| NotUnderstood {
            path: path.to_owned(),
            reason: reason.to_owned(),
        };
        let unread = self.unread.iter().map(|(path, reason)| note(path, reason)).collect();
        let odd_infos = self.odd_infos.iter().map(|(path, it)| note(path, &it.join(", ")));
        let definitions = self.images.iter().flat_map(|(image, it)| {
            let doubted = it.definitions.iter().filter(|(_, it)| !it.doubts.is_empty());
            doubted.map(move |(id, it)| {
                note(&format!("image/{image}/{id}.yaml"), &it.doubts.join(", "))
            })
        });
        let doubted = odd_infos.chain(definitions).collect();
        Notes { unread, doubted, new_fields: self.new_fields.clone() }
    }

    /// The collected facts as one state of the catalogue, known to hold on `day` (as
    /// `2026-11-23`).
    ///
    /// # Errors
    /// There is no definition, or more than any catalogue has, or more than a few and a
    /// tenth of the files were not understood.
    pub fn edition(mut self, day: &str) -> Result<Edition, CatalogError> {
        if self.is_too_large() {
            return Err(CatalogError::TooLarge);
        }
        self.images.retain(|_, it| !it.definitions.is_empty() || !it.withdrawn.is_empty());
        if self.images.values().all(|it| it.definitions.is_empty()) {
            return Err(CatalogError::Empty);
        }
        let (unread, files) = (self.unread.len(), self.files.len());
        if unread > FEW_FILES.max(files / 10) {
            return Err(CatalogError::NotUnderstood { unread, files });
        }
        let Self { source, images, files, unread, .. } = self;
        Ok(Edition::new(source, day, images, (files, unread)))
    }

    fn is_too_large(&self) -> bool {
        self.bytes > MOST_BYTES || self.nodes > MOST_NODES || self.files.len() > MOST_FILES
    }

    fn read(&mut self, place: Place<'_>, path: &str, text: &str) -> Result<(), String> {
        let document = yaml::document(text)?;
        self.nodes += document.nodes;
        match place {
            Place::Info { image } => {
                let (info, doubts) = Info::read(&document.root);
                if !doubts.is_empty() {
                    self.odd_infos.insert(path.to_owned(), doubts);
                }
                self.images.entry(image.to_owned()).or_default().info = info;
            }
            Place::Definition { image, id } => {
                let (definition, new) = Definition::read(image, &document.root)?;
                for field in new {
                    *self.new_fields.entry(field).or_default() += 1;
                }
                let image = self.images.entry(image.to_owned()).or_default();
                image.definitions.insert(id.to_owned(), definition);
            }
        }
        Ok(())
    }
}

/// The id that Git gives to a file's content.
fn blob_id(bytes: &[u8]) -> String {
    let mut hash = Sha1::new();
    hash.update(format!("blob {}\0", bytes.len()));
    hash.update(bytes);
    hash.finalize().iter().map(|it| format!("{it:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATH: &str = "image/node/debian-13/24.yaml";
    const GOOD: &str = "variant: dev\ntags: ['24-dev']\naccounts: {run-as: root}\n";

    fn collected(files: &[(&str, &str)]) -> Collection {
        let mut collection = Collection::default();
        files.iter().for_each(|(path, text)| collection.add(path, text.as_bytes()));
        collection
    }

    #[test]
    fn a_file_that_is_not_understood_is_noted_and_the_rest_is_read() {
        let many = (0..10).map(|it| (format!("image/node/debian-13/{it}.yaml"), GOOD));
        let mut collection = Collection::default();
        many.for_each(|(path, text)| collection.add(&path, text.as_bytes()));
        collection.add("image/node/debian-13/odd.yaml", b"- 1");
        collection.add("image/node/info.yaml", b"metadata: 1");
        collection.add("image/node/guide.md", b"x");
        let notes = collection.notes();
        let [unread] = notes.unread.as_slice() else { panic!("{notes:?}") };
        assert_eq!(unread.path, "image/node/debian-13/odd.yaml");
        assert_eq!(notes.doubted[0].reason, "its `metadata` is not a mapping");
        assert_eq!(collection.edition("2026-11-23").unwrap().images["node"].definitions.len(), 10);
    }

    #[test]
    fn a_collection_of_which_too_much_is_not_understood_is_refused() {
        let mut collection = collected(&[(PATH, GOOD)]);
        for number in 0..6 {
            collection.add(&format!("image/node/debian-13/{number}.yaml"), b"- 1");
        }
        let error = collection.edition("2026-11-23").unwrap_err();
        assert!(matches!(error, CatalogError::NotUnderstood { unread: 6, files: 7 }));
        assert!(matches!(collected(&[]).edition("2026-11-23"), Err(CatalogError::Empty)));
        let only_info = collected(&[("image/node/info.yaml", "metadata: {display-name: Node}")]);
        assert!(matches!(only_info.edition("2026-11-23"), Err(CatalogError::Empty)));
    }

    #[test]
    fn a_file_larger_than_any_definition_is_left_out_unread() {
        let large = "a".repeat(FILE_LIMIT + 1);
        let notes = collected(&[(PATH, &large)]).notes();
        assert_eq!(notes.unread[0].reason, "it is larger than any definition");
    }

    #[test]
    fn more_files_than_any_catalogue_has_are_refused() {
        let mut collection = Collection::default();
        for number in 0..=MOST_FILES + 10 {
            collection.add(&format!("image/a/debian-13/{number}.yaml"), GOOD.as_bytes());
        }
        assert!(collection.files.len() <= MOST_FILES + 1);
        assert!(matches!(collection.edition("2026-11-23"), Err(CatalogError::TooLarge)));
    }

    #[test]
    fn only_what_changed_is_asked_for_again() {
        let edition = collected(&[(PATH, GOOD), ("image/a/debian-13/1.yaml", GOOD)])
            .edition("2026-11-23")
            .unwrap();
        let mut collection = Collection::resume(&edition);
        let id = blob_id(GOOD.as_bytes());
        let stale = collection.stale([
            (PATH, id.as_str()),
            ("image/b/debian-13/1.yaml", "0"),
            ("README.md", "1"),
        ]);
        assert_eq!(stale.changed, ["image/b/debian-13/1.yaml"]);
        assert_eq!(stale.gone, ["image/a/debian-13/1.yaml"]);
        collection.add("image/b/debian-13/1.yaml", GOOD.as_bytes());
        collection.remove("image/a/debian-13/1.yaml");
        let images = collection.edition("2026-11-24").unwrap().images;
        assert_eq!(images.keys().collect::<Vec<_>>(), ["b", "node"]);
    }

    #[test]
    fn a_blob_has_the_id_that_git_gives_it() {
        assert_eq!(blob_id(b"hello\n"), "ce013625030ba8dba906f756967f9e9ca394464a");
    }
}
