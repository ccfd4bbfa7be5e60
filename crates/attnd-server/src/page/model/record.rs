//! Which stage is used, what changed, and what did the person say? Rows of tables.

use attnd_core::TimeRange;
use attnd_engine::Stage;
use attnd_engine::continual::{Change, ChangeReason, Rung, Standing};
use attnd_engine::understand::{AnswerKind, Aspect, PersonAnswer, Source, SourceConsent, SourceUse};

use crate::page::estimate::{chance, instrument_name, level_word, levels};
use crate::page::locale::Locale;
use crate::page::model::headline::answers;
use crate::page::text::{ModelText, QuestionText};

/// The newest answers are shown, a few more are folded away; all of them are in the export.
const ANSWERS: usize = 8;
const FOLDED_ANSWERS: usize = 42;
/// Changes further back are history indeed.
const CHANGES: usize = 20;

/// A stage of the ladder.
pub(super) struct StageRow {
    pub(super) name: String,
    pub(super) loss: String,
    pub(super) why: String,
    pub(super) used: bool,
}

/// A change of what makes the estimates.
pub(super) struct ChangeRow {
    pub(super) when: String,
    pub(super) what: String,
    pub(super) why: String,
}

/// An answer.
pub(super) struct AnswerRow {
    pub(super) id: String,
    pub(super) about: String,
    pub(super) question: String,
    /// What was said, as its choice has it.
    pub(super) value: String,
    /// What may be said instead; nothing where it takes more than one number.
    pub(super) choices: Vec<(String, String)>,
    /// What attnd had said before.
    pub(super) said: String,
}

/// A kind of source.
pub(super) struct SourceRow {
    pub(super) code: &'static str,
    pub(super) name: String,
    pub(super) standing: String,
    pub(super) is_given: bool,
}

/// A stage in words.
pub(super) fn stage_name(locale: &Locale, stage: Stage) -> String {
    let text = ModelText(locale.language);
    match stage {
        Stage::Normalised => text.stage_normalised(),
        Stage::Intercept => text.stage_intercept(),
        Stage::Weights => text.stage_weights(),
        Stage::LowRank => text.stage_low_rank(),
    }
}

/// The ladder, lowest first; `used` makes the estimates.
pub(super) fn ladder(locale: &Locale, rungs: &[Rung], used: Option<Stage>) -> Vec<StageRow> {
    let text = ModelText(locale.language);
    let row = |rung: &Rung| StageRow {
        name: stage_name(locale, rung.stage),
        loss: rung.log_loss.map(|loss| format!("{loss:.3}")).unwrap_or_default(),
        why: match rung.standing {
            Standing::Champion if used.is_none() => text.standing_idle(),
            Standing::Champion if rung.judged == 0 => text.standing_champion_unjudged(),
            Standing::Champion => text.standing_champion(&answers(locale, rung.judged)),
            Standing::Challenger => text.standing_challenger(&answers(locale, rung.judged)),
            Standing::TooFewAnswers { missing: 1 } => text.standing_few_one(),
            Standing::TooFewAnswers { missing } => text.standing_few(&locale.count(missing as usize)),
            Standing::Absent => text.standing_absent(),
        },
        used: used == Some(rung.stage),
    };
    rungs.iter().map(row).collect()
}

/// The newest changes, newest first.
pub(super) fn changes(locale: &Locale, changes: &[Change]) -> Vec<ChangeRow> {
    let text = ModelText(locale.language);
    let nats = |by: f64| format!("{by:.2}");
    let row = |change: &Change| ChangeRow {
        when: locale.moment_short(change.at),
        what: text.history_to(&stage_name(locale, change.from), &stage_name(locale, change.to)),
        why: match &change.why {
            ChangeReason::Better { by_nats, over } => {
                text.history_better(&nats(*by_nats), &answers(locale, *over))
            }
            ChangeReason::Worse { by_nats, over } => {
                text.history_worse(&nats(*by_nats), &answers(locale, *over))
            }
            ChangeReason::Drift { since } => text.history_drift(&locale.short_date(locale.day_of(*since))),
        },
    };
    changes.iter().rev().take(CHANGES).map(row).collect()
}

/// The newest answers, and the newest before them; newest first.
pub(super) fn answer_rows(locale: &Locale, given: &[PersonAnswer]) -> (Vec<AnswerRow>, Vec<AnswerRow>) {
    let (text, question) = (ModelText(locale.language), QuestionText(locale.language));
    let row = |answer: &PersonAnswer| {
        let word = |value: i32, word: String| question.answer_word(&value.to_string(), &word);
        let choices: Vec<(String, String)> = levels(locale, answer.instrument)
            .into_iter()
            .map(|(value, said)| (value.to_string(), word(value, said)))
            .collect();
        let value = answer.value();
        let name = instrument_name(locale, answer.instrument);
        AnswerRow {
            id: answer.id.clone(),
            about: about(locale, answer.about),
            question: match answer.kind {
                AnswerKind::Probe { .. } => name,
                AnswerKind::Correction => text.answers_corrected(&name),
            },
            value: match level_word(locale, answer.instrument, value) {
                Some(_) => value.to_string(),
                None => answer.values.iter().map(ToString::to_string).collect::<Vec<_>>().join(" · "),
            },
            choices,
            said: estimated(answer),
        }
    };
    let newest: Vec<AnswerRow> = given.iter().rev().take(ANSWERS).map(row).collect();
    (newest, given.iter().rev().skip(ANSWERS).take(FOLDED_ANSWERS).map(row).collect())
}

fn estimated(answer: &PersonAnswer) -> String {
    let scale = answer.instrument.scale();
    let aspect = Aspect::ALL.into_iter().find(|aspect| aspect.of(&scale, scale.lowest).is_some());
    let said = aspect.and_then(|aspect| answer.evident.estimated.get(&aspect));
    said.map(|yes| chance(*yes)).unwrap_or_default()
}

fn about(locale: &Locale, about: TimeRange) -> String {
    let date = crate::page::flow::short_date(locale, locale.day_of(about.start()));
    ModelText(locale.language).about(&date, &locale.clock(about.start()), &locale.clock(about.end()))
}

/// What may be learnt from.
pub(super) fn sources(locale: &Locale, consents: &[SourceConsent]) -> Vec<SourceRow> {
    let text = ModelText(locale.language);
    let decided = |source: Source| {
        let consent = consents.iter().find(|consent| consent.source == source);
        consent.map_or(SourceUse::Undecided, |consent| consent.decided)
    };
    let row = |source: Source| SourceRow {
        code: source.name(),
        name: match source {
            Source::Flow => text.source_flow(),
            Source::Input => text.source_input(),
            Source::Recordings => text.source_recordings(),
        },
        standing: match decided(source) {
            SourceUse::Undecided => text.source_undecided(),
            SourceUse::Given => text.source_given(),
            SourceUse::Withdrawn => text.source_withdrawn(),
        },
        is_given: decided(source) == SourceUse::Given,
    };
    Source::ALL.map(row).into()
}
