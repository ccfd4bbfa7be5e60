//! What time is it, and did it run steadily since the last look? Sleep, resume and clock changes.
//!
//! ```text
//! wall       10:00:00  10:00:01  10:00:02 ·······sleep······· 11:30:07
//! monotonic        0         1         2                            3    differs: broken
//! ```

use std::time::{Duration, Instant};

use attnd_core::{Clock, Timestamp};

/// The clock on the wall: it may jump.
#[derive(Clone, Copy, Debug, Default)]
pub struct WallClock;

impl Clock for WallClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_jiff(jiff::Timestamp::now()).unwrap_or(Timestamp::MIN)
    }
}

/// Both clocks at once: the second seam, beside [`Clock`], through which time enters.
pub trait Time: Clock {
    /// Time since some fixed moment, never running backwards and standing still during sleep
    /// where the platform can tell.
    fn monotonic(&self) -> Duration;

    /// Both readings, the wall's cut to whole milliseconds as ActivityWatch keeps them.
    fn moment(&self) -> Moment {
        const NS_PER_MS: i64 = 1_000_000;
        let ns = self.now().ns();
        Moment {
            wall: Timestamp::from_ns_saturating(ns - ns.rem_euclid(NS_PER_MS)),
            monotonic: self.monotonic(),
        }
    }
}

/// The time of the machine the watcher runs on.
#[derive(Clone, Copy, Debug)]
pub struct SystemTime {
    wall: WallClock,
    started: Instant,
}

impl Default for SystemTime {
    fn default() -> Self {
        Self { wall: WallClock, started: Instant::now() }
    }
}

impl Clock for SystemTime {
    fn now(&self) -> Timestamp {
        self.wall.now()
    }
}

impl Time for SystemTime {
    fn monotonic(&self) -> Duration {
        self.started.elapsed()
    }
}

/// One moment as both clocks tell it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// Time of day, UTC.
    pub wall: Timestamp,
    /// Time since the watcher began.
    pub monotonic: Duration,
}

/// Whether time ran steadily between two looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Continuity {
    /// Both clocks agree.
    Steady,
    /// The machine slept or somebody set the clock: nothing may be merged across. `until` is the
    /// last moment known to belong to what was before.
    Broken {
        /// The last look before the break, on the wall clock of that time.
        until: Timestamp,
    },
}

/// Compares the two clocks at every look.
#[derive(Clone, Debug, Default)]
pub struct Timekeeper {
    last: Option<Moment>,
}

impl Timekeeper {
    /// How far the clocks may drift apart between two looks: more than any slewing does, less
    /// than any pulsetime in use.
    const TOLERANCE_NS: i64 = 1_500_000_000;

    /// Takes a look and says whether time ran steadily since the one before.
    pub fn look(&mut self, now: Moment) -> Continuity {
        let Some(last) = self.last.replace(now) else { return Continuity::Steady };
        let wall_ns = now.wall.ns().saturating_sub(last.wall.ns());
        let monotonic = now.monotonic.saturating_sub(last.monotonic);
        let monotonic_ns = i64::try_from(monotonic.as_nanos()).unwrap_or(i64::MAX);
        if wall_ns.saturating_sub(monotonic_ns).saturating_abs() > Self::TOLERANCE_NS {
            Continuity::Broken { until: last.wall }
        } else {
            Continuity::Steady
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moment(wall_s: i64, monotonic_s: u64) -> Moment {
        Moment {
            wall: Timestamp::from_ns_saturating(wall_s * attnd_core::time::NS_PER_S),
            monotonic: Duration::from_secs(monotonic_s),
        }
    }

    #[test]
    fn a_slow_loop_is_steady_but_sleep_and_clock_changes_are_breaks() {
        let mut keeper = Timekeeper::default();
        assert_eq!(keeper.look(moment(1_000, 10)), Continuity::Steady);
        assert_eq!(keeper.look(moment(1_001, 11)), Continuity::Steady);
        assert_eq!(keeper.look(moment(1_061, 71)), Continuity::Steady);
        let until = moment(1_061, 0).wall;
        assert_eq!(keeper.look(moment(9_000, 72)), Continuity::Broken { until });
        let until = moment(9_000, 0).wall;
        assert_eq!(keeper.look(moment(5_400, 73)), Continuity::Broken { until });
        assert_eq!(keeper.look(moment(5_401, 74)), Continuity::Steady);
    }
}
