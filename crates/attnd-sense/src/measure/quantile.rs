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
    /// Bounds: smallest ≤ lower ≤ median ≤ upper ≤ largest. Costs `n`, for only the places asked for
    /// are put in order.
    #[must_use]
    pub fn of(mut values: Vec<Duration>) -> Option<Self> {
        let count = u64::try_from(values.len()).ok().filter(|count| *count > 0)?;
        let dots = count.min(DOTS_MAX);
        let place = |part, whole| Place::of(values.len(), part, whole);
        let dots: Vec<Place> = (0..dots).map(|dot| place(2 * dot + 1, 2 * dots)).collect();
        let [lower, median, upper] = [place(1, 4), place(1, 2), place(3, 4)];
        let mut wanted: Vec<usize> = dots
            .iter()
            .chain([&lower, &median, &upper])
            .flat_map(|place| [place.below, place.above])
            .collect();
        wanted.sort_unstable();
        wanted.dedup();
        put_in_place(&mut values, 0, &wanted);
        Some(Self {
            count,
            dots: dots.iter().map(|dot| dot.value(&values)).collect(),
            lower: lower.value(&values),
            median: median.value(&values),
            upper: upper.value(&values),
        })
    }
}

/// Where a quantile lies: between two neighbours in order, `share` of the way.
#[derive(Clone, Copy)]
struct Place {
    below: usize,
    above: usize,
    /// Parts of a whole, so that nothing is rounded before the end.
    share: (i128, i128),
}

impl Place {
    /// The place of Q(part / whole) among `len` values, of which there is at least one.
    fn of(len: usize, part: u64, whole: u64) -> Self {
        let (part, whole, last) = (i128::from(part), i128::from(whole), len as i128 - 1);
        let place = ((last + 1) * 2 * part - whole).clamp(0, last * 2 * whole);
        let (below, rest) = (place / (2 * whole), place % (2 * whole));
        Self { below: below as usize, above: (below + 1).min(last) as usize, share: (rest, 2 * whole) }
    }

    fn value(self, values: &[Duration]) -> Duration {
        let (low, high) = (i128::from(values[self.below].ns()), i128::from(values[self.above].ns()));
        let ns = low + (high - low) * self.share.0 / self.share.1;
        Duration::from_ns(i64::try_from(ns).expect("invariant: between two durations lies a duration"))
    }
}

/// Puts at each `wanted` place, counted from `first`, the value that stands there in order.
fn put_in_place(values: &mut [Duration], first: usize, wanted: &[usize]) {
    let Some(middle) = wanted.get(wanted.len() / 2) else { return };
    let (earlier, _, later) = values.select_nth_unstable(middle - first);
    put_in_place(earlier, first, &wanted[..wanted.len() / 2]);
    put_in_place(later, middle + 1, &wanted[wanted.len() / 2 + 1..]);
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
        fn what_is_put_in_place_is_what_sorting_puts_there(
            values in proptest::collection::vec(0_u32..100, 1..300),
            wanted in proptest::collection::btree_set(0_usize..300, 0..20),
        ) {
            let mut values: Vec<Duration> = values.into_iter().map(Duration::from_s).collect();
            let mut sorted = values.clone();
            sorted.sort_unstable();
            let wanted: Vec<usize> = wanted.into_iter().filter(|place| *place < values.len()).collect();
            put_in_place(&mut values, 0, &wanted);
            prop_assert!(wanted.iter().all(|&place| values[place] == sorted[place]));
        }

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
