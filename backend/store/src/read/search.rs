//! The search over what was crawled: repositories, Dockerfiles, base images.

use names::{FilePath, OrgLogin, RepoName};

use super::words::name;
use crate::{Exclusion, Store, StoreError};

/// A repository that a search found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundRepository {
    /// The organization.
    pub owner: OrgLogin,
    /// The name.
    pub name: RepoName,
    /// Dockerfiles in scope, once it was read.
    pub dockerfiles: Option<i32>,
    /// Items, of eight, with work left.
    pub items_left: Option<i32>,
    /// Why it is out of scope.
    pub excluded_by: Option<Exclusion>,
}

/// A Dockerfile that a search found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundDockerfile {
    /// The organization.
    pub owner: OrgLogin,
    /// The repository.
    pub repository: RepoName,
    /// The path.
    pub path: FilePath,
}

/// A base image that a search found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundImage {
    /// The reference as people write it.
    pub reference: String,
    /// The hardened image to use, where the catalogue names one.
    pub suggestion: Option<String>,
    /// How many Dockerfiles start from it.
    pub dockerfiles: i64,
}

/// Everything a search found, each list cut at the same length.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Found {
    /// Repositories by name.
    pub repositories: Vec<FoundRepository>,
    /// Dockerfiles by path.
    pub dockerfiles: Vec<FoundDockerfile>,
    /// Base images by reference.
    pub images: Vec<FoundImage>,
}

/// A pattern for `ILIKE` that finds `text` anywhere and means every character literally.
fn anywhere(text: &str) -> String {
    let mut pattern = String::with_capacity(text.len() + 2);
    pattern.push('%');
    for character in text.chars() {
        if matches!(character, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(character);
    }
    pattern.push('%');
    pattern
}

impl Store {
    /// What holds `text`, whatever the case; each list at most `limit` long.
    ///
    /// # Errors
    /// [`StoreError::Query`].
    pub async fn found(&self, text: &str, limit: i64) -> Result<Found, StoreError> {
        // Postgres text holds no NUL, so nothing that has one can be found.
        if text.contains('\0') {
            return Ok(Found::default());
        }
        let pattern = anywhere(text);
        Ok(Found {
            repositories: self.found_repositories(&pattern, limit).await?,
            dockerfiles: self.found_dockerfiles(&pattern, limit).await?,
            images: self.found_images(&pattern, limit).await?,
        })
    }

    async fn found_repositories(
        &self,
        pattern: &str,
        limit: i64,
    ) -> Result<Vec<FoundRepository>, StoreError> {
        let rows = sqlx::query!(
            r#"
            SELECT organization.login AS owner, repository.name,
                   CASE WHEN repository.head_sha IS NOT NULL THEN progress.dockerfiles END AS dockerfiles,
                   progress.items_left AS "items_left?",
                   repository.excluded_by
            FROM repository
            JOIN organization USING (organization_id)
            LEFT JOIN repository_progress AS progress USING (repository_id)
            WHERE repository.name ILIKE $1
               OR organization.login || '/' || repository.name ILIKE $1
            ORDER BY repository.excluded_by IS NOT NULL, length(repository.name),
                     lower(repository.name)
            LIMIT $2
            "#,
            pattern,
            limit,
        )
        .fetch_all(&self.pool)
        .await?;
        let found = rows.into_iter().map(|row| {
            Ok(FoundRepository {
                owner: name(&row.owner)?,
                name: name(&row.name)?,
                dockerfiles: row.dockerfiles,
                items_left: row.items_left,
                excluded_by: row.excluded_by.map(Exclusion::try_from).transpose()?,
            })
        });
        found.collect()
    }

    async fn found_dockerfiles(
        &self,
        pattern: &str,
        limit: i64,
    ) -> Result<Vec<FoundDockerfile>, StoreError> {
        let rows = sqlx::query!(
            r#"
            SELECT organization.login AS owner, repository.name AS repository, dockerfile.path
            FROM dockerfile
            JOIN repository USING (repository_id)
            JOIN organization USING (organization_id)
            WHERE dockerfile.path ILIKE $1 AND dockerfile.removed_at IS NULL
            ORDER BY length(dockerfile.path), dockerfile.path, lower(repository.name)
            LIMIT $2
            "#,
            pattern,
            limit,
        )
        .fetch_all(&self.pool)
        .await?;
        let found = rows.into_iter().map(|row| {
            Ok(FoundDockerfile {
                owner: name(&row.owner)?,
                repository: name(&row.repository)?,
                path: name(&row.path)?,
            })
        });
        found.collect()
    }

    async fn found_images(&self, pattern: &str, limit: i64) -> Result<Vec<FoundImage>, StoreError> {
        let found = sqlx::query_as!(
            FoundImage,
            r#"
            SELECT base_use.reference, max(base_use.suggestion) AS suggestion,
                   count(DISTINCT dockerfile.dockerfile_id) AS "dockerfiles!"
            FROM base_use
            JOIN dockerfile USING (report_id)
            WHERE base_use.reference ILIKE $1 AND dockerfile.removed_at IS NULL
            GROUP BY base_use.reference
            ORDER BY "dockerfiles!" DESC, base_use.reference
            LIMIT $2
            "#,
            pattern,
            limit,
        )
        .fetch_all(&self.pool)
        .await?;
        Ok(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wildcards_of_a_pattern_are_searched_for_as_they_are() {
        assert_eq!(anywhere("100%_a\\b"), "%100\\%\\_a\\\\b%");
    }
}
