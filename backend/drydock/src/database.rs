//! The database: the operator's if there is one, else a private cluster in the
//! data folder. Never one in place of the other.

use anyhow::{Result, bail};
use local_postgres::{Cluster, ClusterError};
use store::{Exposure, Store};

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
        let Some(url) = &settings.database_url else {
            let cluster = private_cluster(settings).await?;
            cluster.ensure_database(name).await?;
            return Self::connected(&cluster.url(name), Some(cluster)).await;
        };
        Self::connected(url, None).await
    }

    /// Opens the database beside a dashboard that runs: a private server that another
    /// process started is joined and left alone.
    ///
    /// # Errors
    /// A sentence that says what to do.
    pub(crate) async fn beside(settings: &Settings) -> Result<Self> {
        let name = Holds::Real.name();
        if settings.database_url.is_some() {
            return Self::migrated(settings, Holds::Real).await;
        }
        match private_cluster(settings).await {
            Err(ClusterError::InUse(folder)) => {
                Self::connected(&Cluster::url_in_use(&folder, name), None).await
            }
            Err(error) => Err(error.into()),
            Ok(cluster) => {
                cluster.ensure_database(name).await?;
                Self::connected(&cluster.url(name), Some(cluster)).await
            }
        }
    }

    async fn connected(url: &str, cluster: Option<Cluster>) -> Result<Self> {
        if let Some(exposure) = Exposure::of(url)? {
            tracing::warn!("{exposure}");
        }
        let store = Store::connect(url, CONNECTIONS).await?;
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

async fn private_cluster(settings: &Settings) -> Result<Cluster, ClusterError> {
    let folder = settings.data.join("postgres");
    let binaries = settings.postgres_bin.clone();
    Cluster::start(&local_postgres::Settings { binaries, ..local_postgres::Settings::new(folder) })
        .await
}
