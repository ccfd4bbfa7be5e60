//! What would a crowd like this one answer? Minds drawn from real confusion matrices or from a named mix, and their answers.
//!
//! A unit is drawn with its truth; some units are hard and have a decoy, a wrong label many take for the truth. A mind answers by
//! its confusion matrix, falls for the decoy, or repeats what its group says: minds that share a source are not independent.

use std::str::FromStr;

use rand::RngExt as _;
use rand_chacha::ChaCha8Rng;
use thiserror::Error;

use super::answers::{Answer, Answers};
use super::consensus::Posterior;
use crate::Seed;
use crate::assign::MindModel;
use crate::assign::records::Records;

/// What a mind of a named mix is like.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Character {
    /// Right with a probability around this one: drawn evenly from ± half of what is left to 1.
    Skilled(f64),
    /// Says anything, whatever the truth.
    Spammer,
    /// Knows the truth and says something else three times in four.
    Adversary,
    /// Says one label of its own half of the time, and is right four times in five otherwise.
    Biased,
    /// Says what its group says three times in four, where the group is right four times in five, and is itself like the group otherwise.
    Correlated,
}

/// A share of the minds that are like that.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Part {
    /// What they are like.
    pub character: Character,
    /// Their share; shares need not add up to one.
    pub share: f64,
}

/// What a crowd is made of.
#[derive(Clone, Debug, PartialEq)]
pub struct Mix(pub Vec<Part>);

/// Why a mix is none.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum MixError {
    /// A part is not NAME:SHARE.
    #[error("'{0}' is no part of a mix; say NAME:SHARE, such as skilled:0.7 or skilled@0.9:0.7")]
    NoPart(String),
    /// Nobody knows that name.
    #[error(
        "'{0}' is no kind of mind; there are skilled, skilled@ACCURACY, spammer, adversary, biased, correlated"
    )]
    NoCharacter(String),
    /// The shares are nothing together.
    #[error("the shares of a mix are not negative and add up to more than nothing")]
    NoShare,
}

impl FromStr for Mix {
    type Err = MixError;

    /// From `skilled@0.85:0.7,spammer:0.2,adversary:0.1`.
    fn from_str(text: &str) -> Result<Self, MixError> {
        let part = |text: &str| {
            let (name, share) = text.split_once(':').ok_or_else(|| MixError::NoPart(text.to_owned()))?;
            let share: f64 = share.trim().parse().map_err(|_| MixError::NoPart(text.to_owned()))?;
            if !share.is_finite() || share < 0.0 {
                return Err(MixError::NoShare);
            }
            let character = match name.trim() {
                "skilled" => Character::Skilled(0.8),
                "spammer" => Character::Spammer,
                "adversary" => Character::Adversary,
                "biased" => Character::Biased,
                "correlated" => Character::Correlated,
                other => {
                    let accuracy = other.strip_prefix("skilled@").and_then(|accuracy| accuracy.parse().ok());
                    let accuracy = accuracy.filter(|accuracy: &f64| (0.0..=1.0).contains(accuracy));
                    Character::Skilled(accuracy.ok_or_else(|| MixError::NoCharacter(other.to_owned()))?)
                }
            };
            Ok(Part { character, share })
        };
        let parts = text.split(',').map(part).collect::<Result<Vec<_>, _>>()?;
        if parts.iter().map(|part| part.share).sum::<f64>() > 0.0 {
            Ok(Self(parts))
        } else {
            Err(MixError::NoShare)
        }
    }
}

/// How hard units are.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Difficulty {
    /// Share of the units that have a decoy.
    pub hard_share: f64,
    /// Probability that a mind falls for it.
    pub pull: f64,
}

impl Difficulty {
    /// Every unit is as hard as any other.
    pub const NONE: Self = Self { hard_share: 0.0, pull: 0.0 };
}

/// A crowd and the units it meets, to draw answers from.
#[derive(Clone, Debug, PartialEq)]
pub struct Population {
    labels: usize,
    /// Probability of each label.
    prior: Vec<f64>,
    /// Confusion matrices, `[mind, truth, answer]`.
    confusions: Vec<f64>,
    /// How much each mind answers, in proportion.
    activity: Vec<f64>,
    /// Which minds repeat what their group says.
    correlated: Vec<bool>,
    difficulty: Difficulty,
}

/// How strongly a decoy pulls where a population is fitted to answers: only its product with the share of hard units shows in how
/// answers to one unit go together, so one of the two is set.
const FITTED_PULL: f64 = 0.5;

/// How often a correlated mind says what its group says, and how often the group is right.
const REPEATS: f64 = 0.75;
const GROUP_RIGHT: f64 = 0.8;

impl Population {
    /// So many minds of a mix, all equally active, and labels all equally common. Needs two labels and one mind at least; fewer are
    /// taken for that many.
    #[must_use]
    pub fn of_mix(mix: &Mix, labels: usize, minds: usize, difficulty: Difficulty, seed: Seed) -> Self {
        let (labels, minds) = (labels.max(2), minds.max(1));
        let mut random = seed.generator(0);
        let shares: Vec<f64> = mix.0.iter().map(|part| part.share).collect();
        let all: f64 = shares.iter().sum();
        let mut confusions = Vec::with_capacity(minds * labels * labels);
        let mut correlated = Vec::with_capacity(minds);
        for mind in 0..minds {
            // Shares are kept exactly, not in expectation: small crowds are what was asked for.
            let at = (mind as f64 + 0.5) / minds as f64 * all;
            let character = mix.0[place(&shares, at)].character;
            correlated.push(character == Character::Correlated);
            push_confusion(&mut confusions, character, labels, &mut random);
        }
        Self {
            labels,
            prior: vec![1.0 / labels as f64; labels],
            confusions,
            activity: vec![1.0; minds],
            correlated,
            difficulty,
        }
    }

    /// A population like the one that gave these answers, where each label of a unit has these probabilities (one of them 1 where
    /// the truth is known): each mind's confusion matrix, how much each answers, how common labels are, and how many units are hard.
    #[must_use]
    pub fn like(answers: &Answers, truth: &Posterior) -> Self {
        let (labels, minds) = (answers.labels().len(), answers.minds().len());
        let mut counts = vec![0.0; minds * labels * labels];
        let mut activity = vec![0.0; minds];
        let mut prior = vec![1.0; labels];
        for (of, row) in answers.by_unit().zip(truth.rows()).filter(|(of, _)| !of.is_empty()) {
            prior.iter_mut().zip(row).for_each(|(sum, probability)| *sum += probability);
            for answer in of {
                activity[answer.mind as usize] += 1.0;
                for (label, probability) in row.iter().enumerate() {
                    counts[(answer.mind as usize * labels + label) * labels + answer.label as usize] +=
                        probability;
                }
            }
        }
        let all: f64 = prior.iter().sum();
        prior.iter_mut().for_each(|share| *share /= all);
        let records = Records::fitted(labels, counts);
        let difficulty = fitted_difficulty(answers, truth, &records);
        let mut confusions = Vec::with_capacity(minds * labels * labels);
        for mind in 0..minds {
            if let MindModel::Confusion(of) = records.model(mind) {
                confusions.extend_from_slice(of);
            }
        }
        undo_decoys(&mut confusions, labels, difficulty);
        Self { labels, prior, confusions, activity, correlated: vec![false; minds], difficulty }
    }

    /// The same population with so many minds drawn from its own, each as likely as any other and as often as chance has it.
    #[must_use]
    pub fn with_minds(&self, minds: usize, seed: Seed) -> Self {
        let mut random = seed.generator(1);
        let size = self.labels * self.labels;
        let mut drawn =
            Self { confusions: Vec::new(), activity: Vec::new(), correlated: Vec::new(), ..self.clone() };
        for _ in 0..minds.max(1) {
            let from = random.random_range(0..self.minds());
            drawn.confusions.extend_from_slice(&self.confusions[from * size..][..size]);
            drawn.activity.push(self.activity[from]);
            drawn.correlated.push(self.correlated[from]);
        }
        drawn
    }

    /// How many labels there are.
    #[must_use]
    pub fn labels(&self) -> usize {
        self.labels
    }

    /// How many minds there are.
    #[must_use]
    pub fn minds(&self) -> usize {
        self.activity.len()
    }

    /// How hard units are.
    #[must_use]
    pub fn difficulty(&self) -> Difficulty {
        self.difficulty
    }

    /// How that mind answers units that are not hard.
    #[must_use]
    pub fn model(&self, mind: usize) -> MindModel<'_> {
        MindModel::Confusion(
            &self.confusions[mind * self.labels * self.labels..][..self.labels * self.labels],
        )
    }

    /// Units with their answers, as many of each as `answers` says or as there are minds, without end. Memory does not grow.
    #[must_use]
    pub fn draw(&self, answers: usize, seed: Seed) -> Draw<'_> {
        let answers = answers.min(self.minds());
        Draw {
            population: self,
            answers,
            random: seed.generator(2),
            by_activity: Alias::new(&self.activity),
            keys: Vec::new(),
        }
    }
}

/// Where in cumulated shares a number falls.
fn place(shares: &[f64], at: f64) -> usize {
    let mut left = at;
    for (place, share) in shares.iter().enumerate() {
        if left < *share {
            return place;
        }
        left -= share;
    }
    shares.len().saturating_sub(1)
}

fn push_confusion(confusions: &mut Vec<f64>, character: Character, labels: usize, random: &mut ChaCha8Rng) {
    let even = 1.0 / labels as f64;
    // (probability of the truth, of a label of its own, of anything)
    let (right, own) = match character {
        Character::Skilled(accuracy) => {
            let spread = (1.0 - accuracy) / 2.0;
            (accuracy + spread * (2.0 * random.random::<f64>() - 1.0), 0.0)
        }
        Character::Spammer => (even, 0.0),
        Character::Adversary => (0.25, 0.0),
        Character::Biased => (0.8, 0.5),
        Character::Correlated => (GROUP_RIGHT, 0.0),
    };
    let favourite = random.random_range(0..labels);
    for truth in 0..labels {
        for answer in 0..labels {
            let honest = if truth == answer { right } else { (1.0 - right) / (labels - 1) as f64 };
            let fixed = if answer == favourite { own } else { 0.0 };
            confusions.push((1.0 - own) * honest + fixed);
        }
    }
}

/// How many units are hard, by how much answers to one unit are right or wrong together: the mean over units of products of two
/// minds' surprises (right or wrong less the expected), which is h (1 − h) s² a² for a share h, a pull s and an accuracy a without decoys.
fn fitted_difficulty(answers: &Answers, truth: &Posterior, records: &Records) -> Difficulty {
    let (mut together, mut pairs, mut right, mut all) = (0.0, 0.0, 0.0, 0.0);
    for (unit, of) in answers.by_unit().enumerate() {
        let (label, sure) = truth.best(unit);
        if sure < 0.9 {
            continue;
        }
        let surprise = |answer: &Answer| {
            let expected = records.model(answer.mind as usize).likelihood(
                label as usize,
                label as usize,
                records.labels(),
            );
            f64::from(u8::from(answer.label == label)) - expected
        };
        let (mut sum, mut squares) = (0.0, 0.0);
        for answer in of {
            let of = surprise(answer);
            sum += of;
            squares += of * of;
            right += f64::from(u8::from(answer.label == label));
            all += 1.0;
        }
        together += sum * sum - squares;
        pairs += (of.len() * of.len().saturating_sub(1)) as f64;
    }
    if pairs <= 0.0 || together <= 0.0 || right <= 0.0 {
        return Difficulty::NONE;
    }
    let measured = right / all;
    let mut hard_share = 0.0;
    // What is measured is a (1 − h s): the share and the accuracy on units without decoy settle together.
    for _ in 0..50 {
        let accuracy = measured / (1.0 - hard_share * FITTED_PULL);
        let product = (together / pairs / (accuracy * FITTED_PULL).powi(2)).min(0.25);
        hard_share = (1.0 - (1.0 - 4.0 * product).sqrt()) / 2.0;
    }
    Difficulty { hard_share, pull: FITTED_PULL }
}

/// Takes out of measured confusion matrices what decoys put in, so that drawing with decoys gives the measured ones back.
fn undo_decoys(confusions: &mut [f64], labels: usize, difficulty: Difficulty) {
    let decoyed = difficulty.hard_share * difficulty.pull;
    for (at, row) in confusions.chunks_exact_mut(labels).enumerate() {
        let truth = at % labels;
        for (answer, share) in row.iter_mut().enumerate() {
            let decoy = if answer == truth { 0.0 } else { decoyed / (labels - 1).max(1) as f64 };
            *share = (*share - decoy).max(0.0);
        }
        let sum: f64 = row.iter().sum();
        row.iter_mut().for_each(|share| *share /= sum);
    }
}

/// Draws units and their answers one after the other.
#[derive(Debug)]
pub struct Draw<'a> {
    population: &'a Population,
    answers: usize,
    random: ChaCha8Rng,
    by_activity: Alias,
    /// Room for one key a mind.
    keys: Vec<(f64, u32)>,
}

impl Draw<'_> {
    /// Draws the next unit: its answers into `into`, in the order they came, and its true label.
    pub fn next_unit(&mut self, into: &mut Vec<Answer>) -> u32 {
        let population = self.population;
        let labels = population.labels;
        let truth = sampled(&population.prior, &mut self.random);
        let decoy = if population.difficulty.hard_share > 0.0
            && self.random.random::<f64>() < population.difficulty.hard_share
        {
            Some((truth + 1 + self.random.random_range(0..labels - 1)) % labels)
        } else {
            None
        };
        let group = if self.random.random::<f64>() < GROUP_RIGHT {
            truth
        } else {
            (truth + 1 + self.random.random_range(0..labels - 1)) % labels
        };
        self.pick_minds(into);
        for answer in into.iter_mut() {
            let mind = answer.mind as usize;
            let falls = decoy.filter(|_| self.random.random::<f64>() < population.difficulty.pull);
            let repeats = population.correlated[mind] && self.random.random::<f64>() < REPEATS;
            let said = match falls {
                Some(decoy) => decoy,
                None if repeats => group,
                None => sampled(
                    &population.confusions[(mind * labels + truth) * labels..][..labels],
                    &mut self.random,
                ),
            };
            answer.label = said as u32;
        }
        truth as u32
    }

    /// Different minds, the active ones more often.
    fn pick_minds(&mut self, into: &mut Vec<Answer>) {
        into.clear();
        // Drawing again where a mind was drawn before costs little while few of many are wanted; else every mind gets a key.
        let mut tries = 8 * self.answers + 16;
        while into.len() < self.answers && tries > 0 && self.answers * 4 <= self.population.minds() {
            tries -= 1;
            let mind = self.by_activity.sample(&mut self.random);
            if into.iter().all(|answer| answer.mind != mind) {
                into.push(Answer { mind, label: 0 });
            }
        }
        if into.len() < self.answers {
            self.pick_by_keys(into);
        }
    }

    /// The largest of ln(u) / weight are a weighted sample without repeats; Efraimidis and Spirakis 2006, doi 10.1016/j.ipl.2005.11.003.
    fn pick_by_keys(&mut self, into: &mut Vec<Answer>) {
        self.keys.clear();
        for (mind, weight) in (0..).zip(&self.population.activity) {
            if into.iter().all(|answer: &Answer| answer.mind != mind) {
                let chance = (1.0 - self.random.random::<f64>()).ln();
                self.keys.push((chance / weight.max(f64::MIN_POSITIVE), mind));
            }
        }
        let wanted = (self.answers - into.len()).min(self.keys.len());
        self.keys.sort_unstable_by(|one, other| other.0.total_cmp(&one.0));
        into.extend(self.keys[..wanted].iter().map(|&(_, mind)| Answer { mind, label: 0 }));
    }
}

/// The place where a random number falls among probabilities.
fn sampled(probabilities: &[f64], random: &mut ChaCha8Rng) -> usize {
    place(probabilities, random.random::<f64>())
}

/// Draws an index in proportion to weights in constant time: the alias table of Walker as built by Vose 1991, doi 10.1109/32.92917.
#[derive(Clone, Debug)]
struct Alias {
    keep: Vec<f64>,
    other: Vec<u32>,
}

impl Alias {
    fn new(weights: &[f64]) -> Self {
        let all: f64 = weights.iter().sum();
        let count = weights.len();
        let mut keep: Vec<f64> =
            weights.iter().map(|weight| if all > 0.0 { weight * count as f64 / all } else { 1.0 }).collect();
        let mut other: Vec<u32> = (0..count as u32).collect();
        let (mut small, mut large): (Vec<u32>, Vec<u32>) =
            other.iter().partition(|&&at| keep[at as usize] < 1.0);
        while let (Some(low), Some(&high)) = (small.pop(), large.last()) {
            other[low as usize] = high;
            keep[high as usize] -= 1.0 - keep[low as usize];
            if keep[high as usize] < 1.0 {
                large.pop();
                small.push(high);
            }
        }
        Self { keep, other }
    }

    fn sample(&self, random: &mut ChaCha8Rng) -> u32 {
        let at = random.random_range(0..self.keep.len());
        if random.random::<f64>() < self.keep[at] { at as u32 } else { self.other[at] }
    }
}

#[cfg(test)]
impl Population {
    /// So many units of it with so many answers each, and the truth of all: what tests put together.
    pub(crate) fn answered(
        &self,
        units: usize,
        answers: usize,
        seed: Seed,
    ) -> (crate::crowd::Answers, crate::crowd::Gold) {
        let mut builder = crate::crowd::AnswersBuilder::new(crate::crowd::Repeats::Distinct);
        let mut draw = self.draw(answers, seed);
        let mut of = Vec::new();
        for unit in 0..units {
            let truth = draw.next_unit(&mut of);
            builder.gold(&unit.to_string(), &truth.to_string()).unwrap();
            for answer in &of {
                builder
                    .answer(&unit.to_string(), &answer.mind.to_string(), &answer.label.to_string())
                    .unwrap();
            }
        }
        builder.build().unwrap()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crowd::{Answers, Gold};

    fn drawn(population: &Population, units: usize, answers: usize, seed: u64) -> (Answers, Gold) {
        population.answered(units, answers, Seed(seed))
    }

    fn known(answers: &Answers, gold: &Gold) -> Posterior {
        crate::crowd::method::majority::shares(answers, gold)
    }

    fn accuracy(answers: &Answers, gold: &Gold) -> f64 {
        let right: usize = answers
            .by_unit()
            .enumerate()
            .map(|(unit, of)| of.iter().filter(|answer| Some(answer.label) == gold.of(unit)).count())
            .sum();
        right as f64 / answers.len() as f64
    }

    #[test]
    fn minds_answer_as_their_matrices_say() {
        let mix: Mix = "skilled@0.9:1".parse().unwrap();
        let population = Population::of_mix(&mix, 3, 5, Difficulty::NONE, Seed(1));
        let (answers, gold) = drawn(&population, 20_000, 5, 2);
        assert_eq!(answers.len(), 100_000);
        for mind in 0..5_u32 {
            let name = mind.to_string();
            let index = (0..5).find(|&at| answers.minds().get(at) == name).unwrap() as u32;
            let of = |unit: usize| answers.of(unit).iter().find(|answer| answer.mind == index).unwrap().label;
            let right = (0..20_000).filter(|&unit| Some(of(unit)) == gold.of(unit)).count() as f64 / 20_000.0;
            let expected = population.model(mind as usize).likelihood(1, 1, 3);
            assert!((right - expected).abs() < 0.01, "{right} {expected}");
        }
    }

    #[test]
    fn a_mix_has_its_shares_and_what_is_wrong_with_one_is_said() {
        let mix: Mix = "skilled@0.9:0.5, spammer:0.25, adversary:0.25".parse().unwrap();
        let population = Population::of_mix(&mix, 2, 8, Difficulty::NONE, Seed(3));
        let right: Vec<f64> = (0..8).map(|mind| population.model(mind).likelihood(0, 0, 2)).collect();
        assert_eq!(right.iter().filter(|&&right| right > 0.8).count(), 4);
        assert_eq!(right.iter().filter(|&&right| (right - 0.5).abs() < 1e-12).count(), 2);
        assert_eq!(right.iter().filter(|&&right| (right - 0.25).abs() < 1e-12).count(), 2);
        assert_eq!("skilled".parse::<Mix>(), Err(MixError::NoPart("skilled".to_owned())));
        assert_eq!("wizard:1".parse::<Mix>(), Err(MixError::NoCharacter("wizard".to_owned())));
        assert_eq!("skilled@2:1".parse::<Mix>(), Err(MixError::NoCharacter("skilled@2".to_owned())));
        assert_eq!("spammer:0".parse::<Mix>(), Err(MixError::NoShare));
    }

    #[test]
    fn minds_of_a_group_err_together() {
        let pairs_agreeing = |mix: &str| {
            let population = Population::of_mix(&mix.parse().unwrap(), 4, 20, Difficulty::NONE, Seed(4));
            let (answers, gold) = drawn(&population, 4000, 5, 5);
            let wrong = |unit: usize| {
                let of = answers.of(unit);
                let is_wrong = |at: usize| Some(of[at].label) != gold.of(unit);
                (is_wrong(0) && is_wrong(1)).then(|| of[0].label == of[1].label)
            };
            let both: Vec<bool> = (0..4000).filter_map(wrong).collect();
            both.iter().filter(|same| **same).count() as f64 / both.len() as f64
        };
        assert!(pairs_agreeing("correlated:1") > 0.8);
        assert!(pairs_agreeing("skilled@0.8:1") < 0.5);
    }

    #[test]
    fn a_population_like_another_answers_like_it() {
        let mix: Mix = "skilled@0.85:0.7,spammer:0.1,biased:0.2".parse().unwrap();
        let hard = Difficulty { hard_share: 0.2, pull: 0.5 };
        let original = Population::of_mix(&mix, 2, 30, hard, Seed(6));
        let (answers, gold) = drawn(&original, 4000, 10, 7);
        let copy = Population::like(&answers, &known(&answers, &gold));
        assert!((copy.difficulty().hard_share - 0.2).abs() < 0.06, "{:?}", copy.difficulty());
        let (again, truth) = drawn(&copy, 4000, 10, 8);
        assert!((accuracy(&again, &truth) - accuracy(&answers, &gold)).abs() < 0.01);
        let vote = |answers: &Answers, gold: &Gold| {
            let shares = known(answers, &Gold::none(answers));
            let right =
                (0..answers.units().len()).filter(|&unit| Some(shares.best(unit).0) == gold.of(unit)).count();
            right as f64 / answers.units().len() as f64
        };
        assert!((vote(&again, &truth) - vote(&answers, &gold)).abs() < 0.015);
        assert_eq!(copy.with_minds(85, Seed(9)).minds(), 85);
    }

    #[test]
    fn nobody_answers_a_unit_twice_and_the_active_answer_more() {
        let mix: Mix = "skilled:1".parse().unwrap();
        let mut population = Population::of_mix(&mix, 2, 10, Difficulty::NONE, Seed(10));
        population.activity[0] = 9.0;
        for wanted in [1, 2, 9, 10, 50] {
            let mut draw = population.draw(wanted, Seed(11));
            let (mut of, mut by_first) = (Vec::new(), 0);
            for _ in 0..2000 {
                draw.next_unit(&mut of);
                let mut minds: Vec<u32> = of.iter().map(|answer| answer.mind).collect();
                by_first += minds.iter().filter(|&&mind| mind == 0).count();
                minds.sort_unstable();
                minds.dedup();
                assert_eq!(minds.len(), wanted.min(10));
            }
            // With one answer a unit the first mind, nine times as active as each of nine others, gives half.
            assert!(wanted > 1 || (900..1100).contains(&by_first), "{by_first}");
        }
    }

    #[test]
    fn the_same_seed_draws_the_same() {
        let population = Population::of_mix(&"biased:1".parse().unwrap(), 3, 12, Difficulty::NONE, Seed(12));
        assert_eq!(drawn(&population, 50, 4, 1), drawn(&population, 50, 4, 1));
        assert_ne!(drawn(&population, 50, 4, 1), drawn(&population, 50, 4, 2));
    }
}
