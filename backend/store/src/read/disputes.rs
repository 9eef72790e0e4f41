//! What people dispute in an organization, by the rule that made the verdict.

use checklist::Item;
use chrono::{DateTime, Utc};
use names::{FilePath, RepoName};

use super::snapshot::Snapshot;
use super::words::{item, name};
use crate::{OrganizationId, Store, StoreError};

/// So many disputes of each rule are read.
const NEWEST: i64 = 200;

/// A rule whose verdicts are disputed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DisputedRule {
    /// The item.
    pub item: Item,
    /// The code of the reason; none where the verdict has none.
    pub code: Option<String>,
    /// The disputes, newest first; never empty.
    pub disputes: Vec<Dispute>,
    /// How many there are, shown or not.
    pub count: i64,
}

/// One standing dispute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dispute {
    /// The repository.
    pub repository: RepoName,
    /// The Dockerfile.
    pub path: FilePath,
    /// What is said against the verdict.
    pub comment: String,
    /// Who says it.
    pub by: String,
    /// Since when.
    pub at: DateTime<Utc>,
}

impl Store {
    /// The rules that are disputed in a snapshot's organization, most disputed first, each with
    /// its newest disputes. Read once a snapshot.
    ///
    /// # Errors
    /// [`StoreError::Query`] and [`StoreError::Corrupt`].
    pub async fn disputes<'a>(
        &self,
        snapshot: &'a Snapshot,
    ) -> Result<&'a [DisputedRule], StoreError> {
        let read = || self.read_disputes(snapshot);
        Ok(snapshot.disputes().get_or_try_init(read).await?)
    }

    async fn read_disputes(&self, snapshot: &Snapshot) -> Result<Vec<DisputedRule>, StoreError> {
        let (of, only) = (snapshot.organization_id, snapshot.only_ids());
        let rows = sqlx::query_file!("sql/disputes.sql", of, NEWEST, only as Option<Vec<i64>>)
            .fetch_all(&self.pool)
            .await?;
        let mut rules: Vec<DisputedRule> = Vec::new();
        for row in rows {
            let of = item(&row.item)?;
            let dispute = Dispute {
                repository: name(&row.name)?,
                path: name(&row.path)?,
                comment: row.reason,
                by: row.decided_by,
                at: row.decided_at,
            };
            match rules.last_mut() {
                Some(last) if last.item == of && last.code == row.code => {
                    last.disputes.push(dispute);
                }
                Some(_) | None => rules.push(DisputedRule {
                    item: of,
                    code: row.code,
                    disputes: vec![dispute],
                    count: row.count,
                }),
            }
        }
        Ok(rules)
    }

    /// The organizations in which some verdict is disputed; in some repositories alone, where
    /// their ids are given.
    ///
    /// # Errors
    /// [`StoreError::Query`].
    pub async fn disputed_organizations(
        &self,
        repositories: Option<&[i64]>,
    ) -> Result<Vec<OrganizationId>, StoreError> {
        let rows =
            sqlx::query_file!("sql/disputed_organizations.sql", repositories as Option<&[i64]>)
                .fetch_all(&self.pool)
                .await?;
        Ok(rows.into_iter().map(|it| OrganizationId(it.organization_id)).collect())
    }
}
