//! How long does ranking take? `rank_speed [ASKS]` places and ranks made-up asks and prints one JSON document.
//!
//! Ranking runs on one thread. `first_ms`, `best_ms` and `median_ms` are by the clock, so other programs add to them;
//! `processor_ms` is the mean of what the thread itself ran, as Linux counts it.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

use std::time::Instant;

use attnd_core::Timestamp;
use attnd_core::time::NS_PER_S;
use attnd_decide::Seed;
use attnd_decide::rank::{
    Answered, Ask, Attention, CalendarEntry, Context, Feedback, FeedbackKind, Inbox, Memory, Moment, Options,
    Window, arrange,
};
use rand::RngExt;
use serde_json::json;

/// How often ranking is timed.
const RUNS: usize = 61;

const WORDS: u32 = 30_000;
const SENDERS: u32 = 2_000;

fn hour(hours: i64) -> Timestamp {
    Timestamp::from_ns_saturating((20_000 * 24 + hours) * 3_600 * NS_PER_S)
}

/// Words as common as in a language: the cube of a uniform number makes few of them frequent.
fn words(chance: &mut impl rand::Rng, count: usize) -> String {
    let word = |number: f64| format!("w{}", (number.powi(3) * f64::from(WORDS)) as u32);
    (0..count).map(|_| word(chance.random())).collect::<Vec<_>>().join(" ")
}

fn ask(number: usize, chance: &mut impl rand::Rng) -> Ask {
    Ask {
        sender: Some(format!("sender {}", chance.random_range(0..SENDERS))),
        title: words(chance, 8),
        text: words(chance, 40),
        deadline: number.is_multiple_of(7).then(|| hour(number as i64 % 300)),
        ..Ask::new(number.to_string(), format!("source {}", number % 40), hour(-(number as i64 % 900)))
    }
}

/// Milliseconds this thread has run so far, as Linux counts: other programs on the machine do not count.
fn ran_ms() -> f64 {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    text.split(' ').next().and_then(|ns| ns.parse::<f64>().ok()).map_or(f64::NAN, |ns| ns / 1e6)
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

fn main() {
    let count: usize = std::env::args().nth(1).map_or(100_000, |count| count.parse().unwrap());
    let mut chance = Seed(1).generator(0);
    let asks: Vec<Ask> = (0..count).map(|number| ask(number, &mut chance)).collect();
    let mut memory = Memory::default();
    for number in 0..5_000 {
        let ask = ask(number, &mut chance);
        let kind = if number % 3 == 0 { FeedbackKind::Answered } else { FeedbackKind::Dismissed };
        memory.learn(&ask, &Feedback::new(ask.id.clone(), kind, hour(0)));
    }
    let entry = |title: String| CalendarEntry { title, start: hour(1), end: hour(2) };
    let context = Context {
        task: Some(words(&mut chance, 8)),
        window: Some(Window { app: "editor".to_owned(), title: words(&mut chance, 8) }),
        calendar: (0..4).map(|_| entry(words(&mut chance, 6))).collect(),
        answered: (0..10)
            .map(|_| Answered { title: words(&mut chance, 8), text: words(&mut chance, 40), at: hour(-1) })
            .collect(),
        ..Context::at(hour(0))
    };
    let started = ran_ms();
    let mut inbox = Inbox::of(asks).unwrap();
    let placing_all_s = (ran_ms() - started) / 1e3;
    let one_ms: Vec<f64> = (0..1_000)
        .map(|number| {
            let ask = ask(count + number, &mut chance);
            let started = Instant::now();
            inbox.place(ask).unwrap();
            started.elapsed().as_secs_f64() * 1e3
        })
        .collect();
    let slowest_ms = one_ms.iter().copied().fold(0.0, f64::max);
    let ranker = Attention::default();
    let times = |budget| {
        let options = Options { budget, ..Options::default() };
        let timed = || {
            let started = Instant::now();
            let moment = Moment::new(&inbox, &context, &memory, None).unwrap();
            let slate = arrange(&moment, "attention", &ranker, &moment.leads(), &options, Seed(1)).unwrap();
            assert_eq!(slate.places.len(), budget.min(slate.distinct));
            started.elapsed().as_secs_f64() * 1e3
        };
        let before = ran_ms();
        let times: Vec<f64> = (0..RUNS).map(|_| timed()).collect();
        let ran_ms = (ran_ms() - before) / RUNS as f64;
        json!({
            "first_ms": times[0],
            "best_ms": times.iter().copied().fold(f64::INFINITY, f64::min),
            "median_ms": median(times),
            "processor_ms": ran_ms,
        })
    };
    println!(
        "{}",
        json!({
            "asks": inbox.len(),
            "distinct": inbox.distinct(),
            "placing_all_s": placing_all_s,
            "placing_one_ms": {"median": median(one_ms), "slowest": slowest_ms},
            "ranking_20_places": times(20),
            "ranking_100_places": times(100),
        })
    );
}
