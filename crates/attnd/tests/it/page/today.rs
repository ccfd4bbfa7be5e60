//! Is the page right for the eyes, the keyboard and a screen reader? Today, in a real Chromium.

use std::path::PathBuf;

use serde_json::{Value, json};

use crate::daemon::{Daemon, Home, tool, until, workspace};
use crate::webdriver::{Browser, View};

/// Every look of the page that a person may have.
fn views() -> Vec<View> {
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

fn sign_in(browser: &Browser, daemon: &Daemon) {
    browser.goto(daemon.ready["sign_in"].as_str().unwrap());
    assert!(
        !browser.run("return location.href").as_str().unwrap().contains("code="),
        "the code leaves the address"
    );
}

/// What must hold of the page however it is looked at.
fn assert_sound(browser: &Browser, url: &str, name: &str, view: View) {
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

#[test]
fn everything_can_be_reached_with_keys() {
    let home = Home::new();
    let daemon = home.serve_with(&["--demo"]);
    let browser = Browser::open(&home);
    sign_in(&browser, &daemon);
    browser.look(View { language: "en", scheme: "light", width: 1440 });
    browser.goto(&daemon.url());
    let focusable = "a[href],button,input,select,summary,[tabindex='0']";
    let expected = browser.run(&format!(
        "return [...document.querySelectorAll(\"{focusable}\")].filter(e => e.checkVisibility() && !e.disabled).length"
    ));
    let mut reached = std::collections::BTreeSet::new();
    for _ in 0..expected.as_u64().unwrap() + 2 {
        // WebDriver's code point for the tabulator.
        browser.press("\u{e004}");
        let seen = browser.run(
            "const e = document.activeElement; if (!e || e === document.body) return null;
             const s = getComputedStyle(e);
             return {index: [...document.querySelectorAll('*')].indexOf(e), html: e.outerHTML.slice(0, 120),
                     visible: s.outlineStyle !== 'none' || s.boxShadow !== 'none'}",
        );
        if seen.is_null() {
            continue;
        }
        assert_eq!(seen["visible"], json!(true), "the focus cannot be seen on {}", seen["html"]);
        reached.insert(seen["index"].as_u64().unwrap());
    }
    assert!(reached.len() as u64 >= expected.as_u64().unwrap(), "reached {} of {expected}", reached.len());
    browser.press("?");
    until("'?' lists the keys", || {
        (browser.run("return document.querySelector('dialog[open]') !== null") == true).then_some(())
    });
}
