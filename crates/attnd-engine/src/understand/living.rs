//! What is remembered only while the daemon runs? How to undo changes of answers.

use std::sync::{Mutex, MutexGuard, PoisonError};

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
}

impl Living {
    pub(crate) fn remember(&self, before: AnswerBefore) {
        let mut all = self.all();
        if all.len() == REMEMBERED {
            all.remove(0);
        }
        all.push(before);
    }

    pub(crate) fn take_back(&self) -> Option<AnswerBefore> {
        self.all().pop()
    }

    pub(crate) fn forget(&self) {
        self.all().clear();
    }

    fn all(&self) -> MutexGuard<'_, Vec<AnswerBefore>> {
        self.before.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
