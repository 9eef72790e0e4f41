//! Files' contents by blob id: in batches as text, singly and raw where text will not do.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use names::{BlobSha, OrgLogin, RepoName};
use serde::Deserialize;

use crate::client::Client;
use crate::objects::Found;
use crate::queries::{Lookup, Selection};
use crate::{GithubError, ask::Ask, transport::refuse};

/// GitHub cuts text at 512,000 bytes, so anything near that goes raw at once.
const LARGEST_TEXT: u64 = 500_000;
/// Files this large are not worth fetching for anybody here.
const ANSWER_LIMIT: usize = 8_000_000;

/// A blob to fetch and where it lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WantedBlob {
    /// A repository that holds it.
    pub repository: RepoName,
    /// Its id.
    pub sha: BlobSha,
    /// Its size, as the tree said.
    pub size: Option<u64>,
}

/// What came of one blob.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Blob {
    /// Its id.
    pub sha: BlobSha,
    /// Its bytes, or why they could not be had.
    pub content: Result<Vec<u8>, GithubError>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawBlob {
    byte_size: Option<u64>,
    is_binary: Option<bool>,
    is_truncated: Option<bool>,
    text: Option<String>,
}

#[derive(Deserialize)]
struct EncodedBlob {
    content: String,
    encoding: String,
}

impl Client {
    /// Fetches blobs. Each comes back once, in any order, with its own success or
    /// failure; put those of one repository side by side.
    ///
    /// # Errors
    /// If nothing at all could be asked: `NoToken`, `Unauthorized`, `RateLimited`,
    /// `Unreachable`.
    pub async fn blobs(
        &self,
        owner: &OrgLogin,
        wanted: &[WantedBlob],
    ) -> Result<Vec<Blob>, GithubError> {
        let is_text = |it: &&WantedBlob| it.size.is_none_or(|size| size <= LARGEST_TEXT);
        let (texts, large): (Vec<_>, Vec<_>) = wanted.iter().partition(is_text);
        let lookups: Vec<Lookup<'_>> = texts
            .iter()
            .map(|it| Lookup { repository: &it.repository, oid: it.sha.as_str() })
            .collect();
        let found = self.batches::<RawBlob>(owner, &lookups, Selection::Blob).await?;
        let mut blobs = Vec::with_capacity(wanted.len());
        for (wanted, found) in texts.into_iter().zip(found) {
            let content = match whole_text(found) {
                Ok(Some(text)) => Ok(text.into_bytes()),
                Ok(None) => self.raw_blob(owner, wanted).await,
                Err(error) => Err(error),
            };
            blobs.push(kept(wanted, content)?);
        }
        for wanted in large {
            let content = self.raw_blob(owner, wanted).await;
            blobs.push(kept(wanted, content)?);
        }
        Ok(blobs)
    }

    /// One blob over REST, byte for byte.
    async fn raw_blob(
        &self,
        owner: &OrgLogin,
        wanted: &WantedBlob,
    ) -> Result<Vec<u8>, GithubError> {
        let WantedBlob { repository, sha, .. } = wanted;
        let api = &self.shared.endpoints.api;
        let url = format!("{api}/repos/{owner}/{repository}/git/blobs/{sha}");
        let ask = Ask::Get { url, accept: "application/vnd.github.raw+json", limit: ANSWER_LIMIT };
        let answer = self.repeated(&ask, |answer| Ok(refuse(answer)?)).await?;
        let media_type = answer.headers.get(http::header::CONTENT_TYPE);
        let is_json = media_type
            .and_then(|it| it.to_str().ok())
            .is_some_and(|it| it.starts_with("application/json"));
        // A proxy or an old server that does not know the raw media type.
        match serde_json::from_slice::<EncodedBlob>(&answer.body) {
            Ok(encoded) if is_json && encoded.encoding == "base64" => decoded(&encoded.content),
            _ => Ok(answer.body),
        }
    }
}

/// What stops everything else stops here too; the rest is this blob's own trouble.
fn kept(wanted: &WantedBlob, content: Result<Vec<u8>, GithubError>) -> Result<Blob, GithubError> {
    match content {
        Err(error) if error.stops_everything() => Err(error),
        content => Ok(Blob { sha: wanted.sha.clone(), content }),
    }
}

/// The text if it is the whole file, byte for byte. Files that are not UTF-8 come as
/// text of another length.
fn whole_text(found: Found<RawBlob>) -> Result<Option<String>, GithubError> {
    let Some(raw) = found? else { return Ok(None) };
    let is_whole = raw.is_binary != Some(true) && raw.is_truncated != Some(true);
    let length = |text: &String| u64::try_from(text.len()).ok();
    Ok(raw.text.filter(|text| is_whole && length(text) == raw.byte_size))
}

fn decoded(content: &str) -> Result<Vec<u8>, GithubError> {
    let content: String = content.split_ascii_whitespace().collect();
    STANDARD
        .decode(content)
        .map_err(|_| GithubError::Malformed("a blob that is no base64".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn raw(json: &str) -> Option<String> {
        whole_text(Ok(Some(serde_json::from_str(json).unwrap()))).unwrap()
    }

    #[test]
    fn text_counts_only_if_it_is_the_whole_file() {
        let whole = r#"{"byteSize":5,"isBinary":false,"isTruncated":false,"text":"FROM\n"}"#;
        assert_eq!(raw(whole).as_deref(), Some("FROM\n"));
        assert_eq!(
            raw(r#"{"byteSize":9,"isBinary":false,"isTruncated":true,"text":"FROM\n"}"#),
            None
        );
        assert_eq!(
            raw(r#"{"byteSize":5,"isBinary":null,"isTruncated":false,"text":"FROM"}"#),
            None
        );
        assert_eq!(raw(r#"{"byteSize":5,"isBinary":true,"isTruncated":false,"text":null}"#), None);
        assert_eq!(raw("{}"), None);
    }
}
