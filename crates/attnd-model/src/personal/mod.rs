//! How closely may a model be fitted to one person? Up a ladder of stages, each of which has to beat the one before on
//! what the person answered later.
//!
//! ```text
//! their answers   ████████░░░░····       1st test: fitted to █, judged on ░
//!                 ████████████░░░░       2nd
//! ```
//!
//! Judged forwards in time only (prequential: Dawid 1984, doi 10.2307/2981683). A stage has to save more log-loss than one
//! standard error of the savings (the one-standard-error rule of Breiman et al. 1984, ch. 3): a person has few answers, and
//! a closer fit that wins by luck costs more than it saves.

use serde::{Deserialize, Serialize};

use crate::dataset::{Past, Question};
use crate::estimator::{Model, Stage};

/// The stages, each a closer fit than the one before.
pub const STAGES: [Stage; 4] = [Stage::Normalised, Stage::Intercept, Stage::Weights, Stage::LowRank];

/// How many tests forwards in time a stage gets.
const TESTS: usize = 5;
/// The first share of the answers is only fitted to.
const FIRST_FITTED: f64 = 0.25;
/// Fewer judged answers than this say nothing.
const LEAST_JUDGED: usize = 10;

/// What came of the ladder for one person.
#[derive(Debug)]
pub struct Ladder {
    /// Every stage the model has, in order.
    pub rungs: Vec<Rung>,
    /// The model at the stage that is used, fitted to everything the person answered; `None` as it was learnt from others.
    pub adapted: Option<Box<dyn Model>>,
}

/// One stage and whether it is used.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Rung {
    /// Which.
    pub stage: Stage,
    /// How many later answers it was judged on.
    pub judged: usize,
    /// Its mean log-loss on them, in nats; `None` without any.
    pub log_loss: Option<f64>,
    /// What it saves per answer against the best stage before it; `None` for the first, and without any.
    pub saved: Option<Saving>,
    /// What follows.
    pub verdict: RungVerdict,
}

/// Log-loss saved per answer.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Saving {
    /// The mean, in nats; negative where it costs.
    pub mean: f64,
    /// Its standard error.
    pub standard_error: f64,
}

/// What follows of a test.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RungVerdict {
    /// It is what the person's predictions are made with.
    Used,
    /// It was, until a later stage did better; or it is the start of the ladder.
    Passed,
    /// It does not save more than one standard error.
    NotWorthIt,
    /// There are too few answers to tell.
    TooFewAnswers,
}

/// Climbs as far as the person's own later answers bear it out.
#[must_use]
pub fn climb(model: &dyn Model, question: &Question, past: Past<'_>) -> Ladder {
    let base = model.adapted(past, Stage::Normalised);
    let mut best = later_losses(model, question, past, Stage::Normalised).unwrap_or_default();
    let mut used = Stage::Normalised;
    let mut rungs = vec![Rung {
        stage: used,
        judged: best.len(),
        log_loss: mean(&best),
        saved: None,
        verdict: RungVerdict::Passed,
    }];
    let mut adapted = base;
    for stage in STAGES.into_iter().skip(1) {
        let fitted = model.adapted(past, stage);
        let losses = later_losses(model, question, past, stage);
        let (Some(fitted), Some(losses)) = (fitted, losses) else {
            continue;
        };
        let saved = saving(&best, &losses);
        let verdict = match saved {
            None => RungVerdict::TooFewAnswers,
            Some(saved) if saved.mean > saved.standard_error => RungVerdict::Passed,
            Some(_) => RungVerdict::NotWorthIt,
        };
        rungs.push(Rung { stage, judged: losses.len(), log_loss: mean(&losses), saved, verdict });
        if verdict == RungVerdict::Passed {
            (best, used, adapted) = (losses, stage, Some(fitted));
        }
    }
    for rung in rungs.iter_mut().filter(|rung| rung.stage == used) {
        rung.verdict = RungVerdict::Used;
    }
    Ladder { rungs, adapted }
}

impl Ladder {
    /// The stage that is used.
    #[must_use]
    pub fn stage(&self) -> Stage {
        let used = self.rungs.iter().find(|rung| rung.verdict == RungVerdict::Used);
        used.map_or(Stage::Normalised, |rung| rung.stage)
    }
}

/// The log-loss of each later answer, predicted by the stage fitted to what was known before its test began. A test for
/// which the stage finds too little before it is predicted by the model as it is: so would it be in use. `None` where the
/// model has no such stage at all.
fn later_losses(model: &dyn Model, question: &Question, past: Past<'_>, stage: Stage) -> Option<Vec<f64>> {
    if stage != Stage::Normalised {
        model.adapted(past, stage)?;
    }
    let moments: Vec<_> = past.examples_with_past().collect();
    let mut losses = Vec::new();
    for (begin, end) in tests(moments.len()) {
        let known = moments[begin].0;
        let fitted = model.adapted(known, stage);
        let fitted = fitted.as_deref().unwrap_or(model);
        losses.extend(moments[begin..end].iter().map(|(before, example)| {
            let yes = fitted.predict(*before, &example.evidence).yes;
            let likely = if question.is_yes(example.answer.value) { yes } else { 1.0 - yes };
            -likely.max(f64::MIN_POSITIVE).ln()
        }));
    }
    Some(losses)
}

/// `[begin, end)` of each test over `answers` answers.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "between 0 and the number of answers, which is far below 2^52"
)]
fn tests(answers: usize) -> Vec<(usize, usize)> {
    let first = (answers as f64 * FIRST_FITTED).ceil();
    let step = (answers as f64 - first) / TESTS as f64;
    let cut = |test: usize| ((first + step * test as f64).round() as usize).min(answers);
    (0..TESTS).map(|test| (cut(test), cut(test + 1))).filter(|(begin, end)| begin < end).collect()
}

fn mean(losses: &[f64]) -> Option<f64> {
    (!losses.is_empty()).then(|| losses.iter().sum::<f64>() / losses.len() as f64)
}

fn saving(before: &[f64], after: &[f64]) -> Option<Saving> {
    if before.len() != after.len() || before.len() < LEAST_JUDGED {
        return None;
    }
    let saved: Vec<f64> = before.iter().zip(after).map(|(before, after)| before - after).collect();
    let mean = mean(&saved)?;
    let variance = saved.iter().map(|saved| (saved - mean).powi(2)).sum::<f64>() / (saved.len() - 1) as f64;
    Some(Saving { mean, standard_error: (variance / saved.len() as f64).sqrt() })
}

#[cfg(test)]
mod tests;
