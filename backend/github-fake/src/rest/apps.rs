//! What an App is told about itself, and what an installation sees.

use serde_json::{Map, Value, json};

use super::owners::{brief, kind_word};
use super::repositories::{Page, minimal};
use super::{Call, resource_not_accessible};
use crate::answer::Answer;
use crate::apps::{App, Installation};
use crate::credential::Kind;
use crate::graphql::global_id;
use crate::server::{Shared, lock};
use crate::world::{Snapshot, World};

const NOT_AN_APP: &str = "A JSON web token could not be decoded";

/// What is below `/app`, and an account's installation.
pub(super) fn route(shared: &Shared, call: &Call<'_>, world: &World, below: &[&str]) -> Answer {
    let Some(id) = call.credential.and_then(|it| it.kind.app()) else {
        return Answer::error(401, NOT_AN_APP);
    };
    let mut apps = lock(&shared.apps);
    let Some(app) = apps.app(id).cloned() else { return Answer::error(401, NOT_AN_APP) };
    let installation = |text: &str| app.installations.iter().find(|it| it.id.to_string() == text);
    let view = View { call, world, app: &app };
    match below {
        [] => Answer::json(200, &view.app()),
        ["installations"] => view.installations(),
        ["installations", id] => installation(id).map_or_else(Answer::not_found, |it| view.one(it)),
        ["installations", id, "access_tokens"] if call.is_post => match installation(id) {
            None => Answer::not_found(),
            Some(it) if it.suspended_at.is_some() => {
                Answer::error(403, "This installation has been suspended")
            }
            Some(it) => {
                let issued = apps.issue(app.id, it.id, (shared.options.clock)());
                let body = json!({
                    "token": issued.token,
                    "expires_at": issued.expires_at,
                    "permissions": it.permissions,
                    "repository_selection": selection(it),
                });
                Answer::json(201, &body)
            }
        },
        _ => Answer::not_found(),
    }
}

/// The App's installation in one organization.
pub(super) fn of_organization(
    shared: &Shared,
    call: &Call<'_>,
    world: &World,
    login: &str,
) -> Answer {
    let Some(id) = call.credential.and_then(|it| it.kind.app()) else {
        return Answer::error(401, NOT_AN_APP);
    };
    let Some(app) = lock(&shared.apps).app(id).cloned() else { return Answer::not_found() };
    let found = app.installations.iter().find(|it| it.owner.eq_ignore_ascii_case(login));
    found.map_or_else(Answer::not_found, |it| View { call, world, app: &app }.one(it))
}

/// The repositories that an installation's token sees.
pub(super) fn repositories(call: &Call<'_>, world: &World) -> Answer {
    let grant = call.credential.and_then(|it| match it.kind {
        Kind::Installation { .. } => it.grant.as_ref(),
        Kind::User | Kind::App { .. } => None,
    });
    let Some(grant) = grant else { return resource_not_accessible() };
    let Some(owner) = world.owner(&grant.owner) else { return Answer::not_found() };
    let found: Vec<Snapshot<'_>> =
        world.repositories_of(&owner.login).filter(|it| call.sees(it)).collect();
    let page = Page::of(call, found.len());
    let rows = page.rows(&found).map(|it| Value::Object(minimal(&call.base, owner, it)));
    let body = json!({
        "total_count": found.len(),
        "repository_selection": if grant.repositories.is_some() { "selected" } else { "all" },
        "repositories": rows.collect::<Vec<_>>(),
    });
    page.linked(call, Answer::json(200, &body), "installation/repositories")
}

fn selection(installation: &Installation) -> &'static str {
    if installation.repositories.is_some() { "selected" } else { "all" }
}

struct View<'a> {
    call: &'a Call<'a>,
    world: &'a World,
    app: &'a App,
}

impl View<'_> {
    fn app(&self) -> Value {
        let owner = self.world.owners().next().map(|it| brief(&self.call.base, it));
        json!({
            "id": self.app.id,
            "slug": self.app.slug,
            "client_id": self.app.client_id,
            "node_id": global_id("App", self.app.id),
            "owner": owner,
            "name": self.app.slug,
            "description": null,
            "external_url": "https://drydock.example",
            "html_url": format!("https://github.com/apps/{}", self.app.slug),
            "created_at": self.world.now(),
            "updated_at": self.world.now(),
            "permissions": { "contents": "read", "metadata": "read" },
            "events": [],
            "installations_count": self.app.installations.len(),
        })
    }

    fn installations(&self) -> Answer {
        let page = Page::of(self.call, self.app.installations.len());
        let rows = page.rows(&self.app.installations).filter_map(|it| self.installation(it));
        let body = Value::Array(rows.map(Value::Object).collect());
        page.linked(self.call, Answer::json(200, &body), "app/installations")
    }

    fn one(&self, installation: &Installation) -> Answer {
        let found = self.installation(installation);
        found.map_or_else(Answer::not_found, |it| Answer::json(200, &Value::Object(it)))
    }

    fn installation(&self, installation: &Installation) -> Option<Map<String, Value>> {
        let Installation { id, permissions, suspended_at, .. } = installation;
        let owner = self.world.owner(&installation.owner)?;
        let account = brief(&self.call.base, owner);
        let base = &self.call.base;
        let body = json!({
            "id": id,
            "target_id": owner.id,
            "target_type": kind_word(owner),
            "suspended_by": suspended_at.map(|_| &account),
            "account": account,
            "repository_selection": selection(installation),
            "access_tokens_url": format!("{base}/app/installations/{id}/access_tokens"),
            "repositories_url": format!("{base}/installation/repositories"),
            "html_url": format!(
                "https://github.com/organizations/{}/settings/installations/{id}",
                installation.owner
            ),
            "app_id": self.app.id,
            "client_id": self.app.client_id,
            "app_slug": self.app.slug,
            "permissions": permissions,
            "events": [],
            "created_at": self.world.now(),
            "updated_at": self.world.now(),
            "single_file_name": null,
            "has_multiple_single_files": false,
            "single_file_paths": [],
            "suspended_at": suspended_at,
        });
        body.as_object().cloned()
    }
}
