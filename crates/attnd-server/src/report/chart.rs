//! Where does each state lie? A lane for each state of a day; a row for each day of a longer period.
//!
//! ```text
//! a day            08   10   12   14        a week   08   10   12   14
//! Focus            ████  ███                Mon 16   ▇▇▅▇  ▆▇▂
//! Shallow              ██   ██              Tue 17   ▂▇▇▇▇ ▃▇
//! ```
//!
//! Places are parts of the width, so that one drawing fits screen, phone and paper.

use attnd_core::{Duration, TimeRange, Timestamp};
use attnd_engine::measure::{FlowState, StateBin, StateRun};
use jiff::civil::Date;

use super::{Period, Picture, Report};

/// States over time.
pub(super) struct Chart {
    /// What it is.
    pub(super) title: String,
    /// What it shows, for who does not see it.
    pub(super) description: String,
    /// From top to bottom.
    pub(super) rows: Vec<ChartRow>,
    /// Hours below.
    pub(super) ticks: Vec<Tick>,
    /// Which colour, and which letter, is what: states in the order of the lanes.
    pub(super) key: [String; 5],
    /// How many hours the width is.
    pub(super) hours: f64,
    /// What its rows are.
    pub(super) layout: Layout,
}

/// What the rows of a chart are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Layout {
    /// One for each state.
    Lanes,
    /// One for each day.
    Days,
}

/// A row of a chart.
pub(super) struct ChartRow {
    /// What it is.
    pub(super) label: String,
    /// The same in letters and digits every typewriter has.
    pub(super) plain: String,
    /// What is drawn in it.
    pub(super) marks: Vec<Mark>,
}

/// A rectangle of one state; all parts of the row, from 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Mark {
    pub(super) state: FlowState,
    pub(super) from: f64,
    pub(super) to: f64,
    /// How far above the floor it begins.
    pub(super) floor: f64,
    /// How high it is.
    pub(super) height: f64,
}

/// An hour below a chart.
pub(super) struct Tick {
    /// Part of the width.
    pub(super) at: f64,
    /// The hour.
    pub(super) label: String,
    /// Whether a narrow chart has room for it.
    pub(super) room: Room,
}

/// Where there is room for a label.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Room {
    /// Everywhere.
    Narrow,
    /// On a wide screen and on paper.
    Wide,
    /// Nowhere: a line alone.
    Nowhere,
}

/// Days of ordinary hours can be compared by eye.
const FIRST_HOUR: f64 = 8.0;
const LAST_HOUR: f64 = 18.0;

/// The chart; `None` where there is nothing to draw.
pub(super) fn chart(report: &Report<'_>) -> Option<Chart> {
    match report.picture {
        Picture::Runs(runs) => lanes(report, runs),
        Picture::Bins(bins) => days(report, bins),
    }
}

/// A day: time as it passed, so that an hour that comes twice is there twice.
fn lanes(report: &Report<'_>, runs: &[StateRun]) -> Option<Chart> {
    let (first, last) = (runs.first()?.range.start(), runs.last()?.range.end());
    let start = report.range.start();
    let hours_of = |moment: Timestamp| moment.since(start).as_s_f64() / 3_600.0;
    let whole = hours_of(report.range.end());
    let from = hours_of(first).floor().min(FIRST_HOUR);
    let to = hours_of(last).ceil().max(LAST_HOUR).min(whole);
    let place = |moment| ((hours_of(moment) - from) / (to - from)).clamp(0.0, 1.0);
    let label = |hour: f64| {
        let moment = start.saturating_add(Duration::from_s_f64(hour * 3_600.0).unwrap_or_default());
        // The end of the day reads 24, not the 00 of the next.
        if hour >= whole { 24 } else { i64::from(report.locale.local(moment).hour()) }
    };
    let rows = FlowState::ALL.into_iter().map(|state| {
        let own = runs.iter().filter(|run| run.state == state);
        ChartRow {
            label: name(report, state),
            plain: String::new(),
            marks: own
                .map(|run| Mark {
                    state,
                    from: place(run.range.start()),
                    to: place(run.range.end()),
                    floor: 0.0,
                    height: 1.0,
                })
                .collect(),
        }
    });
    let mut totals = [Duration::ZERO; 5];
    for run in runs {
        let total = &mut totals[run.state as usize];
        *total = total.saturating_add(run.range.duration());
    }
    Some(Chart {
        title: report.text().timeline(),
        description: described(report, TimeRange::new(first, last).ok()?, &totals),
        rows: rows.collect(),
        ticks: ticks(from, to, label),
        key: FlowState::ALL.map(|state| name(report, state)),
        hours: to - from,
        layout: Layout::Lanes,
    })
}

/// Days below each other, by the clock.
fn days(report: &Report<'_>, bins: &[StateBin]) -> Option<Chart> {
    let parts: Vec<BinPart> = bins.iter().flat_map(|bin| by_day(report, bin)).collect();
    let present = || parts.iter().filter(|part| part.present());
    present().next()?;
    let from = present().map(|part| part.from_h).fold(FIRST_HOUR, f64::min).floor();
    let to = present().map(|part| part.to_h).fold(LAST_HOUR, f64::max).ceil();
    let place = |hour: f64| ((hour - from) / (to - from)).clamp(0.0, 1.0);
    let mut rows = Vec::new();
    let mut date = report.period.first();
    let last = report.locale.day_of(report.range.end().saturating_sub(Duration::from_ns(1)));
    while date <= last {
        let own = parts.iter().filter(|part| part.date == date);
        let marks = own.flat_map(|part| part.marks(place(part.from_h), place(part.to_h)));
        let plain = date.strftime("%m-%d").to_string();
        rows.push(ChartRow { label: report.day(date), plain, marks: marks.collect() });
        date = date.tomorrow().ok()?;
    }
    let mut totals = [Duration::ZERO; 5];
    for bin in bins {
        for (total, time) in totals.iter_mut().zip(bin.time) {
            *total = total.saturating_add(time);
        }
    }
    Some(Chart {
        title: report.text().timeline(),
        description: described(report, report.range, &totals),
        rows,
        ticks: ticks(from, to, |hour| hour as i64),
        key: FlowState::ALL.map(|state| name(report, state)),
        hours: to - from,
        layout: Layout::Days,
    })
}

/// What of a bin belongs to one day: where on its clock, and the states' parts of it.
struct BinPart {
    date: Date,
    from_h: f64,
    to_h: f64,
    parts: [f64; 5],
}

impl BinPart {
    fn present(&self) -> bool {
        self.parts[..FlowState::Away as usize].iter().any(|part| *part > 0.0)
    }

    /// The states above each other, focus on the floor. Away is the ground.
    fn marks(&self, from: f64, to: f64) -> impl Iterator<Item = Mark> {
        let mut floor = 0.0;
        let parts = FlowState::ALL.into_iter().zip(self.parts).take(FlowState::Away as usize);
        parts
            .filter_map(move |(state, height)| {
                // A thousandth of a row is no ink.
                if height < 0.001 {
                    return None;
                }
                let mark = Mark { state, from, to, floor, height };
                floor += height;
                Some(mark)
            })
            .collect::<Vec<_>>()
            .into_iter()
    }
}

/// A bin, cut where midnight cuts it: bins are equal parts of a period, and a day has 23 to 25 hours.
fn by_day(report: &Report<'_>, bin: &StateBin) -> Vec<BinPart> {
    let whole = bin.range.duration().as_s_f64();
    let parts = bin.time.map(|time| if whole > 0.0 { time.as_s_f64() / whole } else { 0.0 });
    let mut days = Vec::new();
    let mut start = bin.range.start();
    while start < bin.range.end() {
        let local = report.locale.local(start);
        let next = local.tomorrow().and_then(|next| next.start_of_day()).ok();
        let midnight = next.and_then(|next| Timestamp::from_jiff(next.timestamp()).ok());
        let end = midnight.map_or(bin.range.end(), |midnight| midnight.min(bin.range.end()));
        let from_h = hour_of_clock(&local);
        let to_h = (from_h + end.since(start).as_s_f64() / 3_600.0).min(24.0);
        days.push(BinPart { date: local.date(), from_h, to_h, parts });
        start = end;
    }
    days
}

fn hour_of_clock(local: &jiff::Zoned) -> f64 {
    f64::from(local.hour()) + f64::from(local.minute()) / 60.0 + f64::from(local.second()) / 3_600.0
}

/// A line each hour; labels as often as there is room.
fn ticks(from: f64, to: f64, label: impl Fn(f64) -> i64) -> Vec<Tick> {
    let hours = (to - from) as i64;
    let (wide, narrow) = match hours {
        ..=8 => (1, 2),
        9..=12 => (1, 3),
        13..=18 => (2, 4),
        _ => (2, 6),
    };
    (0..=hours)
        .map(|index| {
            let hour = label(from + index as f64);
            let room = if hour % narrow == 0 {
                Room::Narrow
            } else if hour % wide == 0 {
                Room::Wide
            } else {
                Room::Nowhere
            };
            Tick { at: index as f64 / (to - from), label: format!("{hour:02}"), room }
        })
        .collect()
}

fn described(report: &Report<'_>, range: TimeRange, totals: &[Duration; 5]) -> String {
    let (text, locale) = (report.text(), report.locale);
    let totals: Vec<String> = FlowState::ALL
        .into_iter()
        .zip(totals)
        .filter(|(_, time)| !time.is_zero())
        .map(|(state, time)| text.total(&name(report, state), &locale.length(*time)))
        .collect();
    let last = range.end().saturating_sub(Duration::from_ns(1));
    let (from, to) = match report.period {
        Period::Day(_) => (locale.clock(range.start()), locale.clock(range.end())),
        Period::Week(_) | Period::Month(_) => {
            (locale.date(locale.day_of(range.start())), locale.date(locale.day_of(last)))
        }
    };
    text.timeline_description(&from, &to, &totals.join(&text.comma()))
}

fn name(report: &Report<'_>, state: FlowState) -> String {
    let text = report.text();
    match state {
        FlowState::Focus => text.focus(),
        FlowState::Shallow => text.shallow(),
        FlowState::Switching => text.switching(),
        FlowState::Interrupted => text.interrupted(),
        FlowState::Away => text.away(),
    }
}
