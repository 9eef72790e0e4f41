//! Repositories with the same root tree, such as a fork that nobody changed: what one of
//! them holds is what the other holds.

use std::collections::HashMap;

use names::TreeSha;

use crate::present::content;
use crate::{PresentFile, Store, StoreError};

impl Store {
    /// The Dockerfiles and settings files behind these root trees, for those trees that some repository was
    /// read with, in whichever organization. Left out are readings with links, whose
    /// reasons may be their own, and readings with a file that could not be had.
    ///
    /// # Errors
    /// [`StoreError::Query`].
    pub async fn files_of_trees(
        &self,
        trees: &[TreeSha],
    ) -> Result<HashMap<TreeSha, Vec<PresentFile>>, StoreError> {
        let shas: Vec<&str> = trees.iter().map(TreeSha::as_str).collect();
        let rows =
            sqlx::query_file!("sql/files_of_trees.sql", &shas as _).fetch_all(&self.pool).await?;
        let mut files: HashMap<TreeSha, Vec<PresentFile>> = HashMap::new();
        for row in rows {
            let found = files.entry(row.tree_sha.parse()?).or_default();
            if let Some(path) = row.path {
                let content = content(row.blob_sha.as_deref(), None)?;
                found.push(PresentFile { path: path.parse()?, content });
            }
        }
        Ok(files)
    }
}
