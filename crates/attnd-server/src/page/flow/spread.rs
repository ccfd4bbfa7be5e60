//! How is a value spread over days? By order, never by a mean: one long day would tell of the others.

use attnd_core::Duration;

/// Lengths in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Spread {
    /// How many.
    pub(crate) count: usize,
    /// The shortest.
    pub(crate) least: Duration,
    /// A quarter is shorter.
    pub(crate) lower: Duration,
    /// Half are shorter.
    pub(crate) median: Duration,
    /// A quarter is longer.
    pub(crate) upper: Duration,
    /// The longest.
    pub(crate) most: Duration,
}

impl Spread {
    /// The spread of some lengths; `None` of none.
    pub(crate) fn of(mut lengths: Vec<Duration>) -> Option<Self> {
        lengths.sort_unstable();
        let (least, most) = (*lengths.first()?, *lengths.last()?);
        let at = |part: f64| quantile(&lengths, part);
        Some(Self { count: lengths.len(), least, lower: at(0.25), median: at(0.5), upper: at(0.75), most })
    }
}

/// The length below which `part` of the sorted lengths lie, interpolated (type 7 of Hyndman and
/// Fan 1996, doi 10.1080/00031305.1996.10473566).
fn quantile(sorted: &[Duration], part: f64) -> Duration {
    let place = (sorted.len() - 1) as f64 * part;
    let (below, rest) = (place.floor() as usize, place.fract());
    let low = sorted[below];
    let high = sorted[(below + 1).min(sorted.len() - 1)];
    Duration::from_ns(low.ns() + ((high.ns() - low.ns()) as f64 * rest).round() as i64)
}

/// The 95 % interval of a share that was seen as `part` of `whole` draws (Wilson 1927,
/// doi 10.1080/01621459.1927.10502953). Nothing seen, nothing known: 0 to 1.
pub(crate) fn wilson(part: f64, whole: f64) -> (f64, f64) {
    const Z: f64 = 1.959_963_984_540_054;
    if whole <= 0.0 {
        return (0.0, 1.0);
    }
    let share = (part / whole).clamp(0.0, 1.0);
    let scale = 1.0 + Z * Z / whole;
    let centre = (share + Z * Z / (2.0 * whole)) / scale;
    let reach = Z * (share * (1.0 - share) / whole + Z * Z / (4.0 * whole * whole)).sqrt() / scale;
    ((centre - reach).max(0.0), (centre + reach).min(1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spread(minutes: &[u32]) -> Option<Spread> {
        Spread::of(minutes.iter().map(|minutes| Duration::from_s(minutes * 60)).collect())
    }

    #[test]
    fn quartiles_are_those_of_the_textbook() {
        assert_eq!(spread(&[]), None);
        let one_to_five = spread(&[50, 10, 30, 20, 40]).unwrap();
        let minutes =
            [one_to_five.lower, one_to_five.median, one_to_five.upper].map(|part| part.ns() / 60_000_000_000);
        assert_eq!(minutes, [20, 30, 40]);
        let even = spread(&[10, 20]).unwrap();
        assert_eq!((even.lower, even.median), (Duration::from_s(750), Duration::from_s(900)));
    }

    /// Agresti and Coull 1998 (doi 10.1080/00031305.1998.10480550): of 10 draws none is up to
    /// 0.278, and of 10 draws 5 is 0.237 to 0.763.
    #[test]
    fn the_interval_is_wilsons() {
        let (low, high) = wilson(0.0, 10.0);
        assert!(low.abs() < 1e-12 && (high - 0.278).abs() < 0.000_5);
        let (low, high) = wilson(5.0, 10.0);
        assert!((low - 0.237).abs() < 0.000_5 && (high - 0.763).abs() < 0.000_5);
        assert_eq!(wilson(0.0, 0.0), (0.0, 1.0));
    }
}
