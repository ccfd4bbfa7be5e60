//! When does a person see something? First paint and what was transferred, in a real Chromium.

use std::time::Duration;

use serde_json::{Map, Value, json};

use super::browser::Browser;
use super::measure::Times;
use super::pages::pages;
use super::{Bench, Setting};
use crate::process::Fault;

/// First contentful paint after navigation began, server time included.
pub(super) const BENCH: Bench = Bench { name: "paint", run };

/// How often each page is opened, with what the browser kept and without.
const TIMES: usize = 15;

/// Calls back with the paint's milliseconds and the bytes of everything the page loaded.
const SCRIPT: &str = "
    const done = arguments[0];
    const told = () => {
        const paint = performance.getEntriesByName('first-contentful-paint')[0];
        if (!paint) { setTimeout(told, 10); return; }
        const all = [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')];
        const sum = field => all.reduce((total, entry) => total + entry[field], 0);
        done({paint_ms: paint.startTime, transferred: sum('encodedBodySize'), bytes: sum('decodedBodySize'),
              files: all.length});
    };
    setTimeout(told, 150);";

fn run(setting: &mut Setting) -> Result<Value, Fault> {
    let server = &setting.server;
    let browser = Browser::open(server.folder())?;
    let sign_in = server.sign_in.as_deref().ok_or_else(|| Fault("no sign-in link".to_owned()))?;
    browser.goto(sign_in)?;
    let mut results = Map::new();
    for page in pages(setting.year.end).into_iter().filter(|page| !page.path.starts_with("/api")) {
        let url = format!("http://{}{}", server.address, page.path);
        let mut result = Map::new();
        for (kept, name) in [(Kept::Nothing, "first_visit"), (Kept::Assets, "again")] {
            let mut times = Times::default();
            let mut told = Value::Null;
            for _ in 0..TIMES {
                if kept == Kept::Nothing {
                    browser.forget_cache()?;
                }
                browser.goto(&url)?;
                told = browser.run(SCRIPT)?;
                let paint_ms = told["paint_ms"].as_f64().unwrap_or(f64::NAN);
                times.each.push(
                    Duration::try_from_secs_f64(paint_ms / 1e3)
                        .map_err(|_| Fault(format!("{url} does not paint: {told}")))?,
                );
            }
            let mut summary = times.summary();
            if kept == Kept::Nothing {
                for field in ["bytes", "transferred", "files"] {
                    summary[field] = told[field].take();
                }
            }
            result.insert(name.to_owned(), summary);
        }
        results.insert(page.name.to_owned(), json!(result));
    }
    Ok(results.into())
}

/// What the browser has of the page before it opens it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kept {
    Nothing,
    Assets,
}
