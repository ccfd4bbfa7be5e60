//! How do redaction rules travel? In core's own shape, which this describes for the document.

use attnd_core::redact::RuleProblem;
use serde::Serialize;
use utoipa::ToSchema;

/// What is removed before storage. Every field has a default.
#[derive(ToSchema)]
#[schema(as = RedactionRules)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "tells the OpenAPI document the shape of core's RedactionRules")]
pub(crate) struct RedactionBody {
    /// What is kept of addresses. `user:password@` never is.
    #[schema(required = false)]
    addresses: AddressRule,
    /// Which secrets are looked for in every text.
    #[schema(required = false)]
    secrets: Vec<SecretKind>,
    /// Applications of which nothing is kept.
    #[schema(required = false)]
    dropped_applications: Vec<String>,
    /// Applications of which only the time is kept.
    #[schema(required = false)]
    time_only_applications: Vec<String>,
    /// The person's own patterns.
    #[schema(required = false)]
    patterns: Vec<PatternRule>,
}

/// What is kept of an address.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
#[expect(dead_code, reason = "tells the OpenAPI document the words of core's AddressRule")]
pub(crate) enum AddressRule {
    /// All but the query and the fragment.
    WithoutQuery,
    /// Scheme, host and port.
    SiteOnly,
    /// All of it.
    Whole,
}

/// A kind of secret that can be told by its form.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
#[expect(dead_code, reason = "tells the OpenAPI document the words of core's SecretKind")]
pub(crate) enum SecretKind {
    /// An e-mail address.
    Email,
    /// An international bank account number.
    Iban,
    /// A payment card number.
    PaymentCard,
    /// A JSON web token.
    Jwt,
    /// A key or token known by its prefix.
    Key,
    /// A private key.
    PrivateKey,
}

/// A pattern of the person's own, in the shape of ActivityWatch's `privacy_filters`.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "tells the OpenAPI document the shape of core's PatternRule")]
pub(crate) struct PatternRule {
    /// Whether it is in force.
    #[schema(required = false, default = true)]
    enabled: bool,
    /// Only buckets whose id begins so; empty means all.
    #[schema(required = false)]
    bucket_prefix: String,
    /// Only this field; `null` means every field.
    field: Option<String>,
    /// A regular expression to look for.
    pattern: String,
    /// What to do where it is found.
    action: PatternAction,
    /// What the whole text becomes.
    replacement: Option<String>,
}

/// What a pattern does where it is found.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
#[expect(dead_code, reason = "tells the OpenAPI document the words of core's PatternAction")]
pub(crate) enum PatternAction {
    /// Nothing of the event is kept.
    Drop,
    /// The text it is found in is replaced whole.
    Redact,
}

/// Rules that do not compile: they redact all they were meant to look at.
#[derive(Serialize, ToSchema)]
pub(crate) struct RuleProblems {
    /// Which, and why.
    problems: Vec<RuleProblemAnswer>,
}

/// A rule that does not compile.
#[derive(Serialize, ToSchema)]
#[schema(as = RuleProblem)]
pub(crate) struct RuleProblemAnswer {
    /// Which rule: `patterns[3]`.
    rule: String,
    /// Why.
    reason: String,
}

/// What applying the rules to everything stored changed.
#[derive(Serialize, ToSchema)]
#[schema(as = RedactionReport)]
pub(crate) struct RedactionAnswer {
    /// Events whose data lost something.
    pub(crate) changed: u64,
    /// Events that are gone.
    pub(crate) dropped: u64,
}

impl From<Vec<RuleProblem>> for RuleProblems {
    fn from(problems: Vec<RuleProblem>) -> Self {
        let answer = |problem: RuleProblem| RuleProblemAnswer { rule: problem.rule, reason: problem.reason };
        Self { problems: problems.into_iter().map(answer).collect() }
    }
}
