//! What does attnd know of how it understands this person? Everything page Model shows, in one value.

use attnd_core::{TimeRange, Timestamp};
use attnd_model::continual::{CalibrationBin, Change, CurvePoint, Judged, PROMISED, Rung};
use attnd_model::estimator::Stage;
use attnd_model::metric::{
    AnswerSet, Binning, Scored, SetScored, area_under_curve, brier, expected_calibration_error, log_loss,
};

use super::evidence::source_of;
use super::lens::{Lens, Lenses, SEED, digest_of};
use super::{Aspect, Source, SourceConsent};

/// The learning curve is thinned to so many points.
const CURVE_POINTS: usize = 200;

/// Figures on fewer answers say little.
const FEW_ANSWERS: usize = 30;

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
    /// What makes the estimates.
    pub estimator: Estimating,
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
    pub split: Split,
    /// Of the estimates made before each answer.
    pub ours: Option<Figures>,
    /// Of the rules on the same answers.
    pub rules: Option<Figures>,
    /// Of the share of yes so far on the same answers.
    pub base_rate: Option<Figures>,
    /// What has to be known before trusting it.
    pub limits: Vec<Limit>,
}

/// What makes the estimates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Estimating {
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
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Split {
    /// Each answer predicted from those before it (Dawid 1984, doi 10.2307/2981683).
    Prequential,
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

/// What is told of what is looked through.
pub(crate) fn understanding(lenses: &Lenses) -> Understanding {
    Understanding {
        focus: learned(lenses.of(Aspect::Focus)),
        load: learned(lenses.of(Aspect::Load)),
        sources: lenses.consents.clone(),
        answers: number(lenses.answers.len()),
        unreadable: lenses.unreadable.clone(),
    }
}

fn learned(lens: &Lens) -> Learned {
    let judged = lens.learner.judged();
    Learned {
        aspect: lens.aspect,
        answers: number(judged.len()),
        yes: number(judged.iter().filter(|judged| judged.yes).count()),
        corrections: number(lens.corrections()),
        used: lens.used(),
        version: u64::from_str_radix(lens.digest.get(..16).unwrap_or_default(), 16).unwrap_or_default(),
        card: card(lens),
        curve: lens.learner.curve(CURVE_POINTS),
        calibration: lens.learner.calibration(),
        ladder: lens.learner.ladder(),
        changes: lens.learner.changes().to_vec(),
        coverage: coverage(judged),
    }
}

fn card(lens: &Lens) -> Card {
    let judged = lens.learner.judged();
    let kept = lens.learner.kept(&lens.lessons);
    let learnt_from = kept
        .first()
        .zip(kept.last())
        .and_then(|(first, last)| TimeRange::new(first.answer.answered, last.answer.answered).ok());
    let used = lens.used();
    let may_read = |source: Option<Source>| source != Some(Source::Input) || lens.reads_input();
    let features = lens.subject.names.iter().filter(|name| used.is_some() && may_read(source_of(name)));
    Card {
        estimator: estimator(lens),
        features: features.cloned().collect(),
        learnt_from: learnt_from.filter(|_| used > Some(Stage::Normalised)),
        fitted: kept.last().map(|example| example.answer.answered).filter(|_| used > Some(Stage::Normalised)),
        data_hash: digest_of(&lens.subject, &lens.lessons),
        seed: SEED,
        split: Split::Prequential,
        ours: figures(judged, Judged::ours),
        rules: lens
            .has_rules()
            .then(|| figures(judged, |judged| judged.said_by(Stage::Normalised).unwrap_or(0.5)))
            .flatten(),
        base_rate: figures(judged, |judged| judged.base_rate),
        limits: limits(lens),
    }
}

fn estimator(lens: &Lens) -> Estimating {
    match (lens.learner.champion(), lens.has_rules()) {
        (Stage::Normalised, true) => Estimating::Rules,
        (Stage::Normalised, false) => Estimating::NothingYet,
        (Stage::Intercept, true) => Estimating::RulesWithBaseRate,
        (_, true) => Estimating::RulesWithWeights,
        (Stage::Intercept, false) => Estimating::BaseRate,
        (_, false) => Estimating::Weights,
    }
}

fn limits(lens: &Lens) -> Vec<Limit> {
    let judged = lens.learner.judged();
    let of_yes = judged.iter().filter(|judged| judged.yes).count();
    let mut limits = vec![Limit::NoPhysiology, Limit::OnePerson, Limit::SelfReport];
    if judged.len() < FEW_ANSWERS {
        limits.push(Limit::FewAnswers);
    }
    if !judged.is_empty() && (of_yes == 0 || of_yes == judged.len()) {
        limits.push(Limit::OneKindOfAnswer);
    }
    if !lens.reads_input() {
        limits.push(Limit::NoInput);
    }
    limits.sort_unstable();
    limits
}

fn figures(judged: &[Judged], said: impl Fn(&Judged) -> f64) -> Option<Figures> {
    let scored: Vec<Scored> =
        judged.iter().map(|judged| Scored { probability: said(judged), yes: judged.yes }).collect();
    Some(Figures {
        answers: number(scored.len()),
        auc: area_under_curve(&scored),
        brier: brier(&scored)?,
        log_loss: log_loss(&scored)?,
        ece: expected_calibration_error(&scored, Binning::EqualWidth(10))?,
    })
}

fn coverage(judged: &[Judged]) -> Option<Coverage> {
    let sets: Vec<SetScored> =
        judged.iter().filter_map(|judged| Some(SetScored { set: judged.set?, yes: judged.yes })).collect();
    let share = |count: usize| count as f64 / sets.len() as f64;
    (!sets.is_empty()).then(|| Coverage {
        nominal: PROMISED,
        observed: share(sets.iter().filter(|one| one.is_covered()).count()),
        unknown: share(sets.iter().filter(|one| !matches!(one.set, AnswerSet::Yes | AnswerSet::No)).count()),
        answers: number(sets.len()),
    })
}

fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
