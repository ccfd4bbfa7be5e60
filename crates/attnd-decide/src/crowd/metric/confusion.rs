//! Who mistakes what for what? Tables of truth against answer, with intervals that say how sure they are.

use crate::crowd::answers::Answers;
use crate::crowd::consensus::Posterior;

/// Two-sided quantile of the normal distribution for 95 % intervals.
pub const Z_95: f64 = 1.959_963_984_540_054;

/// How often which label is answered where which is true.
#[derive(Clone, Debug, PartialEq)]
pub struct Confusion {
    labels: usize,
    /// Expected number of answers, `[truth, answer]`.
    counts: Vec<f64>,
}

/// Where a share lies.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    /// Lower bound.
    pub lower: f64,
    /// The share observed; one half where nothing was.
    pub share: f64,
    /// Upper bound.
    pub upper: f64,
}

impl Confusion {
    fn empty(labels: usize) -> Self {
        Self { labels, counts: vec![0.0; labels * labels] }
    }

    /// Expected number of answers `answer` to units whose truth is `truth`.
    #[must_use]
    pub fn count(&self, truth: usize, answer: usize) -> f64 {
        self.counts[truth * self.labels + answer]
    }

    /// How often `answer` is given where `truth` holds, with its Wilson interval.
    #[must_use]
    pub fn share(&self, truth: usize, answer: usize, z: f64) -> Interval {
        let row = &self.counts[truth * self.labels..][..self.labels];
        wilson(row[answer], row.iter().sum(), z)
    }

    /// How often the answer is the truth, with its Wilson interval.
    #[must_use]
    pub fn accuracy(&self, z: f64) -> Interval {
        let right = (0..self.labels).map(|label| self.count(label, label)).sum();
        wilson(right, self.counts.iter().sum(), z)
    }

    fn add(&mut self, answer: u32, truths: &[f64]) {
        for (truth, probability) in truths.iter().enumerate() {
            self.counts[truth * self.labels + answer as usize] += probability;
        }
    }
}

/// All answers against the truth: give gold as rows of 0 and 1, or a consensus. Rows of zeros leave a unit out.
#[must_use]
pub fn pooled(answers: &Answers, truth: &Posterior) -> Confusion {
    let mut confusion = Confusion::empty(truth.labels());
    for (of, truths) in answers.by_unit().zip(truth.rows()) {
        of.iter().for_each(|answer| confusion.add(answer.label, truths));
    }
    confusion
}

/// The same for each mind, in the order of minds; memory is minds × labels² numbers of 8 bytes.
#[must_use]
pub fn by_mind(answers: &Answers, truth: &Posterior) -> Vec<Confusion> {
    let mut confusions = vec![Confusion::empty(truth.labels()); answers.minds().len()];
    for (of, truths) in answers.by_unit().zip(truth.rows()) {
        of.iter().for_each(|answer| confusions[answer.mind as usize].add(answer.label, truths));
    }
    confusions
}

/// Wilson's score interval of a share: right for few and for fractional counts, never outside 0 to 1.
/// `z` is the two-sided quantile, [`Z_95`] for 95 %. Of nothing it is everything from 0 to 1.
///
/// Wilson (1927), doi:10.1080/01621459.1927.10502953.
#[must_use]
pub fn wilson(successes: f64, trials: f64, z: f64) -> Interval {
    if trials <= 0.0 {
        return Interval { lower: 0.0, share: 0.5, upper: 1.0 };
    }
    let share = successes / trials;
    let squared = z * z;
    let middle = share + squared / (2.0 * trials);
    let half = z * (share * (1.0 - share) / trials + squared / (4.0 * trials * trials)).max(0.0).sqrt();
    let scale = 1.0 + squared / trials;
    Interval { lower: ((middle - half) / scale).max(0.0), share, upper: ((middle + half) / scale).min(1.0) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::crowd::AnswersBuilder;

    /// Newcombe (1998), doi:10.1002/(SICI)1097-0258(19980430)17:8<857::AID-SIM777>3.0.CO;2-E, table I, method 3.
    #[test]
    fn intervals_equal_the_published_table() {
        for (successes, trials, lower, upper) in [
            (81.0, 263.0, 0.2553, 0.3662),
            (15.0, 148.0, 0.0624, 0.1605),
            (0.0, 20.0, 0.0, 0.1611),
            (1.0, 29.0, 0.0061, 0.1718),
        ] {
            let interval = wilson(successes, trials, Z_95);
            assert!(
                (interval.lower - lower).abs() < 6e-5 && (interval.upper - upper).abs() < 6e-5,
                "{interval:?}"
            );
        }
    }

    #[test]
    fn minds_have_their_own_tables() {
        let mut builder = AnswersBuilder::default();
        for (unit, mind, label) in [("1", "a", "x"), ("1", "b", "y"), ("2", "a", "y"), ("2", "b", "y")] {
            builder.answer(unit, mind, label).unwrap();
        }
        let answers = builder.build().unwrap().0;
        let truth = Posterior::new(2, vec![1.0, 0.0, 0.0, 1.0]);
        let minds = by_mind(&answers, &truth);
        assert_eq!((minds[0].accuracy(Z_95).share, minds[1].accuracy(Z_95).share), (1.0, 0.5));
        assert_eq!(minds[1].count(0, 1), 1.0);
        assert_eq!(pooled(&answers, &truth).share(0, 0, Z_95).share, 0.5);
    }

    proptest! {
        #[test]
        fn the_share_lies_in_its_interval(trials in 0.1..1e4_f64, part in 0.0..=1.0_f64) {
            let interval = wilson(part * trials, trials, Z_95);
            prop_assert!(interval.lower <= interval.share + 1e-12 && interval.share <= interval.upper + 1e-12);
            prop_assert!(interval.lower >= 0.0 && interval.upper <= 1.0);
        }
    }
}
