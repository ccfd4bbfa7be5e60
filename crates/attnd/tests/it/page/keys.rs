//! Can everything be done without a mouse? Every control is reached by the tabulator, and seen when it is.

use serde_json::json;

use super::{LAST_DAY, live_through, sign_in};
use crate::daemon::{Home, until};
use crate::webdriver::{Browser, View};

/// WebDriver's code point for the tabulator.
const TAB: &str = "\u{e004}";

#[test]
fn everything_can_be_reached_with_keys() {
    let home = Home::new();
    let daemon = home.serve();
    live_through(&home, 1);
    let browser = Browser::open(&home);
    sign_in(&browser, &daemon);
    browser.look(View { language: "en", scheme: "light", width: 1440 });
    let day = format!("from={LAST_DAY}&to={LAST_DAY}");
    for path in [
        format!("/today/{LAST_DAY}"),
        format!("/flow?{day}"),
        format!("/activities?{day}"),
        "/settings".to_owned(),
    ] {
        browser.goto(&format!("{}{path}", daemon.url()));
        assert_all_reached(&browser, &path);
        browser.run("document.activeElement?.blur()");
        browser.press("?");
        until("'?' lists the keys", || {
            (browser.run("return document.querySelector('dialog[open]') !== null") == true).then_some(())
        });
    }
}

fn assert_all_reached(browser: &Browser, page: &str) {
    // Of a group of radio buttons the tabulator reaches the chosen one; arrows reach the others.
    let focusable =
        "a[href],button,input:not([type=hidden],[type=radio]),select,textarea,summary,[tabindex='0']";
    let expected = browser.run(&format!(
        "return [...document.querySelectorAll(\"{focusable}\")].filter(e => e.checkVisibility() && !e.disabled && !e.closest('dialog:not([open])')).length"
    ));
    let mut reached = std::collections::BTreeSet::new();
    for _ in 0..expected.as_u64().unwrap() + 10 {
        browser.press(TAB);
        let seen = browser.run(
            "const e = document.activeElement; if (!e || e === document.body) return null;
             const s = getComputedStyle(e);
             return {index: [...document.querySelectorAll('*')].indexOf(e), html: e.outerHTML.slice(0, 120),
                     visible: s.outlineStyle !== 'none' || s.boxShadow !== 'none'}",
        );
        if seen.is_null() {
            continue;
        }
        assert_eq!(seen["visible"], json!(true), "{page}: the focus cannot be seen on {}", seen["html"]);
        reached.insert(seen["index"].as_u64().unwrap());
    }
    assert!(
        reached.len() as u64 >= expected.as_u64().unwrap(),
        "{page}: reached {} of {expected}",
        reached.len()
    );
}
