//! How are values spread? Quantiles, and as many dots as an eye can take in.
//!
//! ```text
//! values  1  2  4  9         n = 4
//! at      ⅛  ⅜  ⅝  ⅞         the k-th value stands at (k + ½) / n
//! median      3              half way between ⅜ and ⅝
//! ```

use attnd_core::Duration;

use super::Quantiles;

/// Enough dots to see a shape, few enough to see each.
const DOTS_MAX: u64 = 40;

impl Quantiles {
    /// The quantiles of `values`, in their unit; `None` of none.
    ///
    /// Q(p) is the value at place n·p − ½, counted from 0, with straight lines between places and
    /// the outermost values beyond them: Hazen's definition, number 5 of Hyndman and Fan 1996, doi
    /// 10.1080/00031305.1996.10473566. With it the dots of up to 40 values are these values, and the
    /// median of an even number of them is the mean of the middle two.
    ///
    /// Bounds: smallest ≤ lower ≤ median ≤ upper ≤ largest. Costs `n log n`.
    #[must_use]
    pub fn of(mut values: Vec<Duration>) -> Option<Self> {
        values.sort_unstable();
        let count = u64::try_from(values.len()).ok().filter(|count| *count > 0)?;
        let dots = count.min(DOTS_MAX);
        Some(Self {
            count,
            dots: (0..dots).map(|dot| at(&values, 2 * dot + 1, 2 * dots)).collect(),
            lower: at(&values, 1, 4),
            median: at(&values, 1, 2),
            upper: at(&values, 3, 4),
        })
    }
}

/// Q(part / whole) of ascending `values`, of which there is at least one.
fn at(values: &[Duration], part: u64, whole: u64) -> Duration {
    let (part, whole, last) = (i128::from(part), i128::from(whole), values.len() as i128 - 1);
    // In halves of `whole`, so that nothing is rounded before the end.
    let place = ((last + 1) * 2 * part - whole).clamp(0, last * 2 * whole);
    let (below, rest) = (place / (2 * whole), place % (2 * whole));
    let value = |index: i128| i128::from(values[index.min(last) as usize].ns());
    let (low, high) = (value(below), value(below + 1));
    let ns = low + (high - low) * rest / (2 * whole);
    Duration::from_ns(i64::try_from(ns).expect("invariant: between two durations lies a duration"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(values: &[u32]) -> Quantiles {
        Quantiles::of(values.iter().copied().map(Duration::from_s).collect()).unwrap()
    }

    #[test]
    fn the_drawing_at_the_top_holds() {
        let quantiles = of(&[9, 1, 4, 2]);
        assert_eq!(quantiles.count, 4);
        assert_eq!(quantiles.dots, [1, 2, 4, 9].map(Duration::from_s));
        assert_eq!(quantiles.median, Duration::from_s(3));
        // Hazen's places of ¼ and ¾ are ½ and 2½: half way from 1 to 2 and from 4 to 9.
        assert_eq!(quantiles.lower.as_s_f64(), 1.5);
        assert_eq!(quantiles.upper.as_s_f64(), 6.5);
    }

    #[test]
    fn one_value_is_every_quantile_and_none_has_none() {
        let quantiles = of(&[7]);
        let seven = Duration::from_s(7);
        assert_eq!(
            quantiles,
            Quantiles { count: 1, dots: vec![seven], lower: seven, median: seven, upper: seven }
        );
        assert_eq!(Quantiles::of(Vec::new()), None);
    }

    #[test]
    fn many_values_are_forty_dots() {
        let quantiles = of(&(0..400).collect::<Vec<_>>());
        // Q((k + ½) / 40) of 0…399 is at place 400·(k + ½)/40 − ½ = 10 k + 4.5.
        let expected: Vec<f64> = (0..40).map(|dot| 10.0 * f64::from(dot) + 4.5).collect();
        assert_eq!(quantiles.dots.iter().map(|dot| dot.as_s_f64()).collect::<Vec<_>>(), expected);
        assert_eq!(quantiles.median.as_s_f64(), 199.5);
    }

    #[test]
    fn the_longest_durations_do_not_overflow() {
        let quantiles = Quantiles::of(vec![Duration::MAX; 3]).unwrap();
        assert_eq!((quantiles.lower, quantiles.upper), (Duration::MAX, Duration::MAX));
    }

    proptest! {
        #[test]
        fn quantiles_are_in_order_and_within(values in proptest::collection::vec(0_u32..10_000, 1..60)) {
            let quantiles = of(&values);
            let least = Duration::from_s(*values.iter().min().unwrap());
            let most = Duration::from_s(*values.iter().max().unwrap());
            prop_assert!(least <= quantiles.lower && quantiles.lower <= quantiles.median);
            prop_assert!(quantiles.median <= quantiles.upper && quantiles.upper <= most);
            prop_assert!(quantiles.dots.is_sorted());
            prop_assert_eq!(quantiles.dots.len(), values.len().min(40));
            prop_assert!(quantiles.dots.iter().all(|dot| (least..=most).contains(dot)));
        }
    }
}
