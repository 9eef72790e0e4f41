//! Hardened images in place of the bases: dev images where something is built, a runtime
//! image where the shipped stage only copies.

use std::collections::BTreeSet;

use super::ship::{self, Shipment};
use super::target::{Target, target};
use super::{Offer, Step as Change, View, from_line, obstacle, whole};
use crate::StageRole;
use crate::advice::{About, Remark};
use crate::catalog::Family;
use crate::dockerfile::{Instruction, Keyword};
use crate::stages::Stage;
use crate::subject::{Footing, Ground, ships};
use crate::suggest::Use;

/// Images whose products run wherever they are put: nothing in them is linked against the
/// libraries of the stage that built it.
const PORTABLE: [&str; 5] = ["maven", "gradle", "eclipse-temurin", "dotnet", "amazoncorretto"];

/// A build stage that can stand on another image.
struct Builder<'v, 'a> {
    stage: &'v Stage<'a>,
    target: Target<'a>,
    steps: Vec<Change>,
    /// Whether what it builds may depend on the libraries that it is built with.
    is_bound: bool,
}

/// Offers other bases: each builder alone, but those whose products must fit what ships
/// together with it.
pub(super) fn offer(view: &View<'_>) -> Offer {
    let mut offer = Offer::default();
    let mut builders = Vec::new();
    for stage in view.subject.stages().filter(|it| it.role == StageRole::Build) {
        match builder(view, stage) {
            Ok(it) => builders.push(it),
            Err(remark) => offer.left.extend(remark),
        }
    }
    let shipment = match ship::shipment(view) {
        Ok(it) => Some(it),
        Err(remark) => {
            offer.left.extend(remark);
            together(view, &mut offer)
        }
    };
    group(view, builders, shipment, &mut offer);
    offer
}

/// What can stay together where it cannot ship on a runtime image.
fn together<'a>(view: &View<'a>, offer: &mut Offer) -> Option<Shipment<'a>> {
    let runs = |it: &crate::stages::Step<'_>| it.instruction.keyword == Keyword::Run;
    if !view.subject.graph.chain().iter().any(runs) {
        return None;
    }
    match whole::shipment(view) {
        Ok(it) => Some(it),
        Err(remark) => {
            offer.left.extend(remark);
            None
        }
    }
}

/// Puts together what must be taken together.
fn group(
    view: &View<'_>,
    builders: Vec<Builder<'_, '_>>,
    shipment: Option<Shipment<'_>>,
    offer: &mut Offer,
) {
    let shipped: Option<&Target<'_>> = shipment.as_ref().map(|it| &it.target);
    let already = shipped_already(view);
    let mut together: Vec<Change> = Vec::new();
    let mut is_whole = true;
    let offered: BTreeSet<usize> = builders.iter().map(|it| it.stage.index).collect();
    for it in builders {
        if !it.is_bound || !reaches_shipped(it.stage) || serves_files(view) {
            offer.groups.push(it.steps);
        } else if fits(&it.target, shipped.or(already.as_ref())) {
            together.extend(it.steps);
        } else {
            is_whole = false;
            offer.left.push(bound(it.stage, &it.target));
        }
    }
    let Some(shipment) = shipment else {
        offer.groups.extend((!together.is_empty()).then_some(together));
        return;
    };
    let own = view.subject.final_stage().map(|it| view.subject.root(it));
    let python_stays = shipment.target.name == "python"
        && feeds(view)
            .filter(|it| Some(view.subject.root(it)) != own)
            .any(|it| !offered.contains(&it.index) && is_foreign_python(view, it));
    if python_stays || (!is_whole && shipment.target.name == "python") {
        offer.left.push(Remark {
            about: About::Version,
            lines: Some(view.subject.final_from()),
            sentence: format!(
                "What ships stays as it is: an environment of Python that another image builds \
                 does not find the interpreter of `{}`.",
                shipment.target.reference
            ),
        });
        offer.groups.extend((!together.is_empty() && already.is_some()).then_some(together));
        return;
    }
    let mut steps = shipment.steps;
    steps.extend(together);
    offer.groups.push(steps);
}

/// The hardened image that ships now, if it is one.
fn shipped_already<'a>(view: &View<'a>) -> Option<Target<'a>> {
    let Footing::Image(image) = view.subject.final_footing() else { return None };
    let hardened = view.subject.final_footing().hardened()?;
    let tag = image.reference.tag.as_deref()?;
    Target::of(&format!("dhi.io/{}:{tag}", hardened.name), view.subject.catalog)
}

/// Whether what is built on one image runs on another: the same family, and a C library that
/// is there and not older.
fn fits(builder: &Target<'_>, shipped: Option<&Target<'_>>) -> bool {
    shipped.is_some_and(|it| {
        it.name != "static"
            && it.family == builder.family
            && builder.distribution <= it.distribution
    })
}

/// Whether what ships serves files and runs nothing that is built here.
fn serves_files(view: &View<'_>) -> bool {
    let name = view.subject.final_footing().name();
    let image = name.split(':').next().and_then(|it| it.rsplit('/').next()).unwrap_or_default();
    matches!(image, "nginx" | "dhi-nginx" | "nginx-unprivileged" | "httpd" | "caddy")
}

/// The stages from which what ships takes files, however long the way.
fn feeds<'v>(view: &'v View<'_>) -> impl Iterator<Item = &'v Stage<'v>> {
    let stages = &view.subject.graph.stages;
    stages.iter().filter(|it| reaches_shipped(it))
}

/// Whether files of a stage come to what ships.
fn reaches_shipped(stage: &Stage<'_>) -> bool {
    stage.reachable && !ships(stage.role)
}

fn is_foreign_python(view: &View<'_>, stage: &Stage<'_>) -> bool {
    let footing = view.subject.footing(stage);
    footing.ground() == Ground::Foreign && footing.name().contains("python")
}

fn bound(stage: &Stage<'_>, target: &Target<'_>) -> Remark {
    Remark {
        about: About::Distribution,
        lines: Some(stage.from.lines),
        sentence: format!(
            "`{}` is left: what it builds may need the libraries of the stage that ships; take \
             `{}` together with a hardened image there.",
            stage.from.raw, target.reference
        ),
    }
}

fn builder<'v, 'a>(
    view: &View<'a>,
    stage: &'v Stage<'a>,
) -> Result<Builder<'v, 'a>, Option<Remark>> {
    let target = target(view.subject, stage, Use::Build)?;
    let same_base = on_base_of(view, stage);
    if let Some((lines, why)) = obstacle::of(view, &same_base, &target) {
        let sentence = format!("`{}` is left: {why}", stage.from.raw);
        return Err(Some(Remark { about: About::Packages, lines: Some(lines), sentence }));
    }
    let why = format!(
        "`{}` builds, and `{}` is its hardened image for building.",
        stage.from.raw, target.reference
    );
    let steps = from_line::steps(view, stage, &target, &why).ok_or(None)?;
    let is_static = is_static_go(&same_base, &target);
    // On Alpine the kit for .NET is one that the distribution built for itself.
    let is_of_alpine = target.name == "dotnet" && target.family == Family::Alpine;
    let is_portable = PORTABLE.contains(&target.name.as_str()) && !is_of_alpine;
    let is_bound = !is_portable && !is_static;
    Ok(Builder { stage, target, steps, is_bound })
}

/// The stages on the external image that one names, itself first.
fn on_base_of<'v, 'a>(view: &View<'a>, stage: &'v Stage<'a>) -> Vec<&'a Stage<'a>>
where
    'a: 'v,
{
    let stages = view.subject.graph.stages.iter();
    stages.filter(|it| view.subject.root(it) == stage.index).collect()
}

/// Whether everything that is built is a Go program without C, by the file's own words. Without
/// such words it depends on whether the image has a compiler for C, which not all have.
fn is_static_go(stages: &[&Stage<'_>], target: &Target<'_>) -> bool {
    let says = |it: &Instruction| it.text.as_str().contains("CGO_ENABLED=0");
    let builds = |it: &Instruction| {
        let programs = ["go build", "go install", "make", "go test", "goreleaser", "mage"];
        let text = it.text.as_str();
        it.keyword == Keyword::Run && programs.iter().any(|it| text.contains(it))
    };
    let instructions = || stages.iter().flat_map(|it| &it.steps).map(|it| it.instruction);
    let by_environment = instructions().any(|it| {
        let old_form = it.text.as_str().starts_with("CGO_ENABLED 0");
        it.keyword == Keyword::Env && (says(it) || old_form)
    });
    let builds_without = || instructions().filter(|it| builds(it)).all(says);
    let is_any = instructions().any(builds);
    // What builds nothing leaves nothing that could be linked.
    target.name == "golang" && (by_environment || builds_without() || !is_any)
}
