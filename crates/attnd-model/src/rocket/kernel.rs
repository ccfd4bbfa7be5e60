//! Which kernels does MiniRocket use, how far are they stretched, and where are their thresholds taken?
//!
//! Nine weights, three of them 2 and six −1: 84 kernels, the same for every data set, whose weights sum to nothing, so that
//! a level adds nothing to what they find. Dempster, Schmidt and Webb, *MiniRocket: A Very Fast (Almost) Deterministic
//! Transform for Time Series Classification*, KDD 2021, doi 10.1145/3447548.3467231, arXiv 2012.08791.

/// Weights of a kernel.
pub const KERNEL_LENGTH: usize = 9;

/// Kernels: the ways to choose three of nine.
pub const KERNELS: usize = 84;

/// Where each kernel has its three weights of 2, in lexicographic order.
pub const LARGE_WEIGHTS: [[usize; 3]; KERNELS] = large_weights();

const fn large_weights() -> [[usize; 3]; KERNELS] {
    let mut kernels = [[0; 3]; KERNELS];
    let (mut kernel, mut first) = (0, 0);
    while first < KERNEL_LENGTH {
        let mut second = first + 1;
        while second < KERNEL_LENGTH {
            let mut third = second + 1;
            while third < KERNEL_LENGTH {
                kernels[kernel] = [first, second, third];
                kernel += 1;
                third += 1;
            }
            second += 1;
        }
        first += 1;
    }
    kernels
}

/// How far the weights of a kernel are apart, and how many thresholds each kernel has at that distance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dilation {
    /// Steps between two weights.
    pub steps: usize,
    /// Thresholds, and so features, of each kernel.
    pub features: usize,
}

/// The dilations for series of `steps` steps, spread evenly in the exponent from neighbouring steps to a kernel as long as the
/// series, for about `features` features in all (arXiv 2012.08791, §3.1.3).
///
/// `steps` is at least [`KERNEL_LENGTH`] and `features` at least [`KERNELS`].
#[must_use]
pub fn dilations(steps: usize, features: usize, most_per_kernel: usize) -> Vec<Dilation> {
    let per_kernel = (features / KERNELS).max(1);
    let wanted = per_kernel.min(most_per_kernel).max(1);
    let multiplier = per_kernel as f64 / wanted as f64;
    let largest = ((steps.max(KERNEL_LENGTH) - 1) as f64 / (KERNEL_LENGTH - 1) as f64).log2();
    let mut found: Vec<Dilation> = Vec::new();
    for index in 0..wanted {
        let exponent = match wanted {
            1 => 0.0,
            _ if index + 1 == wanted => largest,
            _ => largest / (wanted - 1) as f64 * index as f64,
        };
        let steps = 2.0_f64.powf(exponent) as usize;
        match found.last_mut() {
            Some(last) if last.steps == steps => last.features += 1,
            _ => found.push(Dilation { steps, features: 1 }),
        }
    }
    for dilation in &mut found {
        dilation.features = (dilation.features as f64 * multiplier) as usize;
    }
    let given: usize = found.iter().map(|dilation| dilation.features).sum();
    let kinds = found.len();
    for extra in 0..per_kernel.saturating_sub(given) {
        found[extra % kinds].features += 1;
    }
    found
}

/// The `index`th of a low-discrepancy sequence in [0, 1): multiples of the golden ratio, without their whole part. A threshold
/// is that quantile of what its kernel finds in one training example.
#[must_use]
pub fn quantile(index: usize) -> f32 {
    let golden = f64::midpoint(5.0_f64.sqrt(), 1.0);
    ((index + 1) as f64 * golden).fract() as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_84_kernels_in_lexicographic_order() {
        assert_eq!(LARGE_WEIGHTS[0], [0, 1, 2]);
        assert_eq!(LARGE_WEIGHTS[KERNELS - 1], [6, 7, 8]);
        assert!(LARGE_WEIGHTS.windows(2).all(|pair| pair[0] < pair[1]));
    }

    #[test]
    fn features_of_all_dilations_add_up_to_the_paper_s_9_996() {
        // §3.2: 10,000 is rounded down to the nearest multiple of 84, 9,996.
        for steps in [9, 60, 150, 900, 5_000] {
            let features: usize = dilations(steps, 10_000, 32).iter().map(|dilation| dilation.features).sum();
            assert_eq!(features * KERNELS, 9_996, "{steps} steps");
        }
    }

    #[test]
    fn the_widest_kernel_fits_into_the_series() {
        for steps in 9..600 {
            for dilation in dilations(steps, 10_000, 32) {
                assert!(dilation.steps >= 1 && (KERNEL_LENGTH - 1) * dilation.steps < steps, "{steps}");
            }
        }
    }

    #[test]
    fn quantiles_are_the_golden_sequence() {
        assert!((quantile(0) - 0.618_034).abs() < 1e-6);
        assert!((quantile(1) - 0.236_068).abs() < 1e-6);
        assert!((0..1_000).map(quantile).all(|q| (0.0..1.0).contains(&q)));
    }
}
