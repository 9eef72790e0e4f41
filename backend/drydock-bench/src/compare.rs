//! `drydock-bench compare`: what pages cost over a small and a large organization, side by
//! side. Seeds a database for each size in a private Postgres, serves both and loads them by turns.

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
/// How often each size has its turn.
const ROUNDS: u64 = 6;
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
    let sides = measure_both(arguments, &cluster, &folder, now, out).await;
    cluster.stop().await?;
    let [few, many] = sides?;
    table::print_both((few.repositories, &few.measured), (many.repositories, &many.measured), out)
}

/// One size of organization.
struct Side {
    repositories: usize,
    load: LoadArguments,
    measured: Vec<Measured>,
    _server: Server,
}

async fn measure_both(
    arguments: &CompareArguments,
    cluster: &Cluster,
    folder: &Path,
    now: DateTime<Utc>,
    out: &mut impl Write,
) -> Result<[Side; 2]> {
    let mut sides = [
        Side::served(arguments, arguments.few, (cluster, folder), now, out).await?,
        Side::served(arguments, arguments.many, (cluster, folder), now, out).await?,
    ];
    for round in 0..ROUNDS {
        for side in &mut sides {
            side.load.seed = 1 + round;
            let said: &mut dyn Write = if round == 0 { out } else { &mut std::io::sink() };
            let measured = load::measure(&side.load, said).await?;
            table::add(&mut side.measured, measured);
        }
    }
    for side in &sides {
        writeln!(out, "\n{} repositories", side.repositories)?;
        table::print(&side.measured, Duration::from_secs(arguments.seconds), out)?;
    }
    writeln!(out)?;
    Ok(sides)
}

impl Side {
    async fn served(
        arguments: &CompareArguments,
        repositories: usize,
        (cluster, folder): (&Cluster, &Path),
        now: DateTime<Utc>,
        out: &mut impl Write,
    ) -> Result<Self> {
        let name = format!("bench_{repositories}");
        cluster.ensure_database(&name).await?;
        let database = cluster.url(&name);
        seed_once(&database, repositories, now, out).await?;
        let data = folder.join(format!("data_{repositories}"));
        std::fs::create_dir_all(&data)?;
        let server = Server::start(&arguments.drydock, &database, &data)?;
        server.wait().await?;
        let load = LoadArguments {
            url: server.url.clone(),
            database,
            users: arguments.users,
            seconds: arguments.seconds.div_ceil(ROUNDS),
            pause: 0,
            only: arguments.only.clone(),
            fresh: arguments.fresh,
            cookie: None,
            seed: 1,
        };
        Ok(Self { repositories, load, measured: Vec::new(), _server: server })
    }
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
