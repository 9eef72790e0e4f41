//! The addresses that programs read: the API, feeds and badges.

use names::{OrgLogin, RepoName};

/// The API for people.
pub(crate) const API_DOCS: &str = "/api/docs";
/// Numbers for Prometheus.
pub(crate) const METRICS: &str = "/metrics";

/// What changed in an organization, for feed readers.
pub(crate) fn changes_feed(org: &OrgLogin) -> String {
    format!("/orgs/{org}/changes.atom")
}

/// A repository's progress as a picture.
pub(crate) fn badge(owner: &OrgLogin, name: &RepoName) -> String {
    format!("/badge/{owner}/{name}.svg")
}

/// The decisions about a repository's Dockerfiles, for programs.
pub(crate) fn api_decisions(owner: &OrgLogin, name: &RepoName) -> String {
    format!("/api/v1/repos/{owner}/{name}/decisions")
}

/// The crawls of an organization, for programs.
pub(crate) fn api_crawls_of(org: &OrgLogin) -> String {
    format!("/api/v1/crawls?org={org}")
}
