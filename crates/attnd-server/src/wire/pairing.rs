//! How do pairings travel?

use attnd_core::{BucketId, Timestamp};
use attnd_engine::pairing::{self, Pairing, PairingState, PairingToken};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// An extension's wish to send events, and the person's answer.
#[derive(Serialize, ToSchema)]
#[schema(as = Pairing)]
pub(crate) struct PairingAnswer {
    /// Its id.
    id: String,
    /// The extension's origin, exactly.
    origin: String,
    /// The bucket it wants to fill; `null` until it names one.
    #[schema(required)]
    bucket: Option<String>,
    /// Where the wish stands.
    state: Standing,
    /// When it asked.
    #[schema(value_type = String, format = DateTime)]
    asked: Timestamp,
    /// When the person answered.
    #[schema(required, value_type = Option<String>, format = DateTime)]
    answered: Option<Timestamp>,
    /// Whether its token was collected.
    token_collected: bool,
}

/// What an extension sees of its wish.
#[derive(Serialize, ToSchema)]
pub(crate) struct PairingView {
    /// The pairing's id.
    id: String,
    /// Where the wish stands.
    state: Standing,
    /// Its token, the first time it asks after approval.
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<String>,
}

/// Where a wish stands.
#[derive(Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
#[schema(as = PairingState)]
pub(crate) enum Standing {
    /// The person has not answered.
    Pending,
    /// It may send.
    Approved,
    /// It may not.
    Refused,
}

/// Who asks, for the OpenAPI document; the guard has read it before a handler could.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "tells the OpenAPI document what the guard reads")]
pub(crate) struct OriginHeader {
    /// The extension's origin, as the browser says it.
    #[param(rename = "Origin", pattern = "^(chrome|moz|safari-web)-extension://[A-Za-z0-9-]{1,64}$")]
    origin: String,
}

/// What an extension wants.
#[derive(Deserialize, ToSchema)]
#[schema(as = PairingWish)]
pub(crate) struct AskBody {
    /// The bucket it wants to fill.
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 256, pattern = "^[^\\u0000-\\u001F\\u007F-\\u009F]+$")]
    pub(crate) bucket: Option<BucketId>,
}

/// The person's answer.
#[derive(Deserialize, ToSchema)]
#[schema(as = PairingDecision)]
pub(crate) struct AnswerBody {
    /// Whether it may send.
    pub(crate) answer: Answer,
}

/// May it send?
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
#[schema(as = PairingAnswerWord)]
pub(crate) enum Answer {
    /// It may.
    Approve,
    /// It may not.
    Refuse,
}

impl From<Answer> for pairing::PairingAnswer {
    fn from(answer: Answer) -> Self {
        match answer {
            Answer::Approve => Self::Approve,
            Answer::Refuse => Self::Refuse,
        }
    }
}

impl From<PairingState> for Standing {
    fn from(state: PairingState) -> Self {
        match state {
            PairingState::Pending => Self::Pending,
            PairingState::Approved => Self::Approved,
            PairingState::Refused => Self::Refused,
        }
    }
}

impl From<Pairing> for PairingAnswer {
    fn from(pairing: Pairing) -> Self {
        Self {
            id: pairing.id,
            origin: pairing.origin,
            bucket: pairing.bucket.map(|bucket| bucket.to_string()),
            state: pairing.state.into(),
            asked: pairing.asked,
            answered: pairing.answered,
            token_collected: pairing.token == PairingToken::Collected,
        }
    }
}

impl PairingView {
    /// What the extension sees of `pairing`.
    pub(crate) fn of(pairing: &Pairing, token: Option<String>) -> Self {
        Self { id: pairing.id.clone(), state: pairing.state.into(), token }
    }
}
