//! Arguments and variables: do they fit the type that the schema asks for?

use graphql_parser::query::Value as Literal;
use graphql_parser::schema::{InputValue, Type};
use serde_json::{Map, Value};

use super::schema::{Kind, Schema, TypeRef};

/// A value from the query's text, with its variables replaced.
pub(super) fn literal(
    schema: &Schema,
    value: &Literal<'_, String>,
    expected: &TypeRef,
    variables: &Map<String, Value>,
) -> Option<Value> {
    if let Literal::Variable(name) = value {
        let given = variables.get(name).cloned().unwrap_or(Value::Null);
        return json(schema, given, expected);
    }
    match expected {
        Type::NonNullType(inner) => {
            literal(schema, value, inner, variables).filter(|it| !it.is_null())
        }
        Type::ListType(inner) => match value {
            Literal::Null => Some(Value::Null),
            Literal::List(items) => {
                let fit = items.iter().map(|it| literal(schema, it, inner, variables));
                fit.collect::<Option<_>>().map(Value::Array)
            }
            one => Some(Value::Array(vec![literal(schema, one, inner, variables)?])),
        },
        Type::NamedType(name) => named_literal(schema, value, name, variables),
    }
}

fn named_literal(
    schema: &Schema,
    value: &Literal<'_, String>,
    name: &str,
    variables: &Map<String, Value>,
) -> Option<Value> {
    match (value, schema.kind(name)?) {
        (Literal::Null, _) => Some(Value::Null),
        (Literal::Enum(word), Kind::Enum(words)) => {
            words.contains(word).then(|| Value::String(word.clone()))
        }
        (Literal::Object(given), Kind::Input(fields)) => {
            let find = |field: &InputValue<'static, String>| match given.get(&field.name) {
                Some(it) => literal(schema, it, &field.value_type, variables),
                None => absent(&field.value_type),
            };
            let known = given.keys().all(|it| fields.iter().any(|field| field.name == *it));
            if known { object(fields, find) } else { None }
        }
        (Literal::Int(number), Kind::Scalar) => scalar(Value::from(number.as_i64()?), name),
        (Literal::Float(number), Kind::Scalar) => scalar(Value::from(*number), name),
        (Literal::String(text), Kind::Scalar) => scalar(Value::from(text.clone()), name),
        (Literal::Boolean(is), Kind::Scalar) => scalar(Value::from(*is), name),
        _ => None,
    }
}

/// A value from the variables.
pub(super) fn json(schema: &Schema, value: Value, expected: &TypeRef) -> Option<Value> {
    match (expected, value) {
        (Type::NonNullType(_), Value::Null) => None,
        (_, Value::Null) => Some(Value::Null),
        (Type::NonNullType(inner), value) => json(schema, value, inner),
        (Type::ListType(inner), Value::Array(items)) => {
            let fit = items.into_iter().map(|it| json(schema, it, inner));
            fit.collect::<Option<_>>().map(Value::Array)
        }
        (Type::ListType(inner), one) => Some(Value::Array(vec![json(schema, one, inner)?])),
        (Type::NamedType(name), value) => named_json(schema, value, name),
    }
}

fn named_json(schema: &Schema, value: Value, name: &str) -> Option<Value> {
    match (schema.kind(name)?, value) {
        (Kind::Scalar, value) => scalar(value, name),
        (Kind::Enum(words), Value::String(word)) => {
            words.contains(&word).then_some(Value::String(word))
        }
        (Kind::Input(fields), Value::Object(given)) => {
            let find = |field: &InputValue<'static, String>| match given.get(&field.name) {
                Some(it) => json(schema, it.clone(), &field.value_type),
                None => absent(&field.value_type),
            };
            let known = given.keys().all(|it| fields.iter().any(|field| field.name == *it));
            if known { object(fields, find) } else { None }
        }
        _ => None,
    }
}

fn absent(expected: &TypeRef) -> Option<Value> {
    (!matches!(expected, Type::NonNullType(_))).then_some(Value::Null)
}

fn object(
    fields: &[InputValue<'static, String>],
    find: impl Fn(&InputValue<'static, String>) -> Option<Value>,
) -> Option<Value> {
    let pairs = fields.iter().map(|it| Some((it.name.clone(), find(it)?)));
    pairs.collect::<Option<Map<_, _>>>().map(Value::Object)
}

fn scalar(value: Value, name: &str) -> Option<Value> {
    let fits = match name {
        "Int" => value.as_i64().is_some_and(|it| i32::try_from(it).is_ok()),
        "Float" => value.is_number(),
        "Boolean" => value.is_boolean(),
        "ID" => value.is_string() || value.is_i64(),
        _ => value.is_string(),
    };
    fits.then_some(value)
}
