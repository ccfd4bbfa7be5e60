//! How often is it yes in each of some cases? Shares pulled to everybody's, as strongly as other people justify.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{Tally, WEIGHTS, best};

/// The answers of each case; the people one after another.
pub(super) type PersonTallies<K> = Vec<BTreeMap<K, Tally>>;

/// A share of yes for each case and one for all others.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(super) struct Rates<K: Ord> {
    /// The share of yes over all cases.
    everybody: f64,
    /// The share of each case.
    cases: BTreeMap<K, f64>,
}

impl<K: Ord + Clone> Rates<K> {
    /// Counts cases over people. How strongly a case is pulled to everybody's share is chosen by leaving one person out at a
    /// time; the loss of that choice, summed over answers, comes with it.
    pub(super) fn fit(people: &PersonTallies<K>) -> (Self, f64) {
        let (all, cases) = sum(people);
        let loss = |weight| -> f64 { people.iter().map(|person| loss_on(person, all, &cases, weight)).sum() };
        let losses = WEIGHTS.map(|weight| (weight, loss(weight)));
        let weight = best(losses).expect("invariant: there is more than one weight to choose from");
        let least = losses.iter().map(|(_, loss)| *loss).fold(f64::INFINITY, f64::min);
        let everybody = all.share();
        let cases =
            cases.into_iter().map(|(case, tally)| (case, tally.share_pulled_to(everybody, weight))).collect();
        (Self { everybody, cases }, least)
    }

    /// The share of yes of a case; everybody's where it was never seen or is not known.
    pub(super) fn of(&self, case: Option<&K>) -> f64 {
        case.and_then(|case| self.cases.get(case)).copied().unwrap_or(self.everybody)
    }
}

/// All answers, and those of each case.
fn sum<K: Ord + Clone>(people: &PersonTallies<K>) -> (Tally, BTreeMap<K, Tally>) {
    let mut all = Tally::default();
    let mut cases: BTreeMap<K, Tally> = BTreeMap::new();
    for (case, tally) in people.iter().flatten() {
        all.add(*tally);
        cases.entry(case.clone()).or_default().add(*tally);
    }
    (all, cases)
}

/// The loss on one person of what the others say.
fn loss_on<K: Ord>(person: &BTreeMap<K, Tally>, all: Tally, cases: &BTreeMap<K, Tally>, weight: f64) -> f64 {
    let mut own = Tally::default();
    person.values().for_each(|tally| own.add(*tally));
    let others = all.without(own).share();
    person
        .iter()
        .map(|(case, tally)| {
            let seen = cases.get(case).map_or_else(Tally::default, |seen| seen.without(*tally));
            tally.loss(seen.share_pulled_to(others, weight))
        })
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(cases: &[(&'static str, usize, usize)]) -> BTreeMap<&'static str, Tally> {
        cases.iter().map(|(case, yes, answers)| (*case, Tally { yes: *yes, answers: *answers })).collect()
    }

    #[test]
    fn what_holds_for_everybody_is_believed_and_what_one_person_does_is_not() {
        let shared: PersonTallies<_> = vec![person(&[("desk", 9, 10), ("train", 1, 10)]); 4];
        let (rates, loss) = Rates::fit(&shared);
        assert!(rates.of(Some(&"desk")) > 0.85 && rates.of(Some(&"train")) < 0.15);
        assert!(loss < 80.0 * 0.45);
        let differing = vec![
            person(&[("desk", 10, 10), ("train", 0, 10)]),
            person(&[("desk", 0, 10), ("train", 10, 10)]),
        ];
        let (rates, _) = Rates::fit(&differing);
        assert!((rates.of(Some(&"desk")) - 0.5).abs() < 1e-12);
    }

    #[test]
    fn cases_never_seen_are_everybody() {
        let (rates, _) = Rates::fit(&vec![person(&[("desk", 3, 4)])]);
        assert!((rates.of(Some(&"moon")) - 3.5 / 5.0).abs() < 1e-12);
        assert!((rates.of(None) - 3.5 / 5.0).abs() < 1e-12);
    }
}
