//! Editions of the catalogue of hardened images: read from GitHub or a file, judged against
//! the present one, kept in the store, and made the facts that every file is scored by.

mod daily;
mod present;
mod preview;
mod repository;

use std::io::Read as _;

use catalog::{CatalogError, Collection, Difference, Edition, NotUnderstood};
use chrono::{DateTime, NaiveDate, Utc};
use flate2::Compression;
use flate2::bufread::{GzDecoder, GzEncoder};
use names::CommitSha;
use store::{Brought, EditionId, KeptEdition, Misread, NewEdition, ReadFrom, Store};

use crate::CrawlError;

pub use daily::CatalogSource;
pub use present::PresentCatalog;
pub use preview::{Moves, preview};
pub use repository::CatalogRepository;

/// The facts of the catalogue of 2026 are 5 MB of text; no kept one is this long.
const MOST_TEXT: u64 = 256 * 1024 * 1024;

/// The edition that is in use, as far as there is one.
#[derive(Debug, Clone, Default)]
pub struct Standing {
    /// The last edition of the store.
    pub kept: Option<KeptEdition>,
    /// Its facts; none if this program cannot read them.
    pub edition: Option<Edition>,
}

/// A catalogue that was read just now, and where.
#[derive(Debug)]
pub struct ReadCatalog {
    /// Its files.
    pub files: Collection,
    /// The day up to which they are known to hold.
    pub day: NaiveDate,
    /// What they were read from, in words.
    pub source: String,
    /// Where they were read.
    pub read_from: ReadFrom,
    /// The commit, where GitHub was asked.
    pub commit: Option<CommitSha>,
}

/// An edition that may take the place of the present one.
#[derive(Debug)]
pub struct Successor {
    /// Its facts, with all that was withdrawn before.
    pub edition: Edition,
    /// What it brings; none if there was no edition before.
    pub brings: Option<Difference>,
    previous: Option<EditionId>,
    new: NewEdition,
}

impl Standing {
    /// The present edition of a store.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn of(store: &Store) -> Result<Self, CrawlError> {
        let Some(kept) = store.present_edition().await? else { return Ok(Self::default()) };
        let content = store.edition_content(kept.id).await?.unwrap_or_default();
        let edition = apart(move || unpacked(&content)).await;
        let edition = edition.inspect_err(|error| {
            let version = &kept.version;
            tracing::warn!(%error, version, "The kept catalogue cannot be read; it is read anew");
        });
        Ok(Self { kept: Some(kept), edition: edition.ok() })
    }

    /// What was read as the successor of this one; none if it has the same facts.
    ///
    /// # Errors
    /// It is empty, older, not understood, or has lost more than a day explains.
    pub async fn succeeded_by(self, read: ReadCatalog) -> Result<Option<Successor>, CrawlError> {
        Ok(apart(move || successor(self, read)).await?)
    }
}

impl Successor {
    /// The name of its facts.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.new.version
    }

    /// How many images and live tags it has, and how many files were not understood.
    #[must_use]
    pub fn counts(&self) -> (u32, u32, usize) {
        (self.new.images, self.new.tags, self.new.misread.len())
    }

    /// Makes it the present edition; false if another process made one meanwhile.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn keep(&self, store: &Store, now: DateTime<Utc>) -> Result<bool, CrawlError> {
        let kept = store.save_edition(&self.new, self.previous, now).await?;
        if kept.is_some() {
            let NewEdition { version, source, .. } = &self.new;
            tracing::info!(version, source, "The catalogue changed");
        }
        Ok(kept.is_some())
    }
}

fn successor(standing: Standing, read: ReadCatalog) -> Result<Option<Successor>, CatalogError> {
    let Standing { kept, edition: previous } = standing;
    let notes = read.files.notes();
    let day = read.day.to_string();
    let mut edition = read.files.edition(&day)?;
    edition.source.clone_from(&read.source);
    if let Some(previous) = &previous {
        let judged = edition.judge(previous);
        edition = edition.remember(previous, &day);
        // The same facts need no judgement: of an older day they are no news either.
        if edition.version()? == previous.version()? {
            return Ok(None);
        }
        judged?;
    } else {
        edition.judge_first()?;
    }
    let brings = previous.map(|it| edition.since(&it));
    let misread = notes.unread.into_iter().chain(notes.doubted).map(misread).collect();
    let new = NewEdition {
        version: edition.version()?,
        day: read.day,
        source: read.source,
        read_from: read.read_from,
        commit: read.commit,
        content: packed(&edition)?,
        images: number(edition.images.values().filter(|it| !it.definitions.is_empty()).count()),
        tags: number(edition.live_tags()),
        brought: brings.as_ref().map(brought),
        misread,
    };
    Ok(Some(Successor { edition, brings, previous: kept.map(|it| it.id), new }))
}

fn misread(note: NotUnderstood) -> Misread {
    Misread { path: note.path, reason: note.reason }
}

fn brought(difference: &Difference) -> Brought {
    Brought {
        images_new: number(difference.images_new.len()),
        images_gone: number(difference.images_gone.len()),
        tags_new: number(difference.tags_new.len()),
        tags_withdrawn: number(difference.tags_withdrawn.len()),
    }
}

fn packed(edition: &Edition) -> Result<Vec<u8>, CatalogError> {
    let text = edition.to_json()?;
    let mut packed = Vec::new();
    GzEncoder::new(text.as_slice(), Compression::default())
        .read_to_end(&mut packed)
        .map_err(CatalogError::Archive)?;
    Ok(packed)
}

fn unpacked(content: &[u8]) -> Result<Edition, CatalogError> {
    let mut text = Vec::new();
    GzDecoder::new(content)
        .take(MOST_TEXT)
        .read_to_end(&mut text)
        .map_err(CatalogError::Archive)?;
    Edition::from_json(&text)
}

/// Reads and packs away from the threads that wait for the network: it takes seconds.
async fn apart<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, CatalogError> + Send + 'static,
) -> Result<T, CatalogError> {
    let done = tokio::task::spawn_blocking(work).await;
    done.unwrap_or_else(|error| {
        tracing::error!(%error, "Reading the catalogue failed");
        Err(CatalogError::Format)
    })
}

fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
