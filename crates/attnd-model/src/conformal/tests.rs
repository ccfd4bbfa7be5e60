//! Is what sets promise kept: for draws like those seen, for each person, and for people who change?

use proptest::prelude::*;
use rand::SeedableRng as _;
use rand_chacha::ChaCha8Rng;

use super::*;

/// Answers that come as often as is said, sharpened by `power`: above one the model says too much.
fn drawn(random: &mut ChaCha8Rng, count: usize, power: f64) -> Vec<Scored> {
    (0..count)
        .map(|_| {
            let chance: f64 = random.random_range(0.02..0.98);
            let odds = (chance / (1.0 - chance)).powf(power);
            Scored { probability: odds / (1.0 + odds), yes: random.random_bool(chance) }
        })
        .collect()
}

fn person(name: &str, scored: Vec<Scored>) -> PersonScored {
    PersonScored { person: name.to_owned(), scored }
}

#[test]
fn the_rank_is_the_one_of_the_books() {
    let tenths: Vec<Scored> =
        (1..=9).map(|tenth| Scored { probability: f64::from(tenth) / 10.0, yes: false }).collect();
    let nine = Surprises::of(&tenths);
    // ⌈10 · 0.9⌉ = 9 of 9; ⌈10 · 0.91⌉ = 10 of 9; ⌈10 · 0.5⌉ = 5.
    assert!((nine.quantile(0.9) - 0.9).abs() < 1e-12);
    assert!(nine.quantile(0.91).is_infinite());
    assert!((nine.quantile(0.5) - 0.5).abs() < 1e-12);
    assert_eq!(Surprises::default().set(0.9, 0.999), AnswerSet::Both, "nothing is known yet");
}

#[test]
fn sets_name_what_remains() {
    let often_right = Surprises::of(&vec![Scored { probability: 0.1, yes: false }; 50]);
    assert_eq!(often_right.set(0.9, 0.95), AnswerSet::Yes);
    assert_eq!(often_right.set(0.9, 0.05), AnswerSet::No);
    assert_eq!(often_right.set(0.9, 0.5), AnswerSet::Neither, "more surprising than it ever was, either way");
    let often_wrong = Surprises::of(&vec![Scored { probability: 0.7, yes: false }; 50]);
    assert_eq!(often_wrong.set(0.9, 0.5), AnswerSet::Both);
    assert_eq!(often_wrong.set(0.9, 0.8), AnswerSet::Yes);
}

#[test]
fn each_person_gets_their_own_promise_and_the_new_one_everybodys() {
    let mut random = ChaCha8Rng::seed_from_u64(11);
    let mut people = |count| {
        vec![
            person("honest", drawn(&mut random, count, 1.0)),
            person("too sure", drawn(&mut random, count, 4.0)),
        ]
    };
    let (earlier, held) = (people(2_000), people(2_000));
    let of = |sets| over(sets, &earlier, &held, 0.9).unwrap();
    assert_eq!(of(Sets::Group).people_within_two_points, 0, "{:?}", of(Sets::Group).people);
    assert_eq!(of(Sets::OwnOrGroup).people_within_two_points, 2, "{:?}", of(Sets::OwnOrGroup).people);
    let sets = OwnOrGroup::of(&[earlier[0].clone(), person("new", drawn(&mut random, OWN_FROM - 1, 1.0))]);
    assert_eq!(sets.surprises("new"), sets.surprises("never seen"));
    assert_ne!(sets.surprises("new"), sets.surprises("honest"));
}

/// Half-way a person turns: from then on yes comes as often as no was said to.
fn turning(seed: u64, answers: usize) -> Vec<Scored> {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut scored = drawn(&mut random, answers, 1.5);
    for one in &mut scored[answers / 2..] {
        one.yes = !one.yes;
    }
    scored
}

#[test]
fn adaptive_sets_keep_the_promise_to_people_who_change_and_fixed_ones_do_not() {
    let mut random = ChaCha8Rng::seed_from_u64(5);
    let earlier: Vec<PersonScored> =
        (0..10).map(|index| person(&index.to_string(), drawn(&mut random, 60, 1.5))).collect();
    let held: Vec<PersonScored> =
        (0..10).map(|index| person(&index.to_string(), turning(index, 1_000))).collect();
    let adaptive = over(Sets::Adaptive { step: 0.05 }, &earlier, &held, 0.9).unwrap();
    assert_eq!(adaptive.people_within_two_points, 10, "{:?}", adaptive.people);
    let fixed = over(Sets::OwnOrGroup, &earlier, &held, 0.9).unwrap();
    assert!(fixed.people_within_two_points <= 1 && fixed.coverage < 0.85, "{fixed:?}");
}

#[test]
fn the_step_is_chosen_by_what_was_promised() {
    assert!((choose_step(&[], 0.9) - 0.05).abs() < 1e-12);
    let turned: Vec<PersonScored> =
        (0..4).map(|index| person(&index.to_string(), turning(index, 100))).collect();
    assert!(choose_step(&turned, 0.9) > STEPS[0], "hundred answers are too few for the slowest");
    assert!(STEPS.contains(&choose_step(&[person("one", turning(1, 3))], 0.9)));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Over draws of n surprises and one more the set holds the answer with probability between `promised` and
    /// `promised + 1/(n + 1)`; tested to four standard errors of the simulation.
    #[test]
    fn split_sets_cover_what_they_promise(seed in any::<u64>(), n in 5_usize..60, promised in 0.6_f64..0.95) {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let draws = 1_500_u32;
        let covered = (0..draws).filter(|_| {
            let seen = drawn(&mut random, n, 2.0);
            let next = drawn(&mut random, 1, 2.0)[0];
            SetScored { set: Surprises::of(&seen).set(promised, next.probability), yes: next.yes }.is_covered()
        });
        let share = number(covered.count()) / f64::from(draws);
        let error = 4.0 * (0.25 / f64::from(draws)).sqrt();
        prop_assert!(share >= promised - error, "{share} of {promised}");
        prop_assert!(share <= promised + 1.0 / number(n + 1) + error, "{share} of {promised}");
    }

    /// Proposition 4.1 of Gibbs and Candès: whatever is said and answered.
    #[test]
    fn adaptive_sets_miss_as_often_as_they_may(
        answers in prop::collection::vec((0.0_f64..=1.0, any::<bool>()), 1..400),
        promised in 0.5_f64..0.99,
        step in 0.005_f64..0.5,
    ) {
        let mut adaptive = Adaptive::new(Surprises::default(), promised, step);
        let count = number(answers.len());
        let missed = answers.into_iter().filter(|(probability, yes)| {
            let one = Scored { probability: *probability, yes: *yes };
            !SetScored { set: adaptive.set_then_answer(&one), yes: *yes }.is_covered()
        });
        let alpha = 1.0 - promised;
        let bound = (alpha.max(1.0 - alpha) + step) / (step * count);
        prop_assert!((number(missed.count()) / count - alpha).abs() <= bound + 1e-9);
    }
}
