//! What does the OpenAPI document say? Built from the list of routes: each operation brings its
//! own answers, and here it gets what its rule adds: scope, security, and the common failures.

use std::sync::OnceLock;

use axum::http::header;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use utoipa::openapi::extensions::ExtensionsBuilder;
use utoipa::openapi::path::Operation;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{
    Components, Content, Info, License, OpenApi, Paths, Ref, RefOr, ResponseBuilder, Schema,
    SecurityRequirement,
};
use utoipa::{PartialSchema, ToSchema};

use crate::answer::ProblemAnswer;
use crate::guard::scope::SESSION_COOKIE;
use crate::guard::{BodyRule, Needs};
use crate::route::{self, Rule};

/// A document without operations.
pub(crate) fn blank() -> OpenApi {
    let mut info = Info::new("attnd", env!("CARGO_PKG_VERSION"));
    info.description = Some("The attention daemon: ActivityWatch's interface and attnd's own.".to_owned());
    info.license = Some(License::new("MIT OR Apache-2.0"));
    let mut components = Components::new();
    components.schemas.insert(ProblemAnswer::name().into_owned(), ProblemAnswer::schema());
    let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build();
    components.add_security_scheme("token", SecurityScheme::Http(bearer));
    let cookie = ApiKey::Cookie(ApiKeyValue::new(SESSION_COOKIE));
    components.add_security_scheme("session", SecurityScheme::ApiKey(cookie));
    let mut document = OpenApi::new(info, Paths::new());
    document.components = Some(components);
    document
}

/// Adds schemas an operation refers to.
pub(crate) fn add_schemas(document: &mut OpenApi, schemas: Vec<(String, RefOr<Schema>)>) {
    let components = document.components.get_or_insert_with(Components::new);
    for (name, schema) in schemas {
        components.schemas.entry(name).or_insert(schema);
    }
}

/// Adds what the guard's rule means for an operation: who may call it, and how it can fail.
pub(crate) fn complete(operation: &mut Operation, rule: &Rule) {
    let extension = ExtensionsBuilder::new().add("x-attnd-scope", rule.needs.scope()).build();
    operation.extensions = Some(extension);
    if rule.needs != Needs::Nothing {
        let none = Vec::<String>::new;
        operation.security = Some(vec![
            SecurityRequirement::new("token", none()),
            SecurityRequirement::new("session", none()),
        ]);
        failure(operation, "401", "No token or session, or a wrong one");
    }
    failure(operation, "400", "The Host header, a parameter or the body is wrong");
    failure(
        operation,
        "403",
        "The origin is refused, the token's scope is too narrow, or consent is withdrawn",
    );
    if rule.body != BodyRule::None {
        if rule.body != BodyRule::Upload {
            failure(operation, "413", "The body is too large");
        }
        failure(operation, "415", "The body is not JSON");
    }
    failure(operation, "429", "Too many requests");
    failure(operation, "500", "A fault of attnd's own");
    failure(operation, "503", "The store is not available");
    if operation_writes(rule) {
        failure(operation, "507", "The disk is full");
    }
}

fn operation_writes(rule: &Rule) -> bool {
    matches!(rule.needs, Needs::Ingest | Needs::Admin) || rule.body != BodyRule::None
}

fn failure(operation: &mut Operation, status: &str, description: &str) {
    let problem = Ref::from_schema_name(ProblemAnswer::name());
    let response = ResponseBuilder::new()
        .description(description)
        .content("application/json", Content::new(Some(problem)))
        .build();
    operation.responses.responses.entry(status.to_owned()).or_insert_with(|| response.into());
}

/// This document.
#[utoipa::path(get, path = "/api/v1/openapi.json", tag = "about", operation_id = "openapi",
    responses((status = 200, description = "The OpenAPI document", body = serde_json::Value)))]
pub(crate) async fn openapi_json() -> Response {
    static TEXT: OnceLock<Bytes> = OnceLock::new();
    let text = TEXT.get_or_init(|| route::openapi().to_pretty_json().unwrap_or_default().into());
    ([(header::CONTENT_TYPE, "application/json")], text.clone()).into_response()
}
