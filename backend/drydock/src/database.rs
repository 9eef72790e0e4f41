//! The database: the operator's if there is one, else a private cluster in the
//! data folder. Never one in place of the other.

use anyhow::{Result, bail};
use local_postgres::Cluster;
use store::Store;

use crate::settings::Settings;

/// Whose organizations a database holds. The two never mix: the sample's login may be
/// somebody's on GitHub, and is never to be crawled on from there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Holds {
    /// Organizations on GitHub.
    Real,
    /// The one of the stand-in.
    Sample,
}

impl Holds {
    /// The name of the database inside the private server.
    const fn name(self) -> &'static str {
        match self {
            Self::Real => "drydock",
            Self::Sample => "drydock_demo",
        }
    }

    /// What to say where the other kind is found.
    const fn refusal(self) -> &'static str {
        match self {
            Self::Real => {
                "the database of DATABASE_URL holds the sample organization; give real organizations one of their own"
            }
            Self::Sample => {
                "the database of DATABASE_URL holds real organizations; give the sample one of its own"
            }
        }
    }
}

/// Connections of one process: the private server allows 40 in all.
const CONNECTIONS: u32 = 16;

/// The store and, if it is ours to stop, the server behind it.
pub(crate) struct Database {
    pub(crate) store: Store,
    cluster: Option<Cluster>,
}

impl Database {
    /// Opens the database for organizations of one kind.
    ///
    /// # Errors
    /// A sentence that says what to do; also if it holds those of the other kind.
    pub(crate) async fn open(settings: &Settings, holds: Holds) -> Result<Self> {
        let database = Self::migrated(settings, holds).await?;
        let is_sample = holds == Holds::Sample;
        if database.store.organizations().await?.iter().any(|it| it.is_sample != is_sample) {
            database.close().await?;
            bail!(holds.refusal());
        }
        Ok(database)
    }

    /// Opens the database whatever it holds and brings its schema up to date; starts
    /// the private server first if no other database is set.
    ///
    /// # Errors
    /// A sentence that says what to do.
    pub(crate) async fn migrated(settings: &Settings, holds: Holds) -> Result<Self> {
        let name = holds.name();
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
