//! Editions of the catalogue of hardened images: each state of its facts, the last one is
//! the present one. What they say is `catalog`'s own text; here it is kept.

use chrono::{DateTime, NaiveDate, Utc};
use names::CommitSha;
use serde::{Deserialize, Serialize};
use sqlx::types::Json;

use crate::catalog_import::note_import;
use crate::text::storable;
use crate::{EditionId, ReadFrom, Store, StoreError};

/// So many of the last editions keep their facts.
const KEPT_CONTENTS: i64 = 30;
/// So many keep their line: ten years of changes every day.
const KEPT_EDITIONS: i64 = 3_650;
/// So many of the files that were not understood are named.
const NAMED: usize = 200;

/// An edition to keep.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewEdition {
    /// The name of its facts.
    pub version: String,
    /// The day up to which they are known to hold.
    pub day: NaiveDate,
    /// What they were read from, in words: a repository and a commit, or a file.
    pub source: String,
    /// Where they were read.
    pub read_from: ReadFrom,
    /// The commit, where GitHub was asked.
    pub commit: Option<CommitSha>,
    /// The facts, packed.
    pub content: Vec<u8>,
    /// How many images there are.
    pub images: u32,
    /// How many live tags there are.
    pub tags: u32,
    /// What it brings since the one before; none for the first.
    pub brought: Option<Brought>,
    /// The files that were not understood.
    pub misread: Vec<Misread>,
}

/// What an edition brought since the one before.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Brought {
    /// Images that there were not before.
    pub images_new: u32,
    /// Images that have no live tag any more.
    pub images_gone: u32,
    /// Tags that were not live before.
    pub tags_new: u32,
    /// Tags that are not live any more.
    pub tags_withdrawn: u32,
}

/// A file of the catalogue that was not understood, in part or whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Misread {
    /// Its path in the catalogue's repository.
    pub path: String,
    /// What was the matter, as a clause.
    pub reason: String,
}

/// An edition that is kept, without its facts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptEdition {
    /// Its key.
    pub id: EditionId,
    /// The name of its facts.
    pub version: String,
    /// The day up to which they were known to hold when they were read.
    pub day: NaiveDate,
    /// What they were read from, in words.
    pub source: String,
    /// Where they were read.
    pub read_from: ReadFrom,
    /// The commit, where GitHub was asked.
    pub commit: Option<CommitSha>,
    /// Since when it is the present one.
    pub saved_at: DateTime<Utc>,
    /// How many images there are.
    pub images: u32,
    /// How many live tags there are.
    pub tags: u32,
    /// What it brought since the one before; none for the first.
    pub brought: Option<Brought>,
    /// How many files were not understood.
    pub not_understood: u32,
    /// The first of them.
    pub misread: Vec<Misread>,
}

struct EditionRow {
    catalog_edition_id: i64,
    version: String,
    day: NaiveDate,
    source: String,
    read_from: String,
    commit_sha: Option<String>,
    saved_at: DateTime<Utc>,
    images: i32,
    tags: i32,
    images_new: Option<i32>,
    images_gone: Option<i32>,
    tags_new: Option<i32>,
    tags_withdrawn: Option<i32>,
    not_understood: i32,
    misread: Json<Vec<Misread>>,
}

impl Store {
    /// The key of the present edition; none while the facts hold that come with the program.
    ///
    /// # Errors
    /// [`StoreError::Query`].
    pub async fn present_edition_id(&self) -> Result<Option<EditionId>, StoreError> {
        let id = sqlx::query_scalar!(r#"SELECT max(catalog_edition_id) FROM catalog_edition"#)
            .fetch_one(&self.pool)
            .await?;
        Ok(id.map(EditionId))
    }

    /// The present edition without its facts.
    ///
    /// # Errors
    /// [`StoreError::Query`] and [`StoreError::Corrupt`].
    pub async fn present_edition(&self) -> Result<Option<KeptEdition>, StoreError> {
        let row = sqlx::query_as!(
            EditionRow,
            r#"
            SELECT catalog_edition_id, version, day, source, read_from, commit_sha, saved_at,
                   images, tags, images_new, images_gone, tags_new, tags_withdrawn,
                   not_understood, misread AS "misread: Json<Vec<Misread>>"
            FROM catalog_edition
            ORDER BY catalog_edition_id DESC
            LIMIT 1
            "#,
        )
        .fetch_optional(&self.pool)
        .await?;
        row.map(EditionRow::kept).transpose()
    }

    /// The facts of an edition, packed; none if they are not kept any more.
    ///
    /// # Errors
    /// [`StoreError::Query`].
    pub async fn edition_content(&self, id: EditionId) -> Result<Option<Vec<u8>>, StoreError> {
        let content = sqlx::query_scalar!(
            r#"SELECT content FROM catalog_edition WHERE catalog_edition_id = $1"#,
            id.0,
        )
        .fetch_optional(&self.pool)
        .await?;
        Ok(content.flatten())
    }

    /// Makes an edition the present one, if `previous` is the present one still. None if
    /// another process was faster. Facts and lines of editions long past are forgotten.
    ///
    /// # Errors
    /// [`StoreError::Query`].
    pub async fn save_edition(
        &self,
        new: &NewEdition,
        previous: Option<EditionId>,
        now: DateTime<Utc>,
    ) -> Result<Option<EditionId>, StoreError> {
        let mut transaction = self.pool.begin().await?;
        // One writer at a time.
        sqlx::query!(r#"SELECT is_only FROM catalog_refresh FOR UPDATE"#)
            .fetch_one(&mut *transaction)
            .await?;
        let present = sqlx::query_scalar!(r#"SELECT max(catalog_edition_id) FROM catalog_edition"#)
            .fetch_one(&mut *transaction)
            .await?;
        if present != previous.map(|it| it.0) {
            return Ok(None);
        }
        let id = insert(&mut transaction, new, now).await?;
        note_import(&mut transaction, new, previous, now).await?;
        sqlx::query!(
            r#"
            WITH old AS (
                DELETE FROM catalog_edition
                WHERE catalog_edition_id IN (
                    SELECT catalog_edition_id FROM catalog_edition
                    ORDER BY catalog_edition_id DESC
                    OFFSET $2
                )
            )
            UPDATE catalog_edition
            SET content = NULL
            WHERE content IS NOT NULL
              AND catalog_edition_id IN (
                  SELECT catalog_edition_id FROM catalog_edition
                  ORDER BY catalog_edition_id DESC
                  OFFSET $1
                  LIMIT $2 - $1
              )
            "#,
            KEPT_CONTENTS,
            KEPT_EDITIONS,
        )
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
        Ok(Some(id))
    }
}

async fn insert(
    connection: &mut sqlx::PgConnection,
    new: &NewEdition,
    now: DateTime<Utc>,
) -> Result<EditionId, StoreError> {
    let brought = |of: fn(&Brought) -> u32| new.brought.as_ref().map(|it| stored(of(it)));
    let source = storable(&new.source);
    let misread = new.misread.iter().take(NAMED).map(|it| Misread {
        path: storable(&it.path).into_owned(),
        reason: storable(&it.reason).into_owned(),
    });
    let id = sqlx::query_scalar!(
        r#"
        INSERT INTO catalog_edition (
            version, day, source, read_from, commit_sha, saved_at, content, images, tags,
            images_new, images_gone, tags_new, tags_withdrawn, not_understood, misread
        )
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
        RETURNING catalog_edition_id
        "#,
        new.version,
        new.day,
        source.as_ref(),
        new.read_from.slug(),
        new.commit.as_ref().map(CommitSha::as_str),
        now,
        new.content,
        stored(new.images),
        stored(new.tags),
        brought(|it| it.images_new),
        brought(|it| it.images_gone),
        brought(|it| it.tags_new),
        brought(|it| it.tags_withdrawn),
        i32::try_from(new.misread.len()).unwrap_or(i32::MAX),
        Json(misread.collect::<Vec<_>>()) as _,
    )
    .fetch_one(connection)
    .await?;
    Ok(EditionId(id))
}

impl EditionRow {
    fn kept(self) -> Result<KeptEdition, StoreError> {
        Ok(KeptEdition {
            id: EditionId(self.catalog_edition_id),
            brought: self.brought(),
            version: self.version,
            day: self.day,
            source: self.source,
            read_from: self.read_from.try_into()?,
            commit: self.commit_sha.map(|it| it.parse()).transpose()?,
            saved_at: self.saved_at,
            images: self.images.unsigned_abs(),
            tags: self.tags.unsigned_abs(),
            not_understood: self.not_understood.unsigned_abs(),
            misread: self.misread.0,
        })
    }

    fn brought(&self) -> Option<Brought> {
        Some(Brought {
            images_new: self.images_new?.unsigned_abs(),
            images_gone: self.images_gone?.unsigned_abs(),
            tags_new: self.tags_new?.unsigned_abs(),
            tags_withdrawn: self.tags_withdrawn?.unsigned_abs(),
        })
    }
}

fn stored(count: u32) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}
