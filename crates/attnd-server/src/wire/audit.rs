//! How does the audit log travel?

use attnd_core::record::AuditLine;
use attnd_core::{ErrorCode, Problem};
use serde::{Deserialize, Serialize};
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{KnownFormat, RefOr, Schema, SchemaFormat};
use utoipa::{IntoParams, PartialSchema, ToSchema};

/// A line of the log, as core writes it.
#[derive(Serialize)]
#[serde(transparent)]
pub(crate) struct AuditAnswer(pub(crate) AuditLine);

/// Where to go on.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct AuditParams {
    /// Only lines after this one; 0 for all.
    #[param(minimum = 0, default = 0)]
    after: Option<i64>,
}

impl AuditParams {
    /// The line after which to begin.
    ///
    /// # Errors
    /// [`ErrorCode::InvalidParameter`] below 0.
    pub(crate) fn after(&self) -> Result<i64, Problem> {
        let after = self.after.unwrap_or_default();
        if after < 0 {
            return Err(Problem::new(ErrorCode::InvalidParameter, "'after' is at least 0"));
        }
        Ok(after)
    }
}

impl PartialSchema for AuditAnswer {
    fn schema() -> RefOr<Schema> {
        let text =
            |description: &str| ObjectBuilder::new().schema_type(Type::String).description(Some(description));
        let sequence = ObjectBuilder::new()
            .schema_type(Type::Integer)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::Int64)))
            .description(Some("1, 2, 3, …"));
        let at = text("When it happened").format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime)));
        let fields = [
            ("sequence", sequence),
            ("at", at),
            ("actor", text("Who did it")),
            ("action", text("What was done, as a stable word")),
            ("subject", text("What it was done to; never content")),
            ("hash", text("SHA-256 over the previous line's hash and this line's fields")),
        ];
        let line =
            ObjectBuilder::new().schema_type(Type::Object).description(Some("A line of the audit log"));
        fields.into_iter().fold(line, |line, (name, field)| line.property(name, field).required(name)).into()
    }
}

impl ToSchema for AuditAnswer {
    fn name() -> std::borrow::Cow<'static, str> {
        "AuditLine".into()
    }
}
