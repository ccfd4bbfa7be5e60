//! Does a short look cost the same wherever in history it falls? Ten minutes at the start, middle and end.

use serde_json::{Map, Value};

use super::measure::repeat;
use super::{Bench, Setting};
use crate::http::Call;
use crate::process::Fault;

/// Reads of the window bucket.
pub(super) const BENCH: Bench = Bench { name: "reads", run };

fn run(setting: &mut Setting) -> Result<Value, Fault> {
    let bucket = format!("/api/0/buckets/{}/events", setting.year.window());
    let mut results = Map::new();
    for (name, moment) in setting.year.places() {
        let end = moment + 600;
        let path = format!("{bucket}?start={}&end={}", super::year::text(moment), super::year::text(end));
        results.insert(
            format!("ten_minutes_{name}"),
            repeat(&setting.server, &Call::get(&path), setting.times(500))?,
        );
    }
    for (name, path) in [
        ("newest_event", format!("{bucket}?limit=1")),
        ("newest_100_events", format!("{bucket}?limit=100")),
        ("count", format!("{bucket}/count")),
        ("buckets", "/api/0/buckets/".to_owned()),
    ] {
        results.insert(name.to_owned(), repeat(&setting.server, &Call::get(&path), setting.times(500))?);
    }
    Ok(results.into())
}
