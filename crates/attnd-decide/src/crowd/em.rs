//! How does one round over all units run? Once through the answers: what is believed of a unit, and at once its part of what is
//! believed of the minds.
//!
//! Tables of minds are `[mind, answer, truth]` here: an answer reads and adds to one stretch of memory, a number for each truth
//! it may have met. Probabilities are multiplied, not their logarithms added; where a product would vanish, logarithms take over.
//!
//! Units are cut into parts of about equally many answers. The cut depends on the answers alone and sums are added in the order
//! of the parts, so results do not depend on how many threads there are.

use std::num::NonZero;
use std::ops::Range;

use super::aggregator::{CrowdError, Round, Run};
use super::answers::{Answer, Answers, Gold};
use super::consensus::Posterior;

/// Below so many answers a thread costs more than it saves.
const ANSWERS_PER_PART: usize = 1 << 16;
const MOST_PARTS: usize = 16;
/// A method whose tables need more is refused before it asks for them.
const MOST_TABLE_BYTES: u64 = 6 << 30;
/// So many factors are multiplied before the product is looked at.
const FACTORS: usize = 16;
/// A product below this is built again from logarithms.
const VANISHING: f64 = 1e-150;

/// What one round found.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Swept {
    /// Sum of the logarithms of how likely each unit's answers are.
    pub(crate) evidence: f64,
    /// By how much any probability changed at most.
    pub(crate) moved: f64,
}

impl Swept {
    fn and(self, other: Self) -> Self {
        Self { evidence: self.evidence + other.evidence, moved: self.moved.max(other.moved) }
    }
}

/// The units in parts, and room for what each part adds up.
#[derive(Debug)]
pub(crate) struct Parts {
    /// Unit at which each part begins, and the number of units.
    bounds: Vec<usize>,
    /// For each part, `sums` numbers.
    sums: Vec<Vec<f64>>,
    threads: usize,
}

/// One part at work.
struct Part<'a> {
    units: Range<usize>,
    rows: &'a mut [f64],
    sums: &'a mut [f64],
    swept: Swept,
}

impl Parts {
    /// Parts that each add up so many `sums`.
    pub(crate) fn new(answers: &Answers, sums: usize) -> Self {
        // A part whose sums are more than its answers would spend its time on adding them.
        let most = answers.len() / ANSWERS_PER_PART.max(sums);
        let count = most.clamp(1, MOST_PARTS);
        let threads = std::thread::available_parallelism().map_or(1, NonZero::get).min(count);
        Self { bounds: answers.evenly(count), sums: vec![vec![0.0; sums]; count], threads }
    }

    /// Runs `part` on every part: the units, their rows of the posterior, and sums at zero to add to. The sums of all, and what
    /// was found.
    pub(crate) fn sweep(
        &mut self,
        posterior: &mut Posterior,
        part: impl Fn(Range<usize>, &mut [f64], &mut [f64]) -> Swept + Sync,
    ) -> (Swept, &[f64]) {
        let labels = posterior.labels();
        let mut rest = posterior.values_mut();
        let mut work = Vec::with_capacity(self.sums.len());
        for (bounds, sums) in self.bounds.windows(2).zip(&mut self.sums) {
            let (rows, more) = rest.split_at_mut((bounds[1] - bounds[0]) * labels);
            rest = more;
            work.push(Part { units: bounds[0]..bounds[1], rows, sums, swept: Swept::default() });
        }
        let run = |share: &mut [Part<'_>]| {
            for of in share {
                of.sums.fill(0.0);
                of.swept = part(of.units.clone(), of.rows, of.sums);
            }
        };
        if self.threads > 1 {
            let each = work.len().div_ceil(self.threads);
            std::thread::scope(|scope| {
                for share in work.chunks_mut(each) {
                    scope.spawn(|| run(share));
                }
            });
        } else {
            run(&mut work);
        }
        let swept = work.iter().map(|of| of.swept).fold(Swept::default(), Swept::and);
        let (first, others) = self.sums.split_at_mut(1);
        for other in others {
            first[0].iter_mut().zip(other.iter()).for_each(|(sum, more)| *sum += more);
        }
        (swept, &self.sums[0])
    }
}

/// Probabilities of answers under truths, `[mind, answer, truth]`, and of truths.
#[derive(Clone, Debug)]
pub(crate) struct Weights {
    pub(crate) of: Vec<f64>,
    pub(crate) prior: Vec<f64>,
}

impl Weights {
    /// Room for so many minds and labels.
    ///
    /// # Errors
    /// [`CrowdError::TooLarge`] where `method` would need too much.
    pub(crate) fn room(method: &'static str, minds: usize, labels: usize) -> Result<Self, CrowdError> {
        // The weights, the sums, the sums of a second part, and the confusions given back.
        let bytes = (minds as u128) * (labels as u128).pow(2) * 8 * 4;
        if bytes > u128::from(MOST_TABLE_BYTES) {
            let gibibytes = u64::try_from(bytes >> 30).unwrap_or(u64::MAX);
            return Err(CrowdError::TooLarge { method, gibibytes, instead: "one-coin" });
        }
        Ok(Self { of: vec![0.0; minds * labels * labels], prior: vec![0.0; labels] })
    }

    /// How many sums [`Self::sweep`] makes: `[mind, answer, truth]`, then `[truth]`.
    pub(crate) fn sums(&self) -> usize {
        self.of.len() + self.prior.len()
    }

    /// One round: each unit's posterior, and the sums of the posteriors that met each answer.
    pub(crate) fn sweep<'p>(
        &self,
        answers: &Answers,
        gold: &Gold,
        posterior: &mut Posterior,
        parts: &'p mut Parts,
    ) -> (Swept, &'p [f64]) {
        match self.prior.len() {
            2 => self.sweep_wide(Fixed::<2>, answers, gold, posterior, parts),
            3 => self.sweep_wide(Fixed::<3>, answers, gold, posterior, parts),
            4 => self.sweep_wide(Fixed::<4>, answers, gold, posterior, parts),
            5 => self.sweep_wide(Fixed::<5>, answers, gold, posterior, parts),
            6 => self.sweep_wide(Fixed::<6>, answers, gold, posterior, parts),
            8 => self.sweep_wide(Fixed::<8>, answers, gold, posterior, parts),
            labels => self.sweep_wide(Any(labels), answers, gold, posterior, parts),
        }
    }

    fn sweep_wide<'p, W: Width>(
        &self,
        width: W,
        answers: &Answers,
        gold: &Gold,
        posterior: &mut Posterior,
        parts: &'p mut Parts,
    ) -> (Swept, &'p [f64]) {
        parts.sweep(posterior, |units, rows, sums| {
            let labels = width.labels();
            let (sums, truths) = sums.split_at_mut(self.of.len());
            let mut row = width.row();
            let row = row.as_mut();
            let mut evidence = Logarithm::default();
            let mut moved = 0.0_f64;
            for (unit, before) in units.zip(rows.chunks_exact_mut(labels)) {
                let of = answers.of(unit);
                match gold.of(unit) {
                    None => self.believe(labels, of, row, &mut evidence),
                    Some(truth) => self.know(truth as usize, of, row, &mut evidence),
                }
                for (before, now) in before.iter_mut().zip(&*row) {
                    moved = moved.max((*before - now).abs());
                    *before = *now;
                }
                count(labels, of, row, sums, truths);
            }
            Swept { evidence: evidence.sum(), moved }
        })
    }

    /// The sums alone, of a posterior that stays as it is.
    pub(crate) fn count<'p>(
        &self,
        answers: &Answers,
        posterior: &mut Posterior,
        parts: &'p mut Parts,
    ) -> &'p [f64] {
        let labels = self.prior.len();
        let counted = parts.sweep(posterior, |units, rows, sums| {
            let (sums, truths) = sums.split_at_mut(self.of.len());
            for (unit, row) in units.zip(rows.chunks_exact(labels)) {
                count(labels, answers.of(unit), row, sums, truths);
            }
            Swept::default()
        });
        counted.1
    }

    /// The posterior of a unit nobody knows the truth of, into `row`.
    #[inline]
    fn believe(&self, labels: usize, of: &[Answer], row: &mut [f64], evidence: &mut Logarithm) {
        let before = *evidence;
        row.copy_from_slice(&self.prior);
        let mut rest = of;
        loop {
            let (block, more) = rest.split_at(rest.len().min(FACTORS));
            for answer in block {
                let at = place(answer, labels);
                row.iter_mut().zip(&self.of[at..at + labels]).for_each(|(now, weight)| *now *= weight);
            }
            let total: f64 = row.iter().sum();
            // A truth that has become nearly impossible may come back with answers that follow, if it has not vanished.
            if total < VANISHING || (!more.is_empty() && row.iter().any(|now| *now < VANISHING)) {
                *evidence = before;
                return self.believe_by_logarithms(of, row, evidence);
            }
            let inverse = 1.0 / total;
            row.iter_mut().for_each(|now| *now *= inverse);
            evidence.times(total);
            if more.is_empty() {
                return;
            }
            rest = more;
        }
    }

    /// The same where products vanish.
    #[cold]
    fn believe_by_logarithms(&self, of: &[Answer], row: &mut [f64], evidence: &mut Logarithm) {
        let labels = row.len();
        row.iter_mut().zip(&self.prior).for_each(|(now, prior)| *now = prior.ln());
        for answer in of {
            let at = place(answer, labels);
            row.iter_mut().zip(&self.of[at..at + labels]).for_each(|(now, weight)| *now += weight.ln());
        }
        evidence.plus(normalize_logarithms(row));
    }

    /// The truth of a unit, into `row`.
    fn know(&self, truth: usize, of: &[Answer], row: &mut [f64], evidence: &mut Logarithm) {
        let labels = row.len();
        row.fill(0.0);
        row[truth] = 1.0;
        evidence.times(self.prior[truth]);
        for answer in of {
            evidence.times(self.of[place(answer, labels) + truth]);
        }
    }
}

/// Adds a unit's posterior to what its answers have met and to the truths.
#[inline]
fn count(labels: usize, of: &[Answer], row: &[f64], sums: &mut [f64], truths: &mut [f64]) {
    for answer in of {
        let at = place(answer, labels);
        sums[at..at + labels].iter_mut().zip(row).for_each(|(sum, now)| *sum += now);
    }
    truths.iter_mut().zip(row).for_each(|(sum, now)| *sum += now);
}

/// Where an answer's numbers begin in a table.
#[inline]
const fn place(answer: &Answer, labels: usize) -> usize {
    (answer.mind as usize * labels + answer.label as usize) * labels
}

/// Makes probabilities of their logarithms; the logarithm of what they summed to.
pub(crate) fn normalize_logarithms(row: &mut [f64]) -> f64 {
    let most = row.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    row.iter_mut().for_each(|now| *now = (*now - most).exp());
    let total: f64 = row.iter().sum();
    row.iter_mut().for_each(|now| *now /= total);
    most + total.ln()
}

/// The logarithm of a long product of probabilities, taken rarely.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Logarithm {
    sum: f64,
    product: f64,
}

impl Default for Logarithm {
    fn default() -> Self {
        Self { sum: 0.0, product: 1.0 }
    }
}

impl Logarithm {
    /// One more factor.
    #[inline]
    pub(crate) fn times(&mut self, factor: f64) {
        // Product and factor are at least 1e-150 each, so that their product does not vanish; a smaller factor goes alone.
        if factor < VANISHING {
            self.sum += factor.ln();
            return;
        }
        self.product *= factor;
        if self.product < VANISHING {
            self.sum += self.product.ln();
            self.product = 1.0;
        }
    }

    /// One more factor, of which this is the logarithm.
    pub(crate) fn plus(&mut self, logarithm: f64) {
        self.sum += logarithm;
    }

    /// The logarithm of all factors.
    pub(crate) fn sum(self) -> f64 {
        self.sum + self.product.ln()
    }
}

/// How many labels there are: a number the compiler knows where they are few, so that their loops unroll.
trait Width: Copy + Sync {
    /// Room for a number for each label.
    type Row: AsMut<[f64]>;
    fn labels(self) -> usize;
    fn row(self) -> Self::Row;
}

#[derive(Clone, Copy)]
struct Fixed<const LABELS: usize>;

impl<const LABELS: usize> Width for Fixed<LABELS> {
    type Row = [f64; LABELS];

    #[inline]
    fn labels(self) -> usize {
        LABELS
    }

    fn row(self) -> Self::Row {
        [0.0; LABELS]
    }
}

#[derive(Clone, Copy)]
struct Any(usize);

impl Width for Any {
    type Row = Vec<f64>;

    #[inline]
    fn labels(self) -> usize {
        self.0
    }

    fn row(self) -> Self::Row {
        vec![0.0; self.0]
    }
}

/// What is maximised, after each round: it never falls.
#[derive(Debug)]
pub(crate) struct Climb {
    objective: Vec<f64>,
    most: usize,
}

impl Climb {
    /// A climb of at most so many rounds.
    pub(crate) const fn of(most: usize) -> Self {
        Self { objective: Vec::new(), most }
    }

    /// One round more: by how much it rose, and tells `run`.
    pub(crate) fn rose(&mut self, objective: f64, run: &mut Run<'_>) -> f64 {
        let rise = self.objective.last().map_or(f64::INFINITY, |before| objective - before);
        debug_assert!(
            rise >= -1e-9 * objective.abs().max(1.0),
            "round {} fell by {} to {objective}",
            self.objective.len(),
            -rise
        );
        self.objective.push(objective);
        (run.progress)(Round { done: self.objective.len(), most: self.most, objective: Some(objective) });
        rise
    }

    /// Whether there were as many rounds as there may be.
    pub(crate) fn is_at_end(&self) -> bool {
        self.objective.len() >= self.most
    }

    /// The objective after each round.
    pub(crate) fn into_objective(self) -> Vec<f64> {
        self.objective
    }
}

/// `[mind, answer, truth]` as `[mind, truth, answer]`.
pub(crate) fn by_truth(of: &[f64], labels: usize) -> Vec<f64> {
    let mut turned = Vec::with_capacity(of.len());
    for mind in of.chunks_exact(labels * labels) {
        for truth in 0..labels {
            turned.extend(mind[truth..].iter().step_by(labels));
        }
    }
    turned
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::crowd::answers::sample;

    fn weights(minds: usize, labels: usize, small: f64) -> Weights {
        let of = (0..minds * labels * labels).map(|at| small + (at * 7 % 11) as f64 / 11.0).collect();
        Weights { of, prior: vec![1.0 / labels as f64; labels] }
    }

    /// The definition, in logarithms.
    fn expected(weights: &Weights, answers: &Answers) -> (f64, Vec<f64>) {
        let labels = answers.labels().len();
        let mut evidence = 0.0;
        let mut rows = Vec::new();
        for of in answers.by_unit() {
            let mut row: Vec<f64> = (0..labels)
                .map(|truth| {
                    let logs = of.iter().map(|answer| weights.of[place(answer, labels) + truth].ln());
                    weights.prior[truth].ln() + logs.sum::<f64>()
                })
                .collect();
            evidence += normalize_logarithms(&mut row);
            rows.extend(row);
        }
        (evidence, rows)
    }

    proptest! {
        #[test]
        fn a_round_is_bayes_rule(labels in 2_usize..10, answers_each in 1_usize..60, small in prop::sample::select(vec![1e-3, 1e-12, 1e-200])) {
            let answers = sample(40, 9, labels, answers_each);
            let weights = weights(answers.minds().len(), labels, small);
            let (evidence, rows) = expected(&weights, &answers);
            let mut posterior = Posterior::new(labels, vec![0.0; rows.len()]);
            let mut parts = Parts::new(&answers, weights.sums());
            let gold = Gold::none(&answers);
            let (swept, sums) = weights.sweep(&answers, &gold, &mut posterior, &mut parts);
            prop_assert!((swept.evidence - evidence).abs() < 1e-9 * evidence.abs());
            for (one, other) in posterior.rows().flatten().zip(&rows) {
                prop_assert!((one - other).abs() < 1e-9);
            }
            let (met, truths) = sums.split_at(weights.of.len());
            prop_assert!((met.iter().sum::<f64>() - answers.len() as f64).abs() < 1e-6);
            prop_assert!((truths.iter().sum::<f64>() - 40.0).abs() < 1e-9);
        }
    }

    #[test]
    fn the_number_of_threads_changes_nothing() {
        let answers = sample(30_000, 50, 3, 9);
        let weights = weights(50, 3, 1e-3);
        let round = |threads: usize| {
            let mut posterior = Posterior::new(3, vec![0.0; 90_000]);
            let mut parts = Parts::new(&answers, weights.sums());
            assert!(parts.sums.len() > 2);
            parts.threads = threads;
            let (swept, sums) = weights.sweep(&answers, &Gold::none(&answers), &mut posterior, &mut parts);
            (swept.evidence.to_bits(), sums.to_vec(), posterior)
        };
        assert!(round(1) == round(2) && round(1) == round(3));
    }

    #[test]
    fn tables_that_would_not_fit_are_refused() {
        let refused = Weights::room("ibcc", 4_000_000_000, 1_000).unwrap_err();
        assert!(matches!(refused, CrowdError::TooLarge { method: "ibcc", instead: "one-coin", .. }));
    }

    #[test]
    fn a_table_can_be_turned() {
        assert_eq!(by_truth(&[1.0, 2.0, 3.0, 4.0], 2), [1.0, 3.0, 2.0, 4.0]);
    }
}
