//! Which kinds of allocation are there? One list, asked in its order: a new one is one file and one line here.

pub mod completion;
pub mod covering;
pub mod fluid;
pub mod generalised;
pub mod makespan;
pub mod precedence;
pub mod redundancy;
pub mod transportation;

use super::allocation::Allocation;
use super::instance::{AssignError, Instance};
use crate::crowd::Run;

/// One kind of allocation.
#[derive(Debug)]
pub struct RegimeKind {
    /// Its stable name, as in an instance's `kind`.
    pub name: &'static str,
    /// What it gives whom, in one sentence.
    pub about: &'static str,
    /// Why the instance is of this kind, where it is.
    pub fits: fn(&Instance) -> Option<&'static str>,
    /// Allocates.
    pub solve: fn(&Instance, &mut Run<'_>) -> Result<Allocation, AssignError>,
}

/// Every regime; the first that fits is taken, so the narrower come first.
pub const REGIMES: &[&RegimeKind] = &[
    &makespan::KIND,
    &completion::KIND,
    &fluid::KIND,
    &precedence::KIND,
    &redundancy::KIND,
    &covering::KIND,
    &transportation::KIND,
    &generalised::KIND,
];

/// The regime of that name.
#[must_use]
pub fn named(name: &str) -> Option<&'static RegimeKind> {
    REGIMES.iter().copied().find(|kind| kind.name == name)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::Seed;
    use crate::assign::allocate;

    /// The regime picked and what it gives, its bound checked against its value.
    pub(crate) fn allocated(instance: &Instance) -> (&'static str, Allocation) {
        let (regime, _, allocation) =
            allocate(instance, &mut Run { seed: Seed(1), progress: &mut |_| {} }).unwrap();
        let better = if allocation.goal.maximises() {
            allocation.value - allocation.bound
        } else {
            allocation.bound - allocation.value
        };
        assert!(better <= 1e-6 * allocation.value.abs().max(1.0), "{allocation:?} beats its bound");
        (regime.name, allocation)
    }
}
