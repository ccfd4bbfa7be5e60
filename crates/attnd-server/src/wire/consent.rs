//! How do decisions about sources travel?

use attnd_core::Timestamp;
use attnd_engine::consent::{Consent, ConsentState};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A decision about a source.
#[derive(Serialize, ToSchema)]
#[schema(as = Consent)]
pub(crate) struct ConsentAnswer {
    /// The source.
    bucket: String,
    /// What it is recorded for.
    purpose: String,
    /// Whether it may be recorded.
    state: Decision,
    /// How the decision came about.
    basis: String,
    /// Since when.
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
}

/// What to decide.
#[derive(Deserialize, ToSchema)]
#[schema(as = ConsentDecision)]
pub(crate) struct ConsentBody {
    /// Whether it may be recorded.
    state: Decision,
}

/// May it be recorded?
#[derive(Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Decision {
    /// Yes.
    Given,
    /// No, not any more.
    Withdrawn,
}

impl ConsentBody {
    /// The engine's word for it.
    pub(crate) const fn decision(&self) -> ConsentState {
        match self.state {
            Decision::Given => ConsentState::Given,
            Decision::Withdrawn => ConsentState::Withdrawn,
        }
    }
}

impl From<Consent> for ConsentAnswer {
    fn from(consent: Consent) -> Self {
        let state = match consent.state {
            ConsentState::Given => Decision::Given,
            ConsentState::Withdrawn => Decision::Withdrawn,
        };
        let Consent { bucket, purpose, basis, at, .. } = consent;
        Self { bucket: bucket.to_string(), purpose, state, basis, at }
    }
}
