//! What is believed of one unit, and what does one more answer change?

use crate::crowd::Minds;

/// No answer is held to be less likely than this: one impossible answer would outweigh any number of others, and could not be
/// taken back.
pub const LEAST_LIKELIHOOD: f64 = 1e-9;

/// How one mind answers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum MindModel<'a> {
    /// Right with that probability; errors fall evenly on the other labels.
    Skill(f64),
    /// Probability of each answer under each truth, `[truth, answer]`, rows summing to one.
    Confusion(&'a [f64]),
}

impl<'a> MindModel<'a> {
    /// How that mind of an aggregator's result answers.
    ///
    /// # Panics
    /// Where there is no such mind.
    #[must_use]
    pub fn of(minds: &'a Minds, mind: usize, labels: usize) -> Self {
        match minds {
            Minds::Skills(skills) => Self::Skill(skills[mind]),
            Minds::Confusions(of) => Self::Confusion(&of[mind * labels * labels..][..labels * labels]),
        }
    }

    /// Probability that the mind says `answer` where `truth` is true, among so many `labels`.
    #[must_use]
    pub fn likelihood(self, truth: usize, answer: usize, labels: usize) -> f64 {
        match self {
            Self::Skill(right) if truth == answer => right,
            Self::Skill(right) => (1.0 - right) / (labels - 1).max(1) as f64,
            Self::Confusion(of) => of[truth * labels + answer],
        }
    }
}

/// What is believed of one unit: how likely each label is, kept as logarithms so that hundreds of answers neither
/// overflow nor vanish.
///
/// Answers of minds are taken to be independent given the truth, as in every rule of this module.
#[derive(Clone, Debug, PartialEq)]
pub struct Belief {
    /// Log-probabilities up to a constant.
    logs: Vec<f64>,
    answers: u32,
}

impl Belief {
    /// What is believed before any answer: the probability of each label.
    #[must_use]
    pub fn new(prior: &[f64]) -> Self {
        Self {
            logs: prior.iter().map(|probability| probability.max(LEAST_LIKELIHOOD).ln()).collect(),
            answers: 0,
        }
    }

    /// Every one of so many labels alike.
    #[must_use]
    pub fn uniform(labels: usize) -> Self {
        Self { logs: vec![0.0; labels], answers: 0 }
    }

    /// How many labels there are.
    #[must_use]
    pub fn labels(&self) -> usize {
        self.logs.len()
    }

    /// How many answers it holds.
    #[must_use]
    pub fn answers(&self) -> u32 {
        self.answers
    }

    /// Takes one answer of that mind in.
    pub fn add(&mut self, mind: MindModel<'_>, answer: usize) {
        self.shift(mind, answer, 1.0);
        self.answers += 1;
    }

    /// Takes an answer back that was added with the same model: exact up to the rounding of one sum.
    pub fn undo(&mut self, mind: MindModel<'_>, answer: usize) {
        self.shift(mind, answer, -1.0);
        self.answers = self.answers.saturating_sub(1);
    }

    fn shift(&mut self, mind: MindModel<'_>, answer: usize, sign: f64) {
        let labels = self.labels();
        for (truth, log) in self.logs.iter_mut().enumerate() {
            *log += sign * mind.likelihood(truth, answer, labels).max(LEAST_LIKELIHOOD).ln();
        }
    }

    /// Writes the probability of each label into `row`, which has one place a label.
    pub fn write(&self, row: &mut [f64]) {
        let most = self.logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let mut sum = 0.0;
        for (probability, log) in row.iter_mut().zip(&self.logs) {
            *probability = (log - most).exp();
            sum += *probability;
        }
        row.iter_mut().for_each(|probability| *probability /= sum);
    }

    /// The probability of each label.
    #[must_use]
    pub fn posterior(&self) -> Vec<f64> {
        let mut row = vec![0.0; self.labels()];
        self.write(&mut row);
        row
    }

    /// The likeliest label and its probability; the first of equals.
    #[must_use]
    pub fn best(&self) -> (usize, f64) {
        let mut best = 0;
        for (label, &log) in self.logs.iter().enumerate() {
            if log > self.logs[best] {
                best = label;
            }
        }
        let sum: f64 = self.logs.iter().map(|log| (log - self.logs[best]).exp()).sum();
        (best, 1.0 / sum)
    }

    /// By how much the likeliest label is ahead of the next, as logarithm of their odds; infinite where there is one label.
    #[must_use]
    pub fn lead(&self) -> f64 {
        let (mut first, mut second) = (f64::NEG_INFINITY, f64::NEG_INFINITY);
        for &log in &self.logs {
            if log > first {
                (first, second) = (log, first);
            } else if log > second {
                second = log;
            }
        }
        first - second
    }

    /// How uncertain it is: −Σ q ln q, nat.
    #[must_use]
    pub fn entropy(&self) -> f64 {
        entropy(&self.posterior())
    }
}

/// How uncertain probabilities leave one: −Σ q ln q, nat.
#[must_use]
pub fn entropy(row: &[f64]) -> f64 {
    row.iter()
        .filter(|&&probability| probability > 0.0)
        .map(|probability| -probability * probability.ln())
        .sum()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn two_minds_say_what_bayes_says() {
        let mut belief = Belief::new(&[0.5, 0.5]);
        belief.add(MindModel::Skill(0.8), 0);
        belief.add(MindModel::Skill(0.6), 1);
        // .8 x .4 against .2 x .6.
        assert_eq!(belief.best().0, 0);
        assert!((belief.best().1 - 0.32 / 0.44).abs() < 1e-15);
        assert!((belief.lead() - (0.32_f64 / 0.12).ln()).abs() < 1e-14);
    }

    #[test]
    fn an_answer_held_impossible_does_not_end_all_doubt() {
        let mut belief = Belief::uniform(2);
        belief.add(MindModel::Confusion(&[1.0, 0.0, 0.0, 1.0]), 0);
        let sure = belief.clone();
        belief.add(MindModel::Skill(1.0), 1);
        assert!((belief.best().1 - 0.5).abs() < 1e-12);
        belief.undo(MindModel::Skill(1.0), 1);
        assert!((belief.best().1 - sure.best().1).abs() < 1e-12);
    }

    #[test]
    fn hundreds_of_answers_neither_overflow_nor_vanish() {
        let mut belief = Belief::uniform(3);
        (0..2000).for_each(|_| belief.add(MindModel::Skill(0.99), 2));
        assert_eq!(belief.best().0, 2);
        assert!((belief.posterior().iter().sum::<f64>() - 1.0).abs() < 1e-12);
        assert!(belief.entropy().is_finite() && belief.lead().is_finite());
    }

    /// A confusion matrix of three labels.
    fn confusion() -> impl Strategy<Value = Vec<f64>> {
        prop::collection::vec(0.01_f64..1.0, 9).prop_map(|mut of| {
            for row in of.chunks_exact_mut(3) {
                let sum: f64 = row.iter().sum();
                row.iter_mut().for_each(|probability| *probability /= sum);
            }
            of
        })
    }

    proptest! {
        #[test]
        fn the_order_of_answers_changes_nothing_and_undo_takes_back(
            minds in prop::collection::vec((confusion(), 0_usize..3), 1..12),
        ) {
            let mut forward = Belief::new(&[0.2, 0.3, 0.5]);
            let mut backward = forward.clone();
            for (confusion, answer) in &minds {
                forward.add(MindModel::Confusion(confusion), *answer);
            }
            for (confusion, answer) in minds.iter().rev() {
                backward.add(MindModel::Confusion(confusion), *answer);
            }
            let (rows, others) = (forward.posterior(), backward.posterior());
            prop_assert!((rows.iter().sum::<f64>() - 1.0).abs() < 1e-12);
            prop_assert!(rows.iter().zip(&others).all(|(one, other)| (one - other).abs() < 1e-12));
            for (confusion, answer) in &minds {
                forward.undo(MindModel::Confusion(confusion), *answer);
            }
            prop_assert_eq!(forward.answers(), 0);
            let back = forward.posterior();
            prop_assert!(back.iter().zip([0.2, 0.3, 0.5]).all(|(one, other)| (one - other).abs() < 1e-10));
        }

        #[test]
        fn permuting_labels_permutes_the_belief(skills in prop::collection::vec((0.05_f64..0.95, 0_usize..3), 1..9)) {
            let (mut straight, mut turned) = (Belief::uniform(3), Belief::uniform(3));
            for &(right, answer) in &skills {
                straight.add(MindModel::Skill(right), answer);
                turned.add(MindModel::Skill(right), (answer + 1) % 3);
            }
            let (rows, others) = (straight.posterior(), turned.posterior());
            prop_assert!((0..3).all(|label| (rows[label] - others[(label + 1) % 3]).abs() < 1e-12));
        }
    }
}
