//! What holds of routing whatever the past: no peeking, the candidates' rule, reasons that add up, one answer always.

use attnd_core::Timestamp;
use proptest::prelude::*;
use rand::RngExt;

use crate::Seed;

use super::{Routing, RoutingAsk, RoutingError, Taken, replay_routing};

const DAY_S: i64 = 86_400;

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_ns(seconds * 1_000_000_000).unwrap()
}

fn ask(seconds: i64, author: &str, path: &str) -> RoutingAsk {
    RoutingAsk {
        number: Some(u64::try_from(seconds / 3_600).unwrap()),
        title: format!("mend {path}"),
        paths: vec![path.to_owned()],
        places: 1,
        amount: 12.0,
        ..RoutingAsk::new(at(seconds), author)
    }
}

/// Events of a small circle, in order of time.
fn past() -> impl Strategy<Value = Vec<Taken>> {
    prop::collection::vec((0..200_000i64, 0..6usize, 0..6usize, 0..3usize), 1..90).prop_map(|steps| {
        let mut now_s = 1_600_000_000;
        let names = ["ada", "bob", "cyd", "dee", "eve", "fay"];
        let event = |(gap_s, author, mind, path): (i64, usize, usize, usize)| {
            now_s += gap_s;
            let path = ["docs/guide.md", "src/core/plan.rs", "tests/run.rs"][path];
            Taken { ask: ask(now_s, names[author], path), mind: names[mind].to_owned() }
        };
        steps.into_iter().map(event).collect()
    })
}

fn learnt(past: &[Taken]) -> Routing {
    let mut model = Routing::new();
    past.iter().for_each(|taken| model.observe(taken).unwrap());
    model
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn what_comes_later_changes_nothing(past in past(), shift in 1..5usize) {
        let cut = past.len() / 2;
        let mut model = Routing::new();
        let mut other = Routing::new();
        let mut changed = past.clone();
        // Another future: others take the asks, about other things.
        for (place, taken) in changed.iter_mut().enumerate().skip(cut) {
            taken.mind = past[(place + shift) % past.len()].mind.clone();
            taken.ask.title = "something else".to_owned();
        }
        for (one, two) in past.iter().zip(&changed).take(cut) {
            prop_assert_eq!(model.rank(&one.ask).unwrap(), other.rank(&two.ask).unwrap());
            model.observe(one).unwrap();
            other.observe(two).unwrap();
        }
        prop_assert_eq!(model.rank(&past[cut].ask).unwrap(), other.rank(&past[cut].ask).unwrap());
    }

    #[test]
    fn candidates_are_those_active_lately_but_the_author_and_reasons_add_up(past in past(), later_days in 0..400i64) {
        let model = learnt(&past);
        let now = past[past.len() - 1].ask.at.ns() / 1_000_000_000 + later_days * DAY_S;
        let ranked = model.rank(&ask(now, "ada", "src/core/plan.rs")).unwrap();
        let mut expected: Vec<&str> = past
            .iter()
            .filter(|taken| now - taken.ask.at.ns() / 1_000_000_000 <= 180 * DAY_S && taken.mind != "ada")
            .map(|taken| taken.mind.as_str())
            .collect();
        expected.sort_unstable();
        expected.dedup();
        let mut found: Vec<&str> = ranked.iter().map(|candidate| candidate.mind.as_str()).collect();
        found.sort_unstable();
        prop_assert_eq!(found, expected);
        for candidate in &ranked {
            let sum: f64 = candidate.parts.iter().map(|part| part.value).sum();
            prop_assert!((sum - candidate.score).abs() < 1e-9 && candidate.score.is_finite());
        }
        let all: f64 = ranked.iter().map(|candidate| candidate.probability).sum();
        prop_assert!(ranked.is_empty() || (all - 1.0).abs() < 1e-9);
        prop_assert!(ranked.windows(2).all(|pair| pair[0].score >= pair[1].score));
    }

    #[test]
    fn a_stored_model_goes_on_as_if_it_had_never_stopped(past in past()) {
        let cut = past.len() / 2;
        let stored = serde_json::to_string(&learnt(&past[..cut])).unwrap();
        let mut restored: Routing = serde_json::from_str(&stored).unwrap();
        past[cut..].iter().for_each(|taken| restored.observe(taken).unwrap());
        let whole = learnt(&past);
        let last = &past[past.len() - 1].ask;
        prop_assert_eq!(restored.rank(last).unwrap(), whole.rank(last).unwrap());
    }
}

#[test]
fn a_rule_is_learnt_and_forgotten() {
    // Bob takes what concerns the guide, Cyd the core; after a year it is the other way round.
    let mut model = Routing::new();
    let mut right = [0; 2];
    for step in 0..1_200i64 {
        let second_year = step >= 600;
        let is_guide = (step * 7 + step / 3) % 2 == 0;
        let path = if is_guide { "docs/guide/a.md" } else { "src/core/plan.rs" };
        let mind = if is_guide == second_year { "cyd" } else { "bob" };
        let event = Taken { ask: ask(1_600_000_000 + step * 50_000, "ada", path), mind: mind.to_owned() };
        let ranked = model.rank(&event.ask).unwrap();
        let is_settled = step % 600 >= 400;
        if is_settled && ranked.first().is_some_and(|first| first.mind == mind) {
            right[usize::from(second_year)] += 1;
        }
        model.observe(&event).unwrap();
    }
    assert!(right.iter().all(|&right| right > 190), "{right:?} of 200 each");
}

#[test]
fn probabilities_are_the_shares_where_chance_decides() {
    // With nothing to tell minds apart but their shares, those are the most likely probabilities (McFadden 1974).
    let mut chance = Seed(7).generator(0);
    let mut model = Routing::new();
    let (mut mean, mut judged) = (0.0, 0.0);
    for step in 0..2_000i64 {
        let mind = if chance.random_bool(0.25) { "bob" } else { "cyd" };
        let ask = RoutingAsk::new(at(1_600_000_000 + step * 91_237), "ada");
        if step >= 1_000 {
            let ranked = model.rank(&ask).unwrap();
            mean += ranked.iter().find(|one| one.mind == "cyd").unwrap().probability;
            judged += 1.0;
        }
        model.observe(&Taken { ask, mind: mind.to_owned() }).unwrap();
    }
    assert!((mean / judged - 0.75f64).abs() < 0.04, "{}", mean / judged);
}

#[test]
fn nobody_is_named_where_nobody_is_known_and_bad_input_is_refused() {
    let mut model = Routing::new();
    assert!(model.rank(&ask(1_000, "ada", "x")).unwrap().is_empty());
    let taken = Taken { ask: ask(2_000_000, "ada", "x"), mind: "bob".to_owned() };
    model.observe(&taken).unwrap();
    assert!(matches!(model.rank(&ask(1_999_999, "ada", "x")), Err(RoutingError::OutOfOrder { .. })));
    assert!(matches!(model.rank(&ask(3_000_000, "", "x")), Err(RoutingError::NoName { .. })));
    let endless = RoutingAsk { amount: f64::NAN, ..ask(3_000_000, "ada", "x") };
    assert!(matches!(model.rank(&endless), Err(RoutingError::Amount { .. })));
    assert!(matches!(
        model.observe(&Taken { mind: String::new(), ..taken }),
        Err(RoutingError::NoName { .. })
    ));
}

#[test]
fn a_replay_judges_the_last_quarter_less_own_asks() {
    let event = |step: i64| Taken {
        ask: ask(1_600_000_000 + step * 9_000, if step % 5 == 0 { "bob" } else { "ada" }, "x"),
        mind: "bob".to_owned(),
    };
    let all: Vec<Taken> = (0..100).map(event).collect();
    let found = replay_routing(&all).unwrap();
    assert_eq!((found.asks, found.judged, found.unreachable), (100, 20, 0));
    assert!(found.rankers.iter().all(|figures| figures.acc_at_1 == Some(1.0) && figures.mrr == Some(1.0)));
    assert_eq!(replay_routing(&[]).unwrap().rankers[0].acc_at_1, None);
    let mut backwards = all;
    backwards.swap(3, 4);
    assert_eq!(replay_routing(&backwards).unwrap_err().0, 4);
}
