//! How likely, hour by hour? The picture of a day's estimates, with what the person said of it.

use attnd_core::TimeRange;
use attnd_engine::understand::{Aspect, Estimate, PersonAnswer};
use jiff::civil::Date;

use crate::page::estimate::{
    Stretch, Sum, Told, answered, chance, level_word, picture, stretches, why, words,
};
use crate::page::graph::hours::{HourMark, hour_marks, hours_around};
use crate::page::graph::likelihood::Likelihood;
use crate::page::locale::Locale;
use crate::page::text::{ModelText, QuestionText};
use crate::page::today::Scale;

/// The picture, in the words and numbers its template writes down.
pub(super) struct Figure {
    pub(super) summary: String,
    pub(super) picture: Likelihood,
    /// Where nothing is known: across, and how wide.
    pub(super) unknown: Vec<(String, String)>,
    pub(super) stops: Vec<Stop>,
    pub(super) own: Vec<Own>,
    pub(super) hours: Vec<HourMark>,
    pub(super) rows: Vec<Row>,
    /// What the `w` key speaks of where the cursor stands nowhere.
    pub(super) last: Option<Last>,
}

/// What pointer and cursor stop at.
pub(super) struct Stop {
    pub(super) x: String,
    pub(super) width: String,
    pub(super) words: String,
    /// The stretch, for the form that says it was wrong.
    pub(super) from: String,
    pub(super) to: String,
}

/// An answer of the person, at its height on the question's scale.
pub(super) struct Own {
    pub(super) x: String,
    pub(super) y: String,
    pub(super) words: String,
}

/// A row of the table.
pub(super) struct Row {
    pub(super) from: String,
    pub(super) to: String,
    pub(super) likely: String,
    pub(super) between: String,
}

/// The newest stretch anything was said of.
pub(super) struct Last {
    pub(super) words: String,
    pub(super) from: String,
    pub(super) to: String,
}

/// How high the picture is, in pixels.
const HEIGHT_PX: f64 = 120.0;
/// Rows of the table: a long day in quarters of an hour.
const TABLE_ROWS: usize = 50;

/// What the figure is made of.
pub(super) struct Facts<'a> {
    pub(super) locale: &'a Locale,
    pub(super) aspect: Aspect,
    pub(super) date: Date,
    /// The whole day.
    pub(super) day: TimeRange,
    pub(super) estimates: &'a [Estimate],
    pub(super) answers: &'a [PersonAnswer],
}

/// From the first to the last minute there is an estimate of.
pub(super) fn extent(estimates: &[Estimate]) -> Option<TimeRange> {
    TimeRange::new(estimates.first()?.at.start(), estimates.last()?.at.end()).ok()
}

/// The picture; `None` of a day without an active minute.
pub(super) fn figure(facts: &Facts<'_>) -> Option<Figure> {
    let Facts { locale, aspect, .. } = *facts;
    let extent = extent(facts.estimates)?;
    let scale = Scale { range: hours_around(locale, facts.date, facts.day, extent) };
    let stretches = stretches(facts.estimates, aspect);
    let picture = picture(facts.estimates, aspect, |moment| scale.place(moment));
    Some(Figure {
        summary: summary(facts, extent),
        unknown: picture.unknown.iter().map(|(x, width)| (percent(*x), percent(*width))).collect(),
        picture,
        stops: stretches.iter().map(|stretch| stop(facts, scale, stretch)).collect(),
        own: own(facts, scale),
        hours: hour_marks(locale, scale.range),
        rows: stretches.iter().rev().take(TABLE_ROWS).rev().map(|stretch| row(locale, stretch)).collect(),
        last: stretches.iter().rfind(|stretch| matches!(stretch.told, Told::Known(_))).map(|stretch| Last {
            words: words(locale, stretch, aspect),
            from: stretch.range.start().to_string(),
            to: stretch.range.end().to_string(),
        }),
    })
}

fn summary(facts: &Facts<'_>, extent: TimeRange) -> String {
    let (locale, text) = (facts.locale, ModelText(facts.locale.language));
    let (from, to) = (locale.clock(extent.start()), locale.clock(extent.end()));
    let sum = Sum::of(facts.estimates, facts.aspect);
    if sum.known.is_zero() {
        return text.estimate_summary_none(&from, &to);
    }
    let mean = sum.likely.as_s_f64() / sum.known.as_s_f64();
    text.estimate_summary(&from, &to, &locale.length(sum.known), &locale.length(sum.unknown), &chance(mean))
}

fn stop(facts: &Facts<'_>, scale: Scale, stretch: &Stretch) -> Stop {
    let (start, end) = (scale.place(stretch.range.start()), scale.place(stretch.range.end()));
    Stop {
        x: percent(start),
        width: percent(end - start),
        words: words(facts.locale, stretch, facts.aspect),
        from: stretch.range.start().to_string(),
        to: stretch.range.end().to_string(),
    }
}

fn own(facts: &Facts<'_>, scale: Scale) -> Vec<Own> {
    let text = QuestionText(facts.locale.language);
    let mark = |answer: &PersonAnswer| {
        answered(answer, facts.aspect)?;
        let about = answer.about.intersection(scale.range)?;
        let middle = i64::midpoint(scale.place(about.start()), scale.place(about.end()));
        let (value, answers) = (answer.value(), answer.instrument.scale());
        let part = f64::from(value - answers.lowest) / f64::from(answers.highest - answers.lowest);
        let said = match level_word(facts.locale, answer.instrument, value) {
            Some(word) => text.answer_word(&value.to_string(), &word),
            None => value.to_string(),
        };
        let clock = |moment| facts.locale.clock(moment);
        Some(Own {
            x: percent(middle),
            y: format!("{:.1}", (1.0 - part) * HEIGHT_PX),
            words: text.said_of(&clock(about.start()), &clock(about.end()), &said),
        })
    };
    facts.answers.iter().filter_map(mark).collect()
}

fn row(locale: &Locale, stretch: &Stretch) -> Row {
    let text = ModelText(locale.language);
    let (likely, between) = match stretch.told {
        Told::Known(value) => {
            (chance(value.yes), text.percent_range(&chance(value.low), &chance(value.high)))
        }
        Told::Unknown(reason) => (String::new(), text.not_known(&why(locale, reason))),
    };
    Row { from: locale.clock(stretch.range.start()), to: locale.clock(stretch.range.end()), likely, between }
}

fn percent(place: i64) -> String {
    format!("{}.{:02}%", place / 100, place % 100)
}
