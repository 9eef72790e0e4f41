//! Where the commands of a stage leave what they make. Only what is known to stay in the
//! working directory, or in another place that can be named, can be taken over whole.

use super::folders::{is_program, is_whole};
use super::{View, scripts};
use crate::dockerfile::{Instruction, Keyword};
use crate::packages::installation;
use crate::shell::{self, Command};
use crate::stages::{Stage, Step};

/// The places to take over, in the order of the file.
pub(super) type Places = Vec<String>;

/// An instruction that leaves something elsewhere, and how, as the end of a sentence.
type Elsewhere<'f> = (&'f Instruction, String);

/// Packages of which nothing is used once something is built.
const ONLY_BUILD: [&str; 21] = [
    "autoconf",
    "automake",
    "build-base",
    "build-essential",
    "ca-certificates",
    "cmake",
    "g++",
    "gcc",
    "git",
    "libc-dev",
    "libc6-dev",
    "libtool",
    "linux-headers",
    "make",
    "musl-dev",
    "pkg-config",
    "pkgconf",
    "pkgconfig",
    "python",
    "python3",
    "python3-dev",
];

/// Commands that only look.
const LOOKING: [&str; 15] = [
    "set", "true", "echo", "printf", "ls", "cat", "test", "[", "pwd", "env", "id", "which",
    "command", "exit", "du",
];

/// The places in which everything lies that the first steps of a stage made.
pub(super) fn places<'f>(
    view: &View<'f>,
    stage: &Stage<'f>,
    last: usize,
) -> Result<Places, Elsewhere<'f>> {
    let mut work = Work { view, root: None, others: Vec::new(), berry: false };
    for step in stage.steps.iter().take(last + 1) {
        work.step(step)?;
    }
    let Some(root) = work.root else {
        let first = stage.steps.iter().find(|it| it.instruction.keyword == Keyword::Run);
        let instruction = first.or(stage.steps.first()).map(|it| it.instruction);
        return match instruction {
            Some(it) => Err((it, "no WORKDIR says where it works.".to_owned())),
            None => Ok(Vec::new()),
        };
    };
    let inside = format!("{}/", root);
    work.others.retain(|it| !it.starts_with(&inside) && *it != root);
    work.others.sort_unstable();
    work.others.dedup();
    Ok(std::iter::once(root).chain(work.others).collect())
}

struct Work<'v, 'f> {
    view: &'v View<'f>,
    /// The first working directory: all later ones lie in it.
    root: Option<String>,
    /// Environments and programs elsewhere.
    others: Vec<String>,
    /// Whether the newer Yarn may be at work, which keeps packages outside.
    berry: bool,
}

impl<'f> Work<'_, 'f> {
    fn step(&mut self, step: &Step<'f>) -> Result<(), Elsewhere<'f>> {
        let it = step.instruction;
        match it.keyword {
            Keyword::Workdir => self.workdir(step),
            Keyword::Copy | Keyword::Add => self.copy(step),
            Keyword::Run => self.run(step),
            _ => Ok(()),
        }
    }

    fn workdir(&mut self, step: &Step<'f>) -> Result<(), Elsewhere<'f>> {
        let it = step.instruction;
        let text = it.words().first().map(|it| it.text.as_str()).unwrap_or_default();
        let expanded = self.view.subject.graph.scope(step).expand(text);
        let path = expanded.known().unwrap_or_default().trim_end_matches('/').to_owned();
        match &self.root {
            None if is_whole(&path) => {
                self.root = Some(path);
                Ok(())
            }
            Some(_) if self.is_inside(&path) => Ok(()),
            None | Some(_) => {
                Err((it, format!("WORKDIR `{text}` is no folder that can be taken over whole.")))
            }
        }
    }

    fn copy(&mut self, step: &Step<'f>) -> Result<(), Elsewhere<'f>> {
        let it = step.instruction;
        let to = it.words().last().map(|it| it.text.as_str()).unwrap_or_default();
        let to = self.view.subject.graph.scope(step).expand(to);
        let is_inside = to.known().is_some_and(|it| self.is_inside(it));
        is_inside
            .then_some(())
            .ok_or_else(|| (it, format!("`{}` lies outside the working directory.", to.text)))
    }

    /// Whether a path, as seen from a working directory, stays inside the first one.
    fn is_inside(&self, path: &str) -> bool {
        let Some(root) = &self.root else { return false };
        let clean = !path.split('/').any(|it| it == "..") && !path.starts_with(['~', '$']);
        let path = path.trim_end_matches('/');
        clean && (!path.starts_with('/') || path == root || path.starts_with(&format!("{root}/")))
    }

    fn run(&mut self, step: &Step<'f>) -> Result<(), Elsewhere<'f>> {
        let it = step.instruction;
        if let Some(to) = self.redirection(it) {
            return Err((it, format!("it writes to `{to}`.")));
        }
        let commands = shell::commands(it, &self.view.subject.graph.scope(step));
        if commands.is_empty() || !it.heredocs.is_empty() {
            return Err((it, "its commands cannot be read one by one.".to_owned()));
        }
        let removed = removed(&commands);
        for command in &commands {
            if !self.command(command, &removed) {
                let words: Vec<&str> =
                    command.words.iter().take(4).map(|it| it.raw.as_str()).collect();
                let why = format!(
                    "what `{}` leaves where cannot be told from the file.",
                    words.join(" ")
                );
                return Err((it, why));
            }
        }
        Ok(())
    }

    /// A file outside to which a command writes by redirection.
    fn redirection(&self, it: &Instruction) -> Option<String> {
        let text = it.text.as_str();
        let targets = text.split('>').skip(1).map(|it| {
            let it = it.trim_start_matches(['>', '|', ' ', '\t']);
            it.split([' ', '\t', ';', '&', '|', ')']).next().unwrap_or_default()
        });
        let mut outside = targets.filter(|it| {
            !it.is_empty() && !it.starts_with('&') && *it != "/dev/null" && !self.is_inside(it)
        });
        outside.next().map(str::to_owned)
    }

    /// Whether everything that a command makes is in a known place.
    fn command(&mut self, command: &Command, removed: &[String]) -> bool {
        if let Some(installed) = installation(command) {
            let is_virtual = virtual_name(command).is_some_and(|it| removed.contains(&it));
            let is_known =
                installed.packages.iter().all(|it| ONLY_BUILD.contains(&it.name.as_str()));
            let upgrades = installed.packages.is_empty() && installed.title.ends_with("upgrade");
            return is_virtual || upgrades || (is_known && !installed.packages.is_empty());
        }
        let words: Option<Vec<&str>> =
            command.program().iter().map(|it| it.text.as_deref()).collect();
        let Some(words) = words else { return false };
        let Some((program, arguments)) = words.split_first() else { return false };
        match *program {
            "apt-get" | "apt" => {
                arguments.iter().any(|it| matches!(*it, "update" | "clean" | "autoclean"))
            }
            "apk" => arguments.iter().any(|it| matches!(*it, "update" | "del" | "cache")),
            "rm" => true,
            "cd" => arguments.iter().all(|it| self.is_inside(it)),
            "mkdir" | "touch" | "cp" | "mv" | "ln" | "sed" => self.operands_inside(arguments, 0),
            "chmod" | "chown" | "chgrp" => self.operands_inside(arguments, 1),
            "npm" => scripts::npm(arguments),
            "npx" => scripts::npx(arguments),
            "yarn" => !self.berry && scripts::yarn(arguments),
            "pnpm" => scripts::pnpm(arguments),
            "corepack" => {
                self.berry = true;
                true
            }
            "go" => self.go(arguments),
            "python" | "python3" | "pip" | "pip3" => self.python(program, arguments),
            other => LOOKING.contains(&other) || self.is_of_environment(other),
        }
    }

    fn operands_inside(&self, arguments: &[&str], skipped: usize) -> bool {
        let operands = arguments.iter().filter(|it| !it.starts_with('-'));
        let mut operands = operands.skip(skipped).peekable();
        operands.peek().is_some()
            && operands.all(|it| self.is_inside(it) || it.starts_with("s/") || it.starts_with("s|"))
    }

    fn go(&mut self, arguments: &[&str]) -> bool {
        match arguments {
            ["mod" | "vet" | "test" | "version" | "generate" | "fmt" | "clean" | "list", ..] => {
                true
            }
            ["build", rest @ ..] => {
                let output = rest.windows(2).find_map(|it| match it {
                    ["-o", path] => Some(*path),
                    _ => None,
                });
                match output {
                    Some(path) if path.starts_with('/') && !self.is_inside(path) => {
                        self.others.push(path.trim_end_matches('/').to_owned());
                        !path.ends_with('/') && is_program(path)
                    }
                    Some(path) => self.is_inside(path),
                    None => true,
                }
            }
            _ => false,
        }
    }

    /// `python -m venv`, and pip inside that environment.
    fn python(&mut self, program: &str, arguments: &[&str]) -> bool {
        match arguments {
            ["-m", "venv", rest @ ..] if program.starts_with("python") => {
                let Some(path) = rest.iter().rfind(|it| !it.starts_with('-')) else { return false };
                let is_plain = !rest.iter().any(|it| it.contains("site-packages"));
                let path = path.trim_end_matches('/');
                if !path.starts_with('/') {
                    return false;
                }
                self.others.push(path.to_owned());
                is_plain && (self.is_inside(path) || is_whole(path))
            }
            ["-m", "pip", "install", rest @ ..] | ["install", rest @ ..] => {
                !self.others.is_empty()
                    && self.is_active()
                    && !rest.iter().any(|it| {
                        matches!(*it, "--user" | "--target" | "-t" | "--prefix" | "--root" | "-e")
                    })
            }
            _ => false,
        }
    }

    /// Whether the search path leads to an environment first.
    fn is_active(&self) -> bool {
        let Some(stage) = self.view.subject.final_stage() else { return false };
        let environment = self.view.subject.graph.env(stage.index);
        let path = environment.iter().find(|(name, _)| name == "PATH");
        path.is_some_and(|(_, it)| {
            self.others.iter().any(|other| it.value.text.starts_with(&format!("{other}/bin")))
        })
    }

    /// A program of an environment, by its path: only pip is known to stay inside.
    fn is_of_environment(&self, program: &str) -> bool {
        self.others.iter().any(|it| program == format!("{it}/bin/pip"))
    }
}

/// The names of virtual packages that are removed again.
fn removed(commands: &[Command]) -> Vec<String> {
    let dels = commands.iter().filter(|it| it.program_name() == Some("apk"));
    let words = dels.flat_map(|it| {
        let words: Vec<String> = it.words.iter().filter_map(|it| it.text.clone()).collect();
        if words.iter().any(|it| it == "del") { words } else { Vec::new() }
    });
    words.collect()
}

fn virtual_name(command: &Command) -> Option<String> {
    let words: Vec<&str> = command.words.iter().filter_map(|it| it.text.as_deref()).collect();
    let joined = words.iter().find_map(|it| it.strip_prefix("--virtual="));
    let next = words.windows(2).find_map(|it| match it {
        ["--virtual" | "-t", name] => Some(*name),
        _ => None,
    });
    joined.or(next).map(str::to_owned)
}
