//! What is said of many measurements? Count, rate and percentiles, never a bare average.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::server::Server;
use crate::http::{Answer, Call, Connection};
use crate::process::Fault;

/// Times of one kind of call.
#[derive(Default)]
pub(super) struct Times {
    /// Each call's, in the order they were made.
    pub(super) each: Vec<Duration>,
}

impl Times {
    /// Percentiles in milliseconds.
    pub(super) fn summary(&self) -> Value {
        let mut sorted = self.each.clone();
        sorted.sort_unstable();
        json!({
            "count": sorted.len(),
            "min_ms": milliseconds(percentile(&sorted, 0)),
            "p50_ms": milliseconds(percentile(&sorted, 50)),
            "p99_ms": milliseconds(percentile(&sorted, 99)),
            "max_ms": milliseconds(percentile(&sorted, 100)),
        })
    }
}

/// The value that `percent` of the sorted values do not exceed (nearest rank).
fn percentile(sorted: &[Duration], percent: usize) -> Duration {
    let rank = (sorted.len() * percent).div_ceil(100).max(1);
    sorted.get(rank - 1).copied().unwrap_or_default()
}

/// To a thousandth.
pub(super) fn milliseconds(duration: Duration) -> f64 {
    (duration.as_secs_f64() * 1e6).round() / 1e3
}

/// To a thousandth.
pub(super) fn rounded(value: f64) -> f64 {
    (value * 1e3).round() / 1e3
}

/// Makes the same call again and again, and tells its times, its size and the server's CPU time.
pub(super) fn repeat(server: &Server, call: &Call, times: usize) -> Result<Value, Fault> {
    let mut connection = Connection::open(server.address)?;
    let mut taken = Times::default();
    let before_s = server.cpu_s()?;
    let mut bytes = 0;
    for _ in 0..times {
        let start = Instant::now();
        let answer = succeed(connection.send(call)?, call)?;
        taken.each.push(start.elapsed());
        bytes = answer.body.len();
    }
    let mut summary = taken.summary();
    summary["answer_bytes"] = json!(bytes);
    summary["server_cpu_ms_each"] = json!(rounded((server.cpu_s()? - before_s) * 1e3 / times as f64));
    Ok(summary)
}

/// The answer, if the server did what it was asked.
pub(super) fn succeed(answer: Answer, call: &Call) -> Result<Answer, Fault> {
    if answer.status < 300 || answer.status == 304 {
        return Ok(answer);
    }
    let text: String = answer.text().chars().take(500).collect();
    Err(Fault(format!("{} {} was answered {}: {text}", call.method, call.path, answer.status)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_of_the_nearest_rank() {
        let sorted: Vec<Duration> = (1..=200).map(Duration::from_millis).collect();
        for (percent, expected) in [(0, 1), (50, 100), (99, 198), (100, 200)] {
            assert_eq!(percentile(&sorted, percent), Duration::from_millis(expected));
        }
        assert_eq!(percentile(&[], 50), Duration::ZERO);
    }
}
