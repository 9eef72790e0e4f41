//! The command line. Every setting is a flag, an environment variable and a line
//! of the settings file; the flag wins, then the variable, then the file.

mod catalog;
mod check;
mod secrets;
mod sign_in;
mod user;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

pub(crate) use self::catalog::{CatalogCommand, ImportArguments};
pub(crate) use check::{CheckArguments, CheckFormat, Color};
pub(crate) use secrets::{SecretArguments, SecretsCommand};
pub(crate) use sign_in::SignInArguments;
pub(crate) use user::{AddUser, GivenPassword, UserCommand};

/// Takes an organization through its migration to Docker Hardened Images.
///
/// Without a command, serves the dashboard for the organizations that it knows.
#[derive(Debug, Parser)]
#[command(name = "drydock", version)]
pub(crate) struct Arguments {
    /// What to do; `serve` if nothing is said.
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
    /// The settings that every command but `check` reads.
    #[command(flatten, next_help_heading = "Settings of every command but check")]
    pub(crate) shared: SharedArguments,
}

/// The settings that every command but `check` reads.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct SharedArguments {
    /// Where the dashboard listens, ADDRESS:PORT [default: 127.0.0.1:8080].
    #[arg(long, global = true, env = "DRYDOCK_LISTEN", value_name = "ADDRESS:PORT")]
    pub(crate) listen: Option<String>,
    /// The data folder: the private database, its log, the credential
    /// [default: the user's data folder; /var/lib/drydock for root].
    #[arg(long, global = true, env = "DRYDOCK_DATA", value_name = "FOLDER")]
    pub(crate) data: Option<PathBuf>,
    /// A settings file in TOML [default: drydock.toml in the data folder, if it is there].
    #[arg(long, global = true, env = "DRYDOCK_SETTINGS", value_name = "FILE")]
    pub(crate) settings: Option<PathBuf>,
    /// A Postgres database to use instead of the private one.
    #[arg(long, global = true, env = "DATABASE_URL", value_name = "URL", hide_env_values = true)]
    pub(crate) database_url: Option<String>,
    /// The folder with `postgres` and `initdb` for the private database.
    #[arg(long, global = true, env = "DRYDOCK_POSTGRES_BIN", value_name = "FOLDER")]
    pub(crate) postgres_bin: Option<PathBuf>,
    /// A GitHub token; an environment variable keeps it out of the process list.
    #[arg(long, global = true, env = "GITHUB_TOKEN", value_name = "TOKEN", hide_env_values = true)]
    pub(crate) github_token: Option<String>,
    /// The App ID or client ID of a GitHub App to crawl as, wherever it is installed.
    #[arg(long, global = true, env = "GITHUB_APP_ID", value_name = "ID")]
    pub(crate) github_app_id: Option<String>,
    /// The file with the GitHub App's private key, PEM as GitHub hands it out.
    #[arg(long, global = true, env = "GITHUB_APP_PRIVATE_KEY_FILE", value_name = "FILE")]
    pub(crate) github_app_key_file: Option<PathBuf>,
    /// The key itself, from the environment alone: a flag would show it to everyone.
    #[arg(
        long,
        global = true,
        env = "GITHUB_APP_PRIVATE_KEY",
        hide = true,
        hide_env_values = true
    )]
    pub(crate) github_app_private_key: Option<String>,
    /// The REST address of GitHub, for GitHub Enterprise `https://HOST/api/v3`.
    #[arg(long, global = true, env = "GITHUB_API_URL", value_name = "URL")]
    pub(crate) github_api_url: Option<String>,
    /// The GraphQL address, if it does not follow from the REST address.
    #[arg(long, global = true, env = "GITHUB_GRAPHQL_URL", value_name = "URL")]
    pub(crate) github_graphql_url: Option<String>,
    /// The secret of GitHub's webhooks; without one none is taken.
    #[arg(
        long,
        global = true,
        env = "GITHUB_WEBHOOK_SECRET",
        value_name = "SECRET",
        hide_env_values = true
    )]
    pub(crate) github_webhook_secret: Option<String>,
    /// The secret before that, which is good too while it is replaced.
    #[arg(
        long,
        global = true,
        env = "GITHUB_WEBHOOK_SECRET_OLD",
        value_name = "SECRET",
        hide_env_values = true
    )]
    pub(crate) github_webhook_secret_old: Option<String>,
    #[command(flatten)]
    pub(crate) secrets: SecretArguments,
    /// How much of GitHub's hourly budget may be used, in percent; the rest is left to
    /// others with the same credential [default: 80].
    #[arg(long, global = true, env = "DRYDOCK_BUDGET_SHARE", value_name = "PERCENT")]
    pub(crate) budget_share: Option<u8>,
    /// How much of GitHub's hourly budget may be used to read the history before the first
    /// crawl, in percent; 0 reads none [default: 30].
    #[arg(long, global = true, env = "DRYDOCK_HISTORY_SHARE", value_name = "PERCENT")]
    pub(crate) history_share: Option<u8>,
    /// How many months of history are read before the first crawl; 0 reads none
    /// [default: 12].
    #[arg(long, global = true, env = "DRYDOCK_HISTORY_MONTHS", value_name = "MONTHS")]
    pub(crate) history_months: Option<u16>,
    /// The catalogue's repository on GitHub, looked at once a day, or `off`
    /// [default: docker-hardened-images/catalog; with another GitHub than github.com off].
    #[arg(long, global = true, env = "DRYDOCK_CATALOG_REPOSITORY", value_name = "OWNER/NAME")]
    pub(crate) catalog_repository: Option<String>,
    /// How many seconds a process may be silent before another one goes on with its work
    /// [default: 60].
    #[arg(long, global = true, env = "DRYDOCK_LEASE", value_name = "SECONDS")]
    pub(crate) lease: Option<u64>,
    /// What is logged: error, warn, info, debug or a tracing filter [default: info; for user and
    /// secrets warn].
    #[arg(long, global = true, env = "DRYDOCK_LOG", value_name = "FILTER")]
    pub(crate) log: Option<String>,
    /// How people sign in.
    #[command(flatten, next_help_heading = "Signing in")]
    pub(crate) sign_in: SignInArguments,
}

/// What can be done.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Serve the dashboard and keep its organizations crawled.
    Serve(ServeArguments),
    /// Serve a sample organization, crawled over HTTP from a stand-in GitHub.
    Demo,
    /// Crawl one organization once and print the summary.
    Crawl(CrawlArguments),
    /// Crawl what is due without serving pages; any number may run on one database.
    Worker,
    /// Bring the catalogue of hardened images up to date, or say how it stands.
    #[command(subcommand)]
    Catalog(CatalogCommand),
    /// Score Dockerfiles or folders without network or database.
    ///
    /// Decides the eight items of the checklist for each file and says what is the matter,
    /// on which line and what to do. A folder is searched for container files, hidden folders
    /// too, without what its .gitignore leaves out.
    Check(CheckArguments),
    /// Add, list and change the accounts of people.
    #[command(subcommand)]
    User(UserCommand),
    /// Look after the secrets that Drydock keeps sealed.
    #[command(subcommand)]
    Secrets(SecretsCommand),
    /// Bring the database schema up to date and stop.
    Migrate,
    /// Ask a running dashboard whether it is ready; for container health checks.
    Health,
}

/// Arguments of `serve`.
#[derive(Debug, Default, Args)]
pub(crate) struct ServeArguments {
    /// An organization to crawl; may be given several times.
    #[arg(long = "org", value_name = "ORG")]
    pub(crate) organizations: Vec<String>,
}

/// Arguments of `crawl`.
#[derive(Debug, Args)]
pub(crate) struct CrawlArguments {
    /// The organization's login.
    #[arg(value_name = "ORG")]
    pub(crate) organization: String,
    /// How the summary is printed.
    #[arg(long, value_enum, default_value_t = CrawlFormat::Human)]
    pub(crate) format: CrawlFormat,
}

/// How `crawl` prints its summary.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum CrawlFormat {
    /// Sentences for a person.
    Human,
    /// One JSON object.
    Json,
}
