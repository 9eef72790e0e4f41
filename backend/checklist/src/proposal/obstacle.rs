//! What speaks against a dev image under the stages that build.

use super::ingredients::{compiles, is_numbered, knows_zones, names_other_release};
use super::target::Target;
use super::{View, places, programs};
use crate::LineRange;
use crate::dockerfile::Keyword;
use crate::packages::installation;
use crate::stages::{Base, Source, Stage, Step};
use crate::subject::ships;

/// Folders that hold the image's own files beside those of the file.
const SHARED: [&str; 17] = [
    "/usr",
    "/usr/local",
    "/usr/lib",
    "/usr/bin",
    "/usr/sbin",
    "/usr/local/bin",
    "/usr/local/lib",
    "/usr/share",
    "/etc",
    "/bin",
    "/sbin",
    "/opt",
    "/lib",
    "/var",
    "/root",
    "/home",
    "/tmp",
];

/// What speaks against another image under build stages.
pub(super) fn of(
    view: &View<'_>,
    stages: &[&Stage<'_>],
    target: &Target<'_>,
) -> Option<(LineRange, String)> {
    if let Some(stage) = stages.iter().find(|it| ships(it.role)) {
        return Some((stage.from.lines, "a stage that ships starts from it.".to_owned()));
    }
    of_commands(view, stages, target)
}

/// What speaks against another image with a shell and a package manager under any stages.
pub(super) fn of_commands(
    view: &View<'_>,
    stages: &[&Stage<'_>],
    target: &Target<'_>,
) -> Option<(LineRange, String)> {
    if let Some(it) = programs::missing(view.subject, stages, target) {
        let why = format!(
            "`{}` is not known to be in `{}`; see that it is, or install it first.",
            it.program, target.reference
        );
        return Some((LineRange::one(it.line), why));
    }
    if let Some(found) = stages.iter().find_map(|it| another_runs(view, it, target)) {
        return Some(found);
    }
    for stage in stages {
        let commands = view.subject.commands(stage);
        let bound = |it: &Step<'_>| {
            let why = places::image_bound(view.subject, it, target, commands)?;
            Some((it.instruction.lines, why))
        };
        if let Some(found) = stage.steps.iter().find_map(bound) {
            return Some(found);
        }
    }
    stages
        .iter()
        .find_map(|it| installs_elsewhere(view, it, target))
        .or_else(|| stages.iter().find_map(|it| compiles(view, it, target)))
        .or_else(|| stages.iter().find_map(|it| knows_zones(it, target)))
        .or_else(|| stages.iter().find_map(|it| works_anywhere(view, it, target)))
        .or_else(|| stages.iter().find_map(|it| takes_from_image(view, it, target)))
}

/// Commands of an account other than root, whose home the target may not have, or in a folder
/// that the image brings along for root.
fn another_runs(
    view: &View<'_>,
    stage: &Stage<'_>,
    target: &Target<'_>,
) -> Option<(LineRange, String)> {
    let has_folder = matches!(target.name.as_str(), "node" | "dotnet");
    let works_there = stage.workdir.as_ref().is_some_and(|it| it.value.text.starts_with("/app"));
    let is_made = |name: &str| {
        view.subject.commands(stage).iter().any(|it| {
            let is_maker = matches!(it.program_name(), Some("adduser" | "useradd"));
            is_maker && it.words.iter().any(|it| it.text.as_deref() == Some(name))
        })
    };
    let mut account = "root";
    for step in &stage.steps {
        let it = step.instruction;
        if it.keyword == Keyword::User {
            let word = it.words().first().map_or("", |it| it.text.as_str());
            account = word.split(':').next().unwrap_or(word);
        }
        let is_root = matches!(account, "root" | "0");
        if it.keyword != Keyword::Run || is_root {
            continue;
        }
        let why = match (has_folder && works_there, is_made(account)) {
            (true, _) => format!(
                "`/app` belongs to root in `{}`, and another account works there.",
                target.reference
            ),
            (false, false) => {
                format!("{account} runs commands, and may have no home in `{}`.", target.reference)
            }
            (false, true) => continue,
        };
        return Some((it.lines, why));
    }
    None
}

/// A package manager of another family, or packages with the version of one distribution.
fn installs_elsewhere(
    view: &View<'_>,
    stage: &Stage<'_>,
    target: &Target<'_>,
) -> Option<(LineRange, String)> {
    let commands = view.subject.commands(stage).iter();
    let moves = names_other_release(view, stage, target);
    commands.filter_map(|it| Some((it, installation(it)?))).find_map(|(command, it)| {
        let has_version =
            command.words.iter().any(|it| !it.raw.starts_with('-') && it.raw.contains('='));
        let numbered = it.packages.iter().find(|it| is_numbered(&it.name));
        let lines = LineRange::one(it.line);
        if it.family != Some(target.family) {
            return Some((
                lines,
                format!("`{}` does not work on `{}`.", it.title, target.reference),
            ));
        }
        if moves {
            let why = format!(
                "it installs packages of another release than that of `{}`.",
                target.reference
            );
            return Some((lines, why));
        }
        if let Some(package) = numbered {
            let why = format!(
                "`{}` carries a number and may be called differently on `{}`.",
                package.name, target.reference
            );
            return Some((lines, why));
        }
        has_version.then(|| {
            let why = format!(
                "a package is pinned to a version that `{}` may not have.",
                target.reference
            );
            (lines, why)
        })
    })
}

/// Relative paths before an absolute `WORKDIR`: where they lead is the image's choice.
fn works_anywhere(
    view: &View<'_>,
    stage: &Stage<'_>,
    target: &Target<'_>,
) -> Option<(LineRange, String)> {
    let step =
        places::relative_step(view.subject, stage).filter(|_| !starts_alike(stage, target))?;
    let why = format!(
        "no WORKDIR says where it works, and `{}` may start in another directory.",
        target.reference
    );
    Some((step.instruction.lines, why))
}

/// Whether the image of today and the target work in the same directory by themselves.
pub(super) fn starts_alike(stage: &Stage<'_>, target: &Target<'_>) -> bool {
    let image = stage.from.expanded.split(['@', ':']).next().unwrap_or_default();
    let name = image.rsplit('/').next().unwrap_or_default();
    matches!(
        (name, target.name.as_str()),
        ("alpine", "alpine-base")
            | ("debian", "debian-base")
            | ("golang", "golang")
            | ("python", "python")
    )
}

/// Files that other stages take from the image itself and that may lie elsewhere.
fn takes_from_image(
    view: &View<'_>,
    stage: &Stage<'_>,
    target: &Target<'_>,
) -> Option<(LineRange, String)> {
    view.subject.graph.stages.iter().flat_map(|it| &it.steps).find_map(|step| {
        let it = step.instruction;
        let name = it.flag("from").filter(|_| it.keyword == Keyword::Copy)?;
        let other = view.subject.graph.stages.get(step.stage)?;
        let comes_from = other.copies_from.iter().any(|it| {
            it.lines == step.instruction.lines && it.source == Source::Stage(stage.index)
        });
        let (_, sources) = it.words().split_last().filter(|_| comes_from)?;
        let scope = view.subject.graph.scope(step);
        let path = sources.iter().map(|it| scope.expand(&it.text).text).find(|path| {
            places::is_of_the_image(path) && !is_there(target, path) && !is_made(view, stage, path)
        })?;
        let why = format!(
            "`{path}` is taken from `{name}`, and nothing in the file shows that it would be \
             there."
        );
        Some((it.lines, why))
    })
}

/// What the target surely has in the same place.
fn is_there(target: &Target<'_>, path: &str) -> bool {
    const BUNDLE: &str = "/etc/ssl/certs/ca-certificates.crt";
    let is_go = target.name == "golang"
        && (path.starts_with("/go/bin/") || path.trim_end_matches('/') == "/usr/share/zoneinfo");
    is_go || (path == BUNDLE && !target.variant.lacks_bundle)
}

/// Whether a stage, or one that it starts from, makes a path by the file's own words.
fn is_made(view: &View<'_>, stage: &Stage<'_>, path: &str) -> bool {
    let path = path.trim_end_matches(['/', '.', '*']);
    let mut next = Some(stage.index);
    while let Some(it) = next.and_then(|it| view.subject.graph.stages.get(it)) {
        let named = |text: &str| {
            let mut words = text.split(|it: char| it.is_whitespace() || "='\";,[]".contains(it));
            words.any(|word| {
                let word = word.trim_end_matches('/');
                let is_inside = path.starts_with(&format!("{word}/"));
                word.len() > 1 && (path == word || (is_inside && !SHARED.contains(&word)))
            })
        };
        let makes =
            |it: &Step<'_>| match it.instruction.keyword {
                Keyword::Workdir => it.instruction.words().first().is_some_and(|word| {
                    named(&view.subject.graph.scope(it).expand(&word.text).text)
                }),
                Keyword::Copy | Keyword::Add => {
                    it.instruction.words().last().is_some_and(|word| named(&word.text))
                }
                Keyword::Run => named(it.instruction.text.as_str()),
                Keyword::Env => it
                    .instruction
                    .pairs()
                    .iter()
                    .any(|it| it.value.as_ref().is_some_and(|it| named(&it.text))),
                _ => false,
            };
        if it.steps.iter().any(makes) {
            return true;
        }
        next = match it.base {
            Base::Stage(parent) => Some(parent),
            Base::Scratch | Base::Image(_) | Base::Unknown { .. } => None,
        };
    }
    false
}
