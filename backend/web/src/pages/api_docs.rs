//! `/api/docs`: the API for people, made of the description that programs read.

mod example;

use std::sync::LazyLock;

use askama::Template;
use serde_json::Value;

use crate::api::{DESCRIPTION, DOCUMENT};
use crate::app::App;
use crate::error::{Page, page};
use crate::layout::{Layout, Section as Place};
use crate::links;
use crate::prose::Prose;
use crate::routes::{Need, Routes};

pub(crate) fn routes() -> Routes {
    Routes::new().get(links::API_DOCS, Need::VIEWER, show)
}

/// What the description says, ready to print; the same for everybody.
static SECTIONS: LazyLock<Vec<Section>> = LazyLock::new(|| sections(&DOCUMENT));

async fn show(app: App) -> Page {
    let layout = Layout::general(&app, Place::Elsewhere, "API").await?;
    let about = DOCUMENT.pointer("/info/description").and_then(Value::as_str).unwrap_or_default();
    page(&ApiDocsPage {
        layout,
        about: about.split("\n\n").map(Prose::of).collect(),
        description: DESCRIPTION,
        sections: &SECTIONS,
    })
}

#[derive(Template)]
#[template(path = "pages/api_docs.html")]
struct ApiDocsPage {
    layout: Layout,
    about: Vec<Prose>,
    /// Where the description is.
    description: &'static str,
    sections: &'static [Section],
}

/// The addresses of one subject.
#[derive(Debug, PartialEq, Eq)]
struct Section {
    title: String,
    operations: Vec<Operation>,
}

/// What can be asked or done at an address.
#[derive(Debug, PartialEq, Eq)]
struct Operation {
    id: String,
    method: String,
    path: String,
    summary: String,
    description: Option<Prose>,
    parameters: Vec<Parameter>,
    /// What a request that writes sends.
    body: Option<String>,
    curl: String,
    /// An example; none where the answer has no body.
    answer: Option<String>,
}

/// A part of an address or of its query.
#[derive(Debug, PartialEq, Eq)]
struct Parameter {
    name: String,
    is_required: bool,
    /// "one of build, final".
    kind: String,
    description: Prose,
}

fn sections(document: &Value) -> Vec<Section> {
    let mut sections: Vec<Section> = Vec::new();
    for (path, methods) in document["paths"].as_object().into_iter().flatten() {
        for (method, it) in methods.as_object().into_iter().flatten() {
            let title = it.pointer("/tags/0").and_then(Value::as_str).unwrap_or("Other").to_owned();
            let operation = Operation::new(document, (method, path), it);
            match sections.iter_mut().find(|it| it.title == title) {
                Some(section) => section.operations.push(operation),
                None => sections.push(Section { title, operations: vec![operation] }),
            }
        }
    }
    sections.sort_by_key(|it| place_of(&it.title));
    sections
}

/// Organizations come first; what is not named comes last.
fn place_of(title: &str) -> usize {
    let order = ["Organizations", "Repositories", "Decisions", "Crawls", "Search", "Checklist"];
    order.iter().position(|it| *it == title).unwrap_or(order.len())
}

impl Operation {
    fn new(document: &Value, (method, path): (&str, &str), it: &Value) -> Self {
        let text = |name: &str| it[name].as_str().unwrap_or_default().to_owned();
        let parameters = it["parameters"].as_array().cloned().unwrap_or_default();
        let json = |place: &str| {
            let schema = it.pointer(&format!("{place}/content/application~1json/schema"))?;
            serde_json::to_string_pretty(&example::of(document, schema)).ok()
        };
        let body = json("/requestBody");
        Self {
            id: text("operationId"),
            curl: curl(method, path, &parameters, body.as_deref()),
            method: method.to_uppercase(),
            path: path.to_owned(),
            summary: text("summary"),
            description: it["description"].as_str().map(Prose::of),
            parameters: parameters.iter().map(Parameter::new).collect(),
            answer: json("/responses/200").or_else(|| json("/responses/201")),
            body,
        }
    }
}

impl Parameter {
    fn new(it: &Value) -> Self {
        Self {
            name: it["name"].as_str().unwrap_or_default().to_owned(),
            is_required: it["required"].as_bool().unwrap_or_default(),
            kind: kind(&it["schema"]),
            description: Prose::of(it["description"].as_str().unwrap_or_default()),
        }
    }
}

/// What a value looks like, in words.
fn kind(schema: &Value) -> String {
    if let Some(words) = schema["enum"].as_array() {
        let words: Vec<&str> = words.iter().filter_map(Value::as_str).collect();
        return format!("one of {}", words.join(", "));
    }
    let types = match &schema["type"] {
        Value::Array(types) => types.iter().filter_map(Value::as_str).find(|it| *it != "null"),
        it => it.as_str(),
    };
    match (types.unwrap_or("text"), schema["format"].as_str()) {
        (_, Some("date-time")) => "a moment".to_owned(),
        (_, Some("date")) => "a day".to_owned(),
        ("integer", _) => "a whole number".to_owned(),
        ("boolean", _) => "true or false".to_owned(),
        (_, _) => "text".to_owned(),
    }
}

/// A request that can be pasted, with an example for each part that must be there.
fn curl(method: &str, path: &str, parameters: &[Value], body: Option<&str>) -> String {
    let mut address = path.to_owned();
    for it in parameters.iter().filter(|it| it["required"] == true) {
        let name = it["name"].as_str().unwrap_or_default();
        let value = it["example"].as_str().unwrap_or(name);
        match it["in"].as_str() {
            Some("path") => address = address.replace(&format!("{{{name}}}"), value),
            _ => address = links::with_query(&address, &[(name, value)]),
        }
    }
    let method =
        if method == "get" { String::new() } else { format!(" -X {}", method.to_uppercase()) };
    let body = body.map_or_else(String::new, |it| {
        let one_line: String = it.lines().map(str::trim_start).collect::<Vec<_>>().join(" ");
        format!(" \\\n  -H 'Content-Type: application/json' -d '{one_line}'")
    });
    format!("curl{method} 'http://127.0.0.1:8080{address}'{body}")
}

#[cfg(test)]
mod tests {
    use axum::http::StatusCode;

    use super::*;
    use crate::testing::{get, words};

    #[tokio::test]
    async fn every_described_address_is_on_the_page_with_a_request_and_an_answer() {
        let store = store::testing::store().await;
        let (status, page) = get(&store, links::API_DOCS).await;
        assert_eq!(status, StatusCode::OK);
        let words = words(&page);
        for (path, methods) in DOCUMENT["paths"].as_object().unwrap() {
            assert!(words.contains(path.as_str()), "{path}");
            for it in methods.as_object().unwrap().values() {
                assert!(page.contains(&format!("id=\"{}\"", it["operationId"].as_str().unwrap())));
            }
        }
        assert!(words.contains("curl 'http://127.0.0.1:8080/api/v1/orgs/acme/teams'"), "{words}");
        assert!(!page.contains("style=") && page.matches("<script").count() == 1);
    }

    #[test]
    fn a_request_that_can_be_pasted_has_what_must_be_there() {
        let parameters = [
            serde_json::json!({"name": "org", "in": "path", "required": true, "example": "acme"}),
            serde_json::json!({"name": "q", "in": "query", "required": true, "example": "a b"}),
            serde_json::json!({"name": "limit", "in": "query", "required": false}),
        ];
        let told = curl("post", "/api/v1/orgs/{org}/x", &parameters, Some("{\n  \"a\": 1\n}"));
        insta::assert_snapshot!(told, @r#"
        curl -X POST 'http://127.0.0.1:8080/api/v1/orgs/acme/x?q=a%20b' \
          -H 'Content-Type: application/json' -d '{ "a": 1 }'
        "#);
    }
}
