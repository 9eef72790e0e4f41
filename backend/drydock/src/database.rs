//! The database: the operator's if there is one, else a private cluster in the
//! data folder. Never one in place of the other.

use anyhow::Result;
use local_postgres::Cluster;
use store::Store;

use crate::settings::Settings;

/// The database inside the private server that real organizations live in.
pub(crate) const NAME: &str = "drydock";
/// Connections of one process: the private server allows 40 in all.
const CONNECTIONS: u32 = 16;

/// The store and, if it is ours to stop, the server behind it.
pub(crate) struct Database {
    pub(crate) store: Store,
    cluster: Option<Cluster>,
}

impl Database {
    /// Opens the database, brings its schema up to date, and starts the private
    /// server first if no other database is set. `name` is that of the database
    /// inside the private server.
    ///
    /// # Errors
    /// A sentence that says what to do.
    pub(crate) async fn open(settings: &Settings, name: &str) -> Result<Self> {
        let (url, cluster) = match &settings.database_url {
            Some(url) => (url.clone(), None),
            None => {
                let folder = settings.data.join("postgres");
                let cluster = Cluster::start(&local_postgres::Settings {
                    binaries: settings.postgres_bin.clone(),
                    ..local_postgres::Settings::new(folder)
                })
                .await?;
                cluster.ensure_database(name).await?;
                (cluster.url(name), Some(cluster))
            }
        };
        let store = Store::connect(&url, CONNECTIONS).await?;
        store.migrate().await?;
        Ok(Self { store, cluster })
    }

    /// Stops the private server and waits for it.
    ///
    /// # Errors
    /// The server did not stop.
    pub(crate) async fn close(self) -> Result<()> {
        if let Some(cluster) = self.cluster {
            cluster.stop().await?;
        }
        Ok(())
    }
}
