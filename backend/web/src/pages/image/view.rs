//! What the page of one base image prints.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use names::OrgLogin;
use store::read::snapshot::{Snapshot, SnapshotDockerfile};

use super::facts::FactSheet;
use crate::counts::{counted, number};
use crate::links;
use crate::pages::images::ImageRow;
use crate::parts::{Empty, Linked};

/// Teams and other tags that are named.
const NAMED: usize = 20;
/// Dockerfiles shown of each team.
const SHOWN: usize = 5;

/// The whole page.
pub(super) struct ImageView {
    pub(super) org: OrgLogin,
    pub(super) reference: String,
    pub(super) list_link: String,
    /// Its row of the list; none where no Dockerfile starts from it.
    pub(super) row: Option<ImageRow>,
    pub(super) empty: Option<Empty>,
    pub(super) sheets: Vec<FactSheet>,
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
    pub(super) fn new(org: &OrgLogin, snapshot: &Snapshot, reference: &str) -> Self {
        let all = snapshot.images();
        let found = all.iter().find(|it| it.reference == reference);
        let image = found.map(|it| it.image.as_str());
        let others = all.iter().filter(|it| Some(it.image.as_str()) == image);
        let others = others.filter(|it| it.reference != reference).take(NAMED);
        let mut teams = teams(org, snapshot, reference);
        let hidden = teams.len().saturating_sub(NAMED);
        teams.truncate(NAMED);
        let counterparts = [
            (Some(reference), ""),
            (found.and_then(|it| it.to_ship.as_deref()), "to ship"),
            (found.and_then(|it| it.for_build.as_deref()), "to build"),
        ];
        let sheet = |(it, purpose): (Option<&str>, _)| FactSheet::of(it?, purpose);
        Self {
            org: org.clone(),
            reference: reference.to_owned(),
            list_link: links::images(org),
            row: found.map(|it| ImageRow::new(org, it)),
            empty: found.is_none().then(|| Empty {
                what: "No Dockerfile in scope starts from this image.".to_owned(),
                advice: "It may have been replaced since, or is written otherwise.".to_owned(),
                link: Some(("Show every base image".to_owned(), links::images(org))),
            }),
            sheets: counterparts.into_iter().filter_map(sheet).collect(),
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
