//! A repository's files at one commit as one archive.

use names::{CommitSha, OrgLogin, RepoName};

use crate::GithubError;
use crate::ask::Ask;
use crate::client::Client;
use crate::transport::refuse;

/// The largest archive that is taken: what is read of it is a tenth of that.
const ANSWER_LIMIT: usize = 64_000_000;

impl Client {
    /// The `.tar.gz` of a repository at a commit, whole. GitHub leads to it on a host of its
    /// own, which is not told the token. One request.
    ///
    /// # Errors
    /// `NotFound`, `Forbidden`, `Unavailable` of the repository, `Malformed` if it is larger
    /// than any archive should be, and whatever stops everything.
    pub async fn archive(
        &self,
        owner: &OrgLogin,
        repository: &RepoName,
        commit: &CommitSha,
    ) -> Result<Vec<u8>, GithubError> {
        let api = &self.shared.endpoints.api;
        let url = format!("{api}/repos/{owner}/{repository}/tarball/{commit}");
        let ask = Ask::Download { url, limit: ANSWER_LIMIT };
        let answer = self.repeated(&ask, |answer| Ok(refuse(answer)?)).await?;
        Ok(answer.body)
    }
}
