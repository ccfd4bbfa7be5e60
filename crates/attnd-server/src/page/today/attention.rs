//! What are the day's focus sessions, interruptions and measures, in rows and words?

use attnd_core::{Duration, TimeRange};
use attnd_engine::measure::{Interruption, Level, LevelMeasures, Measures};

use crate::page::form;
use crate::page::graph::dots;
use crate::page::graph::scale::{LOG_TICKS, log_place};
use crate::page::sentence::{AT_ONCE, focus_in_sessions};
use crate::page::shell::PLACES;
use crate::page::today::view::Today;

/// A name that may lead to where it can be looked into.
pub(crate) struct Name {
    pub(crate) label: String,
    pub(crate) address: Option<String>,
}

/// A focus session.
pub(crate) struct SessionRow {
    pub(crate) from: String,
    pub(crate) to: String,
    pub(crate) length: String,
    pub(crate) category: Name,
    pub(crate) application: String,
    pub(crate) interruptions: String,
}

/// Interruptions, told.
pub(crate) struct Interruptions {
    /// How many, and how long the way back took.
    pub(crate) summary: String,
    /// The person's own resume lags; `None` for fewer than three.
    pub(crate) lags: Option<dots::Strip>,
    pub(crate) median: String,
    /// The heading of the first rows; empty when they are all.
    pub(crate) longest: String,
    pub(crate) rows: Vec<InterruptionRow>,
    /// All of them, when the first rows are not.
    pub(crate) all: Option<(String, Vec<InterruptionRow>)>,
}

/// One interruption.
#[derive(Clone)]
pub(crate) struct InterruptionRow {
    pub(crate) left: String,
    pub(crate) suspended: String,
    pub(crate) by: String,
    pub(crate) application: String,
    pub(crate) handling: String,
    pub(crate) lag: String,
}

/// Switches and dwell at one level.
pub(crate) struct LevelRow {
    pub(crate) name: String,
    pub(crate) switches: String,
    pub(crate) per_h: String,
    pub(crate) dwell: String,
}

/// A measure: what, how much, in a few words what that means.
pub(crate) struct Figure {
    pub(crate) name: String,
    pub(crate) value: String,
    pub(crate) note: String,
}

/// Rows that are not folded away.
const OPEN_ROWS: usize = 8;
/// The costliest of a restless day; the page stays small.
const TABLE_ROWS: usize = 30;

impl Today<'_> {
    const fn measures(&self) -> &Measures {
        &self.day.measures
    }

    /// Where a category can be looked into, once there is such a page.
    pub(super) fn activities(&self, path: &[String]) -> Option<String> {
        PLACES.iter().find(|place| place.path == "/activities")?;
        let (from, to) = (self.day.range.start().to_string(), self.day.range.end().to_string());
        let mut pairs = vec![("from", from.as_str()), ("to", to.as_str())];
        pairs.extend(path.iter().map(|part| ("category", part.as_str())));
        Some(form::address("/activities", pairs))
    }

    pub(super) fn session_rows(&self) -> Vec<SessionRow> {
        let (text, locale) = (self.text(), self.locale());
        let interruptions = |count: u64| match count {
            0 => text.none(),
            count => locale.count(usize::try_from(count).unwrap_or(usize::MAX)),
        };
        let rows = self.measures().sessions.iter().map(|session| SessionRow {
            from: locale.clock(session.range.start()),
            to: locale.clock(session.range.end()),
            length: locale.length(session.range.duration()),
            category: Name {
                label: self.category_of(&session.category),
                address: self.activities(&session.category),
            },
            application: self.named(&session.application),
            interruptions: interruptions(session.interruptions),
        });
        rows.collect()
    }

    pub(super) fn interruptions(&self) -> Option<Interruptions> {
        let (text, locale) = (self.text(), self.locale());
        let all = &self.measures().interruptions;
        if all.is_empty() {
            return None;
        }
        let lag = self.measures().resume_lag.as_ref();
        let median = lag.map(|lag| self.way_back(lag.median)).unwrap_or_default();
        let count = locale.count(all.len());
        let summary = match lag {
            Some(lag) if lag.median < AT_ONCE => self.mostly_at_once(all.len(), lag.upper),
            Some(lag) if all.len() >= 4 => text.interruptions_many(
                &count,
                &median,
                &locale.length_fine(lag.lower),
                &locale.length_fine(lag.upper),
            ),
            Some(_) if all.len() > 1 => text.interruptions_few(&count, &median),
            _ => text.interruptions_one(&median),
        };
        let folded = all.len() > OPEN_ROWS;
        Some(Interruptions {
            summary,
            lags: lag.filter(|_| all.len() >= 3).map(dots::strip),
            median,
            longest: if folded {
                text.interruptions_longest(&locale.count(OPEN_ROWS))
            } else {
                String::new()
            },
            rows: self.interruption_rows(all, OPEN_ROWS),
            all: folded.then(|| {
                let caption = if all.len() > TABLE_ROWS {
                    text.stretches_longest_of(&locale.count(TABLE_ROWS), &count)
                } else {
                    text.interruptions_all(&count)
                };
                (caption, self.interruption_rows(all, TABLE_ROWS))
            }),
        })
    }

    /// How long a way back took: what no clock shows took no time worth a number.
    fn way_back(&self, lag: Duration) -> String {
        if lag < AT_ONCE { self.text().at_once() } else { self.locale().length_fine(lag) }
    }

    /// How many interruptions, at least half of which led straight back.
    fn mostly_at_once(&self, all: usize, upper: Duration) -> String {
        let (text, count) = (self.text(), self.locale().count(all));
        match all {
            1 => text.interruptions_one_at_once(),
            2..4 => text.interruptions_few_at_once(&count),
            _ if upper < AT_ONCE => text.interruptions_most_at_once(&count),
            _ => text.interruptions_many_at_once(&count, &self.locale().length_fine(upper)),
        }
    }

    /// Where lengths stand on the axis of resume lags.
    pub(super) fn lag_ticks(&self) -> Vec<(String, String)> {
        let label = |length| match self.locale().length(length) {
            least if length == LOG_TICKS[0] => self.text().at_most(&least),
            label => label,
        };
        let tick = |length: Duration| (format!("{:.1}%", log_place(length)), label(length));
        LOG_TICKS.into_iter().map(tick).collect()
    }

    /// The costliest, in order of time.
    fn interruption_rows(&self, all: &[Interruption], count: usize) -> Vec<InterruptionRow> {
        let mut costly: Vec<&Interruption> = all.iter().collect();
        costly.sort_by_key(|one| std::cmp::Reverse(one.resumed.since(one.left)));
        costly.truncate(count);
        costly.sort_by_key(|one| one.left);
        let locale = self.locale();
        let row = |one: &&Interruption| InterruptionRow {
            left: locale.clock(one.left),
            suspended: self.category_of(&one.suspended),
            by: self.category_of(&one.by),
            application: self.named(&one.application),
            handling: locale.length_fine(one.handling),
            lag: self.way_back(one.resume_lag),
        };
        costly.iter().map(row).collect()
    }

    pub(super) fn level_rows(&self) -> Vec<LevelRow> {
        let (text, locale) = (self.text(), self.locale());
        let row = |level: &LevelMeasures| LevelRow {
            name: match level.level {
                Level::Window => text.level_window(),
                Level::Application => text.application(),
                Level::Category => text.category(),
                Level::Work => text.level_work(),
            },
            switches: locale.count(usize::try_from(level.switches).unwrap_or(usize::MAX)),
            per_h: level.switches_per_h.map_or_else(|| "–".to_owned(), rate),
            dwell: level
                .dwell
                .as_ref()
                .map_or_else(|| "–".to_owned(), |dwell| locale.length_fine(dwell.median)),
        };
        self.measures().levels.iter().map(row).collect()
    }

    pub(super) fn figures(&self) -> Vec<Figure> {
        let (text, locale, measures) = (self.text(), self.locale(), self.measures());
        let figure = |name, value, note| Figure { name, value, note };
        let mut figures = vec![
            figure(
                text.measure_focus(),
                locale.length(measures.focus),
                text.measure_focus_note(&locale.length(focus_in_sessions(measures))),
            ),
            figure(
                text.measure_deep(),
                measures.deep_work.map(percent).join(" · "),
                text.measure_deep_note(),
            ),
            figure(text.measure_longest(), percent(measures.longest_session), text.measure_longest_note()),
        ];
        if let Some(fragmentation) = measures.fragmentation {
            let value = format!("{fragmentation:.2}");
            figures.push(figure(text.measure_fragmentation(), value, text.measure_fragmentation_note()));
        }
        if let Some(entropy) = measures.entropy {
            let value = format!("{entropy:.2}");
            figures.push(figure(text.measure_entropy(), value, text.measure_entropy_note()));
        }
        if let Some(entropy) = measures.transition_entropy {
            let value = format!("{entropy:.2}");
            figures.push(figure(text.measure_moves(), value, text.measure_moves_note()));
        }
        if let Some(share) = measures.self_interruption {
            figures.push(figure(text.measure_own(), percent(share), text.measure_own_note()));
        }
        let breaks: Duration = measures.breaks.iter().map(|range| range.duration()).sum();
        let count = locale.count(measures.breaks.len());
        let value = match measures.breaks.len() {
            0 => text.none(),
            _ => text.breaks_value(&count, &locale.length(breaks)),
        };
        figures.push(figure(text.measure_breaks(), value, text.measure_breaks_note()));
        if let Some(range) = measures.longest_unbroken {
            figures.push(figure(
                text.measure_unbroken(),
                locale.length(range.duration()),
                self.between_of(range),
            ));
        }
        figures
    }

    fn between_of(&self, range: TimeRange) -> String {
        self.text()
            .measure_unbroken_note(&self.locale().clock(range.start()), &self.locale().clock(range.end()))
    }
}

/// Switches an hour, as exact as they can be known.
fn rate(per_h: f64) -> String {
    if per_h < 10.0 { format!("{per_h:.1}") } else { format!("{per_h:.0}") }
}

fn percent(share: f64) -> String {
    match share * 100.0 {
        percent if percent > 0.0 && percent < 1.0 => "< 1%".to_owned(),
        percent => format!("{percent:.0}%"),
    }
}
