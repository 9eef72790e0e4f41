//! The facts about images: those of the program, or those of a catalogue archive.

use std::borrow::Cow;
use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use anyhow::{Context, Result};
use checklist::Catalog;
use chrono::DateTime;

/// The built-in facts, or those of an archive of the open catalogue's repository.
///
/// # Errors
/// The archive cannot be opened, or is none.
pub(super) fn facts(archive: Option<&Path>) -> Result<Cow<'static, Catalog>> {
    let Some(path) = archive else { return Ok(Cow::Borrowed(Catalog::built_in())) };
    let shown = path.display();
    let file = File::open(path).with_context(|| format!("{shown} could not be opened"))?;
    let collection = catalog::read_archive(BufReader::new(file)).with_context(|| {
        format!(
            "{shown} holds no catalogue; download the .tar.gz of the repository \
             docker-hardened-images/catalog from GitHub and name that file"
        )
    })?;
    if let Some(first) = collection.not_understood.first() {
        let count = collection.not_understood.len();
        super::say(&format!(
            "{count} of the catalogue's files could not be understood and are left out; \
             the first is {}: {}",
            first.path, first.reason
        ));
    }
    Ok(Cow::Owned(collection.catalog(&day(collection.newest))))
}

/// The day of a time in seconds since 1970, in UTC.
fn day(seconds: u64) -> String {
    let time = i64::try_from(seconds).ok().and_then(|it| DateTime::from_timestamp(it, 0));
    time.unwrap_or_default().format("%Y-%m-%d").to_string()
}
