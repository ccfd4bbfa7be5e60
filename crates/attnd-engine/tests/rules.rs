//! Does a rule do what its preview says, and is undoing it exact? The engine over the reference store.

// A test asserts by panicking, in its fixtures too.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::sync::Arc;

use attnd_core::{
    BucketId, BucketType, Clock, Data, Duration, ErrorCode, Event, NewBucket, TimeRange, Timestamp,
};
use attnd_engine::activity::ActivityFilter;
use attnd_engine::rules::{RuleExample, RuleProposal, RuleWarning};
use attnd_engine::settings::CLASSES;
use attnd_engine::{Access, Actor, Case, Engine, EngineConfig, LocalProcesses, RegexRule, Rule, Scope};
use attnd_store::MemoryStore;
use serde_json::{Value, json};

struct Noon;

impl Clock for Noon {
    fn now(&self) -> Timestamp {
        Timestamp::parse("2026-03-05T12:00:00Z").unwrap()
    }
}

struct House {
    engine: Arc<Engine>,
    access: Access,
}

/// Windows of five minutes each, one after the other, on the morning of the day.
async fn house(windows: &[(&str, &str)]) -> House {
    let config =
        EngineConfig { hostname: "h".into(), backup_dir: None, local_processes: LocalProcesses::Trusted };
    let engine = Engine::open(Arc::new(MemoryStore::new()), Arc::new(Noon), config).unwrap();
    let access = Access::new(engine.local_person(), Actor::LocalProcess, vec![Scope::Admin]);
    let id = BucketId::parse("w").unwrap();
    let bucket = NewBucket {
        id: id.clone(),
        name: None,
        kind: BucketType(BucketType::WINDOW.into()),
        client: "test".into(),
        hostname: "h".into(),
        created: None,
        data: Data::default(),
    };
    engine.create_bucket(&access, bucket).await.unwrap();
    let mut at = day().start().saturating_add(Duration::from_s(8 * 3_600));
    let mut events = Vec::new();
    for (app, title) in windows {
        let data = Data::from([("app", (*app).into()), ("title", (*title).into())]);
        events.push(Event::new(at, Duration::from_s(300), data).unwrap());
        at = at.saturating_add(Duration::from_s(300));
    }
    engine.insert(&access, &id, events).await.unwrap();
    House { engine, access }
}

fn day() -> TimeRange {
    TimeRange::parse("2026-03-05T00:00:00Z/2026-03-06T00:00:00Z").unwrap()
}

fn path(text: &str) -> Vec<String> {
    text.split('/').map(str::to_owned).collect()
}

fn written(category: &str, regex: &str) -> RuleProposal {
    let rule = RegexRule { regex: regex.into(), case: Case::Ignored, select_keys: None };
    RuleProposal { category: path(category), rule: Rule::Regex(rule) }
}

impl House {
    fn propose(&self, category: &str, application: &str) -> RuleProposal {
        let example = RuleExample { application: Some(application.into()), ..RuleExample::default() };
        self.engine.propose_rule(self.access.person(), &example, path(category)).unwrap()
    }

    async fn time_of(&self, category: &str) -> Duration {
        let within = ActivityFilter { category: Some(path(category)), ..ActivityFilter::default() };
        self.engine.activities(self.access.person(), day(), &within).await.unwrap().active
    }

    async fn classes(&self) -> Option<Value> {
        self.engine.setting(self.access.person(), CLASSES).await.unwrap()
    }
}

#[tokio::test]
async fn what_the_preview_says_happens_and_undoing_is_exact() {
    let house = house(&[("Quill", "Chapter 1"), ("Quill", "Chapter 2"), ("mpv", "a film")]).await;
    let person = house.access.person();
    // mpv is claimed by a later category of the same depth: the rule must win all the same.
    for (application, category, moved_s) in [("Quill", "Work/Novel", 600), ("mpv", "Work/Documents", 300)] {
        let before = house.time_of(category).await;
        let classes = house.classes().await;
        let proposal = house.propose(category, application);
        let preview = house.engine.preview_rule(person, day(), &proposal).await.unwrap();
        assert_eq!((preview.moved, preview.matched), (Duration::from_s(moved_s), Duration::from_s(moved_s)));
        assert_eq!(preview.moves[0].to, path(category));
        assert_eq!(house.classes().await, classes, "a preview changes nothing");
        house.engine.apply_rule(&house.access, &proposal).await.unwrap();
        assert_eq!(house.time_of(category).await, before.saturating_add(preview.moved));
        assert!(house.engine.can_undo_rules(person));
        house.engine.undo_rules(&house.access).await.unwrap();
        assert_eq!(house.classes().await, classes);
        assert_eq!(house.time_of(category).await, before);
    }
    assert!(!house.engine.can_undo_rules(person));
    let nothing = house.engine.undo_rules(&house.access).await.unwrap_err();
    assert_eq!(nothing.code, ErrorCode::NothingToUndo);
}

#[tokio::test]
async fn twenty_changes_are_undone_whoever_made_them() {
    let house = house(&[]).await;
    let rules =
        |number: u32| json!([{"id": 0, "name": [number.to_string()], "rule": {"type": "none"}, "x": 1}]);
    for number in 0..25 {
        house.engine.put_setting(&house.access, CLASSES, rules(number)).await.unwrap();
    }
    for number in (4..24).rev() {
        house.engine.undo_rules(&house.access).await.unwrap();
        assert_eq!(house.classes().await, Some(rules(number)));
    }
    assert!(!house.engine.can_undo_rules(house.access.person()));
}

#[tokio::test]
async fn rules_that_harm_are_refused_with_a_reason() {
    let apps = ["Alpha", "Beta", "Gamma", "Delta", "Eta"];
    let windows: Vec<_> = apps.iter().map(|app| (*app, "a title")).collect();
    let house = house(&windows).await;
    for (proposal, code) in [
        (written("Work", ""), ErrorCode::RuleRefused),
        (written("Work", ".*"), ErrorCode::RuleRefused),
        (written("Work", "(a"), ErrorCode::RuleRefused),
        (written("Work", r"^(a|a)*\1$"), ErrorCode::RuleRefused),
        (written("Work", &"a".repeat(40_000)), ErrorCode::RuleRefused),
        (written("Work", "a"), ErrorCode::RuleRefused),
        (written("Uncategorized", "Alpha"), ErrorCode::CategoryRefused),
        (written("A/B/C/D/E/F/G/H/I", "Alpha"), ErrorCode::CategoryRefused),
        (written(&"x".repeat(65), "Alpha"), ErrorCode::CategoryRefused),
        (written("Work/", "Alpha"), ErrorCode::CategoryRefused),
    ] {
        let refused = house.engine.apply_rule(&house.access, &proposal).await.unwrap_err();
        assert_eq!(refused.code, code, "{proposal:?}");
        assert!(!refused.detail.is_empty());
    }
    assert_eq!(house.classes().await, None);
    // One application all day is no reason to refuse its rule.
    let one = self::house(&[("Quill", "a"), ("Quill", "b")]).await;
    let proposal = one.propose("Work/Novel", "Quill");
    let preview = one.engine.preview_rule(one.access.person(), day(), &proposal).await.unwrap();
    assert_eq!(preview.warnings, [RuleWarning::MatchesNearlyAll]);
    one.engine.apply_rule(&one.access, &proposal).await.unwrap();
}

#[tokio::test]
async fn suggestions_guess_only_from_siblings() {
    let house = house(&[
        ("Quill", "Chapter 1"),
        ("Quill", "Chapter 2"),
        ("Pad", "notes for rust"),
        ("Pad", "shopping"),
    ])
    .await;
    let classes = json!([{"name": ["Work"], "rule": {"type": "regex", "regex": "rust"}}]);
    house.engine.put_setting(&house.access, CLASSES, classes).await.unwrap();
    let suggestions = house.engine.suggest_rules(house.access.person(), day()).await.unwrap();
    let told: Vec<_> = suggestions
        .iter()
        .map(|one| {
            (one.example.application.as_deref(), one.proposal.category.join("/"), one.active.as_s_f64())
        })
        .collect();
    assert_eq!(told, [(Some("Quill"), String::new(), 600.0), (Some("Pad"), "Work".to_owned(), 300.0)]);
}
