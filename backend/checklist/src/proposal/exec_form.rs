//! Start commands in shell form, written as the words that the shell would start.

use super::start_words::{exec_form, literal_words};
use super::today::Today;
use super::{Offer, Step, View};
use crate::Item;
use crate::dockerfile::{Arguments, Instruction, Keyword};
use crate::reference::{Standing, catalog_name, familiar_name};
use crate::stages::Stage;
use crate::subject::Footing;

/// Images that have no entry point, or one that starts its arguments and does nothing else for
/// any of them. Read in their Dockerfiles, November 2026.
const WITHOUT_ENTRY_POINT: [&str; 21] = [
    "almalinux",
    "amazonlinux",
    "archlinux",
    "buildpack-deps",
    "busybox",
    "centos",
    "elixir",
    "erlang",
    "fedora",
    "gcc",
    "gradle",
    "maven",
    "mcr.microsoft.com/dotnet/sdk",
    "opensuse/leap",
    "oraclelinux",
    "perl",
    "rockylinux",
    "ruby",
    "rust",
    "swift",
    "ubuntu",
];

/// What ends a health check so that Docker sees 1 where it sees any other failure else.
const OR_ONE: &str = "|| exit 1";

/// Offers `ENTRYPOINT`, `CMD` and `HEALTHCHECK` of what ships in exec form.
pub(super) fn offer(view: &View<'_>) -> Offer {
    let Some(stage) = view.subject.final_stage().filter(|it| it.shell.is_none()) else {
        return Offer::default();
    };
    let commands = [entry_point(stage), command(view, stage), health_check(view)];
    let steps = commands.into_iter().flatten().filter_map(|it| step(view, it));
    Offer { groups: steps.map(|it| vec![it]).collect(), left: Vec::new() }
}

/// The entry point. In shell form it ignores a command, in exec form it takes it as arguments:
/// it stays where there is one.
fn entry_point<'f>(stage: &Stage<'f>) -> Option<&'f Instruction> {
    let has_command = stage.cmd.as_ref().is_some_and(|it| !it.value.words.is_empty());
    let set = stage.entrypoint.as_ref().filter(|_| !has_command)?;
    Some(set.value.instruction)
}

/// The command, where it is what starts: an entry point would get other arguments. One of the
/// image's own must be known to do nothing else than to start its arguments.
fn command<'f>(view: &View<'_>, stage: &Stage<'f>) -> Option<&'f Instruction> {
    let set = stage.cmd.as_ref()?;
    let starts_command = match &stage.entrypoint {
        Some(entry) => entry.value.words.is_empty(),
        None => passes_on(view.subject.final_footing()),
    };
    starts_command.then_some(set.value.instruction)
}

/// Whether an image starts a command of the file as it is. The entry point of nginx does more
/// for its own program than for a shell.
fn passes_on(footing: &Footing<'_>) -> bool {
    let Footing::Image(image) = footing else { return false };
    let familiar = familiar_name(&image.reference);
    let name = catalog_name(&familiar);
    let is_foreign = matches!(image.standing, Standing::Other);
    if is_foreign && name == "nginx" {
        return false;
    }
    let is_ubi =
        name.starts_with("registry.access.redhat.com/ubi") || name.starts_with("redhat/ubi");
    (is_foreign && (is_ubi || WITHOUT_ENTRY_POINT.contains(&name)))
        || Today::of(footing).is_some_and(|it| it.starts_command())
}

/// The health check in force, with words that start a program that is known to be there.
fn health_check<'f>(view: &View<'f>) -> Option<&'f Instruction> {
    let chain = view.subject.graph.chain();
    let step = chain.iter().rev().find(|it| it.instruction.keyword == Keyword::Healthcheck)?;
    (!step.is_trigger).then_some(step.instruction)
}

fn step(view: &View<'_>, instruction: &Instruction) -> Option<Step> {
    let Arguments::Shell(text) = &instruction.arguments else { return None };
    let is_plain = instruction.heredocs.is_empty() && instruction.error.is_none();
    let text = text.as_str().trim_end();
    let is_check = instruction.keyword == Keyword::Healthcheck;
    let asked = text.strip_suffix(OR_ONE).filter(|_| is_check);
    let words = literal_words(asked.unwrap_or(text)).filter(|_| is_plain)?;
    let lines = view.lines(instruction);
    let (line, source) = *lines.last()?;
    let before = source.trim_end().strip_suffix(text)?;
    let written = exec_form(&words);
    let mut why = format!(
        "{} in shell form needs a shell, which a hardened runtime image does not have; `{}` asks \
         nothing else of it",
        instruction.word,
        asked.unwrap_or(text).trim()
    );
    why.push_str(match (is_check, asked) {
        (true, Some(_)) => ", and every end but 0 is a failed check.",
        (true, None) => ".",
        (false, _) => ", and started without one it gets the signals of `docker stop` itself.",
    });
    let ops = vec![super::Op::Replace(line, format!("{before}{written}"))];
    Some(Step { item: Item::NoShell, why, ops })
}
