//! What do 10,000 fixed kernels find in a window of raw signals? The share of steps at which each exceeds its threshold.
//!
//! As in Dempster, Schmidt and Webb (arXiv 2012.08791), with the multivariate form of their published code: each kernel at
//! each dilation reads a random handful of channels and adds up what it finds in them. Weights are −1 and 2 = 3 − 1, so the
//! sum of all nine at weight −1 is made once for a dilation and each kernel adds three shifted copies of the tripled
//! series: a few additions a step instead of nine products (§3.3.1). Kernels and dilations take turns at padding.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};

use super::kernel::{Dilation, KERNEL_LENGTH, KERNELS, LARGE_WEIGHTS, dilations, quantile};
use crate::estimator::Seed;

/// A channel is one of at most so many that a kernel adds up.
const MOST_CHANNELS_TOGETHER: usize = 9;

/// How many features are wanted, and how finely dilations are spread.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TransformSettings {
    /// About so many features, rounded down to a multiple of 84.
    pub features: usize,
    /// At most so many dilations of each kernel.
    pub most_dilations: usize,
}

impl Default for TransformSettings {
    /// The paper's.
    fn default() -> Self {
        Self { features: 10_000, most_dilations: 32 }
    }
}

/// A fitted transform: which channels and thresholds each kernel has. Made of examples without their answers.
#[derive(Clone, Debug, PartialEq)]
pub struct Transform {
    steps: usize,
    channels: usize,
    dilations: Vec<Dilation>,
    /// `[dilation × kernel]`: the channels it adds up.
    together: Vec<Vec<usize>>,
    /// `[dilation × kernel × feature]`.
    thresholds: Vec<f32>,
}

impl Transform {
    /// Chooses channels at random, and each kernel's thresholds as quantiles of what it finds in one random example.
    ///
    /// `examples` are `[example][channel][step]`, without gaps and all of one shape; there is at least one, with at least
    /// [`KERNEL_LENGTH`] steps.
    #[must_use]
    pub fn fit(examples: &[Vec<Vec<f32>>], settings: TransformSettings, seed: Seed) -> Self {
        let channels = examples[0].len();
        let steps = examples[0][0].len();
        let mut random = ChaCha8Rng::seed_from_u64(seed.0);
        let dilations = dilations(steps, settings.features.max(KERNELS), settings.most_dilations);
        let kernels = dilations.len() * KERNELS;
        let together = (0..kernels).map(|_| choose_channels(channels, &mut random)).collect();
        let mut transform = Self { steps, channels, dilations, together, thresholds: Vec::new() };
        let chosen: Vec<usize> = (0..kernels).map(|_| random.random_range(0..examples.len())).collect();
        transform.thresholds = transform.find_thresholds(examples, &chosen);
        transform
    }

    /// A transform from its parts, as read from a file; `None` if they do not fit together.
    #[must_use]
    pub fn from_parts(
        steps: usize,
        channels: usize,
        dilations: Vec<Dilation>,
        together: Vec<Vec<usize>>,
        thresholds: Vec<f32>,
    ) -> Option<Self> {
        let features: usize = dilations.iter().map(|dilation| dilation.features).sum();
        let fits = dilations
            .iter()
            .all(|dilation| dilation.steps >= 1 && (KERNEL_LENGTH - 1) * dilation.steps < steps)
            && together.len() == dilations.len() * KERNELS
            && together.iter().flatten().all(|channel| *channel < channels)
            && thresholds.len() == features * KERNELS;
        fits.then_some(Self { steps, channels, dilations, together, thresholds })
    }

    /// How many features it makes of a window.
    #[must_use]
    pub fn features(&self) -> usize {
        self.thresholds.len()
    }

    /// Steps a window must have.
    #[must_use]
    pub const fn steps(&self) -> usize {
        self.steps
    }

    /// Channels a window must have.
    #[must_use]
    pub const fn channels(&self) -> usize {
        self.channels
    }

    /// Dilations, widening.
    #[must_use]
    pub fn dilations(&self) -> &[Dilation] {
        &self.dilations
    }

    /// Channels each kernel at each dilation adds up, `[dilation × kernel]`.
    #[must_use]
    pub fn together(&self) -> &[Vec<usize>] {
        &self.together
    }

    /// Thresholds, `[dilation × kernel × feature]`.
    #[must_use]
    pub fn thresholds(&self) -> &[f32] {
        &self.thresholds
    }

    /// The share of steps above each threshold, `[feature]`, of a window `[channel][step]` without gaps.
    #[must_use]
    pub fn apply(&self, window: &[Vec<f32>]) -> Vec<f32> {
        let mut features = Vec::with_capacity(self.features());
        let mut found = vec![0.0; self.steps];
        let mut first = 0;
        for (turn, dilation) in self.dilations.iter().enumerate() {
            let shifted = Shifted::new(window, dilation.steps);
            for kernel in 0..KERNELS {
                shifted.convolve(kernel, &self.together[turn * KERNELS + kernel], &mut found);
                let reach = dilation.steps * (KERNEL_LENGTH / 2);
                let kept = match (turn + kernel) % 2 {
                    0 => &found[..],
                    _ => &found[reach..self.steps - reach],
                };
                let thresholds = &self.thresholds[first..first + dilation.features];
                features.extend(thresholds.iter().map(|threshold| share_above(kept, *threshold)));
                first += dilation.features;
            }
        }
        features
    }

    /// Quantiles of what each kernel finds in the example chosen for it.
    fn find_thresholds(&self, examples: &[Vec<Vec<f32>>], chosen: &[usize]) -> Vec<f32> {
        let mut thresholds = Vec::new();
        let mut found = vec![0.0; self.steps];
        for (turn, dilation) in self.dilations.iter().enumerate() {
            for kernel in 0..KERNELS {
                let combination = turn * KERNELS + kernel;
                let together = &self.together[combination];
                let window: Vec<Vec<f32>> =
                    together.iter().map(|channel| examples[chosen[combination]][*channel].clone()).collect();
                let all: Vec<usize> = (0..window.len()).collect();
                Shifted::new(&window, dilation.steps).convolve(kernel, &all, &mut found);
                let mut sorted = found.clone();
                sorted.sort_by(f32::total_cmp);
                for _ in 0..dilation.features {
                    thresholds.push(interpolated(&sorted, quantile(thresholds.len())));
                }
            }
        }
        thresholds
    }
}

/// A few channels: how many is spread evenly in the exponent, so that most kernels read one or two.
fn choose_channels(channels: usize, random: &mut ChaCha8Rng) -> Vec<usize> {
    let most = channels.min(MOST_CHANNELS_TOGETHER);
    let exponent = ((most + 1) as f64).log2();
    let many = (2.0_f64.powf(random.random_range(0.0..exponent)) as usize).clamp(1, most);
    let mut left: Vec<usize> = (0..channels).collect();
    (0..many).map(|_| left.swap_remove(random.random_range(0..left.len()))).collect()
}

/// A window seen through one dilation: what all kernels of it share.
struct Shifted {
    /// `[channel][step]`: the sum of all nine weights' copies at weight −1.
    all: Vec<Vec<f32>>,
    /// `[weight][channel][step]`: the copy that weight reads, tripled; nothing beyond the window's ends.
    tripled: Vec<Vec<Vec<f32>>>,
}

impl Shifted {
    fn new(window: &[Vec<f32>], dilation: usize) -> Self {
        let tripled = (0..KERNEL_LENGTH)
            .map(|weight| window.iter().map(|channel| copy(channel, weight, dilation)).collect())
            .collect();
        let all = window.iter().map(|channel| sum_of_copies(channel, dilation)).collect();
        Self { all, tripled }
    }

    /// Writes what `kernel` finds in these channels together, step by step.
    fn convolve(&self, kernel: usize, together: &[usize], found: &mut [f32]) {
        let [first, second, third] = LARGE_WEIGHTS[kernel];
        found.fill(0.0);
        for &channel in together {
            let all = &self.all[channel];
            let first = &self.tripled[first][channel];
            let second = &self.tripled[second][channel];
            let third = &self.tripled[third][channel];
            for (step, found) in found.iter_mut().enumerate() {
                *found += all[step] + first[step] + second[step] + third[step];
            }
        }
    }
}

/// The tripled channel as the `weight`th of nine weights reads it: earlier steps for the first four, later for the last four.
fn copy(channel: &[f32], weight: usize, dilation: usize) -> Vec<f32> {
    let mut shifted = vec![0.0; channel.len()];
    let middle = KERNEL_LENGTH / 2;
    let apart = weight.abs_diff(middle) * dilation;
    let overlap = channel.len() - apart;
    let (to, from) = if weight < middle { (apart, 0) } else { (0, apart) };
    for (shifted, value) in shifted[to..to + overlap].iter_mut().zip(&channel[from..from + overlap]) {
        *shifted = 3.0 * value;
    }
    shifted
}

fn sum_of_copies(channel: &[f32], dilation: usize) -> Vec<f32> {
    let mut sum: Vec<f32> = channel.iter().map(|value| -value).collect();
    for weights in (1..=KERNEL_LENGTH / 2).rev() {
        let apart = weights * dilation;
        for (sum, value) in sum[apart..].iter_mut().zip(channel) {
            *sum -= value;
        }
    }
    for weights in 1..=KERNEL_LENGTH / 2 {
        for (sum, value) in sum.iter_mut().zip(&channel[weights * dilation..]) {
            *sum -= value;
        }
    }
    sum
}

fn share_above(found: &[f32], threshold: f32) -> f32 {
    let above: u32 = found.iter().map(|value| u32::from(*value > threshold)).sum();
    (f64::from(above) / found.len() as f64) as f32
}

/// The quantile of sorted values, linear between neighbours, as NumPy's default.
fn interpolated(sorted: &[f32], quantile: f32) -> f32 {
    let place = f64::from(quantile) * (sorted.len() - 1) as f64;
    let below = place.floor() as usize;
    let above = (below + 1).min(sorted.len() - 1);
    let (low, high) = (f64::from(sorted[below]), f64::from(sorted[above]));
    (low + (high - low) * (place - place.floor())) as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Deserialize)]
    struct Peer {
        univariate: Vec<Fitted>,
        multivariate: Vec<Fitted>,
        dilations: Vec<Dilated>,
    }

    /// A transform fitted on its first window alone, so that its thresholds do not depend on a random choice.
    #[derive(Deserialize)]
    struct Fitted {
        windows: Vec<Vec<Vec<f32>>>,
        dilations: Vec<usize>,
        features_per_dilation: Vec<usize>,
        together: Vec<Vec<usize>>,
        thresholds: Vec<f32>,
        features: Vec<Vec<f32>>,
    }

    #[derive(Deserialize)]
    struct Dilated {
        steps: usize,
        features: usize,
        dilations: Vec<usize>,
        features_per_dilation: Vec<usize>,
    }

    fn peer() -> Peer {
        serde_json::from_str(include_str!("../../tests/parity/minirocket.json")).unwrap()
    }

    fn of_peer(fitted: &Fitted) -> Transform {
        let dilations = fitted
            .dilations
            .iter()
            .zip(&fitted.features_per_dilation)
            .map(|(&steps, &features)| Dilation { steps, features })
            .collect();
        let window = &fitted.windows[0];
        Transform::from_parts(
            window[0].len(),
            window.len(),
            dilations,
            fitted.together.clone(),
            fitted.thresholds.clone(),
        )
        .unwrap()
    }

    #[test]
    fn features_equal_aeon_s_on_the_same_kernels_and_thresholds() {
        let peer = peer();
        for fitted in peer.univariate.iter().chain(&peer.multivariate) {
            let transform = of_peer(fitted);
            for (window, theirs) in fitted.windows.iter().zip(&fitted.features) {
                let ours = transform.apply(window);
                assert_eq!(ours.len(), theirs.len());
                let furthest = ours.iter().zip(theirs).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
                assert!(furthest < 1e-6, "{furthest}");
            }
        }
    }

    #[test]
    fn thresholds_equal_aeon_s_when_all_come_from_one_example() {
        let peer = peer();
        for fitted in peer.univariate.iter().chain(&peer.multivariate) {
            let transform = of_peer(fitted);
            let chosen = vec![0; fitted.together.len()];
            let ours = transform.find_thresholds(&fitted.windows, &chosen);
            let furthest =
                ours.iter().zip(&fitted.thresholds).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
            assert!(furthest < 1e-5, "{furthest}");
        }
    }

    #[test]
    fn dilations_equal_aeon_s_for_many_lengths() {
        for theirs in peer().dilations {
            let ours = dilations(theirs.steps, theirs.features, 32);
            let steps: Vec<usize> = ours.iter().map(|dilation| dilation.steps).collect();
            let features: Vec<usize> = ours.iter().map(|dilation| dilation.features).collect();
            assert_eq!(steps, theirs.dilations, "{} steps, {} features", theirs.steps, theirs.features);
            assert_eq!(features, theirs.features_per_dilation, "{} steps", theirs.steps);
        }
    }

    #[test]
    fn the_same_seed_makes_the_same_transform() {
        let windows: Vec<Vec<Vec<f32>>> = (0..5)
            .map(|example| {
                (0..3).map(move |channel| {
                    (0..50).map(|step| ((step * (channel + 2) + example) % 7) as f32).collect()
                })
            })
            .map(Iterator::collect)
            .collect();
        let settings = TransformSettings { features: 500, most_dilations: 8 };
        let first = Transform::fit(&windows, settings, Seed(3));
        assert_eq!(first, Transform::fit(&windows, settings, Seed(3)));
        assert_ne!(first, Transform::fit(&windows, settings, Seed(4)));
        let features = first.apply(&windows[2]);
        assert_eq!(features.len(), 84 * 5);
        assert!(features.iter().all(|share| (0.0..=1.0).contains(share)));
    }

    #[test]
    fn parts_that_do_not_fit_are_refused() {
        let fitted = &peer().multivariate[0];
        let whole = of_peer(fitted);
        let mut short = whole.thresholds.clone();
        short.pop();
        let parts = (whole.dilations.clone(), whole.together.clone());
        assert!(Transform::from_parts(whole.steps, whole.channels, parts.0, parts.1, short).is_none());
        let parts = (whole.dilations.clone(), whole.together.clone());
        assert!(
            Transform::from_parts(8, whole.channels, parts.0, parts.1, whole.thresholds.clone()).is_none()
        );
    }
}
