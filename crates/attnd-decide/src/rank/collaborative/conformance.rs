//! Does every collaborative filter keep its promises? One suite, run on each of the list.

use std::num::NonZero;

use proptest::prelude::*;

use super::interactions::MOST_WEIGHT;
use super::{
    CollaborativeError, CollaborativeFilter, FILTERS, FilterKind, Handled, Interaction, Interactions, Run,
    filter,
};
use crate::Seed;

fn run(seed: u64, threads: usize) -> Run {
    Run { seed: Seed(seed), threads: NonZero::new(threads).unwrap() }
}

fn one(mind: u32, thing: u32, weight: f32) -> Interaction {
    Interaction { mind, thing, weight }
}

fn fitted(kind: &FilterKind, interactions: &Interactions, run: Run) -> Box<dyn CollaborativeFilter> {
    (kind.default)().fit(interactions, run).unwrap()
}

/// Enough of both sides that several threads get rows.
fn many() -> Vec<Interaction> {
    (0..2_000_u32).map(|at| one(at * 7 % 300, (at * at + at / 300) % 190, 1.0 + (at % 3) as f32)).collect()
}

fn bits(filter: &dyn CollaborativeFilter, interactions: &Interactions) -> Vec<u32> {
    (0..interactions.minds())
        .flat_map(|mind| filter.scores(interactions.of(mind)))
        .map(f32::to_bits)
        .collect()
}

#[test]
fn threads_and_the_order_of_the_input_change_no_bit() {
    let interactions = Interactions::new(300, 190, many()).unwrap();
    let turned = Interactions::new(300, 190, many().into_iter().rev()).unwrap();
    for kind in FILTERS {
        let expected = bits(fitted(kind, &interactions, run(1, 1)).as_ref(), &interactions);
        for threads in [2, 3, 7] {
            let found = bits(fitted(kind, &turned, run(1, threads)).as_ref(), &turned);
            assert!(expected == found, "{} with {threads} threads", kind.name);
        }
    }
}

#[test]
fn nothing_and_next_to_nothing_are_scored() {
    let cases = [(0, 0, vec![]), (3, 4, vec![]), (0, 4, vec![]), (3, 4, vec![one(1, 2, 1.0)])];
    for (minds, things, all) in cases {
        let interactions = Interactions::new(minds, things, all).unwrap();
        for kind in FILTERS {
            let filter = fitted(kind, &interactions, run(1, 2));
            assert_eq!(filter.things(), things);
            for history in [&[][..], &[Handled { thing: 3, weight: 1.0 }]] {
                if history.is_empty() || things > 3 {
                    let scores = filter.scores(history);
                    assert_eq!(scores.len(), things);
                    assert!(scores.iter().all(|score| score.is_finite()), "{}: {scores:?}", kind.name);
                }
            }
        }
    }
}

#[test]
fn counts_of_a_million_are_learnt_from() {
    let all = (0..40).map(|at| one(at % 8, at % 5, if at == 7 { MOST_WEIGHT } else { 1.0 }));
    let interactions = Interactions::new(8, 5, all.take(35)).unwrap();
    for kind in FILTERS {
        let filter = fitted(kind, &interactions, run(1, 2));
        for mind in 0..8 {
            let scores = filter.scores(interactions.of(mind));
            assert!(scores.iter().all(|score| score.is_finite()), "{}: {scores:?}", kind.name);
        }
    }
}

#[test]
fn one_more_reaction_counts_at_once() {
    let interactions = Interactions::new(300, 190, many()).unwrap();
    for kind in FILTERS.iter().filter(|kind| kind.name != "popularity") {
        let filter = fitted(kind, &interactions, run(1, 2));
        // Two things that the same minds handled: having handled one says something of the other.
        let by_thing = interactions.transposed();
        let thing = (0..190_u32).max_by_key(|&thing| by_thing.of(thing as usize).len()).unwrap();
        let someone = by_thing.of(thing as usize)[0].thing;
        let other = interactions.of(someone as usize).iter().find(|one| one.thing != thing).unwrap().thing;
        let history = [Handled { thing, weight: 1.0 }];
        let (before, after) = (filter.scores(&[]), filter.scores(&history));
        assert!(after[other as usize] != before[other as usize], "{}", kind.name);
    }
}

#[test]
fn what_cannot_be_is_refused_with_its_place() {
    let refused = |all: Vec<Interaction>| Interactions::new(2, 3, all).unwrap_err();
    let fine = one(1, 2, 1.0);
    assert_eq!(
        refused(vec![fine, one(2, 0, 1.0)]),
        CollaborativeError::NoSuchMind { at: 1, mind: 2, minds: 2 }
    );
    assert_eq!(refused(vec![one(0, 3, 1.0)]), CollaborativeError::NoSuchThing { at: 0, thing: 3, things: 3 });
    for weight in [0.0, -1.0, f32::NAN, f32::INFINITY, 2.0 * MOST_WEIGHT] {
        assert!(matches!(refused(vec![one(0, 0, weight)]), CollaborativeError::Weight { at: 0, .. }));
    }
    assert!(matches!(refused(vec![one(0, 0, MOST_WEIGHT); 2]), CollaborativeError::Weight { at: 1, .. }));
    assert!(filter("itemcf").unwrap_err().to_string().contains("ials, ease"));
    assert!(FILTERS.iter().all(|kind| filter(kind.name).unwrap().name == kind.name));
}

fn some_interactions() -> impl Strategy<Value = Interactions> {
    let triple = (0_u32..12, 0_u32..9, 0.25_f32..5.0);
    prop::collection::vec(triple, 0..60).prop_map(|all| {
        Interactions::new(12, 9, all.into_iter().map(|(mind, thing, weight)| one(mind, thing, weight)))
            .unwrap()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn a_seed_decides_and_reasons_add_up(
        interactions in some_interactions(),
        seed in 0_u64..4,
        history in prop::collection::vec((0_u32..9, 0.25_f32..5.0), 0..14),
    ) {
        let history: Vec<Handled> = history.into_iter().map(|(thing, weight)| Handled { thing, weight }).collect();
        for kind in FILTERS {
            let filter = fitted(kind, &interactions, run(seed, 2));
            let scores = filter.scores(&history);
            prop_assert_eq!(&scores, &fitted(kind, &interactions, run(seed, 1)).scores(&history));
            for (thing, score) in (0..9).zip(&scores) {
                let parts = filter.because(&history, thing);
                let sum: f64 = parts.iter().map(|part| part.value).sum();
                let most: f64 = parts.iter().map(|part| part.value.abs()).sum();
                prop_assert!((sum - f64::from(*score)).abs() < 1e-4 * (most + 1e-3), "{}: {sum} {score}", kind.name);
                prop_assert!(parts.iter().all(|part| part.thing.is_none_or(|of| history.iter().any(|one| one.thing == of))));
            }
        }
    }

    #[test]
    fn rows_turned_twice_are_the_same(interactions in some_interactions()) {
        prop_assert_eq!(&interactions.transposed().transposed(), &interactions);
        let again = Interactions::new(12, 9, interactions.iter()).unwrap();
        prop_assert_eq!(again, interactions);
    }
}
