//! Steps that install a bundle of certificate authorities on an image that has one.

use super::authorities::{self, Authorities};
use super::target::Target;
use super::{Offer, Op, Step, View};
use crate::Item;
use crate::dockerfile::Keyword;
use crate::packages::installation;
use crate::shell::{self, Command};
use crate::stages::{Stage, Step as Instruction};

/// The package, whose programs nobody may use if it goes.
const PACKAGE: &str = "ca-certificates";

/// What only prepares or tidies up an installation.
const HOUSEKEEPING: [&str; 4] = ["apt-get", "apt", "apk", "rm"];

/// Offers to leave the package out where the image brings the bundle along.
pub(super) fn offer(view: &View<'_>) -> Offer {
    let uses_programs = uses_programs(view);
    let stages = view.subject.stages().filter(|it| {
        let has = authorities::of(view, it);
        has.is_some_and(|it| it == Authorities::Package || !uses_programs)
    });
    let steps = stages.flat_map(|stage| {
        let runs = stage
            .steps
            .iter()
            .filter(|it| it.instruction.keyword == Keyword::Run && !it.is_trigger);
        runs.filter_map(move |it| step(view, stage, it))
    });
    Offer { groups: steps.map(|it| vec![it]).collect(), left: Vec::new() }
}

/// The step without which what ships needs no shell: a `RUN` that installs the bundle alone,
/// where the image that is to ship has it.
pub(super) fn needless(
    view: &View<'_>,
    run: &Instruction<'_>,
    target: &Target<'_>,
) -> Option<Step> {
    let it = run.instruction;
    let is_plain = it.heredocs.is_empty() && !it.is_exec_form() && it.error.is_none();
    if target.variant.lacks_bundle || uses_programs(view) || !is_plain || run.is_trigger {
        return None;
    }
    let commands = shell::commands(it, &view.subject.graph.scope(run));
    let mut installs = commands.iter().filter(|it| takes_package(it));
    let (install, None) = (installs.next()?, installs.next()) else { return None };
    if operands(install) != 1 || !commands.iter().all(is_housekeeping) {
        return None;
    }
    let why = format!(
        "`{}` has the bundle of certificate authorities: `{PACKAGE}` adds nothing.",
        target.reference
    );
    let ops = view.lines(it).iter().map(|(line, _)| Op::Remove(*line)).collect();
    Some(Step { item: Item::TlsCertificates, why, ops })
}

/// Whether the file adds authorities of its own, or looks at what the package brings.
fn uses_programs(view: &View<'_>) -> bool {
    let marks = ["update-ca-", "/usr/local/share/ca-cert", "/usr/share/ca-cert", "trust anchor"];
    view.file.instructions.iter().any(|it| {
        let bodies = it.heredocs.iter().map(|it| it.body.as_str());
        let mut texts = bodies.chain([it.text.as_str()]);
        texts.any(|text| marks.iter().any(|mark| text.contains(mark)))
    })
}

fn step(view: &View<'_>, stage: &Stage<'_>, run: &Instruction<'_>) -> Option<Step> {
    let it = run.instruction;
    if !it.heredocs.is_empty() || it.is_exec_form() || it.error.is_some() {
        return None;
    }
    let commands = shell::commands(it, &view.subject.graph.scope(run));
    let mut installs = commands.iter().filter(|it| takes_package(it));
    let (install, None) = (installs.next()?, installs.next()) else { return None };
    if is_named_again(view, stage) || install.words.iter().any(|it| it.raw == "--reinstall") {
        return None;
    }
    let image = view.subject.footing(stage).name();
    let package = install.words.iter().find(|it| is_package(&it.raw)).map(|it| it.raw.as_str());
    let package = package.unwrap_or(PACKAGE);
    let why =
        format!("`{image}` has the bundle of certificate authorities: `{package}` adds nothing.");
    let is_alone =
        installation(install).is_some_and(|it| it.packages.len() == 1) && operands(install) == 1;
    let ops = match is_alone {
        true if commands.iter().all(is_housekeeping) && !lists_are_used(view, stage, run) => {
            view.lines(it).iter().map(|(line, _)| Op::Remove(*line)).collect()
        }
        true => return None,
        false => without_word(view, run, install)?,
    };
    Some(Step { item: Item::TlsCertificates, why, ops })
}

fn takes_package(command: &Command) -> bool {
    installation(command).is_some_and(|it| it.packages.iter().any(|it| is_package(&it.name)))
}

/// How many words of a command are no options, behind program and subcommand.
fn operands(command: &Command) -> usize {
    let words = command.program().iter().filter(|it| !it.raw.starts_with('-'));
    words.count().saturating_sub(2)
}

fn is_housekeeping(command: &Command) -> bool {
    let Some(name) = command.program_name() else { return false };
    let words: Vec<&str> = command.program().iter().filter_map(|it| it.text.as_deref()).collect();
    let lists = ["/var/lib/apt/lists", "/var/cache/apk", "/var/cache/apt"];
    HOUSEKEEPING.contains(&name)
        && match name {
            "rm" => words
                .iter()
                .skip(1)
                .all(|it| it.starts_with('-') || lists.iter().any(|list| it.starts_with(list))),
            _ => {
                takes_package(command)
                    || words.iter().any(|it| matches!(*it, "update" | "clean" | "autoremove"))
            }
        }
}

/// Whether another installation counts on the lists that this step fetches.
fn lists_are_used(view: &View<'_>, stage: &Stage<'_>, run: &Instruction<'_>) -> bool {
    let stages = &view.subject.graph.stages;
    let same_base = stages.iter().filter(|it| view.subject.root(it) == view.subject.root(stage));
    let others = same_base.flat_map(|it| &it.steps).filter(|it| {
        it.instruction.keyword == Keyword::Run && it.instruction.lines != run.instruction.lines
    });
    others.into_iter().any(|it| {
        let commands = shell::commands(it.instruction, &view.subject.graph.scope(it));
        commands.iter().any(|it| installation(it).is_some())
            && !it.instruction.text.as_str().contains("update")
            && !it.instruction.text.as_str().contains("--no-cache")
    })
}

/// Whether another command on the same base names the package, as one that removes it.
fn is_named_again(view: &View<'_>, stage: &Stage<'_>) -> bool {
    let stages = &view.subject.graph.stages;
    let same_base = stages.iter().filter(|it| view.subject.root(it) == view.subject.root(stage));
    let mut others = same_base.flat_map(|it| view.subject.commands(it));
    others.any(|it| installation(it).is_none() && it.words.iter().any(|it| is_package(&it.raw)))
}

fn is_package(raw: &str) -> bool {
    let name = raw.split(['=', '@']).next();
    name == Some(PACKAGE) || name == Some(authorities::BUNDLE)
}

/// The lines without the package: without the whole line where it stands alone on one, what
/// goes on behind it put behind the line before.
fn without_word(view: &View<'_>, run: &Instruction<'_>, install: &Command) -> Option<Vec<Op>> {
    let mut words = install.words.iter().filter(|it| is_package(&it.raw));
    let (word, None) = (words.next()?, words.next()) else { return None };
    let (line, text) = view.document.line(word.line)?;
    let is_first = word.line == run.instruction.lines.first;
    if let Some(rest) = text.trim().strip_prefix(word.raw.as_str()).filter(|_| !is_first) {
        if matches!(rest.trim(), "\\" | "`") {
            return Some(vec![Op::Remove(line)]);
        }
        let (before, ahead) = view.document.line(word.line.checked_sub(1)?)?;
        let ahead = ahead.trim_end().strip_suffix('\\')?.trim_end();
        let is_end = rest.is_empty() || rest.starts_with([';', ' ']);
        let is_open = !ahead.trim_start().starts_with('#') && !ahead.trim().is_empty();
        return (is_end && is_open)
            .then(|| vec![Op::Replace(before, format!("{ahead}{rest}")), Op::Remove(line)]);
    }
    let spaced = format!(" {}", word.raw);
    let mut found = text.match_indices(&spaced).filter(|(at, _)| {
        let after = text.get(at + spaced.len()..).and_then(|it| it.chars().next());
        after.is_none_or(|it| it.is_whitespace() || it == ';')
    });
    let ((at, _), None) = (found.next()?, found.next()) else { return None };
    let (before, after) = text.split_at_checked(at)?;
    let written = format!("{before}{}", after.get(spaced.len()..)?);
    // A line must not become empty: it would still be a line of the command.
    (!before.trim().is_empty()).then(|| vec![Op::Replace(line, written)])
}
