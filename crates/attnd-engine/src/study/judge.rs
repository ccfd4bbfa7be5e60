//! What is a study's default model worth to a person, beside trivial baselines and without each of its steps?
//!
//! ```text
//! fold ─► fit on everybody else ─► each held person: up the ladder on what they answered before ─► predict, then see
//! ```

use std::collections::BTreeMap;
use std::thread;

use attnd_model::baseline::BASELINES;
use attnd_model::conformal::{self, Sets, choose_step};
use attnd_model::estimator::Stage;
use attnd_model::evaluate::{Evaluation, PersonJudged, Verdict, earns_its_place, evaluate, evaluate_by};
use attnd_model::hierarchical::Hierarchical;
use attnd_model::metric::{Interval, PersonScored, Scored};
use attnd_model::personal::{STAGES, climb};
use attnd_model::report::{Report, side_by_side};
use attnd_model::{ESTIMATORS, Estimator, Folds, Model, ModelError, Past, Question, Run, Seed};
use serde::Serialize;
use serde_json::Value;

pub use super::stopwatch::Times;
use super::stopwatch::{Stopwatch, Timed};

/// What conformal sets promise: the share of them that hold the answer.
const PROMISED: f64 = 0.9;

/// Estimators that are made for raw signals: without any they would be judged on what is not theirs.
const OF_SIGNALS: [&str; 2] = ["minirocket", "network"];

/// What came of it. As JSON, the figures of the personal model stand at the top.
#[derive(Clone, Debug, Serialize)]
pub struct Judgement {
    /// The default model, for each person at the stage that their earlier answers bear out.
    #[serde(flatten)]
    pub personal: Report,
    /// Guesses that need no model, by name with underscores: `person_mean`.
    pub baselines: BTreeMap<String, Outcome>,
    /// The other estimators, by name; one that cannot learn from this evidence says why.
    pub estimators: BTreeMap<String, Outcome>,
    /// The default model with everybody at one stage.
    pub stages: Vec<StageJudged>,
    /// Whether the default model earned its place against each baseline and each other estimator, by name.
    pub earned: BTreeMap<String, Earned>,
    /// How long it took.
    #[serde(flatten)]
    pub times: Times,
}

/// Everybody at one stage of the ladder.
#[derive(Clone, Debug, Serialize)]
pub struct StageJudged {
    /// Which.
    pub stage: Stage,
    /// How many people use it.
    pub people: usize,
    /// Its figures if all did that can; the others stay at the stage before.
    #[serde(flatten)]
    pub report: Report,
}

/// Figures, or why there are none.
#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
pub enum Outcome {
    /// The figures.
    Judged(Box<Report>),
    /// What was missing.
    Failed {
        /// One sentence.
        reason: String,
    },
}

/// What the default model saves against another.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Earned {
    /// In words.
    pub verdict: EarnedWord,
    /// The saved log-loss per answer, 95 of 100 draws of people.
    pub saved: Option<Interval>,
}

/// A [`Verdict`] without its figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum EarnedWord {
    /// It saves something whoever takes part.
    Earned,
    /// It may save or cost.
    Undecided,
    /// It costs something whoever takes part.
    Worse,
    /// They cannot be compared.
    NotComparable,
}

/// Judges the default model on the folds, with every baseline and every other estimator beside it.
///
/// # Errors
/// [`ModelError`] when the default model cannot be made; what fails of the others says so in its place.
pub fn judge(folds: &Folds<'_>, run: &mut Run<'_>) -> Result<Judgement, ModelError> {
    let seed = run.seed;
    // What is compared takes about as long as the default model: side by side on two processors.
    let (personal, others) = thread::scope(|scope| {
        let beside = scope.spawn(move || others(folds, seed));
        (judge_default(folds, run), beside.join())
    });
    let personal = personal?;
    let others = others.map_err(|_| ModelError::Diverged {
        reason: "another estimator broke off; please report it".to_owned(),
    })?;
    let baselines =
        named(BASELINES.iter().map(|baseline| (baseline.name(), evaluate(*baseline, folds, run))));
    let earned = baselines.iter().chain(&others).filter_map(|(name, outcome)| {
        let verdict = earns_its_place(outcome.as_ref().ok()?, &personal.evaluation, seed);
        Some((name.clone(), Earned::from(verdict)))
    });
    Ok(Judgement {
        earned: earned.collect(),
        personal: personal.evaluation.report,
        baselines: outcomes(baselines),
        estimators: outcomes(others),
        stages: personal.stages,
        times: personal.times,
    })
}

/// Figures by name, or why there are none.
type Evaluations = Vec<(String, Result<Evaluation, ModelError>)>;

/// Every estimator but the default one, with its usual settings.
fn others(folds: &Folds<'_>, seed: Seed) -> Evaluations {
    let default = Hierarchical::LOGISTIC.name();
    named(ESTIMATORS.iter().filter(|kind| kind.name != default).map(|kind| {
        if folds.columns().shape.is_none() && OF_SIGNALS.contains(&kind.name) {
            return (
                kind.name,
                Err(ModelError::TooLittle { what: "channels of raw signals", found: 0, needed: 1 }),
            );
        }
        let mut run = Run { seed, watch: &mut |_| {}, checkpoints: None };
        let made = (kind.make)(&Value::Null);
        (kind.name, made.and_then(|estimator| evaluate(estimator.as_ref(), folds, &mut run)))
    }))
}

fn named<'a>(all: impl Iterator<Item = (&'a str, Result<Evaluation, ModelError>)>) -> Evaluations {
    all.map(|(name, outcome)| (name.replace('-', "_"), outcome)).collect()
}

/// The default model: at the stage each person's answers bear out, and with everybody at one stage.
struct Personal {
    evaluation: Evaluation,
    stages: Vec<StageJudged>,
    times: Times,
}

fn judge_default(folds: &Folds<'_>, run: &mut Run<'_>) -> Result<Personal, ModelError> {
    let seed = run.seed;
    let default = Timed::new(Hierarchical::LOGISTIC);
    let (mut adapting, mut predicting) = (Stopwatch::default(), Stopwatch::default());
    let mut at_stage: Vec<Vec<PersonJudged>> = vec![Vec::new(); STAGES.len()];
    let mut uses = vec![0; STAGES.len()];
    let mut earlier: Vec<PersonScored> = Vec::new();
    let evaluation = evaluate_by(&default, "personal", folds, run, |model, person| {
        let before = person.before();
        earlier.push(PersonScored {
            person: person.name().to_owned(),
            scored: scored_before(model, &folds.columns().question, before),
        });
        let mut last = predicting.measure(|| person.predict_by(model), Vec::len);
        for (index, stage) in STAGES.into_iter().enumerate() {
            let adapted = match stage {
                Stage::Weights => adapting.measure(|| model.adapted(before, stage), |_| 1),
                stage => model.adapted(before, stage),
            };
            if let Some(adapted) = adapted {
                last = predicting.measure(|| person.predict_by(adapted.as_ref()), Vec::len);
            }
            at_stage[index].push(PersonJudged { person: person.name().to_owned(), judged: last.clone() });
        }
        let ladder = climb(model, &folds.columns().question, before);
        let used = STAGES.iter().position(|stage| *stage == ladder.stage()).unwrap_or_default();
        uses[used] += 1;
        at_stage[used].last().map(|person| person.judged.clone()).unwrap_or_default()
    })?;
    let sets = Sets::Adaptive { step: choose_step(&earlier, PROMISED) };
    let coverage = conformal::over(sets, &earlier, &evaluation.scored(), PROMISED);
    Ok(Personal {
        stages: stages(folds, at_stage, &uses, seed),
        evaluation: Evaluation { report: evaluation.report.with_coverage(coverage), ..evaluation },
        times: Times {
            training_s: default.mean_s(),
            adaptation_ms: adapting.mean_s() * 1e3,
            prediction_us: predicting.mean_s() * 1e6,
        },
    })
}

impl Judgement {
    /// All figures as a table, trivial ones first.
    #[must_use]
    pub fn table(&self) -> String {
        let known = |outcomes: &BTreeMap<String, Outcome>| -> Vec<Report> {
            outcomes
                .values()
                .filter_map(|outcome| match outcome {
                    Outcome::Judged(report) => Some((**report).clone()),
                    Outcome::Failed { .. } => None,
                })
                .collect()
        };
        let mut reports = known(&self.baselines);
        reports.sort_by(|one, other| other.log_loss.unwrap_or(0.0).total_cmp(&one.log_loss.unwrap_or(0.0)));
        reports.extend(known(&self.estimators));
        reports.extend(self.stages.iter().map(|stage| stage.report.clone()));
        reports.push(self.personal.clone());
        side_by_side(&reports.iter().collect::<Vec<_>>())
    }
}

impl Outcome {
    /// The figures, where there are any.
    #[must_use]
    pub fn report(&self) -> Option<&Report> {
        match self {
            Self::Judged(report) => Some(report),
            Self::Failed { .. } => None,
        }
    }
}

impl From<Verdict> for Earned {
    fn from(verdict: Verdict) -> Self {
        let (verdict, saved) = match verdict {
            Verdict::Earned(saved) => (EarnedWord::Earned, Some(saved)),
            Verdict::Undecided(saved) => (EarnedWord::Undecided, Some(saved)),
            Verdict::Worse(saved) => (EarnedWord::Worse, Some(saved)),
            Verdict::NotComparable => (EarnedWord::NotComparable, None),
        };
        Self { verdict, saved }
    }
}

/// What the model, which has seen none of them, would have said of the answers that are known beforehand: what sets start
/// from, and what their step is chosen on.
fn scored_before(model: &dyn Model, question: &Question, before: Past<'_>) -> Vec<Scored> {
    before
        .examples_with_past()
        .map(|(past, example)| Scored {
            probability: model.predict(past, &example.evidence).yes,
            yes: question.is_yes(example.answer.value),
        })
        .collect()
}

/// One report per stage the model has: a stage it lacks predicts as the one before and is left out.
fn stages(
    folds: &Folds<'_>,
    at_stage: Vec<Vec<PersonJudged>>,
    uses: &[usize],
    seed: Seed,
) -> Vec<StageJudged> {
    let mut stages: Vec<StageJudged> = Vec::new();
    let mut before: Option<Vec<PersonJudged>> = None;
    for ((stage, mut people), used) in STAGES.into_iter().zip(at_stage).zip(uses) {
        people.sort_by(|one, other| one.person.cmp(&other.person));
        if before.as_ref() == Some(&people) {
            continue;
        }
        let report =
            Evaluation::of(stage_name(stage), &folds.columns().question, people.clone(), seed).report;
        stages.push(StageJudged { stage, people: *used, report });
        before = Some(people);
    }
    stages
}

const fn stage_name(stage: Stage) -> &'static str {
    match stage {
        Stage::Normalised => "normalised",
        Stage::Intercept => "intercept",
        Stage::Weights => "weights",
        Stage::LowRank => "low-rank",
    }
}

fn outcomes(evaluations: Evaluations) -> BTreeMap<String, Outcome> {
    evaluations
        .into_iter()
        .map(|(name, outcome)| {
            let outcome = match outcome {
                Ok(evaluation) => Outcome::Judged(Box::new(evaluation.report)),
                Err(error) => Outcome::Failed { reason: error.to_string() },
            };
            (name, outcome)
        })
        .collect()
}
