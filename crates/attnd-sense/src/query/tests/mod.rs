//! Do queries answer as they should? A small day to ask about, and the ways to ask.

mod bad_input;
mod canonical;
mod functions;
mod language;

use std::collections::BTreeMap;

use attnd_core::{BucketId, BucketType, Data, ErrorCode, Event, Problem, TimeRange};
use serde_json::{Value as Json, json};

use super::*;
use crate::transform::example::{at, event};

/// Buckets in memory.
#[derive(Default)]
pub(super) struct Desk {
    buckets: BTreeMap<String, (String, Vec<Event>)>,
}

impl Desk {
    pub(super) fn with(mut self, id: &str, hostname: &str, events: Vec<Event>) -> Self {
        self.buckets.insert(id.to_owned(), (hostname.to_owned(), events));
        self
    }
}

impl Datasource for Desk {
    fn buckets(&self) -> Result<Vec<BucketInfo>, Problem> {
        let info = |(id, (hostname, events)): (&String, &(String, Vec<Event>))| BucketInfo {
            id: BucketId::parse(id.as_str()).unwrap(),
            hostname: hostname.clone(),
            kind: BucketType(BucketType::WINDOW.to_owned()),
            event_count: events.len() as u64,
        };
        Ok(self.buckets.iter().map(info).collect())
    }

    fn events(&self, bucket: &BucketId, range: TimeRange) -> Result<Vec<Event>, Problem> {
        if bucket.as_str() == "broken" {
            return Err(Problem::new(ErrorCode::Unavailable, "closed"));
        }
        let (_, events) = &self.buckets[bucket.as_str()];
        let mut events: Vec<Event> = events.iter().filter_map(|event| event.clone().clipped(range)).collect();
        events.sort_by_key(|event| std::cmp::Reverse(event.timestamp));
        Ok(events)
    }
}

/// The hour from second 0 of the examples.
pub(super) fn hour() -> TimeRange {
    TimeRange::new(at(0.0), at(3_600.0)).unwrap()
}

/// Runs `query` over the hour.
pub(super) fn run(source: &dyn Datasource, query: &str) -> Result<Value, QueryError> {
    parse(query)?.run(source, hour(), "test", Limits::default())
}

/// The answer as JSON.
pub(super) fn answer(source: &dyn Datasource, query: &str) -> Json {
    match run(source, query) {
        Ok(value) => serde_json::to_value(&value).unwrap(),
        Err(error) => panic!("{error}\n{query}"),
    }
}

/// The answer to an expression that needs no events.
pub(super) fn computed(expression: &str) -> Json {
    answer(&Desk::default(), &format!("RETURN = {expression};"))
}

/// Windows written `(start s, duration s, app, title)`.
pub(super) fn windows(list: &[(f64, f64, &str, &str)]) -> Vec<Event> {
    let window = |(start, duration_s, app, title): &(f64, f64, &str, &str)| {
        let data = Data::from([("app", json!(app)), ("title", json!(title))]);
        event(*start, *duration_s, data)
    };
    list.iter().map(window).collect()
}

/// What events an answer has: `(start s, duration s)`.
pub(super) fn spans_of(events: &Json) -> Vec<(f64, f64)> {
    let span = |event: &Json| {
        let event: Event = serde_json::from_value(event.clone()).unwrap();
        ((event.timestamp.ns() - at(0.0).ns()) as f64 / 1e9, event.duration.as_s_f64())
    };
    events.as_array().unwrap().iter().map(span).collect()
}
