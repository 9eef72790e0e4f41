//! An example of what a schema describes.

use serde_json::{Map, Value, json};

/// A schema that holds itself would go on for ever.
const DEEPEST: usize = 8;

/// A value that fits a schema of the document.
pub(super) fn of(document: &Value, schema: &Value) -> Value {
    within(document, schema, 0)
}

fn within(document: &Value, schema: &Value, depth: usize) -> Value {
    if depth > DEEPEST {
        return Value::Null;
    }
    let inner = |it: &Value| within(document, it, depth + 1);
    if let Some(reference) = schema["$ref"].as_str() {
        let found = document.pointer(reference.trim_start_matches('#'));
        return found.map_or(Value::Null, inner);
    }
    if let Some(example) = example_of(schema) {
        return example;
    }
    for choice in ["oneOf", "anyOf"] {
        let choices = schema[choice].as_array().into_iter().flatten();
        if let Some(first) = choices.into_iter().find(|it| it["type"] != "null") {
            return inner(first);
        }
    }
    let mut fields = Map::new();
    for part in schema["allOf"].as_array().into_iter().flatten() {
        if let Value::Object(some) = inner(part) {
            fields.extend(some);
        }
    }
    for (name, field) in schema["properties"].as_object().into_iter().flatten() {
        fields.insert(name.clone(), inner(field));
    }
    match type_of(schema) {
        "array" => json!([inner(&schema["items"])]),
        "object" => Value::Object(fields),
        _ if !fields.is_empty() => Value::Object(fields),
        it => plain(it, schema["format"].as_str()),
    }
}

/// What the schema itself gives.
fn example_of(schema: &Value) -> Option<Value> {
    let first = |it: &Value| it.as_array().and_then(|it| it.first()).cloned();
    let given = schema.get("example").cloned();
    given.or_else(|| first(&schema["examples"])).or_else(|| first(&schema["enum"]))
}

/// The type, null apart.
fn type_of(schema: &Value) -> &str {
    match &schema["type"] {
        Value::Array(types) => {
            types.iter().filter_map(Value::as_str).find(|it| *it != "null").unwrap_or_default()
        }
        it => it.as_str().unwrap_or_default(),
    }
}

fn plain(kind: &str, format: Option<&str>) -> Value {
    match (kind, format) {
        ("string", Some("date-time")) => json!("2026-11-23T03:00:00Z"),
        ("string", Some("date")) => json!("2026-11-23"),
        ("string", _) => json!("…"),
        ("integer", _) => json!(12),
        ("number", _) => json!(11.5),
        ("boolean", _) => json!(false),
        (_, _) => Value::Null,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_example_follows_references_choices_and_parts() {
        let document = json!({"components": {"schemas": {
            "Inner": {"type": "object", "properties": {"at": {"type": ["string", "null"], "format": "date-time"}}},
            "Loop": {"type": "object", "properties": {"again": {"$ref": "#/components/schemas/Loop"}}},
        }}});
        let schema = json!({"allOf": [
            {"$ref": "#/components/schemas/Inner"},
            {"type": "object", "properties": {
                "word": {"type": "string", "enum": ["met", "verify"]},
                "maybe": {"oneOf": [{"type": "null"}, {"type": "integer"}]},
                "list": {"type": "array", "items": {"type": "string", "example": "x"}},
            }},
        ]});
        let told = of(&document, &schema);
        assert_eq!(
            told,
            json!({"at": "2026-11-23T03:00:00Z", "word": "met", "maybe": 12, "list": ["x"]})
        );
        assert!(of(&document, &document["components"]["schemas"]["Loop"]).is_object());
    }
}
