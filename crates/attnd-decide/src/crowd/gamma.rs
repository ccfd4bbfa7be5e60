//! What does a Dirichlet distribution expect? The logarithm of the gamma function and its derivative.

/// Above this the asymptotic series are exact to double precision (their first left-out terms are below 1e-15).
const ASYMPTOTIC_FROM: f64 = 10.0;

/// Derivative of the logarithm of the gamma function at `x` > 0: recurrence up to ten, then the asymptotic
/// series of Abramowitz and Stegun 6.3.18 (relative error below 1e-14).
#[must_use]
pub fn digamma(mut x: f64) -> f64 {
    let mut below = 0.0;
    while x < ASYMPTOTIC_FROM {
        below += 1.0 / x;
        x += 1.0;
    }
    let inverse = 1.0 / (x * x);
    let series = inverse
        * (1.0 / 12.0
            - inverse
                * (1.0 / 120.0
                    - inverse
                        * (1.0 / 252.0
                            - inverse
                                * (1.0 / 240.0 - inverse * (1.0 / 132.0 - inverse * 691.0 / 32760.0)))));
    x.ln() - 0.5 / x - series - below
}

/// Logarithm of the gamma function at `x` > 0: recurrence up to ten, then Stirling's series (Abramowitz and
/// Stegun 6.1.41).
#[must_use]
pub fn ln_gamma(mut x: f64) -> f64 {
    let mut product = 1.0;
    while x < ASYMPTOTIC_FROM {
        product *= x;
        x += 1.0;
    }
    let inverse = 1.0 / (x * x);
    let series = (1.0 / 12.0
        - inverse * (1.0 / 360.0 - inverse * (1.0 / 1260.0 - inverse * (1.0 / 1680.0 - inverse / 1188.0))))
        / x;
    (x - 0.5) * x.ln() - x + 0.5 * std::f64::consts::TAU.ln() + series - product.ln()
}

/// Expected logarithms of probabilities under a Dirichlet distribution with those counts, into `into`.
pub fn expected_logs(counts: &[f64], into: &mut [f64]) {
    let all = digamma(counts.iter().sum());
    into.iter_mut().zip(counts).for_each(|(log, &count)| *log = digamma(count) - all);
}

/// How far a Dirichlet distribution with those `counts` has moved from its `prior`, in nats (Kullback-Leibler
/// divergence of the first from the second). `logs` are the [`expected_logs`] of the counts.
#[must_use]
pub fn dirichlet_divergence(counts: &[f64], prior: &[f64], logs: &[f64]) -> f64 {
    let mut divergence = ln_gamma(counts.iter().sum()) - ln_gamma(prior.iter().sum());
    for ((&count, &before), &log) in counts.iter().zip(prior).zip(logs) {
        if count != before {
            divergence += ln_gamma(before) - ln_gamma(count) + (count - before) * log;
        }
    }
    divergence
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// SciPy 1.17 `scipy.special.digamma` and `gammaln`.
    const SCIPY: &[(f64, f64, f64)] = &[
        (0.01, -100.560_885_457_868_67, 4.599_479_878_042_022),
        (0.1, -10.423_754_940_411_076, 2.252_712_651_734_206),
        (0.5, -1.963_510_026_021_423_4, 0.572_364_942_924_7),
        (1.0, -0.577_215_664_901_532_9, 0.0),
        (4.0, 1.256_117_668_431_800_3, 1.791_759_469_228_055),
        (12.5, 2.485_195_651_274_912_3, 18.734_347_511_936_45),
        (1234.5, 7.118_016_231_827_999, 7_550.550_901_077_894),
    ];

    #[test]
    fn values_are_those_of_scipy() {
        for &(x, expected, logarithm) in SCIPY {
            let near = |a: f64, b: f64| (a - b).abs() <= 1e-12 * b.abs().max(1.0);
            assert!(near(digamma(x), expected), "digamma({x}) = {}", digamma(x));
            assert!(near(ln_gamma(x), logarithm), "ln_gamma({x}) = {}", ln_gamma(x));
        }
    }

    proptest! {
        #[test]
        fn the_recurrences_hold(x in 1e-3_f64..1e4) {
            prop_assert!((digamma(x + 1.0) - digamma(x) - 1.0 / x).abs() < 1e-11 / x.min(1.0));
            prop_assert!((ln_gamma(x + 1.0) - ln_gamma(x) - x.ln()).abs() < 1e-9);
        }

        #[test]
        fn a_distribution_is_nowhere_from_itself_and_somewhere_from_others(
            counts in proptest::collection::vec(0.1_f64..50.0, 3),
            prior in proptest::collection::vec(0.1_f64..50.0, 3),
        ) {
            let mut logs = [0.0; 3];
            expected_logs(&counts, &mut logs);
            prop_assert!(dirichlet_divergence(&counts, &counts, &logs).abs() < 1e-12);
            prop_assert!(dirichlet_divergence(&counts, &prior, &logs) >= -1e-9);
        }
    }
}
