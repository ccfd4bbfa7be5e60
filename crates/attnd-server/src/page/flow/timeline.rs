//! How is the timeline drawn and told? The same bins as areas, as a table, and as data for the
//! script that lets one look closer.

use attnd_core::{Duration, TimeRange, Timestamp};
use attnd_engine::flow::DaySpan;
use attnd_engine::insight::Insight;
use attnd_engine::measure::{FlowState, Interruption, StateBin};
use jiff::civil::{Date, Weekday};
use serde::Serialize;

use super::period::Period;
use super::sentence::long;
use super::trends::short;
use crate::page::graph::stack::{self, Area, stack, tallest, totals};
use crate::page::graph::state_code;
use crate::page::locale::Locale;
use crate::page::sentence::AT_ONCE;
use crate::page::text::{FlowText, LocaleText, TodayText};

/// The timeline, in the words and numbers its template writes down.
pub(crate) struct Timeline {
    /// What it shows, in a sentence.
    pub(crate) summary: String,
    /// The states with their time, in the order of the stack from its floor.
    pub(crate) key: Vec<KeyEntry>,
    /// The areas, in the order they are painted.
    pub(crate) areas: Vec<Area>,
    /// The frame of the areas' own units.
    pub(crate) view_box: String,
    /// What the upper edge stands for.
    pub(crate) scale: String,
    /// Marks below.
    pub(crate) marks: Vec<Mark>,
    /// The heading of the table.
    pub(crate) caption: String,
    /// The table: a label and a time a state.
    pub(crate) rows: Vec<(String, Vec<String>)>,
    /// The interruptions of a single day; empty otherwise.
    pub(crate) interruptions: Interruptions,
    /// What the script draws from, as JSON that may stand in HTML.
    pub(crate) data: String,
}

/// A state of the key.
pub(crate) struct KeyEntry {
    pub(crate) class: &'static str,
    pub(crate) name: String,
    pub(crate) time: String,
}

/// A vertical line with a label below.
pub(crate) struct Mark {
    pub(crate) x: String,
    pub(crate) label: String,
    /// Whether a narrow screen has room for it.
    pub(crate) class: &'static str,
}

/// A table of interruptions.
#[derive(Default)]
pub(crate) struct Interruptions {
    pub(crate) caption: String,
    pub(crate) rows: Vec<[String; 4]>,
}

const MOST_ROWS: usize = 50;
const DAY: Duration = Duration::from_s(86_400);
const HOUR: Duration = Duration::from_s(3_600);

/// Into how many bins a period is cut: as many as a wide screen shows, and round lengths.
pub(crate) fn bins_of(period: Period, range: TimeRange) -> usize {
    let bin = match period.days() {
        ..=1 => Duration::from_s(300),
        2..=7 => Duration::from_s(1_800),
        8..=35 => Duration::from_s(3 * 3_600),
        36..=100 => Duration::from_s(12 * 3_600),
        _ => DAY,
    };
    let count = (range.duration().as_s_f64() / bin.as_s_f64()).round() as usize;
    count.max(1)
}

/// The timeline; `None` when there is nothing to draw. `spans` are those of a single day.
pub(crate) fn timeline(
    locale: &Locale,
    period: Period,
    insight: &Insight,
    spans: &[DaySpan],
) -> Option<Timeline> {
    let text = FlowText(locale.language);
    let bins = &insight.bins;
    let bin = bins.first()?.range.duration();
    let tallest = tallest(bins);
    if tallest.is_zero() {
        return None;
    }
    let top = upper_edge(bin, tallest);
    let key = key(locale, &totals(bins));
    let parts: Vec<_> = key.iter().map(|entry| text.part(&entry.name, &entry.time)).collect();
    let last = locale.day_of(insight.range.end().saturating_sub(Duration::from_s(1)));
    let interruptions = if period.days() == 1 { &insight.measures.interruptions[..] } else { &[] };
    let (caption, rows) = table(locale, period, bins);
    Some(Timeline {
        summary: text.timeline_summary(
            &locale.date(locale.day_of(insight.range.start())),
            &locale.date(last),
            &parts.join(&text.comma()),
        ),
        key,
        areas: stack(bins, top),
        view_box: format!("0 0 {} {}", bins.len(), stack::HEIGHT),
        scale: if top == bin {
            text.scale_full(&bin_words(locale, bin))
        } else {
            text.scale(&locale.length(top), &bin_words(locale, bin))
        },
        marks: marks(locale, period, insight.range),
        caption,
        rows,
        interruptions: interruption_table(locale, interruptions),
        data: data(locale, insight, spans, interruptions),
    })
}

/// The time at the upper edge: a whole bin; of long bins, which are never full, as many times two
/// hours as are needed.
fn upper_edge(bin: Duration, tallest: Duration) -> Duration {
    const WHOLE_MOST: Duration = Duration::from_s(3 * 3_600 + 600);
    const STEP: Duration = Duration::from_s(2 * 3_600);
    if bin <= WHOLE_MOST {
        return bin;
    }
    Duration::from_ns((tallest.ns() + STEP.ns() - 1) / STEP.ns() * STEP.ns())
}

/// The name of a state.
pub(crate) fn state_name(text: FlowText, state: FlowState) -> String {
    match state {
        FlowState::Focus => text.state_focus(),
        FlowState::Shallow => text.state_shallow(),
        FlowState::Switching => text.state_switching(),
        FlowState::Interrupted => text.state_interrupted(),
        FlowState::Away => text.state_away(),
    }
}

fn key(locale: &Locale, totals: &[Duration; 5]) -> Vec<KeyEntry> {
    let text = FlowText(locale.language);
    let entry = |(state, time): (FlowState, &Duration)| KeyEntry {
        class: state_code(state),
        name: state_name(text, state),
        time: long(locale, *time),
    };
    FlowState::ALL.into_iter().zip(totals).map(entry).collect()
}

fn bin_words(locale: &Locale, bin: Duration) -> String {
    // Days of 23 and 25 hours make a bin of a year a few seconds shorter or longer than a day.
    if bin.ns().abs_diff(DAY.ns()) < 600_000_000_000 {
        FlowText(locale.language).a_day()
    } else {
        locale.length(bin)
    }
}

/// Times below the picture: hours of a day, days of a week, Mondays of a month, months of a year.
fn marks(locale: &Locale, period: Period, range: TimeRange) -> Vec<Mark> {
    let place = |moment: Timestamp| {
        let part = moment.since(range.start()).as_s_f64() / range.duration().as_s_f64();
        format!("{:.2}%", part * 100.0)
    };
    if period.days() == 1 {
        let hours = range.duration().ns() / HOUR.ns();
        let moments =
            (0..hours).map(|hour| range.start().saturating_add(Duration::from_ns(hour * HOUR.ns())));
        return moments
            .filter(|moment| locale.local(*moment).hour() % 3 == 0)
            .map(|moment| Mark {
                x: place(moment),
                label: locale.clock(moment),
                class: if locale.local(moment).hour() % 6 == 0 { "" } else { "wide-only" },
            })
            .collect();
    }
    let dates = std::iter::successors(Some(period.first), |date| date.tomorrow().ok())
        .take_while(|date| *date <= period.last);
    dates
        .filter_map(|date| {
            let (label, class) = label(locale, period, date)?;
            let midnight = date.to_zoned(locale.zone.clone()).ok()?;
            let moment = Timestamp::from_jiff(midnight.timestamp()).ok()?;
            Some(Mark { x: place(moment), label, class })
        })
        .collect()
}

fn label(locale: &Locale, period: Period, date: Date) -> Option<(String, &'static str)> {
    let is_monday = date.weekday() == Weekday::Monday;
    match period.days() {
        ..=10 => Some((locale.weekday_short(date), "")),
        11..=62 if is_monday => {
            let narrow = (date - period.first).get_days() / 7 % 2 == 0;
            Some((short(locale, date), if narrow { "" } else { "wide-only" }))
        }
        63.. if date.day() == 1 => {
            let narrow = period.days() < 190 || date.month() % 3 == 1;
            Some((locale.month_short(date), if narrow { "" } else { "wide-only" }))
        }
        _ => None,
    }
}

/// How long the rows of the table are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Row {
    Hour,
    Day,
    Week,
    Month,
}

/// At most fifty rows of the same figures; a bin belongs to the row its middle is in.
fn table(locale: &Locale, period: Period, bins: &[StateBin]) -> (String, Vec<(String, Vec<String>)>) {
    let text = FlowText(locale.language);
    let (row, caption) = match period.days() {
        ..=1 => (Row::Hour, text.by_hour()),
        2..=35 => (Row::Day, text.by_day()),
        36..=300 => (Row::Week, text.by_week()),
        _ => (Row::Month, text.by_month()),
    };
    let mut rows: Vec<(String, [Duration; 5])> = Vec::new();
    for bin in bins {
        let label = row.label(locale, period, bin);
        if rows.last().is_none_or(|(last, _)| *last != label) {
            rows.push((label, [Duration::ZERO; 5]));
        }
        if let Some((_, sums)) = rows.last_mut() {
            for (sum, time) in sums.iter_mut().zip(bin.time) {
                *sum = sum.saturating_add(time);
            }
        }
    }
    rows.retain(|(_, sums)| sums.iter().any(|sum| !sum.is_zero()));
    let written =
        |(label, sums): (String, [Duration; 5])| (label, sums.iter().map(|sum| long(locale, *sum)).collect());
    (caption, rows.into_iter().map(written).collect())
}

impl Row {
    fn label(self, locale: &Locale, period: Period, bin: &StateBin) -> String {
        let middle = bin.range.start().saturating_add(Duration::from_ns(bin.range.duration().ns() / 2));
        let date = locale.day_of(middle);
        match self {
            Self::Hour => format!("{:02}:00", locale.local(middle).hour()),
            Self::Day => FlowText(locale.language).weekday_day_short(
                &locale.weekday_short(date),
                &date.day().to_string(),
                &locale.month_short(date),
            ),
            Self::Week => short(locale, Period::of(super::period::Unit::Week, date).first.max(period.first)),
            Self::Month => {
                FlowText(locale.language).month_name(&locale.month(date), &date.year().to_string())
            }
        }
    }
}

fn interruption_table(locale: &Locale, interruptions: &[Interruption]) -> Interruptions {
    if interruptions.is_empty() {
        return Interruptions::default();
    }
    let text = FlowText(locale.language);
    let all = locale.count(interruptions.len());
    let mut longest: Vec<_> = interruptions.iter().collect();
    longest.sort_by_key(|interruption| std::cmp::Reverse(interruption.handling));
    longest.truncate(MOST_ROWS);
    longest.sort_by_key(|interruption| interruption.left);
    let back = |lag| if lag < AT_ONCE { text.at_once() } else { locale.length_fine(lag) };
    let row = |interruption: &&Interruption| {
        [
            locale.clock(interruption.left),
            named(locale, &interruption.application),
            locale.length_fine(interruption.handling),
            back(interruption.resume_lag),
        ]
    };
    Interruptions {
        caption: if interruptions.len() > MOST_ROWS {
            text.interruptions_longest(&locale.count(MOST_ROWS), &all)
        } else {
            text.interruptions_table(&all)
        },
        rows: longest.iter().map(row).collect(),
    }
}

fn named(locale: &Locale, application: &str) -> String {
    if application.is_empty() { TodayText(locale.language).unnamed() } else { application.to_owned() }
}

/// What the script is told. Times in seconds; those of bins per state in the order of the key.
#[derive(Serialize)]
struct Data {
    from: i64,
    to: i64,
    bins: Vec<i64>,
    names: Vec<String>,
    /// From the period's start, length, index into `names`.
    spans: Vec<(i64, i64, usize)>,
    /// From the period's start, handling, resume lag, index into `names`.
    interruptions: Vec<(i64, i64, i64, usize)>,
    words: Words,
}

/// The script's texts; what stands in braces it fills in itself.
#[derive(Serialize)]
struct Words {
    hours_minutes: String,
    hours: String,
    minutes_seconds: String,
    minutes: String,
    seconds: String,
    readout: String,
    part: String,
    comma: String,
    nothing: String,
    interruption: String,
    zoomed: String,
    failed: String,
    scale: String,
    scale_full: String,
    a_day: String,
}

fn data(locale: &Locale, insight: &Insight, spans: &[DaySpan], interruptions: &[Interruption]) -> String {
    const NS_PER_S: i64 = 1_000_000_000;
    let start = insight.range.start();
    let offset = |moment: Timestamp| moment.since(start).ns() / NS_PER_S;
    let mut names: Vec<String> = Vec::new();
    let mut number = |application: &str| {
        let name = named(locale, application);
        names.iter().position(|known| *known == name).unwrap_or_else(|| {
            names.push(name);
            names.len() - 1
        })
    };
    let mut drawn: Vec<(i64, i64, usize)> = Vec::new();
    for span in spans {
        let (at, length, name) =
            (offset(span.range.start()), span.range.duration().ns() / NS_PER_S, number(&span.application));
        match drawn.last_mut() {
            // The lane shows applications: windows of the same one need no border.
            Some(last) if last.2 == name && at - (last.0 + last.1) <= 2 => last.1 = at + length - last.0,
            _ => drawn.push((at, length, name)),
        }
    }
    let interruption = |interruption: &Interruption| {
        let (handling, lag) =
            (interruption.handling.ns() / NS_PER_S, interruption.resume_lag.ns() / NS_PER_S);
        (offset(interruption.left), handling, lag, number(&interruption.application))
    };
    let interruptions = interruptions.iter().map(interruption).collect();
    let data = Data {
        from: start.ns().div_euclid(NS_PER_S),
        to: insight.range.end().ns().div_euclid(NS_PER_S),
        bins: insight.bins.iter().flat_map(|bin| bin.time).map(|time| time.ns() / NS_PER_S).collect(),
        names,
        spans: drawn,
        interruptions,
        words: words(locale),
    };
    in_html(&serde_json::to_string(&data).unwrap_or_default())
}

fn words(locale: &Locale) -> Words {
    let (text, units) = (FlowText(locale.language), LocaleText(locale.language));
    Words {
        hours_minutes: units.hours_minutes("{h}", "{m}"),
        hours: units.hours("{h}"),
        minutes_seconds: units.minutes_seconds("{m}", "{s}"),
        minutes: units.minutes("{m}"),
        seconds: units.seconds("{s}"),
        readout: text.readout("{from}", "{to}", "{parts}"),
        part: text.part("{name}", "{time}"),
        comma: text.comma(),
        nothing: text.readout_nothing(),
        interruption: text.readout_interruption("{at}", "{name}", "{handling}", "{lag}"),
        zoomed: text.zoomed("{from}", "{to}"),
        failed: text.zoom_failed(),
        scale: text.scale("{top}", "{length}"),
        scale_full: text.scale_full("{length}"),
        a_day: text.a_day(),
    }
}

/// JSON that may stand in a script element: nothing in it can end the element or begin another.
fn in_html(json: &str) -> String {
    json.replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026")
}
