//! What do made-up signals for tests look like? Two channels that move one after the other, by several people.

use attnd_core::recording::Scale;
use attnd_core::{Duration, Timestamp};
use rand::RngExt;
use rand_chacha::ChaCha8Rng;

use super::chance::{self, Purpose};
use super::{Augmentation, NetworkSettings};
use crate::dataset::{
    Answer, Columns, Dataset, DatasetBuilder, Evidence, Example, Feature, Question, Shape, Signals,
};
use crate::estimator::Seed;

/// Steps of each channel.
pub(crate) const STEPS: usize = 32;

/// Small enough for a test, large enough to see the whole window.
pub(crate) fn small() -> NetworkSettings {
    NetworkSettings {
        width: 12,
        hidden: 16,
        blocks: 3,
        moments: 16,
        epochs: 30,
        batch: 32,
        learning_rate: 5e-3,
        dropout: 0.0,
        augmentation: Augmentation { jitter: 0.05, scaling: 0.1, time_masking: 0.0, channel_masking: 0.0 },
        ..NetworkSettings::default()
    }
}

/// One feature and one context that say nothing.
pub(crate) fn columns() -> Columns {
    Columns {
        question: Question { scale: Scale::MENTAL_LOAD, threshold: 3 },
        features: vec![Feature { name: "hour".to_owned(), unit: "h".to_owned() }],
        contexts: vec!["place".to_owned()],
        shape: Some(Shape {
            channels: vec!["first".to_owned(), "second".to_owned()],
            steps: STEPS,
            step: Duration::from_s(2),
        }),
    }
}

/// Yes where the first channel moves before the second. The sign of both is a coin: every linear function of the
/// signals is as often above as below, whatever its weights.
pub(crate) fn example(index: usize, generator: &mut ChaCha8Rng) -> Example {
    let early = generator.random_range(2..12);
    let late = early + generator.random_range(6..14);
    let yes = generator.random::<bool>();
    let sign = if generator.random::<bool>() { 2.0 } else { -2.0 };
    let channel = |place: usize, generator: &mut ChaCha8Rng| -> Vec<f32> {
        let noise = (0..STEPS).map(|_| 0.2 * chance::either_way(generator)).collect::<Vec<f32>>();
        let bump =
            |(step, noise): (usize, f32)| noise + if (place..place + 3).contains(&step) { sign } else { 0.0 };
        noise.into_iter().enumerate().map(bump).collect()
    };
    let (first, second) = if yes { (early, late) } else { (late, early) };
    let at = Timestamp::from_ns_saturating(1_000_000_000 * 100 * (index as i64 + 1));
    Example {
        evidence: Evidence {
            from: at.saturating_sub(Duration::from_s(2 * STEPS as u32)),
            at,
            features: vec![f64::from(generator.random_range(0..24))],
            contexts: vec![Some(if generator.random::<bool>() { "office".into() } else { "home".into() })],
            signals: Some(Signals { values: vec![channel(first, generator), channel(second, generator)] }),
        },
        answer: Answer {
            value: if yes { generator.random_range(3..=5) } else { generator.random_range(1..=2) },
            answered: at,
        },
    }
}

/// `people` of `each` examples.
pub(crate) fn order(people: usize, each: usize, seed: u64) -> Dataset {
    let mut builder = DatasetBuilder::new(columns()).unwrap();
    let mut generator = chance::stream(Seed(seed), Purpose::Weights);
    for person in 0..people {
        for index in 0..each {
            builder.add(&format!("p{person}"), example(index, &mut generator)).unwrap();
        }
    }
    builder.build()
}
