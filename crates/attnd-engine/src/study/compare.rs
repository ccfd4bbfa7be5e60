//! What is each estimator worth on people who were never asked, beside trivial baselines and the estimator before it?
//!
//! ```text
//! everybody but one ─► fit ─► all windows of the one, none of whose answers is known ─► report over all people
//! ```

use std::collections::BTreeMap;
use std::num::NonZero;
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Instant;

use attnd_model::baseline::BASELINES;
use attnd_model::evaluate::{Evaluation, earns_its_place, evaluate};
use attnd_model::report::{Report, side_by_side};
use attnd_model::{Dataset, Estimator, EstimatorKind, Known, ModelError, Progress, Run, Seed, split};
use serde::Serialize;
use serde_json::Value;

use super::judge::{Earned, Outcome};

/// What came of all estimators. As JSON, the figures of the chosen one stand at the top.
#[derive(Clone, Debug, Serialize)]
pub struct Comparison {
    /// The estimator it is about.
    #[serde(flatten)]
    pub chosen: Report,
    /// How people and times were kept apart.
    pub split: &'static str,
    /// Seconds to fit it once for each person and to predict that person's examples.
    pub seconds: f64,
    /// Guesses that need no model, by name with underscores: `person_mean`.
    pub baselines: BTreeMap<String, Outcome>,
    /// Every estimator, the simplest first.
    pub estimators: Vec<Compared>,
    /// Whether the chosen estimator earned its place against each baseline, by the baseline's name.
    pub earned: BTreeMap<String, Earned>,
}

/// One estimator among the others.
#[derive(Clone, Debug, Serialize)]
pub struct Compared {
    /// Its name.
    pub name: &'static str,
    /// Its figures, or why there are none.
    #[serde(flatten)]
    pub outcome: Outcome,
    /// Seconds to fit it once for each person and to predict that person's examples.
    pub seconds: f64,
    /// Whether it earned its place against the best baseline, by log-loss.
    pub against_baseline: Option<Against>,
    /// Whether it earned its place against the nearest simpler estimator that has figures.
    pub against_simpler: Option<Against>,
}

/// What was saved, and against whom.
#[derive(Clone, Debug, Serialize)]
pub struct Against {
    /// The other's name.
    pub name: String,
    /// The verdict.
    #[serde(flatten)]
    pub earned: Earned,
}

/// How people and times are kept apart, as the answer and the model card say it.
const SPLIT: &str = "leave-one-person-out";

/// One estimator's way over all folds.
struct Judged {
    name: &'static str,
    outcome: Result<Evaluation, ModelError>,
    seconds: f64,
}

/// Judges estimators on a data set, leaving one person out at a time, and every baseline beside them. `kinds` go from the
/// simplest; the one named `chosen` is what it is about. Estimators share the processors; `told` hears which of them has
/// how many of its folds behind it.
///
/// # Errors
/// [`ModelError`] when the chosen one cannot be made; what fails of the others says so in its place.
pub fn compare(
    dataset: &Dataset,
    kinds: &[&EstimatorKind],
    chosen: &str,
    seed: Seed,
    told: &(dyn Fn(&str, usize, usize) + Sync),
) -> Result<Comparison, ModelError> {
    let folds = split::leave_one_person_out(dataset.whole(), Known::Nothing)?;
    let judge = |estimator: &dyn Estimator, name: &'static str| {
        let mut watch = |progress: Progress| {
            if let Progress::Piece { what, done, of } = progress
                && what == "fold"
            {
                told(name, done, of);
            }
        };
        let started = Instant::now();
        let outcome = evaluate(estimator, &folds, &mut Run { seed, watch: &mut watch, checkpoints: None });
        Judged { name, outcome, seconds: started.elapsed().as_secs_f64() }
    };
    let baselines = BASELINES.iter().map(|baseline| judge(*baseline, baseline.name())).collect();
    let judged = on_all_processors(kinds, &|kind| match (kind.make)(&Value::Null) {
        Ok(estimator) => judge(estimator.as_ref(), kind.name),
        Err(error) => Judged { name: kind.name, outcome: Err(error), seconds: 0.0 },
    });
    Contest { judged, baselines, seed }.comparison(chosen)
}

/// What `work` makes of each, in their order. The last, which are the slowest, are begun first.
fn on_all_processors(
    kinds: &[&EstimatorKind],
    work: &(dyn Fn(&EstimatorKind) -> Judged + Sync),
) -> Vec<Judged> {
    let left = Mutex::new(kinds.iter().copied().enumerate().collect::<Vec<_>>());
    let next = || left.lock().unwrap_or_else(PoisonError::into_inner).pop();
    let worker = || {
        let mut done = Vec::new();
        while let Some((place, kind)) = next() {
            done.push((place, work(kind)));
        }
        done
    };
    let processors = thread::available_parallelism().map_or(1, NonZero::get);
    let mut done: Vec<(usize, Judged)> = thread::scope(|scope| {
        let workers: Vec<_> = (0..processors.min(kinds.len())).map(|_| scope.spawn(worker)).collect();
        workers.into_iter().filter_map(|worker| worker.join().ok()).flatten().collect()
    });
    done.sort_by_key(|(place, _)| *place);
    done.into_iter().map(|(_, judged)| judged).collect()
}

/// Everybody who was judged.
struct Contest {
    judged: Vec<Judged>,
    baselines: Vec<Judged>,
    seed: Seed,
}

impl Contest {
    fn comparison(mut self, chosen: &str) -> Result<Comparison, ModelError> {
        let unknown = || ModelError::Settings { reason: format!("'{chosen}' is not among the estimators") };
        let place = self.judged.iter().position(|judged| judged.name == chosen).ok_or_else(unknown)?;
        if self.judged[place].outcome.is_err() {
            return match self.judged.swap_remove(place).outcome {
                Err(error) => Err(error),
                Ok(_) => Err(unknown()),
            };
        }
        let judged = &self.judged[place];
        let Ok(evaluation) = &judged.outcome else { return Err(unknown()) };
        let by_name = |baseline: &Judged| baseline.name.replace('-', "_");
        let earned = self.baselines.iter().filter_map(|baseline| {
            let before = baseline.outcome.as_ref().ok()?;
            Some((by_name(baseline), Earned::from(earns_its_place(before, evaluation, self.seed))))
        });
        Ok(Comparison {
            chosen: evaluation.report.clone(),
            split: SPLIT,
            seconds: judged.seconds,
            earned: earned.collect(),
            estimators: self.compared(),
            baselines: self.baselines.iter().map(|baseline| (by_name(baseline), baseline.told())).collect(),
        })
    }

    fn compared(&self) -> Vec<Compared> {
        let best = self.baselines.iter().filter(|one| one.outcome.is_ok()).min_by(|one, other| {
            let loss = |judged: &Judged| judged.log_loss().unwrap_or(f64::INFINITY);
            loss(one).total_cmp(&loss(other))
        });
        let mut simpler: Option<&Judged> = None;
        let mut compared = Vec::new();
        for judged in &self.judged {
            compared.push(Compared {
                name: judged.name,
                outcome: judged.told(),
                seconds: judged.seconds,
                against_baseline: best.and_then(|before| judged.against(before, self.seed)),
                against_simpler: simpler.and_then(|before| judged.against(before, self.seed)),
            });
            if judged.outcome.is_ok() {
                simpler = Some(judged);
            }
        }
        compared
    }
}

impl Judged {
    fn told(&self) -> Outcome {
        match &self.outcome {
            Ok(evaluation) => Outcome::Judged(Box::new(evaluation.report.clone())),
            Err(error) => Outcome::Failed { reason: error.to_string() },
        }
    }

    fn log_loss(&self) -> Option<f64> {
        self.outcome.as_ref().ok()?.report.log_loss
    }

    fn against(&self, before: &Self, seed: Seed) -> Option<Against> {
        let (before_it, it) = (before.outcome.as_ref().ok()?, self.outcome.as_ref().ok()?);
        let earned = Earned::from(earns_its_place(before_it, it, seed));
        Some(Against { name: before.name.to_owned(), earned })
    }
}

impl Comparison {
    /// All figures as a table, trivial ones first.
    #[must_use]
    pub fn table(&self) -> String {
        let mut baselines: Vec<&Report> = self.baselines.values().filter_map(Outcome::report).collect();
        baselines.sort_by(|one, other| other.log_loss.unwrap_or(0.0).total_cmp(&one.log_loss.unwrap_or(0.0)));
        let estimators = self.estimators.iter().filter_map(|one| one.outcome.report());
        side_by_side(&baselines.into_iter().chain(estimators).collect::<Vec<_>>())
    }
}

#[cfg(test)]
mod tests {
    use attnd_core::recording::Scale;
    use attnd_core::{Duration, Timestamp};
    use attnd_model::estimators;
    use attnd_model::{Answer, Columns, DatasetBuilder, Evidence, Example, Feature, Question};

    use super::*;
    use crate::study::judge::EarnedWord;

    /// Eight people of forty windows, whose one feature says nearly always what they answer.
    fn dataset() -> Dataset {
        let mut builder = DatasetBuilder::new(Columns {
            question: Question { scale: Scale::MENTAL_LOAD, threshold: 3 },
            features: vec![Feature { name: "pupil_mean".to_owned(), unit: "sd".to_owned() }],
            contexts: Vec::new(),
            shape: None,
        })
        .unwrap();
        for person in 0..8_i64 {
            for index in 0..40_i64 {
                let start = Timestamp::from_ns_saturating(index * 30_000_000_000);
                let at = start.saturating_add(Duration::from_s(30));
                let loaded = (index * 7 + person) % 5 < 2;
                let odd = (index + person) % 11 == 0;
                let pupil = if loaded == odd { -1.0 } else { 1.0 } + (index % 3) as f64 / 10.0;
                let evidence =
                    Evidence { from: start, at, features: vec![pupil], contexts: Vec::new(), signals: None };
                let answer = Answer { value: if loaded { 4 } else { 2 }, answered: at };
                builder.add(&format!("p{person}"), Example { evidence, answer }).unwrap();
            }
        }
        builder.build()
    }

    fn kinds(names: &[&str]) -> Vec<&'static EstimatorKind> {
        names.iter().map(|name| estimators::named(name).unwrap()).collect()
    }

    #[test]
    fn the_chosen_estimator_stands_on_top_and_each_says_against_whom_it_earned_its_place() {
        let told = Mutex::new(Vec::new());
        let tell =
            |name: &str, done: usize, of: usize| told.lock().unwrap().push((name.to_owned(), done, of));
        let dataset = dataset();
        let compared =
            compare(&dataset, &kinds(&["rules", "hierarchical"]), "hierarchical", Seed(1), &tell).unwrap();
        assert_eq!((compared.chosen.estimator.as_str(), compared.chosen.answers), ("hierarchical", 320));
        assert!(compared.chosen.auc_pooled.unwrap() > 0.85, "{:?}", compared.chosen.auc_pooled);
        assert_eq!(compared.earned["majority"].verdict, EarnedWord::Earned);
        let [rules, hierarchical] = &compared.estimators[..] else { panic!("two estimators") };
        assert_eq!((rules.name, hierarchical.name), ("rules", "hierarchical"));
        assert!(rules.against_simpler.is_none());
        let against = hierarchical.against_simpler.as_ref().unwrap();
        assert_eq!((against.name.as_str(), against.earned.verdict), ("rules", EarnedWord::Earned));
        assert!(told.lock().unwrap().contains(&("hierarchical".to_owned(), 8, 8)));
        let document = serde_json::to_value(&compared).unwrap();
        assert!(document["auc_pooled"].is_f64() && document["baselines"]["person_mean"]["brier"].is_f64());
        assert!(document["estimators"][1]["log_loss"].is_f64());
        assert!(compared.table().contains("hierarchical"));
    }

    #[test]
    fn an_estimator_that_cannot_read_the_evidence_says_so_in_its_place_and_fails_only_when_chosen() {
        let dataset = dataset();
        let kinds = kinds(&["hierarchical", "minirocket"]);
        let compared = compare(&dataset, &kinds, "hierarchical", Seed(1), &|_, _, _| {}).unwrap();
        assert!(matches!(compared.estimators[1].outcome, Outcome::Failed { .. }));
        assert!(compare(&dataset, &kinds, "minirocket", Seed(1), &|_, _, _| {}).is_err());
        assert!(compare(&dataset, &kinds, "network", Seed(1), &|_, _, _| {}).is_err());
    }
}
