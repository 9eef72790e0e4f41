//! What the settings files of repositories say, read together before these are saved.

use std::collections::HashMap;

use checklist::Policy;
use names::{BlobSha, FilePath};
use store::{FileKind, OwnSettings, SettingsError, SettingsKind};

use crate::CrawlError;
use crate::contents::score_by;
use crate::context::Context;
use crate::listing::Changed;
use crate::looks::Snapshot;
use crate::own_settings;
use crate::owners::{Owners, PLACES};
use crate::select::{FoundContent, FoundFile, FoundKind};

/// The most bytes of a `CODEOWNERS` times the bytes of the paths that are looked up in it. The
/// largest of real ones stay a thousand times below; made for it, a repository with more
/// could keep a crawl busy for hours.
const MOST_WORK: usize = 100_000_000_000;

/// What a repository says about itself.
#[derive(Debug, Default)]
pub(crate) struct Settings {
    /// The Dockerfiles that are somebody's.
    pub(crate) owners: HashMap<FilePath, String>,
    pub(crate) own: OwnSettings,
}

impl Settings {
    /// By what the repository's Dockerfiles are scored.
    pub(crate) fn policy(&self, context: &Context<'_>) -> Policy {
        Policy { target: self.own.final_target.clone(), ..context.policy() }
    }
}

/// What to read of one repository, away from the threads that wait for the network.
#[derive(Default)]
struct Unread {
    codeowners: Option<Vec<u8>>,
    drydock: Option<Result<Vec<u8>, String>>,
    dockerfiles: Vec<FilePath>,
}

/// What these repositories say, in their order. The Dockerfiles of those with a policy of
/// their own are scored by it.
pub(crate) async fn settings_of(
    context: &Context<'_>,
    snapshots: &[(Changed, Snapshot)],
) -> Result<Vec<Settings>, CrawlError> {
    let contents = contents(context, snapshots).await?;
    let mut said = Vec::with_capacity(snapshots.len());
    for (_, snapshot) in snapshots {
        let settings = read(unread(snapshot, &contents)).await;
        if settings.own.final_target.is_some() {
            score_by(context, &settings.policy(context), dockerfiles(snapshot)).await?;
        }
        said.push(settings);
    }
    Ok(said)
}

/// The contents of all their settings files that could be had.
async fn contents(
    context: &Context<'_>,
    snapshots: &[(Changed, Snapshot)],
) -> Result<HashMap<BlobSha, Vec<u8>>, CrawlError> {
    let files = snapshots.iter().flat_map(|(_, it)| &it.files);
    let is_settings = |it: &&FoundFile| matches!(it.kind, FoundKind::Settings(_));
    let shas: Vec<BlobSha> = files.filter(is_settings).filter_map(sha).cloned().collect();
    if shas.is_empty() {
        return Ok(HashMap::new());
    }
    let stored = context.store.known_blobs(&shas).await?;
    Ok(stored.into_iter().filter_map(|it| Some((it.sha, it.content?))).collect())
}

fn sha(file: &FoundFile) -> Option<&BlobSha> {
    match &file.content {
        FoundContent::Blob { sha, .. } => Some(sha),
        FoundContent::Unread(_) => None,
    }
}

fn unread(snapshot: &Snapshot, contents: &HashMap<BlobSha, Vec<u8>>) -> Unread {
    let content = |file: &FoundFile| contents.get(sha(file)?).cloned();
    let of_kind = |kind: SettingsKind| {
        snapshot.files.iter().filter(move |it| it.kind == FoundKind::Settings(kind))
    };
    let place = |it: &&FoundFile| PLACES.iter().position(|place| *place == it.path.as_str());
    // The first place counts, also where its file is too large to be read.
    let codeowners = of_kind(SettingsKind::Codeowners).min_by_key(place).and_then(content);
    let drydock = of_kind(SettingsKind::Drydock).next().map(|file| match &file.content {
        FoundContent::Unread(reason) => Err(reason.clone()),
        FoundContent::Blob { .. } => content(file).ok_or_else(|| "it could not be had".to_owned()),
    });
    let is_container = |it: &&FoundFile| matches!(it.kind, FoundKind::Container(_));
    let dockerfiles = match codeowners {
        Some(_) => snapshot.files.iter().filter(is_container).map(|it| it.path.clone()).collect(),
        None => Vec::new(),
    };
    Unread { codeowners, drydock, dockerfiles }
}

/// Reading is total; should it fail on a file all the same, that repository's settings alone
/// are unknown.
async fn read(unread: Unread) -> Settings {
    if unread.codeowners.is_none() && unread.drydock.is_none() {
        return Settings::default();
    }
    let read = tokio::task::spawn_blocking(move || read_now(unread)).await;
    read.unwrap_or_else(|error| {
        tracing::error!(%error, "Drydock failed on a settings file");
        Settings {
            own: complaint("Drydock failed on this file; please report it"),
            ..Settings::default()
        }
    })
}

fn read_now(unread: Unread) -> Settings {
    let Unread { codeowners, drydock, dockerfiles } = unread;
    let mut owners = HashMap::new();
    let paths: usize = dockerfiles.iter().map(|it| it.as_str().len()).sum();
    let is_too_much = |it: &Vec<u8>| it.len().saturating_mul(paths) > MOST_WORK;
    if codeowners.as_ref().is_some_and(is_too_much) {
        tracing::warn!("A CODEOWNERS is too long for so many Dockerfiles: nobody owns them");
    } else if let Some(content) = codeowners {
        let said = Owners::read(&content);
        let owner = |path: FilePath| said.of(path.as_str()).map(str::to_owned).map(|it| (path, it));
        owners.extend(dockerfiles.into_iter().filter_map(owner));
    }
    let own = match drydock {
        Some(Ok(content)) => own_settings::read(&content),
        Some(Err(reason)) => complaint(&reason),
        None => OwnSettings::default(),
    };
    Settings { owners, own }
}

fn complaint(message: &str) -> OwnSettings {
    let error = SettingsError { line: 1, message: message.to_owned() };
    OwnSettings { errors: vec![error], ..OwnSettings::default() }
}

/// The contents of a repository's Dockerfiles, and the kinds of names that they go by.
fn dockerfiles(snapshot: &Snapshot) -> HashMap<BlobSha, Vec<FileKind>> {
    let mut wanted: HashMap<BlobSha, Vec<FileKind>> = HashMap::new();
    for file in &snapshot.files {
        let (FoundKind::Container(kind), Some(sha)) = (file.kind, sha(file)) else { continue };
        let kinds = wanted.entry(sha.clone()).or_default();
        if !kinds.contains(&kind) {
            kinds.push(kind);
        }
    }
    wanted
}

#[cfg(test)]
mod tests {
    use super::*;

    fn owned(length: usize, files: usize) -> usize {
        let codeowners = format!("* @a\n{}", "#".repeat(length)).into_bytes();
        let path = |it: usize| format!("{}/{it}/Dockerfile", "x".repeat(200)).parse().unwrap();
        let dockerfiles = (0..files).map(path).collect();
        read_now(Unread { codeowners: Some(codeowners), drydock: None, dockerfiles }).owners.len()
    }

    #[test]
    fn a_codeowners_that_would_take_hours_is_left_alone() {
        assert_eq!(owned(3_000_000, 10), 10);
        assert_eq!(owned(3_000_000, 200), 0);
        assert_eq!(owned(1_000, 2_000), 2_000);
    }
}
