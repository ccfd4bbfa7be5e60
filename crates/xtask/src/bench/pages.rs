//! How long does the server take for a page, and how large is it? Today, a week, a month, a year.

use std::time::Instant;

use serde_json::{Map, Value, json};

use super::measure::{milliseconds, repeat, succeed};
use super::year::{DAY_S, date, text};
use super::{Bench, Setting};
use crate::http::{Call, Connection};
use crate::process::Fault;

/// The peer draws its pages in the browser.
pub(super) const BENCH: Bench = Bench { name: "pages", run };

/// A page of the loaded year.
pub(super) struct Page {
    pub(super) name: &'static str,
    pub(super) path: String,
}

/// The pages measured: days that have work in them, and ranges that end with the year.
pub(super) fn pages(end_s: i64) -> Vec<Page> {
    let range = |days: i64| format!("from={}&to={}", date(end_s - days * DAY_S), date(end_s - DAY_S));
    let moments = |days: i64| format!("from={}&to={}", text(end_s - days * DAY_S), text(end_s));
    let page = |name, path| Page { name, path };
    vec![
        page("today", format!("/today/{}", busy_day(end_s))),
        page("flow_day", format!("/flow?from={0}&to={0}", busy_day(end_s))),
        page("flow_week", format!("/flow?{}", range(7))),
        page("flow_month", format!("/flow?{}", range(30))),
        page("flow_year", format!("/flow?{}", range(365))),
        page("activities_month", format!("/activities?{}", range(30))),
        page("activities_year", format!("/activities?{}", range(365))),
        page("settings", "/settings".to_owned()),
        page("measures_month", format!("/api/v1/measures?{}&by=day", moments(30))),
        page("measures_year", format!("/api/v1/measures?{}&by=week", moments(365))),
        page("timeline_year", format!("/api/v1/timeline?{}&bins=1000", moments(365))),
    ]
}

/// A Thursday in December: a working day of the simulated person.
fn busy_day(end_s: i64) -> String {
    date(end_s - 13 * DAY_S)
}

fn run(setting: &mut Setting) -> Result<Value, Fault> {
    let server = &setting.server;
    let mut results = Map::new();
    for page in pages(setting.year.end) {
        let call = Call::get(&page.path).with("Accept", "text/html,application/json");
        // The first look after a year was loaded computes what is kept; it is told apart.
        let start = Instant::now();
        let answer = succeed(Connection::open(server.address)?.send(&call)?, &call)?;
        let first_ms = milliseconds(start.elapsed());
        if answer.body.len() < 1_000 {
            return Err(Fault(format!("{} is {} bytes: no page", page.path, answer.body.len())));
        }
        server.forget_peak()?;
        let mut result = repeat(server, &call, setting.times(60))?;
        result["first_ms"] = json!(first_ms);
        result["peak_mib"] = json!(server.peak_mib()?);
        let packed = call.with("Accept-Encoding", "gzip");
        let packed = succeed(Connection::open(server.address)?.send(&packed)?, &packed)?;
        result["answer_bytes_gzip"] = json!(packed.body.len());
        results.insert(page.name.to_owned(), result);
    }
    Ok(results.into())
}
