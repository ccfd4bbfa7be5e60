//! Who should take this ask, and why? The model that callers hold: it observes and it ranks.

use attnd_core::Timestamp;
use serde::{Deserialize, Serialize};

use super::ask::{RoutingAsk, Taken};
use super::error::RoutingError;
use super::evidence::{EVIDENCE, Evidence, Past, REASONS, TRAIT_REASONS, TRAITS};
use super::learner::{Learner, Pooled, softmax};
use super::reason::{RoutingPart, RoutingReason};
use crate::rank::score::{Language, REASONS_SAID};

/// One who could take the ask.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Candidate {
    /// Who.
    pub mind: String,
    /// Log-odds, against the mean of the candidates as far as evidence about them goes.
    pub score: f64,
    /// How probably they take it, among the candidates.
    pub probability: f64,
    /// Why: parts that add up to the score, the largest first.
    pub parts: Vec<RoutingPart>,
}

impl Candidate {
    /// The reasons that speak for them, in words; empty where none does.
    #[must_use]
    pub fn words(&self, language: Language) -> String {
        let pro = self.parts.iter().filter(|part| part.value > 0.0).take(REASONS_SAID);
        let words: Vec<&str> = pro.map(|part| part.reason.words(part.value, language)).collect();
        words.join(match language {
            Language::English => "; ",
            Language::Chinese => "；",
        })
    }
}

/// A model of who takes what. It learns with every ask taken and forgets with time; it can be stored as it is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Routing {
    past: Past,
    learner: Learner,
    last_ns: Option<i64>,
}

impl Default for Routing {
    fn default() -> Self {
        Self::new()
    }
}

impl Routing {
    /// A model that knows nobody.
    #[must_use]
    pub fn new() -> Self {
        Self { past: Past::new(), learner: Learner::new(), last_ns: None }
    }

    /// Everyone who could take the ask, the likeliest first: all who took something within 180 days before it, but its
    /// author. Equals are ordered by who took something last, then by name.
    ///
    /// # Errors
    /// [`RoutingError`] for an ask from before what was learnt, and for one without an author.
    pub fn rank(&self, ask: &RoutingAsk) -> Result<Vec<Candidate>, RoutingError> {
        self.check(ask)?;
        let evidence = self.past.evidence(ask);
        let pooled = self.learner.pooled();
        let mut found: Vec<(u32, Vec<RoutingPart>, f64)> = Vec::with_capacity(evidence.minds.len());
        for (&mind, row) in evidence.minds.iter().zip(evidence.rows.chunks_exact(EVIDENCE)) {
            let parts = parts(mind, row, &evidence, &pooled);
            let score = parts.iter().map(|part| part.value).sum();
            found.push((mind, parts, score));
        }
        found.sort_by(|(one, _, one_score), (other, _, other_score)| {
            let later = self.past.last_s(*other).total_cmp(&self.past.last_s(*one));
            let name = || self.past.name(*one).cmp(self.past.name(*other));
            other_score.total_cmp(one_score).then(later).then_with(name)
        });
        let mut probabilities: Vec<f64> = found.iter().map(|(_, _, score)| *score).collect();
        softmax(&mut probabilities);
        let candidate = |((mind, parts, score), probability): ((u32, Vec<RoutingPart>, f64), f64)| {
            Candidate { mind: self.past.name(mind).to_owned(), score, probability, parts }
        };
        Ok(found.into_iter().zip(probabilities).map(candidate).collect())
    }

    /// Learns who took an ask. Who takes their own ask is remembered as active, and teaches nothing else about choice.
    ///
    /// # Errors
    /// [`RoutingError`]; then nothing was learnt.
    pub fn observe(&mut self, taken: &Taken) -> Result<(), RoutingError> {
        self.check(&taken.ask)?;
        if taken.mind.is_empty() {
            return Err(RoutingError::NoName { field: "mind" });
        }
        let evidence = self.past.evidence(&taken.ask);
        // A mind never seen before cannot be among the candidates; it is one from the next ask on.
        let place = evidence.minds.iter().position(|&mind| self.past.name(mind) == taken.mind);
        if let Some(place) = place {
            self.learner.observe(evidence, place);
        }
        self.past.observe(taken);
        self.last_ns = Some(taken.ask.at.ns());
        Ok(())
    }

    fn check(&self, ask: &RoutingAsk) -> Result<(), RoutingError> {
        if ask.author.is_empty() {
            return Err(RoutingError::NoName { field: "author" });
        }
        if !ask.amount.is_finite() || ask.amount < 0.0 {
            return Err(RoutingError::Amount { value: ask.amount });
        }
        match self.last_ns {
            Some(last_ns) if ask.at.ns() < last_ns => {
                let last = Timestamp::from_ns_saturating(last_ns);
                Err(RoutingError::OutOfOrder { at: ask.at, last })
            }
            _ => Ok(()),
        }
    }
}

/// What each reason adds for a mind, the largest first.
fn parts(mind: u32, row: &[f64], evidence: &Evidence, pooled: &Pooled) -> Vec<RoutingPart> {
    let mut sums = [0.0; RoutingReason::ALL.len()];
    for ((reason, value), weight) in REASONS.iter().zip(row).zip(&pooled.weights) {
        sums[*reason as usize] += value * weight;
    }
    let start = mind as usize * TRAITS;
    let own = pooled.minds.get(start..start + TRAITS).unwrap_or_default();
    for ((reason, value), weight) in TRAIT_REASONS.iter().zip(&evidence.traits).zip(own) {
        sums[*reason as usize] += value * weight;
    }
    let parts = RoutingReason::ALL.into_iter().zip(sums);
    let mut parts: Vec<RoutingPart> = parts.map(|(reason, value)| RoutingPart { reason, value }).collect();
    parts.retain(|part| part.value != 0.0);
    parts.sort_by(|one, other| other.value.abs().total_cmp(&one.value.abs()));
    parts
}
