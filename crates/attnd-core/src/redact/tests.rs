//! Does redaction keep what it must and nothing it must not?

use proptest::prelude::*;
use serde_json::json;

use super::*;

fn apply(redactor: &Redactor, kind: &str, data: &Value) -> Redacted {
    let data: Data = serde_json::from_value(data.clone()).unwrap();
    redactor.apply(&BucketId::parse("aw-watcher-test_laptop").unwrap(), &BucketType(kind.to_owned()), &data)
}

fn kept(redacted: Redacted) -> Value {
    match redacted {
        Redacted::Keep(data) => serde_json::to_value(data).unwrap(),
        Redacted::Drop(reason) => panic!("dropped: {reason:?}"),
    }
}

fn with_patterns(filters: &Value) -> (Redactor, Vec<RuleProblem>) {
    let mut rules = RedactionRules::default();
    rules.add_activitywatch_filters(filters);
    Redactor::compile(&rules)
}

const WINDOW: &str = BucketType::WINDOW;
const WEB: &str = BucketType::WEB;

#[test]
fn data_without_secrets_stays_the_same_shared_object() {
    let data = Data::from([("app", "Firefox".into()), ("title", "attnd – 注意力 (3)".into())]);
    let bucket = BucketId::parse("aw-watcher-window_laptop").unwrap();
    let redacted = Redactor::default().apply(&bucket, &BucketType(WINDOW.to_owned()), &data);
    let Redacted::Keep(same) = redacted else { panic!("dropped") };
    assert_eq!(same.address(), data.address());
}

#[test]
fn password_managers_are_dropped_and_their_namesakes_are_not() {
    let redactor = Redactor::default();
    for app in [
        "KeePassXC",
        "org.keepassxc.KeePassXC",
        "bitwarden",
        "Bitwarden.exe",
        "1Password",
        "1Password 8",
        "Proton Pass",
        "ProtonPass.exe",
        "proton-pass",
        "me.proton.Pass",
        "LastPass",
        "Enpass",
        "pass",
        "gopass",
    ] {
        let redacted = apply(&redactor, WINDOW, &json!({"app": app, "title": "Bank"}));
        assert_eq!(redacted, Redacted::Drop(DropReason::Application), "{app}");
    }
    for app in ["Compass", "Passenger", "Firefox", "微信"] {
        let redacted = apply(&redactor, WINDOW, &json!({"app": app, "title": "x"}));
        assert!(matches!(redacted, Redacted::Keep(_)), "{app}");
    }
}

#[test]
fn private_tabs_are_dropped_and_unknown_ones_lose_their_title() {
    let redactor = Redactor::default();
    let tab = |incognito: Value| {
        json!({"url": "https://u:p@example.org/private/path?q=1", "title": "Secret plans",
            "audible": false, "incognito": incognito, "tabCount": 3})
    };
    assert_eq!(apply(&redactor, WEB, &tab(true.into())), Redacted::Drop(DropReason::Incognito));
    assert_eq!(
        kept(apply(&redactor, WEB, &tab(false.into())))["url"],
        json!("https://example.org/private/path")
    );
    for unknown in [Value::Null, "true".into(), 1.into()] {
        let left = kept(apply(&redactor, WEB, &tab(unknown)));
        assert_eq!(left["title"], json!(""));
        assert_eq!(left["url"], json!("https://example.org"));
        assert_eq!(left["tabCount"], json!(3));
    }
    let left = kept(apply(&redactor, WEB, &json!({"url": "https://example.org/a", "title": "x"})));
    assert_eq!(left, json!({"url": "https://example.org", "title": ""}));
}

#[test]
fn time_only_keeps_the_application_alone() {
    let rules =
        RedactionRules { time_only_applications: vec!["Signal".to_owned()], ..RedactionRules::default() };
    let redactor = Redactor::compile(&rules).0;
    let left = kept(apply(
        &redactor,
        WINDOW,
        &json!({"app": "signal-desktop", "title": "Anna", "url": "x", "n": 1, "more": {"a": "b"}}),
    ));
    assert_eq!(left, json!({"app": "signal-desktop", "title": "", "url": "", "n": 1, "more": ""}));
}

#[test]
fn secrets_go_wherever_they_are_nested_and_the_rest_stays() {
    let data = json!({"app": "x", "title": "mail from a@b.de", "list": ["ok", {"deep": ["4111111111111111"]}],
        "card": 4_111_111_111_111_111_u64, "at": 1_700_000_000_000_u64, "flag": true});
    assert_eq!(
        kept(apply(&Redactor::default(), WINDOW, &data)),
        json!({"app": "x", "title": "mail from [redacted]", "list": ["ok", {"deep": ["[redacted]"]}],
        "card": "[redacted]", "at": 1_700_000_000_000_u64, "flag": true})
    );
}

#[test]
fn values_too_deep_to_look_at_are_replaced() {
    let deep = (0..100).fold(json!("a@b.de"), |inner, _| json!([inner]));
    let left = kept(apply(&Redactor::default(), WINDOW, &json!({"x": deep})));
    let text = left.to_string();
    assert!(text.contains(REDACTED) && !text.contains('@'));
}

#[test]
fn own_patterns_drop_or_replace() {
    let (redactor, problems) = with_patterns(&json!([
        {"enabled": true, "bucket_prefix": "aw-watcher-test", "field": "title", "pattern": "(?i)bank",
            "action": "redact", "replacement": "private"},
        {"enabled": true, "bucket_prefix": "", "field": "url", "pattern": "session=", "action": "drop"},
        {"enabled": true, "bucket_prefix": "other", "field": "title", "pattern": ".", "action": "drop"},
        {"enabled": false, "bucket_prefix": "", "field": "title", "pattern": ".", "action": "drop"},
    ]));
    assert!(problems.is_empty());
    let left = kept(apply(&redactor, WINDOW, &json!({"app": "Bank", "title": "My BANK account"})));
    assert_eq!(left, json!({"app": "Bank", "title": "private"}));
    let dropped = apply(&redactor, WINDOW, &json!({"url": "https://a.org/?session=1"}));
    assert_eq!(dropped, Redacted::Drop(DropReason::Pattern(1)));
}

#[test]
fn a_pattern_that_does_not_compile_removes_all_it_looks_at() {
    for bad in ["(", "a{1000000}", r"(?=x)", r"(\w{500}){500}"] {
        let filter = |action| json!([{"field": "title", "pattern": bad, "action": action}]);
        let data = json!({"app": "x", "title": "harmless"});
        let (redactor, problems) = with_patterns(&filter("redact"));
        assert_eq!(problems[0].rule, "patterns[0]");
        assert_eq!(kept(apply(&redactor, WINDOW, &data)), json!({"app": "x", "title": REDACTED}), "{bad}");
        let (redactor, _) = with_patterns(&filter("drop"));
        assert_eq!(apply(&redactor, WINDOW, &data), Redacted::Drop(DropReason::Pattern(0)));
        assert_eq!(kept(apply(&redactor, WINDOW, &json!({"app": "x"}))), json!({"app": "x"}));
    }
}

#[test]
fn heartbeats_cost_little() {
    let redactor = Redactor::default();
    let bucket = BucketId::parse("aw-watcher-window_laptop").unwrap();
    let kind = BucketType(WINDOW.to_owned());
    let title = "redact.rs - attnd - Visual Studio Code — 第 3 章：如何保持专注";
    let data = Data::from([("app", "Code".into()), ("title", title.into())]);
    let began = std::time::Instant::now();
    let rounds = 20_000;
    for _ in 0..rounds {
        assert!(matches!(redactor.apply(&bucket, &kind, &data), Redacted::Keep(_)));
    }
    // Unoptimised and on a busy machine it still keeps up with far more than watchers ever send.
    assert!(began.elapsed().as_secs_f64() < 4.0, "{rounds} took {:?}", began.elapsed());
}

fn any_text() -> impl Strategy<Value = String> {
    let pieces = prop::sample::select(vec![
        "a@b.de",
        "@",
        ".",
        "4111111111111111",
        "4111",
        " ",
        "-",
        "DE89370400440532013000",
        "DE89",
        "ghp_",
        "a1B2c3D4e5F6g7H8a1B2c3D4e5F6g7H8a1B2c3D4",
        "sk-",
        "eyJhbGciOiJI",
        "https://",
        "u:p@",
        "?",
        "#",
        "/",
        "bank",
        "private",
        "-----BEGIN PRIVATE KEY-----",
        "-----END PRIVATE KEY-----",
        "密",
        "é",
        "%40",
        "%",
        "x",
        "7",
        "_",
        "[redacted]",
        ":",
        "AKIAABCDEFGH12345678",
        "http:",
        "data:",
        "icon@2x.png",
    ]);
    prop::collection::vec(pieces, 0..12).prop_map(|pieces| pieces.concat())
}

fn any_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        any_text().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<bool>().prop_map(Value::from),
        Just(Value::Null),
    ];
    leaf.prop_recursive(4, 16, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map("[a-z]{1,3}", inner, 0..4)
                .prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

fn any_data() -> impl Strategy<Value = Value> {
    let key = prop::sample::select(vec!["app", "title", "url", "incognito", "x"]);
    prop::collection::btree_map(key, any_value(), 0..5).prop_map(|fields| {
        Value::Object(fields.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
    })
}

proptest! {
    #[test]
    fn redacting_twice_is_redacting_once(data in any_data(), kind in prop::sample::select(vec![WINDOW, WEB])) {
        let (redactor, _) = with_patterns(&json!([
            {"field": "title", "pattern": "bank", "action": "redact", "replacement": "a@b.de private?"},
            {"field": "title", "pattern": "private", "action": "redact", "replacement": "bank"},
            {"field": "x", "pattern": "redacted", "action": "drop"},
        ]));
        if let Redacted::Keep(once) = apply(&redactor, kind, &data) {
            let again = apply(&redactor, kind, &serde_json::to_value(&once).unwrap());
            prop_assert_eq!(again, Redacted::Keep(once));
        }
    }

    #[test]
    fn a_planted_secret_never_survives(before in any_text(), after in any_text()) {
        let secret = "gotcha.person@secret.example";
        let text = format!("{before} {secret} {after}");
        prop_assert!(!Redactor::default().text(&text).contains(secret));
    }

    #[test]
    fn texts_without_secrets_are_untouched(text in "[a-zA-Z ,.()一-龥-]{0,80}") {
        let redactor = Redactor::default();
        prop_assert!(matches!(redactor.text(&text), Cow::Borrowed(_)));
    }
}
