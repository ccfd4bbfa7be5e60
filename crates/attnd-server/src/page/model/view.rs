//! What does Model show? From what the engine says to the page's HTML; nothing here reads a clock or a
//! store.

use askama::Template;
use attnd_core::{TimeRange, Timestamp};
use attnd_engine::CategoryRules;
use attnd_engine::probe::{Asking, ProbeSettings};
use attnd_engine::understand::{Aspect, Estimate, Grounds, Learned, PersonAnswer, Understanding};
use jiff::civil::Date;

use super::card::{CardRow, Value, card};
use super::estimate::{self, Figure, figure};
use super::headline::{self, headline, lead};
use super::proof::{self, Calibration, Curve};
use super::reason::{self, ReasonRow};
use super::record::{self, AnswerRow, ChangeRow, SourceRow, StageRow};
use super::{Refused, address};
use crate::page::change::Change;
use crate::page::estimate::{Sum, instrument_of, levels};
use crate::page::graph::{calibration, learning, likelihood};
use crate::page::locale::Locale;
use crate::page::settings::change_words;
use crate::page::shell::{Choice, ChoiceState, Shell};
use crate::page::text::{ModelText, QuestionText, TodayText};
use crate::page::visitor::Visitor;

/// What the engine was asked for.
pub(super) struct Read {
    pub(super) date: Date,
    pub(super) range: TimeRange,
    pub(super) estimates: Vec<Estimate>,
    pub(super) grounds: Option<Grounds>,
    pub(super) understanding: Understanding,
    pub(super) answers: Vec<PersonAnswer>,
    pub(super) questions: ProbeSettings,
    pub(super) sensed: bool,
    pub(super) simulated: bool,
}

/// Everything the page is made from.
pub(super) struct Model<'a> {
    /// For whom.
    pub(super) visitor: &'a Visitor,
    /// The present moment.
    pub(super) now: Timestamp,
    /// What is looked at.
    pub(super) aspect: Aspect,
    /// The day that is shown, and all of it.
    pub(super) date: Date,
    pub(super) range: TimeRange,
    /// Its active minutes.
    pub(super) estimates: &'a [Estimate],
    /// Why the last hour came out so.
    pub(super) grounds: Option<&'a Grounds>,
    /// What was learnt.
    pub(super) understanding: &'a Understanding,
    /// What the person said, oldest first.
    pub(super) answers: &'a [PersonAnswer],
    /// When and what attnd may ask.
    pub(super) questions: &'a ProbeSettings,
    /// Whether anything ever was sensed.
    pub(super) sensed: bool,
    /// Whether the day is made up.
    pub(super) simulated: bool,
    /// What was just done.
    pub(super) change: Option<&'a Change>,
    /// The category rules, for what a change is called.
    pub(super) rules: &'a CategoryRules,
    /// A form that was not accepted.
    pub(super) refused: Option<&'a Refused>,
}

#[derive(Template)]
#[template(path = "model.html")]
struct ModelPage<'a> {
    shell: Shell<'a>,
    text: ModelText,
    today: TodayText,
    view: &'a Model<'a>,
    questions: Vec<Choice>,
    simulated: bool,
    headline: String,
    lead: String,
    unreadable: Vec<String>,
    teach: Option<(String, String)>,
    said: Option<(String, Option<String>)>,
    estimate: Option<Figure>,
    estimate_heading: String,
    reasons_heading: Option<String>,
    reasons_when: String,
    reasons: Vec<ReasonRow>,
    levels: Vec<(String, String)>,
    curve: Option<Curve>,
    curve_few: String,
    calibration: Option<Calibration>,
    ladder: Vec<StageRow>,
    history: Vec<ChangeRow>,
    card: Vec<CardRow>,
    answers: (Vec<AnswerRow>, Vec<AnswerRow>),
    answers_note: String,
    sources: Vec<SourceRow>,
    questions_standing: String,
}

impl Model<'_> {
    /// The page.
    ///
    /// # Errors
    /// As every template, when it cannot be written.
    pub(super) fn html(&self) -> askama::Result<String> {
        let (text, locale) = (self.text(), self.locale());
        let learned = self.learned();
        let sum = Sum::of(self.estimates, self.aspect);
        let facts = headline::Facts {
            locale,
            aspect: self.aspect,
            date: self.date,
            today: locale.day_of(self.now),
            extent: estimate::extent(self.estimates),
            sum: &sum,
            learned,
        };
        let page = ModelPage {
            shell: Shell {
                visitor: self.visitor,
                title: text.title(),
                address: self.here(),
                place: Some("/model"),
            },
            text,
            today: TodayText(locale.language),
            view: self,
            questions: self.questions(),
            simulated: self.simulated,
            headline: headline(&facts),
            lead: lead(&facts),
            unreadable: self.unreadable(),
            teach: self.teach(),
            said: self.said(),
            estimate: figure(&estimate::Facts {
                locale,
                aspect: self.aspect,
                date: self.date,
                day: self.range,
                estimates: self.estimates,
                answers: self.answers,
            }),
            estimate_heading: match self.aspect {
                Aspect::Focus => text.estimated_focus(),
                Aspect::Load => text.estimated_load(),
            },
            reasons_heading: self.reasons_heading(),
            reasons_when: self.reasons_when(),
            reasons: self.grounds.map(|grounds| reason::rows(locale, &grounds.reasons)).unwrap_or_default(),
            levels: self.levels(),
            curve: proof::curve(locale, learned),
            curve_few: proof::too_few(locale, learned),
            calibration: proof::calibration(locale, learned),
            ladder: record::ladder(locale, &learned.ladder, learned.used),
            history: record::changes(locale, &learned.changes),
            card: card(locale, learned),
            answers: record::answer_rows(locale, self.answers),
            answers_note: text.answers_note(&locale.count(self.answers.len())),
            sources: record::sources(locale, &self.understanding.sources),
            questions_standing: self.questions_standing(),
        };
        page.render()
    }

    fn text(&self) -> ModelText {
        ModelText(self.visitor.language())
    }

    const fn locale(&self) -> &Locale {
        &self.visitor.locale
    }

    const fn learned(&self) -> &Learned {
        match self.aspect {
            Aspect::Focus => &self.understanding.focus,
            Aspect::Load => &self.understanding.load,
        }
    }

    /// The day in the address, where it is not the one the page shows by itself.
    fn day(&self) -> Option<Date> {
        (self.date != self.locale().day_of(self.now)).then_some(self.date)
    }

    fn here(&self) -> String {
        address(self.aspect, self.day())
    }

    /// The fields every form of the page carries, to come back to what was looked at.
    fn carried(&self) -> Vec<(&'static str, String)> {
        let day = self.day().map(|day| ("day", day.to_string()));
        [("of", self.aspect.name().to_owned())].into_iter().chain(day).collect()
    }

    fn questions(&self) -> Vec<Choice> {
        let text = self.text();
        [(Aspect::Focus, text.focus()), (Aspect::Load, text.load())]
            .map(|(aspect, label)| Choice {
                label,
                address: address(aspect, self.day()),
                tag: self.visitor.language().tag(),
                state: ChoiceState::of(&aspect, &self.aspect),
            })
            .into()
    }

    fn unreadable(&self) -> Vec<String> {
        let words = |reason: &String| self.text().unreadable(reason);
        self.understanding.unreadable.iter().map(words).collect()
    }

    /// The one step that would teach most: a watcher where nothing is sensed, else being asked.
    fn teach(&self) -> Option<(String, String)> {
        let text = self.text();
        if !self.sensed {
            return Some((text.teach_watch(), "/today".to_owned()));
        }
        let is_off = self.questions.asking == Asking::Off;
        is_off.then(|| (text.teach_questions(), "/settings#questions".to_owned()))
    }

    fn said(&self) -> Option<(String, Option<String>)> {
        let change = self.change?;
        let undo = change.before.is_some().then(|| change.id.clone());
        Some((change_words(change, self.rules, self.locale()), undo))
    }

    fn reasons_heading(&self) -> Option<String> {
        let grounds = self.grounds.filter(|grounds| grounds.minutes > 0)?;
        let clock = |moment| self.locale().clock(moment);
        Some(self.text().reasons_of(&clock(grounds.range.start()), &clock(grounds.range.end())))
    }

    /// What the figures beside the reasons are: what was usual is known once there are answers.
    fn reasons_when(&self) -> String {
        let has_usual = |grounds: &Grounds| grounds.reasons.iter().any(|reason| reason.usual.is_some());
        if self.grounds.is_some_and(has_usual) { self.text().reason_now() } else { self.text().reason_then() }
    }

    /// What one can say of a stretch.
    fn levels(&self) -> Vec<(String, String)> {
        let question = QuestionText(self.visitor.language());
        levels(self.locale(), instrument_of(self.aspect))
            .into_iter()
            .map(|(value, word)| (value.to_string(), question.answer_word(&value.to_string(), &word)))
            .collect()
    }

    /// What is wrong with a field that was sent.
    fn fault(&self, field: &str) -> Option<&str> {
        self.refused.filter(|refused| refused.field == field).map(|refused| refused.words.as_str())
    }

    /// What was typed into a field that was sent; else what to begin with.
    fn typed(&self, field: &str) -> &str {
        self.refused.map_or("", |refused| refused.typed.text(field))
    }

    fn questions_standing(&self) -> String {
        questions_standing(self.locale(), self.questions)
    }
}

/// When attnd may ask, in a sentence.
pub(in crate::page) fn questions_standing(locale: &Locale, settings: &ProbeSettings) -> String {
    let text = QuestionText(locale.language);
    let clock = |time: jiff::civil::Time| format!("{:02}:{:02}", time.hour(), time.minute());
    match settings.asking {
        Asking::Off => text.settings_off_words(),
        Asking::AtBreakpoints => text.settings_on_words(
            &settings.most_a_day.to_string(),
            &clock(settings.from),
            &clock(settings.until),
        ),
    }
}
