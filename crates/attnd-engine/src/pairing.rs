//! May this browser extension send events? It asks, the person answers, and the answer holds for
//! exactly that origin and bucket.
//!
//! A browser sets `Origin` itself and no page can forge it, so an approved origin may send even
//! when the extension cannot hold a token; one that can collects a token bound to its origin.

use attnd_core::record::RecordKind;
use attnd_core::store::Write;
use attnd_core::{BucketId, ErrorCode, PersonId, Problem, Timestamp};
use serde::{Deserialize, Serialize};

use crate::access::NewToken;
use crate::consent::ConsentState;
use crate::settings::record;
use crate::{Access, Actor, Engine, Happening, Scope};

/// An extension's wish to send events, and the person's answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pairing {
    /// Its id.
    pub id: String,
    /// The extension's origin, exactly.
    pub origin: String,
    /// The bucket it wants to fill; unknown until it names one.
    pub bucket: Option<BucketId>,
    /// Where the wish stands.
    pub state: PairingState,
    /// When it asked.
    pub asked: Timestamp,
    /// When the person answered.
    pub answered: Option<Timestamp>,
    /// Whether its token was collected; that happens once.
    #[serde(default)]
    pub token: PairingToken,
}

/// Where a pairing stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PairingState {
    /// The person has not answered.
    Pending,
    /// It may send.
    Approved,
    /// It may not, and will not be shown again.
    Refused,
}

/// Whether a pairing's token was handed out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PairingToken {
    /// Not yet.
    #[default]
    Waiting,
    /// It was; it cannot be again.
    Collected,
}

/// The person's answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PairingAnswer {
    /// It may send.
    Approve,
    /// It may not.
    Refuse,
}

/// What the extension sees of its pairing.
#[derive(Clone, Debug)]
pub struct PairingView {
    /// The pairing.
    pub pairing: Pairing,
    /// Its token, the first time it asks after approval.
    pub token: Option<String>,
}

impl Engine {
    /// Unanswered wishes kept at once; beyond that a flood of origins is turned away.
    const MAX_PENDING: usize = 16;

    /// Every pairing, oldest first.
    #[must_use]
    pub fn pairings(&self, _person: PersonId) -> Vec<Pairing> {
        self.gates.rules().pairings.clone()
    }

    /// Notes that an extension wants to send; asking again changes nothing.
    ///
    /// # Errors
    /// [`ErrorCode::RateLimited`] when too many wishes wait; [`Problem`] of the store.
    pub async fn ask_pairing(&self, origin: &str, bucket: Option<BucketId>) -> Result<Pairing, Problem> {
        let known = self.gates.rules().pairings.clone();
        let of_origin = |pairing: &&Pairing| pairing.origin == origin;
        if let Some(same) =
            known.iter().filter(of_origin).find(|pairing| bucket.is_none() || pairing.bucket == bucket)
        {
            return Ok(same.clone());
        }
        // An extension first says hello, then names its bucket: the same wish, made precise.
        if let Some(vague) = known
            .iter()
            .filter(of_origin)
            .find(|pairing| pairing.bucket.is_none() && pairing.state == PairingState::Pending)
        {
            return self.keep_pairing(Pairing { bucket, ..vague.clone() }).await;
        }
        let pending = known.iter().filter(|pairing| pairing.state == PairingState::Pending).count();
        if pending >= Self::MAX_PENDING {
            return Err(Problem::new(ErrorCode::RateLimited, "too many extensions wait for an answer"));
        }
        self.keep_pairing(Pairing {
            id: uuid::Uuid::now_v7().simple().to_string(),
            origin: origin.to_owned(),
            bucket,
            state: PairingState::Pending,
            asked: self.clock.now(),
            answered: None,
            token: PairingToken::Waiting,
        })
        .await
    }

    /// Answers a wish, or changes the answer; approval is also consent to record that bucket.
    ///
    /// # Errors
    /// [`ErrorCode::NotFound`] when there is none with this id;
    /// [`Problem`] of the store.
    pub async fn answer_pairing(
        &self,
        access: &Access,
        id: &str,
        answer: PairingAnswer,
    ) -> Result<(), Problem> {
        let pairing = self.find_pairing(id)?;
        let state = match answer {
            PairingAnswer::Approve => PairingState::Approved,
            PairingAnswer::Refuse => PairingState::Refused,
        };
        if state == PairingState::Approved
            && let Some(bucket) = &pairing.bucket
        {
            let basis = format!("pairing approved by {}", access.actor());
            self.decide(access, bucket, ConsentState::Given, basis).await?;
        }
        let answered = Some(self.clock.now());
        self.keep_pairing(Pairing { state, answered, ..pairing }).await?;
        if state == PairingState::Refused {
            self.revoke_tokens_of_pairing(access, id).await?;
        }
        let action = if state == PairingState::Approved { "pairing.approve" } else { "pairing.refuse" };
        self.note(access, action, id).await
    }

    /// Forgets an extension: its token opens nothing any more, and it may ask again. The consent to
    /// record its bucket stays as it is.
    ///
    /// # Errors
    /// [`ErrorCode::NotFound`] when there is none with this id; [`Problem`] of the store.
    pub async fn forget_pairing(&self, access: &Access, id: &str) -> Result<(), Problem> {
        self.find_pairing(id)?;
        // The gate first: from this moment it may not send.
        self.gates.change(|rules| rules.pairings.retain(|pairing| pairing.id != id));
        self.write(self.local, Write::DeleteRecord(RecordKind::Pairing, id.to_owned())).await?;
        self.revoke_tokens_of_pairing(access, id).await?;
        self.tell(Happening::Pairings { person: self.local });
        self.note(access, "pairing.forget", id).await
    }

    /// What the extension at `origin` sees of its pairing; hands out its token once.
    ///
    /// # Errors
    /// [`ErrorCode::NotFound`] when there is none with this id and origin.
    pub async fn collect_pairing(&self, id: &str, origin: &str) -> Result<PairingView, Problem> {
        let pairing = self.find_pairing(id)?;
        if pairing.origin != origin {
            return Err(no_pairing(id));
        }
        let bucket = match (&pairing.bucket, pairing.state, pairing.token) {
            (Some(bucket), PairingState::Approved, PairingToken::Waiting) => bucket.clone(),
            _ => return Ok(PairingView { pairing, token: None }),
        };
        let pairing = self.keep_pairing(Pairing { token: PairingToken::Collected, ..pairing }).await?;
        let new = NewToken {
            name: token_name(id),
            scopes: vec![Scope::Ingest(bucket)],
            origin: Some(origin.to_owned()),
            lifetime: None,
        };
        let access = Access::new(self.local, Actor::Pairing(id.to_owned()), Vec::new());
        let issued = self.create_token(&access, new).await?;
        Ok(PairingView { pairing, token: Some(issued.secret) })
    }

    /// Whether the person let this origin in.
    #[must_use]
    pub fn is_paired(&self, origin: &str) -> bool {
        self.paired(origin).is_some()
    }

    pub(crate) fn paired(&self, origin: &str) -> Option<Access> {
        let rules = self.gates.rules();
        let approved: Vec<_> = rules
            .pairings
            .iter()
            .filter(|pairing| pairing.origin == origin && pairing.state == PairingState::Approved)
            .collect();
        let actor = Actor::Pairing(approved.first()?.id.clone());
        let scopes =
            approved.iter().filter_map(|pairing| pairing.bucket.clone()).map(Scope::Ingest).collect();
        Some(Access::new(self.local, actor, scopes))
    }

    fn find_pairing(&self, id: &str) -> Result<Pairing, Problem> {
        let rules = self.gates.rules();
        rules.pairings.iter().find(|pairing| pairing.id == id).cloned().ok_or_else(|| no_pairing(id))
    }

    async fn keep_pairing(&self, pairing: Pairing) -> Result<Pairing, Problem> {
        let document = record(pairing.id.clone(), &pairing)?;
        self.write(self.local, Write::PutRecord(RecordKind::Pairing, document)).await?;
        self.gates.change(|rules| match rules.pairings.iter_mut().find(|known| known.id == pairing.id) {
            Some(known) => known.clone_from(&pairing),
            None => rules.pairings.push(pairing.clone()),
        });
        self.tell(Happening::Pairings { person: self.local });
        Ok(pairing)
    }

    async fn revoke_tokens_of_pairing(&self, access: &Access, id: &str) -> Result<(), Problem> {
        let name = token_name(id);
        for token in self.tokens(access.person()).iter().filter(|token| token.name == name) {
            self.revoke_token(access, &token.id).await?;
        }
        Ok(())
    }
}

fn token_name(pairing: &str) -> String {
    format!("pairing {pairing}")
}

fn no_pairing(id: &str) -> Problem {
    Problem::new(ErrorCode::NotFound, format!("there is no pairing '{id}'"))
}
