//! Symbolic links with a container file's name: followed inside the repository.
//!
//! A link that leads out of the repository, or to nothing, is no Dockerfile: nobody
//! can build it. It is recorded with its reason and counts nowhere.

use std::collections::{HashMap, HashSet};

use github::{Blob, Client, EntryKind, GithubError, TreeEntry, WantedBlob};
use names::{BlobSha, FilePath, OrgLogin, RepoName};

use crate::select::{FoundFile, FoundKind, FoundLink, content_of};

/// Links to links end here; Linux follows 40, repositories hold one or two.
const MOST_HOPS: usize = 8;
const LONGEST_TARGET: usize = 4096;

/// The links of a repository, and all that they can lead to.
#[derive(Debug)]
pub(crate) struct Linked {
    pub(crate) entries: Vec<TreeEntry>,
    pub(crate) links: Vec<FoundLink>,
}

/// What the links of a repository came to: files, and links that lead to none, each with
/// its reason.
pub(crate) type Followed = (Vec<FoundFile>, Vec<(FilePath, String)>);

/// A link on its way.
struct Walk<'a> {
    repository: usize,
    link: &'a FoundLink,
    /// Where it has led so far, and the link there.
    path: FilePath,
    sha: BlobSha,
}

/// Where a step of a link leads.
enum Step {
    On(FilePath, BlobSha),
    File(FoundFile),
    Nowhere(String),
}

/// Follows the links of many repositories together, so that what they say is asked for in
/// few queries; gives what each repository's came to, in the order given.
///
/// # Errors
/// If nothing at all could be asked.
pub(crate) async fn follow(
    client: &Client,
    owner: &OrgLogin,
    linked: &[(&RepoName, &Linked)],
) -> Result<Vec<Result<Followed, GithubError>>, GithubError> {
    let entries: Vec<HashMap<&str, &TreeEntry>> = linked
        .iter()
        .map(|(_, it)| it.entries.iter().map(|it| (it.path.as_str(), it)).collect())
        .collect();
    let mut followed: Vec<Result<Followed, GithubError>> =
        linked.iter().map(|_| Ok(Followed::default())).collect();
    let mut walks = beginnings(linked);
    for _ in 0..MOST_HOPS {
        let targets = targets(client, owner, (linked, &walks)).await?;
        let mut next = Vec::new();
        for walk in walks {
            let slot = followed.get_mut(walk.repository);
            let (Some(slot), Some(entries)) = (slot, entries.get(walk.repository)) else {
                continue;
            };
            match targets.get(&walk.sha) {
                Some(Ok(target)) => match step(entries, &walk, target) {
                    Step::On(path, sha) => next.push(Walk { path, sha, ..walk }),
                    Step::File(file) => keep(slot, file),
                    Step::Nowhere(reason) => note(slot, walk.link, reason),
                },
                Some(Err(error)) => *slot = Err(error.clone()),
                None => note(slot, walk.link, "what it says could not be read".to_owned()),
            }
        }
        walks = next;
    }
    for walk in walks {
        let reason = "it is a link that leads to links without end".to_owned();
        if let Some(slot) = followed.get_mut(walk.repository) {
            note(slot, walk.link, reason);
        }
    }
    Ok(followed)
}

fn beginnings<'a>(linked: &[(&RepoName, &'a Linked)]) -> Vec<Walk<'a>> {
    let walks = linked.iter().enumerate().flat_map(|(repository, (_, it))| {
        let walk = move |link: &'a FoundLink| {
            let (path, sha) = (link.path.clone(), link.sha.clone());
            Walk { repository, link, path, sha }
        };
        it.links.iter().map(walk)
    });
    walks.collect()
}

/// What the links say, each asked for once.
async fn targets(
    client: &Client,
    owner: &OrgLogin,
    (linked, walks): (&[(&RepoName, &Linked)], &[Walk<'_>]),
) -> Result<HashMap<BlobSha, Result<String, GithubError>>, GithubError> {
    let mut seen = HashSet::new();
    let wanted: Vec<WantedBlob> = walks
        .iter()
        .filter(|it| seen.insert(&it.sha))
        .filter_map(|it| {
            let repository = (*linked.get(it.repository)?.0).clone();
            Some(WantedBlob { repository, sha: it.sha.clone(), size: None })
        })
        .collect();
    let text = |bytes: Vec<u8>| {
        let target = bytes.get(..LONGEST_TARGET).unwrap_or(&bytes);
        String::from_utf8_lossy(target).trim().to_owned()
    };
    let blobs = client.blobs(owner, &wanted).await?;
    Ok(blobs.into_iter().map(|Blob { sha, content }| (sha, content.map(text))).collect())
}

fn step(entries: &HashMap<&str, &TreeEntry>, walk: &Walk<'_>, target: &str) -> Step {
    let end = match resolved(&walk.path, target) {
        Ok(end) => end,
        Err(reason) => return Step::Nowhere(reason),
    };
    let Some(entry) = entries.get(end.as_str()) else {
        return Step::Nowhere(format!("it is a link to {end}, which is no file here"));
    };
    match entry.kind {
        EntryKind::File | EntryKind::Executable => {
            let kind = FoundKind::Container(walk.link.kind);
            let content = content_of(entry, kind);
            Step::File(FoundFile { path: walk.link.path.clone(), kind, content })
        }
        EntryKind::Symlink => Step::On(end, entry.sha.clone()),
        EntryKind::Submodule => Step::Nowhere(format!("it is a link into the submodule {end}")),
    }
}

fn keep(slot: &mut Result<Followed, GithubError>, file: FoundFile) {
    if let Ok((files, _)) = slot {
        files.push(file);
    }
}

fn note(slot: &mut Result<Followed, GithubError>, link: &FoundLink, reason: String) {
    if let Ok((_, nowhere)) = slot {
        nowhere.push((link.path.clone(), reason));
    }
}

/// Where a link's target lies in the repository.
fn resolved(link: &FilePath, target: &str) -> Result<FilePath, String> {
    let outside = || "it is a link that leads out of the repository".to_owned();
    if target.starts_with('/') {
        return Err(outside());
    }
    let mut parts: Vec<&str> = link.directory().split('/').filter(|it| !it.is_empty()).collect();
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop().ok_or_else(outside)?;
            }
            name => parts.push(name),
        }
    }
    parts.join("/").parse().map_err(|_| "it is a link to no file".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn end(link: &str, target: &str) -> Result<String, String> {
        resolved(&link.parse().unwrap(), target).map(|it| it.to_string())
    }

    #[test]
    fn a_target_is_read_from_the_links_directory() {
        assert_eq!(end("docker/Dockerfile", "../Dockerfile").unwrap(), "Dockerfile");
        assert_eq!(end("a/b/Dockerfile", "./c//Dockerfile").unwrap(), "a/b/c/Dockerfile");
        assert_eq!(end("Dockerfile", "Dockerfile.prod").unwrap(), "Dockerfile.prod");
    }

    #[test]
    fn a_target_outside_the_repository_is_refused() {
        for target in ["/etc/passwd", "../../Dockerfile", "../a/../../x"] {
            assert!(end("docker/Dockerfile", target).unwrap_err().contains("out of"), "{target}");
        }
        assert!(end("docker/Dockerfile", "..").is_err());
    }
}
