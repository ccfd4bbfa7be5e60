//! How does something go for good? Erasure reaches rows, pages of the files, the log, sums and
//! backups.

use std::sync::Arc;

use attnd_core::store::{Maintenance, Write, Written};
use attnd_core::{BucketId, ErrorCode, Problem, TimeRange};
use serde::Serialize;

use crate::{Access, Engine, Happening, understand};

/// What to erase.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Erasure {
    /// Everything attnd has about the person: events, settings, tokens, rules, recordings. The audit
    /// log stays, and says that it happened.
    Everything,
    /// Every event that touches a range; without buckets named, what was recorded in it too.
    Events {
        /// In these buckets; in all of them if `None`.
        buckets: Option<Vec<BucketId>>,
        /// When.
        range: TimeRange,
    },
}

/// What was erased.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ErasureReport {
    /// Events that are gone.
    pub events: u64,
    /// Recordings that are gone, or have lost a part.
    pub recordings: u64,
    /// Backups that held them and are gone too.
    pub backups: u64,
}

impl Engine {
    /// Erases, and removes every trace of it from the files before it answers.
    ///
    /// # Errors
    /// [`ErrorCode::NoBucket`], or of the store.
    pub async fn erase(
        self: &Arc<Self>,
        access: &Access,
        erasure: Erasure,
    ) -> Result<ErasureReport, Problem> {
        let person = access.person();
        let erased_range = match &erasure {
            Erasure::Everything => None,
            Erasure::Events { range, .. } => Some(*range),
        };
        let recordings = match &erasure {
            Erasure::Everything => self.erase_recordings(person, None).await?,
            Erasure::Events { buckets: None, range } => self.erase_recordings(person, Some(*range)).await?,
            Erasure::Events { .. } => 0,
        };
        let (events, subject) = match erasure {
            Erasure::Everything => {
                let events = self.buckets(person).await?.iter().map(|bucket| bucket.event_count).sum();
                self.write(person, Write::ErasePerson).await?;
                (events, "everything".to_owned())
            }
            Erasure::Events { buckets, range } => {
                let subject = format!("{} to {}", range.start(), range.end());
                match self.write(person, Write::EraseEvents { buckets, range }).await? {
                    Written::Count(events) => (events, subject),
                    _ => {
                        return Err(Problem::new(
                            ErrorCode::Internal,
                            "the store did not say what it erased",
                        ));
                    }
                }
            }
        };
        let engine = Arc::clone(self);
        self.reading(move |store| {
            engine.gates.reload(store, person)?;
            if let Some(range) = erased_range {
                understand::forget_evidence(store, person, range)?;
            }
            engine.living.forget();
            engine.reload_keys()?;
            engine.reload_categories()
        })
        .await?;
        let backups = self.remove_backups()?;
        self.maintain(Maintenance::Scrub).await?;
        self.note(access, "erase", subject).await?;
        self.tell(Happening::Erased { person });
        Ok(ErasureReport { events, recordings, backups })
    }
}
