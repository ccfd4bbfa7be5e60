//! Do rules classify, rank, survive writing and fail as they should?

use proptest::prelude::*;
use serde_json::json;

use super::*;

fn window(app: &str, title: &str) -> Data {
    Data::from([("app", app.into()), ("title", title.into())])
}

fn rules(pairs: &[(&[&str], Value)]) -> CategoryRules {
    let pairs: Value = pairs.iter().map(|(name, rule)| json!([name, rule])).collect();
    CategoryRules::from_pairs(&pairs).unwrap()
}

fn regex(pattern: &str) -> Value {
    json!({"type": "regex", "regex": pattern})
}

#[test]
fn the_deepest_wins_then_the_later() {
    let rules = rules(&[
        (&["Work", "Code"], regex("rust")),
        (&["Work"], regex("rust|docs")),
        (&["Media", "Video"], regex("rust talk")),
        (&["Other"], regex("docs")),
    ]);
    assert_eq!(rules.classify(&window("vim", "rust")), ["Work", "Code"]);
    assert_eq!(rules.classify(&window("mpv", "a rust talk")), ["Media", "Video"]);
    assert_eq!(rules.classify(&window("x", "docs")), ["Other"]);
    assert_eq!(rules.classify(&window("x", "y")), ["Uncategorized"]);
}

#[test]
fn backtracking_rules_take_the_same_precedence() {
    let rules = rules(&[
        (&["Deep", "Slow"], regex("fire(?!x)")),
        (&["Deep", "Plain"], regex("firefox")),
        (&["Flat"], regex("(?<=fire)f")),
    ]);
    assert_eq!(rules.classify(&window("firefox", "")), ["Deep", "Plain"]);
    assert_eq!(rules.classify(&window("firewall", "")), ["Deep", "Slow"]);
    assert_eq!(rules.classify(&window("water", "")), ["Uncategorized"]);
}

#[test]
fn case_keys_and_types_are_honoured() {
    let rules = rules(&[
        (&["Upper"], regex("FOX")),
        (&["Any"], json!({"type": "regex", "regex": "^wolf$", "ignore_case": true})),
        (&["Title"], json!({"type": "regex", "regex": "owl", "select_keys": ["title"]})),
        (&["Never"], json!({"type": "none", "regex": ".*"})),
        (&["Null"], json!({"type": null})),
        (&["New"], json!({"type": "starsign", "sign": "leo"})),
        (&["Empty"], regex("")),
    ]);
    assert_eq!(rules.classify(&window("fox", ""))[0], "Uncategorized");
    assert_eq!(rules.classify(&window("WOLF", ""))[0], "Any");
    assert_eq!(rules.classify(&window("owl", ""))[0], "Uncategorized");
    assert_eq!(rules.classify(&window("", "owl"))[0], "Title");
    let numbers = Data::from([("n", json!(1)), ("l", json!(["FOX"]))]);
    assert_eq!(rules.classify(&numbers)[0], "Uncategorized");
    assert_eq!(rules.problems(), []);
}

#[test]
fn a_faulty_rule_never_matches_and_is_told_of() {
    let rules = rules(&[(&["Bad"], regex("(")), (&["Good"], regex("fox"))]);
    assert_eq!(rules.classify(&window("fox", ""))[0], "Good");
    assert_eq!(rules.problems().len(), 1);
    assert!(rules.problems()[0].to_string().starts_with("the rule of 'Bad' never matches: '('"));
}

#[test]
fn a_rule_that_explodes_does_not_match() {
    let rules = rules(&[(&["Slow", "One"], regex(r"^(a|a)*\1$")), (&["Good"], regex("a"))]);
    let data = window(&("a".repeat(60) + "!"), "");
    assert_eq!(rules.classify(&data)[0], "Good");
    assert_eq!(rules.try_classify(&data).unwrap_err().category, ["Slow", "One"]);
}

#[test]
fn classes_survive_reading_and_writing() {
    let classes = json!([
        {"id": 0, "name": ["Work"], "rule": {"type": "none"}, "data": {"color": "#0F0", "score": 10}},
        {"id": 1, "name": ["Work", "Code"],
         "rule": {"type": "regex", "regex": "vim", "ignore_case": true, "select_keys": ["app"]}},
        {"id": 7, "name": ["New"], "rule": {"type": "starsign", "sign": "leo"}},
    ]);
    let rules = CategoryRules::from_classes(&classes).unwrap();
    assert_eq!(rules.to_classes(), classes);
    assert_eq!(CategoryRules::from_pairs(&rules.to_pairs()).unwrap().version(), rules.version());
    let path = ["Work".to_owned(), "Code".to_owned()];
    assert_eq!(rules.color(&path), Some("#0F0"));
    assert!((rules.score_per_h(&path) - 10.0).abs() < 1e-9);
    assert_eq!(rules.color(&["New".to_owned()]), None);
}

#[test]
fn wrong_shapes_say_which_rule() {
    assert_eq!(CategoryRules::from_classes(&json!({})).unwrap_err(), RulesError::NotAList);
    for (index, bad) in [
        json!(1),
        json!({"name": []}),
        json!({"name": [1]}),
        json!({"name": ["A"], "rule": 1}),
        json!({"name": ["A"], "rule": {"type": "regex", "regex": 5}}),
        json!({"name": ["A"], "rule": {"type": "regex", "regex": "a", "ignore_case": 1}}),
        json!({"name": ["A"], "rule": {"type": "regex", "regex": "a", "select_keys": "app"}}),
        json!({"name": ["A"], "data": 1}),
    ]
    .into_iter()
    .enumerate()
    {
        let error = CategoryRules::from_classes(&json!([{"name": ["Fine"]}, bad])).unwrap_err();
        assert!(matches!(error, RulesError::Rule { number: 2, .. }), "{index}: {error}");
    }
    assert!(CategoryRules::from_pairs(&json!([["Work"]])).is_err());
}

#[test]
fn the_version_tells_rules_apart_but_not_colours() {
    let class = |regex: &str, color: &str| json!([{"name": ["A"], "rule": {"type": "regex", "regex": regex}, "data": {"color": color}}]);
    let version = |classes: Value| CategoryRules::from_classes(&classes).unwrap().version();
    assert_eq!(version(class("a", "#000")), version(class("a", "#fff")));
    assert_ne!(version(class("a", "#000")), version(class("b", "#000")));
    assert_eq!(CategoryRules::default_rules().version(), CategoryRules::default_rules().version());
}

#[test]
fn tags_are_sorted_and_unique() {
    let rules = TagRules::from_pairs(&json!([
        ["work", {"type": "regex", "regex": "code"}],
        ["fun", {"type": "regex", "regex": "game(?!s)"}],
        ["work", {"type": "regex", "regex": "rs"}],
        ["never", {"type": "none"}],
    ]))
    .unwrap();
    assert_eq!(rules.tags_of(&window("code", "game.rs")).unwrap(), ["fun", "work"]);
    assert_eq!(rules.tags_of(&window("x", "games")).unwrap(), [] as [&str; 0]);
    assert!(TagRules::from_pairs(&json!([["a", {"type": "regex", "regex": "("}]])).is_err());
    assert!(TagRules::from_pairs(&json!([[1, {}]])).is_err());
}

#[test]
fn paths_have_labels_in_other_languages() {
    let rules = CategoryRules::default_rules();
    let path = ["Work".to_owned(), "Programming".to_owned()];
    assert_eq!(rules.labels(&path, "zh"), ["工作", "编程"]);
    assert_eq!(rules.labels(&path, "fr"), ["Work", "Programming"]);
    assert_eq!(rules.labels(&["Mine".to_owned()], "zh"), ["Mine"]);
}

#[test]
fn focus_is_said_by_the_nearest_else_by_worth() {
    let rules = CategoryRules::from_classes(&json!([
        {"name": ["Work"], "data": {"score": 10}},
        {"name": ["Work", "Mail"], "data": {"focus": false}},
        {"name": ["Work", "Mail", "Support"], "data": {"score": 10}},
        {"name": ["Work", "Errands"], "data": {"score": 4.9}},
        {"name": ["Play"], "data": {"focus": true, "score": -1}},
        {"name": ["Odd"], "data": {"focus": "yes", "score": "10"}},
    ]))
    .unwrap();
    let is_focus = |path: &str| rules.is_focus(&path.split('/').map(str::to_owned).collect::<Vec<_>>());
    for path in ["Work", "Work/Code", "Play", "Play/Chess"] {
        assert!(is_focus(path), "{path}");
    }
    for path in ["Work/Mail", "Work/Mail/Support", "Work/Errands", "Odd", "Uncategorized", ""] {
        assert!(!is_focus(path), "{path}");
    }
    let rules = CategoryRules::default_rules();
    let path = |path: [&str; 2]| path.map(str::to_owned);
    assert!(rules.is_focus(&path(["Work", "Programming"])));
    assert!(!rules.is_focus(&path(["Communication", "Mail"])));
    assert!(!rules.is_focus(&path(["Media", "Music"])));
}

proptest! {
    #[test]
    fn searching_together_is_searching_one_by_one(
        patterns in proptest::collection::vec(prop_oneof!["[ab]{1,2}", Just("a(?!b)".to_owned()), "[ab]\\|bc"], 1..6),
        depths in proptest::collection::vec(1..4_usize, 6),
        text in "[abc]{0,6}",
    ) {
        let name = |index: usize| vec![index.to_string(); depths[index]];
        let pairs: Value =
            patterns.iter().enumerate().map(|(index, pattern)| json!([name(index), regex(pattern)])).collect();
        let rules = CategoryRules::from_pairs(&pairs).unwrap();
        let matching = (0..patterns.len()).filter(|&index| {
            crate::pattern::Pattern::new(&patterns[index], crate::pattern::Case::Sensitive)
                .unwrap()
                .is_match(&text)
                .unwrap()
        });
        let expected = matching.max_by_key(|&index| (depths[index], index)).map_or(
            vec!["Uncategorized".to_owned()],
            name,
        );
        prop_assert_eq!(rules.classify(&window(&text, "")), expected);
    }
}
