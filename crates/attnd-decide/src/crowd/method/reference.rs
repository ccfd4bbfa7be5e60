//! Do they say what the field's own programs say? Ten units, five minds, three labels, put together elsewhere.
//!
//! Wawa, zero-based skill and Dawid-Skene are Crowd-Kit 1.4.2's; one-coin, IBCC and BWA are the published formulas written
//! plainly in NumPy. No vote ties, so that Crowd-Kit's rule for ties does not matter.

use super::bwa::Bwa;
use super::dawid_skene::DawidSkene;
use super::ibcc::Ibcc;
use super::one_coin::OneCoin;
use super::picture::drawn;
use super::wawa::Wawa;
use super::zero_based::ZeroBased;
use crate::Seed;
use crate::crowd::{Aggregator, Consensus, Gold, Minds, Run};

/// Units between bars, a sign for each mind.
const PICTURE: &str = "aaab-|bbabb|ccac-|aab-a|bbbca|-cacc|abbbb|caaa-|ccbac|bb-bc";

#[track_caller]
fn expect(of: &dyn Aggregator, rows: [[f64; 3]; 10]) -> Consensus {
    let answers = drawn(PICTURE);
    let mut run = Run { seed: Seed(1), progress: &mut |_| () };
    let consensus = of.aggregate(&answers, &Gold::none(&answers), &mut run).unwrap();
    for (unit, (row, expected)) in consensus.posterior.rows().zip(rows).enumerate() {
        for (got, expected) in row.iter().zip(expected) {
            assert!((got - expected).abs() < 2e-6, "{of:?}, unit {unit}: {row:?}");
        }
    }
    consensus
}

/// What both weighted votes come to: their minds agree with the vote alike.
const WEIGHTED: [[f64; 3]; 10] = [
    [0.769_231, 0.230_769, 0.0],
    [0.123_348, 0.876_652, 0.0],
    [0.153_846, 0.0, 0.846_154],
    [0.848_649, 0.151_351, 0.0],
    [0.198_238, 0.616_74, 0.185_022],
    [0.157_303, 0.0, 0.842_697],
    [0.215_859, 0.784_141, 0.0],
    [0.730_769, 0.0, 0.269_231],
    [0.185_022, 0.123_348, 0.691_63],
    [0.0, 0.773_869, 0.226_131],
];

#[test]
fn weighted_votes_are_those_of_crowd_kit() {
    for of in [&Wawa as &dyn Aggregator, &ZeroBased::default()] {
        let Minds::Skills(skills) = expect(of, WEIGHTED).minds else { panic!("skills") };
        for (got, expected) in skills.iter().zip([0.777_778, 1.0, 0.444_444, 0.666_667, 0.714_286]) {
            assert!((got - expected).abs() < 1e-6, "{of:?}: {skills:?}");
        }
    }
}

#[test]
fn confusion_matrices_are_those_of_crowd_kit() {
    let once = [
        [0.856_803, 0.143_197, 0.0],
        [0.017_845, 0.982_155, 0.0],
        [0.054_541, 0.000_968, 0.944_491],
        [0.891_199, 0.108_801, 0.0],
        [0.066_78, 0.894_962, 0.038_258],
        [0.033_536, 0.004_417, 0.962_047],
        [0.042_583, 0.957_417, 0.0],
        [0.806_655, 0.002_736, 0.190_609],
        [0.055_825, 0.000_781, 0.943_394],
        [0.019_316, 0.960_405, 0.020_279],
    ];
    let seven_times = [
        [0.999_997, 0.000_003, 0.0],
        [0.0, 1.0, 0.0],
        [0.0, 0.0, 1.0],
        [0.999_998, 0.000_002, 0.0],
        [0.0, 1.0, 0.0],
        [0.0, 0.0, 1.0],
        [0.0, 1.0, 0.0],
        [0.939_163, 0.0, 0.060_837],
        [0.0, 0.0, 1.0],
        [0.0, 1.0, 0.0],
    ];
    // Crowd-Kit's rounds end with the step this begins with; its tolerance is off, as ours is.
    for (most_rounds, rows) in [(1, once), (7, seven_times)] {
        expect(&DawidSkene { tolerance: 0.0, most_rounds }, rows);
    }
}

#[test]
fn one_coin_is_the_model_of_the_paper() {
    let rows = [
        [0.999_24, 0.000_608, 0.000_153],
        [0.000_019, 0.999_969, 0.000_012],
        [0.000_096, 0.000_061, 0.999_843],
        [0.999_875, 0.000_076, 0.000_048],
        [0.000_763, 0.998_629, 0.000_607],
        [0.000_134, 0.000_085, 0.999_781],
        [0.000_374, 0.999_573, 0.000_054],
        [0.997_867, 0.000_267, 0.001_866],
        [0.000_192, 0.000_076, 0.999_731],
        [0.000_061, 0.999_635, 0.000_304],
    ];
    let consensus = expect(&OneCoin { tolerance: 0.0, most_rounds: 4 }, rows);
    let likelihood = consensus.objective.last().unwrap();
    assert!((likelihood - -40.198_413_994).abs() < 1e-8, "{likelihood}");
}

#[test]
fn bayesian_combination_is_that_of_the_paper() {
    let rows = [
        [0.971_934, 0.026_393, 0.001_673],
        [0.001_008, 0.998_842, 0.000_151],
        [0.005_358, 0.001_216, 0.993_426],
        [0.975_542, 0.023_267, 0.001_191],
        [0.003_644, 0.992_605, 0.003_751],
        [0.002_681, 0.003_302, 0.994_017],
        [0.003_147, 0.996_75, 0.000_103],
        [0.944_269, 0.000_986, 0.054_745],
        [0.008_237, 0.002_056, 0.989_707],
        [0.001_035, 0.995_749, 0.003_216],
    ];
    assert_eq!(expect(&Ibcc::default(), rows).objective.len(), 4);
}

#[test]
fn weighted_averages_are_those_of_the_paper() {
    let rows = [
        [0.727_226, 0.257_279, 0.015_495],
        [0.181_485, 0.805_86, 0.012_655],
        [0.223_136, 0.022_922, 0.753_942],
        [0.757_449, 0.227_062, 0.015_489],
        [0.205_693, 0.599_044, 0.195_263],
        [0.224_399, 0.023_549, 0.752_052],
        [0.208_728, 0.778_561, 0.012_71],
        [0.722_146, 0.022_769, 0.255_085],
        [0.206_884, 0.182_368, 0.610_748],
        [0.024_7, 0.743_447, 0.231_853],
    ];
    assert_eq!(expect(&Bwa::default(), rows).objective.len(), 4);
}
