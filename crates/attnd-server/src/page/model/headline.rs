//! What was it, in one sentence, and how sure is that?

use attnd_core::TimeRange;
use attnd_engine::Stage;
use attnd_engine::understand::{Aspect, Learned};
use jiff::civil::Date;

use crate::page::estimate::{Sum, why};
use crate::page::locale::Locale;
use crate::page::sentence::when;
use crate::page::text::ModelText;

/// What the sentences are made of.
pub(super) struct Facts<'a> {
    pub(super) locale: &'a Locale,
    pub(super) aspect: Aspect,
    /// The day it is about, and the day it is.
    pub(super) date: Date,
    pub(super) today: Date,
    /// From the first to the last active minute; `None` without any.
    pub(super) extent: Option<TimeRange>,
    pub(super) sum: &'a Sum,
    pub(super) learned: &'a Learned,
}

/// What was estimated.
pub(super) fn headline(facts: &Facts<'_>) -> String {
    let text = ModelText(facts.locale.language);
    let Some(extent) = facts.extent else {
        return match facts.aspect {
            Aspect::Focus => text.headline_nothing(),
            Aspect::Load => text.headline_nothing_load(),
        };
    };
    let span = span(facts, text, extent);
    if facts.sum.known.is_zero() {
        return match facts.aspect {
            Aspect::Focus => text.focus_unknown(&span),
            Aspect::Load => text.load_unknown(&span),
        };
    }
    match (facts.aspect, facts.locale.length_spoken(facts.sum.likely)) {
        (Aspect::Focus, Some(_)) => text.focus_likely(&span, &facts.locale.length(facts.sum.likely)),
        (Aspect::Focus, None) => text.focus_hardly(&span),
        (Aspect::Load, Some(_)) => text.load_likely(&span, &facts.locale.length(facts.sum.likely)),
        (Aspect::Load, None) => text.load_hardly(&span),
    }
}

fn span(facts: &Facts<'_>, text: ModelText, extent: TimeRange) -> String {
    let (from, to) = (facts.locale.clock(extent.start()), facts.locale.clock(extent.end()));
    if facts.date == facts.today {
        text.span(&from, &to)
    } else {
        text.span_of(&when(facts.locale, facts.date, facts.today), &from, &to)
    }
}

/// How sure, and from what.
pub(super) fn lead(facts: &Facts<'_>) -> String {
    let text = ModelText(facts.locale.language);
    if facts.extent.is_none() {
        return text.teach_nothing();
    }
    let mut sentences = Vec::new();
    if facts.sum.known.is_zero() {
        if let Some((reason, _)) = facts.sum.why.first() {
            sentences.push(text.why_sentence(&why(facts.locale, *reason)));
        }
    } else {
        sentences.push(sure(text, facts.sum.known_part()));
    }
    sentences.push(from_what(facts, text));
    match facts.locale.language {
        crate::page::text::Language::En => sentences.join(" "),
        crate::page::text::Language::Zh => sentences.concat(),
    }
}

fn sure(text: ModelText, part: f64) -> String {
    let part = match part {
        0.95.. => return text.sure_all(),
        0.6.. => text.part_most(),
        0.4.. => text.part_half(),
        0.25.. => text.part_third(),
        _ => text.part_little(),
    };
    text.sure_part(&part)
}

fn from_what(facts: &Facts<'_>, text: ModelText) -> String {
    let count = facts.learned.answers + facts.learned.corrections;
    match (facts.learned.used, count) {
        (Some(Stage::Intercept | Stage::Weights | Stage::LowRank), _) => {
            text.rests_on_answers(&answers(facts.locale, count))
        }
        (None, 0) => text.rests_on_nothing(),
        (None, _) => text.rests_on_nothing_but_answers(&answers(facts.locale, count)),
        (Some(Stage::Normalised), 0) => text.rests_on_rules(),
        (Some(Stage::Normalised), _) => text.rests_on_rules_and_answers(&answers(facts.locale, count)),
    }
}

/// `24 answers of yours`.
pub(super) fn answers(locale: &Locale, count: u32) -> String {
    let text = ModelText(locale.language);
    match count {
        0 => text.answers_no(),
        1 => text.answers_one(),
        _ => text.answers_many(&locale.count(count as usize)),
    }
}
