//! The search over organizations in memory: repositories, Dockerfiles in scope, base images
//! in use, teams. What is called exactly so comes first, then what begins so, then the rest;
//! between equals the shorter one.

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
        repositories: best(repositories(searched, &text, limit), limit),
        dockerfiles: best(dockerfiles(searched, &text, limit), limit),
        images: hits(images(searched, &text), limit),
        teams: hits(teams(searched, &text), limit),
    }
}

/// What is called by one fitting name, the first few of it.
struct Fitting {
    rank: (Fit, usize),
    count: usize,
    first: Vec<Place>,
}

impl Fitting {
    fn new(rank: (Fit, usize), organization: usize, places: &[usize], limit: usize) -> Self {
        let place = |it: &usize| Place { organization, place: *it };
        Self { rank, count: places.len(), first: places.iter().take(limit).map(place).collect() }
    }
}

fn repositories(searched: &[Searched], text: &str, limit: usize) -> Vec<Fitting> {
    let mut fitting = Vec::new();
    for (organization, it) in searched.iter().enumerate() {
        let (names, _) = it.snapshot.names();
        let owner = it.owner.as_str().to_lowercase();
        // There is no slash in a name: what stands behind one is its beginning.
        let part = text.split_once('/').map_or(text, |(_, beginning)| beginning);
        for (name, places) in names.with(part) {
            if let Some(fit) = fit(name, text).or_else(|| fit_joined(&owner, name, text)) {
                fitting.push(Fitting::new((fit, name.len()), organization, places, limit));
            }
        }
    }
    fitting
}

fn dockerfiles(searched: &[Searched], text: &str, limit: usize) -> Vec<Fitting> {
    let mut fitting = Vec::new();
    for (organization, it) in searched.iter().enumerate() {
        let (repositories, paths) = it.snapshot.names();
        for (path, places) in paths.with(text) {
            if let Some(fit) = fit(path, text) {
                fitting.push(Fitting::new((fit, path.len()), organization, places, limit));
            }
        }
        let Some((end, _)) = text.split_once('/') else { continue };
        for (name, places) in repositories.with(end).filter(|(it, _)| it.ends_with(end)) {
            let places = places.iter().filter_map(|place| it.snapshot.repositories.get(*place));
            for place in places.flat_map(|it| it.dockerfiles.clone()) {
                let path = it.snapshot.dockerfiles.get(place).map(|it| it.path.as_str());
                let path = path.unwrap_or_default().to_lowercase();
                let fit = fit_joined(name, &path, text).filter(|_| fit(&path, text).is_none());
                let rank = |fit| (fit, path.len());
                fitting.extend(fit.map(|fit| Fitting::new(rank(fit), organization, &[place], 1)));
            }
        }
    }
    fitting
}

/// Best first; between equals in the order of places.
fn best(mut fitting: Vec<Fitting>, limit: usize) -> Hits<Place> {
    let total = fitting.iter().map(|it| it.count).sum();
    fitting.sort_unstable_by_key(|it| it.rank);
    let mut best = Vec::new();
    for equal in fitting.chunk_by(|one, other| one.rank == other.rank) {
        if best.len() >= limit {
            break;
        }
        let mut places: Vec<Place> = equal.iter().flat_map(|it| &it.first).copied().collect();
        places.sort_unstable();
        best.extend(places);
    }
    best.truncate(limit);
    Hits { best, total }
}

type Named<T> = Vec<(Fit, usize, T)>;

fn images(searched: &[Searched], text: &str) -> Named<FoundImage> {
    let mut named = Vec::new();
    for (organization, it) in searched.iter().enumerate() {
        for reference in it.snapshot.references() {
            let found = || FoundImage { organization, reference: reference.to_owned() };
            let fit = fit(&reference.to_lowercase(), text);
            named.extend(fit.map(|fit| (fit, reference.len(), found())));
        }
    }
    named
}

fn teams(searched: &[Searched], text: &str) -> Named<Place> {
    let mut named = Vec::new();
    for (organization, it) in searched.iter().enumerate() {
        for (place, team) in it.snapshot.teams.iter().enumerate() {
            let fit = fit(&team.to_lowercase(), text);
            named.extend(fit.map(|fit| (fit, team.len(), Place { organization, place })));
        }
    }
    named
}

/// How a text fits a name; both are in small letters.
fn fit(name: &str, text: &str) -> Option<Fit> {
    match name.find(text)? {
        0 if name.len() == text.len() => Some(Fit::Exact),
        0 => Some(Fit::Beginning),
        _ => Some(Fit::Somewhere),
    }
}

/// How a text fits `first/second` across the slash; there is no slash in `first`.
fn fit_joined(first: &str, second: &str, text: &str) -> Option<Fit> {
    let (end, beginning) = text.split_once('/')?;
    if !first.ends_with(end) || !second.starts_with(beginning) {
        return None;
    }
    Some(match (first == end, second == beginning) {
        (true, true) => Fit::Exact,
        (true, false) => Fit::Beginning,
        (false, _) => Fit::Somewhere,
    })
}

fn hits<T: Ord>(mut named: Named<T>, limit: usize) -> Hits<T> {
    let total = named.len();
    // Places are in the order of names already.
    named.sort_unstable();
    named.truncate(limit);
    Hits { best: named.into_iter().map(|(_, _, it)| it).collect(), total }
}

impl Snapshot {
    /// How many Dockerfiles in the count a team has.
    #[must_use]
    pub fn dockerfiles_of_team(&self, team: usize) -> usize {
        let team = Team::Named(self.team(team).to_owned());
        self.files_of_team(&team).count()
    }
}
