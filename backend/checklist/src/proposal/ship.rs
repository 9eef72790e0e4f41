//! A hardened runtime image under what ships, where everything that the file starts, copies
//! and names is there too.

use super::certificates;
use super::hindrance;
use super::start_words::exec_form;
use super::target::{Target, target};
use super::today::Today;
use super::{Op, Step, View, from_line};
use crate::advice::{About, Remark};
use crate::dockerfile::Keyword;
use crate::stages::{Base, Stage};
use crate::suggest::Use;
use crate::{Item, LineRange, StageRole};

/// The image that can ship, and the steps that it takes.
pub(super) struct Shipment<'a> {
    /// The image.
    pub(super) target: Target<'a>,
    /// The steps, to be made together.
    pub(super) steps: Vec<Step>,
}

/// What can ship on a hardened image, or why it cannot unseen.
pub(super) fn shipment<'a>(view: &View<'a>) -> Result<Shipment<'a>, Option<Remark>> {
    let subject = view.subject;
    let chain = subject.graph.chain_stages();
    let Some(root) = chain.first() else { return Err(None) };
    let target = target(subject, root, Use::Ship)?;
    let left = |(about, lines, why): (About, LineRange, String)| {
        let sentence = format!("`{}` is left where it ships: {why}", root.from.raw);
        Some(Remark { about, lines: Some(lines), sentence })
    };
    if let Some(other) = other_user_of(view, &chain) {
        let why = "another stage starts from it too, and a runtime image builds nothing.";
        return Err(left((About::Shell, other, why.to_owned())));
    }
    let Some(today) = Today::of(subject.final_footing()) else {
        let why = "what it starts by itself is not known here.".to_owned();
        return Err(left((About::EntryPoint, root.from.lines, why)));
    };
    if let Some(found) = hindrance::of(view, &today, &target) {
        return Err(left(found));
    }
    let mut steps = from_line::steps(view, root, &target, &why(view, root, &target)).ok_or(None)?;
    steps.extend(command(view, &today, &target)?);
    let ships = subject.graph.chain();
    steps.extend(ships.iter().filter_map(|it| certificates::needless(view, it, &target)));
    steps.extend(ports(view, &target)?);
    Ok(Shipment { target, steps })
}

/// The `FROM` of a stage outside the chain that starts from a stage of the chain.
pub(super) fn other_user_of(view: &View<'_>, chain: &[&Stage<'_>]) -> Option<LineRange> {
    let in_chain = |index: usize| chain.iter().any(|it| it.index == index);
    let stages = view.subject.graph.stages.iter();
    let mut others = stages.filter(|it| !in_chain(it.index) && it.role != StageRole::Ignored);
    let other = others.find(|it| matches!(it.base, Base::Stage(parent) if in_chain(parent)))?;
    Some(other.from.lines)
}

fn why(view: &View<'_>, root: &Stage<'_>, target: &Target<'_>) -> String {
    let has_user = view.subject.final_stage().is_some_and(|it| it.user.is_some());
    let runner = if has_user {
        String::new()
    } else {
        format!(
            " It runs as {}: what the application writes must belong to that account.",
            target.variant.runner()
        )
    };
    let moved = hindrance::moved_port(view, target)
        .map_or(String::new(), |port| format!(" It listens on {port}: let whoever calls it know."));
    format!("`{}` is the hardened image for `{}`.{runner}{moved}", target.reference, root.from.raw)
}

/// A command that would repeat the program that the target starts by itself.
fn command(
    view: &View<'_>,
    today: &Today,
    target: &Target<'_>,
) -> Result<Option<Step>, Option<Remark>> {
    let Some(stage) = view.subject.final_stage() else { return Err(None) };
    let own = target.variant.entrypoint.as_slice();
    let Some(cmd) = stage.cmd.as_ref().filter(|_| stage.entrypoint.is_none()) else {
        return Ok(None);
    };
    if own.is_empty() || today.entry_words() == own {
        return Ok(None);
    }
    let ([own], Some((program, rest))) = (own, cmd.value.words.split_first()) else {
        return Err(None);
    };
    let name = |it: &str| it.rsplit('/').next().map(str::to_owned);
    let instruction = cmd.value.instruction;
    let [(line, text)] = view.lines(instruction)[..] else { return Err(None) };
    let before = text.split('[').next().filter(|_| instruction.is_exec_form());
    let (true, false, Some(before)) = (name(program) == name(own), rest.is_empty(), before) else {
        return Err(None);
    };
    let why =
        format!("`{}` starts `{own}` by itself, and CMD holds its arguments.", target.reference);
    let ops = vec![Op::Replace(line, format!("{before}{}", exec_form(rest)))];
    Ok(Some(Step { item: Item::EntryPoint, why, ops }))
}

/// `EXPOSE` of the port on which the target listens, where the image decides it.
fn ports(view: &View<'_>, target: &Target<'_>) -> Result<Vec<Step>, Option<Remark>> {
    let Some(port) = hindrance::moved_port(view, target) else { return Ok(Vec::new()) };
    let chain = view.subject.graph.chain();
    let exposes = chain.iter().filter(|it| it.instruction.keyword == Keyword::Expose);
    let step = |instruction: &crate::dockerfile::Instruction| {
        let [(line, text)] = view.lines(instruction)[..] else { return None };
        let [word] = instruction.words() else { return None };
        let at = text.rfind(&word.text)?;
        let (before, rest) = text.split_at_checked(at)?;
        let after = rest.get(word.text.len()..)?;
        let suffix = word.text.split_once('/').map_or(String::new(), |it| format!("/{}", it.1));
        let why = format!(
            "`{}` listens on {port} with its own configuration: let whoever calls it know.",
            target.reference
        );
        let ops = vec![Op::Replace(line, format!("{before}{port}{suffix}{after}"))];
        Some(Step { item: Item::Ports, why, ops })
    };
    let steps: Option<Vec<Step>> = exposes.map(|it| step(it.instruction)).collect();
    steps.ok_or(None)
}
