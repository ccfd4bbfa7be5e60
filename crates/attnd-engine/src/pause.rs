//! When is nothing recorded? Pauses: a gate on the daemon's side that holds for every source.
//!
//! What happened during a pause is never kept, also when a watcher delivers it afterwards.

use attnd_core::record::RecordKind;
use attnd_core::store::Write;
use attnd_core::{ErrorCode, PersonId, Problem, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{Access, Engine, Happening};

/// A stretch of time in which nothing is recorded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PauseSpan {
    /// Its id.
    pub id: String,
    /// Its first moment.
    pub start: Timestamp,
    /// The moment recording resumes.
    pub end: Timestamp,
}

impl Engine {
    /// When recording resumes, if it is paused now.
    #[must_use]
    pub fn paused_until(&self, _person: PersonId) -> Option<Timestamp> {
        self.gates.rules().paused_until(self.clock.now())
    }

    /// Pauses recording from now until `until`; a pause already running is changed to end then.
    ///
    /// # Errors
    /// [`ErrorCode::InvalidTime`] when `until` is not in the future; [`Problem`] of the store.
    pub async fn pause(&self, access: &Access, until: Timestamp) -> Result<(), Problem> {
        let now = self.clock.now();
        if until <= now {
            return Err(Problem::new(ErrorCode::InvalidTime, "a pause ends in the future"));
        }
        let running = self.gates.rules().pauses.iter().find(|span| span.range().contains(now)).cloned();
        let span = match running {
            Some(span) => PauseSpan { end: until, ..span },
            None => PauseSpan { id: uuid::Uuid::now_v7().simple().to_string(), start: now, end: until },
        };
        self.keep_pause(access, span).await?;
        self.note(access, "pause", until.to_string()).await
    }

    /// Resumes recording now.
    ///
    /// # Errors
    /// [`Problem`] of the store.
    pub async fn resume(&self, access: &Access) -> Result<(), Problem> {
        let now = self.clock.now();
        let running: Vec<_> =
            self.gates.rules().pauses.iter().filter(|span| span.range().contains(now)).cloned().collect();
        for span in running {
            self.keep_pause(access, PauseSpan { end: now, ..span }).await?;
        }
        self.note(access, "resume", "").await
    }

    async fn keep_pause(&self, access: &Access, span: PauseSpan) -> Result<(), Problem> {
        let record = crate::settings::record(span.id.clone(), &span)?;
        let put = |rules: &mut crate::gate::Rules| {
            rules.pauses.retain(|other| other.id != span.id);
            rules.pauses.push(span.clone());
            rules.pauses.sort_by_key(|span| span.start);
        };
        // The gate first: from the moment the person asks, nothing more is kept.
        self.gates.change(put);
        self.write(access.person(), Write::PutRecord(RecordKind::Pause, record)).await?;
        let until = self.paused_until(access.person());
        self.tell(Happening::Pause { person: access.person(), until });
        Ok(())
    }
}
