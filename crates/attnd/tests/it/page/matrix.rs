//! Does every page hold in every look? Light and dark, English and Chinese, phone and desktop; with no
//! data, with a day, with a year.

use serde_json::json;

use super::{LAST_DAY, assert_sound, live_through, sign_in, views};
use crate::daemon::{Daemon, Home};
use crate::webdriver::Browser;

/// A page, what its pictures are called, and words that it must say in English and Chinese.
type Shown<'a> = (&'a str, &'a str);

fn assert_all_sound(home: &Home, daemon: &Daemon, pages: &[Shown<'_>]) {
    let browser = Browser::open(home);
    sign_in(&browser, daemon);
    for (name, path) in pages {
        for view in views() {
            assert_sound(&browser, &format!("{}{path}", daemon.url()), name, view);
            let words = browser.run("return document.querySelector('h1').innerText.length");
            assert!(words.as_u64().unwrap() > 3, "{name} {view:?}: no headline");
        }
    }
}

#[test]
fn with_no_data() {
    let home = Home::new();
    let daemon = home.serve();
    let pages = [
        ("flow-empty", "/flow"),
        ("activities-empty", "/activities"),
        ("model-empty", "/model"),
        ("settings-empty", "/settings"),
    ];
    assert_all_sound(&home, &daemon, &pages);
}

#[test]
fn with_a_day() {
    let home = Home::new();
    let daemon = home.serve();
    live_through(&home, 1);
    let day = |path: &str| format!("{path}?from={LAST_DAY}&to={LAST_DAY}");
    let (today, flow, activities) = (format!("/today/{LAST_DAY}"), day("/flow"), day("/activities"));
    let (model, load) = (format!("/model?day={LAST_DAY}"), format!("/model?of=load&day={LAST_DAY}"));
    let pages = [
        ("today-day", today.as_str()),
        ("flow-day", &flow),
        ("activities-day", &activities),
        ("model-day", &model),
        ("model-load-day", &load),
        ("settings-day", "/settings"),
    ];
    assert_all_sound(&home, &daemon, &pages);
}

#[test]
fn with_a_year() {
    let home = Home::new();
    let daemon = home.serve();
    live_through(&home, 365);
    let year = |path: &str| format!("{path}?from=2025-01-29&to={LAST_DAY}");
    let (flow, activities) = (year("/flow"), year("/activities"));
    let month = format!("/flow?from=2026-01-01&to={LAST_DAY}");
    let pages = [("flow-year", flow.as_str()), ("flow-month", &month), ("activities-year", &activities)];
    assert_all_sound(&home, &daemon, &pages);
    let browser = Browser::open(&home);
    sign_in(&browser, &daemon);
    browser.goto(&format!("{}{flow}", daemon.url()));
    let bytes = browser.run("return new TextEncoder().encode(document.documentElement.outerHTML).length");
    assert!(bytes.as_u64().unwrap() < 300_000, "a year is {bytes} bytes");
    let rows =
        browser.run("return Math.max(...[...document.querySelectorAll('table')].map(t => t.rows.length))");
    assert!(rows.as_u64().unwrap() <= 60, "a table of {rows} rows");
    assert_eq!(browser.run("return document.querySelectorAll('canvas').length > 0"), json!(true));
}
