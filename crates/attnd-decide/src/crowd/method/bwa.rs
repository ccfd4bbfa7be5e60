//! How much does each mind's answer weigh? Bayesian weighted averages: a vote whose weights are precisions.
//!
//! Li, Rubinstein, Cohn: Truth inference at scale: a Bayesian model for adjudicating highly redundant crowd annotations.
//! WWW 2019, doi:10.1145/3308558.3313459. For each label by itself, an answer is a number, one or zero, that a mind gave of a
//! hidden number with a precision of its own.

use crate::crowd::aggregator::{Aggregator, AggregatorKind, CrowdError, Run};
use crate::crowd::answers::{Answer, Answers, Gold};
use crate::crowd::consensus::{Consensus, Minds, Posterior};
use crate::crowd::em::{Climb, Parts, Swept};
use crate::crowd::method::majority::{agreement, mean_row, shares};

/// In the list.
pub const KIND: AggregatorKind = AggregatorKind {
    name: "bwa",
    about: "a vote weighted by how near each mind comes to the others, label by label",
    make: || Box::new(Bwa::default()),
};

/// Bayesian weighted averages, for all labels at once. O(answers · labels) a round.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bwa {
    /// Answers each mind is thought to have given before, all as far off as answers are on average; the paper's a.
    pub before: f64,
    /// How much the mean of all units weighs in each; the paper's lambda.
    pub mean: f64,
    /// A label stops where no unit's number moves by more than this part of itself.
    pub tolerance: f64,
    /// It stops after so many rounds.
    pub most_rounds: usize,
}

impl Default for Bwa {
    fn default() -> Self {
        Self { before: 15.0, mean: 1.0, tolerance: 1e-3, most_rounds: 500 }
    }
}

/// Below this, numbers do not differ however small they are.
const NOTHING: f64 = 1e-8;

impl Aggregator for Bwa {
    fn aggregate(&self, answers: &Answers, gold: &Gold, run: &mut Run<'_>) -> Result<Consensus, CrowdError> {
        let labels = answers.labels().len();
        let mut numbers = said(answers, gold);
        let mut averages = Averages::of(*self, answers, &numbers);
        let mut parts = Parts::new(answers, averages.sums());
        let mut climb = Climb::of(self.most_rounds);
        let (_, sums) = parts.sweep(&mut numbers, |units, rows, sums| {
            for (unit, row) in units.zip(rows.chunks_exact(labels)) {
                averages.count(answers.of(unit), row, sums);
            }
            Swept::default()
        });
        averages.learn(sums);
        loop {
            let (_, sums) = parts.sweep(&mut numbers, |units, rows, sums| {
                let mut now = vec![0.0; labels];
                for (unit, row) in units.zip(rows.chunks_exact_mut(labels)) {
                    let of = answers.of(unit);
                    if gold.of(unit).is_none() {
                        averages.average(of, &mut now);
                        averages.moved(row, &now, sums);
                    }
                    averages.count(of, row, sums);
                }
                Swept::default()
            });
            let is_open = averages.learn(sums);
            climb.rose(averages.objective, run);
            if !is_open || climb.is_at_end() {
                break;
            }
        }
        let posterior = normalized(numbers);
        let minds = Minds::Skills(agreement(answers, &posterior));
        let prior = mean_row(&posterior);
        Ok(Consensus { posterior, minds, prior, objective: climb.into_objective(), choice: None })
    }
}

/// For each unit and label, which share of the minds that answered gave the label. A mind that gave several counts in each.
fn said(answers: &Answers, gold: &Gold) -> Posterior {
    let mut said = shares(answers, gold);
    for (unit, of) in answers.by_unit().enumerate() {
        let minds = minds_of(of).count();
        if gold.of(unit).is_none() && minds < of.len() {
            said.of_mut(unit).iter_mut().for_each(|share| *share *= of.len() as f64 / minds as f64);
        }
    }
    said
}

/// A unit's answers mind by mind.
fn minds_of(of: &[Answer]) -> impl Iterator<Item = &[Answer]> {
    of.chunk_by(|one, other| one.mind == other.mind)
}

/// What is believed of the minds, `[mind, label]`, and of all units, `[label]`.
struct Averages {
    kind: Bwa,
    labels: usize,
    units: f64,
    /// Units each mind answered.
    answered: Vec<f64>,
    /// How far off the answers thought to have been given before are, squared and summed; the paper's b. Nought where all
    /// minds agree on who says the label: its numbers are what was said.
    before: Vec<f64>,
    precision: Vec<f64>,
    /// Mean of all units' numbers.
    mean: Vec<f64>,
    /// Which labels still move.
    open: Vec<bool>,
    /// Logarithm of how likely it all is, up to a constant.
    objective: f64,
}

impl Averages {
    fn of(kind: Bwa, answers: &Answers, said: &Posterior) -> Self {
        let labels = said.labels();
        let mut answered = vec![0.0; answers.minds().len()];
        let mut torn = vec![0.0; labels];
        for (of, said) in answers.by_unit().zip(said.rows()) {
            minds_of(of).for_each(|of| answered[of[0].mind as usize] += 1.0);
            for (torn, said) in torn.iter_mut().zip(said) {
                *torn += of.len() as f64 * said * (1.0 - said);
            }
        }
        // A vote split evenly among all labels has this times the variance of one split in two.
        let evenly = 4.0 * (1.0 - 1.0 / labels as f64);
        let pairs: f64 = answered.iter().sum();
        let before: Vec<f64> = torn.iter().map(|torn| kind.before * torn / pairs.max(1.0) * evenly).collect();
        Self {
            kind,
            labels,
            units: said.units() as f64,
            precision: vec![1.0; answered.len() * labels],
            answered,
            mean: vec![0.0; labels],
            open: before.iter().map(|before| *before > 0.0).collect(),
            before,
            objective: f64::NEG_INFINITY,
        }
    }

    /// `[mind, label]` how far off, then `[label]` numbers, `[label]` their squares, `[label]` units that moved.
    fn sums(&self) -> usize {
        self.precision.len() + 3 * self.labels
    }

    /// Adds what a unit's answers are off by, and its numbers.
    fn count(&self, of: &[Answer], row: &[f64], sums: &mut [f64]) {
        let (off, numbers) = sums.split_at_mut(self.precision.len());
        for of in minds_of(of) {
            let off = &mut off[of[0].mind as usize * self.labels..][..self.labels];
            off.iter_mut().zip(row).for_each(|(off, number)| *off += number * number);
            for answer in of {
                // (1 - z)² instead of z².
                off[answer.label as usize] += 1.0 - 2.0 * row[answer.label as usize];
            }
        }
        for (label, number) in row.iter().enumerate() {
            numbers[label] += number;
            numbers[self.labels + label] += number * number;
        }
    }

    /// The weighted averages of a unit's answers, into `now`.
    fn average(&self, of: &[Answer], now: &mut [f64]) {
        let mut weight = vec![self.kind.mean; self.labels];
        now.iter_mut().zip(&self.mean).for_each(|(now, mean)| *now = self.kind.mean * mean);
        for of in minds_of(of) {
            let precision = &self.precision[of[0].mind as usize * self.labels..][..self.labels];
            weight.iter_mut().zip(precision).for_each(|(weight, precision)| *weight += precision);
            for answer in of {
                now[answer.label as usize] += precision[answer.label as usize];
            }
        }
        now.iter_mut().zip(&weight).for_each(|(now, weight)| *now /= weight);
    }

    /// Takes the numbers of labels that still move into the unit's row, and counts where they moved.
    fn moved(&self, row: &mut [f64], now: &[f64], sums: &mut [f64]) {
        let moved = &mut sums[self.precision.len() + 2 * self.labels..];
        for (label, (before, now)) in row.iter_mut().zip(now).enumerate() {
            if self.open[label] {
                if (*before - now).abs() > NOTHING + self.kind.tolerance * now.abs() {
                    moved[label] += 1.0;
                }
                *before = *now;
            }
        }
    }

    /// Precisions and means expected of these sums; whether any label still moves.
    fn learn(&mut self, sums: &[f64]) -> bool {
        let labels = self.labels;
        let (off, numbers) = sums.split_at(self.precision.len());
        let is_first = self.objective == f64::NEG_INFINITY;
        self.objective = 0.0;
        for (mind, answered) in self.answered.iter().enumerate() {
            let count = self.kind.before + answered;
            for label in 0..labels {
                let off = self.before[label] + off[mind * labels + label].max(0.0);
                if self.before[label] > 0.0 {
                    self.precision[mind * labels + label] = count / off;
                    self.objective -= 0.5 * count * off.ln();
                }
            }
        }
        for label in 0..labels {
            let (sum, squares) = (numbers[label], numbers[labels + label]);
            self.mean[label] = sum / self.units;
            if self.before[label] > 0.0 {
                self.objective -= 0.5 * self.kind.mean * (squares - sum * self.mean[label]);
            }
            if !is_first && numbers[2 * labels + label] == 0.0 {
                self.open[label] = false;
            }
        }
        self.open.contains(&true)
    }
}

/// Numbers as probabilities of labels.
fn normalized(mut numbers: Posterior) -> Posterior {
    let labels = numbers.labels();
    for row in numbers.values_mut().chunks_exact_mut(labels) {
        let total: f64 = row.iter().sum();
        if total > 0.0 {
            row.iter_mut().for_each(|number| *number /= total);
        } else {
            row.fill(1.0 / labels as f64);
        }
    }
    numbers
}
