//! A hardened image for building under what builds and ships at once, where the two could not
//! be told apart: everything that runs today runs there too, and the split is left.

use super::ship::Shipment;
use super::target::{Target, target};
use super::today::Today;
use super::{View, from_line, hindrance, ingredients, obstacle, programs};
use crate::LineRange;
use crate::advice::{About, Remark};
use crate::dockerfile::Keyword;
use crate::stages::{Source, Stage};
use crate::suggest::Use;

/// The image on which everything can stay together, or why none can be taken unseen.
pub(super) fn shipment<'a>(view: &View<'a>) -> Result<Shipment<'a>, Option<Remark>> {
    let subject = view.subject;
    let chain = subject.graph.chain_stages();
    let root = chain.first().ok_or(None)?;
    let target = target(subject, root, Use::Build)?;
    let stages = subject.graph.stages.iter().filter(|it| subject.root(it) == root.index);
    let stages: Vec<&Stage<'_>> = stages.collect();
    let left = |(lines, why): (LineRange, String)| {
        let sentence = format!("`{}` is left where it builds and ships: {why}", root.from.raw);
        Some(Remark { about: About::Packages, lines: Some(lines), sentence })
    };
    let Some(today) = Today::of(subject.final_footing()) else {
        let why = "what it starts by itself is not known here.".to_owned();
        return Err(left((root.from.lines, why)));
    };
    let found = takes_from_other_release(view, &stages, &target)
        .or_else(|| obstacle::of_commands(view, &stages, &target))
        .or_else(|| of_image(view, &today, &target))
        .or_else(|| of_start(view, &today, &stages, &target));
    if let Some(found) = found {
        return Err(left(found));
    }
    let why = format!(
        "`{}` builds and ships, and `{}` has all that it needs for both; what ships can get \
         smaller once it is split.",
        root.from.raw, target.reference
    );
    let steps = from_line::steps(view, root, &target, &why).ok_or(None)?;
    Ok(Shipment { target, steps })
}

/// What another stage built for the release of a distribution that the file names.
fn takes_from_other_release(
    view: &View<'_>,
    stages: &[&Stage<'_>],
    target: &Target<'_>,
) -> Option<(LineRange, String)> {
    let root = stages.first()?;
    let is_outside = |index: usize| !stages.iter().any(|it| it.index == index);
    let mut copies = stages.iter().flat_map(|it| &it.copies_from);
    let copy = copies.find(|it| match it.source {
        Source::Stage(index) => is_outside(index),
        Source::Image(_) | Source::Unknown(_) => true,
    })?;
    ingredients::names_other_release(view, root, target).then(|| {
        let why =
            format!("what is copied in was built for another release than `{}`.", target.reference);
        (copy.lines, why)
    })
}

/// What the image itself gives to what ships.
fn of_image(view: &View<'_>, today: &Today, target: &Target<'_>) -> Option<(LineRange, String)> {
    let stage = view.subject.final_stage()?;
    let chain = view.subject.graph.chain();
    let found = chain.iter().find_map(|step| match step.instruction.keyword {
        Keyword::Copy | Keyword::Add => hindrance::copied(view, step),
        Keyword::Env => hindrance::environment(step.instruction),
        _ => None,
    });
    if let Some((_, lines, why)) = found {
        return Some((lines, why));
    }
    let is_root = stage.user.is_some() || target.variant.uid == 0;
    let is_same_folder = stage.workdir.is_some()
        || (today.workdir.is_some() && today.workdir == target.variant.workdir)
        || obstacle::starts_alike(stage, target);
    let why = match (is_root, is_same_folder) {
        (true, true) => return None,
        (false, _) => format!("`{}` runs as {}.", target.reference, target.variant.runner()),
        (true, false) => format!(
            "no WORKDIR says where it works, and `{}` may start in another directory.",
            target.reference
        ),
    };
    Some((stage.from.lines, why))
}

/// What starts: something that is there, and the same as today.
fn of_start(
    view: &View<'_>,
    today: &Today,
    stages: &[&Stage<'_>],
    target: &Target<'_>,
) -> Option<(LineRange, String)> {
    let stage = view.subject.final_stage()?;
    let lines = stage.from.lines;
    let is_empty = target.variant.entrypoint.is_empty();
    match (&stage.entrypoint, &stage.cmd) {
        (None, None) => {
            return Some((lines, format!("what starts is up to `{}`.", target.reference)));
        }
        (None, Some(_)) if !is_empty || !today.starts_command() => {
            let why = format!("`{}` passes CMD to another entry point.", target.reference);
            return Some((lines, why));
        }
        _ => {}
    }
    let missing = programs::missing_at_start(view.subject, stages, target)?;
    let why = format!("`{}` is not known to be in `{}`.", missing.program, target.reference);
    Some((LineRange::one(missing.line), why))
}
