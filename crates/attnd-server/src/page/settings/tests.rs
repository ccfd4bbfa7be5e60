//! Do the settings say what is set, whatever it is?

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use attnd_core::bucket::Extent;
use attnd_core::record::AuditLine;
use attnd_core::redact::{AddressRule, PatternAction, PatternRule, RedactionRules};
use attnd_core::{Bucket, BucketId, BucketType, Data, Timestamp};
use attnd_engine::CategoryRules;
use attnd_engine::access::{Holder, Scope, Token};
use attnd_engine::consent::{Consent, ConsentState};
use attnd_engine::pairing::{Pairing, PairingState, PairingToken};
use attnd_engine::probe::ProbeSettings;
use axum::http::HeaderMap;
use jiff::tz::TimeZone;
use serde_json::json;

use super::category::{CategoryForm, FieldFault, Typed};
use super::retention::{BeforeKeeping, Going};
use super::view::{Sample, Settings};
use super::{Refused, Shown, access, data};
use crate::page::change::{Before, Change, Said};
use crate::page::form::Fields;
use crate::page::text::{Language, SettingsText};
use crate::page::visitor::{Theme, Visitor};

const NOW: &str = "2026-11-20T14:15:00Z";
const HOSTILE: &str = "\"><script>alert(1)</script><img src=x onerror=alert(1)> '\" onmouseover=alert(1) x='";

fn at(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap()
}

fn visitor(language: Language) -> Visitor {
    let mut visitor = Visitor::of(&HeaderMap::new(), "");
    visitor.locale.language = language;
    visitor.locale.zone = TimeZone::get("Europe/Berlin").unwrap();
    visitor
}

/// What the engine says, owned, so that a test changes one thing.
struct Given {
    rules: CategoryRules,
    redaction: RedactionRules,
    retention: BTreeMap<BucketType, u32>,
    buckets: Vec<Bucket>,
    consents: Vec<Consent>,
    paused_until: Option<Timestamp>,
    tokens: Vec<Arc<Token>>,
    pairings: Vec<Pairing>,
    questions: ProbeSettings,
    shown: Shown,
}

impl Given {
    /// As after the first start.
    fn new() -> Self {
        Self {
            rules: CategoryRules::default_rules(),
            redaction: RedactionRules::default(),
            retention: BTreeMap::new(),
            buckets: Vec::new(),
            consents: Vec::new(),
            paused_until: None,
            tokens: Vec::new(),
            pairings: Vec::new(),
            questions: ProbeSettings::default(),
            shown: Shown::default(),
        }
    }

    /// As after some months of use.
    fn used() -> Self {
        let mut given = Self::new();
        let kinds = [
            ("aw-watcher-window_laptop", "currentwindow", 545_847),
            ("aw-watcher-afk_laptop", "afkstatus", 8_120),
            ("aw-watcher-web-firefox", "web.tab.current", 91_002),
        ];
        given.buckets = kinds.map(|(id, kind, count)| bucket(id, kind, count)).into();
        given.consents =
            given.buckets.iter().map(|bucket| consent(bucket.id.as_str(), ConsentState::Given)).collect();
        given.consents[2].state = ConsentState::Withdrawn;
        given.retention.insert(BucketType("web.tab.current".to_owned()), 90);
        given.redaction.time_only_applications.push("Signal".to_owned());
        given.redaction.patterns = vec![
            pattern("(?i)salary", Some("title"), PatternAction::Redact),
            pattern("bank\\.example", Some("url"), PatternAction::Drop),
        ];
        given.tokens = vec![
            token("cli", vec![Scope::ReadSelf], Holder::Program),
            token("editor", vec![Scope::parse("ingest:aw-watcher-vim_laptop").unwrap()], Holder::Program),
            token("browser", vec![Scope::Admin], Holder::Session),
        ];
        given.pairings = vec![
            pairing("a", "moz-extension://4b5ee0f2-0e5f-4f2c-9a33-6c2c5d5c8d51", PairingState::Approved),
            pairing("b", "chrome-extension://nglaklhklhcoonedhgnpgddginnjdadi", PairingState::Pending),
        ];
        given
    }

    fn html(&self, visitor: &Visitor) -> String {
        let settings = Settings {
            visitor,
            now: at(NOW),
            rules: &self.rules,
            redaction: &self.redaction,
            retention: &self.retention,
            buckets: &self.buckets,
            consents: &self.consents,
            paused_until: self.paused_until,
            tokens: &self.tokens,
            pairings: &self.pairings,
            questions: &self.questions,
            shown: &self.shown,
        };
        settings.html().unwrap()
    }

    fn english(&self) -> String {
        self.html(&visitor(Language::En))
    }
}

fn bucket(id: &str, kind: &str, event_count: u64) -> Bucket {
    let extent = Extent { start: at("2025-11-02T08:00:00Z"), end: at("2026-11-20T14:14:00Z") };
    Bucket {
        id: BucketId::parse(id).unwrap(),
        name: None,
        kind: BucketType(kind.to_owned()),
        client: "test".to_owned(),
        hostname: "laptop".to_owned(),
        created: at("2025-11-02T08:00:00Z"),
        data: Data::default(),
        extent: Some(extent),
        event_count,
    }
}

fn consent(bucket: &str, state: ConsentState) -> Consent {
    Consent {
        bucket: BucketId::parse(bucket).unwrap(),
        purpose: "flow".to_owned(),
        state,
        basis: "started by local process".to_owned(),
        at: at("2025-11-02T08:00:00Z"),
    }
}

fn pattern(pattern: &str, field: Option<&str>, action: PatternAction) -> PatternRule {
    PatternRule {
        enabled: true,
        bucket_prefix: String::new(),
        field: field.map(str::to_owned),
        pattern: pattern.to_owned(),
        action,
        replacement: None,
    }
}

fn token(name: &str, scopes: Vec<Scope>, holder: Holder) -> Arc<Token> {
    Arc::new(Token {
        id: format!("id-of-{}", scopes.len()),
        name: name.to_owned(),
        digest: "0123456789abcdef".to_owned(),
        scopes,
        origin: None,
        created: at("2026-11-01T10:00:00Z"),
        last_used: Some(at("2026-11-20T13:00:00Z")),
        expires: Some(at("2026-12-01T10:00:00Z")),
        holder,
    })
}

fn pairing(id: &str, origin: &str, state: PairingState) -> Pairing {
    Pairing {
        id: id.to_owned(),
        origin: origin.to_owned(),
        bucket: Some(BucketId::parse("aw-watcher-web-firefox").unwrap()),
        state,
        asked: at(NOW),
        answered: None,
        token: PairingToken::Waiting,
    }
}

fn refused(form: &'static str, field: &'static str, words: &str, typed: Fields) -> Shown {
    let refused = Refused { form, field, words: words.to_owned(), typed };
    Shown { refused: Some(refused), ..Shown::default() }
}

/// The text between tags, one line a piece.
fn read(html: &str) -> String {
    let main = html.split("<main").nth(1).and_then(|rest| rest.split("</main>").next()).unwrap();
    let pieces = main.split('<').filter_map(|piece| piece.split_once('>')).map(|(_, text)| text.trim());
    pieces.filter(|text| !text.is_empty()).collect::<Vec<_>>().join("\n").replace('\u{a0}', " ")
}

fn category_page(given: &Given, visitor: &Visitor, at: Option<usize>, fault: Option<FieldFault>) -> String {
    let typed = match at {
        Some(at) => Typed::of_category(&given.rules, at, &visitor.locale),
        None => Typed::new_in(""),
    };
    CategoryForm { visitor, rules: &given.rules, at, typed, fault, preview: None }.html().unwrap()
}

#[test]
fn every_section_says_what_is_set() {
    let html = Given::used().english();
    let words = read(&html);
    for said in [
        "6 kinds of secrets, 24 applications altogether, and all but the time of 1 more.",
        "“(?i)salary” in titles: the text becomes [redacted]",
        "“bank\\.example” in addresses: nothing of it is kept",
        "90 days",
        "withdrawn on Sunday, 2 November 2025",
        "send to aw-watcher-vim_laptop",
        "Recording is on.",
    ] {
        assert!(words.contains(&said.replace('\'', "&#39;")), "{said}\n{words}");
    }
    for anchor in [
        "categories",
        "redaction",
        "retention",
        "recording",
        "extensions",
        "tokens",
        "sessions",
        "data",
        "look",
    ] {
        assert!(
            html.contains(&format!("href=\"#{anchor}\"")) && html.contains(&format!("id=\"{anchor}\"")),
            "{anchor}"
        );
    }
    assert!(!html.contains("0123456789abcdef"), "not even the digest of a token is shown");
}

#[test]
fn what_comes_from_outside_is_text() {
    let mut given = Given::used();
    given.rules = CategoryRules::from_classes(&json!([
        {"name": [HOSTILE], "rule": {"type": "regex", "regex": "("}, "data": {"color": "\"/><script>"}},
        {"name": [HOSTILE, "x"], "rule": {"type": "regex", "regex": HOSTILE}, "data": {"color": "#abc"}},
    ]))
    .unwrap();
    given.redaction.patterns = vec![pattern(HOSTILE, Some(HOSTILE), PatternAction::Redact)];
    given.redaction.dropped_applications = vec![format!("</textarea>{HOSTILE}")];
    given.tokens = vec![token(HOSTILE, vec![Scope::Admin], Holder::Program)];
    given.pairings = vec![pairing("x", HOSTILE, PairingState::Pending)];
    given.buckets = vec![bucket(HOSTILE, HOSTILE, 1)];
    given.shown = refused("token", "name", HOSTILE, Fields::from([("name", HOSTILE)]));
    let visitor = visitor(Language::En);
    let hostile_fault = FieldFault { field: "name", words: HOSTILE.to_owned() };
    let kind = BucketType(HOSTILE.to_owned());
    let going = Going { entries: 1, before: at(NOW) };
    let line = AuditLine {
        sequence: 1,
        at: at(NOW),
        actor: HOSTILE.to_owned(),
        action: HOSTILE.to_owned(),
        subject: HOSTILE.to_owned(),
        hash: String::new(),
    };
    for html in [
        given.html(&visitor),
        category_page(&given, &visitor, Some(1), Some(hostile_fault)),
        BeforeKeeping { visitor: &visitor, kind: &kind, days: Some(3), going }.html().unwrap(),
        access::token_html(&visitor, HOSTILE, HOSTILE).unwrap(),
        data::log_html(&visitor, at(NOW), &[line]).unwrap(),
    ] {
        assert!(!html.contains("<script>alert") && !html.contains("<img") && !html.contains("</textarea>\""));
        assert!(!html.contains(" onmouseover=alert(1) x='"), "quotes cannot end an attribute");
        assert!(html.contains("&#60;script&#62;alert(1)"), "it is shown as it is");
        for forbidden in ["style=", "<style", "http://", "https://", " onclick"] {
            assert!(!html.contains(forbidden), "{forbidden}");
        }
        for script in html.split("<script").skip(1) {
            assert!(script.starts_with(" type=\"module\" src=\"/assets/"));
        }
    }
}

#[test]
fn a_refused_form_keeps_what_was_typed() {
    let mut given = Given::used();
    let typed = Fields::from([("name", "my editor"), ("scope", "ingest"), ("bucket", ""), ("days", "30")]);
    given.shown = refused("token", "bucket", "Name the bucket.", typed);
    let html = given.english();
    assert!(html.contains("value=\"my editor\"") && html.contains("value=\"30\""), "{html}");
    assert!(html.contains("<option value=\"ingest\" selected>"));
    assert!(html.contains("aria-describedby=\"token-bucket-fault\" autofocus"));
    assert!(html.contains("<p class=\"fault\" id=\"token-bucket-fault\">Name the bucket.</p>"));
    let open = html.matches("<details open>").count();
    assert_eq!(open, 1, "the form that was refused");
}

#[test]
fn a_change_is_said_in_its_section_with_its_undo() {
    let mut given = Given::used();
    let change = |before| Change {
        id: "7".to_owned(),
        said: Said::CategoryRemoved(vec!["Work".to_owned(), "Mail".to_owned()]),
        before,
        page: "/settings".to_owned(),
        section: "categories",
    };
    given.shown.change = Some(Arc::new(change(Some(Before::Redaction(RedactionRules::default())))));
    let html = given.english();
    let said = html.find("Work › Mail was removed.").unwrap();
    assert!(said > html.find("id=\"categories\"").unwrap() && said < html.find("id=\"redaction\"").unwrap());
    assert!(html.contains("action=\"/changes/7/undo\""));
    given.shown.change = Some(Arc::new(change(None)));
    assert!(!given.english().contains("/changes/7/undo"), "what cannot be undone offers nothing");
}

#[test]
fn rules_that_do_not_work_are_named_with_a_way_to_mend_them() {
    let mut given = Given::new();
    given.rules = CategoryRules::from_classes(&json!([
        {"name": ["Work"], "rule": {"type": "regex", "regex": "("}},
        {"name": ["Odd"], "rule": {"type": "sorcery"}},
    ]))
    .unwrap();
    let html = given.english();
    assert!(html.contains("The rule of Work matches nothing"), "{html}");
    assert!(html.contains("href=\"/settings/category?which=0%2FWork\">Mend it"));
    assert!(html.contains("a kind of rule attnd does not know"));
    given.redaction.patterns = vec![pattern("[", None, PatternAction::Drop)];
    assert!(given.english().contains("It is not a regular expression, so everything"));
}

#[test]
fn a_category_keeps_its_names_colour_and_focus_through_its_form() {
    let rules = CategoryRules::default_rules();
    for language in Language::ALL {
        let locale = visitor(language).locale;
        for at in 0..rules.categories().len() {
            let typed = Typed::of_category(&rules, at, &locale);
            let same = typed.category(&rules, Some(at), &locale).unwrap();
            let original = &rules.categories()[at];
            assert_eq!((&same.name, &same.rule), (&original.name, &original.rule));
            assert_eq!(same.data.get("label"), original.data.get("label"));
        }
    }
    let locale = visitor(Language::Zh).locale;
    let typed = Typed { name: "编码".to_owned(), ..Typed::of_category(&rules, 0, &locale) };
    let renamed = typed.category(&rules, Some(0), &locale).unwrap();
    assert_eq!(renamed.name.last().map(String::as_str), Some("编码"));
    assert_eq!(renamed.data.get("label"), None, "a new name is not called the old one in Chinese");
}

#[test]
fn what_cannot_be_undone_says_so_before() {
    let english = read(&Given::used().english());
    for said in [
        "Applied to what is stored, they remove it there too. This cannot be undone.",
        "It cannot be undone.",
        "Revoking holds at once and cannot be undone",
    ] {
        assert!(english.contains(said), "{said}");
    }
    let visitor = visitor(Language::En);
    let kind = BucketType(BucketType::WINDOW.to_owned());
    let page = |days, entries| {
        let going = Going { entries, before: at("2026-08-22T14:15:00Z") };
        read(&BeforeKeeping { visitor: &visitor, kind: &kind, days, going }.html().unwrap())
    };
    assert!(
        page(Some(90), 12_345).contains(
            "Kept for 90 days, 12,345 entries from before Saturday, 22 August 2026 go within a day"
        )
    );
    assert!(page(Some(90), 12_345).contains("What has gone by then is gone."));
    assert!(page(Some(900), 0).contains("nothing goes now"));
    assert!(page(None, 0).contains("Kept for ever, nothing goes unless you erase it."));
}

/// Writes every state of the pages for looking at: `ATTND_PAGES=folder cargo test -p attnd-server`.
#[test]
fn every_state_can_be_written() {
    let long = "A name that goes on 很长的名字 ".repeat(12);
    let mut crowded = Given::used();
    crowded.rules = CategoryRules::from_classes(&json!([
        {"name": ["Work"], "rule": {"type": "regex", "regex": long}, "data": {"color": "#4a6c9b"}},
        {"name": ["Work", long], "rule": {"type": "regex", "regex": "("}},
        {"name": ["Work", long, "Deeper", "Deeper still"], "rule": {"type": "none"}},
    ]))
    .unwrap();
    crowded.redaction =
        RedactionRules { addresses: AddressRule::SiteOnly, secrets: BTreeSet::new(), ..crowded.redaction };
    crowded.tokens.push(token(&long, vec![Scope::Admin, Scope::ReadSelf], Holder::Program));
    crowded.paused_until = Some(at("2026-11-20T14:45:00Z"));
    crowded.shown.change = Some(Arc::new(Change {
        id: "1".to_owned(),
        said: Said::CategoryChanged(vec!["Work".to_owned(), long.clone()]),
        before: Some(Before::Redaction(RedactionRules::default())),
        page: "/settings".to_owned(),
        section: "categories",
    }));
    let mut faulty = Given::used();
    let typed = Fields::from([("what", "period"), ("from", "2026-11-01"), ("to", ""), ("word", "")]);
    let words = SettingsText(Language::En).erase_no_days();
    faulty.shown = refused("erase", "from", &words, typed);
    let mut trying = Given::used();
    let typed = Fields::from([
        ("pattern", "salary"),
        ("field", "title"),
        ("action", "redact"),
        ("sample", "My salary.ods"),
    ]);
    trying.shown.sample = Some(Sample { words: "Kept: [redacted]".to_owned(), typed });
    let states = [
        ("new", Given::new()),
        ("used", Given::used()),
        ("crowded", crowded),
        ("faulty", faulty),
        ("trying", trying),
    ];
    for language in Language::ALL {
        for theme in [Theme::Light, Theme::Dark] {
            let visitor = Visitor { theme, ..visitor(language) };
            for (name, given) in &states {
                write(&visitor, &format!("settings-{name}"), given.html(&visitor));
            }
            let used = Given::used();
            let fault = FieldFault { field: "pattern", words: SettingsText(language).matches_everything() };
            write(&visitor, "settings-category", category_page(&used, &visitor, Some(5), Some(fault)));
            write(&visitor, "settings-category-new", category_page(&used, &visitor, None, None));
            let kind = BucketType(BucketType::WINDOW.to_owned());
            let going = Going { entries: 12_345, before: at("2026-08-22T14:15:00Z") };
            let page = BeforeKeeping { visitor: &visitor, kind: &kind, days: Some(90), going };
            write(&visitor, "settings-retention", page.html().unwrap());
            write(
                &visitor,
                "settings-token",
                access::token_html(&visitor, "my editor", "attnd_3kT9").unwrap(),
            );
            write(&visitor, "settings-erased", data::erased_html(&visitor, 545_847).unwrap());
            let line = |(sequence, actor, action): (i64, &str, &str)| AuditLine {
                sequence,
                at: at(NOW),
                actor: actor.to_owned(),
                action: action.to_owned(),
                subject: "aw-watcher-web-firefox".to_owned(),
                hash: String::new(),
            };
            let lines = [
                (1, "local process", "consent.give"),
                (2, "attnd", "retention.enforce"),
                (3, "session", "pause"),
            ]
            .map(line);
            write(&visitor, "settings-log", data::log_html(&visitor, at(NOW), &lines).unwrap());
        }
    }
}

fn write(visitor: &Visitor, name: &str, html: String) {
    assert!(html.contains("</html>"));
    if let Ok(folder) = std::env::var("ATTND_PAGES") {
        let file = format!("{folder}/{name}-{}-{}.html", visitor.language().code(), visitor.theme.code());
        std::fs::write(file, html).unwrap();
    }
}
