//! The command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

/// Fills a database with an organization of any size, and measures the pages over it.
///
/// To measure by hand: `seed` an empty database, `drydock serve --database-url` over the same,
/// then `load`. `compare` does all of it for two sizes and prints them side by side.
#[derive(Debug, Parser)]
#[command(name = "drydock-bench", version)]
pub struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What can be done.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Fill an empty database with the organization `bench` and its history.
    Seed(SeedArguments),
    /// Recount everything that the database keeps summed.
    Check(CheckArguments),
    /// Ask a running server for every kind of page, and print how long they took.
    ///
    /// Addresses are drawn at random from the names in the database. Times are those of a user:
    /// from the request to the last byte, over loopback, on a connection that is kept, gzip on.
    Load(LoadArguments),
    /// Print what each kind of page costs over a small and a large organization, side by side.
    ///
    /// Seeds a database of each size in a private Postgres, serves them with the program at
    /// --drydock, and loads them by turns, so that what else the machine does weighs on both.
    /// With --folder, the databases are kept for the next time.
    Compare(CompareArguments),
}

/// Arguments of `seed`.
#[derive(Debug, Clone, Args)]
pub struct SeedArguments {
    /// The address of an empty Postgres database.
    #[arg(long, value_name = "URL")]
    pub database: String,
    /// How many repositories.
    #[arg(long, default_value_t = 10_000)]
    pub repositories: usize,
    /// How many Dockerfiles in them.
    #[arg(long, default_value_t = 30_000)]
    pub dockerfiles: usize,
    /// How many years lie behind them.
    #[arg(long, default_value_t = 2)]
    pub years: u16,
    /// The same seed throws the same organization.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
}

/// Arguments of `check`.
#[derive(Debug, Clone, Args)]
pub struct CheckArguments {
    /// The address of the database.
    #[arg(long, value_name = "URL")]
    pub database: String,
}

/// Arguments of `load`.
#[derive(Debug, Clone, Args)]
pub struct LoadArguments {
    /// The server's address, as http://127.0.0.1:8080.
    #[arg(long, value_name = "URL")]
    pub url: String,
    /// The address of the server's database.
    #[arg(long, value_name = "URL")]
    pub database: String,
    /// How many users ask at once, each on a connection of its own.
    #[arg(long, default_value_t = 1)]
    pub users: u64,
    /// For how long.
    #[arg(long, default_value_t = 10)]
    pub seconds: u64,
    /// How many milliseconds a user looks at a page before asking for the next one.
    #[arg(long, default_value_t = 0, value_name = "MILLISECONDS")]
    pub pause: u64,
    /// Only this kind of page; may be given several times.
    #[arg(long, value_name = "KIND")]
    pub only: Vec<String>,
    /// Ask for pages made anew, as a forced reload does, rather than for kept ones.
    #[arg(long)]
    pub fresh: bool,
    /// The same seed draws the same addresses.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// The cookie of whoever asks, as `drydock=VALUE`; pages that they may not see are counted as
    /// refused.
    #[arg(long, value_name = "COOKIE")]
    pub cookie: Option<String>,
}

/// Arguments of `compare`.
#[derive(Debug, Clone, Args)]
pub struct CompareArguments {
    /// The `drydock` program to serve with; build it with --release.
    #[arg(long, value_name = "FILE")]
    pub drydock: PathBuf,
    /// Where the databases are kept [default: nowhere].
    #[arg(long, value_name = "FOLDER")]
    pub folder: Option<PathBuf>,
    /// The folder with `postgres` and `initdb`.
    #[arg(long, value_name = "FOLDER")]
    pub postgres_bin: Option<PathBuf>,
    /// Repositories of the small organization.
    #[arg(long, default_value_t = 1_000)]
    pub few: usize,
    /// Repositories of the large one.
    #[arg(long, default_value_t = 10_000)]
    pub many: usize,
    /// How many users ask at once.
    #[arg(long, default_value_t = 1)]
    pub users: u64,
    /// For how long each size is measured.
    #[arg(long, default_value_t = 60)]
    pub seconds: u64,
    /// Only this kind of page; may be given several times.
    #[arg(long, value_name = "KIND")]
    pub only: Vec<String>,
    /// Ask for pages made anew, as a forced reload does, rather than for kept ones.
    #[arg(long)]
    pub fresh: bool,
}
