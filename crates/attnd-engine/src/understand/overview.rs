//! What does attnd know of how it understands this person? Everything page Model shows, in one value.

use attnd_core::{TimeRange, Timestamp};
use attnd_model::continual::{CalibrationBin, Change, CurvePoint, Rung};
use attnd_model::estimator::Stage;

use super::{Aspect, SourceConsent};

/// All of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Understanding {
    /// Focus.
    pub focus: Learned,
    /// Mental load.
    pub load: Learned,
    /// What may be learnt from.
    pub sources: Vec<SourceConsent>,
    /// Answers kept, of every kind.
    pub answers: u32,
    /// What was kept and cannot be read any more, in words; nothing of it was removed.
    pub unreadable: Vec<String>,
}

/// What was learnt about one aspect.
#[derive(Clone, Debug, PartialEq)]
pub struct Learned {
    /// Which.
    pub aspect: Aspect,
    /// Answers it can be judged by.
    pub answers: u32,
    /// How many of them are yes.
    pub yes: u32,
    /// Corrections it learns from besides.
    pub corrections: u32,
    /// The stage that makes the estimates; `None` while nothing can.
    pub used: Option<Stage>,
    /// Changes whenever estimates may.
    pub version: u64,
    /// What makes the estimates, for the record.
    pub card: Card,
    /// How it got on with every answer; at most 200 points.
    pub curve: Vec<CurvePoint>,
    /// When it said 70 %, how often was it so? Of the predictions made before each answer.
    pub calibration: Vec<CalibrationBin>,
    /// The stages, lowest first.
    pub ladder: Vec<Rung>,
    /// What was changed when and why, oldest first.
    pub changes: Vec<Change>,
    /// How often the sets of possible answers held the real one.
    pub coverage: Option<Coverage>,
}

/// A model card: what it is, what it learnt from, how good it is, what it cannot do (Mitchell et al. 2019, doi
/// 10.1145/3287560.3287596).
#[derive(Clone, Debug, PartialEq)]
pub struct Card {
    /// The estimator: `rules` or `rules adapted to this person`.
    pub estimator: String,
    /// What it reads, by name.
    pub features: Vec<String>,
    /// From the first to the last answer it learnt from.
    pub learnt_from: Option<TimeRange>,
    /// When it was last fitted: the last answer.
    pub fitted: Option<Timestamp>,
    /// SHA-256 over the answers and evidence it learnt from, hexadecimal.
    pub data_hash: String,
    /// Where randomness came from.
    pub seed: u64,
    /// On what the figures stand.
    pub split: String,
    /// Of the estimates made before each answer.
    pub ours: Option<Figures>,
    /// Of the rules on the same answers.
    pub rules: Option<Figures>,
    /// Of the share of yes so far on the same answers.
    pub base_rate: Option<Figures>,
    /// What has to be known before trusting it.
    pub limits: Vec<Limit>,
}

/// Figures of one estimator on one set of answers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Figures {
    /// Answers.
    pub answers: u32,
    /// Area under the ROC curve; `None` with only one kind of answer.
    pub auc: Option<f64>,
    /// Mean squared error of the probability.
    pub brier: f64,
    /// Mean log-loss, nats.
    pub log_loss: f64,
    /// Expected calibration error over ten bins of equal width.
    pub ece: f64,
}

/// Something to know before trusting a model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Limit {
    /// Figures on fewer than 30 answers say little.
    FewAnswers,
    /// All answers are the same so far.
    OneKindOfAnswer,
    /// Keyboard and mouse are not sensed.
    NoInput,
    /// No pupil or heart is sensed live.
    NoPhysiology,
    /// It was learnt from this person alone and says nothing of anybody else.
    OnePerson,
    /// It estimates what the person would answer, which is not the same as what was the case.
    SelfReport,
}

/// How often the sets of possible answers held the real one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Coverage {
    /// How often they should.
    pub nominal: f64,
    /// How often they did.
    pub observed: f64,
    /// How often the set was both answers: unknown.
    pub unknown: f64,
    /// Of so many answers.
    pub answers: u32,
}
