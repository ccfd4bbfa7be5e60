//! Are the pages right for the eyes, the keyboard and a screen reader? In a real Chromium.

mod keys;
mod matrix;
mod today;

use std::path::PathBuf;

use serde_json::{Value, json};

use crate::daemon::{Daemon, Home, succeed, tool, workspace};
use crate::webdriver::{Browser, View};

/// Every look of the page that a person may have.
pub(super) fn views() -> Vec<View> {
    let mut views = Vec::new();
    for language in ["en", "zh-CN"] {
        for scheme in ["light", "dark"] {
            for width in [390, 1440] {
                views.push(View { language, scheme, width });
            }
        }
    }
    views
}

fn picture(name: &str, view: View) -> PathBuf {
    let View { language, scheme, width } = view;
    workspace().join("artefacts").join(format!("{name}-{language}-{scheme}-{width}.png"))
}

pub(super) fn sign_in(browser: &Browser, daemon: &Daemon) {
    browser.goto(daemon.ready["sign_in"].as_str().unwrap());
    assert!(
        !browser.run("return location.href").as_str().unwrap().contains("code="),
        "the code leaves the address"
    );
}

/// What must hold of the page however it is looked at.
pub(super) fn assert_sound(browser: &Browser, url: &str, name: &str, view: View) {
    browser.look(view);
    browser.goto(url);
    let shown = format!("{name} {view:?}");
    let language = browser.run("return document.documentElement.lang");
    let expected = &view.language[..2];
    assert!(
        language.as_str().is_some_and(|language| language.starts_with(expected)),
        "{shown}: lang {language}"
    );
    let too_wide = browser.run(
        "return [...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > innerWidth + 1
            && getComputedStyle(e).position !== 'absolute' && !e.closest('[style*=overflow],table,svg,pre,[role=img]'))
            .map(e => e.tagName + '.' + e.className).slice(0, 5)",
    );
    let scrolls = browser.run("return document.documentElement.scrollWidth > innerWidth");
    assert_eq!(scrolls, json!(false), "{shown}: wider than the window: {too_wide}");
    assert_eq!(browser.run("return document.querySelectorAll('h1').length"), json!(1), "{shown}");
    let faults = accessibility_faults(browser);
    assert!(faults.is_empty(), "{shown}: {}", faults.join("\n"));
    assert_eq!(browser.complaints(), Vec::<String>::new(), "{shown}");
    let shift = browser.run_async(
        "const done = arguments[0]; let sum = 0;
         new PerformanceObserver(list => { for (const e of list.getEntries()) sum += e.value; })
             .observe({type: 'layout-shift', buffered: true});
         requestAnimationFrame(() => requestAnimationFrame(() => done(sum)))",
    );
    assert!(shift.as_f64().unwrap() < 0.02, "{shown}: the layout shifts by {shift}");
    // Last: a picture of the whole page makes the window as tall as the page, which moves what hangs
    // on the window's height.
    browser.screenshot(&picture(name, view));
}

/// What axe-core finds, contrast included.
fn accessibility_faults(browser: &Browser) -> Vec<String> {
    let axe = std::fs::read_to_string(tool(".tools/node_modules/axe-core/axe.min.js")).unwrap();
    browser.run(&axe);
    let report = browser.run_async(
        "const done = arguments[0];
         axe.run(document, {resultTypes: ['violations', 'incomplete']}).then(r => done(r), e => done({error: String(e)}))",
    );
    assert!(report["error"].is_null(), "{}", report["error"]);
    let checked = report["passes"].as_array().map_or(0, Vec::len);
    assert!(checked > 10, "axe checked {checked} rules");
    let listed = |value: &Value| {
        let rule = value["id"].as_str().unwrap_or_default().to_owned();
        let nodes = value["nodes"].as_array().into_iter().flatten();
        nodes.map(|node| format!("{rule}: {} {}", node["target"], node["failureSummary"])).collect::<Vec<_>>()
    };
    report["violations"].as_array().unwrap().iter().flat_map(listed).collect()
}

/// Brings in simulated days, the last of which is [`LAST_DAY`], as a person would.
fn live_through(home: &Home, days: u32) {
    let file = home.path().join("simulated.json");
    let (days, file) = (days.to_string(), file.to_str().unwrap());
    let mut simulate = home.attnd(&["simulate", "--days", &days, "--seed", "7", "--last-day", LAST_DAY]);
    succeed(simulate.args(["--zone", "UTC", "--out", file]));
    let imported = home.run(&["import", file]);
    assert!(imported.status.success(), "{}", String::from_utf8_lossy(&imported.stderr));
}

/// A Wednesday.
const LAST_DAY: &str = "2026-01-28";
