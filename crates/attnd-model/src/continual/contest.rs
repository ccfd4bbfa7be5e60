//! Which stage makes the estimates? A contest that only later answers decide.
//!
//! Every stage predicts each answer before it is known and is then fitted to it (prequential: Dawid 1984, doi
//! 10.2307/2981683; for streams Gama et al. 2013, doi 10.1007/s10994-012-5320-9). A higher stage takes over when its
//! log-loss is lower by a margin and by more than a standard error; the champion falls back when it is higher than a
//! lower stage's by as much on recent answers. The standard error keeps chance from deciding on a few answers; that the
//! test is repeated at every answer makes it no proof, which is why falling back costs no more than rising.

use super::{ChangeReason, Judged};
use crate::estimator::Stage;

/// The stages in the contest, lowest first.
pub const LADDER: [Stage; 3] = [Stage::Normalised, Stage::Intercept, Stage::Weights];

/// When the champion changes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Contest {
    /// Answers both must have been judged by: 10.
    pub least: usize,
    /// Only so many of the last answers decide: 60.
    pub recent: usize,
    /// Nats per answer that a difference must exceed: 0.005.
    pub margin_nats: f64,
    /// Standard errors that it must exceed: 1.
    pub errors: f64,
}

impl Default for Contest {
    fn default() -> Self {
        Self { least: 10, recent: 60, margin_nats: 0.005, errors: 1.0 }
    }
}

/// How two stages compare on the same answers.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Difference {
    /// Mean of the first's log-loss less the second's, nats.
    mean: f64,
    /// Its standard error.
    error: f64,
    /// Over so many answers.
    over: usize,
}

impl Contest {
    /// Who should be champion instead of `champion` after `judged`, the answers since what was learnt still holds, and
    /// why; `None` if nobody.
    #[must_use]
    pub fn decide(&self, champion: Stage, judged: &[Judged]) -> Option<(Stage, ChangeReason)> {
        let recent = &judged[judged.len().saturating_sub(self.recent)..];
        let other = |is_other: &dyn Fn(&Stage) -> bool| {
            LADDER
                .into_iter()
                .filter(is_other)
                .filter_map(|stage| self.clear(champion, stage, recent).map(|by| (stage, by)))
                .max_by(|a, b| a.1.mean.total_cmp(&b.1.mean))
        };
        if let Some((stage, by)) = other(&|stage| *stage < champion) {
            return Some((stage, ChangeReason::Worse { by_nats: by.mean, over: by.answers() }));
        }
        let (stage, by) = other(&|stage| *stage > champion)?;
        Some((stage, ChangeReason::Better { by_nats: by.mean, over: by.answers() }))
    }

    /// The difference, if the champion's log-loss is clearly higher.
    fn clear(&self, champion: Stage, stage: Stage, judged: &[Judged]) -> Option<Difference> {
        let by = Difference::of(champion, stage, judged)?;
        let needed = self.margin_nats.max(self.errors * by.error);
        (by.over >= self.least && by.mean > needed).then_some(by)
    }
}

impl Difference {
    fn of(first: Stage, second: Stage, judged: &[Judged]) -> Option<Self> {
        let differences: Vec<f64> = judged
            .iter()
            .filter_map(|judged| Some(judged.loss_of(first)? - judged.loss_of(second)?))
            .collect();
        let over = differences.len();
        if over < 2 {
            return None;
        }
        let mean = differences.iter().sum::<f64>() / over as f64;
        let squares: f64 = differences.iter().map(|difference| (difference - mean).powi(2)).sum();
        let error = (squares / (over as f64 * (over as f64 - 1.0))).sqrt();
        Some(Self { mean, error, over })
    }

    fn answers(self) -> u32 {
        u32::try_from(self.over).unwrap_or(u32::MAX)
    }
}
