//! Accounts: the one that asks, people, organizations.

use serde_json::{Map, Value, json};

use super::Call;
use crate::answer::Answer;
use crate::credential::Credential;
use crate::git::blob_oid;
use crate::graphql::global_id;
use crate::world::{Owner, OwnerKind, Visibility, World};

/// The account behind the token.
pub(super) fn authenticated(call: &Call<'_>, world: &World) -> Answer {
    let Some(credential) = call.credential else {
        return Answer::error(401, "Requires authentication");
    };
    let id = || {
        let oid = blob_oid(credential.login.as_bytes()).to_string();
        i64::from(oid.bytes().map(u32::from).sum::<u32>())
    };
    let person = world.owner(&credential.login);
    let id = person.map_or_else(id, |it| it.id);
    let name = person.map_or(&credential.login, |it| &it.name);
    let since = world.now() - chrono::Duration::days(900);
    let mut user = account_links(&call.base, &credential.login, id, "User");
    user.extend(profile(name, 0, since));
    let answer = Answer::json(200, &Value::Object(user));
    let unknown = credential.not_authorized_for.iter().filter_map(|it| world.owner(it));
    let unknown: Vec<String> = unknown.map(|it| it.id.to_string()).collect();
    if unknown.is_empty() {
        return answer;
    }
    answer.with("x-github-sso", format!("partial-results; organizations={}", unknown.join(",")))
}

pub(super) fn user(call: &Call<'_>, world: &World, login: &str) -> Answer {
    let Some(owner) = world.owner(login) else { return Answer::not_found() };
    let mut user = account_links(&call.base, owner.login.as_str(), owner.id, kind_word(owner));
    user.extend(profile(&owner.name, public_repositories(world, owner), owner.created_at));
    Answer::json(200, &Value::Object(user))
}

pub(super) fn organization(call: &Call<'_>, world: &World, login: &str) -> Answer {
    let organization = world.owner(login).filter(|it| it.kind == OwnerKind::Organization);
    let Some(owner) = organization else { return Answer::not_found() };
    let url = format!("{}/orgs/{}", call.base, owner.login);
    let body = json!({
        "login": owner.login,
        "id": owner.id,
        "node_id": global_id("Organization", owner.id),
        "url": url,
        "repos_url": format!("{url}/repos"),
        "events_url": format!("{url}/events"),
        "hooks_url": format!("{url}/hooks"),
        "issues_url": format!("{url}/issues"),
        "members_url": format!("{url}/members{{/member}}"),
        "public_members_url": format!("{url}/public_members{{/member}}"),
        "avatar_url": format!("https://avatars.githubusercontent.com/u/{}?v=4", owner.id),
        "description": null,
        "name": owner.name,
        "html_url": format!("https://github.com/{}", owner.login),
        "has_organization_projects": false,
        "has_repository_projects": false,
        "public_repos": public_repositories(world, owner),
        "public_gists": 0,
        "followers": 0,
        "following": 0,
        "type": "Organization",
        "created_at": owner.created_at,
        "updated_at": owner.created_at,
        "archived_at": null,
    });
    let mut fields = body.as_object().cloned().unwrap_or_default();
    if call.credential.is_some_and(Credential::knows_private_counts) {
        let private =
            world.repositories_of(&owner.login).count() - public_repositories(world, owner);
        for name in ["total_private_repos", "owned_private_repos"] {
            fields.insert(name.to_owned(), json!(private));
        }
    }
    Answer::json(200, &Value::Object(fields))
}

/// The short form of an owner inside a repository.
pub(crate) fn brief(base: &str, owner: &Owner) -> Value {
    Value::Object(account_links(base, owner.login.as_str(), owner.id, kind_word(owner)))
}

/// GitHub's word for what an account is.
pub(super) fn kind_word(owner: &Owner) -> &'static str {
    match owner.kind {
        OwnerKind::Organization => "Organization",
        OwnerKind::User => "User",
    }
}

fn public_repositories(world: &World, owner: &Owner) -> usize {
    let all = world.repositories_of(&owner.login);
    all.filter(|it| it.repository.facts.visibility == Visibility::Public).count()
}

fn account_links(base: &str, login: &str, id: i64, kind: &str) -> Map<String, Value> {
    let url = format!("{base}/users/{login}");
    let pairs = [
        ("login", json!(login)),
        ("id", json!(id)),
        ("node_id", json!(global_id(kind, id))),
        ("avatar_url", json!(format!("https://avatars.githubusercontent.com/u/{id}?v=4"))),
        ("gravatar_id", json!("")),
        ("url", json!(url)),
        ("html_url", json!(format!("https://github.com/{login}"))),
        ("followers_url", json!(format!("{url}/followers"))),
        ("following_url", json!(format!("{url}/following{{/other_user}}"))),
        ("gists_url", json!(format!("{url}/gists{{/gist_id}}"))),
        ("starred_url", json!(format!("{url}/starred{{/owner}}{{/repo}}"))),
        ("subscriptions_url", json!(format!("{url}/subscriptions"))),
        ("organizations_url", json!(format!("{url}/orgs"))),
        ("repos_url", json!(format!("{url}/repos"))),
        ("events_url", json!(format!("{url}/events{{/privacy}}"))),
        ("received_events_url", json!(format!("{url}/received_events"))),
        ("type", json!(kind)),
        ("site_admin", json!(false)),
        ("user_view_type", json!("public")),
    ];
    pairs.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

fn profile(
    name: &str,
    public_repositories: usize,
    since: chrono::DateTime<chrono::Utc>,
) -> Map<String, Value> {
    let pairs = [
        ("name", json!(name)),
        ("company", Value::Null),
        ("blog", json!("")),
        ("location", Value::Null),
        ("email", Value::Null),
        ("hireable", Value::Null),
        ("bio", Value::Null),
        ("public_repos", json!(public_repositories)),
        ("public_gists", json!(0)),
        ("followers", json!(0)),
        ("following", json!(0)),
        ("created_at", json!(since)),
        ("updated_at", json!(since)),
    ];
    pairs.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}
