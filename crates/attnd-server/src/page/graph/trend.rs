//! Does it rise or fall? One dot a step, and a line at the median: small, to be set beside others.

/// How high the picture is, in pixels.
pub(crate) const HEIGHT_PX: f64 = 72.0;
/// Room for half a dot at both edges.
const EDGE_PX: f64 = 4.0;

/// A step of a trend.
pub(crate) struct TrendValue {
    /// How much; `None` where there was nothing to measure.
    pub(crate) value: Option<f64>,
    /// Whether it is an ordinary day.
    pub(crate) kind: StepKind,
    /// What it is, in words.
    pub(crate) words: String,
}

/// Which steps differ from the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum StepKind {
    /// A working day, or a longer step.
    Plain,
    /// Saturday or Sunday.
    Weekend,
}

/// A trend, drawn. Places across in percent, heights in pixels.
pub(crate) struct Trend {
    /// The dots.
    pub(crate) dots: Vec<Dot>,
    /// Grounds of weekends: across, how wide.
    pub(crate) weekends: Vec<(String, String)>,
    /// Where the median's line is, down.
    pub(crate) median: Option<String>,
}

/// A dot.
pub(crate) struct Dot {
    /// Across.
    pub(crate) x: String,
    /// Down.
    pub(crate) y: String,
    /// Whether it is a weekend's, drawn hollow.
    pub(crate) kind: StepKind,
    /// What it is, in words.
    pub(crate) words: String,
}

impl Dot {
    /// Whether to draw it hollow.
    pub(crate) fn hollow(&self) -> bool {
        self.kind == StepKind::Weekend
    }
}

/// The picture of values between 0 and `top`.
pub(crate) fn trend(values: Vec<TrendValue>, median: Option<f64>, top: f64) -> Trend {
    let step = 100.0 / values.len().max(1) as f64;
    let down = |value: f64| {
        let part = if top > 0.0 { (value / top).clamp(0.0, 1.0) } else { 0.0 };
        format!("{:.1}", HEIGHT_PX - EDGE_PX - part * (HEIGHT_PX - 2.0 * EDGE_PX))
    };
    let weekends = (values.iter().enumerate())
        .filter(|(_, value)| value.kind == StepKind::Weekend)
        .map(|(index, _)| (percent(index as f64 * step), percent(step)))
        .collect();
    let dots = (values.into_iter().enumerate())
        .filter_map(|(index, value)| {
            Some(Dot {
                x: percent((index as f64 + 0.5) * step),
                y: down(value.value?),
                kind: value.kind,
                words: value.words,
            })
        })
        .collect();
    Trend { dots, weekends, median: median.map(down) }
}

/// The value in the middle; of an even number, the middle of the two. `None` of nothing.
pub(crate) fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let half = values.len() / 2;
    let upper = *values.get(half)?;
    if values.len().is_multiple_of(2) { Some(f64::midpoint(values[half - 1], upper)) } else { Some(upper) }
}

fn percent(value: f64) -> String {
    format!("{value:.2}%")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(value: Option<f64>, kind: StepKind) -> TrendValue {
        TrendValue { value, kind, words: String::new() }
    }

    #[test]
    fn the_middle_is_no_mean() {
        assert_eq!(median(vec![]), None);
        assert_eq!(median(vec![3.0, 1.0, 1_000.0]), Some(3.0));
        assert_eq!(median(vec![4.0, 1.0, 2.0, 1_000.0]), Some(3.0));
    }

    #[test]
    fn dots_stand_in_the_middle_of_their_steps() {
        let values = vec![
            value(Some(0.0), StepKind::Plain),
            value(None, StepKind::Weekend),
            value(Some(10.0), StepKind::Weekend),
            value(Some(99.0), StepKind::Plain),
        ];
        let trend = trend(values, Some(5.0), 10.0);
        let places: Vec<_> = trend.dots.iter().map(|dot| (dot.x.as_str(), dot.y.as_str())).collect();
        assert_eq!(places, [("12.50%", "68.0"), ("62.50%", "4.0"), ("87.50%", "4.0")]);
        assert_eq!(trend.weekends, [("25.00%".into(), "25.00%".into()), ("50.00%".into(), "25.00%".into())]);
        assert_eq!(trend.median.as_deref(), Some("36.0"));
        assert!(trend.dots[1].hollow() && !trend.dots[0].hollow());
    }
}
