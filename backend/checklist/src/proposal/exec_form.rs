//! Start commands in shell form, written as the words that the shell would start.

use super::start_words::{exec_form, literal_words};
use super::today::Today;
use super::{Offer, Step, View};
use crate::Item;
use crate::dockerfile::{Arguments, Instruction, Keyword};
use crate::stages::Stage;

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
        None => Today::of(view.subject.final_footing())?.starts_command(),
    };
    starts_command.then_some(set.value.instruction)
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
    let words = literal_words(text.as_str()).filter(|_| is_plain)?;
    let [(line, source)] = view.lines(instruction)[..] else { return None };
    let before = source.strip_suffix(text.as_str().trim_end())?;
    let written = exec_form(&words);
    let why = format!(
        "{} in shell form needs a shell, which a hardened runtime image does not have; `{}` asks \
         nothing else of it.",
        instruction.word,
        text.as_str().trim()
    );
    let ops = vec![super::Op::Replace(line, format!("{before}{written}"))];
    Some(Step { item: Item::NoShell, why, ops })
}
