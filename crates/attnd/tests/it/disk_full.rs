//! What happens when the disk is full? 507 and nothing lost; reads go on; it recovers by itself.

use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

use crate::daemon::{Daemon, Home, succeed, until};

/// What the client of these tests was told is stored.
#[derive(Default)]
struct Ledger {
    acknowledged: Vec<u64>,
    next: u64,
}

impl Ledger {
    /// Writes batches of some 60 KB until one is refused; returns the refusal's status and Retry-After.
    fn fill(&mut self, daemon: &Daemon) -> (u16, Option<String>) {
        for _ in 0..2_000 {
            let answer = daemon.post("/api/0/buckets/full/events", &self.batch());
            if answer.status != 200 {
                return (answer.status, answer.header("Retry-After").map(str::to_owned));
            }
            self.acknowledged.push(self.next);
        }
        panic!("the disk never filled");
    }

    fn batch(&mut self) -> Value {
        self.next += 1;
        let number = self.next;
        let filler = "x".repeat(1_000);
        let events: Vec<Value> = (0..60)
            .map(|part| {
                let at = format!("2024-01-01T{:02}:{:02}:{part:02}Z", number / 60 % 24, number % 60);
                json!({"timestamp": at, "duration": 1, "data": {"app": number, "title": format!("{part}{filler}")}})
            })
            .collect();
        events.into()
    }

    /// Every acknowledged batch is there whole; a refused one whole or not at all, never in part.
    fn assert_kept(&self, daemon: &Daemon) {
        let answer = daemon.get("/api/0/buckets/full/events");
        assert_eq!(answer.status, 200, "{}", answer.text());
        let mut counts = std::collections::BTreeMap::new();
        for event in answer.json().as_array().unwrap() {
            *counts.entry(event["data"]["app"].as_u64().unwrap()).or_insert(0) += 1;
        }
        for number in &self.acknowledged {
            assert_eq!(counts.get(number), Some(&60), "batch {number}");
        }
        assert!(counts.values().all(|count| *count == 60), "a refused batch was stored in part");
    }
}

fn filled_and_freed(daemon: &Daemon, free: impl FnOnce(&Daemon)) {
    daemon.create_bucket("full");
    let mut ledger = Ledger::default();
    let (status, retry_after) = ledger.fill(daemon);
    assert_eq!(status, 507, "after {} batches", ledger.acknowledged.len());
    assert!(retry_after.is_some_and(|seconds| seconds.parse::<u32>().is_ok()), "Retry-After says when");
    assert!(!ledger.acknowledged.is_empty());
    ledger.assert_kept(daemon);
    assert_eq!(daemon.get("/api/0/info").status, 200);
    assert_eq!(daemon.get("/api/0/buckets/").status, 200);
    free(daemon);
    until("writes are taken again", || {
        let answer = daemon.post("/api/0/buckets/full/events", &ledger.batch());
        (answer.status == 200).then(|| ledger.acknowledged.push(ledger.next))
    });
    ledger.assert_kept(daemon);
}

/// A disk of 4 MiB of the daemon's own, in a mount namespace; no other process sees it.
#[test]
fn a_full_disk_refuses_writes_and_recovers() {
    let home = Home::new();
    std::fs::create_dir(home.data()).unwrap();
    let serve = home.serve_command(&[]);
    let mut command = Command::new("unshare");
    command.args([
        "--map-root-user",
        "--mount",
        "sh",
        "-c",
        "mount -t tmpfs -o size=4m,mode=0700 attnd \"$0\" && exec \"$@\"",
    ]);
    command.arg(home.data()).arg(serve.get_program()).args(serve.get_args());
    home.confine(&mut command);
    let daemon = Daemon::start(command);
    filled_and_freed(&daemon, |daemon| {
        remount(daemon, &home.data(), "size=64m");
    });
    assert!(daemon.stop().success());
}

fn remount(daemon: &Daemon, folder: &Path, size: &str) {
    let mut command = Command::new("nsenter");
    command.args(["--preserve-credentials", "--user", "--mount", "--target", &daemon.pid().to_string()]);
    command.args(["mount", "-o", &format!("remount,{size}")]).arg(folder);
    succeed(&mut command);
}

/// The most a process may write to one file: the daemon is told with an error and not ended by a signal.
#[test]
fn a_file_size_limit_refuses_writes_and_recovers() {
    let home = Home::new();
    let serve = home.serve_command(&[]);
    let mut command = Command::new("prlimit");
    command.args(["--fsize=3000000:unlimited", "--"]).arg(serve.get_program()).args(serve.get_args());
    home.confine(&mut command);
    let daemon = Daemon::start(command);
    filled_and_freed(&daemon, |daemon| {
        succeed(Command::new("prlimit").args(["--pid", &daemon.pid().to_string(), "--fsize=unlimited"]));
    });
    assert!(daemon.stop().success());
}
