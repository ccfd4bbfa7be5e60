//! Where was attention before a moment? Visits, their switches, focus and absence, ready to be asked.

use attnd_core::{Duration, TimeRange, Timestamp};

use super::{OF_NOW, OF_VISITS};
use crate::category::Bearing;
use crate::feature::statistic::median;
use crate::measure::MeasureConfig;
use crate::measure::course::{Course, Step};
use crate::measure::run::{is_switch, runs};
use crate::measure::work::work;
use crate::track::Track;

const NS_PER_S: f64 = 1e9;
const NS_PER_MIN: f64 = 6e10;
const NS_PER_H: f64 = 3.6e12;

/// A track as it is asked about.
pub(super) struct Places<'a> {
    course: Course<'a>,
    config: MeasureConfig,
    /// Active time before each step, ns: all of it, in focus, in something else; one more than steps.
    sums: Vec<[i64; 3]>,
    /// When attention switched, per level: window, application, category, work.
    switches: [Vec<Timestamp>; 4],
    /// When somebody came back from an absence of `break_min` or more, the first visit included.
    returns: Vec<Timestamp>,
    /// When it was clear that focus was left.
    left_focus: Vec<Timestamp>,
}

impl<'a> Places<'a> {
    pub(super) fn new<B: Into<Bearing>>(track: &'a Track, bearing: &dyn Fn(&[String]) -> B) -> Self {
        let config = MeasureConfig::default();
        let course = Course::new(track, TimeRange::ALL, bearing);
        let mut sums = vec![[0; 3]];
        for step in &course.steps {
            let ns = step.range.duration().ns();
            let [all, focus, other] = sums.last().copied().unwrap_or_default();
            let of = |bearing| if step.bearing == bearing { ns } else { 0 };
            sums.push([all + ns, focus + of(Bearing::Focus), other + of(Bearing::Other)]);
        }
        let by = |context: fn(&Step) -> u32| {
            switches(course.steps.iter().map(|step| (step.range, context(step))), &config)
        };
        let switches = [
            by(|step| step.window),
            by(|step| step.application),
            by(|step| step.category),
            switches(work(&course, config.work_kept), &config),
        ];
        let returns = returns(&course, &config);
        let left_focus = left_focus(&course, &config);
        Self { course, config, sums, switches, returns, left_focus }
    }

    /// What [`OF_VISITS`] names.
    pub(super) fn window(&self, window: TimeRange) -> [f64; OF_VISITS.len()] {
        let (before, until) = (self.active(window.start()), self.active(window.end()));
        let [all, focus, other] = [0, 1, 2].map(|kind| (until[kind] - before[kind]) as f64);
        let present = all / window.duration().ns() as f64;
        if all <= 0.0 {
            let mut values = [f64::NAN; OF_VISITS.len()];
            values[0] = present;
            return values;
        }
        let per_h = |level: usize| count_within(&self.switches[level], window) as f64 * NS_PER_H / all;
        let (dwell_s, entropy) = self.dwell_and_entropy(window);
        [present, focus / all, other / all, per_h(0), per_h(1), per_h(2), per_h(3), dwell_s, entropy]
    }

    /// What [`OF_NOW`] names.
    pub(super) fn now(&self, moment: Timestamp, day_start: Timestamp) -> [f64; OF_NOW.len()] {
        let begun = self.course.steps.partition_point(|step| step.range.start() < moment);
        let current = begun.checked_sub(1).map(|index| &self.course.steps[index]);
        let is_there = |step: &&Step| moment.since(step.range.end()) < self.config.break_min;
        let Some(step) = current.filter(is_there) else {
            // Who is away is in no stretch of work; what the day had so far stays known.
            let mut values = [f64::NAN; OF_NOW.len()];
            values[5] = self.left_within_an_hour(moment);
            values[6..].copy_from_slice(&self.today(moment, day_start));
            return values;
        };
        let last =
            |times: &[Timestamp]| times[..times.partition_point(|time| *time < moment)].last().copied();
        let since = |time: Option<Timestamp>| time.map_or(f64::NAN, |time| moment.since(time).ns() as f64);
        let back = last(&self.returns);
        let unbroken = back.map_or(f64::NAN, |back| (self.active(moment)[0] - self.active(back)[0]) as f64);
        // A switch before the break was another stretch of work: from there on, it is the return that counts.
        let switched = |level: usize| since(last(&self.switches[level]).max(back));
        let [since_day_start, active_today] = self.today(moment, day_start);
        [
            since(back) / NS_PER_MIN,
            unbroken / NS_PER_MIN,
            switched(1) / NS_PER_S,
            switched(2) / NS_PER_S,
            match step.bearing {
                Bearing::Focus => 1.0,
                Bearing::Neutral => 0.5,
                Bearing::Other => 0.0,
            },
            self.left_within_an_hour(moment),
            since_day_start,
            active_today,
        ]
    }

    fn left_within_an_hour(&self, moment: Timestamp) -> f64 {
        let hour = Duration::from_s(3_600);
        count_within(&self.left_focus, TimeRange::from(moment.saturating_sub(hour), hour)) as f64
    }

    /// Minutes since the day's first visit, and active minutes since; NaN and 0 before it.
    fn today(&self, moment: Timestamp, day_start: Timestamp) -> [f64; 2] {
        let active = (self.active(moment)[0] - self.active(day_start)[0]) as f64 / NS_PER_MIN;
        let first = self.course.steps.partition_point(|step| step.range.end() <= day_start);
        let first = self.course.steps.get(first).map(|step| step.range.start().max(day_start));
        let since =
            first.filter(|first| *first < moment).map(|first| moment.since(first).ns() as f64 / NS_PER_MIN);
        [since.unwrap_or(f64::NAN), active]
    }

    /// Active time before `moment`, ns.
    fn active(&self, moment: Timestamp) -> [i64; 3] {
        let begun = self.course.steps.partition_point(|step| step.range.start() < moment);
        let Some(last) = begun.checked_sub(1) else { return [0; 3] };
        let step = &self.course.steps[last];
        let beyond = step.range.end().since(moment).ns();
        let [all, focus, other] = self.sums[begun];
        let of = |bearing| if step.bearing == bearing { beyond } else { 0 };
        [all - beyond, focus - of(Bearing::Focus), other - of(Bearing::Other)]
    }

    /// The median time of runs on one application, s, and the entropy of the applications' shares.
    fn dwell_and_entropy(&self, window: TimeRange) -> (f64, f64) {
        let steps = self.course.steps_within(window).filter_map(|step| {
            let part = step.range.intersection(window)?;
            (!part.duration().is_zero()).then_some((part, step.application))
        });
        let mut dwell_s = Vec::new();
        let mut shares: Vec<(u32, i64)> = Vec::new();
        for run in runs(steps, self.config.run_gap) {
            let ns = run.active.ns();
            dwell_s.push(ns as f64 / NS_PER_S);
            match shares.iter_mut().find(|share| share.0 == run.context) {
                Some(share) => share.1 += ns,
                None => shares.push((run.context, ns)),
            }
        }
        let whole = shares.iter().map(|share| share.1).sum::<i64>() as f64;
        let information = |(_, ns): (u32, i64)| {
            let share = ns as f64 / whole;
            -share * share.ln()
        };
        // A window of one application has the entropy 0, not −0.
        (median(&mut dwell_s), shares.into_iter().map(information).sum::<f64>().max(0.0))
    }
}

/// When the runs of `parts` switch: the beginnings of those that attention switched to.
fn switches<C: Copy + PartialEq>(
    parts: impl Iterator<Item = (TimeRange, C)>,
    config: &MeasureConfig,
) -> Vec<Timestamp> {
    let runs: Vec<_> = runs(parts, config.run_gap).collect();
    let switched = runs.windows(2).filter(|pair| is_switch(&pair[0], &pair[1], config.break_min));
    switched.map(|pair| pair[1].range.start()).collect()
}

fn returns(course: &Course<'_>, config: &MeasureConfig) -> Vec<Timestamp> {
    let first = course.steps.first().map(|step| step.range.start());
    let later = course.steps.windows(2).filter_map(|pair| {
        let back = pair[1].range.start();
        (back.since(pair[0].range.end()) >= config.break_min).then_some(back)
    });
    first.into_iter().chain(later).collect()
}

/// When it was clear that focus of `interrupted_min` or more was left for something else: after `glance_max` of
/// other things without a moment of focus. Whether one came back is not known then, so this counts more than
/// [`crate::measure::Interruption`]s: also leaving for good.
fn left_focus(course: &Course<'_>, config: &MeasureConfig) -> Vec<Timestamp> {
    let mut left = Vec::new();
    let (mut focus, mut other) = (Duration::ZERO, Duration::ZERO);
    let mut end: Option<Timestamp> = None;
    for step in &course.steps {
        if end.is_some_and(|end| step.range.start().since(end) >= config.break_min) {
            (focus, other) = (Duration::ZERO, Duration::ZERO);
        }
        end = Some(step.range.end());
        match step.bearing {
            Bearing::Focus => {
                if other >= config.glance_max {
                    focus = Duration::ZERO;
                }
                focus = focus.saturating_add(step.range.duration());
                other = Duration::ZERO;
            }
            Bearing::Other => {
                let before = other;
                other = other.saturating_add(step.range.duration());
                let is_clear = before < config.glance_max && other >= config.glance_max;
                if is_clear && focus >= config.interrupted_min {
                    let rest = Duration::from_ns(config.glance_max.ns() - before.ns());
                    left.push(step.range.start().saturating_add(rest));
                }
            }
            Bearing::Neutral => {}
        }
    }
    left
}

/// How many of `times`, which are in order, lie in `window`.
fn count_within(times: &[Timestamp], window: TimeRange) -> usize {
    times.partition_point(|time| *time < window.end()) - times.partition_point(|time| *time < window.start())
}
