//! Does MiniRocket learn what only raw signals tell, and say so the same from a file?

use std::sync::Arc;

use attnd_core::Duration;
use attnd_core::recording::Scale;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde_json::json;

use super::*;
use crate::dataset::sample::second;
use crate::dataset::split::{self, Known};
use crate::dataset::{
    Answer, Columns, Dataset, DatasetBuilder, Evidence, Feature, Past, Question, Shape, Signals,
};
use crate::estimator::Seed;

const STEPS: usize = 90;

fn columns() -> Columns {
    let feature = |name: &str| Feature { name: name.to_owned(), unit: "1".to_owned() };
    Columns {
        question: Question { scale: Scale::MENTAL_LOAD, threshold: 3 },
        features: vec![feature("noise"), feature("hint")],
        contexts: vec!["place".to_owned()],
        shape: Some(Shape {
            channels: vec!["pupil".to_owned(), "lid".to_owned()],
            steps: STEPS,
            step: Duration::from_ns(100_000_000),
        }),
    }
}

/// Under load the pupil trembles faster, more or less; its level and everything else say nothing.
fn dataset(people: usize, each: usize, seed: u64) -> Dataset {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut builder = DatasetBuilder::new(columns()).unwrap();
    for person in 0..people {
        let level: f32 = random.random_range(2.0..6.0);
        for index in 0..each {
            let value = random.random_range(1..=5);
            let example = Example {
                evidence: evidence(index, level, value, &mut random),
                answer: Answer { value, answered: second(100 * index as i64 + 60) },
            };
            builder.add(&format!("p{person}"), example).unwrap();
        }
    }
    builder.build()
}

fn evidence(index: usize, level: f32, value: i32, random: &mut ChaCha8Rng) -> Evidence {
    let phase: f32 = random.random_range(0.0..6.0);
    let speed = 0.3 + 0.15 * (value as f32 + random.random_range(-1.2..1.2));
    let pupil = (0..STEPS).map(|step| {
        let noise: f32 = random.random_range(-0.5..0.5);
        if step % 23 == 7 { f32::NAN } else { level + (phase + speed * step as f32).sin() + noise }
    });
    let pupil = pupil.collect();
    Evidence {
        from: second(100 * index as i64),
        at: second(100 * index as i64 + 50),
        features: vec![random.random_range(-1.0..1.0), f64::NAN],
        contexts: vec![Some(Arc::from(if index.is_multiple_of(2) { "home" } else { "office" }))],
        signals: Some(Signals { values: vec![pupil, vec![f32::NAN; STEPS]] }),
    }
}

fn small() -> MiniRocket {
    MiniRocket { settings: Settings::parse(&json!({"features": 1_000, "most_dilations": 8})).unwrap() }
}

fn fit(estimator: &MiniRocket, training: Training<'_>) -> Result<Box<dyn Model>, ModelError> {
    let mut watch = |_| {};
    estimator.fit(training, &mut Run { seed: Seed(7), watch: &mut watch, checkpoints: None })
}

#[test]
fn it_learns_a_rhythm_that_holds_for_people_it_never_saw() {
    let data = dataset(8, 24, 1);
    let folds = split::leave_one_person_out(data.whole(), Known::Nothing).unwrap();
    let (mut right, mut all, mut loss) = (0, 0, 0.0);
    for fold in folds.iter() {
        let model = fit(&small(), fold.training).unwrap();
        for person in fold.held.people() {
            for judged in person.predict_by(model.as_ref()) {
                let is_yes = judged.answer.value >= 3;
                right += usize::from((judged.prediction.yes > 0.5) == is_yes);
                loss -= if is_yes { judged.prediction.yes } else { 1.0 - judged.prediction.yes }.ln();
                all += 1;
            }
        }
    }
    let share = right as f64 / all as f64;
    let loss = loss / all as f64;
    assert!(share > 0.8 && loss < 0.45, "{share} right, log-loss {loss}");
}

#[test]
fn levels_add_up_and_agree_with_yes() {
    let data = dataset(4, 20, 2);
    let model = fit(&small(), data.whole()).unwrap();
    for example in data.people()[0].examples() {
        let prediction = model.predict(Past::EMPTY, &example.evidence);
        assert_eq!(prediction.levels.len(), 5);
        assert!(prediction.levels.iter().all(|level| (0.0..=1.0).contains(level)));
        assert!((prediction.levels.iter().sum::<f64>() - 1.0).abs() < 1e-9);
        assert!((prediction.levels[2..].iter().sum::<f64>() - prediction.yes).abs() < 1e-6);
    }
}

#[test]
fn a_model_read_from_its_arrays_says_the_same() {
    let data = dataset(4, 20, 3);
    let model = fit(&small(), data.whole()).unwrap();
    let again = (KIND.read)(&model.tensors()).unwrap();
    for example in data.people()[1].examples() {
        let past = Past::EMPTY;
        assert_eq!(model.predict(past, &example.evidence), again.predict(past, &example.evidence));
        assert_eq!(model.explain(past, &example.evidence), again.explain(past, &example.evidence));
    }
}

#[test]
fn arrays_that_are_missing_or_cut_are_refused() {
    let data = dataset(3, 10, 4);
    let whole = fit(&small(), data.whole()).unwrap().tensors();
    for index in 0..whole.arrays.len() {
        let mut missing = whole.clone();
        missing.arrays.remove(index);
        assert!((KIND.read)(&missing).is_err(), "without {}", whole.arrays[index].0);
        let mut cut = whole.clone();
        cut.arrays[index].2.pop();
        assert!((KIND.read)(&cut).is_err(), "{} cut", whole.arrays[index].0);
    }
    let mut other = whole.clone();
    other.settings = json!({"columns": 3});
    assert!((KIND.read)(&other).is_err());
}

#[test]
fn reasons_and_base_add_up_to_the_log_odds() {
    let data = dataset(4, 20, 5);
    let model = fit(&small(), data.whole()).unwrap();
    let log_odds = |evidence: &Evidence| {
        let yes = model.predict(Past::EMPTY, evidence).yes;
        (yes / (1.0 - yes)).ln()
    };
    let sum = |evidence: &Evidence| -> f64 {
        model.explain(Past::EMPTY, evidence).iter().map(|reason| reason.effect).sum()
    };
    let [first, second, ..] = data.people()[2].examples() else { panic!("two examples") };
    let base = log_odds(&first.evidence) - sum(&first.evidence);
    let again = log_odds(&second.evidence) - sum(&second.evidence);
    assert!((base - again).abs() < 1e-6, "{base} {again}");
    let reasons = model.explain(Past::EMPTY, &first.evidence);
    assert_eq!(reasons[0].name, "pupil");
    assert!(reasons.iter().all(|reason| reason.name != "hint"), "what was not measured is no reason");
}

#[test]
fn evidence_without_signals_still_gets_a_probability() {
    let data = dataset(4, 20, 6);
    let model = fit(&small(), data.whole()).unwrap();
    let mut evidence = data.people()[0].examples()[0].evidence.clone();
    evidence.signals = None;
    evidence.features = vec![f64::NAN; 2];
    evidence.contexts = vec![Some(Arc::from("moon"))];
    let prediction = model.predict(Past::EMPTY, &evidence);
    // Nothing is known: as likely as in general, within what features and words that say nothing may add.
    assert!(prediction.yes > 0.2 && prediction.yes < 0.9, "{}", prediction.yes);
    evidence.signals = Some(Signals { values: vec![vec![f32::NAN; STEPS]; 2] });
    assert!(model.predict(Past::EMPTY, &evidence).yes.is_finite());
}

#[test]
fn too_little_is_said_in_words() {
    let few = dataset(2, 4, 7);
    let error = fit(&small(), few.whole()).unwrap_err().to_string();
    assert!(error.contains("10 windows of raw signals"), "{error}");
    let mut builder = DatasetBuilder::new(columns()).unwrap();
    let mut random = ChaCha8Rng::seed_from_u64(8);
    for index in 0..20 {
        let answer = Answer { value: 1, answered: second(100 * index + 60) };
        let evidence = evidence(index as usize, 3.0, 1, &mut random);
        builder.add("p", Example { evidence, answer }).unwrap();
    }
    let error = fit(&small(), builder.build().whole()).unwrap_err().to_string();
    assert!(error.contains("rarer kind"), "{error}");
}

#[test]
fn signals_that_say_nothing_are_left_aside_for_a_feature_that_does() {
    let mut builder = DatasetBuilder::new(columns()).unwrap();
    let mut random = ChaCha8Rng::seed_from_u64(11);
    for person in ["a", "b", "c", "d"] {
        for index in 0..15 {
            let value = random.random_range(1..=5);
            // The signals are those of anybody else's answer.
            let mut evidence = evidence(index, 3.0, random.random_range(1..=5), &mut random);
            evidence.features[1] = f64::from(value) + random.random_range(-0.5..0.5);
            let answered = second(100 * index as i64 + 60);
            builder.add(person, Example { evidence, answer: Answer { value, answered } }).unwrap();
        }
    }
    let data = builder.build();
    let model = fit(&small(), data.whole()).unwrap();
    let reasons = model.explain(Past::EMPTY, &data.people()[0].examples()[0].evidence);
    assert_eq!(reasons[0].name, "hint");
    assert!(reasons.iter().all(|reason| reason.name != "pupil"));
    assert!(model.tensors().arrays.iter().all(|(name, ..)| name != "thresholds"));
}

#[test]
fn one_person_s_time_is_left_out_in_pieces() {
    let data = dataset(1, 23, 9);
    let people = newest(data.whole());
    let groups = groups(&people);
    assert_eq!(groups.len(), PIECES);
    assert_eq!(groups.concat(), (0..23).collect::<Vec<_>>());
    assert!(fit(&small(), data.whole()).is_ok());
}
