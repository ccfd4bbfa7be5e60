//! Does the OpenAPI document tell what the guard enforces?

use std::collections::BTreeSet;

use serde_json::Value;

use super::Server;
use crate::openapi;

const METHODS: [&str; 4] = ["get", "put", "post", "delete"];

fn operations(document: &Value) -> Vec<(String, &Value)> {
    let paths = document["paths"].as_object().unwrap();
    paths
        .iter()
        .flat_map(|(path, item)| {
            METHODS.iter().filter_map(move |method| Some((format!("{method} {path}"), item.get(*method)?)))
        })
        .collect()
}

#[test]
fn the_document_is_what_it_was() {
    insta::assert_snapshot!("openapi", openapi().to_pretty_json().unwrap());
}

#[tokio::test]
async fn the_document_is_served() {
    let answer = Server::new().get("/api/v1/openapi.json").await;
    assert_eq!(answer.json(), serde_json::to_value(openapi()).unwrap());
}

#[test]
fn every_operation_names_its_scope_and_its_failures() {
    let document = serde_json::to_value(openapi()).unwrap();
    let operations = operations(&document);
    assert!(operations.len() > 45, "{} operations", operations.len());
    let mut ids = BTreeSet::new();
    for (name, operation) in operations {
        let scope = operation["x-attnd-scope"].as_str().unwrap_or_else(|| panic!("{name} names no scope"));
        assert!(["none", "read:self", "ingest:<bucket>", "admin"].contains(&scope), "{name}: {scope}");
        assert_eq!(scope == "none", operation.get("security").is_none(), "{name}");
        for status in ["400", "403", "429", "500", "503"] {
            assert!(operation["responses"].get(status).is_some(), "{name} does not tell of {status}");
        }
        assert!(
            scope == "none" || operation["responses"].get("401").is_some(),
            "{name} does not tell of 401"
        );
        let id = operation["operationId"].as_str().unwrap();
        assert!(ids.insert(id.to_owned()), "{id} is there twice");
        assert!(operation["summary"].is_string(), "{name} does not say what it does");
    }
}

#[test]
fn every_reference_leads_somewhere() {
    let document = serde_json::to_value(openapi()).unwrap();
    let mut open = vec![&document];
    while let Some(value) = open.pop() {
        if let Some(reference) = value.get("$ref").and_then(Value::as_str) {
            let pointer = reference.strip_prefix('#').unwrap();
            assert!(document.pointer(pointer).is_some(), "{reference} leads nowhere");
        }
        match value {
            Value::Object(fields) => open.extend(fields.values()),
            Value::Array(items) => open.extend(items),
            _ => {}
        }
    }
}

/// The list of routes and the router cannot disagree: every operation is met by its guard.
#[tokio::test]
async fn every_operation_is_guarded_as_it_says() {
    let (server, _) = Server::strict().await;
    let narrow = format!("Bearer {}", server.token(&["crowd:work"], None).await);
    let document = serde_json::to_value(openapi()).unwrap();
    for (name, operation) in operations(&document) {
        let (method, path) = name.split_once(' ').unwrap();
        let path = path.replace("{bucket_id}", "b").replace("{event_id}", "1").replace(['{', '}'], "");
        let line = format!("{} {path}", method.to_uppercase());
        let open = operation["x-attnd-scope"] == "none";
        let status = server.send(&line, &[], "").await.status.as_u16();
        assert_eq!(status == 401, !open, "{name} without a token: {status}");
        assert_ne!(status, 404, "{name} is not routed");
        let status = server.send(&line, &[("authorization", &narrow)], "").await.status.as_u16();
        assert_eq!(status == 403, !open, "{name} with a token for something else: {status}");
        if path.starts_with("/api/0/") {
            let other = path.strip_suffix('/').map_or_else(|| format!("{path}/"), str::to_owned);
            let line = format!("{} {other}", method.to_uppercase());
            let status = server.send(&line, &[], "").await.status.as_u16();
            assert_eq!(status == 401, !open, "{name} in its other slash form: {status}");
        }
    }
}
