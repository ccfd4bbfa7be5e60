//! Are odd days measured right? Everything goes through the flow, as watchers' events do.

use attnd_core::{BucketId, BucketType, Data, Duration, Event, TimeRange, Timestamp};
use jiff::tz::TimeZone;
use proptest::prelude::*;
use serde_json::json;

use super::example::{at, between, drawn_sessions, is_focus};
use super::*;
use crate::category::CategoryRules;
use crate::flow::{FlowConfig, FlowInput, FlowSource, flow};
use crate::track::Track;

fn window(start_s: u32, seconds: u32, application: &str) -> Event {
    let data = Data::from([("app", application.into()), ("title", "".into())]);
    Event::new(at(start_s), Duration::from_s(seconds), data).unwrap()
}

fn source(kind: &str, events: Vec<Event>) -> FlowSource {
    FlowSource {
        id: BucketId::parse(format!("aw-watcher-{kind}_laptop")).unwrap(),
        kind: BucketType(kind.to_owned()),
        hostname: "laptop".to_owned(),
        data: Data::default(),
        events,
    }
}

fn track_of(sources: Vec<FlowSource>) -> Track {
    let pairs = json!([
        [["Work", "Programming"], {"type": "regex", "regex": "Code"}],
        [["Work", "Documents"], {"type": "regex", "regex": "Okular"}],
        [["Chat"], {"type": "regex", "regex": "Slack"}],
    ]);
    let rules = CategoryRules::from_pairs(&pairs).unwrap();
    Track::of_flow(&flow(&FlowInput { sources, range: TimeRange::ALL }, &rules, FlowConfig::default()))
}

fn track(events: Vec<Event>) -> Track {
    track_of(vec![source(BucketType::WINDOW, events)])
}

fn measured(track: &Track) -> Measures {
    measures(track, TimeRange::ALL, &is_focus, &MeasureConfig::default(), None)
}

fn states_of(track: &Track) -> Vec<StateRun> {
    states(track, TimeRange::ALL, &is_focus, &MeasureConfig::default())
}

/// Everything there is to say.
fn everything(track: &Track) -> String {
    let config = MeasureConfig::default();
    let states = states_of(track);
    let moves = transitions(track, TimeRange::ALL, &config);
    let week = week_table(track, TimeRange::ALL, &is_focus, &TimeZone::UTC);
    let bins = state_bins(&states, between(0, 86_400), 24);
    format!("{:?} {states:?} {moves:?} {week:?} {bins:?}", measured(track))
}

#[test]
fn nothing_for_a_year_is_nothing() {
    let year = TimeRange::from(at(0), Duration::from_s(365 * 86_400));
    let config = MeasureConfig::default();
    for track in [Track::default(), track(vec![]), track(vec![window(400 * 86_400, 60, "Code")])] {
        let measures = measures(&track, year, &is_focus, &config, Some(&[]));
        assert_eq!(measures.active, Duration::ZERO);
        assert_eq!((measures.sessions.len(), measures.interruptions.len(), measures.breaks.len()), (0, 0, 0));
        assert_eq!((measures.deep_work, measures.longest_session), ([0.0; 3], 0.0));
        assert_eq!(
            (measures.fragmentation, measures.entropy, measures.self_interruption),
            (None, None, None)
        );
        assert_eq!(measures.levels.len(), 4);
        assert_eq!(states(&track, year, &is_focus, &config), []);
        assert_eq!(transitions(&track, year, &config), []);
        assert_eq!(week_table(&track, year, &is_focus, &TimeZone::UTC), WeekTable::default());
    }
}

#[test]
fn a_year_of_nothing_between_two_visits_belongs_to_no_state() {
    let track = track(vec![window(0, 1_200, "Code"), window(365 * 86_400, 1_200, "Code")]);
    let states = states_of(&track);
    assert_eq!(states.iter().map(|run| run.state).collect::<Vec<_>>(), [FlowState::Focus; 2]);
    let measures = measured(&track);
    assert_eq!((measures.breaks.len(), measures.sessions.len()), (0, 2));
    assert_eq!(measures.longest_unbroken.unwrap().duration(), Duration::from_s(1_200));
}

#[test]
fn one_application_all_day_is_one_session() {
    let track = track((0..8 * 60).map(|minute| window(minute * 60, 60, "Code")).collect());
    let measures = measured(&track);
    assert_eq!(drawn_sessions(&measures.sessions), ["0-28800 Work/Programming 28800"]);
    assert_eq!((measures.deep_work, measures.longest_session), ([1.0; 3], 1.0));
    assert_eq!(
        (measures.fragmentation, measures.entropy, measures.transition_entropy),
        (Some(0.0), Some(0.0), None)
    );
    assert!(measures.levels.iter().all(|level| level.switches == 0));
}

#[test]
fn one_moment_is_measured() {
    let data = Data::from([("app", "Code".into())]);
    let track = track(vec![Event::new(at(0), Duration::from_ns(1), data).unwrap()]);
    let measures = measured(&track);
    assert_eq!(measures.active.ns(), 1);
    assert_eq!(measures.fragmentation, Some(0.0));
    assert_eq!(states_of(&track).len(), 1);
}

#[test]
fn overlapping_events_are_not_counted_twice() {
    // Chat in front of a window that goes on behind it, and an old event that comes late.
    let track = track(vec![window(600, 60, "Slack"), window(0, 1_800, "Code"), window(0, 1_800, "Code")]);
    let measures = measured(&track);
    assert_eq!(measures.active, Duration::from_s(1_800));
    assert_eq!(measures.interruptions.len(), 1);
    assert_eq!(drawn_sessions(&measures.sessions), ["0-1800 Work/Programming 1740"]);
}

#[test]
fn a_clock_that_jumped_back_does_not_make_time() {
    // At 3,600 s the clock is put back by half an hour, and work goes on for an hour.
    let track = track(vec![window(0, 3_600, "Code"), window(1_800, 3_600, "Okular")]);
    let measures = measured(&track);
    assert_eq!(measures.active, Duration::from_s(5_400));
    assert_eq!(measures.sessions.len(), 1);
}

#[test]
fn a_clock_that_jumped_forwards_leaves_a_gap_that_is_no_time() {
    // The battery was empty: 36 years later the clock is set right again.
    let far = 36 * 365 * 86_400;
    let track =
        track(vec![window(0, 1_800, "Code"), window(far, 600, "Slack"), window(1_860, 1_800, "Code")]);
    let measures = measured(&track);
    assert_eq!(measures.active, Duration::from_s(1_800 + 600 + 1_800));
    assert_eq!(drawn_sessions(&measures.sessions), ["0-3660 Work/Programming 3600"]);
    let away = states_of(&track).into_iter().filter(|run| run.state == FlowState::Away);
    assert_eq!(away.map(|run| run.range.duration()).sum::<Duration>(), Duration::from_s(60));
}

#[test]
fn fifty_years_of_one_window_are_measured() {
    let fifty_years = Duration::from_ns(50 * 365 * 86_400 * 1_000_000_000);
    let data = Data::from([("app", "Code".into())]);
    let track = track(vec![Event::new(at(0), fifty_years, data).unwrap()]);
    let measures = measured(&track);
    assert_eq!((measures.active, measures.in_sessions), (fifty_years, fifty_years));
    let zone = TimeZone::get("Europe/Berlin").unwrap();
    let table = week_table(&track, TimeRange::ALL, &is_focus, &zone);
    assert_eq!(table.iter().flatten().map(|cell| cell.active).sum::<Duration>(), fifty_years);
}

#[test]
fn the_ends_of_time_do_not_overflow() {
    let first = Event::new(Timestamp::MIN, Duration::from_s(3_600), window(0, 0, "Code").data).unwrap();
    let last_start = Timestamp::MAX.saturating_sub(Duration::from_s(3_600));
    let last = Event::new(last_start, Duration::from_s(3_600), window(0, 0, "Slack").data).unwrap();
    let track = track(vec![first, last]);
    assert_eq!(measured(&track).active, Duration::from_s(7_200));
    for zone in ["Pacific/Kiritimati", "Pacific/Niue"] {
        let table = week_table(&track, TimeRange::ALL, &is_focus, &TimeZone::get(zone).unwrap());
        assert_eq!(table.iter().flatten().map(|cell| cell.active).sum::<Duration>(), Duration::from_s(7_200));
    }
    assert_eq!(state_bins(&states_of(&track), TimeRange::ALL, 10).len(), 10);
}

#[test]
fn absence_in_the_middle_of_a_window_is_a_break() {
    let afk = |start_s: u32, seconds: u32, status: &str| {
        Event::new(at(start_s), Duration::from_s(seconds), Data::from([("status", status.into())])).unwrap()
    };
    let idle = vec![afk(0, 1_200, "not-afk"), afk(1_200, 600, "afk"), afk(1_800, 1_200, "not-afk")];
    let track = track_of(vec![
        source(BucketType::WINDOW, vec![window(0, 3_000, "Code")]),
        source(BucketType::AFK, idle),
    ]);
    let measures = measured(&track);
    assert_eq!(measures.breaks, [between(1_200, 1_800)]);
    assert_eq!((measures.sessions.len(), measures.interruptions.len()), (2, 0));
}

/// An event of a window, as start, length and application.
type Drawn = (u32, u32, &'static str);

/// Events that may overlap, out of order and with gaps of every length.
fn events() -> impl Strategy<Value = Vec<Drawn>> {
    let application = proptest::sample::select(&["Code", "Okular", "Slack", "xeyes"][..]);
    let length = prop_oneof![0..10_u32, 10..300_u32, 300..3_000_u32];
    proptest::collection::vec((0..20_000_u32, length, application), 0..20)
}

fn track_of_drawn(events: &[Drawn]) -> Track {
    track(
        events
            .iter()
            .map(|(start_s, seconds, application)| window(*start_s, *seconds, application))
            .collect(),
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn the_order_in_which_events_come_does_not_matter(events in events().prop_shuffle()) {
        let mut sorted = events.clone();
        sorted.sort_unstable();
        prop_assert_eq!(everything(&track_of_drawn(&events)), everything(&track_of_drawn(&sorted)));
    }

    #[test]
    fn splitting_an_event_in_two_that_touch_changes_nothing(
        gaps in proptest::collection::vec((0_u32..600, 2_u32..2_000, 0_usize..4), 1..15),
        which in any::<prop::sample::Index>(),
        share in 0.0..1.0_f64,
    ) {
        let applications = ["Code", "Okular", "Slack", "xeyes"];
        let mut now = 0;
        let whole: Vec<Drawn> = gaps.iter().map(|(gap, length, application)| {
            let event = (now + gap, *length, applications[*application]);
            now = event.0 + length;
            event
        }).collect();
        let mut parted = whole.clone();
        let index = which.index(whole.len());
        let (start_s, seconds, application) = whole[index];
        let first = 1 + (share * f64::from(seconds - 1)) as u32;
        parted[index].1 = first;
        if first < seconds {
            parted.push((start_s + first, seconds - first, application));
        }
        prop_assert_eq!(everything(&track_of_drawn(&whole)), everything(&track_of_drawn(&parted)));
    }

    #[test]
    fn whatever_overlaps_time_is_counted_once(events in events()) {
        let track = track_of_drawn(&events);
        let measures = measured(&track);
        let extent = track.extent().map(TimeRange::duration).unwrap_or_default();
        prop_assert!(measures.active <= extent);
        let states = states_of(&track);
        let active = states.iter().filter(|run| run.state != FlowState::Away);
        prop_assert_eq!(active.map(|run| run.range.duration()).sum::<Duration>(), measures.active);
    }
}
