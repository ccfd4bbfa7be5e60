//! What does the OpenAPI document say? Built from the list of routes: each operation brings its
//! own answers, and here it gets what its rule adds: scope, security, and the common failures.

use std::sync::OnceLock;

use axum::http::header;
use axum::response::IntoResponse;
use bytes::Bytes;
use utoipa::openapi::extensions::ExtensionsBuilder;
use utoipa::openapi::path::Operation;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{
    Components, Content, Info, License, OpenApi, Paths, Ref, RefOr, Response, ResponseBuilder, Schema,
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
    for failure in &SHARED {
        components.responses.insert(failure.name.to_owned(), response(failure).into());
    }
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

/// A failure every operation of a kind shares.
struct Shared {
    status: &'static str,
    name: &'static str,
    description: &'static str,
}

const fn shared(status: &'static str, name: &'static str, description: &'static str) -> Shared {
    Shared { status, name, description }
}

const BAD_REQUEST: Shared = shared("400", "BadRequest", "The Host header, a parameter or the body is wrong");
const UNAUTHORIZED: Shared = shared("401", "Unauthorized", "No token or session, or a wrong one");
const FORBIDDEN: Shared = shared(
    "403",
    "Forbidden",
    "The origin is refused, the scope is too narrow, or recording is paused or not agreed to",
);
const TOO_LARGE: Shared = shared("413", "TooLarge", "The body is too large");
const NOT_JSON: Shared = shared("415", "NotJson", "The body is not JSON");
const TOO_MANY: Shared = shared("429", "TooMany", "Too many requests; Retry-After says when to come back");
const INTERNAL: Shared = shared("500", "Internal", "A fault of attnd's own");
const UNAVAILABLE: Shared = shared("503", "Unavailable", "The store is not available");
const FULL: Shared = shared("507", "Full", "The disk is full; nothing was stored");

const SHARED: [Shared; 9] =
    [BAD_REQUEST, UNAUTHORIZED, FORBIDDEN, TOO_LARGE, NOT_JSON, TOO_MANY, INTERNAL, UNAVAILABLE, FULL];

/// Adds what the guard's rule means for an operation: who may call it, and how it can fail.
pub(crate) fn complete(operation: &mut Operation, rule: &Rule) {
    let extension = ExtensionsBuilder::new().add("x-attnd-scope", rule.needs.scope()).build();
    operation.extensions = Some(extension);
    let guarded = rule.needs != Needs::Nothing;
    if guarded {
        let none = Vec::<String>::new;
        operation.security = Some(vec![
            SecurityRequirement::new("token", none()),
            SecurityRequirement::new("session", none()),
        ]);
    }
    let reads_body = rule.body != BodyRule::None;
    let writes = reads_body || matches!(rule.needs, Needs::Ingest | Needs::Admin);
    let failures = [
        (BAD_REQUEST, true),
        (UNAUTHORIZED, guarded),
        (FORBIDDEN, true),
        (TOO_LARGE, reads_body && rule.body != BodyRule::Upload),
        (NOT_JSON, reads_body),
        (TOO_MANY, true),
        (INTERNAL, true),
        (UNAVAILABLE, true),
        (FULL, writes),
    ];
    for (failure, _) in failures.into_iter().filter(|(_, can_happen)| *can_happen) {
        let reference = || RefOr::Ref(Ref::from_response_name(failure.name));
        operation.responses.responses.entry(failure.status.to_owned()).or_insert_with(reference);
    }
}

fn response(failure: &Shared) -> Response {
    let problem = Ref::from_schema_name(ProblemAnswer::name());
    ResponseBuilder::new()
        .description(failure.description)
        .content("application/json", Content::new(Some(problem)))
        .build()
}

/// This document.
#[utoipa::path(get, path = "/api/v1/openapi.json", tag = "about", operation_id = "openapi",
    responses((status = 200, description = "The OpenAPI document", body = serde_json::Value)))]
pub(crate) async fn openapi_json() -> axum::response::Response {
    static TEXT: OnceLock<Bytes> = OnceLock::new();
    let text = TEXT.get_or_init(|| route::openapi().to_pretty_json().unwrap_or_default().into());
    ([(header::CONTENT_TYPE, "application/json")], text.clone()).into_response()
}
