//! Does Today say what was sensed, as it is sensed, and nothing else? In a real Chromium.

use serde_json::json;

use super::{assert_sound, sign_in, views};
use crate::daemon::{Daemon, Home, until};
use crate::webdriver::{Browser, View};

#[test]
fn with_no_data_the_page_teaches_the_next_step() {
    let home = Home::new();
    let daemon = home.serve();
    let browser = Browser::open(&home);
    sign_in(&browser, &daemon);
    for view in views() {
        assert_sound(&browser, &daemon.url(), "today-empty", view);
        let text = browser.run("return document.body.innerText");
        assert!(text.as_str().unwrap().contains("attnd watch"), "{view:?}: {text}");
    }
}

#[test]
fn with_the_demonstration_the_page_shows_the_day_and_says_that_it_is_simulated() {
    let home = Home::new();
    let daemon = home.serve_with(&["--demo"]);
    let browser = Browser::open(&home);
    sign_in(&browser, &daemon);
    // Early in the day nothing has happened yet; the page then leads to the last day that has something.
    browser.goto(&daemon.url());
    let reach = browser.run("return document.querySelector('a.reach')?.href ?? null");
    let day = reach.as_str().map_or_else(|| daemon.url(), str::to_owned);
    for view in views() {
        assert_sound(&browser, &day, "today-demo", view);
        let text = browser.run("return document.body.innerText").as_str().unwrap().to_lowercase();
        assert!(text.contains("simulated") || text.contains("模拟"), "{view:?}: {text}");
        let rows = browser.run("return document.querySelectorAll('table tbody tr').length");
        assert!(rows.as_u64().unwrap() >= 5, "{view:?}: the day is shown in {rows} rows");
    }
}

/// A heartbeat of now, in a bucket of windows.
fn beat(daemon: &Daemon, app: &str, title: &str) {
    let start = jiff::Timestamp::now() - jiff::SignedDuration::from_secs(90);
    let event =
        json!([{"timestamp": start.to_string(), "duration": 60, "data": {"app": app, "title": title}}]);
    let answer = daemon.post("/api/0/buckets/aw-watcher-window_testhost/events", &event);
    assert_eq!(answer.status, 200, "{}", answer.text());
}

#[test]
fn what_is_sensed_appears_without_a_reload() {
    let home = Home::new();
    let daemon = home.serve();
    daemon.create_bucket("aw-watcher-window_testhost");
    let browser = Browser::open(&home);
    sign_in(&browser, &daemon);
    browser.look(View { language: "en", scheme: "light", width: 1440 });
    browser.goto(&daemon.url());
    browser.run("window.notReloaded = true");
    beat(&daemon, "Inkscape", "poster.svg");
    until("the page shows the new program", || {
        browser.run("return document.body.innerText").as_str()?.contains("Inkscape").then_some(())
    });
    assert_eq!(browser.run("return window.notReloaded"), json!(true));
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[test]
fn a_long_title_or_one_with_markup_is_text() {
    let home = Home::new();
    let daemon = home.serve();
    daemon.create_bucket("aw-watcher-window_testhost");
    let evil = "<img src=x onerror='window.broken=true'><script>window.broken=true</script>\u{202e}";
    beat(&daemon, evil, &format!("{evil}{}", "wide ".repeat(60)));
    let browser = Browser::open(&home);
    sign_in(&browser, &daemon);
    for view in views() {
        assert_sound(&browser, &daemon.url(), "today-odd", view);
        assert_eq!(browser.run("return window.broken === undefined"), json!(true));
        assert_eq!(browser.run("return document.querySelectorAll('img[src=x]').length"), json!(0));
    }
}
