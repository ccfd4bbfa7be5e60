//! Which part of what happened is learnt from, and which part judges? Shares of each thing, or the last of each mind.

use rand::seq::SliceRandom;

use super::error::CollaborativeError;
use super::interactions::{Handled, Interaction, Interactions};
use crate::Seed;

/// A part to learn from and a part that judges.
#[derive(Clone, Debug)]
pub struct Split {
    /// To learn from.
    pub train: Interactions,
    /// That judges.
    pub test: Interactions,
}

/// Gives `share` of each thing's interactions, drawn by chance, to learning and the others to judging, as
/// `python_stratified_split(ratio=share, filter_by="item")` of the Recommenders project does: the count is rounded,
/// halves to even, so that a thing handled once or twice is always learnt from.
#[must_use]
pub fn stratified(interactions: &Interactions, share: f64, seed: Seed) -> Split {
    let by_thing = interactions.transposed();
    let mut chance = seed.generator(0);
    let (mut train, mut test) = (Vec::new(), Vec::new());
    for thing in 0..by_thing.minds() {
        let mut handled = by_thing.of(thing).to_vec();
        handled.shuffle(&mut chance);
        let kept = (share * handled.len() as f64).round_ties_even() as usize;
        let thing = u32::try_from(thing).expect("invariant: things were counted when made");
        let all = handled.iter().map(|one| Interaction { mind: one.thing, thing, weight: one.weight });
        for (place, one) in all.enumerate() {
            if place < kept { train.push(one) } else { test.push(one) }
        }
    }
    let again = |part| {
        Interactions::new(interactions.minds(), interactions.things(), part)
            .expect("invariant: the parts of interactions are interactions")
    };
    Split { train: again(train), test: again(test) }
}

/// What each mind handled, the latest last.
#[derive(Clone, Debug, PartialEq)]
pub struct Histories {
    of: Vec<Vec<Handled>>,
    things: usize,
}

/// An interaction and when it was.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Timed {
    /// Who handled what.
    pub interaction: Interaction,
    /// When, in any unit.
    pub at: i64,
}

impl Histories {
    /// Interactions in any order; those of one moment by thing.
    ///
    /// # Errors
    /// As [`Interactions::new`].
    pub fn new(minds: usize, things: usize, timed: &[Timed]) -> Result<Self, CollaborativeError> {
        Interactions::new(minds, things, timed.iter().map(|one| one.interaction))?;
        let mut sorted = timed.to_vec();
        sorted.sort_by_key(|one| (one.interaction.mind, one.at, one.interaction.thing));
        let mut of = vec![Vec::new(); minds];
        for Timed { interaction: Interaction { mind, thing, weight }, .. } in sorted {
            of[mind as usize].push(Handled { thing, weight });
        }
        Ok(Self { of, things })
    }

    /// Each mind's history.
    #[must_use]
    pub fn of(&self) -> &[Vec<Handled>] {
        &self.of
    }

    /// All of it with no order.
    #[must_use]
    pub fn interactions(&self) -> Interactions {
        let all = self.of.iter().zip(0..).flat_map(|(history, mind)| {
            history.iter().map(move |one| Interaction { mind, thing: one.thing, weight: one.weight })
        });
        Interactions::new(self.of.len(), self.things, all)
            .expect("invariant: histories were checked when made, and hold no more than then")
    }

    /// The histories before the last, and what came last in each; minds that handled one thing keep it.
    #[must_use]
    pub fn leave_last_out(&self) -> (Self, Vec<Option<u32>>) {
        let mut of = self.of.clone();
        let last = |history: &mut Vec<Handled>| {
            if history.len() > 1 { history.pop().map(|one| one.thing) } else { None }
        };
        let last = of.iter_mut().map(last).collect();
        (Self { of, things: self.things }, last)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn one(mind: u32, thing: u32) -> Interaction {
        Interaction { mind, thing, weight: 1.0 }
    }

    #[test]
    fn counts_are_rounded_as_in_python() {
        // round(.75 · n) for n = 1..=6 is 1, 2, 2, 3, 4, 4: halves go to the even number.
        let all = (1..=6).flat_map(|thing| (0..thing).map(move |mind| one(mind, thing - 1)));
        let split = stratified(&Interactions::new(6, 6, all).unwrap(), 0.75, Seed(1));
        let by_thing = split.train.transposed();
        let kept: Vec<usize> = (0..6).map(|thing| by_thing.of(thing).len()).collect();
        assert_eq!(kept, [1, 2, 2, 3, 4, 4]);
    }

    #[test]
    fn the_last_is_left_out_in_order_of_time() {
        let timed = [(0, 2, 30), (0, 1, 10), (1, 0, 5), (0, 0, 30)]
            .map(|(mind, thing, at)| Timed { interaction: one(mind, thing), at });
        let histories = Histories::new(2, 3, &timed).unwrap();
        let (before, last) = histories.leave_last_out();
        assert_eq!(last, [Some(2), None]);
        let things: Vec<Vec<u32>> =
            before.of().iter().map(|history| history.iter().map(|one| one.thing).collect()).collect();
        assert_eq!(things, [vec![1, 0], vec![0]]);
        assert_eq!(histories.interactions().len(), 4);
    }

    proptest! {
        #[test]
        fn a_split_loses_nothing_and_is_that_of_the_seed(
            pairs in prop::collection::btree_set((0_u32..9, 0_u32..7), 0..60), seed in 0_u64..9, share in 0.0..=1.0,
        ) {
            let all = Interactions::new(9, 7, pairs.iter().map(|&(mind, thing)| one(mind, thing))).unwrap();
            let split = stratified(&all, share, Seed(seed));
            let mut both: Vec<_> = split.train.iter().chain(split.test.iter()).map(|one| (one.mind, one.thing)).collect();
            both.sort_unstable();
            prop_assert_eq!(both, pairs.into_iter().collect::<Vec<_>>());
            prop_assert_eq!(split.train, stratified(&all, share, Seed(seed)).train);
        }
    }
}
