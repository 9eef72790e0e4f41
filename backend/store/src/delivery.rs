//! Webhook deliveries: each is done once, whatever order and however often they come. All
//! that one does is to have something looked at soon.

use chrono::{DateTime, TimeDelta, Utc};
use names::{OrgLogin, RepoName, RepositoryId};

use crate::enqueue::queue;
use crate::job::lock_queue;
use crate::text::storable;
use crate::touched::{Touched, queue_look, touch_in};
use crate::wakeup::wake_workers;
use crate::{JobKind, NewJob, OrganizationId, PRIORITY_WEBHOOK, Store, StoreError, Trigger};

/// GitHub repeats a delivery for three days, by hand; a month is on the safe side.
const REMEMBERED: TimeDelta = TimeDelta::days(30);
/// Forgetting takes no delivery longer than this many rows take.
const FORGOTTEN_AT_ONCE: i64 = 1000;

/// A delivery and what it wants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewDelivery {
    /// GitHub's id of it; a repeated one has the same.
    pub id: String,
    /// Its event.
    pub event: String,
    /// What happened to the event's subject.
    pub action: Option<String>,
    /// What is to be done.
    pub wish: Wish,
}

/// What a delivery wants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wish {
    /// Nothing.
    Nothing,
    /// A look at these repositories.
    Look(Vec<Named>),
    /// A look at this repository if what is known of it is not enough to leave it alone: if
    /// it has links whose target may be any file, or is not known.
    LookAtLinks(Named),
    /// A full crawl of an account.
    Crawl(Account),
}

/// An account on GitHub.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// GitHub's database id, if it is known.
    pub github_id: Option<i64>,
    /// Its login, in any case of letters.
    pub login: OrgLogin,
}

/// A repository to look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// Whose it is, or was.
    pub owner: Account,
    /// GitHub's database id.
    pub repository: RepositoryId,
    /// The name it is called by.
    pub name: RepoName,
    /// Why it is gone, in words, should GitHub not have it any more.
    pub gone_reason: Option<String>,
}

/// What became of a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Received {
    /// Something is queued.
    Queued,
    /// It wants nothing, or is about nobody whom we follow.
    Noted,
    /// It was here before.
    Repeated,
}

impl Store {
    /// Notes a delivery and queues what it wants, in one transaction.
    ///
    /// # Errors
    /// [`StoreError::Query`].
    pub async fn receive(
        &self,
        delivery: &NewDelivery,
        now: DateTime<Utc>,
    ) -> Result<Received, StoreError> {
        let mut transaction = self.pool.begin().await?;
        if !note(&mut transaction, delivery, now).await? {
            return Ok(Received::Repeated);
        }
        forget_old(&mut transaction, now).await?;
        let is_queued = match &delivery.wish {
            Wish::Nothing => false,
            Wish::Look(named) => look(&mut transaction, named, now).await?,
            Wish::LookAtLinks(named) => {
                may_be_linked(&mut transaction, named.repository).await?
                    && look(&mut transaction, std::slice::from_ref(named), now).await?
            }
            Wish::Crawl(account) => crawl(&mut transaction, account, now).await?,
        };
        transaction.commit().await?;
        Ok(if is_queued { Received::Queued } else { Received::Noted })
    }
}

/// False if the delivery was here before.
async fn note(
    connection: &mut sqlx::PgConnection,
    delivery: &NewDelivery,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let action = delivery.action.as_deref().map(storable);
    let noted = sqlx::query!(
        r#"
        INSERT INTO delivery (delivery_id, event, action, received_at)
        VALUES ($1, $2, $3, $4)
        ON CONFLICT (delivery_id) DO NOTHING
        "#,
        delivery.id,
        delivery.event,
        action.as_deref(),
        now,
    )
    .execute(connection)
    .await?;
    Ok(noted.rows_affected() == 1)
}

async fn forget_old(
    connection: &mut sqlx::PgConnection,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    sqlx::query!(
        r#"
        DELETE FROM delivery
        -- An array, so that no plan compares it with every row.
        WHERE delivery_id = ANY (ARRAY(
            SELECT delivery_id
            FROM delivery
            WHERE received_at < $1
            ORDER BY received_at
            LIMIT $2
            FOR UPDATE SKIP LOCKED
        ))
        "#,
        now - REMEMBERED,
        FORGOTTEN_AT_ONCE,
    )
    .execute(connection)
    .await?;
    Ok(())
}

async fn may_be_linked(
    connection: &mut sqlx::PgConnection,
    repository: RepositoryId,
) -> Result<bool, StoreError> {
    let may_be = sqlx::query_scalar!(
        r#"
        SELECT NOT EXISTS (
            SELECT
            FROM repository
            WHERE repository_id = $1 AND gone_at IS NULL AND NOT has_links
        ) AS "may_be!"
        "#,
        repository.0,
    )
    .fetch_one(connection)
    .await?;
    Ok(may_be)
}

/// Notes the repositories of those whom we follow; true if there is one.
async fn look(
    connection: &mut sqlx::PgConnection,
    named: &[Named],
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let mut is_queued = false;
    for of_owner in named.chunk_by(|one, next| one.owner == next.owner) {
        let Some(first) = of_owner.first() else { continue };
        let Some(organization) = followed(connection, &first.owner).await? else { continue };
        let touched: Vec<Touched> = of_owner.iter().map(|it| touched(it, now)).collect();
        touch_in(connection, organization, &touched).await?;
        queue_look(connection, organization, Trigger::Webhook, now).await?;
        is_queued = true;
    }
    Ok(is_queued)
}

fn touched(named: &Named, now: DateTime<Utc>) -> Touched {
    Touched {
        repository: named.repository,
        name: named.name.clone(),
        gone_reason: named.gone_reason.clone(),
        touched_at: now,
    }
}

/// Queues a full crawl of an account that we follow; false if we do not.
async fn crawl(
    connection: &mut sqlx::PgConnection,
    account: &Account,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let Some(organization) = followed(connection, account).await? else { return Ok(false) };
    let job = NewJob {
        kind: JobKind::FullCrawl,
        organization,
        trigger: Trigger::Webhook,
        priority: PRIORITY_WEBHOOK,
        run_at: now,
    };
    lock_queue(connection).await?;
    queue(connection, &job, now).await?;
    wake_workers(connection).await?;
    Ok(true)
}

/// The organization of an account: by its id, which survives a new name, and else by its
/// login, which another account may have had before.
async fn followed(
    connection: &mut sqlx::PgConnection,
    account: &Account,
) -> Result<Option<OrganizationId>, StoreError> {
    let id = sqlx::query_scalar!(
        r#"
        SELECT organization_id
        FROM organization
        WHERE NOT is_sample AND (github_id = $1
           OR (lower(login) = lower($2) AND (github_id IS NULL OR $1 IS NULL)))
        ORDER BY github_id = $1 DESC NULLS LAST
        LIMIT 1
        "#,
        account.github_id,
        account.login.as_str(),
    )
    .fetch_optional(connection)
    .await?;
    Ok(id.map(OrganizationId))
}
