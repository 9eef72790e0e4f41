//! The facts about images: those of the program, or those of a catalogue archive.

use std::borrow::Cow;
use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use anyhow::{Context, Result};
use catalog::{Collection, Notes};
use checklist::Catalog;
use chrono::DateTime;

/// The built-in facts, or those of an archive or a folder of the open catalogue's repository.
///
/// # Errors
/// The archive cannot be opened, or is none.
pub(super) fn facts(source: Option<&Path>) -> Result<Cow<'static, Catalog>> {
    let Some(path) = source else { return Ok(Cow::Borrowed(Catalog::built_in())) };
    let collection = collection(path)?;
    say_not_understood(&collection.notes());
    let day = day(collection.newest());
    let edition = collection.edition(&day).with_context(|| no_catalogue(path))?;
    Ok(Cow::Owned(edition.catalog()?))
}

/// The files of an archive or a folder.
///
/// # Errors
/// It cannot be read.
pub(crate) fn collection(path: &Path) -> Result<Collection> {
    let mut collection = Collection::default();
    let read = if path.is_dir() {
        collection.add_folder(path)
    } else {
        let file =
            File::open(path).with_context(|| format!("{} could not be opened", path.display()))?;
        collection.add_archive(BufReader::new(file))
    };
    read.with_context(|| no_catalogue(path))?;
    Ok(collection)
}

/// What to say of something that is no catalogue.
pub(crate) fn no_catalogue(path: &Path) -> String {
    format!(
        "{} holds no catalogue; download the .tar.gz of the repository \
         docker-hardened-images/catalog from GitHub and name that file",
        path.display()
    )
}

fn say_not_understood(notes: &Notes) {
    let odd = notes.unread.iter().chain(&notes.doubted);
    let Some(first) = odd.clone().next() else { return };
    super::say(&format!(
        "{} of the catalogue's files could not be understood and are left out; \
         the first is {}: {}",
        odd.count(),
        first.path,
        first.reason
    ));
}

/// The day of a time in seconds since 1970, in UTC.
fn day(seconds: u64) -> String {
    let time = i64::try_from(seconds).ok().and_then(|it| DateTime::from_timestamp(it, 0));
    time.unwrap_or_default().format("%Y-%m-%d").to_string()
}
