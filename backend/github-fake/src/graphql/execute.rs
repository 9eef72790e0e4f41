//! Runs a plan: resolves each field on each value and gathers data and errors.

use std::collections::HashMap;

use serde_json::{Map, Value, json};

use super::node::{Failure, Node, Resolved};
use super::plan::Selected;
use super::refusal::location;
use super::schema::Schema;
use crate::credential::Credential;
use crate::world::World;

/// One run of a query.
pub(super) struct Executor<'w> {
    schema: &'w Schema,
    pub(super) world: &'w World,
    pub(super) credential: &'w Credential,
    pub(super) rate_limit: Value,
    pub(super) errors: Vec<Value>,
    pub(super) served: Served,
}

/// How many git objects went out.
#[derive(Debug, Default)]
pub(super) struct Served {
    pub(super) trees: usize,
    pub(super) blob_oids: Vec<String>,
}

impl<'w> Executor<'w> {
    pub(super) fn new(
        schema: &'w Schema,
        world: &'w World,
        credential: &'w Credential,
        rate_limit: Value,
    ) -> Self {
        let served = Served::default();
        Self { schema, world, credential, rate_limit, errors: Vec::new(), served }
    }

    /// The data of a whole query.
    pub(super) fn query(&mut self, plan: &[Selected]) -> Value {
        let fields: Vec<&Selected> = plan.iter().collect();
        self.object(&Node::Query, &fields, &mut Vec::new())
    }

    fn object(&mut self, node: &Node<'w>, fields: &[&Selected], path: &mut Vec<Value>) -> Value {
        let mut data = Map::new();
        for same in self.merged(node, fields) {
            let Some(field) = same.first() else { continue };
            path.push(json!(field.key));
            let value = self.field(node, field, &same, path);
            path.pop();
            data.insert(field.key.clone(), value);
        }
        Value::Object(data)
    }

    /// The fields that apply to a value, those with the same key together.
    fn merged<'f>(&self, node: &Node<'w>, fields: &[&'f Selected]) -> Vec<Vec<&'f Selected>> {
        let mut groups: Vec<Vec<&'f Selected>> = Vec::new();
        let mut index_of: HashMap<&str, usize> = HashMap::new();
        for field in fields {
            if !field.conditions.iter().all(|it| self.schema.is_a(node.type_name(), it)) {
                continue;
            }
            let index = *index_of.entry(&field.key).or_insert(groups.len());
            match groups.get_mut(index) {
                Some(group) => group.push(field),
                None => groups.push(vec![field]),
            }
        }
        groups
    }

    fn field(
        &mut self,
        node: &Node<'w>,
        field: &Selected,
        same: &[&Selected],
        path: &mut Vec<Value>,
    ) -> Value {
        if field.name == "__typename" {
            return json!(node.type_name());
        }
        let below: Vec<&Selected> = same.iter().flat_map(|it| it.below.iter()).collect();
        match self.resolve(node, field) {
            Ok(Resolved::Value(value)) => value,
            Ok(Resolved::Node(found)) => self.object(&found, &below, path),
            Ok(Resolved::List(items)) => {
                let mut values = Vec::with_capacity(items.len());
                for (index, item) in items.iter().enumerate() {
                    path.push(json!(index));
                    let value = item.as_ref().map(|it| self.object(it, &below, path));
                    path.pop();
                    values.push(value.unwrap_or(Value::Null));
                }
                Value::Array(values)
            }
            Err(failure) => {
                self.fail(&failure, field, path);
                Value::Null
            }
        }
    }

    /// Notes that a field has no value.
    fn fail(&mut self, failure: &Failure, field: &Selected, path: &[Value]) {
        self.errors.push(json!({
            "type": failure.kind,
            "path": path,
            "locations": [location(field.at)],
            "message": failure.message,
        }));
    }
}
