//! Who errs together? Kinds of units within each truth, on which minds err alike.
//!
//! Enhanced Bayesian classifier combination: each true label has several kinds of units, and each mind a row of
//! answers for every kind; minds are independent only given the kind, so that shared errors (grebes that
//! everybody takes for ducks) are one kind and not many witnesses. Mean-field variational Bayes from random
//! starts; the start with the highest bound wins. Li, Rubinstein, Cohn: *Exploiting Worker Correlation for Label
//! Aggregation in Crowdsourcing*, ICML 2019 (proceedings.mlr.press/v97/li19i.html).

use rand::RngExt;

use crate::Seed;
use crate::crowd::aggregator::{Aggregator, AggregatorKind, CrowdError, Round, Run};
use crate::crowd::answers::{Answers, Gold};
use crate::crowd::consensus::{Consensus, Minds, Posterior};
use crate::crowd::gamma::{digamma, dirichlet_divergence, expected_logs, ln_gamma};
use crate::crowd::method::majority::shares;

/// In the list.
pub const KIND: AggregatorKind = AggregatorKind {
    name: "ebcc",
    about: "each truth has kinds of units on which minds err alike; so many who err together count as few",
    make: || Box::new(Ebcc::default()),
};

/// How it is run; the defaults are the paper's.
#[derive(Clone, Copy, Debug)]
pub struct Ebcc {
    /// Random starts; the one with the highest bound wins.
    pub starts: usize,
    /// Kinds of units within each truth, at most: kinds nobody needs stay empty.
    pub groups: usize,
    /// Rounds of one start, at most.
    pub rounds: usize,
}

impl Default for Ebcc {
    fn default() -> Self {
        Self { starts: 40, groups: 10, rounds: 500 }
    }
}

/// Answers a mind is believed to have given rightly and wrongly before its first, for every kind of unit.
const RIGHT: f64 = 4.0;
const WRONG: f64 = 1.0;
/// Units all kinds of one truth are believed to have together before the first: few, so that kinds may stay empty.
const GROUPED: f64 = 0.1;
/// A start has settled where no probability moves by more in a round.
const SETTLED: f64 = 1e-3;
/// Bytes of tables that are refused: more than a desktop can give away.
const MOST_BYTES: usize = 8 << 30;

impl Aggregator for Ebcc {
    fn aggregate(&self, answers: &Answers, gold: &Gold, run: &mut Run<'_>) -> Result<Consensus, CrowdError> {
        let (labels, minds) = (answers.labels().len(), answers.minds().len());
        let cells = labels.saturating_mul(labels).saturating_mul(self.groups).saturating_mul(minds);
        let bytes = cells.saturating_mul(4 * size_of::<f64>());
        if bytes > MOST_BYTES {
            return Err(CrowdError::TooLarge {
                method: KIND.name,
                gibibytes: (bytes >> 30) as u64,
                instead: "majority",
            });
        }
        let votes = shares(answers, gold);
        let mut best: Option<Fit> = None;
        let most = self.starts.max(1);
        let abreast = std::thread::available_parallelism().map_or(1, usize::from).min(most);
        let starts: Vec<usize> = (0..most).collect();
        for together in starts.chunks(abreast) {
            for fit in self.fit_together(answers, gold, &votes, run.seed, together) {
                // Strictly higher: among equals the earlier start wins, whatever the number of threads.
                if best.as_ref().is_none_or(|best| fit.bound() > best.bound()) {
                    best = Some(fit);
                }
            }
            let done = together.last().map_or(0, |last| last + 1);
            (run.progress)(Round { done, most, objective: best.as_ref().map(Fit::bound) });
        }
        Ok(best.expect("invariant: at least one start was fitted").into_consensus())
    }
}

impl Ebcc {
    fn fit_together<'a>(
        &self,
        answers: &'a Answers,
        gold: &'a Gold,
        votes: &Posterior,
        seed: Seed,
        starts: &[usize],
    ) -> Vec<Fit<'a>> {
        let one = &|start: usize| {
            let mut chance = seed.generator(start as u64);
            let weights = move |into: &mut [f64]| {
                // Exponential draws over their sum are one draw of a flat Dirichlet distribution.
                into.iter_mut().for_each(|weight| *weight = -f64::ln(1.0 - chance.random::<f64>()));
            };
            Fit::new(answers, gold, votes, self.groups, weights).settle(self.rounds)
        };
        std::thread::scope(|scope| {
            let running: Vec<_> = starts.iter().map(|&start| scope.spawn(move || one(start))).collect();
            running
                .into_iter()
                .map(|fit| fit.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
                .collect()
        })
    }
}

/// One start on its way.
struct Fit<'a> {
    answers: &'a Answers,
    gold: &'a Gold,
    groups: usize,
    posterior: Posterior,
    /// Dirichlet counts of the labels before the first round: the votes, as in the reference implementation.
    label_prior: Vec<f64>,
    /// `[truth]`
    label_counts: Vec<f64>,
    /// `[truth, group]`
    group_counts: Vec<f64>,
    /// `[mind, answer, truth, group]`: what one answer needs lies in one row.
    counts: Vec<f64>,
    logs: Vec<f64>,
    objective: Vec<f64>,
}

impl<'a> Fit<'a> {
    /// `weights` draws how a unit's probability of one truth is first shared among that truth's groups.
    fn new(
        answers: &'a Answers,
        gold: &'a Gold,
        votes: &Posterior,
        groups: usize,
        mut weights: impl FnMut(&mut [f64]),
    ) -> Self {
        let labels = answers.labels().len();
        let mut label_prior = vec![0.0; labels];
        for row in votes.rows() {
            label_prior.iter_mut().zip(row).for_each(|(sum, share)| *sum += share);
        }
        // A label only gold or nobody knows is possible all the same.
        label_prior.iter_mut().for_each(|count| *count = count.max(f64::MIN_POSITIVE.sqrt()));
        let cells = answers.minds().len() * labels * labels * groups;
        let mut fit = Self {
            answers,
            gold,
            groups,
            posterior: votes.clone(),
            label_counts: vec![0.0; labels],
            group_counts: vec![0.0; labels * groups],
            counts: vec![0.0; cells],
            logs: vec![0.0; cells],
            label_prior,
            objective: Vec::new(),
        };
        fit.reset_counts();
        let mut row = vec![0.0; labels * groups];
        for (unit, of) in answers.by_unit().enumerate() {
            for (truth, cells) in row.chunks_exact_mut(groups).enumerate() {
                weights(cells);
                let share = votes.of(unit)[truth] / cells.iter().sum::<f64>();
                cells.iter_mut().for_each(|cell| *cell *= share);
            }
            fit.count(of, &row);
        }
        fit
    }

    fn labels(&self) -> usize {
        self.posterior.labels()
    }

    fn bound(&self) -> f64 {
        self.objective.last().copied().unwrap_or(f64::NEG_INFINITY)
    }

    fn reset_counts(&mut self) {
        self.label_counts.copy_from_slice(&self.label_prior);
        self.group_counts.fill(GROUPED / self.groups as f64);
        let (labels, groups) = (self.labels(), self.groups);
        for (answer, row) in self.counts.chunks_exact_mut(labels * groups).enumerate() {
            row.fill(WRONG);
            row[(answer % labels) * groups..][..groups].fill(RIGHT);
        }
    }

    /// Adds one unit, whose truth and group are as likely as `row`, to the counts.
    fn count(&mut self, of: &[crate::crowd::Answer], row: &[f64]) {
        let (labels, width) = (self.labels(), row.len());
        for (truth, cells) in row.chunks_exact(self.groups).enumerate() {
            self.label_counts[truth] += cells.iter().sum::<f64>();
        }
        self.group_counts.iter_mut().zip(row).for_each(|(count, cell)| *count += cell);
        for answer in of {
            let at = (answer.mind as usize * labels + answer.label as usize) * width;
            self.counts[at..][..width].iter_mut().zip(row).for_each(|(count, cell)| *count += cell);
        }
    }

    fn settle(mut self, rounds: usize) -> Self {
        for _ in 0..rounds.max(1) {
            let divergence = self.expect_logs();
            let (likelihood, moved) = self.pass();
            let bound = likelihood - divergence;
            debug_assert!(
                bound >= self.bound() - 1e-7 * bound.abs(),
                "the bound fell from {} to {bound}",
                self.bound()
            );
            self.objective.push(bound);
            if moved <= SETTLED {
                break;
            }
        }
        self
    }

    /// Expected logarithms of the minds' answers from the counts; how far all counts but those of labels and groups moved from
    /// their priors, in nats, with those of labels and groups added.
    fn expect_logs(&mut self) -> f64 {
        let (labels, width) = (self.labels(), self.labels() * self.groups);
        let prior_sum = RIGHT + WRONG * (labels - 1) as f64;
        let (prior_log, prior_right) = (ln_gamma(prior_sum), ln_gamma(RIGHT));
        let (digamma_right, digamma_wrong) = (digamma(RIGHT), digamma(WRONG));
        let mut divergence = 0.0;
        let mut sums = vec![0.0; width];
        for (counts, logs) in
            self.counts.chunks_exact(labels * width).zip(self.logs.chunks_exact_mut(labels * width))
        {
            sums.fill(0.0);
            for row in counts.chunks_exact(width) {
                sums.iter_mut().zip(row).for_each(|(sum, count)| *sum += count);
            }
            for sum in &mut sums {
                divergence += ln_gamma(*sum) - prior_log;
                *sum = digamma(*sum);
            }
            for (answer, (row, logs)) in
                counts.chunks_exact(width).zip(logs.chunks_exact_mut(width)).enumerate()
            {
                for (cell, (&count, log)) in row.iter().zip(logs).enumerate() {
                    let right = cell / self.groups == answer;
                    let (before, digamma_before, log_before) =
                        if right { (RIGHT, digamma_right, prior_right) } else { (WRONG, digamma_wrong, 0.0) };
                    // Most minds never give most answers: those have not moved, and cost no gamma functions.
                    if count == before {
                        *log = digamma_before - sums[cell];
                    } else {
                        *log = digamma(count) - sums[cell];
                        divergence += log_before - ln_gamma(count) + (count - before) * *log;
                    }
                }
            }
        }
        divergence + self.divergence_of_kinds()
    }

    fn divergence_of_kinds(&self) -> f64 {
        let mut logs = vec![0.0; self.labels()];
        expected_logs(&self.label_counts, &mut logs);
        let mut divergence = dirichlet_divergence(&self.label_counts, &self.label_prior, &logs);
        let mut logs = vec![0.0; self.groups];
        let prior = vec![GROUPED / self.groups as f64; self.groups];
        for counts in self.group_counts.chunks_exact(self.groups) {
            expected_logs(counts, &mut logs);
            divergence += dirichlet_divergence(counts, &prior, &logs);
        }
        divergence
    }

    /// How likely each truth and group of each unit is, counted anew; the summed log-likelihood and the largest move of a probability.
    fn pass(&mut self) -> (f64, f64) {
        let (labels, groups) = (self.labels(), self.groups);
        let width = labels * groups;
        let mut base = vec![0.0; width];
        let mut label_logs = vec![0.0; labels];
        expected_logs(&self.label_counts, &mut label_logs);
        for (truth, cells) in base.chunks_exact_mut(groups).enumerate() {
            expected_logs(&self.group_counts[truth * groups..][..groups], cells);
            cells.iter_mut().for_each(|cell| *cell += label_logs[truth]);
        }
        self.reset_counts();
        let answers = self.answers;
        let (mut likelihood, mut moved) = (0.0, 0.0_f64);
        let mut row = vec![0.0; width];
        for (unit, of) in answers.by_unit().enumerate() {
            row.copy_from_slice(&base);
            for answer in of {
                let at = (answer.mind as usize * labels + answer.label as usize) * width;
                row.iter_mut().zip(&self.logs[at..][..width]).for_each(|(cell, log)| *cell += log);
            }
            if let Some(truth) = self.gold.of(unit) {
                let kept = truth as usize * groups..(truth as usize + 1) * groups;
                row.iter_mut().enumerate().filter(|(cell, _)| !kept.contains(cell)).for_each(|(_, log)| {
                    *log = f64::NEG_INFINITY;
                });
            }
            likelihood += normalise_logs(&mut row);
            for (truth, cells) in row.chunks_exact(groups).enumerate() {
                let now = cells.iter().sum::<f64>();
                let was = &mut self.posterior.of_mut(unit)[truth];
                moved = moved.max((now - *was).abs());
                *was = now;
            }
            self.count(of, &row);
        }
        (likelihood, moved)
    }

    fn into_consensus(self) -> Consensus {
        let (labels, groups) = (self.labels(), self.groups);
        let width = labels * groups;
        let minds = self.answers.minds().len();
        let mut confusions = vec![0.0; minds * labels * labels];
        for mind in 0..minds {
            let counts = &self.counts[mind * labels * width..][..labels * width];
            for truth in 0..labels {
                let group_counts = &self.group_counts[truth * groups..][..groups];
                let all_groups = group_counts.iter().sum::<f64>();
                for (group, of_group) in group_counts.iter().enumerate() {
                    let cell = truth * groups + group;
                    let sum = (0..labels).map(|answer| counts[answer * width + cell]).sum::<f64>();
                    for answer in 0..labels {
                        confusions[(mind * labels + truth) * labels + answer] +=
                            of_group / all_groups * counts[answer * width + cell] / sum;
                    }
                }
            }
        }
        let all = self.label_counts.iter().sum::<f64>();
        Consensus {
            prior: self.label_counts.iter().map(|count| count / all).collect(),
            posterior: self.posterior,
            minds: Minds::Confusions(confusions),
            objective: self.objective,
            choice: None,
        }
    }
}

/// Logarithms into probabilities that sum to one; the logarithm of what they summed to.
pub(crate) fn normalise_logs(logs: &mut [f64]) -> f64 {
    let most = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let mut sum = 0.0;
    for log in logs.iter_mut() {
        *log = (*log - most).exp();
        sum += *log;
    }
    logs.iter_mut().for_each(|probability| *probability /= sum);
    most + sum.ln()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crowd::method::picture::{drawn, some_answers};
    use proptest::prelude::*;

    /// Eight units and five minds; the posterior after so many rounds is that of the authors' `ebcc.py` from the same start.
    const PICTURE: &str = "22122|---00|1--21|00000|00--0|-0020|11100|01111";

    fn fitted(groups: usize, rounds: usize) -> Consensus {
        let answers = drawn(PICTURE);
        let gold = Gold::none(&answers);
        let mut at = 0;
        let weights = |into: &mut [f64]| {
            let (unit, truth) = (at / 3, at % 3);
            for (group, weight) in into.iter_mut().enumerate() {
                *weight = (1 + (7 * unit + 3 * truth + 5 * group) % 11) as f64;
            }
            at += 1;
        };
        Fit::new(&answers, &gold, &shares(&answers, &gold), groups, weights).settle(rounds).into_consensus()
    }

    #[test]
    fn the_posterior_is_that_of_the_authors_program() {
        let alone = [
            [0.000_311, 0.001_955, 0.997_733],
            [0.959_261, 0.037_258, 0.003_481],
            [0.019_385, 0.950_359, 0.030_257],
            [0.999_895, 0.000_099, 0.000_006],
            [0.996_22, 0.003_417, 0.000_362],
            [0.997_239, 0.001_367, 0.001_393],
            [0.031_786, 0.967_736, 0.000_479],
            [0.000_795, 0.999_04, 0.000_165],
        ];
        let three = [
            [0.000_337, 0.002_102, 0.997_561],
            [0.959_748, 0.037_034, 0.003_218],
            [0.019_515, 0.952_497, 0.027_988],
            [0.999_896, 0.000_098, 0.000_005],
            [0.996_273, 0.003_393, 0.000_335],
            [0.997_354, 0.001_359, 0.001_287],
            [0.031_894, 0.967_663, 0.000_444],
            [0.000_8, 0.999_047, 0.000_153],
        ];
        for (groups, rounds, expected) in [(1, 6, alone), (3, 10, three)] {
            let consensus = fitted(groups, rounds);
            assert_eq!(consensus.objective.len(), rounds);
            for (unit, expected) in expected.iter().enumerate() {
                for (got, expected) in consensus.posterior.of(unit).iter().zip(expected) {
                    assert!((got - expected).abs() < 2e-6, "{groups} {unit}: {got} is not {expected}");
                }
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]
        #[test]
        fn the_bound_never_falls_and_rows_sum_to_one(answers in some_answers(), seed: u64) {
            let gold = Gold::none(&answers);
            let run = &mut Run { seed: Seed(seed), progress: &mut |_| () };
            let consensus = Ebcc { starts: 2, ..Ebcc::default() }.aggregate(&answers, &gold, run).unwrap();
            for pair in consensus.objective.windows(2) {
                prop_assert!(pair[1] >= pair[0] - 1e-8 * pair[0].abs());
            }
            for row in consensus.posterior.rows() {
                prop_assert!((row.iter().sum::<f64>() - 1.0).abs() < 1e-9);
            }
            let Minds::Confusions(confusions) = consensus.minds else { panic!("a row for each truth") };
            for row in confusions.chunks_exact(answers.labels().len()) {
                prop_assert!((row.iter().sum::<f64>() - 1.0).abs() < 1e-9);
            }
        }
    }
}
