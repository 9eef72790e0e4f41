//! From the commits of a file to what stood there at the end of each day.

use chrono::{DateTime, Utc};
use github::{FileHistory, FileVersion, Found, Standing, WantedBlob};
use names::RepoName;
use store::{FileKind, FileWithoutHistory, PastVersion, ReadHistory};

/// The past of one file, and the contents that it needs.
pub(super) struct Reading {
    pub(super) history: ReadHistory,
    pub(super) blobs: Vec<WantedBlob>,
}

/// What GitHub says about a file's past, or why it never will. A repository without a
/// branch has none.
pub(super) fn reading(file: &FileWithoutHistory, found: Found<FileHistory>) -> Reading {
    let (versions, blobs) = match found {
        Ok(history) => {
            let days = last_of_days(history.unwrap_or_default(), file.until);
            let blobs = days.iter().filter_map(|it| wanted(&file.repository, it)).collect();
            (Ok(days.into_iter().map(past_version).collect()), blobs)
        }
        Err(error) => (Err(error.to_string()), Vec::new()),
    };
    // The path was found by its name, so it has a kind.
    let kind = checklist::file_kind(file.path.as_str()).unwrap_or(FileKind::Dockerfile);
    Reading { history: ReadHistory { key: file.key, kind, since: file.since, versions }, blobs }
}

/// The last version of each day up to a moment. Commit dates may go backwards along a
/// branch, its commits do not: then a later commit counts for the day of the one before.
fn last_of_days(history: FileHistory, until: DateTime<Utc>) -> Vec<FileVersion> {
    let mut days: Vec<FileVersion> = Vec::new();
    for mut version in history.into_iter().filter(|it| it.committed_at <= until) {
        if let Some(before) = days.last() {
            version.committed_at = version.committed_at.max(before.committed_at);
            if before.committed_at.date_naive() == version.committed_at.date_naive() {
                days.pop();
            }
        }
        days.push(version);
    }
    days
}

fn wanted(repository: &RepoName, version: &FileVersion) -> Option<WantedBlob> {
    match &version.standing {
        Standing::File { blob, size } => Some(WantedBlob {
            repository: repository.clone(),
            sha: blob.clone(),
            size: Some(*size),
        }),
        Standing::Nothing | Standing::Other => None,
    }
}

fn past_version(version: FileVersion) -> PastVersion {
    let (is_there, blob) = match version.standing {
        Standing::File { blob, .. } => (true, Some(blob)),
        Standing::Other => (true, None),
        Standing::Nothing => (false, None),
    };
    PastVersion { day: version.committed_at.date_naive(), commit: version.commit, is_there, blob }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(at: &str, sha: char) -> FileVersion {
        FileVersion {
            commit: sha.to_string().repeat(40).parse().unwrap(),
            committed_at: format!("2026-{at}:00:00Z").parse().unwrap(),
            standing: Standing::Nothing,
        }
    }

    fn days(versions: &[(&str, char)], until: &str) -> Vec<String> {
        let history = versions.iter().map(|(at, sha)| version(at, *sha)).collect();
        let until = format!("2026-{until}:00:00Z").parse().unwrap();
        let told = |it: FileVersion| {
            format!(
                "{} {}",
                it.committed_at.date_naive(),
                it.commit.as_str().chars().next().unwrap()
            )
        };
        last_of_days(history, until).into_iter().map(told).collect()
    }

    #[test]
    fn the_last_commit_of_a_day_counts() {
        let versions = [("03-01T09", 'a'), ("03-01T10", 'b'), ("03-02T09", 'c')];
        assert_eq!(days(&versions, "04-01T00"), ["2026-03-01 b", "2026-03-02 c"]);
    }

    #[test]
    fn what_came_after_the_first_reading_was_seen_by_crawls() {
        let versions = [("03-01T09", 'a'), ("03-02T09", 'b')];
        assert_eq!(days(&versions, "03-02T08"), ["2026-03-01 a"]);
    }

    #[test]
    fn commits_keep_their_order_where_their_dates_do_not() {
        let versions = [("03-05T09", 'a'), ("03-01T10", 'b'), ("03-06T09", 'c')];
        assert_eq!(days(&versions, "04-01T00"), ["2026-03-05 b", "2026-03-06 c"]);
    }
}
