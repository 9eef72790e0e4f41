//! A stage that builds and ships, made two: one that builds as before, and one on the same
//! image that takes over what was built. Nothing else changes by that; which hardened images
//! the two can stand on is looked at afterwards.

use super::confined::{self, Places};
use super::{Op, Step, View, from_line, places};
use crate::Item;
use crate::advice::{About, Remark};
use crate::dockerfile::{Instruction, Keyword};
use crate::stages::{Base, Stage};

/// Names for the stage that builds, the first that is free.
const NAMES: [&str; 4] = ["build", "builder", "build-stage", "build-app"];

/// The steps that split the shipped stage, or why it stays one.
pub(super) fn split(view: &View<'_>) -> Result<Vec<Step>, Option<Remark>> {
    let stage = last_stage(view).ok_or(None)?;
    let own: Vec<&Instruction> =
        stage.steps.iter().filter(|it| !it.is_trigger).map(|it| it.instruction).collect();
    let last = own.iter().rposition(|it| it.keyword == Keyword::Run).ok_or(None)?;
    let (before, after) = own.split_at_checked(last + 1).ok_or(None)?;
    if let Some(odd) = before.iter().find(|it| it.error.is_some() || is_odd(it)) {
        return Err(left(odd, "it cannot be repeated in another stage."));
    }
    let places = confined::places(view, stage, last).map_err(|(it, why)| left(it, &why))?;
    structure(view, stage, (before, after), &places).ok_or(None)
}

fn left(instruction: &Instruction, why: &str) -> Option<Remark> {
    let sentence = format!("What builds is not split from what ships: {why}");
    Some(Remark { about: About::Shell, lines: Some(places::lines_of(instruction)), sentence })
}

/// The shipped stage, if it is the last one of the file and stands on an image.
fn last_stage<'v>(view: &View<'v>) -> Option<&'v Stage<'v>> {
    let stage = view.subject.final_stage()?;
    let is_last = stage.index + 1 == view.subject.graph.stages.len();
    let is_plain = matches!(stage.base, Base::Image(_)) && stage.onbuild.is_empty();
    let has_triggers = stage.steps.iter().any(|it| it.is_trigger);
    (is_last && is_plain && !has_triggers).then_some(stage)
}

fn is_odd(it: &Instruction) -> bool {
    matches!(it.keyword, Keyword::Shell | Keyword::Onbuild | Keyword::Volume | Keyword::Unknown)
}

fn structure(
    view: &View<'_>,
    stage: &Stage<'_>,
    (before, after): (&[&Instruction], &[&Instruction]),
    places: &Places,
) -> Option<Vec<Step>> {
    let from = from_line::from_of(view, stage)?;
    let [(from_line, from_text)] = view.lines(from)[..] else { return None };
    let name = free_name(view)?;
    let image = match from.words() {
        [_] => from_text.trim_end().to_owned(),
        [_, as_word, own] => {
            let end = from_text.rfind(&own.text)?;
            let start = from_text.get(..end)?.rfind(&as_word.text)?;
            from_text.get(..start)?.trim_end().to_owned()
        }
        _ => return None,
    };
    let (run_line, _) = view.lines(before.last()?).last().copied()?;
    let mut lines = vec![String::new(), from_text.trim_end().to_owned()];
    // Before WORKDIR, which would make the folder root's: so it belongs to whom `--chown` names.
    lines.extend(places.iter().map(|it| format!("COPY --from={name} {it} {it}")));
    for it in before.iter().filter(|it| is_repeated(it, before, after)) {
        lines.extend(view.lines(it).iter().map(|(_, text)| (*text).to_owned()));
    }
    let build =
        format!("The stage that builds is one of its own, `{name}`, so that it need not ship.");
    let folders = places.iter().map(|it| format!("`{it}`")).collect::<Vec<_>>().join(" and ");
    let aside = match before.iter().any(|it| runs_install_scripts(it)) {
        true => ", not what install scripts put elsewhere (as a browser in a cache),",
        false => "",
    };
    let ship = format!(
        "What ships takes over {folders}{aside} and repeats what the image is configured with."
    );
    let keyword = if from.word == "FROM" && from_text.contains("from ") { "as" } else { "AS" };
    let ops = vec![Op::Replace(from_line, format!("{image} {keyword} {name}"))];
    let named = Step { item: Item::MultiStageBuild, why: build, ops };
    let ops = vec![Op::InsertAfter(run_line, lines)];
    Some(vec![named, Step { item: Item::MultiStageBuild, why: ship, ops }])
}

/// Whether it runs what the authors of packages wrote, which may leave files anywhere.
fn runs_install_scripts(it: &Instruction) -> bool {
    let installs = |tool: &&str| it.text.as_str().contains(*tool);
    it.keyword == Keyword::Run && ["npm", "yarn"].iter().any(installs)
}

/// A name that no stage has and no copy takes from.
fn free_name(view: &View<'_>) -> Option<&'static str> {
    let is_free = |name: &&str| {
        let stages = view.subject.graph.stages.iter();
        let is_stage = stages.into_iter().any(|it| it.name.as_deref() == Some(*name));
        let is_source = view.file.instructions.iter().any(|it| {
            it.flags.iter().any(|it| it.value.as_deref().is_some_and(|it| it.contains(*name)))
        });
        !is_stage && !is_source
    };
    NAMES.into_iter().find(is_free)
}

/// Whether an instruction of the stage that builds says something about what ships too.
fn is_repeated(it: &Instruction, before: &[&Instruction], after: &[&Instruction]) -> bool {
    match it.keyword {
        Keyword::Env
        | Keyword::Workdir
        | Keyword::User
        | Keyword::Label
        | Keyword::Maintainer
        | Keyword::Expose
        | Keyword::Healthcheck
        | Keyword::Stopsignal
        | Keyword::Entrypoint
        | Keyword::Cmd => true,
        Keyword::Arg => it.pairs().iter().any(|it| {
            let name = it.name.text.as_str();
            let uses = |other: &&Instruction| {
                let text = other.text.as_str();
                let flags = other.flags.iter().filter_map(|it| it.value.as_deref());
                [text].into_iter().chain(flags).any(|it| {
                    it.contains(&format!("${name}")) || it.contains(&format!("${{{name}"))
                })
            };
            let stays = |it: &&Instruction| {
                !matches!(it.keyword, Keyword::Run | Keyword::Copy | Keyword::Add)
            };
            before.iter().copied().filter(stays).any(|it| uses(&it)) || after.iter().any(uses)
        }),
        Keyword::Add
        | Keyword::Copy
        | Keyword::From
        | Keyword::Onbuild
        | Keyword::Run
        | Keyword::Shell
        | Keyword::Volume
        | Keyword::Unknown => false,
    }
}
