//! What of a stream lies in a window, and how much of the window does it cover?
//!
//! ```text
//! window   [                                   )
//! samples   |  |  |  |  |           |  |  |  |
//! stand     [ )[ )[ )[ )[      )    [ )[ )[ )[ )     at most HOLD usual intervals each
//! gap      ^                    ^^^^            ^
//! ```

use attnd_core::recording::Channel;

use super::statistic::median;

/// A sample stands for at most so many usual intervals: one lost sample is bridged, a lost stretch is not.
const HOLD: f64 = 3.0;

/// Samples of one stream in one window.
#[derive(Clone, Copy, Debug)]
pub(super) struct Window<'a> {
    /// How long it is.
    pub(super) length_s: f64,
    /// Its end: every sample is earlier.
    pub(super) end_s: f64,
    /// When each sample was taken, never falling.
    pub(super) times_s: &'a [f64],
    /// The usual time between samples; NaN where nothing tells.
    pub(super) interval_s: f64,
    /// The columns of the stream.
    pub(super) channels: &'a [&'a Channel],
    /// `[channel][sample]`; NaN where nothing was measured.
    pub(super) values: &'a [&'a [f64]],
}

impl Window<'_> {
    /// For how long each sample stands: until the next one or the end, but at most [`HOLD`] usual intervals.
    pub(super) fn durations_s(&self) -> impl Iterator<Item = f64> + '_ {
        let longest_s = if self.interval_s.is_finite() { HOLD * self.interval_s } else { 0.0 };
        let next = self.times_s.iter().skip(1).copied().chain([self.end_s]);
        self.times_s.iter().zip(next).map(move |(time, next)| (next - time).clamp(0.0, longest_s))
    }

    /// The share of the window, 0 to 1, in which `is_there` of the sample that stands.
    pub(super) fn share(&self, is_there: impl Fn(usize) -> bool) -> f64 {
        let there_s: f64 = (self.durations_s().enumerate())
            .filter_map(|(sample, duration_s)| is_there(sample).then_some(duration_s))
            .sum();
        (there_s / self.length_s).clamp(0.0, 1.0)
    }

    /// The share of the window without a finite value.
    pub(super) fn missing(&self, values: &[f64]) -> f64 {
        1.0 - self.share(|sample| values[sample].is_finite())
    }

    /// Among the time with a finite value, the share in which `holds` of it; NaN without any.
    pub(super) fn share_of_known(&self, values: &[f64], holds: impl Fn(f64) -> bool) -> f64 {
        let (mut known_s, mut held_s) = (0.0, 0.0);
        for (duration_s, value) in self.durations_s().zip(values).filter(|(_, value)| value.is_finite()) {
            known_s += duration_s;
            held_s += if holds(*value) { duration_s } else { 0.0 };
        }
        if known_s > 0.0 { held_s / known_s } else { f64::NAN }
    }

    /// Time with a finite value, s.
    pub(super) fn known_s(&self, values: &[f64]) -> f64 {
        self.length_s * (1.0 - self.missing(values))
    }

    /// Sample by sample the mean of the channels that have a value: of two eyes, of those that are seen.
    pub(super) fn together(&self) -> Vec<f64> {
        (0..self.times_s.len())
            .map(|sample| {
                let values = self.values.iter().map(|channel| channel[sample]);
                super::statistic::mean(values.filter(|value| value.is_finite()))
            })
            .collect()
    }
}

/// The median of the times between samples that are apart; NaN of none. Costs `n`.
pub(super) fn usual_interval_s(times_s: &[f64]) -> f64 {
    let mut intervals: Vec<f64> =
        times_s.windows(2).map(|pair| pair[1] - pair[0]).filter(|interval| *interval > 0.0).collect();
    median(&mut intervals)
}

#[cfg(test)]
pub(super) mod tests {
    use attnd_core::recording::Quantity;

    use super::*;

    /// What `measure` says of samples in a window that ends at `end_s`.
    pub(in crate::feature) fn measured<T>(
        (length_s, end_s): (f64, f64),
        times_s: &[f64],
        named: &[(&str, &[f64])],
        measure: impl FnOnce(&Window<'_>) -> T,
    ) -> T {
        let channels: Vec<Channel> = named
            .iter()
            .map(|(name, _)| Channel {
                name: (*name).to_owned(),
                quantity: Quantity::Other,
                unit: String::new(),
            })
            .collect();
        let values: Vec<&[f64]> = named.iter().map(|(_, values)| *values).collect();
        measure(&Window {
            length_s,
            end_s,
            times_s,
            interval_s: usual_interval_s(times_s),
            channels: &channels.iter().collect::<Vec<_>>(),
            values: &values,
        })
    }

    #[test]
    fn the_drawing_at_the_top_holds() {
        let times_s = [1.0, 2.0, 3.0, 4.0, 9.0];
        let values = [0.0, f64::NAN, 1.0, 1.0, 1.0];
        measured((10.0, 10.0), &times_s, &[("x", &values)], |window| {
            assert_eq!(window.durations_s().collect::<Vec<_>>(), [1.0, 1.0, 1.0, 3.0, 1.0]);
            assert!((window.share(|_| true) - 0.7).abs() < 1e-12);
            assert!((window.missing(&values) - 0.4).abs() < 1e-12);
            assert!((window.share_of_known(&values, |value| value > 0.5) - 5.0 / 6.0).abs() < 1e-12);
        });
    }

    #[test]
    fn one_sample_covers_nothing_for_nobody_knows_how_long_it_stands() {
        measured((10.0, 10.0), &[5.0], &[("x", &[1.0])], |window| {
            assert_eq!(window.missing(&[1.0]), 1.0);
            assert!(window.share_of_known(&[1.0], |_| true).is_nan());
        });
    }
}
