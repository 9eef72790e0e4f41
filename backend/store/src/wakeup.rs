//! How a worker learns that there may be work: a notification, and a look now and then,
//! because a notification may be lost and a job falls due without one.

use std::time::Duration;

use sqlx::postgres::PgListener;

use crate::{Store, StoreError};

const CHANNEL: &str = "drydock_job";

impl Store {
    /// Begins to listen for new jobs, on a connection of its own.
    ///
    /// # Errors
    /// [`StoreError::Query`].
    pub async fn job_wakeups(&self) -> Result<JobWakeups, StoreError> {
        let mut listener = PgListener::connect_with(&self.pool).await?;
        listener.listen(CHANNEL).await?;
        Ok(JobWakeups { listener })
    }
}

/// Wakes a worker when there may be something to claim.
#[derive(Debug)]
pub struct JobWakeups {
    listener: PgListener,
}

impl JobWakeups {
    /// Waits until a job is queued or ended, or for as long as `longest`: a notification
    /// may be lost, and a job falls due without one.
    pub async fn wait(&mut self, longest: Duration) {
        let woken = tokio::time::timeout(longest, self.listener.recv()).await;
        if let Ok(Err(error)) = woken {
            tracing::warn!(%error, "Cannot listen for jobs; looking every {longest:?} instead");
            tokio::time::sleep(longest).await;
        }
    }
}

/// Tells every listening worker once the transaction is over.
pub(crate) async fn wake_workers(connection: &mut sqlx::PgConnection) -> Result<(), StoreError> {
    sqlx::query!("SELECT pg_notify($1, '')", CHANNEL).execute(connection).await?;
    Ok(())
}
