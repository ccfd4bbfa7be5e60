//! How does what was learnt of a person travel? Losses in nats, probabilities from 0 to 1.

use attnd_core::Timestamp;
use attnd_engine::Stage;
use attnd_engine::continual::{CalibrationBin, Change, ChangeReason, CurvePoint, Rung, Standing};
use attnd_engine::understand::{
    Card, Coverage, Estimating, Figures, Learned, Limit, Source, SourceConsent, SourceUse, Split,
    Understanding,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Everything attnd knows of how it understands the person.
#[derive(Serialize, ToSchema)]
#[schema(as = Understanding)]
pub(crate) struct UnderstandingAnswer {
    /// Were they focused?
    focus: LearnedAnswer,
    /// Was it much mental work?
    load: LearnedAnswer,
    /// What may be learnt from.
    sources: Vec<SourceUseAnswer>,
    /// Answers kept, of every kind.
    answers: u32,
    /// What was kept and cannot be read any more, in words; nothing of it was removed.
    unreadable: Vec<String>,
}

/// What was learnt about one aspect.
#[derive(Serialize, ToSchema)]
#[schema(as = Learned)]
pub(crate) struct LearnedAnswer {
    /// Answers it can be judged by.
    answers: u32,
    /// How many of them are yes.
    yes: u32,
    /// Corrections it learns from besides.
    corrections: u32,
    /// The stage that makes the estimates; `null` while nothing can.
    #[schema(required)]
    used: Option<StageWord>,
    /// Changes whenever estimates may.
    version: u64,
    /// What makes the estimates.
    card: CardAnswer,
    /// Mean log-loss over the first answers, each predicted before it was known.
    curve: Vec<CurvePointAnswer>,
    /// When it said 70 %, how often was it so?
    calibration: Vec<CalibrationAnswer>,
    /// The stages, lowest first.
    ladder: Vec<RungAnswer>,
    /// What was changed when and why, oldest first.
    changes: Vec<ModelChangeAnswer>,
    /// How often the sets of possible answers held the real one.
    #[schema(required)]
    coverage: Option<CoverageAnswer>,
}

/// How closely the model is fitted to the person.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
#[schema(as = ModelStage)]
pub(crate) enum StageWord {
    /// General, against what is usual for the person.
    Normalised,
    /// Their own base rate and confidence.
    Intercept,
    /// Their own weights.
    Weights,
    /// A low-rank change of a network.
    LowRank,
}

/// A model card.
#[derive(Serialize, ToSchema)]
#[schema(as = ModelCard)]
pub(crate) struct CardAnswer {
    /// What makes the estimates.
    estimator: EstimatingWord,
    /// What it reads.
    features: Vec<String>,
    /// The first answer it learnt from.
    #[schema(required, value_type = Option<String>, format = DateTime)]
    learnt_from: Option<Timestamp>,
    /// The last.
    #[schema(required, value_type = Option<String>, format = DateTime)]
    learnt_to: Option<Timestamp>,
    /// When it was last fitted.
    #[schema(required, value_type = Option<String>, format = DateTime)]
    fitted: Option<Timestamp>,
    /// SHA-256 over what it learnt from.
    data_hash: String,
    /// Where randomness came from.
    seed: u64,
    /// On what the figures stand.
    split: SplitWord,
    /// Of the estimates made before each answer.
    #[schema(required)]
    ours: Option<FiguresAnswer>,
    /// Of the rules on the same answers.
    #[schema(required)]
    rules: Option<FiguresAnswer>,
    /// Of the share of yes so far.
    #[schema(required)]
    base_rate: Option<FiguresAnswer>,
    /// What has to be known before trusting it.
    limits: Vec<LimitWord>,
}

/// What makes the estimates.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
#[schema(as = ModelEstimator)]
pub(crate) enum EstimatingWord {
    /// Nothing can yet.
    NothingYet,
    /// The rules everybody starts with.
    Rules,
    /// The rules, set to how often this person says yes.
    RulesWithBaseRate,
    /// The rules, with weights learnt from this person.
    RulesWithWeights,
    /// How often this person says yes; there are no rules.
    BaseRate,
    /// Weights learnt from this person; there are no rules.
    Weights,
}

/// On what figures stand.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
#[schema(as = ModelSplit)]
pub(crate) enum SplitWord {
    /// Each answer predicted from those before it.
    Prequential,
}

/// Figures of one estimator.
#[derive(Serialize, ToSchema)]
#[schema(as = ModelFigures)]
pub(crate) struct FiguresAnswer {
    /// Answers.
    answers: u32,
    /// Area under the ROC curve; `null` with only one kind of answer.
    #[schema(required)]
    auc: Option<f64>,
    /// Mean squared error of the probability.
    brier: f64,
    /// Mean log-loss, nats.
    log_loss: f64,
    /// Expected calibration error.
    ece: f64,
}

/// Something to know before trusting a model.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
#[schema(as = ModelLimit)]
pub(crate) enum LimitWord {
    /// Figures on fewer than 30 answers say little.
    FewAnswers,
    /// All answers are the same so far.
    OneKindOfAnswer,
    /// Keyboard and mouse are not sensed.
    NoInput,
    /// No pupil or heart is sensed live.
    NoPhysiology,
    /// It was learnt from this person alone.
    OnePerson,
    /// It estimates what the person would answer.
    SelfReport,
}

/// A point of the learning curve.
#[derive(Serialize, ToSchema)]
#[schema(as = CurvePoint)]
pub(crate) struct CurvePointAnswer {
    /// Over so many answers.
    answers: u32,
    /// Of what was in use at each.
    ours: f64,
    /// Of the rules.
    rules: f64,
    /// Of the share of yes before.
    base_rate: f64,
    /// Of the share of yes before, around the same hour.
    hour_of_day: f64,
}

/// Predictions that were about equally likely.
#[derive(Serialize, ToSchema)]
#[schema(as = CalibrationBin)]
pub(crate) struct CalibrationAnswer {
    /// From here.
    from: f64,
    /// To here.
    to: f64,
    /// Their mean.
    said: f64,
    /// The share of yes.
    came_true: f64,
    /// How many.
    answers: u32,
}

/// One stage of the ladder.
#[derive(Serialize, ToSchema)]
#[schema(as = ModelRung)]
pub(crate) struct RungAnswer {
    /// The stage.
    stage: StageWord,
    /// On how many answers it was judged.
    judged: u32,
    /// Its mean log-loss on them.
    #[schema(required)]
    log_loss: Option<f64>,
    /// How it stands.
    standing: StandingWord,
    /// How many more answers it needs, where that is why it is not used.
    #[schema(required)]
    missing_answers: Option<u32>,
}

/// Why a stage is used or not.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
#[schema(as = ModelStanding)]
pub(crate) enum StandingWord {
    /// It makes the estimates.
    Champion,
    /// It is not better by the margin.
    Challenger,
    /// It cannot be judged yet.
    TooFewAnswers,
    /// The model has no such stage.
    Absent,
}

/// A change of what makes the estimates.
#[derive(Serialize, ToSchema)]
#[schema(as = ModelChange)]
pub(crate) struct ModelChangeAnswer {
    /// When.
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    /// After so many answers.
    answers: u32,
    /// What made the estimates before.
    from: StageWord,
    /// And since.
    to: StageWord,
    /// Why.
    because: BecauseWord,
    /// By how much an answer, in nats.
    #[schema(required)]
    by_nats: Option<f64>,
    /// Over so many answers.
    #[schema(required)]
    over: Option<u32>,
    /// The first moment that is still learnt from.
    #[schema(required, value_type = Option<String>, format = DateTime)]
    since: Option<Timestamp>,
}

/// Why something changed.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
#[schema(as = ModelChangeReason)]
pub(crate) enum BecauseWord {
    /// The new one's log-loss was lower.
    Better,
    /// The old one's log-loss was higher than what it had replaced.
    Worse,
    /// The person's answers no longer followed what was learnt.
    Drift,
}

/// How often the sets of possible answers held the real one.
#[derive(Serialize, ToSchema)]
#[schema(as = ModelCoverage)]
pub(crate) struct CoverageAnswer {
    /// How often they should.
    nominal: f64,
    /// How often they did.
    observed: f64,
    /// How often the set was both answers.
    unknown: f64,
    /// Of so many answers.
    answers: u32,
}

/// A decision about a kind of source.
#[derive(Serialize, ToSchema)]
#[schema(as = SourceUse)]
pub(crate) struct SourceUseAnswer {
    /// Which.
    source: SourceWord,
    /// What was decided.
    decided: SourceUseWord,
    /// Since when.
    #[schema(required, value_type = Option<String>, format = DateTime)]
    at: Option<Timestamp>,
}

/// What to decide about a kind of source.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SourceUseDecision)]
pub(crate) struct SourceUseBody {
    /// Which.
    pub(crate) source: SourceWord,
    /// What to decide.
    pub(crate) decided: SourceUseWord,
}

/// A kind of source that features come from.
#[derive(Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
#[schema(as = FeatureSource)]
pub(crate) enum SourceWord {
    /// Which application and category was in front, when.
    Flow,
    /// Counts of keys, clicks and movement.
    Input,
    /// Imported recordings.
    Recordings,
}

/// What is done with a kind of source.
#[derive(Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
#[schema(as = SourceUseWord)]
pub(crate) enum SourceUseWord {
    /// Nothing was decided: the rules look at it, nothing is learnt from it.
    Undecided,
    /// It may be learnt from.
    Given,
    /// It is neither looked at nor learnt from.
    Withdrawn,
}

impl From<Understanding> for UnderstandingAnswer {
    fn from(understanding: Understanding) -> Self {
        let Understanding { focus, load, sources, answers, unreadable } = understanding;
        Self { focus: focus.into(), load: load.into(), sources: all(sources), answers, unreadable }
    }
}

impl From<Learned> for LearnedAnswer {
    fn from(learned: Learned) -> Self {
        Self {
            answers: learned.answers,
            yes: learned.yes,
            corrections: learned.corrections,
            used: learned.used.map(StageWord::from),
            version: learned.version,
            card: learned.card.into(),
            curve: all(learned.curve),
            calibration: all(learned.calibration),
            ladder: all(learned.ladder),
            changes: all(learned.changes),
            coverage: learned.coverage.map(CoverageAnswer::from),
        }
    }
}

impl From<Stage> for StageWord {
    fn from(stage: Stage) -> Self {
        match stage {
            Stage::Normalised => Self::Normalised,
            Stage::Intercept => Self::Intercept,
            Stage::Weights => Self::Weights,
            Stage::LowRank => Self::LowRank,
        }
    }
}

impl From<Card> for CardAnswer {
    fn from(card: Card) -> Self {
        Self {
            estimator: card.estimator.into(),
            features: card.features,
            learnt_from: card.learnt_from.map(attnd_core::TimeRange::start),
            learnt_to: card.learnt_from.map(attnd_core::TimeRange::end),
            fitted: card.fitted,
            data_hash: card.data_hash,
            seed: card.seed,
            split: card.split.into(),
            ours: card.ours.map(FiguresAnswer::from),
            rules: card.rules.map(FiguresAnswer::from),
            base_rate: card.base_rate.map(FiguresAnswer::from),
            limits: all(card.limits),
        }
    }
}

impl From<Estimating> for EstimatingWord {
    fn from(estimating: Estimating) -> Self {
        match estimating {
            Estimating::NothingYet => Self::NothingYet,
            Estimating::Rules => Self::Rules,
            Estimating::RulesWithBaseRate => Self::RulesWithBaseRate,
            Estimating::RulesWithWeights => Self::RulesWithWeights,
            Estimating::BaseRate => Self::BaseRate,
            Estimating::Weights => Self::Weights,
        }
    }
}

impl From<Split> for SplitWord {
    fn from(split: Split) -> Self {
        match split {
            Split::Prequential => Self::Prequential,
        }
    }
}

impl From<Figures> for FiguresAnswer {
    fn from(figures: Figures) -> Self {
        let Figures { answers, auc, brier, log_loss, ece } = figures;
        Self { answers, auc, brier, log_loss, ece }
    }
}

impl From<Limit> for LimitWord {
    fn from(limit: Limit) -> Self {
        match limit {
            Limit::FewAnswers => Self::FewAnswers,
            Limit::OneKindOfAnswer => Self::OneKindOfAnswer,
            Limit::NoInput => Self::NoInput,
            Limit::NoPhysiology => Self::NoPhysiology,
            Limit::OnePerson => Self::OnePerson,
            Limit::SelfReport => Self::SelfReport,
        }
    }
}

impl From<CurvePoint> for CurvePointAnswer {
    fn from(point: CurvePoint) -> Self {
        let CurvePoint { answers, ours, rules, base_rate, hour_of_day } = point;
        Self { answers, ours, rules, base_rate, hour_of_day }
    }
}

impl From<CalibrationBin> for CalibrationAnswer {
    fn from(bin: CalibrationBin) -> Self {
        let CalibrationBin { from, to, said, came_true, answers } = bin;
        Self { from, to, said, came_true, answers }
    }
}

impl From<Rung> for RungAnswer {
    fn from(rung: Rung) -> Self {
        let Rung { stage, judged, log_loss, standing } = rung;
        let (standing, missing_answers) = match standing {
            Standing::Champion => (StandingWord::Champion, None),
            Standing::Challenger => (StandingWord::Challenger, None),
            Standing::TooFewAnswers { missing } => (StandingWord::TooFewAnswers, Some(missing)),
            Standing::Absent => (StandingWord::Absent, None),
        };
        Self { stage: stage.into(), judged, log_loss, standing, missing_answers }
    }
}

impl From<Change> for ModelChangeAnswer {
    fn from(change: Change) -> Self {
        let Change { at, answers, from, to, why } = change;
        let (because, by_nats, over, since) = match why {
            ChangeReason::Better { by_nats, over } => (BecauseWord::Better, Some(by_nats), Some(over), None),
            ChangeReason::Worse { by_nats, over } => (BecauseWord::Worse, Some(by_nats), Some(over), None),
            ChangeReason::Drift { since } => (BecauseWord::Drift, None, None, Some(since)),
        };
        Self { at, answers, from: from.into(), to: to.into(), because, by_nats, over, since }
    }
}

impl From<Coverage> for CoverageAnswer {
    fn from(coverage: Coverage) -> Self {
        let Coverage { nominal, observed, unknown, answers } = coverage;
        Self { nominal, observed, unknown, answers }
    }
}

impl From<SourceConsent> for SourceUseAnswer {
    fn from(consent: SourceConsent) -> Self {
        let SourceConsent { source, decided, at } = consent;
        Self { source: source.into(), decided: decided.into(), at }
    }
}

impl From<Source> for SourceWord {
    fn from(source: Source) -> Self {
        match source {
            Source::Flow => Self::Flow,
            Source::Input => Self::Input,
            Source::Recordings => Self::Recordings,
        }
    }
}

impl From<SourceWord> for Source {
    fn from(word: SourceWord) -> Self {
        match word {
            SourceWord::Flow => Self::Flow,
            SourceWord::Input => Self::Input,
            SourceWord::Recordings => Self::Recordings,
        }
    }
}

impl From<SourceUse> for SourceUseWord {
    fn from(decided: SourceUse) -> Self {
        match decided {
            SourceUse::Undecided => Self::Undecided,
            SourceUse::Given => Self::Given,
            SourceUse::Withdrawn => Self::Withdrawn,
        }
    }
}

impl From<SourceUseWord> for SourceUse {
    fn from(word: SourceUseWord) -> Self {
        match word {
            SourceUseWord::Undecided => Self::Undecided,
            SourceUseWord::Given => Self::Given,
            SourceUseWord::Withdrawn => Self::Withdrawn,
        }
    }
}

fn all<T, U: From<T>>(values: Vec<T>) -> Vec<U> {
    values.into_iter().map(U::from).collect()
}
