//! How do a person's answers travel?

use attnd_core::Timestamp;
use attnd_engine::understand::{AnswerKind, Aspect, Instrument, PersonAnswer, Undone};
use serde::de::{self, Deserializer};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A question.
#[derive(Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
#[schema(as = Question)]
pub(crate) enum InstrumentWord {
    /// How focused were you? 1 to 5.
    Focus,
    /// How much mental work was it? 1 to 5.
    MentalLoad,
    /// NASA-TLX without weights: mental, physical and temporal demand, performance, effort, frustration,
    /// each 0 to 100.
    RawTlx,
    /// Karolinska Sleepiness Scale, 1 to 9.
    Sleepiness,
}

/// Something the person said of a time.
#[derive(Serialize, ToSchema)]
#[schema(as = Answer)]
pub(crate) struct PersonAnswerAnswer {
    /// Its id.
    id: String,
    /// How it came about.
    kind: AnswerKindWord,
    /// What was asked.
    question: InstrumentWord,
    /// What was said: six numbers for raw TLX, else one.
    values: Vec<i32>,
    /// The result on the question's scale: the mean of the values, rounded.
    value: i32,
    /// The first moment it is about.
    #[schema(value_type = String, format = DateTime)]
    from: Timestamp,
    /// The moment after the last.
    #[schema(value_type = String, format = DateTime)]
    to: Timestamp,
    /// When it was given.
    #[schema(value_type = String, format = DateTime)]
    answered: Timestamp,
    /// How likely focus had been estimated before; `null` where it was not known.
    #[schema(required)]
    estimated_focus: Option<f64>,
    /// How likely high load had been estimated before; `null` where it was not known.
    #[schema(required)]
    estimated_load: Option<f64>,
}

/// How an answer came about.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
#[schema(as = AnswerKind)]
pub(crate) enum AnswerKindWord {
    /// To a question of attnd's.
    Probe,
    /// The person said that an estimate was wrong.
    Correction,
}

/// What to say instead.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = AnswerChange)]
pub(crate) struct AnswerBody {
    /// Six numbers for raw TLX, else one.
    #[serde(deserialize_with = "numbers")]
    #[schema(value_type = Vec<i32>, min_items = 1, max_items = 6)]
    pub(crate) values: Vec<i32>,
}

/// What undoing did.
#[derive(Serialize, ToSchema)]
#[schema(as = AnswerUndone)]
pub(crate) struct UndoneAnswer {
    /// Which answer.
    id: String,
    /// Whether it is as it was before, or gone as it was before.
    is: UndoneWord,
}

/// What became of it.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
#[schema(as = AnswerUndoneWord)]
pub(crate) enum UndoneWord {
    /// It is as it was before.
    Restored,
    /// It had been added and is gone.
    Removed,
}

/// How many answers are gone.
#[derive(Serialize, ToSchema)]
#[schema(as = AnswersDeleted)]
pub(crate) struct DeletedAnswer {
    /// So many.
    pub(crate) deleted: u64,
}

/// Whole numbers, also written `5.0`: to JSON Schema both are the same integer.
///
/// # Errors
/// Of the deserializer, for anything else.
pub(crate) fn numbers<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<i32>, D::Error> {
    Vec::<f64>::deserialize(deserializer)?
        .into_iter()
        .map(|number| {
            let whole =
                number.fract() == 0.0 && (f64::from(i32::MIN)..=f64::from(i32::MAX)).contains(&number);
            whole
                .then_some(number as i32)
                .ok_or_else(|| de::Error::custom(format!("{number} is no whole number")))
        })
        .collect()
}

impl From<InstrumentWord> for Instrument {
    fn from(word: InstrumentWord) -> Self {
        match word {
            InstrumentWord::Focus => Self::Focus,
            InstrumentWord::MentalLoad => Self::MentalLoad,
            InstrumentWord::RawTlx => Self::RawTlx,
            InstrumentWord::Sleepiness => Self::Sleepiness,
        }
    }
}

impl From<Instrument> for InstrumentWord {
    fn from(instrument: Instrument) -> Self {
        match instrument {
            Instrument::Focus => Self::Focus,
            Instrument::MentalLoad => Self::MentalLoad,
            Instrument::RawTlx => Self::RawTlx,
            Instrument::Sleepiness => Self::Sleepiness,
        }
    }
}

impl From<PersonAnswer> for PersonAnswerAnswer {
    fn from(answer: PersonAnswer) -> Self {
        let value = answer.value();
        let estimated = |aspect| answer.evident.estimated.get(&aspect).copied();
        let (estimated_focus, estimated_load) = (estimated(Aspect::Focus), estimated(Aspect::Load));
        let PersonAnswer { id, kind, instrument, values, about, answered, .. } = answer;
        let kind = match kind {
            AnswerKind::Probe { .. } => AnswerKindWord::Probe,
            AnswerKind::Correction => AnswerKindWord::Correction,
        };
        Self {
            id,
            kind,
            question: instrument.into(),
            values,
            value,
            from: about.start(),
            to: about.end(),
            answered,
            estimated_focus,
            estimated_load,
        }
    }
}

impl From<Undone> for UndoneAnswer {
    fn from(undone: Undone) -> Self {
        match undone {
            Undone::Restored(id) => Self { id, is: UndoneWord::Restored },
            Undone::Removed(id) => Self { id, is: UndoneWord::Removed },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_whole() {
        let read = |text: &str| numbers(&mut serde_json::Deserializer::from_str(text)).ok();
        assert_eq!(read("[5, 4.0, -1]"), Some(vec![5, 4, -1]));
        for bad in ["[5.5]", "[1e12]", "5", "[\"5\"]", "[null]"] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }
}
