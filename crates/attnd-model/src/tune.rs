//! Which settings are best? Random search, and successive halving that spends little on poor ones;
//! reproducible by seed and resumable after any trial.
//!
//! Random search: Bergstra and Bengio 2012, JMLR 13:281-305. Successive halving: Jamieson and Talwalkar
//! 2016, arXiv:1502.07943. The loss must come from a split inside the training part: what is searched on
//! the held part is fitted to it.

use std::collections::BTreeMap;

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::estimator::{ModelError, Seed};

/// What can be searched, by setting.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SearchSpace {
    /// Each setting with the values it may take.
    pub settings: BTreeMap<String, Choices>,
}

/// The values one setting may take.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Choices {
    /// Any number from `low` to `high`, every factor as likely as the next; both positive.
    LogUniform {
        /// The lowest.
        low: f64,
        /// The highest.
        high: f64,
    },
    /// Any number from `low` to `high`.
    Uniform {
        /// The lowest.
        low: f64,
        /// The highest.
        high: f64,
    },
    /// Any whole number from `low` to `high`, both included.
    Whole {
        /// The lowest.
        low: i64,
        /// The highest.
        high: i64,
    },
    /// One of these.
    OneOf(Vec<Value>),
}

/// How to search.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SearchPlan {
    /// What.
    pub space: SearchSpace,
    /// How many settings are tried.
    pub trials: usize,
    /// Where randomness comes from; trial n gets the same settings whatever was tried before.
    pub seed: Seed,
    /// How effort is spread over them.
    pub effort: Effort,
}

/// How effort is spread over the trials.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Effort {
    /// Each trial gets everything.
    Whole,
    /// All trials get little; the best one in `keep_one_in` of them go on with that many times more, until the last rung gets everything.
    Halving {
        /// 2 or more; Jamieson and Talwalkar use 2, Hyperband 3.
        keep_one_in: usize,
        /// How many times more, from the first rung to the last.
        rungs: u32,
    },
}

/// One measured setting.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Trial {
    /// Which, from 0.
    pub number: usize,
    /// The rung of effort, from 0.
    pub rung: u32,
    /// The share of the whole effort it was given, above 0 to 1.
    pub share: f64,
    /// Its settings.
    pub settings: Value,
    /// What it cost: lower is better; `None` where it failed.
    pub loss: Option<f64>,
}

/// A search, finished or not: kept as JSON and gone on with later.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Search {
    /// How.
    pub plan: SearchPlan,
    /// What was measured so far, in order.
    pub trials: Vec<Trial>,
}

/// What a search asks to be measured next.
#[derive(Clone, Debug, PartialEq)]
pub struct Candidate {
    /// Which, from 0.
    pub number: usize,
    /// The rung of effort, from 0.
    pub rung: u32,
    /// The share of the whole effort to spend, above 0 to 1.
    pub share: f64,
    /// With these settings.
    pub settings: Value,
}

impl SearchPlan {
    /// Whether it can be run.
    ///
    /// # Errors
    /// [`ModelError::Settings`] for no trials, empty or backward choices, or a halving that keeps all.
    pub fn check(&self) -> Result<(), ModelError> {
        let refuse = |reason: String| Err(ModelError::Settings { reason });
        if self.trials == 0 {
            return refuse("a search needs at least one trial".to_owned());
        }
        if let Effort::Halving { keep_one_in, .. } = self.effort
            && keep_one_in < 2
        {
            return refuse("halving keeps one in two or fewer".to_owned());
        }
        for (name, choices) in &self.space.settings {
            let sound = match choices {
                Choices::LogUniform { low, high } => *low > 0.0 && low <= high && high.is_finite(),
                Choices::Uniform { low, high } => low <= high && (high - low).is_finite(),
                Choices::Whole { low, high } => low <= high,
                Choices::OneOf(values) => !values.is_empty(),
            };
            if !sound {
                return refuse(format!("the values to search for '{name}' are empty or backwards"));
            }
        }
        Ok(())
    }

    /// The settings of trial `number`: a function of the seed and the number alone.
    #[must_use]
    pub fn settings(&self, number: usize) -> Value {
        let mut random = ChaCha8Rng::seed_from_u64(self.seed.0);
        random.set_stream(number as u64);
        let drawn =
            self.space.settings.iter().map(|(name, choices)| (name.clone(), choices.draw(&mut random)));
        Value::Object(drawn.collect())
    }

    const fn rungs(&self) -> u32 {
        match self.effort {
            Effort::Whole => 1,
            Effort::Halving { rungs, .. } => rungs + 1,
        }
    }

    fn share(&self, rung: u32) -> f64 {
        match self.effort {
            Effort::Whole => 1.0,
            Effort::Halving { keep_one_in, rungs } => {
                #[expect(clippy::cast_precision_loss, reason = "a small factor")]
                let factor = keep_one_in as f64;
                factor.powi(-(rungs.saturating_sub(rung) as i32))
            }
        }
    }

    /// How many trials reach a rung; at least one reaches every.
    fn width(&self, rung: u32) -> usize {
        match self.effort {
            Effort::Whole => self.trials,
            Effort::Halving { keep_one_in, .. } => {
                let parts = keep_one_in.saturating_pow(rung);
                (self.trials / parts).max(1)
            }
        }
    }
}

impl Choices {
    fn draw(&self, random: &mut ChaCha8Rng) -> Value {
        match self {
            Self::LogUniform { low, high } => Value::from(low * (high / low).powf(random.random::<f64>())),
            Self::Uniform { low, high } => Value::from(low + (high - low) * random.random::<f64>()),
            Self::Whole { low, high } => Value::from(random.random_range(*low..=*high)),
            Self::OneOf(values) => values[random.random_range(0..values.len())].clone(),
        }
    }
}

impl Search {
    /// A search with nothing measured yet.
    ///
    /// # Errors
    /// As [`SearchPlan::check`].
    pub fn new(plan: SearchPlan) -> Result<Self, ModelError> {
        plan.check()?;
        Ok(Self { plan, trials: Vec::new() })
    }

    /// What to measure next; `None` when the search is over.
    #[must_use]
    pub fn next(&self) -> Option<Candidate> {
        for rung in 0..self.plan.rungs() {
            let done: Vec<_> = self.trials.iter().filter(|trial| trial.rung == rung).collect();
            let numbers = self.entrants(rung);
            if let Some(&number) =
                numbers.iter().find(|&&number| done.iter().all(|trial| trial.number != number))
            {
                let settings = self.plan.settings(number);
                return Some(Candidate { number, rung, share: self.plan.share(rung), settings });
            }
        }
        None
    }

    /// Notes what a candidate cost; NaN and failures count as worst.
    pub fn note(&mut self, candidate: Candidate, loss: Option<f64>) {
        let Candidate { number, rung, share, settings } = candidate;
        let loss = loss.filter(|loss| !loss.is_nan());
        self.trials.push(Trial { number, rung, share, settings, loss });
    }

    /// The best trial of those given most effort; `None` before any succeeded.
    #[must_use]
    pub fn best(&self) -> Option<&Trial> {
        let succeeded = || self.trials.iter().filter(|trial| trial.loss.is_some());
        let rung = succeeded().map(|trial| trial.rung).max()?;
        succeeded().filter(|trial| trial.rung == rung).min_by(|a, b| cheaper(a, b))
    }

    /// Measurements done and in all.
    #[must_use]
    pub fn progress(&self) -> (usize, usize) {
        (self.trials.len(), (0..self.plan.rungs()).map(|rung| self.plan.width(rung)).sum())
    }

    /// Runs to the end, calling `keep` after every measurement so that a killed search goes on where it was.
    ///
    /// # Errors
    /// Those of `keep`; a failing measurement is a trial without loss.
    pub fn run(
        &mut self,
        measure: &mut dyn FnMut(&Candidate) -> Result<f64, ModelError>,
        keep: &mut dyn FnMut(&Self) -> Result<(), ModelError>,
    ) -> Result<(), ModelError> {
        while let Some(candidate) = self.next() {
            let loss = measure(&candidate).ok();
            self.note(candidate, loss);
            keep(self)?;
        }
        Ok(())
    }

    /// The trials that enter a rung, best of the rung below first; empty while that one is unfinished.
    fn entrants(&self, rung: u32) -> Vec<usize> {
        if rung == 0 {
            return (0..self.plan.trials).collect();
        }
        let mut below: Vec<_> = self.trials.iter().filter(|trial| trial.rung == rung - 1).collect();
        if below.len() < self.plan.width(rung - 1) {
            return Vec::new();
        }
        below.sort_by(|a, b| cheaper(a, b));
        below.into_iter().take(self.plan.width(rung)).map(|trial| trial.number).collect()
    }
}

/// By loss, failures last, then by number.
fn cheaper(a: &Trial, b: &Trial) -> std::cmp::Ordering {
    let loss = |trial: &Trial| trial.loss.unwrap_or(f64::INFINITY);
    loss(a).total_cmp(&loss(b)).then(a.number.cmp(&b.number))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(trials: usize, effort: Effort) -> SearchPlan {
        let settings = BTreeMap::from([
            ("ridge".to_owned(), Choices::LogUniform { low: 1e-3, high: 1e3 }),
            ("layers".to_owned(), Choices::Whole { low: 1, high: 4 }),
            ("kind".to_owned(), Choices::OneOf(vec!["a".into(), "b".into()])),
        ]);
        SearchPlan { space: SearchSpace { settings }, trials, seed: Seed(3), effort }
    }

    /// Best at ridge = 1; more effort means less noise around that.
    fn measure(candidate: &Candidate) -> Result<f64, ModelError> {
        let ridge = candidate.settings["ridge"].as_f64().unwrap();
        if candidate.number == 5 {
            return Err(ModelError::Diverged { reason: "on purpose".to_owned() });
        }
        #[expect(clippy::cast_precision_loss)]
        let noise = ((candidate.number * 7919) % 13) as f64 / 13.0 * (1.0 - candidate.share);
        Ok(ridge.ln().abs() + noise)
    }

    fn run(plan: SearchPlan) -> Search {
        let mut search = Search::new(plan).unwrap();
        search.run(&mut measure, &mut |_| Ok(())).unwrap();
        search
    }

    #[test]
    fn random_search_finds_the_best_of_what_it_tried() {
        let search = run(plan(40, Effort::Whole));
        assert_eq!(search.trials.len(), 40);
        let best = search.best().unwrap();
        let loss = best.settings["ridge"].as_f64().unwrap().ln().abs();
        assert!(search.trials.iter().all(|trial| trial.loss.is_none_or(|other| other >= loss)));
        assert!(loss < 1.0, "40 draws over e^±6.9 come near 1: {loss}");
    }

    #[test]
    fn halving_spends_the_whole_effort_on_few() {
        let search = run(plan(27, Effort::Halving { keep_one_in: 3, rungs: 3 }));
        let of = |rung| search.trials.iter().filter(|trial| trial.rung == rung).count();
        assert_eq!([of(0), of(1), of(2), of(3)], [27, 9, 3, 1]);
        let spent: f64 = search.trials.iter().map(|trial| trial.share).sum();
        assert!((spent - 4.0).abs() < 1e-9, "four rungs of one whole effort each: {spent}");
        assert_eq!(search.best().unwrap().rung, 3);
        assert_eq!(search.progress(), (40, 40));
    }

    #[test]
    fn a_search_cut_after_any_trial_goes_on_to_the_same_end() {
        let whole = run(plan(9, Effort::Halving { keep_one_in: 3, rungs: 2 }));
        for cut in 0..whole.trials.len() {
            let kept = Search { trials: whole.trials[..cut].to_vec(), ..whole.clone() };
            let text = serde_json::to_string(&kept).unwrap();
            let mut again: Search = serde_json::from_str(&text).unwrap();
            again.run(&mut measure, &mut |_| Ok(())).unwrap();
            assert_eq!(again, whole, "cut after {cut}");
        }
    }

    #[test]
    fn settings_stay_within_their_choices() {
        let plan = plan(200, Effort::Whole);
        for number in 0..200 {
            let settings = plan.settings(number);
            assert!((1e-3..=1e3).contains(&settings["ridge"].as_f64().unwrap()));
            assert!((1..=4).contains(&settings["layers"].as_i64().unwrap()));
            assert!(["a", "b"].contains(&settings["kind"].as_str().unwrap()));
        }
        assert_ne!(plan.settings(0), plan.settings(1));
    }

    #[test]
    fn impossible_searches_are_refused() {
        assert!(Search::new(plan(0, Effort::Whole)).is_err());
        assert!(Search::new(plan(3, Effort::Halving { keep_one_in: 1, rungs: 2 })).is_err());
        let mut empty = plan(3, Effort::Whole);
        empty.space.settings.insert("none".to_owned(), Choices::OneOf(Vec::new()));
        assert!(Search::new(empty).unwrap_err().to_string().contains("'none'"));
    }
}
