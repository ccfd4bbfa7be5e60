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

#[cfg(test)]
mod tests {
    use std::num::NonZero;

    use super::*;
    use crate::Seed;
    use crate::rank::collaborative::Because;

    /// Gives each mind the scores that were written down for it; a history's first weight says which.
    #[derive(Debug)]
    struct Written(Vec<Vec<f32>>);

    impl CollaborativeFilter for Written {
        fn things(&self) -> usize {
            self.0[0].len()
        }

        fn scores(&self, history: &[Handled]) -> Vec<f32> {
            self.0[history[0].weight as usize].clone()
        }

        fn because(&self, _history: &[Handled], _thing: u32) -> Vec<Because> {
            Vec::new()
        }
    }

    /// The data and figures of the Recommenders project's own test,
    /// `tests/unit/recommenders/evaluation/test_python_evaluation.py`: its ten first places.
    #[test]
    fn measures_are_those_of_the_recommenders_project() {
        let wanted: [&[u32]; 3] = [&[1, 2, 3], &[1, 4, 5, 6, 7], &[2, 5, 6, 8, 9, 10, 11, 12, 13, 14]];
        let ranked: [&[u32]; 3] = [&[3, 10, 12], &[10, 3, 5, 11, 13], &[4, 10, 7, 13, 1, 3, 5, 2, 11, 14]];
        let mut scores = vec![vec![0.0; 15]; 3];
        // What was not ranked there cannot take a place here.
        let histories: Vec<Vec<Handled>> = (0..3)
            .map(|mind| {
                let others = (0..15).filter(|thing| !ranked[mind].contains(thing));
                others.map(|thing| Handled { thing, weight: mind as f32 }).collect()
            })
            .collect();
        for (scores, ranked) in scores.iter_mut().zip(ranked) {
            ranked
                .iter()
                .zip(0_u8..)
                .for_each(|(&thing, place)| scores[thing as usize] = 20.0 - f32::from(place));
        }
        let cases: Vec<Case<'_>> = histories
            .iter()
            .zip(wanted)
            .map(|(history, wanted)| Case { history, wanted: wanted.to_vec() })
            .collect();
        let run = Run { seed: Seed(1), threads: NonZero::new(2).unwrap() };
        let found = judge(&Written(scores), &cases, 10, run);
        let close =
            |found: f64, expected: f64| assert!((found - expected).abs() < 1e-4, "{found} {expected}");
        close(found.ndcg, 0.38172);
        close(found.map, 0.23613);
        close(found.precision, 0.26666);
        close(found.recall, 0.37777);
        close(found.hit_rate, 1.0);
        close(found.reciprocal_rank, (1.0 + 1.0 / 3.0 + 1.0 / 2.0) / 3.0);
    }

    #[test]
    fn equal_scores_go_by_number_and_nothing_is_judged_of_nobody() {
        assert_eq!(first_places(vec![1.0; 5], &[Handled { thing: 1, weight: 1.0 }], 3), [0, 2, 3]);
        let run = Run { seed: Seed(1), threads: NonZero::<usize>::MIN };
        assert_eq!(judge(&Written(vec![vec![]]), &[], 10, run), Judged::default());
    }
}
