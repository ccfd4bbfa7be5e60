//! How do the thread that senses and the thread that sends share the queue?

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::entry::Entry;
use crate::queue::Queue;

/// The queue, shared. Clones share one.
#[derive(Clone, Debug)]
pub struct Outbox(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    queue: Mutex<Queue>,
    arrived: Condvar,
}

impl Outbox {
    /// Shares `queue`.
    #[must_use]
    pub fn new(queue: Queue) -> Self {
        Self(Arc::new(Shared { queue: Mutex::new(queue), arrived: Condvar::new() }))
    }

    /// Puts an entry at the end and wakes the sender.
    pub fn put(&self, entry: Entry) {
        self.queue().append(entry);
        self.0.arrived.notify_one();
    }

    /// The oldest entry, without removing it.
    #[must_use]
    pub fn peek(&self) -> Option<Entry> {
        self.queue().peek().cloned()
    }

    /// Removes the oldest entry for good. Only the sender does so, so it is the one it peeked at.
    pub fn acknowledge(&self) {
        self.queue().acknowledge();
    }

    /// Brings what was written to the disk.
    pub fn sync(&self) {
        self.queue().sync();
    }

    /// Waits for an entry, at most `longest`.
    pub fn wait(&self, longest: Duration) {
        let mut queue = self.queue();
        if queue.is_empty() {
            drop(self.0.arrived.wait_timeout(queue, longest));
        }
    }

    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.0.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
