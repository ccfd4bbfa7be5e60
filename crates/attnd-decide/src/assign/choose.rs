//! Which regime does an instance belong to? The first in the list that it fits, and why.

use super::allocation::Allocation;
use super::instance::{AssignError, Instance};
use super::regime::{REGIMES, RegimeKind, named};
use crate::crowd::Run;

/// The regime and, in words, why it was picked.
///
/// # Errors
/// What is wrong with the instance, or that no regime fits it.
pub fn choose(instance: &Instance) -> Result<(&'static RegimeKind, String), AssignError> {
    instance.check()?;
    if let Some(kind) = &instance.kind {
        let regime = named(kind).ok_or_else(|| AssignError::UnknownKind {
            kind: kind.clone(),
            known: REGIMES.iter().map(|regime| regime.name).collect::<Vec<_>>().join(", "),
        })?;
        return Ok((regime, "the instance names it".to_owned()));
    }
    REGIMES
        .iter()
        .find_map(|regime| Some((*regime, (regime.fits)(instance)?.to_owned())))
        .ok_or(AssignError::Nobody)
}

/// Picks the regime and solves it.
///
/// # Errors
/// What is wrong with the instance and what to do about it.
pub fn allocate(
    instance: &Instance,
    run: &mut Run<'_>,
) -> Result<(&'static RegimeKind, String, Allocation), AssignError> {
    let (regime, why) = choose(instance)?;
    let allocation = (regime.solve)(instance, run)?;
    Ok((regime, why, allocation))
}
