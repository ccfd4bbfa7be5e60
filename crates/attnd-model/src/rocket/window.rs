//! What does the transform read of a window with gaps? Every channel filled, about its own mean, in units of what is usual.
//!
//! Kernels are blind to a level, save where they reach over the window's ends into nothing: a window about its mean
//! makes nothing of that too, and how wide somebody's pupils are at all drops out. A gap is bridged by a straight
//! line between its edges, and held to the one edge at an end; a channel without any number is its mean throughout, so
//! that its kernels find nothing in it.

use crate::dataset::Signals;

/// What is usual of each channel: the middle training window's standard deviation.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Scales {
    /// `[channel]`; one where training windows do not vary.
    pub(super) deviations: Vec<f32>,
}

impl Scales {
    /// Of training windows, each of `channels` channels.
    #[must_use]
    pub(super) fn fit<'a>(windows: impl Iterator<Item = &'a Signals> + Clone, channels: usize) -> Self {
        let deviations = (0..channels).map(|channel| {
            let of_windows = windows.clone().filter_map(|window| deviation(window.values.get(channel)?));
            let mut of_windows: Vec<f32> = of_windows.filter(|deviation| *deviation > 0.0).collect();
            of_windows.sort_by(f32::total_cmp);
            of_windows.get(of_windows.len() / 2).copied().unwrap_or(1.0)
        });
        Self { deviations: deviations.collect() }
    }

    /// `[channel][step]` of a window, without gaps; `None` where the window has other channels or another length.
    #[must_use]
    pub(super) fn whole(&self, window: &Signals, steps: usize) -> Option<Vec<Vec<f32>>> {
        let fits = window.values.len() == self.deviations.len()
            && window.values.iter().all(|channel| channel.len() == steps);
        let channels = window.values.iter().zip(&self.deviations);
        fits.then(|| channels.map(|(channel, deviation)| whole(channel, *deviation)).collect())
    }
}

fn finite(channel: &[f32]) -> impl Iterator<Item = f64> + Clone {
    channel.iter().filter(|value| value.is_finite()).map(|value| f64::from(*value))
}

fn mean(channel: &[f32]) -> Option<f64> {
    let measured = finite(channel).count();
    (measured > 0).then(|| finite(channel).sum::<f64>() / measured as f64)
}

fn deviation(channel: &[f32]) -> Option<f32> {
    let mean = mean(channel)?;
    let squares: f64 = finite(channel).map(|value| (value - mean).powi(2)).sum();
    Some((squares / finite(channel).count() as f64).sqrt() as f32)
}

fn whole(channel: &[f32], deviation: f32) -> Vec<f32> {
    let Some(mean) = mean(channel) else { return vec![0.0; channel.len()] };
    let mut whole: Vec<f32> =
        channel.iter().map(|value| ((f64::from(*value) - mean) / f64::from(deviation)) as f32).collect();
    let mut last: Option<usize> = None;
    for step in 0..whole.len() {
        if !whole[step].is_finite() {
            continue;
        }
        let now = whole[step];
        match last {
            None => whole[..step].fill(now),
            Some(last) => {
                let (from, apart) = (whole[last], (step - last) as f32);
                for (between, value) in whole[last + 1..step].iter_mut().enumerate() {
                    *value = from + (now - from) * (between + 1) as f32 / apart;
                }
            }
        }
        last = Some(step);
    }
    if let Some(last) = last {
        let held = whole[last];
        whole[last + 1..].fill(held);
    }
    whole
}

#[cfg(test)]
mod tests {
    use super::*;

    const GAP: f32 = f32::NAN;

    fn window(channels: &[&[f32]]) -> Signals {
        Signals { values: channels.iter().map(|channel| channel.to_vec()).collect() }
    }

    #[test]
    fn gaps_are_bridged_and_ends_held() {
        let scales = Scales { deviations: vec![2.0] };
        let whole = scales.whole(&window(&[&[GAP, 1.0, GAP, GAP, 7.0, GAP]]), 6).unwrap();
        // Mean 4; in units of 2.
        assert_eq!(whole, [[-1.5, -1.5, -0.5, 0.5, 1.5, 1.5]]);
    }

    #[test]
    fn a_channel_without_any_number_is_nothing() {
        let scales = Scales { deviations: vec![1.0, 1.0] };
        let whole = scales.whole(&window(&[&[GAP; 3], &[2.0; 3]]), 3).unwrap();
        assert_eq!(whole, [[0.0; 3], [0.0; 3]]);
    }

    #[test]
    fn another_shape_is_not_read() {
        let scales = Scales { deviations: vec![1.0] };
        assert_eq!(scales.whole(&window(&[&[1.0, 2.0]]), 3), None);
        assert_eq!(scales.whole(&window(&[&[1.0; 3], &[1.0; 3]]), 3), None);
    }

    #[test]
    fn the_usual_deviation_is_the_middle_one_and_one_where_nothing_varies() {
        let windows = [
            window(&[&[0.0, 2.0], &[5.0, 5.0]]),
            window(&[&[0.0, 20.0], &[5.0, 5.0]]),
            window(&[&[0.0, 4.0], &[GAP, 5.0]]),
        ];
        let scales = Scales::fit(windows.iter(), 2);
        assert_eq!(scales.deviations, [2.0, 1.0]);
    }
}
