//! Do hours become stale when a host begins, or ceases, to know when somebody is there?

use attnd_core::rollup::{Hour, HourRollup, RulesVersion};
use attnd_core::store::{Write, Written};
use attnd_core::{BucketType, NewBucket, TimeRange};

use crate::{Case, Subject, at, bucket_id, event, new_bucket};

pub(crate) const CASES: &[Case] = &[
    ("idle time known from now on is about all hours of the host's windows", made),
    ("a bucket for idle time that goes or changes is about them too", gone),
    ("a new bucket for idle time counts within one transaction", together),
];

const RULES: RulesVersion = RulesVersion(7);

fn idle(id: &str, hostname: &str) -> NewBucket {
    NewBucket { kind: BucketType(BucketType::AFK.into()), hostname: hostname.into(), ..new_bucket(id) }
}

fn create(subject: &Subject, bucket: NewBucket) {
    assert_eq!(subject.write(Write::CreateBucket { bucket, now: at("09:00:00") }), Written::Created);
}

/// Windows on the laptop from 10 to 12, on the desktop at 20.
fn filled(subject: &Subject) {
    let laptop = subject.create("laptop");
    subject.insert(&laptop, vec![event("10:30:00", 60.0, "a"), event("12:05:00", 60.0, "b")]);
    create(subject, NewBucket { hostname: "desktop".into(), ..new_bucket("desktop") });
    subject.insert(&bucket_id("desktop"), vec![event("20:30:00", 60.0, "a")]);
}

/// Computes what is stale, and says which hours that were.
fn stale(subject: &Subject) -> Vec<i32> {
    let stale = subject.store.rollup(subject.me, RULES, TimeRange::ALL).unwrap().stale;
    let midnight = Hour::of(at("00:00:00")).0;
    let numbers = stale.iter().map(|stale| stale.hour.0 - midnight).collect();
    let hours = stale.into_iter().map(|stale| HourRollup {
        hour: stale.hour,
        generation: stale.generation,
        rows: vec![],
        track: vec![1],
    });
    subject.write(Write::PutRollup { version: RULES, hours: hours.collect() });
    numbers
}

fn made(subject: &Subject) {
    create(subject, idle("early", "laptop"));
    assert_eq!(stale(subject), [0; 0], "there are no windows yet");
    filled(subject);
    assert_eq!(stale(subject), [10, 12, 20]);
    create(subject, idle("idle", "laptop"));
    assert_eq!(stale(subject), [10, 11, 12]);
    create(subject, idle("elsewhere", "tablet"));
    assert_eq!(stale(subject), [0; 0]);
    let again = Write::CreateBucket { bucket: idle("idle", "laptop"), now: at("09:00:00") };
    assert_eq!(subject.write(again), Written::Existed);
    assert_eq!(stale(subject), [0; 0], "nothing changed");
    create(subject, NewBucket { kind: BucketType("other".into()), ..idle("other", "laptop") });
    assert_eq!(stale(subject), [0; 0]);
}

fn gone(subject: &Subject) {
    filled(subject);
    create(subject, idle("idle", "laptop"));
    stale(subject);
    subject.write(Write::UpdateBucket(NewBucket { client: "newer".into(), ..idle("idle", "laptop") }));
    assert_eq!(stale(subject), [0; 0], "it says the same");
    subject.write(Write::UpdateBucket(idle("idle", "desktop")));
    assert_eq!(stale(subject), [10, 11, 12, 20], "it moved to another host");
    subject.write(Write::DeleteBucket(bucket_id("idle")));
    assert_eq!(stale(subject), [20]);
    subject.write(Write::UpdateBucket(NewBucket { hostname: "tablet".into(), ..new_bucket("laptop") }));
    assert_eq!(stale(subject), [10, 11, 12], "windows may move to another host too");
    subject
        .write(Write::UpdateBucket(NewBucket { kind: BucketType("other".into()), ..new_bucket("desktop") }));
    assert_eq!(stale(subject), [20], "and be windows no more");
}

/// The writer may count up what it commits together: what it holds back must not be overlooked.
fn together(subject: &Subject) {
    filled(subject);
    stale(subject);
    let (sender, receiver) = std::sync::mpsc::channel();
    let laptop = bucket_id("laptop");
    let later = event("15:30:00", 60.0, "c");
    for write in [
        Write::Insert { bucket: laptop, events: vec![later] },
        Write::CreateBucket { bucket: idle("idle", "laptop"), now: at("09:00:00") },
    ] {
        let sender = sender.clone();
        subject.store.submit(subject.me, write, Box::new(move |result| sender.send(result).unwrap()));
    }
    for _ in 0..2 {
        receiver.recv().unwrap().unwrap();
    }
    assert_eq!(stale(subject), [10, 11, 12, 13, 14, 15]);
}
