//! Does every answer of the daemon lead where it should?

use std::collections::VecDeque;

use attnd_core::heartbeat::Pulse;
use attnd_core::{BucketType, Data, Event, Timestamp};

use super::*;
use crate::entry::Beat;
use crate::queue::{Queue, QueueLimits};
use crate::transport::NoAnswer;

/// Answers from a list, `200` when it is over, and remembers what was asked.
#[derive(Debug, Default)]
struct Script {
    answers: VecDeque<Result<Reply, NoAnswer>>,
    asked: Vec<(String, String)>,
}

impl Transport for Script {
    fn post(&mut self, path: &str, body: &[u8]) -> Result<Reply, NoAnswer> {
        self.asked.push((path.to_owned(), String::from_utf8(body.to_vec()).unwrap()));
        self.answers.pop_front().unwrap_or_else(|| Ok(reply(200, "{}")))
    }
}

fn reply(status: u16, body: &str) -> Reply {
    Reply { status, body: body.to_owned(), retry_after: None }
}

struct Bench {
    sender: Sender<Script>,
    outbox: Outbox,
    _home: tempfile::TempDir,
}

fn bench(answers: Vec<Result<Reply, NoAnswer>>) -> Bench {
    let home = tempfile::tempdir().unwrap();
    let outbox = Outbox::new(Queue::open(home.path(), QueueLimits::default()).unwrap());
    let sender = Sender::new(Script { answers: answers.into(), asked: Vec::new() }, 42);
    Bench { sender, outbox, _home: home }
}

impl Bench {
    fn put(&self, kind: &str, second: u32) {
        let at = Timestamp::from_ns_saturating(attnd_core::Duration::from_s(second).ns());
        let event = Event::new(at, attnd_core::Duration::ZERO, Data::from([("n", second.into())])).unwrap();
        let bucket = WatchBucket::of_host(kind, "my host").unwrap();
        self.outbox.put(Entry::new(bucket, Beat { event, pulse: Pulse(attnd_core::Duration::from_s(2)) }));
    }

    /// Steps until there is nothing to do or to wait for.
    fn run(&mut self, now_s: u64) -> Step {
        loop {
            let step = self.sender.step(&self.outbox, Duration::from_secs(now_s));
            if step != Step::Progress {
                return step;
            }
        }
    }

    /// The paths asked for, shortened, with the `n` of each heartbeat.
    fn asked(&self) -> Vec<String> {
        let short = |(path, body): &(String, String)| {
            let path = path.trim_start_matches("/api/0/buckets/aw-watcher-").replace("_my%20host", "");
            let n = body.split_once(r#""n":"#).map(|(_, n)| n.trim_end_matches('}').to_owned());
            format!("{path} {}", n.unwrap_or_default()).trim().to_owned()
        };
        self.sender.transport.asked.iter().map(short).collect()
    }
}

#[test]
fn a_bucket_is_made_once_and_then_its_heartbeats_follow_in_order() {
    let mut bench = bench(vec![Ok(reply(304, ""))]);
    for second in 1..=3 {
        bench.put(BucketType::WINDOW, second);
    }
    assert_eq!(bench.run(0), Step::Idle);
    assert_eq!(
        bench.asked(),
        [
            "window",
            "window/heartbeat?pulsetime=2 1",
            "window/heartbeat?pulsetime=2 2",
            "window/heartbeat?pulsetime=2 3"
        ]
    );
    assert_eq!(
        bench.sender.transport.asked[0].1,
        r#"{"client":"attnd-watch","hostname":"my host","type":"currentwindow"}"#
    );
}

#[test]
fn a_bucket_that_vanished_is_made_again_and_nothing_is_lost() {
    let mut bench = bench(vec![Ok(reply(200, "")), Ok(reply(200, "{}")), Ok(reply(404, "{}"))]);
    bench.put(BucketType::AFK, 1);
    bench.put(BucketType::AFK, 2);
    assert_eq!(bench.run(0), Step::Idle);
    assert_eq!(
        bench.asked(),
        [
            "afk",
            "afk/heartbeat?pulsetime=2 1",
            "afk/heartbeat?pulsetime=2 2",
            "afk",
            "afk/heartbeat?pulsetime=2 2"
        ]
    );
}

#[test]
fn trouble_waits_longer_each_time_and_keeps_the_entry() {
    let down = || Err(NoAnswer { reason: "connection refused".into() });
    let mut bench = bench(vec![down(), down(), Ok(reply(503, "{}")), Ok(reply(507, "")), down()]);
    bench.put(BucketType::WINDOW, 1);
    let mut waits = Vec::new();
    while let Step::Wait(wait) = bench.run(0) {
        waits.push(wait.as_secs_f64());
    }
    for (wait, full) in waits.iter().zip([0.5, 1.0, 2.0, 4.0, 8.0]) {
        assert!((full / 2.0..=full).contains(wait), "{waits:?}");
    }
    assert_eq!(waits.len(), 5);
    assert_eq!(bench.asked().last().unwrap(), "window/heartbeat?pulsetime=2 1");
    assert_eq!(bench.sender.failures, 0);
}

#[test]
fn waits_are_bounded_and_honour_retry_after() {
    let busy = Reply { retry_after: Some(Duration::from_secs(90)), ..reply(429, "") };
    let mut answers = vec![Ok(busy)];
    answers.extend((0..30).map(|_| Ok(reply(500, ""))));
    let mut bench = bench(answers);
    bench.put(BucketType::WINDOW, 1);
    assert_eq!(bench.run(0), Step::Wait(Duration::from_secs(90)));
    for _ in 0..30 {
        let Step::Wait(wait) = bench.run(0) else { panic!("it waits") };
        assert!(wait <= Duration::from_secs(15));
    }
}

#[test]
fn what_is_sent_while_paused_is_dropped_and_never_merged_across() {
    let paused = || Ok(reply(403, r#"{"code":"paused","message":"…"}"#));
    let mut bench = bench(vec![Ok(reply(200, "")), Ok(reply(200, "{}")), paused(), paused()]);
    for second in 1..=5 {
        bench.put(BucketType::WINDOW, second);
    }
    assert_eq!(bench.run(0), Step::Idle);
    assert_eq!(
        bench.asked()[1..],
        [
            "window/heartbeat?pulsetime=2 1",
            "window/heartbeat?pulsetime=2 2",
            "window/heartbeat?pulsetime=0 3",
            "window/heartbeat?pulsetime=0 4",
            "window/heartbeat?pulsetime=2 5"
        ]
    );
}

#[test]
fn a_source_without_consent_is_left_alone_and_others_go_on() {
    let mut bench = bench(vec![Ok(reply(403, r#"{"code":"no_consent"}"#))]);
    for second in 1..=2 {
        bench.put(BucketType::INPUT, second);
        bench.put(BucketType::AFK, second);
    }
    assert_eq!(bench.run(0), Step::Idle);
    assert_eq!(bench.asked(), ["input", "afk", "afk/heartbeat?pulsetime=2 1", "afk/heartbeat?pulsetime=2 2"]);
    bench.put(BucketType::INPUT, 3);
    assert_eq!(bench.run(599), Step::Idle);
    assert_eq!(bench.asked().len(), 4, "not asked again yet");
    bench.put(BucketType::INPUT, 4);
    assert_eq!(bench.run(600), Step::Idle);
    assert_eq!(bench.asked()[4..], ["input", "input/heartbeat?pulsetime=0 4"]);
}

#[test]
fn what_is_never_taken_is_dropped_and_a_missing_token_is_waited_for() {
    let mut bench = bench(vec![Ok(reply(200, "")), Ok(reply(400, "{}")), Ok(reply(401, "{}"))]);
    bench.put(BucketType::WINDOW, 1);
    bench.put(BucketType::WINDOW, 2);
    assert!(matches!(bench.run(0), Step::Wait(_)));
    assert_eq!(bench.run(0), Step::Idle);
    assert_eq!(
        bench.asked()[1..],
        [
            "window/heartbeat?pulsetime=2 1",
            "window/heartbeat?pulsetime=0 2",
            "window/heartbeat?pulsetime=0 2"
        ]
    );
}

#[test]
fn an_address_that_is_no_daemon_loses_nothing() {
    let mut bench = bench((0..8).map(|_| Ok(reply(404, "<html>"))).collect());
    bench.put(BucketType::WINDOW, 1);
    for _ in 0..8 {
        assert!(matches!(bench.run(0), Step::Wait(_)));
    }
    assert_eq!(bench.run(0), Step::Idle);
    assert_eq!(bench.asked().last().unwrap(), "window/heartbeat?pulsetime=2 1");
}
