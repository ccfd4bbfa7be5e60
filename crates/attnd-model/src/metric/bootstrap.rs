//! How much of a figure is the luck of who took part? Bootstrap over people, seeded.

use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};

use super::calibration::{brier_of, log_loss_of, quantile};
use super::ranking::{Ranked, area_under_curve};
use super::{PersonScored, Scored, number};
use crate::estimator::Seed;

/// Where a figure lies in 95 of 100 draws of the people (percentile bootstrap, Efron 1979, doi:10.1214/aos/1176344552; whole
/// people are drawn because answers of one person are not independent).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Interval {
    /// Below it lie 2.5 of 100.
    pub low: f64,
    /// Above it lie 2.5 of 100.
    pub high: f64,
}

/// Intervals of one model's figures; `None` where a figure is not defined in most draws.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Resampled {
    /// Of the pooled area under the curve.
    pub auc_pooled: Option<Interval>,
    /// Of the mean area within people.
    pub auc_within: Option<Interval>,
    /// Of the Brier score.
    pub brier: Option<Interval>,
    /// Of the log-loss.
    pub log_loss: Option<Interval>,
}

/// How often people are drawn: the ends move by less than a hundredth of the interval beyond this.
pub(crate) const DRAWS: usize = 1_000;

/// Draws as many people as there are, with replacement, again and again, and looks at the figures of each draw.
#[must_use]
pub fn by_person(people: &[PersonScored], seed: Seed) -> Resampled {
    if people.len() < 2 {
        return Resampled::default();
    }
    let answers = people
        .iter()
        .enumerate()
        .flat_map(|(index, person)| person.scored.iter().map(move |one| (*one, index)));
    let ranked = Ranked::new(answers);
    let within: Vec<Option<f64>> = people.iter().map(|person| area_under_curve(&person.scored)).collect();
    let brier = Totals::of(people, brier_of);
    let log_loss = Totals::of(people, log_loss_of);
    let mut found: [Vec<f64>; 4] = Default::default();
    for times in draws(people.len(), seed) {
        let figures =
            [ranked.area(&times), weighed(&within, &times), brier.mean(&times), log_loss.mean(&times)];
        for (kept, figure) in found.iter_mut().zip(figures) {
            kept.extend(figure);
        }
    }
    let [auc_pooled, auc_within, brier, log_loss] = found.map(Interval::of);
    Resampled { auc_pooled, auc_within, brier, log_loss }
}

/// `[draw][person]`: how often each person was drawn.
pub(crate) fn draws(people: usize, seed: Seed) -> impl Iterator<Item = Vec<usize>> {
    let mut random = ChaCha8Rng::seed_from_u64(seed.0);
    (0..DRAWS).map(move |_| {
        let mut times = vec![0; people];
        for _ in 0..people {
            times[random.random_range(0..people)] += 1;
        }
        times
    })
}

impl Interval {
    /// The middle 95 of 100 of these; `None` if fewer than nine tenths of the draws had the figure.
    pub(crate) fn of(mut figures: Vec<f64>) -> Option<Self> {
        if figures.len() * 10 < DRAWS * 9 {
            return None;
        }
        figures.sort_by(f64::total_cmp);
        Some(Self { low: quantile(&figures, 0.025)?, high: quantile(&figures, 0.975)? })
    }
}

/// A loss summed for each person.
#[derive(Clone, Debug)]
pub(crate) struct Totals {
    /// `[person]`: sum and number of answers.
    sums: Vec<(f64, usize)>,
}

impl Totals {
    fn of(people: &[PersonScored], loss: fn(&Scored) -> f64) -> Self {
        let sum = |person: &PersonScored| (person.scored.iter().map(loss).sum(), person.scored.len());
        Self { sums: people.iter().map(sum).collect() }
    }

    /// The log-loss.
    pub(crate) fn log_loss(people: &[PersonScored]) -> Self {
        Self::of(people, log_loss_of)
    }

    /// Mean over answers when each person counts `times[person]` times.
    pub(crate) fn mean(&self, times: &[usize]) -> Option<f64> {
        let (mut total, mut answers) = (0.0, 0);
        for ((sum, count), times) in self.sums.iter().zip(times) {
            total += sum * number(*times);
            answers += count * times;
        }
        (answers > 0).then(|| total / number(answers))
    }
}

fn weighed(figures: &[Option<f64>], times: &[usize]) -> Option<f64> {
    let (mut total, mut people) = (0.0, 0);
    for (figure, times) in figures.iter().zip(times) {
        if let Some(figure) = figure {
            total += figure * number(*times);
            people += times;
        }
    }
    (people > 0).then(|| total / number(people))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Everybody's probability is one half; a person's answers are all yes with chance one half.
    fn coins(people: usize, seed: u64) -> Vec<PersonScored> {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        (0..people)
            .map(|person| {
                let probability = f64::from(random.random_range(1..=9_u8)) / 10.0;
                let scored = (0..20).map(|_| Scored { probability, yes: random.random_bool(0.5) }).collect();
                PersonScored { person: person.to_string(), scored }
            })
            .collect()
    }

    #[test]
    fn the_interval_of_a_mean_is_as_wide_as_theory_says() {
        let people = coins(200, 3);
        let brier = by_person(&people, Seed(1)).brier.unwrap();
        let means: Vec<f64> =
            people.iter().map(|person| crate::metric::brier(&person.scored).unwrap()).collect();
        let mean = means.iter().sum::<f64>() / 200.0;
        let sd = (means.iter().map(|one| (one - mean).powi(2)).sum::<f64>() / 199.0).sqrt();
        let half = 1.96 * sd / 200_f64.sqrt();
        assert!((brier.low - (mean - half)).abs() < half * 0.15, "{brier:?} {mean} ± {half}");
        assert!((brier.high - (mean + half)).abs() < half * 0.15, "{brier:?} {mean} ± {half}");
    }

    #[test]
    fn the_same_seed_draws_the_same_people() {
        let people = coins(9, 5);
        assert_eq!(by_person(&people, Seed(1)), by_person(&people, Seed(1)));
        assert_ne!(by_person(&people, Seed(1)), by_person(&people, Seed(2)));
    }

    #[test]
    fn nobody_and_one_person_have_no_interval() {
        assert_eq!(by_person(&[], Seed(1)), Resampled::default());
        assert_eq!(by_person(&coins(1, 1), Seed(1)), Resampled::default());
    }
}
