//! Does every ranker keep its promises? One suite, run on each of the list.

use attnd_core::Timestamp;
use attnd_core::time::NS_PER_S;
use proptest::prelude::*;

use crate::Seed;
use crate::rank::{
    Answered, Ask, CalendarEntry, Context, Example, Feedback, FeedbackKind, Inbox, InterruptionLevel, Memory,
    Moment, Options, RANKERS, RankError, Ranker, RankerKind, Reason, Slate, Window, arrange, ranker,
};

fn hour(hours: i64) -> Timestamp {
    Timestamp::from_ns_saturating(hours * 3_600 * NS_PER_S)
}

const TITLES: [&str; 9] = [
    "Yearly report: figures of the third quarter",
    "Lunch on Friday?",
    "Disk almost full on the old server in the cellar",
    "Disk almost full on the new server in the cellar",
    "写年度报告",
    "Review the change to the parser",
    "🔥🔥",
    "",
    "Invitation: planning of the next quarter",
];

/// An ask with a bit of everything, different for each number.
fn ask(number: u32) -> Ask {
    let of = |every: u32| number.is_multiple_of(every);
    Ask {
        sender: (!of(3)).then(|| format!("sender {}", number % 5)),
        thread: of(7).then(|| format!("thread {}", number % 2)),
        title: TITLES[number as usize % TITLES.len()].to_owned(),
        text: format!(
            "{} a{number} b{number} c{number} d{number}",
            TITLES[(number as usize * 5) % TITLES.len()]
        ),
        reason: of(2).then_some(Reason::Mention),
        level: if of(11) { InterruptionLevel::TimeSensitive } else { InterruptionLevel::Active },
        updated: of(4).then(|| hour(80 + i64::from(number))),
        deadline: of(5).then(|| hour(90 + 3 * i64::from(number))),
        topic: of(6).then(|| "work".to_owned()),
        urgency: of(8).then_some(0.7),
        collaborative: of(9).then_some(0.4),
        ..Ask::new(format!("{number:03}"), format!("source {}", number % 3), hour(i64::from(number)))
    }
}

fn context() -> Context {
    Context {
        mind: Some("sender 2".to_owned()),
        task: Some("yearly report".to_owned()),
        window: Some(Window { app: "editor".to_owned(), title: "parser.rs".to_owned() }),
        calendar: vec![CalendarEntry { title: "planning".to_owned(), start: hour(101), end: hour(102) }],
        answered: vec![Answered { title: "disk full".to_owned(), text: String::new(), at: hour(99) }],
        ..Context::at(hour(100))
    }
}

fn memory() -> Memory {
    let mut memory = Memory::default();
    for number in [3, 4, 9, 14, 27] {
        let kind = if number % 2 == 0 { FeedbackKind::Answered } else { FeedbackKind::Dismissed };
        memory.learn(&ask(number), &Feedback::new(format!("{number:03}"), kind, hour(50)));
    }
    memory
}

/// The ranker after a few lessons, so that what was learnt counts too.
fn taught(kind: &RankerKind) -> Box<dyn Ranker> {
    let mut ranker = (kind.make)();
    let (inbox, context, memory) = (Inbox::of((0..20).map(ask)).unwrap(), context(), memory());
    let moment = Moment::new(&inbox, &context, &memory, Some(&memory)).unwrap();
    let mut among = moment.leads();
    among.sort_by_key(|&lead| moment.ask(lead).id.clone());
    for chosen in [2, 5, 7] {
        ranker.learn(&moment, &Example::Chose { among: &among, chosen });
        let lesson = Feedback::new("", FeedbackKind::Answered, hour(100)).lesson().unwrap();
        ranker.learn(&moment, &Example::Reacted { lead: among[chosen], lesson });
    }
    ranker
}

fn slate(
    kind: &'static RankerKind,
    asks: impl IntoIterator<Item = Ask>,
    options: &Options,
    seed: u64,
) -> Slate {
    let (inbox, context, memory) = (Inbox::of(asks).unwrap(), context(), memory());
    let moment = Moment::new(&inbox, &context, &memory, Some(&memory)).unwrap();
    arrange(&moment, kind.name, taught(kind).as_ref(), &moment.leads(), options, Seed(seed)).unwrap()
}

#[test]
fn names_are_their_own_and_unknown_ones_are_refused_with_those_there_are() {
    for kind in RANKERS {
        assert_eq!(ranker(kind.name).unwrap().name, kind.name);
    }
    let refused = ranker("magic").unwrap_err();
    assert!(
        matches!(&refused, RankError::NoRanker { names, .. } if names.contains("attention")),
        "{refused}"
    );
}

#[test]
fn an_empty_inbox_and_an_empty_budget_give_an_empty_slate() {
    for kind in RANKERS {
        assert!(slate(kind, [], &Options::default(), 1).places.is_empty());
        let none = slate(kind, (0..5).map(ask), &Options::plain(0), 1);
        assert_eq!((none.places.len(), none.asks), (0, 5));
    }
}

#[test]
fn the_same_seed_gives_the_same_slate_and_another_one_explores_elsewhere() {
    let options = Options { exploration: 0.9, exchange: 0.5, ..Options::default() };
    for kind in RANKERS {
        let of = |seed| slate(kind, (0..90).map(ask), &options, seed);
        assert_eq!(of(1), of(1), "{}", kind.name);
        assert!((2..12).any(|seed| of(seed) != of(1)), "{}", kind.name);
    }
}

#[test]
fn chance_moves_nothing_in_the_upper_half_unless_neighbours_are_exchanged() {
    let options = Options { exploration: 1.0, exchange: 0.0, ..Options::default() };
    for kind in RANKERS {
        let ids = |seed| {
            let places = slate(kind, (0..90).map(ask), &options, seed).places;
            places.into_iter().take(10).map(|place| place.ask).collect::<Vec<_>>()
        };
        assert_eq!(ids(1), ids(2), "{}", kind.name);
    }
}

#[test]
fn the_plain_order_is_that_of_the_scores() {
    for kind in RANKERS {
        let slate = slate(kind, (0..60).map(ask), &Options::plain(60), 1);
        assert_eq!(slate.places.len(), slate.distinct);
        let falls = slate.places.windows(2).all(|pair| pair[0].score.value >= pair[1].score.value);
        assert!(falls && slate.places.iter().all(|place| place.propensity == 1.0), "{}", kind.name);
    }
}

#[test]
fn copies_are_shown_once_however_many_there_are() {
    let copies = || (0..50).map(|number| Ask { id: format!("copy {number:02}"), ..ask(2) });
    for kind in RANKERS {
        let slate = slate(kind, copies().chain((3..9).map(ask)), &Options::default(), 1);
        let shown: Vec<_> = slate.places.iter().filter(|place| place.stands_for == 50).collect();
        assert_eq!(shown.len(), 1, "{}", kind.name);
        assert_eq!(shown[0].others.len(), 20);
    }
}

#[test]
fn knobs_outside_their_bounds_are_refused() {
    let (inbox, context, memory) = (Inbox::default(), context(), Memory::default());
    let moment = Moment::new(&inbox, &context, &memory, None).unwrap();
    let ranker = (RANKERS[0].make)();
    for options in [
        Options { variety: 1.1, ..Options::default() },
        Options { exploration: f64::NAN, ..Options::default() },
        Options { smoothing: 1.0, ..Options::default() },
    ] {
        let refused = arrange(&moment, "attention", ranker.as_ref(), &[], &options, Seed(1));
        assert!(matches!(refused, Err(RankError::Knob { .. })));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn the_order_asks_come_in_makes_no_difference(order in Just((0..40_u32).collect::<Vec<_>>()).prop_shuffle(), seed in 0..99_u64) {
        let options = Options { exploration: 0.5, exchange: 0.5, ..Options::default() };
        for kind in RANKERS {
            let one = slate(kind, (0..40).map(ask), &options, seed);
            let other = slate(kind, order.iter().copied().map(ask), &options, seed);
            prop_assert_eq!(one.exchanged, other.exchanged);
            for (one, other) in one.places.iter().zip(&other.places) {
                prop_assert_eq!(&one.ask, &other.ask, "{}", kind.name);
                prop_assert_eq!(&one.others, &other.others);
                prop_assert!((one.score.value - other.score.value).abs() < 1e-9);
            }
        }
    }

    #[test]
    fn explanations_add_up_shares_to_one_and_budgets_hold(count in 1..60_u32, budget in 1..30_usize, seed in 0..99_u64) {
        let options = Options { budget, exploration: 0.3, ..Options::default() };
        for kind in RANKERS {
            let slate = slate(kind, (0..count).map(ask), &options, seed);
            prop_assert_eq!(slate.places.len(), budget.min(slate.distinct));
            let shares: f64 = slate.places.iter().map(|place| place.share).sum();
            prop_assert!((shares - 1.0).abs() < 1e-9);
            for place in &slate.places {
                prop_assert!((place.explanation.total() - place.score.value).abs() < 1e-9, "{} {:?}", kind.name, place);
                prop_assert!(place.propensity > 0.0 && place.propensity <= 1.0);
                prop_assert!(place.score.probability.is_none_or(|p| (0.0..=1.0).contains(&p)));
            }
        }
    }
}
