//! The values that fields are resolved on.

use serde_json::{Map, Value};

use super::connection::Connection;
use crate::git::{Blob, Commit, Oid, TreeEntry};
use crate::world::{Owner, OwnerKind, Snapshot};

/// A value with fields.
#[derive(Debug, Clone)]
pub(super) enum Node<'w> {
    Query,
    Owner(&'w Owner),
    Repository(Snapshot<'w>),
    /// A branch by its name.
    Ref(Snapshot<'w>, String, &'w Commit),
    Commit(Snapshot<'w>, &'w Commit),
    /// A directory and the path it was reached by.
    Tree(Snapshot<'w>, Oid, String),
    /// An entry of a directory and its path.
    Entry(Snapshot<'w>, &'w TreeEntry, String),
    Blob(Snapshot<'w>, Oid, &'w Blob),
    Connection(Box<Connection<'w>>),
    Edge(&'static str, String, Box<Node<'w>>),
    /// A value whose fields are known beforehand; `__typename` is its type.
    Record(Map<String, Value>),
}

/// What a field is.
pub(super) enum Resolved<'w> {
    Value(Value),
    Node(Node<'w>),
    List(Vec<Option<Node<'w>>>),
}

impl<'w> Resolved<'w> {
    /// A node, or null.
    pub(super) fn maybe(node: Option<Node<'w>>) -> Self {
        node.map_or(Self::Value(Value::Null), Self::Node)
    }
}

/// Why a field has no value; the rest of the query goes on.
#[derive(Debug)]
pub(super) struct Failure {
    pub(super) kind: &'static str,
    pub(super) message: String,
}

impl Failure {
    pub(super) fn not_found(message: String) -> Self {
        Self { kind: "NOT_FOUND", message }
    }
}

impl Node<'_> {
    /// The name of the value's own type.
    pub(super) fn type_name(&self) -> &str {
        match self {
            Self::Query => "Query",
            Self::Owner(owner) => match owner.kind {
                OwnerKind::Organization => "Organization",
                OwnerKind::User => "User",
            },
            Self::Repository(_) => "Repository",
            Self::Ref(..) => "Ref",
            Self::Commit(..) => "Commit",
            Self::Tree(..) => "Tree",
            Self::Entry(..) => "TreeEntry",
            Self::Blob(..) => "Blob",
            Self::Connection(connection) => connection.type_name,
            Self::Edge(name, ..) => name,
            Self::Record(fields) => {
                fields.get("__typename").and_then(Value::as_str).unwrap_or_default()
            }
        }
    }
}
