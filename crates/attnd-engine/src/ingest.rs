//! How does what a watcher says come in? Every write of events, behind the gates.

use std::collections::HashSet;
use std::io::Read;
use std::ops::ControlFlow;

use attnd_core::record::AuditEntry;
use attnd_core::store::{StoreError, Write, Written};
use attnd_core::{BucketId, ErrorCode, Event, EventId, NewBucket, Problem, Pulse};
use attnd_sense::export::{ExportItem, ExportProblem, read_export};
use serde::Serialize;

pub use crate::gate::NotKept;
use crate::{Access, Engine, Happening};

/// What came of making a bucket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BucketMade {
    /// It is new.
    Created,
    /// It was there; nothing changed.
    Existed,
}

/// What came of a heartbeat.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Taken {
    /// It is part of this event now, durably.
    Stored(Event),
    /// It was well-formed but must not be kept.
    NotKept(Event, NotKept),
}

/// What came of deleting an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deleted {
    /// It was there and is gone.
    Gone,
    /// There was none.
    NotThere,
}

/// What an import did.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ImportReport {
    /// Buckets in the file.
    pub buckets: u64,
    /// Events read.
    pub events_read: u64,
    /// Events that were not there yet and are stored now.
    pub events_new: u64,
    /// What could not be read, and where; at most a hundred.
    pub problems: Vec<String>,
}

impl Engine {
    /// Makes a bucket for a source.
    ///
    /// # Errors
    /// [`Problem`] of the store.
    pub async fn create_bucket(&self, access: &Access, bucket: NewBucket) -> Result<BucketMade, Problem> {
        let (id, kind) = (bucket.id.clone(), bucket.kind.clone());
        let written =
            self.write(access.person(), Write::CreateBucket { bucket, now: self.clock.now() }).await?;
        self.started_by_the_person(access, &id).await?;
        if written != Written::Created {
            return Ok(BucketMade::Existed);
        }
        self.gates.change(|rules| rules.set_kind(id, kind));
        self.tell(Happening::Buckets { person: access.person() });
        Ok(BucketMade::Created)
    }

    /// Changes what a bucket says of itself; its events stay.
    ///
    /// # Errors
    /// [`ErrorCode::NoBucket`], or of the store.
    pub async fn update_bucket(&self, access: &Access, bucket: NewBucket) -> Result<(), Problem> {
        let (id, kind) = (bucket.id.clone(), bucket.kind.clone());
        self.write(access.person(), Write::UpdateBucket(bucket)).await?;
        self.gates.change(|rules| rules.set_kind(id, kind));
        self.tell(Happening::Buckets { person: access.person() });
        Ok(())
    }

    /// Deletes a bucket and its events.
    ///
    /// # Errors
    /// [`ErrorCode::NoBucket`], or of the store.
    pub async fn delete_bucket(&self, access: &Access, bucket: &BucketId) -> Result<(), Problem> {
        self.write(access.person(), Write::DeleteBucket(bucket.clone())).await?;
        self.gates.change(|rules| rules.forget(bucket));
        self.note(access, "bucket.delete", bucket.to_string()).await?;
        self.tell(Happening::Buckets { person: access.person() });
        Ok(())
    }

    /// Takes a heartbeat: it continues the bucket's last event or begins a new one.
    ///
    /// # Errors
    /// [`ErrorCode::NoBucket`], [`ErrorCode::NoConsent`], [`ErrorCode::Paused`], or of the store.
    pub async fn heartbeat(
        &self,
        access: &Access,
        bucket: &BucketId,
        event: Event,
        pulse: Pulse,
    ) -> Result<Taken, Problem> {
        let (event, pulse) = {
            let rules = self.gates.rules();
            self.pass(&rules, bucket)?;
            let pulse = rules.pulse_after_pause(event.timestamp, pulse);
            match rules.keep(bucket, event) {
                Ok(event) => (event, pulse),
                Err((event, reason)) => return Ok(Taken::NotKept(Event { id: None, ..event }, reason)),
            }
        };
        let write = Write::Heartbeat { bucket: bucket.clone(), event, pulse };
        match self.write(access.person(), write).await? {
            Written::Event(event) => {
                self.tell(Happening::Events { person: access.person(), bucket: bucket.clone() });
                Ok(Taken::Stored(event))
            }
            _ => Err(unexpected()),
        }
    }

    /// Inserts events, or replaces those that carry the id of a stored one. Answers those kept,
    /// with their ids.
    ///
    /// # Errors
    /// [`ErrorCode::NoBucket`], [`ErrorCode::NoConsent`], [`ErrorCode::Paused`],
    /// [`ErrorCode::Conflict`] for an id of another bucket, or of the store.
    pub async fn insert(
        &self,
        access: &Access,
        bucket: &BucketId,
        events: Vec<Event>,
    ) -> Result<Vec<Event>, Problem> {
        let kept: Vec<_> = {
            let rules = self.gates.rules();
            self.pass(&rules, bucket)?;
            events.into_iter().flat_map(|event| rules.keep_parts(bucket, event)).collect()
        };
        if kept.is_empty() {
            return Ok(kept);
        }
        match self.write(access.person(), Write::Insert { bucket: bucket.clone(), events: kept }).await? {
            Written::Events(events) => {
                self.tell(Happening::Events { person: access.person(), bucket: bucket.clone() });
                Ok(events)
            }
            _ => Err(unexpected()),
        }
    }

    /// Deletes one event.
    ///
    /// # Errors
    /// [`ErrorCode::NoBucket`], or of the store.
    pub async fn delete_event(
        &self,
        access: &Access,
        bucket: &BucketId,
        id: EventId,
    ) -> Result<Deleted, Problem> {
        let write = Write::DeleteEvents { bucket: bucket.clone(), ids: vec![id] };
        match self.write(access.person(), write).await? {
            Written::Count(0) => Ok(Deleted::NotThere),
            Written::Count(_) => {
                self.tell(Happening::Events { person: access.person(), bucket: bucket.clone() });
                Ok(Deleted::Gone)
            }
            _ => Err(unexpected()),
        }
    }

    /// Reads an ActivityWatch export and stores what is not there yet. Blocks; memory stays
    /// constant however long the export is. What was read before a fault stays stored, and
    /// importing again doubles nothing.
    ///
    /// # Errors
    /// [`ErrorCode::InvalidImport`] where the export breaks off or is none;
    /// [`ErrorCode::NoConsent`] for a source the person withdrew; [`Problem`] of the store.
    pub fn import(&self, access: &Access, reader: &mut dyn Read) -> Result<ImportReport, Problem> {
        let mut import =
            Import { engine: self, access, report: ImportReport::default(), new: HashSet::new() };
        let mut failure = None;
        let outcome = read_export(reader, &mut |item| match import.take(item) {
            Ok(()) => ControlFlow::Continue(()),
            Err(problem) => {
                failure = Some(problem);
                ControlFlow::Break(())
            }
        });
        let Import { mut report, .. } = import;
        self.living.past_changed();
        self.tell(Happening::Buckets { person: access.person() });
        if let Some(problem) = failure {
            return Err(problem);
        }
        match outcome {
            Ok(summary) => {
                report.problems = summary.problems.iter().map(in_words).collect();
                let subject = format!("{} buckets, {} new events", report.buckets, report.events_new);
                self.note_blocking(access, "import", subject)?;
                Ok(report)
            }
            Err(error) => Err(Problem::new(
                ErrorCode::InvalidImport,
                format!("{error}; {} new events before that are stored", report.events_new),
            )),
        }
    }

    fn pass(&self, rules: &crate::gate::Rules, bucket: &BucketId) -> Result<(), Problem> {
        if rules.kind(bucket).is_none() {
            return Err(StoreError::NoBucket(bucket.clone()).into());
        }
        rules.consented(bucket)?;
        rules.running(self.clock.now())
    }

    pub(crate) fn note_blocking(
        &self,
        access: &Access,
        action: &str,
        subject: String,
    ) -> Result<(), Problem> {
        let entry = AuditEntry {
            at: self.clock.now(),
            actor: access.actor().to_string(),
            action: action.to_owned(),
            subject,
        };
        self.store.write(access.person(), Write::Audit(entry))?;
        Ok(())
    }
}

struct Import<'a> {
    engine: &'a Engine,
    access: &'a Access,
    report: ImportReport,
    /// Buckets this import made: their details may still be corrected by what follows the events.
    new: HashSet<BucketId>,
}

impl Import<'_> {
    fn take(&mut self, item: ExportItem) -> Result<(), Problem> {
        match item {
            ExportItem::Bucket(bucket) => self.bucket(bucket),
            ExportItem::BucketDetails(bucket) => self.details(bucket),
            ExportItem::Events { bucket, events } => self.events(bucket, events),
        }
    }

    fn bucket(&mut self, bucket: NewBucket) -> Result<(), Problem> {
        self.report.buckets += 1;
        let (id, kind, person) = (bucket.id.clone(), bucket.kind.clone(), self.access.person());
        let now = self.engine.clock.now();
        let written = self.engine.store.write(person, Write::CreateBucket { bucket, now })?;
        if written == Written::Created {
            self.engine.gates.change(|rules| rules.set_kind(id.clone(), kind));
            self.new.insert(id.clone());
        }
        self.engine.imported_by_the_person(self.access, &id)?;
        self.engine.gates.rules().consented(&id)
    }

    fn details(&mut self, bucket: NewBucket) -> Result<(), Problem> {
        if !self.new.contains(&bucket.id) {
            return Ok(());
        }
        let (id, kind) = (bucket.id.clone(), bucket.kind.clone());
        self.engine.store.write(self.access.person(), Write::UpdateBucket(bucket))?;
        self.engine.gates.change(|rules| rules.set_kind(id, kind));
        Ok(())
    }

    fn events(&mut self, bucket: BucketId, events: Vec<Event>) -> Result<(), Problem> {
        self.report.events_read += events.len() as u64;
        let rules = self.engine.gates.rules();
        let events: Vec<_> = events.into_iter().flat_map(|event| rules.keep_parts(&bucket, event)).collect();
        if events.is_empty() {
            return Ok(());
        }
        match self.engine.store.write(self.access.person(), Write::Merge { bucket, events })? {
            Written::Count(new) => {
                self.report.events_new += new;
                Ok(())
            }
            _ => Err(unexpected()),
        }
    }
}

fn in_words(problem: &ExportProblem) -> String {
    let bucket = problem.bucket.as_deref().unwrap_or("a bucket without a name");
    match problem.event {
        Some(index) => format!("{bucket}, event {index}: {}", problem.reason),
        None => format!("{bucket}: {}", problem.reason),
    }
}

fn unexpected() -> Problem {
    Problem::new(ErrorCode::Internal, "the store answered another question than it was asked")
}
