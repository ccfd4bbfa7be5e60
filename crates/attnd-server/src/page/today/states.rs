//! In which state was one when? The geometry of the timeline by state, in ten-thousandths of its
//! width, so that one drawing fits every screen.
//!
//! ```text
//! focus        ├─ 52 min ─┤   ├──── 1 h 12 min ────┤     sessions as bands with their length
//!              ▆▆▆▆ ▆▆▆▆▆▆     ▆▆▆▆▆▆▆ ▆▆▆▆▆ ▆▆▆▆▆▆       bars as long as they lasted
//! shallow                 ▆▆▆
//! switching               ▂ ▄▂                            shorter than a bin: the share of the bin
//! interrupted      ┃▬--           ┃▬-      ┃▬---          left, handling, the way back
//! away                       ▆▆
//! ```

use std::collections::BTreeMap;

use attnd_core::{Duration, TimeRange, Timestamp};
use attnd_engine::flow::DaySpan;
use attnd_engine::measure::{FlowState, Interruption, StateRun};

/// The width of the drawing, in its own units.
pub(crate) const WIDTH: i64 = 10_000;
/// About a pixel and a half of a desktop: what is narrower shares a bin with its neighbours.
const BIN: i64 = 20;
const BINS: usize = (WIDTH / BIN) as usize;
/// What pointer and cursor can stop at: about three minutes of a ten-hour day.
const STOP: i64 = 48;
const BAR_PX: f64 = 20.0;
/// Even the smallest share of a bin is seen.
const LEAST_PX: f64 = 3.0;

/// Where moments lie on the drawing.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scale {
    /// What is drawn.
    pub(crate) range: TimeRange,
}

/// Something pointer and cursor stop at: a stretch, or short stretches together.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Stop<'a> {
    /// When.
    pub(crate) range: TimeRange,
    /// The state that had most of it.
    pub(crate) state: FlowState,
    /// What had its time, most first; nothing where nobody was there.
    pub(crate) parts: Vec<Part<'a>>,
}

/// A window's, or an application's, part of a stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Part<'a> {
    /// The application.
    pub(crate) application: &'a str,
    /// The title that was longest in front.
    pub(crate) title: &'a str,
    /// How long.
    pub(crate) time: Duration,
    /// How long that title.
    title_time: Duration,
}

impl Scale {
    /// How far along the width `moment` lies.
    pub(crate) fn place(self, moment: Timestamp) -> i64 {
        let whole = self.range.duration().as_s_f64();
        if whole <= 0.0 {
            return 0;
        }
        let part = moment.since(self.range.start()).as_s_f64() / whole;
        (part * WIDTH as f64).round().clamp(0.0, WIDTH as f64) as i64
    }

    /// Bars of one state, as the data of an SVG path, standing on `floor`.
    pub(crate) fn bars(self, runs: &[StateRun], state: FlowState, floor: i64) -> String {
        let mut path = String::new();
        let mut shares = [0.0_f64; BINS];
        for run in runs.iter().filter(|run| run.state == state) {
            let (start, end) = (self.place(run.range.start()), self.place(run.range.end()));
            if end - start >= BIN {
                bar(&mut path, start, end - start, floor, BAR_PX);
            } else {
                self.share(&mut shares, run.range);
            }
        }
        skyline(&mut path, &shares, floor);
        path
    }

    /// Adds the part of each bin that `range` covers.
    fn share(self, shares: &mut [f64; BINS], range: TimeRange) {
        let bin_s = self.range.duration().as_s_f64() / BINS as f64;
        let exact = |moment: Timestamp| moment.since(self.range.start()).as_s_f64() / bin_s;
        let (start, end) = (exact(range.start()).max(0.0), exact(range.end()));
        for (index, share) in shares.iter_mut().enumerate().skip(start as usize).take(3) {
            let left = index as f64;
            *share += (end.min(left + 1.0) - start.max(left)).max(0.0);
        }
    }

    /// Where focus was left: one tick a bin at most.
    pub(crate) fn ticks(self, interruptions: &[Interruption], floor: i64) -> String {
        let mut places: Vec<i64> = interruptions.iter().map(|one| self.place(one.left) / BIN * BIN).collect();
        places.dedup();
        let top = floor - BAR_PX as i64;
        places.iter().map(|x| format!("M{x} {top}v{}", BAR_PX as i64)).collect()
    }

    /// What focus was left for, beside the tick.
    pub(crate) fn handling(self, interruptions: &[Interruption], floor: i64) -> String {
        const HEIGHT_PX: f64 = 12.0;
        self.parts(interruptions, floor - 4, HEIGHT_PX, |one| TimeRange::from(one.left, one.handling))
    }

    /// The way back, as a tail.
    pub(crate) fn tails(self, interruptions: &[Interruption], floor: i64) -> String {
        const HEIGHT_PX: f64 = 4.0;
        self.parts(interruptions, floor - 8, HEIGHT_PX, |one| {
            TimeRange::from(one.left.saturating_add(one.handling), one.resume_lag)
        })
    }

    fn parts(
        self,
        interruptions: &[Interruption],
        floor: i64,
        height_px: f64,
        part: impl Fn(&Interruption) -> TimeRange,
    ) -> String {
        let mut path = String::new();
        for range in interruptions.iter().map(part) {
            let (start, end) = (self.place(range.start()), self.place(range.end()));
            if end > start {
                bar(&mut path, start, end - start, floor, height_px);
            }
        }
        path
    }

    /// What pointer and cursor stop at, in order: stretches wide enough by themselves, others
    /// together with their neighbours.
    pub(crate) fn stops<'a>(self, runs: &[StateRun], spans: &'a [DaySpan]) -> Vec<Stop<'a>> {
        let mut stops = Vec::new();
        let mut short: Vec<Stop<'a>> = Vec::new();
        for stretch in stretches(runs, spans) {
            if self.width(stretch.range) >= STOP {
                stops.extend(together(std::mem::take(&mut short)));
                stops.push(stretch);
                continue;
            }
            short.push(stretch);
            if short.first().is_some_and(|first| self.width(covering(first, short.last())) >= STOP) {
                stops.extend(together(std::mem::take(&mut short)));
            }
        }
        stops.extend(together(short));
        stops
    }

    fn width(self, range: TimeRange) -> i64 {
        self.place(range.end()) - self.place(range.start())
    }
}

/// A rectangle that stands on `floor`; heights to a tenth of a pixel.
fn bar(path: &mut String, x: i64, width: i64, floor: i64, height: f64) {
    use std::fmt::Write as _;
    let height = (height * 10.0).round() / 10.0;
    // Writing to a string cannot fail.
    let _ = write!(path, "M{x} {floor}v-{height}h{width}v{height}z");
}

/// Bins beside each other share an outline: a third of the bytes.
fn skyline(path: &mut String, shares: &[f64; BINS], floor: i64) {
    use std::fmt::Write as _;
    let mut before = 0.0;
    for (index, share) in (0_i64..).zip(shares.iter().copied().chain([0.0])) {
        // Writing to a string cannot fail.
        let _ = match (before > 0.0, share > 0.0) {
            (false, false) => Ok(()),
            (true, false) => write!(path, "V{floor}z"),
            (outlined, true) => {
                if !outlined {
                    let _ = write!(path, "M{} {floor}", index * BIN);
                }
                let top = floor as f64 - (share.min(1.0) * BAR_PX).max(LEAST_PX);
                write!(path, "V{}h{BIN}", (top * 10.0).round() / 10.0)
            }
        };
        before = share;
    }
}

/// One stretch for each state and application: states cut where windows change, and titles of one
/// application joined.
fn stretches<'a>(runs: &[StateRun], spans: &'a [DaySpan]) -> Vec<Stop<'a>> {
    let mut stretches: Vec<Stop<'a>> = Vec::new();
    for run in runs {
        let first = spans.partition_point(|span| span.range.end() <= run.range.start());
        let within = spans[first..].iter().take_while(|span| span.range.start() < run.range.end());
        let mut nobody = true;
        for span in within.filter(|_| run.state != FlowState::Away) {
            let Some(range) = span.range.intersection(run.range).filter(|range| !range.duration().is_zero())
            else {
                continue;
            };
            nobody = false;
            extend(&mut stretches, run.state, span, range);
        }
        if nobody {
            stretches.push(Stop { range: run.range, state: run.state, parts: Vec::new() });
        }
    }
    stretches
}

fn extend<'a>(stretches: &mut Vec<Stop<'a>>, state: FlowState, span: &'a DaySpan, range: TimeRange) {
    const PAUSE: Duration = Duration::from_s(5);
    let time = range.duration();
    let part = Part { application: &span.application, title: &span.title, time, title_time: time };
    match stretches.last_mut() {
        Some(last)
            if last.state == state
                && last.parts.first().is_some_and(|first| first.application == part.application)
                && range.start().since(last.range.end()) <= PAUSE =>
        {
            last.range = TimeRange::from(last.range.start(), range.end().since(last.range.start()));
            last.parts[0].add(&part);
        }
        _ => stretches.push(Stop { range, state, parts: vec![part] }),
    }
}

impl Part<'_> {
    /// Adds time on the same application.
    fn add(&mut self, other: &Self) {
        self.time = self.time.saturating_add(other.time);
        if self.title == other.title {
            self.title_time = self.title_time.saturating_add(other.title_time);
        } else if other.title_time > self.title_time {
            (self.title, self.title_time) = (other.title, other.title_time);
        }
    }
}

fn covering(first: &Stop<'_>, last: Option<&Stop<'_>>) -> TimeRange {
    let end = last.map_or(first.range.end(), |last| last.range.end());
    TimeRange::from(first.range.start(), end.since(first.range.start()))
}

/// Short neighbours as one stop: the state with most time, applications with theirs.
fn together(short: Vec<Stop<'_>>) -> Option<Stop<'_>> {
    if short.len() <= 1 {
        return short.into_iter().next();
    }
    let range = covering(short.first()?, short.last());
    let mut states: BTreeMap<FlowState, Duration> = BTreeMap::new();
    let mut parts: BTreeMap<&str, Part<'_>> = BTreeMap::new();
    for stop in &short {
        let time = states.entry(stop.state).or_default();
        *time = time.saturating_add(stop.range.duration());
        for part in &stop.parts {
            parts.entry(part.application).and_modify(|sum| sum.add(part)).or_insert(*part);
        }
    }
    let state = states.into_iter().max_by_key(|(_, time)| *time).map(|(state, _)| state)?;
    let mut parts: Vec<Part<'_>> = parts.into_values().collect();
    parts.sort_by_key(|part| std::cmp::Reverse(part.time));
    Some(Stop { range, state, parts })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    fn at(second: u32) -> Timestamp {
        Timestamp::parse("2026-11-20T08:00:00Z").unwrap().saturating_add(Duration::from_s(second))
    }

    fn run(state: FlowState, from_s: u32, to_s: u32) -> StateRun {
        StateRun { range: TimeRange::new(at(from_s), at(to_s)).unwrap(), state }
    }

    fn span(application: &str, title: &str, from_s: u32, to_s: u32) -> DaySpan {
        DaySpan {
            range: TimeRange::new(at(from_s), at(to_s)).unwrap(),
            application: application.to_owned(),
            title: title.to_owned(),
            category: Arc::from([]),
            domain: None,
        }
    }

    /// Ten thousand seconds: a second is a unit.
    fn scale() -> Scale {
        Scale { range: TimeRange::from(at(0), Duration::from_s(10_000)) }
    }

    #[test]
    fn wide_runs_are_drawn_as_they_were() {
        let runs = [
            run(FlowState::Focus, 0, 600),
            run(FlowState::Away, 600, 900),
            run(FlowState::Focus, 900, 1_000),
        ];
        assert_eq!(scale().bars(&runs, FlowState::Focus, 40), "M0 40v-20h600v20zM900 40v-20h100v20z");
        assert_eq!(scale().bars(&runs, FlowState::Shallow, 40), "");
    }

    #[test]
    fn narrow_runs_join_in_bins_by_their_share() {
        let runs = [
            run(FlowState::Switching, 100, 105),
            run(FlowState::Switching, 110, 115),
            run(FlowState::Switching, 130, 145),
        ];
        // Ten of the twenty seconds from 100 to 120, ten to 140, five to 160.
        let expected = "M100 40V30h20V30h20V35h20V40z";
        assert_eq!(scale().bars(&runs, FlowState::Switching, 40), expected);
        let glimpse = [run(FlowState::Switching, 100, 101)];
        assert_eq!(scale().bars(&glimpse, FlowState::Switching, 40), "M100 40V37h20V40z", "it is seen");
    }

    #[test]
    fn the_bytes_of_a_lane_are_bounded() {
        let restless: Vec<StateRun> =
            (0..5_000).map(|index| run(FlowState::Switching, index * 2, index * 2 + 1)).collect();
        assert!(scale().bars(&restless, FlowState::Switching, 40).len() < 5_000);
    }

    #[test]
    fn an_interruption_is_a_tick_a_bar_and_a_tail() {
        let one = Interruption {
            left: at(1_000),
            resumed: at(1_150),
            suspended: Arc::from([]),
            by: Arc::from([]),
            application: "Mail".into(),
            handling: Duration::from_s(100),
            resume_lag: Duration::from_s(50),
        };
        let twice = [one.clone(), Interruption { left: at(1_004), ..one }];
        assert_eq!(scale().ticks(&twice, 40), "M1000 20v20", "ticks closer than a bin are one");
        assert_eq!(scale().handling(&twice[..1], 40), "M1000 36v-12h100v12z");
        assert_eq!(scale().tails(&twice[..1], 40), "M1100 32v-4h50v4z");
    }

    #[test]
    fn stops_are_stretches_of_a_state_on_an_application() {
        let spans = [
            span("Code", "a", 0, 100),
            span("Code", "b", 100, 300),
            span("Mail", "Inbox", 300, 400),
            span("Code", "c", 500, 600),
        ];
        let runs = [
            run(FlowState::Focus, 0, 300),
            run(FlowState::Interrupted, 300, 400),
            run(FlowState::Away, 400, 500),
            run(FlowState::Focus, 500, 600),
        ];
        let stops = scale().stops(&runs, &spans);
        let told: Vec<_> = stops
            .iter()
            .map(|stop| (stop.state, stop.parts.first().map(|part| (part.application, part.title))))
            .collect();
        let expected = [
            (FlowState::Focus, Some(("Code", "b"))),
            (FlowState::Interrupted, Some(("Mail", "Inbox"))),
            (FlowState::Away, None),
            (FlowState::Focus, Some(("Code", "c"))),
        ];
        assert_eq!(told, expected);
    }

    #[test]
    fn short_stretches_are_told_together() {
        let spans = [span("Code", "a", 0, 10), span("Mail", "b", 10, 25), span("Code", "c", 25, 40)];
        let stops = scale().stops(&[run(FlowState::Switching, 0, 40)], &spans);
        assert_eq!(stops.len(), 1);
        let parts: Vec<_> = stops[0].parts.iter().map(|part| (part.application, part.title)).collect();
        assert_eq!(parts, [("Code", "c"), ("Mail", "b")]);
        assert_eq!(stops[0].parts[0].time, Duration::from_s(25));
    }

    #[test]
    fn stops_cover_the_runs_and_stay_few() {
        let spans: Vec<DaySpan> = (0..3_000)
            .map(|index| span(["Code", "Mail", "Chat"][index as usize % 3], "x", index * 3, index * 3 + 3))
            .collect();
        let runs: Vec<StateRun> = (0..900)
            .map(|index| {
                run(
                    [FlowState::Switching, FlowState::Shallow][index as usize % 2],
                    index * 10,
                    index * 10 + 10,
                )
            })
            .collect();
        let stops = scale().stops(&runs, &spans);
        assert!(stops.len() <= 200, "{}", stops.len());
        assert_eq!((stops[0].range.start(), stops.last().unwrap().range.end()), (at(0), at(9_000)));
        assert!(stops.windows(2).all(|pair| pair[0].range.end() <= pair[1].range.start()));
    }
}
