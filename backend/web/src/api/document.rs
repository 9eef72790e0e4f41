//! The OpenAPI description: what the handlers' types say, and what holds for every address.

use std::sync::LazyLock;

use serde_json::{Map, Value, json};

/// The description, made once.
pub(crate) static DOCUMENT: LazyLock<Value> = LazyLock::new(|| {
    let described = super::described().split_for_parts().1;
    let mut document = serde_json::to_value(described).unwrap_or_default();
    finish(&mut document);
    document
});

const ABOUT: &str = "Everything that Drydock shows, as JSON.\n\n\
    Times are RFC 3339 in UTC, counts are whole numbers, and what is not known is null: no \
    field is ever left out. A list is read a page at a time: `limit` rows, then the same \
    address with `cursor` as `next_cursor` said, or as the header `Link` leads. A cursor \
    remembers the last row by its key and not by its number, so rows that come or go between \
    two pages neither repeat nor skip others; it holds for its own filter and order only.\n\n\
    Every answer has an `ETag`; asked with `If-None-Match`, what did not change is 304. \
    Refusals are `application/problem+json` (RFC 9457). Requests that write are refused where \
    a browser says that they come from another site. There is no CORS.\n\n\
    Where people sign in, an API token goes into the header `Authorization: Bearer`, and nothing \
    is told of what its person may not see.";

/// What the parts of an address mean.
const PLACES: [(&str, &str, &str); 6] = [
    ("org", "An organization's login, whatever its case.", "acme"),
    ("owner", "An organization's login, whatever its case.", "acme"),
    ("name", "A repository's name, whatever its case.", "ledger-service"),
    ("item", "An item of the checklist.", "ports"),
    ("team", "A team, or `-` for no owner.", "payments"),
    ("id", "A number that an answer named.", "1"),
];

/// Adds what `utoipa` does not know.
fn finish(document: &mut Value) {
    document["info"] = json!({
        "title": "Drydock",
        "version": "1",
        "description": ABOUT,
        "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
    });
    document["servers"] = json!([{"url": "/"}]);
    // Where nobody signs in none is needed.
    document["security"] = json!([{"token": []}, {}]);
    if let Some(parts) = document.get_mut("components").and_then(Value::as_object_mut) {
        parts.insert("securitySchemes".to_owned(), token());
    }
    let paths = document.get_mut("paths").and_then(Value::as_object_mut);
    for (path, methods) in paths.into_iter().flatten() {
        let methods = methods.as_object_mut();
        for (method, operation) in methods.into_iter().flatten() {
            finish_operation(path, method, operation);
        }
    }
    let schemas = document.pointer_mut("/components/schemas").and_then(Value::as_object_mut);
    if let Some(schemas) = schemas {
        let said = schemas.iter_mut().filter(|(name, _)| !name.starts_with("New"));
        said.for_each(|(_, it)| require_all(it));
        schemas.insert("Problem".to_owned(), problem());
    }
}

fn token() -> Value {
    let about = "An API token from the account page, where people sign in.";
    json!({"token": {"type": "http", "scheme": "bearer", "description": about}})
}

fn finish_operation(path: &str, method: &str, operation: &mut Value) {
    operation["operationId"] = json!(operation_id(path, method));
    add_places(path, operation);
    let has_body = operation.get("requestBody").is_some();
    let Some(responses) = operation.get_mut("responses").and_then(Value::as_object_mut) else {
        return;
    };
    let is_read = method == "get";
    if let Some(answer) = responses.get_mut("200").filter(|_| is_read) {
        answer["description"] = json!("What was asked for.");
        answer["headers"] = headers();
        responses.insert("304".to_owned(), json!({"description": "`If-None-Match` names it."}));
    }
    responses.insert("400".to_owned(), refusal("The request cannot be read."));
    responses.insert("401".to_owned(), refusal("There is no token, or no good one."));
    responses.insert("404".to_owned(), refusal("There is nothing here."));
    let sentence = "It is not for whoever has the token, or comes from another site.";
    responses.insert("403".to_owned(), refusal(sentence));
    if path.contains("/decisions") && !is_read {
        let sentence = "It cannot be so; `detail` says what to do.";
        responses.insert("422".to_owned(), refusal(sentence));
    }
    if has_body {
        responses.insert("415".to_owned(), refusal("The body is no JSON."));
    }
    responses.insert("default".to_owned(), refusal("Any other refusal."));
}

fn headers() -> Value {
    json!({
        "ETag": {"description": "Changes with the answer.", "schema": {"type": "string"}},
        "Link": {
            "description": "The next page, `rel=\"next\"`, where there is one.",
            "schema": {"type": "string"},
        },
    })
}

fn refusal(description: &str) -> Value {
    let problem = json!({"schema": {"$ref": "#/components/schemas/Problem"}});
    json!({"description": description, "content": {"application/problem+json": problem}})
}

/// `get_orgs_by_org_teams`.
fn operation_id(path: &str, method: &str) -> String {
    let parts = path.trim_start_matches("/api/v1/").split('/').map(|part| {
        let place = part.strip_prefix('{').and_then(|it| it.strip_suffix('}'));
        place.map_or_else(|| part.replace(['.', '-'], "_"), |it| format!("by_{it}"))
    });
    std::iter::once(method.to_owned()).chain(parts).collect::<Vec<_>>().join("_")
}

fn add_places(path: &str, operation: &mut Value) {
    let mut parameters: Vec<Value> = PLACES
        .iter()
        .filter(|(name, _, _)| path.contains(&format!("{{{name}}}")))
        .map(|(name, description, example)| {
            json!({
                "name": name,
                "in": "path",
                "required": true,
                "description": description,
                "schema": {"type": "string"},
                "example": example,
            })
        })
        .collect();
    let own = operation.get("parameters").and_then(Value::as_array).cloned().unwrap_or_default();
    parameters.extend(own.into_iter().filter(|it| it["in"] != "path"));
    operation["parameters"] = Value::Array(parameters);
}

/// No field is ever left out.
fn require_all(schema: &mut Value) {
    let names = schema.get("properties").and_then(Value::as_object).map(names_of);
    if let Some(names) = names {
        schema["required"] = names;
    }
    for part in ["properties", "items", "allOf", "oneOf"] {
        match schema.get_mut(part) {
            Some(Value::Object(inner)) if part == "properties" => {
                inner.values_mut().for_each(require_all);
            }
            Some(Value::Array(inner)) => inner.iter_mut().for_each(require_all),
            Some(inner @ Value::Object(_)) => require_all(inner),
            Some(_) | None => {}
        }
    }
}

fn names_of(properties: &Map<String, Value>) -> Value {
    properties.keys().map(|it| Value::from(it.as_str())).collect()
}

/// RFC 9457.
fn problem() -> Value {
    let mut problem = json!({
        "type": "object",
        "description": "Why there is no answer.",
        "properties": {
            "type": {"type": "string", "examples": ["about:blank"]},
            "title": {"type": "string"},
            "status": {"type": "integer"},
            "detail": {"type": "string", "description": "A sentence that says what to do."},
            "request_id": {"type": "string", "description": "What to look for in the log."},
        },
    });
    require_all(&mut problem);
    problem
}
