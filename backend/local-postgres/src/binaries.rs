//! Where Postgres is on this machine.

use std::env;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::ClusterError;

/// Older servers lack what our SQL uses.
const OLDEST: u32 = 14;

/// The programs of one installed version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Binaries {
    /// The folder with `postgres` and `initdb`.
    pub(crate) folder: PathBuf,
    /// The major version.
    pub(crate) version: u32,
}

impl Binaries {
    pub(crate) fn postgres(&self) -> PathBuf {
        self.folder.join("postgres")
    }

    pub(crate) fn initdb(&self) -> PathBuf {
        self.folder.join("initdb")
    }
}

/// The binaries for a cluster: of `version` if it exists already, else the newest.
pub(crate) fn find(
    named: Option<&Path>,
    version: Option<u32>,
    cluster: &Path,
) -> Result<Binaries, ClusterError> {
    let candidates = match named {
        Some(folder) => {
            vec![inspect(folder).ok_or_else(|| ClusterError::NotBinaries(folder.to_owned()))?]
        }
        None => installed(),
    };
    choose(candidates, version, cluster)
}

fn choose(
    candidates: Vec<Binaries>,
    version: Option<u32>,
    cluster: &Path,
) -> Result<Binaries, ClusterError> {
    let Some(version) = version else {
        let newest = candidates.into_iter().max_by_key(|it| it.version);
        return newest.ok_or(ClusterError::NoBinaries);
    };
    candidates
        .into_iter()
        .find(|it| it.version == version)
        .ok_or_else(|| ClusterError::VersionMissing { folder: cluster.to_owned(), version })
}

/// Every usable version: first those that PATH names, then the usual places.
fn installed() -> Vec<Binaries> {
    let path = env::var_os("PATH").unwrap_or_default();
    let mut folders: Vec<PathBuf> = env::split_paths(&path).collect();
    folders.extend(usual_places());
    folders.iter().filter_map(|it| inspect(it)).collect()
}

fn usual_places() -> Vec<PathBuf> {
    let parents = [
        ("/usr/lib/postgresql", "bin"),
        ("/usr/libexec", "bin"),
        ("/usr", "bin"),
        ("/opt/homebrew/opt", "bin"),
        ("/usr/local/opt", "bin"),
        ("/home/linuxbrew/.linuxbrew/opt", "bin"),
        ("/Applications/Postgres.app/Contents/Versions", "bin"),
    ];
    parents
        .iter()
        .flat_map(|(parent, below)| {
            let entries = std::fs::read_dir(parent).into_iter().flatten().flatten();
            entries.map(move |it| it.path().join(below))
        })
        .filter(|it| names_postgres(it))
        .collect()
}

/// Whether a folder's parent is named as packages name theirs: `15`, `pgsql-15`,
/// `postgresql@15`, `postgresql15`.
fn names_postgres(folder: &Path) -> bool {
    let Some(name) = folder.parent().and_then(Path::file_name).and_then(OsStr::to_str) else {
        return false;
    };
    let version = name
        .trim_start_matches("postgresql")
        .trim_start_matches("pgsql")
        .trim_start_matches(['@', '-']);
    name.starts_with("p") || version.starts_with(|it: char| it.is_ascii_digit())
}

fn inspect(folder: &Path) -> Option<Binaries> {
    if !folder.join("postgres").is_file() || !folder.join("initdb").is_file() {
        return None;
    }
    let said = Command::new(folder.join("postgres")).arg("--version").output().ok()?;
    let version = major_version(&String::from_utf8_lossy(&said.stdout))?;
    (version >= OLDEST).then(|| Binaries { folder: folder.to_owned(), version })
}

/// `postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)` is 15.
fn major_version(said: &str) -> Option<u32> {
    let number = said.split_whitespace().find(|it| it.starts_with(|c: char| c.is_ascii_digit()))?;
    let digits: String = number.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(version: u32) -> Binaries {
        Binaries { folder: PathBuf::from(format!("/usr/lib/postgresql/{version}/bin")), version }
    }

    #[test]
    fn the_version_is_read_as_distributions_print_it() {
        let said = [
            "postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)",
            "postgres (PostgreSQL) 18beta1",
            "postgres (PostgreSQL) 16.4 (Homebrew)",
            "",
        ];
        assert_eq!(said.map(major_version), [Some(15), Some(18), Some(16), None]);
    }

    #[test]
    fn a_new_cluster_takes_the_newest_version() {
        let found = choose(vec![version(15), version(17), version(14)], None, Path::new("/data"));
        assert_eq!(found.unwrap().version, 17);
    }

    #[test]
    fn a_cluster_is_opened_by_the_version_that_made_it() {
        let found = choose(vec![version(17), version(15)], Some(15), Path::new("/data"));
        assert_eq!(found.unwrap().version, 15);
        let missing = choose(vec![version(17)], Some(15), Path::new("/data")).unwrap_err();
        assert!(missing.to_string().contains("made by Postgres 15"), "{missing}");
    }

    #[test]
    fn a_named_folder_without_postgres_is_refused() {
        let error = find(Some(Path::new("/nowhere")), None, Path::new("/data")).unwrap_err();
        assert!(matches!(error, ClusterError::NotBinaries(_)));
    }
}
