//! What every store of recordings does: each case runs on each implementation.

use attnd_core::recording::{Collected, Kept, Recording, RecordingStore};
use attnd_core::{PersonId, TimeRange};
use attnd_store::{MemoryRecordings, ParquetRecordings};

use super::{assert_same, at, example, keep, pass, person};

fn every(case: fn(&dyn RecordingStore)) {
    case(&MemoryRecordings::default());
    let folder = tempfile::tempdir().unwrap();
    case(&ParquetRecordings::open(&folder.path().join("recordings")).unwrap());
}

fn read(
    store: &dyn RecordingStore,
    person: PersonId,
    id: &str,
    range: Option<TimeRange>,
) -> Option<Recording> {
    let mut collected = Collected::default();
    match store.read(person, id, range, &mut collected).unwrap() {
        Kept::Here => Some(collected.recordings.remove(0)),
        Kept::Nowhere => None,
    }
}

fn ids(store: &dyn RecordingStore, person: PersonId) -> Vec<String> {
    store.list(person).unwrap().into_iter().map(|summary| summary.head.id).collect()
}

#[test]
fn what_ended_comes_back_bit_for_bit() {
    every(|store| {
        for samples in [0, 1, 99, 70_000] {
            let recording = example(&format!("a/{samples} ☃ ../.."), samples);
            keep(store, person(1), &recording);
            assert_same(&read(store, person(1), &recording.head.id, None).unwrap(), &recording);
        }
        let summaries = store.list(person(1)).unwrap();
        assert_eq!(summaries.len(), 4);
        let long = summaries.iter().find(|summary| summary.samples[0] == 70_000).unwrap();
        assert_eq!((long.samples[1], long.ratings), (70_000, 700));
        assert_eq!(long.range.start(), at(0));
        assert!(long.range.contains(at(69_999)) && long.range.end() <= at(70_000));
        assert!(long.bytes > 0);
    });
}

#[test]
fn a_range_clips_samples_and_answers() {
    every(|store| {
        keep(store, person(1), &example("a", 70_000));
        let range = TimeRange::new(at(65_000), at(66_500)).unwrap();
        let part = read(store, person(1), "a", Some(range)).unwrap();
        for stream in &part.streams {
            assert_eq!(
                (stream.times.len(), stream.times[0], stream.times[1_499]),
                (1_500, at(65_000), at(66_499))
            );
        }
        assert!(
            part.ratings.len() == 15 && part.ratings.iter().all(|rating| range.contains(rating.answered))
        );
        let none = TimeRange::new(at(-10), at(0)).unwrap();
        assert!(read(store, person(1), "a", Some(none)).unwrap().streams[0].times.is_empty());
    });
}

#[test]
fn the_same_id_replaces_when_it_ends() {
    every(|store| {
        keep(store, person(1), &example("a", 10));
        let mut writer = store.writer(person(1)).unwrap();
        pass(&example("a", 20), &mut *writer).unwrap();
        assert_eq!(read(store, person(1), "a", None).unwrap().streams[0].times.len(), 10);
        writer.end().unwrap();
        assert_eq!(read(store, person(1), "a", None).unwrap().streams[0].times.len(), 20);
        assert_eq!(ids(store, person(1)), ["a"]);
    });
}

#[test]
fn what_did_not_end_is_not_there() {
    every(|store| {
        let mut writer = store.writer(person(1)).unwrap();
        pass(&example("a", 10), &mut *writer).unwrap();
        // The next one begins: the one before is given up.
        pass(&example("b", 10), &mut *writer).unwrap();
        writer.end().unwrap();
        pass(&example("c", 10), &mut *writer).unwrap();
        drop(writer);
        assert_eq!(ids(store, person(1)), ["b"]);
    });
}

#[test]
fn people_never_see_each_other_and_erasure_takes_all_of_one() {
    every(|store| {
        for id in ["a", "b"] {
            keep(store, person(1), &example(id, 3));
        }
        keep(store, person(2), &example("a", 4));
        assert!(read(store, person(2), "b", None).is_none());
        assert_eq!(store.delete(person(2), "b").unwrap(), Kept::Nowhere);
        store.erase(person(1)).unwrap();
        assert!(ids(store, person(1)).is_empty() && read(store, person(1), "a", None).is_none());
        assert_eq!(read(store, person(2), "a", None).unwrap().streams[0].times.len(), 4);
        keep(store, person(1), &example("c", 1));
        assert_eq!(ids(store, person(1)), ["c"]);
    });
}

#[test]
fn deletion_takes_one() {
    every(|store| {
        for id in ["a", "b"] {
            keep(store, person(1), &example(id, 3));
        }
        assert_eq!(store.delete(person(1), "a").unwrap(), Kept::Here);
        assert_eq!(store.delete(person(1), "a").unwrap(), Kept::Nowhere);
        assert_eq!(ids(store, person(1)), ["b"]);
    });
}

#[test]
fn forgetting_a_range_keeps_what_lies_outside() {
    every(|store| {
        keep(store, person(1), &example("a", 300));
        keep(store, person(1), &example("within", 50));
        keep(store, person(2), &example("a", 300));
        let range = TimeRange::new(at(0), at(150)).unwrap();
        assert_eq!(store.forget(person(1), range).unwrap(), 2);
        assert_eq!(ids(store, person(1)), ["a"]);
        let left = read(store, person(1), "a", None).unwrap();
        assert_eq!((left.streams[0].times[0], left.streams[0].times.len()), (at(150), 150));
        assert!(left.ratings.iter().all(|rating| rating.about.start() >= at(150)));
        assert_eq!(read(store, person(2), "a", None).unwrap().streams[0].times.len(), 300);
    });
}
