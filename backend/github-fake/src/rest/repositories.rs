//! Repositories: an organization's list, and one alone.

use serde_json::{Map, Value, json};

use super::Call;
use super::owners::brief;
use crate::answer::Answer;
use crate::graphql::global_id;
use crate::world::{Owner, OwnerKind, Snapshot, Visibility, World};

/// The links of a repository by the name of their field; `{…}` are URI template parts.
const LINKS: [(&str, &str); 37] = [
    ("forks_url", "/forks"),
    ("keys_url", "/keys{/key_id}"),
    ("collaborators_url", "/collaborators{/collaborator}"),
    ("teams_url", "/teams"),
    ("hooks_url", "/hooks"),
    ("issue_events_url", "/issues/events{/number}"),
    ("events_url", "/events"),
    ("assignees_url", "/assignees{/user}"),
    ("branches_url", "/branches{/branch}"),
    ("tags_url", "/tags"),
    ("blobs_url", "/git/blobs{/sha}"),
    ("git_tags_url", "/git/tags{/sha}"),
    ("git_refs_url", "/git/refs{/sha}"),
    ("trees_url", "/git/trees{/sha}"),
    ("statuses_url", "/statuses/{sha}"),
    ("languages_url", "/languages"),
    ("stargazers_url", "/stargazers"),
    ("contributors_url", "/contributors"),
    ("subscribers_url", "/subscribers"),
    ("subscription_url", "/subscription"),
    ("commits_url", "/commits{/sha}"),
    ("git_commits_url", "/git/commits{/sha}"),
    ("comments_url", "/comments{/number}"),
    ("issue_comment_url", "/issues/comments{/number}"),
    ("contents_url", "/contents/{+path}"),
    ("compare_url", "/compare/{base}...{head}"),
    ("merges_url", "/merges"),
    ("archive_url", "/{archive_format}{/ref}"),
    ("downloads_url", "/downloads"),
    ("issues_url", "/issues{/number}"),
    ("pulls_url", "/pulls{/number}"),
    ("milestones_url", "/milestones{/number}"),
    ("notifications_url", "/notifications{?since,all,participating}"),
    ("labels_url", "/labels{/name}"),
    ("releases_url", "/releases{/id}"),
    ("deployments_url", "/deployments"),
    ("url", ""),
];

pub(super) fn of_organization_id(call: &Call<'_>, world: &World, id: &str) -> Answer {
    let owner = id.parse().ok().and_then(|it| world.owner_by_id(it));
    owner.map_or_else(Answer::not_found, |it| list(call, world, it))
}

pub(super) fn of_organization(call: &Call<'_>, world: &World, login: &str) -> Answer {
    let organization = world.owner(login).filter(|it| it.kind == OwnerKind::Organization);
    organization.map_or_else(Answer::not_found, |it| list(call, world, it))
}

fn list(call: &Call<'_>, world: &World, owner: &Owner) -> Answer {
    let kind = call.query.get("type").map_or("all", String::as_str);
    let mut found: Vec<Snapshot<'_>> = world
        .repositories_of(&owner.login)
        .filter(|it| call.sees(it) && is_of_type(it, kind))
        .collect();
    sort(call, &mut found);
    let page = Page::of(call, found.len());
    let rows = page.rows(&found).map(|it| Value::Object(minimal(&call.base, owner, it)));
    let answer = Answer::json(200, &Value::Array(rows.collect()));
    page.linked(call, answer, &format!("organizations/{}/repos", owner.id))
}

/// The custom properties of an organization's repositories.
pub(super) fn properties(call: &Call<'_>, world: &World, login: &str) -> Answer {
    let organization = world.owner(login).filter(|it| it.kind == OwnerKind::Organization);
    let Some(owner) = organization else { return Answer::not_found() };
    if call.credential.is_none() {
        return Answer::error(401, "Requires authentication");
    }
    let found: Vec<Snapshot<'_>> =
        world.repositories_of(&owner.login).filter(|it| call.sees(it)).collect();
    let page = Page::of(call, found.len());
    let rows = page.rows(&found).map(|it| {
        let repository = it.repository;
        let said = repository.facts.properties.iter();
        let said = said.map(|(name, value)| json!({ "property_name": name, "value": value }));
        json!({
            "repository_id": repository.id,
            "repository_name": repository.name,
            "repository_full_name": repository.full_name(),
            "properties": said.collect::<Vec<_>>(),
        })
    });
    let answer = Answer::json(200, &Value::Array(rows.collect()));
    page.linked(call, answer, &format!("organizations/{}/properties/values", owner.id))
}

fn is_of_type(repository: &Snapshot<'_>, kind: &str) -> bool {
    let facts = &repository.repository.facts;
    match kind {
        "public" => facts.visibility == Visibility::Public,
        "private" => facts.visibility != Visibility::Public,
        "forks" => facts.fork,
        "sources" => !facts.fork,
        _ => true,
    }
}

fn sort(call: &Call<'_>, found: &mut [Snapshot<'_>]) {
    let by = call.query.get("sort").map_or("created", String::as_str);
    match by {
        "full_name" => found.sort_by_key(|it| it.repository.name.as_str().to_lowercase()),
        "pushed" => found.sort_by_key(Snapshot::pushed_at),
        _ => found.sort_by_key(|it| (it.repository.created_at, it.repository.id)),
    }
    let default = if by == "full_name" { "asc" } else { "desc" };
    if call.query.get("direction").map_or(default, String::as_str) == "desc" {
        found.reverse();
    }
}

/// One page of a list, as `page` and `per_page` ask.
pub(super) struct Page {
    pub(super) number: usize,
    pub(super) size: usize,
    last: usize,
}

impl Page {
    /// GitHub gives 30 by default and never more than 100.
    pub(super) fn of(call: &Call<'_>, total: usize) -> Self {
        let number = |name: &str| call.query.get(name).and_then(|it| it.parse::<usize>().ok());
        let size = number("per_page").filter(|it| *it > 0).unwrap_or(30).min(100);
        let last = total.div_ceil(size).max(1);
        Self { number: number("page").filter(|it| *it > 0).unwrap_or(1), size, last }
    }

    /// What is on it of all rows.
    pub(super) fn rows<'r, T>(&self, all: &'r [T]) -> impl Iterator<Item = &'r T> + use<'r, T> {
        all.iter().skip(self.size * (self.number - 1)).take(self.size)
    }

    /// An answer with the links to the other pages of the list at `path`.
    pub(super) fn linked(&self, call: &Call<'_>, answer: Answer, path: &str) -> Answer {
        match self.links(call, &format!("{}/{path}", call.base)) {
            Some(links) => answer.with("link", links),
            None => answer,
        }
    }

    /// The `Link` header; none if there is one page.
    pub(super) fn links(&self, call: &Call<'_>, path: &str) -> Option<String> {
        let mut query: Vec<(&String, &String)> =
            call.query.iter().filter(|(name, _)| *name != "page").collect();
        query.sort();
        let query: String = query.iter().map(|(name, value)| format!("{name}={value}&")).collect();
        let link = |page: usize, rel: &str| format!("<{path}?{query}page={page}>; rel=\"{rel}\"");
        let mut links = Vec::new();
        if self.number > 1 {
            links.push(link(self.number - 1, "prev"));
        }
        if self.number < self.last {
            links.push(link(self.number + 1, "next"));
            links.push(link(self.last, "last"));
        }
        if self.number > 1 {
            links.push(link(1, "first"));
        }
        (!links.is_empty()).then(|| links.join(", "))
    }
}

/// The refusal of a repository that GitHub or the law has shut.
pub(super) fn blocked(repository: &Snapshot<'_>) -> Option<Answer> {
    let facts = &repository.repository.facts;
    let since = repository.repository.created_at.to_rfc3339();
    if facts.unreadable.is_some() {
        return Some(Answer::blocked(451, "dmca", &since));
    }
    facts.disabled.then(|| Answer::blocked(403, "tos", &since))
}

pub(super) fn show(call: &Call<'_>, world: &World, repository: &Snapshot<'_>) -> Answer {
    let Some(owner) = world.owner(repository.repository.owner.as_str()) else {
        return Answer::not_found();
    };
    let mut full = minimal(&call.base, owner, repository);
    full.insert("network_count".to_owned(), json!(0));
    full.insert("subscribers_count".to_owned(), json!(0));
    if owner.kind == OwnerKind::Organization {
        full.insert("organization".to_owned(), brief(&call.base, owner));
    }
    Answer::json(200, &Value::Object(full))
}

/// A repository as lists show it.
pub(crate) fn minimal(base: &str, owner: &Owner, snapshot: &Snapshot<'_>) -> Map<String, Value> {
    let repository = snapshot.repository;
    let full_name = format!("{}/{}", repository.owner, repository.name);
    let facts = &repository.facts;
    let mut fields = addresses(base, &full_name);
    let pairs = [
        ("id", json!(repository.id)),
        ("node_id", json!(global_id("Repository", repository.id.0))),
        ("name", json!(repository.name)),
        ("full_name", json!(full_name)),
        ("private", json!(facts.visibility != Visibility::Public)),
        ("visibility", json!(facts.visibility.word())),
        ("owner", brief(base, owner)),
        ("description", json!(facts.description)),
        ("fork", json!(facts.fork)),
        ("is_template", json!(facts.template)),
        ("archived", json!(facts.archived)),
        ("disabled", json!(facts.disabled)),
        ("language", json!(facts.language)),
        ("topics", json!(facts.topics)),
        ("default_branch", json!(repository.default_branch)),
        ("created_at", json!(repository.created_at)),
        ("pushed_at", json!(snapshot.pushed_at())),
        ("updated_at", json!(snapshot.pushed_at())),
        ("license", Value::Null),
        ("homepage", Value::Null),
        ("mirror_url", Value::Null),
        ("has_issues", json!(true)),
        ("has_projects", json!(false)),
        ("has_wiki", json!(false)),
        ("has_pages", json!(false)),
        ("has_downloads", json!(true)),
        ("has_discussions", json!(false)),
        ("web_commit_signoff_required", json!(false)),
        ("allow_forking", json!(true)),
    ];
    fields.extend(pairs.into_iter().map(|(name, value)| (name.to_owned(), value)));
    for count in [
        "size",
        "forks",
        "forks_count",
        "open_issues",
        "open_issues_count",
        "stargazers_count",
        "watchers",
        "watchers_count",
    ] {
        fields.insert(count.to_owned(), json!(0));
    }
    fields
}

fn addresses(base: &str, full_name: &str) -> Map<String, Value> {
    let url = format!("{base}/repos/{full_name}");
    let mut fields: Map<String, Value> = LINKS
        .iter()
        .map(|(name, path)| ((*name).to_owned(), json!(format!("{url}{path}"))))
        .collect();
    let pairs = [
        ("html_url", format!("https://github.com/{full_name}")),
        ("svn_url", format!("https://github.com/{full_name}")),
        ("git_url", format!("git://github.com/{full_name}.git")),
        ("ssh_url", format!("git@github.com:{full_name}.git")),
        ("clone_url", format!("https://github.com/{full_name}.git")),
    ];
    fields.extend(pairs.map(|(name, value)| (name.to_owned(), json!(value))));
    fields
}
