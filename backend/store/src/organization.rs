//! Organizations: who is crawled, when, and how far the last crawl came.

use chrono::{DateTime, NaiveDate, Utc};
use names::OrgLogin;
use serde_json::json;

use crate::audit::{self, Actor, AuditEntry};
use crate::{AuditAction, OrganizationId, Store, StoreError};

/// An organization to add.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewOrganization {
    /// Its login on GitHub.
    pub login: OrgLogin,
    /// True for the sample that `drydock demo` shows.
    pub is_sample: bool,
}

/// An organization as a crawl needs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Organization {
    /// Its key.
    pub id: OrganizationId,
    /// GitHub's database id; none until GitHub told it.
    pub github_id: Option<i64>,
    /// GitHub's global id, by which it is found under another login.
    pub node_id: Option<String>,
    /// Its login on GitHub.
    pub login: OrgLogin,
    /// True for the sample that `drydock demo` shows.
    pub is_sample: bool,
    /// When every repository is listed, a cron expression.
    pub full_schedule: String,
    /// When the newest repositories are listed, a cron expression.
    pub listing_schedule: String,
    /// The time zone of both schedules, a name of the IANA database.
    pub time_zone: String,
    /// When the organization wants to be finished.
    pub target_on: Option<NaiveDate>,
    /// The newest push that a finished crawl has seen.
    pub pushed_watermark: Option<DateTime<Utc>>,
    /// Prefixes of references that are hardened images.
    pub hardened_prefixes: Vec<String>,
    /// The custom property that names a repository's team.
    pub team_property: Option<String>,
    /// When it was added.
    pub added_at: DateTime<Utc>,
    /// When a crawl last ended well.
    pub crawled_at: Option<DateTime<Utc>>,
}

struct Row {
    organization_id: i64,
    github_id: Option<i64>,
    node_id: Option<String>,
    login: String,
    is_sample: bool,
    full_schedule: String,
    listing_schedule: String,
    time_zone: String,
    target_on: Option<NaiveDate>,
    pushed_watermark: Option<DateTime<Utc>>,
    hardened_prefixes: Vec<String>,
    team_property: Option<String>,
    added_at: DateTime<Utc>,
    crawled_at: Option<DateTime<Utc>>,
}

impl TryFrom<Row> for Organization {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        Ok(Self {
            id: OrganizationId(row.organization_id),
            github_id: row.github_id,
            node_id: row.node_id,
            login: row.login.parse()?,
            is_sample: row.is_sample,
            full_schedule: row.full_schedule,
            listing_schedule: row.listing_schedule,
            time_zone: row.time_zone,
            target_on: row.target_on,
            pushed_watermark: row.pushed_watermark,
            hardened_prefixes: row.hardened_prefixes,
            team_property: row.team_property,
            added_at: row.added_at,
            crawled_at: row.crawled_at,
        })
    }
}

impl Store {
    /// Sets the day on which the organization wants to be finished; none takes it back.
    ///
    /// # Errors
    /// [`StoreError::Query`].
    pub async fn set_target(
        &self,
        id: OrganizationId,
        target_on: Option<NaiveDate>,
        actor: &Actor,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let mut transaction = self.pool.begin().await?;
        let before = sqlx::query_scalar!(
            r#"SELECT target_on FROM organization WHERE organization_id = $1 FOR UPDATE"#,
            id.0,
        )
        .fetch_optional(&mut *transaction)
        .await?;
        sqlx::query!(
            r#"UPDATE organization SET target_on = $2, revision = revision + 1 WHERE organization_id = $1"#,
            id.0,
            target_on
        )
        .execute(&mut *transaction)
        .await?;
        let entry = AuditEntry::of(AuditAction::SettingsChanged, "target")
            .about(id)
            .before(json!({ "target_on": before.flatten() }))
            .after(json!({ "target_on": target_on }));
        audit::write_change(&mut transaction, actor, &entry, now).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Adds an organization, or finds it if it is there already (in any case of letters).
    ///
    /// # Errors
    /// [`StoreError::Query`].
    pub async fn add_organization(
        &self,
        organization: &NewOrganization,
        now: DateTime<Utc>,
    ) -> Result<OrganizationId, StoreError> {
        let (id, _) = add(&mut *self.pool.acquire().await?, organization, now).await?;
        Ok(id)
    }

    /// The organization of a login, in any case of letters.
    ///
    /// # Errors
    /// [`StoreError::Query`].
    pub async fn organization(&self, login: &OrgLogin) -> Result<Option<Organization>, StoreError> {
        let row =
            sqlx::query_file_as!(Row, "sql/organizations.sql", Some(login.as_str()), None::<i64>)
                .fetch_optional(&self.pool)
                .await?;
        row.map(Organization::try_from).transpose()
    }

    /// The organization of a key.
    ///
    /// # Errors
    /// [`StoreError::Query`].
    pub async fn organization_of(
        &self,
        id: OrganizationId,
    ) -> Result<Option<Organization>, StoreError> {
        let row = sqlx::query_file_as!(Row, "sql/organizations.sql", None::<&str>, Some(id.0))
            .fetch_optional(&self.pool)
            .await?;
        row.map(Organization::try_from).transpose()
    }

    /// Every organization, by login.
    ///
    /// # Errors
    /// [`StoreError::Query`].
    pub async fn organizations(&self) -> Result<Vec<Organization>, StoreError> {
        let rows = sqlx::query_file_as!(Row, "sql/organizations.sql", None::<&str>, None::<i64>)
            .fetch_all(&self.pool)
            .await?;
        rows.into_iter().map(Organization::try_from).collect()
    }

    /// Keeps what GitHub says about an organization: its ids, and its login, which its
    /// owner may have changed.
    ///
    /// # Errors
    /// [`StoreError::Query`], also where another organization has the id or the login.
    pub async fn identify_organization(
        &self,
        id: OrganizationId,
        (github_id, node_id): (i64, &str),
        login: &OrgLogin,
    ) -> Result<(), StoreError> {
        sqlx::query!(
            r#"
            UPDATE organization
            SET github_id = $2, node_id = $3, login = $4
            WHERE organization_id = $1
              AND (github_id, node_id, login) IS DISTINCT FROM ($2, $3, $4)
            "#,
            id.0,
            github_id,
            node_id,
            login.as_str(),
        )
        .execute(&self.pool)
        .await?;
        Ok(())
    }
}

/// Adds an organization, or finds it; true if it is new.
pub(crate) async fn add(
    connection: &mut sqlx::PgConnection,
    organization: &NewOrganization,
    now: DateTime<Utc>,
) -> Result<(OrganizationId, bool), StoreError> {
    // The update changes nothing: it makes a row that is there return its key. Only a row that
    // was there has been locked.
    let row = sqlx::query!(
        r#"
        INSERT INTO organization (login, is_sample, added_at)
        VALUES ($1, $2, $3)
        ON CONFLICT (lower(login)) DO UPDATE SET is_sample = organization.is_sample
        RETURNING organization_id, xmax = 0 AS "is_new!"
        "#,
        organization.login.as_str(),
        organization.is_sample,
        now,
    )
    .fetch_one(connection)
    .await?;
    Ok((OrganizationId(row.organization_id), row.is_new))
}
