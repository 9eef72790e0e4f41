//! What changed between two commits, found from the root downwards.
//!
//! An equal id means an equal directory, so only directories whose ids differ are opened,
//! on both sides, those of many repositories in one query. Nothing about directories is
//! kept between crawls.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use names::{CommitSha, OrgLogin, RepoName, TreeSha};

use crate::GithubError;
use crate::client::Client;
use crate::directories::{Directory, Entry, What};
use crate::objects::Found;
use crate::queries::Lookup;
use crate::tree::{TreeEntry, joined};

/// Levels that are compared directory by directory. What differs further down is read
/// whole: few repositories are that deep, and each level is a query of its own.
const LEVELS: usize = 6;
/// A repository with more changed directories on one level is read whole: that is one
/// request, whatever it holds.
const WIDEST: usize = 32;
/// Directories below the last level that are read each by a request of its own.
const MOST_BELOW: usize = 4;

/// A repository to compare: as it was read last, and as it is now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Compared {
    /// The repository.
    pub repository: RepoName,
    /// The root tree that was read last.
    pub before: TreeSha,
    /// The head to read.
    pub head: CommitSha,
}

/// What differs between two states of a repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// When the new head was committed.
    pub committed_at: DateTime<Utc>,
    /// Its root tree.
    pub tree: TreeSha,
    /// Directories whose wanted files are these now, each with its path: whatever was
    /// known directly in such a directory is replaced.
    pub directories: Vec<(String, Vec<TreeEntry>)>,
    /// Directories that are gone with all below them, or whose content follows anew in
    /// `below`.
    pub removed: Vec<String>,
    /// Wanted files of directories that were read whole.
    pub below: Vec<TreeEntry>,
}

/// Which file names are wanted.
pub(crate) type Wanted<'a> = &'a (dyn Fn(&str) -> bool + Sync);

/// A directory to compare: none before if it is new.
struct Step {
    repository: usize,
    path: String,
    before: Option<String>,
    now: String,
}

/// How far the comparison of one repository is.
struct Course {
    committed_at: Option<DateTime<Utc>>,
    tree: Option<TreeSha>,
    difference: Parts,
    end: Option<End>,
}

#[derive(Default)]
struct Parts {
    directories: Vec<(String, Vec<TreeEntry>)>,
    removed: Vec<String>,
    below: Vec<TreeEntry>,
}

/// Why a comparison ended early.
enum End {
    /// Not to be compared: the whole tree must be read.
    Whole,
    Failed(GithubError),
}

impl Client {
    /// What differs in the files whose names are wanted, for each repository in the order
    /// given. `None` where the two states cannot be compared: the old one is not there
    /// any more (force-pushed), or too much changed.
    ///
    /// # Errors
    /// If nothing at all could be asked.
    pub async fn differences(
        &self,
        owner: &OrgLogin,
        compared: &[Compared],
        wanted: &(dyn Fn(&str) -> bool + Sync),
    ) -> Result<Vec<Found<Difference>>, GithubError> {
        let mut courses: Vec<Course> = compared.iter().map(|_| Course::new()).collect();
        let mut steps: Vec<Step> = compared.iter().enumerate().map(first_step).collect();
        for _ in 0..LEVELS {
            if steps.is_empty() {
                break;
            }
            steps = self.level(owner, (compared, &mut courses), &steps, wanted).await?;
            give_up_on_wide_ones(&mut courses, &mut steps, WIDEST);
        }
        give_up_on_wide_ones(&mut courses, &mut steps, MOST_BELOW);
        for step in steps {
            self.read_below(owner, (compared, &mut courses), step, wanted).await?;
        }
        Ok(courses.into_iter().map(Course::end).collect())
    }

    /// Opens one level of all repositories together; gives the directories below that differ.
    async fn level(
        &self,
        owner: &OrgLogin,
        (compared, courses): (&[Compared], &mut [Course]),
        steps: &[Step],
        wanted: Wanted<'_>,
    ) -> Result<Vec<Step>, GithubError> {
        let mut lookups = Vec::with_capacity(steps.len() * 2);
        for step in steps {
            let Some(it) = compared.get(step.repository) else { continue };
            let oids = step.before.iter().chain([&step.now]);
            lookups.extend(oids.map(|oid| Lookup { repository: &it.repository, oid }));
        }
        let mut found = self.directories(owner, &lookups).await?.into_iter();
        let mut next = Vec::new();
        for step in steps {
            let before = step.before.as_ref().map(|_| found.next().unwrap_or(Ok(None)));
            let now = found.next().unwrap_or(Ok(None));
            let Some(course) = courses.get_mut(step.repository) else { continue };
            next.extend(course.take(step, before, now, wanted));
        }
        Ok(next)
    }

    /// Reads everything below a directory in one request.
    async fn read_below(
        &self,
        owner: &OrgLogin,
        (compared, courses): (&[Compared], &mut [Course]),
        step: Step,
        wanted: Wanted<'_>,
    ) -> Result<(), GithubError> {
        let (Some(it), Some(course)) =
            (compared.get(step.repository), courses.get_mut(step.repository))
        else {
            return Ok(());
        };
        match self.files_below(owner, &it.repository, (&step.path, &step.now)).await {
            Err(error) if error.stops_everything() => return Err(error),
            Err(error) => course.end = Some(End::Failed(error)),
            Ok(None) => course.end = Some(End::Whole),
            Ok(Some(files)) => {
                let wanted = files.into_iter().filter(|it| wanted(it.path.file_name()));
                course.difference.below.extend(wanted);
                course.difference.removed.push(step.path);
            }
        }
        Ok(())
    }
}

fn first_step((repository, it): (usize, &Compared)) -> Step {
    Step {
        repository,
        path: String::new(),
        before: Some(it.before.as_str().to_owned()),
        now: it.head.as_str().to_owned(),
    }
}

/// Ends the comparison of repositories with too many directories to open.
fn give_up_on_wide_ones(courses: &mut [Course], steps: &mut Vec<Step>, most: usize) {
    let mut counts: HashMap<usize, usize> = HashMap::new();
    for step in steps.iter() {
        *counts.entry(step.repository).or_default() += 1;
    }
    for (repository, course) in courses.iter_mut().enumerate() {
        if counts.get(&repository).is_some_and(|it| *it > most) {
            course.end = Some(End::Whole);
        }
    }
    steps.retain(|it| courses.get(it.repository).is_some_and(|course| course.end.is_none()));
}

impl Course {
    fn new() -> Self {
        Self { committed_at: None, tree: None, difference: Parts::default(), end: None }
    }

    /// Takes both sides of a directory, and gives the directories below that differ.
    fn take(
        &mut self,
        step: &Step,
        before: Option<Found<Directory>>,
        now: Found<Directory>,
        wanted: Wanted<'_>,
    ) -> Vec<Step> {
        let (before, now) = match (before.transpose(), now) {
            (Err(error), _) | (_, Err(error)) => {
                self.end = Some(End::Failed(error));
                return Vec::new();
            }
            // A side is not there any more: the branch was pushed to by force.
            (Ok(Some(None)), _) | (_, Ok(None)) => {
                self.end = Some(End::Whole);
                return Vec::new();
            }
            (Ok(before), Ok(Some(now))) => (before.flatten(), now),
        };
        if step.path.is_empty() {
            self.committed_at = now.committed_at;
            self.tree = Some(now.oid.clone());
        }
        if before.as_ref().is_some_and(|it| it.oid == now.oid) {
            return Vec::new();
        }
        let old = before.map(|it| it.entries).unwrap_or_default();
        self.compare(step, &old, now.entries, wanted)
    }

    fn compare(
        &mut self,
        step: &Step,
        old: &[Entry],
        new: Vec<Entry>,
        wanted: Wanted<'_>,
    ) -> Vec<Step> {
        let mut gone: HashMap<&str, &TreeSha> = old
            .iter()
            .filter_map(|it| match &it.what {
                What::Directory(oid) => Some((it.name.as_str(), oid)),
                What::File(..) => None,
            })
            .collect();
        let mut next = Vec::new();
        let mut files = Vec::new();
        for Entry { name, what } in new {
            let path = joined(&step.path, &name);
            match what {
                What::Directory(oid) => {
                    let before = gone.remove(name.as_str()).map(|it| it.as_str().to_owned());
                    if before.as_deref() != Some(oid.as_str()) {
                        let now = oid.as_str().to_owned();
                        next.push(Step { repository: step.repository, path, before, now });
                    }
                }
                What::File(kind, sha) if wanted(&name) => {
                    let path = path.parse().ok();
                    files.extend(path.map(|path| TreeEntry { path, kind, sha, size: None }));
                }
                What::File(..) => {}
            }
        }
        self.difference.removed.extend(gone.keys().map(|name| joined(&step.path, name)));
        self.difference.directories.push((step.path.clone(), files));
        next
    }

    fn end(self) -> Found<Difference> {
        match (self.end, self.committed_at, self.tree) {
            (Some(End::Failed(error)), _, _) => Err(error),
            (None, Some(committed_at), Some(tree)) => {
                let Parts { directories, removed, below } = self.difference;
                Ok(Some(Difference { committed_at, tree, directories, removed, below }))
            }
            (Some(End::Whole), _, _) | (None, _, _) => Ok(None),
        }
    }
}
