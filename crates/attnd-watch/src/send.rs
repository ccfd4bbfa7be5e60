//! How does the queue reach the daemon? In order, one at a time, again until it is acknowledged.
//!
//! | answer | what becomes of the heartbeat |
//! |---|---|
//! | 2xx | it is durable: the next one |
//! | no answer, 401, other 403, 408, 429, 5xx | it waits, longer each time |
//! | 404 | its bucket is made (again), then it is sent again |
//! | 403 `paused` | nobody wants it: dropped, and never merged across |
//! | 403 `no_consent` | dropped, as is everything of its source until the next try |
//! | any other 4xx | it will never be taken: dropped |

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use attnd_core::{BucketId, ErrorCode};
use serde_json::json;

use crate::entry::{CLIENT, Entry, WatchBucket};
use crate::outbox::Outbox;
use crate::transport::{Reply, Transport};

/// What one step of the sender did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// There is nothing to send.
    Idle,
    /// One entry was dealt with, or its bucket made.
    Progress,
    /// The daemon takes nothing now: try again after this time.
    Wait(Duration),
}

/// Takes entries from the queue to the daemon.
#[derive(Debug)]
pub struct Sender<T> {
    transport: T,
    made: BTreeSet<BucketId>,
    /// Sources without consent, and when to ask again.
    refused: BTreeMap<BucketId, Duration>,
    /// Buckets of which the last entry was dropped: the next one continues nothing.
    severed: BTreeSet<BucketId>,
    trouble: Trouble,
    failures: u32,
    noise: u64,
}

/// What keeps the sender from sending, so that each thing is logged once.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Trouble {
    None,
    Paused,
    Waiting(String),
}

/// What an answer means for the entry it was for.
enum Verdict {
    Taken,
    NoBucket,
    Paused,
    NoConsent,
    Later { reason: String, at_least: Option<Duration> },
    Never { reason: String },
}

impl<T: Transport> Sender<T> {
    /// How long a source without consent is left alone.
    pub const REFUSED_FOR: Duration = Duration::from_secs(600);
    const FIRST_WAIT: Duration = Duration::from_millis(500);
    /// A daemon on the same machine is cheap to ask, and a person waits to see it live again.
    const LONGEST_WAIT: Duration = Duration::from_secs(15);

    /// Sends over `transport`; `seed` makes the waits of many watchers differ.
    #[must_use]
    pub fn new(transport: T, seed: u64) -> Self {
        Self {
            transport,
            made: BTreeSet::new(),
            refused: BTreeMap::new(),
            severed: BTreeSet::new(),
            trouble: Trouble::None,
            failures: 0,
            noise: seed | 1,
        }
    }

    /// Deals with the oldest entry; `now` is the monotonic time.
    pub fn step(&mut self, outbox: &Outbox, now: Duration) -> Step {
        let Some(entry) = outbox.peek() else { return Step::Idle };
        let bucket = &entry.bucket.id;
        if self.refused.get(bucket).is_some_and(|&until| now < until) {
            return self.drop_entry(outbox, &entry);
        }
        let verdict = if self.made.contains(bucket) { self.send(&entry) } else { self.make(&entry.bucket) };
        match verdict {
            Verdict::Taken if self.made.contains(bucket) => {
                self.recovered();
                self.severed.remove(bucket);
                self.refused.remove(bucket);
                outbox.acknowledge();
                Step::Progress
            }
            Verdict::Taken => {
                self.made.insert(bucket.clone());
                Step::Progress
            }
            Verdict::NoBucket if self.made.remove(bucket) => Step::Progress,
            Verdict::NoBucket => self.wait("the daemon does not know the bucket just made".into(), None),
            Verdict::Later { reason, at_least } => self.wait(reason, at_least),
            Verdict::Paused => {
                if self.trouble != Trouble::Paused {
                    tracing::info!("recording is paused; nothing is kept until it resumes");
                    self.trouble = Trouble::Paused;
                }
                self.failures = 0;
                self.drop_entry(outbox, &entry)
            }
            Verdict::NoConsent => {
                tracing::warn!(
                    bucket = %bucket,
                    retry_s = Self::REFUSED_FOR.as_secs(),
                    "there is no consent to record this source; give it in Settings, or run 'attnd doctor'"
                );
                self.failures = 0;
                self.refused.insert(bucket.clone(), now + Self::REFUSED_FOR);
                self.drop_entry(outbox, &entry)
            }
            Verdict::Never { reason } => {
                tracing::warn!(bucket = %bucket, reason, "the daemon refused a heartbeat; it is dropped");
                self.drop_entry(outbox, &entry)
            }
        }
    }

    fn drop_entry(&mut self, outbox: &Outbox, entry: &Entry) -> Step {
        self.severed.insert(entry.bucket.id.clone());
        outbox.acknowledge();
        Step::Progress
    }

    fn send(&mut self, entry: &Entry) -> Verdict {
        let pulse_s = if self.severed.contains(&entry.bucket.id) { 0.0 } else { entry.pulse_s.as_s_f64() };
        let path = format!("/api/0/buckets/{}/heartbeat?pulsetime={pulse_s}", escaped(&entry.bucket.id));
        let body = serde_json::to_vec(&entry.event).expect("invariant: an event of JSON fields serialises");
        self.post(&path, &body)
    }

    fn make(&mut self, bucket: &WatchBucket) -> Verdict {
        let body = json!({ "client": CLIENT, "type": bucket.kind, "hostname": bucket.hostname });
        let path = format!("/api/0/buckets/{}", escaped(&bucket.id));
        match self.post(&path, body.to_string().as_bytes()) {
            // A bucket cannot be missing while it is made: this is no daemon of ours.
            Verdict::NoBucket => {
                Verdict::Later { reason: "the address has no buckets".into(), at_least: None }
            }
            Verdict::Never { reason } => Verdict::Later { reason, at_least: None },
            verdict => verdict,
        }
    }

    fn post(&mut self, path: &str, body: &[u8]) -> Verdict {
        match self.transport.post(path, body) {
            Ok(reply) => judge(&reply),
            Err(no_answer) => Verdict::Later { reason: no_answer.reason, at_least: None },
        }
    }

    fn wait(&mut self, reason: String, at_least: Option<Duration>) -> Step {
        if !matches!(self.trouble, Trouble::Waiting(_)) {
            tracing::warn!(reason, "the daemon takes nothing; heartbeats are kept on disk until it does");
        }
        self.trouble = Trouble::Waiting(reason);
        let doubled = Self::FIRST_WAIT.saturating_mul(1 << self.failures.min(16)).min(Self::LONGEST_WAIT);
        self.failures = self.failures.saturating_add(1);
        // Between half of it and all of it, so that many watchers do not come back together.
        let wait = doubled.mul_f64(0.5 + self.noise() / 2.0);
        Step::Wait(wait.max(at_least.unwrap_or_default()))
    }

    fn recovered(&mut self) {
        if self.trouble != Trouble::None {
            tracing::info!("the daemon takes heartbeats again");
            self.trouble = Trouble::None;
        }
        self.failures = 0;
    }

    /// The next number in [0, 1) of Marsaglia's xorshift64 (doi:10.18637/jss.v008.i14).
    fn noise(&mut self) -> f64 {
        self.noise ^= self.noise << 13;
        self.noise ^= self.noise >> 7;
        self.noise ^= self.noise << 17;
        (self.noise >> 11) as f64 / (1_u64 << 53) as f64
    }
}

fn judge(reply: &Reply) -> Verdict {
    let is = |code: ErrorCode| reply.code().as_deref() == Some(code.info().code);
    let reason = || match reply.code() {
        Some(code) => format!("status {}, {code}", reply.status),
        None => format!("status {}", reply.status),
    };
    match reply.status {
        // 304: the bucket exists already.
        200..=299 | 304 => Verdict::Taken,
        404 => Verdict::NoBucket,
        403 if is(ErrorCode::Paused) => Verdict::Paused,
        403 if is(ErrorCode::NoConsent) => Verdict::NoConsent,
        400 | 405..=407 | 409..=428 | 430..=499 => Verdict::Never { reason: reason() },
        // 401, other 403, 408, 429 and 5xx; and redirects, which no daemon of ours sends.
        _ => Verdict::Later { reason: reason(), at_least: reply.retry_after },
    }
}

/// The id as one segment of a path.
fn escaped(id: &BucketId) -> String {
    let mut path = String::with_capacity(id.as_str().len());
    for byte in id.as_str().bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            path.push(char::from(byte));
        } else {
            path.push_str(&format!("%{byte:02X}"));
        }
    }
    path
}

#[cfg(test)]
mod tests;
