//! The package managers and the options of their command lines, from their manuals:
//! apt-get(8), aptitude(8), apk(8), dnf(8), yum(8), zypper(8), pacman(8).

use crate::catalog::Family;

/// How the packages of a command line are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Notation {
    Apt,
    Apk,
    Dnf,
    Zypper,
    Pacman,
}

/// A package manager's command line.
pub(super) struct Manager {
    names: &'static [&'static str],
    /// The distribution it belongs to; none for those that no hardened image has.
    pub(super) family: Option<Family>,
    /// How packages are written.
    pub(super) notation: Notation,
    /// Subcommands that install or upgrade.
    pub(super) installs: &'static [&'static str],
    /// Those of two words.
    pub(super) pairs: &'static [(&'static str, &'static [&'static str])],
    /// Options before the subcommand whose value is the next word, where they are others
    /// than behind it.
    pub(super) valued_before: Option<&'static [&'static str]>,
    /// Options whose value is the next word.
    pub(super) valued: &'static [&'static str],
    /// Options with which nothing is installed.
    pub(super) idle: &'static [&'static str],
}

/// The manager of a program's name.
pub(super) fn named(name: &str) -> Option<&'static Manager> {
    MANAGERS.iter().find(|it| it.names.contains(&name))
}

#[rustfmt::skip]
const APT_IDLE: &[&str] = &[
    "-d", "--download-only", "-s", "--simulate", "--just-print", "--dry-run", "--recon",
    "--no-act", "--print-uris",
];

const GROUP: &[&str] = &["install", "upgrade", "update"];

#[rustfmt::skip]
const MANAGERS: [Manager; 6] = [
    Manager {
        names: &["apt-get", "apt"],
        family: Some(Family::Debian),
        notation: Notation::Apt,
        installs: &[
            "install", "reinstall", "upgrade", "full-upgrade", "dist-upgrade", "dselect-upgrade",
            "build-dep", "satisfy",
        ],
        pairs: &[],
        valued_before: None,
        valued: &[
            "-t", "--target-release", "--default-release", "-o", "--option", "-c", "--config-file",
            "-a", "--host-architecture", "-P", "--build-profiles", "-S", "--snapshot",
            "--with-source", "--solver", "--planner",
        ],
        idle: APT_IDLE,
    },
    Manager {
        names: &["aptitude"],
        family: Some(Family::Debian),
        notation: Notation::Apt,
        installs: &[
            "install", "reinstall", "upgrade", "full-upgrade", "dist-upgrade", "safe-upgrade",
            "build-dep", "build-depends",
        ],
        pairs: &[],
        valued_before: None,
        valued: &[
            "-t", "--target-release", "--default-release", "-o", "-c", "-F", "--display-format",
            "-O", "--sort", "-w", "--width", "-S", "--add-user-tag", "--add-user-tag-to",
            "--remove-user-tag", "--remove-user-tag-from", "--log-file", "--log-level",
            "--group-by", "--show-package-names",
        ],
        idle: APT_IDLE,
    },
    Manager {
        names: &["apk"],
        family: Some(Family::Alpine),
        notation: Notation::Apk,
        installs: &["add", "upgrade"],
        pairs: &[],
        valued_before: None,
        valued: &[
            "-t", "--virtual", "-X", "--repository", "-p", "--root", "--arch", "--keys-dir",
            "--repositories-file", "--repository-config", "--cache-dir", "--cache-max-age",
            "--wait", "--timeout", "--progress-fd",
        ],
        idle: &["-s", "--simulate"],
    },
    Manager {
        names: &["yum", "dnf", "microdnf", "tdnf", "dnf5"],
        family: None,
        notation: Notation::Dnf,
        installs: &[
            "install", "in", "install-n", "install-na", "install-nevra", "reinstall", "rei",
            "localinstall", "groupinstall", "update", "upgrade", "up", "localupdate",
            "groupupdate", "update-to", "upgrade-to", "update-minimal", "upgrade-minimal",
            "up-min", "downgrade", "dg", "distro-sync", "dsync", "distribution-synchronization",
            "builddep", "build-dep", "swap",
        ],
        pairs: &[
            ("group", GROUP), ("groups", GROUP), ("grp", GROUP),
            ("module", &["install", "update", "upgrade", "switch-to"]),
        ],
        valued_before: None,
        valued: &[
            "-c", "--config", "-d", "--debuglevel", "-e", "--errorlevel", "-x", "--exclude",
            "--excludepkgs", "-R", "--randomwait", "--setopt", "--installroot", "--releasever",
            "--enablerepo", "--disablerepo", "--repo", "--repoid", "--repofrompath",
            "--enableplugin", "--disableplugin", "--disableexcludes", "--disableexcludepkgs",
            "--forcearch", "--arch", "--rpmverbosity", "--color", "--comment", "--downloaddir",
            "--destdir", "--advisory", "--advisories", "--bz", "--bzs", "--cve", "--cves",
            "--sec-severity", "--secseverity",
        ],
        idle: &["--downloadonly", "--assumeno"],
    },
    Manager {
        names: &["zypper"],
        family: None,
        notation: Notation::Zypper,
        installs: &[
            "install", "in", "update", "up", "dist-upgrade", "dup", "patch",
            "install-new-recommends", "inr", "source-install", "si",
        ],
        pairs: &[],
        valued_before: Some(&[
            "-c", "--config", "-t", "--table-style", "-D", "--reposd-dir", "-C", "--cache-dir",
            "--raw-cache-dir", "--solv-cache-dir", "--pkg-cache-dir", "-p", "--plus-repo",
            "--plus-content", "--releasever", "-R", "--root", "--installroot", "-s", "--userdata",
        ]),
        valued: &[
            "-r", "--repo", "-t", "--type", "--from", "--solver-focus", "--download", "-b",
            "--bugzilla", "--cve", "--date", "-g", "--category", "--severity", "--issue",
        ],
        idle: &["-D", "--dry-run", "-d", "--download-only"],
    },
    Manager {
        names: &["pacman"],
        family: None,
        notation: Notation::Pacman,
        installs: &[],
        pairs: &[],
        valued_before: None,
        valued: &[
            "-b", "--dbpath", "-r", "--root", "--arch", "--cachedir", "--color", "--config",
            "--gpgdir", "--hookdir", "--logfile", "--sysroot", "--assume-installed",
            "--print-format", "--ignore", "--ignoregroup", "--overwrite", "--ask",
        ],
        idle: &[
            "-s", "--search", "-i", "--info", "-l", "--list", "-g", "--groups", "-c", "--clean",
            "-p", "--print", "-w", "--downloadonly",
        ],
    },
];
