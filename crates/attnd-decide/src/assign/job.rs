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
    let mut job = Collection {
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

/// Answers of a project while they are collected.
#[derive(Debug)]
struct Collection<'a> {
    answers: &'a Answers,
    prior: Vec<f64>,
    records: Records,
    rule: StoppingRule,
    learning: Learning,
    units: Vec<Unit>,
}

impl Collection<'_> {
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
        for (unit, state) in self.units.iter().enumerate() {
            if taught[unit] {
                gold_answers += self.answers.of(unit).len();
                if let Some(truth) = gold.of(unit) {
                    posterior.of_mut(unit)[truth as usize] = 1.0;
                }
                continue;
            }
            self.belief(unit).write(posterior.of_mut(unit));
            given += state.given.len();
            sure += usize::from(state.is_sure);
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assign::threshold::Reached;
    use crate::crowd::simulate::{Difficulty, Population};

    /// Answers of a drawn crowd, and the truth of all units.
    fn drawn(mix: &str, (units, minds, each): (usize, usize, usize), hard_share: f64) -> (Answers, Gold) {
        let difficulty = Difficulty { hard_share, pull: 0.5 };
        let population = Population::of_mix(&mix.parse().unwrap(), 2, minds, difficulty, Seed(1));
        population.answered(units, each, Seed(2))
    }

    fn policy(sureness: Sureness, most: u32) -> JobPolicy {
        JobPolicy {
            enough: Enough::Rule(StoppingRule { least: 1, most, sureness }),
            dealt: Dealt::ByChance,
            learning: Learning::Gold,
            gold_share: 0.2,
        }
    }

    /// Mean accuracy and answers a unit over some seeds.
    fn mean(answers: &Answers, gold: &Gold, policy: &JobPolicy) -> (f64, f64) {
        let reports: Vec<JobReport> =
            (0..6).map(|seed| run(answers, gold, policy, Seed(seed)).unwrap()).collect();
        let count = reports.len() as f64;
        let accuracy = reports.iter().map(|report| report.accuracy).sum::<f64>() / count;
        (accuracy, reports.iter().map(|report| report.answers_per_unit).sum::<f64>() / count)
    }

    #[test]
    fn a_third_of_the_answers_is_enough_where_one_stops_when_sure() {
        // As large as the sentiment job the rule was measured on: 1,000 units, 85 minds, 20 answers to each.
        let (answers, gold) = drawn("skilled@0.9:5,skilled@0.7:4,spammer:1", (1000, 85, 20), 0.05);
        let all = mean(&answers, &gold, &policy(Sureness::Never, 20));
        let sure = mean(&answers, &gold, &policy(Sureness::Confidence(0.99), 20));
        assert!((all.1 - 20.0).abs() < 1e-9);
        assert!(sure.0 >= 0.95 && sure.0 >= all.0 - 0.01 && sure.1 <= 6.5, "{sure:?} {all:?}");
        let wanted = Enough::Accuracy { wanted: 0.95, assurance: Assurance::OnAverage, least: 1, most: 20 };
        let calibrated = mean(&answers, &gold, &JobPolicy { enough: wanted, ..policy(Sureness::Never, 20) });
        assert!(calibrated.0 >= 0.95 && calibrated.1 <= 6.5, "{calibrated:?}");
    }

    #[test]
    fn what_models_call_sure_is_found_out_on_gold() {
        // A tenth of the units deceives half of the minds: what the models call .95 is not, and no number of answers makes it so.
        let (answers, gold) = drawn("skilled@0.9:5,skilled@0.7:4,spammer:1", (1000, 85, 20), 0.1);
        let all = mean(&answers, &gold, &policy(Sureness::Never, 20));
        let nominal = mean(&answers, &gold, &policy(Sureness::Confidence(0.95), 20));
        assert!(nominal.0 < 0.93, "{nominal:?}");
        let wanted = |wanted| {
            let enough = Enough::Accuracy { wanted, assurance: Assurance::OnAverage, least: 1, most: 20 };
            JobPolicy { enough, ..policy(Sureness::Never, 20) }
        };
        let reached = run(&answers, &gold, &wanted(0.95), Seed(1)).unwrap().threshold.unwrap();
        assert_eq!(reached.reached, Reached::NotAssured);
        let told = mean(&answers, &gold, &wanted(0.95));
        assert!(told.0 >= all.0 - 0.01 && told.1 < 12.0, "{told:?} {all:?}");
        let modest = mean(&answers, &gold, &wanted(0.88));
        assert!(modest.0 >= 0.87 && modest.1 < nominal.1, "{modest:?} {nominal:?}");
    }

    #[test]
    fn a_mind_dealt_what_it_is_good_for_brings_more_than_one_dealt_anything() {
        let (answers, gold) = drawn("skilled@0.75:6,biased:2,spammer:1", (600, 40, 20), 0.0);
        let by = |dealt| {
            let enough =
                Enough::Rule(StoppingRule { least: 1, most: 6, sureness: Sureness::Confidence(0.97) });
            mean(&answers, &gold, &JobPolicy { enough, dealt, ..policy(Sureness::Never, 6) })
        };
        let (chance, gain) = (by(Dealt::ByChance), by(Dealt::ByGain(Gain::Accuracy)));
        assert!(gain.0 > chance.0, "{gain:?} {chance:?}");
    }

    #[test]
    fn more_confidence_costs_more_and_the_same_seed_costs_the_same() {
        let (answers, gold) = drawn("skilled@0.8:1", (300, 20, 12), 0.0);
        let costs = [0.8, 0.9, 0.95, 0.99].map(|confidence| {
            run(&answers, &gold, &policy(Sureness::Confidence(confidence), 12), Seed(3))
                .unwrap()
                .answers_per_unit
        });
        assert!(costs.is_sorted(), "{costs:?}");
        for dealt in [Dealt::ByChance, Dealt::ByGain(Gain::Information)] {
            let policy =
                JobPolicy { dealt, learning: Learning::Closed, ..policy(Sureness::Confidence(0.9), 12) };
            assert_eq!(run(&answers, &gold, &policy, Seed(4)), run(&answers, &gold, &policy, Seed(4)));
        }
    }

    #[test]
    fn every_unit_is_counted_once() {
        let (answers, gold) = drawn("skilled@0.8:1", (200, 20, 8), 0.0);
        let report = run(&answers, &gold, &policy(Sureness::Confidence(0.95), 8), Seed(5)).unwrap();
        assert_eq!((report.gold_units, report.judged, report.sure + report.exhausted), (40, 160, 160));
        assert_eq!(report.gold_answers, 320);
        assert!(report.posterior.rows().all(|row| (row.iter().sum::<f64>() - 1.0).abs() < 1e-12));
    }

    #[test]
    fn without_gold_or_without_units_to_judge_nothing_is_said() {
        let (answers, gold) = drawn("skilled@0.8:1", (20, 5, 3), 0.0);
        let none = Gold::none(&answers);
        let policy = policy(Sureness::Never, 3);
        assert_eq!(run(&answers, &none, &policy, Seed(1)), Err(JobError::NothingKnown));
        for (gold_share, count) in [(0.0, 0), (1.0, 20)] {
            let refused = run(&answers, &gold, &JobPolicy { gold_share, ..policy }, Seed(1));
            assert_eq!(refused, Err(JobError::NothingLeft { known: 20, gold: count }));
        }
    }
}
