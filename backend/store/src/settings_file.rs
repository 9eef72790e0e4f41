//! The files of a repository that say something about it: whose its files are
//! (`CODEOWNERS`), and what its people set and decided (`.drydock.yml`).

use checklist::Item;
use checklist::scope::{Globs, OwnRules};
use chrono::NaiveDate;
use names::FilePath;
use sqlx::types::Json;

use crate::text::storable;
use crate::{ReadContent, StoreError};

/// What a settings file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SettingsKind {
    /// `CODEOWNERS`.
    Codeowners,
    /// `.drydock.yml`.
    Drydock,
}

impl SettingsKind {
    /// The word that the database has for it.
    #[must_use]
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Codeowners => "codeowners",
            Self::Drydock => "drydock",
        }
    }
}

/// A settings file of a reading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettingsFile {
    /// Where it is.
    pub path: FilePath,
    /// What it is.
    pub kind: SettingsKind,
    /// Its content, which is stored but not scored.
    pub content: ReadContent,
}

/// The settings of a reading.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReadSettings {
    /// Every settings file that is there.
    pub files: Vec<SettingsFile>,
    /// What `.drydock.yml` says.
    pub own: OwnSettings,
}

/// What a repository's `.drydock.yml` says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OwnSettings {
    /// Globs on paths that are out of scope.
    pub exclude: Vec<String>,
    /// Globs on paths that are in scope, whatever the organization says.
    pub include: Vec<String>,
    /// The stage that ships, where it is not the last one.
    pub final_target: Option<String>,
    /// Waivers and verified verdicts.
    pub decisions: Vec<OwnDecision>,
    /// What could not be read.
    pub errors: Vec<SettingsError>,
}

/// A decision in `.drydock.yml`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnDecision {
    /// True for a waiver, false for a verdict that was verified.
    pub is_waiver: bool,
    /// A glob on the Dockerfiles' paths.
    pub path: String,
    /// The item.
    pub item: Item,
    /// Why.
    pub reason: String,
    /// The last day of a waiver.
    pub expires_on: Option<NaiveDate>,
    /// The line of the file that it begins in.
    pub line: u32,
}

/// What is wrong in a `.drydock.yml`.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct SettingsError {
    /// The line, counted from one.
    pub line: u32,
    /// What is wrong, one sentence.
    pub message: String,
}

impl OwnSettings {
    /// Whether nothing of it goes into `repository_settings`.
    const fn is_empty(&self) -> bool {
        self.exclude.is_empty()
            && self.include.is_empty()
            && self.final_target.is_none()
            && self.errors.is_empty()
    }
}

#[derive(serde::Serialize)]
struct FileRow<'a> {
    path: &'a str,
    kind: &'static str,
    blob_sha: Option<&'a str>,
    unread_reason: Option<std::borrow::Cow<'a, str>>,
}

impl<'a> From<&'a SettingsFile> for FileRow<'a> {
    fn from(file: &'a SettingsFile) -> Self {
        let (blob_sha, unread_reason) = match &file.content {
            ReadContent::Scored(sha) => (Some(sha.as_str()), None),
            ReadContent::Unread(reason) => (None, Some(storable(reason))),
        };
        Self { path: file.path.as_str(), kind: file.kind.slug(), blob_sha, unread_reason }
    }
}

/// Makes the settings files and settings of a repository these. What is as it was writes no
/// row. Decisions are another table's.
pub(crate) async fn save_settings(
    connection: &mut sqlx::PgConnection,
    repository: i64,
    settings: &ReadSettings,
) -> Result<(), StoreError> {
    let files: Vec<FileRow<'_>> = settings.files.iter().map(FileRow::from).collect();
    sqlx::query_file!("sql/save_settings_files.sql", repository, Json(&files) as _)
        .execute(&mut *connection)
        .await?;
    let own = &settings.own;
    if own.is_empty() {
        sqlx::query!(r#"DELETE FROM repository_settings WHERE repository_id = $1"#, repository)
            .execute(connection)
            .await?;
        return Ok(());
    }
    let errors: Vec<SettingsError> = own
        .errors
        .iter()
        .map(|it| SettingsError { line: it.line, message: storable(&it.message).into_owned() })
        .collect();
    sqlx::query!(
        r#"
        INSERT INTO repository_settings AS old
            (repository_id, exclude, include, final_target, errors)
        VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (repository_id) DO UPDATE
        SET exclude = excluded.exclude,
            include = excluded.include,
            final_target = excluded.final_target,
            errors = excluded.errors
        WHERE (old.exclude, old.include, old.final_target, old.errors)
              IS DISTINCT FROM
              (excluded.exclude, excluded.include, excluded.final_target, excluded.errors)
        "#,
        repository,
        &storable_all(&own.exclude),
        &storable_all(&own.include),
        own.final_target,
        Json(errors) as _,
    )
    .execute(connection)
    .await?;
    Ok(())
}

fn storable_all(texts: &[String]) -> Vec<String> {
    texts.iter().map(|it| storable(it).into_owned()).collect()
}

/// What a repository says of its own paths. A glob that is none any more counts for nothing.
pub(crate) fn own_rules(exclude: &[String], include: &[String]) -> OwnRules {
    OwnRules { exclude: Globs::lenient(exclude), include: Globs::lenient(include) }
}
