//! How often is each mind right? One probability a mind, errors falling evenly on the other labels.
//!
//! The homogeneous Dawid-Skene model; ZenCrowd's for several labels: Demartini, Difallah, Cudré-Mauroux, WWW 2012,
//! doi:10.1145/2187836.2187900. Every truth is thought equally frequent. A learnt frequency makes the common label more likely,
//! by that the minds who say it better, and by that the label more common: on binary sets it ends with one label for all.

use crate::crowd::aggregator::{Aggregator, AggregatorKind, CrowdError, Run};
use crate::crowd::answers::{Answer, Answers, Gold};
use crate::crowd::consensus::{Consensus, Minds};
use crate::crowd::em::{Climb, Parts, Swept, normalize_logarithms};
use crate::crowd::method::majority::shares;

/// In the list.
pub const KIND: AggregatorKind = AggregatorKind {
    name: "one-coin",
    about: "every mind is right with one probability, whatever the truth; every truth is equally frequent",
    make: || Box::new(OneCoin::default()),
};

/// No mind is surer than this, nor more surely wrong: the likelihood of the rest is maximised as before.
const SUREST: f64 = 1e-10;

/// Expectation-maximisation from the shares of the votes. O(answers + units · labels) a round.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct OneCoin {
    /// It stops where the log-likelihood rises by less than this part of itself.
    pub tolerance: f64,
    /// It stops after so many rounds.
    pub most_rounds: usize,
}

impl Default for OneCoin {
    fn default() -> Self {
        Self { tolerance: 1e-7, most_rounds: 1_000 }
    }
}

impl Aggregator for OneCoin {
    fn aggregate(&self, answers: &Answers, gold: &Gold, run: &mut Run<'_>) -> Result<Consensus, CrowdError> {
        let (minds, labels) = (answers.minds().len(), answers.labels().len());
        let mut posterior = shares(answers, gold);
        let mut parts = Parts::new(answers, minds);
        let mut climb = Climb::of(self.most_rounds);
        let mut coins = Coins::of(answers);
        let (_, right) = parts.sweep(&mut posterior, |units, rows, right| {
            for (unit, row) in units.zip(rows.chunks_exact(labels)) {
                count(answers.of(unit), row, right);
            }
            Swept::default()
        });
        coins.learn(right);
        loop {
            let (swept, right) = parts.sweep(&mut posterior, |units, rows, right| {
                let mut evidence = 0.0;
                for (unit, row) in units.zip(rows.chunks_exact_mut(labels)) {
                    let of = answers.of(unit);
                    evidence += coins.believe(of, row, gold.of(unit));
                    count(of, row, right);
                }
                Swept { evidence, moved: 0.0 }
            });
            let likelihood = swept.evidence + coins.constant;
            let rise = climb.rose(likelihood, run);
            if rise <= self.tolerance * likelihood.abs() || climb.is_at_end() {
                break;
            }
            coins.learn(right);
        }
        let (minds, prior) = (Minds::Skills(coins.skills), vec![1.0 / labels as f64; labels]);
        Ok(Consensus { posterior, minds, prior, objective: climb.into_objective(), choice: None })
    }
}

/// Adds how likely each answer is right to its mind's sum.
fn count(of: &[Answer], row: &[f64], right: &mut [f64]) {
    for answer in of {
        right[answer.mind as usize] += row[answer.label as usize];
    }
}

/// What is believed of the minds.
struct Coins {
    labels: usize,
    /// How many answers each mind gave.
    answers: Vec<f64>,
    /// How often each is right.
    skills: Vec<f64>,
    /// How many times likelier an answer is where it is right than where it is not, as a logarithm: an answer changes one
    /// number of a row.
    log_odds: Vec<f64>,
    /// What all answers are worth where all are wrong and each truth is equally frequent, as a logarithm.
    constant: f64,
    units: f64,
}

impl Coins {
    fn of(answers: &Answers) -> Self {
        let mut counts = vec![0.0; answers.minds().len()];
        answers.by_unit().flatten().for_each(|answer| counts[answer.mind as usize] += 1.0);
        let (labels, units) = (answers.labels().len(), answers.units().len() as f64);
        Self {
            labels,
            skills: vec![0.5; counts.len()],
            log_odds: vec![0.0; counts.len()],
            answers: counts,
            constant: 0.0,
            units,
        }
    }

    /// The skills under which answers right so often are likeliest.
    fn learn(&mut self, right: &[f64]) {
        let others = (self.labels - 1).max(1) as f64;
        self.constant = -self.units * (self.labels as f64).ln();
        for (mind, right) in right.iter().enumerate() {
            let answers = self.answers[mind];
            // A mind without answers is as good as chance.
            let skill = if answers > 0.0 { right / answers } else { 1.0 / self.labels as f64 };
            // The likelihood has one peak in each skill, so that the nearest skill allowed is the likeliest allowed.
            let skill = skill.clamp(SUREST, 1.0 - SUREST);
            let wrong = (1.0 - skill) / others;
            self.skills[mind] = skill;
            self.log_odds[mind] = skill.ln() - wrong.ln();
            self.constant += answers * wrong.ln();
        }
    }

    /// The posterior of a unit, into `row`; the logarithm of how many times likelier its answers are than all wrong.
    fn believe(&self, of: &[Answer], row: &mut [f64], gold: Option<u32>) -> f64 {
        row.fill(0.0);
        for answer in of {
            row[answer.label as usize] += self.log_odds[answer.mind as usize];
        }
        let Some(truth) = gold else { return normalize_logarithms(row) };
        let evidence = row[truth as usize];
        row.fill(0.0);
        row[truth as usize] = 1.0;
        evidence
    }
}
