//! How fast does everything come out, and in how much memory? The export, read to its end.

use std::time::Instant;

use serde_json::{Value, json};

use super::measure::{rounded, succeed};
use super::{Bench, Setting};
use crate::http::{Call, Connection};
use crate::process::Fault;

/// Everything the server holds.
pub(super) const BENCH: Bench = Bench { name: "export", run };

fn run(setting: &mut Setting) -> Result<Value, Fault> {
    let server = &setting.server;
    let call = Call::get("/api/0/export");
    server.forget_peak()?;
    let before_mib = server.resident_mib()?;
    let cpu_before_s = server.cpu_s()?;
    let start = Instant::now();
    let answer = succeed(Connection::open(server.address)?.send(&call)?, &call)?;
    let seconds = start.elapsed().as_secs_f64();
    let megabytes = answer.body.len() as f64 / 1e6;
    Ok(json!({
        "megabytes": rounded(megabytes),
        "seconds": rounded(seconds),
        "megabytes_per_s": rounded(megabytes / seconds),
        "server_cpu_s": rounded(server.cpu_s()? - cpu_before_s),
        "resident_before_mib": before_mib,
        "peak_mib": server.peak_mib()?,
    }))
}
