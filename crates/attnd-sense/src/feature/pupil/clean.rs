//! Which samples of a pupil can be believed? Not those next to a blink, nor those that jump.

use crate::feature::statistic::{finite, median};

/// Samples so close to a lost one saw the lid move over the pupil: pupillometry drops 50 to 150 ms.
const MARGIN_S: f64 = 0.1;
/// A pupil that changes by so many median deviations more than usual is an artefact.
const SPEED_OUTLIER: f64 = 16.0;
/// Speeds that deviate by less than this share of the usual do not deviate but for rounding.
const LEAST_DEVIATION: f64 = 1e-6;

/// The samples, NaN where one cannot be believed: not above zero, with a change to a neighbour that is far beyond the
/// usual, or within [`MARGIN_S`] of one that is lost. Costs `n`.
///
/// Kret and Sjak-Shie 2019, doi 10.3758/s13428-018-1075-y: dilation speed outliers, threshold = median + 16 · MAD.
pub(super) fn believed(times_s: &[f64], pupils: &[f64]) -> Vec<f64> {
    let mut believed: Vec<f64> =
        pupils.iter().map(|pupil| if *pupil > 0.0 { *pupil } else { f64::NAN }).collect();
    let speeds = speeds(times_s, &believed);
    let mut known: Vec<f64> = finite(&speeds).collect();
    let usual = median(&mut known);
    known.iter_mut().for_each(|speed| *speed = (*speed - usual).abs());
    let deviation = median(&mut known);
    // Of a signal in coarse steps most changes are the same, and what differs is not therefore wrong.
    if deviation > usual * LEAST_DEVIATION {
        let highest = usual + SPEED_OUTLIER * deviation;
        for (pupil, speed) in believed.iter_mut().zip(&speeds) {
            if *speed > highest {
                *pupil = f64::NAN;
            }
        }
    }
    let lost: Vec<f64> =
        times_s.iter().zip(&believed).filter(|(_, pupil)| pupil.is_nan()).map(|(time, _)| *time).collect();
    let mut next = 0;
    for (time, pupil) in times_s.iter().zip(&mut believed) {
        while lost.get(next).is_some_and(|lost| lost + MARGIN_S < *time) {
            next += 1;
        }
        if lost.get(next).is_some_and(|lost| (lost - time).abs() <= MARGIN_S) {
            *pupil = f64::NAN;
        }
    }
    believed
}

/// Per sample the larger of the speeds to both neighbours, per second; NaN where neither is known.
fn speeds(times_s: &[f64], pupils: &[f64]) -> Vec<f64> {
    let between: Vec<f64> = (times_s.windows(2).zip(pupils.windows(2)))
        .map(|(times_s, pupils)| {
            let passed_s = times_s[1] - times_s[0];
            if passed_s > 0.0 { (pupils[1] - pupils[0]).abs() / passed_s } else { f64::NAN }
        })
        .collect();
    let at = |index: Option<usize>| index.and_then(|index| between.get(index)).copied().unwrap_or(f64::NAN);
    (0..pupils.len()).map(|sample| at(sample.checked_sub(1)).max(at(Some(sample)))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_loss_takes_its_neighbours_with_it() {
        let times_s: Vec<f64> = (0..10).map(|sample| f64::from(sample) * 0.06).collect();
        let mut pupils = [3.0, 3.1, 3.0, 3.1, 3.0, 3.1, 3.0, 3.1, 3.0, 3.1];
        pupils[4] = -1.0;
        let kept: Vec<bool> = believed(&times_s, &pupils).iter().map(|pupil| pupil.is_finite()).collect();
        assert_eq!(kept, [true, true, true, false, false, false, true, true, true, true]);
    }

    #[test]
    fn a_jump_is_not_believed() {
        let times_s: Vec<f64> = (0..100).map(|sample| f64::from(sample) * 0.2).collect();
        let mut pupils: Vec<f64> =
            (0..100).map(|sample| 3.0 + (f64::from(sample) * 0.7).sin() * 0.1).collect();
        pupils[50] = 6.0;
        let believed = believed(&times_s, &pupils);
        let lost: Vec<usize> = (0..100).filter(|sample| believed[*sample].is_nan()).collect();
        assert_eq!(lost, [49, 50, 51]);
    }
}
