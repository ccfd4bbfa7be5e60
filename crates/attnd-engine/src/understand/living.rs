//! What is remembered only while the daemon runs? What was learnt, ready to use; how to undo changes of answers; and hours
//! estimated before.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use attnd_core::store::Store;
use attnd_core::{PersonId, Problem, Timestamp};

use super::lens::Lenses;
use super::means::{Dependencies, Quarters, Remembered};
use super::{AnswerId, PersonAnswer};

/// Changes that can be undone.
const REMEMBERED: usize = 20;

/// An answer as it was before a change.
#[derive(Clone, Debug)]
pub(crate) struct AnswerBefore {
    pub(crate) id: AnswerId,
    /// `None` if the change added it.
    pub(crate) before: Option<PersonAnswer>,
}

/// Memory of one daemon's life.
#[derive(Debug, Default)]
pub(crate) struct Living {
    before: Mutex<Vec<AnswerBefore>>,
    lenses: Mutex<Option<(PersonId, Arc<Lenses>)>>,
    asking: tokio::sync::Mutex<()>,
    past_changes: AtomicU64,
    estimated: Mutex<Remembered>,
}

impl Living {
    pub(crate) fn remember(&self, before: AnswerBefore) {
        let mut all = locked(&self.before);
        if all.len() == REMEMBERED {
            all.remove(0);
        }
        all.push(before);
    }

    pub(crate) fn take_back(&self) -> Option<AnswerBefore> {
        locked(&self.before).pop()
    }

    /// How often anything long past changed.
    pub(crate) fn past_changes(&self) -> u64 {
        self.past_changes.load(Ordering::SeqCst)
    }

    /// Something long past has changed.
    pub(crate) fn past_changed(&self) {
        self.past_changes.fetch_add(1, Ordering::SeqCst);
    }

    /// A day estimated before.
    pub(crate) fn remembered(&self, dependencies: &Dependencies, day: Timestamp) -> Option<Quarters> {
        locked(&self.estimated).get(dependencies, day)
    }

    /// Remembers a day.
    pub(crate) fn remember_day(&self, dependencies: Dependencies, day: Timestamp, quarters: &Quarters) {
        locked(&self.estimated).put(dependencies, day, quarters);
    }

    /// Waits until nobody else decides whether to ask: two who look at once must not both ask.
    pub(crate) async fn asking(&self) -> tokio::sync::MutexGuard<'_, ()> {
        self.asking.lock().await
    }

    /// Forgets everything: the data it came from is gone.
    pub(crate) fn forget(&self) {
        locked(&self.before).clear();
        *locked(&self.lenses) = None;
        *locked(&self.estimated) = Remembered::default();
    }

    /// What the person is looked at through; loaded if it is not there. Others wait meanwhile: it is learnt once.
    pub(crate) fn lenses(&self, store: &dyn Store, person: PersonId) -> Result<Arc<Lenses>, Problem> {
        let mut lenses = locked(&self.lenses);
        if let Some((_, lenses)) = lenses.as_ref().filter(|(of, _)| *of == person) {
            return Ok(Arc::clone(lenses));
        }
        let loaded = Arc::new(Lenses::load(store, person)?);
        *lenses = Some((person, Arc::clone(&loaded)));
        Ok(loaded)
    }

    /// Loads anew what the person is looked at through.
    pub(crate) fn reload(&self, store: &dyn Store, person: PersonId) -> Result<Arc<Lenses>, Problem> {
        *locked(&self.lenses) = None;
        self.lenses(store, person)
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
