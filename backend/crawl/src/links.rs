//! Symbolic links with a container file's name: followed inside the repository.
//!
//! A link that leads out of the repository, or to nothing, is no Dockerfile: nobody
//! can build it. It is recorded with its reason and counts nowhere.

use std::collections::HashMap;

use github::{Client, EntryKind, GithubError, Tree, TreeEntry, WantedBlob};
use names::{BlobSha, FilePath, OrgLogin, RepoName};

use crate::select::{FoundFile, FoundLink, content_of};

/// Links to links end here; Linux follows 40, repositories hold one or two.
const MOST_HOPS: usize = 8;
const LONGEST_TARGET: usize = 4096;

/// Where links of one repository can lead.
pub(crate) struct Links<'a> {
    client: &'a Client,
    owner: &'a OrgLogin,
    repository: &'a RepoName,
    entries: HashMap<&'a str, &'a TreeEntry>,
}

/// What a link came to: a file, or the reason why not.
pub(crate) type Followed = Result<FoundFile, String>;

impl<'a> Links<'a> {
    pub(crate) fn new(
        client: &'a Client,
        owner: &'a OrgLogin,
        repository: &'a RepoName,
        tree: &'a Tree,
    ) -> Self {
        let entries = tree.entries.iter().map(|it| (it.path.as_str(), it)).collect();
        Self { client, owner, repository, entries }
    }

    /// The file at the end of a link.
    ///
    /// # Errors
    /// If GitHub could not be asked what the link says.
    pub(crate) async fn follow(&self, link: &FoundLink) -> Result<Followed, GithubError> {
        let mut path = link.path.clone();
        let mut sha = link.sha.clone();
        for _ in 0..MOST_HOPS {
            let target = self.target(&sha).await?;
            let end = match resolved(&path, &target) {
                Ok(end) => end,
                Err(reason) => return Ok(Err(reason)),
            };
            let Some(entry) = self.entries.get(end.as_str()) else {
                return Ok(Err(format!("it is a link to {end}, which is no file here")));
            };
            match entry.kind {
                EntryKind::File | EntryKind::Executable => {
                    let (path, content) = (link.path.clone(), content_of(entry));
                    return Ok(Ok(FoundFile { path, kind: link.kind, content }));
                }
                EntryKind::Symlink => (path, sha) = (end, entry.sha.clone()),
                EntryKind::Submodule => {
                    return Ok(Err(format!("it is a link into the submodule {end}")));
                }
            }
        }
        Ok(Err("it is a link that leads to links without end".to_owned()))
    }

    async fn target(&self, sha: &BlobSha) -> Result<String, GithubError> {
        let wanted =
            WantedBlob { repository: self.repository.clone(), sha: sha.clone(), size: None };
        let mut blobs = self.client.blobs(self.owner, &[wanted]).await?;
        let content = blobs.pop().map(|it| it.content).transpose()?.unwrap_or_default();
        let target = content.get(..LONGEST_TARGET).unwrap_or(&content);
        Ok(String::from_utf8_lossy(target).trim().to_owned())
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
