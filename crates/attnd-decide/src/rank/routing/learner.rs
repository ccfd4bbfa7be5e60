//! How much does each piece of evidence weigh? Conditional logits that forget at several rates, pooled by their success.
//!
//! Each expert is the penalised maximum-likelihood conditional logit (McFadden 1974) of a window of past choices in
//! which a choice counts half after so many later ones. How fast a team changes is not known beforehand, so experts
//! of several half-lives are pooled by fixed-share exponential weights on their log-loss (Herbster and Warmuth 1998,
//! doi:10.1023/A:1007424614876). What is pooled is log-odds, not probabilities: the pool is then linear itself, and
//! its reasons still add up.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use super::evidence::{EVIDENCE, Evidence, FIRST_GUESS, TRAITS};
use crate::crowd::lbfgs::{Stop, minimise};

/// Later choices after which one counts half, by expert.
const HALF_LIVES: [f64; 3] = [350.0, 700.0, 1400.0];
/// Choices remembered: three half-lives of the middle expert.
const WINDOW: usize = 2_500;
/// Choices after which weights are fitted anew.
const FIT_EVERY: usize = 25;
/// Rounds of a fit. It starts where the last one ended, so few are needed.
const STOP: Stop = Stop { rounds: 12, tolerance: 1e-6 };
/// Penalty of squared weights of evidence, each in units of its own spread.
const PENALTY: f64 = 60.0;
/// Penalty of squared weights of a mind's own traits.
const MIND_PENALTY: f64 = 2.0;
/// Added to spreads, so that what never varied is not blown up.
const LEAST_SPREAD: f64 = 0.05;
/// Part of the trust that is shared out anew with each choice.
const SHARED: f64 = 0.01;

/// One choice among candidates.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Choice {
    evidence: Evidence,
    taken: usize,
}

/// One set of weights.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Expert {
    half_life: f64,
    trust: f64,
    /// Of evidence, `[EVIDENCE]`.
    weights: Vec<f64>,
    /// Of the ask's traits, `[mind, TRAITS]`.
    minds: Vec<f64>,
}

/// What has been learnt of how evidence decides.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Learner {
    experts: Vec<Expert>,
    window: VecDeque<Choice>,
    since_fit: usize,
}

/// The weights that decide now: the experts', pooled.
pub(super) struct Pooled {
    pub(super) weights: [f64; EVIDENCE],
    /// `[mind, TRAITS]`; minds beyond its end have none yet.
    pub(super) minds: Vec<f64>,
}

impl Learner {
    pub(super) fn new() -> Self {
        let mut weights = vec![0.0; EVIDENCE];
        weights[FIRST_GUESS] = 1.0;
        let expert = |&half_life: &f64| Expert {
            half_life,
            trust: 1.0 / HALF_LIVES.len() as f64,
            weights: weights.clone(),
            minds: Vec::new(),
        };
        Self { experts: HALF_LIVES.iter().map(expert).collect(), window: VecDeque::new(), since_fit: 0 }
    }

    pub(super) fn pooled(&self) -> Pooled {
        let longest = self.experts.iter().map(|expert| expert.minds.len()).max().unwrap_or_default();
        let mut pooled = Pooled { weights: [0.0; EVIDENCE], minds: vec![0.0; longest] };
        for expert in &self.experts {
            for (sum, weight) in pooled.weights.iter_mut().zip(&expert.weights) {
                *sum += expert.trust * weight;
            }
            for (sum, weight) in pooled.minds.iter_mut().zip(&expert.minds) {
                *sum += expert.trust * weight;
            }
        }
        pooled
    }

    /// Learns that of these candidates the one at `taken` took the ask.
    pub(super) fn observe(&mut self, evidence: Evidence, taken: usize) {
        self.trust(&evidence, taken);
        if self.window.len() == WINDOW {
            self.window.pop_front();
        }
        self.window.push_back(Choice { evidence, taken });
        self.since_fit += 1;
        if self.since_fit == FIT_EVERY {
            self.since_fit = 0;
            let spread = self.spread();
            let packed = Packed::of(&self.window, &spread);
            for expert in &mut self.experts {
                expert.fit(&packed, &spread);
            }
        }
    }

    /// Moves trust to the experts that expected this choice.
    fn trust(&mut self, evidence: &Evidence, taken: usize) {
        for expert in &mut self.experts {
            let mut scores = scores(evidence, &expert.weights, &expert.minds);
            softmax(&mut scores);
            expert.trust *= scores[taken].max(f64::MIN_POSITIVE);
        }
        let all: f64 = self.experts.iter().map(|expert| expert.trust).sum();
        let anew = SHARED / self.experts.len() as f64;
        for expert in &mut self.experts {
            expert.trust = anew + (1.0 - SHARED) * expert.trust / all;
        }
    }

    /// How far each number spreads among candidates.
    fn spread(&self) -> [f64; EVIDENCE] {
        let mut squares = [0.0; EVIDENCE];
        let mut count = 0.0;
        for row in self.window.iter().flat_map(|choice| choice.evidence.rows.chunks_exact(EVIDENCE)) {
            count += 1.0;
            squares.iter_mut().zip(row).for_each(|(sum, value)| *sum += value * value);
        }
        squares.map(|sum| f64::sqrt(sum / f64::max(count, 1.0)) + LEAST_SPREAD)
    }
}

/// The log-odds of each candidate.
fn scores(evidence: &Evidence, weights: &[f64], minds: &[f64]) -> Vec<f64> {
    let score = |(&mind, row): (&u32, &[f64])| dot(row, weights) + own(mind, &evidence.traits, minds);
    evidence.minds.iter().zip(evidence.rows.chunks_exact(EVIDENCE)).map(score).collect()
}

/// What a mind's own weights make of the ask.
fn own(mind: u32, traits: &[f64], minds: &[f64]) -> f64 {
    let start = mind as usize * TRAITS;
    minds.get(start..start + TRAITS).map_or(0.0, |weights| dot(weights, traits))
}

/// Turns log-odds into probabilities.
pub(super) fn softmax(scores: &mut [f64]) {
    let most = scores.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    scores.iter_mut().for_each(|score| *score = (*score - most).exp());
    let all: f64 = scores.iter().sum();
    scores.iter_mut().for_each(|score| *score /= all);
}

fn dot(one: &[f64], other: &[f64]) -> f64 {
    one.iter().zip(other).map(|(one, other)| one * other).sum()
}

/// The window laid out for fitting: one flat array, evidence in units of its spread.
struct Packed<'a> {
    rows: Vec<f64>,
    choices: Vec<&'a Choice>,
    /// One more than the largest number of a mind.
    minds: usize,
}

impl<'a> Packed<'a> {
    fn of(window: &'a VecDeque<Choice>, spread: &[f64; EVIDENCE]) -> Self {
        let choices: Vec<&Choice> = window.iter().collect();
        let rows = choices.iter().flat_map(|choice| choice.evidence.rows.chunks_exact(EVIDENCE));
        let rows =
            rows.flat_map(|row| row.iter().zip(spread).map(|(value, spread)| value / spread)).collect();
        let largest = choices.iter().flat_map(|choice| &choice.evidence.minds).max();
        Self { rows, minds: largest.map_or(0, |&mind| mind as usize + 1), choices }
    }

    /// The penalised negative log-likelihood and its gradient at these weights: evidence, then minds' own.
    fn loss(&self, at: &[f64], gradient: &mut [f64], half_life: f64, room: &mut Vec<f64>) -> f64 {
        let (weights, minds) = at.split_at(EVIDENCE);
        gradient[..EVIDENCE].iter_mut().zip(weights).for_each(|(slope, at)| *slope = 2.0 * PENALTY * at);
        gradient[EVIDENCE..].iter_mut().zip(minds).for_each(|(slope, at)| *slope = 2.0 * MIND_PENALTY * at);
        let mut loss = PENALTY * dot(weights, weights) + MIND_PENALTY * dot(minds, minds);
        let mut rows = self.rows.chunks_exact(EVIDENCE);
        for (place, choice) in self.choices.iter().enumerate() {
            let evidence = &choice.evidence;
            let counts = (-((self.choices.len() - 1 - place) as f64) / half_life).exp2();
            let candidates = rows.clone();
            room.clear();
            for (&mind, row) in evidence.minds.iter().zip(rows.by_ref()) {
                room.push(dot(row, weights) + own(mind, &evidence.traits, minds));
            }
            softmax(room);
            loss -= counts * room[choice.taken].max(f64::MIN_POSITIVE).ln();
            room[choice.taken] -= 1.0;
            for ((&mind, row), wrong) in evidence.minds.iter().zip(candidates).zip(room.iter()) {
                let wrong = counts * wrong;
                gradient[..EVIDENCE].iter_mut().zip(row).for_each(|(slope, value)| *slope += wrong * value);
                let start = EVIDENCE + mind as usize * TRAITS;
                let slopes = &mut gradient[start..start + TRAITS];
                slopes.iter_mut().zip(&evidence.traits).for_each(|(slope, value)| *slope += wrong * value);
            }
        }
        loss
    }
}

impl Expert {
    fn fit(&mut self, packed: &Packed<'_>, spread: &[f64; EVIDENCE]) {
        let mut at: Vec<f64> =
            self.weights.iter().zip(spread).map(|(weight, spread)| weight * spread).collect();
        at.extend(&self.minds);
        at.resize(EVIDENCE + packed.minds.max(self.minds.len() / TRAITS) * TRAITS, 0.0);
        let mut room = Vec::new();
        minimise(&mut at, |at, gradient| packed.loss(at, gradient, self.half_life, &mut room), STOP);
        self.minds = at.split_off(EVIDENCE);
        for ((weight, at), spread) in self.weights.iter_mut().zip(&at).zip(spread) {
            *weight = at / spread;
        }
    }
}
