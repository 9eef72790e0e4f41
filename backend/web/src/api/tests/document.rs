//! The description and the routes are the same addresses.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use serde_json::Value;

use super::{acme, send};
use crate::api::DOCUMENT;

/// An address of the sample for a path of the description.
fn filled(path: &str) -> String {
    path.replace("{org}", "acme")
        .replace("{owner}", "acme")
        .replace("{name}", "busy")
        .replace("{item}", "ports")
        .replace("{team}", "payments")
        .replace("{id}", "1")
}

#[tokio::test]
async fn every_described_address_is_there_and_takes_its_methods_only() {
    let (_store, site) = acme().await;
    let paths = DOCUMENT["paths"].as_object().unwrap();
    assert!(paths.len() > 15, "{}", paths.len());
    for (path, methods) in paths {
        let methods = methods.as_object().unwrap();
        for method in ["GET", "POST", "PUT", "PATCH", "DELETE"] {
            let request = Request::builder().method(method).uri(filled(path));
            let got = send(&site, request.body(Body::empty()).unwrap()).await;
            let is_described = methods.contains_key(&method.to_lowercase());
            let is_there = got.status != StatusCode::METHOD_NOT_ALLOWED;
            assert_eq!(is_described, is_there, "{method} {path}: {}", got.status);
        }
    }
}

#[test]
fn every_route_under_api_comes_from_the_description() {
    // Routes are made by `routes!`, which describes what it routes; a bare `.route` would not.
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/api");
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|it| it == "rs") {
            let text = std::fs::read_to_string(&path).unwrap();
            assert!(!text.contains(".route("), "{}", path.display());
        }
    }
}

#[test]
fn no_two_shapes_have_one_name() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/api");
    let mut names = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let Ok(text) = std::fs::read_to_string(entry.path()) else { continue };
        let shapes = text.split("ToSchema)]").skip(1).map(str::to_owned);
        names.extend(shapes.filter_map(|it| {
            let name = it.split("struct ").nth(1)?.split([' ', '<']).next();
            name.map(str::to_owned)
        }));
    }
    assert!(names.len() > 50, "{}", names.len());
    names.sort_unstable();
    let twice: Vec<_> = names.windows(2).filter(|it| it[0] == it[1]).map(|it| &it[0]).collect();
    assert!(twice.is_empty(), "the last one would describe them all: {twice:?}");
}

#[test]
fn every_address_has_a_name_a_section_and_its_refusals() {
    let mut names = Vec::new();
    for (path, methods) in DOCUMENT["paths"].as_object().unwrap() {
        for (method, it) in methods.as_object().unwrap() {
            let at = format!("{method} {path}");
            names.push(it["operationId"].as_str().unwrap());
            assert!(it["summary"].as_str().is_some_and(|it| !it.is_empty()), "{at}");
            assert!(it["tags"][0].is_string(), "{at}");
            assert!(it["responses"]["default"]["content"]["application/problem+json"].is_object());
            for parameter in it["parameters"].as_array().unwrap() {
                assert!(parameter["name"].is_string() && parameter["schema"].is_object(), "{at}");
            }
        }
    }
    let count = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), count);
}

#[test]
fn no_field_may_be_left_out_of_an_answer() {
    for (name, schema) in DOCUMENT["components"]["schemas"].as_object().unwrap() {
        let Some(properties) = schema["properties"].as_object() else { continue };
        let required = schema["required"].as_array().map_or(0, Vec::len);
        assert!(required == properties.len() || name.starts_with("New"), "{name}");
    }
    assert_eq!(DOCUMENT["openapi"], Value::from("3.1.0"));
}
