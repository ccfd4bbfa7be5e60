//! Who should review? `rank_reviews FILE` replays reviews, a JSON object a line, and judges the last quarter.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

use attnd_core::Timestamp;
use attnd_decide::rank::{RoutingAsk, Taken, replay_routing};
use serde_json::Value;

fn taken(line: &str) -> Taken {
    let event: Value = serde_json::from_str(line).unwrap();
    let text = |field: &str| event[field].as_str().unwrap().to_owned();
    let number = |field: &str| event[field].as_u64().unwrap();
    let at = Timestamp::from_ns(event["t"].as_i64().unwrap() * 1_000_000_000).unwrap();
    let ask = RoutingAsk {
        number: Some(number("pr")),
        title: text("title"),
        text: text("desc"),
        paths: event["files"]
            .as_array()
            .unwrap()
            .iter()
            .map(|path| path.as_str().unwrap().to_owned())
            .collect(),
        places: u32::try_from(number("nfiles")).unwrap(),
        amount: (number("add") + number("del")) as f64,
        ..RoutingAsk::new(at, text("author"))
    };
    Taken { ask, mind: text("reviewer") }
}

fn main() {
    let file = std::env::args().nth(1).unwrap();
    let all: Vec<Taken> = std::fs::read_to_string(file).unwrap().lines().map(taken).collect();
    let started = std::time::Instant::now();
    let found = replay_routing(&all).unwrap();
    println!("{found:#?}\n{:.2} s", started.elapsed().as_secs_f64());
}
