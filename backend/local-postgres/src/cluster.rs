//! The cluster as its users see it.

use std::fs;
use std::path::{Path, PathBuf};

use crate::ClusterError;
use crate::account::Account;
use crate::binaries::{self, Binaries};
use crate::folder::{Folder, socket_of};
use crate::server::{Launch, Server, last_words};
use crate::wire;

/// The owner of everything in the cluster. Only who may enter the socket's folder can be it.
pub(crate) const OWNER: &str = "drydock";

/// Where the cluster is and how it runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// The cluster's own folder, which holds nothing else; created if it is not there.
    pub folder: PathBuf,
    /// The folder with `postgres` and `initdb`; none: look for them.
    pub binaries: Option<PathBuf>,
    /// How many connections the server takes.
    pub connections: u32,
    /// Whether a commit survives a power failure. False is for tests alone.
    pub is_durable: bool,
}

impl Settings {
    /// A durable cluster in a folder, with binaries that are looked for.
    #[must_use]
    pub fn new(folder: PathBuf) -> Self {
        Self { folder, binaries: None, connections: 40, is_durable: true }
    }
}

/// A private cluster that runs. Dropped without [`Cluster::stop`], its server goes on
/// running and the next [`Cluster::start`] adopts it.
#[derive(Debug)]
pub struct Cluster {
    folder: Folder,
    server: Server,
    version: u32,
}

impl Cluster {
    /// Starts the cluster in a folder, making it first if need be, or adopts its server
    /// if that outlived us.
    ///
    /// # Errors
    /// Each [`ClusterError`] but `NotStopped`.
    pub async fn start(settings: &Settings) -> Result<Self, ClusterError> {
        let account = Account::choose()?;
        let folder = Folder::open(&settings.folder, &account)?;
        let version = folder.version();
        let binaries = binaries::find(settings.binaries.as_deref(), version, folder.root())?;
        if version.is_none() {
            create(&folder, &binaries, &account, settings).await?;
        }
        folder.note_engine(binaries.version)?;
        let server = match Server::adopt(&folder).await? {
            Some(server) => server,
            None => {
                let launch =
                    Launch { folder: &folder, binaries: &binaries, account: &account, settings };
                Server::start(&launch).await?
            }
        };
        tracing::info!(
            postgres.version = binaries.version,
            postgres.pid = server.pid(),
            postgres.adopted = server.is_adopted(),
            folder = %folder.root().display(),
            "Private Postgres {} is ready",
            binaries.version,
        );
        Ok(Self { folder, server, version: binaries.version })
    }

    /// The address of a database, whether it exists or not.
    #[must_use]
    pub fn url(&self, database: &str) -> String {
        url(&self.folder.socket(), database)
    }

    /// The address of a database in a cluster that another process runs in this folder, as
    /// [`ClusterError::InUse`] names it.
    #[must_use]
    pub fn url_in_use(folder: &Path, database: &str) -> String {
        url(&socket_of(folder), database)
    }

    /// The major version of Postgres that runs.
    #[must_use]
    pub fn version(&self) -> u32 {
        self.version
    }

    /// The number of the server's process.
    #[must_use]
    pub fn pid(&self) -> i32 {
        self.server.pid()
    }

    /// Whether the server outlived the process that started it.
    #[must_use]
    pub fn is_adopted(&self) -> bool {
        self.server.is_adopted()
    }

    pub(crate) fn socket(&self) -> PathBuf {
        self.folder.socket().join(".s.PGSQL.5432")
    }

    /// Creates a database if it is not there.
    ///
    /// # Errors
    /// [`ClusterError::Refused`] or [`ClusterError::Io`].
    pub async fn ensure_database(&self, name: &str) -> Result<(), ClusterError> {
        const DUPLICATE_DATABASE: &str = "42P04";
        let command = format!("CREATE DATABASE \"{}\"", name.replace('"', "\"\""));
        match wire::run(&self.socket(), OWNER, "postgres", &command).await? {
            Ok(()) => Ok(()),
            Err(refusal) if refusal.code == DUPLICATE_DATABASE => Ok(()),
            Err(refusal) => Err(ClusterError::Refused(refusal.message)),
        }
    }

    /// Stops the server and waits until everything is written down.
    ///
    /// # Errors
    /// [`ClusterError::NotStopped`].
    pub async fn stop(self) -> Result<(), ClusterError> {
        self.server.stop(&self.folder).await
    }
}

/// Makes the cluster beside its place and moves it there when it is whole, so that one
/// that is there is always whole.
async fn create(
    folder: &Folder,
    binaries: &Binaries,
    account: &Account,
    settings: &Settings,
) -> Result<(), ClusterError> {
    let staging = folder.staging();
    account.make_private(&staging)?;
    let mut command = account.command(&binaries.initdb());
    command
        .arg("--pgdata")
        .arg(&staging)
        .args(["--username", OWNER, "--auth-local=trust", "--auth-host=reject"])
        // Bytes in their order: no update of the system's language files ever makes an
        // index wrong.
        .args(["--encoding=UTF8", "--no-locale", "--data-checksums", "--no-instructions"]);
    if !settings.is_durable {
        command.arg("--no-sync");
    }
    let made = tokio::process::Command::from(command)
        .output()
        .await
        .map_err(ClusterError::io("run", &binaries.initdb()))?;
    if !made.status.success() {
        return Err(not_made(folder, &String::from_utf8_lossy(&made.stderr)));
    }
    fs::rename(&staging, folder.cluster()).map_err(ClusterError::io("name", &staging))?;
    // The new name itself must survive a power failure.
    let root = fs::File::open(folder.root()).and_then(|it| it.sync_all());
    root.map_err(ClusterError::io("write", folder.root()))
}

fn not_made(folder: &Folder, said: &str) -> ClusterError {
    if said.contains("No space left on device") {
        return ClusterError::DiskFull(folder.root().to_owned());
    }
    ClusterError::NotStarted { folder: folder.root().to_owned(), said: last_words(said) }
}

/// The host part stays a name: Postgres clients take the socket's folder as a parameter.
pub(crate) fn url(socket: &Path, database: &str) -> String {
    let socket = encoded(&socket.display().to_string());
    format!("postgres://{OWNER}@localhost:5432/{}?host={socket}", encoded(database))
}

/// Percent-encoding of everything that could mean something in an address.
fn encoded(text: &str) -> String {
    let mut encoded = String::new();
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                encoded.push(char::from(byte));
            }
            _ => encoded.push_str(&format!("%{byte:02X}")),
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_names_the_user_and_survives_odd_folders() {
        assert_eq!(
            url(Path::new("/tmp/a b/ü"), "drydock"),
            "postgres://drydock@localhost:5432/drydock?host=%2Ftmp%2Fa%20b%2F%C3%BC"
        );
    }
}
