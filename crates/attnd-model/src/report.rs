//! What is a model worth, in the figures people know? One structure for JSON, one table for the terminal.

mod table;

use serde::{Deserialize, Serialize};

use crate::card::Figures;
use crate::dataset::Question;
use crate::estimator::Seed;
use crate::metric::{self, Averages, Bin, Binning, ClassScore, Confusion, Coverage, PersonScored, Resampled};

pub use table::side_by_side;

/// Bins of the calibration error and the calibration plot.
pub const BINS: usize = 10;

/// Everything known of one model's predictions on held answers. Figures that are not defined, such as an area under the
/// curve where everybody answered yes, are `None`: null in JSON.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// The estimator's name.
    pub estimator: String,
    /// What was asked.
    pub question: Question,
    /// Held answers.
    pub answers: usize,
    /// How many of them were yes.
    pub yes: usize,
    /// People with held answers.
    pub people: usize,
    /// Area under the ROC curve over all answers.
    pub auc_pooled: Option<f64>,
    /// Mean area of people with both kinds of answers.
    pub auc_within: Option<f64>,
    /// Its standard deviation over them.
    pub auc_within_sd: Option<f64>,
    /// How many they are.
    pub auc_within_people: usize,
    /// People with one kind of answers only, left out of it.
    pub one_kind: Vec<String>,
    /// Mean squared error of the probability.
    pub brier: Option<f64>,
    /// Mean negative natural logarithm of the probability of what was answered.
    pub log_loss: Option<f64>,
    /// Expected calibration error over [`BINS`] bins of equal width.
    pub ece: Option<f64>,
    /// Expected calibration error over [`BINS`] bins of equal mass.
    pub ece_equal_mass: Option<f64>,
    /// Mean recall of yes and no, yes from one half up.
    pub balanced_accuracy: Option<f64>,
    /// Precision, recall, F1 and support of no and yes, yes from one half up.
    pub classes: Vec<ClassScore>,
    /// Their averages.
    pub averages: Averages,
    /// What was taken for what.
    pub confusion: Confusion,
    /// The calibration plot: bins of equal mass.
    pub calibration: Vec<Bin>,
    /// How far figures move with who takes part.
    pub intervals: Resampled,
    /// Of conformal sets, where there are any.
    pub coverage: Option<Coverage>,
}

impl Report {
    /// The figures of everybody's predictions. `seed` draws people for the intervals.
    #[must_use]
    pub fn of(estimator: &str, question: &Question, people: &[PersonScored], seed: Seed) -> Self {
        let all = metric::pooled(people);
        let within = metric::area_within_people(people);
        let confusion = Confusion::of_yes_and_no(&all);
        let calibration_error = |binning| metric::expected_calibration_error(&all, binning);
        Self {
            estimator: estimator.to_owned(),
            question: question.clone(),
            answers: all.len(),
            yes: all.iter().filter(|one| one.yes).count(),
            people: people.iter().filter(|person| !person.scored.is_empty()).count(),
            auc_pooled: metric::area_under_curve(&all),
            auc_within: within.mean,
            auc_within_sd: within.sd,
            auc_within_people: within.people,
            one_kind: within.one_kind,
            brier: metric::brier(&all),
            log_loss: metric::log_loss(&all),
            ece: calibration_error(Binning::EqualWidth(BINS)),
            ece_equal_mass: calibration_error(Binning::EqualMass(BINS)),
            balanced_accuracy: confusion.balanced_accuracy(),
            classes: confusion.scores(),
            averages: confusion.averages(),
            confusion,
            calibration: metric::bins(&all, Binning::EqualMass(BINS)),
            intervals: metric::by_person(people, seed),
            coverage: None,
        }
    }

    /// The figures that are defined, by their stable names: for the model card.
    #[must_use]
    pub fn figures(&self) -> Figures {
        let coverage = self.coverage.as_ref();
        let named = [
            ("auc_pooled", self.auc_pooled),
            ("auc_within", self.auc_within),
            ("brier", self.brier),
            ("log_loss", self.log_loss),
            ("ece", self.ece),
            ("balanced_accuracy", self.balanced_accuracy),
            ("coverage", coverage.map(|coverage| coverage.coverage)),
            ("coverage_off_mean", coverage.map(|coverage| coverage.off_mean)),
            ("known", coverage.map(|coverage| coverage.known)),
        ];
        named.into_iter().filter_map(|(name, figure)| Some((name.to_owned(), figure?))).collect()
    }

    /// With the coverage of sets made from the same predictions.
    #[must_use]
    pub fn with_coverage(self, coverage: Option<Coverage>) -> Self {
        Self { coverage, ..self }
    }
}
