//! Is anything acknowledged lost when the power goes? For two thousand seeds, nothing.
//!
//! Writes commit in the order they were queued, whole or not at all, so what a restart finds
//! must be exactly what some number of them leave behind, and no fewer than were acknowledged.

use std::sync::mpsc;

use attnd_core::store::{Maintenance, Store, StoreError, Write, Written};
use attnd_store::{Durability, SqliteStore};

use crate::random::Random;
use crate::simulated_disk::{Disk, Image, Trouble};
use crate::workload::{config, contents, me, open, prefixes, writes};

/// What a restart after a power cut found.
#[derive(Debug, PartialEq, Eq)]
enum Outcome {
    /// At least all that was acknowledged.
    Kept,
    /// Less than was acknowledged.
    Lost,
    /// Something no number of the writes leaves behind, or damage.
    Corrupt(String),
}

/// Cuts the power at a random operation of a random workload.
fn cut(seed: u64, durability: Durability, made: &Image) -> Outcome {
    let mut random = Random::from_seed(seed);
    let from_nothing = random.one_in(8);
    let blank = Image::blank();
    let disk = Disk::with(&format!("cut-{durability:?}-{seed}"), if from_nothing { &blank } else { made });
    let writes = writes(&mut random, 24);
    disk.trouble(Trouble::PowerCutAt(1 + random.below(200)), sqlite_plugin::vars::SQLITE_IOERR);
    let acknowledged = match SqliteStore::open(config(&disk, durability)) {
        Ok(store) => acknowledged(&store, &writes, &mut random),
        Err(_) => 0,
    };
    let left = disk.after_power_cut(&mut random);
    let rebooted = Disk::with(&format!("rebooted-{durability:?}-{seed}"), &left);
    judge(&rebooted, &writes, acknowledged)
}

/// Writes in bursts, so that several share a commit; how many were acknowledged.
fn acknowledged(store: &SqliteStore, writes: &[Write], random: &mut Random) -> usize {
    let Ok(people) = store.people() else { return 0 };
    let mut acknowledged = 0;
    let mut rest = writes;
    while !rest.is_empty() {
        let (burst, after) = rest.split_at(rest.len().min(1 + random.below(5) as usize));
        rest = after;
        let (sender, receiver) = mpsc::channel();
        for write in burst {
            let sender = sender.clone();
            store.submit(people[0], write.clone(), Box::new(move |result| drop(sender.send(result))));
        }
        for _ in burst {
            let result: Result<Written, StoreError> = receiver.recv().unwrap();
            match result {
                Ok(_) => acknowledged += 1,
                Err(_) => return acknowledged,
            }
        }
    }
    acknowledged
}

fn judge(disk: &Disk, writes: &[Write], acknowledged: usize) -> Outcome {
    let store = match SqliteStore::open(config(disk, Durability::PowerLoss)) {
        Ok(store) => store,
        Err(error) => return Outcome::Corrupt(format!("did not open: {error}")),
    };
    if store.open_report().repair.is_some() || store.maintain(Maintenance::Verify).is_err() {
        return Outcome::Corrupt("needed repair".into());
    }
    let found = contents(&store);
    let prefixes = prefixes(writes);
    match prefixes.iter().rposition(|prefix| *prefix == found) {
        Some(there) if there >= acknowledged => Outcome::Kept,
        Some(_) => Outcome::Lost,
        None => Outcome::Corrupt(found),
    }
}

/// A disk with a store on it that nobody has written to.
fn made() -> Image {
    let disk = Disk::with("made", &Image::blank());
    let store = open(&disk);
    assert_eq!(store.people().unwrap(), [me(&store)]);
    drop(store);
    disk.image()
}

#[test]
fn nothing_acknowledged_is_lost_over_two_thousand_power_cuts() {
    let made = made();
    let halves = [0..1_000, 1_000..2_000_u64];
    std::thread::scope(|scope| {
        for half in halves {
            let made = &made;
            scope.spawn(move || {
                for seed in half {
                    let outcome = cut(seed, Durability::PowerLoss, made);
                    assert_eq!(outcome, Outcome::Kept, "seed {seed}");
                }
            });
        }
    });
}

/// The same test finds losses where there are some: without a sync for each commit.
#[test]
fn the_harness_notices_acknowledgements_before_the_sync() {
    let made = made();
    let lost = (0..200).filter(|seed| cut(*seed, Durability::ProcessExit, &made) == Outcome::Lost).count();
    assert!(lost >= 20, "only {lost} of 200 power cuts lost something");
}
