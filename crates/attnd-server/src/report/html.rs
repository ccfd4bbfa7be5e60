//! How does a report look? One HTML file that opens anywhere: no script, nothing loaded, light and
//! dark, on a phone, and on A4.

use std::fmt::Write;

use askama::Template;
use attnd_engine::measure::FlowState;

use super::chart::{Chart, ChartRow, Layout, Room};
use super::document::{Cell, Document, Part, Side, Table, TableKind, document};
use super::style::STYLE;
use super::{Origin, Report};

/// The report as HTML.
///
/// # Errors
/// [`askama::Error`] when the template cannot be written.
pub(crate) fn html(report: &Report<'_>) -> askama::Result<String> {
    ReportFile {
        language: report.locale.language.tag(),
        style: &STYLE,
        // A printed page is told from others by this.
        mark: if report.simulated == Origin::Simulated { "simulated" } else { "recorded" },
        document: document(report),
    }
    .render()
}

#[derive(Template)]
#[template(path = "report/report.html")]
struct ReportFile<'a> {
    language: &'static str,
    style: &'a str,
    mark: &'static str,
    document: Document,
}

/// Drawn places are whole numbers out of so many: a tenth of a pixel on the widest screen.
const WIDTH: f64 = 20_000.0;
/// Height of a row and of the bars in it, in pixels.
const LANE_PX: (f64, f64) = (26.0, 14.0);
const DAY_PX: (f64, f64) = (18.0, 15.0);

/// The shapes of one state.
struct Shape {
    class: &'static str,
    path: String,
}

/// A label of the legend.
struct Key<'a> {
    class: &'static str,
    label: &'a str,
}

impl Chart {
    const fn row_px(&self) -> (f64, f64) {
        match self.layout {
            Layout::Lanes => LANE_PX,
            Layout::Days => DAY_PX,
        }
    }

    fn class(&self) -> &'static str {
        match self.layout {
            Layout::Lanes => "lanes",
            Layout::Days => "days",
        }
    }

    fn height_px(&self) -> f64 {
        self.row_px().0 * self.rows.len() as f64
    }

    fn view_box(&self) -> String {
        format!("0 0 {WIDTH} {}", self.height_px())
    }

    /// One path a state: a thousand rectangles are a thousand elements, one path is one.
    fn shapes(&self) -> Vec<Shape> {
        let shape = |state| {
            let rows = self.rows.iter().enumerate();
            let path = rows.fold(String::new(), |path, (index, row)| path + &self.path(index, row, state));
            Shape { class: class(state), path }
        };
        FlowState::ALL.into_iter().map(shape).filter(|shape| !shape.path.is_empty()).collect()
    }

    fn path(&self, index: usize, row: &ChartRow, state: FlowState) -> String {
        let (row_px, bar_px) = self.row_px();
        let bottom = row_px * index as f64 + f64::midpoint(row_px, bar_px);
        let mut path = String::new();
        for mark in row.marks.iter().filter(|mark| mark.state == state) {
            let x = (mark.from * WIDTH).round();
            // What is shorter than a pixel is still there.
            let width = (mark.to * WIDTH).round().max(x + 10.0) - x;
            let (y, height) = (bottom - (mark.floor + mark.height) * bar_px, mark.height * bar_px);
            let _ = write!(path, "M{x} {y:.1}h{width}v{height:.1}h-{width}z");
        }
        path
    }

    /// What the colours are, where no lane says so.
    fn keys(&self) -> Vec<Key<'_>> {
        let keys = FlowState::ALL.into_iter().zip(&self.key).take(4);
        match self.layout {
            Layout::Lanes => Vec::new(),
            Layout::Days => keys.map(|(state, label)| Key { class: class(state), label }).collect(),
        }
    }
}

impl super::chart::Tick {
    fn percent(&self) -> String {
        format!("{:.3}%", self.at * 100.0)
    }

    fn class(&self) -> &'static str {
        match self.room {
            Room::Narrow => "",
            Room::Wide => "wide",
            Room::Nowhere => "none",
        }
    }
}

impl Table {
    fn class(&self) -> &'static str {
        match self.kind {
            TableKind::Plain => "plain",
            TableKind::Heat => "heat",
            TableKind::Prose => "prose",
            TableKind::Dates => "plain dates",
        }
    }

    fn side(&self, column: &usize) -> &'static str {
        match self.columns.get(*column).map(|column| column.side) {
            Some(Side::End) => "number",
            _ => "words",
        }
    }
}

fn class(state: FlowState) -> &'static str {
    match state {
        FlowState::Focus => "focus",
        FlowState::Shallow => "shallow",
        FlowState::Switching => "switching",
        FlowState::Interrupted => "interrupted",
        FlowState::Away => "away",
    }
}

/// A part from 0 to 1 as the length of a bar.
fn percent(part: &f64) -> String {
    format!("{:.1}%", part.clamp(0.0, 1.0) * 100.0)
}
