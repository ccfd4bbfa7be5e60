//! What is believed now, while answers still come? The consensus brought up to date by one answer at a time.
//!
//! The model is IBCC's (see [`super::method::ibcc`]); each answer moves only its own unit and what is known of
//! the minds that answered it: Neal and Hinton (1998), *A view of the EM algorithm that justifies incremental,
//! sparse, and other variants*. A step costs the unit's answers × labels. Each raises the same bound the batch
//! raises, so [`Stream::settle`] ends where the batch ends.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::classifier::softmax;
use super::gamma::digamma;

/// What is thought of a mind before it answers, and how fast what it did is forgotten.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Habits {
    /// Answers each mind is thought to have given rightly under each truth.
    pub right: f64,
    /// Answers it is thought to have given for each other label under each truth.
    pub wrong: f64,
    /// Units each truth is thought to have had.
    pub truths: f64,
    /// What an answer still tells of its mind once the mind gave one more: 1 forgets nothing, .99 half within 69 answers.
    pub kept: f64,
}

impl Default for Habits {
    fn default() -> Self {
        Self { right: 4.0, wrong: 1.0, truths: 1.0, kept: 1.0 }
    }
}

/// Why an answer cannot be taken.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum StreamError {
    /// A label that is none.
    #[error("label {label} is none of the {labels} there are")]
    Label {
        /// The label given.
        label: u32,
        /// How many there are.
        labels: u32,
    },
    /// Habits that cannot be.
    #[error("there must be two labels or more, counts above 0, and a share kept above 0 and at most 1")]
    Habits,
    /// The unit was closed.
    #[error("unit {unit} is closed; what its answers told of the minds is kept, more answers are not taken")]
    Closed {
        /// The unit.
        unit: u32,
    },
}

/// One answer as it was taken.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
struct Said {
    mind: u32,
    label: u32,
    /// How many answers the mind had given with it.
    at: u32,
}

/// What is known of one unit.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct SoFar {
    said: Vec<Said>,
    /// Empty until something is known.
    posterior: Vec<f64>,
    gold: Option<u32>,
    closed: bool,
}

/// A consensus that takes one answer at a time. Units and minds are indices from 0 in any order; memory grows with
/// the highest of each and with the answers of open units. It can be written down and read back as it is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stream {
    habits: Habits,
    labels: usize,
    /// Expected answers of each mind, `[mind, truth, answer]`, without what was thought before.
    met: Vec<f64>,
    /// Answers each mind gave.
    heard: Vec<u32>,
    /// Expected units of each truth.
    truths: Vec<f64>,
    units: Vec<SoFar>,
}

impl Stream {
    /// Nothing heard yet.
    ///
    /// # Errors
    /// [`StreamError::Habits`] where habits or the number of labels make no sense.
    pub fn new(labels: u32, habits: Habits) -> Result<Self, StreamError> {
        let counts = [habits.right, habits.wrong, habits.truths];
        let sound = counts.iter().all(|&count| count > 0.0 && count.is_finite());
        if labels < 2 || !sound || !(habits.kept > 0.0 && habits.kept <= 1.0) {
            return Err(StreamError::Habits);
        }
        let labels = labels as usize;
        Ok(Self { habits, labels, met: vec![], heard: vec![], truths: vec![0.0; labels], units: vec![] })
    }

    /// Takes one answer; what is believed of its unit now. The same answer of the same mind again tells nothing.
    ///
    /// # Errors
    /// [`StreamError`] for a label there is not or a closed unit.
    pub fn answer(&mut self, unit: u32, mind: u32, label: u32) -> Result<&[f64], StreamError> {
        self.check(unit, label)?;
        let at = unit as usize;
        if !self.units[at].said.iter().any(|said| said.mind == mind && said.label == label) {
            self.hear(mind);
            let said = Said { mind, label, at: self.heard[mind as usize] };
            self.update(at, Some(said));
        }
        Ok(&self.units[at].posterior)
    }

    /// Takes the truth of a unit; the last given holds.
    ///
    /// # Errors
    /// [`StreamError`] for a label there is not or a closed unit.
    pub fn gold(&mut self, unit: u32, label: u32) -> Result<(), StreamError> {
        self.check(unit, label)?;
        let at = unit as usize;
        self.units[at].gold = Some(label);
        self.update(at, None);
        Ok(())
    }

    /// Forgets the answers of a finished unit; its consensus and what they told of the minds stay.
    pub fn close(&mut self, unit: u32) {
        if let Some(unit) = self.units.get_mut(unit as usize) {
            unit.closed = true;
            unit.said = Vec::new();
        }
    }

    /// What is believed of a unit, `[label]`; `None` where nothing is known of it.
    #[must_use]
    pub fn posterior(&self, unit: u32) -> Option<&[f64]> {
        self.units.get(unit as usize).map(|unit| unit.posterior.as_slice()).filter(|of| !of.is_empty())
    }

    /// How likely the mind says `answer` where `truth` holds, as far as is known.
    #[must_use]
    pub fn likelihood(&self, mind: u32, truth: u32, answer: u32) -> f64 {
        let (truth, answer) = (truth as usize, answer as usize);
        let total: f64 = (0..self.labels).map(|answer| self.expected(mind as usize, truth, answer)).sum();
        self.expected(mind as usize, truth, answer) / total
    }

    /// Goes once over all open units with what is known of the minds by now; how far a probability moved at most.
    pub fn sweep(&mut self) -> f64 {
        let mut moved = 0.0_f64;
        for at in 0..self.units.len() {
            if self.units[at].closed || self.units[at].posterior.is_empty() {
                continue;
            }
            let before = self.units[at].posterior.clone();
            self.update(at, None);
            for (before, after) in before.iter().zip(&self.units[at].posterior) {
                moved = moved.max((before - after).abs());
            }
        }
        moved
    }

    /// Sweeps until no probability moves by more than `tolerance`, or so often; whether it came to rest.
    pub fn settle(&mut self, tolerance: f64, most_sweeps: usize) -> Settled {
        for done in 1..=most_sweeps {
            if self.sweep() <= tolerance {
                return Settled::After(done);
            }
        }
        Settled::NotYet
    }

    fn check(&mut self, unit: u32, label: u32) -> Result<(), StreamError> {
        if label as usize >= self.labels {
            return Err(StreamError::Label { label, labels: self.labels as u32 });
        }
        if self.units.len() <= unit as usize {
            self.units.resize_with(unit as usize + 1, SoFar::default);
        }
        if self.units[unit as usize].closed { Err(StreamError::Closed { unit }) } else { Ok(()) }
    }

    /// The mind gives one more answer: what it did before counts a little less.
    fn hear(&mut self, mind: u32) {
        let (mind, table) = (mind as usize, self.labels * self.labels);
        if self.heard.len() <= mind {
            self.heard.resize(mind + 1, 0);
            self.met.resize((mind + 1) * table, 0.0);
        }
        self.heard[mind] += 1;
        if self.habits.kept < 1.0 {
            self.met[mind * table..][..table].iter_mut().for_each(|met| *met *= self.habits.kept);
        }
    }

    /// Adds (1) or takes away (-1) what the unit tells of the minds and of the truths' frequencies.
    fn count(&mut self, at: usize, sign: f64) {
        let Self { habits, labels, met, heard, truths, units } = self;
        let unit = &units[at];
        for (truth, probability) in unit.posterior.iter().enumerate() {
            truths[truth] += sign * probability;
            for said in &unit.said {
                let mind = said.mind as usize;
                let later = heard[mind] - said.at;
                let weight = if later == 0 { 1.0 } else { habits.kept.powf(f64::from(later)) };
                let met = &mut met[(mind * *labels + truth) * *labels + said.label as usize];
                // Adding and taking away in another order leaves a rounding error, never a negative count.
                *met = (*met + sign * weight * probability).max(0.0);
            }
        }
    }

    fn expected(&self, mind: usize, truth: usize, answer: usize) -> f64 {
        let before = if truth == answer { self.habits.right } else { self.habits.wrong };
        before + self.met.get((mind * self.labels + truth) * self.labels + answer).copied().unwrap_or(0.0)
    }

    /// Takes one more answer of a unit, where there is one, and brings its part of all counts up to date. What is
    /// believed comes from counts that hold the unit's old part, as the batch's do: one coordinate of the same bound.
    fn update(&mut self, at: usize, more: Option<Said>) {
        let next = self.belief(at, more);
        self.count(at, -1.0);
        let unit = &mut self.units[at];
        unit.said.extend(more);
        unit.posterior = next;
        self.count(at, 1.0);
    }

    /// What its answers tell of the unit, by what is known of the minds.
    fn belief(&self, at: usize, more: Option<Said>) -> Vec<f64> {
        let mut logs = vec![0.0; self.labels];
        let unit = &self.units[at];
        if let Some(truth) = unit.gold {
            logs[truth as usize] = 1.0;
            return logs;
        }
        for (truth, log) in logs.iter_mut().enumerate() {
            *log = digamma(self.truths[truth].max(0.0) + self.habits.truths);
            for said in unit.said.iter().chain(&more) {
                let mind = said.mind as usize;
                let total = (0..self.labels).map(|answer| self.expected(mind, truth, answer)).sum();
                *log += digamma(self.expected(mind, truth, said.label as usize)) - digamma(total);
            }
        }
        softmax(&mut logs);
        logs
    }
}

/// How a search for rest ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Settled {
    /// Nothing moved any more in that sweep.
    After(usize),
    /// It still moved.
    NotYet,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::Seed;
    use crate::crowd::answers::{Answers, Gold, sample};
    use crate::crowd::method::ibcc::Ibcc;
    use crate::crowd::{Aggregator, Run};

    fn rows(answers: &Answers) -> Vec<(u32, u32, u32)> {
        let of = |(unit, of): (usize, &'_ [crate::crowd::Answer])| {
            of.iter().map(|answer| (unit as u32, answer.mind, answer.label)).collect::<Vec<_>>()
        };
        answers.by_unit().enumerate().flat_map(of).collect()
    }

    fn heard(rows: &[(u32, u32, u32)], labels: u32, habits: Habits) -> Stream {
        let mut stream = Stream::new(labels, habits).unwrap();
        for &(unit, mind, label) in rows {
            stream.answer(unit, mind, label).unwrap();
        }
        stream
    }

    #[test]
    fn settled_it_believes_what_the_batch_believes() {
        let answers = sample(60, 12, 3, 5);
        let batch = Ibcc { tolerance: 1e-10, most_rounds: 5_000, ..Ibcc::default() }
            .aggregate(&answers, &Gold::none(&answers), &mut Run { seed: Seed(0), progress: &mut |_| {} })
            .unwrap();
        let mut stream = heard(&rows(&answers), 3, Habits::default());
        assert!(matches!(stream.settle(1e-11, 5_000), Settled::After(_)));
        for (unit, row) in batch.posterior.rows().enumerate() {
            for (stream, batch) in stream.posterior(unit as u32).unwrap().iter().zip(row) {
                assert!((stream - batch).abs() < 1e-6, "unit {unit}: {stream} {batch}");
            }
        }
        let (mind, truth, answer) = (4, 1, 2);
        let batch = batch.minds.likelihood(mind, truth, answer, 3);
        assert!((stream.likelihood(4, 1, 2) - batch).abs() < 1e-6);
    }

    #[test]
    fn the_order_of_answers_hardly_matters_and_settled_not_at_all() {
        let answers = sample(60, 12, 3, 5);
        let mut rows = rows(&answers);
        let mut one = heard(&rows, 3, Habits::default());
        rows.reverse();
        let mut other = heard(&rows, 3, Habits::default());
        let apart = |one: &Stream, other: &Stream| {
            let far = |unit| {
                one.posterior(unit)
                    .unwrap()
                    .iter()
                    .zip(other.posterior(unit).unwrap())
                    .map(|(one, other)| (one - other).abs())
            };
            (0..60).flat_map(far).fold(0.0, f64::max)
        };
        let differing = (0..60).filter(|&unit| {
            let best = |stream: &Stream| {
                stream
                    .posterior(unit)
                    .unwrap()
                    .iter()
                    .copied()
                    .enumerate()
                    .max_by(|one, other| one.1.total_cmp(&other.1))
                    .map(|best| best.0)
            };
            best(&one) != best(&other)
        });
        assert!(differing.count() <= 6);
        one.settle(1e-11, 5_000);
        other.settle(1e-11, 5_000);
        assert!(apart(&one, &other) < 1e-6);
    }

    #[test]
    fn who_became_careless_is_found_out_sooner_where_the_past_fades() {
        // Mind 9 is right for 60 units, then always wrong; three others are right.
        let said = |unit: u32, mind: u32| if mind == 9 && unit >= 60 { 1 - unit % 2 } else { unit % 2 };
        let rows: Vec<_> =
            (0..90).flat_map(|unit| [0, 1, 2, 9].map(|mind| (unit, mind, said(unit, mind)))).collect();
        let fading = heard(&rows, 2, Habits { kept: 0.9, ..Habits::default() });
        let keeping = heard(&rows, 2, Habits::default());
        assert!(fading.likelihood(9, 0, 0) < 0.5 && keeping.likelihood(9, 0, 0) > 0.5);
    }

    #[test]
    fn it_can_be_written_down_and_read_back() {
        let mut stream = heard(&rows(&sample(10, 4, 2, 3)), 2, Habits::default());
        stream.gold(3, 1).unwrap();
        stream.close(2);
        let text = serde_json::to_string(&stream).unwrap();
        let mut back: Stream = serde_json::from_str(&text).unwrap();
        assert_eq!(back.answer(2, 0, 0), Err(StreamError::Closed { unit: 2 }));
        assert_eq!(back.answer(4, 0, 0).map(<[f64]>::to_vec), stream.answer(4, 0, 0).map(<[f64]>::to_vec));
        assert_eq!(stream.posterior(3), Some(&[0.0, 1.0][..]));
        assert_eq!(stream.answer(0, 0, 2), Err(StreamError::Label { label: 2, labels: 2 }));
    }

    proptest! {
        #[test]
        fn rows_sum_to_one_and_counts_stay_those_of_the_answers(
            rows in prop::collection::vec((0..8_u32, 0..5_u32, 0..3_u32), 1..80),
            kept in 0.5..=1.0_f64,
        ) {
            let stream = heard(&rows, 3, Habits { kept, ..Habits::default() });
            for unit in 0..8 {
                if let Some(of) = stream.posterior(unit) {
                    prop_assert!((of.iter().sum::<f64>() - 1.0).abs() < 1e-9);
                }
            }
            let unique: std::collections::BTreeSet<_> = rows.iter().collect();
            let met: f64 = stream.met.iter().sum();
            prop_assert!(met <= unique.len() as f64 + 1e-6);
            if kept == 1.0 {
                prop_assert!((met - unique.len() as f64).abs() < 1e-6);
            }
        }
    }
}
