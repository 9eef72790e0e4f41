//! The search over organizations in memory: repositories, Dockerfiles in scope, base images
//! in use, teams. What is called exactly so comes first, then what begins so, then the rest;
//! between equals the shorter one.

use std::collections::BTreeSet;
use std::sync::Arc;

use names::OrgLogin;

use super::repository_filter::Team;
use super::snapshot::Snapshot;

/// Where to look.
#[derive(Debug, Clone)]
pub struct Searched {
    /// The organization.
    pub owner: OrgLogin,
    /// What it is like now.
    pub snapshot: Arc<Snapshot>,
}

/// What was found of one kind, best first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hits<T> {
    /// The best ones.
    pub best: Vec<T>,
    /// How many there are in all.
    pub total: usize,
}

/// Something in one of the organizations that were searched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// A place in what was searched.
    pub organization: usize,
    /// A place in its repositories, Dockerfiles or teams.
    pub place: usize,
}

/// A base image that was found.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct FoundImage {
    /// A place in what was searched.
    pub organization: usize,
    /// The reference as people write it.
    pub reference: String,
}

/// Everything that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Repositories.
    pub repositories: Hits<Place>,
    /// Dockerfiles.
    pub dockerfiles: Hits<Place>,
    /// Base images.
    pub images: Hits<FoundImage>,
    /// Teams.
    pub teams: Hits<Place>,
}

/// How well a name fits; less is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    Exact,
    Beginning,
    Somewhere,
}

/// What has `text` in its name, whatever the case; each list at most `limit` long.
#[must_use]
pub fn found(searched: &[Searched], text: &str, limit: usize) -> Found {
    let text = text.to_lowercase();
    Found {
        repositories: hits(repositories(searched, &text), limit),
        dockerfiles: hits(dockerfiles(searched, &text), limit),
        images: hits(images(searched, &text), limit),
        teams: hits(teams(searched, &text), limit),
    }
}

type Fitting<T> = Vec<(Fit, usize, T)>;

fn repositories(searched: &[Searched], text: &str) -> Fitting<Place> {
    let mut fitting = Vec::new();
    for (organization, it) in searched.iter().enumerate() {
        for (place, repository) in it.snapshot.repositories.iter().enumerate() {
            let name = repository.name.as_str();
            let whole = || text.contains('/').then(|| format!("{}/{name}", it.owner));
            let fit = fit(name, text).or_else(|| fit(&whole()?, text));
            fitting.extend(fit.map(|fit| (fit, name.len(), Place { organization, place })));
        }
    }
    fitting
}

fn dockerfiles(searched: &[Searched], text: &str) -> Fitting<Place> {
    let mut fitting = Vec::new();
    for (organization, it) in searched.iter().enumerate() {
        for (place, file) in it.snapshot.dockerfiles.iter().enumerate() {
            let path = file.path.as_str();
            let whole = || {
                let repository = it.snapshot.repository_of(file)?;
                text.contains('/').then(|| format!("{}/{path}", repository.name))
            };
            let fit = fit(path, text).or_else(|| fit(&whole()?, text));
            fitting.extend(fit.map(|fit| (fit, path.len(), Place { organization, place })));
        }
    }
    fitting
}

fn images(searched: &[Searched], text: &str) -> Fitting<FoundImage> {
    let mut fitting = Vec::new();
    for (organization, it) in searched.iter().enumerate() {
        let bases = it.snapshot.reports.iter().flat_map(|it| &it.bases);
        let references: BTreeSet<&str> = bases.map(|it| it.reference.as_str()).collect();
        for reference in references {
            let found = || FoundImage { organization, reference: reference.to_owned() };
            fitting.extend(fit(reference, text).map(|fit| (fit, reference.len(), found())));
        }
    }
    fitting
}

fn teams(searched: &[Searched], text: &str) -> Fitting<Place> {
    let mut fitting = Vec::new();
    for (organization, it) in searched.iter().enumerate() {
        for (place, team) in it.snapshot.teams.iter().enumerate() {
            let fit = fit(team, text);
            fitting.extend(fit.map(|fit| (fit, team.len(), Place { organization, place })));
        }
    }
    fitting
}

fn fit(name: &str, text: &str) -> Option<Fit> {
    let name = name.to_lowercase();
    match name.find(text)? {
        0 if name.len() == text.len() => Some(Fit::Exact),
        0 => Some(Fit::Beginning),
        _ => Some(Fit::Somewhere),
    }
}

fn hits<T: Ord>(mut fitting: Fitting<T>, limit: usize) -> Hits<T> {
    let total = fitting.len();
    // Places are in the order of names already.
    fitting.sort_unstable();
    fitting.truncate(limit);
    Hits { best: fitting.into_iter().map(|(_, _, it)| it).collect(), total }
}

impl Snapshot {
    /// How many Dockerfiles in the count a team has.
    #[must_use]
    pub fn dockerfiles_of_team(&self, team: usize) -> usize {
        let team = Team::Named(self.team(team).to_owned());
        self.files_of_team(&team).count()
    }
}
