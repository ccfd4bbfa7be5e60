//! How much does it take when nothing happens? The program's size, and its memory at rest.

use serde_json::{Value, json};

use super::server::Kind;
use super::{Bench, Setting};
use crate::process::Fault;

/// Measured first, on an empty store.
pub(super) const BENCH: Bench = Bench { name: "footprint", run };

fn run(setting: &mut Setting) -> Result<Value, Fault> {
    let idle_mib = setting.server.resident_mib()?;
    Ok(match setting.server.kind {
        Kind::Attnd => {
            json!({"idle_mib": idle_mib, "binary_bytes": std::fs::metadata(&setting.server.program)?.len()})
        }
        Kind::AwServer => json!({"idle_mib": idle_mib}),
    })
}
