//! Do sets of answers hold the truth as often as promised? Coverage and size, person by person.

use serde::{Deserialize, Serialize};

use super::number;

/// Which answers remain possible.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AnswerSet {
    /// Only yes.
    Yes,
    /// Only no.
    No,
    /// Both: what is asked is unknown.
    Both,
    /// Neither: both would be surprising. It is as unknown as [`Self::Both`] and counts as not covering.
    Neither,
}

/// A set and what was answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetScored {
    /// What was thought possible.
    pub set: AnswerSet,
    /// Whether the answer was yes.
    pub yes: bool,
}

/// One person's sets.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PersonCoverage {
    /// Whose.
    pub person: String,
    /// How many answers.
    pub answers: usize,
    /// Share of sets that held the answer.
    pub coverage: f64,
    /// Mean number of answers in a set, 0 to 2.
    pub size: f64,
    /// Share of sets of one answer: how often something is claimed at all.
    pub known: f64,
}

/// Everybody's sets.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Coverage {
    /// What was promised: share of sets that hold the answer.
    pub nominal: f64,
    /// Over all answers.
    pub coverage: f64,
    /// Mean number of answers in a set.
    pub size: f64,
    /// Share of sets of one answer.
    pub known: f64,
    /// Mean over people of how far each is from what was promised.
    pub off_mean: f64,
    /// People within two points of what was promised.
    pub people_within_two_points: usize,
    /// The person who is furthest from what was promised.
    pub worst_person: PersonCoverage,
    /// Each person with an answer.
    pub people: Vec<PersonCoverage>,
}

impl AnswerSet {
    /// The answers whose probability is at least one less `most_surprising`.
    #[must_use]
    pub fn up_to(most_surprising: f64, yes: f64) -> Self {
        match (1.0 - yes <= most_surprising, yes <= most_surprising) {
            (true, true) => Self::Both,
            (true, false) => Self::Yes,
            (false, true) => Self::No,
            (false, false) => Self::Neither,
        }
    }

    /// How many answers it holds.
    #[must_use]
    pub const fn size(self) -> usize {
        match self {
            Self::Neither => 0,
            Self::Yes | Self::No => 1,
            Self::Both => 2,
        }
    }

    /// Whether it claims something: exactly one answer.
    #[must_use]
    pub const fn is_known(self) -> bool {
        self.size() == 1
    }
}

impl SetScored {
    /// Whether the set holds the answer.
    #[must_use]
    pub const fn is_covered(self) -> bool {
        match self.set {
            AnswerSet::Both => true,
            AnswerSet::Yes => self.yes,
            AnswerSet::No => !self.yes,
            AnswerSet::Neither => false,
        }
    }
}

impl Coverage {
    /// Of everybody's sets, each person's in order; `None` of nothing.
    #[must_use]
    pub fn of<'a>(
        nominal: f64,
        people: impl IntoIterator<Item = (&'a str, &'a [SetScored])>,
    ) -> Option<Self> {
        let mut all = Vec::new();
        let mut each = Vec::new();
        for (person, sets) in people {
            if let Some((coverage, size, known)) = shares(sets) {
                all.extend_from_slice(sets);
                let person = person.to_owned();
                each.push(PersonCoverage { person, answers: sets.len(), coverage, size, known });
            }
        }
        let (coverage, size, known) = shares(&all)?;
        let off = |person: &PersonCoverage| (person.coverage - nominal).abs();
        let worst_person = each.iter().max_by(|one, other| off(one).total_cmp(&off(other)))?.clone();
        Some(Self {
            nominal,
            worst_person,
            coverage,
            size,
            known,
            off_mean: each.iter().map(off).sum::<f64>() / number(each.len()),
            // Floating sums are not exact: two points are two points.
            people_within_two_points: each.iter().filter(|person| off(person) <= 0.02 + 1e-9).count(),
            people: each,
        })
    }
}

fn shares(sets: &[SetScored]) -> Option<(f64, f64, f64)> {
    if sets.is_empty() {
        return None;
    }
    let share = |count: usize| number(count) / number(sets.len());
    Some((
        share(sets.iter().filter(|set| set.is_covered()).count()),
        share(sets.iter().map(|set| set.set.size()).sum()),
        share(sets.iter().filter(|set| set.set.is_known()).count()),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sets(sets: &[(AnswerSet, bool)]) -> Vec<SetScored> {
        sets.iter().map(|(set, yes)| SetScored { set: *set, yes: *yes }).collect()
    }

    #[test]
    fn counts_what_is_covered_and_what_is_claimed() {
        let first = sets(&[
            (AnswerSet::Yes, true),
            (AnswerSet::No, true),
            (AnswerSet::Both, false),
            (AnswerSet::Neither, false),
        ]);
        let second = sets(&[(AnswerSet::No, false)]);
        let coverage = Coverage::of(0.9, [("a", &first[..]), ("b", &second[..]), ("c", &[][..])]).unwrap();
        let exact =
            |found: f64, expected: f64| assert!((found - expected).abs() < 1e-12, "{found} {expected}");
        exact(coverage.coverage, 0.6);
        exact(coverage.size, 1.0);
        exact(coverage.known, 0.6);
        exact(coverage.people[0].coverage, 0.5);
        exact(coverage.off_mean, 0.25);
        assert_eq!(coverage.worst_person, coverage.people[0]);
        assert_eq!((coverage.people.len(), coverage.people_within_two_points), (2, 0));
        assert_eq!(Coverage::of(0.9, []), None);
    }
}
