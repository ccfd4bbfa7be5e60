//! Does a day with sleep, clock changes and a vanishing desktop come out right?

use std::sync::{Arc, Mutex};

use attnd_core::heartbeat::{Heartbeat, Pulse, merge};
use attnd_core::{Clock, Event, Timestamp};

use super::*;
use crate::desktop::{Missing, Window};
use crate::queue::{Queue, QueueLimits};
use crate::rhythm::{Input, InputCounts, Rhythm};

/// A clock that moves only when told.
#[derive(Clone, Debug)]
struct FakeTime(Arc<Mutex<Moment>>);

impl FakeTime {
    fn pass(&self, wall: StdDuration, monotonic: StdDuration) {
        let mut moment = self.0.lock().unwrap();
        moment.wall = moment.wall.saturating_add(Duration::from_ns(wall.as_nanos() as i64));
        moment.monotonic += monotonic;
    }

    fn set_back(&self, by: Duration) {
        let mut moment = self.0.lock().unwrap();
        moment.wall = moment.wall.saturating_sub(by);
    }
}

impl Clock for FakeTime {
    fn now(&self) -> Timestamp {
        self.0.lock().unwrap().wall
    }
}

impl Time for FakeTime {
    fn monotonic(&self) -> StdDuration {
        self.0.lock().unwrap().monotonic
    }
}

/// A desktop that shows what the test puts there. Waiting passes the time.
struct FakeDesktop {
    time: FakeTime,
    window: Option<Window>,
    last_input: StdDuration,
    lock: Lock,
    rhythm: Rhythm,
    gone: Option<Lost>,
}

impl Desktop for FakeDesktop {
    fn wait(&mut self, longest: StdDuration) -> Result<(), Lost> {
        self.time.pass(longest, longest);
        self.gone.clone().map_or(Ok(()), Err)
    }

    fn active_window(&mut self) -> Result<Option<Window>, Lost> {
        Ok(self.window.clone())
    }

    fn idle(&mut self) -> Result<Option<StdDuration>, Lost> {
        Ok(Some(self.time.monotonic() - self.last_input))
    }

    fn lock(&mut self) -> Lock {
        self.lock
    }

    fn input(&mut self) -> Result<Option<InputCounts>, Lost> {
        Ok(Some(self.rhythm.take()))
    }

    fn missing(&self) -> Vec<Missing> {
        Vec::new()
    }
}

struct Bench {
    watcher: Watcher<FakeTime>,
    desktop: FakeDesktop,
    outbox: Outbox,
    _home: tempfile::TempDir,
}

fn bench(adjust: impl FnOnce(&mut WatchConfig)) -> Bench {
    let home = tempfile::tempdir().unwrap();
    let mut config = WatchConfig::new(home.path().to_owned());
    config.hostname = "host".to_owned();
    adjust(&mut config);
    let start = Moment { wall: at("10:00:00"), monotonic: StdDuration::from_secs(50) };
    let time = FakeTime(Arc::new(Mutex::new(start)));
    let outbox = Outbox::new(Queue::open(home.path(), QueueLimits::default()).unwrap());
    let watcher = Watcher::new(&config, time.clone(), outbox.clone()).unwrap();
    let last_input = time.monotonic();
    let desktop = FakeDesktop {
        time,
        window: None,
        last_input,
        lock: Lock::Open,
        rhythm: Rhythm::default(),
        gone: None,
    };
    Bench { watcher, desktop, outbox, _home: home }
}

impl Bench {
    fn show(&mut self, application: &str, title: &str) {
        let window = Window { application: application.to_owned(), title: title.to_owned(), process: None };
        self.desktop.window = Some(window);
    }

    fn seconds(&mut self, seconds: u32) {
        for _ in 0..seconds {
            self.watcher.step(&mut self.desktop).unwrap();
        }
    }

    fn press(&mut self) {
        self.desktop.last_input = self.desktop.time.monotonic();
        self.desktop.rhythm.add(self.desktop.last_input, Input::Key);
    }

    /// What a daemon holds after all heartbeats so far: each event of `kind` with the field.
    fn stored(&mut self, kind: &str, field: &str) -> Vec<String> {
        self.watcher.finish();
        let mut events: Vec<Event> = Vec::new();
        while let Some(entry) = self.outbox.peek() {
            self.outbox.acknowledge();
            if entry.bucket.kind.as_str() != kind {
                continue;
            }
            match events.last_mut().map(|last| (merge(last, &entry.event, Pulse(entry.pulse_s)), last)) {
                Some((Heartbeat::Extends(duration), last)) => last.duration = duration,
                _ => events.push(entry.event),
            }
        }
        let line = |event: &Event| {
            let value = event.data.fields()[field].to_string();
            let time = |moment: Timestamp| moment.to_string()[11..].replace(".001Z", "+").replace('Z', "");
            format!("{}-{} {}", time(event.timestamp), time(event.end()), value.trim_matches('"'))
        };
        events.iter().map(line).collect()
    }
}

fn at(time: &str) -> Timestamp {
    Timestamp::parse(&format!("2026-03-02T{time}Z")).unwrap()
}

#[test]
fn windows_follow_each_other_without_gaps() {
    let mut bench = bench(|_| {});
    bench.show("xterm", "shell");
    bench.seconds(30);
    bench.show("firefox", "News");
    bench.seconds(45);
    bench.show("xterm", "shell");
    bench.seconds(1);
    assert_eq!(
        bench.stored(BucketType::WINDOW, "app"),
        ["10:00:01-10:00:31 xterm", "10:00:31-10:01:16 firefox", "10:01:16-10:01:16 xterm"]
    );
}

#[test]
fn sleep_belongs_to_nobody_and_nothing_is_merged_across() {
    let mut bench = bench(|_| {});
    bench.show("xterm", "shell");
    bench.press();
    bench.seconds(10);
    bench.press();
    bench.seconds(5);
    bench.desktop.time.pass(StdDuration::from_secs(60), StdDuration::ZERO);
    bench.seconds(5);
    bench.press();
    bench.seconds(5);
    assert_eq!(
        bench.stored(BucketType::WINDOW, "app"),
        ["10:00:01-10:00:15 xterm", "10:01:16-10:01:25 xterm"]
    );
}

#[test]
fn presence_ends_before_sleep_and_begins_after_it() {
    let mut bench = bench(|_| {});
    for _ in 0..10 {
        bench.press();
        bench.seconds(3);
    }
    bench.desktop.time.pass(StdDuration::from_secs(60), StdDuration::ZERO);
    for _ in 0..4 {
        bench.seconds(3);
        bench.press();
    }
    let spans = bench.stored(BucketType::AFK, "status");
    assert_eq!(spans.len(), 2, "{spans:?}");
    assert!(spans[0].starts_with("10:00:01-10:00:2") && spans[1].starts_with("10:01:31-10:01:"), "{spans:?}");
}

#[test]
fn a_clock_set_back_makes_a_new_event_and_no_negative_duration() {
    let mut bench = bench(|_| {});
    bench.show("xterm", "shell");
    bench.seconds(10);
    bench.desktop.time.set_back(Duration::from_s(3_600));
    bench.seconds(10);
    assert_eq!(
        bench.stored(BucketType::WINDOW, "app"),
        ["10:00:01-10:00:10 xterm", "09:00:11-09:00:20 xterm"]
    );
}

#[test]
fn absence_is_told_from_the_last_input_on() {
    let mut bench = bench(|config| config.afk_timeout = Duration::from_s(8));
    bench.seconds(1);
    bench.press();
    bench.seconds(20);
    bench.press();
    bench.seconds(4);
    assert_eq!(
        bench.stored(BucketType::AFK, "status"),
        ["10:00:01-10:00:01 not-afk", "10:00:01+-10:00:21 afk", "10:00:21+-10:00:21+ not-afk"]
    );
}

#[test]
fn a_locked_screen_is_absence() {
    let mut bench = bench(|_| {});
    bench.press();
    bench.seconds(6);
    bench.desktop.lock = Lock::Locked;
    bench.seconds(20);
    let spans = bench.stored(BucketType::AFK, "status");
    assert_eq!(spans.len(), 2, "{spans:?}");
    assert!(spans[1].ends_with(" afk"), "{spans:?}");
}

#[test]
fn keys_are_counted_in_the_interval_they_were_pressed_in() {
    let mut bench = bench(|_| {});
    bench.seconds(2);
    (0..7).for_each(|_| bench.press());
    bench.seconds(5);
    bench.seconds(10);
    assert_eq!(bench.stored(BucketType::INPUT, "presses"), ["10:00:01+-10:00:06 7", "10:00:06-10:00:16 0"]);
}

#[test]
fn a_desktop_that_goes_away_leaves_what_was_sensed() {
    let mut bench = bench(|_| {});
    bench.show("xterm", "shell");
    bench.seconds(7);
    bench.desktop.gone = Some(Lost { reason: "closed".to_owned() });
    assert!(bench.watcher.step(&mut bench.desktop).is_err());
    bench.desktop.gone = None;
    bench.seconds(3);
    assert_eq!(
        bench.stored(BucketType::WINDOW, "app"),
        ["10:00:01-10:00:07 xterm", "10:00:09-10:00:11 xterm"]
    );
}

#[test]
fn what_is_excluded_is_never_written() {
    let mut bench = bench(|config| {
        config.exclude_titles = vec!["private".to_owned()];
        config.time_only = vec!["Signal".to_owned()];
    });
    bench.show("firefox", "Private Browsing");
    bench.seconds(3);
    bench.show("signal", "A. Friend");
    bench.seconds(3);
    bench.show("KeePassXC", "Passwords.kdbx");
    bench.seconds(3);
    bench.show("mail", "Key ghp_0123456789abcdefghijklmnopqrstuvwxyz");
    bench.seconds(3);
    assert_eq!(
        bench.stored(BucketType::WINDOW, "title"),
        ["10:00:01-10:00:04 excluded", "10:00:04-10:00:07 ", "10:00:10-10:00:12 Key [redacted]"]
    );
}

#[test]
fn a_rule_that_does_not_compile_stops_everything() {
    let home = tempfile::tempdir().unwrap();
    let mut config = WatchConfig::new(home.path().to_owned());
    config.exclude_titles = vec!["(".to_owned()];
    let outbox = Outbox::new(Queue::open(home.path(), QueueLimits::default()).unwrap());
    let time = crate::moment::SystemTime::default();
    assert_eq!(Watcher::new(&config, time, outbox).unwrap_err().code, ErrorCode::InvalidConfig);
}
