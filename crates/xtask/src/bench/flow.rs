//! How long does our own month and year view take? From sums that are kept, over HTTP and on the command line.

use std::process::Command;
use std::time::Instant;

use serde_json::{Map, Value, json};

use super::measure::{Times, milliseconds, repeat, succeed};
use super::server::Kind;
use super::year::{DAY_S, text};
use super::{Bench, Setting};
use crate::http::{Call, Connection};
use crate::process::Fault;

/// The peer has no such view: its web interface sends one query per day instead (see `canonical_query`).
pub(super) const BENCH: Bench = Bench { name: "flow", run };

fn run(setting: &mut Setting) -> Result<Value, Fault> {
    if setting.server.kind == Kind::AwServer {
        return Ok(Value::Null);
    }
    let server = &setting.server;
    let mut results = Map::new();
    for (name, days, by) in [("month", 30, "day"), ("year", 365, "month")] {
        if days > setting.year.days {
            continue;
        }
        let (from, to) = (text(setting.year.end - days * DAY_S), text(setting.year.end));
        let call = Call::get(&format!("/api/v1/flow?from={from}&to={to}&by={by}"));
        server.forget_peak()?;
        // The first look after a year was loaded computes the sums; it is told apart.
        let start = Instant::now();
        succeed(Connection::open(server.address)?.send(&call)?, &call)?;
        let first_ms = milliseconds(start.elapsed());
        let mut result = repeat(server, &call, setting.times(100))?;
        result["first_ms"] = json!(first_ms);
        result["peak_mib"] = json!(server.peak_mib()?);
        result["command_line"] = command_line(setting, &from, &to)?;
        results.insert(name.to_owned(), result);
    }
    Ok(results.into())
}

/// The same from `attnd flow`: the whole program, start to end.
fn command_line(setting: &Setting, from: &str, to: &str) -> Result<Value, Fault> {
    let mut times = Times::default();
    for _ in 0..10 {
        let start = Instant::now();
        let output = Command::new(&setting.server.program)
            .args(["flow", "--json", "--from", from, "--to", to])
            .args(["--server", &format!("http://{}", setting.server.address)])
            .env("HOME", setting.server.folder())
            .output()?;
        times.each.push(start.elapsed());
        if !output.status.success() {
            return Err(Fault(format!("attnd flow: {}", String::from_utf8_lossy(&output.stderr))));
        }
    }
    Ok(times.summary())
}
