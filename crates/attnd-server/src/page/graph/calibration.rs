//! When it says 70 %, how often is it so? One dot for each range of what was said, as large as its
//! answers are many, with how far it may be off by chance; the diagonal is right.

/// The picture's size in its own units, without the room for its labels.
pub(crate) const SIDE: f64 = 240.0;

/// What was said and what came true.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Said {
    /// The mean of what was said, 0 to 1.
    pub(crate) said: f64,
    /// Answers in this range.
    pub(crate) count: u64,
    /// Answers among them that were yes.
    pub(crate) yes: u64,
}

/// A dot: places and sizes in the picture's units.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Dot {
    /// Across.
    pub(crate) x: String,
    /// Down.
    pub(crate) y: String,
    /// How large.
    pub(crate) radius: String,
    /// Where chance alone may have put it: the upper end, and the lower.
    pub(crate) upper: String,
    pub(crate) lower: String,
}

/// The dots of ranges that have any answers.
pub(crate) fn dots(said: &[Said]) -> Vec<Dot> {
    let most = said.iter().map(|range| range.count).max().unwrap_or_default();
    said.iter().filter(|range| range.count > 0).map(|range| dot(range, most)).collect()
}

fn dot(range: &Said, most: u64) -> Dot {
    let (lower, upper) = chance(range.yes, range.count);
    let down = |share: f64| format!("{:.1}", (1.0 - share) * SIDE);
    // The area tells how many: a dot of four times the answers is twice as wide.
    let radius = 3.0 + 6.0 * (range.count as f64 / most as f64).sqrt();
    Dot {
        x: format!("{:.1}", range.said.clamp(0.0, 1.0) * SIDE),
        y: down(range.yes as f64 / range.count as f64),
        radius: format!("{radius:.1}"),
        upper: down(upper),
        lower: down(lower),
    }
}

/// Where the true share of yes lies with a probability of 95 %, after `yes` of `count` answers:
/// Wilson's score interval (Wilson 1927, doi 10.1080/01621459.1927.10502953).
pub(crate) fn chance(yes: u64, count: u64) -> (f64, f64) {
    const Z: f64 = 1.959_963_984_540_054;
    if count == 0 {
        return (0.0, 1.0);
    }
    let n = count as f64;
    let share = yes as f64 / n;
    let spread = 1.0 + Z * Z / n;
    let middle = (share + Z * Z / (2.0 * n)) / spread;
    let half = Z * (share * (1.0 - share) / n + Z * Z / (4.0 * n * n)).sqrt() / spread;
    ((middle - half).max(0.0), (middle + half).min(1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Newcombe 1998, doi 10.1002/(SICI)1097-0258(19980430)17:8<857::AID-SIM777>3.0.CO;2-E, table I,
    /// method 3.
    #[test]
    fn the_interval_is_as_published() {
        for (yes, count, lower, upper) in [
            (81, 263, 0.2553, 0.3662),
            (15, 148, 0.0624, 0.1605),
            (0, 20, 0.0, 0.1611),
            (1, 29, 0.0061, 0.1718),
        ] {
            let (low, high) = chance(yes, count);
            assert!((low - lower).abs() < 5e-5 && (high - upper).abs() < 5e-5, "{yes}/{count}: {low} {high}");
        }
        assert_eq!(chance(0, 0), (0.0, 1.0));
    }

    #[test]
    fn what_is_right_stands_on_the_diagonal() {
        let drawn = dots(&[
            Said { said: 0.25, count: 4, yes: 1 },
            Said { said: 0.5, count: 0, yes: 0 },
            Said { said: 0.75, count: 16, yes: 12 },
        ]);
        assert_eq!(drawn.len(), 2, "a range without answers has no dot");
        let place = |dot: &Dot| (dot.x.clone(), dot.y.clone(), dot.radius.clone());
        assert_eq!(place(&drawn[0]), ("60.0".into(), "180.0".into(), "6.0".into()));
        assert_eq!(place(&drawn[1]), ("180.0".into(), "60.0".into(), "9.0".into()));
        let whisker = |dot: &Dot| dot.lower.parse::<f64>().unwrap() - dot.upper.parse::<f64>().unwrap();
        assert!(whisker(&drawn[0]) > whisker(&drawn[1]), "few answers tell less");
    }
}
