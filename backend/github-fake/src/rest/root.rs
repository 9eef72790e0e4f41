//! The root of the API and the rate limits.

use serde_json::{Map, Value, json};

use super::Call;
use crate::answer::Answer;
use crate::gate::{Budget, Resource};
use crate::server::{Shared, lock};

/// The links that the root answers with; `{…}` are URI template parts.
const LINKS: [(&str, &str); 33] = [
    ("current_user_url", "/user"),
    ("current_user_authorizations_html_url", "/settings/connections/applications{/client_id}"),
    ("authorizations_url", "/authorizations"),
    ("code_search_url", "/search/code?q={query}{&page,per_page,sort,order}"),
    ("commit_search_url", "/search/commits?q={query}{&page,per_page,sort,order}"),
    ("emails_url", "/user/emails"),
    ("emojis_url", "/emojis"),
    ("events_url", "/events"),
    ("feeds_url", "/feeds"),
    ("followers_url", "/user/followers"),
    ("following_url", "/user/following{/target}"),
    ("gists_url", "/gists{/gist_id}"),
    ("hub_url", "/hub"),
    ("issue_search_url", "/search/issues?q={query}{&page,per_page,sort,order}"),
    ("issues_url", "/issues"),
    ("keys_url", "/user/keys"),
    ("label_search_url", "/search/labels?q={query}&repository_id={repository_id}{&page,per_page}"),
    ("notifications_url", "/notifications"),
    ("organization_url", "/orgs/{org}"),
    ("organization_repositories_url", "/orgs/{org}/repos{?type,page,per_page,sort}"),
    ("organization_teams_url", "/orgs/{org}/teams"),
    ("public_gists_url", "/gists/public"),
    ("rate_limit_url", "/rate_limit"),
    ("repository_url", "/repos/{owner}/{repo}"),
    ("repository_search_url", "/search/repositories?q={query}{&page,per_page,sort,order}"),
    ("current_user_repositories_url", "/user/repos{?type,page,per_page,sort}"),
    ("starred_url", "/user/starred{/owner}{/repo}"),
    ("starred_gists_url", "/gists/starred"),
    ("topic_search_url", "/search/topics?q={query}{&page,per_page}"),
    ("user_url", "/users/{user}"),
    ("user_organizations_url", "/user/orgs"),
    ("user_repositories_url", "/users/{user}/repos{?type,page,per_page,sort}"),
    ("user_search_url", "/search/users?q={query}{&page,per_page,sort,order}"),
];

pub(super) fn links(call: &Call<'_>) -> Answer {
    let links: Map<String, Value> = LINKS
        .iter()
        .map(|(name, path)| ((*name).to_owned(), json!(format!("{}{path}", call.base))))
        .collect();
    Answer::json(200, &Value::Object(links))
}

/// The version that dropped `rate`, the older name of the core limit.
const WITHOUT_RATE: &str = "2026-03-10";

pub(super) fn rate_limit(shared: &Shared, call: &Call<'_>) -> Answer {
    if !shared.options.has_rate_limits {
        return Answer::error(404, "Rate limiting is not enabled.");
    }
    let login = call.credential.map(|it| it.login.as_str());
    let now = (shared.options.clock)();
    let core = *lock(&shared.budgets).of(Resource::Core, login, now);
    let graphql = *lock(&shared.budgets).of(Resource::Graphql, login, now);
    let search = Budget { limit: 30, used: 0, resets_at: core.resets_at };
    let mut body = json!({
        "resources": {
            "core": show(&core),
            "search": show(&search),
            "graphql": show(&graphql),
        },
        "rate": show(&core),
    });
    if let (Some(fields), WITHOUT_RATE) = (body.as_object_mut(), call.version.as_str()) {
        fields.remove("rate");
    }
    Answer::json(200, &body)
}

fn show(budget: &Budget) -> Value {
    json!({
        "limit": budget.limit,
        "remaining": budget.remaining(),
        "reset": budget.resets_at.timestamp(),
        "used": budget.used,
    })
}
