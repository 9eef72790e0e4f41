//! One throw-away cluster for all the tests of a machine's user.
//!
//! The first test process starts it, the others join it, whichever crate they are of.
//! Nobody knows which of them is the last, so the cluster looks after itself: a small
//! shell loop beside it stops it [`IDLE_MINUTES`] minutes after the last sign of a user.
//! The next start throws its data away. It is not durable, and fast for it.

use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::OnceLock;
use std::time::Duration;

use crate::account::Account;
use crate::cluster::{Cluster, Settings, url};
use crate::error::ClusterError;
use crate::folder::{Folder, socket_of};
use crate::server as process;

/// How long the cluster outlives its last user.
pub const IDLE_MINUTES: u32 = 5;

/// Stops the server whose data folder is the first argument once the file that is the
/// second one has not been touched for a while. `find` knows minutes on every system.
const WATCH: &str = r#"
while sleep 15; do
    pid=$(head -n 1 "$1/postmaster.pid") || exit 0
    kill -0 "$pid" || exit 0
    [ -n "$(find "$2" -mmin "-$3")" ] || { kill -INT "$pid"; exit 0; }
done
"#;

/// The cluster that tests share.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Server {
    socket: PathBuf,
}

impl Server {
    /// The address of a database, whether it exists or not. `postgres` always does.
    #[must_use]
    pub fn url(&self, database: &str) -> String {
        url(&self.socket, database)
    }
}

/// The throw-away cluster: joined if it runs, else started.
///
/// # Errors
/// Each [`ClusterError`] but `InUse` and `NotStopped`.
pub async fn server() -> Result<Server, ClusterError> {
    let account = Account::choose()?;
    let folder =
        std::env::temp_dir().join(format!("drydock-test-{}", rustix::process::geteuid().as_raw()));
    // Held until we return. It lies outside the folder, which is thrown away as a whole.
    let _lock = lock(&folder.with_extension("lock")).await?;
    let server = Server { socket: socket_of(&folder) };
    let used = folder.join("used");
    if touch(&used).is_ok() && answers(&server.socket).await {
        keep_in_use(used);
        return Ok(server);
    }
    start(&folder, &account).await?;
    keep_in_use(used);
    Ok(server)
}

/// Waits for the lock without blocking: the holder may be another task of our thread.
async fn lock(path: &Path) -> Result<File, ClusterError> {
    let mut options = File::options();
    let file = options.create(true).truncate(false).write(true).open(path);
    let file = file.map_err(ClusterError::io("open", path))?;
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::WouldBlock) => tokio::time::sleep(Duration::from_millis(5)).await,
            Err(TryLockError::Error(error)) => return Err(ClusterError::io("lock", path)(error)),
        }
    }
}

async fn start(folder: &Path, account: &Account) -> Result<(), ClusterError> {
    if folder.exists() {
        end_previous(folder, account).await;
        fs::remove_dir_all(folder).map_err(ClusterError::io("remove", folder))?;
    }
    let settings =
        Settings { connections: 200, is_durable: false, ..Settings::new(folder.to_owned()) };
    let cluster = Cluster::start(&settings).await?;
    let used = folder.join("used");
    touch(&used).map_err(ClusterError::io("write", &used))?;
    account
        .command(Path::new("sh"))
        .args(["-c", WATCH, "watch"])
        .args([&folder.join("cluster"), &used])
        .arg(IDLE_MINUTES.to_string())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .map_err(ClusterError::io("run a shell beside", folder))?;
    // Dropped, not stopped: it is there for the others.
    drop(cluster);
    Ok(())
}

/// A server that is about to stop would take the socket of the next one with it.
async fn end_previous(folder: &Path, account: &Account) {
    let Ok(folder) = Folder::open(folder, account) else { return };
    if let Ok(Some(server)) = process::Server::adopt(&folder).await {
        // One that does not stop loses its files; nobody needs them.
        let _ = server.stop(&folder).await;
    }
}

async fn answers(socket: &Path) -> bool {
    tokio::net::UnixStream::connect(socket.join(".s.PGSQL.5432")).await.is_ok()
}

fn touch(path: &Path) -> std::io::Result<()> {
    fs::write(path, "")
}

/// A test may run for longer than the cluster stays idle.
fn keep_in_use(used: PathBuf) {
    static TOUCHING: OnceLock<()> = OnceLock::new();
    TOUCHING.get_or_init(|| {
        std::thread::spawn(move || {
            loop {
                std::thread::sleep(Duration::from_secs(60));
                // A folder that is gone has no cluster to keep.
                let _ = touch(&used);
            }
        });
    });
}
