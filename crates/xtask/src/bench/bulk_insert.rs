//! How fast does a history come in? A year of events, a thousand to a request, one connection.

use std::time::Instant;

use serde_json::{Value, json};

use super::measure::{Times, rounded, succeed};
use super::{Bench, Setting};
use crate::http::{Call, Connection};
use crate::process::Fault;

/// Leaves the year in the server for the benches after it.
pub(super) const BENCH: Bench = Bench { name: "bulk_insert", run };

const EVENTS_PER_REQUEST: usize = 1_000;

fn run(setting: &mut Setting) -> Result<Value, Fault> {
    let server = &setting.server;
    let mut connection = Connection::open(server.address)?;
    let calls = calls(setting)?;
    let before_s = server.cpu_s()?;
    let mut times = Times::default();
    let start = Instant::now();
    for call in &calls {
        let sent = Instant::now();
        succeed(connection.send(call)?, call)?;
        times.each.push(sent.elapsed());
    }
    let seconds = start.elapsed().as_secs_f64();
    let count = setting.year.count();
    Ok(json!({
        "events": count,
        "events_per_s": (count as f64 / seconds).round(),
        "seconds": rounded(seconds),
        "server_cpu_s": rounded(server.cpu_s()? - before_s),
        "peak_mib": server.peak_mib()?,
        "disk_bytes_in_all": server.disk_bytes(),
        "requests": times.summary(),
    }))
}

/// The requests, made before the clock runs.
fn calls(setting: &Setting) -> Result<Vec<Call>, Fault> {
    let mut calls = Vec::new();
    for bucket in &setting.year.buckets {
        setting.server.create_bucket(&bucket.id, &bucket.kind)?;
        let path = format!("/api/0/buckets/{}/events", bucket.id);
        for events in bucket.events.chunks(EVENTS_PER_REQUEST) {
            let mut body = Vec::with_capacity(EVENTS_PER_REQUEST * 160);
            body.push(b'[');
            for (index, event) in events.iter().enumerate() {
                if index > 0 {
                    body.push(b',');
                }
                body.extend(event.as_bytes());
            }
            body.push(b']');
            calls.push(Call::new("POST", &path).json(body));
        }
    }
    Ok(calls)
}
