//! Which hours does a picture of a day show, and where do they stand?

use attnd_core::{Duration, TimeRange, Timestamp};
use jiff::Unit;
use jiff::civil::Date;

use crate::page::locale::Locale;

/// A vertical line with the hour below.
pub(crate) struct HourMark {
    pub(crate) x: String,
    pub(crate) label: String,
    /// How many hours it takes for this mark to have room, as the style sheet knows it.
    pub(crate) class: &'static str,
}

/// Whole hours around what there is, at least from eight to six, within the day: days of ordinary
/// hours can be compared by eye, and a day does not squeeze into the middle of its empty night.
pub(crate) fn hours_around(locale: &Locale, date: Date, day: TimeRange, extent: TimeRange) -> TimeRange {
    let (first, last) = (locale.local(extent.start()), locale.local(extent.end()));
    let at = |hour| date.at(hour, 0, 0, 0).to_zoned(locale.zone.clone()).ok();
    let floor = first
        .round(jiff::ZonedRound::new().smallest(Unit::Hour).mode(jiff::RoundMode::Floor))
        .unwrap_or(first);
    let ceil =
        last.round(jiff::ZonedRound::new().smallest(Unit::Hour).mode(jiff::RoundMode::Ceil)).unwrap_or(last);
    let start = at(8).map_or_else(|| floor.timestamp(), |eight| floor.timestamp().min(eight.timestamp()));
    let end = at(18).map_or_else(|| ceil.timestamp(), |six| ceil.timestamp().max(six.timestamp()));
    let ours = |moment| Timestamp::from_jiff(moment).ok();
    let wanted = ours(start).zip(ours(end)).and_then(|(start, end)| TimeRange::new(start, end).ok());
    wanted.and_then(|wanted| wanted.intersection(day)).unwrap_or(day)
}

/// A mark every hour; labels as often as a wide, and as a narrow, screen has room for.
pub(crate) fn hour_marks(locale: &Locale, range: TimeRange) -> Vec<HourMark> {
    const HOUR: Duration = Duration::from_s(3_600);
    let hours = range.duration().ns() / HOUR.ns();
    let (wide, narrow) = match hours {
        ..=6 => (1, 1),
        7..=12 => (1, 3),
        13..=16 => (2, 4),
        _ => (2, 6),
    };
    let scale =
        |moment: Timestamp| moment.since(range.start()).as_s_f64() / range.duration().as_s_f64() * 100.0;
    let mut marks = Vec::new();
    let mut moment = range.start();
    for index in 0..=hours {
        let local = locale.local(moment);
        // The end of the day reads 24:00, not the 00:00 of the next.
        let ends_day = index == hours && local.hour() == 0;
        let label = if ends_day { "24:00".to_owned() } else { format!("{:02}:00", local.hour()) };
        let class = match i64::from(local.hour()) {
            hour if hour % narrow == 0 => "hour",
            hour if hour % wide == 0 => "hour wide-only",
            _ => "hour unlabelled",
        };
        marks.push(HourMark { x: percent(scale(moment)), label, class });
        moment = moment.saturating_add(HOUR);
    }
    marks
}

fn percent(value: f64) -> String {
    format!("{value:.3}%")
}
