//! When is a mind there? The hours and days it takes things, and how long it stays away.

use std::collections::VecDeque;

const DAY_S: f64 = 86_400.0;
const HOUR_S: f64 = 3_600.0;

/// Half-lives, in days, of how much a mind takes at an hour.
const HOUR_DAYS: [f64; 4] = [5.0, 20.0, 80.0, 300.0];
/// Widths of the kernels over hours of the day.
const HOUR_WIDTHS: [f64; 2] = [0.7, 2.0];
const RHYTHM_DAYS: f64 = 120.0;
const RHYTHM_WIDTH_HOURS: f64 = 1.5;
/// What of the kernel is left for a day of the other kind, working day or weekend.
const OTHER_DAYS: f64 = 0.25;
/// Events nearer than this tell of the sitting, not of habits of the hour.
const SITTING_S: f64 = 12.0 * HOUR_S;
/// Half-life in days of how long a mind usually stays away, and how many of its last absences are looked at.
const ABSENCE_DAYS: f64 = 90.0;
const ABSENCES: usize = 200;

/// How many numbers [`rhythm`] gives.
pub(super) const RHYTHM: usize = 1 + HOUR_DAYS.len() * HOUR_WIDTHS.len();

/// How much a mind that took things at these times takes at this hour: kernels over the hour of the day and the kind of day.
pub(super) fn rhythm(times_s: &VecDeque<f64>, now_s: f64) -> [f64; RHYTHM] {
    let weekend = is_weekend(now_s);
    let mut at_hour = [[0.05f64; HOUR_WIDTHS.len()]; HOUR_DAYS.len()];
    let (mut near, mut all) = (0.0, 0.0);
    for &at_s in times_s {
        let age_s = now_s - at_s;
        let apart = (age_s / HOUR_S).rem_euclid(24.0);
        let apart = apart.min(24.0 - apart);
        let kernel = |width: f64| (-apart * apart / (2.0 * width * width)).exp();
        let same = is_weekend(at_s) == weekend;
        let left = (-age_s / (RHYTHM_DAYS * DAY_S)).exp2();
        all += left;
        if same {
            near += left * kernel(RHYTHM_WIDTH_HOURS);
        }
        if age_s > SITTING_S {
            let day = if same { 1.0 } else { OTHER_DAYS };
            let kernels = HOUR_WIDTHS.map(|width| day * kernel(width) / width);
            for (sums, days) in at_hour.iter_mut().zip(HOUR_DAYS) {
                let left = (-age_s / (days * DAY_S)).exp2();
                for (sum, kernel) in sums.iter_mut().zip(kernels) {
                    *sum += left * kernel;
                }
            }
        }
    }
    // What would be expected of someone who is there at all hours alike, of which three events are presumed.
    let width = RHYTHM_WIDTH_HOURS * (2.0 * std::f64::consts::PI).sqrt() / 24.0;
    let expected = width * if weekend { 2.0 / 7.0 } else { 5.0 / 7.0 };
    let mut found = [0.0; RHYTHM];
    found[0] = ((near + 3.0 * expected) / ((all + 3.0) * expected)).ln();
    for (found, sum) in found[1..].iter_mut().zip(at_hour.iter().flatten()) {
        *found = sum.ln();
    }
    found
}

/// How usual it is for a mind that took things at these times to be away as long as it is now: the logarithm of the share of
/// its absences that lasted longer.
pub(super) fn absence(times_s: &VecDeque<f64>, now_s: f64) -> f64 {
    let Some(&last_s) = times_s.back() else { return 0.5f64.ln() };
    let away_s = now_s - last_s;
    // One absence is presumed, which as likely lasted longer as not.
    let (mut longer, mut all) = (0.5, 1.0);
    let ends = times_s.iter().rev().zip(times_s.iter().rev().skip(1)).take(ABSENCES - 1);
    for (end_s, begin_s) in ends {
        let left = (-(now_s - end_s) / (ABSENCE_DAYS * DAY_S)).exp2();
        all += left;
        if end_s - begin_s > away_s {
            longer += left;
        }
    }
    f64::ln(longer / all)
}

/// Saturday or Sunday, by UTC: 1970 began on a Thursday.
pub(super) fn is_weekend(at_s: f64) -> bool {
    ((at_s / DAY_S).floor() + 3.0).rem_euclid(7.0) >= 5.0
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Every day at nine o'clock, for eight weeks.
    fn mornings() -> VecDeque<f64> {
        (0..56).map(|day| f64::from(day) * DAY_S + 9.0 * HOUR_S).collect()
    }

    #[test]
    fn who_comes_in_the_morning_is_expected_in_the_morning() {
        let (nine, night) =
            (rhythm(&mornings(), 60.0 * DAY_S + 9.0 * HOUR_S), rhythm(&mornings(), 60.0 * DAY_S));
        assert!(nine.iter().zip(night).all(|(nine, night)| *nine > night), "{nine:?} {night:?}");
    }

    #[test]
    fn an_absence_is_held_against_those_before() {
        let away = |days: f64| absence(&mornings(), 55.0 * DAY_S + 9.0 * HOUR_S + days * DAY_S);
        // All 55 absences lasted a day: at half a day all last longer, after two days none did.
        let counted: f64 = (0..55).map(|day| (-(f64::from(day) + 0.5) / ABSENCE_DAYS).exp2()).sum();
        assert!((away(0.5) - ((counted + 0.5) / (counted + 1.0)).ln()).abs() < 1e-9);
        let counted: f64 = (0..55).map(|day| (-(f64::from(day) + 2.0) / ABSENCE_DAYS).exp2()).sum();
        assert!((away(2.0) - (0.5 / (counted + 1.0)).ln()).abs() < 1e-9);
        assert_eq!(absence(&VecDeque::new(), 0.0), 0.5f64.ln());
    }

    proptest! {
        #[test]
        fn the_longer_away_the_less_usual(mut gaps in prop::collection::vec(60.0..1e6f64, 2..40)) {
            let mut now_s = 0.0;
            let times: VecDeque<f64> = gaps.drain(..).map(|gap| { now_s += gap; now_s }).collect();
            let (soon, late) = (absence(&times, now_s + 30.0), absence(&times, now_s + 2e6));
            prop_assert!(late < soon && soon <= 0.0 && late.is_finite());
        }
    }
}
