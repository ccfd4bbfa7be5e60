//! What does Flow show? From a measured period to the page's HTML; nothing here reads a clock or a
//! store.

use askama::Template;
use attnd_core::{Duration, TimeRange, Timestamp};
use attnd_engine::CategoryRules;
use attnd_engine::flow::DaySpan;
use attnd_engine::insight::Insight;
use attnd_engine::measure::{Level, MeasureConfig, Quantiles};
use attnd_engine::understand::{EstimateMean, PersonAnswer};
use jiff::civil::Date;

use super::estimated::{Estimated, estimated};
use super::hours::Hours;
use super::moves::{self, Moves};
use super::period::{Period, Unit};
use super::sentence::{Facts, long, sentence};
use super::timeline::{Timeline, timeline};
use super::trends::{Trends, trends};
use crate::page::graph::dots::{self, Side, Strip};
use crate::page::graph::scale::{LOG_TICKS, log_place};
use crate::page::locale::Locale;
use crate::page::sentence::{AT_ONCE, DayFacts, DaySentence, day_sentence};
use crate::page::shell::{Choice, ChoiceState, Shell, report_address};
use crate::page::text::{FlowText, ModelText, TodayText};
use crate::page::visitor::Visitor;

/// Everything the page is made from.
pub(crate) struct Flow<'a> {
    /// For whom.
    pub(crate) visitor: &'a Visitor,
    /// Which days.
    pub(crate) period: Period,
    /// Whether more days were asked for.
    pub(crate) shown: Shown,
    /// The days, measured one by one.
    pub(crate) insight: &'a Insight,
    /// Its estimates, step by step; empty for periods too long for them.
    pub(crate) means: &'a [EstimateMean],
    /// What the person said, oldest first.
    pub(crate) answers: &'a [PersonAnswer],
    /// The spans of a single day; empty otherwise.
    pub(crate) spans: &'a [DaySpan],
    /// What categories are called in the visitor's language.
    pub(crate) categories: &'a CategoryRules,
    /// The present moment.
    pub(crate) now: Timestamp,
    /// From the first to the last moment anything was sensed; `None` if nothing ever was.
    pub(crate) sensed: Option<TimeRange>,
}

/// Whether the page shows all days that were asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shown {
    /// It does.
    All,
    /// Only the last year of them.
    LastYear,
}

#[derive(Template)]
#[template(path = "flow.html")]
struct FlowPage<'a> {
    shell: Shell<'a>,
    flow: FlowText,
    /// The words of how to begin.
    text: TodayText,
    name: String,
    first: String,
    last: String,
    previous: Option<String>,
    next: Option<String>,
    present: Option<String>,
    units: Vec<Choice>,
    shown: Shown,
    headline: String,
    lead: Option<String>,
    uncertain: Option<String>,
    nothing: bool,
    start: bool,
    nearest: Option<Link>,
    simulated: bool,
    timeline: Option<Timeline>,
    estimated: Option<Estimated>,
    model: ModelText,
    hours: Option<HourTable>,
    moves: Option<MoveTable>,
    lasting: Vec<Lasting>,
    ticks: Vec<Tick>,
    trends: Option<Trends>,
    how: Vec<String>,
    report: Option<Link>,
}

/// A link in a sentence.
struct Link {
    label: String,
    address: String,
}

/// The table of hours and weekdays.
struct HourTable {
    sentence: String,
    caption: String,
    note: String,
    columns: Vec<String>,
    rows: Vec<(String, Vec<HourCell>)>,
    /// How the script says a cell; what stands in braces it fills in itself.
    words: String,
}

/// An hour of a weekday.
enum HourCell {
    /// Seen enough: a step of colour from 0 to 9, the share, the time, the days.
    Known { step: usize, share: String, active: String, days: u32 },
    /// Not seen enough.
    Unknown,
}

/// The moves, as picture and table.
struct MoveTable {
    sentence: String,
    caption: String,
    words: String,
    rows: Vec<MoveRow>,
}

struct MoveRow {
    /// Number, name, and the colour's class: whether it counts as focus.
    from: (usize, String, &'static str),
    to: (usize, String, &'static str),
    count: u64,
    times: String,
}

/// How long something lasts.
struct Lasting {
    name: String,
    count: String,
    median: String,
    summary: String,
    strip: Strip,
}

struct Tick {
    x: String,
    label: String,
}

const MOST_MOVES: usize = 50;
/// Time in no category below this is not worth a sentence.
const UNCATEGORISED_LEAST: f64 = 0.05;

impl HourCell {
    fn class(&self) -> String {
        match self {
            Self::Known { step, .. } => format!("s{step}"),
            Self::Unknown => "few".to_owned(),
        }
    }
}

impl Lasting {
    /// Where the label of the median stands.
    fn side(&self) -> &'static str {
        match self.strip.label {
            Side::Left => "before",
            Side::Right => "after",
        }
    }
}

impl Flow<'_> {
    /// The page.
    ///
    /// # Errors
    /// As every template, when it cannot be written.
    pub(crate) fn html(&self) -> askama::Result<String> {
        let (text, locale) = (self.text(), self.locale());
        let today = locale.day_of(self.now);
        let nothing = self.insight.measures.active.is_zero();
        let start = nothing && self.sensed.is_none();
        let facts = Facts { locale, period: self.period, today, insight: self.insight };
        let (headline, uncertain) = match self.single_day(today) {
            Some(day) => (day.said, day.perhaps),
            None => (sentence(&facts), self.uncertain(nothing)),
        };
        let hours = if self.period.days() < 7 { None } else { self.hours() };
        let page = FlowPage {
            shell: Shell {
                visitor: self.visitor,
                title: format!("{} · {}", text.title(), self.period.name(locale)),
                address: self.period.address(today),
                place: Some("/flow"),
            },
            flow: text,
            text: TodayText(self.visitor.language()),
            name: self.period.name(locale),
            first: self.period.first.to_string(),
            last: self.period.last.to_string(),
            previous: (!start).then(|| self.period.previous().address(today)),
            next: self.period.next(today).map(|next| next.address(today)),
            present: self.present(today),
            units: self.units(today),
            shown: self.shown,
            headline: if start { TodayText(locale.language).nothing_at_all() } else { headline },
            lead: self.lead(today, nothing, start),
            uncertain,
            nothing,
            start,
            nearest: self.nearest(today, nothing),
            simulated: self.insight.simulated,
            timeline: timeline(locale, self.period, self.insight, self.spans),
            estimated: estimated(locale, self.period, self.means, self.answers),
            model: ModelText(locale.language),
            hours,
            moves: moves::moves(&self.insight.transitions).map(|moves| self.move_table(&moves)),
            lasting: self.lasting(),
            ticks: self.ticks(),
            trends: trends(locale, self.period, self.insight),
            how: self.how(),
            report: self.report().filter(|_| !nothing),
        };
        page.render()
    }

    /// A single day is told as Today tells it.
    fn single_day(&self, today: Date) -> Option<DaySentence> {
        let facts = DayFacts {
            locale: self.locale(),
            categories: self.categories,
            date: self.period.first,
            today,
            measures: &self.insight.measures,
        };
        (self.period.days() == 1 && !self.insight.measures.active.is_zero()).then(|| day_sentence(&facts))
    }

    fn text(&self) -> FlowText {
        FlowText(self.visitor.language())
    }

    const fn locale(&self) -> &Locale {
        &self.visitor.locale
    }

    /// The way back from other days to those of now.
    fn present(&self, today: Date) -> Option<String> {
        let unit = self.period.unit.unwrap_or(Unit::FourWeeks);
        (self.period != Period::of(unit, today)).then(|| Period::address_of(unit))
    }

    /// Each unit at the same days: whoever looks at a week of March gets March, not November.
    fn units(&self, today: Date) -> Vec<Choice> {
        let text = self.text();
        let anchor = self.period.last.min(today).max(self.period.first);
        let choice = |unit: Unit| Choice {
            label: match unit {
                Unit::Day => text.unit_day(),
                Unit::Week => text.unit_week(),
                Unit::FourWeeks => text.unit_weeks(),
                Unit::Month => text.unit_month(),
                Unit::Quarter => text.unit_quarter(),
                Unit::Year => text.unit_year(),
            },
            address: Period::of(unit, anchor).address(today),
            tag: self.visitor.language().tag(),
            state: ChoiceState::of(&Some(unit), &self.period.unit),
        };
        Unit::ALL.map(choice).into()
    }

    fn lead(&self, today: Date, nothing: bool, start: bool) -> Option<String> {
        if nothing {
            return (!start && self.period.first <= today).then(|| self.text().nothing_why());
        }
        let active = long(self.locale(), self.insight.measures.active);
        if self.period.days() == 1 {
            return Some(self.text().recorded_day(&active));
        }
        let over = Period { last: self.period.last.min(today), ..self.period };
        Some(self.text().recorded(&self.insight.days.to_string(), &over.days().to_string(), &active))
    }

    fn uncertain(&self, nothing: bool) -> Option<String> {
        let (part, whole) = (self.insight.measures.uncategorized, self.insight.measures.active);
        let matters = !nothing && part.as_s_f64() >= UNCATEGORISED_LEAST * whole.as_s_f64();
        matters.then(|| self.text().uncategorised_share(&self.locale().percent(part, whole)))
    }

    /// Where nothing was recorded, the way to the nearest days with any.
    fn nearest(&self, today: Date, nothing: bool) -> Option<Link> {
        let sensed = self.sensed.filter(|_| nothing)?;
        // A source may end at the stroke of midnight, or say a time to come.
        let last = self.locale().day_of(sensed.end().saturating_sub(Duration::from_s(1))).min(today);
        let first = self.locale().day_of(sensed.start()).min(last);
        let day = if self.period.last < first { first } else { last };
        let near = Period::of(self.period.unit.unwrap_or(Unit::FourWeeks), day);
        (near != self.period).then(|| Link {
            label: self.text().nearest(&near.name(self.locale())),
            address: near.address(today),
        })
    }

    /// Reports are of the calendar's own periods.
    fn report(&self) -> Option<Link> {
        let text = self.text();
        let (period, label) = match self.period.unit? {
            Unit::Day => ("day", text.report_of_day()),
            Unit::Week => ("week", text.report_of_week()),
            Unit::Month => ("month", text.report_of_month()),
            Unit::FourWeeks | Unit::Quarter | Unit::Year => return None,
        };
        Some(Link { label, address: report_address(period, self.period.first, self.visitor) })
    }

    fn hours(&self) -> Option<HourTable> {
        let (text, locale) = (self.text(), self.locale());
        let hours = Hours::of(&self.insight.week)?;
        let monday = Period::of(Unit::Week, self.period.first).first;
        let weekday = |index: usize| monday.saturating_add(jiff::Span::new().days(index as i64));
        let percent = |share: f64| format!("{:.0}%", share * 100.0);
        let sentence = hours.outstanding().map_or_else(
            || {
                if hours.share > 0.0 { text.hours_even(&percent(hours.share)) } else { text.hours_without() }
            },
            |best| {
                text.hours_best(
                    &text.hours_at(
                        locale.weekday(weekday(best.weekday)),
                        &best.from_h.to_string(),
                        &best.to_h.to_string(),
                    ),
                    &percent(best.share),
                    &percent(best.between.0),
                    &percent(best.between.1),
                    &percent(hours.share),
                )
            },
        );
        let (first, last) = hours.columns;
        let rows = self.insight.week.iter().enumerate().map(|(index, day)| {
            let cells = day[first..last].iter().map(|cell| {
                if !hours.knows(cell) {
                    return HourCell::Unknown;
                }
                let share = cell.focus.as_s_f64() / cell.active.as_s_f64();
                HourCell::Known {
                    step: ((share * 10.0) as usize).min(9),
                    share: percent(share),
                    active: locale.length(cell.active),
                    days: cell.hours,
                }
            });
            (locale.weekday_short(weekday(index)), cells.collect())
        });
        let one_week = hours.days_needed == 1;
        Some(HourTable {
            sentence,
            caption: if one_week {
                text.hours_caption_one()
            } else {
                text.hours_caption(&hours.weeks.to_string())
            },
            note: if one_week {
                text.hours_note_one()
            } else {
                text.hours_note(&hours.days_needed.to_string())
            },
            columns: (first..last).map(|hour| hour.to_string()).collect(),
            rows: rows.collect(),
            words: text.hours_cell("{weekday}", "{from}", "{to}", "{share}", "{active}", "{days}"),
        })
    }

    fn category(&self, path: &[String]) -> String {
        match path {
            [] => TodayText(self.visitor.language()).uncategorised(),
            [only] if only == "Uncategorized" => TodayText(self.visitor.language()).uncategorised(),
            path => self.categories.labels(path, self.visitor.language().code()).join(" › "),
        }
    }

    fn move_table(&self, moves: &Moves) -> MoveTable {
        let (text, locale) = (self.text(), self.locale());
        let count = |count: u64| locale.count(usize::try_from(count).unwrap_or(usize::MAX));
        let name = |index: usize| match moves.categories.get(index) {
            Some(path) if self.categories.is_focus(path) => (index, self.category(path), "focus"),
            Some(path) => (index, self.category(path), "shallow"),
            None => (index, text.others(&locale.count(moves.others)), "shallow"),
        };
        let rows: Vec<MoveRow> = (moves.links.iter().take(MOST_MOVES))
            .map(|link| MoveRow {
                from: name(link.from),
                to: name(link.to),
                count: link.count,
                times: count(link.count),
            })
            .collect();
        let sentence = match rows.first() {
            Some(first) if moves.count > 1 => {
                text.moves_sentence(&count(moves.count), &first.from.1, &first.to.1, &first.times)
            }
            _ => text.moves_sentence_one(),
        };
        MoveTable {
            sentence,
            caption: text.moves_table(&rows.len().to_string()),
            words: text.move_words("{from}", "{to}", "{count}"),
            rows,
        }
    }

    fn lasting(&self) -> Vec<Lasting> {
        let text = self.text();
        let measures = &self.insight.measures;
        let dwell =
            |level: Level| measures.levels.iter().find(|measured| measured.level == level)?.dwell.as_ref();
        [
            (text.dwell_window(), dwell(Level::Window)),
            (text.dwell_application(), dwell(Level::Application)),
            (text.dwell_category(), dwell(Level::Category)),
            (text.resume_lag(), measures.resume_lag.as_ref()),
        ]
        .into_iter()
        .filter_map(|(name, quantiles)| Some(self.lasting_of(name, quantiles?)))
        .collect()
    }

    fn lasting_of(&self, name: String, quantiles: &Quantiles) -> Lasting {
        let (text, locale) = (self.text(), self.locale());
        let count = locale.count(usize::try_from(quantiles.count).unwrap_or(usize::MAX));
        let median = match quantiles.median {
            median if median < AT_ONCE => text.at_once(),
            median => locale.length_fine(median),
        };
        let (lower, upper) = (locale.length_fine(quantiles.lower), locale.length_fine(quantiles.upper));
        Lasting {
            summary: text.strip_summary(&name, &count, &median, &lower, &upper),
            count: if quantiles.count == 1 { text.once() } else { text.times(&count) },
            strip: dots::strip(quantiles),
            name,
            median,
        }
    }

    fn ticks(&self) -> Vec<Tick> {
        let tick = |length: Duration| Tick {
            x: format!("{:.1}%", log_place(length)),
            label: if length == LOG_TICKS[0] {
                self.text().at_most(&self.locale().length(length))
            } else {
                self.locale().length(length)
            },
        };
        LOG_TICKS.map(tick).into()
    }

    /// The thresholds as they are, not as they were once written down.
    fn how(&self) -> Vec<String> {
        let (text, locale, config) = (self.text(), self.locale(), MeasureConfig::default());
        let length = |length| locale.length(length);
        vec![
            text.how_focus(
                &length(config.session_min),
                &format!("{:.0}%", config.session_share * 100.0),
                &length(config.session_pause),
            ),
            text.how_switching(&length(config.switching_max), &length(config.run_gap)),
            text.how_interruption(&length(config.interrupted_min), &length(config.interruption_max)),
            text.how_middle(),
        ]
    }
}
