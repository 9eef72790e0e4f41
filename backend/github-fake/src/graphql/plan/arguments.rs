//! Variables, arguments and directives of a query.

use graphql_parser::Pos;
use graphql_parser::query::{self, Directive, Field, VariableDefinition};
use graphql_parser::schema::Type;
use serde_json::{Map, Value};

use super::super::refusal::invalid;
use super::super::schema::FieldDefinition;
use super::super::values;
use super::{Args, Planner};

impl Planner<'_> {
    pub(super) fn take_variables(
        &mut self,
        declared: &[VariableDefinition<'_, String>],
        mut given: Map<String, Value>,
    ) {
        for variable in declared {
            let expected = owned(&variable.var_type);
            let value = match (given.remove(&variable.name), &variable.default_value) {
                (Some(value), _) => values::json(self.schema, value, &expected),
                (None, Some(default)) => {
                    values::literal(self.schema, default, &expected, &Map::new())
                }
                (None, None) => values::json(self.schema, Value::Null, &expected),
            };
            if let Some(value) = value {
                self.variables.insert(variable.name.clone(), value);
            } else {
                let message = format!(
                    "Variable ${} of type {} was provided invalid value",
                    variable.name, variable.var_type
                );
                self.errors.push(invalid("variableInvalid", variable.position, &[], message));
            }
        }
    }

    pub(super) fn refuse_unused(
        &mut self,
        declared: &[VariableDefinition<'_, String>],
        path: &[String],
    ) {
        for variable in declared.iter().filter(|it| !self.used.contains(&it.name)) {
            let message =
                format!("Variable ${} is declared by anonymous query but not used", variable.name);
            self.errors.push(invalid("variableNotUsed", variable.position, path, message));
        }
    }

    pub(super) fn arguments(
        &mut self,
        field: &Field<'_, String>,
        definition: &FieldDefinition,
        path: &[String],
    ) -> Args {
        let mut arguments = Args::new();
        for (name, _) in &field.arguments {
            if !definition.arguments.iter().any(|it| it.name == *name) {
                let message = format!("Field '{}' doesn't accept argument '{name}'", field.name);
                self.refuse("argumentNotAccepted", field.position, path, message);
            }
        }
        for expected in &definition.arguments {
            let given = field.arguments.iter().find(|(name, _)| *name == expected.name);
            let value = match (given, &expected.default_value) {
                (Some((_, value)), _) => {
                    self.note_variables(value, field.position, path);
                    values::literal(self.schema, value, &expected.value_type, &self.variables)
                }
                (None, Some(default)) => {
                    values::literal(self.schema, default, &expected.value_type, &Map::new())
                }
                (None, None) => values::json(self.schema, Value::Null, &expected.value_type),
            };
            match value {
                Some(value) => {
                    arguments.insert(expected.name.clone(), value);
                }
                None if given.is_none() => {
                    let message = format!(
                        "Field '{}' is missing required arguments: {}",
                        field.name, expected.name
                    );
                    self.refuse("missingRequiredArguments", field.position, path, message);
                }
                None => {
                    let message = format!(
                        "Argument '{}' on Field '{}' has an invalid value. Expected type '{}'.",
                        expected.name, field.name, expected.value_type
                    );
                    self.refuse("argumentLiteralsIncompatible", field.position, path, message);
                }
            }
        }
        arguments
    }

    /// Notes which variables a value uses, those inside lists and objects too.
    fn note_variables(&mut self, value: &query::Value<'_, String>, at: Pos, path: &[String]) {
        match value {
            query::Value::Variable(name) => {
                if !self.declared.contains(name.as_str()) {
                    let message =
                        format!("Variable ${name} is used by anonymous query but not declared");
                    self.refuse("variableNotDefined", at, path, message);
                }
                self.used.insert(name.clone());
            }
            query::Value::List(items) => {
                items.iter().for_each(|it| self.note_variables(it, at, path));
            }
            query::Value::Object(fields) => {
                fields.values().for_each(|it| self.note_variables(it, at, path));
            }
            _ => {}
        }
    }

    /// What `@include` and `@skip` say.
    pub(super) fn is_included(&mut self, directives: &[Directive<'_, String>]) -> bool {
        directives.iter().all(|directive| {
            let condition = directive.arguments.iter().find(|(name, _)| name == "if");
            let Some((_, value)) = condition else { return true };
            self.note_variables(value, directive.position, &[]);
            let is = match value {
                query::Value::Boolean(is) => *is,
                query::Value::Variable(name) => {
                    self.variables.get(name).and_then(Value::as_bool).unwrap_or_default()
                }
                _ => return true,
            };
            is == (directive.name == "include")
        })
    }
}

fn owned(expected: &Type<'_, String>) -> Type<'static, String> {
    match expected {
        Type::NamedType(name) => Type::NamedType(name.clone()),
        Type::ListType(inner) => Type::ListType(Box::new(owned(inner))),
        Type::NonNullType(inner) => Type::NonNullType(Box::new(owned(inner))),
    }
}
