//! Is anything acknowledged ever lost? Sixty times: four clients write, the daemon is killed, all is there.
//!
//! Two clients send heartbeats one by one; two send batches. After each kill a client sends again what
//! it got no answer for, as a careful client does: heartbeats as they were, batches through the
//! import, which passes over what is there. Then every id it ever sent must be there exactly once.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::daemon::{Daemon, Home, succeed};
use crate::http::{Call, Connection};
use crate::random::Random;

const ROUNDS: u64 = 60;
const CLIENTS: u64 = 4;
/// Each round has an hour of its own, so that it can be read back alone.
const FIRST_HOUR_S: u64 = 1_704_067_200;

/// One writer: what it sent, and what of that was never answered.
struct Client {
    bucket: String,
    kind: Kind,
    random: Random,
    sent: u64,
    /// Within the round's hour. It only grows, as a watcher's clock does.
    offset_ms: u64,
    unanswered: Option<Vec<Value>>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Heartbeats,
    Batches,
}

impl Client {
    fn new(number: u64, random: &mut Random) -> Self {
        let kind = if number.is_multiple_of(2) { Kind::Heartbeats } else { Kind::Batches };
        Self {
            bucket: format!("client-{number}"),
            kind,
            random: random.fork(),
            sent: 0,
            offset_ms: 0,
            unanswered: None,
        }
    }

    /// Sends until the daemon is gone; counts acknowledged writes in `acknowledged`.
    fn write(&mut self, address: SocketAddr, round: u64, acknowledged: &AtomicU64) {
        self.offset_ms = 0;
        let Ok(mut connection) = Connection::open(address) else { return };
        loop {
            let count = if self.kind == Kind::Heartbeats { 1 } else { self.random.between(1, 20) };
            let events: Vec<Value> = (0..count).map(|_| self.event(round)).collect();
            let call = match self.kind {
                Kind::Heartbeats => {
                    Call::post(&format!("/api/0/buckets/{}/heartbeat?pulsetime=1", self.bucket), &events[0])
                }
                Kind::Batches => Call::post(
                    &format!("/api/0/buckets/{}/events", self.bucket),
                    &Value::from(events.clone()),
                ),
            };
            match connection.send(&call) {
                Ok(answer) => assert_eq!(answer.status, 200, "{}", answer.text()),
                Err(_) => {
                    self.unanswered = Some(events);
                    return;
                }
            }
            acknowledged.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// A new event whose data no other event has, so that nothing merges.
    fn event(&mut self, round: u64) -> Value {
        self.sent += 1;
        self.offset_ms += self.random.between(1, 100);
        let at = jiff::Timestamp::from_second((FIRST_HOUR_S + round * 3_600).cast_signed()).unwrap()
            + jiff::SignedDuration::from_millis(self.offset_ms.cast_signed());
        json!({"timestamp": at.to_string(), "duration": 0.5, "data": {"app": "it", "title": self.sent.to_string()}})
    }

    fn send_again(&mut self, daemon: &Daemon) {
        let Some(events) = self.unanswered.take() else { return };
        let answer = match self.kind {
            Kind::Heartbeats => {
                daemon.post(&format!("/api/0/buckets/{}/heartbeat?pulsetime=1", self.bucket), &events[0])
            }
            Kind::Batches => {
                let bucket = json!({"id": self.bucket, "type": "currentwindow", "client": "it",
                    "hostname": "testhost", "events": events});
                daemon.post("/api/0/import", &json!({"buckets": {&self.bucket: bucket}}))
            }
        };
        assert_eq!(answer.status, 200, "{}", answer.text());
    }

    /// How often each id is stored, in the period `query` names.
    fn stored(&self, daemon: &Daemon, query: &str) -> BTreeMap<u64, u64> {
        let answer = daemon.get(&format!("/api/0/buckets/{}/events{query}", self.bucket));
        assert_eq!(answer.status, 200, "{}", answer.text());
        let mut counts = BTreeMap::new();
        for event in answer.json().as_array().unwrap() {
            let id = event["data"]["title"].as_str().unwrap().parse().unwrap();
            *counts.entry(id).or_insert(0) += 1;
        }
        counts
    }

    fn assert_each_once(&self, daemon: &Daemon, ids: std::ops::RangeInclusive<u64>, query: &str) {
        let stored = self.stored(daemon, query);
        for id in ids.clone() {
            assert_eq!(stored.get(&id), Some(&1), "{} id {id}", self.bucket);
        }
        assert_eq!(stored.len(), ids.count(), "{} holds ids that were never sent", self.bucket);
    }
}

#[test]
fn nothing_acknowledged_is_lost_in_sixty_kills() {
    let home = Home::new();
    let mut random = Random::new();
    let mut clients: Vec<Client> = (0..CLIENTS).map(|number| Client::new(number, &mut random)).collect();
    let mut daemon = home.serve();
    for client in &clients {
        daemon.create_bucket(&client.bucket);
    }
    let mut slowest = Duration::ZERO;
    for round in 0..ROUNDS {
        let before: Vec<u64> = clients.iter().map(|client| client.sent).collect();
        clients = write_until_killed(daemon, clients, round, random.between(50, 400));
        let start = Instant::now();
        daemon = home.serve();
        slowest = slowest.max(start.elapsed());
        for (client, before) in clients.iter_mut().zip(before) {
            client.send_again(&daemon);
            client.assert_each_once(&daemon, before + 1..=client.sent, &hour(round));
        }
    }
    println!(
        "slowest restart: {slowest:?}; events: {}",
        clients.iter().map(|client| client.sent).sum::<u64>()
    );
    for client in &clients {
        client.assert_each_once(&daemon, 1..=client.sent, "");
    }
    assert!(daemon.stop().success());
    assert_intact(&home);
    assert!(slowest < Duration::from_secs(2), "the slowest restart took {slowest:?}");
}

/// What a person says counts as much as what is sensed.
#[test]
fn no_acknowledged_answer_is_lost_in_ten_kills() {
    let home = Home::new();
    let mut random = Random::new();
    let mut acknowledged: Vec<String> = Vec::new();
    let mut minute = 0;
    let mut daemon = home.serve();
    for _ in 0..10 {
        for _ in 0..random.between(1, 12) {
            minute += 1;
            let at = |minute: u64| {
                let second = FIRST_HOUR_S + minute * 60;
                jiff::Timestamp::from_second(second.cast_signed()).unwrap().to_string()
            };
            let body = json!({"from": at(minute), "to": at(minute + 1), "question": "focus", "values": [1 + minute % 5]});
            let answer = daemon.post("/api/v1/estimates/correct", &body);
            assert_eq!(answer.status, 200, "{}", answer.text());
            acknowledged.push(answer.json()["id"].as_str().unwrap().to_owned());
        }
        daemon.kill();
        daemon = home.serve();
        let answers = daemon.get("/api/v1/answers").json();
        let kept: Vec<&str> =
            answers.as_array().unwrap().iter().map(|answer| answer["id"].as_str().unwrap()).collect();
        assert!(acknowledged.iter().all(|id| kept.contains(&id.as_str())), "{answers}");
        assert_eq!(kept.len(), acknowledged.len(), "{answers}");
    }
    assert!(daemon.stop().success());
    assert_intact(&home);
}

/// Lets every client write, and kills the daemon once `writes` are acknowledged.
fn write_until_killed(daemon: Daemon, clients: Vec<Client>, round: u64, writes: u64) -> Vec<Client> {
    let acknowledged = Arc::new(AtomicU64::new(0));
    let address = daemon.address;
    let writers: Vec<_> = clients
        .into_iter()
        .map(|mut client| {
            let acknowledged = Arc::clone(&acknowledged);
            thread::spawn(move || {
                client.write(address, round, &acknowledged);
                client
            })
        })
        .collect();
    let start = Instant::now();
    while acknowledged.load(Ordering::Relaxed) < writes {
        assert!(start.elapsed() < crate::daemon::PATIENCE, "the clients come to nothing");
        thread::yield_now();
    }
    daemon.kill();
    writers.into_iter().map(|writer| writer.join().unwrap()).collect()
}

/// The query string that asks for a round's hour.
fn hour(round: u64) -> String {
    let at = |second: u64| jiff::Timestamp::from_second(second.cast_signed()).unwrap().to_string();
    let start = FIRST_HOUR_S + round * 3_600;
    format!("?start={}&end={}", at(start), at(start + 3_599))
}

/// SQLite's own check of every database, by Python's SQLite and not by ours.
fn assert_intact(home: &Home) {
    let script = "import pathlib, sqlite3, sys\n\
        files = [f for f in pathlib.Path(sys.argv[1]).rglob('*') if f.is_file() and f.open('rb').read(15) == b'SQLite format 3']\n\
        assert files\n\
        for f in files:\n    print(sqlite3.connect(f).execute('pragma integrity_check').fetchone()[0])\n";
    let printed = succeed(Command::new("python3").args(["-c", script]).arg(home.data()));
    assert!(!printed.is_empty() && printed.lines().all(|line| line == "ok"), "{printed}");
}
