//! Do simulated days look like a person's days, in the shapes of the real watchers?

use std::collections::BTreeMap;

use attnd_core::Duration;

use super::*;

mod measured;
mod truth;
mod write;

fn simulation(days: u32, seed: u64) -> Simulation {
    Simulation::new(SimulateConfig {
        days,
        seed,
        last_day: date(2026, 1, 31),
        time_zone: TimeZone::get("Europe/Berlin").unwrap_or(TimeZone::UTC),
        hostname: "laptop".to_owned(),
    })
}

#[test]
fn the_same_seed_lives_the_same_days_whichever_others_are_asked_for() {
    let month: Vec<_> = simulation(31, 7).days().collect();
    let week: Vec<_> = simulation(7, 7).days().collect();
    let events = |days: &[SimulatedDay]| -> Vec<Vec<Event>> {
        days.iter().flat_map(|day| day.buckets.iter().map(|(_, events)| events.clone())).collect()
    };
    assert_eq!(events(&month[24..]), events(&week));
    assert_ne!(events(&simulation(7, 8).days().collect::<Vec<_>>()), events(&week));
}

#[test]
fn events_are_in_order_apart_and_not_empty() {
    for seed in 0..4 {
        let mut ends: BTreeMap<BucketId, Timestamp> = BTreeMap::new();
        for day in simulation(60, seed).days() {
            for (bucket, events) in day.buckets {
                for event in events {
                    let end = ends.entry(bucket.id.clone()).or_insert(Timestamp::MIN);
                    assert!(event.timestamp >= *end, "{} {}", bucket.id, event.timestamp);
                    assert!(!event.duration.is_zero());
                    *end = event.end();
                }
            }
        }
    }
}

#[test]
fn a_year_is_as_large_as_a_real_one() {
    // The year that the benchmarks take the first 545,847 events of.
    let config = SimulateConfig {
        days: 365,
        seed: 1,
        last_day: date(2024, 12, 31),
        time_zone: TimeZone::UTC,
        hostname: "bench".to_owned(),
    };
    let year = Simulation::new(config).generate();
    let windows = year[0].1.len();
    let total: usize = year.iter().map(|(_, events)| events.len()).sum();
    // A measured year: 387,425 window events of 545,847.
    assert!((340_000..430_000).contains(&windows), "{windows}");
    assert!((545_847..600_000).contains(&total), "{total}");
}

#[test]
fn exactly_so_many_events_can_be_had() {
    let whole = simulation(5, 1).generate();
    let first = simulation(5, 1).first_events(1_234);
    assert_eq!(first.iter().map(|(_, events)| events.len()).sum::<usize>(), 1_234);
    for ((_, first), (_, whole)) in first.iter().zip(&whole) {
        assert!(whole.starts_with(first));
    }
}

#[test]
fn working_days_look_like_working_days() {
    let days: Vec<_> = simulation(56, 3).days().collect();
    let active = |day: &SimulatedDay| -> Duration {
        (day.buckets[1].1.iter())
            .filter(|event| event.data.text("status") == Some("not-afk"))
            .map(|event| event.duration)
            .sum()
    };
    let hours = |weekend: bool| {
        let is_weekend = |day: &&SimulatedDay| {
            matches!(day.date.weekday(), Weekday::Saturday | Weekday::Sunday) == weekend
        };
        let list: Vec<_> =
            days.iter().filter(is_weekend).map(|day| active(day).as_s_f64() / 3_600.0).collect();
        list.iter().sum::<f64>() / list.len() as f64
    };
    assert!((6.0..9.5).contains(&hours(false)), "{}", hours(false));
    assert!((0.3..3.5).contains(&hours(true)), "{}", hours(true));
}

#[test]
fn windows_are_dwelt_on_as_people_do() {
    let year = simulation(90, 5).generate();
    let mut dwell: Vec<_> = year[0].1.iter().map(|event| event.duration).collect();
    dwell.sort();
    let median_s = dwell[dwell.len() / 2].as_s_f64();
    assert!((6.0..50.0).contains(&median_s), "{median_s}");
}

#[test]
fn data_has_the_watchers_fields_and_the_label() {
    let week = simulation(7, 2).generate();
    let keys = |index: usize| -> Vec<String> { week[index].1[0].data.fields().keys().cloned().collect() };
    assert_eq!(keys(0), ["app", "title"]);
    assert_eq!(keys(1), ["status"]);
    assert_eq!(keys(2), ["audible", "incognito", "tabCount", "title", "url"]);
    assert_eq!(keys(3), ["file", "language", "project"]);
    for (bucket, _) in &week {
        assert_eq!(bucket.client, CLIENT);
        assert_eq!(bucket.data.fields()["simulated"], true);
    }
}

#[test]
fn odd_configurations_are_moved_to_their_bounds() {
    let odd = Simulation::new(SimulateConfig {
        days: 2,
        seed: u64::MAX,
        last_day: Date::MAX,
        time_zone: TimeZone::UTC,
        hostname: "主机\n".repeat(100),
    });
    assert_eq!(odd.days().count(), 2);
    assert!(odd.buckets()[0].hostname.len() <= 200);
    let none = Simulation::new(SimulateConfig { days: 0, ..odd.config });
    assert!(none.generate().iter().all(|(_, events)| events.is_empty()));
}
