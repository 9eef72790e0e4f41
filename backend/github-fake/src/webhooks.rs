//! The deliveries that GitHub sends to a webhook, in the shape of its own examples.
//!
//! Nothing is sent from here: a test posts them, loses them, repeats them, or changes
//! their order, as the network does.

pub(crate) mod payloads;

use ring::hmac;
use serde_json::{Map, Value, json};

use crate::error::FakeError;
use crate::git::blob_oid;
use crate::noted;
use crate::world::{Change, Mutation, Pushed, Visibility, World};
use payloads::{account, brief_repository, installation, pushed_payload, repository};

/// One delivery to a webhook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// What `X-GitHub-Delivery` says; a redelivery carries the same.
    pub id: String,
    /// What `X-GitHub-Event` says.
    pub event: &'static str,
    /// The body, byte by byte.
    pub body: Vec<u8>,
}

impl Delivery {
    /// What `X-Hub-Signature-256` says.
    #[must_use]
    pub fn signature(&self, secret: &str) -> String {
        signature(secret, &self.body)
    }

    /// The headers that come with the body.
    #[must_use]
    pub fn headers(&self, secret: &str) -> [(&'static str, String); 5] {
        [
            ("content-type", "application/json".to_owned()),
            ("user-agent", "GitHub-Hookshot/0000000".to_owned()),
            ("x-github-delivery", self.id.clone()),
            ("x-github-event", self.event.to_owned()),
            ("x-hub-signature-256", self.signature(secret)),
        ]
    }
}

/// The signature of a body.
#[must_use]
pub fn signature(secret: &str, body: &[u8]) -> String {
    noted::secret(secret);
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    let digest = hmac::sign(&key, body);
    let digits: String = digest.as_ref().iter().map(|it| format!("{it:02x}")).collect();
    format!("sha256={digits}")
}

impl World {
    /// What GitHub sends when a webhook is made.
    pub fn ping(&mut self) -> Delivery {
        let id = self.take_id();
        let body = json!({
            "zen": "Keep it logically awesome.",
            "hook_id": id,
            "hook": {
                "type": "App", "id": id, "name": "web", "active": true,
                "events": ["push", "repository"],
                "config": {"content_type": "json", "insecure_ssl": "0", "secret": "********"},
            },
        });
        self.delivery("ping", body.as_object().cloned().unwrap_or_default())
    }

    /// A push, as a commit of its own.
    ///
    /// # Errors
    /// There is no such repository.
    pub fn push_delivery(
        &mut self,
        full_name: &str,
        pushed: &Pushed,
    ) -> Result<Delivery, FakeError> {
        let body = pushed_payload(self, full_name, pushed)?;
        Ok(self.delivery("push", body))
    }

    /// An event `repository` of an action like `created`, with its `changes` or null.
    ///
    /// # Errors
    /// There is no such repository: tell of a deletion before it.
    pub fn repository_delivery(
        &mut self,
        action: &str,
        full_name: &str,
        changes: Value,
    ) -> Result<Delivery, FakeError> {
        let shown = repository(self, full_name)?;
        Ok(self.repository_event(action, shown, changes))
    }

    fn repository_event(
        &mut self,
        action: &str,
        shown: Map<String, Value>,
        changes: Value,
    ) -> Delivery {
        let mut body = Map::new();
        body.insert("action".to_owned(), json!(action));
        if !changes.is_null() {
            body.insert("changes".to_owned(), changes);
        }
        if shown
            .get("owner")
            .is_some_and(|it| it.get("type").is_some_and(|it| it == "Organization"))
        {
            body.extend(shown.get("owner").map(|it| ("organization".to_owned(), it.clone())));
        }
        body.insert("repository".to_owned(), Value::Object(shown));
        self.delivery("repository", body)
    }

    /// An event `installation`: the App was installed (`created`), removed (`deleted`),
    /// or `suspend`, `unsuspend`.
    ///
    /// # Errors
    /// There is no such account.
    pub fn installation_delivery(
        &mut self,
        action: &str,
        asked: &str,
    ) -> Result<Delivery, FakeError> {
        let login = self.owner(asked).map(|it| it.login.clone());
        let login = login.ok_or(FakeError::NoSuchOwner(asked.to_owned()))?;
        let all: Vec<Value> =
            self.repositories_of(&login).map(|it| brief_repository(&it)).collect();
        let mut body = Map::new();
        body.insert("action".to_owned(), json!(action));
        body.insert("installation".to_owned(), installation(self, login.as_str())?);
        if matches!(action, "created" | "deleted") {
            body.insert("repositories".to_owned(), json!(all));
        }
        Ok(self.delivery("installation", body))
    }

    /// An event `installation_repositories`: `added` or `removed` by the owner's choice.
    ///
    /// # Errors
    /// There is no such repository.
    pub fn installation_repositories_delivery(
        &mut self,
        action: &str,
        full_name: &str,
    ) -> Result<Delivery, FakeError> {
        let now = self.now();
        let chosen = self.repository_mut(full_name)?;
        let owner = chosen.owner.to_string();
        let brief = json!([brief_repository(&chosen.at(now))]);
        let (added, removed) =
            if action == "added" { (brief, json!([])) } else { (json!([]), brief) };
        let mut body = Map::new();
        body.insert("action".to_owned(), json!(action));
        body.insert("installation".to_owned(), installation(self, &owner)?);
        body.insert("repository_selection".to_owned(), json!("selected"));
        body.insert("repositories_added".to_owned(), added);
        body.insert("repositories_removed".to_owned(), removed);
        Ok(self.delivery("installation_repositories", body))
    }

    /// An event `organization`: `renamed` from another login, or `deleted`.
    ///
    /// # Errors
    /// There is no such organization.
    pub fn organization_delivery(
        &mut self,
        action: &str,
        login: &str,
        from: Option<&str>,
    ) -> Result<Delivery, FakeError> {
        let mut body = Map::new();
        body.insert("action".to_owned(), json!(action));
        body.insert("organization".to_owned(), account(self, login)?);
        body.extend(from.map(|it| ("changes".to_owned(), json!({"login": {"from": it}}))));
        Ok(self.delivery("organization", body))
    }

    /// Everything that GitHub sends for a mutation. `before` is the repository as it was
    /// shown before, since a deleted one is told as it was.
    pub(crate) fn deliveries_of(
        &mut self,
        mutation: &Mutation,
        before: Map<String, Value>,
    ) -> Result<Vec<Delivery>, FakeError> {
        let name = mutation.full_name.as_str();
        let (action, changes) = match &mutation.change {
            Change::Pushed(pushed) => return Ok(vec![self.push_delivery(name, pushed)?]),
            Change::Deleted => {
                return Ok(vec![self.repository_event("deleted", before, Value::Null)]);
            }
            Change::Recreated(_) => {
                let deleted = self.repository_event("deleted", before, Value::Null);
                let created = self.repository_delivery("created", name, Value::Null)?;
                let first = self.first_push(name)?;
                return Ok(vec![deleted, created, self.push_delivery(name, &first)?]);
            }
            Change::Renamed => {
                ("renamed", json!({"repository": {"name": {"from": before.get("name")}}}))
            }
            Change::Transferred => {
                ("transferred", json!({"owner": {"from": {"organization": before.get("owner")}}}))
            }
            Change::Archived => ("archived", Value::Null),
            Change::Unarchived => ("unarchived", Value::Null),
            Change::Shown(Visibility::Public) => ("publicized", Value::Null),
            Change::Shown(_) => ("privatized", Value::Null),
            Change::Switched(from) => ("edited", json!({"default_branch": {"from": from}})),
        };
        Ok(vec![self.repository_delivery(action, name, changes)?])
    }

    /// The push that a repository began with.
    fn first_push(&mut self, full_name: &str) -> Result<Pushed, FakeError> {
        let now = self.now();
        let repository = self.repository_mut(full_name)?;
        let head = repository.at(now).head().map(|it| (it.oid, it.tree));
        let (after, tree) =
            head.ok_or_else(|| FakeError::NoSuchRepository(full_name.to_owned()))?;
        let added = repository.at(now).recursive(tree).into_iter().map(|it| it.path).collect();
        Ok(Pushed {
            branch: repository.default_branch.clone(),
            before: None,
            after,
            forced: false,
            added,
            modified: Vec::new(),
            removed: Vec::new(),
        })
    }

    /// A delivery with an id of its own and what every body ends with.
    fn delivery(&mut self, event: &'static str, mut body: Map<String, Value>) -> Delivery {
        let node_id = crate::graphql::global_id("IntegrationInstallation", self.installation_id());
        let brief = json!({"id": self.installation_id(), "node_id": node_id});
        body.entry("installation").or_insert(brief);
        body.insert("sender".to_owned(), payloads::sender());
        let number = self.take_id();
        Delivery { id: uuid(number), event, body: Value::Object(body).to_string().into_bytes() }
    }
}

/// A text in the form of a UUID, another one for each number.
fn uuid(number: i64) -> String {
    let digits = blob_oid(format!("delivery {number}").as_bytes()).to_string();
    let part = |range: std::ops::Range<usize>| digits.get(range).unwrap_or_default();
    format!("{}-{}-4{}-8{}-{}", part(0..8), part(8..12), part(12..15), part(15..18), part(18..30))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_is_the_one_that_github_publishes() {
        assert_eq!(
            signature("It's a Secret to Everybody", b"Hello, World!"),
            "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"
        );
    }

    #[test]
    fn ids_are_uuids_and_differ() {
        let (one, other) = (uuid(1), uuid(2));
        assert!(one != other && one.len() == 36 && one.split('-').count() == 5);
    }
}
