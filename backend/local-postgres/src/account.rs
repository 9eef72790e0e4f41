//! As whom the server runs: as we do, unless we are root, which Postgres refuses.

use std::fs;
use std::io;
use std::os::unix::fs::{PermissionsExt, chown};
use std::path::Path;
use std::process::{Command, Stdio};

use crate::ClusterError;

/// As whom the server runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Account {
    /// As the user who runs us.
    Ours,
    /// As another one, because we are root.
    Other { name: String, user: u32, group: u32 },
}

impl Account {
    pub(crate) fn choose() -> Result<Self, ClusterError> {
        if !rustix::process::geteuid().is_root() {
            return Ok(Self::Ours);
        }
        ["postgres", "nobody"].into_iter().find_map(named).ok_or(ClusterError::NoAccount)
    }

    /// What people call it.
    pub(crate) fn name(&self) -> String {
        match self {
            Self::Ours => format!("uid {}", rustix::process::geteuid().as_raw()),
            Self::Other { name, .. } => name.clone(),
        }
    }

    /// A command that runs as this account, with nothing of our environment but the path,
    /// in a process group of its own: a Ctrl-C meant for us does not reach it.
    pub(crate) fn command(&self, program: &Path) -> Command {
        use std::os::unix::process::CommandExt;
        let mut command = Command::new(program);
        command.env_clear().current_dir("/").stdin(Stdio::null()).process_group(0);
        if let Some(path) = std::env::var_os("PATH") {
            command.env("PATH", path);
        }
        if let Self::Other { user, group, .. } = self {
            command.uid(*user).gid(*group);
        }
        command
    }

    /// Makes a folder, if it is not there, that only this account may enter.
    pub(crate) fn make_private(&self, folder: &Path) -> Result<(), ClusterError> {
        let made = fs::create_dir_all(folder)
            .and_then(|()| self.own(folder))
            .and_then(|()| fs::set_permissions(folder, fs::Permissions::from_mode(0o700)));
        match made {
            Ok(()) => self.check(folder),
            Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {
                Err(self.not_writable(folder))
            }
            Err(error) => Err(ClusterError::io("make the folder", folder)(error)),
        }
    }

    fn own(&self, folder: &Path) -> io::Result<()> {
        match self {
            Self::Ours => Ok(()),
            Self::Other { user, group, .. } => chown(folder, Some(*user), Some(*group)),
        }
    }

    /// Whether the account reaches the folder: one above it may be closed to it.
    fn check(&self, folder: &Path) -> Result<(), ClusterError> {
        let allowed = self.command(Path::new("test")).arg("-w").arg(folder).status();
        match allowed {
            Ok(status) if status.success() => Ok(()),
            Ok(_) | Err(_) => Err(self.not_writable(folder)),
        }
    }

    fn not_writable(&self, folder: &Path) -> ClusterError {
        ClusterError::NotWritable { folder: folder.to_owned(), account: self.name() }
    }
}

/// An account by its name, as `id` knows it, which every system has.
fn named(name: &str) -> Option<Account> {
    let number = |option: &str| -> Option<u32> {
        let said = Command::new("id").args([option, name]).stderr(Stdio::null()).output().ok()?;
        String::from_utf8_lossy(&said.stdout).trim().parse().ok()
    };
    let (user, group) = (number("-u")?, number("-g")?);
    (user != 0).then(|| Account::Other { name: name.to_owned(), user, group })
}
