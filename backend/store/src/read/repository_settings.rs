//! What a repository's `.drydock.yml` says, and what is wrong in it.

use names::RepositoryId;
use sqlx::types::Json;

use crate::{SettingsError, Store, StoreError};

/// What the file says, waivers apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RepositorySettings {
    /// Path globs left out of scope.
    pub exclude: Vec<String>,
    /// Path globs that are in scope whatever else leaves them out.
    pub include: Vec<String>,
    /// The stage that ships.
    pub final_target: Option<String>,
    /// What could not be understood.
    pub errors: Vec<SettingsError>,
}

impl Store {
    /// What a repository's own file says; none where it has none.
    ///
    /// # Errors
    /// [`StoreError::Query`].
    pub async fn repository_settings(
        &self,
        repository: RepositoryId,
    ) -> Result<Option<RepositorySettings>, StoreError> {
        let row = sqlx::query!(
            r#"
            SELECT exclude, include, final_target, errors AS "errors: Json<Vec<SettingsError>>"
            FROM repository_settings
            WHERE repository_id = $1
            "#,
            repository.0,
        )
        .fetch_optional(&self.pool)
        .await?;
        Ok(row.map(|row| RepositorySettings {
            exclude: row.exclude,
            include: row.include,
            final_target: row.final_target,
            errors: row.errors.0,
        }))
    }
}
