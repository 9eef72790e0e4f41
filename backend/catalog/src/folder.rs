//! A folder that holds the catalogue's repository, checked out or unpacked.

use std::fs::{self, DirEntry, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use crate::collection::FILE_LIMIT;
use crate::place::Place;
use crate::{CatalogError, Collection};

impl Collection {
    /// Adds every file of a folder: the repository, or a folder that holds nothing else.
    /// Links are not followed.
    ///
    /// # Errors
    /// The folder or one of its files cannot be read.
    pub fn add_folder(&mut self, folder: &Path) -> Result<(), CatalogError> {
        let root = root(folder).map_err(CatalogError::Folder)?;
        if self.source.is_empty() {
            let name = root.file_name().unwrap_or_default();
            self.source = name.to_string_lossy().into_owned();
        }
        for image in folders(&root.join("image")).map_err(CatalogError::Folder)? {
            self.add_files(&root, &image)?;
            for distribution in folders(&image).map_err(CatalogError::Folder)? {
                self.add_files(&root, &distribution)?;
            }
        }
        Ok(())
    }

    fn add_files(&mut self, root: &Path, folder: &Path) -> Result<(), CatalogError> {
        for path in files(folder).map_err(CatalogError::Folder)? {
            let name = path.strip_prefix(root).unwrap_or(&path).to_string_lossy().into_owned();
            if Place::of(&name).is_some() {
                // One byte more than allowed tells a file that is too large.
                let mut bytes = Vec::new();
                let file = File::open(&path).map_err(CatalogError::Folder)?;
                file.take(FILE_LIMIT as u64 + 1)
                    .read_to_end(&mut bytes)
                    .map_err(CatalogError::Folder)?;
                self.add(&name, &bytes);
            }
        }
        Ok(())
    }
}

/// The folder that has `image` in it: the given one, or the only one in it, as an archive
/// unpacks to.
fn root(folder: &Path) -> io::Result<PathBuf> {
    let inner = folders(folder)?;
    match inner.as_slice() {
        [only] if !folder.join("image").is_dir() => Ok(only.clone()),
        _ => Ok(folder.to_owned()),
    }
}

fn folders(folder: &Path) -> io::Result<Vec<PathBuf>> {
    entries(folder, |it| it.is_dir())
}

fn files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    entries(folder, |it| it.is_file())
}

fn entries(folder: &Path, is_wanted: impl Fn(&fs::FileType) -> bool) -> io::Result<Vec<PathBuf>> {
    let path = |entry: io::Result<DirEntry>| {
        let entry = entry?;
        Ok(is_wanted(&entry.file_type()?).then(|| entry.path()))
    };
    let found: io::Result<Vec<Option<PathBuf>>> = fs::read_dir(folder)?.map(path).collect();
    Ok(found?.into_iter().flatten().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "variant: dev\ntags: ['1-dev']\naccounts: {run-as: root}\n";

    fn write(folder: &Path, path: &str, text: &str) {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn collected(folder: &Path) -> Collection {
        let mut collection = Collection::default();
        collection.add_folder(folder).unwrap();
        collection
    }

    #[test]
    fn a_repository_and_an_unpacked_archive_are_read_alike() {
        let folder = tempfile::tempdir().unwrap();
        write(folder.path(), "catalog-1/image/a/debian-13/1-dev.yaml", GOOD);
        write(folder.path(), "catalog-1/image/a/info.yaml", "metadata: {display-name: A}");
        write(folder.path(), "catalog-1/image/a/guide.md", "x");
        write(folder.path(), "catalog-1/README.md", "x");
        for folder in [folder.path().to_owned(), folder.path().join("catalog-1")] {
            let edition = collected(&folder).edition("2026-11-23").unwrap();
            assert_eq!(edition.source, "catalog-1");
            assert_eq!(edition.images["a"].info.title.as_deref(), Some("A"));
            assert_eq!(edition.images["a"].definitions["debian-13/1-dev"].tags, ["1-dev"]);
        }
    }

    #[test]
    fn a_large_file_is_left_out_and_a_link_is_not_followed() {
        let folder = tempfile::tempdir().unwrap();
        write(folder.path(), "image/a/debian-13/1.yaml", &"a".repeat(3 * FILE_LIMIT));
        write(folder.path(), "other/1.yaml", GOOD);
        #[cfg(unix)]
        std::os::unix::fs::symlink(
            folder.path().join("other"),
            folder.path().join("image/a/debian-12"),
        )
        .unwrap();
        let notes = collected(folder.path()).notes();
        assert_eq!(notes.unread[0].path, "image/a/debian-13/1.yaml");
        assert_eq!(notes.unread.len(), 1);
    }

    #[test]
    fn a_folder_without_images_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let error = Collection::default().add_folder(folder.path()).unwrap_err();
        assert!(matches!(error, CatalogError::Folder(_)));
    }
}
