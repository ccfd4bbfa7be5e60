//! Does it get better with more answers? Lines over answers, each named where it ends.

/// The picture's units across and down; strokes keep their width.
pub(crate) const WIDTH: f64 = 1_000.0;
pub(crate) const HEIGHT_PX: f64 = 200.0;

/// Names closer to each other than this would touch.
const NAME_PX: f64 = 18.0;

/// One line: what is drawn, from left to right.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Line {
    /// What it is called.
    pub(crate) name: String,
    /// Its class in the style sheet.
    pub(crate) class: &'static str,
    /// Answers before, and the loss.
    pub(crate) points: Vec<(f64, f64)>,
}

/// A line, drawn.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Drawn {
    /// What it is called.
    pub(crate) name: String,
    /// Its class in the style sheet.
    pub(crate) class: &'static str,
    /// Its path.
    pub(crate) path: String,
    /// Where its name stands, in pixels down.
    pub(crate) label_y: String,
    /// What it ends on.
    pub(crate) last: f64,
}

/// The lines, drawn within 0 and `top`, over as many answers as the longest has.
pub(crate) fn learning(lines: Vec<Line>, top: f64) -> Vec<Drawn> {
    let most = lines.iter().flat_map(|line| &line.points).map(|point| point.0).fold(1.0, f64::max);
    let least = lines.iter().flat_map(|line| &line.points).map(|point| point.0).fold(most, f64::min);
    let across = |answers: f64| (answers - least) / (most - least).max(1.0) * WIDTH;
    let down = |loss: f64| (1.0 - (loss / top).clamp(0.0, 1.0)) * HEIGHT_PX;
    let ends: Vec<f64> =
        lines.iter().map(|line| line.points.last().map_or(HEIGHT_PX, |point| down(point.1))).collect();
    let labels = apart(&ends);
    lines
        .into_iter()
        .zip(labels)
        .filter_map(|(line, label)| {
            let last = line.points.last()?.1;
            let mut path = String::new();
            for (index, (answers, loss)) in line.points.iter().enumerate() {
                let turn = if index == 0 { 'M' } else { 'L' };
                path += &format!("{turn}{:.0} {:.1}", across(*answers), down(*loss));
            }
            Some(Drawn { name: line.name, class: line.class, path, label_y: format!("{label:.1}"), last })
        })
        .collect()
}

/// The places, moved as little as keeps them apart and inside.
fn apart(places: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..places.len()).collect();
    order.sort_by(|a, b| places[*a].total_cmp(&places[*b]));
    let mut moved = places.to_vec();
    for pair in order.windows(2) {
        moved[pair[1]] = moved[pair[1]].max(moved[pair[0]] + NAME_PX);
    }
    let mut below = HEIGHT_PX;
    for index in order.into_iter().rev() {
        moved[index] = moved[index].min(below);
        below = moved[index] - NAME_PX;
    }
    moved
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(name: &str, points: &[(f64, f64)]) -> Line {
        Line { name: name.into(), class: "ours", points: points.to_vec() }
    }

    #[test]
    fn lines_run_over_the_same_answers() {
        let drawn = learning(vec![line("a", &[(0.0, 1.0), (10.0, 0.5)]), line("b", &[(5.0, 0.25)])], 1.0);
        assert_eq!(drawn[0].path, "M0 0.0L1000 100.0");
        assert_eq!(drawn[1].path, "M500 150.0");
        assert_eq!((drawn[0].label_y.as_str(), drawn[1].label_y.as_str()), ("100.0", "150.0"));
    }

    #[test]
    fn names_do_not_touch_and_stay_inside() {
        let labels = apart(&[199.0, 198.0, 10.0, 200.0]);
        let mut sorted = labels.clone();
        sorted.sort_by(f64::total_cmp);
        assert!(sorted.windows(2).all(|pair| pair[1] - pair[0] >= NAME_PX - 1e-9), "{labels:?}");
        assert!(sorted[3] <= HEIGHT_PX && sorted[0] >= 0.0);
        assert_eq!(labels[2], 10.0, "what is alone stays");
    }

    #[test]
    fn nothing_is_drawn_of_nothing() {
        assert_eq!(learning(vec![line("a", &[])], 1.0), Vec::new());
    }
}
