//! What is this model, what was it made from, and how good was it? A card that travels inside the model file
//! (Mitchell et al. 2019, "Model Cards for Model Reporting", arXiv:1810.03993).

use std::collections::BTreeMap;
use std::fmt;

use attnd_core::Timestamp;
use serde::{Deserialize, Serialize};

use crate::dataset::{Columns, Dataset, DatasetHash, Question};
use crate::estimator::Seed;

/// Figures of one estimator by their stable names: `auc_pooled`, `auc_within`, `brier`, `log_loss`, `ece`, …
pub type Figures = BTreeMap<String, f64>;

/// What a model file says of itself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Card {
    /// The estimator's name; says how the arrays are to be read.
    pub estimator: String,
    /// What it answers, and the columns it must be given.
    pub columns: Columns,
    /// What it learnt from.
    pub data: DataSummary,
    /// How the figures were measured: `second half of each person, global part without that person`.
    pub split: String,
    /// Where its randomness came from.
    pub seed: Seed,
    /// Its settings, as they were given to the estimator.
    pub settings: serde_json::Value,
    /// How good it was on that split.
    pub figures: Figures,
    /// How good the trivial baselines were on the same split, by name.
    pub baselines: BTreeMap<String, Figures>,
    /// What it must not be used for and where it is known to be weak, one sentence each.
    pub limits: Vec<String>,
    /// When it was made.
    pub made: Timestamp,
    /// The version of attnd that made it.
    pub made_by: String,
}

/// What a model learnt from, without a row of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DataSummary {
    /// Digest of the data set, to tell whether a figure was measured on the same.
    pub hash: DatasetHash,
    /// People in it.
    pub people: usize,
    /// Answers in it.
    pub examples: usize,
    /// The share of them that are yes, 0 to 1.
    pub yes: f64,
}

impl DataSummary {
    /// Counts a data set.
    #[must_use]
    pub fn of(dataset: &Dataset) -> Self {
        let answers = || dataset.people().iter().flat_map(|person| person.examples()).map(|one| one.answer);
        let examples = answers().count();
        let yes = answers().filter(|answer| dataset.question().is_yes(answer.value)).count();
        #[expect(clippy::cast_precision_loss, reason = "a count of answers")]
        let share = if examples == 0 { 0.0 } else { yes as f64 / examples as f64 };
        Self { hash: dataset.hash(), people: dataset.people().len(), examples, yes: share }
    }
}

impl fmt::Display for Card {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Question { scale, threshold } = &self.columns.question;
        writeln!(
            f,
            "{} for {} ≥ {threshold} ({} to {})",
            self.estimator, scale.name, scale.lowest, scale.highest
        )?;
        writeln!(f, "made       {} by attnd {}, seed {}", self.made, self.made_by, self.seed.0)?;
        let DataSummary { hash, people, examples, yes } = &self.data;
        writeln!(f, "data       {examples} answers of {people} people, {:.0} % yes, {hash}", yes * 100.0)?;
        writeln!(f, "split      {}", self.split)?;
        let width = self.baselines.keys().map(String::len).max().unwrap_or(0).max(self.estimator.len());
        write_figures(f, width, &self.estimator, &self.figures)?;
        for (name, figures) in &self.baselines {
            write_figures(f, width, name, figures)?;
        }
        for limit in &self.limits {
            writeln!(f, "limit      {limit}")?;
        }
        Ok(())
    }
}

fn write_figures(f: &mut fmt::Formatter<'_>, width: usize, name: &str, figures: &Figures) -> fmt::Result {
    write!(f, "  {name:width$}")?;
    for (figure, value) in figures {
        write!(f, "  {figure} {value:.3}")?;
    }
    writeln!(f)
}
