//! Do the weights come out as scikit-learn and statsmodels find them, and does a person's model stay close to everybody's?

use attnd_core::Timestamp;
use attnd_core::recording::Scale;
use serde::Deserialize;

use super::*;
use crate::dataset::{Answer, Dataset, DatasetBuilder, Example, Feature, Question};
use crate::estimator::Seed;

#[derive(Deserialize)]
struct Peers {
    inputs: Vec<Vec<f64>>,
    yes: Vec<usize>,
    levels: Vec<usize>,
    ridge: Vec<Ridge>,
    ordered: Weights,
    ordered_log_likelihood: f64,
}

#[derive(Deserialize)]
struct Ridge {
    strength: f64,
    weights: Vec<f64>,
    intercept: f64,
}

fn peers() -> Peers {
    serde_json::from_str(include_str!("../../tests/parity/regression.json")).unwrap()
}

fn design(peers: &Peers) -> (Vec<Row>, Design) {
    let rows: Vec<Row> =
        peers.inputs.iter().map(|dense| Row { dense: dense.clone(), words: Vec::new() }).collect();
    let design = Design::new(&rows, rows[0].dense.len(), 0).unwrap();
    (rows, design)
}

fn free(strength: f64) -> Pull<'static> {
    Pull { centre: None, strength, made_up_answers: 0.0 }
}

fn assert_close(found: &[f64], expected: &[f64]) {
    assert_eq!(found.len(), expected.len());
    for (found, expected) in found.iter().zip(expected) {
        assert!((found - expected).abs() < 1e-6, "{found} instead of {expected}");
    }
}

#[test]
fn yes_and_no_give_the_weights_of_scikit_learn() {
    let peers = peers();
    let (_, design) = design(&peers);
    for ridge in &peers.ridge {
        let levels = Levels { levels: &peers.yes, count: 2 };
        let found = fit(&design, levels, &free(ridge.strength), None).unwrap();
        assert_close(&found.weights, &ridge.weights);
        assert_close(&found.thresholds, &[ridge.intercept]);
    }
}

#[test]
fn ordered_answers_give_the_weights_of_statsmodels() {
    let peers = peers();
    let (rows, design) = design(&peers);
    let found = fit(&design, Levels { levels: &peers.levels, count: 5 }, &free(0.0), None).unwrap();
    assert_close(&found.weights, &peers.ordered.weights);
    assert_close(&found.thresholds, &peers.ordered.thresholds);
    let log_likelihood: f64 =
        rows.iter().zip(&peers.levels).map(|(row, level)| found.levels(row)[*level].ln()).sum();
    assert!((log_likelihood - peers.ordered_log_likelihood).abs() < 1e-6);
}

#[test]
fn the_pull_goes_from_the_persons_own_weights_to_everybodys() {
    let peers = peers();
    let (_, design) = design(&peers);
    let levels = Levels { levels: &peers.yes, count: 2 };
    let everybodys = Weights { weights: vec![3.0, 0.0, -1.0, 0.0], thresholds: vec![0.5] };
    let pulled = |strength| {
        let pull = Pull { centre: Some(&everybodys), strength, made_up_answers: 0.0 };
        fit(&design, levels, &pull, None).unwrap()
    };
    assert_close(&pulled(1e9).weights, &everybodys.weights);
    assert_close(&pulled(1e-9).weights, &fit(&design, levels, &free(0.0), None).unwrap().weights);
}

#[test]
fn a_level_nobody_gave_keeps_a_finite_threshold() {
    let rows: Vec<Row> =
        (0..30).map(|index| Row { dense: vec![f64::from(index % 3)], words: vec![] }).collect();
    let levels: Vec<usize> = (0..30).map(|index| if index % 2 == 0 { 1 } else { 3 }).collect();
    let pull = Pull { centre: None, strength: 1.0, made_up_answers: 1.0 };
    let levels = Levels { levels: &levels, count: 5 };
    let found = fit(&Design::new(&rows, 1, 0).unwrap(), levels, &pull, None).unwrap();
    assert!(found.thresholds.is_sorted_by(|one, next| one > next), "{:?}", found.thresholds);
    let chances = found.levels(&rows[0]);
    assert!((chances.iter().sum::<f64>() - 1.0).abs() < 1e-12);
    assert!(chances.iter().all(|chance| *chance > 0.0), "{chances:?}");
}

#[test]
fn inputs_that_are_no_numbers_are_refused() {
    let rows = vec![Row { dense: vec![f64::NAN], words: vec![] }, Row { dense: vec![1.0], words: vec![] }];
    let design = Design::new(&rows, 1, 0).unwrap();
    let outcome = fit(&design, Levels { levels: &[0, 1], count: 2 }, &free(1.0), None);
    assert!(matches!(outcome, Err(ModelError::Diverged { .. })), "{outcome:?}");
}

/// People who are focused at their desk and not on the sofa; each has a base rate of their own, and those of odd number
/// are focused in the morning.
fn people(count: usize, answers: usize) -> Dataset {
    let mut builder = DatasetBuilder::new(Columns {
        question: Question { scale: Scale::CONCENTRATION, threshold: 4 },
        features: vec![Feature { name: "morning".to_owned(), unit: "1".to_owned() }],
        contexts: vec!["place".to_owned()],
        shape: None,
    })
    .unwrap();
    for person in 0..count {
        for index in 0..answers {
            // A fixed pattern that repeats after 7 × 5 × 3 answers: no randomness needed.
            let desk = index % 5 < 3;
            let morning = index % 7 < 3;
            let mut value = 2 + i32::from(desk) + i32::try_from(person % 3).unwrap();
            value += i32::from(person % 2 == 1 && morning) - i32::from(index % 3 == 0);
            let at = Timestamp::from_ns_saturating((index as i64 + 1) * 3_600_000_000_000);
            let evidence = Evidence {
                from: at.saturating_sub(attnd_core::Duration::from_s(60)),
                at,
                features: vec![if index % 11 == 0 { f64::NAN } else { f64::from(u8::from(morning)) }],
                contexts: vec![Some(if desk { "desk" } else { "sofa" }.into())],
                signals: None,
            };
            let example = Example { evidence, answer: Answer { value: value.clamp(1, 5), answered: at } };
            builder.add(&format!("p{person}"), example).unwrap();
        }
    }
    builder.build()
}

fn learn(estimator: Hierarchical, dataset: &Dataset) -> HierarchicalModel {
    let mut run = Run { seed: Seed(1), watch: &mut |_| {}, checkpoints: None };
    estimator.learn(dataset.whole(), &mut run).unwrap()
}

#[test]
fn reasons_and_the_usual_moment_add_up_to_the_prediction() {
    let dataset = people(6, 60);
    for estimator in [Hierarchical::LOGISTIC, Hierarchical::ORDINAL] {
        let model = learn(estimator, &dataset);
        let examples = dataset.people()[1].examples();
        let past = Past::of(&examples[..40]);
        for stage in [Stage::Normalised, Stage::Intercept, Stage::Weights] {
            let adapted = model.with_adapter(model.adapter_for(past, stage).unwrap()).unwrap();
            for example in &examples[40..50] {
                let reasons = adapted.explain(past, &example.evidence);
                let sum: f64 = reasons.iter().map(|reason| reason.effect).sum();
                let yes = adapted.predict(past, &example.evidence).yes;
                let log_odds = (yes / (1.0 - yes)).ln();
                assert!((sum + adapted.base_log_odds(past) - log_odds).abs() < 1e-9, "{stage:?}");
                assert!(reasons.is_sorted_by(|one, next| one.effect.abs() >= next.effect.abs()));
            }
        }
    }
}

#[test]
fn a_model_comes_back_from_its_file_as_it_was() {
    let dataset = people(6, 60);
    let model = learn(Hierarchical::ORDINAL, &dataset);
    let past = dataset.people()[0].past(Timestamp::MAX);
    let adapted = model.with_adapter(model.adapter_for(past, Stage::Weights).unwrap()).unwrap();
    for model in [model, adapted] {
        let again = HierarchicalModel::from_tensors(&model.tensors()).unwrap();
        for example in past.examples() {
            let (one, other) =
                (model.predict(past, &example.evidence), again.predict(past, &example.evidence));
            assert!((one.yes - other.yes).abs() < 1e-5);
            assert_eq!(one.levels.len(), 5);
        }
    }
}

#[test]
fn a_file_of_another_version_or_size_is_refused() {
    let mut older = learn(Hierarchical::LOGISTIC, &people(6, 60)).tensors();
    let mut shorter = older.clone();
    shorter.arrays[0].2.pop();
    let mut lost = older.clone();
    lost.settings["inputs"]["centre"] = serde_json::json!([]);
    older.settings["form"] = 0.into();
    for tensors in [older, shorter, lost, Tensors::default()] {
        assert!(matches!(HierarchicalModel::from_tensors(&tensors), Err(ModelError::File { .. })));
    }
}

#[test]
fn too_little_to_learn_from_is_said_not_guessed() {
    let mut run = Run { seed: Seed(1), watch: &mut |_| {}, checkpoints: None };
    let few = people(2, 5);
    assert!(matches!(
        Hierarchical::LOGISTIC.learn(few.whole(), &mut run),
        Err(ModelError::TooLittle { what: "answers", found: 10, .. })
    ));
    let one_class = crate::dataset::sample::dataset(&[("a", &[1; 30]), ("b", &[2; 30])]);
    assert!(matches!(
        Hierarchical::LOGISTIC.learn(one_class.whole(), &mut run),
        Err(ModelError::TooLittle { what: "answers of the rarer kind", found: 0, .. })
    ));
}

#[test]
fn a_person_with_three_answers_gets_everybodys_weights() {
    let dataset = people(6, 60);
    let model = learn(Hierarchical::LOGISTIC, &dataset);
    let past = Past::of(&dataset.people()[0].examples()[..3]);
    assert!(model.adapted(past, Stage::Intercept).is_none());
    assert!(model.adapted(past, Stage::Weights).is_none());
    assert!(model.adapted(past, Stage::LowRank).is_none());
    let as_it_is = model.adapted(past, Stage::Normalised).unwrap();
    let evidence = &dataset.people()[0].examples()[3].evidence;
    assert_eq!(as_it_is.predict(past, evidence), model.predict(past, evidence));
}

#[test]
fn same_examples_and_seed_make_the_same_model() {
    let dataset = people(6, 60);
    assert_eq!(learn(Hierarchical::LOGISTIC, &dataset), learn(Hierarchical::LOGISTIC, &dataset));
}

#[test]
fn unknown_words_and_missing_numbers_still_give_a_probability() {
    let dataset = people(6, 60);
    let model = learn(Hierarchical::LOGISTIC, &dataset);
    let mut evidence = dataset.people()[0].examples()[0].evidence.clone();
    for (features, contexts) in
        [(vec![f64::NAN], vec![None]), (vec![1e300], vec![Some("moon".into())]), (Vec::new(), Vec::new())]
    {
        (evidence.features, evidence.contexts) = (features, contexts);
        let Prediction { yes, .. } = model.predict(Past::EMPTY, &evidence);
        assert!(yes > 0.0 && yes < 1.0, "{yes}");
        assert!(model.explain(Past::EMPTY, &evidence).iter().all(|reason| reason.effect.is_finite()));
    }
}

#[test]
fn words_of_one_person_alone_do_not_travel() {
    let mut builder = DatasetBuilder::new(people(1, 1).columns().clone()).unwrap();
    for person in people(4, 60).people() {
        for example in person.examples() {
            let mut example = example.clone();
            if person.name() == "p0" {
                example.evidence.contexts = vec![Some("at grandmother's".into())];
            }
            builder.add(person.name(), example).unwrap();
        }
    }
    let model = learn(Hierarchical::LOGISTIC, &builder.build());
    let kept = model.tensors().settings.to_string();
    assert!(kept.contains("desk") && !kept.contains("grandmother"), "{kept}");
}

#[test]
fn of_somebody_who_never_answered_it_is_as_sure_as_its_evidence() {
    // Everybody always answers the same: known answers say all, the place says nothing.
    let mut builder = DatasetBuilder::new(people(1, 1).columns().clone()).unwrap();
    for (number, person) in people(12, 40).people().iter().enumerate() {
        for example in person.examples() {
            let mut example = example.clone();
            example.answer.value = if number % 3 == 0 { 5 } else { 1 };
            builder.add(person.name(), example).unwrap();
        }
    }
    let dataset = builder.build();
    let model = learn(Hierarchical::LOGISTIC, &dataset);
    let person = &dataset.people()[0];
    let evidence = &person.examples()[39].evidence;
    let yes_of = |past| model.predict(past, evidence).yes;
    assert!(yes_of(person.past(evidence.at)) > 0.9);
    assert!((yes_of(Past::EMPTY) - 1.0 / 3.0).abs() < 0.05, "{}", yes_of(Past::EMPTY));
    let history = |reason: &Reason| reason.name.starts_with("own_");
    assert!(!model.explain(Past::EMPTY, evidence).iter().any(history));
}
