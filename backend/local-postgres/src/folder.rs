//! The folder of a cluster: what lies where in it, and who may use it.
//!
//! `lock` is held by the process that uses the cluster; `cluster` is Postgres's own data
//! directory; `staging-…` is a cluster in the making; `socket` and `log` say it.

use std::fs::{self, File, TryLockError};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use crate::ClusterError;
use crate::account::Account;

/// A socket's whole path fits into 107 bytes; its name is `.s.PGSQL.5432`.
const LONGEST_SOCKET_FOLDER: usize = 107 - "/.s.PGSQL.5432".len();

/// The folder, held by us as long as this lives.
#[derive(Debug)]
pub(crate) struct Folder {
    root: PathBuf,
    _lock: File,
}

impl Folder {
    /// Makes the folder ours: creates it, refuses one that holds something else or that
    /// another process uses, and clears away what a killed first start left behind.
    pub(crate) fn open(root: &Path, account: &Account) -> Result<Self, ClusterError> {
        refuse_foreign(root)?;
        account.make_private(root)?;
        let root = root.canonicalize().map_err(ClusterError::io("find the folder", root))?;
        let lock = lock(&root)?;
        let folder = Self { root, _lock: lock };
        account.make_private(&folder.log())?;
        account.make_private(&folder.socket())?;
        folder.clear_staging()?;
        Ok(folder)
    }

    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    pub(crate) fn cluster(&self) -> PathBuf {
        self.root.join("cluster")
    }

    pub(crate) fn log(&self) -> PathBuf {
        self.root.join("log")
    }

    /// What the server says before its log is open.
    pub(crate) fn start_log(&self) -> PathBuf {
        self.log().join("start.log")
    }

    /// The folder of the socket: below ours, or, where that is too long a path for a
    /// socket, a short one whose name is made from ours.
    pub(crate) fn socket(&self) -> PathBuf {
        socket_of(&self.root)
    }

    /// A name for a cluster in the making that nobody has used before: a fixed one would
    /// meet the remains of a killed start.
    pub(crate) fn staging(&self) -> PathBuf {
        let moment = std::time::SystemTime::UNIX_EPOCH.elapsed().unwrap_or_default().as_nanos();
        self.root.join(format!("staging-{}-{moment}", std::process::id()))
    }

    /// The version that made the cluster; none if there is no cluster yet.
    pub(crate) fn version(&self) -> Option<u32> {
        fs::read_to_string(self.cluster().join("PG_VERSION")).ok()?.trim().parse().ok()
    }

    /// Notes which engine the cluster is for, so that a person who finds the folder knows.
    pub(crate) fn note_engine(&self, version: u32) -> Result<(), ClusterError> {
        let path = self.root.join("engine");
        let text = format!("postgres {version}\n");
        if fs::read_to_string(&path).is_ok_and(|it| it == text) {
            return Ok(());
        }
        fs::write(&path, text).map_err(ClusterError::io("write", &path))
    }

    /// Removes what killed first starts left. An `initdb` that outlived its parent may
    /// still be writing there; then the rest is removed by a later start, for a staging
    /// folder is in nobody's way.
    fn clear_staging(&self) -> Result<(), ClusterError> {
        for name in entries(&self.root)?.iter().filter(|it| it.starts_with("staging-")) {
            let path = self.root.join(name);
            if let Err(error) = fs::remove_dir_all(&path) {
                tracing::debug!(%error, path = %path.display(), "Left a staging folder for later");
            }
        }
        Ok(())
    }
}

/// Where the socket of a folder's cluster is.
pub(crate) fn socket_of(root: &Path) -> PathBuf {
    let near = root.join("socket");
    if near.as_os_str().len() <= LONGEST_SOCKET_FOLDER {
        return near;
    }
    let user = rustix::process::geteuid().as_raw();
    PathBuf::from(format!("/tmp/drydock-{user}-{:016x}", digest(root)))
}

fn lock(root: &Path) -> Result<File, ClusterError> {
    let path = root.join("lock");
    let file = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&path)
        .map_err(ClusterError::io("open", &path))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(ClusterError::InUse(root.to_owned())),
        Err(TryLockError::Error(error)) => Err(ClusterError::io("lock", &path)(error)),
    }
}

fn refuse_foreign(root: &Path) -> Result<(), ClusterError> {
    if !root.exists() {
        return Ok(());
    }
    let ours = |name: &str| {
        matches!(name, "lock" | "cluster" | "socket" | "log" | "engine" | "lost+found" | "used")
            || name.starts_with("staging-")
    };
    match entries(root)?.into_iter().find(|it| !ours(it)) {
        Some(found) => Err(ClusterError::Foreign { folder: root.to_owned(), found }),
        None => Ok(()),
    }
}

fn entries(folder: &Path) -> Result<Vec<String>, ClusterError> {
    let read = fs::read_dir(folder).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    let entries = read.map_err(ClusterError::io("list", folder))?;
    Ok(entries.iter().map(|it| it.file_name().to_string_lossy().into_owned()).collect())
}

/// FNV-1a over the path: the same path, the same socket folder, in every version of us.
fn digest(path: &Path) -> u64 {
    path.as_os_str().as_bytes().iter().fold(0xcbf2_9ce4_8422_2325, |sum, byte| {
        (sum ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    })
}
