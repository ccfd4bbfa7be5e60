//! What do a person's own earlier answers say of this moment? Past answers as numbers, causal by construction.
//!
//! Every number is a weighted mean over the answers given before, and only the weights differ: the last few answers,
//! those given in the same place, at the same activity, in the same place at the same activity, and the latest of these.
//!
//! ```text
//! answers   4   2   5   4   1   ?                share of yes, mean level
//! place     A   B   A   A   B   A        same place   ^       ^   ^
//! weight   1/8 1/8 1/4 1/2  1           lately: halves every h answers
//! ```
//!
//! A mean over few answers says little: it is shrunk to the person's mean over all their answers, and that one to the
//! neutral middle, by counting `m` made-up answers (the estimate of Jeffreys and Laplace; empirical Bayes smoothing of
//! categories: Micci-Barreca 2001, doi 10.1145/507533.507538). Age is counted in answers, not in hours: clocks that
//! jump change nothing.

use serde::{Deserialize, Serialize};

use crate::dataset::{Columns, Evidence, Past, Question};

/// Answers after which the weight of an older one has halved, for the means over the latest answers.
const LATELY_HALF_LIVES_ANSWERS: [f64; 4] = [1.0, 3.0, 10.0, 30.0];
/// The same for the latest answers of the same place or activity.
const SAME_HALF_LIFE_ANSWERS: f64 = 15.0;
/// Made-up answers a mean over all answers starts from, at the neutral middle.
const ALL_MADE_UP_ANSWERS: f64 = 1.0;
/// Made-up answers a mean over the latest answers starts from, at the mean over all.
const LATELY_MADE_UP_ANSWERS: f64 = 0.5;
/// Made-up answers a mean over answers of the same contexts starts from, at the mean over all.
const SAME_MADE_UP_ANSWERS: f64 = 1.5;
/// With more context columns than this, pairs of them are left out: their number grows with the square.
const COLUMNS_FOR_PAIRS: usize = 4;
/// A share is kept this far from 0 and 1 before its log-odds are taken.
const SHARE_MARGIN: f64 = 1e-3;
/// Pauses longer than this are all the same: a person who was away for days.
const LONGEST_PAUSE_MIN: f64 = 3.0 * 24.0 * 60.0;
/// What stands for the time since the last answer while there is none.
const FIRST_PAUSE_MIN: f64 = 12.0 * 60.0;

/// Turns a person's past answers into numbers of one moment. Nothing in it is learnt from data.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct History {
    question: Question,
    means: Vec<Mean>,
}

/// One weighted mean over past answers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Mean {
    /// Only answers that agree in all these context columns; empty: all answers.
    same: Vec<usize>,
    /// Answers after which a weight has halved; `None`: all weigh the same.
    half_life_answers: Option<f64>,
    /// Made-up answers it starts from.
    made_up_answers: f64,
    /// What it is called.
    name: String,
}

/// What a number of the history is about; several numbers tell of one cause.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cause {
    /// All answers so far.
    Usual,
    /// The latest answers.
    Lately,
    /// Answers of the same contexts; indices of context columns.
    Same(Vec<usize>),
    /// How many answers there are and when the last was given.
    Answering,
}

/// Sums of one mean while the past is walked through.
#[derive(Clone, Copy, Debug, Default)]
struct Sums {
    weight: f64,
    yes: f64,
    level: f64,
}

impl History {
    /// The numbers for this question and these context columns.
    #[must_use]
    pub fn new(columns: &Columns) -> Self {
        let mut means: Vec<Mean> = LATELY_HALF_LIVES_ANSWERS
            .iter()
            .map(|half_life| Mean {
                same: Vec::new(),
                half_life_answers: Some(*half_life),
                made_up_answers: LATELY_MADE_UP_ANSWERS,
                name: format!("lately_{half_life}"),
            })
            .collect();
        for same in context_sets(columns.contexts.len()) {
            let names: Vec<&str> = same.iter().map(|column| columns.contexts[*column].as_str()).collect();
            let name = format!("same_{}", names.join("_"));
            for (half_life_answers, name) in
                [(None, name.clone()), (Some(SAME_HALF_LIFE_ANSWERS), format!("{name}_lately"))]
            {
                means.push(Mean {
                    same: same.clone(),
                    half_life_answers,
                    made_up_answers: SAME_MADE_UP_ANSWERS,
                    name,
                });
            }
        }
        Self { question: columns.question.clone(), means }
    }

    /// Name and cause of every number [`Self::at`] gives, in its order.
    #[must_use]
    pub fn names(&self) -> Vec<(String, Cause)> {
        let mut names = vec![
            ("own_share".to_owned(), Cause::Usual),
            ("own_level".to_owned(), Cause::Usual),
            ("own_level_spread".to_owned(), Cause::Usual),
            ("own_answers".to_owned(), Cause::Answering),
            ("own_since_last_answer".to_owned(), Cause::Answering),
        ];
        for mean in &self.means {
            let cause = if mean.same.is_empty() { Cause::Lately } else { Cause::Same(mean.same.clone()) };
            names.push((format!("own_share_{}", mean.name), cause.clone()));
            names.push((format!("own_level_{}", mean.name), cause));
        }
        names
    }

    /// The numbers of one moment. Shares are log-odds, levels go from -1 (lowest answer) to 1 (highest); those of
    /// [`Cause::Lately`] and [`Cause::Same`] are differences from the person's mean over all answers. Never NaN.
    #[must_use]
    pub fn at(&self, past: Past<'_>, evidence: &Evidence) -> Vec<f64> {
        let (all, squares, sums) = self.sums(past, evidence);
        let share = smoothed(all.yes, all.weight, ALL_MADE_UP_ANSWERS, 0.5);
        let level = smoothed(all.level, all.weight, ALL_MADE_UP_ANSWERS, 0.0);
        let variance = smoothed(squares, all.weight, 2.0 * ALL_MADE_UP_ANSWERS, 0.4) - level * level;
        let mut numbers = Vec::with_capacity(5 + 2 * self.means.len());
        numbers.extend([
            log_odds(share),
            level,
            variance.max(0.01).sqrt(),
            all.weight.ln_1p(),
            pause_min(past, evidence).ln_1p(),
        ]);
        for (mean, sums) in self.means.iter().zip(&sums) {
            let here = smoothed(sums.yes, sums.weight, mean.made_up_answers, share);
            numbers.push(log_odds(here) - log_odds(share));
            numbers.push(smoothed(sums.level, sums.weight, mean.made_up_answers, level) - level);
        }
        numbers
    }

    /// The plain share of yes behind a cause and over how many answers, for explanations: `[0, 1]` and a count.
    #[must_use]
    pub fn share(&self, cause: &Cause, past: Past<'_>, evidence: &Evidence) -> Option<(f64, usize)> {
        let columns: &[usize] = match cause {
            Cause::Answering => return None,
            Cause::Usual | Cause::Lately => &[],
            Cause::Same(columns) => columns,
        };
        let latest = if *cause == Cause::Lately { 5 } else { usize::MAX };
        let mut yes = 0_usize;
        let mut count = 0_usize;
        for example in past.examples().iter().rev().take(latest) {
            if columns.iter().all(|column| agree(&example.evidence, evidence, *column)) {
                count += 1;
                yes += usize::from(self.question.is_yes(example.answer.value));
            }
        }
        (count > 0).then(|| (yes as f64 / count as f64, count))
    }

    fn sums(&self, past: Past<'_>, evidence: &Evidence) -> (Sums, f64, Vec<Sums>) {
        let mut all = Sums::default();
        let mut squares = 0.0;
        let mut sums = vec![Sums::default(); self.means.len()];
        let decay: Vec<f64> = self
            .means
            .iter()
            .map(|mean| mean.half_life_answers.map_or(1.0, |half| 0.5_f64.powf(1.0 / half)))
            .collect();
        let mut weights = vec![1.0; self.means.len()];
        let mut agrees = vec![true; evidence.contexts.len()];
        for example in past.examples().iter().rev() {
            let yes = f64::from(u8::from(self.question.is_yes(example.answer.value)));
            let level = self.level(example.answer.value);
            all.add(1.0, yes, level);
            squares += level * level;
            for (column, agrees) in agrees.iter_mut().enumerate() {
                *agrees = agree(&example.evidence, evidence, column);
            }
            for (index, mean) in self.means.iter().enumerate() {
                if mean.same.iter().all(|column| agrees[*column]) {
                    sums[index].add(weights[index], yes, level);
                }
                weights[index] *= decay[index];
            }
        }
        (all, squares, sums)
    }

    fn level(&self, value: i32) -> f64 {
        let scale = &self.question.scale;
        let width = f64::from(scale.highest - scale.lowest).max(1.0);
        2.0 * f64::from(value - scale.lowest) / width - 1.0
    }
}

impl Cause {
    /// The context columns it is about; none for most.
    #[must_use]
    pub fn columns(&self) -> &[usize] {
        match self {
            Self::Same(columns) => columns,
            Self::Usual | Self::Lately | Self::Answering => &[],
        }
    }

    /// Its name among reasons: `own_usual`, `own_lately`, `own_same_location_activity`, `own_answering`.
    #[must_use]
    pub fn name(&self, columns: &Columns) -> String {
        match self {
            Self::Usual => "own_usual".to_owned(),
            Self::Lately => "own_lately".to_owned(),
            Self::Answering => "own_answering".to_owned(),
            Self::Same(same) => {
                let names: Vec<&str> = same
                    .iter()
                    .filter_map(|column| columns.contexts.get(*column))
                    .map(String::as_str)
                    .collect();
                format!("own_same_{}", names.join("_"))
            }
        }
    }
}

impl Sums {
    fn add(&mut self, weight: f64, yes: f64, level: f64) {
        self.weight += weight;
        self.yes += weight * yes;
        self.level += weight * level;
    }
}

/// Every column alone and, where there are few, every pair of them.
fn context_sets(columns: usize) -> Vec<Vec<usize>> {
    let mut sets: Vec<Vec<usize>> = (0..columns).map(|column| vec![column]).collect();
    if columns <= COLUMNS_FOR_PAIRS {
        for first in 0..columns {
            sets.extend((first + 1..columns).map(|second| vec![first, second]));
        }
    }
    sets
}

/// Whether two moments have the same word in a column; what is missing agrees with nothing.
fn agree(one: &Evidence, other: &Evidence, column: usize) -> bool {
    match (one.contexts.get(column), other.contexts.get(column)) {
        (Some(Some(one)), Some(Some(other))) => one == other,
        _ => false,
    }
}

fn smoothed(sum: f64, weight: f64, made_up: f64, towards: f64) -> f64 {
    (sum + made_up * towards) / (weight + made_up)
}

fn log_odds(share: f64) -> f64 {
    let share = share.clamp(SHARE_MARGIN, 1.0 - SHARE_MARGIN);
    (share / (1.0 - share)).ln()
}

fn pause_min(past: Past<'_>, evidence: &Evidence) -> f64 {
    past.examples().last().map_or(FIRST_PAUSE_MIN, |last| {
        (evidence.at.since(last.answer.answered).as_s_f64() / 60.0).clamp(0.0, LONGEST_PAUSE_MIN)
    })
}

#[cfg(test)]
mod tests {
    use attnd_core::recording::Scale;
    use attnd_core::{Duration, Timestamp};
    use proptest::prelude::*;

    use super::*;
    use crate::dataset::{Answer, Example, Person};

    const WORDS: [&str; 3] = ["desk", "sofa", "train"];

    fn columns() -> Columns {
        Columns {
            question: Question { scale: Scale::CONCENTRATION, threshold: 4 },
            features: Vec::new(),
            contexts: vec!["place".to_owned(), "doing".to_owned()],
            shape: None,
        }
    }

    /// Minute, place, activity (3 is none known), answer.
    type Said = (u16, usize, usize, i32);

    fn example((minute, place, doing, value): Said) -> Example {
        let at = Timestamp::from_ns_saturating(i64::from(minute) * 60_000_000_000);
        let word = |index: usize| WORDS.get(index).map(|word| (*word).into());
        let evidence = Evidence {
            from: at.saturating_sub(Duration::from_s(1)),
            at,
            features: Vec::new(),
            contexts: vec![word(place), word(doing)],
            signals: None,
        };
        Example { evidence, answer: Answer { value, answered: at } }
    }

    fn person(said: &[Said]) -> Person {
        let mut builder = crate::dataset::DatasetBuilder::new(columns()).unwrap();
        for said in said {
            builder.add("a", example(*said)).unwrap();
        }
        builder.build().people()[0].clone()
    }

    fn numbers(past: Past<'_>, evidence: &Evidence) -> std::collections::BTreeMap<String, f64> {
        let history = History::new(&columns());
        let names = history.names().into_iter().map(|(name, _)| name);
        names.zip(history.at(past, evidence)).collect()
    }

    fn said() -> impl Strategy<Value = Vec<Said>> {
        prop::collection::vec((0..2000_u16, 0..4_usize, 0..4_usize, 1..=5_i32), 1..40)
    }

    proptest! {
        #[test]
        fn nothing_said_at_or_after_the_moment_changes_it(said in said(), later in said(), minute in 1..2000_u16) {
            let known: Vec<Said> = said.iter().copied().filter(|one| one.0 < minute).collect();
            let mut all = known.clone();
            all.extend(later.iter().map(|(after, place, doing, value)| (minute + after, *place, *doing, *value)));
            prop_assume!(!known.is_empty());
            let now = example((minute, 0, 1, 3)).evidence;
            let (before, with_later) = (person(&known), person(&all));
            prop_assert_eq!(numbers(before.past(now.at), &now), numbers(with_later.past(now.at), &now));
        }

        #[test]
        fn every_mean_is_what_its_definition_says(said in said()) {
            let person = person(&said);
            let now = example((2001, 0, 1, 3)).evidence;
            let past = person.past(now.at);
            let found = numbers(past, &now);
            let share = |half_life: Option<f64>, same: &[usize], made_up: f64, towards: f64| {
                let (mut sum, mut weight) = (made_up * towards, made_up);
                for (age, example) in past.examples().iter().rev().enumerate() {
                    let agrees = same.iter().all(|column| {
                        let word = example.evidence.contexts[*column].as_deref();
                        word.is_some() && word == now.contexts[*column].as_deref()
                    });
                    if agrees {
                        let of_one = half_life.map_or(1.0, |half_life| 0.5_f64.powf(age as f64 / half_life));
                        weight += of_one;
                        sum += of_one * f64::from(u8::from(example.answer.value >= 4));
                    }
                }
                sum / weight
            };
            let all = share(None, &[], 1.0, 0.5);
            prop_assert!((found["own_share"] - log_odds(all)).abs() < 1e-9);
            for (name, half_life, same, made_up) in [
                ("own_share_lately_3", Some(3.0), &[][..], 0.5),
                ("own_share_same_place", None, &[0], 1.5),
                ("own_share_same_doing_lately", Some(15.0), &[1], 1.5),
                ("own_share_same_place_doing", None, &[0, 1], 1.5),
            ] {
                let expected = log_odds(share(half_life, same, made_up, all)) - log_odds(all);
                prop_assert!((found[name] - expected).abs() < 1e-9, "{name}: {} instead of {expected}", found[name]);
            }
            prop_assert!(found.values().all(|number| number.is_finite()));
        }
    }

    #[test]
    fn without_a_past_every_mean_is_neutral() {
        let found = numbers(Past::EMPTY, &example((10, 0, 1, 3)).evidence);
        for (name, number) in found {
            let neutral = match name.as_str() {
                "own_since_last_answer" => (12.0 * 60.0_f64).ln_1p(),
                "own_level_spread" => 0.4_f64.sqrt(),
                _ => 0.0,
            };
            assert!((number - neutral).abs() < 1e-12, "{name} is {number}");
        }
    }

    #[test]
    fn a_cause_says_the_plain_share_of_its_answers() {
        let person = person(&[(1, 0, 0, 5), (2, 0, 1, 1), (3, 1, 1, 2), (4, 0, 1, 4)]);
        let now = example((5, 0, 1, 3)).evidence;
        let (history, past) = (History::new(&columns()), person.past(now.at));
        assert_eq!(history.share(&Cause::Usual, past, &now), Some((0.5, 4)));
        assert_eq!(history.share(&Cause::Same(vec![0, 1]), past, &now), Some((0.5, 2)));
        assert_eq!(history.share(&Cause::Answering, past, &now), None);
        assert_eq!(history.share(&Cause::Usual, Past::EMPTY, &now), None);
        assert_eq!(Cause::Same(vec![0, 1]).name(&columns()), "own_same_place_doing");
    }
}
