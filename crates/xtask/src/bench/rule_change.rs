//! How soon does a changed category rule hold for the whole year, and do watchers wait meanwhile?

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::heartbeats::{Beat, beat_one_until};
use super::measure::{Times, milliseconds, succeed};
use super::year::{DAY_S, text};
use super::{Bench, Setting};
use crate::http::{Call, Connection};
use crate::process::Fault;

/// Each change moves an application from one category to another; then the year is asked for, which
/// answers only with the new rules everywhere. One watcher sends heartbeats all the while.
pub(super) const BENCH: Bench = Bench { name: "rule_change", run };

const CHANGES: usize = 6;

/// Between two heartbeats: as many as fifty watchers send.
const PULSE: Duration = Duration::from_millis(20);

fn run(setting: &mut Setting) -> Result<Value, Fault> {
    let server = &setting.server;
    server.create_bucket("rule-change", "currentwindow")?;
    let (from, to) = (text(setting.year.end - setting.year.days * DAY_S), text(setting.year.end));
    let year = Call::get(&format!("/api/v1/flow?from={from}&to={to}&by=month"));
    let original = server.call(&Call::get("/api/v1/categories"))?["categories"].take();
    let done = Arc::new(AtomicBool::new(false));
    let watcher = {
        let (address, done) = (server.address, Arc::clone(&done));
        thread::spawn(move || {
            beat_one_until(address, "rule-change", Beat::New, || {
                thread::sleep(PULSE);
                done.load(Ordering::Relaxed)
            })
        })
    };
    let mut applied = Times::default();
    let mut answered = Times::default();
    let mut moved = Vec::new();
    for number in 0..CHANGES {
        // A moment between changes, as a person takes; the watcher's quiet times count too.
        thread::sleep(Duration::from_millis(1_500));
        let call = Call::new("PUT", "/api/v1/categories").json(changed(&original, number).to_string());
        let start = Instant::now();
        let mut connection = Connection::open(server.address)?;
        succeed(connection.send(&call)?, &call)?;
        answered.each.push(start.elapsed());
        let answer = succeed(connection.send(&year)?, &year)?.json();
        applied.each.push(start.elapsed());
        moved.push(seconds_in(&answer, "Bench"));
    }
    done.store(true, Ordering::Relaxed);
    let beats = watcher.join().map_err(|_| Fault("the watcher panicked".to_owned()))??;
    let right = moved.iter().enumerate().all(|(number, seconds)| (*seconds > 0.0) == (number % 2 == 0));
    if !right {
        return Err(Fault(format!("the year does not follow the rules: {moved:?} s in the category")));
    }
    let longest = beats.iter().max().copied().unwrap_or_default();
    Ok(json!({
        "applied_to_the_year": applied.summary(),
        "change_answered": answered.summary(),
        "heartbeats_meanwhile": Times { each: beats }.summary(),
        "longest_heartbeat_ms": milliseconds(longest),
    }))
}

/// The rules, and with every second change one more that takes the editor's time.
fn changed(original: &Value, number: usize) -> Value {
    let mut rules = original.clone();
    if number.is_multiple_of(2)
        && let Some(list) = rules.as_array_mut()
    {
        list.push(json!({
            "name": ["Work", "Programming", "Bench"],
            "rule": {"type": "regex", "regex": "Visual Studio Code|Code", "ignore_case": true},
        }));
    }
    rules
}

fn seconds_in(report: &Value, category: &str) -> f64 {
    let categories = report["categories"].as_array().into_iter().flatten();
    let ours = categories.filter(|share| {
        share["path"].as_array().and_then(|path| path.last()).is_some_and(|name| name == category)
    });
    ours.filter_map(|share| share["active_s"].as_f64()).sum()
}
