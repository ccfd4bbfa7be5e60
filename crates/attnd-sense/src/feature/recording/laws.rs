//! What holds of the rows of every recording?

use proptest::prelude::*;

use super::tests::{recording, start};
use super::*;

const CHANNELS: [&str; 16] = [
    "pupil_left",
    "pupil_right",
    "openness_left",
    "openness_right",
    "gaze",
    "keys",
    "clicks",
    "pointer",
    "scroll",
    "heart",
    "beats",
    "gsr",
    "temperature",
    "spo2",
    "emg_right",
    "eeg/theta",
];

/// Samples of all channels in one stream: gaps, stretches of NaN, repeated times.
fn samples() -> impl Strategy<Value = Vec<(f64, Vec<f64>)>> {
    let interval = prop_oneof![6 => 0.008_f64..0.015, 2 => 0.5_f64..1.5, 1 => Just(0.0), 1 => 5.0_f64..90.0];
    let broken = prop_oneof![Just(f64::INFINITY), Just(f64::NEG_INFINITY), Just(1e300), Just(-1.0)];
    let value = prop_oneof![80 => 0.0_f64..1.0, 20 => Just(0.0), 20 => Just(f64::NAN), 1 => broken];
    let row = (interval, proptest::collection::vec(value, CHANNELS.len()));
    proptest::collection::vec(row, 0..250).prop_map(|rows| {
        let mut now_s = 0.0;
        rows.into_iter()
            .map(|(interval_s, values)| {
                now_s += interval_s;
                (now_s, values)
            })
            .collect()
    })
}

fn of(start: Timestamp, rows: &[(f64, Vec<f64>)]) -> Recording {
    let rows: Vec<(f64, &[f64])> = rows.iter().map(|(time, values)| (*time, values.as_slice())).collect();
    recording(start, &[("all", &CHANNELS)], &[&rows])
}

fn step() -> Duration {
    Duration::from_s(5)
}

/// Equal bit by bit, NaN to NaN: two runs of the same arithmetic.
fn same(one: &[f64], other: &[f64]) -> bool {
    one.len() == other.len()
        && one
            .iter()
            .zip(other)
            .all(|(one, other)| one.to_bits() == other.to_bits() || (one.is_nan() && other.is_nan()))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn nothing_after_a_row_changes_it(rows in samples(), other in samples(), cut in 0_usize..250) {
        let cut = cut.min(rows.len());
        let last_s = cut.checked_sub(1).map_or(0.0, |last| rows[last].0);
        // Another future, or none.
        let changed: Vec<_> = (rows[..cut].iter().cloned())
            .chain(other.into_iter().map(|(time_s, values)| (last_s + 0.001 + time_s, values)))
            .collect();
        let known_s = [&rows, &changed].map(|rows| rows.get(cut).map_or(f64::INFINITY, |next| next.0));
        let (here, there) = (windows(&of(start(), &rows), &LENGTHS, step()), windows(&of(start(), &changed), &LENGTHS, step()));
        for row in here {
            let end_s = row.range.end().since(start()).as_s_f64();
            let Some(again) = there.iter().find(|again| again.range == row.range) else { continue };
            // What begins at a row is after it.
            if known_s.iter().all(|known_s| end_s <= *known_s) {
                prop_assert!(same(&again.values, &row.values));
            }
        }
    }

    #[test]
    fn another_time_is_the_same(rows in samples(), shift_s in 1_u32..2_000_000_000) {
        let later = start().saturating_add(Duration::from_s(shift_s));
        let here = windows(&of(start(), &rows), &LENGTHS, step());
        let there = windows(&of(later, &rows), &LENGTHS, step());
        prop_assert_eq!(here.len(), there.len());
        for (here, there) in here.iter().zip(&there) {
            prop_assert!(same(&here.values, &there.values));
        }
    }

    #[test]
    fn chunks_say_what_the_whole_says(rows in samples(), size in 1_usize..60) {
        let recording = of(start(), &rows);
        let whole = windows(&recording, &LENGTHS, step());
        let Some(origin) = recording.streams[0].times.first() else { return Ok(()) };
        let mut builder = WindowBuilder::new(&recording.head, *origin, &LENGTHS, step());
        for begin in (0..rows.len()).step_by(size) {
            let end = (begin + size).min(rows.len());
            let samples = &recording.streams[0];
            builder.push(&Samples {
                stream: 0,
                times: samples.times[begin..end].to_vec(),
                values: samples.values.iter().map(|values| values[begin..end].to_vec()).collect(),
            });
        }
        let chunked = builder.finish();
        prop_assert_eq!(chunked.len(), whole.len());
        for (chunked, whole) in chunked.iter().zip(&whole) {
            prop_assert!(same(&chunked.values, &whole.values));
        }
    }

    #[test]
    // By powers of two, which round nothing: an index that counts peaks jumps where one is rounded away.
    fn wider_pupils_have_wider_means_and_nothing_else_moves(rows in samples(), factor in prop_oneof![Just(0.25), Just(2.0), Just(8.0)]) {
        let wider: Vec<_> = rows.iter().cloned().map(|(time, mut values)| {
            values[0] *= factor;
            values[1] *= factor;
            (time, values)
        }).collect();
        let recording = of(start(), &rows);
        let described = columns(&recording.head, &LENGTHS);
        let (before, after) = (windows(&recording, &LENGTHS, step()), windows(&of(start(), &wider), &LENGTHS, step()));
        for (before, after) in before.iter().zip(&after) {
            for (column, (before, after)) in described.iter().zip(before.values.iter().zip(&after.values)) {
                let scales = column.unit.starts_with("mm");
                let expected = if scales { before * factor } else { *before };
                let is_close = (after - expected).abs() <= 1e-9 * (1.0 + expected.abs());
                prop_assert!(is_close || (after.is_nan() && before.is_nan()), "{}: {before} to {after}", column.name);
            }
        }
    }

    #[test]
    fn shares_are_shares_and_nothing_is_infinite(rows in samples()) {
        let recording = of(start(), &rows);
        let described = columns(&recording.head, &LENGTHS);
        for row in windows(&recording, &LENGTHS, step()) {
            for (column, value) in described.iter().zip(&row.values) {
                prop_assert!(!value.is_infinite(), "{}", column.name);
                let is_share = ["_missing_", "_gap_", "perclos", "_still_", "_active_"];
                if is_share.iter().any(|part| column.name.contains(part)) {
                    prop_assert!(value.is_nan() || (0.0..=1.0).contains(value), "{}: {value}", column.name);
                }
            }
        }
    }
}
