//! What the bodies of deliveries are made of.

use serde_json::{Map, Value, json};

use crate::error::FakeError;
use crate::git::Commit;
use crate::graphql::global_id;
use crate::rest::{account_json, repository_json};
use crate::world::{Found, OwnerKind, Pushed, Snapshot, Visibility, World};

const API: &str = "https://api.github.com";
const NOTHING: &str = "0000000000000000000000000000000000000000";

/// A repository as REST shows it.
pub(crate) fn repository(world: &World, full_name: &str) -> Result<Map<String, Value>, FakeError> {
    let (login, name) = full_name.split_once('/').unwrap_or_default();
    let (Some(owner), Some(Found::Here(found))) = (world.owner(login), world.find(login, name))
    else {
        return Err(FakeError::NoSuchRepository(full_name.to_owned()));
    };
    Ok(repository_json(API, owner, &found.at(world.now())))
}

/// A repository as installations list it.
pub(super) fn brief_repository(repository: &Snapshot<'_>) -> Value {
    let shown = repository.repository;
    json!({
        "id": shown.id,
        "node_id": global_id("Repository", shown.id.0),
        "name": shown.name,
        "full_name": shown.full_name(),
        "private": shown.facts.visibility != Visibility::Public,
    })
}

pub(super) fn account(world: &World, login: &str) -> Result<Value, FakeError> {
    let owner = world.owner(login).ok_or_else(|| FakeError::NoSuchOwner(login.to_owned()))?;
    Ok(account_json(API, owner))
}

/// Who did it: it does not matter who.
pub(super) fn sender() -> Value {
    json!({"login": "octavia", "id": 4_000, "node_id": global_id("User", 4_000), "type": "User"})
}

/// An installation of the App on an account.
pub(super) fn installation(world: &World, login: &str) -> Result<Value, FakeError> {
    let owner = world.owner(login).ok_or_else(|| FakeError::NoSuchOwner(login.to_owned()))?;
    let id = world.installation_id();
    let kind = match owner.kind {
        OwnerKind::Organization => "Organization",
        OwnerKind::User => "User",
    };
    Ok(json!({
        "id": id,
        "account": account_json(API, owner),
        "repository_selection": "all",
        "access_tokens_url": format!("{API}/app/installations/{id}/access_tokens"),
        "repositories_url": format!("{API}/installation/repositories"),
        "html_url": format!("https://github.com/organizations/{login}/settings/installations/{id}"),
        "app_id": 4_000,
        "app_slug": "drydock",
        "target_id": owner.id,
        "target_type": kind,
        "permissions": {"contents": "read", "metadata": "read"},
        "events": ["push", "repository"],
        "created_at": owner.created_at.timestamp(),
        "updated_at": owner.created_at.timestamp(),
        "single_file_name": null,
        "suspended_by": null,
        "suspended_at": null,
    }))
}

pub(super) fn pushed_payload(
    world: &mut World,
    full_name: &str,
    pushed: &Pushed,
) -> Result<Map<String, Value>, FakeError> {
    let mut shown = repository(world, full_name)?;
    let now = world.now();
    let found = world.repository_mut(full_name)?;
    // A push tells these two moments as seconds, unlike every other event.
    shown.insert("created_at".to_owned(), json!(found.created_at.timestamp()));
    shown.insert("pushed_at".to_owned(), json!(found.at(now).pushed_at().timestamp()));
    let commit = found.at(now).commit(pushed.after).map(|it| commit(full_name, it, pushed));
    let before = pushed.before.map_or_else(|| NOTHING.to_owned(), |it| it.to_string());
    let body = json!({
        "ref": format!("refs/heads/{}", pushed.branch),
        "before": before,
        "after": pushed.after.to_string(),
        "created": pushed.before.is_none(),
        "deleted": false,
        "forced": pushed.forced,
        "base_ref": null,
        "compare": format!("https://github.com/{full_name}/compare/{before}...{}", pushed.after),
        "commits": commit.iter().collect::<Vec<_>>(),
        "head_commit": commit,
        "pusher": {"name": "octavia", "email": "octavia@example.com"},
        "repository": shown,
    });
    Ok(body.as_object().cloned().unwrap_or_default())
}

fn commit(full_name: &str, commit: &Commit, pushed: &Pushed) -> Value {
    let who = json!({"name": commit.author, "email": commit.address()});
    json!({
        "id": commit.oid.to_string(),
        "tree_id": commit.tree.to_string(),
        "distinct": true,
        "message": commit.message,
        "timestamp": commit.at,
        "url": format!("https://github.com/{full_name}/commit/{}", commit.oid),
        "author": who,
        "committer": who,
        "added": pushed.added,
        "removed": pushed.removed,
        "modified": pushed.modified,
    })
}
