//! The server's process: start it, wait until it is ready, adopt one that outlived us,
//! stop it.

use std::fs::{self, File};
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
const STOP_PATIENCE: Duration = Duration::from_secs(60);
const POLL: Duration = Duration::from_millis(20);

/// A running server.
#[derive(Debug)]
pub(crate) struct Server {
    pid: Pid,
    /// None if it outlived the process that started it and we adopted it.
    child: Option<Child>,
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
            if !is_postgres(file.pid) {
                return Ok(None);
            }
            if file.is_ready && has_socket(folder).await {
                return Ok(Some(Self { pid: file.pid, child: None }));
            }
            if began.elapsed() > START_PATIENCE {
                return Err(not_started(folder));
            }
            tokio::time::sleep(POLL).await;
        }
    }

    /// Starts the server and waits until it takes connections.
    pub(crate) async fn start(
        folder: &Folder,
        binaries: &Binaries,
        account: &Account,
        settings: &Settings,
    ) -> Result<Self, ClusterError> {
        clear_stale_pid_file(folder).await?;
        let mut child = spawn(folder, binaries, account, settings)?;
        let pid = Pid::from_child(&child);
        let began = Instant::now();
        loop {
            // A stale file says ready too: it must be our own child that says it.
            let ready = read_pid_file(folder).is_some_and(|it| it.pid == pid && it.is_ready);
            if ready && has_socket(folder).await {
                return Ok(Self { pid, child: Some(child) });
            }
            let ended = child.try_wait().map_err(ClusterError::io("watch", folder.root()))?;
            if ended.is_some() || began.elapsed() > START_PATIENCE {
                return Err(not_started(folder));
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
        while self.is_running() {
            if began.elapsed() > STOP_PATIENCE {
                return Err(ClusterError::NotStopped(folder.root().to_owned()));
            }
            tokio::time::sleep(POLL).await;
        }
        Ok(())
    }

    fn is_running(&mut self) -> bool {
        match &mut self.child {
            // Waiting takes our own child out of the table of processes.
            Some(child) => matches!(child.try_wait(), Ok(None)),
            None => is_postgres(self.pid),
        }
    }
}

fn spawn(
    folder: &Folder,
    binaries: &Binaries,
    account: &Account,
    settings: &Settings,
) -> Result<Child, ClusterError> {
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

/// Whether a process is alive and a Postgres: numbers of processes are used again.
fn is_postgres(pid: Pid) -> bool {
    if test_kill_process(pid).is_err() {
        return false;
    }
    let status = Path::new("/proc").join(pid.as_raw_nonzero().to_string()).join("status");
    match fs::read_to_string(status) {
        Ok(text) => {
            let line = |key: &str| text.lines().find_map(|it| it.strip_prefix(key)).map(str::trim);
            let is_zombie = line("State:").is_some_and(|it| it.starts_with('Z'));
            !is_zombie && line("Name:").is_some_and(|it| it.starts_with("postgres"))
        }
        Err(_) => is_postgres_by_ps(pid),
    }
}

/// Where there is no `/proc`.
fn is_postgres_by_ps(pid: Pid) -> bool {
    let said = std::process::Command::new("ps")
        .args(["-o", "stat=,comm=", "-p", &pid.as_raw_nonzero().to_string()])
        .output();
    said.is_ok_and(|it| {
        let line = String::from_utf8_lossy(&it.stdout).into_owned();
        line.contains("postgres") && !line.trim_start().starts_with('Z')
    })
}

/// A server that was killed leaves its file behind. Postgres clears it itself unless the
/// number in it belongs to a live process, which is no Postgres: [`Server::adopt`] looked.
/// That may be its own corpse, which its parent has not taken away yet.
async fn clear_stale_pid_file(folder: &Folder) -> Result<(), ClusterError> {
    let Some(file) = read_pid_file(folder) else { return Ok(()) };
    if test_kill_process(file.pid).is_err() {
        return Ok(());
    }
    let path = pid_path(folder);
    fs::remove_file(&path).map_err(ClusterError::io("remove", &path))
}

async fn has_socket(folder: &Folder) -> bool {
    tokio::net::UnixStream::connect(folder.socket().join(".s.PGSQL.5432")).await.is_ok()
}

/// Why it did not start, from the last lines of what it said.
fn not_started(folder: &Folder) -> ClusterError {
    let mut logs: Vec<PathBuf> =
        fs::read_dir(folder.log()).into_iter().flatten().flatten().map(|it| it.path()).collect();
    logs.sort_by_key(|it| fs::metadata(it).and_then(|it| it.modified()).ok());
    let texts = logs.iter().rev().take(2).rev().map(|it| fs::read(it).unwrap_or_default());
    let text: String = texts.map(|it| String::from_utf8_lossy(&it).into_owned()).collect();
    let said = last_words(&text);
    if said.contains("No space left on device") {
        return ClusterError::DiskFull(folder.root().to_owned());
    }
    ClusterError::NotStarted { folder: folder.root().to_owned(), said }
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
