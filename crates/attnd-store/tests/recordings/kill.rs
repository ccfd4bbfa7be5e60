//! Does what `end` acknowledged survive `kill -9`, and is nothing half to be seen? A child writes until it is killed.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};

use attnd_core::recording::{Collected, RecordingStore};
use attnd_store::ParquetRecordings;

use super::{assert_same, example, pass, person};

const FOLDER: &str = "ATTND_TEST_RECORDINGS";
const ROUNDS: usize = 12;

/// Samples of recording `number`: some fit one batch, some take several groups.
fn samples(number: usize) -> usize {
    [10, 3_000, 70_000][number % 3] + number
}

/// The child: writes for ever, every id again and again, and says what ended. Does nothing in a normal run of the tests.
#[test]
fn child_writes_until_killed() {
    let Some(folder) = std::env::var_os(FOLDER) else { return };
    let store = ParquetRecordings::open(Path::new(&folder)).unwrap();
    let mut out = std::io::stderr().lock();
    let mut writer = store.writer(person(1)).unwrap();
    for number in 0.. {
        pass(&example(&(number % 7).to_string(), samples(number)), &mut *writer).unwrap();
        writer.end().unwrap();
        writeln!(out, "ended {number}").unwrap();
    }
}

#[test]
fn what_ended_survives_a_kill() {
    let folder = tempfile::tempdir().unwrap();
    for round in 0..ROUNDS {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "kill::child_writes_until_killed", "--nocapture"])
            .env(FOLDER, folder.path())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut acknowledged = Vec::new();
        for line in BufReader::new(child.stderr.take().unwrap()).lines() {
            if let Some(number) = line.unwrap().strip_prefix("ended ") {
                acknowledged.push(number.parse::<usize>().unwrap());
            }
            // Killed in the middle of the next, sooner or later in it.
            if acknowledged.len() > round {
                std::iter::repeat_n((), round * 40_000).for_each(std::hint::black_box);
                child.kill().unwrap();
                break;
            }
        }
        child.wait().unwrap();
        assert_eq!(acknowledged.len(), round + 1);
        let store = ParquetRecordings::open(folder.path()).unwrap();
        for summary in store.list(person(1)).unwrap() {
            let mut collected = Collected::default();
            store.read(person(1), &summary.head.id, None, &mut collected).unwrap();
            let recording = collected.recordings.remove(0);
            assert_same(&recording, &example(&summary.head.id, recording.streams[0].times.len()));
        }
        for id in 0..7 {
            let Some(newest) = acknowledged.iter().rev().find(|number| **number % 7 == id) else { continue };
            let kept = store.list(person(1)).unwrap();
            let kept = kept.iter().find(|summary| summary.head.id == id.to_string()).unwrap();
            // The one acknowledged, or the next of this id, ended and not yet told.
            assert!([*newest, newest + 7].map(|number| samples(number) as u64).contains(&kept.samples[0]));
        }
        let half: Vec<_> = std::fs::read_dir(folder.path().join(person(1).to_string()))
            .unwrap()
            .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
            .filter(|name| name.starts_with('.'))
            .collect();
        assert!(half.is_empty(), "swept at open: {half:?}");
    }
}
