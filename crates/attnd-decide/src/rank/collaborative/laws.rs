//! Does implicit least squares keep the laws of its equations, and agree with its best-known implementation?

use std::num::NonZero;

use proptest::prelude::*;

use super::error::CollaborativeError;
use super::filter::{CollaborativeFilter, Run};
use super::ials::{Ials, IalsSetting};
use super::interactions::{Interaction, Interactions};
use super::kernel::LANES;
use crate::Seed;

const RUN: Run = Run { seed: Seed(1), threads: NonZero::<usize>::MIN };

fn table(things: usize, rows: &[&[f32]]) -> Interactions {
    let all = rows.iter().zip(0..).flat_map(|(row, mind)| {
        let one = move |(&weight, thing): (&f32, u32)| Interaction { mind, thing, weight };
        row.iter().zip(0..).map(one).filter(|one| one.weight > 0.0)
    });
    Interactions::new(rows.len(), things, all).unwrap()
}

fn small() -> Interactions {
    let rows: [&[f32]; 6] = [
        &[1., 0., 2., 0., 0.],
        &[0., 1., 0., 0., 3.],
        &[1., 1., 0., 0., 0.],
        &[0., 0., 1., 1., 0.],
        &[2., 0., 0., 1., 1.],
        &[0., 3., 0., 0., 1.],
    ];
    table(5, &rows)
}

/// As many factors as things leave one minimum, which `implicit` 0.7.3 (PyPI) finds too: `AlternatingLeastSquares(
/// factors=5, regularization=.5, alpha=1, iterations=3000, use_cg=False)` on `1 + 3w`.
#[test]
fn scores_and_reasons_are_those_of_implicit() {
    let expected = [
        [0.934118, 0.074526, 0.946217, 0.176551, -0.044612],
        [0.07542, 0.948841, -0.045366, 0.052557, 0.972524],
        [0.930004, 0.911501, 0.083744, -0.039938, 0.192914],
        [0.123737, -0.078276, 0.928218, 0.906707, 0.082115],
        [0.960815, 0.133357, 0.12256, 0.932229, 0.934647],
        [0.076961, 0.976904, -0.041565, 0.041565, 0.938649],
    ];
    let setting =
        IalsSetting { factors: 5, regularisation: 0.5, weight: 3.0, frequency_power: 0.0, sweeps: 3_000 };
    let ials = Ials::fit(&small(), &setting, RUN).unwrap();
    for (mind, expected) in expected.iter().enumerate() {
        for (found, expected) in ials.scores(small().of(mind)).iter().zip(expected) {
            assert!((found - expected).abs() < 1e-3, "{mind}: {found} {expected}");
        }
    }
    // `explain(4, …, 1)`.
    let because = ials.because(small().of(4), 1);
    for (because, (thing, value)) in because.iter().zip([(0, 0.06504815), (3, -0.12961538), (4, 0.19792448)])
    {
        assert_eq!(because.thing, Some(thing));
        assert!((because.value - value).abs() < 1e-3, "{because:?} {value}");
    }
}

/// `Σ c(p − x·y)² + λ(Σ|x|² + Σ|y|²)` with the minds' factors at their minimum.
fn objective(ials: &Ials, interactions: &Interactions) -> f64 {
    let things: Vec<Vec<f64>> = (0..).take(ials.things).map(|at| ials.thing(at).collect()).collect();
    let square = |of: &[f64]| of.iter().map(|value| value * value).sum::<f64>();
    let by_thing = interactions.transposed();
    let mean = ials.setting.mean_share(&by_thing);
    let mut sum = 0.0;
    for (at, thing) in things.iter().enumerate() {
        let share = ials.setting.share(by_thing.of(at), by_thing.things()) / mean;
        sum += f64::from(ials.setting.regularisation) * share * square(thing);
    }
    for mind in 0..interactions.minds() {
        let history = interactions.of(mind);
        let x = ials.mind(history);
        let share = ials.setting.share(history, ials.things) / ials.mean_share;
        sum += f64::from(ials.setting.regularisation) * share * square(&x);
        for (at, thing) in things.iter().enumerate() {
            let score: f64 = x.iter().zip(thing).map(|(x, y)| x * y).sum();
            let handled = history.iter().find(|one| one.thing as usize == at);
            sum += handled.map_or(score * score, |one| {
                (1.0 + f64::from(ials.setting.weight * one.weight)) * (1.0 - score).powi(2)
            });
        }
    }
    sum
}

/// `x` of `a x = b` by elimination.
fn eliminated(mut a: Vec<Vec<f64>>, mut b: Vec<f64>) -> Vec<f64> {
    let size = b.len();
    for step in 0..size {
        for row in (0..size).filter(|&row| row != step) {
            let scale = a[row][step] / a[step][step];
            let pivot = a[step].clone();
            a[row].iter_mut().zip(pivot).for_each(|(value, pivot)| *value -= scale * pivot);
            b[row] -= scale * b[step];
        }
    }
    (0..size).map(|at| b[at] / a[at][at]).collect()
}

fn some_table() -> impl Strategy<Value = Interactions> {
    let weight = prop_oneof![2 => Just(0.0_f32), 1 => 0.1_f32..4.0];
    prop::collection::vec(prop::collection::vec(weight, 7), 1..9).prop_map(|rows| {
        let rows: Vec<&[f32]> = rows.iter().map(Vec::as_slice).collect();
        table(7, &rows)
    })
}

fn some_setting() -> impl Strategy<Value = IalsSetting> {
    (1_usize..20, 0.05_f32..20.0, 0.1_f32..20.0, 0.0_f32..=1.0, 1_usize..6).prop_map(
        |(factors, regularisation, weight, frequency_power, sweeps)| IalsSetting {
            factors,
            regularisation,
            weight,
            frequency_power,
            sweeps,
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn a_mind_solves_its_normal_equations(interactions in some_table(), setting in some_setting()) {
        let ials = Ials::fit(&interactions, &setting, RUN).unwrap();
        let size = ials.blocks * LANES;
        let rows: Vec<Vec<f64>> = (0..).take(ials.things).map(|at| ials.thing(at).collect()).collect();
        for mind in 0..interactions.minds() {
            let history = interactions.of(mind);
            let share = setting.share(history, ials.things) / ials.mean_share;
            let mut a = vec![vec![0.0; size]; size];
            let mut b = vec![0.0; size];
            for (thing, y) in rows.iter().enumerate() {
                let handled = history.iter().find(|one| one.thing as usize == thing);
                let weight = 1.0 + handled.map_or(0.0, |one| f64::from(setting.weight * one.weight));
                for row in 0..size {
                    (0..size).for_each(|column| a[row][column] += weight * y[row] * y[column]);
                    b[row] += if handled.is_some() { weight * y[row] } else { 0.0 };
                }
            }
            (0..size).for_each(|at| a[at][at] += f64::from(setting.regularisation) * share);
            for (found, expected) in ials.mind(history).iter().zip(eliminated(a, b)) {
                prop_assert!((found - expected).abs() < 1e-3 * (1.0 + expected.abs()), "{found} {expected}");
            }
        }
    }

    #[test]
    fn no_sweep_raises_the_objective(interactions in some_table(), setting in some_setting()) {
        let after = |sweeps| {
            objective(&Ials::fit(&interactions, &IalsSetting { sweeps, ..setting }, RUN).unwrap(), &interactions)
        };
        let objectives: Vec<f64> = (1..6).map(after).collect();
        for pair in objectives.windows(2) {
            prop_assert!(pair[1] <= pair[0] * (1.0 + 1e-5), "{objectives:?}");
        }
    }

    /// With as many factors as things the minimum is one, so it cannot depend on how things are numbered.
    #[test]
    fn numbers_of_things_do_not_matter_at_the_minimum(interactions in some_table()) {
        let setting = IalsSetting { factors: 16, regularisation: 1.0, weight: 2.0, frequency_power: 0.0, sweeps: 400 };
        let turned = |thing| 6 - thing;
        let other = interactions.iter().map(|one| Interaction { thing: turned(one.thing), ..one });
        let other = Interactions::new(interactions.minds(), 7, other).unwrap();
        let (one, other_way) =
            (Ials::fit(&interactions, &setting, RUN).unwrap(), Ials::fit(&other, &setting, RUN).unwrap());
        for mind in 0..interactions.minds() {
            let (a, b) = (one.scores(interactions.of(mind)), other_way.scores(other.of(mind)));
            for thing in 0..7 {
                prop_assert!((a[thing as usize] - b[turned(thing) as usize]).abs() < 2e-2, "{a:?} {b:?}");
            }
        }
    }
}

#[test]
fn settings_outside_their_bounds_are_refused() {
    let nan = IalsSetting { regularisation: f32::NAN, ..IalsSetting::default() };
    let none = IalsSetting { factors: 0, ..IalsSetting::default() };
    for (setting, name) in [(nan, "regularisation"), (none, "factors")] {
        let error = Ials::fit(&small(), &setting, RUN).unwrap_err();
        assert!(matches!(error, CollaborativeError::Setting { setting, .. } if setting == name), "{error}");
    }
}
