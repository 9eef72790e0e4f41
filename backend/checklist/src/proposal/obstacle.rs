//! What speaks against a dev image under the stages that build.

use super::target::Target;
use super::{View, places, programs};
use crate::LineRange;
use crate::dockerfile::Keyword;
use crate::packages::installation;
use crate::stages::{Base, Source, Stage, Step};
use crate::subject::{Ground, ships};

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
    if let Some(it) = programs::missing(view.subject, stages, target) {
        let why = format!(
            "`{}` is not known to be in `{}`; see that it is, or install it first.",
            it.program, target.reference
        );
        return Some((LineRange::one(it.line), why));
    }
    if let Some(found) = stages.iter().find_map(|it| another_runs(it, target)) {
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
        .or_else(|| stages.iter().find_map(|it| works_anywhere(view, it, target)))
        .or_else(|| stages.iter().find_map(|it| takes_from_image(view, it, target)))
}

/// Commands of an account other than root in a folder that the image brings along for root.
fn another_runs(stage: &Stage<'_>, target: &Target<'_>) -> Option<(LineRange, String)> {
    let has_folder = matches!(target.name.as_str(), "node" | "dotnet");
    let works_there = stage.workdir.as_ref().is_some_and(|it| it.value.text.starts_with("/app"));
    let mut is_root = true;
    for step in stage.steps.iter().filter(|_| has_folder && works_there) {
        let it = step.instruction;
        match it.keyword {
            Keyword::User => {
                is_root = it
                    .words()
                    .first()
                    .is_some_and(|it| it.text.starts_with("root") || it.text == "0");
            }
            Keyword::Run if !is_root => {
                let why = format!(
                    "`/app` belongs to root in `{}`, and another account works there.",
                    target.reference
                );
                return Some((it.lines, why));
            }
            _ => {}
        }
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

/// Packages of a language that may be compiled, where the image of today brings compilers and
/// the headers of many libraries along: the official images without `slim` or `alpine`.
fn compiles(
    view: &View<'_>,
    stage: &Stage<'_>,
    target: &Target<'_>,
) -> Option<(LineRange, String)> {
    const INSTALLERS: [&str; 8] =
        ["npm", "yarn", "pnpm", "pip", "pip3", "python", "python3", "node-gyp"];
    let root = view.subject.graph.root_of(stage.index)?;
    let image = root.from.expanded.split('@').next().unwrap_or_default();
    let is_full = matches!(target.name.as_str(), "node" | "python")
        && view.subject.footing(stage).ground() == Ground::Foreign
        && !["slim", "alpine"].iter().any(|it| image.contains(it));
    let mut installs = view.subject.commands(stage).iter().filter(|it| {
        let is_installer = it.program_name().is_some_and(|it| INSTALLERS.contains(&it));
        let words = ["install", "ci", "i", "add", "rebuild"];
        is_installer
            && (it.words.len() == 1
                || it
                    .words
                    .iter()
                    .any(|it| it.text.as_deref().is_some_and(|it| words.contains(&it))))
    });
    let install = installs.next().filter(|_| is_full)?;
    let why = format!(
        "it brings compilers and libraries that `{}` does not, and packages may be built with \
         them.",
        target.reference
    );
    Some((LineRange::one(install.line), why))
}

/// Whether the tag of today names a release of its distribution, and the target has another.
fn names_other_release(view: &View<'_>, stage: &Stage<'_>, target: &Target<'_>) -> bool {
    let root = view.subject.graph.root_of(stage.index);
    let image = root.map_or("", |it| it.from.expanded.as_str());
    let tag = image.split('@').next().and_then(|it| it.rsplit_once(':')).map_or("", |it| it.1);
    let debian = [("buster", 10), ("bullseye", 11), ("bookworm", 12), ("trixie", 13)];
    let codename = debian.iter().find(|(name, _)| tag.contains(name)).map(|it| vec![it.1]);
    let alpine = tag
        .split("alpine")
        .nth(1)
        .map(|it| crate::catalog::numbers(it.split('-').next().unwrap_or_default()));
    let own = (target.name.ends_with("-base")).then(|| crate::catalog::numbers(tag));
    let named = codename.or(alpine).or(own).filter(|it| !it.is_empty());
    named.is_some_and(|it| {
        !target.distribution.starts_with(&it) && !it.starts_with(&target.distribution)
    })
}

/// Whether a package's name holds the version of a library or a language.
fn is_numbered(name: &str) -> bool {
    const FINE: [&str; 4] = ["python3", "libc6", "g++", "bzip2"];
    let fine = FINE.iter().any(|it| name.starts_with(it));
    !fine && name.chars().any(|it| it.is_ascii_digit())
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
fn starts_alike(stage: &Stage<'_>, target: &Target<'_>) -> bool {
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
