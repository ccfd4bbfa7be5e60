//! When is focus? Hours of weekdays: which are known well enough, and which stand out.

use attnd_core::Duration;
use attnd_engine::measure::{WeekCell, WeekTable};

use super::spread::wilson;

/// An hour of a weekday must have been seen on so many such days, in a period of as many weeks.
const SEEN_DAYS: u32 = 3;
/// And for so long in all.
const SEEN_TIME: Duration = Duration::from_s(15 * 60);
/// The part of focus time that "mostly" means.
const MOSTLY: f64 = 0.5;
/// Longer than this is no time of day any more.
const WINDOW_MOST_H: usize = 8;
/// How long the best time is.
const BEST_H: usize = 2;

/// What a week table tells.
pub(crate) struct Hours {
    /// How many weeks it is made from, at most: of the weekday that was seen most often.
    pub(crate) weeks: u32,
    /// On how many days an hour must have been seen to be shown.
    pub(crate) days_needed: u32,
    /// The hours of the day worth a column: `first..last`.
    pub(crate) columns: (usize, usize),
    /// Focus over all of the time.
    pub(crate) share: f64,
    /// The time of the week at which focus was surest to be high; none if no hour was seen enough.
    pub(crate) best: Option<Best>,
}

/// The best time of the week.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Best {
    /// 0 is Monday.
    pub(crate) weekday: usize,
    /// The first hour.
    pub(crate) from_h: usize,
    /// The hour after the last.
    pub(crate) to_h: usize,
    /// Focus over active time.
    pub(crate) share: f64,
    /// Its 95 % interval, each hour at the computer taken for one draw.
    pub(crate) between: (f64, f64),
}

impl Hours {
    /// What the table tells; `None` when nothing was active.
    pub(crate) fn of(table: &WeekTable) -> Option<Self> {
        let cells = || table.iter().flatten();
        let active: Duration = cells().map(|cell| cell.active).sum();
        if active.is_zero() {
            return None;
        }
        let focus: Duration = cells().map(|cell| cell.focus).sum();
        let weeks = cells().map(|cell| cell.hours).max().unwrap_or_default();
        let days_needed = if weeks < SEEN_DAYS { 1 } else { SEEN_DAYS };
        let seen = |hour: &usize| table.iter().any(|day| is_seen(&day[*hour], days_needed));
        let first = (0..24).find(seen).unwrap_or(9).min(9);
        let last = (0..24).rev().find(seen).unwrap_or(17).max(17);
        Some(Self {
            weeks,
            days_needed,
            columns: (first, last + 1),
            share: focus.as_s_f64() / active.as_s_f64(),
            best: best(table, days_needed),
        })
    }

    /// Whether a cell is known well enough to be shown.
    pub(crate) fn knows(&self, cell: &WeekCell) -> bool {
        is_seen(cell, self.days_needed)
    }

    /// The best time, if it is surely better than the whole.
    pub(crate) fn outstanding(&self) -> Option<&Best> {
        self.best.as_ref().filter(|best| best.between.0 > self.share)
    }
}

fn is_seen(cell: &WeekCell, days_needed: u32) -> bool {
    cell.hours >= days_needed && cell.active >= SEEN_TIME
}

/// Of all the two hours of a weekday that were seen enough, those with the highest lower bound:
/// what was seen little cannot win by luck.
fn best(table: &WeekTable, days_needed: u32) -> Option<Best> {
    let mut best: Option<Best> = None;
    for (weekday, day) in table.iter().enumerate() {
        for (from_h, cells) in day.windows(BEST_H).enumerate() {
            if !cells.iter().all(|cell| is_seen(cell, days_needed)) {
                continue;
            }
            let sum = |of: fn(&WeekCell) -> Duration| -> f64 {
                cells.iter().map(of).sum::<Duration>().as_s_f64() / 3_600.0
            };
            let (focus_h, active_h) = (sum(|cell| cell.focus), sum(|cell| cell.active));
            let between = wilson(focus_h, active_h);
            if best.is_none_or(|best| between.0 > best.between.0) {
                best =
                    Some(Best { weekday, from_h, to_h: from_h + BEST_H, share: focus_h / active_h, between });
            }
        }
    }
    best
}

/// The fewest hours of the day in a row in which at least half of all focus fell; `None` when they
/// are more than eight, or there was none.
pub(crate) fn focus_window(table: &WeekTable) -> Option<(usize, usize)> {
    let by_hour: Vec<f64> =
        (0..24).map(|hour| table.iter().map(|day| day[hour].focus.as_s_f64()).sum()).collect();
    let whole: f64 = by_hour.iter().sum();
    if whole <= 0.0 {
        return None;
    }
    let enough = |window: &[f64]| window.iter().sum::<f64>();
    (1..=WINDOW_MOST_H).find_map(|length| {
        let fullest = by_hour
            .windows(length)
            .enumerate()
            .max_by(|a, b| enough(a.1).total_cmp(&enough(b.1)).then(b.0.cmp(&a.0)))?;
        (enough(fullest.1) >= MOSTLY * whole).then_some((fullest.0, fullest.0 + length))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(active_min: u32, focus_min: u32, hours: u32) -> WeekCell {
        WeekCell { active: Duration::from_s(active_min * 60), focus: Duration::from_s(focus_min * 60), hours }
    }

    /// Four weeks at work, nine to five; Tuesday mornings are best.
    fn table() -> WeekTable {
        let mut table = WeekTable::default();
        for (weekday, day) in table.iter_mut().enumerate().take(5) {
            for (hour, slot) in day.iter_mut().enumerate() {
                let focus = if weekday == 1 && (9..11).contains(&hour) { 190 } else { 80 };
                *slot = if (9..17).contains(&hour) { cell(200, focus, 4) } else { cell(0, 0, 4) };
            }
        }
        table[6][22] = cell(60, 60, 1);
        table
    }

    #[test]
    fn the_best_time_is_the_surest() {
        let hours = Hours::of(&table()).unwrap();
        let best = hours.outstanding().unwrap();
        assert_eq!((best.weekday, best.from_h, best.to_h), (1, 9, 11));
        assert!((best.share - 0.95).abs() < 1e-9);
        assert!(best.between.0 > 0.5 && best.between.1 < 1.0);
        assert_eq!((hours.weeks, hours.days_needed, hours.columns), (4, 3, (9, 18)));
        assert!(!hours.knows(&table()[6][22]), "one late evening is no habit");
    }

    #[test]
    fn equal_hours_do_not_stand_out() {
        let mut even = table();
        even[1] = even[0];
        assert!(Hours::of(&even).unwrap().outstanding().is_none());
        assert!(Hours::of(&WeekTable::default()).is_none());
    }

    #[test]
    fn most_of_focus_is_in_a_window() {
        assert_eq!(focus_window(&WeekTable::default()), None);
        let mut table = WeekTable::default();
        table[0][9] = cell(60, 40, 1);
        table[2][10] = cell(60, 50, 1);
        table[3][20] = cell(60, 60, 1);
        assert_eq!(focus_window(&table), Some((9, 11)));
        for hour in &mut table[4] {
            *hour = cell(60, 60, 1);
        }
        assert_eq!(focus_window(&table), None, "spread over the day");
    }
}
