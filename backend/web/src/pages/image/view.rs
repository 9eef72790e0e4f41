//! What the page of one base image prints.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use checklist::ImageFacts;
use names::OrgLogin;
use store::read::snapshot::{ImageUse, Snapshot, SnapshotDockerfile};

use super::assumed::{AssumedRow, assumed};
use super::variants::Variants;
use crate::counts::{counted, number};
use crate::known::Known;
use crate::links;
use crate::pages::images::ImageRow;
use crate::parts::{Empty, Linked};

/// Teams and other tags that are named.
const NAMED: usize = 20;
/// Dockerfiles shown of each team.
const SHOWN: usize = 5;

/// The whole page.
pub(crate) struct ImageView {
    pub(super) org: OrgLogin,
    pub(super) reference: String,
    pub(super) list_link: String,
    /// Its row of the list; none where no Dockerfile starts from it.
    pub(super) row: Option<ImageRow>,
    pub(super) empty: Option<Empty>,
    /// What can be had of the hardened image.
    pub(super) variants: Option<Variants>,
    /// The hardened image beside which our Dockerfiles' assumptions stand.
    pub(super) beside: Option<String>,
    pub(super) assumed: Vec<AssumedRow>,
    /// Other tags of the image in use, and how many Dockerfiles each has.
    pub(super) others: Vec<(Linked, String)>,
    pub(super) teams: Vec<TeamRow>,
    /// "And 3 more teams".
    pub(super) more_teams: Option<String>,
}

/// What of a team starts from it.
pub(super) struct TeamRow {
    pub(super) team: Linked,
    pub(super) dockerfiles: Linked,
    pub(super) files: Vec<Linked>,
    pub(super) more: Option<Linked>,
}

impl ImageView {
    pub(super) fn new(
        org: &OrgLogin,
        (snapshot, known): (&Snapshot, &Known),
        reference: &str,
    ) -> Self {
        let all = snapshot.images();
        let found = all.iter().find(|it| it.reference == reference);
        let image = found.map(|it| it.image.as_str());
        let others = all.iter().filter(|it| Some(it.image.as_str()) == image);
        let others = others.filter(|it| it.reference != reference).take(NAMED);
        let mut teams = teams(org, snapshot, reference);
        let hidden = teams.len().saturating_sub(NAMED);
        teams.truncate(NAMED);
        let counterpart = counterpart(known, reference, found);
        let facts = counterpart.first().and_then(|it| it.facts.variant.as_ref());
        Self {
            org: org.clone(),
            reference: reference.to_owned(),
            list_link: links::images(org),
            row: found.map(|it| ImageRow::new(org, it, known.standing(it).as_ref())),
            empty: found.is_none().then(|| Empty {
                what: "No Dockerfile in scope starts from this image.".to_owned(),
                advice: match counterpart.first() {
                    Some(_) => "What the catalogue says of it stands below.",
                    None => "It may have been replaced since, or is written otherwise.",
                }
                .to_owned(),
                link: Some(("Show every base image".to_owned(), links::images(org))),
            }),
            variants: variants(known, &counterpart),
            beside: counterpart.first().map(|it| it.reference.clone()),
            assumed: assumed((org, snapshot), reference, facts),
            others: others
                .map(|it| {
                    let link = links::image(org, &it.reference);
                    let extent = counted(it.dockerfiles, "Dockerfile", "Dockerfiles");
                    (Linked::new(it.reference.as_str(), link), extent)
                })
                .collect(),
            teams,
            more_teams: (hidden > 0)
                .then(|| format!("And {}.", counted(hidden, "more team", "more teams"))),
        }
    }
}

/// A hardened image that matters for another, and why.
pub(crate) struct Counterpart {
    pub(crate) reference: String,
    pub(crate) purpose: &'static str,
    pub(crate) facts: ImageFacts,
}

/// The image itself where it is hardened, else those that take its place: what ships first.
pub(crate) fn counterpart(
    known: &Known,
    reference: &str,
    used: Option<&ImageUse>,
) -> Vec<Counterpart> {
    let asked = [
        (Some(reference), "this tag"),
        (used.and_then(|it| it.to_ship.as_deref()), "to ship"),
        (used.and_then(|it| it.for_build.as_deref()), "to build"),
    ];
    let of = |(it, purpose): (Option<&str>, _)| {
        let reference = it?.to_owned();
        Some(Counterpart { facts: known.facts(&reference)?, reference, purpose })
    };
    asked.into_iter().filter_map(of).collect()
}

fn variants(known: &Known, counterpart: &[Counterpart]) -> Option<Variants> {
    let name = &counterpart.first()?.facts.name;
    let tag = |it: &Counterpart| {
        let tag = it.reference.rsplit_once(':')?.1.split('@').next()?;
        (it.facts.name == *name).then(|| (tag.to_owned(), it.purpose))
    };
    let wanted: Vec<(String, &'static str)> = counterpart.iter().filter_map(tag).collect();
    Some(Variants::new(&known.catalog.hardened_image(name)?, &wanted))
}

/// Most Dockerfiles first, no owner among them.
fn teams(org: &OrgLogin, snapshot: &Snapshot, reference: &str) -> Vec<TeamRow> {
    let mut by_team: BTreeMap<Option<usize>, Vec<&SnapshotDockerfile>> = BTreeMap::new();
    for (_, file) in snapshot.files_on(reference) {
        by_team.entry(file.team).or_default().push(file);
    }
    let mut teams: Vec<(Option<usize>, Vec<&SnapshotDockerfile>)> = by_team.into_iter().collect();
    teams.sort_by_key(|(_, files)| Reverse(files.len()));
    let row = |(team, files): (Option<usize>, Vec<&SnapshotDockerfile>)| {
        let team = team.map(|it| snapshot.team(it));
        let filter = [("image", reference), ("team", team.unwrap_or(crate::table::NO_OWNER))];
        let all = links::dockerfiles_where(org, &filter);
        let more = files.len().saturating_sub(SHOWN);
        TeamRow {
            team: Linked::new(team.unwrap_or("no owner"), links::team(org, team)),
            dockerfiles: Linked::new(number(files.len()), all.clone()),
            files: files.iter().take(SHOWN).filter_map(|it| linked(org, snapshot, it)).collect(),
            more: (more > 0).then(|| Linked::new(format!("And {} more", number(more)), all)),
        }
    };
    teams.into_iter().map(row).collect()
}

fn linked(org: &OrgLogin, snapshot: &Snapshot, file: &SnapshotDockerfile) -> Option<Linked> {
    let repository = &snapshot.repository_of(file)?.name;
    let link = links::dockerfile(org, repository, &file.path);
    Some(Linked::new(format!("{repository}/{}", file.path), link))
}
