//! Every GraphQL text that this crate can send, in one place, so that all of them
//! can be checked against GitHub's own schema (`examples/queries.rs`).
//!
//! Only connections cost points; `object(oid:)` and aliases are none. So a page of
//! the listing is one point, and so is a batch of a hundred objects
//! (docs: rate limits and query limits for the GraphQL API).

use std::fmt::Write as _;

use chrono::DateTime;
use names::{FilePath, OrgLogin, RepoName};

use crate::history::{self, WantedHistory};

/// What one query of this crate costs, by GitHub's formula: connections are
/// counted, divided by a hundred, rounded, and never less than one.
pub(crate) const POINTS_A_QUERY: i64 = 1;

/// What is asked of each repository, whether it is listed or looked at. The head's object
/// id comes without loading the commit: dates and trees are asked of changed ones only.
const REPOSITORY: &str = "\
        databaseId
        name
        visibility
        isArchived
        isDisabled
        isEmpty
        isFork
        isTemplate
        pushedAt
        primaryLanguage { name }
        repositoryTopics(first: 20) { nodes { topic { name } } }
        defaultBranchRef { name target { oid@HEAD } }";

/// What the first listing of an account asks of each head besides: it reads all of them.
const HEAD_FACTS: &str = " ... on Commit { committedDate tree { oid } }";

/// How much a listing says about heads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Heads {
    /// Their ids. Cheap for GitHub.
    Ids,
    /// When they were committed and their trees, too: GitHub loads every one.
    Facts,
}

impl Heads {
    fn repository(self) -> String {
        let facts = match self {
            Self::Ids => "",
            Self::Facts => HEAD_FACTS,
        };
        REPOSITORY.replace("@HEAD", facts)
    }
}

/// One page of an account's repositories, those pushed to last first.
pub(crate) fn listing(heads: Heads) -> String {
    let repository = heads.repository();
    format!(
        "\
query($login: String!, $size: Int!, $after: String) {{
  repositoryOwner(login: $login) {{
    __typename
    id
    login
    ... on Organization {{ databaseId }}
    ... on User {{ databaseId }}
    repositories(first: $size, after: $after, ownerAffiliations: [OWNER], orderBy: {{field: PUSHED_AT, direction: DESC}}) {{
      totalCount
      pageInfo {{ hasNextPage endCursor }}
      nodes {{
{repository}
      }}
    }}
  }}
  rateLimit {{ cost remaining resetAt }}
}}"
    )
}

/// The present state of repositories by their names, former ones too: aliases `r0`, `r1` ….
/// Each has one connection, its topics, so a hundred of them are one point.
pub(crate) fn look(owner: &OrgLogin, names: &[RepoName]) -> String {
    let repository = Heads::Ids.repository();
    let mut text = String::from("query {\n");
    for (index, name) in names.iter().enumerate() {
        let _ = writeln!(
            text,
            "  r{index}: repository(owner: \"{owner}\", name: \"{name}\") {{\n        \
             owner {{ login }}\n{repository}\n  }}"
        );
    }
    text.push_str("  rateLimit { cost remaining resetAt }\n}");
    text
}

/// The account behind a login.
pub(crate) const OWNER: &str = "\
query($login: String!) {
  repositoryOwner(login: $login) {
    __typename
    id
    login
    ... on Organization { databaseId }
    ... on User { databaseId }
  }
  rateLimit { cost remaining resetAt }
}";

/// The account with a global id: an organization that was renamed is found by it.
pub(crate) const OWNER_OF_ID: &str = "\
query($id: ID!) {
  node(id: $id) {
    __typename
    id
    ... on Organization { login databaseId }
    ... on User { login databaseId }
  }
  rateLimit { cost remaining resetAt }
}";

/// Whether whoever asks belongs to an account.
pub(crate) const MEMBER: &str = "\
query($login: String!) {
  repositoryOwner(login: $login) {
    ... on Organization { viewerIsAMember }
    ... on User { isViewer }
  }
  rateLimit { cost remaining resetAt }
}";

/// The repositories of an account that whoever asks may read. By name, so that a push
/// meanwhile moves none from one page to another.
pub(crate) const READABLE: &str = "\
query($login: String!, $after: String) {
  repositoryOwner(login: $login) {
    ... on Organization { viewerIsAMember }
    ... on User { isViewer }
    repositories(first: 100, after: $after, ownerAffiliations: [OWNER], orderBy: {field: NAME, direction: ASC}) {
      pageInfo { hasNextPage endCursor }
      nodes { databaseId }
    }
  }
  rateLimit { cost remaining resetAt }
}";

/// What is asked of each object of a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Selection {
    /// A file's text. `byteSize` tells whether the text is what the bytes are.
    Blob,
    /// When a commit was made, and its root tree.
    Commit,
    /// The entries of a directory, or of a commit's root directory.
    Directory,
}

impl Selection {
    const fn text(self) -> &'static str {
        match self {
            Self::Blob => "... on Blob { byteSize isBinary isTruncated text }",
            Self::Commit => "... on Commit { committedDate tree { oid } }",
            Self::Directory => {
                "... on Tree { oid entries { name mode oid } } \
                 ... on Commit { committedDate tree { oid entries { name mode oid } } }"
            }
        }
    }
}

/// One object by its id, in the repository that holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Lookup<'a> {
    /// The repository.
    pub(crate) repository: &'a RepoName,
    /// The object's id. Only parsed shas come here, so it needs no escaping.
    pub(crate) oid: &'a str,
}

/// The text that looks up a batch of objects. Aliases: `r0`, `r1` … one for each run
/// of the same repository, inside them `o0`, `o1` … by place in the batch.
pub(crate) fn objects(owner: &OrgLogin, lookups: &[Lookup<'_>], selection: Selection) -> String {
    let mut text = String::from("query {\n");
    for (index, run) in runs(lookups).enumerate() {
        let Some((_, first)) = run.first() else { continue };
        let name = first.repository;
        // Logins and names hold neither quotes nor backslashes: their types say so.
        let _ = writeln!(text, "  r{index}: repository(owner: \"{owner}\", name: \"{name}\") {{");
        for (place, lookup) in run {
            let (oid, fields) = (lookup.oid, selection.text());
            let _ = writeln!(text, "    o{place}: object(oid: \"{oid}\") {{ {fields} }}");
        }
        text.push_str("  }\n");
    }
    text.push_str("  rateLimit { cost remaining resetAt }\n}");
    text
}

type Run<'a> = Vec<(usize, &'a Lookup<'a>)>;

/// The lookups with their places, cut where the repository changes.
pub(crate) fn runs<'a>(lookups: &'a [Lookup<'a>]) -> impl Iterator<Item = Run<'a>> {
    let mut place = 0;
    lookups.chunk_by(|left, right| left.repository == right.repository).map(move |chunk| {
        let first = place;
        place += chunk.len();
        (first..).zip(chunk).collect()
    })
}

/// An example of every text that the client can send: constants as they are, batches
/// over two repositories.
#[must_use]
pub fn every_query() -> Vec<String> {
    let mut texts = vec![listing(Heads::Ids), listing(Heads::Facts), OWNER.to_owned()];
    texts.push(OWNER_OF_ID.to_owned());
    texts.extend([MEMBER.to_owned(), READABLE.to_owned()]);
    let names = ("acme".parse::<OrgLogin>(), "shop".parse(), "billing".parse());
    let (Ok(owner), Ok(shop), Ok(billing)) = names else { return texts };
    let (one, two) = ("1".repeat(40), "2".repeat(40));
    let lookups = [
        Lookup { repository: &shop, oid: &one },
        Lookup { repository: &shop, oid: &two },
        Lookup { repository: &billing, oid: &one },
    ];
    texts.push(objects(&owner, &lookups, Selection::Blob));
    texts.push(objects(&owner, &lookups, Selection::Commit));
    texts.push(objects(&owner, &lookups, Selection::Directory));
    texts.push(look(&owner, &[shop.clone(), billing.clone()]));
    if let Ok(path) = "Dockerfile".parse::<FilePath>() {
        let since = DateTime::UNIX_EPOCH;
        let of = |repository| WantedHistory { repository, path: path.clone(), since };
        texts.push(history::example(&owner, &[of(shop), of(billing)]));
    }
    texts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_batch_names_each_repository_once() {
        let texts = every_query();
        let text = texts.iter().rfind(|it| it.contains("object(oid:")).unwrap();
        assert_eq!(text.matches("repository(owner:").count(), 2);
        assert_eq!(text.matches("object(oid:").count(), 3);
        assert_eq!(text.matches('{').count(), text.matches('}').count());
    }

    #[test]
    fn every_kind_of_query_is_listed() {
        assert_eq!(every_query().len(), 11);
    }
}
