//! Saving what was read: many repositories together, a refused one alone.

use github::GithubError;
use store::{
    CrawlCounts, CrawlFailure, ReadContent, ReadFile, ReadSettings, RepositoryReading, SettingsFile,
};

use crate::CrawlError;
use crate::contents::Contents;
use crate::context::Context;
use crate::listing::Changed;
use crate::looks::Snapshot;
use crate::select::{FoundContent, FoundFile, FoundKind};
use crate::settings::Settings;

/// The reading to save. A content that may be had another time fails the repository;
/// one that never can is unknown with its reason.
pub(crate) fn reading(
    context: &Context<'_>,
    changed: &Changed,
    (snapshot, said): (Snapshot, Settings),
    contents: &Contents,
) -> Result<RepositoryReading, GithubError> {
    let Snapshot { committed_at, tree, files: found, has_links, linked: _ } = snapshot;
    let policy = said.policy(context).text();
    let Settings { mut owners, own } = said;
    let (mut files, mut settings) = (Vec::new(), Vec::new());
    for FoundFile { path, kind, content } in found {
        let content = read_content(content, contents)?;
        match kind {
            FoundKind::Container(kind) => {
                let owner = owners.remove(&path);
                files.push(ReadFile { path, kind, content, owner });
            }
            FoundKind::Settings(kind) => settings.push(SettingsFile { path, kind, content }),
        }
    }
    Ok(RepositoryReading {
        repository: changed.id,
        head: changed.head.clone(),
        tree,
        head_committed_at: committed_at,
        files,
        has_links,
        version: context.version.clone(),
        policy,
        settings: Some(ReadSettings { files: settings, own }),
    })
}

fn read_content(content: FoundContent, contents: &Contents) -> Result<ReadContent, GithubError> {
    Ok(match content {
        FoundContent::Unread(reason) => ReadContent::Unread(reason),
        FoundContent::Blob { sha, .. } => match contents.refusal(&sha) {
            Some(error) if error.is_passing() => return Err(error.clone()),
            Some(error) => ReadContent::Unread(error.to_string()),
            None => ReadContent::Scored(sha),
        },
    })
}

/// Saves readings together; should that be refused, each by itself, so that a bad one
/// stops no other.
pub(crate) async fn save(
    context: &Context<'_>,
    readings: &[RepositoryReading],
) -> Result<(), CrawlError> {
    if readings.is_empty() {
        return Ok(());
    }
    match context.store.save_readings(readings, context.now()).await {
        Err(error) if error.is_about_the_rows() => {
            for reading in readings {
                save_alone(context, reading).await?;
            }
            Ok(())
        }
        saved => {
            saved?;
            count(context, readings).await
        }
    }
}

async fn save_alone(context: &Context<'_>, reading: &RepositoryReading) -> Result<(), CrawlError> {
    match context.store.save_reading(reading, context.now()).await {
        Err(error) if error.is_about_the_rows() => {
            let reason = format!("it could not be stored: {error}");
            context.store.set_unreadable(reading.repository, &reason).await?;
            let repository = Some(reading.repository);
            context.record(CrawlFailure { repository, path: None, reason }).await?;
            Ok(context.count(|counts| counts.repositories_failed += 1).await?)
        }
        saved => {
            saved?;
            count(context, std::slice::from_ref(reading)).await
        }
    }
}

async fn count(context: &Context<'_>, saved: &[RepositoryReading]) -> Result<(), CrawlError> {
    context.come_on().await?;
    let number = |it: usize| u32::try_from(it).unwrap_or(u32::MAX);
    let repositories = number(saved.len());
    let dockerfiles = number(saved.iter().map(|it| it.files.len()).sum());
    let step = |counts: &mut CrawlCounts| {
        counts.repositories_read = counts.repositories_read.saturating_add(repositories);
        counts.dockerfiles = counts.dockerfiles.saturating_add(dockerfiles);
    };
    Ok(context.count(step).await?)
}
