//! Which confidence to stop at delivers the accuracy that is wanted? Chosen on gold, because what models of minds call 95 %
//! is not what arrives.
//!
//! Every gold unit is replayed: its answers come one after the other, each step with the confidence reached and whether the leader is
//! right. A threshold then has a share of gold units it gets wrong and a number of answers it pays for.

use super::tail::{binomial_at_most, highest_rate};

/// A gold unit after one more answer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Step {
    /// Probability of the likeliest label.
    pub confidence: f64,
    /// Probability that the label one would give is the true one: 1 or 0, between where labels tie.
    pub right: f64,
}

/// One gold unit replayed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Replay {
    /// Its steps from the first answer at which one may stop, in one or more orders its answers might have come in. Orders
    /// after the first make averages steadier; they are no further evidence.
    pub orders: Vec<Vec<Step>>,
    /// Answers that had come by the first step.
    pub first_answers: u32,
}

/// What a threshold comes to on one unit.
#[derive(Clone, Copy, Debug)]
struct Stop {
    /// Mean over the orders.
    answers: f64,
    error: f64,
    /// Of the first order alone.
    first_error: f64,
}

impl Replay {
    /// Where a threshold stops: the first step that reaches it, else the last.
    fn stop(&self, confidence: f64) -> Option<Stop> {
        let (mut answers, mut error, mut first_error, mut orders) = (0.0, 0.0, None, 0.0);
        for steps in self.orders.iter().filter(|steps| !steps.is_empty()) {
            let at = steps.iter().position(|step| step.confidence >= confidence).unwrap_or(steps.len() - 1);
            let wrong = 1.0 - steps[at].right;
            answers += f64::from(self.first_answers) + at as f64;
            error += wrong;
            first_error.get_or_insert(wrong);
            orders += 1.0;
        }
        first_error.map(|first_error| Stop { answers: answers / orders, error: error / orders, first_error })
    }
}

/// How sure the accuracy has to be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Assurance {
    /// On average over the gold one might have drawn: conformal risk control, Angelopoulos and others 2022,
    /// arXiv 2208.02814. Needs least gold.
    OnAverage,
    /// With this probability over the gold one might have drawn: thresholds tested from the strictest down, each with the exact
    /// binomial tail, until the first that fails; Angelopoulos and others 2021, arXiv 2110.01052.
    WithConfidence(f64),
    /// Not at all: the accuracy on the gold itself, which chance may have made too good.
    AsMeasured,
}

/// A threshold and what gold says of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Threshold {
    /// Stop where the likeliest label has this probability; above one: never before the most answers.
    pub confidence: f64,
    /// Share of the gold units it gets right.
    pub accuracy: f64,
    /// The accuracy that is assured: on average, the bound of Clopper and Pearson, or the one measured.
    pub assured: f64,
    /// Answers a gold unit at which it stops.
    pub answers: f64,
    /// Whether the wanted accuracy is assured. If not, more gold, better minds or more answers are needed.
    pub reached: Reached,
}

/// Whether what was wanted is assured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reached {
    /// It is.
    Assured,
    /// No threshold assures it.
    NotAssured,
}

/// Thresholds looked at: errors allowed fall by a factor of 10^(1/8) from one half to a millionth, and at last none at all.
const GRID_STEPS: i32 = 46;

fn grid() -> impl Iterator<Item = f64> {
    // 2 is above every confidence: the last resort is to ask for all answers.
    std::iter::once(2.0).chain((0..GRID_STEPS).rev().map(|at| 1.0 - 0.5 * 10_f64.powf(-f64::from(at) / 8.0)))
}

/// The cheapest confidence to stop at that assures `wanted` accuracy on units like the gold ones. Where none does, the cheapest down
/// to which as many gold units are right as with all the answers: what does not help is not paid for.
///
/// The gold units must not be those that taught how good the minds are, unless each was left out of what it was replayed with.
/// O(thresholds × steps). `None` where there is no gold.
#[must_use]
pub fn for_accuracy(gold: &[Replay], wanted: f64, assurance: Assurance) -> Option<Threshold> {
    let mut assured: Option<Threshold> = None;
    for confidence in grid() {
        let judged = judge(gold, confidence, wanted, assurance)?;
        if judged.reached == Reached::NotAssured {
            // Looser ones are not tried, or the assurance would be lost.
            break;
        }
        assured = Some(judged);
    }
    assured.or_else(|| as_good_as_all(gold, wanted, assurance))
}

/// The cheapest threshold down to which no gold unit is lost against all the answers.
fn as_good_as_all(gold: &[Replay], wanted: f64, assurance: Assurance) -> Option<Threshold> {
    let all = judge(gold, 2.0, wanted, assurance)?;
    let judged = grid().filter_map(|confidence| judge(gold, confidence, wanted, assurance));
    let cheapest = judged.take_while(|threshold| threshold.accuracy >= all.accuracy - 1e-9).last();
    Some(Threshold { reached: Reached::NotAssured, ..cheapest.unwrap_or(all) })
}

/// What gold says of one threshold.
#[must_use]
pub fn judge(gold: &[Replay], confidence: f64, wanted: f64, assurance: Assurance) -> Option<Threshold> {
    let stops: Vec<Stop> = gold.iter().filter_map(|unit| unit.stop(confidence)).collect();
    if stops.is_empty() {
        return None;
    }
    let count = stops.len() as f64;
    let errors: f64 = stops.iter().map(|stop| stop.error).sum();
    let allowed = 1.0 - wanted;
    let (assured, is_assured) = match assurance {
        Assurance::OnAverage => {
            let risk = (errors + 1.0) / (count + 1.0);
            (1.0 - risk, risk <= allowed)
        }
        Assurance::WithConfidence(level) => {
            // A tie counts as an error in part; rounded up, the binomial tail stays an upper bound.
            let errors = stops.iter().map(|stop| stop.first_error).sum::<f64>().ceil() as u32;
            let is_assured = binomial_at_most(errors, stops.len() as u32, allowed) <= 1.0 - level;
            (1.0 - highest_rate(errors, stops.len() as u32, level), is_assured)
        }
        Assurance::AsMeasured => (1.0 - errors / count, errors <= allowed * count),
    };
    Some(Threshold {
        confidence,
        accuracy: 1.0 - errors / count,
        assured,
        answers: stops.iter().map(|stop| stop.answers).sum::<f64>() / count,
        reached: if is_assured { Reached::Assured } else { Reached::NotAssured },
    })
}

#[cfg(test)]
mod tests {
    use rand::RngExt as _;

    use super::*;
    use crate::Seed;
    use crate::assign::belief::{Belief, MindModel};

    /// Units answered by minds that are believed to be better than they are: nominal confidence is too high.
    fn overconfident(units: usize, seed: u64) -> Vec<Replay> {
        let (believed, really) = (0.9, 0.75);
        let mut random = Seed(seed).generator(0);
        (0..units)
            .map(|_| {
                let mut belief = Belief::uniform(2);
                let step = |_| {
                    belief.add(MindModel::Skill(believed), usize::from(random.random::<f64>() >= really));
                    let posterior = belief.posterior();
                    let right = if (posterior[0] - posterior[1]).abs() < 1e-12 {
                        0.5
                    } else {
                        f64::from(u8::from(posterior[0] > posterior[1]))
                    };
                    Step { confidence: belief.best().1, right }
                };
                Replay { orders: vec![(0..25).map(step).collect()], first_answers: 1 }
            })
            .collect()
    }

    #[test]
    fn what_models_call_sure_is_put_right_by_gold() {
        let gold = overconfident(400, 1);
        let nominal = judge(&gold, 0.95, 0.95, Assurance::OnAverage).unwrap();
        assert!(nominal.accuracy < 0.93, "{nominal:?}");
        let fresh = overconfident(20_000, 2);
        for assurance in [Assurance::OnAverage, Assurance::WithConfidence(0.9)] {
            let chosen = for_accuracy(&gold, 0.95, assurance).unwrap();
            assert_eq!(chosen.reached, Reached::Assured);
            let delivered = judge(&fresh, chosen.confidence, 0.95, assurance).unwrap();
            assert!(delivered.accuracy >= 0.95, "{chosen:?} {delivered:?}");
            assert!(delivered.answers < 12.0, "{delivered:?}");
        }
    }

    #[test]
    fn the_assurance_holds_as_often_as_it_says() {
        // 200 jobs of 150 gold units each: the accuracy delivered is below the wanted in at most a tenth of them, and at most as
        // much as chance allows above that (three standard deviations of 200 draws).
        let fresh = overconfident(20_000, 77);
        let missed = (100..300)
            .filter(|&seed| {
                let chosen =
                    for_accuracy(&overconfident(150, seed), 0.9, Assurance::WithConfidence(0.9)).unwrap();
                judge(&fresh, chosen.confidence, 0.9, Assurance::OnAverage).unwrap().accuracy < 0.9
            })
            .count();
        assert!(missed <= 20 + 13, "{missed} of 200");
    }

    #[test]
    fn too_little_gold_is_said_and_what_helps_nothing_is_not_paid_for() {
        let gold = overconfident(5, 3);
        let chosen = for_accuracy(&gold, 0.99, Assurance::WithConfidence(0.95)).unwrap();
        assert_eq!(chosen.reached, Reached::NotAssured);
        let all = judge(&gold, 2.0, 0.99, Assurance::AsMeasured).unwrap();
        assert!(chosen.accuracy >= all.accuracy && chosen.answers < all.answers, "{chosen:?} {all:?}");
        assert!(for_accuracy(&[], 0.9, Assurance::OnAverage).is_none());
    }

    #[test]
    fn more_accuracy_never_costs_fewer_answers() {
        let gold = overconfident(500, 4);
        let answers = [0.8, 0.9, 0.95, 0.97]
            .map(|wanted| for_accuracy(&gold, wanted, Assurance::OnAverage).unwrap().answers);
        assert!(answers.is_sorted(), "{answers:?}");
    }
}
