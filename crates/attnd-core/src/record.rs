//! What else is remembered about a person? Small JSON documents by kind and key.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::Timestamp;

/// The kinds of documents attnd keeps beside events. Stored by name; adding one needs no migration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RecordKind {
    /// An access token's hash, scope and dates; key = token id.
    Token,
    /// A browser extension's request to send events; key = pairing id.
    Pairing,
    /// Consent to sense one source; key = bucket id.
    Consent,
    /// A stretch of time in which nothing is recorded; key = pause id.
    Pause,
    /// How long events of a source are kept; key = bucket type.
    Retention,
    /// What is removed before storage; key = rule id.
    Redaction,
    /// The category rules as they were before a change, to go back to; key = number of the change.
    RulesBefore,
    /// What the person allows attnd to learn from, and when it may ask; key = what it is about.
    Understanding,
    /// A question put to the person, and what became of it; key = probe id.
    Probe,
    /// What the person said of a time, and what was known of it then; key = answer id.
    Answer,
    /// What was learnt from the answers; key = what is estimated.
    Learner,
    /// Facts about this installation (device id, signing key of sessions); key = name.
    Installation,
}

impl RecordKind {
    /// Every kind, for export and erasure.
    pub const ALL: [Self; 12] = [
        Self::Token,
        Self::Pairing,
        Self::Consent,
        Self::Pause,
        Self::Retention,
        Self::Redaction,
        Self::RulesBefore,
        Self::Understanding,
        Self::Probe,
        Self::Answer,
        Self::Learner,
        Self::Installation,
    ];

    /// The name it is stored under.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Token => "token",
            Self::Pairing => "pairing",
            Self::Consent => "consent",
            Self::Pause => "pause",
            Self::Retention => "retention",
            Self::Redaction => "redaction",
            Self::RulesBefore => "rules-before",
            Self::Understanding => "understanding",
            Self::Probe => "probe",
            Self::Answer => "answer",
            Self::Learner => "learner",
            Self::Installation => "installation",
        }
    }
}

/// One document.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// What it is about.
    pub key: String,
    /// Its content.
    pub value: Value,
}

/// One line of the audit log: append-only, each line's hash covers the line before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditLine {
    /// 1, 2, 3, … per person.
    pub sequence: i64,
    /// When it happened.
    pub at: Timestamp,
    /// Who did it: a token id, `session`, `local process`, `attnd`.
    pub actor: String,
    /// What was done, as a stable word: `token.create`, `consent.withdraw`, `erase`.
    pub action: String,
    /// What it was done to; never content, titles or tokens.
    pub subject: String,
    /// SHA-256 (hex) over the previous line's hash and this line's fields.
    pub hash: String,
}

/// A line to append; the store numbers and chains it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditEntry {
    /// When it happened.
    pub at: Timestamp,
    /// Who did it.
    pub actor: String,
    /// What was done.
    pub action: String,
    /// What it was done to.
    pub subject: String,
}
