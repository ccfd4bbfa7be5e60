//! Does the clock run forwards? Rows of one stream, put in order where they are a little out of it, and told where the
//! clock jumps.

use attnd_core::recording::Samples;
use attnd_core::{Duration, Timestamp};

/// Rows passed on at once.
pub(super) const CHUNK_ROWS: usize = 4_096;

/// Rows this much older than their neighbours come from a second thread, not from a clock set back.
const DISORDER: Duration = Duration::from_s(2);
/// Instruments pause; a clock that is set forward or a year typed wrong makes a longer gap than this…
const LEAP: Duration = Duration::from_s(12 * 3600);
/// …and one that is longer than so many usual steps.
const LEAP_STEPS: i64 = 1_000;

/// Rows of one stream on their way to a sink.
#[derive(Debug)]
pub(super) struct Ordered {
    stream: usize,
    times: Vec<Timestamp>,
    values: Vec<Vec<f64>>,
    /// The latest time of all, and the latest that was passed on.
    latest: Option<Timestamp>,
    passed: Option<Timestamp>,
    /// Rows and time since the first row or jump, for the usual step.
    rows: i64,
    first: Option<Timestamp>,
    order: Order,
}

#[derive(Debug, PartialEq)]
enum Order {
    Rising,
    Mixed,
}

/// What the clock did at a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tick {
    /// The row is taken.
    On,
    /// It is this much older than the one before: the row is not taken.
    Back(Duration),
    /// It is this much newer than the one before, out of all proportion: the row is not taken.
    Leap(Duration),
}

impl Ordered {
    /// Nothing yet, of a stream of so many channels.
    pub(super) fn new(stream: usize, channels: usize) -> Self {
        Self {
            stream,
            times: Vec::new(),
            values: vec![Vec::new(); channels],
            latest: None,
            passed: None,
            rows: 0,
            first: None,
            order: Order::Rising,
        }
    }

    /// What the clock did between the rows so far and `time`.
    pub(super) fn tick(&self, time: Timestamp) -> Tick {
        let (Some(latest), Some(first)) = (self.latest, self.first) else { return Tick::On };
        if time < latest {
            let back = latest.since(time);
            let too_late = self.passed.is_some_and(|passed| time < passed);
            return if back > DISORDER || too_late { Tick::Back(back) } else { Tick::On };
        }
        let ahead = time.since(latest);
        let usual_ns = latest.since(first).ns() / self.rows.max(1);
        let leaps = ahead > LEAP && ahead.ns() / LEAP_STEPS > usual_ns;
        if leaps { Tick::Leap(ahead) } else { Tick::On }
    }

    /// Takes a row; fewer values than channels leave the rest missing.
    pub(super) fn push(&mut self, time: Timestamp, row: impl IntoIterator<Item = f64>) {
        if self.latest.is_some_and(|latest| time < latest) {
            self.order = Order::Mixed;
        }
        self.times.push(time);
        let mut row = row.into_iter();
        for channel in &mut self.values {
            channel.push(row.next().unwrap_or(f64::NAN));
        }
        self.latest = self.latest.max(Some(time));
        self.first = self.first.or(Some(time));
        self.rows += 1;
    }

    /// A chunk, once there is one whose order is settled.
    pub(super) fn chunk(&mut self) -> Option<Samples> {
        if self.times.len() < CHUNK_ROWS {
            return None;
        }
        self.sort();
        // Rows within the disorder of the latest may still get older neighbours; not without bound, though.
        let settled = self.latest.map_or(0, |latest| {
            let until = latest.saturating_sub(DISORDER);
            self.times.partition_point(|time| *time <= until)
        });
        let overfull = self.times.len() >= 16 * CHUNK_ROWS;
        let count = if overfull { self.times.len() } else { settled };
        (count >= CHUNK_ROWS / 2).then(|| self.take(count))
    }

    /// Everything that is left.
    pub(super) fn rest(&mut self) -> Option<Samples> {
        self.sort();
        (!self.times.is_empty()).then(|| self.take(self.times.len()))
    }

    fn take(&mut self, count: usize) -> Samples {
        let times: Vec<Timestamp> = self.times.drain(..count).collect();
        let values = self.values.iter_mut().map(|channel| channel.drain(..count).collect()).collect();
        self.passed = times.last().copied().or(self.passed);
        Samples { stream: self.stream, times, values }
    }

    /// By time, rows of the same time as they came.
    fn sort(&mut self) {
        if self.order == Order::Rising {
            return;
        }
        let mut order: Vec<usize> = (0..self.times.len()).collect();
        order.sort_by_key(|row| self.times[*row]);
        self.times = order.iter().map(|row| self.times[*row]).collect();
        for channel in &mut self.values {
            *channel = order.iter().map(|row| channel[*row]).collect();
        }
        self.order = Order::Rising;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(ms: i64) -> Timestamp {
        Timestamp::from_ns_saturating(ms * 1_000_000)
    }

    #[test]
    fn a_little_disorder_is_sorted_and_jumps_are_told() {
        let mut rows = Ordered::new(0, 1);
        for (time, value) in [(1_000, 1.0), (3_000, 3.0), (2_000, 2.0), (3_000, 3.5)] {
            assert_eq!(rows.tick(at(time)), Tick::On);
            rows.push(at(time), [value]);
        }
        assert_eq!(rows.tick(at(-3_597_000)), Tick::Back(Duration::from_s(3_600)));
        assert_eq!(rows.tick(at(3_000 + 86_400_000)), Tick::Leap(Duration::from_s(86_400)));
        assert_eq!(rows.tick(at(3_000 + 3_600_000)), Tick::On, "an hour's pause is no leap");
        let rest = rows.rest().unwrap();
        assert_eq!(rest.times, [1_000, 2_000, 3_000, 3_000].map(at));
        assert_eq!(rest.values, [[1.0, 2.0, 3.0, 3.5]]);
    }

    #[test]
    fn one_answer_a_day_is_no_leap() {
        let mut rows = Ordered::new(0, 0);
        for day in 0..20 {
            let time = at(day * 86_400_000);
            // The first gap has no usual step to be measured by.
            assert!(day < 2 || rows.tick(time) == Tick::On, "{day}");
            rows.push(time, []);
        }
    }

    proptest! {
        #[test]
        fn what_is_passed_on_never_falls_and_nothing_is_lost(
            steps in proptest::collection::vec(-1_500_i64..3_000, 1..3_000),
            repeats in 1_usize..8,
        ) {
            let mut rows = Ordered::new(0, 1);
            let (mut now, mut pushed, mut passed) = (0, 0, Vec::new());
            for step in steps.iter().cycle().take(steps.len() * repeats) {
                now += step;
                if rows.tick(at(now)) == Tick::On {
                    rows.push(at(now), [now as f64]);
                    pushed += 1;
                }
                passed.extend(rows.chunk());
            }
            passed.extend(rows.rest());
            let times: Vec<Timestamp> = passed.iter().flat_map(|chunk| chunk.times.clone()).collect();
            let values: Vec<f64> = passed.iter().flat_map(|chunk| chunk.values[0].clone()).collect();
            prop_assert_eq!(times.len(), pushed);
            prop_assert!(times.is_sorted());
            prop_assert!(times.iter().zip(&values).all(|(time, value)| *time == at(*value as i64)));
        }
    }
}
