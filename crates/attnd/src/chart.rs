//! How does a curve stand in a terminal? In Braille, of which each cell holds two by four dots, with an
//! axis, and each curve's name where it ends.

use crate::columns::{Room, cells_of};

/// A curve of evenly spaced values; those that are no numbers are left out.
pub(crate) struct Curve {
    /// What it is called.
    pub(crate) name: String,
    /// From left to right.
    pub(crate) values: Vec<f64>,
}

const ROWS: usize = 8;
const DOT_ROWS: usize = ROWS * 4;
/// Beyond this a curve only gets longer, not clearer.
const MOST_CELLS: usize = 72;
const LEAST_CELLS: usize = 16;
/// The first character of Unicode's Braille patterns: no dot.
const BLANK: u32 = 0x2800;
/// The bit of each dot of a cell, `[row][column]`.
const BITS: [[u32; 2]; 4] = [[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]];

/// The curves over the same axes, as lines that are ended; nothing where there is nothing to draw.
///
/// `across` says what stands left and right under the picture.
pub(crate) fn chart(curves: &[Curve], across: (&str, &str), room: Room) -> String {
    let known = || curves.iter().flat_map(|curve| &curve.values).copied().filter(|value| value.is_finite());
    let (least, most) = known().fold((f64::INFINITY, f64::NEG_INFINITY), |(l, m), v| (l.min(v), m.max(v)));
    if least > most {
        return String::new();
    }
    // A level curve stands in the middle.
    let margin = if most > least { 0.0 } else { most.abs().max(1.0) * 0.05 };
    let (least, most) = (least - margin, most + margin);
    let axis = [most, least].map(|value| format!("{value:.3}"));
    let axis_cells = axis.iter().map(|label| cells_of(label)).max().unwrap_or_default();
    let names = names(curves, least, most);
    let name_cells = names.iter().map(|name| cells_of(name)).max().unwrap_or_default();
    let cells = match room {
        Room::Cells(room) => room.saturating_sub(axis_cells + name_cells + 5).clamp(LEAST_CELLS, MOST_CELLS),
        Room::Plain => MOST_CELLS,
    };
    let mut dots = vec![vec![0; cells]; ROWS];
    for curve in curves {
        draw(&mut dots, &curve.values, least, most);
    }
    let mut text = String::new();
    for (row, (line, name)) in dots.iter().zip(&names).enumerate() {
        let label = match row {
            0 => &axis[0],
            _ if row == ROWS - 1 => &axis[1],
            _ => "",
        };
        let line: String = line.iter().filter_map(|bits| char::from_u32(BLANK + bits)).collect();
        let pad = " ".repeat(axis_cells - cells_of(label));
        text += format!("  {pad}{label} ┤{line} {name}").trim_end();
        text.push('\n');
    }
    let (left, right) = across;
    let gap = cells.saturating_sub(cells_of(left) + cells_of(right)).max(1);
    text += &format!("  {} {left}{}{right}\n", " ".repeat(axis_cells + 1), " ".repeat(gap));
    text
}

/// One line of blocks: how something went, without an axis.
pub(crate) fn sparkline(values: &[f64]) -> String {
    const BLOCKS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    let known = || values.iter().copied().filter(|value| value.is_finite());
    let (least, most) = known().fold((f64::INFINITY, f64::NEG_INFINITY), |(l, m), v| (l.min(v), m.max(v)));
    values
        .iter()
        .map(|value| {
            if !value.is_finite() {
                return ' ';
            }
            let part = if most > least { (value - least) / (most - least) } else { 0.5 };
            BLOCKS[((part * 7.0).round() as usize).min(7)]
        })
        .collect()
}

/// The row of dots, from the top.
fn dot_row(value: f64, least: f64, most: f64) -> usize {
    let part = (most - value) / (most - least);
    ((part * (DOT_ROWS - 1) as f64).round() as usize).min(DOT_ROWS - 1)
}

fn draw(dots: &mut [Vec<u32>], values: &[f64], least: f64, most: f64) {
    let columns = dots.first().map_or(0, |row| row.len() * 2);
    let mut before = None;
    for column in 0..columns {
        let Some(value) = value_at(values, column, columns) else {
            before = None;
            continue;
        };
        let row = dot_row(value, least, most);
        // A steep curve stays one line: the rows between two columns are filled.
        let from = before.unwrap_or(row);
        for dot in row.min(from)..=row.max(from) {
            dots[dot / 4][column / 2] |= BITS[dot % 4][column % 2];
        }
        before = Some(row);
    }
}

/// The value under a column of dots, between the two values it lies between.
fn value_at(values: &[f64], column: usize, columns: usize) -> Option<f64> {
    let last = values.len().checked_sub(1)?;
    let place = column as f64 / (columns - 1).max(1) as f64 * last as f64;
    let (low, high) = (values[place.floor() as usize], values[place.ceil() as usize]);
    let value = low + (high - low) * place.fract();
    value.is_finite().then_some(value)
}

/// What stands right of each row: the names of the curves that end there, or as near as there is room.
fn names(curves: &[Curve], least: f64, most: f64) -> Vec<String> {
    let mut rows = vec![String::new(); ROWS];
    let mut ends: Vec<(usize, &str, f64)> = curves
        .iter()
        .filter_map(|curve| {
            let last = curve.values.iter().copied().rfind(|value| value.is_finite())?;
            Some((dot_row(last, least, most) / 4, curve.name.as_str(), last))
        })
        .collect();
    ends.sort_by(|a, b| a.0.cmp(&b.0).then(b.2.total_cmp(&a.2)));
    for (row, name, last) in ends {
        let free = (row..ROWS).chain((0..row).rev()).find(|row| rows[*row].is_empty());
        if let Some(free) = free {
            rows[free] = format!("{name} {last:.3}");
        }
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    fn curve(name: &str, values: &[f64]) -> Curve {
        Curve { name: name.to_owned(), values: values.to_vec() }
    }

    #[test]
    fn a_curve_falls_from_the_upper_left() {
        let falling: Vec<f64> = (0..32).map(|step| 1.0 - f64::from(step) / 31.0).collect();
        let text = chart(&[curve("loss", &falling)], ("1", "32"), Room::Cells(40));
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.len(), ROWS + 1, "{text}");
        assert!(lines[0].starts_with("  1.000 ┤") && lines[ROWS - 1].starts_with("  0.000 ┤"), "{text}");
        assert!(lines[ROWS - 1].ends_with("loss 0.000"), "{text}");
        // From row to row the dots stand further right.
        let first_dot = |line: &str| {
            let cells = line.split('┤').nth(1).unwrap();
            cells.chars().position(|cell| ('\u{2801}'..='\u{28ff}').contains(&cell)).unwrap()
        };
        let places: Vec<usize> = lines[..ROWS].iter().map(|line| first_dot(line)).collect();
        assert!(places[0] == 0 && places.is_sorted(), "{places:?}\n{text}");
        assert!(lines[ROWS].ends_with("32"), "{text}");
    }

    #[test]
    fn two_curves_are_named_where_they_end() {
        let text = chart(
            &[curve("training", &[1.0, 0.5, 0.2]), curve("held out", &[1.0, 0.6, 0.7])],
            ("epoch 1", "3"),
            Room::Cells(60),
        );
        let line = |name: &str| text.lines().position(|line| line.contains(name)).unwrap();
        assert!(line("held out 0.700") < line("training 0.200"), "{text}");
        assert!(text.lines().all(|line| cells_of(line) <= 60), "{text}");
    }

    #[test]
    fn names_that_end_together_take_two_rows() {
        let text = chart(&[curve("a", &[0.0, 1.0]), curve("b", &[0.5, 1.0])], ("", ""), Room::Cells(60));
        assert!(text.contains("a 1.000") && text.contains("b 1.000"), "{text}");
    }

    #[test]
    fn what_is_no_number_is_not_drawn() {
        assert_eq!(chart(&[curve("a", &[f64::NAN])], ("", ""), Room::Plain), "");
        assert_eq!(chart(&[], ("", ""), Room::Plain), "");
        let gap = chart(&[curve("a", &[1.0, f64::NAN, f64::INFINITY, 2.0])], ("", ""), Room::Plain);
        assert!(gap.contains("a 2.000"), "{gap}");
        let level = chart(&[curve("a", &[3.0, 3.0])], ("", ""), Room::Cells(10));
        assert!(level.contains("a 3.000"), "{level}");
    }

    #[test]
    fn a_sparkline_has_one_sign_a_value() {
        assert_eq!(sparkline(&[0.0, 0.5, 1.0, f64::NAN]), "▁▅█ ");
        assert_eq!(sparkline(&[2.0, 2.0]), "▅▅");
        assert_eq!(sparkline(&[]), "");
    }
}
