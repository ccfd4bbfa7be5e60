//! How long is it kept? Days per kind of source, enforced every day and visible to the person.

use std::collections::BTreeMap;
use std::sync::Arc;

use attnd_core::record::{Record, RecordKind};
use attnd_core::store::{Write, Written};
use attnd_core::{BucketType, Duration, ErrorCode, PersonId, Problem, TimeRange, Timestamp};
use serde_json::Value;

use crate::{Access, Actor, Engine, Happening, Scope};

impl Engine {
    /// Days each kind of source is kept; kinds not named are kept for ever.
    ///
    /// # Errors
    /// [`Problem`] of the store.
    pub async fn retention(self: &Arc<Self>, person: PersonId) -> Result<BTreeMap<BucketType, u32>, Problem> {
        let records = self.reading(move |store| Ok(store.records(person, RecordKind::Retention)?)).await?;
        Ok(records
            .into_iter()
            .filter_map(|record| {
                let days = u32::try_from(record.value.as_u64()?).ok()?;
                Some((BucketType(record.key), days))
            })
            .collect())
    }

    /// Sets how many days a kind of source is kept; `None` keeps it for ever.
    ///
    /// # Errors
    /// [`ErrorCode::InvalidParameter`] for no days at all; [`Problem`] of the store.
    pub async fn set_retention(
        &self,
        access: &Access,
        kind: BucketType,
        days: Option<u32>,
    ) -> Result<(), Problem> {
        let subject = format!(
            "{}: {}",
            kind.as_str(),
            days.map_or("for ever".to_owned(), |days| format!("{days} days"))
        );
        let write = match days {
            Some(0) => {
                let detail = "a source is kept for at least one day; to keep nothing, withdraw its consent";
                return Err(Problem::new(ErrorCode::InvalidParameter, detail));
            }
            Some(days) => {
                Write::PutRecord(RecordKind::Retention, Record { key: kind.0, value: Value::from(days) })
            }
            None => Write::DeleteRecord(RecordKind::Retention, kind.0),
        };
        self.write(access.person(), write).await?;
        self.note(access, "retention.set", subject).await?;
        self.tell(Happening::Settings { person: access.person() });
        Ok(())
    }

    /// Removes what is older than it is kept. Answers how many events went.
    ///
    /// # Errors
    /// [`Problem`] of the store.
    pub async fn enforce_retention(self: &Arc<Self>, person: PersonId) -> Result<u64, Problem> {
        let now = self.clock.now();
        let mut gone = 0;
        for (kind, days) in self.retention(person).await? {
            let buckets = self.buckets(person).await?;
            let of_kind =
                buckets.into_iter().filter(|bucket| bucket.kind == kind).map(|bucket| bucket.id).collect();
            let kept_s = u64::from(days) * 86_400;
            let kept = Duration::from_s(u32::try_from(kept_s).unwrap_or(u32::MAX));
            let range = TimeRange::new(Timestamp::MIN, now.saturating_sub(kept))
                .map_err(|_| Problem::new(ErrorCode::Internal, "the clock is before all time"))?;
            if let Written::Count(erased) =
                self.write(person, Write::EraseEvents { buckets: Some(of_kind), range }).await?
            {
                gone += erased;
            }
        }
        if gone > 0 {
            let access = Access::new(person, Actor::Daemon, vec![Scope::Admin]);
            self.note(&access, "retention.enforce", format!("{gone} events")).await?;
            self.tell(Happening::Erased { person });
        }
        Ok(gone)
    }
}
