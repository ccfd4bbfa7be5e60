//! How long do things last? One dot for each fortieth of them, on a logarithmic axis.
//!
//! Quantile dots (Kay et al., CHI 2016, doi 10.1145/2858036.2858558) let one count: of forty, so
//! many are shorter. Dots that would lie on each other are piled up.

use std::collections::BTreeMap;

use attnd_engine::measure::Quantiles;

use super::scale::log_place;

/// How high the strip is, in pixels.
pub(crate) const HEIGHT_PX: f64 = 52.0;

/// Dots are gathered into so many columns: two of them are as wide as a dot on a narrow phone.
const COLUMNS: f64 = 64.0;
const MOST_STEP_PX: f64 = 7.0;

/// A distribution, drawn. Places across in percent, heights in pixels.
#[derive(Debug, PartialEq)]
pub(crate) struct Strip {
    /// The dots: across, down.
    pub(crate) dots: Vec<(String, String)>,
    /// Where the median is.
    pub(crate) median: String,
    /// Where the half in the middle begins and how wide it is.
    pub(crate) middle: (String, String),
    /// Whether the median's label stands left of its line, for want of room at the right.
    pub(crate) label: Side,
}

/// A side of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    /// Before it.
    Left,
    /// After it.
    Right,
}

/// The strip of a distribution.
pub(crate) fn strip(quantiles: &Quantiles) -> Strip {
    let mut piles: BTreeMap<i64, usize> = BTreeMap::new();
    let columns: Vec<i64> = (quantiles.dots.iter())
        .map(|dot| (log_place(*dot) / 100.0 * (COLUMNS - 1.0)).round() as i64)
        .collect();
    for column in &columns {
        *piles.entry(*column).or_default() += 1;
    }
    let highest = piles.values().copied().max().unwrap_or(1) as f64;
    let step_px = MOST_STEP_PX.min((HEIGHT_PX - MOST_STEP_PX) / highest);
    piles.clear();
    let dots = columns.into_iter().map(|column| {
        let below = piles.entry(column).or_default();
        let down = HEIGHT_PX - MOST_STEP_PX / 2.0 - *below as f64 * step_px;
        *below += 1;
        (percent(column as f64 / (COLUMNS - 1.0) * 100.0), format!("{down:.1}"))
    });
    let dots = dots.collect();
    let (lower, upper) = (log_place(quantiles.lower), log_place(quantiles.upper));
    let median = log_place(quantiles.median);
    Strip {
        dots,
        median: percent(median),
        middle: (percent(lower), percent(upper - lower)),
        label: if median > 70.0 { Side::Left } else { Side::Right },
    }
}

fn percent(value: f64) -> String {
    format!("{value:.1}%")
}

#[cfg(test)]
mod tests {
    use attnd_core::Duration;

    use super::*;

    fn quantiles(seconds: &[u32]) -> Quantiles {
        let dots: Vec<_> = seconds.iter().map(|seconds| Duration::from_s(*seconds)).collect();
        Quantiles {
            count: dots.len() as u64,
            lower: dots[dots.len() / 4],
            median: dots[dots.len() / 2],
            upper: dots[dots.len() * 3 / 4],
            dots,
        }
    }

    #[test]
    fn dots_pile_up_and_stay_inside() {
        let mut seconds = vec![0; 20];
        seconds.extend([60; 12]);
        seconds.extend([7_200; 8]);
        let strip = strip(&quantiles(&seconds));
        assert_eq!(strip.dots.len(), 40);
        assert_eq!(strip.dots[0].0, "0.0%");
        for (_, down) in &strip.dots {
            let down: f64 = down.parse().unwrap();
            assert!(down > 0.0 && down < HEIGHT_PX);
        }
        let heights: std::collections::BTreeSet<_> = strip.dots.iter().collect();
        assert_eq!(heights.len(), 40, "no dot hides another");
        assert_eq!(strip.label, Side::Right);
    }

    #[test]
    fn long_medians_are_labelled_inside() {
        let strip = strip(&quantiles(&[7_200; 5]));
        assert_eq!(strip.label, Side::Left);
        assert_eq!(strip.middle.1, "0.0%");
    }
}
