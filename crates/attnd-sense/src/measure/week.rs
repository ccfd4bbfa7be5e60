//! At which hour of which weekday? Time per local hour of the week.
//!
//! ```text
//! visits   [        ][   ]      [      ]          a visit is cut where a local hour ends,
//! hours    |      9 h    |   10 h    |  11 h      also where the clock is changed
//! ```

use attnd_core::{TimeRange, Timestamp};
use jiff::tz::TimeZone;

use super::course::{Course, stretch};
use super::{WeekCell, WeekTable};
use crate::category::Bearing;
use crate::track::Track;

/// Active and focus time per hour and weekday of `zone`, over all weeks of `range`, and how many
/// such hours there were on days on which anything was sensed. An hour that a day does not have,
/// as clocks are put forward, is not counted; one that it has twice counts twice.
///
/// Bounds: the cells' active times sum to the active time of the range; focus ≤ active ≤ hours · 1 h.
/// Costs `n`, and 24 per day with visits.
#[must_use]
pub fn week_table<B: Into<Bearing>>(
    track: &Track,
    range: TimeRange,
    bearing: &dyn Fn(&[String]) -> B,
    zone: &TimeZone,
) -> WeekTable {
    of(&Course::new(track, range, bearing), range, zone)
}

/// [`week_table`] of what was found before.
pub(super) fn of(course: &Course<'_>, range: TimeRange, zone: &TimeZone) -> WeekTable {
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
            if step.bearing == Bearing::Focus {
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

#[cfg(test)]
mod tests {
    use attnd_core::Duration;

    use super::super::example::{is_focus, span};
    use super::*;
    use crate::flow::Flow;

    fn time(text: &str) -> Timestamp {
        Timestamp::parse(text).unwrap()
    }

    /// The table of one visit of programming.
    fn table(zone: &str, visit: &str, range: TimeRange) -> WeekTable {
        let flow = Flow { spans: vec![span('P', TimeRange::parse(visit).unwrap())] };
        week_table(&Track::of_flow(&flow), range, &is_focus, &TimeZone::get(zone).unwrap())
    }

    /// `weekday hour: minutes of hours`, of those with any time.
    fn drawn(table: &WeekTable) -> Vec<String> {
        let mut lines = Vec::new();
        for (weekday, row) in table.iter().enumerate() {
            for (hour, cell) in row.iter().enumerate().filter(|(_, cell)| !cell.active.is_zero()) {
                lines.push(format!("{weekday} {hour}: {} of {}", cell.active.as_s_f64() / 60.0, cell.hours));
            }
        }
        lines
    }

    fn hours(table: &WeekTable) -> u32 {
        table.iter().flatten().map(|cell| cell.hours).sum()
    }

    #[test]
    fn a_visit_is_cut_at_local_hours() {
        // Monday 10:45 to 12:15 in India, where the offset is 5½ h.
        let table = table("Asia/Kolkata", "2024-01-01T05:15:00Z/2024-01-01T06:45:00Z", TimeRange::ALL);
        assert_eq!(drawn(&table), ["0 10: 15 of 1", "0 11: 60 of 1", "0 12: 15 of 1"]);
        assert_eq!(table[0][11].focus, Duration::from_s(3_600));
        assert_eq!(hours(&table), 24);
    }

    #[test]
    fn a_day_of_twenty_three_hours_lacks_one() {
        // Sunday 2024-03-31 in Berlin: 01:30 to 03:30, one hour apart.
        let table = table("Europe/Berlin", "2024-03-31T00:30:00Z/2024-03-31T01:30:00Z", TimeRange::ALL);
        assert_eq!(drawn(&table), ["6 1: 30 of 1", "6 3: 30 of 1"]);
        assert_eq!((hours(&table), table[6][2].hours), (23, 0));
    }

    #[test]
    fn a_day_of_twenty_five_hours_has_one_twice() {
        let table = table("Europe/Berlin", "2024-10-27T00:00:00Z/2024-10-27T02:00:00Z", TimeRange::ALL);
        assert_eq!(drawn(&table), ["6 2: 120 of 2"]);
        assert_eq!(hours(&table), 25);
    }

    #[test]
    fn a_date_that_never_was_is_not_counted() {
        // Samoa went from Thursday 2011-12-29 to Saturday 2011-12-31.
        let table = table("Pacific/Apia", "2011-12-30T09:00:00Z/2011-12-30T11:00:00Z", TimeRange::ALL);
        assert_eq!(drawn(&table), ["3 23: 60 of 1", "5 0: 60 of 1"]);
        assert_eq!(hours(&table), 48);
    }

    #[test]
    fn clocks_that_go_back_over_midnight_keep_every_minute() {
        // St John's, Sunday 2010-11-07: at 00:01 clocks went back to 23:01 of Saturday.
        let table = table("America/St_Johns", "2010-11-07T02:00:00Z/2010-11-07T05:00:00Z", TimeRange::ALL);
        let sum: Duration = table.iter().flatten().map(|cell| cell.active).sum();
        assert_eq!(sum, Duration::from_s(3 * 3_600));
        for cell in table.iter().flatten() {
            assert!(cell.active <= Duration::from_s(cell.hours * 3_600), "{cell:?}");
        }
    }

    #[test]
    fn only_hours_of_the_range_on_days_with_visits_count() {
        let range = TimeRange::new(time("2024-01-01T00:00:00Z"), time("2024-01-03T06:00:00Z")).unwrap();
        let table = table("UTC", "2024-01-01T23:00:00Z/2024-01-03T01:00:00Z", range);
        assert_eq!(hours(&table), 24 + 24 + 6);
        let table = super::tests::table("UTC", "2024-01-03T01:00:00Z/2024-01-03T02:00:00Z", range);
        assert_eq!((hours(&table), table[2][5].hours, table[2][6].hours), (6, 1, 0));
    }

    #[test]
    fn nothing_is_an_empty_table() {
        let table = week_table(&Track::default(), TimeRange::ALL, &is_focus, &TimeZone::UTC);
        assert_eq!(table, WeekTable::default());
    }
}
