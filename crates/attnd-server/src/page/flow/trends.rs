//! What do days or weeks have in common, and what changes? Five measures, step by step.

use attnd_core::Duration;
use attnd_engine::insight::{Insight, InsightStep};
use jiff::civil::{Date, Weekday};

use super::days::focus_of_days;
use super::period::Period;
use super::spread::Spread;
use crate::page::graph::scale::{round_length, round_number};
use crate::page::graph::trend::{StepKind, Trend, TrendValue, median, trend};
use crate::page::locale::Locale;
use crate::page::sentence::AT_ONCE;
use crate::page::text::FlowText;

/// Up to so many days each has its dot; of more, each week.
const DAYS_SINGLY: i32 = 35;

/// A small picture with its words.
pub(crate) struct Small {
    /// What it measures.
    pub(crate) heading: String,
    /// The median, in words.
    pub(crate) median: String,
    /// All of it, in a sentence.
    pub(crate) summary: String,
    /// What the upper edge stands for.
    pub(crate) top: String,
    /// The picture.
    pub(crate) trend: Trend,
}

/// The trends of a period.
pub(crate) struct Trends {
    /// One a measure.
    pub(crate) smalls: Vec<Small>,
    /// What a dot is.
    pub(crate) note: String,
    /// Labels of the first and the last step.
    pub(crate) ends: (String, String),
    /// The headings of the table's columns.
    pub(crate) columns: Vec<String>,
    /// The figures: a label and a value a column.
    pub(crate) rows: Vec<(String, Vec<String>)>,
}

/// What a trend is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Focus,
    Deep,
    Switches,
    Lag,
    Longest,
}

/// A day or a week.
struct Step<'a> {
    first: Date,
    label: String,
    kind: StepKind,
    days: Vec<&'a InsightStep>,
    /// Focus of the days on which anything was recorded.
    focus: Vec<Duration>,
    lags: Vec<Duration>,
}

/// The trends; `None` of a single day, which the timeline tells better.
pub(crate) fn trends(locale: &Locale, period: Period, insight: &Insight) -> Option<Trends> {
    if period.days() < 2 || insight.measures.active.is_zero() {
        return None;
    }
    let text = FlowText(locale.language);
    let steps = steps(locale, period, insight);
    let kinds = [Kind::Focus, Kind::Deep, Kind::Switches, Kind::Lag, Kind::Longest];
    let written = |kind: Kind, step: &Step<'_>| {
        kind.value(step).map_or_else(|| text.none(), |value| kind.words(locale, value))
    };
    let rows = (steps.iter().filter(|step| step.days.iter().any(|day| !day.active.is_zero())))
        .map(|step| (step.label.clone(), kinds.iter().map(|kind| written(*kind, step)).collect()))
        .collect();
    Some(Trends {
        smalls: kinds.iter().filter_map(|kind| small(locale, *kind, &steps)).collect(),
        note: if period.days() <= DAYS_SINGLY { text.trends_days() } else { text.trends_weeks() },
        ends: (short(locale, steps.first()?.first), short(locale, steps.last()?.first)),
        columns: kinds.iter().map(|kind| kind.heading(text)).collect(),
        rows,
    })
}

/// `16 Nov`.
pub(crate) fn short(locale: &Locale, date: Date) -> String {
    FlowText(locale.language).day_short(&date.day().to_string(), &locale.month_short(date))
}

fn small(locale: &Locale, kind: Kind, steps: &[Step<'_>]) -> Option<Small> {
    let text = FlowText(locale.language);
    let values: Vec<Option<f64>> = steps.iter().map(|step| kind.value(step)).collect();
    let known: Vec<f64> = values.iter().copied().flatten().collect();
    let middle = median(known.clone())?;
    let (least, most) = known.iter().fold((f64::MAX, 0.0_f64), |(l, m), v| (l.min(*v), m.max(*v)));
    let top = kind.top(most);
    let words = |value| kind.words(locale, value);
    let dots = steps.iter().zip(values).map(|(step, value)| TrendValue {
        value,
        kind: step.kind,
        words: value.map_or_else(String::new, |value| text.trend_dot(&step.label, &words(value))),
    });
    Some(Small {
        heading: kind.heading(text),
        median: text.trend_median(&words(middle)),
        summary: text.trend_summary(&kind.heading(text), &words(middle), &words(least), &words(most)),
        top: words(top),
        trend: trend(dots.collect(), Some(middle), top),
    })
}

/// Days, or weeks from Monday; an interruption belongs to the step in which the context was left.
fn steps<'a>(locale: &Locale, period: Period, insight: &'a Insight) -> Vec<Step<'a>> {
    let text = FlowText(locale.language);
    let by_day = period.days() <= DAYS_SINGLY;
    let mut steps: Vec<Step<'a>> = Vec::new();
    let mut interruptions = insight.measures.interruptions.iter().peekable();
    for (day, focus) in insight.steps.iter().zip(focus_of_days(insight)) {
        let focus = (!day.active.is_zero()).then_some(focus);
        let date = locale.day_of(day.range.start());
        let lags: Vec<Duration> =
            std::iter::from_fn(|| interruptions.next_if(|interruption| interruption.left < day.range.end()))
                .map(|interruption| interruption.resume_lag)
                .collect();
        match steps.last_mut() {
            Some(week) if !by_day && date.weekday() != Weekday::Monday => {
                week.days.push(day);
                week.focus.extend(focus);
                week.lags.extend(lags);
            }
            _ => steps.push(Step {
                first: date,
                label: if by_day {
                    text.weekday_day_short(
                        &locale.weekday_short(date),
                        &date.day().to_string(),
                        &locale.month_short(date),
                    )
                } else {
                    text.week_of(&short(locale, date))
                },
                kind: if by_day && is_weekend(date) { StepKind::Weekend } else { StepKind::Plain },
                days: vec![day],
                focus: focus.into_iter().collect(),
                lags,
            }),
        }
    }
    steps
}

fn is_weekend(date: Date) -> bool {
    matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday)
}

impl Kind {
    fn heading(self, text: FlowText) -> String {
        match self {
            Self::Focus => text.trend_focus(),
            Self::Deep => text.trend_deep(),
            Self::Switches => text.trend_switches(),
            Self::Lag => text.trend_lag(),
            Self::Longest => text.trend_longest(),
        }
    }

    /// Seconds, a share or a rate: of a day its own; of a week that of its middle day, of all its
    /// time, or the longest.
    fn value(self, step: &Step<'_>) -> Option<f64> {
        let active = || step.days.iter().filter(|day| !day.active.is_zero());
        let hours: f64 = active().map(|day| day.active.as_s_f64()).sum::<f64>() / 3_600.0;
        let pooled = |of: &dyn Fn(&InsightStep) -> f64| {
            let sum: f64 = active().map(|day| of(day) * day.active.as_s_f64() / 3_600.0).sum();
            (hours > 0.0).then(|| sum / hours)
        };
        let middle = |lengths: Vec<Duration>| Spread::of(lengths).map(|spread| spread.median.as_s_f64());
        match self {
            Self::Focus => middle(step.focus.clone()),
            Self::Deep => pooled(&|day| day.deep_work),
            Self::Switches => pooled(&|day| day.switches_per_h.unwrap_or_default()),
            Self::Lag => middle(step.lags.clone()),
            Self::Longest => active().map(|day| day.longest_session.as_s_f64()).reduce(f64::max),
        }
    }

    fn words(self, locale: &Locale, value: f64) -> String {
        let length = || Duration::from_s_f64(value).unwrap_or_default();
        match self {
            Self::Focus | Self::Longest => locale.length(length()),
            Self::Lag if value < AT_ONCE.as_s_f64() => FlowText(locale.language).at_once(),
            Self::Lag => locale.length_fine(length()),
            Self::Deep => format!("{:.0}%", value * 100.0),
            Self::Switches if value < 9.95 => format!("{value:.1}"),
            Self::Switches => format!("{value:.0}"),
        }
    }

    fn top(self, most: f64) -> f64 {
        match self {
            Self::Deep => [0.1, 0.2, 0.5].into_iter().find(|top| *top >= most).unwrap_or(1.0),
            Self::Switches => round_number(most),
            Self::Focus | Self::Lag | Self::Longest => {
                round_length(Duration::from_s_f64(most).unwrap_or_default()).as_s_f64()
            }
        }
    }
}
