//! What is compared with what? Days measured and true, side by side, and errors over all of them.

use std::collections::BTreeMap;

use attnd_core::{Duration, TimeRange, Timestamp};

use super::truth_track::{between, is_task, truth_track};
use crate::category::CategoryRules;
use crate::flow::{FlowConfig, FlowInput, FlowSource, flow};
use crate::measure::{Level, MeasureConfig, Measures, measures};
use crate::simulate::tests::simulation;
use crate::simulate::{DayTruth, SimulatedDay};
use crate::track::Track;

/// A day of work, measured and true.
pub(super) struct Compared {
    pub(super) truth: DayTruth,
    /// Of what the watchers saw.
    pub(super) measured: Measures,
    /// Of what the person did, by the same rules.
    pub(super) ideal: Measures,
    /// Each time focus was left for another category: what counting without thresholds finds.
    pub(super) naive: Vec<TimeRange>,
}

/// Four weeks of a person; days without work are left out.
pub(super) fn compare(seed: u64, rules: &CategoryRules) -> Vec<Compared> {
    let config = MeasureConfig::default();
    let is_focus = |path: &[String]| rules.is_focus(path);
    let days = simulation(28, seed).days().filter(|day| !day.truth.tasks.is_empty()).collect::<Vec<_>>();
    let compared = days.into_iter().map(|day| {
        let cues: Vec<Timestamp> = day.truth.cues.iter().map(|cue| cue.at).collect();
        let track = sensed(&day, rules);
        let truth = truth_track(&day.truth);
        Compared {
            measured: measures(&track, TimeRange::ALL, &|path| rules.bearing(path), &config, Some(&cues)),
            ideal: measures(&truth, TimeRange::ALL, &is_task, &config, Some(&cues)),
            naive: naive(&track, &is_focus),
            truth: day.truth,
        }
    });
    compared.collect()
}

fn sensed(day: &SimulatedDay, rules: &CategoryRules) -> Track {
    let sources = day.buckets.iter().map(|(bucket, events)| FlowSource {
        id: bucket.id.clone(),
        kind: bucket.kind.clone(),
        hostname: bucket.hostname.clone(),
        data: bucket.data.clone(),
        events: events.clone(),
    });
    let input = FlowInput { sources: sources.collect(), range: TimeRange::ALL };
    Track::of_flow(&flow(&input, rules, FlowConfig::default()))
}

/// From each visit of focus to the next of the same category, if anything lies between: the
/// interruptions of somebody who counts every switch of category.
fn naive(track: &Track, is_focus: &dyn Fn(&[String]) -> bool) -> Vec<TimeRange> {
    let mut found = Vec::new();
    let visits = track.visits();
    for (index, visit) in visits.iter().enumerate() {
        let category = track.window(visit).category;
        if !is_focus(track.category(visit)) {
            continue;
        }
        let rest = &visits[index + 1..];
        let back = rest.iter().position(|other| track.window(other).category == category);
        if let Some(back) = back.filter(|back| *back > 0) {
            let range = between(visit.range.end(), rest[back].range.start());
            if range.duration() < Duration::from_s(15 * 60) {
                found.push(range);
            }
        }
    }
    found
}

/// The interruptions that are to be found, with the end of their handling: longer than 15 s, and returned from within 15 min.
fn eligible(truth: &DayTruth) -> Vec<(TimeRange, Timestamp)> {
    let long = truth.interruptions.iter().filter(|one| {
        one.handling_ended.since(one.left) >= Duration::from_s(15)
            && one.resumed.is_some_and(|resumed| resumed.since(one.left) < Duration::from_s(15 * 60))
    });
    long.filter_map(|one| Some((between(one.left, one.resumed?), one.handling_ended))).collect()
}

/// Pairs of a found and a true range: each found one, in order, with the true one not yet taken
/// that it shares most time with.
pub(super) fn pairs(found: &[TimeRange], truth: &[TimeRange]) -> Vec<(usize, usize)> {
    let mut taken = vec![false; truth.len()];
    let mut pairs = Vec::new();
    for (index, range) in found.iter().enumerate() {
        let shared = |other: usize| range.intersection(truth[other]).map(TimeRange::duration);
        let best = (0..truth.len())
            .filter(|&other| !taken[other] && shared(other).is_some_and(|shared| !shared.is_zero()))
            .max_by_key(|&other| shared(other));
        if let Some(other) = best {
            taken[other] = true;
            pairs.push((index, other));
        }
    }
    pairs
}

/// How many were there, how many were found, and how many of those were right.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Hits {
    pub(super) truth: usize,
    pub(super) found: usize,
    pub(super) right: usize,
}

impl Hits {
    fn add(&mut self, found: &[TimeRange], truth: &[TimeRange]) {
        self.truth += truth.len();
        self.found += found.len();
        self.right += pairs(found, truth).len();
    }

    /// Of what was found, the share that is true.
    pub(super) fn precision(self) -> f64 {
        self.right as f64 / self.found as f64
    }

    /// Of what is true, the share that was found.
    pub(super) fn recall(self) -> f64 {
        self.right as f64 / self.truth as f64
    }
}

/// Hits and errors over all days.
#[derive(Clone, Debug)]
pub(super) struct Found {
    pub(super) interruptions: Hits,
    pub(super) naive: Hits,
    pub(super) sessions: Hits,
    pub(super) breaks: Hits,
    /// What the person really did in the middle of interruptions that were found and are none.
    wrong: BTreeMap<&'static str, usize>,
    errors: Vec<(&'static str, Error)>,
}

/// Two medians, and the median of what lies between the values of each pair.
#[derive(Clone, Copy, Debug)]
pub(super) struct Error {
    pub(super) truth: f64,
    pub(super) measured: f64,
    pub(super) absolute: f64,
}

impl Error {
    /// Of pairs (true, measured).
    fn of(pairs: impl IntoIterator<Item = (f64, f64)>) -> Self {
        let pairs: Vec<_> = pairs.into_iter().collect();
        let median = |value: fn(&(f64, f64)) -> f64| {
            let mut values: Vec<f64> = pairs.iter().map(value).collect();
            values.sort_by(f64::total_cmp);
            values[values.len() / 2]
        };
        Self {
            truth: median(|pair| pair.0),
            measured: median(|pair| pair.1),
            absolute: median(|pair| (pair.0 - pair.1).abs()),
        }
    }
}

/// The interruptions that were found and are true: (true, measured), in seconds.
#[derive(Default)]
struct Lags {
    handling: Vec<(f64, f64)>,
    resume_lag: Vec<(f64, f64)>,
    away: Vec<(f64, f64)>,
}

impl Found {
    pub(super) fn of(days: &[Compared]) -> Self {
        let mut found = Self {
            interruptions: Hits::default(),
            naive: Hits::default(),
            sessions: Hits::default(),
            breaks: Hits::default(),
            wrong: BTreeMap::new(),
            errors: Vec::new(),
        };
        let mut lags = Lags::default();
        for day in days {
            found.add(day, &mut lags);
        }
        found.errors = errors(days, lags);
        found
    }

    fn add(&mut self, day: &Compared, lags: &mut Lags) {
        let truth = eligible(&day.truth);
        let ranges: Vec<TimeRange> = truth.iter().map(|one| one.0).collect();
        let measured = &day.measured.interruptions;
        let found: Vec<_> = measured.iter().map(|one| between(one.left, one.resumed)).collect();
        self.interruptions.add(&found, &ranges);
        self.naive.add(&day.naive, &ranges);
        let pairs = pairs(&found, &ranges);
        for (index, range) in found.iter().enumerate() {
            if pairs.iter().all(|(right, _)| *right != index) {
                *self.wrong.entry(really(&day.truth, middle(*range))).or_default() += 1;
            }
        }
        for (index, other) in pairs {
            let (range, handled) = truth[other];
            let one = &measured[index];
            let seconds = |truth: Duration, measured: Duration| (truth.as_s_f64(), measured.as_s_f64());
            lags.handling.push(seconds(handled.since(range.start()), one.handling));
            lags.resume_lag.push(seconds(range.end().since(handled), one.resume_lag));
            lags.away.push(seconds(range.duration(), found[index].duration()));
        }
        let ranges = |measures: &Measures| -> Vec<TimeRange> {
            measures.sessions.iter().map(|session| session.range).collect()
        };
        self.sessions.add(&ranges(&day.measured), &ranges(&day.ideal));
        let rests: Vec<TimeRange> = day.truth.breaks.iter().map(|rest| rest.range()).collect();
        self.breaks.add(&day.measured.breaks, &rests);
    }

    pub(super) fn errors(&self) -> Vec<(&'static str, Error)> {
        self.errors.clone()
    }

    /// As the manual shows it.
    pub(super) fn table(&self) -> String {
        let mut text = "| found | true | found | precision | recall |\n|---|--:|--:|--:|--:|\n".to_owned();
        for (name, hits) in [
            ("interruptions", self.interruptions),
            ("interruptions, by counting every switch of category", self.naive),
            ("focus sessions", self.sessions),
            ("breaks", self.breaks),
        ] {
            let Hits { truth, found, .. } = hits;
            text +=
                &format!("| {name} | {truth} | {found} | {:.2} | {:.2} |\n", hits.precision(), hits.recall());
        }
        text += &format!("\nwrong interruptions: {:?}\n", self.wrong);
        text += "\n| median of | true | measured | error |\n|---|--:|--:|--:|\n";
        for (name, Error { truth, measured, absolute }) in &self.errors {
            text += &format!("| {name} | {truth:.2} | {measured:.2} | {absolute:.2} |\n");
        }
        text
    }
}

fn errors(days: &[Compared], lags: Lags) -> Vec<(&'static str, Error)> {
    let minutes = |duration: Duration| duration.as_s_f64() / 60.0;
    let rate = |measures: &Measures, level| {
        let found = measures.levels.iter().find(|one| one.level == level);
        found.and_then(|one| one.switches_per_h).unwrap_or(0.0)
    };
    let unbroken =
        |measures: &Measures| measures.longest_unbroken.map_or(0.0, |range| minutes(range.duration()));
    let per_day = |value: &dyn Fn(&Measures) -> f64| {
        Error::of(days.iter().map(|day| (value(&day.ideal), value(&day.measured))))
    };
    let focus = days.iter().map(|day| (on_task_min(&day.truth), minutes(day.measured.focus)));
    let counts =
        days.iter().map(|day| (eligible(&day.truth).len() as f64, day.measured.interruptions.len() as f64));
    vec![
        ("handling, s", Error::of(lags.handling)),
        ("resume lag, s", Error::of(lags.resume_lag)),
        ("left until back, s", Error::of(lags.away)),
        ("interruptions a day", Error::of(counts)),
        ("self-interruption", Error::of(days.iter().filter_map(own_share))),
        ("focus, min a day", Error::of(focus)),
        ("in sessions, min a day", per_day(&|measures| minutes(measures.in_sessions))),
        ("longest session / T", per_day(&|measures| measures.longest_session)),
        ("deep work of 25 min / T", per_day(&|measures| measures.deep_work[0])),
        ("deep work of 60 min / T", per_day(&|measures| measures.deep_work[1])),
        ("fragmentation", per_day(&|measures| measures.fragmentation.unwrap_or(0.0))),
        ("longest unbroken, min", per_day(&unbroken)),
        ("switches of work, 1/h", per_day(&|measures| rate(measures, Level::Work))),
        ("switches of category, 1/h", per_day(&|measures| rate(measures, Level::Category))),
    ]
}

fn middle(range: TimeRange) -> Timestamp {
    range.start().saturating_add(Duration::from_ns(range.duration().ns() / 2))
}

/// What the person was really at.
fn really(truth: &DayTruth, moment: Timestamp) -> &'static str {
    let within = |range: TimeRange| range.contains(moment);
    if truth.tasks.iter().any(|stint| within(stint.when.range())) {
        "a task"
    } else if truth.meetings.iter().any(|meeting| within(meeting.when.range())) {
        "a meeting"
    } else if truth.triage.iter().any(|stretch| within(stretch.range())) {
        "going through mail"
    } else if truth.leisure.iter().any(|stretch| within(stretch.range())) {
        "leisure"
    } else {
        "an interruption that was found already, or was not returned from in time"
    }
}

/// Time on tasks, without the glances at other things.
fn on_task_min(truth: &DayTruth) -> f64 {
    let tasks: Duration = truth.tasks.iter().map(|stint| stint.when.range().duration()).sum();
    let glances: Duration = truth.glances.iter().map(|glance| glance.when.range().duration()).sum();
    (tasks.as_s_f64() - glances.as_s_f64()) / 60.0
}

/// Of all switches there were, the share that no cue called for, and the share measured: a switch
/// was called for exactly where an interruption from outside began.
fn own_share(day: &Compared) -> Option<(f64, f64)> {
    let measured = day.measured.self_interruption?;
    let switches = day.measured.levels.iter().find(|one| one.level == Level::Category)?.switches;
    let called = day.truth.interruptions.iter().filter(|one| one.cue.is_some()).count();
    Some((1.0 - called as f64 / switches as f64, measured))
}
