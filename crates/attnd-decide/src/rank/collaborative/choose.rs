//! Which settings learn best from this data? Those that foretell a part held back from what they learn from.

use super::error::CollaborativeError;
use super::filter::{FilterKind, FilterSetting, Run};
use super::interactions::Interactions;
use super::judge::{Case, judge};
use super::split::stratified;

/// Settings, and how well they did on what was held back.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Chosen {
    /// The settings.
    pub setting: FilterSetting,
    /// Their discounted gain in the first ten places on what was held back.
    pub ndcg: f64,
    /// How many settings were tried.
    pub tried: usize,
}

/// The best of the kind's settings by what `train` foretells of the cases: round after round, each around the best of
/// those before; equal ones by order. Give only cases that were held back from what is judged in the end.
///
/// # Errors
/// As [`FilterSetting::fit`].
pub fn choose(
    kind: &FilterKind,
    train: &Interactions,
    cases: &[Case<'_>],
    run: Run,
) -> Result<Chosen, CollaborativeError> {
    let tried = |setting: FilterSetting| -> Result<Chosen, CollaborativeError> {
        let ndcg = judge(setting.fit(train, run)?.as_ref(), cases, PLACES, run).ndcg;
        Ok(Chosen { setting, ndcg, tried: 1 })
    };
    let mut best = tried((kind.default)())?;
    for round in kind.rounds {
        for setting in round(best.setting) {
            let next = tried(setting)?;
            let count = best.tried + 1;
            best = Chosen { tried: count, ..if next.ndcg > best.ndcg { next } else { best } };
        }
    }
    Ok(best)
}

/// [`choose`] with a quarter of each thing's interactions held back.
///
/// # Errors
/// As [`choose`].
pub fn choose_by_shares(
    kind: &FilterKind,
    interactions: &Interactions,
    run: Run,
) -> Result<Chosen, CollaborativeError> {
    let split = stratified(interactions, 0.75, run.seed);
    let case = |mind| Case {
        history: split.train.of(mind),
        wanted: split.test.of(mind).iter().map(|one| one.thing).collect(),
    };
    let cases: Vec<Case<'_>> = (0..interactions.minds()).map(case).collect();
    choose(kind, &split.train, &cases, run)
}

/// Places that are judged: those a person sees without scrolling, and what the field reports.
const PLACES: usize = 10;
