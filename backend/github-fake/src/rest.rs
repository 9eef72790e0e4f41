//! The REST endpoints: which address means what.

mod apps;
pub(crate) mod archive;
mod git_objects;
mod owners;
mod repositories;
mod root;

use std::collections::HashMap;

use axum::extract::Query;
use axum::http::Method;
use axum::http::request::Parts;

use crate::answer::Answer;
use crate::credential::{self, Credential, Kind};
use crate::server::{Shared, lock};
use crate::world::{Found, Snapshot, Visibility, World};

pub(crate) use owners::brief as account_json;
pub(crate) use repositories::minimal as repository_json;

/// A REST request, taken apart.
pub(crate) struct Call<'s> {
    /// The address that all links in the answer begin with.
    pub(crate) base: String,
    pub(crate) segments: Vec<String>,
    pub(crate) query: HashMap<String, String>,
    pub(crate) accept: String,
    /// The version of the API that was asked for; empty for the default one.
    pub(crate) version: String,
    pub(crate) credential: Option<&'s Credential>,
    pub(crate) is_post: bool,
}

impl<'s> Call<'s> {
    /// `None` if the path or the query is not decodable.
    pub(crate) fn of(
        shared: &Shared,
        head: &Parts,
        credential: Option<&'s Credential>,
    ) -> Option<Self> {
        let path = head.uri.path();
        let below = path.strip_prefix("/api/v3").filter(|it| it.is_empty() || it.starts_with('/'));
        let form = if below.is_some() { "/api/v3" } else { "" };
        let segments = below.unwrap_or(path).split('/').filter(|it| !it.is_empty());
        let header = |name: &str| {
            let value = head.headers.get(name).and_then(|it| it.to_str().ok());
            value.unwrap_or_default().to_owned()
        };
        Some(Self {
            base: format!("http://{}{form}", shared.address),
            segments: segments.map(percent_decoded).collect::<Option<_>>()?,
            query: Query::try_from_uri(&head.uri).ok()?.0,
            accept: header("accept"),
            version: header("x-github-api-version"),
            credential,
            is_post: head.method == Method::POST,
        })
    }

    /// Whether a media type like `raw` was asked for, in its present or older form.
    pub(crate) fn accepts(&self, kind: &str) -> bool {
        self.accept.contains(&format!("application/vnd.github.{kind}"))
            || self.accept.contains(&format!("application/vnd.github.v3.{kind}"))
    }

    /// Whether the caller may know that a repository exists.
    pub(crate) fn sees(&self, repository: &Snapshot<'_>) -> bool {
        sees(self.credential, repository)
    }
}

/// Without a token only what is public is shown.
pub(crate) fn sees(credential: Option<&Credential>, repository: &Snapshot<'_>) -> bool {
    let is_public = repository.repository.facts.visibility == Visibility::Public;
    credential.map_or(is_public, |it| it.sees(repository))
}

/// What an App is told where only a person may go, or where it lacks the permission.
pub(crate) fn resource_not_accessible() -> Answer {
    Answer::error(403, "Resource not accessible by integration")
}

/// The answer to a GET, and to the one POST that GitHub Apps need.
pub(crate) fn route(shared: &Shared, call: &Call<'_>) -> Answer {
    let world = lock(&shared.world);
    let segments: Vec<&str> = call.segments.iter().map(String::as_str).collect();
    match segments.as_slice() {
        ["app", below @ ..] => return apps::route(shared, call, &world, below),
        _ if call.is_post => return Answer::not_found(),
        ["orgs", login, "installation"] => {
            return apps::of_organization(shared, call, &world, login);
        }
        ["rate_limit"] => return root::rate_limit(shared, call),
        [archive::FOLDER, owner, name, sha] => {
            return archive::serve(call, &world, (owner, name), sha);
        }
        _ => {}
    }
    if let Some(refusal) = refusal(call, &world, &segments) {
        return refusal;
    }
    match segments.as_slice() {
        [] => root::links(call),
        ["user"] => owners::authenticated(call, &world),
        ["users", login] => owners::user(call, &world, login),
        ["orgs", login] => owners::organization(call, &world, login),
        ["orgs", login, "repos"] => repositories::of_organization(call, &world, login),
        ["orgs", login, "properties", "values"] => repositories::properties(call, &world, login),
        ["organizations", id, "repos"] => repositories::of_organization_id(call, &world, id),
        ["installation", "repositories"] => apps::repositories(call, &world),
        ["repositories", id, rest @ ..] => by_id(shared, call, &world, (id, rest)),
        ["repos", owner, name, rest @ ..] => by_name(shared, call, &world, (owner, name), rest),
        _ => Answer::not_found(),
    }
}

/// What a token may not do, whatever is there.
fn refusal(call: &Call<'_>, world: &World, segments: &[&str]) -> Option<Answer> {
    let credential = call.credential?;
    match (credential.kind, segments) {
        (Kind::App { .. }, _) => Some(Answer::error(401, "Bad credentials")),
        (Kind::Installation { .. }, ["user", ..]) => Some(resource_not_accessible()),
        (_, ["orgs" | "repos", login, ..]) if credential.lacks_single_sign_on(login) => {
            world.owner(login).map(credential::single_sign_on)
        }
        (Kind::User | Kind::Installation { .. }, _) => None,
    }
}

fn by_name(
    shared: &Shared,
    call: &Call<'_>,
    world: &World,
    (owner, name): (&str, &str),
    rest: &[&str],
) -> Answer {
    match world.find(owner, name) {
        Some(Found::Here(repository)) => {
            within(shared, call, (world, &repository.at(world.now())), rest)
        }
        Some(Found::Moved(repository)) if call.sees(&repository.at(world.now())) => {
            moved(call, repository.id.0, rest)
        }
        Some(Found::Moved(_)) | None => Answer::not_found(),
    }
}

fn by_id(shared: &Shared, call: &Call<'_>, world: &World, (id, rest): (&str, &[&str])) -> Answer {
    let id = id.parse().map(names::RepositoryId).ok();
    match id.and_then(|it| world.repository_by_id(it)) {
        Some(repository) => within(shared, call, (world, &repository), rest),
        None => Answer::not_found(),
    }
}

/// A former name leads to the address by id, which does not change.
fn moved(call: &Call<'_>, id: i64, rest: &[&str]) -> Answer {
    let mut url = format!("{}/repositories/{id}", call.base);
    for part in rest {
        url.push('/');
        url.push_str(part);
    }
    let mut query: Vec<String> = call.query.iter().map(|(a, b)| format!("{a}={b}")).collect();
    query.sort();
    if !query.is_empty() {
        url = format!("{url}?{}", query.join("&"));
    }
    let body = serde_json::json!({
        "message": "Moved Permanently",
        "url": url,
        "documentation_url": "https://docs.github.com/rest/guides/best-practices-for-using-the-rest-api#follow-redirects",
    });
    Answer::json(301, &body).with("location", url)
}

fn within(
    shared: &Shared,
    call: &Call<'_>,
    (world, repository): (&World, &Snapshot<'_>),
    rest: &[&str],
) -> Answer {
    if !call.sees(repository) {
        return Answer::not_found();
    }
    if let Some(refusal) = repositories::blocked(repository) {
        return refusal;
    }
    if !rest.is_empty() && call.credential.is_some_and(|it| !it.reads_contents()) {
        return resource_not_accessible();
    }
    match rest {
        [] => repositories::show(call, world, repository),
        ["commits"] => git_objects::commits(call, repository),
        ["commits", reference @ ..] => git_objects::commit(call, repository, &reference.join("/")),
        ["git", "trees", reference @ ..] => {
            git_objects::tree(shared, call, repository, &reference.join("/"))
        }
        ["git", "blobs", sha] => git_objects::blob(shared, call, repository, sha),
        ["tarball", reference @ ..] => archive::lead(shared, repository, &reference.join("/")),
        _ => Answer::not_found(),
    }
}

/// A path segment with its `%20`s read.
fn percent_decoded(segment: &str) -> Option<String> {
    let mut parts = segment.split('%');
    let mut bytes = parts.next()?.as_bytes().to_vec();
    for part in parts {
        let (digits, rest) = part.split_at_checked(2)?;
        bytes.push(u8::from_str_radix(digits, 16).ok()?);
        bytes.extend_from_slice(rest.as_bytes());
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_segment_is_read_as_it_was_meant() {
        assert_eq!(percent_decoded("a%20b%2Fc").as_deref(), Some("a b/c"));
        assert_eq!(percent_decoded("plain").as_deref(), Some("plain"));
        assert_eq!(percent_decoded("a%2"), None);
        assert_eq!(percent_decoded("a%ff"), None);
    }
}
