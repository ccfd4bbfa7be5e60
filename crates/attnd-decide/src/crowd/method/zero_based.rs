//! Who agrees with those who agree? A weighted vote whose weights follow agreement with it, step by step.
//!
//! Crowd-Kit's `ZeroBasedSkill` (doi:10.21105/joss.06227): a hundred steps, each a part of the way, the part halved every twenty.
//! Where labels tie for the vote, each has its part of the agreement; Crowd-Kit takes one of them.

use super::wawa::Vote;
use crate::crowd::aggregator::{Aggregator, AggregatorKind, CrowdError, Round, Run};
use crate::crowd::answers::{Answers, Gold};
use crate::crowd::consensus::{Consensus, Minds};
use crate::crowd::method::majority::mean_row;

/// In the list.
pub const KIND: AggregatorKind = AggregatorKind {
    name: "zero-based",
    about: "a vote weighted by how often each mind agrees with the weighted vote itself, in a hundred steps",
    make: || Box::new(ZeroBased::default()),
};

/// Steps towards weights that agree with their own vote. Nothing is maximised. O(answers + units · labels) a step.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ZeroBased {
    /// How many steps; it never ends earlier.
    pub steps: usize,
    /// Part of the way the first steps go.
    pub part: f64,
    /// Every so many steps, the part is multiplied by `reduction`.
    pub steps_to_reduce: usize,
    /// What the part is multiplied by.
    pub reduction: f64,
    /// What skills begin with above chance.
    pub above_chance: f64,
}

impl Default for ZeroBased {
    fn default() -> Self {
        Self { steps: 100, part: 1.0, steps_to_reduce: 20, reduction: 0.5, above_chance: 1e-5 }
    }
}

impl Aggregator for ZeroBased {
    fn aggregate(&self, answers: &Answers, gold: &Gold, run: &mut Run<'_>) -> Result<Consensus, CrowdError> {
        let mut vote = Vote::of(answers, gold);
        let chance = 1.0 / answers.labels().len() as f64;
        let mut skills = vec![chance + self.above_chance; answers.minds().len()];
        let mut part = self.part;
        for step in 1..=self.steps {
            if step % self.steps_to_reduce.max(1) == 0 {
                part *= self.reduction;
            }
            vote.weigh(&skills);
            for (skill, agreement) in skills.iter_mut().zip(vote.agreement()) {
                *skill += part * (agreement - *skill);
            }
            (run.progress)(Round { done: step, most: self.steps, objective: None });
        }
        vote.weigh(&skills);
        let prior = mean_row(&vote.posterior);
        Ok(Consensus {
            posterior: vote.posterior,
            minds: Minds::Skills(skills),
            prior,
            objective: Vec::new(),
            choice: None,
        })
    }
}
