//! The server's process: start it, wait until it is ready, adopt one that outlived us,
//! stop it.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process, test_kill_process};

use crate::ClusterError;
use crate::account::Account;
use crate::binaries::Binaries;
use crate::cluster::Settings;
use crate::folder::Folder;

/// Recovery after a crash may take a while; a server that stands still does not.
const START_PATIENCE: Duration = Duration::from_secs(300);
const REMAINS_PATIENCE: Duration = Duration::from_secs(20);
const STOP_PATIENCE: Duration = Duration::from_secs(60);
const SOCKET: &str = ".s.PGSQL.5432";
const SOCKET_LOCK: &str = ".s.PGSQL.5432.lock";
const POLL: Duration = Duration::from_millis(20);

/// A running server.
#[derive(Debug)]
pub(crate) struct Server {
    pid: Pid,
    /// None if it outlived the process that started it and we adopted it.
    child: Option<Child>,
}

/// What it takes to start a server.
pub(crate) struct Launch<'a> {
    pub(crate) folder: &'a Folder,
    pub(crate) binaries: &'a Binaries,
    pub(crate) account: &'a Account,
    pub(crate) settings: &'a Settings,
}

/// What `postmaster.pid` says.
struct PidFile {
    pid: Pid,
    is_ready: bool,
}

impl Server {
    /// Adopts the server that runs on this cluster, if one does; waits for one that is
    /// just starting or stopping.
    pub(crate) async fn adopt(folder: &Folder) -> Result<Option<Self>, ClusterError> {
        let began = Instant::now();
        loop {
            let Some(file) = read_pid_file(folder) else { return Ok(None) };
            if !serves(file.pid, folder) {
                return Ok(None);
            }
            if file.is_ready && has_socket(folder).await {
                return Ok(Some(Self { pid: file.pid, child: None }));
            }
            if began.elapsed() > START_PATIENCE {
                return Err(not_started(folder, ""));
            }
            tokio::time::sleep(POLL).await;
        }
    }

    /// Starts the server and waits until it takes connections.
    pub(crate) async fn start(launch: &Launch<'_>) -> Result<Self, ClusterError> {
        let began = Instant::now();
        loop {
            clear_remains(launch.folder)?;
            let logs = Logs::now(launch.folder);
            let child = spawn(launch)?;
            if let Some(server) = Self::once_ready(child, launch.folder, began).await? {
                return Ok(server);
            }
            let said = logs.said_since(launch.folder);
            // The sessions of a server that was killed take a moment to notice.
            if !said.contains("shared memory block") || began.elapsed() > REMAINS_PATIENCE {
                return Err(not_started(launch.folder, &said));
            }
            tokio::time::sleep(POLL).await;
        }
    }

    /// The server once it is ready; none if it ended before.
    async fn once_ready(
        mut child: Child,
        folder: &Folder,
        began: Instant,
    ) -> Result<Option<Self>, ClusterError> {
        let pid = Pid::from_child(&child);
        loop {
            // A stale file says ready too: it must be our own child that says it.
            let ready = read_pid_file(folder).is_some_and(|it| it.pid == pid && it.is_ready);
            if ready && has_socket(folder).await {
                return Ok(Some(Self { pid, child: Some(child) }));
            }
            let ended = child.try_wait().map_err(ClusterError::io("watch", folder.root()))?;
            if ended.is_some() {
                return Ok(None);
            }
            if began.elapsed() > START_PATIENCE {
                return Err(not_started(folder, ""));
            }
            tokio::time::sleep(POLL).await;
        }
    }

    pub(crate) fn pid(&self) -> i32 {
        self.pid.as_raw_nonzero().get()
    }

    pub(crate) fn is_adopted(&self) -> bool {
        self.child.is_none()
    }

    /// Stops the server the fast way: sessions are cut, everything is written down.
    pub(crate) async fn stop(mut self, folder: &Folder) -> Result<(), ClusterError> {
        // It may be gone already; then there is nothing to stop.
        let _ = kill_process(self.pid, Signal::INT);
        let began = Instant::now();
        while self.is_running(folder) {
            if began.elapsed() > STOP_PATIENCE {
                return Err(ClusterError::NotStopped(folder.root().to_owned()));
            }
            tokio::time::sleep(POLL).await;
        }
        Ok(())
    }

    fn is_running(&mut self, folder: &Folder) -> bool {
        match &mut self.child {
            // Waiting takes our own child out of the table of processes.
            Some(child) => matches!(child.try_wait(), Ok(None)),
            None => serves(self.pid, folder),
        }
    }
}

fn spawn(launch: &Launch<'_>) -> Result<Child, ClusterError> {
    let Launch { folder, binaries, account, settings } = launch;
    let log_path = folder.start_log();
    let log = File::create(&log_path).map_err(ClusterError::io("write", &log_path))?;
    let errors = log.try_clone().map_err(ClusterError::io("write", &log_path))?;
    let mut command = account.command(&binaries.postgres());
    command.arg("-D").arg(folder.cluster());
    for (name, value) in options(folder, settings) {
        command.arg("-c").arg(format!("{name}={value}"));
    }
    command
        .stdout(Stdio::from(log))
        .stderr(Stdio::from(errors))
        .spawn()
        .map_err(ClusterError::io("run", &binaries.postgres()))
}

/// On the command line rather than in `postgresql.conf`, so that the cluster behaves the
/// same whoever made it and whenever.
fn options(folder: &Folder, settings: &Settings) -> Vec<(&'static str, String)> {
    let durable = if settings.is_durable { "on" } else { "off" };
    let text = |it: &str| it.to_owned();
    vec![
        ("listen_addresses", String::new()),
        ("port", text("5432")),
        ("unix_socket_directories", folder.socket().display().to_string()),
        ("unix_socket_permissions", text("0700")),
        ("max_connections", settings.connections.to_string()),
        ("shared_buffers", text("64MB")),
        ("fsync", text(durable)),
        ("synchronous_commit", text(durable)),
        ("full_page_writes", text(durable)),
        // A week of logs: a file a weekday, begun anew when the weekday comes again.
        ("logging_collector", text("on")),
        ("log_directory", folder.log().display().to_string()),
        ("log_filename", text("postgres-%a.log")),
        ("log_truncate_on_rotation", text("on")),
        ("log_rotation_age", text("1d")),
        ("log_rotation_size", text("0")),
        ("log_timezone", text("UTC")),
        ("timezone", text("UTC")),
    ]
}

fn read_pid_file(folder: &Folder) -> Option<PidFile> {
    let text = fs::read_to_string(pid_path(folder)).ok()?;
    let mut lines = text.lines();
    let pid = Pid::from_raw(lines.next()?.trim().parse().ok()?)?;
    // The eighth line is the state; it is there once the server gets that far.
    let is_ready = lines.nth(6).is_some_and(|it| it.trim() == "ready");
    Some(PidFile { pid, is_ready })
}

fn pid_path(folder: &Folder) -> PathBuf {
    folder.cluster().join("postmaster.pid")
}

/// Whether a process is alive and the server of this very cluster: numbers of processes
/// are used again, and there may be other Postgres servers.
fn serves(pid: Pid, folder: &Folder) -> bool {
    if test_kill_process(pid).is_err() {
        return false;
    }
    // A server works in its data directory. A corpse works nowhere.
    let process = Path::new("/proc").join(pid.as_raw_nonzero().to_string());
    match fs::read_link(process.join("cwd")) {
        Ok(place) => place == folder.cluster(),
        Err(_) if Path::new("/proc/self").exists() => false,
        Err(_) => serves_by_ps(pid, folder),
    }
}

/// Where there is no `/proc`.
fn serves_by_ps(pid: Pid, folder: &Folder) -> bool {
    let said = std::process::Command::new("ps")
        .args(["-o", "command=", "-p", &pid.as_raw_nonzero().to_string()])
        .output();
    let cluster = folder.cluster().display().to_string();
    said.is_ok_and(|it| String::from_utf8_lossy(&it.stdout).contains(&cluster))
}

/// A server that was killed leaves files behind that keep the next one from starting if
/// their number belongs to a live process by now, or to a corpse that nobody took away.
/// The folder is ours and [`Server::adopt`] found no server, so they mean nothing.
fn clear_remains(folder: &Folder) -> Result<(), ClusterError> {
    let mut remains = vec![folder.socket().join(SOCKET), folder.socket().join(SOCKET_LOCK)];
    if read_pid_file(folder).is_some_and(|it| test_kill_process(it.pid).is_ok()) {
        remains.push(pid_path(folder));
    }
    for path in remains {
        match fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(ClusterError::io("remove", &path)(error));
            }
            Ok(()) | Err(_) => {}
        }
    }
    Ok(())
}

async fn has_socket(folder: &Folder) -> bool {
    tokio::net::UnixStream::connect(folder.socket().join(SOCKET)).await.is_ok()
}

/// How long each log was before a start, so that an old complaint is not taken for a new.
struct Logs(HashMap<PathBuf, usize>);

impl Logs {
    fn now(folder: &Folder) -> Self {
        // The start's own log begins anew with each start.
        let old = logs(folder).filter(|it| *it != folder.start_log());
        Self(old.map(|it| (it.clone(), fs::read(&it).map_or(0, |text| text.len()))).collect())
    }

    fn said_since(&self, folder: &Folder) -> String {
        let mut said = String::new();
        for path in logs(folder) {
            let before = self.0.get(&path).copied().unwrap_or(0);
            let text = fs::read(&path).unwrap_or_default();
            said.push_str(&String::from_utf8_lossy(text.get(before..).unwrap_or(&text)));
        }
        said
    }
}

fn logs(folder: &Folder) -> impl Iterator<Item = PathBuf> {
    fs::read_dir(folder.log()).into_iter().flatten().flatten().map(|it| it.path())
}

/// Why it did not start.
fn not_started(folder: &Folder, said: &str) -> ClusterError {
    if said.contains("No space left on device") {
        return ClusterError::DiskFull(folder.root().to_owned());
    }
    ClusterError::NotStarted { folder: folder.root().to_owned(), said: last_words(said) }
}

/// The last lines that say what is wrong.
pub(crate) fn last_words(text: &str) -> String {
    let wrong =
        |it: &&str| ["FATAL:", "PANIC:", "error:", "HINT:"].iter().any(|key| it.contains(key));
    let lines: Vec<&str> = text.lines().filter(wrong).collect();
    let from = lines.len().saturating_sub(3);
    let last = lines.get(from..).unwrap_or_default();
    if last.is_empty() { "nothing".to_owned() } else { last.join(" ") }
}
