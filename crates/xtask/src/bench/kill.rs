//! What is left after `kill -9`? Heartbeats acknowledged just before, counted after the restart.

use serde_json::{Value, json};

use super::heartbeats::{Beat, heartbeat};
use super::measure::succeed;
use super::{Bench, Setting};
use crate::http::{Call, Connection};
use crate::process::Fault;

/// The integration test `ack_kill9` is the proof; this is the figure to compare.
pub(super) const BENCH: Bench = Bench { name: "kill", run };

const KILLS: usize = 8;
const HEARTBEATS: usize = 67;

fn run(setting: &mut Setting) -> Result<Value, Fault> {
    let mut lost = 0;
    for kill in 0..KILLS {
        let bucket = format!("kill-{kill}");
        setting.server.create_bucket(&bucket, "currentwindow")?;
        let mut connection = Connection::open(setting.server.address)?;
        for number in 0..HEARTBEATS {
            let call = heartbeat(&bucket, Beat::New, number);
            succeed(connection.send(&call)?, &call)?;
        }
        setting.server.kill_and_restart()?;
        lost += HEARTBEATS - kept(setting, &bucket)?;
    }
    Ok(json!({"kills": KILLS, "acknowledged": KILLS * HEARTBEATS, "lost": lost}))
}

/// How many of the bucket's heartbeats are there; none if the bucket itself is gone.
fn kept(setting: &Setting, bucket: &str) -> Result<usize, Fault> {
    let buckets = setting.server.call(&Call::get("/api/0/buckets/"))?;
    if buckets.get(bucket).is_none() {
        return Ok(0);
    }
    let count = setting.server.call(&Call::get(&format!("/api/0/buckets/{bucket}/events/count")))?;
    count
        .as_u64()
        .and_then(|count| usize::try_from(count).ok())
        .ok_or_else(|| Fault(format!("a count is no {count}")))
}
