//! What if a watcher's clock jumps? Durations stay non-negative and nothing merges across a gap.

use serde_json::{Value, json};

use crate::daemon::{Daemon, Home};

/// Sends a heartbeat and returns the event it became.
fn beat(daemon: &Daemon, bucket: &str, at: &str, title: &str) -> Value {
    let event = json!({"timestamp": at, "duration": 0, "data": {"app": "it", "title": title}});
    let answer = daemon.post(&format!("/api/0/buckets/{bucket}/heartbeat?pulsetime=10"), &event);
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()
}

fn stored(daemon: &Daemon, bucket: &str) -> Vec<(String, f64)> {
    let events = daemon.get(&format!("/api/0/buckets/{bucket}/events")).json();
    let mut events: Vec<(String, f64)> = events
        .as_array()
        .unwrap()
        .iter()
        .map(|event| (event["timestamp"].as_str().unwrap().to_owned(), event["duration"].as_f64().unwrap()))
        .collect();
    events.reverse();
    events
}

#[test]
fn the_heartbeat_vector_of_activitywatch_holds() {
    let home = Home::new();
    let daemon = home.serve();
    daemon.create_bucket("vector");
    let ids: Vec<(Value, f64)> = [
        ("10:00:00", "a"),
        ("10:00:05.123", "a"),
        ("10:01:05", "a"),
        ("10:01:06", "b"),
        ("09:00:00", "b"),
        ("10:01:07", "b"),
        ("10:01:08", "b"),
    ]
    .iter()
    .map(|(time, title)| {
        let event = beat(&daemon, "vector", &format!("2024-01-01T{time}Z"), title);
        (event["id"].clone(), event["duration"].as_f64().unwrap())
    })
    .collect();
    assert_eq!(ids[0].0, ids[1].0);
    assert!((ids[1].1 - 5.123).abs() < 1e-9, "{ids:?}");
    let distinct: std::collections::BTreeSet<String> = ids.iter().map(|(id, _)| id.to_string()).collect();
    assert_eq!(distinct.len(), 5, "{ids:?}");
    assert_eq!(ids[5].0, ids[6].0);
    assert!((ids[6].1 - 1.0).abs() < 1e-9, "{ids:?}");
}

#[test]
fn jumps_neither_shorten_nor_bridge() {
    let home = Home::new();
    let daemon = home.serve();
    daemon.create_bucket("jumps");
    let beats = [
        "2024-03-31T00:59:58Z",
        "2024-03-31T00:59:59Z",
        // An hour back: the clock was set, or summer time mistaken for it.
        "2024-03-30T23:59:59Z",
        "2024-03-31T00:00:00Z",
        // A day ahead, and home again after sleep.
        "2024-04-01T00:00:01Z",
        "2024-04-01T00:00:02Z",
        "2024-03-31T01:00:00Z",
        // The same moments in another zone are the same moments.
        "2024-03-31T03:00:01+02:00",
    ];
    for at in beats {
        beat(&daemon, "jumps", at, "same");
    }
    let events = stored(&daemon, "jumps");
    assert_eq!(events.len(), 4, "{events:?}");
    for (at, duration) in &events {
        assert!((*duration - 1.0).abs() < 1e-9, "{at} lasted {duration}");
    }
}

#[test]
fn a_restart_bridges_no_gap_and_continues_no_stranger() {
    let home = Home::new();
    let daemon = home.serve();
    daemon.create_bucket("restart");
    beat(&daemon, "restart", "2024-01-01T10:00:00Z", "same");
    assert!(daemon.stop().success());
    let daemon = home.serve();
    beat(&daemon, "restart", "2024-01-01T10:00:08Z", "same");
    beat(&daemon, "restart", "2024-01-01T11:00:00Z", "same");
    let events = stored(&daemon, "restart");
    assert_eq!(events.len(), 2, "{events:?}");
    assert!((events[0].1 - 8.0).abs() < 1e-9, "{events:?}");
}
