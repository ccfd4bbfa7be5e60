//! How often is a yes ranked above a no? The area under the ROC curve, pooled and within people.

use serde::{Deserialize, Serialize};

use super::{PersonScored, Scored, number};

/// The area under the curve of each person alone, then over people: what remains when nobody's base rate can help.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WithinPeople {
    /// Mean over people that gave both kinds of answers, each counted once; `None` if nobody did.
    pub mean: Option<f64>,
    /// Standard deviation over them, of the people at hand (divided by their number, as numpy does).
    pub sd: Option<f64>,
    /// How many gave both kinds of answers.
    pub people: usize,
    /// Those that gave only one kind: not defined for them, and not counted.
    pub one_kind: Vec<String>,
}

/// The area under the ROC curve: the probability that a yes has a higher probability than a no, ties counting half
/// (Hanley and McNeil 1982, doi:10.1148/radiology.143.1.7063747). `None` without both kinds of answers.
#[must_use]
pub fn area_under_curve(scored: &[Scored]) -> Option<f64> {
    let ranked = Ranked::new(scored.iter().map(|one| (*one, 0)));
    ranked.area(&[1])
}

/// The area of each person, and over people.
#[must_use]
pub fn area_within_people(people: &[PersonScored]) -> WithinPeople {
    let mut areas = Vec::new();
    let mut one_kind = Vec::new();
    for person in people {
        match area_under_curve(&person.scored) {
            Some(area) => areas.push(area),
            None if person.scored.is_empty() => {}
            None => one_kind.push(person.person.clone()),
        }
    }
    let mean = mean(&areas);
    let sd = mean.map(|mean| {
        (areas.iter().map(|area| (area - mean).powi(2)).sum::<f64>() / number(areas.len())).sqrt()
    });
    WithinPeople { mean, sd, people: areas.len(), one_kind }
}

pub(super) fn mean(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / number(values.len()))
}

/// Answers by probability, each with the person it is of: sorted once, weighed as often as needed.
#[derive(Clone, Debug)]
pub(super) struct Ranked {
    /// Answers of the same probability together, lowest first.
    ties: Vec<Vec<(usize, bool)>>,
}

impl Ranked {
    /// From answers with the index of the person.
    pub(super) fn new(scored: impl Iterator<Item = (Scored, usize)>) -> Self {
        let mut sorted: Vec<(Scored, usize)> = scored.collect();
        sorted.sort_by(|one, other| one.0.probability.total_cmp(&other.0.probability));
        let mut ties: Vec<Vec<(usize, bool)>> = Vec::new();
        let mut last = f64::NAN;
        for (one, person) in sorted {
            #[expect(clippy::float_cmp, reason = "a tie is exactly the same probability")]
            if ties.is_empty() || one.probability != last {
                ties.push(Vec::new());
                last = one.probability;
            }
            if let Some(tie) = ties.last_mut() {
                tie.push((person, one.yes));
            }
        }
        Self { ties }
    }

    /// The area when each person's answers count `times[person]` times.
    pub(super) fn area(&self, times: &[usize]) -> Option<f64> {
        let (mut yes_in_all, mut no_below, mut above) = (0.0, 0.0, 0.0);
        for tie in &self.ties {
            let (mut yes, mut no) = (0.0, 0.0);
            for (person, is_yes) in tie {
                *(if *is_yes { &mut yes } else { &mut no }) += number(times[*person]);
            }
            above += yes * (no_below + no / 2.0);
            no_below += no;
            yes_in_all += yes;
        }
        let pairs: f64 = yes_in_all * no_below;
        (pairs > 0.0).then(|| above / pairs)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metric::parity;

    fn scored(pairs: &[(f64, bool)]) -> Vec<Scored> {
        pairs.iter().map(|(probability, yes)| Scored { probability: *probability, yes: *yes }).collect()
    }

    #[test]
    fn says_what_scikit_learn_says() {
        for case in parity::cases("binary") {
            parity::same(&case, "auc", area_under_curve(&parity::scored(&case)).unwrap());
        }
    }

    #[test]
    fn one_kind_of_answers_has_no_area() {
        assert_eq!(area_under_curve(&scored(&[(0.1, true), (0.9, true)])), None);
        assert_eq!(area_under_curve(&[]), None);
    }

    #[test]
    fn a_constant_of_each_person_ranks_between_people_only() {
        let people = [
            ("often", &[(0.8, true), (0.8, true), (0.8, false)][..]),
            ("seldom", &[(0.2, true), (0.2, false), (0.2, false)][..]),
            ("never", &[(0.1, false)][..]),
        ]
        .map(|(person, pairs)| PersonScored { person: person.to_owned(), scored: scored(pairs) });
        let within = area_within_people(&people);
        assert_eq!((within.mean, within.sd, within.people), (Some(0.5), Some(0.0), 2));
        assert_eq!(within.one_kind, ["never"]);
        assert!(area_under_curve(&crate::metric::pooled(&people)).unwrap() > 0.7);
    }

    #[test]
    fn counting_a_person_twice_is_the_same_as_having_them_twice() {
        let first = scored(&[(0.3, true), (0.6, false)]);
        let second = scored(&[(0.4, true), (0.4, false), (0.9, true)]);
        let of = |parts: &[&[Scored]]| area_under_curve(&parts.concat());
        let both = first.iter().map(|one| (*one, 0)).chain(second.iter().map(|one| (*one, 1)));
        let ranked = Ranked::new(both);
        assert_eq!(ranked.area(&[1, 2]), of(&[&first, &second, &second]));
        assert_eq!(ranked.area(&[0, 1]), of(&[&second]));
    }
}
