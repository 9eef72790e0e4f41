//! Names to ask pages for: some of each kind, chosen as if at random, the same every time.

use crate::{Store, StoreError};

/// How many of a kind are enough to be random.
const ENOUGH: i64 = 500;

/// Names of an organization's things.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeededNames {
    /// The organization's login.
    pub organization: String,
    /// Repositories.
    pub repositories: Vec<String>,
    /// Dockerfiles that are there.
    pub files: Vec<SeededFile>,
    /// References of base images.
    pub images: Vec<String>,
    /// Teams.
    pub teams: Vec<String>,
    /// Languages.
    pub languages: Vec<String>,
    /// Crawls.
    pub crawls: Vec<i64>,
    /// Campaigns.
    pub campaigns: Vec<i64>,
}

/// A Dockerfile's name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeededFile {
    /// Its repository.
    pub repository: String,
    /// Its path.
    pub path: String,
}

impl Store {
    /// Names of the organization with the most repositories; none if there is none.
    ///
    /// # Errors
    /// [`StoreError::Query`].
    pub async fn seeded_names(&self) -> Result<Option<SeededNames>, StoreError> {
        let organization = sqlx::query!(
            r#"
            SELECT organization.organization_id, organization.login
            FROM organization
            LEFT JOIN repository USING (organization_id)
            GROUP BY organization.organization_id
            ORDER BY count(repository.repository_id) DESC, organization.organization_id
            LIMIT 1
            "#
        )
        .fetch_optional(&self.pool)
        .await?;
        let Some(organization) = organization else { return Ok(None) };
        let id = organization.organization_id;
        Ok(Some(SeededNames {
            organization: organization.login,
            repositories: self.repository_names(id).await?,
            files: self.file_names(id).await?,
            images: self.image_names(id).await?,
            teams: self.team_names(id).await?,
            languages: self.language_names(id).await?,
            crawls: self.crawl_ids(id).await?,
            campaigns: self.campaign_ids(id).await?,
        }))
    }

    async fn repository_names(&self, organization_id: i64) -> Result<Vec<String>, StoreError> {
        let names = sqlx::query_scalar!(
            r#"
            SELECT name
            FROM repository
            WHERE organization_id = $1 AND gone_at IS NULL
            ORDER BY md5(name)
            LIMIT $2
            "#,
            organization_id,
            ENOUGH,
        );
        Ok(names.fetch_all(&self.pool).await?)
    }

    async fn file_names(&self, organization_id: i64) -> Result<Vec<SeededFile>, StoreError> {
        let files = sqlx::query_as!(
            SeededFile,
            r#"
            SELECT repository.name AS repository, dockerfile.path
            FROM repository
            JOIN dockerfile USING (repository_id)
            WHERE repository.organization_id = $1 AND repository.gone_at IS NULL
              AND dockerfile.removed_at IS NULL
            ORDER BY md5(repository.name || dockerfile.path)
            LIMIT $2
            "#,
            organization_id,
            ENOUGH,
        );
        Ok(files.fetch_all(&self.pool).await?)
    }

    async fn image_names(&self, organization_id: i64) -> Result<Vec<String>, StoreError> {
        let images = sqlx::query_scalar!(
            r#"
            SELECT reference
            FROM (
                SELECT DISTINCT base_use.reference
                FROM repository
                JOIN dockerfile USING (repository_id)
                JOIN base_use USING (report_id)
                WHERE repository.organization_id = $1
            ) AS used
            ORDER BY md5(reference)
            LIMIT $2
            "#,
            organization_id,
            ENOUGH,
        );
        Ok(images.fetch_all(&self.pool).await?)
    }

    async fn team_names(&self, organization_id: i64) -> Result<Vec<String>, StoreError> {
        let teams = sqlx::query_scalar!(
            r#"
            SELECT DISTINCT coalesce(dockerfile.owner, repository.team) AS "team!"
            FROM repository
            LEFT JOIN dockerfile USING (repository_id)
            WHERE repository.organization_id = $1
              AND coalesce(dockerfile.owner, repository.team) IS NOT NULL
            ORDER BY 1
            LIMIT $2
            "#,
            organization_id,
            ENOUGH,
        );
        Ok(teams.fetch_all(&self.pool).await?)
    }

    async fn language_names(&self, organization_id: i64) -> Result<Vec<String>, StoreError> {
        let languages = sqlx::query_scalar!(
            r#"
            SELECT DISTINCT language AS "language!"
            FROM repository
            WHERE organization_id = $1 AND language IS NOT NULL
            ORDER BY 1
            LIMIT $2
            "#,
            organization_id,
            ENOUGH,
        );
        Ok(languages.fetch_all(&self.pool).await?)
    }

    async fn crawl_ids(&self, organization_id: i64) -> Result<Vec<i64>, StoreError> {
        let crawls = sqlx::query_scalar!(
            r#"SELECT crawl_id FROM crawl WHERE organization_id = $1 ORDER BY 1 DESC LIMIT $2"#,
            organization_id,
            ENOUGH,
        );
        Ok(crawls.fetch_all(&self.pool).await?)
    }

    async fn campaign_ids(&self, organization_id: i64) -> Result<Vec<i64>, StoreError> {
        let campaigns = sqlx::query_scalar!(
            r#"SELECT campaign_id FROM campaign WHERE organization_id = $1 ORDER BY 1 LIMIT $2"#,
            organization_id,
            ENOUGH,
        );
        Ok(campaigns.fetch_all(&self.pool).await?)
    }
}
