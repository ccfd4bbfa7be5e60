//! How do estimates travel? Probabilities from 0 to 1, lengths in seconds; what is not known says why.

use attnd_core::{ErrorCode, Problem, TimeRange, Timestamp};
use attnd_engine::Reason;
use attnd_engine::understand::{
    Aspect, AspectMean, Basis, Estimate, EstimateMean, Grounds, Instrument, Understood, WhyUnknown,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::wire::answer::{InstrumentWord, numbers};
use crate::wire::param::time;
use crate::wire::scalar::Moment;

/// What is estimated.
#[derive(Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
#[schema(as = Aspect)]
pub(crate) enum AspectWord {
    /// Were they focused?
    Focus,
    /// Was it much mental work?
    Load,
}

/// Estimates of a period.
#[derive(Serialize, ToSchema)]
#[schema(as = Estimates)]
pub(crate) struct EstimatesAnswer {
    /// Each minute in which the person was active; empty for periods over eight days.
    minutes: Vec<EstimateAnswer>,
    /// The period in its steps.
    steps: Vec<MeanAnswer>,
}

/// One minute.
#[derive(Serialize, ToSchema)]
#[schema(as = Estimate)]
pub(crate) struct EstimateAnswer {
    /// The first moment.
    #[schema(value_type = String, format = DateTime)]
    from: Timestamp,
    /// The moment after the last.
    #[schema(value_type = String, format = DateTime)]
    to: Timestamp,
    /// Were they focused?
    focus: UnderstoodAnswer,
    /// Was it much mental work?
    load: UnderstoodAnswer,
}

/// What is known of one aspect of a minute: a probability with its range, or why there is none.
#[derive(Serialize, ToSchema)]
#[schema(as = Understood)]
pub(crate) struct UnderstoodAnswer {
    /// How likely is yes; `null` where it is not known.
    #[schema(required)]
    yes: Option<f64>,
    /// The probability lies from here, with 90 % certainty.
    #[schema(required)]
    low: Option<f64>,
    /// To here.
    #[schema(required)]
    high: Option<f64>,
    /// Who says so; `null` where it is not known.
    #[schema(required)]
    basis: Option<BasisWord>,
    /// Why it is not known; `null` where it is.
    #[schema(required)]
    unknown: Option<UnknownWord>,
    /// How many more answers of the person it takes, where that is why.
    #[schema(required)]
    missing_answers: Option<u32>,
}

/// Who says so.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
#[schema(as = EstimateBasis)]
pub(crate) enum BasisWord {
    /// The person themself.
    Person,
    /// What the person's own answers taught.
    Learned,
    /// The rules everybody starts with.
    Rules,
}

/// Why it is not known.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
#[schema(as = EstimateUnknown)]
pub(crate) enum UnknownWord {
    /// Yes and no are both possible.
    BothPossible,
    /// It takes more answers of the person.
    TooFewAnswers,
    /// Too little was sensed in the hour before.
    TooLittleSensed,
    /// Recording was paused.
    Paused,
    /// The person does not want it estimated.
    NoConsent,
}

/// One step of a period.
#[derive(Serialize, ToSchema)]
#[schema(as = EstimateStep)]
pub(crate) struct MeanAnswer {
    /// The first moment.
    #[schema(value_type = String, format = DateTime)]
    from: Timestamp,
    /// The moment after the last.
    #[schema(value_type = String, format = DateTime)]
    to: Timestamp,
    /// Were they focused?
    focus: AspectMeanAnswer,
    /// Was it much mental work?
    load: AspectMeanAnswer,
}

/// The minutes of a step together.
#[derive(Serialize, ToSchema)]
#[schema(as = EstimateMean)]
pub(crate) struct AspectMeanAnswer {
    /// Time with an estimate, in seconds.
    known_s: f64,
    /// Active time without, in seconds.
    unknown_s: f64,
    /// Expected time of yes among the known, in seconds.
    likely_s: f64,
    /// The mean probability over the known; `null` without any.
    #[schema(required)]
    yes: Option<f64>,
    /// The mean of the lower ends.
    #[schema(required)]
    low: Option<f64>,
    /// The mean of the upper ends.
    #[schema(required)]
    high: Option<f64>,
}

/// Why estimates of a period came out as they did.
#[derive(Serialize, ToSchema)]
#[schema(as = EstimateReasons)]
pub(crate) struct GroundsAnswer {
    /// What was estimated.
    aspect: AspectWord,
    /// Of how many estimated minutes.
    minutes: u32,
    /// The mean causes, strongest first.
    reasons: Vec<ReasonAnswer>,
}

/// One cause.
#[derive(Serialize, ToSchema)]
#[schema(as = EstimateReason)]
pub(crate) struct ReasonAnswer {
    /// The feature.
    feature: String,
    /// What it was.
    #[schema(required)]
    value: Option<f64>,
    /// The word it was, for contexts.
    #[schema(required)]
    word: Option<String>,
    /// What is usual for the person.
    #[schema(required)]
    usual: Option<f64>,
    /// What it adds to the log-odds of yes.
    effect: f64,
}

/// How a stretch of time really was.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Correction)]
pub(crate) struct CorrectionBody {
    /// The first moment.
    #[schema(value_type = Moment)]
    from: String,
    /// The moment after the last; over already, and at most a day after the first.
    #[schema(value_type = Moment)]
    to: String,
    /// Which question is answered.
    question: InstrumentWord,
    /// The answer: six numbers for raw TLX, else one.
    #[serde(deserialize_with = "numbers")]
    #[schema(value_type = Vec<i32>, min_items = 1, max_items = 6)]
    values: Vec<i32>,
}

impl CorrectionBody {
    /// The stretch, the question, and what was answered.
    ///
    /// # Errors
    /// [`ErrorCode::InvalidTime`].
    pub(crate) fn said(self) -> Result<(TimeRange, Instrument, Vec<i32>), Problem> {
        let about = TimeRange::new(time(&self.from)?, time(&self.to)?)
            .map_err(|error| Problem::new(ErrorCode::InvalidTime, error.to_string()))?;
        Ok((about, self.question.into(), self.values))
    }
}

impl EstimatesAnswer {
    /// Minutes and steps.
    pub(crate) fn new(minutes: Vec<Estimate>, steps: Vec<EstimateMean>) -> Self {
        Self {
            minutes: minutes.into_iter().map(EstimateAnswer::from).collect(),
            steps: steps.into_iter().map(MeanAnswer::from).collect(),
        }
    }
}

impl From<Aspect> for AspectWord {
    fn from(aspect: Aspect) -> Self {
        match aspect {
            Aspect::Focus => Self::Focus,
            Aspect::Load => Self::Load,
        }
    }
}

impl From<Estimate> for EstimateAnswer {
    fn from(estimate: Estimate) -> Self {
        let Estimate { at, focus, load } = estimate;
        Self { from: at.start(), to: at.end(), focus: focus.into(), load: load.into() }
    }
}

impl From<Understood> for UnderstoodAnswer {
    fn from(understood: Understood) -> Self {
        let nothing =
            Self { yes: None, low: None, high: None, basis: None, unknown: None, missing_answers: None };
        let unknown = |word| Self { unknown: Some(word), ..nothing };
        match understood {
            Understood::Known { yes, low, high, basis } => Self {
                yes: Some(yes),
                low: Some(low),
                high: Some(high),
                basis: Some(basis.into()),
                unknown: None,
                missing_answers: None,
            },
            Understood::Unknown(WhyUnknown::BothPossible { .. }) => unknown(UnknownWord::BothPossible),
            Understood::Unknown(WhyUnknown::TooFewAnswers { missing }) => {
                Self { missing_answers: Some(missing), ..unknown(UnknownWord::TooFewAnswers) }
            }
            Understood::Unknown(WhyUnknown::TooLittleSensed) => unknown(UnknownWord::TooLittleSensed),
            Understood::Unknown(WhyUnknown::Paused) => unknown(UnknownWord::Paused),
            Understood::Unknown(WhyUnknown::NoConsent) => unknown(UnknownWord::NoConsent),
        }
    }
}

impl From<Basis> for BasisWord {
    fn from(basis: Basis) -> Self {
        match basis {
            Basis::Person => Self::Person,
            Basis::Learned => Self::Learned,
            Basis::Rules => Self::Rules,
        }
    }
}

impl From<EstimateMean> for MeanAnswer {
    fn from(mean: EstimateMean) -> Self {
        let EstimateMean { range, focus, load } = mean;
        Self { from: range.start(), to: range.end(), focus: focus.into(), load: load.into() }
    }
}

impl From<AspectMean> for AspectMeanAnswer {
    fn from(mean: AspectMean) -> Self {
        let AspectMean { known, unknown, likely, yes, low, high } = mean;
        Self {
            known_s: known.as_s_f64(),
            unknown_s: unknown.as_s_f64(),
            likely_s: likely.as_s_f64(),
            yes,
            low,
            high,
        }
    }
}

impl From<Grounds> for GroundsAnswer {
    fn from(grounds: Grounds) -> Self {
        let Grounds { aspect, minutes, reasons, .. } = grounds;
        Self {
            aspect: aspect.into(),
            minutes,
            reasons: reasons.into_iter().map(ReasonAnswer::from).collect(),
        }
    }
}

impl From<Reason> for ReasonAnswer {
    fn from(reason: Reason) -> Self {
        let Reason { name, value, word, usual, effect } = reason;
        Self { feature: name, value, word, usual, effect }
    }
}
