//! A database of its own for each test, with the schema in it: a clone of a template
//! that is migrated once. On the throw-away cluster of `local-postgres`, which needs no
//! set-up, or on the server that `DATABASE_URL` names.
//!
//! Only for tests: what goes wrong here panics.

mod rows;

use std::ops::Deref;
use std::sync::atomic::{AtomicU32, Ordering};

use sqlx::migrate::Migrator;
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Executor};

use crate::Store;

pub use rows::{DockerfileRow, FailureRow};

static MIGRATOR: Migrator = sqlx::migrate!("../../migrations");

/// A number that only we lock with; whoever holds it makes the template.
const TEMPLATE_LOCK: i64 = 0x6472_7964_6f63_6b74;

/// A store on a database of its own, which goes when this goes.
#[derive(Debug)]
pub struct TestStore {
    store: Store,
    url: String,
    _database: Database,
}

impl TestStore {
    /// The database's address.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The pool behind the store, to look at rows that no method shows.
    #[must_use]
    pub fn pool(&self) -> &sqlx::PgPool {
        &self.store.pool
    }
}

impl Deref for TestStore {
    type Target = Store;

    fn deref(&self) -> &Store {
        &self.store
    }
}

#[derive(Debug)]
struct Database {
    server: PgConnectOptions,
    name: String,
}

/// A fresh database with the schema and nothing in it.
///
/// # Panics
/// If there is no Postgres, or it refuses.
pub async fn store() -> TestStore {
    test_logs::keep();
    create().await.unwrap_or_else(|error| fail(&error))
}

type Failure = Box<dyn std::error::Error + Send + Sync>;

async fn create() -> Result<TestStore, Failure> {
    let server: PgConnectOptions = server_url().await?.parse()?;
    let template = template_name();
    let mut connection = PgConnection::connect_with(&server).await?;
    make_template(&mut connection, &server, &template).await?;
    let database = Database { server: server.clone(), name: database_name() };
    let clone = format!("CREATE DATABASE {} TEMPLATE {template}", database.name);
    connection.execute(AssertSqlSafe(clone)).await?;
    connection.close().await?;
    let url = server.database(&database.name).to_url_lossy().to_string();
    let store = Store::connect(&url, 4).await?;
    Ok(TestStore { store, url, _database: database })
}

async fn server_url() -> Result<String, Failure> {
    match std::env::var("DATABASE_URL") {
        Ok(url) if !url.is_empty() => Ok(url),
        Ok(_) | Err(_) => Ok(local_postgres::throwaway::server().await?.url("postgres")),
    }
}

/// The template of this very schema: another one has another name.
fn template_name() -> String {
    let sum = MIGRATOR.iter().flat_map(|it| it.checksum.iter()).fold(0_u64, |sum, byte| {
        sum.rotate_left(5).wrapping_mul(0x0100_0000_01b3) ^ u64::from(*byte)
    });
    format!("drydock_template_{sum:016x}")
}

fn database_name() -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let moment = std::time::SystemTime::UNIX_EPOCH.elapsed().unwrap_or_default().as_micros();
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    format!("drydock_test_{}_{moment}_{count}", std::process::id())
}

/// Makes the template if nobody has; the others wait for the one who does.
async fn make_template(
    connection: &mut PgConnection,
    server: &PgConnectOptions,
    template: &str,
) -> Result<(), Failure> {
    if has_database(connection, template).await? {
        return Ok(());
    }
    sqlx::query("SELECT pg_advisory_lock($1)")
        .bind(TEMPLATE_LOCK)
        .execute(&mut *connection)
        .await?;
    if !has_database(connection, template).await? {
        // Under its name only when it is whole.
        let draft = database_name();
        connection.execute(AssertSqlSafe(format!("CREATE DATABASE {draft}"))).await?;
        let mut inside = PgConnection::connect_with(&server.clone().database(&draft)).await?;
        MIGRATOR.run(&mut inside).await?;
        inside.close().await?;
        let rename = format!("ALTER DATABASE {draft} RENAME TO {template}");
        connection.execute(AssertSqlSafe(rename)).await?;
    }
    sqlx::query("SELECT pg_advisory_unlock($1)")
        .bind(TEMPLATE_LOCK)
        .execute(&mut *connection)
        .await?;
    Ok(())
}

async fn has_database(connection: &mut PgConnection, name: &str) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar("SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)")
        .bind(name)
        .fetch_one(connection)
        .await
}

impl Drop for Database {
    /// On a thread of its own: the test's runtime is about to end.
    fn drop(&mut self) {
        let server = self.server.clone();
        let drop_it = format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name);
        let dropping = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            runtime.block_on(async {
                let mut connection = PgConnection::connect_with(&server).await?;
                connection.execute(AssertSqlSafe(drop_it)).await?;
                connection.close().await?;
                Ok::<(), Failure>(())
            })
        });
        // A database that stays goes with its cluster.
        let _ = dropping.join();
    }
}

#[expect(clippy::panic, reason = "a test without a database cannot say anything")]
fn fail(error: &Failure) -> ! {
    panic!("there is no database for this test: {error}")
}
