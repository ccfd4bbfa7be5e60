//! Did the person agree? Consent for each source, given and withdrawn at any time.
//!
//! A source the person starts themself (their own program, their signed-in page) is agreed to by
//! starting it: the consent is recorded with that basis and can be withdrawn. A source that comes
//! with a narrow token or a browser extension is agreed to when its token or pairing is made.
//! After withdrawal nothing turns a source on again but the person.

use attnd_core::record::{Record, RecordKind};
use attnd_core::store::Write;
use attnd_core::{BucketId, PersonId, Problem, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{Access, Engine, Happening};

/// What the sources of recordings begin with; their format and subject follow.
pub(crate) const RECORDINGS: &str = "recordings/";

/// What was agreed for one source.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Consent {
    /// The source.
    pub bucket: BucketId,
    /// What it is recorded for; so far always `flow`: showing the person where attention goes.
    pub purpose: String,
    /// Whether it may be recorded.
    pub state: ConsentState,
    /// How it came about: `started by local process`, `given by session`, …
    pub basis: String,
    /// Since when.
    pub at: Timestamp,
}

/// May a source be recorded?
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ConsentState {
    /// Yes.
    Given,
    /// No, not any more.
    Withdrawn,
}

impl Engine {
    /// Every decision about a source, by bucket.
    #[must_use]
    pub fn consents(&self, _person: PersonId) -> Vec<Consent> {
        let mut consents: Vec<_> = self.gates.rules().consents.values().cloned().collect();
        consents.sort_by(|a, b| a.bucket.cmp(&b.bucket));
        consents
    }

    /// Agrees to record a source.
    ///
    /// # Errors
    /// [`Problem`] of the store.
    pub async fn give_consent(&self, access: &Access, bucket: &BucketId) -> Result<(), Problem> {
        self.decide(access, bucket, ConsentState::Given, format!("given by {}", access.actor())).await?;
        self.note(access, "consent.give", audited(bucket)).await
    }

    /// Stops recording a source at once; what is stored stays until it is erased.
    ///
    /// # Errors
    /// [`Problem`] of the store.
    pub async fn withdraw_consent(&self, access: &Access, bucket: &BucketId) -> Result<(), Problem> {
        self.decide(access, bucket, ConsentState::Withdrawn, format!("withdrawn by {}", access.actor()))
            .await?;
        self.note(access, "consent.withdraw", audited(bucket)).await
    }

    /// Records that the person started a source themself, unless they have decided about it.
    pub(crate) async fn started_by_the_person(
        &self,
        access: &Access,
        bucket: &BucketId,
    ) -> Result<(), Problem> {
        if !access.is_the_person() || self.gates.rules().consents.contains_key(bucket) {
            return Ok(());
        }
        self.decide(access, bucket, ConsentState::Given, format!("started by {}", access.actor())).await?;
        self.note(access, "consent.give", audited(bucket)).await
    }

    /// The same for a source that comes in with a file; blocks.
    pub(crate) fn imported_by_the_person(&self, access: &Access, bucket: &BucketId) -> Result<(), Problem> {
        if !access.is_the_person() || self.gates.rules().consents.contains_key(bucket) {
            return Ok(());
        }
        let consent = self.decision(bucket, ConsentState::Given, format!("imported by {}", access.actor()));
        self.store.write(access.person(), Write::PutRecord(RecordKind::Consent, consent.record()?))?;
        self.gates.change(|rules| drop(rules.consents.insert(bucket.clone(), consent)));
        self.note_blocking(access, "consent.give", audited(bucket))
    }

    pub(crate) async fn decide(
        &self,
        access: &Access,
        bucket: &BucketId,
        state: ConsentState,
        basis: String,
    ) -> Result<(), Problem> {
        let consent = self.decision(bucket, state, basis);
        if state == ConsentState::Withdrawn {
            // Shut the gate first: nothing slips in while the disk is written.
            self.gates.change(|rules| drop(rules.consents.insert(bucket.clone(), consent.clone())));
        }
        self.write(access.person(), Write::PutRecord(RecordKind::Consent, consent.record()?)).await?;
        self.gates.change(|rules| drop(rules.consents.insert(bucket.clone(), consent)));
        self.tell(Happening::Settings { person: access.person() });
        Ok(())
    }

    fn decision(&self, bucket: &BucketId, state: ConsentState, basis: String) -> Consent {
        Consent { bucket: bucket.clone(), purpose: "flow".to_owned(), state, basis, at: self.clock.now() }
    }
}

/// A source in the audit log, which outlives an erasure: of recordings their format, without whom they are about.
fn audited(source: &BucketId) -> String {
    let name = source.to_string();
    match name.strip_prefix(RECORDINGS).and_then(|rest| rest.split_once('/')) {
        Some((format, _)) => format!("{RECORDINGS}{format}"),
        None => name,
    }
}

impl Consent {
    fn record(&self) -> Result<Record, Problem> {
        crate::settings::record(self.bucket.to_string(), self)
    }
}
