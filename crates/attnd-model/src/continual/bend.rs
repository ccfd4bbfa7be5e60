//! What differs for one person? Any model, bent to their answers: a base rate and confidence of their own, then weights
//! of their own, pulled to the model it starts from.
//!
//! ```text
//! log-odds = a + b · base's log-odds + Σ wⱼ zⱼ        zⱼ: the feature set against the person's own usual
//! prior      a ~ N(0, 1)  b ~ N(1, ½²)  wⱼ ~ N(0, 1/d)   before any answer: the base, with doubt
//! ```
//!
//! The base may be rules, a model of many people, or [`Even`], which knows nothing. It is never changed.

use std::sync::Arc;

use super::Subject;
use super::posterior::{LogOdds, Posterior, Prior, log_odds_of};
use crate::dataset::{Evidence, Example, Past};
use crate::estimator::{Model, Prediction, Reason, Stage, Tensors};

/// Answers it takes before a person gets a base rate of their own.
pub const ANSWERS_FOR_INTERCEPT: usize = 8;
/// Answers it takes before a person gets weights of their own.
pub const ANSWERS_FOR_WEIGHTS: usize = 20;
/// Answers of the rarer kind that weights take: without them there is nothing to tell apart.
pub const RARER_FOR_WEIGHTS: usize = 4;

/// How far a person's base rate may lie from the base's: standard deviation of the intercept, in log-odds.
const INTERCEPT_SPREAD: f64 = 1.0;
/// How far the confidence in the base may: standard deviation of its slope around 1.
const SLOPE_SPREAD: f64 = 0.5;
/// Before any answer, all weights together may move the log-odds of an ordinary moment by this much (standard deviation).
const WEIGHTS_SPREAD: f64 = 1.0;
/// A feature further from the usual than so many spreads counts as that far: a clock that jumped must not decide.
const FARTHEST: f64 = 4.0;
/// A feature needs so many known values before anything is usual.
const LEAST_KNOWN: usize = 5;
/// Median absolute deviations in a standard deviation of a normal distribution.
const MAD_TO_SPREAD: f64 = 1.482_602_218_505_602;

/// A model that knows nothing: one half, whatever is asked.
#[derive(Clone, Copy, Debug)]
pub struct Even;

/// A base and what differs for one person.
#[derive(Clone, Debug)]
pub struct Bent {
    base: Arc<dyn Model>,
    names: Arc<[String]>,
    stage: Stage,
    usual: Vec<Usual>,
    posterior: Posterior,
}

/// What is usual of one feature for this person.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Usual {
    median: f64,
    /// Zero where nothing is usual, or nothing varies.
    spread: f64,
}

impl Bent {
    /// The base as closely fitted to what was answered as `stage` says; `None` where that is too little for the stage, or
    /// there is no such stage.
    #[must_use]
    pub fn fit(subject: &Subject, answered: &[Example], stage: Stage) -> Option<Self> {
        let question = &subject.question;
        let yes: Vec<bool> = answered.iter().map(|example| question.is_yes(example.answer.value)).collect();
        let of_yes = yes.iter().filter(|yes| **yes).count();
        let rarer = of_yes.min(yes.len() - of_yes);
        let is_enough = match stage {
            Stage::Normalised => true,
            Stage::Intercept => yes.len() >= ANSWERS_FOR_INTERCEPT,
            Stage::Weights => yes.len() >= ANSWERS_FOR_WEIGHTS && rarer >= RARER_FOR_WEIGHTS,
            Stage::LowRank => false,
        };
        if !is_enough {
            return None;
        }
        let usual = usual_of(&subject.may_learn, answered);
        let varying = usual.iter().filter(|usual| usual.spread > 0.0).count();
        let prior = prior(stage, subject.names.len(), varying);
        let bent = |posterior| Self {
            base: Arc::clone(&subject.base),
            names: Arc::clone(&subject.names),
            stage,
            usual: usual.clone(),
            posterior,
        };
        let before = bent(Posterior::of_prior(&prior).ok()?);
        if stage == Stage::Normalised {
            return Some(before);
        }
        let rows: Vec<Vec<f64>> = answered
            .iter()
            .map(|example| before.row(past_of(answered, &example.evidence), &example.evidence))
            .collect();
        Posterior::fit(&rows, &yes, &prior).ok().map(bent)
    }

    /// How closely it is fitted.
    #[must_use]
    pub const fn stage(&self) -> Stage {
        self.stage
    }

    /// The log-odds of yes, and how sure they are.
    #[must_use]
    pub fn log_odds(&self, past: Past<'_>, evidence: &Evidence) -> LogOdds {
        self.posterior.log_odds(&self.row(past, evidence))
    }

    /// 1, the base's log-odds, and where the stage has weights the features against the usual; 0 where missing.
    fn row(&self, past: Past<'_>, evidence: &Evidence) -> Vec<f64> {
        let mut row = vec![1.0, log_odds_of(self.base.predict(past, evidence).yes)];
        if self.stage == Stage::Weights {
            row.extend(self.usual.iter().enumerate().map(|(index, usual)| {
                usual.apart(evidence.features.get(index).copied().unwrap_or(f64::NAN))
            }));
        }
        row
    }
}

impl Usual {
    /// So many spreads from the usual; 0 where it is missing or nothing is usual.
    fn apart(self, value: f64) -> f64 {
        if value.is_finite() && self.spread > 0.0 {
            ((value - self.median) / self.spread).clamp(-FARTHEST, FARTHEST)
        } else {
            0.0
        }
    }
}

/// What of `answered`, in order of answers, was known when `evidence` ended.
fn past_of<'a>(answered: &'a [Example], evidence: &Evidence) -> Past<'a> {
    let known = answered.partition_point(|example| example.answer.answered < evidence.at);
    Past::of(&answered[..known])
}

fn prior(stage: Stage, features: usize, varying: usize) -> Prior {
    let mut prior =
        Prior { means: vec![0.0, 1.0], precisions: vec![INTERCEPT_SPREAD.powi(-2), SLOPE_SPREAD.powi(-2)] };
    if stage == Stage::Weights {
        let precision = varying.max(1) as f64 / WEIGHTS_SPREAD.powi(2);
        prior.means.resize(2 + features, 0.0);
        prior.precisions.resize(2 + features, precision);
    }
    prior
}

/// Of columns that may not be learnt from nothing is usual: their weights stay zero.
fn usual_of(may_learn: &[bool], answered: &[Example]) -> Vec<Usual> {
    let of = |(index, may_learn): (usize, &bool)| {
        let mut known: Vec<f64> = answered
            .iter()
            .filter_map(|example| example.evidence.features.get(index).copied())
            .filter(|value| value.is_finite())
            .collect();
        if !may_learn || known.len() < LEAST_KNOWN {
            return Usual { median: f64::NAN, spread: 0.0 };
        }
        let middle = median(&mut known);
        let mut apart: Vec<f64> = known.iter().map(|value| (value - middle).abs()).collect();
        let mut spread = MAD_TO_SPREAD * median(&mut apart);
        if spread <= 0.0 {
            // More than half are the same: the others still vary.
            let mean = known.iter().sum::<f64>() / known.len() as f64;
            let squares = known.iter().map(|value| (value - mean).powi(2)).sum::<f64>();
            spread = (squares / known.len() as f64).sqrt();
        }
        Usual { median: middle, spread: if spread > 1e-9 { spread } else { 0.0 } }
    };
    may_learn.iter().enumerate().map(of).collect()
}

/// The middle value, or the mean of the two middle ones.
fn median(values: &mut [f64]) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    let middle = values.len() / 2;
    if values.len() % 2 == 1 { values[middle] } else { f64::midpoint(values[middle - 1], values[middle]) }
}

impl Model for Bent {
    fn name(&self) -> &'static str {
        "bent"
    }

    fn predict(&self, past: Past<'_>, evidence: &Evidence) -> Prediction {
        Prediction { yes: self.log_odds(past, evidence).probability(), levels: Vec::new() }
    }

    /// What the base gives as reasons, as far as the person's answers trust it, and what their own weights add.
    fn explain(&self, past: Past<'_>, evidence: &Evidence) -> Vec<Reason> {
        let weights = self.posterior.weights();
        let slope = weights.get(1).copied().unwrap_or(1.0);
        let mut reasons = self.base.explain(past, evidence);
        for reason in &mut reasons {
            reason.effect *= slope;
        }
        let row = self.row(past, evidence);
        for (index, (weight, apart)) in weights.iter().zip(&row).enumerate().skip(2) {
            let Some(name) = self.names.get(index - 2) else { break };
            let usual = &self.usual[index - 2];
            let usual_value = usual.median.is_finite().then_some(usual.median);
            match reasons.iter_mut().find(|reason| reason.name == *name) {
                Some(reason) => {
                    reason.effect += weight * apart;
                    reason.usual = usual_value.or(reason.usual);
                }
                None if *apart != 0.0 => reasons.push(Reason {
                    name: name.clone(),
                    value: evidence.features.get(index - 2).copied(),
                    word: None,
                    usual: usual_value,
                    effect: weight * apart,
                }),
                None => {}
            }
        }
        reasons.sort_by(|a, b| b.effect.abs().total_cmp(&a.effect.abs()));
        reasons
    }

    fn adapted(&self, past: Past<'_>, stage: Stage) -> Option<Box<dyn Model>> {
        self.base.adapted(past, stage)
    }

    fn tensors(&self) -> Tensors {
        let array = |name: &str, values: Vec<f64>| {
            let values: Vec<f32> = values.into_iter().map(|value| value as f32).collect();
            (name.to_owned(), vec![values.len()], values)
        };
        Tensors {
            settings: serde_json::json!({"stage": self.stage, "features": &*self.names}),
            arrays: vec![
                array("weights", self.posterior.weights().to_vec()),
                array("usual_median", self.usual.iter().map(|usual| usual.median).collect()),
                array("usual_spread", self.usual.iter().map(|usual| usual.spread).collect()),
            ],
        }
    }
}

impl Model for Even {
    fn name(&self) -> &'static str {
        "even"
    }

    fn predict(&self, _: Past<'_>, _: &Evidence) -> Prediction {
        Prediction { yes: 0.5, levels: Vec::new() }
    }

    fn explain(&self, _: Past<'_>, _: &Evidence) -> Vec<Reason> {
        Vec::new()
    }

    fn adapted(&self, _: Past<'_>, _: Stage) -> Option<Box<dyn Model>> {
        None
    }

    fn tensors(&self) -> Tensors {
        Tensors::default()
    }
}

#[cfg(test)]
mod tests {
    use attnd_core::recording::Scale;
    use attnd_core::{Duration, Timestamp};

    use super::*;
    use crate::dataset::{Answer, Question};

    pub(super) fn example(index: u32, features: Vec<f64>, value: i32) -> Example {
        let at = Timestamp::MIN.saturating_add(Duration::from_s(3_600 * index));
        Example {
            evidence: Evidence { from: at, at, features, contexts: Vec::new(), signals: None },
            answer: Answer { value, answered: at },
        }
    }

    fn subject(may_learn: [bool; 2]) -> Subject {
        Subject {
            base: Arc::new(Even),
            names: vec!["switches".to_owned(), "noise".to_owned()].into(),
            may_learn: may_learn.into(),
            question: Question { scale: Scale::CONCENTRATION, threshold: 4 },
        }
    }

    fn fit(answered: &[Example], stage: Stage) -> Option<Bent> {
        Bent::fit(&subject([true, true]), answered, stage)
    }

    /// Focus while there are few switches; noise says nothing.
    fn answers(count: u32) -> Vec<Example> {
        (0..count)
            .map(|i| {
                let switches = f64::from(i * 7 % 20);
                example(i, vec![switches, f64::from(i * 13 % 5)], if switches < 8.0 { 5 } else { 2 })
            })
            .collect()
    }

    #[test]
    fn stages_take_answers() {
        assert!(fit(&[], Stage::Normalised).is_some());
        assert!(fit(&answers(7), Stage::Intercept).is_none() && fit(&answers(8), Stage::Intercept).is_some());
        assert!(fit(&answers(19), Stage::Weights).is_none() && fit(&answers(20), Stage::Weights).is_some());
        let all_yes: Vec<Example> = (0..30).map(|i| example(i, vec![1.0, 2.0], 5)).collect();
        assert!(fit(&all_yes, Stage::Weights).is_none() && fit(&all_yes, Stage::Intercept).is_some());
        assert!(fit(&answers(40), Stage::LowRank).is_none());
    }

    #[test]
    fn before_any_answer_it_says_what_the_base_says() {
        let evidence = example(0, vec![1.0, 1.0], 3).evidence;
        let before = fit(&[], Stage::Normalised).unwrap();
        assert!((before.predict(Past::EMPTY, &evidence).yes - 0.5).abs() < 1e-12);
        let (low, high) = before.log_odds(Past::EMPTY, &evidence).band();
        assert!(low < 0.2 && high > 0.8, "{low} {high}");
    }

    #[test]
    fn a_base_rate_is_learnt_and_then_what_it_depends_on() {
        let few = &example(99, vec![1.0, 2.0], 3).evidence;
        let many = &example(99, vec![19.0, 2.0], 3).evidence;
        let rate = fit(&answers(60), Stage::Intercept).unwrap();
        let said = rate.predict(Past::EMPTY, few).yes;
        // 24 of 60 answers are yes; pulled a little to one half.
        assert!((0.38..0.45).contains(&said), "{said}");
        let weights = fit(&answers(60), Stage::Weights).unwrap();
        assert!(weights.predict(Past::EMPTY, few).yes > 0.75 && weights.predict(Past::EMPTY, many).yes < 0.2);
        let reasons = weights.explain(Past::EMPTY, many);
        assert_eq!(reasons[0].name, "switches");
        assert!(reasons[0].effect < -0.5 && reasons[0].usual == Some(9.5), "{:?}", reasons[0]);
        let log_odds = weights.log_odds(Past::EMPTY, many).mean;
        let sum: f64 =
            reasons.iter().map(|reason| reason.effect).sum::<f64>() + weights.posterior.weights()[0];
        assert!((log_odds - sum).abs() < 1e-9, "reasons add up to the log-odds");
    }

    #[test]
    fn what_may_not_be_learnt_from_changes_nothing() {
        let model = Bent::fit(&subject([false, true]), &answers(60), Stage::Weights).unwrap();
        let said = |switches| model.predict(Past::EMPTY, &example(99, vec![switches, 2.0], 3).evidence).yes;
        assert!((said(0.0) - said(19.0)).abs() < 1e-12);
    }

    #[test]
    fn missing_and_wild_numbers_do_no_harm() {
        let mut answered = answers(40);
        for example in &mut answered {
            example.evidence.features[1] = f64::NAN;
        }
        answered[3].evidence.features[0] = 1e300;
        answered[5].evidence.features[0] = f64::INFINITY;
        let model = fit(&answered, Stage::Weights).unwrap();
        for features in [vec![f64::NAN, f64::NAN], vec![-1e300, 1e300], vec![]] {
            let said = model.predict(Past::EMPTY, &example(99, features, 3).evidence).yes;
            assert!(said > 0.0 && said < 1.0);
        }
    }
}
