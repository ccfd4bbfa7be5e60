//! Tests of the rows of recordings that are made here.

use std::collections::BTreeMap;

use attnd_core::recording::Stream;

use super::*;

/// A recording of named streams and channels; what a channel measures follows from its name.
pub(in crate::feature) fn recording(
    start: Timestamp,
    streams: &[(&str, &[&str])],
    samples: &[&[(f64, &[f64])]],
) -> Recording {
    let head = RecordingHead {
        id: "test/1".into(),
        format: "test".into(),
        subject: "A".into(),
        tags: BTreeMap::new(),
        streams: streams.iter().map(|(name, channels)| stream(name, channels)).collect(),
    };
    let of_stream = |(stream, rows): (usize, &&[(f64, &[f64])])| Samples {
        stream,
        times: rows
            .iter()
            .map(|(time_s, _)| start.saturating_add(Duration::from_s_f64(*time_s).unwrap()))
            .collect(),
        values: (0..streams[stream].1.len())
            .map(|channel| rows.iter().map(|(_, values)| values[channel]).collect())
            .collect(),
    };
    Recording { head, streams: samples.iter().enumerate().map(of_stream).collect(), ratings: Vec::new() }
}

fn stream(name: &str, channels: &[&str]) -> Stream {
    let channel = |name: &&str| Channel {
        name: (*name).to_owned(),
        quantity: quantity(name),
        unit: if name.starts_with("pupil") { "mm".into() } else { String::new() },
    };
    Stream { name: name.into(), channels: channels.iter().map(channel).collect(), nominal_rate_hz: None }
}

fn quantity(name: &str) -> Quantity {
    match name.split('_').next().unwrap() {
        "pupil" => Quantity::PupilDiameter,
        "openness" => Quantity::EyelidOpenness,
        "gaze" => Quantity::GazeMovement,
        "keys" => Quantity::KeyPresses,
        "clicks" => Quantity::Clicks,
        "pointer" => Quantity::PointerMovement,
        "scroll" => Quantity::Scroll,
        "heart" => Quantity::HeartRate,
        "beats" => Quantity::BeatInterval,
        "gsr" => Quantity::SkinConductance,
        "temperature" => Quantity::SkinTemperature,
        "spo2" => Quantity::OxygenSaturation,
        "emg" => Quantity::MuscleActivity,
        "eeg" => Quantity::BandPower,
        _ => Quantity::Other,
    }
}

pub(super) fn start() -> Timestamp {
    Timestamp::parse("2024-01-01T00:00:00Z").unwrap()
}

fn value(recording: &Recording, row: &FeatureWindow, lengths: &[Duration], name: &str) -> f64 {
    let columns = columns(&recording.head, lengths);
    assert_eq!(columns.len(), row.values.len());
    let index = columns.iter().position(|column| column.name == name);
    row.values[index.unwrap_or_else(|| panic!("no column {name} among {columns:?}"))]
}

#[test]
fn each_window_ends_where_its_row_is() {
    let rows: Vec<(f64, Vec<f64>)> = (0..60).map(|s| (f64::from(s), vec![f64::from(s)])).collect();
    let rows: Vec<(f64, &[f64])> = rows.iter().map(|(time, values)| (*time, values.as_slice())).collect();
    let recording = recording(start(), &[("eyes", &["pupil_left"])], &[&rows]);
    let lengths = [Duration::from_s(10), Duration::from_s(30)];
    let found = windows(&recording, &lengths, Duration::from_s(20));
    assert_eq!(found.len(), 3);
    assert_eq!(found[1].range.end(), start().saturating_add(Duration::from_s(40)));
    assert_eq!(found[1].range.duration(), Duration::from_s(30));
    let at = |row: usize, name: &str| value(&recording, &found[row], &lengths, name);
    assert_eq!(at(1, "pupil_mean_10s"), 34.5);
    assert_eq!(at(1, "pupil_mean_30s"), 24.5);
    assert!((at(1, "pupil_slope_30s") - 1.0).abs() < 1e-12);
    // Before the recording there was nothing.
    assert!((at(0, "pupil_missing_30s") - 1.0 / 3.0).abs() < 1e-12);
    assert!(at(0, "eyes_gap_10s").abs() < 1e-12);
}

#[test]
fn a_stream_that_pauses_is_missing_and_the_others_go_on() {
    let seconds = |from: u32, to: u32| -> Vec<(f64, Vec<f64>)> {
        (from..to).map(|s| (f64::from(s), vec![70.0])).collect()
    };
    let heart = seconds(0, 120);
    let keys: Vec<_> = seconds(0, 30).into_iter().chain(seconds(90, 120)).collect();
    let borrowed = |rows: &[(f64, Vec<f64>)]| -> Vec<(f64, Vec<f64>)> { rows.to_vec() };
    let (heart, keys) = (borrowed(&heart), borrowed(&keys));
    let heart: Vec<(f64, &[f64])> = heart.iter().map(|(time, values)| (*time, values.as_slice())).collect();
    let keys: Vec<(f64, &[f64])> = keys.iter().map(|(time, values)| (*time, values.as_slice())).collect();
    let recording = recording(start(), &[("heart", &["heart"]), ("keyboard", &["keys"])], &[&heart, &keys]);
    let lengths = [Duration::from_s(10)];
    let found = windows(&recording, &lengths, Duration::from_s(10));
    assert_eq!(found.len(), 12);
    let at = |row: usize, name: &str| value(&recording, &found[row], &lengths, name);
    assert_eq!(at(5, "keys_missing_10s"), 1.0);
    assert!(at(5, "keys_per_min_10s").is_nan());
    assert_eq!(at(5, "heart_rate_mean_10s"), 70.0);
    assert_eq!(at(9, "keys_missing_10s"), 0.0);
    assert_eq!(at(9, "keys_per_min_10s"), 4_200.0);
}

#[test]
fn a_clock_that_jumps_ahead_by_years_costs_nothing_between() {
    let rows: &[(f64, &[f64])] = &[(0.0, &[1.0]), (1.0, &[1.0]), (3e8, &[2.0]), (3e8 + 1.0, &[2.0])];
    let recording = recording(start(), &[("eyes", &["pupil_left"])], &[rows]);
    let found = windows(&recording, &LENGTHS, Duration::from_s(1));
    assert!((2 + 60..=2 + 2 * 60).contains(&found.len()), "{}", found.len());
}

#[test]
fn a_clock_that_runs_backwards_is_passed_over_until_it_is_back() {
    let mut recording = recording(
        start(),
        &[("eyes", &["pupil_left"])],
        &[&[(0.0, &[1.0]), (2.0, &[1.0]), (3.0, &[9.0]), (4.0, &[1.0]), (5.0, &[1.0])]],
    );
    recording.streams[0].times[2] = start();
    let lengths = [Duration::from_s(5)];
    let found = windows(&recording, &lengths, Duration::from_s(5));
    assert_eq!(value(&recording, &found[0], &lengths, "pupil_mean_5s"), 1.0);
}

#[test]
fn nothing_has_no_rows_and_all_missing_is_told_so() {
    let empty = recording(start(), &[("eyes", &["pupil_left"])], &[&[]]);
    assert!(windows(&empty, &LENGTHS, Duration::from_s(1)).is_empty());
    let rows: Vec<(f64, &[f64])> = (0..30).map(|s| (f64::from(s), [f64::NAN].as_slice())).collect();
    let unseen = recording(start(), &[("eyes", &["pupil_left"])], &[&rows]);
    let lengths = [Duration::from_s(10)];
    let found = windows(&unseen, &lengths, Duration::from_s(10));
    assert_eq!(found.len(), 3);
    assert_eq!(value(&unseen, &found[2], &lengths, "pupil_missing_10s"), 1.0);
    assert_eq!(value(&unseen, &found[2], &lengths, "eyes_gap_10s"), 0.0);
    assert!(value(&unseen, &found[2], &lengths, "pupil_mean_10s").is_nan());
}

#[test]
fn columns_have_names_of_their_own_and_a_unit() {
    let all =
        ["pupil_left", "openness_left", "gaze", "keys", "clicks", "pointer", "scroll", "heart", "beats"];
    let more = ["gsr", "temperature", "spo2", "emg_right", "eeg/theta", "Focus", "Focus!"];
    let channels: Vec<&str> = all.into_iter().chain(more).collect();
    let recording = recording(start(), &[("one", &channels), ("two", &channels)], &[]);
    let columns = columns(&recording.head, &LENGTHS);
    let names: BTreeSet<&str> = columns.iter().map(|column| column.name.as_str()).collect();
    assert_eq!(names.len(), columns.len());
    assert!(names.contains("two_pupil_mean_10s"));
    let unit = |name: &str| &columns.iter().find(|column| column.name == name).unwrap().unit;
    assert_eq!(unit("pupil_slope_10s"), "mm/s");
    for family in FAMILIES {
        assert!(!family.columns.is_empty());
    }
}
