//! At which hour of which weekday? Time per local hour of the week.
//!
//! ```text
//! visits   [        ][   ]      [      ]          a visit is cut where a local hour ends,
//! hours    |      9 h    |   10 h    |  11 h      also where the clock is changed
//! ```

use attnd_core::{TimeRange, Timestamp};
use jiff::tz::TimeZone;

use super::course::{Course, Focus, stretch};
use super::{WeekCell, WeekTable};
use crate::track::Track;

/// Active and focus time per hour and weekday of `zone`, over all weeks of `range`, and how many
/// such hours there were on days on which anything was sensed. An hour that a day does not have,
/// as clocks are put forward, is not counted; one that it has twice counts twice.
///
/// Bounds: the cells' active times sum to the active time of the range; focus ≤ active ≤ hours · 1 h.
/// Costs `n`, and 24 per day with visits.
#[must_use]
pub fn week_table(
    track: &Track,
    range: TimeRange,
    is_focus: &dyn Fn(&[String]) -> bool,
    zone: &TimeZone,
) -> WeekTable {
    let course = Course::new(track, range, is_focus);
    let mut table = WeekTable::default();
    let mut clock = Clock::new(zone);
    let mut counted = Clock::new(zone);
    let mut day: Option<TimeRange> = None;
    for step in &course.steps {
        let mut rest = step.range;
        while !rest.duration().is_zero() {
            let hour = clock.at(rest.start());
            if day.is_none_or(|day| day.end() <= rest.start()) {
                let new = local_day(zone, rest.start());
                day = Some(new);
                counted.count(&mut table, new, range);
            }
            let part = stretch(rest.start(), rest.end().min(hour.range.end()));
            let cell = hour.cell(&mut table);
            cell.active = cell.active.saturating_add(part.duration());
            if step.focus == Focus::Yes {
                cell.focus = cell.focus.saturating_add(part.duration());
            }
            rest = stretch(part.end(), rest.end());
        }
    }
    table
}

/// A stretch with one hour on the local clock.
#[derive(Clone, Copy)]
struct LocalHour {
    range: TimeRange,
    /// From Monday, 0, to Sunday.
    weekday: usize,
    hour: usize,
}

impl LocalHour {
    fn cell<'a>(&self, table: &'a mut WeekTable) -> &'a mut WeekCell {
        &mut table[self.weekday][self.hour]
    }
}

/// Tells the local hour; cheap when asked in order.
struct Clock<'z> {
    zone: &'z TimeZone,
    /// The stretch with one offset to UTC that was asked for last, and that offset.
    offset: Option<(TimeRange, i64)>,
    last: Option<LocalHour>,
}

const NS_PER_S: i64 = 1_000_000_000;
const NS_PER_H: i64 = 3_600 * NS_PER_S;

impl<'z> Clock<'z> {
    const fn new(zone: &'z TimeZone) -> Self {
        Self { zone, offset: None, last: None }
    }

    fn at(&mut self, moment: Timestamp) -> LocalHour {
        if let Some(hour) = self.last.filter(|hour| hour.range.contains(moment)) {
            return hour;
        }
        let (constant, offset_ns) = self.offset_at(moment);
        let local_hour = (moment.ns() + offset_ns).div_euclid(NS_PER_H);
        let bound = |hour: i64| Timestamp::from_ns_saturating(hour * NS_PER_H - offset_ns);
        let range =
            stretch(bound(local_hour).max(constant.start()), bound(local_hour + 1).min(constant.end()));
        // The first day of the epoch was a Thursday.
        let weekday = (local_hour.div_euclid(24) + 3).rem_euclid(7) as usize;
        let hour = LocalHour { range, weekday, hour: local_hour.rem_euclid(24) as usize };
        self.last = Some(hour);
        hour
    }

    fn offset_at(&mut self, moment: Timestamp) -> (TimeRange, i64) {
        if let Some(known) = self.offset.filter(|(constant, _)| constant.contains(moment)) {
            return known;
        }
        let at = moment.jiff();
        let next =
            self.zone.following(at).next().and_then(|next| Timestamp::from_jiff(next.timestamp()).ok());
        // Only what comes is asked for next, so where this offset began does not matter.
        let constant = stretch(moment, next.unwrap_or(Timestamp::MAX));
        let known = (constant, i64::from(self.zone.to_offset(at).seconds()) * NS_PER_S);
        self.offset = Some(known);
        known
    }

    /// Counts the hours of `day` within `range`.
    fn count(&mut self, table: &mut WeekTable, day: TimeRange, range: TimeRange) {
        let Some(mut rest) = day.intersection(range) else { return };
        while !rest.duration().is_zero() {
            let hour = self.at(rest.start());
            hour.cell(table).hours += 1;
            rest = stretch(hour.range.end().min(rest.end()), rest.end());
        }
    }
}

/// The local day with `moment` in it, from midnight to midnight.
fn local_day(zone: &TimeZone, moment: Timestamp) -> TimeRange {
    let date = moment.jiff().to_zoned(zone.clone()).date();
    let midnight = |date: jiff::civil::Date| {
        let zoned = date.to_zoned(zone.clone()).ok()?;
        Timestamp::from_jiff(zoned.timestamp()).ok()
    };
    let next = |date: jiff::civil::Date| date.tomorrow().ok();
    let start = midnight(date).unwrap_or(moment).min(moment);
    let end = next(date).and_then(midnight).filter(|end| *end > moment);
    // Where clocks went back over midnight the day's last minutes come after the next day's first.
    let end = end.or_else(|| next(next(date)?).and_then(midnight)).unwrap_or(Timestamp::MAX);
    stretch(start, end)
}
