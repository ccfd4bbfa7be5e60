//! Which grade is it, where labels have an order? Dawid-Skene that expects near misses, and three ways to decide.
//!
//! People who miss a grade mostly miss it by one. Confusion matrices (Dawid and Skene 1979, doi:10.2307/2346806) get a
//! Dirichlet prior that falls with the distance between grades; the estimate is its maximum (as LFC of Raykar and
//! others 2010, JMLR 11:1297-1322, whose prior is flat).

use thiserror::Error;

use super::classifier::softmax;
use super::method::majority::{mean_row, shares};
use super::{Answers, Consensus, Gold, Minds, Posterior, Round, Run};

/// What is thought of minds before they answer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ordinal {
    /// Answers each mind is thought to have given rightly under each grade.
    pub right: f64,
    /// How much rarer a miss is for each grade it is off: ½ halves it.
    pub decay: f64,
    /// Rounds at most.
    pub most_rounds: usize,
    /// It stops where the objective rises by less than this share of itself.
    pub tolerance: f64,
}

impl Default for Ordinal {
    /// Four right answers, as IBCC's published prior; a miss by one is thought half as frequent, which leaves a mind
    /// of five grades right nearly half of the time before it showed anything.
    fn default() -> Self {
        Self { right: 4.0, decay: 0.5, most_rounds: 500, tolerance: 1e-7 }
    }
}

/// Why labels have no order.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum OrdinalError {
    /// Not one grade for each label.
    #[error("there are {labels} labels and {grades} grades; give every label its grade")]
    Grades {
        /// How many labels there are.
        labels: usize,
        /// How many grades were given.
        grades: usize,
    },
    /// A grade that is no number.
    #[error("grade {label} is not a finite number; give numbers that rise with the labels' order")]
    NotFinite {
        /// Index of the label.
        label: usize,
    },
}

impl Ordinal {
    /// The consensus where label `i` has grade `grades[i]`; only the order of grades counts, equal grades are as near
    /// as can be. Gold units keep their gold and teach.
    ///
    /// # Errors
    /// [`OrdinalError`] where grades do not fit the labels.
    pub fn aggregate(
        &self,
        answers: &Answers,
        grades: &[f64],
        gold: &Gold,
        run: &mut Run<'_>,
    ) -> Result<Consensus, OrdinalError> {
        let labels = answers.labels().len();
        let before = self.before(labels, grades)?;
        let mut posterior = shares(answers, gold);
        let mut confusions = vec![0.0; answers.minds().len() * labels * labels];
        let mut prior = vec![0.0; labels];
        let mut objective: Vec<f64> = Vec::new();
        learn(answers, &posterior, &before, &mut confusions);
        learn_prior(&posterior, &mut prior);
        for done in 1..=self.most_rounds {
            let logs: Vec<f64> = confusions.iter().map(|of| of.ln()).collect();
            let mut value = believe(answers, gold, &logs, &prior, &mut posterior);
            value += logs
                .chunks_exact(labels * labels)
                .flat_map(|of| of.iter().zip(&before))
                .map(|(log, before)| log * before)
                .sum::<f64>();
            value += prior.iter().map(|share| share.ln()).sum::<f64>();
            (run.progress)(Round { done, most: self.most_rounds, objective: Some(value) });
            let rise = value - objective.last().copied().unwrap_or(f64::NEG_INFINITY);
            objective.push(value);
            if rise <= self.tolerance * value.abs() {
                break;
            }
            learn(answers, &posterior, &before, &mut confusions);
            learn_prior(&posterior, &mut prior);
        }
        Ok(Consensus {
            prior: mean_row(&posterior),
            posterior,
            minds: Minds::Confusions(confusions),
            objective,
            choice: None,
        })
    }

    /// Answers thought to have been given, `[truth, answer]`: fewer the further apart the ranks are.
    fn before(&self, labels: usize, grades: &[f64]) -> Result<Vec<f64>, OrdinalError> {
        if grades.len() != labels {
            return Err(OrdinalError::Grades { labels, grades: grades.len() });
        }
        if let Some(label) = grades.iter().position(|grade| !grade.is_finite()) {
            return Err(OrdinalError::NotFinite { label });
        }
        let ranks = ranks(grades);
        let pairs = (0..labels).flat_map(|truth| (0..labels).map(move |answer| (truth, answer)));
        let count = |(truth, answer): (usize, usize)| {
            // Two labels of one grade are a step apart too: only the label itself is right.
            let apart = if truth == answer { 0 } else { ranks[truth].abs_diff(ranks[answer]).max(1) };
            (self.right * self.decay.powi(i32::try_from(apart).unwrap_or(i32::MAX))).max(LEAST)
        };
        Ok(pairs.map(count).collect())
    }
}

/// The least answers thought to have been given: no miss is impossible.
const LEAST: f64 = 1e-2;

/// Place of each grade among the different ones.
fn ranks(grades: &[f64]) -> Vec<usize> {
    let mut different = grades.to_vec();
    different.sort_by(f64::total_cmp);
    different.dedup();
    grades.iter().map(|grade| different.partition_point(|of| of < grade)).collect()
}

fn learn(answers: &Answers, posterior: &Posterior, before: &[f64], confusions: &mut [f64]) {
    let labels = posterior.labels();
    for table in confusions.chunks_exact_mut(labels * labels) {
        table.copy_from_slice(before);
    }
    for (of, row) in answers.by_unit().zip(posterior.rows()) {
        for answer in of {
            let to = answer.mind as usize * labels * labels + answer.label as usize;
            row.iter()
                .enumerate()
                .for_each(|(truth, probability)| confusions[to + truth * labels] += probability);
        }
    }
    for row in confusions.chunks_exact_mut(labels) {
        let whole: f64 = row.iter().sum();
        row.iter_mut().for_each(|of| *of /= whole);
    }
}

/// Shares of the grades, with one unit of each before.
fn learn_prior(posterior: &Posterior, prior: &mut [f64]) {
    prior.fill(1.0);
    posterior
        .rows()
        .for_each(|row| prior.iter_mut().zip(row).for_each(|(sum, probability)| *sum += probability));
    let whole: f64 = prior.iter().sum();
    prior.iter_mut().for_each(|of| *of /= whole);
}

/// What answers tell of each unit; the log-likelihood.
fn believe(answers: &Answers, gold: &Gold, logs: &[f64], prior: &[f64], posterior: &mut Posterior) -> f64 {
    let labels = posterior.labels();
    let mut likelihood = 0.0;
    let mut row = vec![0.0; labels];
    for (unit, of) in answers.by_unit().enumerate() {
        row.iter_mut().zip(prior).for_each(|(log, share)| *log = share.ln());
        for answer in of {
            let from = answer.mind as usize * labels * labels + answer.label as usize;
            row.iter_mut().enumerate().for_each(|(truth, log)| *log += logs[from + truth * labels]);
        }
        match gold.of(unit) {
            Some(truth) => likelihood += row[truth as usize],
            None => {
                likelihood += softmax(&mut row);
                posterior.of_mut(unit).copy_from_slice(&row);
            }
        }
    }
    likelihood
}

/// Which grade to take of a posterior: each is best for another loss.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Decide {
    /// The likeliest: fewest wrong.
    Likeliest,
    /// The middle one: least distance.
    #[default]
    Median,
    /// The mean of grades, between labels if need be: least squared distance.
    Mean,
}

/// The grade of each unit.
#[must_use]
pub fn decided(posterior: &Posterior, grades: &[f64], by: Decide) -> Vec<f64> {
    let mut order: Vec<usize> = (0..grades.len()).collect();
    order.sort_by(|&one, &other| grades[one].total_cmp(&grades[other]));
    let of = |(unit, row): (usize, &[f64])| match by {
        Decide::Likeliest => grades[posterior.best(unit).0 as usize],
        Decide::Mean => row.iter().zip(grades).map(|(probability, grade)| probability * grade).sum(),
        Decide::Median => {
            let mut below = 0.0;
            let middle = order.iter().find(|&&label| {
                below += row[label];
                // A hair less than half, so that rounding does not choose between equal halves.
                below >= 0.5 - 1e-12
            });
            middle.or(order.last()).map_or(f64::NAN, |&label| grades[label])
        }
    };
    posterior.rows().enumerate().map(of).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rand::RngExt;

    use super::*;
    use crate::Seed;
    use crate::crowd::AnswersBuilder;
    use crate::crowd::metric::label_values;

    fn run<T>(with: impl FnOnce(&mut Run<'_>) -> T) -> T {
        with(&mut Run { seed: Seed(0), progress: &mut |_| {} })
    }

    /// Five grades, seven minds of whom one always grades one too high and two at random; the truths.
    fn graded() -> (Answers, Vec<f64>) {
        let mut chance = Seed(2).generator(0);
        let mut builder = AnswersBuilder::default();
        let truths: Vec<i32> = (0..100).map(|unit| unit % 5).collect();
        for (unit, &truth) in truths.iter().enumerate() {
            for mind in 0..7 {
                let said = match mind {
                    0..4 => truth + [0, 0, 0, 1, -1][chance.random_range(0..5_usize)],
                    4 => truth + 1,
                    _ => chance.random_range(0..5),
                };
                builder.answer(&unit.to_string(), &mind.to_string(), &said.clamp(0, 4).to_string()).unwrap();
            }
        }
        (builder.build().unwrap().0, truths.into_iter().map(f64::from).collect())
    }

    #[test]
    fn who_grades_too_high_is_understood() {
        let (answers, truths) = graded();
        let grades = label_values(answers.labels()).unwrap();
        let none = Gold::none(&answers);
        let consensus = run(|run| Ordinal::default().aggregate(&answers, &grades, &none, run)).unwrap();
        let error = |posterior: &Posterior| {
            let decided = decided(posterior, &grades, Decide::Median);
            decided.iter().zip(&truths).map(|(is, truth)| (is - truth).abs()).sum::<f64>() / 100.0
        };
        let (learned, voted) = (error(&consensus.posterior), error(&shares(&answers, &none)));
        assert!(learned < 0.8 * voted, "{learned} {voted}");
    }

    /// What each decision is best for, by hand: probabilities .4 .1 .15 .35 of the grades 1 2 3 4.
    #[test]
    fn each_decision_is_best_for_its_loss() {
        let posterior = Posterior::new(4, vec![0.4, 0.1, 0.15, 0.35]);
        let grades = [1.0, 2.0, 3.0, 4.0];
        let grade = |by| decided(&posterior, &grades, by)[0];
        assert_eq!((grade(Decide::Likeliest), grade(Decide::Median)), (1.0, 2.0));
        assert!((grade(Decide::Mean) - 2.45).abs() < 1e-12);
    }

    #[test]
    fn labels_need_grades() {
        let (answers, _) = graded();
        let none = Gold::none(&answers);
        let refused = |grades: &[f64]| {
            run(|run| Ordinal::default().aggregate(&answers, grades, &none, run)).unwrap_err()
        };
        assert_eq!(refused(&[1.0]), OrdinalError::Grades { labels: 5, grades: 1 });
        assert_eq!(refused(&[1.0, f64::NAN, 2.0, 3.0, 4.0]), OrdinalError::NotFinite { label: 1 });
    }

    proptest! {
        #[test]
        fn the_objective_never_falls_and_only_the_order_of_grades_counts(
            rows in prop::collection::vec((0..6_u8, 0..4_u8, 0..4_u8), 1..50)
        ) {
            let mut builder = AnswersBuilder::default();
            for (unit, mind, label) in &rows {
                builder.answer(&unit.to_string(), &mind.to_string(), &label.to_string()).unwrap();
            }
            let (answers, gold) = builder.build().unwrap();
            let grades = label_values(answers.labels()).unwrap();
            let cubes: Vec<f64> = grades.iter().map(|grade| grade.powi(3) + 1.0).collect();
            let of = |grades: &[f64]| run(|run| Ordinal::default().aggregate(&answers, grades, &gold, run)).unwrap();
            let (one, other) = (of(&grades), of(&cubes));
            prop_assert_eq!(&one.posterior, &other.posterior);
            for pair in one.objective.windows(2) {
                prop_assert!(pair[1] >= pair[0] - 1e-9 * pair[0].abs());
            }
            for row in one.posterior.rows() {
                prop_assert!((row.iter().sum::<f64>() - 1.0).abs() < 1e-9);
            }
        }
    }
}
