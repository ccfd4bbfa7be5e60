//! On what was it measured? Cores, load, memory, and what the disk allows.

use std::fs;
use std::io::{Seek, Write};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::process::Fault;

/// The machine's facts, with three seconds of measuring its disk.
pub(super) fn facts() -> Result<Value, Fault> {
    Ok(json!({
        "cores": std::thread::available_parallelism()?.get(),
        "processor": field("/proc/cpuinfo", "model name"),
        "memory_kib": field("/proc/meminfo", "MemTotal").and_then(|text| text.split(' ').next()?.parse::<u64>().ok()),
        "kernel": fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default().trim(),
        "load_average_before": load_average(),
        "fdatasync_per_s": fdatasync_per_s()?,
    }))
}

/// The mean number of runnable processes over 1, 5 and 15 minutes.
pub(super) fn load_average() -> Vec<f64> {
    let text = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split(' ').take(3).filter_map(|number| number.parse().ok()).collect()
}

fn field(file: &str, name: &str) -> Option<String> {
    let text = fs::read_to_string(file).ok()?;
    let line = text.lines().find(|line| line.starts_with(name))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}

/// How often a second this disk makes 4 KiB durable, rewriting one block and appending to a file: no
/// durable server without group commit is faster. The best of three, for others use the disk too.
fn fdatasync_per_s() -> Result<Value, Fault> {
    let mut best = [0_f64; 2];
    for _ in 0..3 {
        for (best, place) in best.iter_mut().zip([Place::Same, Place::Next]) {
            *best = best.max(syncs_per_s(place)?);
        }
    }
    Ok(json!({"rewriting": best[0].round(), "appending": best[1].round()}))
}

/// Where the next block is written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Same,
    Next,
}

fn syncs_per_s(place: Place) -> Result<f64, Fault> {
    let path = std::env::temp_dir().join(format!("attnd-bench-{}", std::process::id()));
    let mut file = fs::File::create(&path)?;
    let start = Instant::now();
    let mut count = 0_u32;
    while start.elapsed() < Duration::from_millis(500) {
        if place == Place::Same {
            file.rewind()?;
        }
        file.write_all(&[count.to_le_bytes()[0]; 4_096])?;
        file.sync_data()?;
        count += 1;
    }
    let per_s = f64::from(count) / start.elapsed().as_secs_f64();
    fs::remove_file(path)?;
    Ok(per_s)
}
