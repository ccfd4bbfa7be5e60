//! Is a track the flow it was made of, also after its bytes were kept?

use std::sync::LazyLock;

use jiff::civil::date;
use jiff::tz::TimeZone;
use proptest::prelude::*;

use super::*;
use crate::category::CategoryRules;
use crate::flow::{FlowConfig, FlowInput, FlowSource, flow};
use crate::simulate::{SimulateConfig, Simulation};

fn week() -> Flow {
    let config = SimulateConfig {
        days: 7,
        seed: 4,
        last_day: date(2026, 1, 31),
        time_zone: TimeZone::UTC,
        hostname: "laptop".to_owned(),
    };
    let sources = Simulation::new(config).generate().into_iter().map(|(bucket, events)| FlowSource {
        id: bucket.id,
        kind: bucket.kind,
        hostname: bucket.hostname,
        data: bucket.data,
        events,
    });
    let input = FlowInput { sources: sources.collect(), range: TimeRange::ALL };
    flow(&input, &CategoryRules::default_rules(), FlowConfig::default())
}

fn words(track: &Track) -> Vec<(TimeRange, String, Vec<String>, u64)> {
    let said = |visit: &Visit| {
        let (application, category) = (track.application(visit), track.category(visit));
        (visit.range, application.to_string(), category.to_vec(), track.window(visit).digest)
    };
    track.visits().iter().map(said).collect()
}

#[test]
fn a_track_says_what_its_flow_says() {
    let flow = week();
    let track = Track::of_flow(&flow);
    assert_eq!(track.visits().len(), flow.spans.len());
    for (visit, span) in track.visits().iter().zip(&flow.spans) {
        assert_eq!(visit.range, span.range);
        assert_eq!(*track.application(visit), span.application);
        assert_eq!(*track.category(visit), span.category);
    }
}

#[test]
fn hours_put_together_are_the_track_and_small() {
    let track = Track::of_flow(&week());
    let mut builder = TrackBuilder::default();
    let hours = track.hours();
    for (hour, bytes) in &hours {
        builder.push_hour(*hour, bytes, TimeRange::ALL).unwrap();
    }
    assert_eq!(words(&builder.finish()), words(&track));
    let bytes: usize = hours.iter().map(|(_, bytes)| bytes.len()).sum();
    assert!(bytes < 30 * track.visits().len(), "{bytes} for {}", track.visits().len());
}

#[test]
fn a_part_is_cut_at_its_ends() {
    let track = Track::of_flow(&week());
    let extent = track.extent().unwrap();
    let middle = extent.start().saturating_add(attnd_core::Duration::from_ns(extent.duration().ns() / 2));
    let first = track.within(TimeRange::new(extent.start(), middle).unwrap());
    let second = track.within(TimeRange::new(middle, extent.end()).unwrap());
    let ns = |track: &Track| track.visits().iter().map(|visit| visit.range.duration().ns()).sum::<i64>();
    assert_eq!(ns(&first) + ns(&second), ns(&track));
}

static FIRST_HOUR: LazyLock<(Hour, Vec<u8>)> =
    LazyLock::new(|| Track::of_flow(&week()).hours().swap_remove(0));

proptest! {
    #[test]
    fn damaged_bytes_are_refused_or_stay_within_the_hour(at in 0_usize..400, with in any::<u8>()) {
        let (hour, mut bytes) = FIRST_HOUR.clone();
        let at = at % bytes.len();
        bytes[at] = with;
        let mut builder = TrackBuilder::default();
        if builder.push_hour(hour, &bytes, TimeRange::ALL).is_ok() {
            let track = builder.finish();
            prop_assert!(track.visits().iter().all(|visit| visit.range.end() <= hour.range().end()));
        }
    }
}
