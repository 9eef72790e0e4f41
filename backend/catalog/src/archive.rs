//! The archive of the catalogue's repository, as GitHub serves it: one top folder,
//! `image/NAME/DISTRIBUTION/FILE.yaml` below it, and much that does not matter here.

use std::io::Read;

use flate2::read::GzDecoder;

use crate::{CatalogError, Definition};

/// A definition is a few kilobytes; a larger file is none.
const FILE_LIMIT: u64 = 256 * 1024;
/// The whole catalogue unpacks to some 30 MB; a bomb to more.
const ARCHIVE_LIMIT: u64 = 512 * 1024 * 1024;

/// A file that was not understood, and why, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotUnderstood {
    /// Its path below `image/`.
    pub path: String,
    /// What was the matter.
    pub reason: String,
}

/// Everything that an archive holds.
#[derive(Debug, Clone, Default)]
pub struct Collection {
    /// The archive's top folder, which GitHub names after the repository and the commit.
    pub name: String,
    /// When the newest definition was changed, in seconds since 1970: in an archive from
    /// GitHub the time of the commit. 0 if the archive does not say.
    pub newest: u64,
    /// The definitions, by name and id.
    pub definitions: Vec<Definition>,
    /// The files that look like definitions and were not understood.
    pub not_understood: Vec<NotUnderstood>,
}

/// Reads every definition of a gzip-compressed tar archive.
///
/// # Errors
/// The archive cannot be read to its end, or holds no definition.
pub fn read_archive(source: impl Read) -> Result<Collection, CatalogError> {
    let mut archive = tar::Archive::new(GzDecoder::new(source).take(ARCHIVE_LIMIT));
    let mut collection = Collection::default();
    for entry in archive.entries().map_err(CatalogError::Archive)? {
        let mut entry = entry.map_err(CatalogError::Archive)?;
        let path = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        let Some((folder, path)) = definition_path(&path) else { continue };
        if entry.size() > FILE_LIMIT {
            collection.note(path, "it is larger than any definition".to_owned());
            continue;
        }
        collection.newest = collection.newest.max(entry.header().mtime().unwrap_or(0));
        if collection.name.is_empty() {
            folder.clone_into(&mut collection.name);
        }
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).map_err(CatalogError::Archive)?;
        match Definition::read(path, &String::from_utf8_lossy(&bytes)) {
            Ok(definition) => collection.definitions.push(definition),
            Err(reason) => collection.note(path, reason),
        }
    }
    if collection.definitions.is_empty() {
        return Err(CatalogError::Empty);
    }
    collection.definitions.sort_by(|a, b| (&a.name, &a.id).cmp(&(&b.name, &b.id)));
    Ok(collection)
}

impl Collection {
    fn note(&mut self, path: &str, reason: String) {
        self.not_understood.push(NotUnderstood { path: path.to_owned(), reason });
    }
}

/// The top folder, and the part below `image/`, of a path that may be a definition's.
fn definition_path(path: &str) -> Option<(&str, &str)> {
    let (folder, path) = path.split_once('/')?;
    let path = path.strip_prefix("image/")?;
    let is_deep_enough = path.ends_with(".yaml") && path.matches('/').count() == 2;
    let (_, distribution) = path.rsplit_once('/')?.0.split_once('/')?;
    // `debian-13`; what stands beside such folders belongs to a build and is no definition.
    let (_, version) = distribution.rsplit_once('-')?;
    (is_deep_enough && version.starts_with(|it: char| it.is_ascii_digit()))
        .then_some((folder, path))
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::{Compression, write::GzEncoder};

    fn archive(files: &[(&str, &str)]) -> Vec<u8> {
        let mut builder = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::fast()));
        for (path, text) in files {
            let mut header = tar::Header::new_gnu();
            header.set_size(text.len() as u64);
            header.set_mode(0o644);
            builder.append_data(&mut header, path, text.as_bytes()).unwrap();
        }
        builder.into_inner().unwrap().finish().unwrap()
    }

    const GOOD: &str =
        "variant: dev\ntags: [\"1-dev\"]\naccounts: {run-as: root, users: [], groups: []}\n";

    #[test]
    fn a_file_that_is_not_understood_is_reported_and_the_rest_is_read() {
        let bytes = archive(&[
            ("catalog-1/image/a/debian-13/1-dev.yaml", GOOD),
            ("catalog-1/image/a/debian-13/odd.yaml", "- 1"),
            ("catalog-1/image/a/info.yaml", "title: a"),
            ("catalog-1/image/a/config/a-v3.yaml", "listen: 1"),
        ]);
        let collection = read_archive(bytes.as_slice()).unwrap();
        assert_eq!(collection.name, "catalog-1");
        assert_eq!(collection.definitions.len(), 1);
        assert_eq!(collection.not_understood.len(), 1);
        assert_eq!(collection.not_understood[0].path, "a/debian-13/odd.yaml");
    }

    #[test]
    fn a_broken_or_empty_download_is_refused() {
        assert!(matches!(read_archive(&b"no archive"[..]), Err(CatalogError::Archive(_))));
        let bytes = archive(&[("catalog-1/README.md", "x")]);
        assert!(matches!(read_archive(bytes.as_slice()), Err(CatalogError::Empty)));
        let whole = archive(&[("catalog-1/image/a/debian-13/1-dev.yaml", GOOD)]);
        assert!(matches!(read_archive(&whole[..whole.len() / 2]), Err(CatalogError::Archive(_))));
    }
}
