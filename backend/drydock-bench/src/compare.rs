//! `drydock-bench compare`: what pages cost over a small and a large organization, side by
//! side. Seeds a database for each size in a private Postgres and serves them in turn.

use std::io::Write;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use chrono::{DateTime, Utc};
use local_postgres::{Cluster, Settings};
use store::Store;
use tokio::process::{Child, Command};

use crate::arguments::{CompareArguments, LoadArguments, SeedArguments};
use crate::load;
use crate::seed::seed;
use crate::table::{self, Measured};

/// How long a server may take to start.
const PATIENCE: Duration = Duration::from_secs(60);
const DOCKERFILES_A_REPOSITORY: usize = 3;

/// Measures both sizes and prints them side by side.
///
/// # Errors
/// Postgres, the seed or the server failed.
pub async fn compare(
    arguments: &CompareArguments,
    now: DateTime<Utc>,
    out: &mut impl Write,
) -> Result<()> {
    let scratch = tempfile::tempdir()?;
    let folder = arguments.folder.clone().unwrap_or_else(|| scratch.path().to_path_buf());
    let settings = Settings {
        binaries: arguments.postgres_bin.clone(),
        is_durable: false,
        ..Settings::new(folder.join("postgres"))
    };
    let cluster = Cluster::start(&settings).await?;
    let both = measure_both(arguments, &cluster, &folder, now, out).await;
    cluster.stop().await?;
    let (few, many) = both?;
    let sizes = (arguments.few, arguments.many);
    table::print_both((sizes.0, &few), (sizes.1, &many), out)
}

async fn measure_both(
    arguments: &CompareArguments,
    cluster: &Cluster,
    folder: &Path,
    now: DateTime<Utc>,
    out: &mut impl Write,
) -> Result<(Vec<Measured>, Vec<Measured>)> {
    let mut measured = Vec::new();
    for repositories in [arguments.few, arguments.many] {
        let name = format!("bench_{repositories}");
        cluster.ensure_database(&name).await?;
        let database = cluster.url(&name);
        seed_once(&database, repositories, now, out).await?;
        let data = folder.join("data");
        std::fs::create_dir_all(&data)?;
        let server = Server::start(&arguments.drydock, &database, &data)?;
        server.wait().await?;
        let load = LoadArguments {
            url: server.url.clone(),
            database,
            users: arguments.users,
            seconds: arguments.seconds,
            pause: 0,
            only: arguments.only.clone(),
        };
        writeln!(out, "\n{repositories} repositories")?;
        let begun = Instant::now();
        let all = load::measure(&load, out).await?;
        table::print(&all, begun.elapsed(), out)?;
        writeln!(out)?;
        measured.push(all);
    }
    let many = measured.pop().unwrap_or_default();
    Ok((measured.pop().unwrap_or_default(), many))
}

/// A folder that was kept has its databases.
async fn seed_once(
    database: &str,
    repositories: usize,
    now: DateTime<Utc>,
    out: &mut impl Write,
) -> Result<()> {
    let store = Store::connect(database, 2).await?;
    store.migrate().await?;
    if !store.organizations().await?.is_empty() {
        return Ok(());
    }
    writeln!(out, "seeding {repositories} repositories")?;
    let arguments = SeedArguments {
        database: database.to_owned(),
        repositories,
        dockerfiles: repositories * DOCKERFILES_A_REPOSITORY,
        years: 2,
        seed: 1,
    };
    seed(&arguments, now, out).await
}

/// A server that ends when this goes.
struct Server {
    url: String,
    _process: Child,
}

impl Server {
    fn start(drydock: &PathBuf, database: &str, data: &Path) -> Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0))?;
        let address = listener.local_addr()?;
        drop(listener);
        let process = Command::new(drydock)
            // Nothing of ours leads it to GitHub.
            .env_clear()
            .args(["serve", "--log", "warn", "--listen", &address.to_string()])
            .arg("--data")
            .arg(data)
            .env("DATABASE_URL", database)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .with_context(|| format!("{} could not be started", drydock.display()))?;
        Ok(Self { url: format!("http://{address}"), _process: process })
    }

    /// Waits until it takes connections: it does so before anything else, and answers once
    /// the schema is there.
    async fn wait(&self) -> Result<()> {
        let address = self.url.trim_start_matches("http://").to_owned();
        let begun = Instant::now();
        while begun.elapsed() < PATIENCE {
            if tokio::net::TcpStream::connect(&address).await.is_ok() {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        bail!("the server at {address} did not start; run it by hand to see why")
    }
}
