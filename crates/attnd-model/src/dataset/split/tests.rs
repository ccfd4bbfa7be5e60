//! Do the splits keep people and times apart?

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;
use crate::dataset::Example;
use crate::dataset::sample::{self, second};

type Names<'a> = Vec<&'a str>;

fn names<'a>(fold: Fold<'a>) -> (Names<'a>, Names<'a>) {
    (
        fold.training.people().map(crate::dataset::TrainingPerson::name).collect(),
        fold.held.people().map(HeldPerson::name).collect(),
    )
}

/// What is known at each held example: how many, and the last of their answers.
fn pasts(person: HeldPerson<'_>) -> Vec<usize> {
    let mut seen = Vec::new();
    person.predict(|past, _| {
        seen.push(past.examples().len());
        Prediction::yes_or_no(0.5)
    });
    seen
}

fn first_held<'a>(folds: &'a Folds<'_>) -> HeldPerson<'a> {
    folds.iter().next().unwrap().held.people().next().unwrap()
}

#[test]
fn leaving_one_out_learns_from_everybody_else() {
    let dataset = sample::dataset(&[("a", &[1, 5]), ("b", &[2]), ("c", &[3, 4, 5])]);
    let folds = leave_one_person_out(dataset.whole(), Known::Nothing).unwrap();
    let seen: Vec<_> = folds.iter().map(names).collect();
    assert_eq!(seen, [(vec!["b", "c"], vec!["a"]), (vec!["a", "c"], vec!["b"]), (vec!["a", "b"], vec!["c"])]);
    assert_eq!(pasts(folds.iter().nth(2).unwrap().held.people().next().unwrap()), [0, 0, 0]);
}

#[test]
fn folds_of_people_are_disjoint_complete_and_repeatable() {
    let people: Vec<String> = (0..11).map(|person| format!("p{person:02}")).collect();
    let spec: Vec<(&str, &[i32])> = people.iter().map(|name| (name.as_str(), &[1, 5][..])).collect();
    let dataset = sample::dataset(&spec);
    let of = |seed| {
        let folds = person_folds(dataset.whole(), 4, Seed(seed), Known::Nothing).unwrap();
        folds.iter().map(|fold| names(fold).1.join(" ")).collect::<Vec<_>>()
    };
    assert_eq!(of(1), of(1));
    assert_ne!(of(1), of(2));
    let judged: Vec<String> =
        of(1).iter().flat_map(|fold| fold.split(' ').map(str::to_owned).collect::<Vec<_>>()).collect();
    assert_eq!(judged.len(), 11);
    assert_eq!(judged.iter().cloned().collect::<BTreeSet<_>>(), people.iter().cloned().collect());
}

#[test]
fn later_halves_judge_the_second_half_after_the_first() {
    let dataset = sample::dataset(&[("a", &[1, 2, 3, 4, 5]), ("b", &[5, 5])]);
    let folds = later_halves(dataset.whole(), Known::Before).unwrap();
    let person = first_held(&folds);
    assert_eq!((person.len(), person.before().examples().len()), (3, 2));
    assert_eq!(pasts(person), [2, 2, 2], "nothing of the held half");
    let judged: Vec<i32> =
        person.predict(|_, _| Prediction::yes_or_no(0.5)).iter().map(|judged| judged.answer.value).collect();
    assert_eq!(judged, [3, 4, 5]);
    let online = later_halves(dataset.whole(), Known::Prequential).unwrap();
    assert_eq!(pasts(first_held(&online)), [2, 3, 4], "every answer as it comes");
}

#[test]
fn rehearsing_stays_before_what_is_held() {
    let dataset = sample::dataset(&[("a", &[1, 2, 3, 4, 5]), ("b", &[5, 5])]);
    let rehearsed = |known| {
        let folds = later_halves(dataset.whole(), known).unwrap();
        let mut pasts = Vec::new();
        let judged = first_held(&folds).rehearse(|past, _| {
            pasts.push(past.examples().len());
            Prediction::yes_or_no(0.5)
        });
        (pasts, judged.iter().map(|judged| judged.answer.value).collect::<Vec<_>>())
    };
    assert_eq!(rehearsed(Known::Before), (vec![0, 1], vec![1, 2]));
    assert_eq!(rehearsed(Known::Prequential), (vec![0, 1], vec![1, 2]));
    assert_eq!(rehearsed(Known::Nothing), (vec![], vec![]));
}

#[test]
fn splitting_by_time_purges_what_was_answered_too_late() {
    let mut examples: Vec<(&str, Example)> =
        (1..=6).map(|index| ("a", sample::example(10 * index, 4))).collect();
    // The third is answered while the first held evidence (39 s to 40 s) is under way.
    examples[2].1.answer.answered = second(39);
    let dataset = sample::of(examples);
    let kept = |gap_s| {
        let folds = by_time(dataset.whole(), 0.5, Duration::from_s(gap_s), Known::Before)
            .map_err(|error| error.to_string());
        folds.map(|folds| folds.iter().next().unwrap().training.examples())
    };
    assert_eq!(kept(0), Ok(2), "answered at 39 is not before 39");
    assert_eq!(kept(19), Ok(1), "answered at 20 is not before 39 - 19");
    assert!(kept(60).unwrap_err().contains("people to learn from"));
    let folds = by_time(dataset.whole(), 0.5, Duration::from_s(0), Known::Before).unwrap();
    assert_eq!(pasts(first_held(&folds)), [2, 2, 2], "what is purged is not known either");
}

#[test]
fn transfer_leaves_a_person_of_both_out_of_what_is_learnt() {
    let train = sample::dataset(&[("a", &[1, 5]), ("b", &[2, 3]), ("c", &[4, 4])]);
    let test = sample::dataset(&[("b", &[2, 3, 4]), ("d", &[1, 5]), ("e", &[5])]);
    let folds = transfer(&train, &test, Known::Before).unwrap();
    let seen: Vec<_> = folds.iter().map(names).collect();
    assert_eq!(seen, [(vec!["a", "c"], vec!["b"]), (vec!["a", "b", "c"], vec!["d", "e"])]);
}

#[test]
fn transfer_refuses_other_columns_and_names_them() {
    let train = sample::dataset(&[("a", &[1, 5])]);
    let mut columns = sample::columns();
    columns.features[0].name = "heart".to_owned();
    let test = crate::DatasetBuilder::new(columns).unwrap().build();
    let refused = transfer(&train, &test, Known::Before).unwrap_err().to_string();
    assert!(refused.contains("dwell") && refused.contains("heart"), "{refused}");
}

#[test]
fn too_few_people_are_said_so() {
    let dataset = sample::dataset(&[("a", &[1, 5])]);
    for refused in [
        leave_one_person_out(dataset.whole(), Known::Nothing).unwrap_err(),
        later_halves(dataset.whole(), Known::Nothing).unwrap_err(),
        person_folds(dataset.whole(), 3, Seed(1), Known::Nothing).unwrap_err(),
    ] {
        assert!(matches!(refused, ModelError::TooLittle { what: "people", found: 1, .. }), "{refused}");
    }
    let nobody = sample::dataset(&[]);
    assert!(by_time(nobody.whole(), 0.5, Duration::default(), Known::Before).is_err());
}

proptest! {
    /// Whatever the times: nothing learnt from a person was answered after their held evidence began less the gap, no past
    /// holds an answer given after the evidence ends, and splitting a training part again stays inside it.
    #[test]
    fn no_split_knows_the_future(
        answers in prop::collection::vec((0_i64..500, 0_i64..80, 1_i32..=5), 4..40),
        share in 0.1_f64..0.9,
        gap_s in 0_u32..60,
    ) {
        let examples = answers.iter().enumerate().map(|(index, (at, delay, value))| {
            let mut example = sample::example(*at, *value);
            example.answer.answered = second(at + delay);
            (if index % 2 == 0 { "a" } else { "b" }, example)
        });
        let dataset = sample::of(examples);
        let Ok(folds) = by_time(dataset.whole(), share, Duration::from_s(gap_s), Known::Prequential) else {
            return Ok(());
        };
        let fold = folds.iter().next().unwrap();
        for held in fold.held.people() {
            let mut earliest = Timestamp::MAX;
            held.predict(|past, evidence| {
                earliest = earliest.min(evidence.from);
                assert!(past.examples().iter().all(|known| known.answer.answered < evidence.at));
                Prediction::yes_or_no(0.5)
            });
            for person in fold.training.people().filter(|person| person.name() == held.name()) {
                let limit = earliest.saturating_sub(Duration::from_s(gap_s));
                assert!(person.examples().iter().all(|learnt| learnt.answer.answered < limit));
            }
        }
        if let Ok(inner) = by_time(fold.training, share, Duration::default(), Known::Prequential) {
            let inner = inner.iter().next().unwrap();
            let held: usize = inner.held.people().map(HeldPerson::len).sum();
            prop_assert!(held + inner.training.examples() <= fold.training.examples());
        }
    }
}
