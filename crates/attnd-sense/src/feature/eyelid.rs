//! How far are the eyes open, how often do they blink, and for what share of the time are they shut?

use attnd_core::recording::Quantity;

use super::recording::Family;
use super::statistic::{deviation, finite, largest, mean};
use super::window::Window;

/// Eyelids of both eyes; how far they are open is the mean of both.
///
/// * PERCLOS P80 and P70: the share of the seen time with the eyes at least 80 % or 70 % closed. Wierwille,
///   Ellsworth, Wreggit, Fairbanks and Kirn 1994, DOT HS 808 247.
/// * A blink: from more than half closed to open again in 50 to 500 ms; longer is a long closure. Caffier,
///   Erdmann and Ullsperger 2003, doi 10.1007/s00421-003-0807-5. Below 20 Hz blinks fall between samples,
///   so their columns are NaN.
pub(super) const FAMILY: Family = Family {
    prefix: "eyelid",
    quantities: &[Quantity::EyelidOpenness],
    columns: &[
        ("openness_mean", "1"),
        ("openness_sd", "1"),
        ("perclos80", "1"),
        ("perclos70", "1"),
        ("blinks_per_min", "1/min"),
        ("blink_mean", "s"),
        ("blink_interval_mean", "s"),
        ("blink_interval_sd", "s"),
        ("closure_longest", "s"),
        ("missing", "1"),
    ],
    measure,
};

/// More closed than this is a blink or longer.
const HALF: f64 = 0.5;
/// How long a blink lasts.
const BLINK_S: std::ops::RangeInclusive<f64> = 0.05..=0.5;
/// The slowest sampling that sees blinks.
const SLOWEST_INTERVAL_S: f64 = 0.05;

fn measure(window: &Window<'_>, out: &mut Vec<f64>) {
    let openness = window.together();
    let closures: Vec<(f64, f64)> = stretches(window.times_s, |sample| openness[sample] < HALF).collect();
    let blinks: Vec<(f64, f64)> =
        closures.iter().copied().filter(|(from_s, to_s)| BLINK_S.contains(&(to_s - from_s))).collect();
    let known_s = window.known_s(&openness);
    let seen = window.interval_s <= SLOWEST_INTERVAL_S && known_s > 0.0;
    let only_seen = |value: f64| if seen { value } else { f64::NAN };
    let intervals = blinks.windows(2).map(|pair| pair[1].0 - pair[0].0);
    out.extend([
        mean(finite(&openness)),
        deviation(finite(&openness)),
        window.share_of_known(&openness, |openness| openness <= 0.2),
        window.share_of_known(&openness, |openness| openness <= 0.3),
        only_seen(blinks.len() as f64 * 60.0 / known_s),
        only_seen(mean(blinks.iter().map(|(from_s, to_s)| to_s - from_s))),
        only_seen(mean(intervals.clone())),
        only_seen(deviation(intervals)),
        only_seen(largest(closures.iter().map(|(from_s, to_s)| to_s - from_s)).max(0.0)),
        window.missing(&openness),
    ]);
}

/// From the first sample of which `holds` to the next of which it does not, for each stretch that has both a
/// sample before and one after it: one that is cut by the window's edge has no known length.
pub(super) fn stretches(times_s: &[f64], holds: impl Fn(usize) -> bool) -> impl Iterator<Item = (f64, f64)> {
    let mut sample = (0..times_s.len()).find(|&sample| !holds(sample)).unwrap_or(times_s.len());
    std::iter::from_fn(move || {
        let first = (sample..times_s.len()).find(|&sample| holds(sample))?;
        sample = (first..times_s.len()).find(|&sample| !holds(sample))?;
        Some((times_s[first], times_s[sample]))
    })
}

#[cfg(test)]
mod tests {
    use super::super::window::tests::measured;
    use super::*;

    #[test]
    fn a_minute_of_known_blinks_is_told_back() {
        // 100 Hz; 200 ms shut at 10, 20 and 40 s, and a long closure of 1.5 s at 50 s.
        let times_s: Vec<f64> = (0..6_000).map(|sample| f64::from(sample) / 100.0).collect();
        let is_shut = |time: f64| {
            [(10.0, 0.2), (20.0, 0.2), (40.0, 0.2), (50.0, 1.5)]
                .iter()
                .any(|(from, length)| (*from - 1e-6..from + length - 1e-6).contains(&time))
        };
        let openness: Vec<f64> = times_s.iter().map(|time| if is_shut(*time) { 0.1 } else { 1.0 }).collect();
        let mut values = Vec::new();
        measured((60.0, 60.0), &times_s, &[("openness", &openness)], |window| measure(window, &mut values));
        let value = |name: &str| values[FAMILY.columns.iter().position(|column| column.0 == name).unwrap()];
        assert!((value("perclos80") - 2.1 / 60.0).abs() < 1e-9);
        assert!((value("blinks_per_min") - 3.0).abs() < 1e-9);
        assert!((value("blink_mean") - 0.2).abs() < 1e-9);
        assert!((value("blink_interval_mean") - 15.0).abs() < 1e-9);
        assert!((value("blink_interval_sd") - 50.0_f64.sqrt()).abs() < 1e-9);
        assert!((value("closure_longest") - 1.5).abs() < 1e-9);
        assert!(value("missing").abs() < 1e-9);
    }

    #[test]
    fn stretches_cut_by_an_edge_are_left_out() {
        let times_s = [0.0, 1.0, 2.0, 3.0, 4.0, 5.0];
        let holds = [true, false, true, true, false, true];
        assert_eq!(stretches(&times_s, |sample| holds[sample]).collect::<Vec<_>>(), [(2.0, 4.0)]);
        assert_eq!(stretches(&times_s, |_| true).count(), 0);
        assert_eq!(stretches(&[], |_| true).count(), 0);
    }
}
