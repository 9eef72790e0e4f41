//! What repositories held when they were read last.

use std::collections::HashMap;

use names::{FilePath, RepositoryId};

use crate::{ReadContent, Store, StoreError};

/// One Dockerfile or settings file as it was read last; its name tells which.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PresentFile {
    /// Where it is.
    pub path: FilePath,
    /// Its content.
    pub content: ReadContent,
}

impl Store {
    /// The Dockerfiles and settings files that each of these repositories had at its last
    /// reading. One without any is not named.
    ///
    /// # Errors
    /// [`StoreError::Query`].
    pub async fn present_files(
        &self,
        repositories: &[RepositoryId],
    ) -> Result<HashMap<RepositoryId, Vec<PresentFile>>, StoreError> {
        let ids: Vec<i64> = repositories.iter().map(|it| it.0).collect();
        let rows = sqlx::query!(
            r#"
            SELECT repository_id AS "repository_id!", path AS "path!", blob_sha, unread_reason
            FROM dockerfile
            WHERE repository_id = ANY($1) AND removed_at IS NULL
            UNION ALL
            SELECT repository_id, path, blob_sha, unread_reason
            FROM settings_file
            WHERE repository_id = ANY($1)
            ORDER BY 1, 2
            "#,
            &ids,
        )
        .fetch_all(&self.pool)
        .await?;
        let mut files: HashMap<RepositoryId, Vec<PresentFile>> = HashMap::new();
        for row in rows {
            let content = content(row.blob_sha.as_deref(), row.unread_reason)?;
            let file = PresentFile { path: row.path.parse()?, content };
            files.entry(RepositoryId(row.repository_id)).or_default().push(file);
        }
        Ok(files)
    }
}

/// What a row says about a content.
pub(crate) fn content(
    blob: Option<&str>,
    unread: Option<String>,
) -> Result<ReadContent, StoreError> {
    Ok(match blob {
        Some(sha) => ReadContent::Scored(sha.parse()?),
        None => ReadContent::Unread(unread.unwrap_or_default()),
    })
}
