//! How wide must sets be for somebody who changes? Adaptive conformal inference: each miss widens them, each hit narrows them.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use super::{OWN_FROM, Surprises};
use crate::metric::{AnswerSet, PersonScored, Scored, number};

/// How quickly sets may follow, slowest first: 0.005 is the one of Gibbs and Candès, for thousands of answers.
pub const STEPS: [f64; 6] = [0.005, 0.01, 0.02, 0.05, 0.1, 0.2];

/// The step where nothing is known to choose it by: within two points after 900 answers whatever happens.
const STEP: f64 = 0.05;

/// So many of a person's latest answers count: who changes is not who they were.
const LATEST: usize = 200;

/// Gibbs and Candès 2021, arXiv:2106.00170: sets promise `1 − α`, and after every answer
/// `α ← α + step · (1 − promised − missed)`. Over T answers the share of misses is within
/// `(max(α₁, 1 − α₁) + step) / (step · T)` of the promised one whatever the answers are: no exchangeability is needed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Adaptive {
    promised: f64,
    step: f64,
    /// What is promised to be missed now; may leave 0 to 1 for a while.
    alpha: f64,
    /// Everybody's surprises, used until the person has enough of their own.
    group: Surprises,
    own: Surprises,
    /// The person's own, oldest first.
    latest: VecDeque<f64>,
}

impl Adaptive {
    /// For a person nothing is known of. `promised` is the share of sets to hold the answer, `step` how quickly they follow.
    #[must_use]
    pub const fn new(group: Surprises, promised: f64, step: f64) -> Self {
        let own = Surprises { sorted: Vec::new() };
        Self { promised, step, alpha: 1.0 - promised, group, own, latest: VecDeque::new() }
    }

    /// What is left of yes and no at this probability.
    #[must_use]
    pub fn set(&self, yes: f64) -> AnswerSet {
        let surprises = if self.own.len() >= OWN_FROM { &self.own } else { &self.group };
        match self.alpha {
            everything if everything <= 0.0 => AnswerSet::Both,
            nothing if nothing >= 1.0 => AnswerSet::Neither,
            alpha => surprises.set(1.0 - alpha, yes),
        }
    }

    /// Takes an answer without judging the set it had: one from before sets were made.
    pub fn learn(&mut self, scored: &Scored) {
        let surprise = scored.surprise();
        self.own.add(surprise);
        self.latest.push_back(surprise);
        if self.latest.len() > LATEST
            && let Some(oldest) = self.latest.pop_front()
        {
            self.own.remove(oldest);
        }
    }

    /// The set before the answer was known; then the answer moves the next one.
    pub fn set_then_answer(&mut self, scored: &Scored) -> AnswerSet {
        let set = self.set(scored.probability);
        let is_missed = !crate::metric::SetScored { set, yes: scored.yes }.is_covered();
        self.alpha += self.step * (1.0 - self.promised - f64::from(u8::from(is_missed)));
        self.learn(scored);
        set
    }
}

/// The step of [`STEPS`] that would have come nearest to what was promised, on average over these people: each gets the
/// others' surprises to start from. Of equal ones the slowest.
#[must_use]
pub fn choose_step(people: &[PersonScored], promised: f64) -> f64 {
    let judged: Vec<&PersonScored> = people.iter().filter(|person| !person.scored.is_empty()).collect();
    if judged.is_empty() {
        return STEP;
    }
    let off = |step: f64| -> f64 {
        let misses = judged.iter().enumerate().map(|(index, person)| {
            let others = judged.iter().enumerate().filter(|(other, _)| *other != index);
            let group = Surprises::of(others.flat_map(|(_, other)| &other.scored));
            let mut adaptive = Adaptive::new(group, promised, step);
            let covered = person.scored.iter().filter(|one| {
                let set = adaptive.set_then_answer(one);
                crate::metric::SetScored { set, yes: one.yes }.is_covered()
            });
            (number(covered.count()) / number(person.scored.len()) - promised).abs()
        });
        misses.sum::<f64>() / number(judged.len())
    };
    let mut best = (STEP, f64::INFINITY);
    for step in STEPS {
        let off = off(step);
        if off < best.1 {
            best = (step, off);
        }
    }
    best.0
}
