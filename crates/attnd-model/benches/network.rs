//! How fast does the network learn? Steps a second over made-up signals, as JSON: `cargo bench -p attnd-model --bench network`.
//!
//! The same network and step in PyTorch: `crates/xtask/peers/torch_network.py`.

#![allow(clippy::print_stdout)]

use std::error::Error;
use std::time::Instant;

use attnd_core::recording::Scale;
use attnd_core::{Duration, Timestamp};
use attnd_model::dataset::{Shape, Signals};
use attnd_model::network::{Network, NetworkSettings};
use attnd_model::{
    Answer, Columns, Dataset, DatasetBuilder, Evidence, Example, Feature, Progress, Question, Run, Seed,
};

const CHANNELS: usize = 4;
const STEPS: usize = 128;
const FEATURES: usize = 8;
const EXAMPLES: usize = 1280;
const EPOCHS: usize = 12;

fn main() -> Result<(), Box<dyn Error>> {
    let data = made_up()?;
    let settings = NetworkSettings {
        epochs: EPOCHS,
        patience: EPOCHS,
        stopping_share: 0.0,
        levels: 0.0,
        ..NetworkSettings::default()
    };
    let batch = settings.batch;
    let mut ends = Vec::new();
    let mut watch = |progress| {
        if matches!(progress, Progress::Epoch { .. }) {
            ends.push((Instant::now(), processor_s()));
        }
    };
    let mut run = Run { seed: Seed(1), watch: &mut watch, checkpoints: None };
    let model = Network { settings }.train(data.whole(), &mut run)?;
    // The first epoch warms caches up. The median of the others: another program on the machine is not ours to measure.
    let median = |mut values: Vec<f64>| {
        values.sort_by(f64::total_cmp);
        values[values.len() / 2]
    };
    let seconds = median(ends.windows(2).map(|pair| (pair[1].0 - pair[0].0).as_secs_f64()).collect());
    let processor = median(ends.windows(2).map(|pair| pair[1].1 - pair[0].1).collect());
    let steps = EXAMPLES.div_ceil(batch) as f64;
    let report = serde_json::json!({
        "steps_per_s": steps / seconds,
        "steps_per_processor_s": steps / processor,
        "batch": batch,
        "parameters": model.parameters(),
        "threads": 1,
    });
    println!("{report}");
    Ok(())
}

/// Seconds this thread ran so far; not a number where the system does not tell.
fn processor_s() -> f64 {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let ns = told.split(' ').next().and_then(|ns| ns.parse::<f64>().ok());
    ns.map_or(f64::NAN, |ns| ns * 1e-9)
}

/// Two people, even noise, every other answer yes: what is learnt does not matter here.
fn made_up() -> Result<Dataset, Box<dyn Error>> {
    let mut builder = DatasetBuilder::new(Columns {
        question: Question { scale: Scale::MENTAL_LOAD, threshold: 3 },
        features: (0..FEATURES)
            .map(|index| Feature { name: format!("f{index}"), unit: "1".to_owned() })
            .collect(),
        contexts: Vec::new(),
        shape: Some(Shape {
            channels: (0..CHANNELS).map(|index| format!("c{index}")).collect(),
            steps: STEPS,
            step: Duration::from_s(1),
        }),
    })?;
    let mut noise = 1_u64;
    let mut next = || {
        noise = noise.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (noise >> 40) as f32 / (1 << 23) as f32 - 1.0
    };
    for index in 0..EXAMPLES {
        let at = Timestamp::from_ns(1_000_000_000 * (STEPS + index) as i64)?;
        let evidence = Evidence {
            from: at.saturating_sub(Duration::from_s(STEPS as u32)),
            at,
            features: (0..FEATURES).map(|_| f64::from(next())).collect(),
            contexts: Vec::new(),
            signals: Some(Signals {
                values: (0..CHANNELS).map(|_| (0..STEPS).map(|_| next()).collect()).collect(),
            }),
        };
        let answer = Answer { value: 2 + (index % 3) as i32, answered: at };
        builder.add(if index % 2 == 0 { "a" } else { "b" }, Example { evidence, answer })?;
    }
    Ok(builder.build())
}
