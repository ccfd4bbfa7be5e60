//! Does the network learn what is there to be learnt, twice the same, and keep its promises around it?

use nalgebra::{DMatrix, DVector};
use rand::RngExt;

use super::chance::{self, Purpose};
use super::sample::{STEPS, columns, example, order, small};
use super::{Augmentation, Network, NetworkModel, NetworkSettings, Place};
use crate::dataset::{Columns, Dataset, DatasetBuilder, Evidence, Example, Past, Signals};
use crate::estimator::{Checkpoints, Estimator, Model, ModelError, Progress, Run, Seed, Stage, Tensors};
use crate::metric::{Scored, area_under_curve};

fn train(settings: NetworkSettings, data: &Dataset, seed: u64) -> Result<NetworkModel, ModelError> {
    let mut run = Run { seed: Seed(seed), watch: &mut |_| {}, checkpoints: None };
    Network { settings }.train(data.whole(), &mut run)
}

/// Chance that a yes is ranked before a no by `score`.
fn area(data: &Dataset, score: impl Fn(Past<'_>, &Evidence) -> f64) -> f64 {
    let people = data.whole();
    let of = |person: crate::dataset::TrainingPerson<'_>| {
        let pairs = person.examples_with_past().map(|(past, example)| {
            let yes = data.question().is_yes(example.answer.value);
            Scored { probability: score(past, &example.evidence), yes }
        });
        pairs.collect::<Vec<_>>()
    };
    area_under_curve(&people.people().flat_map(of).collect::<Vec<_>>()).unwrap()
}

/// Ridge regression on every step of every channel.
fn linear(data: &Dataset) -> DVector<f64> {
    let inputs = |evidence: &Evidence| -> Vec<f64> {
        let signals = evidence.signals.as_ref().unwrap();
        signals.values.iter().flatten().map(|value| f64::from(*value)).collect()
    };
    let examples: Vec<&Example> = data.people().iter().flat_map(|person| person.examples()).collect();
    let rows: Vec<f64> = examples.iter().flat_map(|example| inputs(&example.evidence)).collect();
    let x = DMatrix::from_row_slice(examples.len(), 2 * STEPS, &rows);
    let y = DVector::from_iterator(
        examples.len(),
        examples.iter().map(|example| if data.question().is_yes(example.answer.value) { 1.0 } else { -1.0 }),
    );
    let gram = x.transpose() * &x + DMatrix::identity(2 * STEPS, 2 * STEPS);
    gram.cholesky().unwrap().solve(&(x.transpose() * y))
}

/// Keeps states in memory and refuses after so many.
struct Memory {
    states: Vec<Vec<u8>>,
    most: usize,
}

impl Checkpoints for Memory {
    fn last(&mut self) -> Option<Vec<u8>> {
        self.states.last().cloned()
    }

    fn keep(&mut self, state: &[u8]) -> std::io::Result<()> {
        self.states.push(state.to_vec());
        if self.states.len() >= self.most { Err(std::io::Error::other("power cut")) } else { Ok(()) }
    }
}

#[test]
fn learns_an_order_in_time_that_no_linear_model_can() {
    let (known, unknown) = (order(6, 80, 1), order(3, 80, 2));
    let weights = linear(&known);
    let straight = area(&unknown, |_, evidence| {
        let values = evidence.signals.as_ref().unwrap().values.iter().flatten();
        let score: f64 = values.zip(weights.iter()).map(|(value, weight)| f64::from(*value) * weight).sum();
        1.0 / (1.0 + (-score).exp())
    });
    let model = train(small(), &known, 3).unwrap();
    let network = area(&unknown, |past, evidence| model.predict(past, evidence).yes);
    assert!((0.4..0.6).contains(&straight), "linear: {straight}");
    assert!(network > 0.95, "network: {network}");
}

#[test]
fn learns_a_few_examples_by_heart() {
    let data = order(1, 32, 4);
    let settings = NetworkSettings {
        epochs: 150,
        patience: 150,
        stopping_share: 0.0,
        weight_decay: 0.0,
        // Other levels are drawn at random and cannot be learnt beside it.
        levels: 0.0,
        augmentation: Augmentation { jitter: 0.0, scaling: 0.0, time_masking: 0.0, channel_masking: 0.0 },
        ..small()
    };
    let mut losses = Vec::new();
    let mut watch = |progress| {
        if let Progress::Epoch { training_loss, .. } = progress {
            losses.push(training_loss);
        }
    };
    let mut run = Run { seed: Seed(1), watch: &mut watch, checkpoints: None };
    Network { settings }.train(data.whole(), &mut run).unwrap();
    assert!(losses[0] > 0.4 && *losses.last().unwrap() < 0.01, "{losses:?}");
}

#[test]
fn the_same_seed_gives_the_same_model_and_another_seed_another() {
    let data = order(4, 20, 5);
    let settings = NetworkSettings { epochs: 3, dropout: 0.2, ..small() };
    let tensors = |seed| train(settings.clone(), &data, seed).unwrap().tensors();
    assert_eq!(tensors(1), tensors(1));
    assert_ne!(tensors(1).arrays, tensors(2).arrays);
}

#[test]
fn an_interrupted_training_goes_on_bit_for_bit() {
    let data = order(4, 20, 6);
    let network = Network { settings: NetworkSettings { epochs: 6, dropout: 0.2, ..small() } };
    let fit = |memory: &mut Memory| {
        let mut run = Run { seed: Seed(1), watch: &mut |_| {}, checkpoints: Some(memory) };
        network.train(data.whole(), &mut run)
    };
    let whole = fit(&mut Memory { states: Vec::new(), most: 100 }).unwrap();
    let mut memory = Memory { states: Vec::new(), most: 3 };
    assert!(matches!(fit(&mut memory), Err(ModelError::Io(_))), "cut after three epochs");
    memory.most = 100;
    let resumed = fit(&mut memory).unwrap();
    assert_eq!(memory.states.len(), 6, "three epochs before and three after");
    assert_eq!(resumed.tensors(), whole.tensors());
    let mut other = Memory { states: vec![b"broken".to_vec()], most: 100 };
    assert_eq!(fit(&mut other).unwrap().tensors(), whole.tensors(), "a broken state is as good as none");
}

#[test]
fn stops_when_the_people_held_out_gain_nothing() {
    let mut builder = DatasetBuilder::new(columns()).unwrap();
    let mut generator = chance::stream(Seed(7), Purpose::Weights);
    for index in 0..200 {
        // Answers drawn apart from signals: there is nothing to learn.
        let mut made = example(index / 5, &mut generator);
        made.answer.value = generator.random_range(1..=5);
        builder.add(&format!("p{}", index % 5), made).unwrap();
    }
    let mut epochs = 0;
    let mut run = Run { seed: Seed(1), watch: &mut |_| epochs += 1, checkpoints: None };
    let settings = NetworkSettings { epochs: 60, patience: 4, ..small() };
    Network { settings }.train(builder.build().whole(), &mut run).unwrap();
    assert!(epochs < 40, "{epochs}");
}

#[test]
fn a_kept_model_predicts_as_the_one_in_memory() {
    let data = order(3, 20, 8);
    let model = train(NetworkSettings { epochs: 2, ..small() }, &data, 1).unwrap();
    let back = NetworkModel::from_tensors(&model.tensors()).unwrap();
    let evidence = &data.people()[0].examples()[7].evidence;
    let past = data.people()[0].past(evidence.at);
    assert_eq!(back.predict(past, evidence), model.predict(past, evidence));
    let prediction = model.predict(past, evidence);
    assert!((prediction.levels.iter().sum::<f64>() - 1.0).abs() < 1e-9);
    assert!((prediction.levels[2..].iter().sum::<f64>() - prediction.yes).abs() < 1e-9);
    assert!(prediction.levels.iter().all(|level| (0.0..=1.0).contains(level)));
    let mut broken = model.tensors();
    broken.arrays[3].2.pop();
    assert!(matches!(NetworkModel::from_tensors(&broken), Err(ModelError::File { .. })));
    broken = model.tensors();
    broken.settings["architecture"]["width"] = 1_000_000.into();
    assert!(matches!(NetworkModel::from_tensors(&broken), Err(ModelError::File { .. })));
    assert!(matches!(NetworkModel::from_tensors(&Tensors::default()), Err(ModelError::File { .. })));
}

#[test]
fn missing_everything_is_still_a_probability() {
    let data = order(3, 20, 9);
    let model = train(NetworkSettings { epochs: 2, ..small() }, &data, 1).unwrap();
    let mut evidence = data.people()[0].examples()[0].evidence.clone();
    evidence.features = vec![f64::NAN];
    evidence.contexts = vec![None];
    for signals in [
        None,
        Some(Signals { values: vec![vec![f32::NAN; STEPS]; 2] }),
        Some(Signals { values: vec![vec![1.0; 3]; 2] }),
        Some(Signals { values: vec![vec![f32::MAX; STEPS]; 2] }),
    ] {
        evidence.signals = signals;
        let prediction = model.predict(Past::EMPTY, &evidence);
        assert!(prediction.yes > 0.0 && prediction.yes < 1.0);
        assert!(model.explain(Past::EMPTY, &evidence).iter().all(|reason| reason.effect.is_finite()));
    }
}

#[test]
fn attention_and_the_linear_part_add_up_to_the_log_odds() {
    let data = order(4, 60, 10);
    let model = train(small(), &data, 1).unwrap();
    let evidence = &data.people()[0].examples()[30].evidence;
    let attention = model.attention(Past::EMPTY, evidence).unwrap();
    assert_eq!(attention.times.len(), 16);
    assert_eq!(attention.times[0].start(), evidence.from);
    assert_eq!(attention.times[15].end(), evidence.at);
    assert!(attention.times.windows(2).all(|pair| pair[0].end() == pair[1].start()));
    assert!((attention.weights.iter().sum::<f64>() - 1.0).abs() < 1e-5);
    let log_odds = |prediction: f64| (prediction / (1.0 - prediction)).ln();
    let environment: f64 = model
        .explain(Past::EMPTY, evidence)
        .iter()
        .filter(|reason| reason.name == "hour" || reason.name == "place")
        .map(|reason| reason.effect)
        .sum();
    let moments: f64 = attention.effects.iter().sum();
    // What is left is the threshold and how much was measured: the same for every example measured in full.
    let rest = |index: usize| {
        let evidence = &data.people()[1].examples()[index].evidence;
        let moments: f64 = model.attention(Past::EMPTY, evidence).unwrap().effects.iter().sum();
        let reasons = model.explain(Past::EMPTY, evidence);
        let others = reasons.iter().filter(|reason| reason.name == "hour" || reason.name == "place");
        log_odds(model.predict(Past::EMPTY, evidence).yes)
            - moments
            - others.map(|reason| reason.effect).sum::<f64>()
    };
    let here = log_odds(model.predict(Past::EMPTY, evidence).yes) - moments - environment;
    assert!(
        (here - rest(3)).abs() < 1e-3 && (here - rest(40)).abs() < 1e-3,
        "{here} {} {}",
        rest(3),
        rest(40)
    );
    let bumps = model.explain(Past::EMPTY, evidence);
    assert!(["first", "second"].contains(&bumps[0].name.as_str()), "{bumps:?}");
}

#[test]
fn a_persons_adapter_leaves_the_network_as_it_was_and_is_small() {
    let known = order(4, 40, 11);
    let model = train(NetworkSettings { epochs: 8, ..small() }, &known, 1).unwrap();
    let before = model.tensors();
    // Somebody who means the opposite by the same signs.
    let mut builder = DatasetBuilder::new(columns()).unwrap();
    let mut generator = chance::stream(Seed(12), Purpose::Weights);
    for index in 0..120 {
        let mut made = example(index, &mut generator);
        made.answer.value = 6 - made.answer.value;
        builder.add("contrary", made).unwrap();
    }
    let contrary = builder.build();
    let examples = contrary.people()[0].examples();
    let (earlier, later) = examples.split_at(80);
    let loss = |model: &dyn Model| -> f64 {
        let of = |example: &Example| {
            let yes = model.predict(Past::of(earlier), &example.evidence).yes;
            if contrary.question().is_yes(example.answer.value) { -yes.ln() } else { -(1.0 - yes).ln() }
        };
        later.iter().map(of).sum::<f64>() / later.len() as f64
    };
    let stages = [Stage::Normalised, Stage::Intercept, Stage::Weights, Stage::LowRank];
    let adapted: Vec<_> =
        stages.iter().map(|stage| model.adapted(Past::of(earlier), *stage).unwrap()).collect();
    let losses: Vec<f64> = adapted.iter().map(|model| loss(model.as_ref())).collect();
    assert!(losses[1] < losses[0], "a person's own confidence helps: {losses:?}");
    assert!(losses[3] < losses[0], "so does their own low-rank change: {losses:?}");
    assert_eq!(model.tensors(), before, "the network is what it was, bit for bit");
    for (stage, adapted) in stages.iter().zip(&adapted).skip(1) {
        let kept = adapted.tensors();
        let bytes = kept.settings.to_string().len()
            + kept.arrays.iter().map(|(name, _, values)| name.len() + 4 * values.len()).sum::<usize>();
        assert!(bytes < 64 << 10, "{stage:?}: {bytes} bytes");
        let back = model.with_adapter(&kept).unwrap();
        let evidence = &later[0].evidence;
        assert_eq!(back.predict(Past::of(earlier), evidence), adapted.predict(Past::of(earlier), evidence));
        assert!(matches!(NetworkModel::from_tensors(&kept), Err(ModelError::File { .. })));
    }
    let other = train(NetworkSettings { epochs: 1, ..small() }, &known, 2).unwrap();
    assert!(matches!(other.with_adapter(&adapted[3].tensors()), Err(ModelError::File { .. })));
    assert!(model.adapted(Past::of(&earlier[..2]), Stage::Intercept).is_none(), "two answers are too few");
    assert!(model.adapted(Past::of(&earlier[..12]), Stage::LowRank).is_none());
}

#[cfg(not(feature = "cuda"))]
#[test]
fn without_the_gpu_asked_for_it_says_so_and_uses_the_processor() {
    assert!(matches!(Place::Gpu.open(), Err(ModelError::Device { .. })));
    let data = order(3, 20, 13);
    let mut notices = Vec::new();
    let mut watch = |progress| {
        if let Progress::Notice { text } = progress {
            notices.push(text);
        }
    };
    let mut run = Run { seed: Seed(1), watch: &mut watch, checkpoints: None };
    let settings = NetworkSettings { epochs: 1, place: Place::Gpu, ..small() };
    Network { settings }.fit(data.whole(), &mut run).unwrap();
    assert_eq!(notices.len(), 1);
    assert!(notices[0].contains("on the processor"), "{notices:?}");
}

#[test]
fn says_what_is_wrong_with_data_and_settings() {
    let few = order(2, 5, 14);
    assert!(matches!(train(small(), &few, 1), Err(ModelError::TooLittle { what: "answers", .. })));
    let mut plain = DatasetBuilder::new(Columns { shape: None, ..columns() }).unwrap();
    let mut generator = chance::stream(Seed(1), Purpose::Weights);
    for index in 0..40 {
        let mut made = example(index, &mut generator);
        made.evidence.signals = None;
        plain.add("p", made).unwrap();
    }
    let fault = train(small(), &plain.build(), 1).unwrap_err();
    assert!(fault.to_string().contains("raw signals"), "{fault}");
    let mut alike = DatasetBuilder::new(columns()).unwrap();
    for index in 0..40 {
        let mut made = example(index, &mut generator);
        made.answer.value = 5;
        alike.add("p", made).unwrap();
    }
    let fault = train(small(), &alike.build(), 1).unwrap_err();
    assert!(fault.to_string().contains("rarer kind"), "{fault}");
    let fault = train(NetworkSettings { dropout: 1.0, ..small() }, &few, 1).unwrap_err();
    assert!(matches!(fault, ModelError::Settings { .. }));
    let wild = NetworkSettings { learning_rate: 1e30, ..small() };
    let fault = train(wild, &order(4, 20, 15), 1).unwrap_err();
    assert!(matches!(fault, ModelError::Diverged { .. }), "{fault}");
    assert!(fault.to_string().contains("learning_rate"), "{fault}");
}
