//! Do a hundred million answers fit? Drawn, read and put together, with the most memory each method took.

use std::fs;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Map, Value, json};

use super::Setting;
use super::sets::Scratch;
use crate::bench::measure::rounded;
use crate::process::Fault;

/// Ten million units, ten answers each, of a hundred thousand minds and four labels.
const CROWD: [&str; 8] = ["--units", "10000000", "--minds", "100000", "--labels", "4", "--answers", "10"];

/// The cheapest, the two that learn a table of each mind, and the default.
const METHODS: [&str; 4] = ["majority", "dawid-skene", "ibcc", "default"];

/// Draws the answers once and puts them together in each way.
pub(super) fn measure(setting: &Setting) -> Result<Value, Fault> {
    let scratch = Scratch::new("scale")?;
    let [answers, truth, consensus] =
        ["labels.csv", "truth.csv", "consensus.csv"].map(|name| scratch.path(name).display().to_string());
    let drawn = watched(
        setting,
        &[&["crowd", "simulate"], CROWD.as_slice(), &["--out", &answers, "--truth", &truth]].concat(),
    )?;
    let mut results = Map::new();
    results.insert("drawn".to_owned(), drawn);
    results.insert("file_bytes".to_owned(), json!(fs::metadata(&answers)?.len()));
    for method in METHODS {
        let arguments =
            ["crowd", "aggregate", "--answers", &answers, "--method", method, "--out", &consensus];
        results.insert(method.to_owned(), watched(setting, &arguments)?);
    }
    Ok(results.into())
}

/// Runs ours and watches its memory: wall seconds, the most resident bytes, and the figures of its document.
fn watched(setting: &Setting, arguments: &[&str]) -> Result<Value, Fault> {
    eprintln!("bench: attnd {}", arguments.join(" "));
    let start = Instant::now();
    let mut child = Command::new(&setting.program)
        .args(arguments)
        .arg("--json")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()?;
    let status = format!("/proc/{}/status", child.id());
    let mut most_kib = 0;
    // The system keeps the peak itself; the last look before the end has it but for the last moment.
    while child.try_wait()?.is_none() {
        most_kib = most_kib.max(peak_kib(&fs::read_to_string(&status).unwrap_or_default()));
        std::thread::sleep(Duration::from_millis(20));
    }
    let wall_s = start.elapsed().as_secs_f64();
    let output = child.wait_with_output()?;
    if !output.status.success() {
        return Err(Fault(format!("attnd {} failed ({})", arguments.join(" "), output.status)));
    }
    let document: Value = serde_json::from_slice(&output.stdout)?;
    let mut result = json!({"wall_s": rounded(wall_s), "peak_resident_kib": most_kib});
    for figure in ["answers", "workers", "tasks", "read_s", "fit_s", "fit_cpu_s", "write_s", "rounds"] {
        if !document[figure].is_null() {
            result[figure] = document[figure].clone();
        }
    }
    Ok(result)
}

/// The line `VmHWM` of a process's status.
fn peak_kib(status: &str) -> u64 {
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|rest| rest.split_whitespace().next()?.parse().ok()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_peak_is_the_high_water_mark() {
        assert_eq!(peak_kib("VmPeak:\t  900 kB\nVmHWM:\t  512 kB\nVmRSS:\t 100 kB\n"), 512);
        assert_eq!(peak_kib(""), 0);
        let own = fs::read_to_string("/proc/self/status").unwrap();
        assert!(peak_kib(&own) > 100);
    }
}
