//! How do columns stand in a terminal? In cells, of which a Chinese character takes two; with bars
//! where there is room, plain where a program reads.

use std::io::IsTerminal;

/// How wide a line may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Room {
    /// A terminal of so many cells.
    Cells(usize),
    /// A pipe or a file: whatever is needed, and no bars.
    Plain,
}

/// Rows under each other: the first column is words, the others numbers, a bar last.
#[derive(Default)]
pub(crate) struct Grid {
    head: Vec<String>,
    rows: Vec<(Vec<String>, Option<Bar>)>,
}

/// Parts of the longest bar, 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Bar {
    /// The solid part.
    pub(crate) solid: f64,
    /// The whole, of which the solid is a part.
    pub(crate) whole: f64,
}

/// Cells between columns, and before the first.
const GAP: usize = 2;
/// A longer name is cut where a terminal shows it.
const NAME_CELLS: usize = 34;
const BAR_CELLS: usize = 24;

impl Room {
    /// As wide as standard output is.
    pub(crate) fn of_output() -> Self {
        if !std::io::stdout().is_terminal() {
            return Self::Plain;
        }
        terminal_size::terminal_size().map_or(Self::Cells(80), |(width, _)| Self::Cells(width.0.into()))
    }
}

impl Bar {
    /// A bar without a part of its own.
    pub(crate) fn of(part: f64) -> Self {
        Self { solid: part, whole: part }
    }

    fn drawn(self, longest: usize) -> String {
        let cells = |part: f64| (part.clamp(0.0, 1.0) * longest as f64).round() as usize;
        let solid = cells(self.solid);
        "▪".repeat(solid) + &"▫".repeat(cells(self.whole).saturating_sub(solid))
    }
}

impl Grid {
    /// A grid with headings.
    pub(crate) fn with_head(head: impl IntoIterator<Item = String>) -> Self {
        Self { head: head.into_iter().collect(), rows: Vec::new() }
    }

    /// Adds a row.
    pub(crate) fn row(&mut self, cells: impl IntoIterator<Item = String>, bar: Option<Bar>) {
        self.rows.push((cells.into_iter().collect(), bar));
    }

    /// The rows as lines, each ended.
    pub(crate) fn written(&self, room: Room) -> String {
        let lines = || self.rows.iter().map(|(cells, _)| cells).chain(Some(&self.head));
        let count = lines().map(Vec::len).max().unwrap_or_default();
        let width = |column: usize| {
            lines().filter_map(|cells| cells.get(column)).map(|text| cells_of(text)).max().unwrap_or_default()
        };
        let mut widths: Vec<usize> = (0..count).map(width).collect();
        let mut bar_cells = 0;
        if let (Room::Cells(room), Some((name, numbers))) = (room, widths.split_first_mut()) {
            let taken: usize = numbers.iter().map(|width| width + GAP).sum::<usize>() + GAP;
            // Names give way first, but not beyond what can be read.
            *name = (*name).min(NAME_CELLS).min(room.saturating_sub(taken)).max(8);
            let left = room.saturating_sub(taken + *name + GAP + 1);
            bar_cells = if left < 6 { 0 } else { left.min(BAR_CELLS) };
        }
        let mut text = String::new();
        if !self.head.is_empty() {
            text += &line(&self.head, &widths, "");
        }
        for (cells, bar) in &self.rows {
            text += &line(cells, &widths, &bar.map(|bar| bar.drawn(bar_cells)).unwrap_or_default());
        }
        text
    }
}

fn line(cells: &[String], widths: &[usize], bar: &str) -> String {
    let mut text = String::new();
    for (column, (cell, width)) in cells.iter().zip(widths).enumerate() {
        let cell = cut(cell, *width);
        let padding = " ".repeat(width.saturating_sub(cells_of(&cell)));
        let gap = " ".repeat(GAP);
        text += &if column == 0 { format!("{gap}{cell}{padding}") } else { format!("{gap}{padding}{cell}") };
    }
    format!("{}\n", format!("{text}  {bar}").trim_end())
}

/// Cells a terminal gives a text: two for a character from Hangul and Chinese on.
pub(crate) fn cells_of(text: &str) -> usize {
    text.chars().map(cells_of_character).sum()
}

const fn cells_of_character(character: char) -> usize {
    if character as u32 >= 0x1100 && !matches!(character, '\u{2000}'..='\u{2BFF}') { 2 } else { 1 }
}

/// The text in at most so many cells. What would move the cursor is left out: names come from others.
fn cut(text: &str, most: usize) -> String {
    let text: String = text.chars().filter(|character| !character.is_control()).collect();
    if cells_of(&text) <= most {
        return text;
    }
    let mut short = String::new();
    let mut cells = 0;
    for character in text.chars() {
        cells += cells_of_character(character);
        if cells + 1 > most {
            break;
        }
        short.push(character);
    }
    short + "…"
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grid() -> Grid {
        let mut grid = Grid::default();
        for (name, time, part) in [
            ("Code", "9 h 59 min", 1.0),
            ("工作 › 编程", "2 小时 31 分钟", 0.5),
            ("a very long name of an application that goes on", "4 s", 0.0),
            ("很长的应用名称很长的应用名称很长的应用名称", "12 s", 0.1),
        ] {
            grid.row([name.to_owned(), time.to_owned()], Some(Bar::of(part)));
        }
        grid
    }

    /// Where the second column ends.
    fn ends(text: &str) -> Vec<usize> {
        text.lines().map(|line| cells_of(line.trim_end_matches(['▪', ' ']))).collect()
    }

    #[test]
    fn columns_stand_in_both_scripts() {
        for room in [Room::Cells(100), Room::Cells(80), Room::Cells(50), Room::Cells(30), Room::Plain] {
            let text = grid().written(room);
            let ends = ends(&text);
            assert!(ends.windows(2).all(|pair| pair[0] == pair[1]), "{ends:?}\n{text}");
        }
    }

    #[test]
    fn lines_fit_and_bars_give_way_first() {
        for cells in [100, 80, 60, 40, 30] {
            let text = grid().written(Room::Cells(cells));
            assert!(text.lines().all(|line| cells_of(line) <= cells), "{cells}\n{text}");
            assert_eq!(text.contains('▪'), cells >= 80, "{cells}\n{text}");
        }
        let plain = grid().written(Room::Plain);
        assert!(!plain.contains('▪') && plain.contains("an application that goes on"), "{plain}");
    }

    #[test]
    fn a_bar_shows_a_part_of_its_whole() {
        assert_eq!(Bar { solid: 0.25, whole: 0.5 }.drawn(8), "▪▪▫▫");
        assert_eq!(Bar { solid: 9.0, whole: f64::NAN }.drawn(3), "▪▪▪");
    }

    #[test]
    fn a_name_cannot_move_the_cursor() {
        assert_eq!(cut("a\u{1b}[2Jb\n", 20), "a[2Jb");
    }
}
