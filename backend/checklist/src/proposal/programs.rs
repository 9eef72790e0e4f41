//! Which programs a hardened image for building has, so that the commands of a stage find
//! what they call. Read in the package lists of the catalogue, November 2026: a program that
//! is in no list is not counted on.

use std::collections::BTreeSet;

use super::target::Target;
use crate::catalog::Family;
use crate::dockerfile::Keyword;
use crate::packages::installation;
use crate::shell::Command;
use crate::stages::{Stage, Step};
use crate::subject::Subject;

/// What the shell does itself.
const SHELL: &[&str] = &[
    ".", ":", "[", "[[", "cd", "echo", "eval", "exec", "exit", "export", "false", "printf", "pwd",
    "read", "return", "set", "shift", "source", "test", "trap", "true", "type", "umask", "unset",
    "wait", "command", "local", "break", "continue", "shopt", "alias", "hash", "times",
];

/// What both families have: coreutils or busybox, findutils, grep, sed, awk.
const BASE: &[&str] = &[
    "awk",
    "base64",
    "basename",
    "cat",
    "chgrp",
    "chmod",
    "chown",
    "chroot",
    "cksum",
    "cmp",
    "comm",
    "cp",
    "cut",
    "date",
    "dd",
    "df",
    "diff",
    "dirname",
    "du",
    "egrep",
    "env",
    "expand",
    "expr",
    "fgrep",
    "find",
    "fold",
    "grep",
    "groups",
    "head",
    "hostname",
    "id",
    "install",
    "ln",
    "ls",
    "md5sum",
    "mkdir",
    "mkfifo",
    "mknod",
    "mktemp",
    "mv",
    "nice",
    "nl",
    "nohup",
    "nproc",
    "od",
    "paste",
    "printenv",
    "readlink",
    "realpath",
    "rm",
    "rmdir",
    "sed",
    "seq",
    "sh",
    "sha1sum",
    "sha256sum",
    "sha512sum",
    "sleep",
    "sort",
    "split",
    "stat",
    "stty",
    "sync",
    "tac",
    "tail",
    "tee",
    "timeout",
    "touch",
    "tr",
    "truncate",
    "tty",
    "uname",
    "uniq",
    "unlink",
    "wc",
    "whoami",
    "xargs",
    "yes",
];

const DEBIAN: &[&str] = &[
    "apt",
    "apt-cache",
    "apt-get",
    "apt-mark",
    "bash",
    "dpkg",
    "dpkg-deb",
    "dpkg-query",
    "ldconfig",
    "mawk",
    "perl",
    "tar",
];

const ALPINE: &[&str] = &[
    "adduser", "addgroup", "apk", "ash", "bunzip2", "busybox", "bzip2", "gunzip", "gzip",
    "delgroup", "deluser", "tar", "unzip", "vi", "wget", "which", "xxd", "zcat",
];

/// The tools of an image by its name.
const OWN: [(&str, &[&str]); 8] = [
    ("node", &["node", "npm", "npx", "yarn", "yarnpkg", "corepack", "git"]),
    ("python", &["python", "python3", "pip", "pip3"]),
    ("golang", &["go", "gofmt", "git", "gcc", "g++", "make"]),
    ("eclipse-temurin", &["java", "javac", "jar", "jlink", "jdeps", "keytool"]),
    ("maven", &["mvn", "java", "javac", "jar", "jlink", "jdeps", "keytool"]),
    ("gradle", &["gradle", "git", "java", "javac", "jar", "jlink", "jdeps", "keytool"]),
    ("rust", &["cargo", "rustc", "gcc"]),
    ("dotnet", &["dotnet"]),
];

/// Packages whose programs are called differently.
const PACKAGES: [(&str, &[&str]); 12] = [
    ("build-essential", &["gcc", "g++", "make", "cc", "ld", "ar", "strip"]),
    ("build-base", &["gcc", "g++", "make", "cc", "ld", "ar", "strip"]),
    ("binutils", &["ld", "ar", "strip", "objcopy"]),
    ("openssh-client", &["ssh", "ssh-keyscan", "ssh-keygen"]),
    ("xz-utils", &["xz"]),
    ("gnupg", &["gpg"]),
    ("ca-certificates", &["update-ca-certificates"]),
    ("python3-pip", &["pip", "pip3"]),
    ("py3-pip", &["pip", "pip3"]),
    ("protobuf-compiler", &["protoc"]),
    ("passwd", &["useradd", "groupadd", "usermod"]),
    ("shadow", &["useradd", "groupadd", "usermod"]),
];

/// Where programs stand that an image brings along.
const OF_THE_IMAGE: [&str; 7] = ["/bin/", "/sbin/", "/usr/", "/opt/", "/root/", "/lib", "/go/"];

/// Folders in which a shell looks for programs.
const ON_THE_PATH: [&str; 6] =
    ["/bin", "/sbin", "/usr/bin", "/usr/sbin", "/usr/local/bin", "/usr/local/sbin"];

/// A program that the target is not known to have.
#[derive(Debug)]
pub(super) struct Missing {
    /// As it is called.
    pub(super) program: String,
    /// Where.
    pub(super) line: u32,
}

/// The first command of stages on one base that calls what the target may not have.
pub(super) fn missing(
    subject: &Subject<'_>,
    stages: &[&Stage<'_>],
    target: &Target<'_>,
) -> Option<Missing> {
    let mut there: BTreeSet<String> = own(target).into_iter().map(str::to_owned).collect();
    for stage in stages {
        there.extend(stage.steps.iter().flat_map(copied_programs));
        for command in subject.commands(stage) {
            there.extend(provided(command));
        }
    }
    let commands = stages.iter().flat_map(|it| subject.commands(it));
    commands.into_iter().find_map(|it| {
        let program = it.program().first()?;
        let name = it.program_name().unwrap_or(&program.raw);
        let is_there = match &program.text {
            Some(text) => is_own_file(text) || there.contains(name),
            None => false,
        };
        (!is_there).then(|| Missing { program: program.raw.clone(), line: it.line })
    })
}

fn own(target: &Target<'_>) -> Vec<&'static str> {
    let family = match target.family {
        Family::Alpine => ALPINE,
        Family::Debian => DEBIAN,
    };
    let tools = OWN.iter().find(|(name, _)| *name == target.name).map_or(&[][..], |it| it.1);
    [SHELL, BASE, family, tools].concat()
}

/// A program of the file's own, by its path. A shell script of it calls what it likes.
fn is_own_file(path: &str) -> bool {
    let is_script = path.ends_with(".sh") || path.ends_with("mvnw") || !path.contains('/');
    !is_script && !OF_THE_IMAGE.iter().any(|it| path.starts_with(it))
}

/// Programs that a command brings in for those behind it.
fn provided(command: &Command) -> Vec<String> {
    if let Some(installed) = installation(command) {
        let names = installed.packages.iter().flat_map(|package| {
            let others = PACKAGES.iter().find(|(name, _)| *name == package.name);
            let others = others.map_or(&[][..], |it| it.1).iter().map(|it| (*it).to_owned());
            others.chain([package.name.clone()]).collect::<Vec<_>>()
        });
        return names.collect();
    }
    let words: Vec<&str> = command.program().iter().filter_map(|it| it.text.as_deref()).collect();
    let operands = |from: usize| {
        let rest = words.get(from..).unwrap_or_default();
        let names = rest.iter().filter(|it| !it.starts_with('-'));
        names.map(|it| it.split(['@', '=', '[', '<', '>']).next().unwrap_or(it).to_owned())
    };
    match words.as_slice() {
        ["npm", "install" | "i", rest @ ..]
            if rest.iter().any(|it| matches!(*it, "-g" | "--global")) =>
        {
            operands(2).collect()
        }
        ["pip" | "pip3", "install", ..] => operands(2).collect(),
        ["python" | "python3", "-m", "pip", "install", ..] => operands(4).collect(),
        ["corepack", "enable", ..] => vec!["pnpm".to_owned(), "yarn".to_owned()],
        _ => Vec::new(),
    }
}

/// Programs that a `COPY` puts where the shell looks for them.
fn copied_programs(step: &Step<'_>) -> Vec<String> {
    if !matches!(step.instruction.keyword, Keyword::Copy | Keyword::Add) {
        return Vec::new();
    }
    let Some((to, sources)) = step.instruction.words().split_last() else { return Vec::new() };
    let to = to.text.trim_end_matches('/');
    let folder = to.rsplit_once('/').map_or("", |it| it.0);
    let name = |path: &str| path.rsplit('/').next().unwrap_or(path).to_owned();
    if ON_THE_PATH.contains(&to) {
        return sources.iter().map(|it| name(&it.text)).collect();
    }
    if ON_THE_PATH.contains(&folder) { vec![name(to)] } else { Vec::new() }
}
