//! How well does a filter foretell what minds handle next? Measures of the first places, among all unseen things.

use serde::Serialize;

use super::filter::{CollaborativeFilter, Run};
use super::interactions::Handled;
use super::sweep::in_threads;

/// One mind: what is known of it, and what it handled after, in rising order.
#[derive(Clone, Debug)]
pub struct Case<'a> {
    /// What it handled before, the latest last: not among what is judged.
    pub history: &'a [Handled],
    /// What it handled after.
    pub wanted: Vec<u32>,
}

/// Means over the minds with a history that wanted anything, as in the Recommenders project's
/// `evaluation/python_evaluation.py`: a thing is wanted or not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Judged {
    /// How many minds were judged.
    pub minds: usize,
    /// Discounted gain over that of the best order, base-2 logarithms.
    pub ndcg: f64,
    /// Precision at each hit, summed, over how many were wanted.
    pub map: f64,
    /// Hits over places.
    pub precision: f64,
    /// Hits over how many were wanted.
    pub recall: f64,
    /// Minds with a hit.
    pub hit_rate: f64,
    /// One over the place of the first wanted thing, among all unseen things.
    pub reciprocal_rank: f64,
    /// Things in some mind's places over all things.
    pub coverage: f64,
}

/// Judges the first `places` for each case.
#[must_use]
pub fn judge(filter: &dyn CollaborativeFilter, cases: &[Case<'_>], places: usize, run: Run) -> Judged {
    let cases: Vec<&Case<'_>> =
        cases.iter().filter(|case| !case.wanted.is_empty() && !case.history.is_empty()).collect();
    let mut found = vec![One::default(); cases.len()];
    let share = cases.len().div_ceil(run.threads.get()).max(1);
    in_threads(cases.chunks(share).zip(found.chunks_mut(share)).collect(), |(cases, found)| {
        for (case, found) in cases.iter().zip(found) {
            *found = One::of(filter.scores(case.history), case, places);
        }
    });
    let mean = |of: fn(&One) -> f64| found.iter().map(of).sum::<f64>() / found.len().max(1) as f64;
    let mut covered = vec![false; filter.things()];
    found.iter().flat_map(|one| &one.first).for_each(|&thing| covered[thing as usize] = true);
    Judged {
        minds: found.len(),
        ndcg: mean(|one| one.ndcg),
        map: mean(|one| one.map),
        precision: mean(|one| one.precision),
        recall: mean(|one| one.recall),
        hit_rate: mean(|one| f64::from(u8::from(one.recall > 0.0))),
        reciprocal_rank: mean(|one| one.reciprocal_rank),
        coverage: covered.iter().filter(|&&covered| covered).count() as f64 / covered.len().max(1) as f64,
    }
}

/// The first `places` of the things by score, those of `history` left out; equal scores by number.
#[must_use]
pub fn first_places(mut scores: Vec<f32>, history: &[Handled], places: usize) -> Vec<u32> {
    history.iter().for_each(|one| scores[one.thing as usize] = f32::NAN);
    let mut order: Vec<u32> =
        (0_u32..).take(scores.len()).filter(|&at| !scores[at as usize].is_nan()).collect();
    let before = |a: &u32, b: &u32| scores[*b as usize].total_cmp(&scores[*a as usize]).then(a.cmp(b));
    if places < order.len() {
        order.select_nth_unstable_by(places, before);
        order.truncate(places);
    }
    order.sort_unstable_by(before);
    order
}

#[derive(Clone, Debug, Default)]
struct One {
    ndcg: f64,
    map: f64,
    precision: f64,
    recall: f64,
    reciprocal_rank: f64,
    first: Vec<u32>,
}

impl One {
    fn of(mut scores: Vec<f32>, case: &Case<'_>, places: usize) -> Self {
        case.history.iter().for_each(|one| scores[one.thing as usize] = f32::NEG_INFINITY);
        let rank = |&thing: &u32| {
            let own = scores[thing as usize];
            let ahead = |(at, score): (usize, &f32)| *score > own || (*score == own && at < thing as usize);
            scores.iter().enumerate().filter(|&one| ahead(one)).count()
        };
        let best = case.wanted.iter().map(rank).min().unwrap_or_default();
        let first = first_places(scores, case.history, places);
        let (mut gain, mut hits, mut precisions) = (0.0, 0.0, 0.0);
        for (place, thing) in first.iter().enumerate() {
            if case.wanted.binary_search(thing).is_ok() {
                hits += 1.0;
                gain += discount(place);
                precisions += hits / (place + 1) as f64;
            }
        }
        let wanted = case.wanted.len();
        let most: f64 = (0..wanted.min(places)).map(discount).sum();
        Self {
            ndcg: gain / most,
            map: precisions / wanted as f64,
            precision: hits / places as f64,
            recall: hits / wanted as f64,
            reciprocal_rank: 1.0 / (best + 1) as f64,
            first,
        }
    }
}

fn discount(place: usize) -> f64 {
    1.0 / ((place + 2) as f64).log2()
}
