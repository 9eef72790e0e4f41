//! Files that their owner alone may read, whole or not there whatever ends the process.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

/// Writes beside the file and renames.
pub(crate) fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let staging = staged(path, bytes)?;
    fs::rename(&staging, path)?;
    sync_folder(path)
}

/// Writes a file if there is none of the name. False if there is one, which stays.
pub(crate) fn write_new(path: &Path, bytes: &[u8]) -> io::Result<bool> {
    let staging = staged(path, bytes)?;
    let linked = fs::hard_link(&staging, path);
    fs::remove_file(&staging)?;
    match linked {
        Ok(()) => sync_folder(path).map(|()| true),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
        Err(error) => Err(error),
    }
}

/// Removes a file if it is there.
pub(crate) fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        done => done,
    }
}

/// What a file holds; none if it is not there.
pub(crate) fn read(path: &Path) -> io::Result<Option<Vec<u8>>> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Under a name that no other thread or process writes at the same time.
fn staged(path: &Path, bytes: &[u8]) -> io::Result<PathBuf> {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let staging = path.with_extension(format!("{}-{count}.staged", std::process::id()));
    let mut options = File::options();
    let mut file = options.write(true).create(true).truncate(true).mode(0o600).open(&staging)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    Ok(staging)
}

/// A new name must survive a power failure, before what it replaces is removed.
fn sync_folder(path: &Path) -> io::Result<()> {
    path.parent().map_or(Ok(()), |it| File::open(it)?.sync_all())
}
