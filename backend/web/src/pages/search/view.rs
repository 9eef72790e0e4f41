//! What was found, ready to print.

use store::read::RepositoryState;
use store::read::search::{Found, FoundImage, Hits, Place, Searched};
use store::read::snapshot::SnapshotRepository;

use super::marked::Marked;
use crate::counts::{counted, number};
use crate::format;
use crate::links;

/// The whole page.
pub(super) struct SearchView {
    pub(super) text: String,
    /// Those with hits.
    pub(super) groups: Vec<Group>,
    pub(super) has_organizations: bool,
}

/// What was found of one kind.
pub(super) struct Group {
    pub(super) title: &'static str,
    /// "20 of 312", where not all are shown.
    pub(super) extent: String,
    pub(super) hits: Vec<Hit>,
}

/// Something that has a page.
pub(super) struct Hit {
    pub(super) name: Marked,
    pub(super) link: String,
    pub(super) remark: String,
}

/// What hits are made of.
struct Telling<'a> {
    text: &'a str,
    searched: &'a [Searched],
}

impl SearchView {
    pub(super) fn new(text: &str, searched: &[Searched], found: &Found) -> Self {
        let telling = Telling { text, searched };
        let groups = [
            group("Repositories", &found.repositories, |it| telling.repository(*it)),
            group("Dockerfiles", &found.dockerfiles, |it| telling.dockerfile(*it)),
            group("Base images", &found.images, |it| telling.image(it)),
            group("Teams", &found.teams, |it| telling.team(*it)),
        ];
        Self {
            text: text.to_owned(),
            groups: groups.into_iter().filter(|it| !it.hits.is_empty()).collect(),
            has_organizations: !searched.is_empty(),
        }
    }
}

fn group<T>(title: &'static str, hits: &Hits<T>, tell: impl Fn(&T) -> Option<Hit>) -> Group {
    let shown: Vec<Hit> = hits.best.iter().filter_map(tell).collect();
    let extent = match hits.total > shown.len() {
        true => format!("the best {} of {}", number(shown.len()), number(hits.total)),
        false => number(hits.total),
    };
    Group { title, extent, hits: shown }
}

impl Telling<'_> {
    fn repository(&self, it: Place) -> Option<Hit> {
        let Searched { owner, snapshot } = self.searched.get(it.organization)?;
        let found = snapshot.repositories.get(it.place)?;
        let name = match self.text.contains('/') || self.searched.len() > 1 {
            true => format!("{owner}/{}", found.name),
            false => found.name.to_string(),
        };
        Some(Hit {
            name: Marked::new(&name, self.text),
            link: links::repository(owner, &found.name),
            remark: repository_remark(found),
        })
    }

    fn dockerfile(&self, it: Place) -> Option<Hit> {
        let Searched { owner, snapshot } = self.searched.get(it.organization)?;
        let found = snapshot.dockerfiles.get(it.place)?;
        let repository = snapshot.repository_of(found)?;
        let left = found.items.iter().filter(|it| it.is_left()).count();
        let left =
            if left == 0 { "done".to_owned() } else { counted(left, "item left", "items left") };
        Some(Hit {
            name: Marked::new(&format!("{}/{}", repository.name, found.path), self.text),
            link: links::dockerfile(owner, &repository.name, &found.path),
            remark: self.in_organization(it.organization, left),
        })
    }

    fn image(&self, it: &FoundImage) -> Option<Hit> {
        let Searched { owner, snapshot } = self.searched.get(it.organization)?;
        let image = snapshot.images().iter().find(|image| image.reference == it.reference);
        let files = image.map_or(0, |it| it.dockerfiles);
        Some(Hit {
            name: Marked::new(&it.reference, self.text),
            link: links::image(owner, &it.reference),
            remark: self.in_organization(
                it.organization,
                format!("in {}", counted(files, "Dockerfile", "Dockerfiles")),
            ),
        })
    }

    fn team(&self, it: Place) -> Option<Hit> {
        let Searched { owner, snapshot } = self.searched.get(it.organization)?;
        let name = snapshot.team(it.place);
        let files = snapshot.dockerfiles_of_team(it.place);
        Some(Hit {
            name: Marked::new(name, self.text),
            link: match files {
                // It owns repositories without a Dockerfile in scope: it has no page.
                0 => links::repositories_where(owner, &[("team", name), ("state", "all")]),
                _ => links::team(owner, Some(name)),
            },
            remark: self
                .in_organization(it.organization, counted(files, "Dockerfile", "Dockerfiles")),
        })
    }

    /// A remark, with the organization where there are several.
    fn in_organization(&self, organization: usize, remark: String) -> String {
        match self.searched.get(organization).filter(|_| self.searched.len() > 1) {
            Some(it) => format!("{}, {remark}", it.owner),
            None => remark,
        }
    }
}

fn repository_remark(found: &SnapshotRepository) -> String {
    match found.state {
        RepositoryState::OutOfScope if found.is_archived => "out of scope: archived".to_owned(),
        RepositoryState::OutOfScope => "out of scope".to_owned(),
        RepositoryState::NoDockerfile => "no Dockerfile".to_owned(),
        RepositoryState::Finished => "finished".to_owned(),
        RepositoryState::InProgress | RepositoryState::NotStarted
            if found.committed_at.is_none() && found.dockerfiles.is_empty() =>
        {
            "not read yet".to_owned()
        }
        RepositoryState::InProgress | RepositoryState::NotStarted => {
            let left = i64::try_from(found.items_left()).unwrap_or(i64::MAX);
            format::counted(left, "item left", "items left")
        }
    }
}
