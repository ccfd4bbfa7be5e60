//! Who writes? One thread, which commits together what arrived together.
//!
//! ```text
//! callers  a─┐  b┐ c┐d┐     e┐          a commit costs one sync however many writes it has:
//! writer     [a commit][bcd commit][e]  while it runs, the next ones gather
//! replies              a          bcd   only after the commit that has them
//! ```

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, Sender, TryRecvError};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use attnd_core::PersonId;
use attnd_core::store::{Completion, Maintenance, StoreError, Write, Written};
use rusqlite::Connection;

use super::batch::{Batch, Fault};
use super::cache::Cache;
use super::checkpointer::Checkpointer;
use super::config::SqliteConfig;
use super::payload_cache::PayloadCache;

/// The most writes in one transaction: bounds how long its first one waits.
const MOST_WRITES: usize = 512;
/// The most events in one transaction, for the same reason.
const MOST_EVENTS: usize = 20_000;
/// How often the writer lets others run before it commits fewer writes than the last time.
const MOST_YIELDS: u32 = 8;

/// What the writer is asked to do.
pub(super) enum WriterWork {
    /// Change rows.
    Write(Queued),
    /// Work on the whole store.
    Maintain(Maintenance, Reply<()>),
    /// Make a person.
    AddPerson(PersonId, Reply<()>),
}

/// A write that waits for its commit.
pub(super) struct Queued {
    pub(super) person: PersonId,
    pub(super) write: Write,
    pub(super) reply: Reply<Written>,
}

/// What a reply calls.
type Callback<T> = Box<dyn FnOnce(Result<T, StoreError>) + Send>;

/// Tells the caller exactly once; if it is dropped unanswered, that the store is closed.
pub(super) struct Reply<T>(Option<Callback<T>>);

impl<T> Reply<T> {
    pub(super) fn to(caller: Callback<T>) -> Self {
        Self(Some(caller))
    }

    /// A reply that arrives through a channel.
    pub(super) fn through(sender: Sender<Result<T, StoreError>>) -> Self
    where
        T: Send + 'static,
    {
        Self::to(Box::new(move |result| {
            let _ = sender.send(result);
        }))
    }

    fn send(mut self, result: Result<T, StoreError>) {
        self.call(result);
    }

    /// A caller's panic is the caller's: it must not take the writer with it.
    fn call(&mut self, result: Result<T, StoreError>) {
        if let Some(caller) = self.0.take()
            && catch_unwind(AssertUnwindSafe(|| caller(result))).is_err()
        {
            tracing::error!("a completion of a write has panicked");
        }
    }
}

impl<T> Drop for Reply<T> {
    fn drop(&mut self) {
        self.call(Err(StoreError::Closed));
    }
}

impl Queued {
    pub(super) fn new(person: PersonId, write: Write, done: Completion) -> Self {
        Self { person, write, reply: Reply::to(done) }
    }

    fn event_count(&self) -> usize {
        match &self.write {
            Write::Insert { events, .. } | Write::Merge { events, .. } => events.len(),
            Write::DeleteEvents { ids, .. } => ids.len(),
            _ => 1,
        }
    }
}

/// The writing side of the store.
pub(super) struct Writer {
    pub(super) connection: Arc<Mutex<Connection>>,
    pub(super) jobs: Receiver<WriterWork>,
    pub(super) payloads: Arc<PayloadCache>,
    pub(super) config: SqliteConfig,
    pub(super) cache: Cache,
    pub(super) checkpointer: Checkpointer,
    /// How many writes the last commit had.
    pub(super) company: usize,
}

impl Writer {
    /// Works until every sender is gone. A panic would be a fault of ours: then all callers,
    /// present and future, hear that the store is closed.
    pub(super) fn run(mut self) {
        if catch_unwind(AssertUnwindSafe(|| self.work())).is_err() {
            tracing::error!("the store's writer met a fault of its own and has stopped");
        }
    }

    fn work(&mut self) {
        let mut next = self.jobs.recv().ok();
        while let Some(job) = next.take() {
            match job {
                WriterWork::Write(first) => {
                    let (batch, after) = self.gather(first);
                    self.commit(batch);
                    next = after;
                }
                WriterWork::Maintain(job, reply) => reply.send(self.maintain(&job)),
                WriterWork::AddPerson(person, reply) => reply.send(self.add_person(person)),
            }
            if next.is_none() {
                next = self.jobs.recv().ok();
            }
        }
    }

    /// What has arrived meanwhile, up to the bounds, and the job that comes after it.
    ///
    /// Clients that were answered together come back together. While fewer have come than the last
    /// time, the others are let run first, a few times at most: one commit for all of them costs
    /// each less than a commit of its own. A client that is alone waits for nobody.
    fn gather(&mut self, first: Queued) -> (Vec<Queued>, Option<WriterWork>) {
        let mut events = first.event_count();
        let mut batch = vec![first];
        let mut yields = 0;
        let mut after = None;
        while batch.len() < MOST_WRITES && events < MOST_EVENTS {
            match self.jobs.try_recv() {
                Ok(WriterWork::Write(queued)) => {
                    events += queued.event_count();
                    batch.push(queued);
                }
                Ok(job) => {
                    after = Some(job);
                    break;
                }
                Err(TryRecvError::Empty) if batch.len() < self.company && yields < MOST_YIELDS => {
                    yields += 1;
                    std::thread::yield_now();
                }
                Err(TryRecvError::Empty | TryRecvError::Disconnected) => break,
            }
        }
        self.company = batch.len();
        (batch, after)
    }

    /// Commits all together; if the database fails, one by one, so that one write that does not
    /// fit on the disk takes no other with it.
    fn commit(&mut self, batch: Vec<Queued>) {
        match self.attempt(&batch) {
            Ok(results) => {
                batch.into_iter().zip(results).for_each(|(queued, result)| queued.reply.send(result))
            }
            Err(error) if batch.len() == 1 => {
                batch.into_iter().for_each(|queued| queued.reply.send(Err(error.clone())))
            }
            Err(_) => {
                for queued in batch {
                    let alone = self.attempt(std::slice::from_ref(&queued));
                    let result = alone
                        .and_then(|results| results.into_iter().next().unwrap_or(Err(StoreError::Closed)));
                    queued.reply.send(result);
                }
            }
        }
    }

    /// One transaction. An error means that nothing of it happened.
    fn attempt(&mut self, batch: &[Queued]) -> Result<Vec<Result<Written, StoreError>>, StoreError> {
        self.transaction(|rows| {
            let mut results = Vec::with_capacity(batch.len());
            for queued in batch {
                match rows.apply(queued.person, &queued.write) {
                    Ok(written) => results.push(Ok(written)),
                    Err(Fault::Refused(error)) => results.push(Err(error)),
                    Err(Fault::Failed(error)) => return Err(error),
                }
            }
            Ok(results)
        })
    }

    /// Runs `work` in a transaction and commits; on failure undoes it, and the writer's memory
    /// starts anew.
    pub(super) fn transaction<T>(
        &mut self,
        work: impl FnOnce(&mut Batch<'_>) -> rusqlite::Result<T>,
    ) -> Result<T, StoreError> {
        let connection = lock(&self.connection);
        let outcome = transact(&connection, &mut self.cache, work);
        match outcome {
            Ok(done) => {
                let deleted = std::mem::take(&mut self.cache.owed.deleted_payloads);
                self.payloads.forget(&deleted);
                self.cache.payloads.trim();
                self.checkpointer.committed();
                Ok(done)
            }
            Err(error) => {
                self.cache = Cache::default();
                if !connection.is_autocommit()
                    && let Err(error) = connection.execute_batch("ROLLBACK")
                {
                    tracing::error!(%error, "a failed transaction could not be undone yet");
                }
                Err(super::disk::store_error(&error, &self.config))
            }
        }
    }

    fn add_person(&mut self, person: PersonId) -> Result<(), StoreError> {
        self.transaction(|rows| {
            rows.execute(
                "INSERT INTO person (organisation, uuid) VALUES ((SELECT min(key) FROM organisation), ?1)",
                [person.uuid().as_bytes()],
            )?;
            Ok(())
        })
    }
}

/// The connection; a panic elsewhere cannot have left it in a transaction we rely on.
pub(super) fn lock(connection: &Mutex<Connection>) -> MutexGuard<'_, Connection> {
    connection.lock().unwrap_or_else(PoisonError::into_inner)
}

fn transact<T>(
    connection: &Connection,
    cache: &mut Cache,
    work: impl FnOnce(&mut Batch<'_>) -> rusqlite::Result<T>,
) -> rusqlite::Result<T> {
    if !connection.is_autocommit() {
        connection.execute_batch("ROLLBACK")?;
    }
    connection.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
    let mut batch = Batch { connection, cache };
    let done = work(&mut batch)?;
    batch.pay()?;
    connection.prepare_cached("COMMIT")?.execute([])?;
    Ok(done)
}
