//! How good would another order have been? Estimates from what one slate was shown, and how likely it was.

use serde::Serialize;

/// One thing that was shown and what came of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Logged {
    /// What came of it, such as 1 for opened and 0 for not.
    pub reward: f64,
    /// How likely it was to be shown where it was.
    pub propensity: f64,
    /// How likely the order to be judged would show it there.
    pub target: f64,
    /// What a model expects to come of what was shown; 0 without a model.
    pub expected: f64,
    /// What the model expects of what the order to be judged would show; 0 without a model.
    pub expected_of_target: f64,
}

/// Mean reward of the order to be judged, by several estimates.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Estimates {
    /// Inverse propensity score: unbiased, of great variance (Horvitz and Thompson 1952).
    pub inverse_propensity: Estimate,
    /// The same, its weights summing to one: a little biased, steadier (Swaminathan and Joachims 2015).
    pub self_normalised: Estimate,
    /// A model, mended by what it missed: right where model or propensities are (Dudík, Langford and Li 2011,
    /// arXiv 1103.4601).
    pub doubly_robust: Estimate,
    /// How many observations under the judged order those with their weights are worth (Kish).
    pub effective_observations: f64,
}

/// A mean and how far it may be off.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Estimate {
    /// The mean.
    pub mean: f64,
    /// Its standard error.
    pub standard_error: f64,
}

/// Judges an order by what another one logged; weights above `most_weight` count as that, which costs a little bias and saves
/// much variance. `None` where nothing was logged or a propensity is no probability above 0.
#[must_use]
pub fn estimate(logged: &[Logged], most_weight: f64) -> Option<Estimates> {
    let sound = |row: &Logged| row.propensity > 0.0 && row.propensity <= 1.0 && row.target >= 0.0;
    if logged.is_empty() || !logged.iter().all(sound) {
        return None;
    }
    let weight = |row: &Logged| (row.target / row.propensity).min(most_weight);
    let weights: f64 = logged.iter().map(weight).sum();
    let squares: f64 = logged.iter().map(|row| weight(row).powi(2)).sum();
    let count = logged.len() as f64;
    let normalised = if weights > 0.0 {
        logged.iter().map(|row| weight(row) * row.reward).sum::<f64>() / weights
    } else {
        0.0
    };
    // Delta method: the error of a ratio is that of its residuals.
    let residual = |row: &Logged| weight(row) * (row.reward - normalised);
    let spread = logged.iter().map(|row| residual(row).powi(2)).sum::<f64>().sqrt();
    Some(Estimates {
        inverse_propensity: mean(logged.iter().map(|row| weight(row) * row.reward), count),
        self_normalised: Estimate {
            mean: normalised,
            standard_error: if weights > 0.0 { spread / weights } else { f64::INFINITY },
        },
        doubly_robust: mean(
            logged.iter().map(|row| weight(row).mul_add(row.reward - row.expected, row.expected_of_target)),
            count,
        ),
        effective_observations: if squares > 0.0 { weights * weights / squares } else { 0.0 },
    })
}

fn mean(of: impl Iterator<Item = f64> + Clone, count: f64) -> Estimate {
    let mean = of.clone().sum::<f64>() / count;
    let square = of.map(|value| (value - mean).powi(2)).sum::<f64>();
    let standard_error = if count > 1.0 { (square / (count - 1.0) / count).sqrt() } else { f64::INFINITY };
    Estimate { mean, standard_error }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rand::RngExt;

    use super::*;
    use crate::Seed;

    fn row(reward: f64, propensity: f64, target: f64) -> Logged {
        Logged { reward, propensity, target, expected: 0.0, expected_of_target: 0.0 }
    }

    #[test]
    fn three_rows_by_hand() {
        // Weights 2, 1/2 and 0: (2 · 1 + ½ · 1 + 0) / 3 and 2.5 / 2.5.
        let rows = [row(1.0, 0.5, 1.0), row(1.0, 0.5, 0.25), row(0.0, 0.5, 0.0)];
        let estimates = estimate(&rows, f64::INFINITY).unwrap();
        assert!((estimates.inverse_propensity.mean - 2.5 / 3.0).abs() < 1e-12);
        assert!((estimates.self_normalised.mean - 1.0).abs() < 1e-12);
        assert!((estimates.effective_observations - 6.25 / 4.25).abs() < 1e-12);
        // Clipped at 1: (1 + ½) / 3.
        assert!((estimate(&rows, 1.0).unwrap().inverse_propensity.mean - 0.5).abs() < 1e-12);
        assert_eq!(estimate(&[], 1.0), None);
        assert_eq!(estimate(&[row(1.0, 0.0, 1.0)], 1.0), None);
    }

    #[test]
    fn all_three_find_what_another_order_is_worth() {
        // Two asks, worth .2 and .6; logged with .8 and .2, judged is the other way round: .2 · .2 + .8 · .6 = .52.
        let mut chance = Seed(7).generator(0);
        let worth = [0.2, 0.6];
        let rows: Vec<Logged> = (0..40_000)
            .map(|_| {
                let shown = usize::from(chance.random::<f64>() < 0.2);
                let reward = f64::from(chance.random::<f64>() < worth[shown]);
                let [propensity, target] = [[0.8, 0.2], [0.2, 0.8]][shown];
                // A model that is off by a tenth everywhere.
                Logged {
                    expected: worth[shown] + 0.1,
                    expected_of_target: 0.62,
                    ..row(reward, propensity, target)
                }
            })
            .collect();
        let found = estimate(&rows, f64::INFINITY).unwrap();
        for estimate in [found.inverse_propensity, found.self_normalised, found.doubly_robust] {
            assert!((estimate.mean - 0.52).abs() < 3.5 * estimate.standard_error, "{found:?}");
            assert!(estimate.standard_error < 0.01);
        }
        assert!(found.doubly_robust.standard_error < found.inverse_propensity.standard_error);
    }

    proptest! {
        #[test]
        fn judging_the_order_that_logged_gives_its_own_mean(rewards in prop::collection::vec(0.0..1.0_f64, 1..40)) {
            let rows: Vec<Logged> = rewards.iter().map(|&reward| row(reward, 0.3, 0.3)).collect();
            let mean = rewards.iter().sum::<f64>() / rewards.len() as f64;
            let found = estimate(&rows, f64::INFINITY).unwrap();
            prop_assert!((found.inverse_propensity.mean - mean).abs() < 1e-9);
            prop_assert!((found.self_normalised.mean - mean).abs() < 1e-9);
            prop_assert!((found.doubly_robust.mean - mean).abs() < 1e-9);
        }
    }
}
