//! What do people and a model believe together? A classifier on features of the units beside the crowd's answers.
//!
//! Where units have few answers, what they look like tells more than the next answer would. A classifier is
//! taught from the consensus, always judging units it was not taught; its word enters the consensus; the better
//! consensus teaches it again:
//!
//! ```text
//! vote shares ─► classifier, out of fold ─► IBCC with the classifier as each unit's prior ─► classifier ─► …
//!                                                                       └─► CROWDLAB's weighing ─► consensus
//! ```
//!
//! IBCC in between knows who mistakes what for what and so teaches well; but it takes minds for independent given
//! the truth, which people looking at the same picture are not, and grows too sure. CROWDLAB's mean of what each
//! says with weights for how trustworthy each is does not, so the last word is its.

use thiserror::Error;

use super::answers::{Answers, Gold};
use super::classifier::{Classifier, CrossFit, Features, learn, softmax};
use super::consensus::{Consensus, Minds, Posterior};
use super::gamma::digamma;
use super::method::majority::{mean_row, shares};
use super::{Round, Run};
use crate::Seed;

/// Why answers and features cannot be put together.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum FusionError {
    /// Features of other units.
    #[error(
        "{features} units have features and {answered} have answers; give features of every answered unit"
    )]
    Units {
        /// Units with features.
        features: usize,
        /// Units with answers.
        answered: usize,
    },
}

/// What people and model believe together.
#[derive(Clone, Debug)]
pub struct Fused {
    /// The consensus; its minds are the confusions IBCC learned.
    pub consensus: Consensus,
    /// What the classifier says of each unit, taught only on other units.
    pub model: Posterior,
    /// The classifier taught on all, for units nobody answered.
    pub classifier: Classifier,
    /// How much the classifier's word counts and each mind's.
    pub weights: Weights,
    /// The strength of its ridge, chosen by how well it says the votes of units it was not taught.
    pub ridge: f64,
    /// How often it was taught.
    pub rounds: usize,
}

/// How much each word counts in CROWDLAB's mean.
#[derive(Clone, Debug, PartialEq)]
pub struct Weights {
    /// Of the classifier.
    pub model: f64,
    /// Of each mind, `[mind]`.
    pub minds: Vec<f64>,
}

/// Parts the units are dealt into: each model is taught nine tenths, near enough to all.
const PARTS: usize = 10;
/// Times the classifier is taught at most; the consensus hardly moves after the third.
const ROUNDS: usize = 5;
/// Ways of dealing the units that the last word of the classifier is the mean of: one way decides about one unit in a
/// hundred by chance (repeated cross-fitting, Chernozhukov and others 2018, doi:10.1111/ectj.12097, section 3.4).
const DEALS: u64 = 3;
/// Share of units whose consensus may change in a round for it to count as settled.
const SETTLED: f64 = 0.001;

/// Puts answers and features together. Gold units keep their gold and teach model and minds.
///
/// CROWDLAB: Goh, Tkachenko, Mueller (2022), arXiv:2210.06812. Learning from crowds with a classifier as the
/// prior: Raykar and others (2010), JMLR 11; IBCC: Kim and Ghahramani (2012).
///
/// # Errors
/// [`FusionError::Units`] where the features are not of exactly the answered units.
pub fn fuse(
    answers: &Answers,
    gold: &Gold,
    features: &Features,
    run: &mut Run<'_>,
) -> Result<Fused, FusionError> {
    let units = answers.units().len();
    if features.units() != units {
        return Err(FusionError::Units { features: features.units(), answered: units });
    }
    let known = |unit: usize| gold.of(unit).is_some() || !answers.of(unit).is_empty();
    let counts: Vec<f64> = (0..units).map(|unit| f64::from(u8::from(known(unit)))).collect();
    let mut taught = CrossFit::new(units, PARTS, run.seed);
    // The ridge is chosen against the votes alone: against a consensus the model had a word in it would praise itself.
    let (ridge, mut model) = taught.choose(features, &shares(answers, gold), &counts);
    let mut rounds = 1;
    let (mut posterior, mut minds) = aided_ibcc(answers, gold, &model);
    while rounds < ROUNDS {
        (run.progress)(Round { done: rounds, most: ROUNDS, objective: None });
        model = taught.fit(features, &posterior, &counts, ridge);
        let (next, next_minds) = aided_ibcc(answers, gold, &model);
        let changed = (0..units).filter(|&unit| next.best(unit).0 != posterior.best(unit).0).count();
        (posterior, minds) = (next, next_minds);
        rounds += 1;
        if (changed as f64) < SETTLED * units as f64 {
            break;
        }
    }
    model = taught.fit(features, &posterior, &counts, ridge);
    for deal in 1..DEALS {
        let mut again = CrossFit::new(units, PARTS, Seed(run.seed.0.wrapping_add(deal)));
        model.add(&again.fit(features, &posterior, &counts, ridge));
    }
    model.normalize();
    (run.progress)(Round { done: ROUNDS, most: ROUNDS, objective: None });
    let chosen: Vec<u32> = (0..units).map(|unit| posterior.best(unit).0).collect();
    let classifier = learn(features, &posterior, &counts, ridge);
    let (mut posterior, weights) = crowdlab(answers, &model, &chosen);
    fix_gold(&mut posterior, gold);
    let consensus = Consensus {
        prior: mean_row(&posterior),
        posterior,
        minds: Minds::Confusions(minds),
        objective: Vec::new(),
        choice: None,
    };
    Ok(Fused { consensus, model, classifier, weights, ridge, rounds })
}

/// Dirichlet prior of IBCC's confusions: four answers right and one wrong of each kind, as in its published tables.
const RIGHT: f64 = 4.0;
const WRONG: f64 = 1.0;
/// Rounds of IBCC at most, and the change of a probability that is none.
const INNER: usize = 100;
const STILL: f64 = 1e-6;

/// IBCC where each unit's prior is what the model says of it. Returns the posterior and the expected confusions,
/// `[mind, truth, answer]`.
#[must_use]
pub fn aided_ibcc(answers: &Answers, gold: &Gold, model: &Posterior) -> (Posterior, Vec<f64>) {
    let labels = answers.labels().len();
    let mut posterior = model.clone();
    fix_gold(&mut posterior, gold);
    // One E-step on shares weighted by the model, so that the first confusions already hear the crowd.
    for (unit, share) in shares(answers, gold).rows().enumerate() {
        let row = posterior.of_mut(unit);
        row.iter_mut().zip(share).for_each(|(of, share)| *of = 0.5 * (*of + share));
    }
    let mut counts = vec![0.0; answers.minds().len() * labels * labels];
    let mut logs = vec![0.0; counts.len()];
    let mut row = vec![0.0; labels];
    for _ in 0..INNER {
        count(answers, &posterior, &mut counts);
        for (counts, logs) in counts.chunks_exact(labels).zip(logs.chunks_exact_mut(labels)) {
            let whole = digamma(counts.iter().sum());
            logs.iter_mut().zip(counts).for_each(|(log, &count)| *log = digamma(count) - whole);
        }
        let mut moved = 0.0_f64;
        for (unit, of) in answers.by_unit().enumerate() {
            if gold.of(unit).is_some() {
                continue;
            }
            row.iter_mut().zip(model.of(unit)).for_each(|(log, said)| *log = said.max(1e-300).ln());
            for answer in of {
                let from = answer.mind as usize * labels * labels + answer.label as usize;
                row.iter_mut().enumerate().for_each(|(truth, log)| *log += logs[from + truth * labels]);
            }
            softmax(&mut row);
            for (of, &next) in posterior.of_mut(unit).iter_mut().zip(&row) {
                moved = moved.max((*of - next).abs());
                *of = next;
            }
        }
        if moved < STILL {
            break;
        }
    }
    count(answers, &posterior, &mut counts);
    for row in counts.chunks_exact_mut(labels) {
        let whole: f64 = row.iter().sum();
        row.iter_mut().for_each(|count| *count /= whole);
    }
    (posterior, counts)
}

fn fix_gold(posterior: &mut Posterior, gold: &Gold) {
    for unit in 0..posterior.units() {
        if let Some(truth) = gold.of(unit) {
            posterior.of_mut(unit).fill(0.0);
            posterior.of_mut(unit)[truth as usize] = 1.0;
        }
    }
}

/// Expected answers of each mind under each truth with the prior's, `[mind, truth, answer]`.
fn count(answers: &Answers, posterior: &Posterior, counts: &mut [f64]) {
    let labels = posterior.labels();
    for (at, count) in counts.iter_mut().enumerate() {
        *count = if at / labels % labels == at % labels { RIGHT } else { WRONG };
    }
    for (of, row) in answers.by_unit().zip(posterior.rows()) {
        for answer in of {
            let to = answer.mind as usize * labels * labels + answer.label as usize;
            row.iter()
                .enumerate()
                .for_each(|(truth, probability)| counts[to + truth * labels] += probability);
        }
    }
}

/// The least weight and the least error, as in the authors' program: nobody is quite without weight.
const LEAST: f64 = 1e-6;

/// CROWDLAB's posterior: the weighted mean of what the model says and of what each mind's answer says, who is right
/// as often as answers agree with `consensus`. `model` must not have been taught the units it speaks of.
///
/// Goh, Tkachenko, Mueller (2022), arXiv:2210.06812, section 3.
#[must_use]
pub fn crowdlab(answers: &Answers, model: &Posterior, consensus: &[u32]) -> (Posterior, Weights) {
    let labels = answers.labels().len();
    let several = || answers.by_unit().enumerate().filter(|(_, of)| of.len() > 1);
    let (mut agreeing, mut model_wrong, mut compared) = (0.0, 0.0, 0.0_f64);
    let mut common = vec![0.0_f64; labels];
    for (unit, of) in several() {
        let chosen = consensus[unit];
        agreeing += of.iter().filter(|answer| answer.label == chosen).count() as f64 / of.len() as f64;
        model_wrong += f64::from(u8::from(model.best(unit).0 != chosen));
        common[chosen as usize] += 1.0;
        compared += 1.0;
    }
    // Where nobody answered beside another there is nothing to learn weights from: all count alike.
    let share = |part: f64, otherwise: f64| if compared > 0.0 { part / compared } else { otherwise };
    let right = share(agreeing, 0.5);
    let wrong = (1.0 - right) / (labels.max(2) - 1) as f64;
    let guess_wrong = (1.0 - share(common.iter().copied().fold(0.0, f64::max), 0.0)).max(LEAST);
    let beyond_guessing = |error: f64| (1.0 - error / guess_wrong).max(LEAST);
    let minds: Vec<f64> = peer_agreement(answers).iter().map(|agree| beyond_guessing(1.0 - agree)).collect();
    let answered = answers.by_unit().filter(|of| !of.is_empty()).count().max(1);
    let per_unit = answers.len() as f64 / answered as f64;
    let model_weight = beyond_guessing(share(model_wrong, 0.5)) * per_unit.sqrt();
    let mut posterior = Posterior::new(labels, vec![0.0; model.units() * labels]);
    for (unit, of) in answers.by_unit().enumerate() {
        let row = posterior.of_mut(unit);
        row.iter_mut().zip(model.of(unit)).for_each(|(of, said)| *of = model_weight * said);
        for answer in of {
            let weight = minds[answer.mind as usize];
            row.iter_mut().for_each(|of| *of += weight * wrong);
            row[answer.label as usize] += weight * (right - wrong);
        }
        let whole: f64 = row.iter().sum();
        row.iter_mut().for_each(|of| *of /= whole);
    }
    (posterior, Weights { model: model_weight, minds })
}

/// How often each mind agrees with the others who answered the same unit; who never met another has the mean.
fn peer_agreement(answers: &Answers) -> Vec<f64> {
    let mut met = vec![(0_usize, 0_usize); answers.minds().len()];
    let mut tally = vec![0_usize; answers.labels().len()];
    for of in answers.by_unit() {
        of.iter().for_each(|answer| tally[answer.label as usize] += 1);
        for answer in of {
            let (alike, all) = &mut met[answer.mind as usize];
            *alike += tally[answer.label as usize] - 1;
            *all += of.len() - 1;
        }
        of.iter().for_each(|answer| tally[answer.label as usize] = 0);
    }
    let shares: Vec<Option<f64>> =
        met.iter().map(|&(alike, all)| (all > 0).then(|| alike as f64 / all as f64)).collect();
    let known = shares.iter().flatten().count();
    let mean = if known > 0 { shares.iter().flatten().sum::<f64>() / known as f64 } else { 0.5 };
    shares.into_iter().map(|share| share.unwrap_or(mean)).collect()
}

#[cfg(test)]
mod tests {
    use rand::RngExt;

    use super::*;
    use crate::crowd::AnswersBuilder;

    /// cleanlab 2.9.0, `get_label_quality_multiannotator(…, return_weights=True)` and the posterior it computes.
    #[test]
    fn the_weighing_equals_the_authors_program() {
        const SAID: [[Option<u32>; 4]; 6] = [
            [Some(0), Some(0), None, Some(1)],
            [Some(1), None, Some(1), Some(1)],
            [Some(2), Some(2), Some(0), None],
            [None, Some(1), Some(1), Some(0)],
            [Some(0), None, None, None],
            [Some(2), Some(1), None, Some(2)],
        ];
        let mut builder = AnswersBuilder::default();
        for (unit, said) in SAID.iter().enumerate() {
            for (mind, label) in
                said.iter().enumerate().filter_map(|(mind, label)| label.map(|label| (mind, label)))
            {
                builder.answer(&unit.to_string(), &mind.to_string(), &label.to_string()).unwrap();
            }
        }
        let answers = builder.build().unwrap().0;
        assert_eq!(answers.labels().iter().collect::<Vec<_>>(), ["0", "1", "2"]);
        assert_eq!(answers.minds().iter().collect::<Vec<_>>(), ["0", "1", "3", "2"]);
        let model =
            vec![0.7, 0.2, 0.1, 0.2, 0.7, 0.1, 0.1, 0.3, 0.6, 0.3, 0.4, 0.3, 0.5, 0.25, 0.25, 0.2, 0.5, 0.3];
        let (posterior, weights) = crowdlab(&answers, &Posterior::new(3, model), &[0, 1, 2, 1, 0, 2]);
        assert!((weights.model - 1.088_662_107_903_634_7).abs() < 1e-12);
        for (is, reference) in weights.minds.iter().zip([0.375, 1e-6, 1e-6, 1.0 / 6.0]) {
            assert!((is - reference).abs() < 1e-9, "{is} is not {reference}");
        }
        for (row, reference) in posterior.rows().zip(REFERENCE) {
            row.iter().zip(reference).for_each(|(is, reference)| assert!((is - reference).abs() < 1e-9));
        }
    }

    const REFERENCE: [[f64; 3]; 6] = [
        [0.708_539_846_403, 0.182_919_897_264, 0.108_540_256_333],
        [0.177_850_384_419, 0.711_074_807_791, 0.111_074_807_791],
        [0.172_412_091_548, 0.244_625_961_046, 0.582_961_947_406],
        [0.277_872_357_092, 0.444_255_763_778, 0.277_871_879_13],
        [0.559_781_557_183, 0.220_109_221_409, 0.220_109_221_409],
        [0.182_919_487_334, 0.406_057_590_269, 0.411_022_922_397],
    ];

    /// Two kinds of units that features tell apart with some noise; minds are right two times in three.
    fn crowd(units: usize, flip: impl Fn(usize) -> usize) -> (Answers, Gold, Features, Vec<usize>) {
        let mut generator = Seed(3).generator(1);
        let mut builder = AnswersBuilder::default();
        let mut rows = Vec::new();
        let truth: Vec<usize> = (0..units).map(|unit| unit % 2).collect();
        // Labels in a fixed order, whoever is asked first.
        (0..2).for_each(|label| builder.gold(&format!("order {label}"), &flip(label).to_string()).unwrap());
        for (unit, &label) in truth.iter().enumerate() {
            rows.extend([
                label as f32 * 2.0 + generator.random_range(-1.4..1.4),
                generator.random_range(-1.0..1.0),
            ]);
            for _ in 0..2 {
                let mind = generator.random_range(0..9_u32);
                let said = if generator.random_range(0..3_u32) > 0 { label } else { 1 - label };
                builder.answer(&unit.to_string(), &mind.to_string(), &flip(said).to_string()).unwrap();
            }
        }
        let (answers, gold) = builder.build().unwrap();
        let features = Features::new(units, 2, &rows).unwrap();
        (answers, gold, features, truth)
    }

    fn fused(answers: &Answers, gold: &Gold, features: &Features) -> Fused {
        fuse(answers, gold, features, &mut Run { seed: Seed(1), progress: &mut |_| {} }).unwrap()
    }

    #[test]
    fn together_they_are_better_than_the_vote() {
        let (answers, gold, features, truth) = crowd(200, |label| label);
        let right = |posterior: &Posterior| {
            let share = |(unit, &truth): (usize, &usize)| {
                crate::crowd::metric::accuracy::share_of_best(posterior.of(unit), truth)
            };
            truth.iter().enumerate().map(share).sum::<f64>() / 200.0
        };
        let fused = fused(&answers, &gold, &features);
        let (vote, both) = (right(&shares(&answers, &gold)), right(&fused.consensus.posterior));
        assert!(vote < 0.7 && both > 0.8, "{vote} {both}");
        let one_of = |x: f32| fused.classifier.probabilities(&[x, 0.0])[1];
        assert!(one_of(2.5) > 0.5 && one_of(-0.5) < 0.5, "{} {}", one_of(2.5), one_of(-0.5));
        for row in fused.consensus.posterior.rows() {
            assert!((row.iter().sum::<f64>() - 1.0).abs() < 1e-9);
        }
    }

    #[test]
    fn the_names_of_labels_change_nothing() {
        let (answers, gold, features, _) = crowd(60, |label| label);
        let (turned, turned_gold, ..) = crowd(60, |label| 1 - label);
        let one = fused(&answers, &gold, &features).consensus.posterior;
        let other = fused(&turned, &turned_gold, &features).consensus.posterior;
        one.rows().zip(other.rows()).for_each(|(one, other)| assert!((one[0] - other[0]).abs() < 1e-9));
    }

    #[test]
    fn gold_stays_gold() {
        let (answers, _, features, _) = crowd(40, |label| label);
        let mut builder = AnswersBuilder::default();
        for (unit, of) in answers.by_unit().enumerate() {
            for answer in of {
                let mind = answers.minds().get(answer.mind as usize);
                builder
                    .answer(answers.units().get(unit), mind, answers.labels().get(answer.label as usize))
                    .unwrap();
            }
        }
        builder.gold("5", "0").unwrap();
        let (answers, gold) = builder.build().unwrap();
        let label = answers.labels().iter().position(|label| label == "0").unwrap();
        assert_eq!(fused(&answers, &gold, &features).consensus.posterior.of(5)[label], 1.0);
    }

    #[test]
    fn features_of_other_units_are_refused() {
        let (answers, gold, ..) = crowd(10, |label| label);
        let features = Features::new(2, 1, &[1.0, 2.0]).unwrap();
        let refused = fuse(&answers, &gold, &features, &mut Run { seed: Seed(1), progress: &mut |_| {} });
        assert_eq!(refused.unwrap_err(), FusionError::Units { features: 2, answered: 10 });
    }
}
