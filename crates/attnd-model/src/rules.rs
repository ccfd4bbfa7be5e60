//! What can be said of somebody who never answered? Published signs of focus and load, no training.
//!
//! ```text
//! log-odds of yes = Σ weight · tanh(how far the sign is from what is typical)
//! ```
//!
//! Every sign has a typical value from the literature: there it says nothing. However far a sign is off, it says at most its
//! weight, so that no single one decides. Signs that are not measured say nothing; with none at all it is one half, unknown.
//! The weights are choices, not measurements: the rules are what a trained model has to beat, and what is left without one.

mod kind;
mod signs;

use serde::{Deserialize, Serialize};
use serde_json::json;

pub use kind::KIND;
pub use signs::{Aspect, Departure, SIGNS, Sign};

use crate::dataset::{Columns, Evidence, Past, Training};
use crate::estimator::{Estimator, Model, ModelError, Prediction, Reason, Run, Stage, Tensors};

/// A stable name.
const NAME: &str = "rules";

/// So many earlier values make a person's usual one.
const USUAL_FROM: usize = 5;

/// The estimator of the rules: looks at which columns there are, at no answer.
#[derive(Clone, Copy, Debug)]
pub struct Rules;

/// The rules for one question and one list of columns. The default knows no column and says one half.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RulesModel {
    settings: Settings,
    /// The signs there are, with the index of their column.
    signs: Vec<(usize, &'static Sign)>,
}

/// What makes the rules what they are, as the model file keeps it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    scale: String,
    features: Vec<String>,
}

impl RulesModel {
    /// The rules for answers on the scale of this name from features of these names, in the order of
    /// [`Evidence::features`]. Names and scales that no rule knows are left aside.
    #[must_use]
    pub fn new<'a>(scale: &str, features: impl IntoIterator<Item = &'a str>) -> Self {
        let features: Vec<String> = features.into_iter().map(str::to_owned).collect();
        let aspect = Aspect::of_scale(scale);
        let known = SIGNS.iter().filter(|sign| Some(sign.aspect) == aspect);
        let signs = known
            .filter_map(|sign| {
                let column = features.iter().position(|name| sign.is_in(name))?;
                Some((column, sign))
            })
            .collect();
        Self { settings: Settings { scale: scale.to_owned(), features }, signs }
    }

    /// The rules for a data set's question and columns.
    #[must_use]
    pub fn of(columns: &Columns) -> Self {
        let features = columns.features.iter().map(|feature| feature.name.as_str());
        Self::new(&columns.question.scale.name, features)
    }

    /// How many signs were measured: with none, one half means that nothing is known.
    #[must_use]
    pub fn measured(&self, evidence: &Evidence) -> usize {
        self.values(evidence).count()
    }

    /// The model of what a file holds.
    fn from_tensors(tensors: &Tensors) -> Result<Self, ModelError> {
        let settings: Settings = serde_json::from_value(tensors.settings.clone())
            .map_err(|error| ModelError::File { reason: format!("these are no rules ({error})") })?;
        Ok(Self::new(&settings.scale, settings.features.iter().map(String::as_str)))
    }

    /// The signs that were measured, each with its column and value.
    fn values(&self, evidence: &Evidence) -> impl Iterator<Item = (usize, &'static Sign, f64)> {
        self.signs.iter().filter_map(|(column, sign)| {
            let value = evidence.features.get(*column).copied().filter(|value| value.is_finite())?;
            Some((*column, *sign, value))
        })
    }
}

impl Estimator for Rules {
    fn name(&self) -> &'static str {
        NAME
    }

    fn fit(&self, training: Training<'_>, _run: &mut Run<'_>) -> Result<Box<dyn Model>, ModelError> {
        Ok(Box::new(RulesModel::of(training.columns())))
    }
}

impl Model for RulesModel {
    fn name(&self) -> &'static str {
        NAME
    }

    fn predict(&self, _past: Past<'_>, evidence: &Evidence) -> Prediction {
        let log_odds: f64 = self.values(evidence).map(|(_, sign, value)| sign.says(value)).sum();
        Prediction::yes_or_no(1.0 / (1.0 + (-log_odds).exp()))
    }

    /// Each sign against the person's usual value, where there is one, or else against the typical one.
    fn explain(&self, past: Past<'_>, evidence: &Evidence) -> Vec<Reason> {
        let mut reasons: Vec<Reason> = self
            .values(evidence)
            .map(|(column, sign, value)| {
                let usual = usual(past, column);
                let effect = sign.says(value) - usual.map_or(0.0, |usual| sign.says(usual));
                let name = self.settings.features[column].clone();
                Reason { name, value: Some(value), word: None, usual, effect }
            })
            .collect();
        reasons.sort_by(|one, other| other.effect.abs().total_cmp(&one.effect.abs()));
        reasons
    }

    fn adapted(&self, _past: Past<'_>, _stage: Stage) -> Option<Box<dyn Model>> {
        None
    }

    fn tensors(&self) -> Tensors {
        Tensors { settings: json!(self.settings), arrays: Vec::new() }
    }
}

/// The median of a person's earlier values of a column; `None` before there are [`USUAL_FROM`].
fn usual(past: Past<'_>, column: usize) -> Option<f64> {
    let values = past.examples().iter().filter_map(|example| example.evidence.features.get(column));
    let mut values: Vec<f64> = values.copied().filter(|value| value.is_finite()).collect();
    if values.len() < USUAL_FROM {
        return None;
    }
    values.sort_by(f64::total_cmp);
    crate::metric::quantile(&values, 0.5)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dataset::sample;

    const FOCUS: [&str; 3] = ["switches_per_h_15min", "share_focus_15min", "nobody_knows_this"];

    fn said(model: &RulesModel, features: &[f64]) -> f64 {
        model.predict(Past::EMPTY, &evidence(features)).yes
    }

    fn evidence(features: &[f64]) -> Evidence {
        Evidence { features: features.to_vec(), ..sample::evidence(1, 0.0, None) }
    }

    #[test]
    fn says_one_half_where_nothing_is_known() {
        let blind = RulesModel::default();
        assert!((said(&blind, &[1.0, 2.0]) - 0.5).abs() < 1e-12);
        let focus = RulesModel::new("concentration", FOCUS);
        assert!((said(&focus, &[f64::NAN, f64::NAN, 3.0]) - 0.5).abs() < 1e-12);
        assert!((said(&focus, &[]) - 0.5).abs() < 1e-12, "a row too short is a row of missing values");
        assert_eq!(focus.measured(&evidence(&[f64::NAN, 0.2, 3.0])), 1);
        assert!(focus.explain(Past::EMPTY, &evidence(&[f64::NAN, f64::NAN, 1.0])).is_empty());
        let no_rules = RulesModel::new("expected-concentration", FOCUS);
        assert!((said(&no_rules, &[10.0, 1.0, 0.0]) - 0.5).abs() < 1e-12);
    }

    #[test]
    fn typical_values_say_nothing_and_each_side_its_own() {
        let focus = RulesModel::new("concentration", FOCUS);
        assert!((said(&focus, &[3_600.0 / 47.0, 0.75, 0.0]) - 0.5).abs() < 1e-12);
        assert!(said(&focus, &[5.0, 1.0, 0.0]) > 0.7);
        assert!(said(&focus, &[400.0, 0.0, 0.0]) < 0.2);
        let distraction = RulesModel::new("distraction", FOCUS);
        assert!(said(&distraction, &[400.0, 0.0, 0.0]) > 0.7);
    }

    #[test]
    fn no_sign_says_more_than_its_weight() {
        for sign in SIGNS {
            for value in [-1e300, -1.0, 0.0, 1e-300, 1.0, 1e300] {
                assert!(sign.says(value).abs() <= sign.weight.abs() + 1e-12, "{} at {value}", sign.name);
            }
            assert!(sign.says(sign.typical).abs() < 1e-12, "{}", sign.name);
        }
    }

    #[test]
    fn reasons_stand_against_the_persons_own_usual_and_add_up() {
        let focus = RulesModel::new("concentration", FOCUS);
        let dataset = {
            let mut columns = sample::columns();
            columns.features =
                FOCUS.map(|name| crate::Feature { name: name.to_owned(), unit: "1".to_owned() }).to_vec();
            let mut builder = crate::DatasetBuilder::new(columns).unwrap();
            for at in 1..=7_i32 {
                let mut example = sample::example(at.into(), 4);
                example.evidence.features = vec![200.0 + f64::from(at), 0.5, f64::NAN];
                builder.add("a", example).unwrap();
            }
            builder.build()
        };
        let past = dataset.people()[0].past(sample::second(100));
        let now = evidence(&[90.0, 0.5, 0.0]);
        let reasons = focus.explain(past, &now);
        assert_eq!(reasons[0].name, "switches_per_h_15min");
        assert_eq!((reasons[0].usual, reasons[0].value), (Some(204.0), Some(90.0)));
        assert!(reasons[0].effect > 0.0, "fewer switches than they usually have");
        assert!(reasons[1].effect.abs() < 1e-12, "as much in focus as ever");
        let base = focus.predict(past, &evidence(&[204.0, 0.5, 0.0])).yes;
        let log_odds = |yes: f64| (yes / (1.0 - yes)).ln();
        let sum: f64 = reasons.iter().map(|reason| reason.effect).sum();
        assert!((log_odds(focus.predict(past, &now).yes) - log_odds(base) - sum).abs() < 1e-9);
    }

    #[test]
    fn a_file_gives_the_same_rules_back() {
        let rules =
            RulesModel::new("mental-load", ["switches_per_h_15min", "eyes_pupil_mean_60s_from_median"]);
        assert_eq!(RulesModel::from_tensors(&rules.tensors()).unwrap(), rules);
        let broken = Tensors { settings: json!({ "scale": 3 }), arrays: Vec::new() };
        assert!(matches!(RulesModel::from_tensors(&broken), Err(ModelError::File { .. })));
    }
}
