//! Whether a worker's process is alive: while it is, one of its connections holds an
//! advisory lock, which Postgres lets go of in the moment in which the process dies. Its
//! jobs are then free at once; a process that hangs keeps them until its lease runs out.

use sqlx::postgres::PgConnection;

use crate::{Store, StoreError};

/// Proof of life, for as long as it is kept.
#[derive(Debug)]
pub struct Life {
    pub(crate) key: i64,
    _connection: PgConnection,
}

impl Store {
    /// Begins to prove that this process lives, on a connection of its own.
    ///
    /// # Errors
    /// [`StoreError::Query`].
    pub async fn life(&self) -> Result<Life, StoreError> {
        let mut connection = self.pool.acquire().await?.detach();
        let key = sqlx::query_scalar!(r#"SELECT (random() * 1e18)::bigint AS "key!""#)
            .fetch_one(&mut connection)
            .await?;
        sqlx::query!("SELECT pg_advisory_lock($1)", key).execute(&mut connection).await?;
        Ok(Life { key, _connection: connection })
    }
}
