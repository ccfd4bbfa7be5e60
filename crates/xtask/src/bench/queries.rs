//! How long does ActivityWatch's own day, week, month and year take? The canonical query of its interface.

use serde_json::{Map, Value, json};

use super::measure::repeat;
use super::year::{DAY_S, Year, text};
use super::{Bench, Setting};
use crate::http::Call;
use crate::process::Fault;

/// Whole answers, read to their end.
pub(super) const BENCH: Bench = Bench { name: "canonical_query", run };

fn run(setting: &mut Setting) -> Result<Value, Fault> {
    let mut results = Map::new();
    for (name, moment) in setting.year.places() {
        let start = moment - moment.rem_euclid(DAY_S);
        let call = canonical(&setting.year, start, start + DAY_S);
        results.insert(format!("day_{name}"), repeat(&setting.server, &call, setting.times(30))?);
    }
    for (name, days, times) in [("week", 7, 20), ("month", 30, 10), ("year", 365, 3)] {
        if days > setting.year.days {
            continue;
        }
        let call = canonical(&setting.year, setting.year.end - days * DAY_S, setting.year.end);
        setting.server.forget_peak()?;
        let mut result = repeat(&setting.server, &call, setting.times(times))?;
        result["peak_mib"] = json!(setting.server.peak_mib()?);
        results.insert(name.to_owned(), result);
    }
    Ok(results.into())
}

/// The query that the web interface and `fullDesktopQuery` send, with three categories.
pub(super) fn canonical(year: &Year, start_s: i64, end_s: i64) -> Call {
    let program = format!(
        r#"events = flood(query_bucket(find_bucket("{window}")));
not_afk = flood(query_bucket(find_bucket("{afk}")));
not_afk = filter_keyvals(not_afk, "status", ["not-afk"]);
events = filter_period_intersect(events, not_afk);
events = categorize(events, [[["Work","Programming"],{{"type":"regex","regex":"Code|vim|Terminal","ignore_case":true}}],[["Comms"],{{"type":"regex","regex":"Slack|Thunderbird|Mail","ignore_case":true}}],[["Media"],{{"type":"regex","regex":"YouTube|Spotify","ignore_case":true}}]]);
title_events = sort_by_duration(merge_events_by_keys(events, ["app", "title"]));
app_events = sort_by_duration(merge_events_by_keys(title_events, ["app"]));
cat_events = sort_by_duration(merge_events_by_keys(events, ["$category"]));
app_events = limit_events(app_events, 100);
title_events = limit_events(title_events, 100);
duration = sum_durations(events);
RETURN = {{"events": events, "window": {{"app_events": app_events, "title_events": title_events, "cat_events": cat_events, "active_events": not_afk, "duration": duration}}}};"#,
        window = year.window(),
        afk = year.afk(),
    );
    let statements: Vec<&str> = program.split_inclusive(";\n").collect();
    Call::post(
        "/api/0/query/",
        &json!({"timeperiods": [format!("{}/{}", text(start_s), text(end_s))], "query": statements}),
    )
}
