//! Which images bring certificate authorities along, so that installing them adds nothing.
//!
//! Read in the Dockerfiles of the official images, November 2026. An image that is not listed
//! is taken to have none.

use super::View;
use crate::catalog::numbers;
use crate::dockerfile::Keyword;
use crate::footing::BaseImage;
use crate::image::Reference;
use crate::reference::{Standing, catalog_name, familiar_name};
use crate::stages::Stage;
use crate::subject::Footing;
use crate::suggest::{Use, missed_version};
use crate::{StageRole, Suggestion};

/// What an image has of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Authorities {
    /// The package itself with its programs: to install it again does nothing.
    Package,
    /// The bundle without the programs that make it.
    Bundle,
}

/// The package that is the bundle without programs.
pub(super) const BUNDLE: &str = "ca-certificates-bundle";

/// Images that have the package in every variant.
const WITH_PACKAGE: [&str; 5] = ["golang", "python", "ruby", "php", "rust"];

/// What the image under a stage has; none if that is nothing, or not known.
pub(super) fn of(view: &View<'_>, stage: &Stage<'_>) -> Option<Authorities> {
    let footing = view.subject.footing(stage);
    if let Some(variant) = footing.variant() {
        let has = !variant.lacks_bundle && variant.kind.builds();
        return has.then_some(Authorities::Bundle);
    }
    let Footing::Image(image) = footing else { return None };
    let found =
        matches!(image.standing, Standing::Other).then(|| of_foreign(view, stage, image))??;
    let is_safe = match found {
        Authorities::Package => true,
        Authorities::Bundle => takes_bundle_alone(view) || is_quiet(view, stage),
    };
    is_safe.then_some(found)
}

fn of_foreign(view: &View<'_>, stage: &Stage<'_>, image: &BaseImage<'_>) -> Option<Authorities> {
    let familiar = familiar_name(&image.reference);
    let name = catalog_name(&familiar);
    let tag = image.reference.tag.as_deref().unwrap_or("latest");
    let is_small = ["slim", "alpine"].iter().any(|it| tag.contains(it));
    if name == "buildpack-deps" {
        let is_kept = ["bookworm", "trixie", "jammy", "noble"].iter().any(|it| tag.contains(it));
        return is_kept.then_some(Authorities::Package);
    }
    let has_package = WITH_PACKAGE.contains(&name)
        || (name == "node" && !is_small)
        || (name == "eclipse-temurin" && !tag.contains("alpine") && !tag.contains("ubi"));
    if has_package {
        return is_kept(view, stage, image).then_some(Authorities::Package);
    }
    // The images of Alpine have the bundle, and that of these releases is new enough.
    let is_new = matches!(tag, "latest" | "edge" | "3") || numbers(leading(tag)) >= vec![3, 18];
    (name == "alpine" && is_new).then_some(Authorities::Bundle)
}

/// Whether an image is of a line that is still built anew: to install the package on an old one
/// makes its bundle a newer one.
fn is_kept(view: &View<'_>, stage: &Stage<'_>, image: &BaseImage<'_>) -> bool {
    let Suggestion::Use(reference) =
        view.subject.suggestion_for(view.subject.footing(stage), Use::Build)
    else {
        return false;
    };
    let tag = Reference::parse(&reference).tag.unwrap_or_default();
    missed_version(view.subject.catalog, &image.reference, &tag).is_none()
}

/// The numbers at which a tag begins.
fn leading(tag: &str) -> &str {
    let end = tag.find(|it: char| !it.is_ascii_digit() && it != '.').unwrap_or(tag.len());
    tag.get(..end).unwrap_or_default().trim_end_matches('.')
}

/// Whether the file installs the bundle alone, which the image has to the letter.
fn takes_bundle_alone(view: &View<'_>) -> bool {
    let texts = view.file.instructions.iter().map(|it| it.text.as_str());
    !texts.into_iter().any(|it| it.replace(BUNDLE, "").contains("ca-certificates"))
}

/// Whether nothing on an image can be seen to look for more than the bundle: scripts may call
/// the programs of the package, and whoever starts from what ships may do so too.
fn is_quiet(view: &View<'_>, stage: &Stage<'_>) -> bool {
    let stages = &view.subject.graph.stages;
    let mut same_base =
        stages.iter().filter(|it| view.subject.root(it) == view.subject.root(stage));
    same_base.all(|it| !runs_scripts(view, it) && starts_own_program(view, it))
        && !view.file.instructions.iter().any(|it| takes_folder(it.text.as_str()))
}

fn runs_scripts(view: &View<'_>, stage: &Stage<'_>) -> bool {
    view.subject.commands(stage).iter().any(|it| {
        let is_shell =
            it.program_name().is_none_or(|it| matches!(it, "sh" | "bash" | "ash" | "source" | "."));
        is_shell || it.words.iter().any(|it| it.raw.contains(".sh"))
    })
}

/// Whether what starts is a program that the file copies in, where something ships: no image
/// that others build on, and no script.
fn starts_own_program(view: &View<'_>, stage: &Stage<'_>) -> bool {
    if !matches!(stage.role, StageRole::Final | StageRole::OtherTarget) {
        return true;
    }
    let Some(set) = stage.entrypoint.as_ref().or(stage.cmd.as_ref()) else { return false };
    let name =
        |it: &str| it.trim_end_matches('/').rsplit('/').next().unwrap_or_default().to_owned();
    let Some(program) = set.value.words.first().map(|it| name(it)) else { return false };
    let is_script = [".sh", ".bash", "entry", "start", "run", "init"];
    let is_copied = view.file.instructions.iter().any(|it| {
        let is_copy = matches!(it.keyword, Keyword::Copy | Keyword::Add);
        is_copy && it.words().iter().any(|it| name(&it.text) == program)
    });
    let words = set.value.words.iter();
    set.value.instruction.is_exec_form()
        && is_copied
        && !is_script.iter().any(|it| program.contains(it))
        && !words.into_iter().any(|it| it.ends_with(".sh"))
}

/// Whether the folder in which the bundle lies is taken whole, or looked through.
fn takes_folder(text: &str) -> bool {
    let folder = |it: &str| matches!(it.trim_end_matches('/'), "/etc/ssl" | "/etc/ssl/certs");
    let mut words = text.split(|it: char| it.is_whitespace() || "='\",[]".contains(it));
    text.contains("SSL_CERT_DIR") || words.next().is_some_and(folder)
}
