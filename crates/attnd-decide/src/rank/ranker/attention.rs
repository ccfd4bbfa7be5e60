//! How likely does this person act on this ask now? A linear model in log-odds that everybody shares and each person bends.

use attnd_core::Timestamp;
use attnd_core::time::NS_PER_S;
use serde::{Deserialize, Serialize};

use super::{Example, Ranker, RankerKind, Scored};
use crate::rank::feedback::Lesson;
use crate::rank::moment::{FEATURES, Feature, Features, Lead, Moment};
use crate::rank::phrase::Phrase;
use crate::rank::score::{Explanation, Part, Scale};

/// In the list.
pub const KIND: RankerKind = RankerKind {
    name: "attention",
    about: "probability of acting on it, from what surrounds the person and what they did before; learns from every reaction",
    make: || Box::new(Attention::default()),
};

/// Log-odds of acting on an ask: (weights of all + weights of the person) · features, fitted to how often the person really
/// acts.
///
/// Learns online by AdaGrad (Duchi, Hazan and Singer 2011, jmlr.org/papers/v12/duchi11a): a reaction changes the next score.
/// What a person adds to everybody's weights shrinks towards nothing, with each step and with time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Attention {
    shared: Weights,
    /// What the person adds.
    person: Personal,
}

/// What one person adds to what all share.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Personal {
    weights: Weights,
    calibration: Calibration,
    learnt_at: Option<Timestamp>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Weights {
    of: [f64; FEATURES.len()],
    /// Sums of squared gradients.
    squares: [f64; FEATURES.len()],
}

/// Platt's line over the log-odds, `slope · z + shift` (Platt 1999), learnt online.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Calibration {
    slope: f64,
    shift: f64,
    squares: [f64; 2],
}

/// Steps of the shared and of the person's weights, and of the calibration. On the first half of a forum's reactions nDCG@10
/// moves by .004 between a fifth and eight times of them; the second half, which is judged, had no say.
const SHARED_STEP: f64 = 0.05;
const PERSON_STEP: f64 = 0.1;
const CALIBRATION_STEP: f64 = 0.05;

/// What a squared gradient is before any was seen: it keeps the first step near the step size.
const FIRST_SQUARE: f64 = 1.0;

/// How strongly the person's weights are drawn to those of all with each step.
const SHRINKAGE: f64 = 0.01;

/// What a person adds is half forgotten after so many days: interests change.
const HALF_LIFE_S: f64 = 90.0 * 86_400.0;

/// Weights where nothing was learnt yet, in log-odds for each feature's one.
///
/// Rules, in the open: an ask is acted on one time in eight where nothing speaks for it (-2); a deadline now, or somebody
/// waiting for this very person, or a text wholly like the task at hand makes that about four times in five; what is known of
/// habits counts in full, as lifts are log-odds already.
const RULES: [(Feature, f64); 25] = [
    (Feature::Base, -2.0),
    (Feature::NearTask, 2.5),
    (Feature::NearWindow, 1.5),
    (Feature::NearCalendar, 1.5),
    (Feature::NearAnswered, 1.0),
    (Feature::NearContext, 0.5),
    (Feature::Source, 0.6),
    (Feature::Sender, 1.0),
    (Feature::Thread, 0.8),
    (Feature::Kind, 0.3),
    (Feature::ReasonAnswered, 0.4),
    (Feature::Topic, 0.5),
    (Feature::Reason, 1.5),
    (Feature::Own, 0.5),
    (Feature::Level, 1.5),
    (Feature::UrgentWords, 0.7),
    (Feature::Due, 3.0),
    (Feature::Overdue, 2.5),
    (Feature::Age, -0.2),
    (Feature::Touched, 0.5),
    (Feature::Quiet, -0.2),
    (Feature::Similar, 0.2),
    (Feature::Sources, 0.4),
    (Feature::Popular, 0.3),
    (Feature::Collaborative, 1.0),
];

/// The weight of a feature where nothing was learnt; what has no rule weighs nothing.
pub(super) fn rule(feature: Feature) -> f64 {
    RULES.iter().find(|(of, _)| *of == feature).map_or(0.0, |(_, weight)| *weight)
}

impl Default for Calibration {
    fn default() -> Self {
        Self { slope: 1.0, shift: 0.0, squares: [0.0; 2] }
    }
}

impl Default for Attention {
    fn default() -> Self {
        let shared = Weights { of: FEATURES.map(rule), squares: [0.0; FEATURES.len()] };
        Self { shared, person: Personal::default() }
    }
}

impl Attention {
    fn weights(&self) -> Features {
        std::array::from_fn(|index| self.shared.of[index] + self.person.weights.of[index])
    }

    fn log_odds(weights: &Features, features: &Features) -> f64 {
        weights.iter().zip(features).map(|(weight, feature)| weight * feature).sum()
    }

    fn reasons(&self, moment: &Moment<'_>, lead: Lead) -> Explanation {
        let (weights, features) = (self.weights(), moment.features(lead));
        let Calibration { slope, shift, .. } = self.person.calibration;
        let mut parts = Vec::with_capacity(FEATURES.len() + 1);
        for ((feature, weight), value) in FEATURES.into_iter().zip(weights).zip(features) {
            let value = slope * weight * value;
            if value != 0.0 {
                parts.push(Part { phrase: moment.phrase(lead, feature), value });
            }
        }
        parts.push(Part { phrase: Phrase::Calibration, value: shift });
        Explanation::of(parts)
    }

    fn react(&mut self, moment: &Moment<'_>, lead: Lead, lesson: Lesson) {
        let features = moment.features(lead);
        let log_odds = Self::log_odds(&self.weights(), &features);
        self.person.calibration.learn(log_odds, lesson);
        let slope = lesson.weight * (lesson.worth - logistic(log_odds));
        self.step(moment.context().now, &features.map(|feature| slope * feature));
    }

    /// Conditional logit: the log-probability of the one taken among those seen.
    fn choose(&mut self, moment: &Moment<'_>, among: &[Lead], chosen: usize) {
        let features: Vec<Features> = among.iter().map(|&lead| moment.features(lead)).collect();
        let weights = self.weights();
        let mut shares: Vec<f64> = features.iter().map(|of| Self::log_odds(&weights, of)).collect();
        softmax(&mut shares, 1.0);
        let mut gradient = features[chosen];
        for (share, of) in shares.iter().zip(&features) {
            gradient.iter_mut().zip(of).for_each(|(sum, feature)| *sum -= share * feature);
        }
        self.step(moment.context().now, &gradient);
    }

    /// One step up the gradient, for all and for the person.
    fn step(&mut self, now: Timestamp, gradient: &Features) {
        self.person.forget(now);
        self.shared.step(gradient, SHARED_STEP, 0.0);
        self.person.weights.step(gradient, PERSON_STEP, SHRINKAGE);
    }
}

impl Personal {
    fn forget(&mut self, now: Timestamp) {
        let last = self.learnt_at.replace(self.learnt_at.map_or(now, |last| last.max(now)));
        let Some(last) = last else { return };
        let seconds = now.ns().saturating_sub(last.ns()).max(0) as f64 / NS_PER_S as f64;
        let keep = (-seconds / HALF_LIFE_S).exp2();
        self.weights.of.iter_mut().chain(&mut self.weights.squares).for_each(|weight| *weight *= keep);
    }
}

impl Weights {
    fn step(&mut self, gradient: &Features, step: f64, shrinkage: f64) {
        for ((weight, square), gradient) in self.of.iter_mut().zip(&mut self.squares).zip(gradient) {
            let gradient = gradient - shrinkage * *weight;
            *square += gradient * gradient;
            *weight += step * gradient / (FIRST_SQUARE + *square).sqrt();
        }
    }
}

impl Calibration {
    fn learn(&mut self, log_odds: f64, lesson: Lesson) {
        let miss = lesson.weight * (lesson.worth - logistic(self.slope.mul_add(log_odds, self.shift)));
        let gradient = [miss * log_odds, miss];
        for (square, gradient) in self.squares.iter_mut().zip(gradient) {
            *square += gradient * gradient;
        }
        let step =
            |place: usize| CALIBRATION_STEP * gradient[place] / (FIRST_SQUARE + self.squares[place]).sqrt();
        // A line that falls would turn the order around: that is for the weights to do.
        self.slope = (self.slope + step(0)).clamp(0.1, 10.0);
        self.shift += step(1);
    }
}

impl Ranker for Attention {
    fn scale(&self) -> Scale {
        Scale::LogOdds
    }

    fn scores(&self, moment: &Moment<'_>, leads: &[Lead]) -> Vec<f64> {
        let weights = self.weights();
        let Calibration { slope, shift, .. } = self.person.calibration;
        let score = |&lead: &Lead| slope.mul_add(Self::log_odds(&weights, &moment.features(lead)), shift);
        leads.iter().map(score).collect()
    }

    fn explain(&self, moment: &Moment<'_>, scored: &Scored<'_>, places: &[usize]) -> Vec<Explanation> {
        places.iter().map(|&place| self.reasons(moment, scored.leads[place])).collect()
    }

    fn probability(&self, value: f64) -> Option<f64> {
        Some(logistic(value))
    }

    fn exchange_person(&mut self, person: Personal) -> Personal {
        std::mem::replace(&mut self.person, person)
    }

    fn learn(&mut self, moment: &Moment<'_>, example: &Example<'_>) {
        match *example {
            Example::Reacted { lead, lesson } => self.react(moment, lead, lesson),
            Example::Chose { among, chosen } => self.choose(moment, among, chosen),
        }
    }
}

/// Probability of those log-odds.
pub(in crate::rank) fn logistic(log_odds: f64) -> f64 {
    1.0 / (1.0 + (-log_odds).exp())
}

/// Shares of one that grow with the numbers; the smaller the temperature, the more the largest takes.
pub(in crate::rank) fn softmax(of: &mut [f64], temperature: f64) {
    let most = of.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let mut sum = 0.0;
    for value in of.iter_mut() {
        *value = ((*value - most) / temperature).exp();
        sum += *value;
    }
    of.iter_mut().for_each(|value| *value /= sum);
}

#[cfg(test)]
mod tests {
    use rand::RngExt;

    use super::*;
    use crate::Seed;
    use crate::rank::{Ask, Context, Feedback, FeedbackKind, Inbox, Memory};

    fn minute(minutes: i64) -> Timestamp {
        Timestamp::from_ns_saturating(minutes * 60 * NS_PER_S)
    }

    fn inbox(collaborative: &[f64]) -> Inbox {
        let ask = |(number, &value): (usize, &f64)| Ask {
            collaborative: Some(value),
            title: format!("{number} a{number} b{number} c{number}"),
            ..Ask::new(format!("{number:04}"), "feed", minute(0))
        };
        Inbox::of(collaborative.iter().enumerate().map(ask)).unwrap()
    }

    #[test]
    fn one_reaction_changes_the_next_score() {
        let (inbox, context, memory) = (inbox(&[0.5]), Context::at(minute(1)), Memory::default());
        let moment = Moment::new(&inbox, &context, &memory, None).unwrap();
        let leads = moment.leads();
        let mut ranker = Attention::default();
        let before = ranker.scores(&moment, &leads)[0];
        for (kind, sign) in [(FeedbackKind::Answered, 1.0), (FeedbackKind::Dismissed, -1.0)] {
            let before = ranker.scores(&moment, &leads)[0];
            let lesson = Feedback::new("0000", kind, minute(1)).lesson().unwrap();
            ranker.learn(&moment, &Example::Reacted { lead: leads[0], lesson });
            assert!((ranker.scores(&moment, &leads)[0] - before) * sign > 0.05);
        }
        let person = ranker.exchange_person(Personal::default());
        assert_ne!(person, Personal::default());
        assert!((ranker.scores(&moment, &leads)[0] - before).abs() < 0.2);
    }

    #[test]
    fn probabilities_come_to_fit_how_often_the_person_acts() {
        // Somebody who acts with log-odds 3 c - 1, where the rules expect c - 2.
        let truth = |value: f64| logistic(3.0f64.mul_add(value, -1.0));
        let mut chance = Seed(3).generator(0);
        let values: Vec<f64> = (0..3_000).map(|_| chance.random::<f64>()).collect();
        let (inbox, context, memory) = (inbox(&values), Context::at(minute(0)), Memory::default());
        let moment = Moment::new(&inbox, &context, &memory, None).unwrap();
        let mut ranker = Attention::default();
        let (mut off_before, mut off_after, mut scored) = (0.0, 0.0, 0);
        for (number, &value) in values.iter().enumerate() {
            let lead = moment.lead(&format!("{number:04}")).unwrap();
            let said = ranker.probability(ranker.scores(&moment, &[lead])[0]).unwrap();
            if number < 300 {
                off_before += (said - truth(value)).abs() / 300.0;
            } else if number >= 1_500 {
                off_after += (said - truth(value)).abs();
                scored += 1;
            }
            let kind = if chance.random::<f64>() < truth(value) {
                FeedbackKind::Opened
            } else {
                FeedbackKind::Dismissed
            };
            let lesson = Feedback::new("", kind, minute(0)).lesson().unwrap();
            ranker.learn(&moment, &Example::Reacted { lead, lesson });
        }
        let off_after = off_after / f64::from(scored);
        assert!(off_after < 0.05 && off_after < off_before / 2.0, "{off_before} {off_after}");
    }

    #[test]
    fn what_was_learnt_survives_being_written_down() {
        let ranker = Attention::default();
        let text = serde_json::to_string(&ranker).unwrap();
        assert_eq!(serde_json::from_str::<Attention>(&text).unwrap(), ranker);
    }
}
