//! What each field of each type is.

mod git_objects;
mod repositories;

use serde_json::{Value, json};

use super::connection::{cursor, moment};
use super::execute::Executor;
use super::node::{Failure, Node, Resolved};
use super::plan::{Args, Selected};
use super::{global_id, read_global_id};
use crate::credential::{Kind, SINGLE_SIGN_ON};
use crate::rest::sees;
use crate::world::{Found, Owner, OwnerKind, Snapshot};

type Outcome<'w> = Result<Resolved<'w>, Failure>;

fn value<'w>(value: Value) -> Outcome<'w> {
    Ok(Resolved::Value(value))
}

/// A field that the schema has but no resolver knows: a fault of the stand-in.
fn unserved<'w>(node: &Node<'_>, field: &str) -> Outcome<'w> {
    let message = format!("The stand-in cannot resolve `{}.{field}`.", node.type_name());
    Err(Failure { kind: "STAND_IN", message })
}

fn text<'a>(arguments: &'a Args, name: &str) -> &'a str {
    arguments.get(name).and_then(Value::as_str).unwrap_or_default()
}

impl<'w> Executor<'w> {
    pub(super) fn resolve(&mut self, node: &Node<'w>, field: &Selected) -> Outcome<'w> {
        let (name, arguments) = (field.name.as_str(), &field.arguments);
        match node {
            Node::Query => self.of_query(name, arguments),
            Node::Owner(owner) => self.of_owner(owner, name, arguments),
            Node::Repository(repository) => self.of_repository(repository, name, arguments),
            Node::Ref(repository, branch, commit) => self.of_ref(repository, branch, commit, name),
            Node::Commit(repository, commit) => self.of_commit(repository, commit, name, arguments),
            Node::Tree(repository, oid, path) => self.of_tree(repository, *oid, path, name),
            Node::Entry(repository, entry, path) => self.of_entry(repository, entry, path, name),
            Node::Blob(repository, oid, blob) => self.of_blob(repository, (*oid, *blob), name),
            Node::Connection(connection) => match name {
                "totalCount" => value(json!(connection.total())),
                "totalDiskUsage" => value(json!(0)),
                "pageInfo" => Ok(record(connection.page_info())),
                "nodes" => {
                    let nodes = connection.rows.iter().map(|(_, it)| Some(it.clone()));
                    Ok(Resolved::List(nodes.collect()))
                }
                _ => {
                    let edge = |(key, it): &(String, Node<'w>)| {
                        let of = Box::new(it.clone());
                        Some(Node::Edge(connection.edge_type, key.clone(), of))
                    };
                    Ok(Resolved::List(connection.rows.iter().map(edge).collect()))
                }
            },
            Node::Edge(_, key, of) => match name {
                "cursor" => value(json!(cursor(key))),
                _ => Ok(Resolved::Node((**of).clone())),
            },
            Node::Record(fields) => Ok(record(fields.get(name).cloned().unwrap_or(Value::Null))),
        }
    }

    fn of_query(&mut self, name: &str, arguments: &Args) -> Outcome<'w> {
        match name {
            "organization" => self.organization(text(arguments, "login")),
            "user" => {
                let login = text(arguments, "login");
                let owner = self.world.owner(login).filter(|it| it.kind == OwnerKind::User);
                found(owner, "a User", login)
            }
            "repositoryOwner" => {
                let login = text(arguments, "login");
                self.single_sign_on(login)?;
                Ok(Resolved::maybe(self.world.owner(login).map(Node::Owner)))
            }
            "repository" => self.repository(text(arguments, "owner"), arguments),
            "node" => self.node(text(arguments, "id")).map(Resolved::Node),
            "nodes" => {
                let ids = arguments.get("ids").and_then(Value::as_array);
                let ids = ids.into_iter().flatten().filter_map(Value::as_str);
                let mut nodes = Vec::new();
                for id in ids {
                    let node = self.node(id);
                    if let Err(failure) = &node {
                        self.errors.push(json!({
                            "type": failure.kind,
                            "path": ["nodes", nodes.len()],
                            "message": failure.message,
                        }));
                    }
                    nodes.push(node.ok());
                }
                Ok(Resolved::List(nodes))
            }
            "rateLimit" => Ok(record(self.rate_limit.clone())),
            "viewer" if self.credential.kind != Kind::User => Err(not_accessible()),
            "viewer" => Ok(record(self.viewer())),
            other => unserved(&Node::Query, other),
        }
    }

    fn viewer(&self) -> Value {
        let login = &self.credential.login;
        json!({
            "__typename": "User",
            "login": login,
            "id": global_id("User", login),
            "name": login,
            "url": format!("https://github.com/{login}"),
            "createdAt": moment(self.world.now() - chrono::Duration::days(900)),
        })
    }

    fn single_sign_on(&self, login: &str) -> Result<(), Failure> {
        let message = SINGLE_SIGN_ON.to_owned();
        let is_lacking = self.credential.lacks_single_sign_on(login);
        if is_lacking { Err(Failure { kind: "FORBIDDEN", message }) } else { Ok(()) }
    }

    fn organization(&self, login: &str) -> Outcome<'w> {
        self.single_sign_on(login)?;
        let owner = self.world.owner(login).filter(|it| it.kind == OwnerKind::Organization);
        found(owner, "an Organization", login)
    }

    fn repository(&self, owner: &str, arguments: &Args) -> Outcome<'w> {
        let name = text(arguments, "name");
        let follows = arguments.get("followRenames").and_then(Value::as_bool).unwrap_or(true);
        let repository = match self.world.find(owner, name) {
            Some(Found::Here(repository)) => Some(repository),
            Some(Found::Moved(repository)) if follows => Some(repository),
            Some(Found::Moved(_)) | None => None,
        };
        let repository = repository.map(|it| it.at(self.world.now()));
        let repository = repository.filter(|it| sees(Some(self.credential), it));
        repository.map(|it| Resolved::Node(Node::Repository(it))).ok_or_else(|| {
            Failure::not_found(format!(
                "Could not resolve to a Repository with the name '{owner}/{name}'."
            ))
        })
    }

    fn node(&self, id: &str) -> Result<Node<'w>, Failure> {
        let missing = || {
            Failure::not_found(format!("Could not resolve to a node with the global id of '{id}'"))
        };
        let (kind, number) = read_global_id(id).ok_or_else(missing)?;
        let number: i64 = number.parse().map_err(|_| missing())?;
        let node = match kind.as_str() {
            "Repository" => {
                let id = names::RepositoryId(number);
                let repository = self.world.repository_by_id(id);
                let seen = repository.filter(|it| sees(Some(self.credential), it));
                seen.map(Node::Repository)
            }
            "Organization" | "User" => self.world.owner_by_id(number).map(Node::Owner),
            _ => None,
        };
        node.ok_or_else(missing)
    }

    /// The repositories of an owner that the token may see.
    fn visible(&self, owner: &Owner) -> Vec<Snapshot<'w>> {
        let all = self.world.repositories_of(&owner.login);
        all.filter(|it| sees(Some(self.credential), it)).collect()
    }
}

/// What an installation is told where only a person may go.
fn not_accessible() -> Failure {
    Failure { kind: "FORBIDDEN", message: "Resource not accessible by integration".to_owned() }
}

fn found<'w>(owner: Option<&'w Owner>, kind: &str, login: &str) -> Outcome<'w> {
    owner.map(|it| Resolved::Node(Node::Owner(it))).ok_or_else(|| {
        Failure::not_found(format!("Could not resolve to {kind} with the login of '{login}'."))
    })
}

/// A JSON value as what it is: an object has fields, everything else is itself.
fn record<'w>(value: Value) -> Resolved<'w> {
    match value {
        Value::Object(fields) => Resolved::Node(Node::Record(fields)),
        other => Resolved::Value(other),
    }
}
