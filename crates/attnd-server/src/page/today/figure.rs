//! How is the timeline drawn and told? Rectangles, hour marks, a sentence and a table of the same.

use attnd_core::{Duration, TimeRange};

use crate::page::graph::hours::{HourMark, hour_marks, hours_around};
use crate::page::today::strip::{self, Drawn, Lane, Stop, Stretch, Strip};
use crate::page::today::view::{Lanes, Today};

/// The timeline, in the words and numbers its template writes down.
pub(crate) struct Figure {
    /// What it shows, in a sentence.
    pub(crate) summary: String,
    /// Whether the bars are parts of bins.
    pub(crate) drawn: Drawn,
    /// Labels of the lanes, top to bottom.
    pub(crate) labels: Vec<String>,
    /// The bars of all lanes when drawn in bins.
    pub(crate) bars: Vec<Rectangle>,
    /// What pointer and cursor stop at; the bars themselves when drawn singly.
    pub(crate) stops: Vec<Rectangle>,
    /// Hour marks.
    pub(crate) hours: Vec<HourMark>,
    /// Where the present moment is, on the present day.
    pub(crate) now: Option<String>,
    /// Height of all lanes in pixels.
    pub(crate) height: usize,
    /// The heading of the table.
    pub(crate) caption: String,
    /// The longest stretches in order of time.
    pub(crate) rows: Vec<StretchRow>,
}

/// A rectangle: places and widths in percent, heights in pixels.
pub(crate) struct Rectangle {
    pub(crate) x: String,
    pub(crate) width: String,
    pub(crate) y: String,
    pub(crate) height: String,
    /// What it is, for pointer and cursor; empty for a plain bar.
    pub(crate) words: String,
}

/// A row of the table.
pub(crate) struct StretchRow {
    pub(crate) from: String,
    pub(crate) to: String,
    pub(crate) length: String,
    pub(crate) name: String,
    pub(crate) title: String,
}

const LANE_PX: usize = 28;
const BAR_PX: usize = 16;
/// A bin that one lane has to itself: taller, for its height is read.
const BIN_PX: usize = 20;
const TABLE_ROWS: usize = 50;

/// The timeline of `today`; `None` when there is nothing to draw.
pub(crate) fn figure(today: &Today<'_>) -> Option<Figure> {
    let extent = today.extent()?;
    let stretches: Vec<Stretch> = today
        .day
        .spans
        .iter()
        .map(|span| Stretch {
            range: span.range,
            name: match today.lanes {
                Lanes::States | Lanes::Applications => today.name_of(span),
                Lanes::Categories => today.category_of(&span.category),
            },
        })
        .collect();
    let strip = Strip::of(&stretches, hours_around(today.locale(), today.day.date, today.day.range, extent))?;
    let height = strip.lanes.len() * LANE_PX;
    let stops = strip.stops.iter().map(|stop| stop_rectangle(today, stop, height)).collect();
    let (caption, rows) = table(today);
    Some(Figure {
        summary: summary(today, extent, &strip, &stretches),
        drawn: strip.drawn,
        labels: strip.lanes.iter().map(|lane| label(today, lane)).collect(),
        bars: strip.lanes.iter().enumerate().flat_map(|(index, lane)| bars(index, lane)).collect(),
        stops,
        hours: hour_marks(today.locale(), strip.range),
        now: strip.range.contains(today.now).then(|| percent(strip.place(today.now))),
        height,
        caption,
        rows,
    })
}

fn label(today: &Today<'_>, lane: &Lane) -> String {
    lane.name.clone().unwrap_or_else(|| today.text().other(&today.locale().count(lane.names)))
}

fn summary(today: &Today<'_>, extent: TimeRange, strip: &Strip, stretches: &[Stretch]) -> String {
    let locale = today.locale();
    let first = strip.lanes.first().and_then(|lane| lane.name.as_deref()).unwrap_or_default();
    let own = stretches.iter().filter(|stretch| stretch.name == first);
    let time: Duration = own.map(|stretch| stretch.range.duration()).sum();
    today.text().strip_summary(
        &locale.clock(extent.start()),
        &locale.clock(extent.end()),
        &locale.count(strip::joined(stretches).len()),
        first,
        &locale.length(time),
    )
}

fn stop_rectangle(today: &Today<'_>, stop: &Stop, height: usize) -> Rectangle {
    let (text, locale) = (today.text(), today.locale());
    let (from, to) = (locale.clock(stop.range.start()), locale.clock(stop.range.end()));
    let words = match (&stop.parts[..], stop.lane) {
        ([(name, time)], Some(_)) => text.stretch(&from, &to, name, &locale.length(*time)),
        (parts, _) => {
            let parts: Vec<_> =
                parts.iter().map(|(name, time)| text.stretch_part(name, &locale.length(*time))).collect();
            text.stretch_mixed(&from, &to, &parts.join(&text.stretch_comma()))
        }
    };
    let (y, height) = stop.lane.map_or((0, height), |lane| (lane * LANE_PX + (LANE_PX - BAR_PX) / 2, BAR_PX));
    Rectangle {
        x: percent(stop.x),
        width: percent(stop.width),
        y: y.to_string(),
        height: height.to_string(),
        words,
    }
}

/// Bars stand on the lane's floor, as high as their part of the bin.
fn bars(index: usize, lane: &Lane) -> impl Iterator<Item = Rectangle> {
    let floor = (index * LANE_PX + (LANE_PX + BIN_PX) / 2) as f64;
    lane.bars.iter().map(move |bar| {
        let height = bar.part * BIN_PX as f64;
        Rectangle {
            x: percent(bar.x),
            width: percent(bar.width),
            y: format!("{:.1}", floor - height),
            height: format!("{height:.1}"),
            words: String::new(),
        }
    })
}

fn percent(value: f64) -> String {
    format!("{value:.3}%")
}

/// The longest stretches in order of time, with titles.
fn table(today: &Today<'_>) -> (String, Vec<StretchRow>) {
    let (text, locale) = (today.text(), today.locale());
    let mut spans: Vec<_> = today.day.spans.iter().collect();
    let all = locale.count(spans.len());
    spans.sort_by_key(|span| std::cmp::Reverse(span.range.duration()));
    let caption = match spans.len() {
        1 => text.stretches_one(),
        count if count > TABLE_ROWS => text.stretches_longest(&locale.count(TABLE_ROWS), &all),
        _ => text.stretches_all(&all),
    };
    spans.truncate(TABLE_ROWS);
    spans.sort_by_key(|span| span.range.start());
    let row = |span: &&attnd_engine::flow::DaySpan| StretchRow {
        from: locale.clock(span.range.start()),
        to: locale.clock(span.range.end()),
        length: locale.length(span.range.duration()),
        name: today.name_of(span),
        title: span.title.clone(),
    };
    (caption, spans.iter().map(row).collect())
}
