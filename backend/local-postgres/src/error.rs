//! What can go wrong with a private cluster, each in one sentence that says what to do.

use std::io;
use std::path::{Path, PathBuf};

/// Why there is no private cluster.
#[derive(Debug, thiserror::Error)]
pub enum ClusterError {
    /// No Postgres on this machine.
    #[error(
        "no Postgres 14 or newer was found: install it (`apt-get install postgresql`, \
         `dnf install postgresql-server`, `brew install postgresql@18`), or point \
         DATABASE_URL at a server (`docker run -d -p 5432:5432 -e POSTGRES_PASSWORD=… \
         postgres:18`)"
    )]
    NoBinaries,
    /// The folder of binaries that a person named holds none.
    #[error(
        "`{0}` holds no Postgres 14 or newer: name the folder that has `postgres` and `initdb` in it"
    )]
    NotBinaries(PathBuf),
    /// The cluster was made by another version than those that are here.
    #[error(
        "the data in `{folder}` was made by Postgres {version}, which is not on this machine: \
         install that version, or restore a backup into an empty folder"
    )]
    VersionMissing {
        /// The folder of the cluster.
        folder: PathBuf,
        /// The version that is needed.
        version: u32,
    },
    /// The folder cannot be written by whom the server runs as.
    #[error(
        "`{folder}` cannot be used by the account `{account}`: choose a data folder that it may reach and write"
    )]
    NotWritable {
        /// The folder.
        folder: PathBuf,
        /// The account.
        account: String,
    },
    /// The folder has something else in it.
    #[error(
        "`{folder}` holds `{found}`, which is not ours: choose an empty folder for the database"
    )]
    Foreign {
        /// The folder.
        folder: PathBuf,
        /// The first thing in it that is not ours.
        found: String,
    },
    /// Another process uses the folder.
    #[error("`{0}` is used by another Drydock: stop that one, or choose another data folder")]
    InUse(PathBuf),
    /// Root has no account to run the server as.
    #[error(
        "Postgres does not run as root, and there is no account `postgres` or `nobody` here: \
         start Drydock as an ordinary user"
    )]
    NoAccount,
    /// The disk is full.
    #[error("the disk that holds `{0}` is full: make room and start again; nothing is lost")]
    DiskFull(PathBuf),
    /// The server does not start.
    #[error("Postgres did not start; its files in `{folder}` are as they were. It says: {said}")]
    NotStarted {
        /// The folder of the cluster.
        folder: PathBuf,
        /// The last words of its log.
        said: String,
    },
    /// The server does not stop.
    #[error("Postgres in `{0}` did not stop within a minute; it goes on running")]
    NotStopped(PathBuf),
    /// The server refuses a command.
    #[error("Postgres refused a command: {0}")]
    Refused(String),
    /// A file or a process could not be handled.
    #[error("could not {action} `{path}`")]
    Io {
        /// What was tried.
        action: &'static str,
        /// On which file.
        path: PathBuf,
        /// What the system says.
        #[source]
        source: io::Error,
    },
}

impl ClusterError {
    /// Turns the system's error about a file into ours.
    pub(crate) fn io(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| match source.kind() {
            io::ErrorKind::StorageFull => Self::DiskFull(path),
            _ => Self::Io { action, path, source },
        }
    }
}
