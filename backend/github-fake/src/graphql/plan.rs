//! From a query's text to the fields that will be resolved: variables put in,
//! fragments spread, everything that GitHub refuses beforehand refused.

mod arguments;

use std::collections::{BTreeMap, HashMap, HashSet};

use graphql_parser::Pos;
use graphql_parser::query::{
    self, Definition, Field, OperationDefinition, Selection, SelectionSet, TypeCondition,
    VariableDefinition,
};
use serde_json::{Map, Value};

use super::refusal::{invalid, unparsable};
use super::schema::{FieldDefinition, Schema, base_name};

/// Deeper queries than this are fragments that contain themselves.
const DEEPEST: usize = 60;

pub(super) type Args = BTreeMap<String, Value>;

/// A field to be resolved.
#[derive(Debug, Clone)]
pub(super) struct Selected {
    /// Its name in the answer.
    pub(super) key: String,
    /// Its name in the schema.
    pub(super) name: String,
    pub(super) arguments: Args,
    /// It is resolved on values that are all of these types.
    pub(super) conditions: Vec<String>,
    /// The type of its value, without lists.
    pub(super) returns: String,
    pub(super) below: Vec<Selected>,
    pub(super) at: Pos,
    /// Where it stands, as GitHub prints it in errors.
    pub(super) path: Vec<String>,
}

/// The fields of the query, or every reason why it is refused.
pub(super) fn plan(
    schema: &Schema,
    text: &str,
    variables: Map<String, Value>,
    operation: Option<&str>,
) -> Result<Vec<Selected>, Vec<Value>> {
    let document =
        query::parse_query::<String>(text).map_err(|error| vec![unparsable(&error.to_string())])?;
    let mut fragments = HashMap::new();
    let mut operations = Vec::new();
    for definition in &document.definitions {
        match definition {
            Definition::Fragment(fragment) => {
                fragments.insert(fragment.name.as_str(), fragment);
            }
            Definition::Operation(one) => operations.push(one),
        }
    }
    let (name, set, declared) = chosen(&operations, operation)
        .ok_or_else(|| vec![unparsable("an operation to run is missing or not a query")])?;
    let mut planner = Planner {
        schema,
        fragments,
        variables: Map::new(),
        declared: declared.iter().map(|it| it.name.as_str()).collect(),
        used: HashSet::new(),
        errors: Vec::new(),
    };
    planner.take_variables(declared, variables);
    let path = vec![format!("query{}", name.map(|it| format!(" {it}")).unwrap_or_default())];
    let context = Context { type_name: "Query", conditions: &[], path: &path, depth: 0 };
    let selected = planner.fields(set, context);
    planner.refuse_unused(declared, &path);
    if planner.errors.is_empty() { Ok(selected) } else { Err(planner.errors) }
}

type Chosen<'d> =
    (Option<&'d str>, &'d SelectionSet<'d, String>, &'d [VariableDefinition<'d, String>]);

fn chosen<'d>(
    operations: &[&'d OperationDefinition<'d, String>],
    wanted: Option<&str>,
) -> Option<Chosen<'d>> {
    let name_of = |it: &OperationDefinition<'d, String>| match it {
        OperationDefinition::Query(query) => query.name.clone(),
        _ => None,
    };
    let found = match (wanted, operations) {
        (None, [one]) => one,
        (None, _) => return None,
        (Some(wanted), all) => all.iter().find(|it| name_of(it).as_deref() == Some(wanted))?,
    };
    match found {
        OperationDefinition::SelectionSet(set) => Some((None, set, &[])),
        OperationDefinition::Query(query) => {
            Some((query.name.as_deref(), &query.selection_set, &query.variable_definitions))
        }
        OperationDefinition::Mutation(_) | OperationDefinition::Subscription(_) => None,
    }
}

struct Planner<'p> {
    schema: &'p Schema,
    fragments: HashMap<&'p str, &'p query::FragmentDefinition<'p, String>>,
    variables: Map<String, Value>,
    declared: HashSet<&'p str>,
    used: HashSet<String>,
    errors: Vec<Value>,
}

/// Where the planner stands.
#[derive(Clone, Copy)]
struct Context<'c> {
    type_name: &'c str,
    conditions: &'c [String],
    path: &'c [String],
    depth: usize,
}

impl<'p> Planner<'p> {
    fn refuse(&mut self, code: &str, at: Pos, path: &[String], message: String) {
        self.errors.push(invalid(code, at, path, message));
    }

    fn fields(&mut self, set: &SelectionSet<'_, String>, here: Context<'_>) -> Vec<Selected> {
        if here.depth > DEEPEST {
            let message = "Fragment is contained in itself or the query is too deep".to_owned();
            self.refuse("infiniteLoop", set.span.0, here.path, message);
            return Vec::new();
        }
        let here = Context { depth: here.depth + 1, ..here };
        let mut selected = Vec::new();
        for item in &set.items {
            match item {
                Selection::Field(field) => selected.extend(self.field(field, here)),
                Selection::InlineFragment(inline) => {
                    if self.is_included(&inline.directives) {
                        let condition = inline.type_condition.as_ref();
                        let set = &inline.selection_set;
                        selected.extend(self.spread(condition, set, here, inline.position));
                    }
                }
                Selection::FragmentSpread(spread) => {
                    let Some(fragment) = self.fragments.get(spread.fragment_name.as_str()) else {
                        let message =
                            format!("Fragment {} was used, but not defined", spread.fragment_name);
                        self.refuse("useAndDefineFragment", spread.position, here.path, message);
                        continue;
                    };
                    let (condition, set) = (&fragment.type_condition, &fragment.selection_set);
                    if self.is_included(&spread.directives) {
                        selected.extend(self.spread(Some(condition), set, here, spread.position));
                    }
                }
            }
        }
        selected
    }

    fn spread(
        &mut self,
        condition: Option<&TypeCondition<'_, String>>,
        set: &SelectionSet<'_, String>,
        here: Context<'_>,
        at: Pos,
    ) -> Vec<Selected> {
        let Some(TypeCondition::On(name)) = condition else { return self.fields(set, here) };
        if !self.schema.is_composite(name) {
            let message = format!("No such type {name}, so it can't be a fragment condition");
            self.refuse("undefinedType", at, here.path, message);
            return Vec::new();
        }
        let mut conditions = here.conditions.to_vec();
        conditions.push(name.clone());
        let mut path = here.path.to_vec();
        path.push(format!("... on {name}"));
        let inside =
            Context { type_name: name, conditions: &conditions, path: &path, depth: here.depth };
        self.fields(set, inside)
    }

    fn field(&mut self, field: &Field<'_, String>, here: Context<'_>) -> Option<Selected> {
        if !self.is_included(&field.directives) {
            return None;
        }
        let key = field.alias.as_ref().unwrap_or(&field.name);
        let mut path = here.path.to_vec();
        path.push(key.clone());
        let mut selected = Selected {
            key: key.clone(),
            name: field.name.clone(),
            arguments: Args::new(),
            conditions: here.conditions.to_vec(),
            returns: "String".to_owned(),
            below: Vec::new(),
            at: field.position,
            path,
        };
        if field.name == "__typename" {
            return Some(selected);
        }
        let Some(definition) = self.schema.field(here.type_name, &field.name) else {
            let message =
                format!("Field '{}' doesn't exist on type '{}'", field.name, here.type_name);
            self.refuse("undefinedField", field.position, &selected.path, message);
            return None;
        };
        let returns = base_name(&definition.field_type);
        selected.arguments = self.arguments(field, definition, &selected.path);
        returns.clone_into(&mut selected.returns);
        let inside = Context { type_name: returns, conditions: &[], path: &selected.path, ..here };
        selected.below = self.below(field, inside, definition);
        Some(selected)
    }

    fn below(
        &mut self,
        field: &Field<'_, String>,
        inside: Context<'_>,
        definition: &FieldDefinition,
    ) -> Vec<Selected> {
        let is_composite = self.schema.is_composite(inside.type_name);
        let is_bare = field.selection_set.items.is_empty();
        let kind = &definition.field_type;
        if is_composite && is_bare {
            let message = format!(
                "Field must have selections (field '{0}' returns {1} but has no selections. \
                 Did you mean '{0} {{ ... }}'?)",
                field.name, inside.type_name
            );
            self.refuse("selectionMismatch", field.position, inside.path, message);
        } else if !is_composite && !is_bare {
            let message = format!(
                "Selections can't be made on scalars (field '{}' returns {kind} but has selections)",
                field.name
            );
            self.refuse("selectionMismatch", field.position, inside.path, message);
        } else if is_composite {
            return self.fields(&field.selection_set, inside);
        }
        Vec::new()
    }
}
