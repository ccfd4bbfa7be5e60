//! How was time spent, step by step? Areas on top of each other, one a state.
//!
//! ```text
//! away        ▁▁▁▁▁        each area reaches from the floor to the sum of its state and those
//! shallow   ▂▂▂▂▂▂▂▂       below it; the next is painted over it, so that a year of steps is a
//! focus    ███████████     few kilobytes of path: "V120h1V300h2…"
//! ```

use std::fmt::Write;

use attnd_core::Duration;
use attnd_engine::measure::{FlowState, StateBin};

use super::state_code;

/// How high the picture is, in its own units; it is stretched to its frame.
pub(crate) const HEIGHT: i64 = 1_000;

/// The area of a state, and of those below it.
pub(crate) struct Area {
    /// The state, as the style sheet calls it.
    pub(crate) class: &'static str,
    /// The path, one unit a bin across and [`HEIGHT`] units high.
    pub(crate) path: String,
}

/// The areas, in the order they are painted; `top` is the time at the upper edge. States nobody
/// was in have none.
pub(crate) fn stack(bins: &[StateBin], top: Duration) -> Vec<Area> {
    let painted = FlowState::ALL.into_iter().enumerate().rev();
    let present = painted.filter(|(index, _)| bins.iter().any(|bin| !bin.time[*index].is_zero()));
    present.map(|(index, state)| Area { class: state_code(state), path: path(bins, index, top) }).collect()
}

/// Time per state over all bins.
pub(crate) fn totals(bins: &[StateBin]) -> [Duration; 5] {
    let mut totals = [Duration::ZERO; 5];
    for bin in bins {
        for (total, time) in totals.iter_mut().zip(bin.time) {
            *total = total.saturating_add(time);
        }
    }
    totals
}

/// The most time in one bin, all states together.
pub(crate) fn tallest(bins: &[StateBin]) -> Duration {
    bins.iter().map(|bin| bin.time.into_iter().sum()).max().unwrap_or_default()
}

fn path(bins: &[StateBin], upto: usize, top: Duration) -> String {
    let mut path = format!("M0 {HEIGHT}");
    let (mut level, mut run) = (HEIGHT, 0_usize);
    for bin in bins {
        let time: Duration = bin.time[..=upto].iter().copied().sum();
        let next = HEIGHT - height(time, top);
        if next != level {
            advance(&mut path, run);
            let _ = write!(path, "V{next}");
            (level, run) = (next, 0);
        }
        run += 1;
    }
    advance(&mut path, run);
    let _ = write!(path, "V{HEIGHT}Z");
    path
}

fn advance(path: &mut String, bins: usize) {
    if bins > 0 {
        let _ = write!(path, "h{bins}");
    }
}

fn height(time: Duration, top: Duration) -> i64 {
    if top.is_zero() {
        return 0;
    }
    ((time.as_s_f64() / top.as_s_f64() * HEIGHT as f64).round() as i64).min(HEIGHT)
}

#[cfg(test)]
mod tests {
    use attnd_core::{TimeRange, Timestamp};

    use super::*;

    fn bins(minutes: &[[u32; 5]]) -> Vec<StateBin> {
        let start = Timestamp::parse("2026-11-20T08:00:00Z").unwrap();
        let bin = |(index, minutes): (usize, &[u32; 5])| StateBin {
            range: TimeRange::from(
                start.saturating_add(Duration::from_s(index as u32 * 3_600)),
                Duration::from_s(3_600),
            ),
            time: minutes.map(|minutes| Duration::from_s(minutes * 60)),
        };
        minutes.iter().enumerate().map(bin).collect()
    }

    #[test]
    fn areas_stand_on_each_other() {
        let bins = bins(&[[0; 5], [30, 15, 0, 0, 0], [30, 30, 0, 0, 0], [30, 0, 0, 0, 0]]);
        let areas = stack(&bins, Duration::from_s(3_600));
        let drawn: Vec<_> = areas.iter().map(|area| (area.class, area.path.as_str())).collect();
        assert_eq!(
            drawn,
            [("shallow", "M0 1000h1V250h1V0h1V500h1V1000Z"), ("focus", "M0 1000h1V500h3V1000Z"),]
        );
        assert_eq!(totals(&bins).map(|time| time.ns() / 60_000_000_000), [90, 45, 0, 0, 0]);
        assert_eq!(tallest(&bins), Duration::from_s(3_600));
    }

    #[test]
    fn nothing_is_drawn_of_nothing() {
        assert!(stack(&bins(&[[0; 5]; 3]), Duration::ZERO).is_empty());
        assert!(stack(&[], Duration::ZERO).is_empty());
    }

    #[test]
    fn a_year_of_days_is_small() {
        let days: Vec<[u32; 5]> = (0..366).map(|day| [day % 300, 60 + day % 120, 30, 20, 90]).collect();
        let bytes: usize =
            stack(&bins(&days), Duration::from_s(86_400)).iter().map(|area| area.path.len()).sum();
        assert!(bytes < 20_000, "{bytes}");
    }
}
