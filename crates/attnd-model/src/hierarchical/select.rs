//! How strongly should weights be pulled, the global ones to zero and a person's to the global ones? Both chosen inside the
//! training part, on people left out of it.

use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};

use super::cumulative::{Levels, Pull, Weights, fit, sigmoid};
use super::design::Design;
use super::inputs::{Inputs, Moment, PersonMoments};
use super::{MADE_UP_ANSWERS, Scaling};
use crate::dataset::Columns;
use crate::estimator::{ModelError, Progress, Run};

/// Tried for the pull of the global weights to zero, from the strongest: each search starts where the last ended.
const GLOBAL_STRENGTHS: [f64; 5] = [1000.0, 300.0, 100.0, 30.0, 10.0];
/// Tried for the pull of a person's weights to the global ones.
const PERSON_STRENGTHS: [f64; 5] = [3000.0, 1000.0, 300.0, 100.0, 30.0];
/// Parts the people are split into, each left out once.
const PARTS: usize = 3;
/// With fewer people nobody can be left out, and the defaults are taken.
const PEOPLE_TO_CHOOSE: usize = 3;

/// How strongly weights are pulled, in units of one answer's log-loss.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Strengths {
    /// Of the global weights to zero.
    pub global: f64,
    /// Of a person's weights to the global ones.
    pub person: f64,
    /// Of the weights for somebody who has answered nothing yet to zero.
    pub newcomer: f64,
}

impl Default for Strengths {
    /// Where there are too few people to choose: a hundred answers speak as loudly as the pull of one global weight by one
    /// standard deviation, three hundred as that of a personal one.
    fn default() -> Self {
        Self { global: 100.0, person: 300.0, newcomer: 100.0 }
    }
}

/// What was learnt with some people left out.
struct Left<'a> {
    held: Vec<&'a PersonMoments>,
    inputs: Inputs,
    /// One per [`GLOBAL_STRENGTHS`].
    weights: Vec<Weights>,
    /// The same without history.
    newcomer: Vec<Weights>,
}

/// The strengths that predict people left out best: the global one over all their answers, the personal one over the later
/// half of each person's after fitting to the earlier half. People are dealt into parts by the seed.
///
/// # Errors
/// [`ModelError`] of a fit.
pub(super) fn strengths(
    columns: &Columns,
    people: &[PersonMoments],
    scaling: Scaling,
    run: &mut Run<'_>,
) -> Result<Strengths, ModelError> {
    if people.len() < PEOPLE_TO_CHOOSE {
        return Ok(Strengths::default());
    }
    let parts = PARTS.min(people.len());
    let mut order: Vec<usize> = (0..people.len()).collect();
    order.shuffle(&mut ChaCha8Rng::seed_from_u64(run.seed.0));
    let mut left = Vec::with_capacity(parts);
    for part in 0..parts {
        let (held, learnt): (Vec<usize>, Vec<usize>) =
            (0..people.len()).partition(|index| order[*index] % parts == part);
        let of = |indices: Vec<usize>| indices.into_iter().map(|index| &people[index]).collect::<Vec<_>>();
        let (held, learnt) = (of(held), of(learnt));
        // A part whose other people all gave one kind of answer teaches nothing about strengths.
        if super::check(columns, &learnt).is_ok() {
            left.push(Left::learn(columns, &learnt, held, scaling)?);
        }
        (run.watch)(Progress::Piece { what: "strengths".to_owned(), done: part + 1, of: parts });
    }
    if left.is_empty() {
        return Ok(Strengths::default());
    }
    let best = |weights: &dyn Fn(&Left<'_>, usize) -> f64| {
        least(GLOBAL_STRENGTHS.len(), |index| left.iter().map(|left| weights(left, index)).sum())
    };
    let global = best(&|left, index| left.loss(columns, &left.weights[index], scaling));
    let newcomer = best(&|left, index| left.loss(columns, &left.newcomer[index], scaling));
    let mut losses = [0.0; PERSON_STRENGTHS.len()];
    for left in &left {
        for person in &left.held {
            let of_person = person_losses(columns, &left.inputs, &left.weights[global], person, scaling)?;
            losses.iter_mut().zip(of_person).for_each(|(sum, loss)| *sum += loss);
        }
    }
    let person = least(losses.len(), |index| losses[index]);
    Ok(Strengths {
        global: GLOBAL_STRENGTHS[global],
        person: PERSON_STRENGTHS[person],
        newcomer: GLOBAL_STRENGTHS[newcomer],
    })
}

impl<'a> Left<'a> {
    fn learn(
        columns: &Columns,
        learnt: &[&PersonMoments],
        held: Vec<&'a PersonMoments>,
        scaling: Scaling,
    ) -> Result<Self, ModelError> {
        let inputs = Inputs::learn(columns, learnt)?;
        let moments = || learnt.iter().flat_map(|person| &person.moments);
        let levels: Vec<usize> = moments().map(|moment| scaling.level(columns, moment.value)).collect();
        let levels = Levels { levels: &levels, count: scaling.count(columns) };
        let weights = path(&inputs.design(moments())?, levels)?;
        let newcomer = path(&inputs.design_of_newcomer(moments())?, levels)?;
        let newcomer = newcomer.into_iter().map(|weights| inputs.with_history(weights)).collect();
        Ok(Self { held, inputs, weights, newcomer })
    }

    /// Log-loss over everything the people left out answered.
    fn loss(&self, columns: &Columns, weights: &Weights, scaling: Scaling) -> f64 {
        let moments = self.held.iter().flat_map(|person| &person.moments);
        loss(columns, &self.inputs, weights, moments, scaling)
    }
}

/// The weights at each of [`GLOBAL_STRENGTHS`].
fn path(design: &Design, levels: Levels<'_>) -> Result<Vec<Weights>, ModelError> {
    let mut path: Vec<Weights> = Vec::with_capacity(GLOBAL_STRENGTHS.len());
    for strength in GLOBAL_STRENGTHS {
        let pull = Pull { centre: None, strength, made_up_answers: MADE_UP_ANSWERS };
        path.push(fit(design, levels, &pull, path.last())?);
    }
    Ok(path)
}

/// For each personal strength the log-loss over the later half of a person's answers, fitted to the earlier half.
fn person_losses(
    columns: &Columns,
    inputs: &Inputs,
    weights: &Weights,
    person: &PersonMoments,
    scaling: Scaling,
) -> Result<[f64; PERSON_STRENGTHS.len()], ModelError> {
    let (earlier, later) = person.moments.split_at(person.moments.len() / 2);
    let mut losses = [0.0; PERSON_STRENGTHS.len()];
    let design = inputs.design(earlier.iter())?;
    let levels: Vec<usize> = earlier.iter().map(|moment| scaling.level(columns, moment.value)).collect();
    let levels = Levels { levels: &levels, count: scaling.count(columns) };
    let mut last: Option<Weights> = None;
    for (sum, strength) in losses.iter_mut().zip(PERSON_STRENGTHS) {
        let pull = Pull { centre: Some(weights), strength, made_up_answers: 0.0 };
        let own = fit(&design, levels, &pull, last.as_ref())?;
        *sum = loss(columns, inputs, &own, later.iter(), scaling);
        last = Some(own);
    }
    Ok(losses)
}

/// Log-loss of yes and no, summed.
fn loss<'a>(
    columns: &Columns,
    inputs: &Inputs,
    weights: &Weights,
    moments: impl Iterator<Item = &'a Moment>,
    scaling: Scaling,
) -> f64 {
    let asked = scaling.asked(columns);
    moments
        .map(|moment| {
            let log_odds = weights.log_odds(&inputs.row_of(moment), asked);
            let yes = columns.question.is_yes(moment.value);
            -sigmoid(if yes { log_odds } else { -log_odds }).max(f64::MIN_POSITIVE).ln()
        })
        .sum()
}

/// The first index with the least loss.
fn least(count: usize, loss: impl Fn(usize) -> f64) -> usize {
    let losses: Vec<f64> = (0..count).map(loss).collect();
    (0..count).min_by(|one, other| losses[*one].total_cmp(&losses[*other])).unwrap_or_default()
}
