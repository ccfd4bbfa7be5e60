//! Which event was it at each moment? Overlapping, doubled and out-of-order events made one row.
//!
//! ```text
//! events   [a            ]      [c]|          begun last is in front; short gaps are halved;
//!             [b    ]               d         an event without duration (d) still has its share
//! pieces   [a][b    ][a  ]      [c]d
//! ```

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use attnd_core::{Data, Duration, Event, TimeRange, Timestamp};

use super::{FlowSource, GAP};

/// A stretch of time in which one event's data held.
#[derive(Clone, Copy, Debug)]
pub(super) struct Piece<'a> {
    pub(super) range: TimeRange,
    pub(super) data: &'a Data,
    pub(super) source: &'a FlowSource,
}

/// The events of `sources` as pieces: in order, not overlapping, none empty, gaps shorter than
/// [`GAP`] closed. Of overlapping events the one of higher `precedence` counts, then the one that
/// began last, then the shorter.
pub(super) fn pieces<'a>(sources: &[&'a FlowSource], precedence: impl Fn(&Data) -> u8) -> Vec<Piece<'a>> {
    let mut candidates: Vec<_> = (sources.iter())
        .flat_map(|source| source.events.iter().map(|event| Candidate { event, source }))
        .collect();
    candidates.sort_by(Candidate::compare);
    let (points, stretches): (Vec<_>, Vec<_>) =
        candidates.into_iter().partition(|candidate| candidate.event.duration.is_zero());
    let covered = sweep(&stretches, &precedence);
    close_gaps(with_points(covered, points, &precedence))
}

#[derive(Clone, Copy)]
struct Candidate<'a> {
    event: &'a Event,
    source: &'a FlowSource,
}

impl<'a> Candidate<'a> {
    fn compare(&self, other: &Self) -> std::cmp::Ordering {
        let key = |candidate: &Self| (candidate.event.timestamp, Reverse(candidate.event.duration));
        key(self).cmp(&key(other)).then_with(|| {
            if self.event.data == other.event.data {
                return std::cmp::Ordering::Equal;
            }
            self.event.data.canonical().cmp(&other.event.data.canonical())
        })
    }

    fn piece(self, start: Timestamp, end: Timestamp) -> Piece<'a> {
        Piece { range: TimeRange::from(start, end.since(start)), data: &self.event.data, source: self.source }
    }
}

/// Goes through time with the events under way in a heap; `n log n`.
fn sweep<'a>(candidates: &[Candidate<'a>], precedence: impl Fn(&Data) -> u8) -> Vec<Piece<'a>> {
    let mut pieces = Vec::with_capacity(candidates.len());
    let mut under_way: BinaryHeap<(u8, usize)> = BinaryHeap::new();
    let mut next = 0;
    let mut now = Timestamp::MIN;
    loop {
        while under_way.peek().is_some_and(|(_, top)| candidates[*top].event.end() <= now) {
            under_way.pop();
        }
        let begins = candidates.get(next).map(|candidate| candidate.event.timestamp);
        match (under_way.peek(), begins) {
            (None, None) => return pieces,
            (None, Some(begins)) => now = now.max(begins),
            (Some((_, top)), begins) => {
                let top = candidates[*top];
                let until = top.event.end().min(begins.unwrap_or(Timestamp::MAX));
                if until > now {
                    push(&mut pieces, top.piece(now, until));
                    now = until;
                }
            }
        }
        while let Some(candidate) = candidates.get(next).filter(|candidate| candidate.event.timestamp <= now)
        {
            under_way.push((precedence(&candidate.event.data), next));
            next += 1;
        }
    }
}

/// Adds the events without duration that happened while nothing else did; one per moment.
fn with_points<'a>(
    covered: Vec<Piece<'a>>,
    points: Vec<Candidate<'a>>,
    precedence: impl Fn(&Data) -> u8,
) -> Vec<Piece<'a>> {
    let mut chosen: Vec<Candidate<'a>> = Vec::new();
    for point in points {
        match chosen.last_mut().filter(|last| last.event.timestamp == point.event.timestamp) {
            Some(last) if precedence(&point.event.data) < precedence(&last.event.data) => {}
            Some(last) => *last = point,
            None => chosen.push(point),
        }
    }
    if chosen.is_empty() {
        return covered;
    }
    let mut merged: Vec<Piece<'a>> = Vec::with_capacity(covered.len() + chosen.len());
    let mut covered = covered.into_iter().peekable();
    for point in chosen {
        let at = point.event.timestamp;
        while let Some(piece) = covered.next_if(|piece| piece.range.start() <= at) {
            push(&mut merged, piece);
        }
        if !merged.last().is_some_and(|last| last.range.contains(at)) {
            push(&mut merged, point.piece(at, at));
        }
    }
    covered.for_each(|piece| push(&mut merged, piece));
    merged
}

/// Gives each gap shorter than [`GAP`] to the pieces beside it, half each.
fn close_gaps(pieces: Vec<Piece<'_>>) -> Vec<Piece<'_>> {
    let mut closed: Vec<Piece<'_>> = Vec::with_capacity(pieces.len());
    for mut piece in pieces {
        if let Some(last) = closed.last_mut() {
            let gap = piece.range.start().since(last.range.end());
            if gap < GAP {
                let middle = last.range.end().saturating_add(Duration::from_ns(gap.ns() / 2));
                last.range = TimeRange::from(last.range.start(), middle.since(last.range.start()));
                piece.range = TimeRange::from(middle, piece.range.end().since(middle));
            }
        }
        push(&mut closed, piece);
    }
    closed.retain(|piece| !piece.range.duration().is_zero());
    closed
}

/// Adds a piece, or lengthens the last one if this is its continuation.
fn push<'a>(pieces: &mut Vec<Piece<'a>>, piece: Piece<'a>) {
    if let Some(last) = pieces.last_mut()
        && last.range.end() == piece.range.start()
        && last.data == piece.data
        && last.source.id == piece.source.id
    {
        let end = piece.range.end();
        last.range = TimeRange::from(last.range.start(), end.since(last.range.start()));
        return;
    }
    pieces.push(piece);
}

#[cfg(test)]
mod tests {
    use super::super::tests::{millis, source};
    use super::*;

    /// `(start, duration, label)` in milliseconds → the same of the pieces.
    fn row(events: &[(i64, i64, &str)]) -> Vec<(i64, i64, String)> {
        let data = |label: &str| Data::from([("app", label.into())]);
        let list = events
            .iter()
            .map(|(at, ms, label)| {
                Event::new(millis(*at), Duration::from_ns(ms * 1_000_000), data(label)).unwrap()
            })
            .collect();
        let source = source("aw-watcher-window_h", "currentwindow", "h", list);
        pieces(&[&source], |_| 0)
            .iter()
            .map(|piece| {
                let start = piece.range.start().since(millis(0)).ns() / 1_000_000;
                let label = piece.data.text("app").unwrap().to_owned();
                (start, piece.range.duration().ns() / 1_000_000, label)
            })
            .collect()
    }

    fn expect(events: &[(i64, i64, &str)], pieces: &[(i64, i64, &str)]) {
        let pieces: Vec<_> = pieces.iter().map(|(at, ms, label)| (*at, *ms, (*label).to_owned())).collect();
        assert_eq!(row(events), pieces);
    }

    #[test]
    fn the_one_begun_last_is_in_front_and_the_other_comes_back() {
        expect(&[(0, 100, "a"), (20, 30, "b")], &[(0, 20, "a"), (20, 30, "b"), (50, 50, "a")]);
        expect(&[(0, 100, "a"), (0, 30, "b")], &[(0, 30, "b"), (30, 70, "a")]);
        expect(&[(20, 30, "b"), (0, 30, "a")], &[(0, 20, "a"), (20, 30, "b")]);
    }

    #[test]
    fn doubled_and_split_events_are_one() {
        expect(&[(0, 100, "a"), (0, 100, "a"), (100, 50, "a")], &[(0, 150, "a")]);
    }

    #[test]
    fn short_gaps_are_halved_long_ones_stay() {
        expect(&[(0, 10, "a"), (4_010, 10, "b")], &[(0, 2_010, "a"), (2_010, 2_010, "b")]);
        expect(&[(0, 10, "a"), (4_010, 10, "a")], &[(0, 4_020, "a")]);
        expect(&[(0, 10, "a"), (5_010, 10, "b")], &[(0, 10, "a"), (5_010, 10, "b")]);
    }

    #[test]
    fn heartbeats_without_duration_share_the_gaps_around_them() {
        expect(
            &[(0, 0, "a"), (2_000, 0, "b"), (4_000, 0, "c")],
            &[(0, 1_000, "a"), (1_000, 2_000, "b"), (3_000, 1_000, "c")],
        );
        expect(&[(0, 10_000, "a"), (5_000, 0, "b")], &[(0, 10_000, "a")]);
        expect(&[(0, 0, "a")], &[]);
    }
}
