//! Do the gates hold, and do the sums add up? The engine over the reference store.

// A test asserts by panicking, in its fixtures too.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};

use attnd_core::store::EventQuery;
use attnd_core::time::NS_PER_S;
use attnd_core::{
    BucketId, BucketType, Clock, Data, Duration, ErrorCode, Event, NewBucket, Pulse, TimeRange, Timestamp,
};
use attnd_engine::access::{NewToken, Peer};
use attnd_engine::erase::Erasure;
use attnd_engine::flow::By;
use attnd_engine::ingest::{BucketMade, NotKept, Taken};
use attnd_engine::pairing::{PairingAnswer, PairingState};
use attnd_engine::{Access, Credentials, Engine, EngineConfig, LocalProcesses, Need, Scope};
use attnd_store::MemoryStore;
use jiff::tz::TimeZone;

/// A clock that goes only when it is told to.
struct TestClock(AtomicI64);

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_ns(self.0.load(Ordering::SeqCst)).unwrap()
    }
}

struct House {
    engine: Arc<Engine>,
    clock: Arc<TestClock>,
    access: Access,
}

fn at(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap()
}

fn id(text: &str) -> BucketId {
    BucketId::parse(text).unwrap()
}

fn house() -> House {
    house_with(LocalProcesses::Trusted)
}

fn house_with(local_processes: LocalProcesses) -> House {
    let clock = Arc::new(TestClock(AtomicI64::new(at("2026-03-05T12:00:00Z").ns())));
    let config = EngineConfig { hostname: "host".into(), backup_dir: None, local_processes };
    let engine = Engine::open(Arc::new(MemoryStore::new()), Arc::clone(&clock) as _, config).unwrap();
    let access = Access::new(engine.local_person(), attnd_engine::Actor::LocalProcess, vec![Scope::Admin]);
    House { engine, clock, access }
}

impl House {
    fn pass(&self, seconds: i64) {
        self.clock.0.fetch_add(seconds * NS_PER_S, Ordering::SeqCst);
    }

    async fn bucket(&self, name: &str, kind: &str) -> BucketId {
        let bucket = NewBucket {
            id: id(name),
            name: None,
            kind: BucketType(kind.into()),
            client: "test".into(),
            hostname: "host".into(),
            created: None,
            data: Data::default(),
        };
        assert_eq!(self.engine.create_bucket(&self.access, bucket).await.unwrap(), BucketMade::Created);
        id(name)
    }

    async fn beat(&self, bucket: &BucketId, event: Event) -> Result<Taken, attnd_core::Problem> {
        self.engine.heartbeat(&self.access, bucket, event, Pulse(Duration::from_s(60))).await
    }

    async fn stored(&self, bucket: &BucketId) -> Vec<Event> {
        let query = EventQuery::range(TimeRange::ALL);
        self.engine.events(self.access.person(), bucket.clone(), query).await.unwrap()
    }
}

fn window(start: &str, seconds: u32, app: &str, title: &str) -> Event {
    let data = Data::from([("app", app.into()), ("title", title.into())]);
    Event::new(at(start), Duration::from_s(seconds), data).unwrap()
}

#[tokio::test]
async fn heartbeats_need_a_bucket_and_consent() {
    let house = house();
    let beat = || window("2026-03-05T11:00:00Z", 0, "Code", "a");
    let unknown = house.beat(&id("nowhere"), beat()).await.unwrap_err();
    assert_eq!(unknown.code, ErrorCode::NoBucket);

    let bucket = house.bucket("w", BucketType::WINDOW).await;
    assert!(matches!(house.beat(&bucket, beat()).await.unwrap(), Taken::Stored(_)));
    house.engine.withdraw_consent(&house.access, &bucket).await.unwrap();
    assert_eq!(house.beat(&bucket, beat()).await.unwrap_err().code, ErrorCode::NoConsent);
    let insert = house.engine.insert(&house.access, &bucket, vec![beat()]).await;
    assert_eq!(insert.unwrap_err().code, ErrorCode::NoConsent);

    house.engine.give_consent(&house.access, &bucket).await.unwrap();
    assert!(house.beat(&bucket, beat()).await.is_ok());
    let audit = house.engine.audit(house.access.person(), 0).await.unwrap();
    let actions: Vec<_> = audit.iter().map(|line| line.action.as_str()).collect();
    assert_eq!(actions, ["consent.give", "consent.withdraw", "consent.give"]);
}

#[tokio::test]
async fn what_happens_in_a_pause_is_never_kept() {
    let house = house();
    let bucket = house.bucket("w", BucketType::WINDOW).await;
    house.beat(&bucket, window("2026-03-05T11:59:50Z", 5, "Code", "a")).await.unwrap();
    house.engine.pause(&house.access, at("2026-03-05T12:05:00Z")).await.unwrap();
    let during = house.beat(&bucket, window("2026-03-05T12:00:00Z", 0, "Code", "a")).await;
    assert_eq!(during.unwrap_err().code, ErrorCode::Paused);

    house.pass(20);
    house.engine.resume(&house.access).await.unwrap();
    house.pass(10);
    assert_eq!(house.engine.paused_until(house.access.person()), None);
    // A watcher that queued delivers late: what lies in the pause stays out.
    let late = house.beat(&bucket, window("2026-03-05T12:00:10Z", 0, "Code", "a")).await.unwrap();
    assert!(matches!(late, Taken::NotKept(_, NotKept::Paused)));
    // The same window goes on, well within the pulse: still no merge across the pause.
    house.beat(&bucket, window("2026-03-05T12:00:25Z", 0, "Code", "a")).await.unwrap();
    assert_eq!(house.stored(&bucket).await.len(), 2);
}

#[tokio::test]
async fn secrets_are_gone_before_storage_and_from_it() {
    let house = house();
    let bucket = house.bucket("web", BucketType::WEB).await;
    let visit = |url: &str, incognito: bool| {
        let data = Data::from([("url", url.into()), ("title", "t".into()), ("incognito", incognito.into())]);
        Event::new(at("2026-03-05T11:00:00Z"), Duration::ZERO, data).unwrap()
    };
    let taken = house.beat(&bucket, visit("https://me:pw@example.org/a?token=1#x", false)).await.unwrap();
    let Taken::Stored(event) = taken else { panic!("it may be stored without its secrets") };
    assert_eq!(event.data.text("url"), Some("https://example.org/a"));
    let private = house.beat(&bucket, visit("https://example.org", true)).await.unwrap();
    assert!(matches!(private, Taken::NotKept(_, NotKept::Redacted)));

    // ActivityWatch's own filters hold too.
    let filters = serde_json::json!([{"enabled": true, "bucket_prefix": "web", "field": "url",
        "pattern": "bank", "action": "drop", "replacement": null}]);
    house.engine.put_setting(&house.access, "privacy_filters", filters).await.unwrap();
    let filtered = house.beat(&bucket, visit("https://bank.example", false)).await.unwrap();
    assert!(matches!(filtered, Taken::NotKept(_, NotKept::Redacted)));
    house.engine.delete_setting(&house.access, "privacy_filters").await.unwrap();
    assert!(matches!(
        house.beat(&bucket, visit("https://bank.example", false)).await.unwrap(),
        Taken::Stored(_)
    ));

    // Rules that come later reach what is stored.
    let mut rules = (*house.engine.redaction_rules(house.access.person())).clone();
    rules.time_only_applications.push("Code".into());
    let windows = house.bucket("w", BucketType::WINDOW).await;
    house.beat(&windows, window("2026-03-05T11:00:00Z", 5, "Code", "secret plan")).await.unwrap();
    assert!(house.engine.set_redaction_rules(&house.access, rules).await.unwrap().is_empty());
    let report = house.engine.reapply_redaction(&house.access).await.unwrap();
    assert_eq!((report.changed, report.dropped), (1, 0));
    assert_eq!(house.stored(&windows).await[0].data.text("title"), Some(""));
}

#[tokio::test]
async fn callers_are_told_apart() {
    let house = house();
    let own = Credentials { peer: Peer::OwnProgram, ..Credentials::default() };
    assert!(house.engine.authenticate(own).unwrap().is_the_person());
    for peer in [Peer::Foreign, Peer::OwnBrowser, Peer::UnknownLocal] {
        let refused = house.engine.authenticate(Credentials { peer, ..Credentials::default() }).unwrap_err();
        assert_eq!(refused.code, ErrorCode::Unauthorized);
    }
    let strict = house_with(LocalProcesses::NeedToken);
    assert_eq!(strict.engine.authenticate(own).unwrap_err().code, ErrorCode::Unauthorized);

    let new = NewToken {
        name: "reader".into(),
        scopes: vec![Scope::ReadSelf],
        origin: None,
        lifetime: Some(Duration::from_s(60)),
    };
    let issued = house.engine.create_token(&house.access, new).await.unwrap();
    let bearer = Credentials { bearer: Some(&issued.secret), ..Credentials::default() };
    let access = house.engine.authenticate(bearer).unwrap();
    assert!(access.require(&Need::Read).is_ok());
    assert_eq!(access.require(&Need::Admin).unwrap_err().code, ErrorCode::WrongScope);
    let from_a_page = Credentials { origin: Some("https://evil.example"), ..bearer };
    assert_eq!(house.engine.authenticate(from_a_page).unwrap_err().code, ErrorCode::OriginRefused);
    house.pass(61);
    assert_eq!(house.engine.authenticate(bearer).unwrap_err().code, ErrorCode::Unauthorized);
}

#[tokio::test]
async fn a_sign_in_code_works_once_and_not_for_long() {
    let house = house();
    let code = house.engine.sign_in_code().unwrap();
    let session = house.engine.sign_in(&code).await.unwrap();
    let cookie =
        Credentials { session: Some(&session.secret), peer: Peer::OwnBrowser, ..Credentials::default() };
    assert!(house.engine.authenticate(cookie).unwrap().is_the_person());
    // A cookie is no bearer token.
    let misused = Credentials { bearer: Some(&session.secret), ..Credentials::default() };
    assert!(house.engine.authenticate(misused).is_err());
    assert_eq!(house.engine.sign_in(&code).await.unwrap_err().code, ErrorCode::Unauthorized);
    let late = house.engine.sign_in_code().unwrap();
    house.pass(301);
    assert_eq!(house.engine.sign_in(&late).await.unwrap_err().code, ErrorCode::Unauthorized);
    house.engine.revoke_token(&house.access, &session.token.id).await.unwrap();
    assert!(house.engine.authenticate(cookie).is_err());
}

#[tokio::test]
async fn an_extension_sends_to_its_own_bucket_once_approved() {
    let house = house();
    let origin = "moz-extension://5f8f2a1e";
    let visitor = Credentials { origin: Some(origin), peer: Peer::OwnBrowser, ..Credentials::default() };
    let hello = house.engine.ask_pairing(origin, None).await.unwrap();
    let asked = house.engine.ask_pairing(origin, Some(id("web"))).await.unwrap();
    assert_eq!((hello.id.clone(), asked.state), (asked.id.clone(), PairingState::Pending));
    assert_eq!(house.engine.pairings(house.access.person()).len(), 1);
    assert!(house.engine.authenticate(visitor).is_err());

    house.engine.answer_pairing(&house.access, &asked.id, PairingAnswer::Approve).await.unwrap();
    let access = house.engine.authenticate(visitor).unwrap();
    assert!(access.require(&Need::Ingest(id("web"))).is_ok());
    assert!(access.require(&Need::Ingest(id("other"))).is_err() && access.require(&Need::Read).is_err());
    let other = Credentials { origin: Some("moz-extension://other"), ..visitor };
    assert!(house.engine.authenticate(other).is_err());

    let first = house.engine.collect_pairing(&asked.id, origin).await.unwrap().token.unwrap();
    assert!(house.engine.collect_pairing(&asked.id, origin).await.unwrap().token.is_none());
    assert!(house.engine.collect_pairing(&asked.id, "moz-extension://other").await.is_err());
    let bearer = Credentials { bearer: Some(&first), origin: Some(origin), ..Credentials::default() };
    assert!(house.engine.authenticate(bearer).is_ok());
    house.engine.answer_pairing(&house.access, &asked.id, PairingAnswer::Refuse).await.unwrap();
    assert!(house.engine.authenticate(bearer).is_err() && house.engine.authenticate(visitor).is_err());
}

#[tokio::test]
async fn imports_double_nothing_and_say_where_they_break_off() {
    let house = house();
    let bucket = house.bucket("w", BucketType::WINDOW).await;
    let events: Vec<_> = (0..50).map(|minute| window("2026-03-05T10:00:00Z", minute, "Code", "a")).collect();
    house.engine.insert(&house.access, &bucket, events).await.unwrap();
    let export = Mutex::new(Vec::new());
    house.engine.export(house.access.person(), None, &mut *export.lock().unwrap()).unwrap();
    let export = export.into_inner().unwrap();

    let other = house_with(LocalProcesses::Trusted);
    let run = |bytes: Vec<u8>| {
        let (engine, access) = (Arc::clone(&other.engine), other.access.clone());
        move || engine.import(&access, &mut bytes.as_slice())
    };
    let cut =
        tokio::task::spawn_blocking(run(export[..export.len() - 400].to_vec())).await.unwrap().unwrap_err();
    assert_eq!(cut.code, ErrorCode::InvalidImport);
    let whole = tokio::task::spawn_blocking(run(export.clone())).await.unwrap().unwrap();
    assert_eq!((whole.buckets, whole.events_read), (1, 50));
    let again = tokio::task::spawn_blocking(run(export)).await.unwrap().unwrap();
    assert_eq!(again.events_new, 0);
    let plain = |events: Vec<Event>| -> Vec<_> {
        events.into_iter().map(|event| (event.timestamp, event.duration, event.data)).collect()
    };
    assert_eq!(plain(other.stored(&bucket).await), plain(house.stored(&bucket).await));
}

#[tokio::test]
async fn retention_and_erasure_remove() {
    let house = house();
    let bucket = house.bucket("w", BucketType::WINDOW).await;
    let events = vec![
        window("2026-01-01T10:00:00Z", 60, "Code", "old"),
        window("2026-03-05T10:00:00Z", 60, "Code", "new"),
    ];
    house.engine.insert(&house.access, &bucket, events).await.unwrap();
    let kind = BucketType(BucketType::WINDOW.into());
    house.engine.set_retention(&house.access, kind.clone(), Some(30)).await.unwrap();
    assert_eq!(house.engine.enforce_retention(house.access.person()).await.unwrap(), 1);
    assert_eq!(house.stored(&bucket).await[0].data.text("title"), Some("new"));
    let none = house.engine.set_retention(&house.access, kind, Some(0)).await.unwrap_err();
    assert_eq!(none.code, ErrorCode::InvalidParameter);

    let report = house.engine.erase(&house.access, Erasure::Everything).await.unwrap();
    assert_eq!(report.events, 1);
    assert!(house.engine.buckets(house.access.person()).await.unwrap().is_empty());
    let gone = house.beat(&bucket, window("2026-03-05T11:00:00Z", 0, "Code", "a")).await.unwrap_err();
    assert_eq!(gone.code, ErrorCode::NoBucket);
    let audit = house.engine.audit(house.access.person(), 0).await.unwrap();
    assert_eq!(audit.last().unwrap().action, "erase");
}

#[tokio::test]
async fn reports_from_sums_equal_the_day_and_follow_changes() {
    let house = house();
    let bucket = house.bucket("w", BucketType::WINDOW).await;
    let events = vec![
        window("2026-03-05T08:50:00Z", 1_200, "Code", "main.rs"),
        window("2026-03-05T09:10:00Z", 600, "Firefox", "news"),
        window("2026-03-05T09:20:00Z", 1_800, "Code", "lib.rs"),
    ];
    let stored = house.engine.insert(&house.access, &bucket, events).await.unwrap();
    let (person, zone) = (house.access.person(), TimeZone::UTC);
    let date: jiff::civil::Date = "2026-03-05".parse().unwrap();
    let day = house.engine.day(person, date, &zone).await.unwrap();
    assert_eq!(day.active, Duration::from_s(3_600));
    assert_eq!(day.applications[0].name, "Code");
    assert_eq!(day.longest.as_ref().unwrap().range.duration(), Duration::from_s(1_800));

    let report = || house.engine.flow_report(person, day.range, &zone, By::Hour);
    let first = report().await.unwrap();
    assert_eq!(
        (first.active, &first.applications, &first.categories),
        (day.active, &day.applications, &day.categories)
    );
    assert_eq!(first.steps[8].active, Duration::from_s(600));
    assert_eq!(report().await.unwrap(), first, "the second answer comes from the sums kept");

    house.engine.delete_event(&house.access, &bucket, stored[1].id.unwrap()).await.unwrap();
    let after = report().await.unwrap();
    assert_eq!(after.active, Duration::from_s(3_000));
    let classes = serde_json::json!([{"name": ["Mine"], "rule": {"type": "regex", "regex": "Code"}}]);
    house.engine.put_setting(&house.access, "classes", classes).await.unwrap();
    let renamed = report().await.unwrap();
    assert_eq!(renamed.categories[0].path, ["Mine"]);
    assert_eq!(renamed.active, after.active);
}

#[tokio::test]
async fn days_that_begin_at_half_past_are_cut_there() {
    let house = house();
    let bucket = house.bucket("w", BucketType::WINDOW).await;
    // Midnight in Kolkata is 18:30 UTC.
    let night = window("2026-03-04T18:00:00Z", 3_600, "Code", "main.rs");
    house.engine.insert(&house.access, &bucket, vec![night]).await.unwrap();
    let zone = TimeZone::get("Asia/Kolkata").unwrap();
    let range = TimeRange::parse("2026-03-03T18:30:00Z/2026-03-05T18:30:00Z").unwrap();
    let report = house.engine.flow_report(house.access.person(), range, &zone, By::Day).await.unwrap();
    let days: Vec<_> = report.steps.iter().map(|step| step.active).collect();
    assert_eq!(days, [Duration::from_s(1_800), Duration::from_s(1_800)]);
    let part = TimeRange::parse("2026-03-04T18:10:00Z/2026-03-04T18:20:00Z").unwrap();
    let report = house.engine.flow_report(house.access.person(), part, &zone, By::Day).await.unwrap();
    assert_eq!(report.active, Duration::from_s(600));
}
