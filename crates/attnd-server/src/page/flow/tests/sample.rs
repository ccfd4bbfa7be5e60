//! What might a period's measures be? Made by hand: days at work with mornings of focus, some mail,
//! some free days; the same for the same period.

use std::sync::Arc;

use attnd_core::{Duration, TimeRange, Timestamp};
use attnd_engine::flow::DaySpan;
use attnd_engine::insight::{Insight, InsightStep};
use attnd_engine::measure::{
    CategoryPath, FlowState, FocusSession, Interruption, Level, LevelMeasures, Measures, Quantiles, StateBin,
    Transition, WeekTable,
};
use jiff::Zoned;
use jiff::civil::Weekday;
use jiff::tz::TimeZone;

use super::super::period::Period;
use super::super::timeline::bins_of;

const MINUTE: Duration = Duration::from_s(60);
const CATEGORIES: [&[&str]; 11] = [
    &["Work", "Programming"],
    &["Communication", "Mail"],
    &["Communication", "Chat"],
    &["Browsing"],
    &["Work", "Documents"],
    &["Media", "News"],
    &["Communication", "Meetings"],
    &["System"],
    &["Media", "Music"],
    &["Media", "Video"],
    &["Uncategorized"],
];

/// A little luck, the same each time (Vigna's splitmix64).
struct Luck(u64);

impl Luck {
    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn minutes(&mut self, least: f64, most: f64) -> Duration {
        Duration::from_s_f64((least + (most - least) * self.next()) * 60.0).unwrap()
    }

    fn log_normal(&mut self, median_s: f64) -> Duration {
        let normal: f64 = (0..12).map(|_| self.next()).sum::<f64>() - 6.0;
        Duration::from_s_f64(median_s * (1.2 * normal).exp()).unwrap()
    }
}

fn path(names: &[&str]) -> CategoryPath {
    names.iter().map(|name| (*name).to_owned()).collect()
}

fn moment(zoned: &Zoned) -> Timestamp {
    Timestamp::from_jiff(zoned.timestamp()).unwrap()
}

fn quantiles(luck: &mut Luck, count: u64, median_s: f64) -> Quantiles {
    let mut dots: Vec<_> = (0..count.min(40)).map(|_| luck.log_normal(median_s)).collect();
    dots.sort();
    let at = |part: usize| dots[dots.len() * part / 4];
    Quantiles { count, lower: at(1), median: at(2), upper: at(3), dots: dots.clone() }
}

/// A period of nothing.
pub(in crate::page::flow) fn nothing(period: Period, zone: &TimeZone) -> Insight {
    let range = period.range(zone).unwrap();
    let measures = Measures {
        active: Duration::ZERO,
        focus: Duration::ZERO,
        uncategorized: Duration::ZERO,
        in_sessions: Duration::ZERO,
        levels: Vec::new(),
        sessions: Vec::new(),
        deep_work: [0.0; 3],
        longest_session: 0.0,
        fragmentation: None,
        entropy_nats: None,
        entropy: None,
        transition_entropy: None,
        interruptions: Vec::new(),
        resume_lag: None,
        self_interruption: None,
        breaks: Vec::new(),
        longest_unbroken: None,
    };
    let (bins, count) = (Vec::new(), bins_of(period, range));
    let mut insight = Insight {
        range,
        measures,
        steps: Vec::new(),
        bins,
        week: WeekTable::default(),
        transitions: Vec::new(),
        days: 0,
        simulated: false,
    };
    let length = Duration::from_ns(range.duration().ns() / count as i64);
    insight.bins = (0..count)
        .map(|index| StateBin {
            range: TimeRange::from(
                range.start().saturating_add(Duration::from_ns(length.ns() * index as i64)),
                length,
            ),
            time: [Duration::ZERO; 5],
        })
        .collect();
    insight
}

/// A period of work.
pub(in crate::page::flow) fn insight(period: Period, zone: &TimeZone) -> Insight {
    let mut insight = nothing(period, zone);
    let mut luck = Luck(period.days() as u64);
    let mut day = period.first;
    while day <= period.last && day <= super::TODAY {
        let start = moment(&day.to_zoned(zone.clone()).unwrap());
        let end = moment(&day.tomorrow().unwrap().to_zoned(zone.clone()).unwrap());
        let range = TimeRange::new(start, end).unwrap();
        let is_weekend = matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday);
        let is_free = luck.next() < if is_weekend { 0.7 } else { 0.08 };
        let step = if is_free { rest(range) } else { work(&mut insight, &mut luck, range, day.weekday()) };
        insight.steps.push(step);
        day = day.tomorrow().unwrap();
    }
    sum_up(&mut insight, &mut luck);
    insight
}

fn rest(range: TimeRange) -> InsightStep {
    InsightStep {
        range,
        active: Duration::ZERO,
        focus: Duration::ZERO,
        uncategorized: Duration::ZERO,
        sessions: 0,
        longest_session: Duration::ZERO,
        deep_work: 0.0,
        switches_per_h: None,
        interruptions: 0,
        resume_lag: None,
        fragmentation: None,
    }
}

/// From nine to five, five minutes at a time.
fn work(insight: &mut Insight, luck: &mut Luck, range: TimeRange, weekday: Weekday) -> InsightStep {
    let mut step = InsightStep { switches_per_h: Some(10.0 + luck.next() * 20.0), ..rest(range) };
    let mut session = Duration::ZERO;
    for part in 8 * 12 + 6..18 * 12 {
        let hour = part / 12;
        let at = range.start().saturating_add(Duration::from_s(part * 300));
        let keen = if (9..12).contains(&hour) { 0.75 } else { 0.35 };
        let draw = luck.next();
        let state = match draw {
            _ if hour == 12 => FlowState::Away,
            draw if draw < keen => FlowState::Focus,
            draw if draw < keen + 0.06 => FlowState::Interrupted,
            draw if draw < keen + 0.1 => FlowState::Switching,
            draw if draw < 0.97 => FlowState::Shallow,
            _ => FlowState::Away,
        };
        add(insight, TimeRange::from(at, Duration::from_s(300)), state);
        let cell = &mut insight.week[weekday.to_monday_zero_offset() as usize][hour as usize];
        if state != FlowState::Away {
            step.active = step.active.saturating_add(Duration::from_s(300));
            cell.active = cell.active.saturating_add(Duration::from_s(300));
        }
        if state == FlowState::Focus {
            step.focus = step.focus.saturating_add(Duration::from_s(300));
            cell.focus = cell.focus.saturating_add(Duration::from_s(300));
            session = session.saturating_add(Duration::from_s(300));
            step.longest_session = step.longest_session.max(session);
        } else {
            session = Duration::ZERO;
        }
        if state == FlowState::Interrupted {
            step.interruptions += 1;
            insight.measures.interruptions.push(interruption(luck, at));
        }
    }
    for cell in &mut insight.week[weekday.to_monday_zero_offset() as usize] {
        cell.hours += 1;
    }
    insight.measures.sessions.push(FocusSession {
        range: TimeRange::from(range.start().saturating_add(Duration::from_s(9 * 3_600)), step.focus),
        focus: step.focus,
        category: path(CATEGORIES[0]),
        application: Arc::from("Code"),
        interruptions: 0,
    });
    step.deep_work = 0.2 + 0.3 * luck.next();
    step.uncategorized = luck.minutes(20.0, 60.0);
    insight.days += 1;
    step
}

fn interruption(luck: &mut Luck, left: Timestamp) -> Interruption {
    let (handling, resume_lag) = (luck.log_normal(90.0), luck.log_normal(50.0));
    Interruption {
        left,
        resumed: left.saturating_add(handling).saturating_add(resume_lag),
        suspended: path(CATEGORIES[0]),
        by: path(CATEGORIES[2]),
        application: Arc::from("Slack"),
        handling,
        resume_lag,
    }
}

fn add(insight: &mut Insight, range: TimeRange, state: FlowState) {
    let index = insight.bins.partition_point(|bin| bin.range.end() <= range.start());
    let place = FlowState::ALL.iter().position(|known| *known == state).unwrap();
    let time = &mut insight.bins[index].time[place];
    *time = time.saturating_add(range.duration());
}

fn sum_up(insight: &mut Insight, luck: &mut Luck) {
    let sum = |of: fn(&InsightStep) -> Duration| insight.steps.iter().map(of).sum::<Duration>();
    let (active, focus, uncategorized) =
        (sum(|step| step.active), sum(|step| step.focus), sum(|step| step.uncategorized));
    let days = u64::from(insight.days);
    let level =
        |level, dwell| LevelMeasures { level, switches: 10, switches_per_h: Some(12.0), dwell: Some(dwell) };
    let measures = &mut insight.measures;
    (measures.active, measures.focus, measures.uncategorized) = (active, focus, uncategorized);
    measures.levels = vec![
        level(Level::Window, quantiles(luck, 900 * days.max(1), 22.0)),
        level(Level::Application, quantiles(luck, 500 * days.max(1), 41.0)),
        level(Level::Category, quantiles(luck, 200 * days.max(1), 96.0)),
    ];
    measures.resume_lag = Some(quantiles(luck, measures.interruptions.len() as u64 + 1, 50.0));
    for (from, from_path) in CATEGORIES.iter().enumerate() {
        for (to, to_path) in CATEGORIES.iter().enumerate().filter(|(to, _)| *to != from) {
            let count = (40.0 * days as f64 * luck.next() / ((from + 1) * (to + 1)) as f64) as u64;
            if count > 0 {
                insight.transitions.push(Transition {
                    from: path(from_path),
                    to: path(to_path),
                    count,
                    active: MINUTE,
                });
            }
        }
    }
    insight.transitions.sort_by_key(|transition| std::cmp::Reverse(transition.count));
}

/// The spans of a day: applications that follow each other from half past eight.
pub(in crate::page::flow) fn spans(day: TimeRange) -> Vec<DaySpan> {
    let names =
        ["Code", "Firefox", "Code", "Terminal", "Slack", "Code", "Thunderbird", "A name that goes on and on"];
    let mut luck = Luck(7);
    let mut at = day.start().saturating_add(Duration::from_s(8 * 3_600 + 1_800));
    let end = day.start().saturating_add(Duration::from_s(18 * 3_600));
    let mut spans = Vec::new();
    while at < end {
        let length = luck.log_normal(120.0);
        spans.push(DaySpan {
            range: TimeRange::from(at, length),
            application: names[(luck.next() * names.len() as f64) as usize].to_owned(),
            title: String::new(),
            category: path(CATEGORIES[0]),
            domain: None,
        });
        at = at.saturating_add(length);
    }
    spans
}
