//! Where on the day does each stretch lie? The geometry of the timeline, in percent of its width,
//! so that one drawing fits every screen.
//!
//! One lane for each of the busiest names and one for the rest: place and label tell them apart,
//! no colour has to. A day of few stretches is drawn as it was. Once there are more than a screen
//! can show singly, each lane shows, for every bin of the day, the part of the bin it had, as
//! height: painting every stretch at least a pixel wide would fill each lane and mislead.

use std::collections::BTreeMap;

use attnd_core::{Duration, TimeRange, Timestamp};

/// A stretch of time on one name, as handed in: sorted by start, not overlapping.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Stretch {
    /// When.
    pub(crate) range: TimeRange,
    /// On what: an application or a category.
    pub(crate) name: String,
}

/// The timeline, ready to draw.
#[derive(Clone, Debug)]
pub(crate) struct Strip {
    /// Busiest first; the rest together last.
    pub(crate) lanes: Vec<Lane>,
    /// What the cursor and the pointer stop at, in order of time.
    pub(crate) stops: Vec<Stop>,
    /// The part of the day that is drawn, in whole hours.
    pub(crate) range: TimeRange,
    /// How it is drawn.
    pub(crate) drawn: Drawn,
}

/// How the stretches are drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Drawn {
    /// Each by itself.
    Singly,
    /// As the part they have of each bin.
    InBins,
}

/// One row of the timeline.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Lane {
    /// The name; `None` for the rest together.
    pub(crate) name: Option<String>,
    /// How many names it holds.
    pub(crate) names: usize,
    /// The bars, when drawn in bins.
    pub(crate) bars: Vec<Bar>,
}

/// The part of a bin a lane had.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Bar {
    /// Left edge in percent of the width.
    pub(crate) x: f64,
    /// Width in percent.
    pub(crate) width: f64,
    /// The part of the bin, above 0 and at most 1.
    pub(crate) part: f64,
}

/// Something the cursor stops at.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Stop {
    /// Left edge in percent of the width.
    pub(crate) x: f64,
    /// Width in percent.
    pub(crate) width: f64,
    /// When.
    pub(crate) range: TimeRange,
    /// The lane, when it is a single stretch.
    pub(crate) lane: Option<usize>,
    /// What had the time, most first.
    pub(crate) parts: Vec<(String, Duration)>,
}

/// More lanes than this are hard to compare; the rest share one.
const LANES: usize = 6;
/// More stretches than this are drawn in bins.
const SINGLE_STRETCHES: usize = 400;
/// Two to three pixels of a desktop each, about one of a phone.
const BINS: usize = 360;
const QUARTER: Duration = Duration::from_s(900);

impl Strip {
    /// Lays out `stretches` over `range`; `None` when there is nothing to draw.
    pub(crate) fn of(stretches: &[Stretch], range: TimeRange) -> Option<Self> {
        let stretches = joined(stretches);
        if stretches.is_empty() {
            return None;
        }
        let (lane_of, mut lanes) = lanes(&stretches);
        let scale = Scale { range };
        let singly = stretches.len() <= SINGLE_STRETCHES;
        let stops = if singly {
            stretches.iter().map(|stretch| scale.stop(stretch, lane_of[&stretch.name])).collect()
        } else {
            for (index, lane) in lanes.iter_mut().enumerate() {
                let own = stretches.iter().filter(|stretch| lane_of[&stretch.name] == index);
                lane.bars = scale.bars(own.map(|stretch| stretch.range));
            }
            scale.quarters(&stretches)
        };
        let drawn = if singly { Drawn::Singly } else { Drawn::InBins };
        Some(Self { lanes, stops, range, drawn })
    }

    /// How far along the width `moment` lies, in percent.
    pub(crate) fn place(&self, moment: Timestamp) -> f64 {
        Scale { range: self.range }.place(moment)
    }
}

/// Joins neighbours of one name: a change of title is no new stretch here.
pub(crate) fn joined(stretches: &[Stretch]) -> Vec<Stretch> {
    const PAUSE: Duration = Duration::from_s(5);
    let mut joined: Vec<Stretch> = Vec::new();
    for stretch in stretches {
        match joined.last_mut() {
            Some(last)
                if last.name == stretch.name && stretch.range.start().since(last.range.end()) <= PAUSE =>
            {
                let end = last.range.end().max(stretch.range.end());
                last.range = TimeRange::from(last.range.start(), end.since(last.range.start()));
            }
            _ => joined.push(stretch.clone()),
        }
    }
    joined
}

/// Which lane each name has, and the lanes.
fn lanes(stretches: &[Stretch]) -> (BTreeMap<String, usize>, Vec<Lane>) {
    let mut names = totals(stretches.iter().map(|stretch| (stretch.name.as_str(), stretch.range.duration())));
    // A lane for "others" of one would only hide its name.
    let own = if names.len() > LANES + 1 { LANES } else { names.len() };
    let others = names.len() - own;
    let lane_of = names.iter().enumerate().map(|(index, (name, _))| (name.clone(), index.min(own))).collect();
    names.truncate(own);
    let mut lanes: Vec<Lane> =
        names.into_iter().map(|(name, _)| Lane { name: Some(name), names: 1, bars: Vec::new() }).collect();
    if others > 0 {
        lanes.push(Lane { name: None, names: others, bars: Vec::new() });
    }
    (lane_of, lanes)
}

/// Sums by name, most first, then by name.
fn totals<'a>(parts: impl Iterator<Item = (&'a str, Duration)>) -> Vec<(String, Duration)> {
    let mut sums: BTreeMap<&str, Duration> = BTreeMap::new();
    for (name, length) in parts {
        let sum = sums.entry(name).or_default();
        *sum = sum.saturating_add(length);
    }
    let mut sums: Vec<(String, Duration)> =
        sums.into_iter().map(|(name, sum)| (name.to_owned(), sum)).collect();
    sums.sort_by_key(|(_, sum)| std::cmp::Reverse(*sum));
    sums
}

struct Scale {
    range: TimeRange,
}

impl Scale {
    fn place(&self, moment: Timestamp) -> f64 {
        let whole = self.range.duration().as_s_f64();
        if whole <= 0.0 {
            0.0
        } else {
            (moment.since(self.range.start()).as_s_f64() / whole * 100.0).min(100.0)
        }
    }

    fn stop(&self, stretch: &Stretch, lane: usize) -> Stop {
        let (x, end) = (self.place(stretch.range.start()), self.place(stretch.range.end()));
        let parts = vec![(stretch.name.clone(), stretch.range.duration())];
        Stop { x, width: end - x, range: stretch.range, lane: Some(lane), parts }
    }

    /// The part of every bin that `ranges` cover, without the empty bins.
    fn bars(&self, ranges: impl Iterator<Item = TimeRange>) -> Vec<Bar> {
        let mut parts = [0.0_f64; BINS];
        let bin_percent = 100.0 / BINS as f64;
        for range in ranges {
            let (start, end) =
                (self.place(range.start()) / bin_percent, self.place(range.end()) / bin_percent);
            let last = (end.ceil() as usize).min(BINS);
            for (offset, part) in parts[start as usize..last].iter_mut().enumerate() {
                let left = (start as usize + offset) as f64;
                *part += (end.min(left + 1.0) - start.max(left)).max(0.0);
            }
        }
        let bars = parts.into_iter().enumerate().filter(|(_, part)| *part > 0.005);
        bars.map(|(index, part)| Bar {
            x: index as f64 * bin_percent,
            width: bin_percent,
            part: part.min(1.0),
        })
        .collect()
    }

    /// One stop for each quarter of an hour in which there was something.
    fn quarters(&self, stretches: &[Stretch]) -> Vec<Stop> {
        let mut stops = Vec::new();
        let mut start = self.range.start();
        while start < self.range.end() {
            let quarter = TimeRange::from(start, QUARTER);
            let inside = stretches.iter().filter_map(|stretch| {
                Some((stretch.name.as_str(), stretch.range.intersection(quarter)?.duration()))
            });
            let mut parts = totals(inside.filter(|(_, length)| !length.is_zero()));
            parts.truncate(3);
            if !parts.is_empty() {
                let (x, end) = (self.place(start), self.place(quarter.end()));
                stops.push(Stop { x, width: end - x, range: quarter, lane: None, parts });
            }
            start = quarter.end();
        }
        stops
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minute: u32) -> Timestamp {
        Timestamp::parse("2026-11-20T08:00:00Z").unwrap().saturating_add(Duration::from_s(minute * 60))
    }

    fn stretch(name: &str, from: u32, to: u32) -> Stretch {
        Stretch { range: TimeRange::new(at(from), at(to)).unwrap(), name: name.to_owned() }
    }

    fn ten_hours() -> TimeRange {
        TimeRange::new(at(0), at(600)).unwrap()
    }

    #[test]
    fn few_stretches_are_drawn_as_they_were() {
        let day = [stretch("editor", 0, 60), stretch("mail", 60, 90), stretch("editor", 90, 150)];
        let strip = Strip::of(&day, ten_hours()).unwrap();
        assert_eq!(strip.drawn, Drawn::Singly);
        assert_eq!(
            strip.lanes.iter().map(|lane| lane.name.as_deref()).collect::<Vec<_>>(),
            [Some("editor"), Some("mail")]
        );
        let places: Vec<_> = strip.stops.iter().map(|stop| (stop.x, stop.width, stop.lane)).collect();
        assert_eq!(places, [(0.0, 10.0, Some(0)), (10.0, 5.0, Some(1)), (15.0, 10.0, Some(0))]);
    }

    #[test]
    fn a_change_of_title_is_no_new_stretch() {
        let day = [stretch("editor", 0, 10), stretch("editor", 10, 20), stretch("editor", 40, 50)];
        assert_eq!(joined(&day), [stretch("editor", 0, 20), stretch("editor", 40, 50)]);
    }

    #[test]
    fn the_rest_shares_a_lane_unless_it_is_one() {
        let names = |count: u32| -> Vec<_> {
            (0..count).map(|index| stretch(&format!("app {index:02}"), index * 20, index * 20 + 10)).collect()
        };
        let seven = Strip::of(&names(7), ten_hours()).unwrap();
        assert_eq!(seven.lanes.len(), 7);
        assert!(seven.lanes.iter().all(|lane| lane.name.is_some()));
        let nine = Strip::of(&names(9), ten_hours()).unwrap();
        assert_eq!((nine.lanes.len(), nine.lanes[6].name.as_ref(), nine.lanes[6].names), (7, None, 3));
    }

    #[test]
    fn many_stretches_keep_their_proportions() {
        // Thousands of ten-second glances at mail every minute: a sixth of the time, not all of it.
        let day: Vec<Stretch> = (0..3_000_u32)
            .map(|index| {
                let start = at(0).saturating_add(Duration::from_s(index * 12));
                let (name, length) = if index % 5 == 0 { ("mail", 12) } else { ("editor", 12) };
                Stretch { range: TimeRange::from(start, Duration::from_s(length)), name: name.to_owned() }
            })
            .collect();
        let strip = Strip::of(&day, ten_hours()).unwrap();
        assert_eq!(strip.drawn, Drawn::InBins);
        let mail = strip.lanes.iter().find(|lane| lane.name.as_deref() == Some("mail")).unwrap();
        let share = mail.bars.iter().map(|bar| bar.part).sum::<f64>() / BINS as f64;
        assert!((share - 0.2).abs() < 0.001, "{share}");
        assert!(mail.bars.iter().all(|bar| bar.part < 0.5));
        assert_eq!(strip.stops.len(), 40, "one for each quarter of an hour");
        assert_eq!(strip.stops[0].parts[0], ("editor".to_owned(), Duration::from_s(720)));
    }

    #[test]
    fn nothing_to_draw_is_said() {
        assert!(Strip::of(&[], ten_hours()).is_none());
    }
}
