//! How is the network trained? Epoch by epoch, until the people held out for stopping gain nothing more.
//!
//! ```text
//! training part ─┬─ people learnt from ─► encoder, batches ─► step ─► weights ─╮
//!                └─ people held out for stopping ─► log-loss ─► best weights ◄─╯ ─► checkpoint
//! ```

use burn::tensor::Device;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;
use sha2::{Digest, Sha256};

use super::batch::{self, Batch, Layout};
use super::chance::{self, Purpose};
use super::checkpoint::Standing;
use super::encoder::{Encoded, Encoder};
use super::layers::{Layers, Leaf};
use super::optimiser::{self, AdamW, Moments, Schedule};
use super::settings::NetworkSettings;
use super::step::{self, Targets, Thresholds, log_loss, read};
use super::weights::{Architecture, Weights};
use crate::dataset::{Training, TrainingPerson};
use crate::estimator::{ModelError, Progress, Run, Seed};

/// Fewer answers than this teach a network nothing.
const FEWEST_ANSWERS: usize = 16;
/// Fewer answers of one kind than this cannot be told from chance.
const FEWEST_OF_A_KIND: usize = 2;
/// Steps of one pass at least, while they have [`SMALLEST_BATCH`] examples: with two or three steps a pass, forty passes
/// would not lead far from where the weights began.
const FEWEST_STEPS: usize = 16;
const SMALLEST_BATCH: usize = 8;
/// Examples of one look without learning: what fits the cache.
const GLANCE: usize = 256;

/// Examples as numbers with what was answered.
#[derive(Clone, Debug, Default)]
pub(crate) struct Examples {
    /// The numbers.
    pub(crate) encoded: Vec<Encoded>,
    /// The answers.
    pub(crate) answers: Vec<i32>,
}

/// One training, from its data to its weights.
pub(crate) struct Course<'a> {
    settings: &'a NetworkSettings,
    seed: Seed,
    device: Device,
    layout: Layout,
    architecture: Architecture,
    thresholds: Thresholds,
    learnt: Examples,
    stopping: Examples,
}

/// What a training came to.
pub(crate) struct Trained {
    pub(crate) encoder: Encoder,
    pub(crate) layout: Layout,
    pub(crate) architecture: Architecture,
    pub(crate) weights: Weights,
}

/// Trains on `training`.
pub(crate) fn train(
    settings: &NetworkSettings,
    training: Training<'_>,
    run: &mut Run<'_>,
) -> Result<Trained, ModelError> {
    let shape = training.columns().shape.as_ref();
    let channels = shape.map_or(0, |shape| if shape.steps == 0 { 0 } else { shape.channels.len() });
    enough("channels of raw signals", channels, 1)?;
    let device = settings.place.open().or_else(|missing| {
        (run.watch)(Progress::Notice { text: missing.to_string() });
        super::device::Place::Processor.open()
    })?;
    let (learnt, stopping) = hold_out(training, settings.stopping_share, run.seed);
    let examples = learnt.iter().flat_map(|part| part.examples());
    let encoder = Encoder::fit(training.columns().clone(), examples, settings.prior_examples);
    let thresholds = Thresholds::of(training.question());
    let layout = Layout::new(encoder.channels(), encoder.steps(), settings.moments);
    let architecture = Architecture {
        inputs: layout.inputs(),
        moments: layout.moments(),
        width: settings.width,
        hidden: settings.hidden,
        blocks: settings.blocks,
        environment: encoder.sources().len(),
        thresholds: thresholds.values.len(),
    };
    let learnt = Examples::of(&learnt, &encoder);
    let stopping = Examples::of(&stopping, &encoder);
    let course =
        Course { settings, seed: run.seed, device, layout, architecture, thresholds, learnt, stopping };
    course.check(training)?;
    let weights = course.run(run)?;
    Ok(Trained { encoder, layout, architecture: course.architecture, weights })
}

/// Part of a person: all of them, or the first or last of their examples.
#[derive(Clone, Copy)]
struct Part<'a> {
    person: TrainingPerson<'a>,
    begin: usize,
    end: usize,
}

impl<'a> Part<'a> {
    fn examples(self) -> &'a [crate::dataset::Example] {
        &self.person.examples()[self.begin..self.end]
    }
}

/// Who is learnt from and who is held out for stopping: other people, or with fewer than three the last answers of each, after
/// everything in the evidence of which the learnt ones end.
fn hold_out<'a>(training: Training<'a>, share: f64, seed: Seed) -> (Vec<Part<'a>>, Vec<Part<'a>>) {
    let mut people: Vec<TrainingPerson<'a>> = training.people().collect();
    let whole =
        |person: &TrainingPerson<'a>| Part { person: *person, begin: 0, end: person.examples().len() };
    if share <= 0.0 {
        return (people.iter().map(whole).collect(), Vec::new());
    }
    if people.len() < 3 {
        return people.iter().map(|person| divide(*person, share)).unzip();
    }
    people.shuffle(&mut chance::stream(seed, Purpose::Stopping));
    let count = ((people.len() as f64 * share).round() as usize).clamp(1, people.len() - 1);
    let (held, learnt) = people.split_at(count);
    (learnt.iter().map(whole).collect(), held.iter().map(whole).collect())
}

/// The first examples of a person, known before the evidence of the last begins, and the last.
fn divide(person: TrainingPerson<'_>, share: f64) -> (Part<'_>, Part<'_>) {
    let end = person.examples().len();
    let begin = end - (end as f64 * share).round() as usize;
    let first = person.examples()[begin..].iter().map(|example| example.evidence.from).min();
    let kept = first.map_or(begin, |first| person.past(first).examples().len().min(begin));
    (Part { person, begin: 0, end: kept }, Part { person, begin, end })
}

fn enough(what: &'static str, found: usize, needed: usize) -> Result<(), ModelError> {
    if found < needed {
        return Err(ModelError::TooLittle { what, found, needed });
    }
    Ok(())
}

impl Examples {
    fn of(parts: &[Part<'_>], encoder: &Encoder) -> Self {
        let mut all = Self::default();
        for part in parts {
            for example in part.examples() {
                let past = part.person.past(example.evidence.at);
                all.encoded.push(encoder.encode(&encoder.usual(past), &example.evidence));
                all.answers.push(example.answer.value);
            }
        }
        all
    }
}

impl Course<'_> {
    fn check(&self, training: Training<'_>) -> Result<(), ModelError> {
        enough("answers", self.learnt.answers.len(), FEWEST_ANSWERS)?;
        let yes = self.learnt.answers.iter().filter(|answer| training.question().is_yes(**answer)).count();
        let rarer = yes.min(self.learnt.answers.len() - yes);
        enough("answers of the rarer kind", rarer, FEWEST_OF_A_KIND)
    }

    fn run(&self, run: &mut Run<'_>) -> Result<Weights, ModelError> {
        let name = self.name();
        let kept = run.checkpoints.as_mut().and_then(|checkpoints| checkpoints.last());
        let mut standing =
            kept.and_then(|bytes| Standing::from_bytes(&bytes, &name)).unwrap_or_else(|| self.beginning());
        while standing.epochs < self.settings.epochs
            && standing.epochs < standing.best_epoch + self.settings.patience
        {
            let (training_loss, learning_rate) = self.epoch(&mut standing)?;
            let held_loss = self.held_loss(&standing.weights);
            // With nobody to stop by, the last weights are the best.
            if held_loss.is_none_or(|loss| loss < standing.best_loss) {
                standing.best = standing.weights.clone();
                standing.best_epoch = standing.epochs;
                standing.best_loss = held_loss.unwrap_or(f64::MAX);
            }
            if let Some(checkpoints) = run.checkpoints.as_mut() {
                checkpoints.keep(&standing.to_bytes(&name))?;
            }
            let (epoch, of) = (standing.epochs, self.settings.epochs);
            (run.watch)(Progress::Epoch { epoch, of, training_loss, held_loss, learning_rate });
        }
        Ok(standing.best)
    }

    /// What this run is: its settings, seed and data. A checkpoint of another one is of no use.
    fn name(&self) -> String {
        let mut hasher = Sha256::new();
        hasher
            .update(serde_json::to_vec(&(self.settings, self.seed, &self.architecture)).unwrap_or_default());
        for Examples { encoded, answers } in [&self.learnt, &self.stopping] {
            for (encoded, answer) in encoded.iter().zip(answers) {
                hasher.update(answer.to_le_bytes());
                for value in encoded.signals.iter().chain(&encoded.environment) {
                    hasher.update(value.to_le_bytes());
                }
            }
        }
        let digest = hasher.finalize();
        digest.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// New weights; each threshold begins at how often it is reached.
    fn beginning(&self) -> Standing {
        let mut weights = self.architecture.begin(&mut chance::stream(self.seed, Purpose::Weights));
        if let Some(biases) = weights.array_mut("thresholds_bias") {
            for (bias, threshold) in biases.values.iter_mut().zip(&self.thresholds.values) {
                let reached = self.learnt.answers.iter().filter(|answer| *answer >= threshold).count() as f64;
                let missed = self.learnt.answers.len() as f64 - reached;
                *bias = ((reached + 0.5) / (missed + 0.5)).ln() as f32;
            }
        }
        Standing {
            epochs: 0,
            best: weights.clone(),
            weights,
            moments: Moments::default(),
            best_loss: f64::MAX,
            best_epoch: 0,
        }
    }

    /// One pass over all examples; the mean log-loss of its batches and the last learning rate.
    fn epoch(&self, standing: &mut Standing) -> Result<(f64, f64), ModelError> {
        let mut generator = chance::stream(self.seed, Purpose::Epoch(standing.epochs));
        let mut order: Vec<usize> = (0..self.learnt.answers.len()).collect();
        order.shuffle(&mut generator);
        let batch =
            (order.len() / FEWEST_STEPS).clamp(SMALLEST_BATCH.min(self.settings.batch), self.settings.batch);
        let batches = order.len().div_ceil(batch) as u64;
        let steps = batches * self.settings.epochs as u64;
        let warm_up = (steps as f64 * self.settings.warm_up).round() as u64;
        let schedule = Schedule { peak: self.settings.learning_rate, warm_up, steps };
        let (mut loss, mut rate) = (0.0, 0.0);
        for indices in order.chunks(batch) {
            rate = schedule.rate(standing.moments.steps);
            loss += self.step(standing, indices, rate, &mut generator)? * indices.len() as f64;
        }
        standing.epochs += 1;
        Ok((loss / order.len() as f64, rate))
    }

    /// One step; the log-loss of its batch.
    fn step(
        &self,
        standing: &mut Standing,
        indices: &[usize],
        rate: f64,
        generator: &mut ChaCha8Rng,
    ) -> Result<f64, ModelError> {
        let settings = self.settings;
        let device = self.device.clone().autodiff();
        let chosen = indices.iter().map(|index| &self.learnt.encoded[*index]);
        let inputs = Batch::augmented(chosen, self.layout, &settings.augmentation, generator);
        let shape = [settings.blocks, indices.len(), settings.hidden];
        let dropout = batch::dropout(shape, settings.dropout, generator, &device);
        let answers: Vec<i32> = indices.iter().map(|index| self.learnt.answers[*index]).collect();
        let targets = Targets::of(&self.thresholds, &answers, settings.levels);
        let leaves: Vec<Leaf> = standing.weights.place(&device).into_iter().map(Leaf::learning).collect();
        let layers = Layers::of(&self.architecture, &leaves);
        let mut lesson =
            step::learn(&layers, &leaves, inputs.place(self.layout, &device), &targets, &dropout);
        let norm = optimiser::clip(&mut lesson.gradients, settings.longest_gradient);
        if !lesson.loss.is_finite() || !norm.is_finite() {
            return Err(self.diverged(standing, rate));
        }
        AdamW::usual(settings.weight_decay as f32).step(
            &mut standing.weights.arrays,
            &lesson.gradients,
            &mut standing.moments,
            rate,
        );
        Ok(self.mean_log_loss(&lesson.logits, &answers))
    }

    fn diverged(&self, standing: &Standing, rate: f64) -> ModelError {
        let (epoch, highest) = (standing.epochs + 1, self.settings.learning_rate);
        ModelError::Diverged {
            reason: format!(
                "loss or gradient was no number in epoch {epoch} at a learning rate of {rate:.1e}; try learning_rate below {highest:.1e}"
            ),
        }
    }

    /// Log-loss on the people held out for stopping; `None` if nobody is.
    fn held_loss(&self, weights: &Weights) -> Option<f64> {
        if self.stopping.answers.is_empty() {
            return None;
        }
        let layers = Layers::of(&self.architecture, &weights.place(&self.device));
        let mut sum = 0.0;
        for (encoded, answers) in
            self.stopping.encoded.chunks(GLANCE).zip(self.stopping.answers.chunks(GLANCE))
        {
            let inputs = Batch::of(encoded, self.layout).place(self.layout, &self.device);
            let logits = read(layers.forward(inputs, &[]).logits);
            sum += self.mean_log_loss(&logits, answers) * answers.len() as f64;
        }
        Some(sum / self.stopping.answers.len() as f64)
    }

    fn mean_log_loss(&self, logits: &[f32], answers: &[i32]) -> f64 {
        let question = self.thresholds.question;
        let threshold = self.thresholds.values[question];
        let rows = logits.chunks_exact(self.thresholds.values.len());
        let losses = rows
            .zip(answers)
            .map(|(row, answer)| log_loss(f64::from(row[question]), f64::from(*answer >= threshold)));
        losses.sum::<f64>() / answers.len() as f64
    }
}
