//! Which way of weighing suits these texts? A few recipes, tried on texts held out of the training ones.
//!
//! Short requests are told apart by which words stand together, long sentences by what they are about: no one recipe is
//! best for both. The choice is by log loss, which changes less by chance than accuracy where texts are few.

use super::embedding::Said;
use super::linear::{Linear, Training};
use super::network::softmax;
use super::ngram::VIEWS;
use super::sparse::{Row, Rows};
use super::weigh::{Shares, WeighRoom, Weigher};
use crate::Seed;

/// One way of weighing and training.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Recipe {
    /// Share of each view: characters, words, pairs.
    pub shares: Shares,
    /// LIBLINEAR's C.
    pub cost: f32,
    /// Share of an encoder's vector; the views have the rest.
    pub embedding: f32,
}

/// What is tried, most general first.
pub const RECIPES: [Recipe; 3] = [
    Recipe { shares: [0.34, 0.33, 0.33], cost: 2.0, embedding: 0.0 },
    Recipe { shares: [0.6, 0.4, 0.0], cost: 1.0, embedding: 0.0 },
    Recipe { shares: [0.8, 0.2, 0.0], cost: 1.0, embedding: 0.0 },
];

/// Shares of an encoder's vector that are tried besides none, from a word among others to almost all.
const EMBEDDING_SHARES: [f32; 3] = [0.25, 0.5, 0.8];

/// Texts that must have a feature for it to get a column, by view: a word of one text alone may name its class, most
/// of its stretches and pairs are chance.
pub const LEAST: [u32; VIEWS.len()] = [2, 1, 2];

/// Sharpness of the softmax that is tried on margins; even steps of its logarithm.
const SHARPNESSES: [f32; 7] = [1.0, 1.5, 2.2, 3.3, 5.0, 7.5, 11.0];

/// Texts used for choosing at most. Pairs of words need many texts to be worth their columns: a small sample would
/// choose for the sample, not for all.
const MOST_TRIED: usize = 12_000;
/// Up to so many texts every fifth is held out in turn and all recipes are tried; beyond them one fifth is enough, and
/// the last recipe, which is for texts too few to know words by, is not tried.
const FEW: usize = 2000;
const FOLDS: usize = 5;
/// Passes over the rows while choosing: three put recipes in the order that a hundred do.
const ROUNDS: usize = 3;

/// What was chosen, and how it did on texts held out.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Choice {
    /// The recipe.
    pub recipe: Recipe,
    /// The sharpness that turns its margins into probabilities.
    pub sharpness: f32,
    /// Mean negative logarithm of the probability of the true label on texts held out; none where too few were.
    pub loss: Option<f64>,
    /// Share of the texts held out that were given their label.
    pub accuracy: Option<f64>,
}

/// Chooses a recipe for texts and the class of each, of that many classes, on a sample spread over all of them. Where
/// texts have vectors, shares of them are tried with the recipe that is best without.
#[must_use]
pub fn choose(texts: &[Said<'_>], of: &[u32], classes: usize, most_columns: usize, seed: Seed) -> Choice {
    let sample = spread_sample(of, classes);
    let (folds, recipes) = if sample.len() <= FEW { (FOLDS, &RECIPES[..]) } else { (1, &RECIPES[..2]) };
    let attempt = |recipe: Recipe| {
        let mut trial = Trial::default();
        for fold in 0..folds {
            trial.hold_out(texts, of, &sample, fold, Attempt { recipe, classes, most_columns, seed });
        }
        trial.conclude(recipe)
    };
    let loss = |choice: &Choice| choice.loss.unwrap_or(f64::INFINITY);
    let better = |one: &Choice, other: &Choice| loss(one).total_cmp(&loss(other));
    let without = recipes.iter().map(|&recipe| attempt(recipe)).min_by(better).unwrap_or(Choice {
        recipe: RECIPES[0],
        sharpness: SHARPNESSES[3],
        loss: None,
        accuracy: None,
    });
    let mut best = without;
    if texts.iter().any(|said| !said.vector.is_empty()) {
        for embedding in EMBEDDING_SHARES {
            let beside = attempt(Recipe { embedding, ..without.recipe });
            best = if better(&beside, &best).is_lt() { beside } else { best };
        }
    }
    best
}

/// Indices of texts class by class, each class thinned alike; neighbours in the list are of one class, so that every
/// fifth of the list is a fifth of each class.
fn spread_sample(of: &[u32], classes: usize) -> Vec<usize> {
    let mut sorted: Vec<usize> = (0..of.len()).filter(|&at| (of[at] as usize) < classes).collect();
    sorted.sort_by_key(|&at| of[at]);
    let thin = sorted.len().div_ceil(MOST_TRIED).max(1);
    sorted.into_iter().step_by(thin).collect()
}

/// What one attempt is made with.
#[derive(Clone, Copy)]
struct Attempt {
    recipe: Recipe,
    classes: usize,
    most_columns: usize,
    seed: Seed,
}

/// Losses gathered over the texts held out.
#[derive(Default)]
struct Trial {
    losses: [f64; SHARPNESSES.len()],
    right: usize,
    texts: usize,
}

impl Trial {
    fn hold_out(&mut self, texts: &[Said<'_>], of: &[u32], sample: &[usize], fold: usize, attempt: Attempt) {
        let held = |place: usize| place % FOLDS == fold;
        let kept = || sample.iter().enumerate().filter(|(place, _)| !held(*place)).map(|(_, &at)| at);
        let training: Vec<Said<'_>> = kept().map(|at| texts[at]).collect();
        let classes: Vec<u32> = kept().map(|at| of[at]).collect();
        if training.is_empty() {
            return;
        }
        let weigher = Weigher::fit(&training, LEAST, attempt.recipe.shares, attempt.most_columns)
            .with_vectors(&training, attempt.recipe.embedding);
        let rows: Rows = weigher.weigh_all(&training);
        let how = Training { cost: attempt.recipe.cost, rounds: ROUNDS, seed: attempt.seed };
        let linear = Linear::train(&rows, &classes, &balance(&classes, attempt.classes), how);
        let mut room = WeighRoom::default();
        for (_, &at) in sample.iter().enumerate().filter(|(place, _)| held(*place)) {
            weigher.weigh(texts[at], &mut room);
            self.judge(&linear, room.row(), of[at] as usize);
        }
    }

    fn judge(&mut self, linear: &Linear, row: Row<'_>, truth: usize) {
        let mut margins = vec![0.0; linear.classes()];
        linear.margins(row, &mut margins);
        self.right += usize::from(greatest(&margins) == truth);
        self.texts += 1;
        for (loss, sharpness) in self.losses.iter_mut().zip(SHARPNESSES) {
            let mut probabilities = margins.clone();
            softmax(&mut probabilities, sharpness);
            *loss -= f64::from(probabilities[truth].max(1e-6)).ln();
        }
    }

    fn conclude(&self, recipe: Recipe) -> Choice {
        let best =
            (0..SHARPNESSES.len()).min_by(|&one, &other| self.losses[one].total_cmp(&self.losses[other]));
        let mean = |sum: f64| (self.texts > 0).then(|| sum / self.texts as f64);
        let best = best.unwrap_or(0);
        let accuracy = mean(self.right as f64);
        Choice { recipe, sharpness: SHARPNESSES[best], loss: mean(self.losses[best]), accuracy }
    }
}

/// What an error on each class costs: the square root of how much rarer than the mean it is. Without it rare classes are
/// given up; all of it would pay for them with the common ones.
#[must_use]
pub fn balance(of: &[u32], classes: usize) -> Vec<f32> {
    let mut counts = vec![0.0_f32; classes];
    of.iter().filter_map(|&class| counts.get_mut(class as usize).map(|count| *count += 1.0)).count();
    let mean = counts.iter().sum::<f32>() / classes.max(1) as f32;
    counts.iter().map(|&count| (mean / count.max(1.0)).sqrt()).collect()
}

/// The place of the greatest value, the first of equals; 0 where there is none.
#[must_use]
pub fn greatest(values: &[f32]) -> usize {
    let mut best = 0;
    for (at, value) in values.iter().enumerate() {
        if *value > values[best] {
            best = at;
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rare_classes_count_more_and_the_mean_one_once() {
        let weights = balance(&[0, 0, 0, 0, 1, u32::MAX], 2);
        assert!((weights[0] - (2.5_f32 / 4.0).sqrt()).abs() < 1e-6);
        assert!((weights[1] - 2.5_f32.sqrt()).abs() < 1e-6);
    }

    #[test]
    fn a_sample_has_each_class_alike() {
        let of: Vec<u32> = (0..36_000).map(|at| at % 3).collect();
        let sample = spread_sample(&of, 3);
        assert_eq!(sample.len(), 12_000);
        for class in 0..3 {
            assert_eq!(sample.iter().filter(|&&at| of[at] == class).count(), 4000);
        }
    }

    #[test]
    fn texts_told_apart_by_order_alone_want_pairs() {
        let verbs = ["send", "read", "drop", "find"];
        let texts: Vec<String> = (0..240)
            .map(|at| {
                let (one, other) = (verbs[at % 4], verbs[(at / 4 + at % 4 + 1) % 4]);
                format!("{one} the very old small letter {at} {other}")
            })
            .collect();
        let of: Vec<u32> = (0..240).map(|at| u32::from(at % 4 < (at / 4 + at % 4 + 1) % 4)).collect();
        let texts: Vec<Said<'_>> = texts.iter().map(|text| text.as_str().into()).collect();
        let choice = choose(&texts, &of, 2, usize::MAX, Seed(1));
        assert!(choice.recipe.shares[2] > 0.0, "{choice:?}");
        assert!(choice.accuracy.unwrap() > 0.7, "{choice:?}");
    }

    #[test]
    fn the_greatest_is_the_first_of_equals() {
        assert_eq!(greatest(&[1.0, 3.0, 3.0]), 1);
        assert_eq!(greatest(&[]), 0);
    }
}
