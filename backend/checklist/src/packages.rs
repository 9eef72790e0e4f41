//! Which commands install packages of the distribution, and which packages.
//!
//! Language package managers (pip, npm, gem, cargo, go, conda) are no subject of the
//! checklist and are not found here, nor are `dpkg -i` and `rpm -i`, which it does not list.

mod arguments;
#[cfg(test)]
#[path = "../tests/conformance/installations.rs"]
mod corpus;
mod managers;
mod names;
#[cfg(test)]
mod shapes;

use crate::catalog::Family;
use crate::shell::Command;

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
    /// The name without version, architecture and release. Of a file or an address its last
    /// part, a pattern as written, a group with its `@`.
    pub(crate) name: String,
    /// The line on which it stands.
    pub(crate) line: u32,
}

/// How many packages of one command are named; real ones have at most some hundred.
const MOST_PACKAGES: usize = 5_000;

/// What a command installs; none if it installs nothing of the distribution. One that installs
/// into another root (`chroot`, `--installroot`) counts: the files come to be in this stage.
pub(crate) fn installation(command: &Command) -> Option<Installation> {
    let name = command.program_name()?;
    let manager = managers::named(name)?;
    let (program, arguments) = command.program().split_first()?;
    let read = arguments::read(manager, arguments)?;
    let mut packages = Vec::new();
    for word in read.operands {
        if packages.len() >= MOST_PACKAGES {
            break;
        }
        let names = names::of(manager.notation, &read.subcommand, word).into_iter();
        packages.extend(names.map(|name| Package { name, line: word.line }));
    }
    let title = format!("{name} {}", read.subcommand);
    Some(Installation { title, family: manager.family, packages, line: program.line })
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shell::Word;

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

    fn assert_installs(cases: &[(&str, &str)]) {
        for (line, expected) in cases {
            assert_eq!(installs(line), *expected, "{line}");
        }
    }

    #[test]
    fn options_of_apt_and_their_values_are_no_packages() {
        assert_installs(&[
            ("apt-get install -y --no-install-recommends -t sid a", "apt-get install: a"),
            ("apt-get -o Acquire::Retries=3 -qq install a -y b", "apt-get install: a b"),
            ("apt-get -oX=1 -q=2 -t=sid install -q 2 a", "apt-get install: a"),
            ("apt-get install -yt sid a --solver 3.0 b", "apt-get install: a b"),
            ("apt-get install -y -- a", "apt-get install: a"),
            ("apt --option=X=1 -c /a install -P nocheck a", "apt install: a"),
            ("apt-get $OPTIONS install \"--x=$Y\" a", "apt-get install: a"),
            ("aptitude -F %p -w 80 install a", "aptitude install: a"),
        ]);
    }

    #[test]
    fn options_of_apk_and_their_values_are_no_packages() {
        assert_installs(&[
            ("apk add --no-cache --virtual .deps -X http://x/edge a", "apk add: a"),
            ("apk --no-cache add a -t .deps b --virtual=.c", "apk add: a b"),
            ("apk -Ut .deps --root /x add --arch aarch64 a", "apk add: a"),
            ("apk --repositories-file /x --cache-max-age 1 add -p /y a", "apk add: a"),
        ]);
    }

    #[test]
    fn options_of_dnf_and_their_values_are_no_packages() {
        assert_installs(&[
            ("yum install -y --setopt=tsflags=nodocs --enablerepo epel a", "yum install: a"),
            ("dnf --setopt x=1 -yx b install --releasever 9 a", "dnf install: a"),
            ("yum -d1 -e 0 -C -t install a", "yum install: a"),
            ("microdnf install --nodocs --installroot /x a", "microdnf install: a"),
            ("tdnf --repofrompath r,http://x/ --exclude=b -y install a", "tdnf install: a"),
        ]);
    }

    #[test]
    fn options_of_zypper_mean_other_things_before_the_subcommand() {
        assert_installs(&[
            ("zypper --non-interactive in -r main a", "zypper in: a"),
            ("zypper --gpg-auto-import-keys -n install -y a", "zypper install: a"),
            ("zypper -D /repos -R /x -C /c install -C -R a", "zypper install: a"),
            ("zypper -n install --from main -t pattern devel", "zypper install: devel"),
            ("zypper install -D a", "nothing"),
        ]);
    }

    #[test]
    fn options_of_pacman_are_its_operations() {
        assert_installs(&[
            ("pacman -Syu --noconfirm a", "pacman -Syu: a"),
            ("pacman --noconfirm --needed -S -y a --ignore b", "pacman -S: a"),
            ("pacman --sync --refresh a", "pacman --sync: a"),
            ("pacman -Su", "pacman -Su: "),
            ("pacman -r /x -U /b/a-1-any.pkg.tar.zst", "pacman -U: a-1-any.pkg.tar.zst"),
            ("pacman -S core/a extra/b>=1", "pacman -S: a b"),
            ("pacman -Sy", "nothing"),
            ("pacman -Sw a", "nothing"),
        ]);
    }

    #[test]
    fn versions_and_architectures_are_no_part_of_a_name() {
        assert_installs(&[
            ("apt-get install a=7.88.1-10 b:i386 c=$VERSION d/sid $E", "apt-get install: a b c d"),
            ("apk add a~=2.40 b>1.2 c@edge d=1 e<2 cmd:f", "apk add: a b c d e cmd:f"),
            (
                "yum install a.x86_64 b=1 java-1.8.0-x.noarch c.d",
                "yum install: a b java-1.8.0-x c.d",
            ),
            ("dnf module install a:18/common", "dnf module install: a"),
            ("zypper in a.noarch b=1 package:c", "zypper in: a b c"),
            ("apt-get install g++ a+ b++", "apt-get install: g++ a b++"),
        ]);
    }

    #[test]
    fn a_file_or_an_address_is_named_by_its_last_part() {
        assert_installs(&[
            (
                "apt-get install ./a_1~b_amd64.deb /x/c.deb $X/d.deb",
                "apt-get install: a_1~b_amd64.deb c.deb d.deb",
            ),
            ("apk add --allow-untrusted /x/a-1.apk", "apk add: a-1.apk"),
            (
                "yum install https://x/y/a-1:2.noarch.rpm b.rpm",
                "yum install: a-1:2.noarch.rpm b.rpm",
            ),
            ("zypper in http://x/a.rpm", "zypper in: a.rpm"),
        ]);
    }

    #[test]
    fn a_word_that_removes_or_forbids_is_no_package() {
        assert_installs(&[
            ("apt-get install a b-", "apt-get install: a"),
            ("apk add a !b .c", "apk add: a"),
            ("zypper install -- -b !c ~d +a", "zypper install: a"),
            ("dnf swap b a", "dnf swap: a"),
        ]);
    }

    #[test]
    fn groups_and_patterns_stay_as_written() {
        assert_installs(&[
            ("dnf install @core @x:1", "dnf install: @core @x"),
            ("yum groupinstall core", "yum groupinstall: core"),
            ("dnf group install core", "dnf group install: core"),
            ("apt-get install lib*-dev ^x$", "apt-get install: lib*-dev"),
            ("apt-get satisfy a(>=1),b|c", "apt-get satisfy: a b c"),
        ]);
    }

    #[test]
    fn braces_are_several_packages() {
        assert_eq!(
            installs("yum install {php,x}-{cli,gd} a"),
            "yum install: php-cli php-gd x-cli x-gd a"
        );
        assert_eq!(installs("apt-get install {}"), "apt-get install: ");
        let line = format!("yum install {}", "{a,b}".repeat(40));
        assert!(installation(&command(&line)).unwrap().packages.is_empty());
    }

    #[test]
    fn looking_downloading_and_cleaning_is_not_installing() {
        for line in [
            "apt-get update",
            "apt-get clean",
            "apt-get source a",
            "apt-get install -d a",
            "apt-get --dry-run install a",
            "apt-cache search install",
            "apt-mark manual a",
            "apk update",
            "apk del .deps",
            "apk fetch a",
            "yum clean all",
            "yum install --downloadonly a",
            "yum-config-manager --enable a",
            "dnf mark install a",
            "dnf module enable a",
            "zypper refresh",
            "pacman -Scc",
            "pip install apt",
            "dpkg -L a",
            "npm install",
        ] {
            assert_eq!(installs(line), "nothing", "{line}");
        }
    }

    #[test]
    fn upgrades_count() {
        for line in [
            "apt-get dist-upgrade -y",
            "apt full-upgrade",
            "aptitude safe-upgrade",
            "apk upgrade",
            "apk -U upgrade --available",
            "dnf update -y",
            "dnf distro-sync",
            "zypper dup",
            "pacman -Syu",
        ] {
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
