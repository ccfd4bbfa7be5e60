//! Who said what? Answers by unit, compact enough for a hundred million of them.

use std::hash::BuildHasher;
use std::sync::Arc;

use hashbrown::{DefaultHashBuilder, HashTable};

use super::aggregator::CrowdError;

/// A posterior of more cells is refused before it is asked for: 16 GiB.
const MOST_CELLS: usize = 1 << 31;

/// Names in the order they were first seen; their place is their index.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Names {
    /// All names one after the other.
    text: String,
    /// Where each ends in `text`, in bytes.
    ends: Vec<usize>,
}

impl Names {
    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The name at that place.
    ///
    /// # Panics
    /// Where there is none.
    #[must_use]
    pub fn get(&self, index: usize) -> &str {
        let start = index.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.text[start..self.ends[index]]
    }

    /// All names in their order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.len()).map(|index| self.get(index))
    }

    fn push(&mut self, name: &str) {
        self.text.push_str(name);
        self.ends.push(self.text.len());
    }
}

/// Names and the way back from a name to its index. Each name is kept once; the way back takes some five bytes a name.
#[derive(Debug, Default)]
pub(crate) struct Interner {
    pub(crate) names: Names,
    indices: HashTable<u32>,
    hasher: DefaultHashBuilder,
    /// What was asked for last: tables are often sorted by unit or by mind.
    last: u32,
}

impl Interner {
    /// The index of a name, which is added if it is new.
    pub(crate) fn index(&mut self, name: &str) -> Result<u32, CrowdError> {
        let Self { names, indices, hasher, last } = self;
        if (*last as usize) < names.len() && names.get(*last as usize) == name {
            return Ok(*last);
        }
        let is_name = |&index: &u32| names.get(index as usize) == name;
        let hash = hasher.hash_one(name);
        *last = match indices.find(hash, is_name) {
            Some(&index) => index,
            None => {
                let index = u32::try_from(names.len()).map_err(|_| CrowdError::TooManyNames)?;
                names.push(name);
                indices.insert_unique(hash, index, |&index| hasher.hash_one(names.get(index as usize)));
                index
            }
        };
        Ok(*last)
    }

    /// The index of a name, if it is there.
    fn find(&self, name: &str) -> Option<u32> {
        let is_name = |&index: &u32| self.names.get(index as usize) == name;
        self.indices.find(self.hasher.hash_one(name), is_name).copied()
    }
}

/// What counts where one mind answers one unit more than once.
///
/// Saying the same twice is never two pieces of evidence: identical repeats count once in each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Repeats {
    /// Every different answer of the mind counts, as in the field's published tables.
    #[default]
    Distinct,
    /// The answer given last counts: people correct themselves.
    Last,
    /// It is a fault of the data and is refused.
    Refuse,
}

/// One answer: a mind's index and a label's index.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Answer {
    /// Index of the mind in [`Answers::minds`].
    pub mind: u32,
    /// Index of the label in [`Answers::labels`].
    pub label: u32,
}

/// All answers, those of one unit beside each other, in the order of mind and label.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answers {
    units: Arc<Names>,
    minds: Arc<Names>,
    labels: Arc<Names>,
    /// Where each unit's answers begin in `answers`; one more entry than units.
    starts: Vec<usize>,
    answers: Vec<Answer>,
}

impl Answers {
    /// Names of the units.
    #[must_use]
    pub fn units(&self) -> &Names {
        &self.units
    }

    /// Names of the minds.
    #[must_use]
    pub fn minds(&self) -> &Names {
        &self.minds
    }

    /// Names of the labels: those answered and those only gold knows.
    #[must_use]
    pub fn labels(&self) -> &Names {
        &self.labels
    }

    /// How many answers there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.answers.len()
    }

    /// Whether there are none. A built set never is empty.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.answers.is_empty()
    }

    /// The answers to one unit.
    #[must_use]
    pub fn of(&self, unit: usize) -> &[Answer] {
        &self.answers[self.starts[unit]..self.starts[unit + 1]]
    }

    /// The answers unit by unit.
    pub fn by_unit(&self) -> impl ExactSizeIterator<Item = &[Answer]> {
        self.starts.windows(2).map(|bounds| &self.answers[bounds[0]..bounds[1]])
    }

    /// The same names with only the answers `keep` says yes to (unit index, answer): for holding some out.
    #[must_use]
    pub fn retained(&self, mut keep: impl FnMut(usize, Answer) -> bool) -> Self {
        let mut starts = Vec::with_capacity(self.starts.len());
        starts.push(0);
        let mut answers = Vec::new();
        for (unit, of) in self.by_unit().enumerate() {
            answers.extend(of.iter().copied().filter(|&answer| keep(unit, answer)));
            starts.push(answers.len());
        }
        let (units, minds, labels) = (&self.units, &self.minds, &self.labels);
        Self {
            units: Arc::clone(units),
            minds: Arc::clone(minds),
            labels: Arc::clone(labels),
            starts,
            answers,
        }
    }

    /// Units at which so many parts of about equally many answers begin, and the number of units.
    pub(crate) fn evenly(&self, parts: usize) -> Vec<usize> {
        let begin = |part: usize| {
            let answers = (self.answers.len() as u128 * part as u128 / parts as u128) as usize;
            self.starts.partition_point(|start| *start < answers).min(self.units.len())
        };
        (0..parts).map(begin).chain([self.units.len()]).collect()
    }
}

/// What is known to be true: the index of the true label of some units.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Gold {
    of: Vec<Option<u32>>,
}

impl Gold {
    /// Nothing is known.
    #[must_use]
    pub fn none(answers: &Answers) -> Self {
        Self { of: vec![None; answers.units().len()] }
    }

    /// The true label of that unit, if it is known.
    #[must_use]
    pub fn of(&self, unit: usize) -> Option<u32> {
        self.of.get(unit).copied().flatten()
    }

    /// How many units are known.
    #[must_use]
    pub fn len(&self) -> usize {
        self.of.iter().flatten().count()
    }

    /// Whether nothing is known.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.of.iter().all(Option::is_none)
    }

    /// The same without the units `keep` says no to: for holding some out.
    #[must_use]
    pub fn retained(&self, mut keep: impl FnMut(usize) -> bool) -> Self {
        Self { of: self.of.iter().enumerate().map(|(unit, &of)| of.filter(|_| keep(unit))).collect() }
    }
}

/// Takes answers in any order and lays them out by unit.
#[derive(Debug, Default)]
pub struct AnswersBuilder {
    units: Interner,
    minds: Interner,
    labels: Interner,
    rows: Vec<(u32, Answer)>,
    gold_units: Interner,
    /// For each of the gold units, its label.
    gold: Vec<u32>,
    repeats: Repeats,
}

impl AnswersBuilder {
    /// An empty one with that rule for repeats.
    #[must_use]
    pub fn new(repeats: Repeats) -> Self {
        Self { repeats, ..Self::default() }
    }

    /// Adds one answer.
    ///
    /// # Errors
    /// [`CrowdError::TooManyNames`] past four thousand million units, minds or labels.
    pub fn answer(&mut self, unit: &str, mind: &str, label: &str) -> Result<(), CrowdError> {
        let unit = self.units.index(unit)?;
        let answer = Answer { mind: self.minds.index(mind)?, label: self.labels.index(label)? };
        self.rows.push((unit, answer));
        Ok(())
    }

    /// Adds the truth of one unit. Units nobody answered are left out when built.
    ///
    /// # Errors
    /// [`CrowdError::ContradictingGold`] where another truth of the unit was added before.
    pub fn gold(&mut self, unit: &str, label: &str) -> Result<(), CrowdError> {
        let label = self.labels.index(label)?;
        let at = self.gold_units.index(unit)? as usize;
        match self.gold.get(at) {
            Some(&before) if before != label => Err(CrowdError::ContradictingGold {
                unit: unit.to_owned(),
                first: self.labels.names.get(before as usize).to_owned(),
                second: self.labels.names.get(label as usize).to_owned(),
            }),
            Some(_) => Ok(()),
            None => {
                self.gold.push(label);
                Ok(())
            }
        }
    }

    /// How many units have a truth so far, answered or not.
    #[must_use]
    pub fn gold_units(&self) -> usize {
        self.gold.len()
    }

    /// Lays the answers out by unit.
    ///
    /// # Errors
    /// [`CrowdError::NoAnswers`] where there is none; [`CrowdError::Repeated`] where repeats are refused;
    /// [`CrowdError::TooManyCells`] where a probability for every unit and label would not fit.
    pub fn build(self) -> Result<(Answers, Gold), CrowdError> {
        if self.rows.is_empty() {
            return Err(CrowdError::NoAnswers);
        }
        let mut of = vec![None; self.units.names.len()];
        for (unit, &label) in self.gold_units.names.iter().zip(&self.gold) {
            if let Some(unit) = self.units.find(unit) {
                of[unit as usize] = Some(label);
            }
        }
        let (units, minds, labels) = (self.units.names, self.minds.names, self.labels.names);
        if units.len().saturating_mul(labels.len()) > MOST_CELLS {
            return Err(CrowdError::TooManyCells { units: units.len(), labels: labels.len() });
        }
        let mut starts = vec![0_usize; units.len() + 1];
        for (unit, _) in &self.rows {
            starts[*unit as usize + 1] += 1;
        }
        for unit in 0..units.len() {
            starts[unit + 1] += starts[unit];
        }
        let mut place = starts.clone();
        let mut answers = vec![Answer { mind: 0, label: 0 }; self.rows.len()];
        for (unit, answer) in self.rows {
            let at = &mut place[unit as usize];
            answers[*at] = answer;
            *at += 1;
        }
        drop(place);
        let (units, minds, labels) = (Arc::new(units), Arc::new(minds), Arc::new(labels));
        let mut built = Answers { units, minds, labels, starts, answers };
        built.settle_repeats(self.repeats)?;
        Ok((built, Gold { of }))
    }
}

impl Answers {
    /// Orders each unit's answers and applies the rule for repeats, in place.
    fn settle_repeats(&mut self, repeats: Repeats) -> Result<(), CrowdError> {
        let mut kept = 0;
        for unit in 0..self.units.len() {
            let (start, end) = (self.starts[unit], self.starts[unit + 1]);
            let of = &mut self.answers[start..end];
            // Stable: answers of one mind stay in the order they were given.
            of.sort_by_key(|answer| answer.mind);
            let left = settle(of, repeats).map_err(|mind| CrowdError::Repeated {
                unit: self.units.get(unit).to_owned(),
                mind: self.minds.get(mind as usize).to_owned(),
            })?;
            self.starts[unit] = kept;
            self.answers.copy_within(start..start + left, kept);
            kept += left;
        }
        if let Some(end) = self.starts.last_mut() {
            *end = kept;
        }
        self.answers.truncate(kept);
        Ok(())
    }
}

/// Leaves in front what counts of one unit's answers, which are in the order of minds; the mind at fault where repeats are refused.
fn settle(of: &mut [Answer], repeats: Repeats) -> Result<usize, u32> {
    let mut left = 0;
    let mut at = 0;
    while at < of.len() {
        let mind = of[at].mind;
        let end = at + of[at..].iter().take_while(|answer| answer.mind == mind).count();
        if end - at > 1 && repeats == Repeats::Refuse {
            return Err(mind);
        }
        if repeats == Repeats::Last {
            at = end - 1;
        }
        of[at..end].sort_unstable();
        for next in at..end {
            // What was kept last is of another mind where this is the mind's first.
            if left == 0 || of[next] != of[left - 1] {
                of[left] = of[next];
                left += 1;
            }
        }
        at = end;
    }
    Ok(left)
}

/// Answers of minds from bad to good to units whose labels come in turn, for tests.
#[cfg(test)]
pub(crate) fn sample(units: usize, minds: usize, labels: usize, answers_each: usize) -> Answers {
    sample_with_gold(units, minds, labels, answers_each, 0).0
}

/// The same with the truth of every `gold_every`th unit.
#[cfg(test)]
pub(crate) fn sample_with_gold(
    units: usize,
    minds: usize,
    labels: usize,
    answers_each: usize,
    gold_every: usize,
) -> (Answers, Gold) {
    use rand::RngExt;
    let mut chance = crate::Seed(units as u64).generator(answers_each as u64);
    let mut builder = AnswersBuilder::default();
    for unit in 0..units {
        let truth = unit % labels;
        for turn in 0..answers_each {
            let mind = if answers_each < minds { chance.random_range(0..minds) } else { turn % minds };
            let is_right = chance.random_bool(0.35 + 0.6 * (mind + 1) as f64 / minds as f64);
            let label = if is_right { truth } else { chance.random_range(0..labels) };
            builder.answer(&format!("u{unit}"), &format!("m{mind}"), &format!("l{label}")).unwrap();
        }
        if gold_every > 0 && unit % gold_every == 0 {
            builder.gold(&format!("u{unit}"), &format!("l{truth}")).unwrap();
        }
    }
    builder.build().unwrap()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn built(repeats: Repeats, rows: &[(&str, &str, &str)]) -> Result<Answers, CrowdError> {
        let mut builder = AnswersBuilder::new(repeats);
        for (unit, mind, label) in rows {
            builder.answer(unit, mind, label)?;
        }
        builder.build().map(|(answers, _)| answers)
    }

    fn words(answers: &Answers, unit: usize) -> Vec<(&str, &str)> {
        let word = |answer: &Answer| {
            (answers.minds().get(answer.mind as usize), answers.labels().get(answer.label as usize))
        };
        answers.of(unit).iter().map(word).collect()
    }

    const TWICE: &[(&str, &str, &str)] = &[
        ("u1", "ann", "cat"),
        ("u2", "ann", "dog"),
        ("u1", "ben", "dog"),
        ("u1", "ann", "dog"),
        ("u1", "ann", "cat"),
        ("u1", "ben", "dog"),
    ];

    #[test]
    fn identical_repeats_count_once_and_different_ones_each() {
        let answers = built(Repeats::Distinct, TWICE).unwrap();
        assert_eq!(words(&answers, 0), [("ann", "cat"), ("ann", "dog"), ("ben", "dog")]);
        assert_eq!(words(&answers, 1), [("ann", "dog")]);
        assert_eq!(answers.len(), 4);
    }

    #[test]
    fn the_last_answer_counts_where_people_correct_themselves() {
        let answers = built(Repeats::Last, TWICE).unwrap();
        assert_eq!(words(&answers, 0), [("ann", "cat"), ("ben", "dog")]);
    }

    #[test]
    fn repeats_can_be_refused_by_name() {
        let refused = built(Repeats::Refuse, TWICE).unwrap_err();
        assert_eq!(refused, CrowdError::Repeated { unit: "u1".to_owned(), mind: "ann".to_owned() });
    }

    #[test]
    fn nothing_is_refused() {
        assert_eq!(built(Repeats::Distinct, &[]), Err(CrowdError::NoAnswers));
    }

    #[test]
    fn gold_may_not_contradict_itself() {
        let mut builder = AnswersBuilder::default();
        builder.gold("u1", "cat").unwrap();
        builder.gold("u1", "cat").unwrap();
        assert!(matches!(builder.gold("u1", "dog"), Err(CrowdError::ContradictingGold { .. })));
    }
}
