//! Do the methods find on published answers what their authors found, and is the default as good as is said?

use attnd_decide::Seed;
use attnd_decide::crowd::metric::{self, Scale, agreement, krippendorff_alpha};
use attnd_decide::crowd::{Answers, AnswersBuilder, Consensus, Gold, Repeats, Run, named};
use attnd_sense::answers::{ANSWER_COLUMNS, TRUTH_COLUMNS, rows};

use super::set;

/// Answers of a set, and the truth of it, which no method below is told.
fn read(name: &str) -> (Answers, Gold) {
    let open = |file: &str| std::fs::File::open(set(&format!("crowd/{name}/{file}"))).unwrap();
    let mut builder = AnswersBuilder::new(Repeats::Distinct);
    rows(open("labels.csv"), ANSWER_COLUMNS, |[unit, mind, label]| builder.answer(unit, mind, label))
        .unwrap();
    rows(open("truth.csv"), TRUTH_COLUMNS, |[unit, label]| builder.gold(unit, label)).unwrap();
    builder.build().unwrap()
}

/// What a method makes of answers without gold.
fn consensus(method: &str, answers: &Answers) -> Consensus {
    let aggregator = (named(method).unwrap().make)();
    let mut run = Run { seed: Seed(1), progress: &mut |_| {} };
    aggregator.aggregate(answers, &Gold::none(answers), &mut run).unwrap()
}

/// Its expected accuracy on the truth.
fn accuracy_of(method: &str, answers: &Answers, truth: &Gold) -> f64 {
    metric::accuracy(&consensus(method, answers).posterior, truth).unwrap()
}

/// Accuracy with ties at random of the vote, BWA and IBCC: outputs of the notebooks of
/// github.com/yuan-li/truth-inference-at-scale, to four digits.
const PUBLISHED: [(&str, f64, f64, f64); 12] = [
    ("cf", 0.8822, 0.8933, 0.8833),
    ("ms", 0.7042, 0.7857, 0.7900),
    ("sp", 0.8859, 0.9170, 0.9150),
    ("zencrowd_us", 0.8615, 0.9108, 0.8270),
    ("d_product", 0.8966, 0.9194, 0.9383),
    ("s_face", 0.6367, 0.6182, 0.6404),
    ("s_adult", 0.7583, 0.7417, 0.7447),
    ("bluebirds", 0.7593, 0.7593, 0.8889),
    ("dog", 0.8222, 0.8315, 0.8389),
    ("snow_rte", 0.8969, 0.9275, 0.9275),
    ("trec", 0.6514, 0.6044, 0.7055),
    ("web", 0.7307, 0.8225, 0.7508),
];

#[test]
fn vote_bwa_and_ibcc_are_the_published_ones_to_four_digits() {
    let mut wrong = Vec::new();
    for (set, vote, bwa, ibcc) in PUBLISHED {
        let (answers, truth) = read(set);
        for (method, published) in [("majority", vote), ("bwa", bwa), ("ibcc", ibcc)] {
            let found = accuracy_of(method, &answers, &truth);
            if (found - published).abs() > 0.000_05 + 1e-9 {
                wrong.push(format!("{set} {method}: {found:.5}, published {published}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Krippendorff's alpha, consistency, mean uncertainty of units and agreement with the vote, as Crowd-Kit 1.4.2 says.
const MEASURED: [(&str, f64, f64, f64, f64); 6] = [
    ("snow_wsd", 0.937_200, 1.000_000, 0.040_897, 0.986_441),
    ("snow_temp", 0.223_413, 0.992_138, 0.524_601, 0.753_680),
    ("bluebirds", 0.125_501, 0.958_053, 0.587_283, 0.696_819),
    ("cf", 0.576_837, 0.986_670, 0.420_872, 0.796_512),
    ("ms", 0.301_031, 0.806_136, 0.696_454, 0.635_993),
    ("s_face", 0.494_920, 0.967_110, 0.520_373, 0.765_166),
];

#[test]
fn measures_of_agreement_are_those_of_crowd_kit() {
    for (set, alpha, consistency, uncertainty, agreed) in MEASURED {
        let (answers, _) = read(set);
        let vote = agreement::plurality(&answers);
        let skills: Vec<f64> =
            agreement::mind_agreement(&answers, &vote).into_iter().map(Option::unwrap).collect();
        let found = [
            krippendorff_alpha(&answers, Scale::Nominal).unwrap(),
            mean(agreement::consistency(&answers, &vote, &skills)),
            mean(agreement::unit_uncertainty(&answers)),
            agreement::mean_agreement(&answers, &vote).unwrap(),
        ];
        for (found, measured) in found.into_iter().zip([alpha, consistency, uncertainty, agreed]) {
            assert!((found - measured).abs() < 1e-6, "{set}: {found} where Crowd-Kit says {measured}");
        }
    }
}

fn mean(values: Vec<Option<f64>>) -> f64 {
    values.iter().flatten().sum::<f64>() / values.iter().flatten().count() as f64
}

/// Crowd-Kit's methods, in the order of the columns of [`CROWD_KIT`].
const CROWD_KIT_METHODS: [&str; 9] =
    ["majority", "Wawa", "zero-based skill", "Dawid-Skene", "one-coin", "GLAD", "MACE", "KOS", "M-MSR"];

/// What Crowd-Kit 1.4.2 reaches at its defaults, ties to the first label; nothing where it is for fewer labels or takes
/// minutes to hours.
const CROWD_KIT: [(&str, [Option<f64>; 9]); 15] = {
    const fn row(figures: [f64; 9]) -> [Option<f64>; 9] {
        let mut row = [None; 9];
        let mut column = 0;
        while column < 9 {
            if figures[column] > 0.0 {
                row[column] = Some(figures[column]);
            }
            column += 1;
        }
        row
    }
    [
        ("bluebirds", row([0.7593, 0.7593, 0.7593, 0.8889, 0.5833, 0.7222, 0.7315, 0.7222, 0.7130])),
        ("snow_rte", row([0.9187, 0.9213, 0.9213, 0.9275, 0.9250, 0.9250, 0.9263, 0.4975, 0.8575])),
        ("snow_temp", row([0.9394, 0.9437, 0.9437, 0.9416, 0.9394, 0.9372, 0.9437, 0.5693, 0.9242])),
        ("snow_wsd", row([0.9944, 0.9944, 0.9944, 0.9944, 0.0, 0.0, 0.0, 0.0, 0.0])),
        ("dog", row([0.8178, 0.8290, 0.8302, 0.8426, 0.8302, 0.8340, 0.8352, 0.0, 0.8278])),
        ("s_face", row([0.6301, 0.6301, 0.6301, 0.6404, 0.6113, 0.6301, 0.6473, 0.0, 0.6301])),
        ("labelme", row([0.7690, 0.7740, 0.0, 0.7920, 0.7670, 0.7750, 0.7760, 0.0, 0.0])),
        ("cf", row([0.9000, 0.8933, 0.8933, 0.8300, 0.8867, 0.8800, 0.8867, 0.0, 0.7733])),
        ("ms", row([0.7114, 0.7971, 0.8000, 0.7686, 0.7929, 0.7886, 0.7957, 0.0, 0.7400])),
        ("sp", row([0.8896, 0.8950, 0.8946, 0.9152, 0.9166, 0.9172, 0.9162, 0.8192, 0.9008])),
        ("zencrowd_us", row([0.8676, 0.8662, 0.8632, 0.8294, 0.9039, 0.8789, 0.8167, 0.8706, 0.8681])),
        ("d_product", row([0.8966, 0.8966, 0.8966, 0.9397, 0.9084, 0.9286, 0.9321, 0.8955, 0.0])),
        ("web", row([0.7765, 0.8168, 0.8262, 0.8292, 0.7486, 0.8213, 0.8296, 0.0, 0.6834])),
        ("trec", row([0.6611, 0.6457, 0.6453, 0.7015, 0.5604, 0.0, 0.5947, 0.0, 0.0])),
        ("s_adult", row([0.7628, 0.7658, 0.7658, 0.7658, 0.7087, 0.0, 0.7568, 0.0, 0.0])),
    ]
};

#[test]
fn the_default_beats_the_mean_of_every_method_of_crowd_kit_and_is_never_far_below_the_vote() {
    let mut ours = Vec::new();
    for (set, _) in CROWD_KIT {
        let (answers, truth) = read(set);
        let (default, vote) =
            (accuracy_of("default", &answers, &truth), accuracy_of("majority", &answers, &truth));
        println!("{set}: default {default:.4}, vote {vote:.4}");
        assert!(default > vote - 0.01, "{set}: {default:.4} where the vote has {vote:.4}");
        ours.push(default);
    }
    // Measured: 0.8471.
    let mean = ours.iter().sum::<f64>() / ours.len() as f64;
    assert!(mean > 0.845, "{mean}");
    for (column, method) in CROWD_KIT_METHODS.into_iter().enumerate() {
        // On the sets it can do: one that leaves out the hard ones gains nothing by it.
        let pairs: Vec<(f64, f64)> = CROWD_KIT
            .iter()
            .zip(&ours)
            .filter_map(|((_, theirs), &ours)| Some((theirs[column]?, ours)))
            .collect();
        let mean = |of: fn(&(f64, f64)) -> f64| pairs.iter().map(of).sum::<f64>() / pairs.len() as f64;
        let (theirs, ours) = (mean(|pair| pair.0), mean(|pair| pair.1));
        println!("{method} on {} sets: {theirs:.4}, the default there {ours:.4}", pairs.len());
        assert!(ours > theirs, "{method}: {ours:.4} is not above {theirs:.4}");
    }
}
