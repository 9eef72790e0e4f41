//! Which programs a hardened image for building has, so that the commands of a stage find
//! what they call. Read in the package lists of the catalogue, November 2026: a program that
//! is in no list is not counted on.

use std::collections::BTreeSet;

use super::program_lists::{ALPINE, BASE, DEBIAN, OWN, PACKAGES, SHELL, WITHOUT};
use super::target::Target;
use crate::catalog::Family;
use crate::dockerfile::Keyword;
use crate::packages::installation;
use crate::shell::{self, Command};
use crate::stages::{Stage, Step};
use crate::subject::Subject;

/// Says that `wget` is more than that of Alpine's busybox: no program is called so.
const WHOLE_WGET: &str = "wget with TLS";

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
    let there = there(subject, stages, target);
    let commands = stages.iter().flat_map(|it| subject.commands(it));
    commands.into_iter().find_map(|it| missing_of(it, &there, target))
}

/// The first program that starts or looks after what ships and that the target may not have.
pub(super) fn missing_at_start(
    subject: &Subject<'_>,
    stages: &[&Stage<'_>],
    target: &Target<'_>,
) -> Option<Missing> {
    let there = there(subject, stages, target);
    let chain = subject.graph.chain();
    let starts = chain.iter().filter(|it| {
        let keyword = it.instruction.keyword;
        matches!(keyword, Keyword::Cmd | Keyword::Entrypoint | Keyword::Healthcheck)
    });
    // With an entry point in exec form a command holds its arguments.
    let is_argument = |it: &Step<'_>| {
        it.instruction.keyword == Keyword::Cmd
            && subject.final_stage().is_some_and(|it| {
                it.entrypoint.as_ref().is_some_and(|it| !it.value.words.is_empty())
            })
    };
    starts.filter(|it| !is_argument(it)).find_map(|step| {
        let commands = shell::commands(step.instruction, &subject.graph.scope(step));
        commands.iter().find_map(|it| missing_of(it, &there, target))
    })
}

/// What is there once the commands of stages are run on a target.
fn there(subject: &Subject<'_>, stages: &[&Stage<'_>], target: &Target<'_>) -> BTreeSet<String> {
    let mut there: BTreeSet<String> = own(target).into_iter().map(str::to_owned).collect();
    for stage in stages {
        there.extend(stage.steps.iter().flat_map(copied_programs));
        for command in subject.commands(stage) {
            there.extend(provided(command));
        }
    }
    there
}

fn missing_of(command: &Command, there: &BTreeSet<String>, target: &Target<'_>) -> Option<Missing> {
    let program = command.program().first()?;
    let name = command.program_name().unwrap_or(&program.raw);
    let is_there = match &program.text {
        Some(text) => is_own_file(text) || there.contains(name),
        None => false,
    };
    match is_there {
        true => behind(command, there, target),
        false => Some(Missing { program: program.raw.clone(), line: command.line }),
    }
}

/// What a program calls in its turn and that may not be there: `tar` a program that unpacks,
/// the small `wget` of Alpine one that speaks TLS.
fn behind(command: &Command, there: &BTreeSet<String>, target: &Target<'_>) -> Option<Missing> {
    let words = || command.words.iter().map(|it| it.raw.as_str());
    let missing = |program: &str| Missing { program: program.to_owned(), line: command.line };
    match (command.program_name()?, target.family) {
        ("tar", Family::Debian) => {
            let flags = command.program().get(1).map_or("", |it| it.raw.as_str());
            let flags = if flags.starts_with("--") { "" } else { flags };
            let needs = |flag: char, option: &str, endings: &[&str]| {
                let is_named =
                    |it: &str| it == option || endings.iter().any(|end| it.contains(end));
                flags.contains(flag) || words().any(is_named)
            };
            let unpackers = [
                ("gzip", needs('z', "--gzip", &[".tgz", ".gz"])),
                ("xz", needs('J', "--xz", &[".xz"])),
                ("bzip2", needs('j', "--bzip2", &[".bz2"])),
            ];
            let mut unpackers = unpackers.into_iter().filter(|it| it.1);
            unpackers.find(|it| !there.contains(it.0)).map(|it| missing(it.0))
        }
        ("wget", Family::Alpine) => {
            let is_plain = words().any(|it| it.contains("http://localhost"))
                || words().any(|it| it.contains("http://127.0.0.1"));
            let is_installed = there.contains(WHOLE_WGET);
            (!is_plain && !is_installed).then(|| missing("ssl_client"))
        }
        _ => None,
    }
}

fn own(target: &Target<'_>) -> Vec<&'static str> {
    let family = match target.family {
        Family::Alpine => ALPINE,
        Family::Debian => DEBIAN,
    };
    let without = WITHOUT.iter().find(|(name, _)| *name == target.name).map_or(&[][..], |it| it.1);
    let gzip: &[&str] =
        if target.name == "debian-base" { &["gzip", "gunzip", "zcat", "which"] } else { &[] };
    let tools = OWN.iter().find(|(name, _)| *name == target.name).map_or(&[][..], |it| it.1);
    let mut all = [SHELL, BASE, family, tools, gzip].concat();
    all.retain(|it| !without.contains(it) || target.family == Family::Alpine);
    all
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
        let mut names: Vec<String> = names.collect();
        if names.iter().any(|it| matches!(it.as_str(), "wget" | "ssl_client")) {
            names.push(WHOLE_WGET.to_owned());
        }
        return names;
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
