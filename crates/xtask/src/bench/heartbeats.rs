//! How many heartbeats a second, and how long does one take? Closed loop, 1 and 8 connections.

use std::net::SocketAddr;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Map, Value, json};

use super::measure::{Times, rounded, succeed};
use super::{Bench, Setting};
use crate::http::{Call, Connection};
use crate::process::Fault;

/// Each connection is a watcher with a bucket of its own and waits for its answer, which comes when
/// the heartbeat is durable, before it sends the next.
pub(super) const BENCH: Bench = Bench { name: "heartbeats", run };

const EACH_RUN: Duration = Duration::from_secs(5);

/// Whether a heartbeat continues the last event or begins a new one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Beat {
    Merging,
    New,
}

fn run(setting: &mut Setting) -> Result<Value, Fault> {
    let mut results = Map::new();
    for (name, beat) in [("merging", Beat::Merging), ("new", Beat::New)] {
        for connections in [1_usize, 8] {
            let buckets: Vec<String> =
                (0..connections).map(|number| format!("{name}-{connections}-{number}")).collect();
            for bucket in &buckets {
                setting.server.create_bucket(bucket, "currentwindow")?;
            }
            let before_s = setting.server.cpu_s()?;
            let start = Instant::now();
            let times = beat_for(setting.server.address, &buckets, beat, EACH_RUN)?;
            let seconds = start.elapsed().as_secs_f64();
            let cpu_s = setting.server.cpu_s()? - before_s;
            let count = times.each.len() as f64;
            let mut summary = times.summary();
            summary["per_s"] = json!((count / seconds).round());
            summary["server_cpu_us_each"] = json!(rounded(cpu_s * 1e6 / count));
            results.insert(format!("{name}_{connections}_connections"), summary);
        }
    }
    Ok(results.into())
}

/// Sends heartbeats to each bucket from a thread of its own for the time given.
pub(super) fn beat_for(
    address: SocketAddr,
    buckets: &[String],
    beat: Beat,
    time: Duration,
) -> Result<Times, Fault> {
    let threads: Vec<_> = buckets
        .iter()
        .cloned()
        .map(|bucket| thread::spawn(move || beat_one(address, &bucket, beat, time)))
        .collect();
    let mut times = Times::default();
    for thread in threads {
        let each = thread.join().map_err(|_| Fault("a sender of heartbeats panicked".to_owned()))??;
        times.each.extend(each);
    }
    Ok(times)
}

fn beat_one(address: SocketAddr, bucket: &str, beat: Beat, time: Duration) -> Result<Vec<Duration>, Fault> {
    let start = Instant::now();
    beat_one_until(address, bucket, beat, || start.elapsed() >= time)
}

/// Sends heartbeats to one bucket until told to stop.
pub(super) fn beat_one_until(
    address: SocketAddr,
    bucket: &str,
    beat: Beat,
    stop: impl Fn() -> bool,
) -> Result<Vec<Duration>, Fault> {
    let mut connection = Connection::open(address)?;
    let mut taken = Vec::new();
    while !stop() {
        let call = heartbeat(bucket, beat, taken.len());
        let sent = Instant::now();
        succeed(connection.send(&call)?, &call)?;
        taken.push(sent.elapsed());
    }
    Ok(taken)
}

/// Heartbeat `number` of a bucket: a tenth of a second after the one before.
pub(super) fn heartbeat(bucket: &str, beat: Beat, number: usize) -> Call {
    let title = if beat == Beat::New { number } else { 0 };
    let (hour, minute, second, tenth) =
        (number / 36_000 % 24, number / 600 % 60, number / 10 % 60, number % 10);
    let body = format!(
        "{{\"timestamp\":\"2024-01-{:02}T{hour:02}:{minute:02}:{second:02}.{tenth}Z\",\"duration\":0,\
         \"data\":{{\"app\":\"Code\",\"title\":\"main.rs {title} - attnd - Code\"}}}}",
        1 + number / 864_000
    );
    Call::new("POST", &format!("/api/0/buckets/{bucket}/heartbeat?pulsetime=60")).json(body)
}
