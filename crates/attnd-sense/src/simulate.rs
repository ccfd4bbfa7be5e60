//! What would a person's weeks look like? Made-up events in the shapes of the real watchers.
//!
//! For demonstration, tests and measurements. Everything is labelled: the buckets say
//! `simulated: true` in their data and `attnd-simulate` as their client. A day is planned first
//! (tasks, what interrupts them, meetings, breaks) and only then acted out in windows and tabs, so
//! what the person was *really* doing is known. Each day depends on the seed and its date alone.

mod content;
mod plan;
mod random;
mod stage;

use attnd_core::{BucketId, BucketType, Data, Event, NewBucket, Timestamp};
use jiff::ToSpan;
use jiff::civil::{Date, Weekday, date};
use jiff::tz::TimeZone;

use plan::DayPlan;
use random::Random;
use stage::Stage;

/// The client simulated buckets name.
pub const CLIENT: &str = "attnd-simulate";

/// The longest simulation, in days.
pub const MAX_DAYS: u32 = 36_525;

/// Whose weeks, and which.
#[derive(Clone, Debug)]
pub struct SimulateConfig {
    /// How many days; at most [`MAX_DAYS`].
    pub days: u32,
    /// The person: the same seed lives the same day again.
    pub seed: u64,
    /// The last of the days, between 1800 and 2200.
    pub last_day: Date,
    /// Where they live.
    pub time_zone: TimeZone,
    /// What their machine is called; 200 bytes of it at most, without control characters.
    pub hostname: String,
}

/// A simulated person.
#[derive(Clone, Debug)]
pub struct Simulation {
    config: SimulateConfig,
    buckets: Vec<NewBucket>,
}

/// One day: each bucket's events, by time, none overlapping another of its bucket, none empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SimulatedDay {
    /// The local date.
    pub date: Date,
    /// The same buckets every day, in the same order; a day may have no events in one.
    pub buckets: Vec<(NewBucket, Vec<Event>)>,
}

/// The watchers simulated, in the order of a day's buckets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Watcher {
    Window,
    Idle,
    Web,
    Editor,
}

impl Watcher {
    const ALL: [Self; 4] = [Self::Window, Self::Idle, Self::Web, Self::Editor];

    const fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::Window => ("aw-watcher-window", BucketType::WINDOW),
            Self::Idle => ("aw-watcher-afk", BucketType::AFK),
            Self::Web => ("aw-watcher-web-firefox", BucketType::WEB),
            Self::Editor => ("aw-watcher-vscode", BucketType::EDITOR),
        }
    }
}

impl Simulation {
    /// A person; values out of bounds are moved to the nearest bound.
    #[must_use]
    pub fn new(mut config: SimulateConfig) -> Self {
        config.days = config.days.min(MAX_DAYS);
        config.last_day = config.last_day.clamp(date(1800, 1, 1), date(2200, 12, 31));
        config.hostname.retain(|character| !character.is_control());
        config.hostname.truncate(config.hostname.floor_char_boundary(200));
        let created = config.dates().next().map(|first| config.morning(first));
        let buckets = Watcher::ALL.map(|watcher| config.bucket(watcher, created)).to_vec();
        Self { config, buckets }
    }

    /// The person's buckets.
    #[must_use]
    pub fn buckets(&self) -> &[NewBucket] {
        &self.buckets
    }

    /// The days in order, each made when it is asked for.
    pub fn days(&self) -> impl Iterator<Item = SimulatedDay> {
        self.config.dates().map(|date| self.day(date))
    }

    /// All days' events, by bucket.
    #[must_use]
    pub fn generate(&self) -> Vec<(NewBucket, Vec<Event>)> {
        self.first_events(usize::MAX)
    }

    /// The first `count` events in time, by bucket; fewer if the days have fewer.
    #[must_use]
    pub fn first_events(&self, count: usize) -> Vec<(NewBucket, Vec<Event>)> {
        let mut all: Vec<_> = self.buckets.iter().map(|bucket| (bucket.clone(), Vec::new())).collect();
        let mut left = count;
        for day in self.days() {
            if left == 0 {
                break;
            }
            let mut events: Vec<(usize, Event)> = (day.buckets.into_iter().enumerate())
                .flat_map(|(index, (_, events))| events.into_iter().map(move |event| (index, event)))
                .collect();
            events.sort_by_key(|(index, event)| (event.timestamp, *index));
            events.truncate(left);
            left -= events.len();
            for (index, event) in events {
                all[index].1.push(event);
            }
        }
        all
    }

    fn day(&self, date: Date) -> SimulatedDay {
        let config = &self.config;
        let mut random = Random::of(config.seed, stream_of(date));
        // What the weeks are about changes every other week.
        let fortnight = date.iso_week_date();
        let period = i64::from(fortnight.year()) * 100 + i64::from(fortnight.week() / 2);
        let mut themes = Random::of(config.seed ^ 0x7E3E_5EED, period.unsigned_abs());
        let is_weekend = matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday);
        let plan = DayPlan::draw(&mut random, &mut themes, is_weekend);
        let mut stage = Stage::new(config.morning(date), &config.hostname);
        stage.act_out(&plan, &mut random);
        let events = stage.into_events();
        SimulatedDay { date, buckets: self.buckets.iter().cloned().zip(events).collect() }
    }
}

/// A number for each date.
fn stream_of(date: Date) -> u64 {
    let day = i64::from(date.year()) * 10_000 + i64::from(date.month()) * 100 + i64::from(date.day());
    day.unsigned_abs()
}

/// The hour at which plans begin to count, local time: after every change of clocks.
const MORNING_H: i8 = 5;

impl SimulateConfig {
    fn dates(&self) -> impl Iterator<Item = Date> + use<> {
        let last_day = self.last_day;
        (0..self.days).rev().map(move |back| last_day.saturating_sub(i64::from(back).days()))
    }

    fn morning(&self, date: Date) -> Timestamp {
        let zoned = (date.at(MORNING_H, 0, 0, 0).to_zoned(self.time_zone.clone()))
            .expect("invariant: dates between 1700 and 2200 lie within the calendar");
        Timestamp::from_jiff(zoned.timestamp()).expect("invariant: dates from 1700 to 2200 can be held")
    }

    fn bucket(&self, watcher: Watcher, created: Option<Timestamp>) -> NewBucket {
        let (name, kind) = watcher.names();
        NewBucket {
            id: BucketId::parse(format!("{name}_{}", self.hostname))
                .expect("invariant: a short name without control characters is an id"),
            name: None,
            kind: BucketType(kind.to_owned()),
            client: CLIENT.to_owned(),
            hostname: self.hostname.clone(),
            created,
            data: Data::from([("simulated", true.into()), ("seed", self.seed.into())]),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use attnd_core::Duration;

    use super::*;

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
        let year = simulation(365, 42).generate();
        let windows = year[0].1.len();
        let total: usize = year.iter().map(|(_, events)| events.len()).sum();
        // A measured year: 387,425 window events of 545,847.
        assert!((340_000..430_000).contains(&windows), "{windows}");
        assert!((490_000..600_000).contains(&total), "{total}");
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
}
