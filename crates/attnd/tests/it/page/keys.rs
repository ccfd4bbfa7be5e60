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
        format!("/model?day={LAST_DAY}"),
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

#[test]
fn one_key_says_that_an_estimate_was_wrong_and_a_digit_answers() {
    let home = Home::new();
    let daemon = home.serve();
    live_through(&home, 1);
    let browser = Browser::open(&home);
    sign_in(&browser, &daemon);
    browser.look(View { language: "en", scheme: "light", width: 1440 });
    let text = || browser.run("return document.body.innerText").as_str().unwrap_or_default().to_owned();

    browser.goto(&format!("{}/model?day={LAST_DAY}", daemon.url()));
    assert!(text().contains("This was wrong"), "something was estimated: {}", text());
    browser.press("w");
    until("the correction is said", || text().contains("it was otherwise").then_some(()));
    assert_eq!(daemon.get("/api/v1/answers").json().as_array().map(Vec::len), Some(1));
    browser.run("document.querySelector('.said button').click()");
    until("it is taken back", || text().contains("Undone.").then_some(()));
    assert_eq!(daemon.get("/api/v1/answers").json(), json!([]));

    let asked = daemon.post("/api/v1/probes/ask", &json!({"question": "focus"}));
    assert_eq!(asked.status, 200, "{}", asked.text());
    browser.goto(&format!("{}/today", daemon.url()));
    assert!(text().contains("How focused were you"), "{}", text());
    browser.press("4");
    until("the answer is said", || text().contains("Answer kept: 4, mostly").then_some(()));
    let answers = daemon.get("/api/v1/answers").json();
    assert_eq!((answers[0]["question"].clone(), answers[0]["value"].clone()), (json!("focus"), json!(4)));
    assert_eq!(browser.complaints(), Vec::<String>::new());
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
