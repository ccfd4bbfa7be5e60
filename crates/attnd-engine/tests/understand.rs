//! Are estimates pure and causal, do answers teach, does the person's word stand, and is what was learnt ever lost?

// A test asserts by panicking, in its fixtures too.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use attnd_core::record::{Record, RecordKind};
use attnd_core::store::{Store, Write};
use attnd_core::{Clock, Duration, ErrorCode, PersonId, TimeRange, Timestamp};
use attnd_engine::erase::Erasure;
use attnd_engine::flow::local_day;
use attnd_engine::probe::{Asking, NotNow, ProbeDue, ProbeSettings, Snooze};
use attnd_engine::understand::{
    AspectMean, Basis, Estimate, ExportFormat, Instrument, Source, SourceUse, Understood, Undone, WhyUnknown,
};
use attnd_engine::{Access, Actor, Engine, EngineConfig, LocalProcesses, Scope, Stage};
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

const LAST_DAY: Date = date(2026, 3, 27);

struct House {
    engine: Arc<Engine>,
    store: Arc<dyn Store>,
    clock: Arc<TestClock>,
    access: Access,
    me: PersonId,
    zone: TimeZone,
}

fn open(store: &Arc<dyn Store>, clock: &Arc<TestClock>) -> Arc<Engine> {
    let config = EngineConfig {
        hostname: "laptop".into(),
        backup_dir: None,
        local_processes: LocalProcesses::Trusted,
    };
    Engine::open(Arc::clone(store), Arc::clone(clock) as Arc<dyn Clock>, config).unwrap()
}

/// A simulated person's last days, the day after at noon.
async fn house(days: u32) -> House {
    let zone = TimeZone::get("Europe/Berlin").unwrap();
    let noon = local_day(LAST_DAY, &zone).unwrap().end().saturating_add(Duration::from_s(12 * 3_600));
    let clock = Arc::new(TestClock(AtomicI64::new(noon.ns())));
    let store: Arc<dyn Store> = Arc::new(MemoryStore::new());
    let engine = open(&store, &clock);
    let me = engine.local_person();
    let access = Access::new(me, Actor::LocalProcess, vec![Scope::Admin]);
    let config = SimulateConfig {
        days,
        seed: 11,
        last_day: LAST_DAY,
        time_zone: zone.clone(),
        hostname: "laptop".to_owned(),
    };
    for (bucket, events) in Simulation::new(config).generate() {
        let id = bucket.id.clone();
        engine.create_bucket(&access, bucket).await.unwrap();
        engine.insert(&access, &id, events).await.unwrap();
    }
    House { engine, store, clock, access, me, zone }
}

impl House {
    fn at(&self, moment: Timestamp) {
        self.clock.0.store(moment.ns(), Ordering::SeqCst);
    }

    fn day(&self, date: Date) -> TimeRange {
        local_day(date, &self.zone).unwrap()
    }

    async fn estimates(&self, range: TimeRange) -> Vec<Estimate> {
        self.engine.estimates(self.me, range, &self.zone).await.unwrap()
    }

    /// Answers `count` questions, spread over the active minutes of all days, by what was known when they were put.
    async fn answer(&self, count: usize, says: impl Fn(f64) -> i32) {
        let now = self.clock.now();
        let mut minutes = Vec::new();
        for back in (0..10).rev() {
            let date = LAST_DAY.checked_sub(jiff::Span::new().days(back)).unwrap();
            let known = self.estimates(self.day(date)).await.into_iter();
            let enough =
                |estimate: &Estimate| estimate.focus != Understood::Unknown(WhyUnknown::TooLittleSensed);
            minutes.extend(known.filter(enough).map(|estimate| estimate.at.end()));
        }
        assert!(minutes.len() > count);
        for place in 0..count {
            self.at(minutes[place * minutes.len() / count]);
            let probe = self.engine.ask_me(&self.access, Instrument::Focus).await.unwrap();
            let evident =
                self.engine.answer_probe(&self.access, &probe.id, vec![3], &self.zone).await.unwrap();
            let share = evident.evident.moments[0].features["share_focus_15min"];
            self.engine.change_answer(&self.access, &evident.id, vec![says(share)]).await.unwrap();
        }
        self.at(now);
    }
}

#[tokio::test]
async fn rules_estimate_alone_and_the_same_however_they_are_asked() {
    let house = house(2).await;
    let day = house.day(LAST_DAY);
    let whole = house.estimates(day).await;
    assert!(whole.len() > 200, "{}", whole.len());
    assert!(whole.windows(2).all(|pair| pair[0].at.end() <= pair[1].at.start()));
    let by_rules =
        |estimate: &&Estimate| matches!(estimate.focus, Understood::Known { basis: Basis::Rules, .. });
    assert!(whole.iter().filter(by_rules).count() > 20);
    for estimate in &whole {
        if let Understood::Known { yes, low, high, .. } = estimate.focus {
            assert!(0.0 < low && low <= yes && yes <= high && high < 1.0);
        }
    }
    assert_eq!(whole, house.estimates(day).await);
    let mut hours = Vec::new();
    let mut from = day.start();
    while from < day.end() {
        hours.extend(house.estimates(TimeRange::from(from, Duration::from_s(3_600))).await);
        from = from.saturating_add(Duration::from_s(3_600));
    }
    assert_eq!(whole, hours);
    // Nothing later changes an estimate: at two in the afternoon they are what they are in the evening.
    let two = day.start().saturating_add(Duration::from_s(14 * 3_600));
    house.at(two);
    let until_two: Vec<Estimate> = whole.into_iter().filter(|estimate| estimate.at.end() <= two).collect();
    assert_eq!(house.estimates(day).await, until_two);
    let grounds = house.engine.grounds(house.me, day, &house.zone).await.unwrap();
    assert!(
        grounds[0].minutes > 0 && grounds[0].reasons.iter().any(|reason| reason.name == "share_focus_15min")
    );
    let long = TimeRange::from(day.start(), Duration::from_s(9 * 86_400));
    let refused = house.engine.estimates(house.me, long, &house.zone).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::InvalidTime);
}

#[tokio::test]
async fn means_are_those_of_their_minutes_also_when_remembered() {
    let house = house(3).await;
    let day = house.day(LAST_DAY.yesterday().unwrap());
    let hours: Vec<TimeRange> = (0..24)
        .map(|hour| {
            TimeRange::from(
                day.start().saturating_add(Duration::from_s(hour * 3_600)),
                Duration::from_s(3_600),
            )
        })
        .collect();
    house.at(house.clock.now().saturating_add(Duration::from_s(2 * 86_400)));
    let once = house.engine.estimate_means(house.me, hours.clone(), &house.zone).await.unwrap();
    let again = house.engine.estimate_means(house.me, hours.clone(), &house.zone).await.unwrap();
    assert_eq!(once, again);
    for mean in &once {
        let mut expected = AspectMean::default();
        for estimate in house.estimates(mean.range).await {
            if let Understood::Known { yes, .. } = estimate.focus {
                let minute = Duration::from_s(60);
                expected.known = expected.known.saturating_add(minute);
                expected.yes = Some(expected.yes.unwrap_or(0.0) + yes);
            } else {
                expected.unknown = expected.unknown.saturating_add(Duration::from_s(60));
            }
        }
        assert_eq!((mean.focus.known, mean.focus.unknown), (expected.known, expected.unknown));
        if let Some(sum) = expected.yes {
            let minutes = expected.known.as_s_f64() / 60.0;
            assert!((mean.focus.yes.unwrap() - sum / minutes).abs() < 1e-9);
            assert!((mean.focus.likely.as_s_f64() - 60.0 * sum).abs() < 1e-3);
        }
    }
    // What changes long past is estimated anew.
    let erased = Erasure::Events { buckets: None, range: day };
    house.engine.erase(&house.access, erased).await.unwrap();
    let after = house.engine.estimate_means(house.me, hours, &house.zone).await.unwrap();
    assert!(after.iter().all(|mean| mean.focus == AspectMean::default()));
}

#[tokio::test]
async fn who_answers_against_the_rules_is_learnt_from_and_nothing_learnt_is_lost() {
    let house = house(10).await;
    for source in [Source::Flow, Source::Input] {
        house.engine.decide_source(&house.access, source, SourceUse::Given).await.unwrap();
    }
    house.answer(48, |share| if share > 0.6 { 2 } else { 5 }).await;
    let understanding = house.engine.understanding(house.me).await.unwrap();
    let focus = &understanding.focus;
    assert_eq!((focus.answers, understanding.answers), (48, 48));
    assert!(focus.used > Some(Stage::Normalised), "{:?}", focus.changes);
    assert!(!focus.changes.is_empty() && focus.curve.len() == 48 && focus.ladder.len() == 3);
    let (ours, rules) = (focus.card.ours.unwrap(), focus.card.rules.unwrap());
    assert!(ours.log_loss < rules.log_loss, "{ours:?} {rules:?}");
    assert_eq!(understanding.load.answers, 0);
    let day = house.day(LAST_DAY);
    let learnt = house.estimates(day).await;
    // Its early answers surprised the rules: sets that promise 90 % are still wide, and what is wide is not claimed.
    assert_eq!(focus.coverage.unwrap().answers, 18);
    let is_learnt = |estimate: &Estimate| {
        matches!(
            estimate.focus,
            Understood::Known { basis: Basis::Learned | Basis::Person, .. }
                | Understood::Unknown(WhyUnknown::BothPossible { .. } | WhyUnknown::TooLittleSensed)
        )
    };
    assert!(learnt.len() > 200 && learnt.iter().all(is_learnt), "nothing rests on the rules alone any more");

    // The daemon dies and is started again.
    let again = open(&house.store, &house.clock);
    assert_eq!(again.understanding(house.me).await.unwrap(), understanding);
    assert_eq!(again.estimates(house.me, day, &house.zone).await.unwrap(), learnt);

    // What was learnt is damaged, or of another version: it is learnt anew from the answers, and that is said.
    for damaged in
        [serde_json::json!("damaged"), serde_json::json!({"form": 99, "taught": "", "learner": {}})]
    {
        let record = Record { key: "focus".to_owned(), value: damaged };
        house.store.write(house.me, Write::PutRecord(RecordKind::Learner, record)).unwrap();
        let mended = open(&house.store, &house.clock).understanding(house.me).await.unwrap();
        assert_eq!(mended.focus, understanding.focus);
        assert_eq!(mended.unreadable.len(), 1, "{:?}", mended.unreadable);
    }
    let record = Record { key: "x".to_owned(), value: serde_json::json!({"half": "an answer"}) };
    house.store.write(house.me, Write::PutRecord(RecordKind::Answer, record)).unwrap();
    let mended = open(&house.store, &house.clock).understanding(house.me).await.unwrap();
    assert_eq!((mended.answers, mended.unreadable.len()), (48, 1));

    // What may not be learnt from any more is learnt without.
    house.engine.decide_source(&house.access, Source::Flow, SourceUse::Withdrawn).await.unwrap();
    let without = house.estimates(day).await;
    assert!(without.is_empty(), "without the flow nobody knows who was there when");
    let without = house.engine.understanding(house.me).await.unwrap();
    assert!(without.focus.version != understanding.focus.version);

    house.engine.erase(&house.access, Erasure::Everything).await.unwrap();
    let nothing = house.engine.understanding(house.me).await.unwrap();
    assert_eq!((nothing.answers, nothing.focus.answers), (0, 0));
    for kind in [RecordKind::Answer, RecordKind::Probe, RecordKind::Learner, RecordKind::Understanding] {
        assert_eq!(house.store.records(house.me, kind).unwrap(), []);
    }
}

#[tokio::test]
async fn the_persons_word_stands_and_can_be_taken_back() {
    let house = house(2).await;
    let day = house.day(LAST_DAY);
    let before = house.estimates(day).await;
    let middle = before[before.len() / 2].at;
    let span =
        TimeRange::from(middle.start().saturating_sub(Duration::from_s(1_200)), Duration::from_s(2_400));
    let (engine, access, zone) = (&house.engine, &house.access, &house.zone);
    let said = engine.correct(access, span, Instrument::Focus, vec![1], zone).await.unwrap();
    assert_eq!(said.evident.moments.len(), 3, "its weight");
    let certain = Understood::Known { yes: 0.0, low: 0.0, high: 0.0, basis: Basis::Person };
    for estimate in house.estimates(span).await {
        assert_eq!(estimate.focus, certain);
    }
    let changed = engine.change_answer(access, &said.id, vec![5]).await.unwrap();
    assert_eq!((changed.id.as_str(), changed.value()), (said.id.as_str(), 5));
    assert_eq!(engine.understanding(house.me).await.unwrap().focus.corrections, 1);
    let mut csv = Vec::new();
    engine.export_answers(house.me, ExportFormat::Csv, &mut csv).unwrap();
    let csv = String::from_utf8(csv).unwrap();
    assert!(csv.lines().count() == 2 && csv.contains(",correction,focus,5,5"), "{csv}");
    engine.delete_answer(access, &said.id).await.unwrap();
    assert_eq!(house.estimates(day).await, before);
    assert_eq!(engine.undo_answer(access).await.unwrap(), Undone::Restored(said.id.clone()));
    assert_eq!(engine.undo_answer(access).await.unwrap(), Undone::Restored(said.id.clone()));
    assert_eq!(engine.answers(house.me).await.unwrap()[0].value(), 1);
    assert_eq!(engine.undo_answer(access).await.unwrap(), Undone::Removed(said.id));
    assert_eq!(engine.undo_answer(access).await.unwrap_err().code, ErrorCode::NoAnswerToUndo);
    assert_eq!(house.estimates(day).await, before);

    for (about, values, code) in [
        (span, vec![6], ErrorCode::InvalidParameter),
        (span, vec![], ErrorCode::InvalidParameter),
        (TimeRange::from(span.start(), Duration::ZERO), vec![3], ErrorCode::InvalidTime),
        (TimeRange::from(house.clock.now(), Duration::from_s(60)), vec![3], ErrorCode::InvalidTime),
        (TimeRange::from(span.start(), Duration::from_s(90_000)), vec![3], ErrorCode::InvalidTime),
    ] {
        let refused = engine.correct(access, about, Instrument::Focus, values, zone).await.unwrap_err();
        assert_eq!(refused.code, code);
    }
}

#[tokio::test]
async fn what_was_known_goes_with_the_events_it_was_made_from() {
    let house = house(2).await;
    let day = house.day(LAST_DAY);
    let span =
        TimeRange::from(day.start().saturating_add(Duration::from_s(15 * 3_600)), Duration::from_s(600));
    let (engine, access) = (&house.engine, &house.access);
    let said = engine.correct(access, span, Instrument::MentalLoad, vec![4], &house.zone).await.unwrap();
    assert!(!said.evident.moments[0].features.is_empty());
    let noon = day.start().saturating_add(Duration::from_s(12 * 3_600));
    let erased = TimeRange::from(noon, Duration::from_s(60));
    engine.erase(access, Erasure::Events { buckets: None, range: erased }).await.unwrap();
    let after = engine.answers(house.me).await.unwrap();
    assert!(after[0].evident.moments.iter().all(|moment| moment.features.is_empty()));
    assert!(after[0].evident.estimated.is_empty() && after[0].value() == 4);
}

#[tokio::test]
async fn a_question_is_put_once_answered_once_and_leaves_by_itself() {
    let house = house(2).await;
    let (engine, access, zone) = (&house.engine, &house.access, &house.zone);
    assert_eq!(engine.probe_due(house.me, zone).await.unwrap(), ProbeDue::NotNow(NotNow::Off));
    let settings = ProbeSettings { asking: Asking::AtBreakpoints, ..ProbeSettings::default() };
    engine.set_probe_settings(access, settings.clone()).await.unwrap();
    assert_eq!(engine.probe_settings(house.me).await.unwrap(), settings);
    let mut now = house.day(LAST_DAY).start();
    let probe = loop {
        house.at(now);
        if let ProbeDue::Now(probe) = engine.probe_due(house.me, zone).await.unwrap() {
            break probe;
        }
        now = now.saturating_add(Duration::from_s(60));
        assert!(now < house.day(LAST_DAY).end(), "nothing was asked all day");
    };
    assert_eq!(engine.probe_due(house.me, zone).await.unwrap(), ProbeDue::Now(probe.clone()));
    house.at(probe.expires);
    let gone = engine.probe_due(house.me, zone).await.unwrap();
    assert_eq!(gone, ProbeDue::NotNow(NotNow::TooSoon));
    let answer = engine.answer_probe(access, &probe.id, vec![4], zone).await.unwrap();
    assert_eq!((answer.about, answer.value()), (probe.about, 4));
    let twice = engine.answer_probe(access, &probe.id, vec![4], zone).await.unwrap_err();
    assert_eq!(twice.code, ErrorCode::Conflict);
    let mine = engine.ask_me(access, Instrument::RawTlx).await.unwrap();
    let until = engine.snooze_probe(access, &mine.id, Snooze::Today, zone).await.unwrap();
    assert_eq!(until, house.day(LAST_DAY).end());
    assert_eq!(engine.probe_due(house.me, zone).await.unwrap(), ProbeDue::NotNow(NotNow::Snoozed { until }));
    let none = engine.answer_probe(access, "none", vec![4], zone).await.unwrap_err();
    assert_eq!(none.code, ErrorCode::NotFound);
    assert_eq!(engine.delete_all_answers(access).await.unwrap(), 1);
    assert_eq!(engine.answers(house.me).await.unwrap(), []);
}
