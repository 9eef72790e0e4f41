//! The sample organization: readable files under `sample/acme`, one folder a
//! repository, whose `repository.toml` tells its history.

use std::collections::BTreeMap;
use std::path::Path;

use chrono::{DateTime, Duration, Utc};
use include_dir::{Dir, File, include_dir};
use serde::Deserialize;

use super::changes::NewRepository;
use super::objects::Content;
use super::push::Push;
use super::repository::{Facts, Visibility};
use super::{World, key};
use crate::error::FakeError;
use crate::git::Mode;

static SAMPLE: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/sample/acme");

const LOGIN: &str = "acme";

/// How long before the demo a repository without commits was made.
const EMPTY_SINCE_DAYS: i64 = 200;

/// What `repository.toml` says.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Description {
    description: Option<String>,
    #[serde(default)]
    visibility: Visibility,
    language: Option<String>,
    #[serde(default)]
    topics: Vec<String>,
    #[serde(default = "main_branch")]
    default_branch: String,
    #[serde(default)]
    archived: bool,
    #[serde(default)]
    fork: bool,
    #[serde(default)]
    template: bool,
    #[serde(default)]
    disabled: bool,
    unreadable: Option<String>,
    #[serde(default, rename = "commit")]
    commits: Vec<Step>,
}

/// One commit of the history.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Step {
    days_ago: i64,
    message: String,
    author: String,
    folder: Option<String>,
    #[serde(default)]
    remove: Vec<String>,
    #[serde(default)]
    symlinks: BTreeMap<String, String>,
}

fn main_branch() -> String {
    "main".to_owned()
}

impl World {
    /// The sample organization, its history ending at `now`.
    ///
    /// # Errors
    /// A `repository.toml` says something impossible; the embedded sample is
    /// tested not to.
    pub fn sample(now: DateTime<Utc>) -> Result<Self, FakeError> {
        let mut world = Self::new(now);
        world.add_organization(LOGIN)?;
        for folder in SAMPLE.dirs() {
            add_repository(&mut world, folder)?;
        }
        Ok(world)
    }
}

fn add_repository(world: &mut World, folder: &Dir<'_>) -> Result<(), FakeError> {
    let name = file_name(folder.path());
    let described: Description = read(folder)?;
    let moments = moments(world.now(), &name, &described.commits);
    let empty_since = world.now() - Duration::days(EMPTY_SINCE_DAYS);
    let mut new = NewRepository::named(LOGIN, &name)?;
    new.created_at = Some(moments.first().copied().unwrap_or(empty_since));
    new.default_branch = described.default_branch;
    new.facts = Facts {
        description: described.description,
        visibility: described.visibility,
        language: described.language,
        topics: described.topics,
        properties: BTreeMap::new(),
        archived: described.archived,
        fork: described.fork,
        template: described.template,
        disabled: described.disabled,
        unreadable: described.unreadable,
    };
    world.create(new)?;
    for (step, at) in described.commits.iter().zip(moments) {
        let push = push_of(folder, step)?.at(at);
        world.push(&key(LOGIN, &name), push)?;
    }
    Ok(())
}

fn read(folder: &Dir<'_>) -> Result<Description, FakeError> {
    let path = folder.path().join("repository.toml");
    let file = SAMPLE.get_file(&path).ok_or_else(|| wrong(&path, "it is missing".to_owned()))?;
    let text = file.contents_utf8().ok_or_else(|| wrong(&path, "it is not UTF-8".to_owned()))?;
    let described: Description =
        toml::from_str(text).map_err(|error| wrong(&path, error.to_string()))?;
    let ages: Vec<i64> = described.commits.iter().map(|it| it.days_ago).collect();
    if !ages.is_sorted_by(|earlier, later| earlier >= later) {
        return Err(wrong(&path, "its commits are not in order of time".to_owned()));
    }
    Ok(described)
}

/// When the commits happen: as many days ago as said, at an hour that differs
/// between repositories as it does between teams.
fn moments(now: DateTime<Utc>, name: &str, steps: &[Step]) -> Vec<DateTime<Utc>> {
    let spread: u32 = name.bytes().map(|it| u32::from(it) * 37).sum();
    let earlier = Duration::minutes(i64::from(60 + spread % 600));
    (0_i64..)
        .zip(steps)
        .map(|(index, it)| now - Duration::days(it.days_ago) - earlier + Duration::minutes(index))
        .collect()
}

fn push_of(repository: &Dir<'_>, step: &Step) -> Result<Push, FakeError> {
    let mut push = Push::new(&step.message).by(&step.author);
    for path in &step.remove {
        push = push.remove(path);
    }
    if let Some(folder) = &step.folder {
        let path = repository.path().join(folder);
        let found = SAMPLE.get_dir(&path);
        let found = found.ok_or_else(|| wrong(&path, "the folder is missing".to_owned()))?;
        for file in files_below(found) {
            push = push.content(&path_below(file, &path), content_of(file));
        }
    }
    for (path, target) in &step.symlinks {
        push = push.symlink(path, target);
    }
    Ok(push)
}

fn files_below<'a>(folder: &'a Dir<'a>) -> Vec<&'a File<'a>> {
    let below = folder.dirs().flat_map(files_below);
    folder.files().chain(below).collect()
}

fn path_below(file: &File<'_>, folder: &Path) -> String {
    let path = file.path().strip_prefix(folder).unwrap_or(file.path());
    let parts: Vec<_> = path.components().map(|it| it.as_os_str().to_string_lossy()).collect();
    parts.join("/")
}

/// The sample carries no file modes; what is a script is executable.
fn content_of(file: &File<'_>) -> Content {
    let is_script = file.path().extension().is_some_and(|it| it == "sh");
    let mode = if is_script { Mode::Executable } else { Mode::File };
    Content::Bytes(mode, file.contents().into())
}

fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

fn wrong(path: &Path, reason: String) -> FakeError {
    FakeError::Sample { file: path.display().to_string(), reason }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sample_reads_and_moves_with_time() {
        let now = "2026-11-23T12:00:00Z".parse().unwrap();
        let mut world = World::sample(now).unwrap();
        let login = LOGIN.parse().unwrap();
        let today = world.repositories_of(&login).count();
        world.set_now(now - Duration::days(400));
        assert_eq!(world.repositories_of(&login).count(), 0);
        world.set_now(now);
        assert_eq!(world.repositories_of(&login).count(), today);
    }
}
