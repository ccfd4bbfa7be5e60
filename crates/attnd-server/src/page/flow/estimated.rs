//! How likely was focus, day by day or hour by hour? The mean of each step with its uncertainty, beside
//! what the person said.

use attnd_core::TimeRange;
use attnd_engine::flow::By;
use attnd_engine::understand::{EstimateMean, Instrument, PersonAnswer};

use super::period::Period;
use super::trends::short;
use crate::page::estimate::{chance, level_word};
use crate::page::locale::Locale;
use crate::page::text::{ModelText, QuestionText};

/// How high the picture is, in pixels.
pub(crate) const HEIGHT_PX: f64 = 120.0;
/// More days than these are not drawn: their steps would be too narrow to hold a range.
const MOST_DAYS: i32 = 35;
/// Of a step's width, the part its bar has.
const BAR_PART: f64 = 0.64;

/// The figure, in the words and numbers its template writes down.
pub(crate) struct Estimated {
    pub(crate) summary: String,
    pub(crate) bars: Vec<Bar>,
    pub(crate) own: Vec<Own>,
    /// Labels of the steps: across, words, and how much room they take.
    pub(crate) labels: Vec<(String, String, &'static str)>,
    pub(crate) rows: Vec<Row>,
}

/// A step of which something is known. Across in percent, down in pixels.
pub(crate) struct Bar {
    pub(crate) x: String,
    pub(crate) width: String,
    pub(crate) top: String,
    pub(crate) height: String,
    pub(crate) best: String,
    pub(crate) end: String,
    pub(crate) words: String,
}

/// An answer of the person.
pub(crate) struct Own {
    pub(crate) x: String,
    pub(crate) y: String,
    pub(crate) words: String,
}

/// A row of the table.
pub(crate) struct Row {
    pub(crate) step: String,
    pub(crate) likely: String,
    pub(crate) between: String,
    pub(crate) known: String,
    pub(crate) unknown: String,
}

/// The steps a period is told in; `None` of one too long to draw.
pub(crate) fn steps_of(period: Period) -> Option<By> {
    match period.days() {
        1 => Some(By::Hour),
        2..=MOST_DAYS => Some(By::Day),
        _ => None,
    }
}

/// The figure; `None` where nothing is known and nothing was said.
pub(crate) fn estimated(
    locale: &Locale,
    period: Period,
    means: &[EstimateMean],
    answers: &[PersonAnswer],
) -> Option<Estimated> {
    let whole = TimeRange::new(means.first()?.range.start(), means.last()?.range.end()).ok()?;
    let own = own(locale, whole, answers);
    let known: Vec<&EstimateMean> = means.iter().filter(|mean| mean.focus.yes.is_some()).collect();
    if known.is_empty() && own.is_empty() {
        return None;
    }
    let text = ModelText(locale.language);
    let width = 100.0 / means.len() as f64;
    let label = |range: TimeRange| label(locale, period, range);
    let bars = (means.iter().enumerate())
        .filter_map(|(index, mean)| bar(locale, &label(mean.range), index as f64 * width, width, mean))
        .collect();
    let rows = known.iter().take(50).map(|mean| row(locale, label(mean.range), mean)).collect();
    let time: f64 = known.iter().map(|mean| mean.focus.known.as_s_f64()).sum();
    let likely: f64 = known.iter().map(|mean| mean.focus.likely.as_s_f64()).sum();
    Some(Estimated {
        summary: if time > 0.0 {
            text.flow_summary(&chance(likely / time), &locale.count(own.len()))
        } else {
            text.flow_summary_unknown(&locale.count(own.len()))
        },
        bars,
        own,
        labels: labels(locale, period, means, width),
        rows,
    })
}

fn bar(locale: &Locale, step: &str, x: f64, width: f64, mean: &EstimateMean) -> Option<Bar> {
    let (yes, low, high) = (mean.focus.yes?, mean.focus.low?, mean.focus.high?);
    let text = ModelText(locale.language);
    let (start, wide) = (x + width * (1.0 - BAR_PART) / 2.0, width * BAR_PART);
    Some(Bar {
        x: format!("{start:.2}%"),
        width: format!("{wide:.2}%"),
        end: format!("{:.2}%", start + wide),
        top: down(high),
        // A range of no height would not be seen.
        height: format!("{:.1}", ((high - low) * HEIGHT_PX).max(1.0)),
        best: down(yes),
        words: text.flow_bar(step, &chance(yes), &chance(low), &chance(high)),
    })
}

fn down(part: f64) -> String {
    format!("{:.1}", (1.0 - part.clamp(0.0, 1.0)) * HEIGHT_PX)
}

fn own(locale: &Locale, whole: TimeRange, answers: &[PersonAnswer]) -> Vec<Own> {
    let text = QuestionText(locale.language);
    let length = whole.duration().as_s_f64();
    let mark = |answer: &PersonAnswer| {
        let about = answer.about.intersection(whole)?;
        let middle = about.start().since(whole.start()).as_s_f64() + about.duration().as_s_f64() / 2.0;
        let (value, scale) = (answer.value(), answer.instrument.scale());
        let part = f64::from(value - scale.lowest) / f64::from(scale.highest - scale.lowest);
        let word = level_word(locale, answer.instrument, value).unwrap_or_default();
        Some(Own {
            x: format!("{:.2}%", middle / length * 100.0),
            y: down(part),
            words: text.said_of(
                &locale.moment_short(about.start()),
                &locale.clock(about.end()),
                &text.answer_word(&value.to_string(), &word),
            ),
        })
    };
    let of_focus = answers.iter().filter(|answer| answer.instrument == Instrument::Focus);
    of_focus.filter_map(mark).collect()
}

fn label(locale: &Locale, period: Period, range: TimeRange) -> String {
    if period.days() == 1 { locale.clock(range.start()) } else { short(locale, locale.day_of(range.start())) }
}

/// As many labels as a wide, and as a narrow, screen has room for.
fn labels(
    locale: &Locale,
    period: Period,
    means: &[EstimateMean],
    width: f64,
) -> Vec<(String, String, &'static str)> {
    let (wide, narrow) = match means.len() {
        ..=8 => (1, 2),
        9..=14 => (2, 4),
        15..=25 => (3, 6),
        _ => (7, 14),
    };
    (means.iter().enumerate())
        .filter(|(index, _)| index % wide == 0)
        .map(|(index, mean)| {
            let class = if index % narrow == 0 { "" } else { "wide-only" };
            let middle = format!("{:.2}%", (index as f64 + 0.5) * width);
            (middle, label(locale, period, mean.range), class)
        })
        .collect()
}

fn row(locale: &Locale, step: String, mean: &EstimateMean) -> Row {
    let text = ModelText(locale.language);
    let (low, high) = (mean.focus.low.unwrap_or_default(), mean.focus.high.unwrap_or_default());
    Row {
        step,
        likely: mean.focus.yes.map(chance).unwrap_or_default(),
        between: text.percent_range(&chance(low), &chance(high)),
        known: locale.length(mean.focus.known),
        unknown: locale.length(mean.focus.unknown),
    }
}

#[cfg(test)]
mod tests {
    use attnd_core::{Duration, Timestamp};
    use attnd_engine::understand::{AnswerKind, AspectMean, Evident};
    use jiff::civil::date;
    use jiff::tz::TimeZone;

    use super::*;
    use crate::page::flow::period::Unit;
    use crate::page::text::Language;

    fn mean(hour: u32, focus: AspectMean) -> EstimateMean {
        let start = Timestamp::parse("2026-11-20T00:00:00Z").unwrap();
        let range =
            TimeRange::from(start.saturating_add(Duration::from_s(hour * 3_600)), Duration::from_s(3_600));
        EstimateMean { range, focus, load: AspectMean::default() }
    }

    fn known(yes: f64) -> AspectMean {
        AspectMean {
            known: Duration::from_s(1_800),
            unknown: Duration::from_s(600),
            likely: Duration::from_s(900),
            yes: Some(yes),
            low: Some(yes - 0.2),
            high: Some(yes + 0.1),
        }
    }

    fn told(means: &[EstimateMean], answers: &[PersonAnswer]) -> Option<Estimated> {
        let locale = Locale { language: Language::En, zone: TimeZone::UTC };
        estimated(&locale, Period::of(Unit::Day, date(2026, 11, 20)), means, answers)
    }

    #[test]
    fn nothing_stands_where_nothing_is_known() {
        let means: Vec<EstimateMean> = (0..4)
            .map(|hour| mean(hour, if hour == 1 { known(0.5) } else { AspectMean::default() }))
            .collect();
        let figure = told(&means, &[]).unwrap();
        assert_eq!(figure.bars.len(), 1);
        let bar = &figure.bars[0];
        let place =
            (bar.x.as_str(), bar.width.as_str(), bar.top.as_str(), bar.height.as_str(), bar.best.as_str());
        assert_eq!(place, ("29.50%", "16.00%", "48.0", "36.0", "60.0"));
        assert_eq!(bar.words, "01:00: 50%, between 30% and 60%");
        assert_eq!((figure.rows.len(), figure.labels.len()), (1, 4));
        assert!(told(&[mean(0, AspectMean::default())], &[]).is_none());
        assert!(told(&[], &[]).is_none());
    }

    #[test]
    fn answers_are_dots_at_their_height() {
        let about = mean(1, AspectMean::default()).range;
        let answer = |instrument, value| PersonAnswer {
            id: "a".to_owned(),
            kind: AnswerKind::Correction,
            instrument,
            values: vec![value],
            about,
            answered: about.end(),
            evident: Evident::default(),
        };
        let means = [mean(0, AspectMean::default()), mean(1, AspectMean::default())];
        let answers = [answer(Instrument::Focus, 4), answer(Instrument::Sleepiness, 3)];
        let figure = told(&means, &answers).unwrap();
        let places: Vec<_> = figure.own.iter().map(|own| (own.x.as_str(), own.y.as_str())).collect();
        assert_eq!(places, [("75.00%", "30.0")]);
        assert!(figure.own[0].words.ends_with("4 – mostly"), "{}", figure.own[0].words);
    }

    #[test]
    fn long_periods_are_not_squeezed() {
        let period = |unit| Period::of(unit, date(2026, 11, 20));
        assert_eq!(steps_of(period(Unit::Day)), Some(By::Hour));
        assert_eq!(steps_of(period(Unit::FourWeeks)), Some(By::Day));
        assert_eq!(steps_of(period(Unit::Year)), None);
    }
}
