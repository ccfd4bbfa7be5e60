//! How well are the reactions of a forum ordered? `rank_feed FOLDER [SHARE]` replays its events.tsv over its items.jsonl and prints one JSON
//! document.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

use attnd_core::Timestamp;
use attnd_decide::Seed;
use attnd_decide::rank::{Ask, AskKind, Others, Reaction, Replay, replay};
use serde_json::Value;

fn moment(text: &str) -> Timestamp {
    Timestamp::parse(&format!("{text}Z")).unwrap()
}

fn main() {
    let folder = std::env::args().nth(1).unwrap();
    let items = std::fs::read_to_string(format!("{folder}/items.jsonl")).unwrap();
    let asks: Vec<Ask> = items
        .lines()
        .map(|line| {
            let item: Value = serde_json::from_str(line).unwrap();
            let tags: Vec<&str> =
                item["tags"].as_array().unwrap().iter().map(|tag| tag.as_str().unwrap()).collect();
            Ask {
                kind: AskKind::FeedItem,
                sender: item["owner"].as_u64().map(|owner| owner.to_string()),
                title: item["title"].as_str().unwrap().to_owned(),
                text: format!("{} {}", tags.join(" "), item["text"].as_str().unwrap()),
                topic: tags.first().map(|tag| (*tag).to_owned()),
                ..Ask::new(item["id"].to_string(), "forum", moment(item["t"].as_str().unwrap()))
            }
        })
        .collect();
    let events = std::fs::read_to_string(format!("{folder}/events.tsv")).unwrap();
    let reactions: Vec<Reaction> = events
        .lines()
        .skip(1)
        .map(|line| {
            let cells: Vec<&str> = line.split('\t').collect();
            Reaction { at: moment(cells[0]), mind: cells[1].to_owned(), ask: cells[2].to_owned() }
        })
        .collect();
    let share = std::env::args().nth(2).map_or(1.0, |share| share.parse().unwrap());
    let reactions = &reactions[..(reactions.len() as f64 * share) as usize];
    let what = Replay {
        asks: &asks,
        reactions,
        learn_first: 0.5,
        half_life_days: 60.0,
        others: Others::Counted,
        varieties: &[0.0, 0.3, 0.5, 0.8],
    };
    let started = std::time::Instant::now();
    let mut found = serde_json::json!(replay(&what, Seed(1)).unwrap());
    found["seconds"] = started.elapsed().as_secs_f64().into();
    let heard = replay(&Replay { others: Others::Heard, varieties: &[], ..what }, Seed(1)).unwrap();
    found["rankers_that_hear_the_team"] = serde_json::json!(heard.rankers);
    println!("{found}");
}
