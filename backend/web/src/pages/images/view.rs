//! What the list of base images prints.

use names::OrgLogin;
use store::read::snapshot::{ImageKind, ImageUse};

use super::address::{Address, stands};
use super::{PAGE_SIZE, Rated};
use crate::counts::{counted, number};
use crate::known::{Standing, StandingKind};
use crate::links;
use crate::pages::items::no_dockerfile;
use crate::parts::{Empty, Linked, Pagination};
use crate::prose::Prose;

/// The whole page.
pub(super) struct ImagesView {
    pub(super) org: OrgLogin,
    /// "312 base images".
    pub(super) count: String,
    /// Withdrawn and end-of-life tags in use, whatever is chosen.
    pub(super) remarked: Vec<ImageRow>,
    pub(super) kinds: Vec<KindChip>,
    pub(super) standings: Vec<KindChip>,
    pub(super) text: String,
    pub(super) kind: String,
    pub(super) standing: String,
    pub(super) stages: [StageChoice; 3],
    pub(super) action: String,
    pub(super) reset: Option<String>,
    pub(super) rows: Vec<ImageRow>,
    pub(super) pagination: Option<Pagination>,
    pub(super) empty: Option<Empty>,
    pub(super) csv: String,
    pub(super) json: String,
}

/// One choice and how many there are of it, with the other choices kept.
pub(super) struct KindChip {
    pub(super) text: String,
    pub(super) link: String,
    pub(super) is_on: bool,
}

/// A choice of the form.
pub(super) struct StageChoice {
    pub(super) value: &'static str,
    pub(super) text: &'static str,
    pub(super) is_chosen: bool,
}

/// A base image in use.
pub(in crate::pages) struct ImageRow {
    pub(in crate::pages) image: Linked,
    pub(in crate::pages) kind: &'static str,
    /// The class of its colour.
    pub(in crate::pages) class: &'static str,
    pub(in crate::pages) sign: &'static str,
    pub(in crate::pages) to_ship: Option<Linked>,
    pub(in crate::pages) for_build: Option<Linked>,
    pub(in crate::pages) dockerfiles: Linked,
    pub(in crate::pages) shipped: Option<Linked>,
    pub(in crate::pages) build: Option<Linked>,
    pub(in crate::pages) repositories: String,
    /// Where the table of repositories can tell this tag from others.
    pub(in crate::pages) repositories_link: Option<String>,
    /// How it stands in the catalogue, and whether that is to be said loudly.
    pub(in crate::pages) note: Option<(Prose, bool)>,
}

impl ImagesView {
    pub(super) fn new(address: &Address, images: &[Rated<'_>]) -> Self {
        let org = &address.org;
        let is_chosen = |(it, standing): &&Rated<'_>| address.has(it, standing.as_ref());
        let chosen: Vec<&Rated<'_>> = images.iter().filter(is_chosen).collect();
        let shown = chosen.iter().skip((address.page - 1) * PAGE_SIZE).take(PAGE_SIZE);
        let row = |(it, standing): &Rated<'_>| ImageRow::new(org, it, standing.as_ref());
        let rows: Vec<ImageRow> = shown.map(|it| row(it)).collect();
        let is_over = |(_, standing): &&Rated<'_>| standing.as_ref().is_some_and(Standing::is_over);
        let signed = |it: usize| i64::try_from(it).unwrap_or(i64::MAX);
        let pagination = (chosen.len() > PAGE_SIZE).then(|| {
            let (page, size) = (signed(address.page), signed(PAGE_SIZE));
            Pagination::new(page, size, signed(chosen.len()), |it| address.with_page(it))
        });
        let [kind, stage, standing] = address.chosen();
        let stages = [("", "any"), ("shipped", "shipped"), ("build", "build only")];
        Self {
            count: counted(chosen.len(), "base image", "base images"),
            remarked: images.iter().filter(is_over).map(row).collect(),
            kinds: kinds(address, images),
            standings: standings(address, images),
            standing: standing.to_owned(),
            text: address.text().to_owned(),
            kind: kind.to_owned(),
            stages: stages.map(|(value, text)| StageChoice {
                value,
                text,
                is_chosen: value == stage,
            }),
            action: links::images(org),
            reset: address.is_filtered().then(|| links::images(org)),
            empty: rows.is_empty().then(|| empty(address, images)),
            rows,
            pagination,
            csv: address.as_file("csv"),
            json: address.as_file("json"),
            org: org.clone(),
        }
    }
}

fn kinds(address: &Address, images: &[Rated<'_>]) -> Vec<KindChip> {
    let chip = |kind: Option<ImageKind>| {
        let mut choice = address.choice.clone();
        choice.kind = kind;
        let fits = |(it, standing): &&Rated<'_>| {
            choice.has(it) && stands(address.standing, standing.as_ref())
        };
        let count = images.iter().filter(fits).count();
        KindChip {
            text: format!("{} {}", kind.map_or("all", ImageKind::words), number(count)),
            link: address.with_kind(kind),
            is_on: address.choice.kind == kind,
        }
    };
    [None].into_iter().chain(ImageKind::ALL.map(Some)).map(chip).collect()
}

fn standings(address: &Address, images: &[Rated<'_>]) -> Vec<KindChip> {
    let chip = |kind: Option<StandingKind>| {
        let fits =
            |(it, standing): &&Rated<'_>| address.choice.has(it) && stands(kind, standing.as_ref());
        let count = number(images.iter().filter(fits).count());
        KindChip {
            text: format!("{} {count}", kind.map_or("any", StandingKind::words)),
            link: address.with_standing(kind),
            is_on: address.standing == kind,
        }
    };
    [None].into_iter().chain(StandingKind::ALL.map(Some)).map(chip).collect()
}

fn empty(address: &Address, images: &[Rated<'_>]) -> Empty {
    if images.is_empty() {
        return no_dockerfile(&address.org);
    }
    Empty {
        what: "No base image in use is like this.".to_owned(),
        advice: "Take a filter off to see more.".to_owned(),
        link: Some(("Show every base image".to_owned(), links::images(&address.org))),
    }
}

impl ImageRow {
    pub(in crate::pages) fn new(org: &OrgLogin, it: &ImageUse, at: Option<&Standing>) -> Self {
        let reference = it.reference.as_str();
        let on_stage = |count: usize, stage| {
            let link = links::dockerfiles_where(org, &[("image", reference), ("stage", stage)]);
            (count > 0).then(|| Linked::new(number(count), link))
        };
        let hardened = |it: &String| Linked::new(it.as_str(), links::image(org, it));
        let (class, sign) = match it.kind {
            ImageKind::ToReplace => ("remaining", "✕"),
            ImageKind::Hardened => ("met", "✓"),
            ImageKind::NoneExists => ("unknown", "–"),
            ImageKind::NotKnown => ("verify", "?"),
        };
        Self {
            image: Linked::new(reference, links::image(org, reference)),
            kind: it.kind.words(),
            class,
            sign,
            to_ship: it.to_ship.as_ref().map(hardened),
            for_build: it.for_build.as_ref().map(hardened),
            dockerfiles: Linked::new(
                number(it.dockerfiles),
                links::dockerfiles_where(org, &[("image", reference)]),
            ),
            shipped: on_stage(it.shipped, "shipped"),
            build: on_stage(it.build, "build"),
            repositories: number(it.repositories),
            // The table of repositories takes a name without a tag for all tags of it.
            repositories_link: (it.reference != it.image)
                .then(|| links::repositories_where(org, &[("image", reference)])),
            note: at.and_then(|it| Some((Prose::of(&it.note()?), it.is_over()))),
        }
    }
}
