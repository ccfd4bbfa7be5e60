//! What would a person's weeks look like? Made-up events in the shapes of the real watchers.
//!
//! For demonstration, tests and measurements. Everything is labelled: the buckets say
//! `simulated: true` in their data and `attnd-simulate` as their client. A day is planned first
//! (tasks, what interrupts them, meetings, breaks) and only then acted out in windows and tabs, so
//! what the person was *really* doing is known: [`DayTruth`]. Each day depends on the seed and its date alone.

mod answer;
mod content;
mod manner;
mod plan;
mod random;
mod scene;
mod stage;
mod truth;
mod write;

use attnd_core::{BucketId, BucketType, Data, Event, NewBucket, Timestamp};
use jiff::ToSpan;
use jiff::civil::{Date, Weekday, date};
use jiff::tz::TimeZone;

use plan::DayPlan;
use random::Random;
use stage::Stage;

pub use answer::SimulatedAnswer;
pub use truth::{
    CueSource, DayTruth, Diversion, DiversionTo, FocusBlock, Glance, GlanceAt, Response, Resumption, Stretch,
    TaskName, TaskStint, TrueCause, TrueCue, TrueInterruption, TrueMeeting,
};
pub use write::{SimulationSummary, SimulationWriter, TRUTH_FORMAT, TRUTH_VERSION};

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
    /// What really happened.
    pub truth: DayTruth,
    /// What they said of it when asked, in order.
    pub answers: Vec<SimulatedAnswer>,
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
        let morning = config.morning(date);
        let mut stage = Stage::new(morning, &config.hostname);
        stage.act_out(&plan, &mut random);
        let (acted, events) = stage.into_parts();
        let truth = DayTruth::of(date, morning, &acted, &plan.cues);
        // Chance of its own: asking does not change the day.
        let answers = truth.answers(&mut Random::of(config.seed ^ 0xA5CE_5EED, stream_of(date)));
        SimulatedDay { date, buckets: self.buckets.iter().cloned().zip(events).collect(), truth, answers }
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
mod tests;
