//! How good is each mind, if some lie on purpose? Skills from how often minds agree with each other, outliers left aside.
//!
//! That two minds agree more often than chance, on a scale on which chance is 0 and always is 1, is the product of their
//! skills on that scale: the table of agreements is an outer product with holes. Ma and Olshevsky, "Adversarial
//! crowdsourcing through robust rank-one matrix completion", NeurIPS 2020, arXiv:2010.12181: each skill in turn becomes the
//! mean of what its agreements say of it, the largest and smallest of them left out, so that a few minds who answer as they
//! like cannot move it. Which minds are worse than chance is then read from the signs of the agreements.

use crate::crowd::aggregator::{Aggregator, AggregatorKind, CrowdError, Round, Run};
use crate::crowd::answers::{Answer, Answers, Gold};
use crate::crowd::consensus::{Consensus, Minds, Posterior};
use crate::crowd::em::normalize_logarithms;

/// In the list.
pub const KIND: AggregatorKind = AggregatorKind {
    name: "mmsr",
    about: "skills from agreements between minds, extreme ones left out: some may lie on purpose",
    make: || Box::new(Mmsr::default()),
};

/// Bytes of the tables of agreements at most, 2 GiB: they grow with the square of the minds.
const MOST_TABLE_BYTES: u64 = 2 << 30;

/// O(answers · answers of a unit) for the agreements, O(minds²) a round.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Mmsr {
    /// It stops after so many rounds.
    pub most_rounds: usize,
    /// It stops where a round moves the product of the skills by less than this (Frobenius norm).
    pub tolerance: f64,
}

impl Default for Mmsr {
    fn default() -> Self {
        Self { most_rounds: 10_000, tolerance: 1e-10 }
    }
}

impl Aggregator for Mmsr {
    fn aggregate(&self, answers: &Answers, gold: &Gold, run: &mut Run<'_>) -> Result<Consensus, CrowdError> {
        let agreements = Agreements::of(answers, gold)?;
        let mut skills = self.complete(&agreements, run);
        agreements.sign(&mut skills);
        let probabilities = agreements.probabilities(&skills[..answers.minds().len()]);
        let posterior = weighed(answers, gold, &probabilities);
        let labels = answers.labels().len();
        Ok(Consensus {
            posterior,
            minds: Minds::Skills(probabilities),
            prior: vec![1.0 / labels as f64; labels],
            objective: Vec::new(),
            choice: None,
        })
    }
}

/// How often minds agree, chance being 0 and always 1. Gold is one more mind, the last.
struct Agreements {
    minds: usize,
    labels: f64,
    units: f64,
    /// `[mind, mind]`; nothing where two have no unit in common.
    of: Vec<f64>,
    /// Those each mind has a unit in common with.
    fellows: Vec<Vec<u32>>,
}

impl Agreements {
    fn of(answers: &Answers, gold: &Gold) -> Result<Self, CrowdError> {
        let people = answers.minds().len();
        let minds = people + usize::from(!gold.is_empty());
        let bytes = (minds as u64).saturating_mul(minds as u64).saturating_mul(16);
        if bytes > MOST_TABLE_BYTES {
            return Err(CrowdError::TooLarge { method: "mmsr", gibibytes: bytes >> 30, instead: "ibcc" });
        }
        let labels = answers.labels().len().max(2) as f64;
        let (mut agreed, mut met) = (vec![0.0; minds * minds], vec![0.0; minds * minds]);
        let mut said: Vec<Answer> = Vec::new();
        for (unit, of) in answers.by_unit().enumerate() {
            said.clear();
            said.extend_from_slice(of);
            said.extend(gold.of(unit).map(|label| Answer { mind: people as u32, label }));
            for (place, one) in said.iter().enumerate() {
                for other in said[place + 1..].iter().filter(|other| other.mind != one.mind) {
                    let same = f64::from(u8::from(one.label == other.label));
                    for (a, b) in [(one.mind, other.mind), (other.mind, one.mind)] {
                        let at = a as usize * minds + b as usize;
                        agreed[at] += same;
                        met[at] += 1.0;
                    }
                }
            }
        }
        for (agreed, met) in agreed.iter_mut().zip(&met).filter(|(_, met)| **met > 0.0) {
            *agreed = (*agreed / met * labels - 1.0) / (labels - 1.0);
        }
        let row = |mind: usize| &met[mind * minds..][..minds];
        let known =
            |mind: usize| (0..minds as u32).filter(|&other| row(mind)[other as usize] > 0.0).collect();
        let fellows = (0..minds).map(known).collect();
        Ok(Self { minds, labels, units: answers.units().len() as f64, of: agreed, fellows })
    }

    /// What the agreements of one mind say of its skill, given the others': smallest first.
    fn told(&self, mind: usize, others: &[f64], told: &mut Vec<f64>) {
        told.clear();
        let row = &self.of[mind * self.minds..][..self.minds];
        let of = |&fellow: &u32| row[fellow as usize].abs() / others[fellow as usize];
        told.extend(self.fellows[mind].iter().map(of).filter(|told| told.is_finite()));
        told.sort_unstable_by(f64::total_cmp);
    }

    /// Gives each skill its sign: minds that agree are of one sign. The signs of the agreements are those of an outer
    /// product, so of its leading vector; most minds are better than chance.
    fn sign(&self, skills: &mut [f64]) {
        let mut signs = vec![1.0; self.minds];
        for _ in 0..100 {
            let pull = |mind: usize| -> f64 {
                let row = &self.of[mind * self.minds..][..self.minds];
                let of =
                    |&fellow: &u32| row[fellow as usize] * skills[fellow as usize] * signs[fellow as usize];
                self.fellows[mind].iter().map(of).sum()
            };
            let next: Vec<f64> =
                (0..self.minds).map(|mind| if pull(mind) < 0.0 { -1.0 } else { 1.0 }).collect();
            if next == signs {
                break;
            }
            signs = next;
        }
        let most: f64 = signs.iter().zip(&*skills).map(|(sign, skill)| sign * skill).sum();
        let up = if most < 0.0 { -1.0 } else { 1.0 };
        skills.iter_mut().zip(signs).for_each(|(skill, sign)| *skill *= sign * up);
    }

    /// How often each is right: between never quite always and never quite never, as far as so many units can tell.
    fn probabilities(&self, skills: &[f64]) -> Vec<f64> {
        let margin = 1.0 / self.units.max(4.0).sqrt();
        let (least, most) = (-1.0 / (self.labels - 1.0) + margin, 1.0 - margin);
        let chance = 1.0 / self.labels;
        skills.iter().map(|skill| skill.min(most).max(least.min(0.0)) * (1.0 - chance) + chance).collect()
    }
}

impl Mmsr {
    /// The absolute skills whose outer product the agreements are, but for outliers.
    fn complete(&self, agreements: &Agreements, run: &mut Run<'_>) -> Vec<f64> {
        // Of what tells of a skill, about half may be lies: so many are left out at either end.
        let fewest = agreements.fellows.iter().map(Vec::len).min().unwrap_or(0);
        let outliers = (fewest / 2).saturating_sub(1);
        let mut sides = [vec![0.5; agreements.minds], vec![0.5; agreements.minds]];
        let mut told = Vec::new();
        for done in 1..=self.most_rounds {
            let before = sides.clone();
            for side in [0, 1] {
                for mind in 0..agreements.minds {
                    agreements.told(mind, &sides[1 - side], &mut told);
                    let kept = without_outliers(&told, outliers, sides[side][mind]);
                    if let Some(mean) = mean_of(kept, agreements.units) {
                        sides[side][mind] = mean;
                    }
                }
            }
            (run.progress)(Round { done, most: self.most_rounds, objective: None });
            if moved(&before, &sides) < self.tolerance {
                break;
            }
        }
        let norm = |side: &[f64]| side.iter().map(|value| value * value).sum::<f64>().sqrt();
        let scale = (norm(&sides[0]) / norm(&sides[1])).sqrt();
        sides[0].iter().map(|value| if scale > 0.0 { value / scale } else { 0.0 }).collect()
    }
}

/// Leaves out so many at either end, but none on the near side of what was believed before.
fn without_outliers(told: &[f64], outliers: usize, before: f64) -> &[f64] {
    let below = told.partition_point(|value| *value < before);
    let kept = &told[below.min(outliers)..];
    let above = kept.len() - kept.partition_point(|value| *value <= before);
    &kept[..kept.len() - above.min(outliers)]
}

/// Their mean; where only a nothing is left, the least that so many units can tell from it.
fn mean_of(kept: &[f64], units: f64) -> Option<f64> {
    match kept {
        [] => None,
        [0.0] => Some(1.0 / units.sqrt()),
        _ => Some(kept.iter().sum::<f64>() / kept.len() as f64),
    }
}

/// The Frobenius norm of the difference of two outer products, from inner products alone.
fn moved(before: &[Vec<f64>; 2], after: &[Vec<f64>; 2]) -> f64 {
    let dot = |one: &[f64], other: &[f64]| one.iter().zip(other).map(|(a, b)| a * b).sum::<f64>();
    let square = |sides: &[Vec<f64>; 2]| dot(&sides[0], &sides[0]) * dot(&sides[1], &sides[1]);
    let cross = dot(&before[0], &after[0]) * dot(&before[1], &after[1]);
    (square(before) + square(after) - 2.0 * cross).max(0.0).sqrt()
}

/// The posterior where each answer counts by its mind's odds and every truth is equally frequent.
fn weighed(answers: &Answers, gold: &Gold, skills: &[f64]) -> Posterior {
    let labels = answers.labels().len();
    let others = (labels - 1).max(1) as f64;
    let log_odds: Vec<f64> = skills.iter().map(|skill| (skill * others / (1.0 - skill)).ln()).collect();
    let mut posterior = Posterior::new(labels, vec![0.0; answers.units().len() * labels]);
    for (unit, of) in answers.by_unit().enumerate() {
        let row = posterior.of_mut(unit);
        if let Some(truth) = gold.of(unit) {
            row[truth as usize] = 1.0;
            continue;
        }
        of.iter().for_each(|answer| row[answer.label as usize] += log_odds[answer.mind as usize]);
        normalize_logarithms(row);
    }
    posterior
}

#[cfg(test)]
mod tests {
    use super::super::picture::drawn;
    use super::*;
    use crate::Seed;

    fn aggregated(answers: &Answers, gold: &Gold) -> Consensus {
        let mut run = Run { seed: Seed(1), progress: &mut |_| () };
        Mmsr::default().aggregate(answers, gold, &mut run).unwrap()
    }

    fn skills(consensus: &Consensus) -> &[f64] {
        match &consensus.minds {
            Minds::Skills(skills) => skills,
            Minds::Confusions(_) => panic!("skills"),
        }
    }

    #[test]
    fn an_exact_outer_product_is_found_again() {
        let truth = [0.9, 0.7, 0.5, 0.3, 0.2];
        let of = truth.iter().flat_map(|one| truth.map(|other| one * other)).collect();
        let fellows = (0..5_u32).map(|mind| (0..5).filter(|&other| other != mind).collect()).collect();
        let agreements = Agreements { minds: 5, labels: 2.0, units: 1e6, of, fellows };
        let mut run = Run { seed: Seed(1), progress: &mut |_| () };
        let found = Mmsr::default().complete(&agreements, &mut run);
        assert!(found.iter().zip(truth).all(|(found, truth)| (found - truth).abs() < 1e-6), "{found:?}");
    }

    #[test]
    fn a_mind_against_all_others_is_worse_than_chance_and_helps() {
        // Four who are mostly right, one who always says the other.
        let answers = drawn("aaaab|bbbba|aabab|bbbaa|aaaab|bbbba|abaab|bbaba|aaaab|bbbba|baaab|bbbba");
        let consensus = aggregated(&answers, &Gold::none(&answers));
        let skills = skills(&consensus);
        assert!(skills[4] < 0.3 && skills[..4].iter().all(|skill| *skill > 0.6), "{skills:?}");
        let label = |unit| answers.labels().get(consensus.posterior.best(unit).0 as usize);
        assert!((0..12).all(|unit| label(unit) == if unit % 2 == 0 { "a" } else { "b" }));
    }

    #[test]
    fn outliers_are_left_out_on_the_far_side_only() {
        assert_eq!(without_outliers(&[1.0, 2.0, 3.0, 4.0, 9.0], 1, 3.0), [2.0, 3.0, 4.0]);
        assert_eq!(without_outliers(&[1.0, 2.0, 3.0, 4.0, 9.0], 2, 1.5), [2.0, 3.0]);
        assert_eq!(without_outliers(&[3.0], 1, 3.0), [3.0]);
        assert!(without_outliers(&[], 2, 1.0).is_empty());
    }
}
