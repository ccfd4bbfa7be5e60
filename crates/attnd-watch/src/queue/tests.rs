//! Does the queue deliver everything in order, whatever happens to it?

use attnd_core::heartbeat::Pulse;
use attnd_core::{BucketType, Data, Duration, Event, Timestamp};
use proptest::prelude::*;

use super::*;
use crate::entry::{Beat, WatchBucket};

const SMALL: QueueLimits = QueueLimits { total_bytes: 1 << 20, segment_bytes: 700, unwritten_entries: 100 };

fn entry(number: u32) -> Entry {
    let at = Timestamp::from_ns_saturating(Duration::from_s(number * 60).ns());
    let data = Data::from([("app", format!("application {number}").into())]);
    let event = Event::new(at, Duration::ZERO, data).unwrap();
    let bucket = WatchBucket::of_host(BucketType::WINDOW, "host").unwrap();
    Entry::new(bucket, Beat { event, pulse: Pulse(Duration::from_s(2)) })
}

fn deliver_all(queue: &mut Queue) -> Vec<Entry> {
    let mut delivered = Vec::new();
    while let Some(entry) = queue.peek() {
        delivered.push(entry.clone());
        queue.acknowledge();
    }
    delivered
}

fn segments(directory: &Path) -> Vec<PathBuf> {
    let list = segment::list(directory).unwrap();
    list.into_iter().map(|(numbers, _)| numbers.path(directory)).collect()
}

#[test]
fn what_was_not_acknowledged_is_there_after_a_restart() {
    let home = tempfile::tempdir().unwrap();
    let mut queue = Queue::open(home.path(), SMALL).unwrap();
    (0..20).for_each(|number| queue.append(entry(number)));
    for number in 0..7 {
        assert_eq!(queue.peek(), Some(&entry(number)));
        queue.acknowledge();
    }
    drop(queue);
    let mut queue = Queue::open(home.path(), SMALL).unwrap();
    queue.append(entry(20));
    assert_eq!(deliver_all(&mut queue), (7..=20).map(entry).collect::<Vec<_>>());
    drop(queue);
    assert!(Queue::open(home.path(), SMALL).unwrap().is_empty());
    assert!(segments(home.path()).len() <= 2, "what was acknowledged is removed");
}

#[test]
fn only_one_watcher_has_a_queue() {
    let home = tempfile::tempdir().unwrap();
    let _queue = Queue::open(home.path(), SMALL).unwrap();
    assert_eq!(Queue::open(home.path(), SMALL).unwrap_err().code, ErrorCode::DataDirInUse);
}

#[test]
#[cfg(unix)]
fn nobody_else_can_read_it() {
    use std::os::unix::fs::PermissionsExt;
    let home = tempfile::tempdir().unwrap();
    let directory = home.path().join("data/watch-queue");
    let mut queue = Queue::open(&directory, SMALL).unwrap();
    queue.append(entry(0));
    queue.peek();
    queue.acknowledge();
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&directory), 0o700);
    for file in std::fs::read_dir(&directory).unwrap() {
        assert_eq!(mode(&file.unwrap().path()), 0o600);
    }
}

#[test]
fn a_tail_torn_at_any_byte_loses_only_the_torn_entry() {
    let home = tempfile::tempdir().unwrap();
    let whole: Vec<u8> = (0..3).flat_map(|number| segment::line(&entry(number))).collect();
    let ends: Vec<usize> =
        whole.iter().enumerate().filter(|&(_, &byte)| byte == b'\n').map(|(at, _)| at + 1).collect();
    for cut in 0..=whole.len() {
        let directory = home.path().join(cut.to_string());
        private::create_dir(&directory).unwrap();
        std::fs::write(Numbers::one(1).path(&directory), &whole[..cut]).unwrap();
        let mut queue = Queue::open(&directory, SMALL).unwrap();
        queue.append(entry(9));
        let survivors = ends.iter().filter(|&&end| end <= cut).count() as u32;
        let expected: Vec<Entry> = (0..survivors).chain([9]).map(entry).collect();
        assert_eq!(deliver_all(&mut queue), expected, "cut after {cut} bytes");
    }
}

#[test]
fn a_flipped_bit_loses_only_its_own_entry() {
    let home = tempfile::tempdir().unwrap();
    let mut bytes: Vec<u8> = (0..3).flat_map(|number| segment::line(&entry(number))).collect();
    let middle = segment::line(&entry(0)).len() + 40;
    bytes[middle] ^= 1;
    std::fs::write(Numbers::one(1).path(home.path()), bytes).unwrap();
    let mut queue = Queue::open(home.path(), SMALL).unwrap();
    assert_eq!(deliver_all(&mut queue), [entry(0), entry(2)]);
}

#[test]
fn a_torn_acknowledgement_falls_back_to_the_one_before() {
    let home = tempfile::tempdir().unwrap();
    let mut queue = Queue::open(home.path(), SMALL).unwrap();
    (0..3).for_each(|number| queue.append(entry(number)));
    for _ in 0..2 {
        queue.peek();
        queue.acknowledge();
    }
    drop(queue);
    let path = home.path().join("acknowledged");
    let mut bytes = std::fs::read(&path).unwrap();
    bytes[50] ^= 1; // the second acknowledgement lies in the first slot
    std::fs::write(&path, bytes).unwrap();
    let mut queue = Queue::open(home.path(), SMALL).unwrap();
    assert_eq!(deliver_all(&mut queue), [entry(1), entry(2)]);
}

#[test]
fn an_acknowledgement_beyond_what_the_disk_kept_does_not_hide_new_entries() {
    let home = tempfile::tempdir().unwrap();
    let mut queue = Queue::open(home.path(), SMALL).unwrap();
    (0..2).for_each(|number| queue.append(entry(number)));
    deliver_all(&mut queue);
    drop(queue);
    for path in segments(home.path()) {
        std::fs::write(path, b"").unwrap();
    }
    let mut queue = Queue::open(home.path(), SMALL).unwrap();
    queue.append(entry(5));
    assert_eq!(deliver_all(&mut queue), [entry(5)]);
}

#[test]
fn a_full_queue_is_merged_first_and_gives_up_the_oldest_last() {
    let home = tempfile::tempdir().unwrap();
    let limits = QueueLimits { total_bytes: 6_000, ..SMALL };
    let mut queue = Queue::open(home.path(), limits).unwrap();
    let same = |second: u32| {
        let mut entry = entry(0);
        entry.event.timestamp = Timestamp::from_ns_saturating(Duration::from_s(second).ns());
        entry.event.duration = Duration::from_s(1);
        entry
    };
    (0..500).for_each(|second| queue.append(same(second)));
    assert_eq!(queue.lost_entries(), 0, "an unchanged window of any length fits");
    let covered: Duration = deliver_all(&mut queue).iter().map(|entry| entry.event.duration).sum();
    assert_eq!(covered, Duration::from_s(500));

    (0..500).for_each(|number| queue.append(entry(number)));
    assert!(queue.lost_entries() > 0);
    assert!(queue.total_bytes() <= limits.total_bytes + limits.segment_bytes * 2);
    let left = deliver_all(&mut queue);
    assert_eq!(left.last(), Some(&entry(499)));
    assert!(left.is_sorted_by_key(|entry| entry.event.timestamp));
}

#[derive(Clone, Debug)]
enum Step {
    Append(u8),
    Deliver(u8),
    Sync,
    /// Stops without any farewell, and the disk keeps this share of what was not synced.
    Crash(u8),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        (1..12_u8).prop_map(Step::Append),
        (1..12_u8).prop_map(Step::Deliver),
        Just(Step::Sync),
        any::<u8>().prop_map(Step::Crash),
    ]
}

/// Cuts the newest segment to what was synced and a share of the rest, as a power cut does.
fn cut_power(directory: &Path, synced: &BTreeMap<PathBuf, u64>, share: u8) {
    for path in segments(directory) {
        let length = std::fs::metadata(&path).unwrap().len();
        let safe = synced.get(&path).copied().unwrap_or(0).min(length);
        let kept = safe + (length - safe) * u64::from(share) / 255;
        File::options().write(true).open(&path).unwrap().set_len(kept).unwrap();
    }
}

fn lengths(directory: &Path) -> BTreeMap<PathBuf, u64> {
    let length = |path: &PathBuf| std::fs::metadata(path).unwrap().len();
    segments(directory)
        .into_iter()
        .map(|path| {
            let long = length(&path);
            (path, long)
        })
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    /// Every entry that was synced, or not hit by a crash, is delivered exactly once and in order.
    #[test]
    fn everything_synced_is_delivered_once_and_in_order(steps in prop::collection::vec(step(), 1..40)) {
        let home = tempfile::tempdir().unwrap();
        let mut queue = Queue::open(home.path(), SMALL).unwrap();
        let (mut appended, mut safe, mut delivered) = (0_u32, 0_u32, Vec::new());
        let mut durable = std::collections::BTreeSet::new();
        let mut synced = lengths(home.path());
        for step in steps {
            match step {
                Step::Append(count) => for _ in 0..count {
                    queue.append(entry(appended));
                    appended += 1;
                },
                Step::Deliver(count) => for _ in 0..count {
                    if let Some(entry) = queue.peek() {
                        delivered.push(entry.clone());
                        queue.acknowledge();
                    }
                },
                Step::Sync => {
                    queue.sync();
                    durable.extend(safe..appended);
                    safe = appended;
                    synced = lengths(home.path());
                }
                Step::Crash(share) => {
                    drop(queue);
                    cut_power(home.path(), &synced, share);
                    queue = Queue::open(home.path(), SMALL).unwrap();
                    safe = appended;
                    synced = lengths(home.path());
                }
            }
        }
        delivered.extend(deliver_all(&mut queue));
        let numbers: Vec<i64> = delivered.iter().map(|entry| entry.event.timestamp.ns() / 60_000_000_000).collect();
        prop_assert!(numbers.is_sorted_by(|a, b| a < b), "in order and once: {numbers:?}");
        for number in durable {
            prop_assert!(numbers.contains(&i64::from(number)), "{number} was synced and is missing");
        }
        for number in safe..appended {
            prop_assert!(numbers.contains(&i64::from(number)), "{number} met no crash and is missing");
        }
    }
}
