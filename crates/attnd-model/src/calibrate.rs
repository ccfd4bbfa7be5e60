//! Is what is said to happen in 70 of 100 cases what happens in 70? Maps probabilities to honest ones.

mod isotonic;
mod logistic;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use isotonic::Isotonic;

use crate::dataset::Question;
use crate::estimator::Prediction;
use crate::metric::{PersonScored, Scored};

/// From so many answers a person has a calibration of their own; before, it is everybody's.
pub const OWN_FROM: usize = 30;

/// How a calibration is fitted. It must be given predictions of answers the model was not fitted to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Method {
    /// All log-odds divided by one number (Guo et al. 2017, arXiv:1706.04599): less or more sure, never another ranking.
    Temperature,
    /// One number added to all log-odds: another base rate.
    Intercept,
    /// Both (Platt 1999), fitted as Lin, Lin and Weng 2007 have it, doi:10.1007/s10994-007-5018-6.
    Platt,
    /// Any rising curve (Zadrozny and Elkan 2002, doi:10.1145/775047.775151): needs the most answers.
    Isotonic,
}

/// A map from probabilities to calibrated ones.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Calibration {
    /// As it was said.
    #[default]
    Unchanged,
    /// `slope · log-odds + intercept`.
    LogOdds {
        /// One over the temperature.
        slope: f64,
        /// In log-odds.
        intercept: f64,
    },
    /// A rising curve.
    Isotonic(Isotonic),
}

/// Everybody's calibration and that of those who answered often enough for their own.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Calibrations {
    everybody: Calibration,
    own: BTreeMap<String, Calibration>,
}

impl Calibration {
    /// From predictions and what was answered then. Unchanged where there is nothing to learn: no answers, or for all but
    /// [`Method::Platt`] and [`Method::Intercept`] only one kind.
    #[must_use]
    pub fn fit(method: Method, scored: &[Scored]) -> Self {
        let yes = scored.iter().filter(|one| one.yes).count();
        let is_one_kind = yes == 0 || yes == scored.len();
        match method {
            _ if scored.is_empty() => Self::Unchanged,
            Method::Temperature | Method::Isotonic if is_one_kind => Self::Unchanged,
            Method::Isotonic => Self::Isotonic(Isotonic::of_scored(scored)),
            Method::Temperature => logistic::temperature(scored),
            Method::Intercept => logistic::intercept(scored),
            Method::Platt => logistic::platt(scored),
        }
    }

    /// The calibrated probability, kept as far from 0 and 1 as every prediction.
    #[must_use]
    pub fn probability(&self, yes: f64) -> f64 {
        let calibrated = match self {
            Self::Unchanged => yes,
            Self::LogOdds { slope, intercept } => {
                logistic::sigmoid(slope * logistic::log_odds(yes) + intercept)
            }
            Self::Isotonic(curve) => curve.at(yes),
        };
        Prediction::yes_or_no(calibrated).yes
    }

    /// The calibrated prediction: levels above and below the threshold keep their shares among themselves.
    #[must_use]
    pub fn apply(&self, question: &Question, prediction: &Prediction) -> Prediction {
        let yes = self.probability(prediction.yes);
        let to_yes = yes / prediction.yes;
        let to_no = (1.0 - yes) / (1.0 - prediction.yes);
        let levels = (question.scale.lowest..).zip(&prediction.levels);
        let levels = levels.map(|(level, share)| share * if question.is_yes(level) { to_yes } else { to_no });
        Prediction { yes, levels: levels.collect() }
    }
}

impl Calibrations {
    /// From everybody's predictions and answers; a person with [`OWN_FROM`] of them gets their own.
    #[must_use]
    pub fn fit(method: Method, people: &[PersonScored]) -> Self {
        let everybody = Calibration::fit(method, &crate::metric::pooled(people));
        let own = people
            .iter()
            .filter(|person| person.scored.len() >= OWN_FROM)
            .map(|person| (person.person.clone(), Calibration::fit(method, &person.scored)))
            .collect();
        Self { everybody, own }
    }

    /// The person's own, or everybody's.
    #[must_use]
    pub fn of(&self, person: &str) -> &Calibration {
        self.own.get(person).unwrap_or(&self.everybody)
    }
}

#[cfg(test)]
mod tests {
    use attnd_core::recording::Scale;
    use proptest::prelude::*;

    use super::*;
    use crate::metric::{log_loss, parity};

    const METHODS: [Method; 4] = [Method::Temperature, Method::Intercept, Method::Platt, Method::Isotonic];

    fn after(calibration: &Calibration, scored: &[Scored]) -> f64 {
        let calibrated: Vec<Scored> = scored
            .iter()
            .map(|one| Scored { probability: calibration.probability(one.probability), yes: one.yes })
            .collect();
        log_loss(&calibrated).unwrap()
    }

    #[test]
    fn says_what_scikit_learn_says() {
        for case in parity::cases("calibration") {
            let scored = parity::scored(&case);
            let Calibration::LogOdds { slope, intercept } = Calibration::fit(Method::Temperature, &scored)
            else {
                panic!("{case}");
            };
            let near = |key: &str, found: f64, tolerance: f64| {
                let expected = case[key].as_f64().unwrap();
                assert!((found - expected).abs() < tolerance, "{key}: {found} {expected}");
            };
            near("inverse_temperature", slope, 1e-6);
            assert!(intercept.abs() < 1e-12);
            let Calibration::LogOdds { slope, intercept } = Calibration::fit(Method::Platt, &scored) else {
                panic!("{case}");
            };
            // Its L-BFGS stops about there.
            near("platt_slope", slope, 1e-4);
            near("platt_intercept", intercept, 1e-4);
        }
    }

    #[test]
    fn nothing_and_one_kind_of_answers_change_nothing_by_force() {
        for method in METHODS {
            assert_eq!(Calibration::fit(method, &[]), Calibration::Unchanged);
        }
        let always: Vec<Scored> =
            [0.2, 0.5, 0.9].map(|probability| Scored { probability, yes: true }).to_vec();
        assert_eq!(Calibration::fit(Method::Temperature, &always), Calibration::Unchanged);
        assert_eq!(Calibration::fit(Method::Isotonic, &always), Calibration::Unchanged);
        for method in [Method::Platt, Method::Intercept] {
            let said = Calibration::fit(method, &always).probability(0.5);
            assert!(said > 0.5 && said < 0.95, "{method:?} {said}: three answers are no certainty");
        }
    }

    #[test]
    fn levels_follow_the_probability_of_yes() {
        let question = Question { scale: Scale::CONCENTRATION, threshold: 4 };
        let said = Prediction { yes: 0.5, levels: vec![0.1, 0.1, 0.3, 0.3, 0.2] };
        let calibration = Calibration::LogOdds { slope: 1.0, intercept: 3.0_f64.ln() };
        let calibrated = calibration.apply(&question, &said);
        assert!((calibrated.yes - 0.75).abs() < 1e-12);
        for (level, expected) in calibrated.levels.iter().zip([0.05, 0.05, 0.15, 0.45, 0.3]) {
            assert!((level - expected).abs() < 1e-12, "{:?}", calibrated.levels);
        }
    }

    #[test]
    fn who_answered_often_has_their_own() {
        let person = |name: &str, answers: usize, yes: bool| PersonScored {
            person: name.to_owned(),
            scored: vec![Scored { probability: 0.5, yes }; answers],
        };
        let people = [person("often", OWN_FROM, true), person("seldom", OWN_FROM - 1, false)];
        let calibrations = Calibrations::fit(Method::Intercept, &people);
        assert!(calibrations.of("often").probability(0.5) > 0.9);
        let everybody = calibrations.of("seldom").probability(0.5);
        assert!((everybody - 0.5).abs() < 0.05);
        assert_eq!(calibrations.of("nobody"), calibrations.of("seldom"));
    }

    proptest! {
        /// On what it was fitted to, no method is worse than leaving it as it was (those with Platt's targets aside, which
        /// hold back on purpose), the ranking never turns round, and what comes out is a probability.
        #[test]
        fn never_worse_where_it_was_fitted(
            pairs in prop::collection::vec((0.001_f64..0.999, any::<bool>()), 20..120),
        ) {
            let scored: Vec<Scored> =
                pairs.into_iter().map(|(probability, yes)| Scored { probability, yes }).collect();
            let before = log_loss(&scored).unwrap();
            for method in METHODS {
                let calibration = Calibration::fit(method, &scored);
                if matches!(method, Method::Temperature | Method::Isotonic) {
                    prop_assert!(after(&calibration, &scored) <= before + 1e-5, "{method:?}");
                }
                if method != Method::Platt {
                    prop_assert!(calibration.probability(0.2) <= calibration.probability(0.8) + 1e-12);
                }
                let ends = [0.0, 1.0, f64::NAN].map(|end| calibration.probability(end));
                prop_assert!(ends.iter().all(|end| *end > 0.0 && *end < 1.0));
            }
        }
    }
}
