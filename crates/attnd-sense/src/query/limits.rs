//! How much may one query take?

use super::error::{Fault, QueryErrorKind};

/// What one run of a query may take.
#[derive(Clone, Copy)]
pub struct Limits<'a> {
    /// Events and values touched, all together.
    pub steps: u64,
    /// Events and values held at one time; an event is some 40 bytes beside its shared data.
    pub events: u64,
    /// Asked now and then; once it says `true` the query stops.
    pub cancelled: Option<&'a (dyn Fn() -> bool + 'a)>,
}

impl Default for Limits<'_> {
    /// Enough for the canonical query over several years of one person.
    fn default() -> Self {
        Self { steps: 500_000_000, events: 10_000_000, cancelled: None }
    }
}

impl std::fmt::Debug for Limits<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Limits")
            .field("steps", &self.steps)
            .field("events", &self.events)
            .finish_non_exhaustive()
    }
}

/// What is left of the limits while a query runs.
pub(super) struct Budget<'a> {
    limits: Limits<'a>,
    steps_left: u64,
}

impl<'a> Budget<'a> {
    pub(super) const fn new(limits: Limits<'a>) -> Self {
        Self { limits, steps_left: limits.steps }
    }

    /// Takes `steps`, and asks whether to go on.
    pub(super) fn spend(&mut self, steps: u64) -> Result<(), Fault> {
        self.steps_left = self.steps_left.checked_sub(steps).ok_or_else(|| {
            Fault::too_expensive(format!("the query needs more than {} steps", self.limits.steps))
        })?;
        if self.limits.cancelled.is_some_and(|cancelled| cancelled()) {
            return Err(Fault {
                kind: QueryErrorKind::Cancelled,
                message: "the query was stopped: it took too long, or its asker went away".to_owned(),
            });
        }
        Ok(())
    }

    /// Refuses to hold more than allowed.
    pub(super) fn check_held(&self, held: u64) -> Result<(), Fault> {
        if held > self.limits.events {
            return Err(Fault::too_expensive(format!(
                "the query would hold more than {} events and values at one time",
                self.limits.events
            )));
        }
        Ok(())
    }

    /// The most events a list may have.
    pub(super) fn most_events(&self) -> usize {
        usize::try_from(self.limits.events).unwrap_or(usize::MAX)
    }
}
