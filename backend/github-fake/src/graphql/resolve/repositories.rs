//! Fields of owners, repositories and branches.

use serde_json::{Map, Value, json};

use super::super::connection::{Rows, moment};
use super::super::execute::Executor;
use super::super::global_id;
use super::super::node::{Failure, Node, Resolved};
use super::super::plan::Args;
use super::{Outcome, text, unserved, value};
use crate::git::Commit;
use crate::world::{Owner, Snapshot, Visibility};

impl<'w> Executor<'w> {
    pub(super) fn of_owner(&self, owner: &'w Owner, field: &str, arguments: &Args) -> Outcome<'w> {
        match field {
            "id" => value(json!(global_id(Node::Owner(owner).type_name(), owner.id))),
            "databaseId" => value(json!(owner.id)),
            "login" => value(json!(owner.login)),
            "name" => value(json!(owner.name)),
            "description" => value(Value::Null),
            "createdAt" => value(json!(moment(owner.created_at))),
            "url" => value(json!(format!("https://github.com/{}", owner.login))),
            "viewerIsAMember" => {
                let login = &self.credential.login;
                value(json!(self.world.is_member(owner.login.as_str(), login)))
            }
            "isViewer" => {
                let login = &self.credential.login;
                value(json!(owner.login.as_str().eq_ignore_ascii_case(login)))
            }
            "repository" => self.repository(owner.login.as_str(), arguments),
            "repositories" => self.repositories(owner, arguments),
            other => unserved(&Node::Owner(owner), other),
        }
    }

    fn repositories(&self, owner: &'w Owner, arguments: &Args) -> Outcome<'w> {
        let order = arguments.get("orderBy").and_then(Value::as_object);
        let of = |name: &str| order.and_then(|it| it.get(name)).and_then(Value::as_str);
        let (by, direction) = (of("field").unwrap_or("CREATED_AT"), of("direction"));
        let mut seen = self.visible(owner);
        seen.retain(|it| is_asked_for(it, arguments));
        let row = |it: Snapshot<'w>| (sort_key(&it, by), Node::Repository(it));
        let rows = Rows {
            type_name: "RepositoryConnection",
            edge_type: "RepositoryEdge",
            rows: seen.into_iter().map(row).collect(),
            descending: direction == Some("DESC"),
        };
        Ok(Resolved::Node(Node::Connection(Box::new(rows.window(arguments)?))))
    }

    pub(super) fn of_repository(
        &self,
        it: &Snapshot<'w>,
        field: &str,
        arguments: &Args,
    ) -> Outcome<'w> {
        let (repository, facts) = (it.repository, &it.repository.facts);
        match field {
            "id" => value(json!(global_id("Repository", repository.id.0))),
            "databaseId" => value(json!(repository.id)),
            "name" => value(json!(repository.name)),
            "nameWithOwner" => value(json!(full_name(it))),
            "description" => value(json!(facts.description)),
            "url" => value(json!(format!("https://github.com/{}", full_name(it)))),
            "visibility" => value(json!(facts.visibility.word().to_uppercase())),
            "isPrivate" => value(json!(facts.visibility != Visibility::Public)),
            "isArchived" => value(json!(facts.archived)),
            "isFork" => value(json!(facts.fork)),
            "isTemplate" => value(json!(facts.template)),
            "isDisabled" => value(json!(facts.disabled)),
            "isEmpty" => value(json!(it.is_empty())),
            "isLocked" | "isMirror" => value(json!(false)),
            "pushedAt" | "updatedAt" => value(json!(moment(it.pushed_at()))),
            "createdAt" => value(json!(moment(repository.created_at))),
            "archivedAt" => value(json!(facts.archived.then(|| moment(it.pushed_at())))),
            "diskUsage" | "stargazerCount" => value(json!(0)),
            "primaryLanguage" => Ok(Resolved::maybe(facts.language.as_deref().map(language))),
            _ => self.contents_of_repository(it, field, arguments),
        }
    }

    /// The fields of a repository that lead to other values.
    fn contents_of_repository(
        &self,
        it: &Snapshot<'w>,
        field: &str,
        arguments: &Args,
    ) -> Outcome<'w> {
        let (repository, facts) = (it.repository, &it.repository.facts);
        match field {
            "owner" => {
                let owner = self.world.owner(repository.owner.as_str());
                Ok(Resolved::maybe(owner.map(Node::Owner)))
            }
            "defaultBranchRef" => Ok(Resolved::maybe(branch(it, &repository.default_branch))),
            "ref" => {
                let name = text(arguments, "qualifiedName");
                let name = name.strip_prefix("refs/heads/").unwrap_or(name);
                Ok(Resolved::maybe(branch(it, name)))
            }
            "object" if facts.unreadable.is_some() || facts.disabled => {
                Err(Failure { kind: "FORBIDDEN", message: "Repository access blocked".to_owned() })
            }
            "object" => self.object_of(it, arguments),
            "languages" => {
                let nodes = facts.language.as_deref().map(language).into_iter().collect();
                let rows = Rows::in_order("LanguageConnection", "LanguageEdge", nodes);
                Ok(Resolved::Node(Node::Connection(Box::new(rows.window(arguments)?))))
            }
            "repositoryTopics" => {
                let nodes = facts.topics.iter().map(|it| topic(it)).collect();
                let rows =
                    Rows::in_order("RepositoryTopicConnection", "RepositoryTopicEdge", nodes);
                Ok(Resolved::Node(Node::Connection(Box::new(rows.window(arguments)?))))
            }
            other => unserved(&Node::Repository(*it), other),
        }
    }

    pub(super) fn of_ref(
        &self,
        repository: &Snapshot<'w>,
        name: &str,
        commit: &'w Commit,
        field: &str,
    ) -> Outcome<'w> {
        match field {
            "id" => value(json!(global_id("Ref", format!("{}:{name}", repository.repository.id)))),
            "name" => value(json!(name)),
            "prefix" => value(json!("refs/heads/")),
            "repository" => Ok(Resolved::Node(Node::Repository(*repository))),
            _ => Ok(Resolved::Node(Node::Commit(*repository, commit))),
        }
    }
}

fn full_name(it: &Snapshot<'_>) -> String {
    format!("{}/{}", it.repository.owner, it.repository.name)
}

fn is_asked_for(it: &Snapshot<'_>, arguments: &Args) -> bool {
    let facts = &it.repository.facts;
    let is = |name: &str, actual: bool| {
        arguments.get(name).and_then(Value::as_bool).is_none_or(|asked| asked == actual)
    };
    let word = |name: &str, actual: &str| {
        let asked = arguments.get(name).and_then(Value::as_str);
        asked.is_none_or(|asked| asked.eq_ignore_ascii_case(actual))
    };
    let privacy = if facts.visibility == Visibility::Public { "PUBLIC" } else { "PRIVATE" };
    is("isArchived", facts.archived)
        && is("isFork", facts.fork)
        && word("visibility", facts.visibility.word())
        && word("privacy", privacy)
}

/// A text that sorts as the field does, ties broken by id.
fn sort_key(it: &Snapshot<'_>, by: &str) -> String {
    let id = it.repository.id.0;
    let micros = |at: chrono::DateTime<chrono::Utc>| format!("{:020}", at.timestamp_micros());
    let value = match by {
        "NAME" => it.repository.name.as_str().to_lowercase(),
        "PUSHED_AT" | "UPDATED_AT" => micros(it.pushed_at()),
        "STARGAZERS" => String::new(),
        _ => micros(it.repository.created_at),
    };
    format!("{value}:{id:012}")
}

fn branch<'w>(it: &Snapshot<'w>, name: &str) -> Option<Node<'w>> {
    it.branch(name).map(|commit| Node::Ref(*it, name.to_owned(), commit.as_ref()))
}

fn language<'w>(name: &str) -> Node<'w> {
    record([
        ("__typename", json!("Language")),
        ("id", json!(global_id("Language", name))),
        ("name", json!(name)),
        ("color", Value::Null),
    ])
}

fn topic<'w>(name: &str) -> Node<'w> {
    let id = global_id("Topic", name);
    record([
        ("__typename", json!("RepositoryTopic")),
        ("id", json!(global_id("RepositoryTopic", name))),
        ("url", json!(format!("https://github.com/topics/{name}"))),
        ("topic", json!({"__typename": "Topic", "id": id, "name": name})),
    ])
}

fn record<'w, const N: usize>(fields: [(&str, Value); N]) -> Node<'w> {
    let fields: Map<String, Value> =
        fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    Node::Record(fields)
}
