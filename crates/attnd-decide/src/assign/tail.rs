//! How likely is it that so many of so many are right? Tails of the binomial and the beta distribution, to fifteen digits.

/// Coefficients of Lanczos' approximation with g = 7; Lanczos 1964, doi 10.1137/0701008, as computed by Godfrey 2001.
const LANCZOS: [f64; 9] = [
    0.999_999_999_999_809_9,
    676.520_368_121_885_1,
    -1_259.139_216_722_402_8,
    771.323_428_777_653_1,
    -176.615_029_162_140_6,
    12.507_343_278_686_905,
    -0.138_571_095_265_720_12,
    9.984_369_578_019_572e-6,
    1.505_632_735_149_311_6e-7,
];

/// Terms after which the continued fraction gives up; it needs about the root of the larger parameter.
const MOST_TERMS: u32 = 100_000;

/// Logarithm of the gamma function of a positive number.
#[must_use]
pub fn ln_gamma(of: f64) -> f64 {
    let shifted = of - 1.0;
    let base = shifted + 7.5;
    let series =
        LANCZOS[1..].iter().zip(1..).map(|(coefficient, at)| coefficient / (shifted + f64::from(at)));
    let sum = LANCZOS[0] + series.sum::<f64>();
    0.5 * std::f64::consts::TAU.ln() + (shifted + 0.5) * base.ln() - base + sum.ln()
}

/// Probability that a Beta(`right`, `wrong`) variable is at most `up_to`: the regularised incomplete beta function.
///
/// Both parameters are positive. By the continued fraction DLMF 8.17.22 on the side where it converges fast.
#[must_use]
pub fn beta_at_most(up_to: f64, right: f64, wrong: f64) -> f64 {
    if up_to <= 0.0 {
        return 0.0;
    }
    if up_to >= 1.0 {
        return 1.0;
    }
    if up_to > (right + 1.0) / (right + wrong + 2.0) {
        return 1.0 - beta_at_most(1.0 - up_to, wrong, right);
    }
    let ln_front = ln_gamma(right + wrong) - ln_gamma(right) - ln_gamma(wrong)
        + right * up_to.ln()
        + wrong * (-up_to).ln_1p();
    (ln_front.exp() * continued_fraction(up_to, right, wrong) / right).clamp(0.0, 1.0)
}

/// The continued fraction of the incomplete beta function by Lentz' way; Thompson and Barnett 1986, doi 10.1016/0021-9991(86)90046-X.
fn continued_fraction(at: f64, right: f64, wrong: f64) -> f64 {
    const TINY: f64 = 1e-300;
    let away = |value: f64| if value.abs() < TINY { TINY } else { value };
    let mut numerator = 1.0;
    let mut denominator = 1.0 / away(1.0 - (right + wrong) * at / (right + 1.0));
    let mut fraction = denominator;
    for term in 1..=MOST_TERMS {
        let m = f64::from(term);
        let even = m * (wrong - m) * at / ((right + 2.0 * m - 1.0) * (right + 2.0 * m));
        let odd = -(right + m) * (right + wrong + m) * at / ((right + 2.0 * m) * (right + 2.0 * m + 1.0));
        let mut step = 1.0;
        for coefficient in [even, odd] {
            denominator = 1.0 / away(1.0 + coefficient * denominator);
            numerator = away(1.0 + coefficient / numerator);
            step = denominator * numerator;
            fraction *= step;
        }
        if (step - 1.0).abs() < 1e-15 {
            break;
        }
    }
    fraction
}

/// Probability of at least `least` successes in `trials`, each with probability `success`.
#[must_use]
pub fn binomial_at_least(least: u32, trials: u32, success: f64) -> f64 {
    if least == 0 {
        return 1.0;
    }
    if least > trials {
        return 0.0;
    }
    beta_at_most(success, f64::from(least), f64::from(trials - least) + 1.0)
}

/// Probability of at most `most` successes in `trials`, each with probability `success`.
#[must_use]
pub fn binomial_at_most(most: u32, trials: u32, success: f64) -> f64 {
    if most >= trials {
        return 1.0;
    }
    beta_at_most(1.0 - success, f64::from(trials - most), f64::from(most) + 1.0)
}

/// The largest error rate that `errors` in `trials` do not rule out with that confidence: the one-sided bound of Clopper and
/// Pearson 1934, doi 10.1093/biomet/26.4.404. It holds whatever the true rate is. One where there were no trials.
#[must_use]
pub fn highest_rate(errors: u32, trials: u32, confidence: f64) -> f64 {
    if errors >= trials {
        return 1.0;
    }
    let (mut low, mut high) = (f64::from(errors) / f64::from(trials), 1.0);
    for _ in 0..60 {
        let middle = f64::midpoint(low, high);
        if binomial_at_most(errors, trials, middle) > 1.0 - confidence {
            low = middle;
        } else {
            high = middle;
        }
    }
    high
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_gamma_function_is_the_factorial() {
        let mut ln_factorial = 0.0;
        for n in 1..170_u32 {
            ln_factorial += f64::from(n).ln();
            let off = ln_gamma(f64::from(n) + 1.0) - ln_factorial;
            assert!(off.abs() < 1e-13 * ln_factorial.max(1.0), "{n}: {off}");
        }
        assert!((ln_gamma(0.5) - std::f64::consts::PI.sqrt().ln()).abs() < 1e-14);
    }

    #[test]
    fn tails_equal_those_of_scipy() {
        // scipy.special.betainc(a, b, x), SciPy 1.17.
        for (right, wrong, at, known) in [
            (2.0, 3.0, 0.4, 0.524_8),
            (0.5, 0.5, 0.3, 0.369_010_119_565_545_36),
            (30.0, 4.0, 0.9, 0.576_943_664_125_692_9),
        ] {
            let ours = beta_at_most(at, right, wrong);
            assert!((ours - known).abs() < 1e-12, "{right} {wrong} {at}: {ours}");
        }
    }

    #[test]
    fn bounds_equal_the_published_ones() {
        // No error in n trials: the bound is 1 - alpha^(1/n), the "rule of three" for alpha = .05.
        let exact = 1.0 - 0.05_f64.powf(1.0 / 100.0);
        assert!((highest_rate(0, 100, 0.95) - exact).abs() < 1e-12);
        // scipy.stats.beta.ppf(.95, 4, 97): three errors in a hundred.
        assert!((highest_rate(3, 100, 0.95) - 0.075_710_793_749_830_04).abs() < 1e-12);
        assert!((highest_rate(7, 7, 0.95) - 1.0).abs() < f64::EPSILON);
    }

    proptest! {
        #[test]
        fn tails_are_sums_of_their_terms(trials in 1_u32..60, most in 0_u32..60, success in 0.01_f64..0.99) {
            let mut sum = 0.0;
            for k in 0..=most.min(trials) {
                let (all, right) = (f64::from(trials), f64::from(k));
                let ln_choose = ln_gamma(all + 1.0) - ln_gamma(right + 1.0) - ln_gamma(all - right + 1.0);
                sum += (ln_choose + right * success.ln() + (all - right) * (-success).ln_1p()).exp();
            }
            prop_assert!((binomial_at_most(most, trials, success) - sum).abs() < 1e-11);
            let rest = binomial_at_least(most + 1, trials, success);
            prop_assert!((binomial_at_most(most, trials, success) + rest - 1.0).abs() < 1e-11);
        }

        #[test]
        fn more_errors_never_lower_the_bound(trials in 1_u32..400, errors in 0_u32..400) {
            let errors = errors.min(trials);
            let bound = highest_rate(errors, trials, 0.9);
            prop_assert!(bound >= f64::from(errors) / f64::from(trials));
            prop_assert!(highest_rate((errors + 1).min(trials), trials, 0.9) >= bound - 1e-12);
        }
    }
}
