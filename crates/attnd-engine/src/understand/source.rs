//! What may attnd learn from? Consent per kind of source, for the purpose of understanding.

use std::sync::Arc;

use attnd_core::record::RecordKind;
use attnd_core::store::{Store, Write};
use attnd_core::{PersonId, Problem, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{Access, Engine, Happening};

/// Decisions are kept under this and the source's name.
const PREFIX: &str = "source:";

/// A kind of source that features come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Source {
    /// Which application and category was in front, when.
    Flow,
    /// Counts of keys, clicks and movement.
    Input,
    /// Imported recordings of pupil, heart and the like.
    Recordings,
}

/// What the person decided about one kind of source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SourceUse {
    /// Nothing yet: the rules look at what the person lets attnd sense; nothing is learnt from it.
    Undecided,
    /// It may be learnt from.
    Given,
    /// It is neither looked at nor learnt from; what was learnt from it is dropped.
    Withdrawn,
}

/// A decision, and when it was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceConsent {
    /// Which source.
    pub source: Source,
    /// What was decided.
    pub decided: SourceUse,
    /// Since when; `None` while undecided.
    pub at: Option<Timestamp>,
}

impl Source {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::Flow, Self::Input, Self::Recordings];

    /// The name it is stored under.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Flow => "flow",
            Self::Input => "input",
            Self::Recordings => "recordings",
        }
    }
}

impl Engine {
    /// What was decided about each kind of source, undecided ones too.
    ///
    /// # Errors
    /// [`Problem`] of the store.
    pub async fn source_consents(self: &Arc<Self>, person: PersonId) -> Result<Vec<SourceConsent>, Problem> {
        self.reading(move |store| consents_of(store, person)).await
    }

    /// Decides what may be learnt from. What was learnt before is learnt anew, with or without it.
    ///
    /// # Errors
    /// [`Problem`] of the store.
    pub async fn decide_source(
        self: &Arc<Self>,
        access: &Access,
        source: Source,
        decided: SourceUse,
    ) -> Result<(), Problem> {
        let person = access.person();
        let consent = SourceConsent { source, decided, at: Some(self.clock.now()) };
        let record = crate::settings::record(format!("{PREFIX}{}", source.name()), &consent)?;
        self.write(person, Write::PutRecord(RecordKind::Understanding, record)).await?;
        let action = match decided {
            SourceUse::Given => "understand.give",
            SourceUse::Withdrawn => "understand.withdraw",
            SourceUse::Undecided => "understand.undecided",
        };
        self.note(access, action, source.name()).await?;
        self.learn_again(person).await?;
        self.tell(Happening::Settings { person });
        Ok(())
    }
}

/// What was decided about each kind of source. A decision that cannot be read is a withdrawal: the gate stays shut.
pub(crate) fn consents_of(store: &dyn Store, person: PersonId) -> Result<Vec<SourceConsent>, Problem> {
    let records = store.records(person, RecordKind::Understanding)?;
    let of = |source: Source| {
        let key = format!("{PREFIX}{}", source.name());
        let Some(record) = records.iter().find(|record| record.key == key) else {
            return SourceConsent { source, decided: SourceUse::Undecided, at: None };
        };
        serde_json::from_value(record.value.clone()).unwrap_or(SourceConsent {
            source,
            decided: SourceUse::Withdrawn,
            at: None,
        })
    };
    Ok(Source::ALL.map(of).to_vec())
}
