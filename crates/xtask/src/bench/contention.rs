//! Does a long look hold up the watchers? Heartbeats while the longest query runs again and again.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

use super::heartbeats::{Beat, beat_for};
use super::measure::succeed;
use super::queries::canonical;
use super::year::DAY_S;
use super::{Bench, Setting};
use crate::http::Connection;
use crate::process::Fault;

/// The whole year on us, the whole loaded month on the peer.
pub(super) const BENCH: Bench = Bench { name: "heartbeats_during_query", run };

const TIME: Duration = Duration::from_secs(15);

fn run(setting: &mut Setting) -> Result<Value, Fault> {
    let server = &setting.server;
    server.create_bucket("contention", "currentwindow")?;
    let (end, days, address) = (setting.year.end, setting.year.days, server.address);
    let call = canonical(&setting.year, end - days * DAY_S, end);
    let done = Arc::new(AtomicBool::new(false));
    let queries = Arc::new(AtomicUsize::new(0));
    let asker = {
        let (done, queries) = (Arc::clone(&done), Arc::clone(&queries));
        thread::spawn(move || -> Result<(), Fault> {
            let mut connection = Connection::open(address)?;
            while !done.load(Ordering::Relaxed) {
                succeed(connection.send(&call)?, &call)?;
                queries.fetch_add(1, Ordering::Relaxed);
            }
            Ok(())
        })
    };
    let times = beat_for(address, &["contention".to_owned()], Beat::New, TIME);
    done.store(true, Ordering::Relaxed);
    asker.join().map_err(|_| Fault("the asker panicked".to_owned()))??;
    let mut summary = times?.summary();
    summary["days_queried"] = json!(days);
    summary["queries_answered"] = json!(queries.load(Ordering::Relaxed));
    Ok(summary)
}
