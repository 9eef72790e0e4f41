//! Prints every address of Drydock, and GitHub's for one file. Nobody else does.

mod people;
mod programs;
mod sign_in;

use std::fmt::Write as _;

use checklist::{Item, LineRange};
use names::{CommitSha, FilePath, OrgLogin, RepoName};
use store::JobId;

pub(crate) use people::{
    ACCOUNT, AUDIT, AUDIT_CSV, END_OTHER_SESSIONS, END_SESSIONS, PASSWORD, PEOPLE, TOKENS,
    end_session, person, revoke_token,
};
pub(crate) use programs::{API_DOCS, METRICS, api_crawls_of, api_decisions, badge, changes_feed};
pub(crate) use sign_in::{SIGN_IN, SIGN_IN_LOCAL, SIGN_OUT, sign_in_for, sign_in_with};

/// All organizations.
pub(crate) const HOME: &str = "/";
/// The first-run page.
pub(crate) const START: &str = "/welcome";
/// The eight items and every reason code.
pub(crate) const CHECKLIST: &str = "/checklist";
/// What ran and what runs.
pub(crate) const CRAWLS: &str = "/crawls";

/// Each organization's credential and schedules.
pub(crate) const SETTINGS: &str = "/settings";
/// The catalogue among all settings.
pub(crate) const CATALOG_SETTINGS: &str = "/settings#catalogue";
/// Where a look for a new catalogue is asked for.
pub(crate) const REFRESH_CATALOG: &str = "/settings/catalogue/refresh";

/// An organization's overview.
pub(crate) fn organization(org: &OrgLogin) -> String {
    format!("/orgs/{org}")
}

/// An organization's settings.
pub(crate) fn organization_settings(org: &OrgLogin) -> String {
    format!("/orgs/{org}/settings")
}

/// An organization's repositories, unfiltered.
pub(crate) fn repositories(org: &OrgLogin) -> String {
    format!("/orgs/{org}/repositories")
}

/// An organization's repositories, filtered; empty values are left out.
pub(crate) fn repositories_where(org: &OrgLogin, filter: &[(&str, &str)]) -> String {
    with_query(&repositories(org), filter)
}

/// The Dockerfiles in scope, filtered; empty values are left out.
pub(crate) fn dockerfiles_where(org: &OrgLogin, filter: &[(&str, &str)]) -> String {
    with_query(&dockerfiles(org), filter)
}

/// One repository.
pub(crate) fn repository(owner: &OrgLogin, name: &RepoName) -> String {
    format!("/repos/{owner}/{name}")
}

/// One Dockerfile.
pub(crate) fn dockerfile(owner: &OrgLogin, name: &RepoName, path: &FilePath) -> String {
    format!("/repos/{owner}/{name}/dockerfiles/{}", encoded_path(path.as_str()))
}

/// One crawl.
pub(crate) fn crawl(crawl_id: i64) -> String {
    format!("/crawls/{crawl_id}")
}

/// Where an item is explained.
pub(crate) fn item_guide(item: Item) -> String {
    format!("{CHECKLIST}#{}", item.slug())
}

/// Where a reason code is explained.
pub(crate) fn reason(code: &str) -> String {
    format!("{CHECKLIST}#{}", encoded(code))
}

/// A file at a commit on GitHub, with its lines marked.
pub(crate) fn on_github(
    web: &str,
    (owner, name): (&OrgLogin, &RepoName),
    commit: &CommitSha,
    path: &FilePath,
    lines: Option<LineRange>,
) -> String {
    let mut address = format!(
        "{}/{owner}/{name}/blob/{commit}/{}",
        web.trim_end_matches('/'),
        encoded_path(path.as_str())
    );
    match lines {
        Some(LineRange { first, last }) if first == last => {
            let _ = write!(address, "#L{first}");
        }
        Some(LineRange { first, last }) => {
            let _ = write!(address, "#L{first}-L{last}");
        }
        None => {}
    }
    address
}

/// A commit on GitHub.
pub(crate) fn commit_on_github(
    web: &str,
    owner: &OrgLogin,
    name: &RepoName,
    commit: &CommitSha,
) -> String {
    format!("{}/{owner}/{name}/commit/{commit}", web.trim_end_matches('/'))
}

/// A repository on GitHub.
pub(crate) fn repository_on_github(web: &str, owner: &OrgLogin, name: &RepoName) -> String {
    format!("{}/{owner}/{name}", web.trim_end_matches('/'))
}

/// Where a crawl of an organization is asked for, by POST.
pub(crate) fn crawl_now(org: &OrgLogin) -> String {
    format!("/orgs/{org}/crawl")
}

/// The live part of a crawl's page, as events.
pub(crate) fn crawl_events(crawl_id: i64) -> String {
    format!("/crawls/{crawl_id}/events")
}

/// Where a look at one repository is asked for, by POST.
pub(crate) fn crawl_repository_now(owner: &OrgLogin, name: &RepoName) -> String {
    format!("/repos/{owner}/{name}/crawl")
}

/// Where a failed job is tried again, by POST.
pub(crate) fn retry_job(job: JobId) -> String {
    format!("/jobs/{job}/retry")
}

/// One item over an organization: the reasons behind what is left.
pub(crate) fn item(org: &OrgLogin, item: Item) -> String {
    format!("/orgs/{org}/items/{}", item.slug())
}

/// The Dockerfiles in scope, unfiltered.
pub(crate) fn dockerfiles(org: &OrgLogin) -> String {
    format!("/orgs/{org}/dockerfiles")
}

/// Where a view of a table is saved, by POST.
pub(crate) fn save_view(org: &OrgLogin) -> String {
    format!("/orgs/{org}/views")
}

/// Where a saved view is deleted, by POST.
pub(crate) fn delete_view(org: &OrgLogin, saved_view_id: i64) -> String {
    format!("/orgs/{org}/views/{saved_view_id}/delete")
}

/// The Dockerfile that is suggested in place of another.
pub(crate) fn suggested(owner: &OrgLogin, name: &RepoName, path: &FilePath) -> String {
    format!("/repos/{owner}/{name}/suggested/{}", encoded_path(path.as_str()))
}

/// The same as a patch.
pub(crate) fn patch(owner: &OrgLogin, name: &RepoName, path: &FilePath) -> String {
    format!("/repos/{owner}/{name}/patch/{}", encoded_path(path.as_str()))
}

/// Where a decision on an item of a Dockerfile is given, by POST.
pub(crate) fn decide(owner: &OrgLogin, name: &RepoName, path: &FilePath) -> String {
    format!("/repos/{owner}/{name}/decide/{}", encoded_path(path.as_str()))
}

/// Where a decision on an item of a Dockerfile is withdrawn, by POST.
pub(crate) fn withdraw(owner: &OrgLogin, name: &RepoName, path: &FilePath) -> String {
    format!("/repos/{owner}/{name}/withdraw/{}", encoded_path(path.as_str()))
}

/// The card of an item on a Dockerfile's page.
pub(crate) fn card(owner: &OrgLogin, name: &RepoName, path: &FilePath, item: Item) -> String {
    format!("{}#card-{}", dockerfile(owner, name, path), item.slug())
}

/// What people dispute in an organization, by rule.
pub(crate) fn disputes(org: &OrgLogin) -> String {
    format!("/orgs/{org}/disputes")
}

/// The eight items over an organization.
pub(crate) fn items(org: &OrgLogin) -> String {
    format!("/orgs/{org}/items")
}

/// An organization's base images, unfiltered.
pub(crate) fn images(org: &OrgLogin) -> String {
    format!("/orgs/{org}/images")
}

/// One base image.
pub(crate) fn image(org: &OrgLogin, reference: &str) -> String {
    format!("{}/{}", images(org), encoded(reference))
}

/// An organization's teams, in the usual order.
pub(crate) fn teams(org: &OrgLogin) -> String {
    format!("/orgs/{org}/teams")
}

/// One team; none is what has no owner.
pub(crate) fn team(org: &OrgLogin, team: Option<&str>) -> String {
    format!("{}/{}", teams(org), encoded(team.unwrap_or(crate::table::NO_OWNER)))
}

/// What changed in an organization, filtered; empty values are left out.
pub(crate) fn changes_where(org: &OrgLogin, filter: &[(&str, &str)]) -> String {
    with_query(&format!("/orgs/{org}/changes"), filter)
}

/// The overview of what a query of the repositories' table lets through.
pub(crate) fn part(org: &OrgLogin, query: &str) -> String {
    let whole = organization(org);
    if query.is_empty() { whole } else { format!("{whole}?{query}") }
}

/// An organization's campaigns and its target.
pub(crate) fn campaigns(org: &OrgLogin) -> String {
    format!("/orgs/{org}/campaigns")
}

/// Where a campaign about a query of the repositories' table is begun.
pub(crate) fn new_campaign(org: &OrgLogin, filter: &str) -> String {
    with_query(&format!("/orgs/{org}/campaigns/new"), &[("filter", filter)])
}

/// One campaign.
pub(crate) fn campaign(org: &OrgLogin, campaign_id: i64) -> String {
    format!("/orgs/{org}/campaigns/{campaign_id}")
}

/// Where a campaign is changed.
pub(crate) fn edit_campaign(org: &OrgLogin, campaign_id: i64) -> String {
    format!("/orgs/{org}/campaigns/{campaign_id}/edit")
}

/// Where a campaign is ended, by POST.
pub(crate) fn end_campaign(org: &OrgLogin, campaign_id: i64) -> String {
    format!("/orgs/{org}/campaigns/{campaign_id}/end")
}

/// Where an organization's target is set, by POST.
pub(crate) fn set_target(org: &OrgLogin) -> String {
    format!("/orgs/{org}/target")
}

/// `path` with a query of the pairs that have a value.
pub(crate) fn with_query(path: &str, pairs: &[(&str, &str)]) -> String {
    let mut address = path.to_owned();
    for (name, value) in pairs.iter().filter(|(_, value)| !value.is_empty()) {
        address.push(if address.contains('?') { '&' } else { '?' });
        address.push_str(name);
        address.push('=');
        address.push_str(&encoded(value));
    }
    address
}

/// Every part of a path percent-encoded, its slashes kept.
fn encoded_path(path: &str) -> String {
    path.split('/').map(encoded).collect::<Vec<_>>().join("/")
}

/// Percent-encodes all but the unreserved characters of RFC 3986.
pub(crate) fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn odd_characters_of_a_path_are_encoded_and_its_slashes_kept() {
        let path: FilePath = "a b/ü#?%/Dockerfile".parse().unwrap();
        let address = dockerfile(&"acme".parse().unwrap(), &"shop".parse().unwrap(), &path);
        assert_eq!(address, "/repos/acme/shop/dockerfiles/a%20b/%C3%BC%23%3F%25/Dockerfile");
    }

    #[test]
    fn a_filter_without_a_value_is_left_out_of_the_address() {
        let org: OrgLogin = "acme".parse().unwrap();
        let address = repositories_where(&org, &[("q", ""), ("team", "a&b"), ("state", "x")]);
        assert_eq!(address, "/orgs/acme/repositories?team=a%26b&state=x");
    }

    #[test]
    fn evidence_on_github_is_linked_by_its_lines() {
        let (owner, name) = ("acme".parse().unwrap(), "shop".parse().unwrap());
        let commit: CommitSha = "a".repeat(40).parse().unwrap();
        let path: FilePath = "Dockerfile".parse().unwrap();
        let link = |lines| on_github("https://github.com/", (&owner, &name), &commit, &path, lines);
        let at = format!("https://github.com/acme/shop/blob/{commit}/Dockerfile");
        assert_eq!(link(None), at);
        assert_eq!(link(Some(LineRange::one(3))), format!("{at}#L3"));
        assert_eq!(link(Some(LineRange { first: 3, last: 9 })), format!("{at}#L3-L9"));
    }
}
