//! Which commands install packages of the distribution, and which packages.
//!
//! Language package managers (pip, npm, gem, cargo, go, conda) are no subject of the
//! checklist and are not found here.

use crate::catalog::Family;
use crate::shell::{Command, Word};

/// A command that installs or upgrades packages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Installation {
    /// How people write it: `apt-get install`.
    pub(crate) title: String,
    /// The distribution it belongs to; none for those that no hardened image has.
    pub(crate) family: Option<Family>,
    /// The packages, as far as their names can be read.
    pub(crate) packages: Vec<Package>,
    /// The line of the command.
    pub(crate) line: u32,
}

/// One package of an installation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Package {
    /// The name without version, architecture and release.
    pub(crate) name: String,
    /// The line on which it stands.
    pub(crate) line: u32,
}

/// A package manager's command line.
struct Manager {
    names: &'static [&'static str],
    family: Option<Family>,
    /// Subcommands that install or upgrade.
    installs: &'static [&'static str],
    /// Options whose value is the next word.
    valued: &'static [&'static str],
}

const MANAGERS: [Manager; 5] = [
    Manager {
        names: &["apt-get", "apt", "aptitude"],
        family: Some(Family::Debian),
        installs: &[
            "install",
            "reinstall",
            "upgrade",
            "full-upgrade",
            "dist-upgrade",
            "safe-upgrade",
            "build-dep",
        ],
        valued: &[
            "-t",
            "--target-release",
            "--default-release",
            "-o",
            "--option",
            "-c",
            "--config-file",
            "-a",
            "--host-architecture",
        ],
    },
    Manager {
        names: &["apk"],
        family: Some(Family::Alpine),
        installs: &["add", "upgrade"],
        valued: &[
            "-t",
            "--virtual",
            "-X",
            "--repository",
            "-p",
            "--root",
            "--arch",
            "--keys-dir",
            "--repositories-file",
            "--cache-dir",
            "--cache-max-age",
            "--wait",
            "--timeout",
        ],
    },
    Manager {
        names: &["yum", "dnf", "microdnf", "tdnf", "dnf5"],
        family: None,
        installs: &[
            "install",
            "reinstall",
            "localinstall",
            "groupinstall",
            "update",
            "upgrade",
            "distro-sync",
            "builddep",
        ],
        valued: &[
            "-c",
            "--config",
            "--setopt",
            "--installroot",
            "--releasever",
            "--enablerepo",
            "--disablerepo",
            "--repo",
            "--repoid",
            "-x",
            "--exclude",
            "-d",
            "-e",
            "--forcearch",
            "--disableplugin",
            "--enableplugin",
        ],
    },
    Manager {
        names: &["zypper"],
        family: None,
        installs: &["install", "in", "update", "up", "dist-upgrade", "dup", "patch"],
        valued: &["-r", "--repo", "-t", "--type", "--from", "-R", "--root", "-D", "--reposd-dir"],
    },
    Manager {
        names: &["pacman"],
        family: None,
        installs: &[],
        valued: &["-b", "--dbpath", "-r", "--root", "--config", "--ignore", "--cachedir"],
    },
];

/// What a command installs; none if it installs nothing of the distribution.
pub(crate) fn installation(command: &Command) -> Option<Installation> {
    let name = command.program_name()?;
    let manager = MANAGERS.iter().find(|it| it.names.contains(&name))?;
    let (program, arguments) = command.program().split_first()?;
    let (subcommand, rest) = if manager.names.contains(&"pacman") {
        pacman_operation(manager, arguments)?
    } else {
        subcommand(manager, arguments)?
    };
    Some(Installation {
        title: format!("{name} {subcommand}"),
        family: manager.family,
        packages: packages(manager, &rest),
        line: program.line,
    })
}

/// Whether the package manager itself is a variable, so that nobody can say which it is.
pub(crate) fn is_variable_manager(command: &Command) -> bool {
    const HINTS: [&str; 6] = ["pkg", "package", "apt", "yum", "dnf", "apk"];
    let Some((program, arguments)) = command.program().split_first() else { return false };
    let raw = program.raw.to_ascii_lowercase();
    program.text.is_none()
        && HINTS.iter().any(|it| raw.contains(it))
        && arguments.iter().any(|it| matches!(it.text.as_deref(), Some("install" | "add")))
}

/// Whether the command runs a script of the build context that, by its name, installs packages.
pub(crate) fn is_install_script(command: &Command) -> Option<&str> {
    const HINTS: [&str; 9] =
        ["install", "package", "apt", "apk", "yum", "dnf", "deps", "dependencies", "provision"];
    let mut words = command.program().iter().filter_map(|it| it.text.as_deref());
    let first = words.next()?;
    let is_shell = matches!(command.program_name(), Some("sh" | "bash" | "ash" | "dash"));
    let script = if is_shell { words.find(|it| !it.starts_with('-'))? } else { first };
    let name = script.rsplit('/').next().unwrap_or(script);
    let stem = name.strip_suffix(".sh")?;
    let hints = stem.split(['-', '_', '.']).any(|word| HINTS.iter().any(|it| word.starts_with(it)));
    hints.then_some(script)
}

/// The first word that is no option, if it installs; and everything else but it.
fn subcommand<'w>(manager: &Manager, arguments: &'w [Word]) -> Option<(&'w str, Vec<&'w Word>)> {
    let operand = operands(manager, &arguments.iter().collect::<Vec<_>>()).first().copied()?;
    let name = operand.text.as_deref()?;
    let rest = arguments.iter().filter(|it| !std::ptr::eq(*it, operand)).collect();
    manager.installs.contains(&name).then_some((name, rest))
}

/// `-S`, `-Syu`, `-U`: pacman's operation is an option in capitals. `-Sy` alone only refreshes
/// the lists.
fn pacman_operation<'w>(
    manager: &Manager,
    arguments: &'w [Word],
) -> Option<(&'w str, Vec<&'w Word>)> {
    let operation = arguments.iter().find_map(|it| {
        let text = it.text.as_deref()?;
        let only_looks = text.chars().any(|it| matches!(it, 's' | 'i' | 'c' | 'l' | 'g'));
        let syncs = text.starts_with("-S") && !only_looks;
        (syncs || matches!(text, "-U" | "--sync" | "--upgrade")).then_some(text)
    })?;
    let arguments: Vec<&Word> = arguments.iter().collect();
    let upgrades = operation.starts_with("-S") && operation.contains('u');
    (upgrades || !operands(manager, &arguments).is_empty()).then_some((operation, arguments))
}

fn packages(manager: &Manager, arguments: &[&Word]) -> Vec<Package> {
    let operands = operands(manager, arguments);
    operands
        .into_iter()
        .filter_map(|it| Some(Package { name: name_of(it)?, line: it.line }))
        .collect()
}

/// The words that are neither options nor values of options.
fn operands<'w>(manager: &Manager, arguments: &[&'w Word]) -> Vec<&'w Word> {
    let mut found = Vec::new();
    let mut value_follows = false;
    for word in arguments {
        let text = word.text.as_deref().unwrap_or(&word.raw);
        if value_follows {
            value_follows = false;
        } else if text.starts_with('-') {
            value_follows = manager.valued.contains(&text);
        } else {
            found.push(*word);
        }
    }
    found
}

/// `curl` of `curl=7.88`, `curl~7`, `curl>7`, `libc6:i386`, `curl@edge`; the name may be
/// literal where the version is not.
fn name_of(word: &Word) -> Option<String> {
    let text = word.text.as_deref().or_else(|| word.raw.split('=').next())?;
    let name = text.trim_matches(['"', '\'']).trim_start_matches('!');
    let name = name.split(['=', '~', '<', '>', ':', '@']).next().unwrap_or(name);
    let is_name = !name.is_empty() && !name.contains(['$', '`', '*']);
    is_name.then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn command(line: &str) -> Command {
        let word = |it: &str| Word {
            text: (!it.contains('$')).then(|| it.to_owned()),
            raw: it.to_owned(),
            line: 1,
        };
        Command { words: line.split(' ').map(word).collect(), line: 1 }
    }

    fn installs(line: &str) -> String {
        let Some(found) = installation(&command(line)) else { return "nothing".to_owned() };
        let names: Vec<String> = found.packages.into_iter().map(|it| it.name).collect();
        format!("{}: {}", found.title, names.join(" "))
    }

    #[test]
    fn options_and_their_values_are_no_packages() {
        let cases = [
            (
                "apt-get install -y --no-install-recommends -t bookworm-backports curl",
                "apt-get install: curl",
            ),
            ("apt-get -o Acquire::Retries=3 -qq install curl -y git", "apt-get install: curl git"),
            (
                "apk add --no-cache --virtual .deps -X http://x/edge build-base",
                "apk add: build-base",
            ),
            ("apk --no-cache add curl", "apk add: curl"),
            (
                "yum install -y --setopt=tsflags=nodocs --enablerepo epel nginx",
                "yum install: nginx",
            ),
            ("zypper --non-interactive in -r main git", "zypper in: git"),
            ("pacman -Syu --noconfirm base-devel", "pacman -Syu: base-devel"),
            ("pacman --sync --noconfirm git", "pacman --sync: git"),
        ];
        for (line, expected) in cases {
            assert_eq!(installs(line), expected, "{line}");
        }
    }

    #[test]
    fn versions_and_architectures_are_no_part_of_a_name() {
        let line = "apt-get install curl=7.88.1-10 libc6:i386 nodejs=$NODE_VERSION $LIST";
        assert_eq!(installs(line), "apt-get install: curl libc6 nodejs");
        assert_eq!(installs("apk add git~=2.40 musl>1.2 tini@edge"), "apk add: git musl tini");
    }

    #[test]
    fn looking_and_cleaning_is_not_installing() {
        for line in [
            "apt-get update",
            "apt-get clean",
            "apk update",
            "apk del .deps",
            "yum clean all",
            "pacman -Scc",
            "pacman -Sy",
            "pip install apt",
            "dpkg -L curl",
            "npm install",
            "apt-cache search install",
        ] {
            assert_eq!(installs(line), "nothing", "{line}");
        }
    }

    #[test]
    fn upgrades_count() {
        for line in ["apt-get dist-upgrade -y", "apk upgrade", "dnf update -y", "zypper dup"] {
            assert_ne!(installs(line), "nothing", "{line}");
        }
    }

    #[test]
    fn a_variable_manager_is_noticed() {
        assert!(is_variable_manager(&command("$PKG_MANAGER install -y curl")));
        assert!(!is_variable_manager(&command("$PIP install flask")));
    }

    #[test]
    fn a_script_that_says_it_installs_is_noticed() {
        assert_eq!(
            is_install_script(&command("bash -x /tmp/install-deps.sh")),
            Some("/tmp/install-deps.sh")
        );
        assert_eq!(
            is_install_script(&command("./scripts/apt_packages.sh")),
            Some("./scripts/apt_packages.sh")
        );
        assert_eq!(is_install_script(&command("./configure.sh")), None);
    }
}
