//! Are the promises about questions kept, whatever the day? Simulated people, asked every half minute.

use attnd_core::{Duration, PersonId, TimeRange, Timestamp};
use attnd_sense::category::{Bearing, CategoryRules};
use attnd_sense::flow::{FlowConfig, FlowInput, FlowSource, flow};
use attnd_sense::measure::{FocusSession, MeasureConfig, Period};
use attnd_sense::simulate::{SimulateConfig, Simulation};
use attnd_sense::track::Track;
use jiff::civil::{date, time};
use jiff::tz::TimeZone;
use proptest::prelude::*;

use super::put::OPEN_FOR;
use super::schedule::Situation;
use super::*;

/// A person's days, and everything asked on them.
struct Days {
    zone: TimeZone,
    rules: CategoryRules,
    days: Vec<(TimeRange, Track, Vec<FocusSession>)>,
    person: PersonId,
}

fn simulated(seed: u64, count: u32) -> Days {
    let zone = TimeZone::get("Europe/Berlin").unwrap();
    let config = SimulateConfig {
        days: count,
        seed,
        last_day: date(2026, 3, 31),
        time_zone: zone.clone(),
        hostname: "laptop".to_owned(),
    };
    let rules = CategoryRules::default_rules();
    let simulation = Simulation::new(config);
    let days = simulation.days().map(|day| {
        let range = crate::flow::local_day(day.date, &zone).unwrap();
        let sources = day.buckets.into_iter().map(|(bucket, events)| {
            let bucket = attnd_core::Bucket {
                id: bucket.id,
                name: bucket.name,
                kind: bucket.kind,
                client: bucket.client,
                hostname: bucket.hostname,
                created: range.start(),
                data: bucket.data,
                extent: None,
                event_count: 0,
            };
            FlowSource::new(&bucket, events)
        });
        let input = FlowInput { sources: sources.collect(), range };
        let track = Track::of_flow(&flow(&input, &rules, FlowConfig::default()));
        let config = MeasureConfig::default();
        let period = Period::new(&track, range, &|path| rules.bearing(path), &config);
        let sessions = period.measures(None).sessions;
        (range, track, sessions)
    });
    Days { days: days.collect(), zone, rules, person: PersonId::new(uuid::Uuid::from_u128(7)) }
}

fn asking() -> ProbeSettings {
    ProbeSettings {
        asking: Asking::AtBreakpoints,
        instruments: Instrument::ALL.to_vec(),
        ..ProbeSettings::default()
    }
}

impl Days {
    /// Asks every `step_s` from `offset_s` on, as an open page does.
    fn lived(&self, settings: &ProbeSettings, step_s: u32, offset_s: u32) -> Vec<Probe> {
        let mut probes: Vec<Probe> = Vec::new();
        for (range, track, _) in &self.days {
            let mut now = range.start().saturating_add(Duration::from_s(offset_s));
            while now < range.end() {
                let situation = Situation {
                    person: self.person,
                    now,
                    zone: &self.zone,
                    settings,
                    probes: &probes,
                    track,
                    bearing: &|path: &[String]| self.rules.bearing(path),
                };
                if let Ok(chosen) = situation.choose() {
                    probes.push(Probe {
                        id: probes.len().to_string(),
                        instrument: chosen.instrument,
                        about: chosen.about,
                        asked: now,
                        expires: now.saturating_add(OPEN_FOR),
                        breakpoint: Some(chosen.breakpoint),
                        probability: chosen.probability,
                        outcome: ProbeOutcome::Open,
                    });
                }
                now = now.saturating_add(Duration::from_s(step_s));
            }
        }
        probes
    }

    fn check(&self, settings: &ProbeSettings, probes: &[Probe]) {
        for pair in probes.windows(2) {
            assert!(pair[1].asked.since(pair[0].asked) >= Duration::from_s(45 * 60), "{pair:?}");
        }
        for (range, track, sessions) in &self.days {
            let today: Vec<&Probe> = probes.iter().filter(|probe| range.contains(probe.asked)).collect();
            assert!(today.len() <= usize::from(settings.most_a_day), "{} on {range:?}", today.len());
            for probe in today {
                self.check_one(settings, probe, track, sessions);
            }
        }
    }

    fn check_one(&self, settings: &ProbeSettings, probe: &Probe, track: &Track, sessions: &[FocusSession]) {
        let local = probe.asked.jiff().to_zoned(self.zone.clone()).time();
        assert!(settings.from <= local && local < settings.until, "{local}");
        assert!(settings.instruments.contains(&probe.instrument));
        assert!((0.25..=0.9).contains(&probe.probability));
        assert!(probe.about.end() <= probe.asked && !probe.about.duration().is_zero(), "{probe:?}");
        assert!(probe.about.duration() <= Duration::from_s(900));
        let minute = Duration::from_s(60);
        for session in sessions.iter().filter(|session| session.range.contains(probe.asked)) {
            assert!(
                probe.asked.since(session.range.start()) <= minute,
                "in focus: {probe:?} {:?}",
                session.range
            );
        }
        let just = TimeRange::from(probe.asked.saturating_sub(Duration::from_s(121)), Duration::from_s(121));
        assert!(track.visits_within(just).next().is_some(), "away: {probe:?}");
        let lately =
            TimeRange::from(probe.asked.saturating_sub(Duration::from_s(240)), Duration::from_s(240));
        for visit in track.visits_within(lately) {
            assert!(!track.category(&visit).iter().any(|part| part == "Meetings"), "in a meeting: {probe:?}");
        }
    }
}

#[test]
fn over_simulated_weeks_every_promise_is_kept() {
    let mut hours = std::collections::BTreeSet::new();
    let mut breakpoints = std::collections::BTreeSet::new();
    let mut asked = 0;
    // A question at a switch is the rarest: fewer weeks have none.
    for seed in 1..=8 {
        let days = simulated(seed, 7);
        let probes = days.lived(&asking(), 30, 0);
        days.check(&asking(), &probes);
        for probe in &probes {
            hours.insert(probe.asked.jiff().to_zoned(days.zone.clone()).hour());
            breakpoints.insert(probe.breakpoint);
        }
        asked += probes.len();
    }
    assert!(asked >= 54, "{asked} in eight weeks");
    assert!(hours.len() >= 5, "{hours:?}");
    assert_eq!(breakpoints.len(), 3, "{breakpoints:?}");
}

#[test]
fn asked_again_it_is_the_same_and_other_people_are_asked_at_other_times() {
    let mut days = simulated(4, 7);
    let once = days.lived(&asking(), 30, 0);
    assert_eq!(once, days.lived(&asking(), 30, 0));
    days.person = PersonId::new(uuid::Uuid::from_u128(8));
    let other = days.lived(&asking(), 30, 0);
    let times = |probes: &[Probe]| probes.iter().map(|probe| probe.asked).collect::<Vec<_>>();
    assert_ne!(times(&once), times(&other));
}

#[test]
fn long_questions_come_once_a_day_at_most() {
    let days = simulated(5, 10);
    let probes = days.lived(&asking(), 30, 0);
    for instrument in [Instrument::RawTlx, Instrument::Sleepiness] {
        let asked: Vec<Timestamp> =
            probes.iter().filter(|probe| probe.instrument == instrument).map(|probe| probe.asked).collect();
        assert!(!asked.is_empty());
        assert!(asked.windows(2).all(|pair| pair[1].since(pair[0]) >= Duration::from_s(20 * 3_600)));
    }
}

#[test]
fn whoever_wants_quiet_has_it() {
    let days = simulated(6, 3);
    assert_eq!(days.lived(&ProbeSettings::default(), 30, 0), [], "off until turned on");
    let (range, track, _) = &days.days[1];
    let until = range.end();
    let snoozed = Probe {
        id: "1".to_owned(),
        instrument: Instrument::Focus,
        about: *range,
        asked: range.start(),
        expires: range.start(),
        breakpoint: Some(Breakpoint::Return),
        probability: 0.5,
        outcome: ProbeOutcome::Snoozed { until },
    };
    let mut now = range.start();
    while now < until {
        let situation = Situation {
            person: days.person,
            now,
            zone: &days.zone,
            settings: &asking(),
            probes: std::slice::from_ref(&snoozed),
            track,
            bearing: &|path: &[String]| days.rules.bearing(path),
        };
        assert_eq!(situation.choose(), Err(NotNow::Snoozed { until }));
        now = now.saturating_add(Duration::from_s(600));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]

    #[test]
    fn whatever_the_person_the_settings_and_the_page_promises_are_kept(
        seed: u64, most_a_day in 1..=6_u8, from in 0..12_i8, hours in 1..12_i8, step_s in 20..150_u32,
        offset_s in 0..60_u32,
    ) {
        let days = simulated(seed, 2);
        let settings = ProbeSettings {
            most_a_day,
            from: time(from, 0, 0, 0),
            until: time(from + hours, 0, 0, 0),
            ..asking()
        };
        prop_assert!(settings.check().is_ok());
        days.check(&settings, &days.lived(&settings, step_s, offset_s));
    }
}

#[test]
fn nothing_sensed_means_nobody_is_there() {
    let situation = Situation {
        person: PersonId::new(uuid::Uuid::from_u128(1)),
        now: Timestamp::parse("2026-03-02T10:00:00Z").unwrap(),
        zone: &TimeZone::UTC,
        settings: &asking(),
        probes: &[],
        track: &Track::default(),
        bearing: &|_: &[String]| Bearing::Focus,
    };
    assert_eq!(situation.choose(), Err(NotNow::Away));
}

#[test]
fn settings_that_make_no_sense_are_refused() {
    let wrong = [
        ProbeSettings { most_a_day: 0, ..asking() },
        ProbeSettings { most_a_day: 7, ..asking() },
        ProbeSettings { from: time(20, 0, 0, 0), until: time(8, 0, 0, 0), ..asking() },
        ProbeSettings { instruments: Vec::new(), ..asking() },
    ];
    assert!(wrong.iter().all(|settings| settings.check().is_err()));
    assert!(asking().check().is_ok());
}
