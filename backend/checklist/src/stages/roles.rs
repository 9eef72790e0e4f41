//! What each stage is for.

use super::{Base, Source, Stage};
use crate::StageRole;
use crate::dockerfile::Keyword;

/// Decides reachability and role of every stage.
pub(super) fn assign(stages: &mut [Stage<'_>], target: Option<usize>) {
    let Some(target) = target else { return };
    let ships = chain(stages, target);
    let needed = reach(stages, &[target]);
    let used: Vec<bool> = used_by_others(stages);
    let is_root = |it: &&Stage<'_>| !is(&used, it.index) && !is(&needed, it.index);
    let others: Vec<usize> =
        stages.iter().filter(is_root).filter(|it| !is_side_target(it)).map(|it| it.index).collect();
    let kept = reach(stages, &others);
    let inherited = inherited_from(stages);
    for stage in stages.iter_mut() {
        let index = stage.index;
        stage.reachable = is(&needed, index);
        stage.role = match () {
            () if index == target => StageRole::Final,
            () if is(&ships, index) => StageRole::Chain,
            () if stage.reachable && is_artifact(stage, is(&inherited, index)) => {
                StageRole::Artifact
            }
            () if stage.reachable => StageRole::Build,
            // What only another target copies from is no target itself.
            () if is(&kept, index)
                && is(&used, index)
                && is_artifact(stage, is(&inherited, index)) =>
            {
                StageRole::Artifact
            }
            () if is(&kept, index) => StageRole::OtherTarget,
            () => StageRole::Ignored,
        };
    }
}

fn is(flags: &[bool], index: usize) -> bool {
    flags.get(index).copied().unwrap_or_default()
}

fn parent(stage: &Stage<'_>) -> Option<usize> {
    match stage.base {
        Base::Stage(parent) => Some(parent),
        Base::Scratch | Base::Image(_) | Base::Unknown { .. } => None,
    }
}

fn sources(stage: &Stage<'_>) -> impl Iterator<Item = usize> {
    stage.copies_from.iter().filter_map(|it| match it.source {
        Source::Stage(index) => Some(index),
        Source::Image(_) | Source::Unknown(_) => None,
    })
}

fn mark(flags: &mut [bool], index: usize) -> bool {
    flags.get_mut(index).is_some_and(|it| !std::mem::replace(it, true))
}

fn chain(stages: &[Stage<'_>], target: usize) -> Vec<bool> {
    let mut ships = vec![false; stages.len()];
    let mut next = Some(target);
    while let Some(index) = next.take_if(|it| mark(&mut ships, *it)) {
        next = stages.get(index).and_then(parent);
    }
    ships
}

/// Everything that the given stages need, themselves included.
fn reach(stages: &[Stage<'_>], from: &[usize]) -> Vec<bool> {
    let mut needed = vec![false; stages.len()];
    let mut open = from.to_vec();
    while let Some(index) = open.pop() {
        if !mark(&mut needed, index) {
            continue;
        }
        let Some(stage) = stages.get(index) else { continue };
        open.extend(parent(stage));
        open.extend(sources(stage));
    }
    needed
}

fn used_by_others(stages: &[Stage<'_>]) -> Vec<bool> {
    let mut used = vec![false; stages.len()];
    for stage in stages {
        let needs = parent(stage).into_iter().chain(sources(stage));
        for index in needs.filter(|it| *it != stage.index) {
            mark(&mut used, index);
        }
    }
    used
}

fn inherited_from(stages: &[Stage<'_>]) -> Vec<bool> {
    let mut inherited = vec![false; stages.len()];
    for index in stages.iter().filter_map(parent) {
        mark(&mut inherited, index);
    }
    inherited
}

fn is_artifact(stage: &Stage<'_>, is_inherited: bool) -> bool {
    !is_inherited && stage.steps.iter().all(|it| it.instruction.keyword != Keyword::Run)
}

/// True for names such as `dev`, `unit-test` or `lint`: nobody ships these.
fn is_side_target(stage: &Stage<'_>) -> bool {
    let Some(name) = &stage.name else { return false };
    name.split(['-', '_', '.']).any(|part| {
        let begins = ["dev", "test", "lint", "debug", "check", "bench", "tools"];
        let ends = ["test", "tests", "lint"];
        part == "ci"
            || begins.iter().any(|it| part.starts_with(it))
            || part != "latest" && ends.iter().any(|it| part.ends_with(it))
    })
}
