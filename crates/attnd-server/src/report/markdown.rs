//! How does a report read as plain text? CommonMark with tables, set in columns, so that it reads as
//! well in a terminal as on a page made from it.

use std::fmt::Write;

use attnd_engine::measure::FlowState;

use super::Report;
use super::chart::{Chart, ChartRow, Layout};
use super::document::{Cell, Document, Part, Side, Table, document};

/// The report as Markdown.
pub(crate) fn markdown(report: &Report<'_>) -> String {
    let Document { title, period, notices, sentence, certainty, sections } = document(report);
    let mut text = format!("# {}\n", escaped(&title));
    // A day is its own title.
    let period = Some(period).filter(|period| !title.contains(period.as_str()));
    let paragraphs = period.into_iter().chain(notices).chain([sentence, certainty]);
    for paragraph in paragraphs.filter(|paragraph| !paragraph.is_empty()) {
        let _ = write!(text, "\n{}\n", escaped(&paragraph));
    }
    for section in sections {
        let _ = write!(text, "\n## {}\n", escaped(&section.heading));
        if !section.lead.is_empty() && !section.parts.iter().any(|part| matches!(part, Part::Chart(_))) {
            let _ = write!(text, "\n{}\n", escaped(&section.lead));
        }
        for part in section.parts {
            text.push('\n');
            text += &match part {
                Part::Chart(chart) => {
                    let key = escaped(&chart.plain_key(report));
                    format!("{}\n\n{}\n\n{key}\n", escaped(&chart.description), strip(&chart))
                }
                Part::Table(table) => rows(&table),
            };
        }
    }
    text
}

impl Chart {
    fn plain_key(&self, report: &Report<'_>) -> String {
        let [focus, shallow, switching, interrupted, away] = &self.key;
        report.text().strip_key(focus, shallow, switching, interrupted, away)
    }
}

/// The chart as letters: one for each quarter or half of an hour, the state that had most of it.
fn strip(chart: &Chart) -> String {
    let per_hour = if chart.hours > 14.0 { 2.0 } else { 4.0 };
    let slots = (chart.hours * per_hour).round() as usize;
    let rows: Vec<(&str, String)> = match chart.layout {
        Layout::Lanes => vec![("", letters(&chart.rows, slots))],
        Layout::Days => chart
            .rows
            .iter()
            .map(|row| (row.plain.as_str(), letters(std::slice::from_ref(row), slots)))
            .collect(),
    };
    let margin = rows.iter().map(|(label, _)| label.len() + 1).max().unwrap_or_default();
    let mut text = String::from("```text\n");
    let mut hours = vec![' '; margin + slots + 2];
    for tick in &chart.ticks {
        let at = margin + (tick.at * slots as f64).round() as usize;
        for (cell, digit) in hours[at..].iter_mut().zip(tick.label.chars()) {
            *cell = digit;
        }
    }
    let _ = writeln!(text, "{}", hours.into_iter().collect::<String>().trim_end());
    for (label, letters) in rows {
        let _ = writeln!(text, "{}", format!("{label:margin$}{letters}").trim_end());
    }
    text + "```"
}

fn letters(rows: &[ChartRow], slots: usize) -> String {
    let part = 1.0 / slots as f64;
    let letter = |slot: usize| {
        let (start, end) = (slot as f64 * part, (slot + 1) as f64 * part);
        let mut areas = [0.0_f64; 5];
        for mark in rows.iter().flat_map(|row| &row.marks) {
            let width = (mark.to.min(end) - mark.from.max(start)).max(0.0);
            areas[mark.state as usize] += width * mark.height;
        }
        let most = FlowState::ALL.into_iter().zip(areas).max_by(|a, b| a.1.total_cmp(&b.1));
        // Below a tenth of the slot, nothing is said of it.
        most.filter(|(_, area)| *area > part / 10.0).map_or(' ', |(state, _)| match state {
            FlowState::Focus => 'F',
            FlowState::Shallow => 's',
            FlowState::Switching => 'x',
            FlowState::Interrupted => 'i',
            FlowState::Away => '.',
        })
    };
    (0..slots).map(letter).collect()
}

/// A table; every row has the cells its head has.
fn rows(table: &Table) -> String {
    let head: Vec<String> = table.columns.iter().map(|column| escaped(&column.label)).collect();
    let body: Vec<Vec<String>> = table.rows.iter().map(|row| row.iter().map(cell).collect()).collect();
    let width = |column: usize| {
        let cells = body.iter().filter_map(|row| row.get(column)).chain(head.get(column));
        // Prose is not filled up: its longest line would be everybody's.
        cells.map(|text| cells_of(text)).max().unwrap_or_default().clamp(3, 48)
    };
    let widths: Vec<usize> = (0..head.len()).map(width).collect();
    let mut text = line(&head, &widths, table);
    let rules = widths.iter().zip(&table.columns).map(|(width, column)| match column.side {
        Side::Start => "-".repeat(*width),
        Side::End => format!("{}:", "-".repeat(width - 1)),
    });
    let _ = writeln!(text, "| {} |", rules.collect::<Vec<_>>().join(" | "));
    for row in &body {
        text += &line(row, &widths, table);
    }
    text
}

fn line(cells: &[String], widths: &[usize], table: &Table) -> String {
    let padded = cells.iter().zip(widths).zip(&table.columns).map(|((text, width), column)| {
        let padding = " ".repeat(width.saturating_sub(cells_of(text)));
        match column.side {
            Side::Start => format!("{text}{padding}"),
            Side::End => format!("{padding}{text}"),
        }
    });
    format!("| {} |\n", padded.collect::<Vec<_>>().join(" | "))
}

fn cell(cell: &Cell) -> String {
    const BAR: f64 = 16.0;
    let length = |part: f64| (part.clamp(0.0, 1.0) * BAR).round() as usize;
    match cell {
        Cell::Text(text) | Cell::Heat { text, .. } => escaped(text),
        Cell::Share(part) => "█".repeat(length(*part)),
        Cell::Bar { solid, pale } => {
            "█".repeat(length(*solid)) + &"░".repeat(length(*pale).saturating_sub(length(*solid)))
        }
    }
}

/// The text without anything Markdown or a reader of HTML would take for more than letters.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\\' | '`' | '*' | '_' | '{' | '}' | '[' | ']' | '#' | '|' | '~' | '!' | '$' => {
                safe.push('\\');
                safe.push(character);
            }
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '&' => safe.push_str("&amp;"),
            // A name that calls somebody, or is an address, stays a name.
            '@' => safe.push_str("&#64;"),
            ':' => safe.push(character),
            // Marks that turn the direction of what follows, and lines within a line.
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {}
            character if character.is_control() => safe.push(' '),
            character => safe.push(character),
        }
    }
    safe
}

/// Cells a terminal gives a text: two for a character from Hangul and Chinese on.
fn cells_of(text: &str) -> usize {
    let cells = |character: char| {
        if character as u32 >= 0x1100 && !matches!(character, '\u{2000}'..='\u{2BFF}') { 2 } else { 1 }
    };
    text.chars().map(cells).sum()
}
