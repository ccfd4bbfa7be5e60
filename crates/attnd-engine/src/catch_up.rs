//! When rules change, how soon do old hours follow? All of them at once, newest first.
//!
//! ```text
//! hours      [ … ][ … ][ … ][now]
//! computed   ◄──3────2────1         a fortnight each
//! written    ◄─·─·─·─·─·─·─·        a few hours each: between two of them heartbeats have their turn
//! ```
//!
//! What is asked for meanwhile is computed where it is asked, so nobody ever sees older rules; by
//! turns, so that no hour is computed twice.

use std::ops::ControlFlow;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use attnd_core::rollup::StaleHour;
use attnd_core::store::{Store, Write};
use attnd_core::{PersonId, Problem, TimeRange};
use attnd_sense::category::CategoryRules;
use tokio::sync::watch;

use crate::hours::{Ahead, HOURS_A_WRITE, HOURS_AT_ONCE};
use crate::{Engine, Happening};

/// Hours computed before others have their turn: about a quarter of a year.
const HOURS_A_TURN: usize = 6 * HOURS_AT_ONCE;

/// How far changed rules have reached.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RulesProgress {
    /// Hours computed again.
    pub done: u64,
    /// Hours to compute; 0 while they are being counted.
    pub total: u64,
}

/// Wakes whoever computes hours again, and says how far they are.
pub(crate) struct CatchUp {
    asked: watch::Sender<()>,
    progress: Mutex<Option<RulesProgress>>,
    turn: Mutex<()>,
}

/// How computing hours again ended.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ended {
    /// Every hour follows the rules.
    Done,
    /// The rules are others by now.
    Overtaken,
}

impl Default for CatchUp {
    fn default() -> Self {
        Self { asked: watch::Sender::new(()), progress: Mutex::new(None), turn: Mutex::new(()) }
    }
}

impl CatchUp {
    /// Asks for every stale hour. Where no jobs run there is nobody to do it, nor progress.
    pub(crate) fn ask(&self) {
        if self.asked.receiver_count() > 0 {
            self.set(Some(RulesProgress::default()));
            self.asked.send_replace(());
        }
    }

    /// Changes whenever it is asked for.
    pub(crate) fn asked(&self) -> watch::Receiver<()> {
        self.asked.subscribe()
    }

    /// Waits until nobody else computes hours.
    pub(crate) fn turn(&self) -> MutexGuard<'_, ()> {
        self.turn.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn progress(&self) -> Option<RulesProgress> {
        *self.progress.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn set(&self, progress: Option<RulesProgress>) -> Option<RulesProgress> {
        std::mem::replace(&mut *self.progress.lock().unwrap_or_else(PoisonError::into_inner), progress)
    }

    fn count(&self, total: usize) {
        self.change(|progress| *progress = RulesProgress { done: 0, total: total as u64 });
    }

    fn add(&self, hours: usize) {
        self.change(|progress| progress.done += hours as u64);
    }

    /// Changes the progress if rules changed; hours that events made stale are everyday work.
    fn change(&self, change: impl FnOnce(&mut RulesProgress)) {
        if let Some(progress) = &mut *self.progress.lock().unwrap_or_else(PoisonError::into_inner) {
            change(progress);
        }
    }
}

impl Engine {
    /// How far the category rules changed last have reached; `None` when they reach everywhere.
    #[must_use]
    pub fn rules_progress(&self, _person: PersonId) -> Option<RulesProgress> {
        self.catch_up.progress()
    }

    /// Computes every stale hour but the one that is running, newest first, and starts over when
    /// the rules change meanwhile. Tells as changed settings that changed rules reach everywhere.
    pub(crate) async fn catch_up(self: &Arc<Self>, person: PersonId) -> Result<(), Problem> {
        let outcome = loop {
            match self.catch_up_once(person).await {
                Ok(Ended::Overtaken) => {}
                Ok(Ended::Done) => break Ok(()),
                Err(problem) => break Err(problem),
            }
        };
        if self.catch_up.set(None).is_some() {
            self.tell(Happening::Settings { person });
        }
        outcome
    }

    async fn catch_up_once(self: &Arc<Self>, person: PersonId) -> Result<Ended, Problem> {
        let rules = self.category_rules(person);
        let (version, running) = (rules.version(), self.running_hour());
        let mut stale =
            self.reading(move |store| Ok(store.stale_hours(person, version, TimeRange::ALL)?)).await?;
        stale.retain(|stale| stale.hour != running);
        self.catch_up.count(stale.len());
        for hours in stale.rchunks(HOURS_A_TURN) {
            if self.compute_and_keep(person, &rules, hours).await? == Ended::Overtaken {
                return Ok(Ended::Overtaken);
            }
        }
        Ok(self.overtaken(person, &rules))
    }

    async fn compute_and_keep(
        self: &Arc<Self>,
        person: PersonId,
        rules: &Arc<CategoryRules>,
        stale: &[StaleHour],
    ) -> Result<Ended, Problem> {
        let (engine, rules, asked) = (Arc::clone(self), Arc::clone(rules), stale.to_vec());
        self.reading(move |store| {
            let _turn = engine.catch_up.turn();
            let stale = still_stale(store, person, &rules, &asked)?;
            engine.catch_up.add(asked.len() - stale.len());
            let ahead = Ahead { store, person, rules: &rules };
            ahead.compute(stale.rchunks(HOURS_AT_ONCE), |mut hours| {
                while !hours.is_empty() {
                    if engine.overtaken(person, &rules) == Ended::Overtaken {
                        return Ok(ControlFlow::Break(()));
                    }
                    let newest = hours.split_off(hours.len().saturating_sub(HOURS_A_WRITE));
                    let count = newest.len();
                    store.write(person, Write::PutRollup { version: rules.version(), hours: newest })?;
                    engine.catch_up.add(count);
                }
                Ok(ControlFlow::Continue(()))
            })?;
            Ok(engine.overtaken(person, &rules))
        })
        .await
    }

    fn overtaken(&self, person: PersonId, rules: &CategoryRules) -> Ended {
        if self.category_rules(person).version() == rules.version() { Ended::Done } else { Ended::Overtaken }
    }
}

/// Those of `asked`, ascending, that nobody has computed meanwhile.
fn still_stale(
    store: &dyn Store,
    person: PersonId,
    rules: &CategoryRules,
    asked: &[StaleHour],
) -> Result<Vec<StaleHour>, Problem> {
    let (Some(first), Some(last)) = (asked.first(), asked.last()) else { return Ok(Vec::new()) };
    let start = first.hour.range().start();
    let range = TimeRange::from(start, last.hour.range().end().since(start));
    let mut stale = store.stale_hours(person, rules.version(), range)?;
    stale.retain(|stale| asked.binary_search_by_key(&stale.hour, |asked| asked.hour).is_ok());
    Ok(stale)
}
