//! What an instruction takes for granted about the image under it: accounts, variables,
//! folders.

use super::View;
use super::target::Target;
use crate::dockerfile::{Instruction, Keyword};
use crate::shell::Command;
use crate::stages::{Stage, Step};
use crate::subject::Subject;

/// Folders whose contents an image brings along, each image in its own way.
const OF_THE_IMAGE: [&str; 15] = [
    "/bin", "/sbin", "/usr", "/lib", "/lib64", "/etc", "/opt", "/root", "/home", "/var", "/go",
    "/tmp", "/run", "/dev", "/proc",
];

/// Variables that official images set and files use.
const VARIABLES: [&str; 22] = [
    "JAVA_HOME",
    "GRADLE_HOME",
    "GRADLE_VERSION",
    "MAVEN_HOME",
    "MAVEN_CONFIG",
    "CARGO_HOME",
    "RUSTUP_HOME",
    "RUST_VERSION",
    "PHPIZE_DEPS",
    "PHP_VERSION",
    "PHP_INI_DIR",
    "PYTHON_VERSION",
    "NODE_VERSION",
    "YARN_VERSION",
    "GEM_HOME",
    "RUBY_VERSION",
    "DOTNET_ROOT",
    "DOTNET_VERSION",
    "NGINX_VERSION",
    "CATALINA_HOME",
    "GOLANG_VERSION",
    "JAVA_VERSION",
];

/// Variables that may be extended whatever they hold.
const EXTENDED: [&str; 3] = ["PATH", "LD_LIBRARY_PATH", "PYTHONPATH"];

/// Whether a path leads to something that an image brings along.
pub(super) fn is_of_the_image(path: &str) -> bool {
    OF_THE_IMAGE.iter().any(|it| path == *it || path.starts_with(&format!("{it}/")))
}

/// Why an instruction may mean something else on another image.
pub(super) fn image_bound(
    subject: &Subject<'_>,
    step: &Step<'_>,
    target: &Target<'_>,
    commands: &[Command],
) -> Option<String> {
    let it = step.instruction;
    match it.keyword {
        Keyword::Onbuild => Some("ONBUILD acts on images that are built on this one.".to_owned()),
        Keyword::Shell => {
            let first = it.words().first().map(|it| it.text.as_str()).unwrap_or_default();
            let is_known = match target.family {
                crate::catalog::Family::Alpine => matches!(first, "/bin/sh" | "sh" | "/bin/ash"),
                crate::catalog::Family::Debian => {
                    matches!(first, "/bin/sh" | "sh" | "/bin/bash" | "bash")
                }
            };
            (!is_known || !target.variant.kind.builds()).then(|| {
                format!("SHELL names `{first}`, and `{}` may not have it.", target.reference)
            })
        }
        Keyword::User => {
            account(subject, step, it.words().first()?.text.as_str(), target, commands)
        }
        Keyword::Copy | Keyword::Add => {
            let owner =
                it.flag("chown").and_then(|it| account(subject, step, it, target, commands));
            owner.or_else(|| variable(subject, step))
        }
        Keyword::Run => run_variable(subject, step, target),
        Keyword::Arg
        | Keyword::Cmd
        | Keyword::Entrypoint
        | Keyword::Env
        | Keyword::Expose
        | Keyword::From
        | Keyword::Healthcheck
        | Keyword::Label
        | Keyword::Maintainer
        | Keyword::Stopsignal
        | Keyword::Volume
        | Keyword::Workdir
        | Keyword::Unknown => variable(subject, step),
    }
}

/// An account or group that the target does not have and no command makes.
fn account(
    subject: &Subject<'_>,
    step: &Step<'_>,
    text: &str,
    target: &Target<'_>,
    commands: &[Command],
) -> Option<String> {
    let expanded = subject.graph.scope(step).expand(text);
    let Some(known) = expanded.known() else {
        return Some(format!("`{text}` has no value in this file."));
    };
    let (user, group) = known.split_once(':').unwrap_or((known, "0"));
    let is_made = |name: &str| {
        commands.iter().any(|it| {
            let makes =
                matches!(it.program_name(), Some("adduser" | "useradd" | "addgroup" | "groupadd"));
            makes && it.words.iter().any(|it| it.text.as_deref() == Some(name))
        })
    };
    let lacks =
        [(user, target.variant.has_account(user)), (group, target.variant.has_group(group))]
            .into_iter()
            .find(|(name, has)| !has && !is_made(name));
    let (name, _) = lacks?;
    Some(format!(
        "`{}` has no account `{name}`; its own is {}.",
        target.reference,
        target.variant.runner()
    ))
}

/// A variable of the image in an instruction in which variables are filled in.
fn variable(subject: &Subject<'_>, step: &Step<'_>) -> Option<String> {
    let scope = subject.graph.scope(step);
    let it = step.instruction;
    if matches!(it.keyword, Keyword::Cmd | Keyword::Entrypoint | Keyword::Healthcheck) {
        return None;
    }
    let pairs = it.pairs().iter().filter_map(|it| it.value.as_ref());
    let texts = it.words().iter().chain(pairs).map(|it| it.text.as_str());
    let missing = texts.flat_map(|it| scope.expand(it).missing);
    let mut missing = missing.filter(|name| {
        let is_argument = scope.argument_in(&format!("${name}")).is_some();
        !is_argument && !EXTENDED.contains(&name.as_str())
    });
    let name = missing.next()?;
    Some(format!("`{name}` comes from the image of today, if from anywhere."))
}

/// A variable of official images in a command.
fn run_variable(subject: &Subject<'_>, step: &Step<'_>, target: &Target<'_>) -> Option<String> {
    let scope = subject.graph.scope(step);
    let text = step.instruction.text.as_str();
    let names = VARIABLES.iter().find(|name| {
        let is_used = [format!("${name}"), format!("${{{name}")].iter().any(|it| text.contains(it));
        is_used && scope.value(name).is_none()
    })?;
    Some(format!("`{names}` may hold something else on `{}`.", target.reference))
}

/// The first step of a stage whose paths depend on the image's own working directory.
pub(super) fn relative_step<'a>(subject: &Subject<'a>, stage: &Stage<'a>) -> Option<Step<'a>> {
    for step in subject.graph.stages.get(stage.index)?.steps.iter() {
        let word = |place: Option<&crate::dockerfile::Piece>| {
            place.map(|it| subject.graph.scope(step).expand(&it.text).text)
        };
        let words = step.instruction.words();
        match step.instruction.keyword {
            Keyword::Workdir => {
                let is_absolute = word(words.first()).is_some_and(|it| it.starts_with('/'));
                return (!is_absolute).then_some(*step);
            }
            Keyword::Copy | Keyword::Add
                if !word(words.last()).is_some_and(|it| it.starts_with('/')) =>
            {
                return Some(*step);
            }
            Keyword::Run if !is_placeless(subject, step) => return Some(*step),
            _ => {}
        }
    }
    None
}

/// Whether a command does the same wherever it is run.
fn is_placeless(subject: &Subject<'_>, step: &Step<'_>) -> bool {
    const PLACELESS: [&str; 22] = [
        "apt-get",
        "apt",
        "apk",
        "set",
        "true",
        "echo",
        "useradd",
        "adduser",
        "addgroup",
        "groupadd",
        "corepack",
        "pip",
        "pip3",
        "mkdir",
        "rm",
        "chmod",
        "chown",
        "ln",
        "sed",
        "update-ca-certificates",
        "touch",
        "git",
    ];
    let commands = crate::shell::commands(step.instruction, &subject.graph.scope(step));
    commands.iter().all(|it| {
        let is_known = it.program_name().is_some_and(|it| PLACELESS.contains(&it));
        let words = it.program().iter().skip(1).filter_map(|it| it.text.as_deref());
        let mut paths = words.filter(|it| it.contains('/') || *it == ".");
        let is_global = it.program().iter().any(|it| it.text.as_deref() == Some("-g"));
        (is_known || (it.program_name() == Some("npm") && is_global))
            && paths.all(|it| it.starts_with('/') || it.contains("://") || it.starts_with('-'))
    })
}

/// The instruction's first line, for remarks.
pub(super) fn lines_of(instruction: &Instruction) -> crate::LineRange {
    crate::LineRange::one(instruction.lines.first)
}

/// A path as seen from the working directory at the end of what ships.
pub(super) fn absolute(view: &View<'_>, path: &str) -> String {
    if path.starts_with('/') {
        return path.to_owned();
    }
    let stage = view.subject.final_stage();
    let workdir = stage.and_then(|it| it.workdir.as_ref()).map_or("", |it| it.value.text.as_str());
    let path = path.trim_start_matches("./").trim_start_matches('.');
    format!("{}/{path}", workdir.trim_end_matches('/'))
}

/// A path as seen from a folder; none if that is not known.
pub(super) fn below(folder: Option<String>, path: &str) -> Option<String> {
    if path.starts_with('/') {
        return Some(path.to_owned());
    }
    let path = path.trim_start_matches("./").trim_start_matches('.');
    Some(format!("{}/{path}", folder?.trim_end_matches('/')))
}
