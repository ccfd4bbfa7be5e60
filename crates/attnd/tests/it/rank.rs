//! Does `attnd rank` order what asks, say why, learn from what was done, and refuse what cannot be?

use std::fmt::Write;
use std::fs;

use serde_json::{Value, json};

use crate::daemon::Home;

const CONTEXT: &str = r#"{"now": "2026-11-22T10:00:00Z", "task": "quarterly report"}"#;

fn put(home: &Home, name: &str, text: impl AsRef<[u8]>) -> String {
    let path = home.path().join(name);
    fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

/// A mail, an alert told twice, and a review that is due.
fn asks() -> Vec<Value> {
    vec![
        json!({"id": "lunch", "source": "mail", "created": "2026-11-22T09:00:00Z", "title": "Lunch?",
               "sender": "bob", "kind": "message"}),
        json!({"id": "disk-7", "source": "alerts", "created": "2026-11-22T09:50:00Z", "kind": "alert",
               "title": "Disk almost full on host 7"}),
        json!({"id": "disk-8", "source": "alerts", "created": "2026-11-22T09:51:00Z", "kind": "alert",
               "title": "Disk almost full on host 8"}),
        json!({"id": "review", "source": "code", "created": "2026-11-22T08:00:00Z", "sender": "ann",
               "title": "Review the parser", "reason": "review_requested", "deadline": "2026-11-22T12:00:00Z"}),
    ]
}

#[track_caller]
fn shown(home: &Home, asks: &[Value], more: &[&str]) -> Value {
    let asks = put(home, "asks.json", serde_json::to_vec(asks).unwrap());
    let context = put(home, "context.json", CONTEXT);
    let arguments = [&["rank", "show", "--asks", &asks, "--context", &context, "--json"], more].concat();
    let output = home.attnd(&arguments).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn order(slate: &Value) -> Vec<&str> {
    slate["places"].as_array().unwrap().iter().map(|place| place["ask"].as_str().unwrap()).collect()
}

/// That these files are refused with that exit status 2 and reason.
#[track_caller]
fn refused(home: &Home, asks: impl AsRef<[u8]>, more: &[&str], reason: &str) {
    let asks = put(home, "refused.json", asks);
    let context = put(home, "context.json", CONTEXT);
    let arguments = [&["rank", "show", "--asks", &asks, "--context", &context], more].concat();
    let output = home.attnd(&arguments).output().unwrap();
    let text = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{text}");
    assert!(text.contains(reason), "{text}");
}

#[test]
fn asks_are_ordered_with_reasons_that_add_up_in_two_languages() {
    let home = Home::new();
    let slate = shown(&home, &asks(), &[]);
    assert_eq!([&slate["asks"], &slate["distinct"]], [&json!(4), &json!(3)], "two alerts are one");
    assert_eq!(order(&slate)[0], "review");
    let shares: f64 =
        slate["places"].as_array().unwrap().iter().map(|place| place["share"].as_f64().unwrap()).sum();
    assert!((shares - 1.0).abs() < 1e-9);
    for place in slate["places"].as_array().unwrap() {
        let parts = place["explanation"]["parts"].as_array().unwrap();
        let sum: f64 = parts.iter().map(|part| part["value"].as_f64().unwrap()).sum();
        assert!((sum - place["score"]["value"].as_f64().unwrap()).abs() < 1e-6, "{place}");
    }
    let words = &slate["places"][0]["explanation"]["words"];
    assert!(words["en"].as_str().unwrap().contains("due 12:00"), "{words}");
    assert!(words["zh"].as_str().unwrap().contains("12:00"), "{words}");
    assert!(!words["zh"].as_str().unwrap().contains("due"), "{words}");
}

#[test]
fn the_same_seed_gives_the_same_slate_in_whatever_order_asks_come() {
    let home = Home::new();
    let mut backwards = asks();
    backwards.reverse();
    for ranker in ["attention", "formula", "affinity", "popularity", "recency", "deadline-first"] {
        let more = ["--ranker", ranker, "--seed", "7"];
        let [one, other] = [shown(&home, &asks(), &more), shown(&home, &backwards, &more)];
        assert_eq!(order(&one), order(&other), "{ranker}");
        for (one, other) in one["places"].as_array().unwrap().iter().zip(other["places"].as_array().unwrap())
        {
            let [one, other] = [one, other].map(|place| place["score"]["value"].as_f64().unwrap());
            assert!((one - other).abs() < 1e-9, "{ranker}: {one} {other}");
        }
    }
    assert_eq!(order(&shown(&home, &asks(), &["--budget", "2"])).len(), 2);
}

/// Someone answers every mail of bob and dismisses every review: the next slate knows it.
#[test]
fn what_was_done_before_moves_the_next_order() {
    let home = Home::new();
    let two = [asks()[0].clone(), {
        let mut review = asks()[3].clone();
        review.as_object_mut().unwrap().remove("deadline");
        review
    }];
    let before = shown(&home, &two, &[]);
    assert_eq!(order(&before), ["review", "lunch"]);
    let history: Vec<Value> = (0..20)
        .flat_map(|day| {
            let at = |hour: u32| format!("2026-11-{:02}T{hour:02}:00:00Z", day + 1);
            let handled = |id: String, source: &str, sender: &str, kind: &str, done: &str| {
                json!({"ask": {"id": id, "source": source, "sender": sender, "kind": kind, "created": at(8),
                               "title": format!("about {id}")},
                       "feedback": [{"ask": id, "kind": done, "at": at(9)}]})
            };
            [
                handled(format!("m{day}"), "mail", "bob", "message", "answered"),
                handled(format!("r{day}"), "code", "ann", "notification", "dismissed"),
            ]
        })
        .collect();
    let file = put(&home, "history.json", serde_json::to_vec(&history).unwrap());
    let after = shown(&home, &two, &["--history", &file]);
    assert_eq!(order(&after), ["lunch", "review"]);
    let words = after["places"][0]["explanation"]["words"]["en"].as_str().unwrap();
    assert!(words.contains("bob"), "{words}");
    let bulk: Vec<Value> = history
        .into_iter()
        .map(|mut handled| {
            handled["feedback"][0]["kind"] = json!("bulk_read");
            handled
        })
        .collect();
    let file = put(&home, "bulk.json", serde_json::to_vec(&bulk).unwrap());
    let after = shown(&home, &two, &["--history", &file]);
    assert_eq!(order(&after), order(&before), "marking many as read teaches nothing");
}

#[test]
fn what_cannot_be_ranked_is_refused_with_a_reason() {
    let home = Home::new();
    let one = r#"{"id": "1", "source": "mail", "created": "2026-11-22T09:00:00Z"}"#;
    refused(&home, r#"{"id": "1"}"#, &[], "missing field `source`");
    refused(&home, one.replace("created", "began"), &[], "unknown field `began`");
    refused(&home, format!("{one}\n{one}"), &[], "'1'");
    refused(&home, b"\xff\xfe", &[], "line 1 is not UTF-8");
    refused(&home, one, &["--ranker", "chance"], "deadline-first");
    refused(&home, one, &["--variety", "2"], "variety");
    let future = r#"{"ask": {"id": "h", "source": "mail", "created": "2026-11-20T08:00:00Z"},
                     "feedback": [{"ask": "h", "kind": "answered", "at": "2026-11-25T08:00:00Z"}]}"#;
    let future = put(&home, "future.json", future);
    refused(&home, one, &["--history", &future], "lies after now");
}

#[test]
fn nothing_empty_texts_and_a_hundred_thousand_of_a_kind_are_ranked() {
    let home = Home::new();
    let nothing = shown(&home, &[], &[]);
    assert_eq!(order(&nothing), <[&str; 0]>::default());
    let ask = |id: usize, title: &str| json!({"id": id.to_string(), "source": "x", "created": "2026-11-22T09:00:00Z", "title": title});
    let odd = ["", " ", "🎉🎉", "\u{0}", "سلام 你好 hello", &"long ".repeat(2_000_000)];
    let odd: Vec<Value> = odd.iter().enumerate().map(|(id, title)| ask(id, title)).collect();
    let odd = shown(&home, &odd, &[]);
    assert_eq!(odd["asks"], json!(6));
    let same: Vec<Value> = (0..100_000).map(|id| ask(id, "disk almost full on the build host")).collect();
    let same = shown(&home, &same, &[]);
    assert_eq!(same["distinct"], json!(1));
    let words = same["places"][0]["explanation"]["words"]["en"].as_str().unwrap();
    assert!(words.contains("99999 similar asks waiting"), "{words}");
}

#[test]
fn the_past_is_replayed_and_reviews_are_routed() {
    let home = Home::new();
    let (mut asks, mut reactions) = (String::new(), String::new());
    for number in 0..60 {
        let (day, sender) = (number % 28 + 1, ["ann", "bob"][number % 2]);
        let month = number / 28 + 1;
        writeln!(
            asks,
            r#"{{"id": "{number}", "source": "forum", "sender": "{sender}", "created": "2026-{month:02}-{day:02}T08:00:00Z", "title": "question {number}"}}"#
        )
        .unwrap();
        if number % 2 == 0 {
            writeln!(
                reactions,
                r#"{{"mind": "me", "ask": "{number}", "at": "2026-{month:02}-{day:02}T09:00:00Z"}}"#
            )
            .unwrap();
        }
    }
    let (asks, reactions) = (put(&home, "asks.jsonl", asks), put(&home, "reactions.jsonl", reactions));
    let arguments = ["rank", "replay", "--asks", &asks, "--reactions", &reactions, "--json"];
    let output = home.attnd(&arguments).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let found: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(found["judged"], json!(15));
    assert_eq!(found["rankers"][0]["ranker"], "attention");
    assert!(found["rankers"][0]["hit_at_10"].as_f64().unwrap() > 0.9, "{found}");

    let reviews: String = (0..400)
        .map(|number| {
            let (author, reviewer) = (["ann", "bob"][number % 2], ["cat", "dan"][number % 2]);
            format!(
                "{{\"pr\": {number}, \"t\": {}, \"author\": \"{author}\", \"reviewer\": \"{reviewer}\", \"title\": \"x\"}}\n",
                1_600_000_000 + number * 5_000
            )
        })
        .collect();
    let reviews = put(&home, "reviews.jsonl", reviews);
    let output = home.attnd(&["rank", "eval", "--reviews", &reviews, "--json"]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let found: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(found["n"], json!(100));
    assert!(found["acc_at_1"].as_f64().unwrap() > 0.95, "who reviews whom never changes: {found}");
}

/// Five of a team read all that is about gardens, five all about engines: a sixth of the gardeners is shown gardens first.
#[test]
fn what_a_team_reacts_to_counts_for_one_of_them_and_is_named() {
    let home = Home::new();
    let mut reactions = Vec::new();
    for mind in 0..11 {
        let camp = ["garden", "engine"][mind % 2];
        for number in 0..(if mind == 10 { 4 } else { 5 }) {
            reactions.push(
                json!({"mind": format!("m{mind}"), "ask": format!("{camp}-{number}"), "at": "2026-11-20T08:00:00Z"}),
            );
        }
    }
    let team = put(&home, "team.json", serde_json::to_vec(&reactions).unwrap());
    let ask = |id: &str| {
        json!({"id": id, "source": "feed", "kind": "feed_item", "created": "2026-11-22T09:00:00Z",
               "title": format!("news {id}"), "text": "something new"})
    };
    let asks = put(&home, "asks.json", serde_json::to_vec(&[ask("engine-4"), ask("garden-4")]).unwrap());
    let answered = |context: &str| {
        let context = put(&home, "context.json", context);
        let arguments = ["rank", "show", "--asks", &asks, "--context", &context, "--team", &team, "--json"];
        home.attnd(&arguments).output().unwrap()
    };
    let output = answered(r#"{"now": "2026-11-22T10:00:00Z", "mind": "m10"}"#);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let slate: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(order(&slate), ["garden-4", "engine-4"]);
    let words = slate["places"][0]["explanation"]["words"]["en"].as_str().unwrap();
    assert!(words.contains("who acted on 'garden-"), "{words}");
    for (context, reason) in [
        (r#"{"now": "2026-11-22T10:00:00Z"}"#, "'mind' in the context"),
        (r#"{"now": "2026-11-19T10:00:00Z", "mind": "m10"}"#, "lies after now"),
    ] {
        let output = answered(context);
        let text = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{text}");
        assert!(text.contains(reason), "{text}");
    }
}
