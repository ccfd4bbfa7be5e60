//! Tests of features of moments in tracks that are drawn here.

use std::sync::Arc;

use proptest::prelude::*;

use super::*;
use crate::flow::{Flow, Origin, Span};

fn start() -> Timestamp {
    Timestamp::parse("2024-01-01T09:00:00Z").unwrap()
}

fn after(seconds: f64) -> Timestamp {
    start().saturating_add(Duration::from_s_f64(seconds).unwrap())
}

/// A visit: application, its category, from and to in seconds.
type Drawn = (usize, f64, f64);

const APPLICATIONS: [(&str, &str); 4] =
    [("Code", "Work"), ("Terminal", "Work"), ("Slack", "Chat"), ("Files", "Files")];

fn track(visits: &[Drawn]) -> Track {
    let span = |(application, from, to): &Drawn| {
        let (name, category) = APPLICATIONS[*application];
        Span {
            range: TimeRange::new(after(*from), after(*to)).unwrap(),
            application: name.into(),
            title: name.into(),
            category: Arc::from([category.to_owned()]),
            url_domain: None,
            project: None,
            file: None,
            hostname: "laptop".into(),
            origin: Origin::Simulated,
        }
    };
    Track::of_flow(&Flow { spans: visits.iter().map(span).collect() })
}

fn bearing(path: &[String]) -> Bearing {
    match path.first().map(String::as_str) {
        Some("Work") => Bearing::Focus,
        Some("Files") => Bearing::Neutral,
        _ => Bearing::Other,
    }
}

fn keys(from: f64, to: f64, presses: f64) -> InputCount {
    let range = TimeRange::new(after(from), after(to)).unwrap();
    let gaps = Some(KeyGaps { mean_s: 0.5, spread_s: presses / 100.0 });
    InputCount { range, presses, clicks: 0.0, pointer_px: 0.0, scroll: 0.0, gaps }
}

fn value(values: &[f64], name: &str) -> f64 {
    let columns = columns();
    assert_eq!(columns.len(), values.len());
    values[columns.iter().position(|column| column.name == name).unwrap_or_else(|| panic!("no {name}"))]
}

#[test]
fn a_drawn_quarter_of_an_hour_is_told_back() {
    let track = track(&[(0, 0.0, 600.0), (2, 600.0, 700.0), (1, 700.0, 760.0), (0, 760.0, 900.0)]);
    let values = at(after(900.0), &track, &[], &bearing, &TimeZone::UTC);
    let is = |name: &str, expected: f64| {
        let found = value(&values, name);
        assert!((found - expected).abs() < 1e-9, "{name}: {found}");
    };
    is("share_present_15min", 1.0);
    is("share_focus_15min", 800.0 / 900.0);
    is("share_other_5min", 100.0 / 300.0);
    is("switches_per_h_15min", 12.0);
    is("category_switches_per_h_15min", 8.0);
    is("share_present_60min", 0.25);
    is("dwell_median_15min", 120.0);
    is("dwell_median_1min", 60.0);
    is("since_switch", 140.0);
    is("since_category_switch", 200.0);
    is("since_break", 15.0);
    is("in_focus", 1.0);
    is("left_focus_60min", 1.0);
    is("since_day_start", 15.0);
    is("active_today", 15.0);
    let shares = [740.0 / 900.0, 100.0 / 900.0, 60.0 / 900.0_f64];
    is("entropy_15min", shares.iter().map(|share| -share * share.ln()).sum());
    is("input_missing_1min", 1.0);
    assert!(value(&values, "keys_per_min_1min").is_nan());
}

#[test]
fn after_a_break_a_new_stretch_begins_and_during_it_there_is_none() {
    let track = track(&[(0, 0.0, 600.0), (2, 900.0, 960.0), (0, 1_000.0, 1_200.0)]);
    let during = at(after(850.0), &track, &[], &bearing, &TimeZone::UTC);
    assert!(value(&during, "since_break").is_nan() && value(&during, "in_focus").is_nan());
    assert_eq!(value(&during, "active_today"), 10.0);
    let later = at(after(1_200.0), &track, &[], &bearing, &TimeZone::UTC);
    assert_eq!(value(&later, "since_break"), 5.0);
    assert!((value(&later, "unbroken") - 260.0 / 60.0).abs() < 1e-9);
    assert_eq!(value(&later, "since_switch"), 200.0);
}

#[test]
fn keys_come_in_bursts_with_pauses() {
    let track = track(&[(0, 0.0, 300.0)]);
    let input: Vec<InputCount> = (0..60)
        .map(|number| {
            let from = f64::from(number) * 5.0;
            keys(from, from + 5.0, if (12..24).contains(&number) { 0.0 } else { 10.0 })
        })
        .collect();
    let values = at(after(300.0), &track, &input, &bearing, &TimeZone::UTC);
    assert_eq!(value(&values, "input_missing_5min"), 0.0);
    assert_eq!(value(&values, "keys_per_min_5min"), 96.0);
    assert_eq!(value(&values, "keys_per_min_1min"), 120.0);
    assert_eq!(value(&values, "still_5min"), 0.2);
    assert_eq!(value(&values, "key_pauses_per_h_5min"), 12.0);
    assert!((value(&values, "key_gap_mean_5min") - 0.5).abs() < 1e-9);
    assert!((value(&values, "key_gap_sd_5min") - 0.1).abs() < 1e-9);
    // 46 gaps of 5 s and one of 65 s: in bursts.
    let (mean, count) = ((46.0 * 5.0 + 65.0) / 47.0, 47.0);
    let spread = ((46.0 * (5.0_f64 - mean).powi(2) + (65.0_f64 - mean).powi(2)) / count).sqrt();
    assert!((value(&values, "key_burstiness_5min") - (spread - mean) / (spread + mean)).abs() < 1e-9);
}

#[test]
fn nothing_sensed_is_nothing_known_but_the_time() {
    let values = at(start(), &Track::default(), &[], &bearing, &TimeZone::UTC);
    assert_eq!(value(&values, "share_present_60min"), 0.0);
    assert_eq!(value(&values, "input_missing_60min"), 1.0);
    assert!(value(&values, "share_focus_60min").is_nan() && value(&values, "since_day_start").is_nan());
    assert!((value(&values, "hour_sin") - 0.5_f64.sqrt()).abs() < 1e-12);
}

#[test]
fn a_day_starts_at_four_and_lasts_past_midnight() {
    let zone = TimeZone::get("Asia/Seoul").unwrap();
    // 23:50 in Seoul to 00:30, asked at 01:00.
    let evening = start().since(Timestamp::parse("2024-01-01T00:00:00Z").unwrap()).as_s_f64();
    let at_s = |hour: f64| hour * 3_600.0 - evening;
    let track = track(&[(0, at_s(14.0 + 50.0 / 60.0), at_s(15.5))]);
    let values = at(after(at_s(16.0)), &track, &[], &bearing, &zone);
    assert!((value(&values, "since_day_start") - 70.0).abs() < 1e-6);
    assert!((value(&values, "active_today") - 40.0).abs() < 1e-6);
    let next = at(after(at_s(20.0)), &track, &[], &bearing, &zone);
    assert_eq!(value(&next, "active_today"), 0.0);
}

fn visits() -> impl Strategy<Value = Vec<Drawn>> {
    let visit = (0_usize..4, prop_oneof![4 => Just(0.0), 2 => 1.0_f64..400.0], 0.5_f64..300.0);
    proptest::collection::vec(visit, 0..60).prop_map(|visits| {
        let mut now = 0.0;
        let placed = visits.into_iter().map(|(application, gap, length)| {
            let from = now + gap;
            now = from + length;
            (application, from, now)
        });
        placed.collect()
    })
}

fn inputs() -> impl Strategy<Value = Vec<InputCount>> {
    let input = (prop_oneof![6 => Just(0.0), 1 => 1.0_f64..300.0], 1.0_f64..6.0, 0_u32..12);
    proptest::collection::vec(input, 0..200).prop_map(|inputs| {
        let mut now = 0.0;
        let placed = inputs.into_iter().map(|(gap, length, presses)| {
            let from = now + gap;
            now = from + length;
            keys(from, now, f64::from(presses.saturating_sub(3)))
        });
        placed.collect()
    })
}

proptest! {
    #[test]
    fn nothing_after_a_moment_changes_it(visits in visits(), inputs in inputs(), at_s in 0.0_f64..6_000.0) {
        let moment = after(at_s);
        let whole = at(moment, &track(&visits), &inputs, &bearing, &TimeZone::UTC);
        // What a watcher can have said by then: visits as far as they went, input that is over, stillness as far as it went.
        let until = TimeRange::new(Timestamp::MIN, moment).unwrap();
        let known: Vec<InputCount> = inputs.iter().filter_map(|count| {
            let is_over = count.range.end() <= moment;
            let range = count.range.intersection(until).filter(|_| is_over || count.presses == 0.0)?;
            Some(InputCount { range, ..*count })
        }).collect();
        let earlier = at(moment, &track(&visits).within(until), &known, &bearing, &TimeZone::UTC);
        for (column, (whole, earlier)) in columns().iter().zip(whole.iter().zip(&earlier)) {
            let is_same = (whole - earlier).abs() <= 1e-9 * (1.0 + whole.abs());
            prop_assert!(is_same || (whole.is_nan() && earlier.is_nan()), "{}: {whole} or {earlier}", column.name);
        }
    }

    #[test]
    fn another_future_changes_nothing(
        visits in visits(),
        other in visits(),
        inputs in inputs(),
        at_s in 0.0_f64..6_000.0,
    ) {
        let moment = after(at_s);
        let here = at(moment, &track(&visits), &inputs, &bearing, &TimeZone::UTC);
        // The visit of the moment goes on for longer or not, then others come; keys come in other numbers.
        let begun = visits.iter().filter(|visit| visit.1 < at_s);
        let mut changed: Vec<Drawn> = begun.map(|(name, from, to)| (*name, *from, to.min(at_s))).collect();
        let later = other.iter().map(|(name, from, to)| (*name, from + at_s + 0.5, to + at_s + 0.5));
        changed.extend(later);
        let more = |count: &InputCount| {
            let is_later = count.range.end() > moment && count.presses > 0.0;
            InputCount { presses: count.presses + if is_later { 7.0 } else { 0.0 }, ..*count }
        };
        let keys: Vec<InputCount> = inputs.iter().map(more).collect();
        let there = at(moment, &track(&changed), &keys, &bearing, &TimeZone::UTC);
        for (column, (here, there)) in columns().iter().zip(here.iter().zip(&there)) {
            let is_same = (here - there).abs() <= 1e-9 * (1.0 + here.abs());
            prop_assert!(is_same || (here.is_nan() && there.is_nan()), "{}: {here} or {there}", column.name);
        }
    }

    #[test]
    fn another_day_changes_only_the_time(visits in visits(), inputs in inputs(), at_s in 0.0_f64..6_000.0) {
        let here = at(after(at_s), &track(&visits), &inputs, &bearing, &TimeZone::UTC);
        // A week later in the same zone, by shifting everything.
        let week = 7.0 * 86_400.0;
        let shifted: Vec<Drawn> = visits.iter().map(|(name, from, to)| (*name, from + week, to + week)).collect();
        let later: Vec<InputCount> = inputs.iter().map(|count| InputCount {
            range: TimeRange::from(count.range.start().saturating_add(Duration::from_s(7 * 86_400)), count.range.duration()),
            ..*count
        }).collect();
        let there = at(after(at_s + week), &track(&shifted), &later, &bearing, &TimeZone::UTC);
        for (column, (here, there)) in columns().iter().zip(here.iter().zip(&there)) {
            let is_same = (here - there).abs() <= 1e-6 * (1.0 + here.abs());
            prop_assert!(is_same || (here.is_nan() && there.is_nan()), "{}: {here} or {there}", column.name);
        }
    }
}
