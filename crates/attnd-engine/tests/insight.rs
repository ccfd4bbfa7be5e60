//! Are months and years, put together from kept hours, what their events say?

// A test asserts by panicking, in its fixtures too.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration as StdDuration;

use attnd_core::rollup::StaleHour;
use attnd_core::store::Store;
use attnd_core::{
    BucketId, BucketType, Clock, Data, Duration, ErrorCode, Event, NewBucket, PersonId, Pulse, TimeRange,
    Timestamp,
};
use attnd_engine::flow::{By, local_day};
use attnd_engine::insight::{Insight, InsightOptions};
use attnd_engine::measure::{
    Level, MeasureConfig, Measures, measures, state_bins, states, transitions, week_table,
};
use attnd_engine::track::Track;
use attnd_engine::{Access, Actor, Engine, EngineConfig, Happening, LocalProcesses, Scope};
use attnd_sense::flow::{FlowConfig, FlowInput, FlowSource, flow};
use attnd_sense::simulate::{SimulateConfig, Simulation};
use attnd_store::MemoryStore;
use jiff::civil::{Date, date};
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
    store: Arc<dyn Store>,
    access: Access,
    me: PersonId,
}

fn at(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap()
}

fn range(text: &str) -> TimeRange {
    TimeRange::parse(text).unwrap()
}

fn zone(name: &str) -> TimeZone {
    TimeZone::get(name).unwrap()
}

fn house(now: &str) -> House {
    let clock = Arc::new(TestClock(AtomicI64::new(at(now).ns())));
    let config = EngineConfig {
        hostname: "laptop".into(),
        backup_dir: None,
        local_processes: LocalProcesses::Trusted,
    };
    let store: Arc<dyn Store> = Arc::new(MemoryStore::new());
    let engine = Engine::open(Arc::clone(&store), clock, config).unwrap();
    let me = engine.local_person();
    House { engine, store, access: Access::new(me, Actor::LocalProcess, vec![Scope::Admin]), me }
}

fn options(by: By) -> InsightOptions {
    InsightOptions { by, bins: 97 }
}

/// What each watcher of a simulated person saw.
type Seen = Vec<(NewBucket, Vec<Event>)>;

fn simulated(days: u32, last_day: Date, home: &TimeZone) -> Seen {
    let config =
        SimulateConfig { days, seed: 11, last_day, time_zone: home.clone(), hostname: "laptop".to_owned() };
    Simulation::new(config).generate()
}

impl House {
    async fn fill(&self, seen: &Seen) {
        for (bucket, events) in seen {
            self.engine.create_bucket(&self.access, bucket.clone()).await.unwrap();
            self.engine.insert(&self.access, &bucket.id, events.clone()).await.unwrap();
        }
    }

    async fn windows(&self, events: Vec<Event>) -> BucketId {
        self.fill(&vec![(bucket("windows", BucketType::WINDOW), events)]).await;
        BucketId::parse("windows").unwrap()
    }

    async fn insight(&self, range: TimeRange, zone: &TimeZone, by: By) -> Insight {
        self.engine.insight(self.me, range, zone, options(by)).await.unwrap()
    }

    async fn day(&self, date: Date, zone: &TimeZone) -> Measures {
        self.engine.day(self.me, date, zone).await.unwrap().measures
    }

    fn stale(&self) -> Vec<StaleHour> {
        let version = self.engine.category_rules(self.me).version();
        self.store.stale_hours(self.me, version, TimeRange::ALL).unwrap()
    }
}

fn bucket(id: &str, kind: &str) -> NewBucket {
    NewBucket {
        id: BucketId::parse(id).unwrap(),
        name: None,
        kind: BucketType(kind.into()),
        client: "test".into(),
        hostname: "laptop".into(),
        created: None,
        data: Data::default(),
    }
}

fn window(start: &str, seconds: u32, app: &str) -> Event {
    let data = Data::from([("app", app.into()), ("title", app.into())]);
    Event::new(at(start), Duration::from_s(seconds), data).unwrap()
}

/// What the measures say of everything that was seen, computed at once.
fn at_once(house: &House, seen: &Seen, range: TimeRange, zone: &TimeZone, steps: &[TimeRange]) -> Insight {
    let rules = house.engine.category_rules(house.me);
    let sources = seen.iter().map(|(bucket, events)| FlowSource {
        id: bucket.id.clone(),
        kind: bucket.kind.clone(),
        hostname: bucket.hostname.clone(),
        data: bucket.data.clone(),
        events: events.clone(),
    });
    let input = FlowInput { sources: sources.collect(), range: TimeRange::ALL };
    let track = Track::of_flow(&flow(&input, &rules, FlowConfig::default()));
    let (bearing, config) = (|path: &[String]| rules.bearing(path), MeasureConfig::default());
    let step = |step: &TimeRange| {
        let of = measures(&track, *step, &bearing, &config, None);
        let categories = of.levels.iter().find(|one| one.level == Level::Category).unwrap();
        attnd_engine::insight::InsightStep {
            range: *step,
            active: of.active,
            focus: of.focus,
            uncategorized: of.uncategorized,
            sessions: u32::try_from(of.sessions.len()).unwrap(),
            longest_session: of.sessions.iter().map(|one| one.range.duration()).max().unwrap_or_default(),
            deep_work: of.deep_work[0],
            switches_per_h: categories.switches_per_h,
            interruptions: u32::try_from(of.interruptions.len()).unwrap(),
            resume_lag: of.resume_lag.map(|lag| lag.median),
            fragmentation: of.fragmentation,
        }
    };
    let dates: std::collections::BTreeSet<Date> = track
        .visits_within(range)
        .flat_map(|visit| [visit.range.start(), visit.range.end().saturating_sub(Duration::from_ns(1))])
        .map(|moment| moment.jiff().to_zoned(zone.clone()).date())
        .collect();
    Insight {
        range,
        measures: measures(&track, range, &bearing, &config, None),
        steps: steps.iter().map(step).collect(),
        bins: state_bins(&states(&track, range, &bearing, &config), range, 97),
        week: week_table(&track, range, &bearing, zone),
        transitions: transitions(&track, range, &config),
        days: u32::try_from(dates.len()).unwrap(),
        simulated: true,
    }
}

/// Equal, part by part: the whole would fill pages.
fn assert_same(one: &Insight, other: &Insight, what: &str) {
    for (step, expected) in one.steps.iter().zip(&other.steps) {
        assert_eq!(step, expected, "{what}");
    }
    for (level, expected) in one.measures.levels.iter().zip(&other.measures.levels) {
        assert_eq!(level, expected, "{what}");
    }
    for (cells, expected) in one.week.iter().zip(&other.week) {
        assert_eq!(cells, expected, "{what}");
    }
    for (session, expected) in one.measures.sessions.iter().zip(&other.measures.sessions) {
        assert_eq!(session, expected, "{what}");
    }
    assert_eq!(one.days, other.days, "{what}");
    assert!(one.bins == other.bins, "bins differ: {what}");
    assert!(one.transitions == other.transitions, "transitions differ: {what}");
    assert!(same_measures(&one.measures, &other.measures), "measures differ: {what}");
    let measures = one.measures.clone();
    assert!(*one == Insight { measures, ..other.clone() }, "they differ: {what}");
}

/// Entropies are sums over categories, whose order is that of their first visit in what was read.
fn same_measures(one: &Measures, other: &Measures) -> bool {
    let of = |measures: &Measures| [measures.entropy_nats, measures.entropy, measures.transition_entropy];
    let near = |pair: (Option<f64>, Option<f64>)| match pair {
        (Some(one), Some(other)) => (one - other).abs() < 1e-9,
        (one, other) => one == other,
    };
    let [entropy_nats, entropy, transition_entropy] = of(one);
    of(one).into_iter().zip(of(other)).all(near)
        && *one == Measures { entropy_nats, entropy, transition_entropy, ..other.clone() }
}

/// Three weeks around the change of clocks, in zones of whole, half and quarter hours; once with
/// every hour stale and once from what was kept.
#[tokio::test]
async fn kept_hours_say_what_the_whole_flow_says() {
    let seen = simulated(21, date(2026, 4, 5), &zone("Europe/Berlin"));
    for name in ["Europe/Berlin", "America/St_Johns", "Asia/Kathmandu"] {
        let zone = zone(name);
        let house = house("2026-05-01T12:00:00Z");
        house.fill(&seen).await;
        let first = local_day(date(2026, 3, 18), &zone).unwrap();
        let last = local_day(date(2026, 4, 5), &zone).unwrap();
        let whole = TimeRange::new(first.start(), last.end()).unwrap();
        let fresh = house.insight(whole, &zone, By::Day).await;
        assert_eq!(fresh.steps.len(), 19);
        assert!(fresh.measures.sessions.len() > 10 && fresh.measures.interruptions.len() > 10, "{name}");
        let steps: Vec<TimeRange> = fresh.steps.iter().map(|step| step.range).collect();
        assert_same(&fresh, &at_once(&house, &seen, whole, &zone, &steps), name);
        assert_same(&house.insight(whole, &zone, By::Day).await, &fresh, "from what was kept");
        for day in [date(2026, 3, 28), date(2026, 3, 29), date(2026, 3, 30)] {
            let range = local_day(day, &zone).unwrap();
            let of_day = house.insight(range, &zone, By::Hour).await;
            assert!(same_measures(&of_day.measures, &house.day(day, &zone).await), "{day} in {name}");
            let active: Duration = of_day.steps.iter().map(|step| step.active).sum();
            assert_eq!(active, of_day.measures.active);
        }
    }
}

#[tokio::test]
async fn days_of_23_and_25_hours_are_whole() {
    let zone = zone("Europe/Berlin");
    let house = house("2026-12-01T12:00:00Z");
    house
        .windows(vec![
            window("2026-03-28T22:00:00Z", 3 * 86_400, "Code"),
            window("2026-10-24T21:00:00Z", 3 * 86_400, "Code"),
        ])
        .await;
    for (day, hours) in [(date(2026, 3, 29), 23), (date(2026, 3, 30), 24), (date(2026, 10, 25), 25)] {
        let insight = house.insight(local_day(day, &zone).unwrap(), &zone, By::Hour).await;
        assert_eq!(insight.steps.len(), usize::try_from(hours).unwrap(), "{day}");
        assert_eq!(insight.measures.active, Duration::from_s(hours * 3_600));
        assert_eq!(insight.days, 1);
        assert_eq!(insight.week.iter().flatten().map(|cell| cell.hours).sum::<u32>(), hours);
    }
}

/// Who flies from Berlin to Tokyo sees days as the zone they ask for has them.
#[tokio::test]
async fn travel_moves_the_borders_of_days_and_nothing_else() {
    let house = house("2026-05-01T12:00:00Z");
    // In Berlin Monday evening and Tuesday; in Tokyo all of it on Tuesday.
    house
        .windows(vec![
            window("2026-04-13T21:00:00Z", 600, "Code"),
            window("2026-04-14T09:00:00Z", 600, "Code"),
        ])
        .await;
    let (berlin, tokyo) = (zone("Europe/Berlin"), zone("Asia/Tokyo"));
    let days = range("2026-04-12T22:00:00Z/2026-04-14T22:00:00Z");
    let before = house.insight(days, &berlin, By::Day).await;
    assert_eq!(before.days, 2);
    let there = house.insight(days, &tokyo, By::Day).await;
    assert_eq!((there.days, there.measures == before.measures), (1, true));
    let active: Vec<_> = there.steps.iter().map(|step| step.active.as_s_f64()).collect();
    assert_eq!(active, [0.0, 1_200.0, 0.0]);
    assert_same(&house.insight(days, &berlin, By::Day).await, &before, "back home");
    assert_eq!(house.stale(), [], "and nothing was computed twice");
}

#[tokio::test]
async fn a_year_with_nothing_is_a_year() {
    let house = house("2026-05-01T12:00:00Z");
    let year = range("2025-01-01T00:00:00Z/2026-01-01T00:00:00Z");
    for _ in 0..2 {
        let insight = house.insight(year, &TimeZone::UTC, By::Month).await;
        assert_eq!((insight.steps.len(), insight.bins.len(), insight.days), (12, 97, 0));
        assert!(insight.measures.active.is_zero() && !insight.simulated);
        assert_eq!((insight.measures.fragmentation, insight.steps[3].switches_per_h), (None, None));
        assert_eq!((insight.transitions, insight.measures.sessions), (vec![], vec![]));
        house.windows(vec![]).await;
    }
    let all = house.insight(TimeRange::ALL, &TimeZone::UTC, By::Day).await;
    assert_eq!((all.steps, all.days), (vec![], 0));
}

#[tokio::test]
async fn too_fine_a_view_is_refused() {
    let house = house("2026-05-01T12:00:00Z");
    let refused = |range: &str, options| {
        let engine = Arc::clone(&house.engine);
        let range = self::range(range);
        async move { engine.insight(house.me, range, &TimeZone::UTC, options).await.unwrap_err().code }
    };
    let centuries = "1900-01-01T00:00:00Z/2100-01-01T00:00:00Z";
    assert_eq!(refused(centuries, options(By::Day)).await, ErrorCode::InvalidTime);
    let bins = InsightOptions { by: By::Month, bins: 10_001 };
    assert_eq!(refused(centuries, bins).await, ErrorCode::InvalidTime);
    let insight = house.insight(range(centuries), &TimeZone::UTC, By::Month).await;
    assert_eq!(insight.steps.len(), 2_400);
}

#[tokio::test]
async fn changes_reach_the_hours_they_touch() {
    let house = house("2026-05-01T12:00:00Z");
    let seen = simulated(3, date(2026, 4, 15), &TimeZone::UTC);
    house.fill(&seen).await;
    let whole = range("2026-04-13T00:00:00Z/2026-04-16T00:00:00Z");
    house.insight(whole, &TimeZone::UTC, By::Day).await;
    assert_eq!(house.stale(), []);
    let windows = &seen[0].0.id;
    let erased = range("2026-04-14T09:20:00Z/2026-04-14T11:40:00Z");
    let erasure = attnd_engine::erase::Erasure::Events { buckets: None, range: erased };
    house.engine.erase(&house.access, erasure).await.unwrap();
    let added = window("2026-04-15T22:10:00Z", 900, "Code");
    house.engine.insert(&house.access, windows, vec![added]).await.unwrap();
    let mut left: Seen = Vec::new();
    for (bucket, _) in &seen {
        let query = attnd_core::store::EventQuery::range(TimeRange::ALL);
        let events = house.engine.events(house.me, bucket.id.clone(), query).await.unwrap();
        left.push((bucket.clone(), events));
    }
    assert!(!house.stale().is_empty());
    let after = house.insight(whole, &TimeZone::UTC, By::Day).await;
    let steps: Vec<TimeRange> = after.steps.iter().map(|step| step.range).collect();
    assert_same(&after, &at_once(&house, &left, whole, &TimeZone::UTC, &steps), "after the changes");
}

/// Windows without idle time count whole; the moment idle time is known, only time with somebody
/// there does, also for hours that were summed up before.
#[tokio::test]
async fn knowing_idle_time_changes_earlier_hours() {
    let house = house("2026-05-01T12:00:00Z");
    house.windows(vec![window("2026-04-14T09:00:00Z", 7_200, "Code")]).await;
    let day = range("2026-04-14T00:00:00Z/2026-04-15T00:00:00Z");
    let active = async || house.insight(day, &TimeZone::UTC, By::Day).await.measures.active.as_s_f64();
    assert_eq!(active().await, 7_200.0);
    let idle = bucket("idle", BucketType::AFK);
    house.engine.create_bucket(&house.access, idle.clone()).await.unwrap();
    assert_eq!(active().await, 0.0, "nobody is known to have been there");
    let there = Data::from([("status", "not-afk".into())]);
    let there = Event::new(at("2026-04-14T09:30:00Z"), Duration::from_s(600), there).unwrap();
    house.engine.insert(&house.access, &idle.id, vec![there]).await.unwrap();
    assert_eq!(active().await, 600.0);
    house.engine.delete_bucket(&house.access, &idle.id).await.unwrap();
    assert_eq!(active().await, 7_200.0);
}

#[tokio::test]
async fn the_running_hour_is_told_and_not_kept() {
    let house = house("2026-05-01T12:30:00Z");
    let windows = house.windows(vec![window("2026-05-01T11:30:00Z", 3_300, "Code")]).await;
    let day = range("2026-05-01T00:00:00Z/2026-05-02T00:00:00Z");
    let active = async || house.insight(day, &TimeZone::UTC, By::Hour).await.measures.active.as_s_f64();
    assert_eq!(active().await, 3_300.0);
    let stale: Vec<_> = house.stale().iter().map(|stale| stale.hour.range().start().to_string()).collect();
    assert_eq!(stale, ["2026-05-01T12:00:00Z"]);
    let beat = window("2026-05-01T12:29:00Z", 0, "Code");
    let pulse = Pulse(Duration::from_s(600));
    house.engine.heartbeat(&house.access, &windows, beat, pulse).await.unwrap();
    assert_eq!(active().await, 3_540.0);
}

/// One rule: everything by that application is `name`.
fn rule(name: &str) -> serde_json::Value {
    serde_json::json!([{"name": [name], "rule": {"type": "regex", "regex": "Code"}}])
}

#[tokio::test]
async fn changed_rules_reach_every_hour_by_themselves() {
    let house = house("2026-05-01T12:30:00Z");
    house.fill(&simulated(40, date(2026, 5, 1), &TimeZone::UTC)).await;
    assert_eq!(house.engine.rules_progress(house.me), None);
    house.engine.put_setting(&house.access, "classes", rule("Before")).await.unwrap();
    assert_eq!(house.engine.rules_progress(house.me), None, "where nothing runs nothing is on its way");

    let mut happenings = house.engine.happenings();
    let (stop, stopped) = tokio::sync::watch::channel(());
    let jobs = tokio::spawn(Arc::clone(&house.engine).run(stopped));
    // The jobs listen from their first poll on: asked for before, the first round would do it.
    while house.engine.rules_progress(house.me).is_none() {
        for name in ["First", "Second", "Third"] {
            house.engine.put_setting(&house.access, "classes", rule(name)).await.unwrap();
        }
        tokio::task::yield_now().await;
    }
    let done = async {
        while let Some(progress) = house.engine.rules_progress(house.me) {
            assert!(progress.done <= progress.total, "{progress:?}");
            assert_eq!(happenings.recv().await.unwrap(), Happening::Settings { person: house.me });
        }
    };
    tokio::time::timeout(StdDuration::from_secs(60), done).await.unwrap();
    let running = house.stale();
    assert!(
        running.iter().all(|stale| stale.hour.range().contains(at("2026-05-01T12:30:00Z"))),
        "{running:?}"
    );
    let month = range("2026-04-01T00:00:00Z/2026-05-01T00:00:00Z");
    let report = house.engine.flow_report(house.me, month, &TimeZone::UTC, By::Day).await.unwrap();
    let names: Vec<_> = report.categories.iter().map(|share| share.path[0].as_str()).collect();
    assert!(names.contains(&"Third") && !names.contains(&"Second"), "{names:?}");

    // Another colour is no other rule.
    let mut coloured = rule("Third");
    coloured[0]["data"] = serde_json::json!({"color": "#123456"});
    house.engine.put_setting(&house.access, "classes", coloured).await.unwrap();
    assert_eq!(house.engine.rules_progress(house.me), None);
    drop(stop);
    jobs.await.unwrap();
}
