//! Does a learner learn what is there, leave what is not, notice when it changes, and never look ahead?

use std::sync::Arc;

use attnd_core::recording::Scale;
use attnd_core::{Duration, Timestamp};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::bend::Even;
use super::*;
use crate::dataset::{Answer, Evidence, Example, Question};
use crate::metric::{AnswerSet, SetScored};

/// A person: the log-odds of yes from two features, at the i-th answer.
type Truth = fn(usize, f64, f64) -> f64;

fn subject() -> Subject {
    Subject {
        base: Arc::new(Even),
        names: vec!["switches".to_owned(), "noise".to_owned()].into(),
        may_learn: [true, true].into(),
        question: Question { scale: Scale::CONCENTRATION, threshold: 4 },
    }
}

fn unit(random: &mut ChaCha8Rng) -> f64 {
    (random.next_u64() >> 11) as f64 / (1_u64 << 53) as f64
}

/// Answers of a person, six a day.
fn lessons(count: usize, seed: u64, truth: Truth) -> Vec<Lesson> {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    (0..count)
        .map(|index| {
            let [switches, noise] = [(); 2].map(|()| 4.0 * unit(&mut random) - 2.0);
            let yes = unit(&mut random) < posterior::sigmoid(truth(index, switches, noise));
            let hours = u32::try_from(index / 6 * 24 + 9 + index % 6).unwrap();
            let at = Timestamp::parse("2026-01-01T00:00:00Z")
                .unwrap()
                .saturating_add(Duration::from_s(3_600 * hours));
            let evidence = Evidence {
                from: at,
                at,
                features: vec![switches, noise],
                contexts: Vec::new(),
                signals: None,
            };
            let answer =
                Answer { value: if yes { 5 } else { 2 }, answered: at.saturating_add(Duration::from_s(30)) };
            let judging = Judging::Judged;
            Lesson { example: Example { evidence, answer }, hour_h: f64::from(hours % 24), judging }
        })
        .collect()
}

fn learnt(lessons: &[Lesson]) -> Learner {
    let mut learner = Learner::new(1);
    learner.take(&subject(), lessons);
    learner
}

fn mean_loss(judged: &[Judged], said: impl Fn(&Judged) -> f64) -> f64 {
    judged.iter().map(|judged| learner::log_loss(said(judged), judged.yes)).sum::<f64>() / judged.len() as f64
}

#[test]
fn who_answers_by_chance_stays_with_the_base() {
    let learner = learnt(&lessons(200, 3, |_, _, _| 0.0));
    assert_eq!(learner.champion(), Stage::Normalised, "{:?}", learner.changes());
}

#[test]
fn a_base_rate_is_promoted_and_weights_that_find_nothing_are_not() {
    let learner = learnt(&lessons(200, 5, |_, _, _| 1.8));
    assert_eq!(learner.champion(), Stage::Intercept, "{:?}", learner.changes());
    let change = &learner.changes()[0];
    assert_eq!((change.from, change.to), (Stage::Normalised, Stage::Intercept));
    assert!(matches!(change.why, ChangeReason::Better { by_nats, over } if by_nats > 0.0 && over >= 10));
}

#[test]
fn what_answers_depend_on_is_learnt_and_beats_every_trivial_baseline() {
    let learner = learnt(&lessons(200, 7, |_, switches, _| -2.0 * switches));
    assert_eq!(learner.champion(), Stage::Weights, "{:?}", learner.changes());
    let late = &learner.judged()[100..];
    let ours = mean_loss(late, Judged::ours);
    assert!(ours < 0.8 * mean_loss(late, |judged| judged.base_rate), "{ours}");
    assert!(ours < 0.8 * mean_loss(late, |judged| judged.hour_of_day), "{ours}");
    let curve = learner.curve(50);
    assert_eq!((curve.len(), curve.last().unwrap().answers), (50, 200));
    assert!(curve.last().unwrap().ours < curve.last().unwrap().rules);
    let calibration = learner.calibration();
    assert_eq!(calibration.iter().map(|bin| bin.answers).sum::<u32>(), 200);
    assert_eq!(learner.ladder()[2].standing, Standing::Champion);
}

#[test]
fn what_has_turned_round_is_noticed_and_learnt_anew() {
    fn turns(index: usize, switches: f64, _: f64) -> f64 {
        if index < 150 { -2.5 * switches } else { 2.5 * switches }
    }
    let all = lessons(330, 11, turns);
    let learner = learnt(&all);
    let drift =
        learner.changes().iter().find(|change| matches!(change.why, ChangeReason::Drift { .. })).unwrap();
    assert!((150..200).contains(&drift.answers), "{drift:?}");
    assert!(learner.kept(&all).iter().all(|example| Some(example.answer.answered) >= learner.since()));
    assert_eq!(learner.champion(), Stage::Weights, "{:?}", learner.changes());
    let late = &learner.judged()[270..];
    assert!(mean_loss(late, Judged::ours) < 0.55, "{}", mean_loss(late, Judged::ours));
}

#[test]
fn where_nothing_changes_drift_is_hardly_ever_found() {
    let found = (0..40)
        .filter(|seed| {
            let learner = learnt(&lessons(250, 100 + seed, |_, switches, _| 0.5 - switches));
            learner.changes().iter().any(|change| matches!(change.why, ChangeReason::Drift { .. }))
        })
        .count();
    assert!(found <= 1, "{found} of 40");
}

#[test]
fn a_champion_that_grows_worse_than_what_it_replaced_falls_back() {
    // Not so sudden that it is drift: what it depended on fades to chance, which the confident champion gets wrong.
    let contest = Contest::default();
    let at = Timestamp::MIN;
    let judged: Vec<Judged> = (0..20)
        .map(|index| Judged {
            answered: at,
            yes: index % 2 == 0,
            hour_h: 9.0,
            said: [Some(0.5), Some(0.5), Some(0.9)],
            base_rate: 0.5,
            hour_of_day: 0.5,
            champion: Stage::Weights,
            set: None,
        })
        .collect();
    let (stage, why) = contest.decide(Stage::Weights, &judged).unwrap();
    assert!(
        stage < Stage::Weights && matches!(why, ChangeReason::Worse { over: 20, .. }),
        "{stage:?} {why:?}"
    );
    // By hand: ½(−ln .9 − ln .1) − ln 2 = .5108 nats worse.
    assert!(matches!(why, ChangeReason::Worse { by_nats, .. } if (by_nats - 0.510_825_6).abs() < 1e-6));
    assert_eq!(contest.decide(Stage::Normalised, &judged), None);
    assert_eq!(contest.decide(Stage::Weights, &judged[..9]), None, "too few answers");
}

#[test]
fn sets_hold_the_answer_as_often_as_promised_also_while_people_change() {
    fn steady(_: usize, switches: f64, _: f64) -> f64 {
        -1.5 * switches
    }
    fn fades(index: usize, switches: f64, _: f64) -> f64 {
        -1.5 * switches * (1.0 - index as f64 / 250.0)
    }
    for truth in [steady as Truth, fades as Truth] {
        let learner = learnt(&lessons(530, 29, truth));
        let sets: Vec<(AnswerSet, bool)> =
            learner.judged().iter().filter_map(|judged| Some((judged.set?, judged.yes))).collect();
        assert_eq!(sets.len(), 500);
        let covered =
            sets.iter().filter(|(set, yes)| SetScored { set: *set, yes: *yes }.is_covered()).count();
        let share = covered as f64 / 500.0;
        assert!((share - 0.9).abs() <= 0.02, "{share}");
    }
}

#[test]
fn corrections_teach_and_do_not_judge() {
    let mut all = lessons(60, 13, |_, switches, _| -2.0 * switches);
    for lesson in all.iter_mut().step_by(2) {
        lesson.judging = Judging::LearntFromOnly;
    }
    let learner = learnt(&all);
    assert_eq!((learner.lessons(), learner.judged().len()), (60, 30));
    assert_eq!(learner.kept(&all).len(), 60);
}

#[test]
fn stored_in_between_it_learns_as_if_it_had_never_stopped() {
    let all = lessons(120, 17, |_, switches, noise| noise - switches);
    let mut stored = Learner::new(1);
    for count in [1, 2, 30, 31, 90, 120] {
        stored.take(&subject(), &all[..count]);
        stored = serde_json::from_str(&serde_json::to_string(&stored).unwrap()).unwrap();
    }
    assert_eq!(stored, learnt(&all));
}

#[test]
fn what_was_said_before_an_answer_is_unchanged_by_it_and_all_that_follow() {
    let all = lessons(80, 19, |_, switches, _| -switches);
    let mut other = all.clone();
    for lesson in &mut other[40..] {
        lesson.example.answer.value = 7 - lesson.example.answer.value;
        lesson.example.evidence.features = vec![9.0, 9.0];
    }
    other[40].example.evidence.features.clone_from(&all[40].example.evidence.features);
    let (one, two) = (learnt(&all), learnt(&other));
    assert_eq!(one.judged()[..40], two.judged()[..40]);
    assert_eq!(one.judged()[40].said, two.judged()[40].said);
}
