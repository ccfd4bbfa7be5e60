//! How likely was it, and how sure is that? A line within its band; where it is not known, neither.
//!
//! What is unknown is drawn as a ground of its own and never as zero: a gap at the bottom would read
//! as "not at all".

/// The picture's units across, and down.
pub(crate) const WIDTH: i64 = 10_000;
pub(crate) const HEIGHT: i64 = 100;

/// Steps narrower than this are gathered: on a phone it is about one pixel.
const LEAST_WIDTH: i64 = 40;

/// A stretch of the picture.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Step {
    /// Where it begins, in units across.
    pub(crate) start: i64,
    /// Where it ends.
    pub(crate) end: i64,
    /// How likely; `None` where that is not known.
    pub(crate) value: Option<Likely>,
}

/// How likely, from 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Likely {
    /// The lower end of what it may be.
    pub(crate) low: f64,
    /// The best guess.
    pub(crate) yes: f64,
    /// The upper end.
    pub(crate) high: f64,
}

/// The paths of the picture.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Likelihood {
    /// From the lower to the upper end, closed.
    pub(crate) band: String,
    /// The best guess, open.
    pub(crate) line: String,
    /// Where nothing is known: from where and how wide, in units across. Drawn outside the stretched
    /// picture, for hatching must not be stretched with it.
    pub(crate) unknown: Vec<(i64, i64)>,
}

/// The picture of steps in the order of time.
pub(crate) fn likelihood(steps: &[Step]) -> Likelihood {
    let mut picture = Likelihood::default();
    let steps = gathered(steps);
    for run in steps.chunk_by(|a, b| a.end == b.start && a.value.is_some() == b.value.is_some()) {
        let (Some(first), Some(last)) = (run.first(), run.last()) else { continue };
        if first.value.is_none() {
            picture.unknown.push((first.start, last.end - first.start));
            continue;
        }
        let known = || run.iter().filter_map(|step| step.value.map(|value| (step, value)));
        for (index, (step, value)) in known().enumerate() {
            let turn = if index == 0 { 'M' } else { 'L' };
            picture.line += &format!("{turn}{} {}H{}", step.start, down(value.yes), step.end);
            picture.band += &format!("{turn}{} {}H{}", step.start, down(value.high), step.end);
        }
        for (step, value) in known().collect::<Vec<_>>().into_iter().rev() {
            picture.band += &format!("L{} {}H{}", step.end, down(value.low), step.start);
        }
        picture.band.push('z');
    }
    picture
}

/// Steps too narrow to see, joined with those beside them: their mean by width, and known where at
/// least half of it is.
fn gathered(steps: &[Step]) -> Vec<Step> {
    let mut wide: Vec<Step> = Vec::new();
    let mut open: Vec<Step> = Vec::new();
    for step in steps.iter().filter(|step| step.end > step.start) {
        let is_apart = open.last().is_some_and(|last| last.end != step.start);
        let is_wide = open.first().is_some_and(|first| step.end - first.start > LEAST_WIDTH);
        if is_apart || is_wide {
            wide.extend(joined(&std::mem::take(&mut open)));
        }
        open.push(*step);
    }
    wide.extend(joined(&open));
    wide
}

fn joined(steps: &[Step]) -> Option<Step> {
    let (first, last) = (steps.first()?, steps.last()?);
    let known: Vec<(f64, Likely)> = steps
        .iter()
        .filter_map(|step| step.value.map(|value| ((step.end - step.start) as f64, value)))
        .collect();
    let width: f64 = known.iter().map(|(width, _)| width).sum();
    let mean = |of: fn(&Likely) -> f64| known.iter().map(|(w, value)| w * of(value)).sum::<f64>() / width;
    let value = (width * 2.0 >= (last.end - first.start) as f64 && width > 0.0).then(|| Likely {
        low: mean(|value| value.low),
        yes: mean(|value| value.yes),
        high: mean(|value| value.high),
    });
    Some(Step { start: first.start, end: last.end, value })
}

/// The place down of a probability.
fn down(probability: f64) -> String {
    format!("{:.0}", (1.0 - probability.clamp(0.0, 1.0)) * HEIGHT as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(start: i64, end: i64, yes: f64) -> Step {
        Step { start, end, value: Some(Likely { low: yes - 0.1, yes, high: yes + 0.1 }) }
    }

    fn unknown(start: i64, end: i64) -> Step {
        Step { start, end, value: None }
    }

    #[test]
    fn a_line_stands_within_its_band() {
        let picture = likelihood(&[known(0, 100, 0.5), known(100, 200, 0.8)]);
        assert_eq!(picture.line, "M0 50H100L100 20H200");
        assert_eq!(picture.band, "M0 40H100L100 10H200L200 30H100L100 60H0z");
        assert_eq!(picture.unknown, []);
    }

    #[test]
    fn what_is_not_known_is_no_zero() {
        let picture =
            likelihood(&[known(0, 100, 0.5), unknown(100, 300), unknown(300, 400), known(400, 500, 0.4)]);
        assert_eq!(picture.unknown, [(100, 300)]);
        assert_eq!(picture.line, "M0 50H100M400 60H500", "the line does not cross what is not known");
        assert_eq!(likelihood(&[unknown(0, 100)]).line, "");
        assert_eq!(likelihood(&[]), Likelihood::default());
    }

    #[test]
    fn narrow_steps_are_joined_by_their_mean() {
        let picture = likelihood(&[known(0, 10, 0.2), known(10, 40, 0.6)]);
        assert_eq!(picture.line, "M0 50H40");
        let mostly_unknown = likelihood(&[known(0, 10, 0.2), unknown(10, 40)]);
        assert_eq!((mostly_unknown.line.as_str(), &mostly_unknown.unknown[..]), ("", &[(0, 40)][..]));
        let apart = likelihood(&[known(0, 10, 0.2), known(20, 30, 0.2)]);
        assert_eq!(apart.line, "M0 80H10M20 80H30", "time away is neither");
    }

    #[test]
    fn a_long_day_stays_small() {
        let minutes: Vec<Step> = (0..1_440)
            .map(|minute| known(minute * 7, minute * 7 + 7, f64::from(minute as i32 % 10) / 10.0))
            .collect();
        let picture = likelihood(&minutes);
        assert!(picture.band.len() + picture.line.len() < 16_000, "{}", picture.band.len());
    }
}
