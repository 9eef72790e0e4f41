//! The archive of the catalogue's repository, as GitHub serves it: one top folder,
//! `image/NAME/DISTRIBUTION/FILE.yaml` below it, and much that does not matter here.

use std::io::Read;

use flate2::read::GzDecoder;
use tar::{Archive, Entry, EntryType, PaxExtensions};

use crate::collection::FILE_LIMIT;
use crate::place::Place;
use crate::{CatalogError, Collection};

/// The definitions unpack to some 20 MB, a whole archive with guides and logos to several
/// times that; a bomb to more.
const ARCHIVE_LIMIT: u64 = 512 * 1024 * 1024;
/// The most bytes of a path that is too long for an entry's own head.
const PATH_LIMIT: u64 = 16 * 1024;

/// Collects every file of a gzip-compressed tar archive.
///
/// # Errors
/// The archive cannot be read to its end, or holds no definition.
pub fn read_archive(source: impl Read) -> Result<Collection, CatalogError> {
    let mut collection = Collection::default();
    collection.add_archive(source)?;
    Ok(collection)
}

impl Collection {
    /// Adds every file of a gzip-compressed tar archive.
    ///
    /// # Errors
    /// The archive cannot be read to its end.
    pub fn add_archive(&mut self, source: impl Read) -> Result<(), CatalogError> {
        let mut archive = Archive::new(GzDecoder::new(source).take(ARCHIVE_LIMIT));
        // Entries are read as they are: whoever completes them keeps a long path in memory,
        // however long an archive says that it is.
        let entries = archive.entries().map_err(CatalogError::Archive)?.raw(true);
        let mut long_path = None;
        for entry in entries {
            let mut entry = entry.map_err(CatalogError::Archive)?;
            match entry.header().entry_type() {
                EntryType::XHeader => long_path = path_in_header(&mut entry)?,
                EntryType::GNULongName => long_path = Some(bounded(&mut entry, PATH_LIMIT)?),
                EntryType::Regular => self.add_entry(&mut entry, long_path.take())?,
                _ => long_path = None,
            }
        }
        Ok(())
    }

    fn add_entry(
        &mut self,
        entry: &mut Entry<'_, impl Read>,
        long_path: Option<Vec<u8>>,
    ) -> Result<(), CatalogError> {
        let path = long_path.unwrap_or_else(|| entry.path_bytes().into_owned());
        let path = String::from_utf8_lossy(&path);
        let Some((folder, path)) = path.trim_end_matches('\0').split_once('/') else {
            return Ok(());
        };
        if Place::of(path).is_none() {
            return Ok(());
        }
        self.newest = self.newest.max(entry.header().mtime().unwrap_or(0));
        if self.source.is_empty() {
            folder.clone_into(&mut self.source);
        }
        if entry.size() > FILE_LIMIT as u64 {
            self.leave_out(path, "it is larger than any definition");
            return Ok(());
        }
        let bytes = bounded(entry, FILE_LIMIT as u64)?;
        self.add(path, &bytes);
        Ok(())
    }
}

/// The path of the next entry, where a head of its own says it.
fn path_in_header(entry: &mut Entry<'_, impl Read>) -> Result<Option<Vec<u8>>, CatalogError> {
    let bytes = bounded(entry, PATH_LIMIT)?;
    let found = PaxExtensions::new(&bytes).flatten().find(|it| it.key_bytes() == b"path");
    Ok(found.map(|it| it.value_bytes().to_vec()))
}

fn bounded(source: impl Read, limit: u64) -> Result<Vec<u8>, CatalogError> {
    let mut bytes = Vec::new();
    source.take(limit).read_to_end(&mut bytes).map_err(CatalogError::Archive)?;
    Ok(bytes)
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
            header.set_mtime(1_787_000_000);
            builder.append_data(&mut header, path, text.as_bytes()).unwrap();
        }
        builder.into_inner().unwrap().finish().unwrap()
    }

    const GOOD: &str =
        "variant: dev\ntags: [\"1-dev\"]\naccounts: {run-as: root, users: [], groups: []}\n";

    fn definitions(bytes: &[u8]) -> Vec<String> {
        let edition = read_archive(bytes).unwrap().edition("2026-11-23").unwrap();
        let ids = |(name, image): (&String, &crate::Image)| {
            let ids: Vec<String> =
                image.definitions.keys().map(|id| format!("{name}/{id}")).collect();
            ids
        };
        edition.images.iter().flat_map(ids).collect()
    }

    #[test]
    fn the_definitions_below_the_top_folder_are_read_and_nothing_else() {
        let bytes = archive(&[
            ("catalog-1/image/a/debian-13/1-dev.yaml", GOOD),
            ("catalog-1/image/a/guide.md", "# a"),
            ("catalog-1/image/a/config/a-v3.yaml", "listen: 1"),
            ("catalog-1/.github/workflows/a.yaml", "on: push"),
        ]);
        let collection = read_archive(bytes.as_slice()).unwrap();
        assert_eq!((collection.source.as_str(), collection.newest()), ("catalog-1", 1_787_000_000));
        assert!(collection.notes().unread.is_empty());
        assert_eq!(definitions(&bytes), ["a/debian-13/1-dev"]);
    }

    #[test]
    fn a_path_that_is_too_long_for_its_head_is_read() {
        let name = "x".repeat(60);
        let path = format!("catalog-{}/image/{name}/debian-13/{name}.yaml", "0".repeat(40));
        assert_eq!(definitions(&archive(&[(&path, GOOD)])), [format!("{name}/debian-13/{name}")]);
    }

    #[test]
    fn a_broken_or_empty_download_is_refused() {
        assert!(matches!(read_archive(&b"no archive"[..]), Err(CatalogError::Archive(_))));
        let nothing = read_archive(archive(&[("catalog-1/README.md", "x")]).as_slice()).unwrap();
        assert!(matches!(nothing.edition("2026-11-23"), Err(CatalogError::Empty)));
        let whole = archive(&[("catalog-1/image/a/debian-13/1-dev.yaml", GOOD)]);
        assert!(matches!(read_archive(&whole[..whole.len() / 2]), Err(CatalogError::Archive(_))));
    }

    #[test]
    fn a_large_file_or_path_takes_no_memory() {
        let large = "a".repeat(3 * FILE_LIMIT);
        let bytes = archive(&[
            ("catalog-1/image/a/debian-13/large.yaml", &large),
            (&format!("catalog-1/{large}"), "x"),
            ("catalog-1/image/a/debian-13/1-dev.yaml", GOOD),
        ]);
        let collection = read_archive(bytes.as_slice()).unwrap();
        assert_eq!(collection.notes().unread[0].path, "image/a/debian-13/large.yaml");
    }
}
