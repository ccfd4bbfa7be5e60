//! What does a whole job come to, from the first answer to the last unit that is sure enough?
//!
//! Answers that were given, or drawn from a simulated crowd, are handed out again as if they came one after the other: a mind arrives, gets
//! a unit, and what it says is taken from the answers. So a rule that would have stopped sooner, or asked somebody else, can be
//! judged by what it would have paid and what it would have got.
//!
//! ```text
//! gold share ─► records of the minds, threshold ─► arrivals ─► unit for the mind ─► answer ─► enough? ─► records
//! ```

use rand::seq::SliceRandom as _;
use rand_chacha::ChaCha8Rng;
use thiserror::Error;

use super::belief::Belief;
use super::gain::{Gain, MindGain};
use super::records::Records;
use super::stopping::{StoppingRule, Sureness, Verdict};
use super::threshold::{Assurance, Replay, Step, Threshold, for_accuracy};
use crate::Seed;
use crate::crowd::{Answer, Answers, Gold, Posterior};

/// When a unit of the job has enough answers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Enough {
    /// By a rule whose threshold is set.
    Rule(StoppingRule),
    /// At the confidence that delivers this accuracy on gold.
    Accuracy {
        /// The accuracy wanted, of units.
        wanted: f64,
        /// How sure it has to be.
        assurance: Assurance,
        /// Answers every unit gets.
        least: u32,
        /// Answers no unit gets more than.
        most: u32,
    },
}

/// Which unit an arriving mind gets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Dealt {
    /// Any that is open and that it has not answered.
    #[default]
    ByChance,
    /// The one its answer is worth most on.
    ByGain(Gain),
}

/// What is learned of the minds after the gold.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Learning {
    /// Nothing: gold alone tells. A confidence chosen on gold holds for these records and no others.
    #[default]
    Gold,
    /// Each unit that is sure enough, with the probabilities of its labels: needs fewer answers where gold is little, but minds that
    /// err together teach each other that they are right.
    Closed,
}

/// How a job is run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct JobPolicy {
    /// When a unit has enough answers.
    pub enough: Enough,
    /// Which unit a mind gets.
    pub dealt: Dealt,
    /// What is learned on the way.
    pub learning: Learning,
    /// Share of the units whose truth is known that all minds are tried on first; the rest is judged.
    pub gold_share: f64,
}

/// Why a job cannot be run.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum JobError {
    /// No truth of any unit is known.
    #[error("a job is judged on units whose truth is known, and none is: give the truth of some")]
    NothingKnown,
    /// Every known unit is gold, or none is.
    #[error(
        "of {known} units whose truth is known {gold} would be gold; at least one must be, and one must be left to judge"
    )]
    NothingLeft {
        /// Units whose truth is known.
        known: usize,
        /// How many of them are gold.
        gold: usize,
    },
}

/// What a job came to.
#[derive(Clone, Debug, PartialEq)]
pub struct JobReport {
    /// Probability of each label for each unit at the end; gold units have their gold.
    pub posterior: Posterior,
    /// Share of the judged units whose likeliest label is the true one.
    pub accuracy: f64,
    /// Units whose truth is known and that were not gold.
    pub judged: usize,
    /// Answers a unit that was not gold.
    pub answers_per_unit: f64,
    /// Answers to gold units, which are not counted there.
    pub gold_answers: usize,
    /// Gold units.
    pub gold_units: usize,
    /// Units that were sure enough.
    pub sure: usize,
    /// Units that had the most answers or for which there was nobody left to ask.
    pub exhausted: usize,
    /// What was found on gold, where a confidence was chosen there.
    pub threshold: Option<Threshold>,
}

/// Orders in which the answers to a gold unit are replayed.
const GOLD_ORDERS: usize = 8;

/// Runs a job on the answers there are. `gold` is the truth as far as it is known: a share of it teaches, the rest judges.
///
/// O(answers × answers a unit × labels) where units are dealt by chance; by gain each arrival looks at all units open to the mind.
///
/// # Errors
/// Where there is nothing to teach or nothing to judge.
pub fn run(answers: &Answers, gold: &Gold, policy: &JobPolicy, seed: Seed) -> Result<JobReport, JobError> {
    let taught = gold_units(gold, answers.units().len(), policy.gold_share, seed)?;
    let mut records = taught_records(answers, gold, &taught);
    let prior = prior_of(answers, gold, &taught);
    let (rule, threshold) = match policy.enough {
        Enough::Rule(rule) => (rule, None),
        Enough::Accuracy { wanted, assurance, least, most } => {
            let mut random = seed.generator(11);
            let replays = replays(answers, gold, &taught, &mut records, &prior, (least, most), &mut random);
            let threshold = for_accuracy(&replays, wanted, assurance);
            let confidence = threshold.map_or(2.0, |threshold| threshold.confidence);
            (StoppingRule { least, most, sureness: Sureness::Confidence(confidence) }, threshold)
        }
    };
    let mut job = Job {
        answers,
        prior,
        records,
        rule,
        learning: policy.learning,
        units: taught
            .iter()
            .map(|&is_gold| Unit { given: Vec::new(), is_open: !is_gold, is_sure: false })
            .collect(),
    };
    let mut random = seed.generator(12);
    match policy.dealt {
        Dealt::ByChance => job.deal_by_chance(&taught, &mut random),
        Dealt::ByGain(gain) => job.deal_by_gain(&taught, gain, &mut random),
    }
    Ok(job.report(gold, &taught, threshold))
}

/// Which units are gold: a share of those whose truth is known and that somebody answered, drawn by chance.
fn gold_units(gold: &Gold, units: usize, share: f64, seed: Seed) -> Result<Vec<bool>, JobError> {
    let mut known: Vec<usize> = (0..units).filter(|&unit| gold.of(unit).is_some()).collect();
    if known.is_empty() {
        return Err(JobError::NothingKnown);
    }
    let count = (known.len() as f64 * share).round() as usize;
    if count == 0 || count >= known.len() {
        return Err(JobError::NothingLeft { known: known.len(), gold: count });
    }
    known.shuffle(&mut seed.generator(10));
    let mut taught = vec![false; units];
    known[..count].iter().for_each(|&unit| taught[unit] = true);
    Ok(taught)
}

/// Units of gold that are taught, with their truth.
fn golden<'a>(gold: &'a Gold, taught: &'a [bool]) -> impl Iterator<Item = (usize, usize)> + 'a {
    let truth = |unit: usize| gold.of(unit).map(|truth| (unit, truth as usize));
    (0..taught.len()).filter(|&unit| taught[unit]).filter_map(truth)
}

fn taught_records(answers: &Answers, gold: &Gold, taught: &[bool]) -> Records {
    let labels = answers.labels().len();
    let mut counts = vec![0.0; answers.minds().len() * labels * labels];
    for (unit, truth) in golden(gold, taught) {
        for answer in answers.of(unit) {
            counts[(answer.mind as usize * labels + truth) * labels + answer.label as usize] += 1.0;
        }
    }
    Records::fitted(labels, counts)
}

/// How common labels are among gold units, with one of each added.
fn prior_of(answers: &Answers, gold: &Gold, taught: &[bool]) -> Vec<f64> {
    let mut prior = vec![1.0; answers.labels().len()];
    golden(gold, taught).for_each(|(_, truth)| prior[truth] += 1.0);
    let all: f64 = prior.iter().sum();
    prior.iter_mut().for_each(|share| *share /= all);
    prior
}

/// Every gold unit replayed with records that do not know it.
fn replays(
    answers: &Answers,
    gold: &Gold,
    taught: &[bool],
    records: &mut Records,
    prior: &[f64],
    (least, most): (u32, u32),
    random: &mut ChaCha8Rng,
) -> Vec<Replay> {
    let first_answers = least.min(most);
    let mut replays = Vec::new();
    let mut known = vec![0.0; prior.len()];
    for (unit, truth) in golden(gold, taught) {
        known[truth] = 1.0;
        let mut of = answers.of(unit).to_vec();
        of.iter().for_each(|answer| records.count(answer.mind as usize, &known, answer.label as usize, -1.0));
        let mut orders = Vec::with_capacity(GOLD_ORDERS);
        for _ in 0..GOLD_ORDERS {
            of.shuffle(random);
            let mut belief = Belief::new(prior);
            let mut steps = Vec::with_capacity(of.len() + 1);
            steps.extend((first_answers == 0).then(|| step(&belief, truth)));
            for answer in of.iter().take(most as usize) {
                belief.add(records.model(answer.mind as usize), answer.label as usize);
                if belief.answers() >= first_answers || belief.answers() as usize == of.len() {
                    steps.push(step(&belief, truth));
                }
            }
            orders.push(steps);
        }
        replays.push(Replay { orders, first_answers: first_answers.min(of.len() as u32) });
        of.iter().for_each(|answer| records.count(answer.mind as usize, &known, answer.label as usize, 1.0));
        known[truth] = 0.0;
    }
    replays
}

fn step(belief: &Belief, truth: usize) -> Step {
    let (label, confidence) = belief.best();
    Step { confidence, right: f64::from(u8::from(label == truth)) }
}

/// A unit while the job runs.
#[derive(Clone, Debug)]
struct Unit {
    /// Its answers so far.
    given: Vec<Answer>,
    is_open: bool,
    is_sure: bool,
}

/// A job while it runs.
#[derive(Debug)]
struct Job<'a> {
    answers: &'a Answers,
    prior: Vec<f64>,
    records: Records,
    rule: StoppingRule,
    learning: Learning,
    units: Vec<Unit>,
}

impl Job<'_> {
    /// What is believed of the unit with what is known of the minds by now.
    fn belief(&self, unit: usize) -> Belief {
        let mut belief = Belief::new(&self.prior);
        for answer in &self.units[unit].given {
            belief.add(self.records.model(answer.mind as usize), answer.label as usize);
        }
        belief
    }

    /// Takes one answer in and closes the unit if that was enough.
    fn take(&mut self, unit: usize, answer: Answer) -> Belief {
        self.units[unit].given.push(answer);
        let belief = self.belief(unit);
        match self.rule.verdict(&belief) {
            Verdict::More => {}
            Verdict::Exhausted => self.units[unit].is_open = false,
            Verdict::Sure => {
                self.units[unit].is_open = false;
                self.units[unit].is_sure = true;
                self.learn(unit, &belief);
            }
        }
        belief
    }

    /// What a closed unit tells of each mind: its answer against what the others make of the unit, for against itself it would be right.
    fn learn(&mut self, unit: usize, belief: &Belief) {
        if self.learning == Learning::Gold {
            return;
        }
        let mut row = vec![0.0; self.prior.len()];
        let mut learned = Vec::with_capacity(self.units[unit].given.len());
        for answer in &self.units[unit].given {
            let mut others = belief.clone();
            others.undo(self.records.model(answer.mind as usize), answer.label as usize);
            others.write(&mut row);
            learned.push((*answer, row.clone()));
        }
        for (answer, row) in learned {
            self.records.count(answer.mind as usize, &row, answer.label as usize, 1.0);
        }
    }

    /// All answers to units that are not gold, in an order made by chance.
    fn arrivals(&self, taught: &[bool], random: &mut ChaCha8Rng) -> Vec<(u32, Answer)> {
        let open = (0..self.units.len()).filter(|&unit| !taught[unit]);
        let mut arrivals: Vec<(u32, Answer)> = open
            .flat_map(|unit| self.answers.of(unit).iter().map(move |&answer| (unit as u32, answer)))
            .collect();
        arrivals.shuffle(random);
        arrivals
    }

    fn deal_by_chance(&mut self, taught: &[bool], random: &mut ChaCha8Rng) {
        for (unit, answer) in self.arrivals(taught, random) {
            if self.units[unit as usize].is_open {
                self.take(unit as usize, answer);
            }
        }
    }

    /// Minds arrive as often as they answered; each gets the unit its answer is worth most on of those it could answer.
    fn deal_by_gain(&mut self, taught: &[bool], gain: Gain, random: &mut ChaCha8Rng) {
        let arrivals = self.arrivals(taught, random);
        let mut of_mind: Vec<Vec<(u32, Answer)>> = vec![Vec::new(); self.answers.minds().len()];
        arrivals.iter().for_each(|&(unit, answer)| of_mind[answer.mind as usize].push((unit, answer)));
        let labels = self.prior.len();
        let mut posterior = Posterior::new(labels, self.prior.repeat(self.units.len()));
        for (_, Answer { mind, .. }) in arrivals {
            let left = &mut of_mind[mind as usize];
            left.retain(|&(unit, _)| self.units[unit as usize].is_open);
            let worth = MindGain::new(gain, self.records.model(mind as usize), labels);
            let mut best = (f64::NEG_INFINITY, 0);
            for (at, &(unit, _)) in left.iter().enumerate() {
                let of = worth.on(posterior.of(unit as usize));
                // Among equals any: the order they lie in was made by chance.
                if of > best.0 {
                    best = (of, at);
                }
            }
            if left.is_empty() {
                continue;
            }
            let (unit, answer) = left.swap_remove(best.1);
            let belief = self.take(unit as usize, answer);
            belief.write(posterior.of_mut(unit as usize));
        }
    }

    fn report(self, gold: &Gold, taught: &[bool], threshold: Option<Threshold>) -> JobReport {
        let labels = self.prior.len();
        let mut posterior = Posterior::new(labels, vec![0.0; self.units.len() * labels]);
        let (mut right, mut judged, mut given, mut sure, mut gold_answers) = (0, 0, 0, 0, 0);
        for unit in 0..self.units.len() {
            if taught[unit] {
                gold_answers += self.answers.of(unit).len();
                if let Some(truth) = gold.of(unit) {
                    posterior.of_mut(unit)[truth as usize] = 1.0;
                }
                continue;
            }
            self.belief(unit).write(posterior.of_mut(unit));
            given += self.units[unit].given.len();
            sure += usize::from(self.units[unit].is_sure);
            if let Some(truth) = gold.of(unit) {
                judged += 1;
                right += usize::from(posterior.best(unit).0 == truth);
            }
        }
        let gold_units = taught.iter().filter(|is_gold| **is_gold).count();
        let open = self.units.len() - gold_units;
        JobReport {
            posterior,
            accuracy: f64::from(right as u32) / judged.max(1) as f64,
            judged,
            answers_per_unit: given as f64 / open.max(1) as f64,
            gold_answers,
            gold_units,
            sure,
            exhausted: open - sure,
            threshold,
        }
    }
}
