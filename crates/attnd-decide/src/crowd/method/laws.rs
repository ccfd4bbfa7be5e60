//! What holds for every way to put answers together? Laws that each in the list is tested against.

use proptest::prelude::*;
use rand::seq::SliceRandom;

use super::AGGREGATORS;
use crate::Seed;
use crate::crowd::answers::{Answers, AnswersBuilder, Gold, sample_with_gold};
use crate::crowd::{AggregatorKind, Consensus, Minds, Repeats, Run};

/// These draw where they begin, or what they hold out, unit by unit: other rows draw other numbers.
const DRAWN: [&str; 3] = ["ebcc", "mace", "default"];

/// One row of a table of answers.
type Row = (String, String, String);

fn aggregated(kind: &AggregatorKind, answers: &Answers, gold: &Gold) -> Consensus {
    let mut run = Run { seed: Seed(1), progress: &mut |_| () };
    (kind.make)().aggregate(answers, gold, &mut run).unwrap()
}

/// Small tables, some with minds that answer twice, units with one answer, and labels nobody gives.
fn tables() -> impl Strategy<Value = (Answers, Gold)> {
    (3_usize..30, 2_usize..8, 2_usize..5, 1_usize..7, 0_usize..4)
        .prop_map(|(units, minds, labels, each, gold)| sample_with_gold(units, minds, labels, each, gold))
}

fn rows(answers: &Answers) -> Vec<Row> {
    let row = |(unit, of): (usize, &[crate::crowd::Answer])| {
        let unit = answers.units().get(unit).to_owned();
        let words = |answer: &crate::crowd::Answer| {
            let mind = answers.minds().get(answer.mind as usize).to_owned();
            (unit.clone(), mind, answers.labels().get(answer.label as usize).to_owned())
        };
        of.iter().map(words).collect::<Vec<_>>()
    };
    answers.by_unit().enumerate().flat_map(row).collect()
}

fn built(rows: &[Row], truths: &[(String, String)]) -> (Answers, Gold) {
    let mut builder = AnswersBuilder::new(Repeats::Distinct);
    rows.iter().for_each(|(unit, mind, label)| builder.answer(unit, mind, label).unwrap());
    truths.iter().for_each(|(unit, label)| builder.gold(unit, label).unwrap());
    builder.build().unwrap()
}

fn truths(answers: &Answers, gold: &Gold) -> Vec<(String, String)> {
    let truth = |unit: usize| {
        let label = answers.labels().get(gold.of(unit)? as usize).to_owned();
        Some((answers.units().get(unit).to_owned(), label))
    };
    (0..answers.units().len()).filter_map(truth).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn probabilities_sum_to_one_and_gold_stays(table in tables()) {
        let (answers, gold) = table;
        for kind in AGGREGATORS {
            let consensus = aggregated(kind, &answers, &gold);
            for (unit, row) in consensus.posterior.rows().enumerate() {
                prop_assert!((row.iter().sum::<f64>() - 1.0).abs() < 1e-9, "{}: {row:?}", kind.name);
                prop_assert!(row.iter().all(|value| *value >= 0.0), "{}: {row:?}", kind.name);
                if let Some(truth) = gold.of(unit) {
                    prop_assert!(row[truth as usize] > 1.0 - 1e-12, "{}: {row:?}", kind.name);
                }
            }
            prop_assert!((consensus.prior.iter().sum::<f64>() - 1.0).abs() < 1e-6, "{}", kind.name);
            match &consensus.minds {
                Minds::Skills(skills) => prop_assert!(skills.iter().all(|skill| (0.0..=1.0).contains(skill))),
                Minds::Confusions(of) => for row in of.chunks_exact(answers.labels().len()) {
                    prop_assert!((row.iter().sum::<f64>() - 1.0).abs() < 1e-6, "{}: {row:?}", kind.name);
                },
            }
        }
    }

    #[test]
    fn what_is_maximised_never_falls(table in tables()) {
        let (answers, gold) = table;
        for kind in AGGREGATORS {
            let objective = aggregated(kind, &answers, &gold).objective;
            for pair in objective.windows(2) {
                prop_assert!(pair[1] >= pair[0] - 1e-9 * pair[0].abs().max(1.0), "{}: {objective:?}", kind.name);
            }
        }
    }

    #[test]
    fn the_order_of_rows_and_the_names_change_nothing(table in tables(), seed in 0_u64..1_000) {
        let (answers, gold) = table;
        let (before, known) = (rows(&answers), truths(&answers, &gold));
        let rename = |name: &str| format!("{}!", name.chars().rev().collect::<String>());
        let mut after: Vec<Row> =
            before.iter().map(|(unit, mind, label)| (rename(unit), rename(mind), rename(label))).collect();
        after.shuffle(&mut Seed(seed).generator(0));
        let renamed: Vec<_> = known.iter().map(|(unit, label)| (rename(unit), rename(label))).collect();
        let (one, one_gold) = built(&before, &known);
        let (other, other_gold) = built(&after, &renamed);
        for kind in AGGREGATORS.iter().filter(|kind| !DRAWN.contains(&kind.name)) {
            let (first, second) = (aggregated(kind, &one, &one_gold), aggregated(kind, &other, &other_gold));
            for (unit, name) in one.units().iter().enumerate() {
                let there = other.units().iter().position(|there| there == rename(name)).unwrap();
                for (label, name) in one.labels().iter().enumerate() {
                    let label_there = other.labels().iter().position(|there| there == rename(name)).unwrap();
                    let (one, other) = (first.posterior.of(unit)[label], second.posterior.of(there)[label_there]);
                    prop_assert!((one - other).abs() < 1e-5, "{}: {one} {other}", kind.name);
                }
            }
        }
    }
}

/// Thirty units whose first answers are of good minds, more of whom then agree with the truth.
#[test]
fn more_good_answers_never_lower_expected_confidence() {
    for kind in AGGREGATORS {
        let mut before = 0.0;
        for minds in [3, 5, 9, 15] {
            let mut builder = AnswersBuilder::default();
            for unit in 0..60_usize {
                for mind in 0..minds {
                    let is_wrong = (unit * 7 + mind * 11) % 5 == 0;
                    let label = if is_wrong { (unit + 1) % 3 } else { unit % 3 };
                    builder.answer(&unit.to_string(), &mind.to_string(), &label.to_string()).unwrap();
                }
            }
            let (answers, gold) = builder.build().unwrap();
            let posterior = aggregated(kind, &answers, &gold).posterior;
            let truth = |unit: usize| {
                answers.labels().iter().position(|name| name == (unit % 3).to_string()).unwrap()
            };
            let confidence = (0..60).map(|unit| posterior.of(unit)[truth(unit)]).sum::<f64>() / 60.0;
            assert!(confidence >= before - 5e-3, "{} with {minds}: {confidence} after {before}", kind.name);
            before = confidence;
        }
    }
}

#[test]
fn odd_tables_are_put_together() {
    let one_mind =
        ["cat", "dog", "cat"].map(|label| ("u".to_owned() + label, "ann".to_owned(), label.to_owned()));
    let agreed = ["ann", "ben"].map(|mind| ("u".to_owned(), mind.to_owned(), "cat".to_owned()));
    let busy: Vec<Row> = (0..10_000)
        .map(|unit| (format!("u{unit}"), "ann".to_owned(), if unit % 3 == 0 { "a" } else { "b" }.to_owned()))
        .collect();
    let popular: Vec<Row> = (0..10_000)
        .map(|mind| ("u".to_owned(), format!("m{mind}"), if mind % 3 == 0 { "a" } else { "b" }.to_owned()))
        .collect();
    for rows in [&one_mind[..], &agreed, &busy, &popular] {
        let (answers, gold) = built(rows, &[]);
        for kind in AGGREGATORS {
            let consensus = aggregated(kind, &answers, &gold);
            for row in consensus.posterior.rows() {
                assert!((row.iter().sum::<f64>() - 1.0).abs() < 1e-9, "{}: {row:?}", kind.name);
            }
        }
    }
    let (answers, gold) = built(&popular, &[]);
    for kind in AGGREGATORS {
        let label = aggregated(kind, &answers, &gold).posterior.best(0).0;
        assert_eq!(answers.labels().get(label as usize), "b", "{}", kind.name);
    }
}

#[test]
fn labels_that_only_gold_knows_are_labels() {
    let rows = [("u1", "cat"), ("u2", "dog")]
        .map(|(unit, label)| (unit.to_owned(), "ann".to_owned(), label.to_owned()));
    let (answers, gold) = built(&rows, &[("u1".to_owned(), "bird".to_owned())]);
    for kind in AGGREGATORS {
        let consensus = aggregated(kind, &answers, &gold);
        assert_eq!(answers.labels().get(consensus.posterior.best(0).0 as usize), "bird", "{}", kind.name);
    }
}
