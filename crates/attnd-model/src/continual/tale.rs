//! How did it get on? The learning curve, the calibration and the ladder, from what was said before each answer.

use super::bend::{ANSWERS_FOR_INTERCEPT, ANSWERS_FOR_WEIGHTS};
use super::learner::log_loss;
use super::{CalibrationBin, Contest, CurvePoint, LADDER, Learner, Rung, Standing};
use crate::estimator::Stage;

/// Predictions are binned by tenths.
const BINS: usize = 10;

impl Learner {
    /// Mean log-loss over the first 1, 2, … answers, thinned evenly to at most `points`, the last among them.
    #[must_use]
    pub fn curve(&self, points: usize) -> Vec<CurvePoint> {
        let total = self.judged().len();
        let mut sums = [0.0; 4];
        let mut curve = Vec::new();
        for (index, judged) in self.judged().iter().enumerate() {
            let count = index + 1;
            let rules = judged.said_by(Stage::Normalised).unwrap_or(0.5);
            let said = [judged.ours(), rules, judged.base_rate, judged.hour_of_day];
            for (sum, said) in sums.iter_mut().zip(said) {
                *sum += log_loss(said, judged.yes);
            }
            // The last of each of `points` equal parts.
            if count * points / total != index * points / total || total <= points {
                let [ours, rules, base_rate, hour_of_day] = sums.map(|sum| sum / count as f64);
                curve.push(CurvePoint { answers: number(count), ours, rules, base_rate, hour_of_day });
            }
        }
        curve
    }

    /// Predictions by tenths, and how many came true; tenths without any are left out.
    #[must_use]
    pub fn calibration(&self) -> Vec<CalibrationBin> {
        let mut bins = vec![(0.0, 0_u32, 0_u32); BINS];
        for judged in self.judged() {
            let said = judged.ours();
            let place = ((said * BINS as f64) as usize).min(BINS - 1);
            let (sum, yes, count) = &mut bins[place];
            *sum += said;
            *yes += u32::from(judged.yes);
            *count += 1;
        }
        let bin = |(place, (said, yes, answers)): (usize, (f64, u32, u32))| CalibrationBin {
            from: place as f64 / BINS as f64,
            to: (place + 1) as f64 / BINS as f64,
            said: said / f64::from(answers),
            came_true: f64::from(yes) / f64::from(answers),
            answers,
        };
        bins.into_iter().enumerate().filter(|(_, (_, _, answers))| *answers > 0).map(bin).collect()
    }

    /// The stages, lowest first, judged on the answers since what was learnt still holds.
    #[must_use]
    pub fn ladder(&self) -> Vec<Rung> {
        LADDER.into_iter().map(|stage| self.rung(stage)).collect()
    }

    fn rung(&self, stage: Stage) -> Rung {
        let losses: Vec<f64> = self.holding().iter().filter_map(|judged| judged.loss_of(stage)).collect();
        let before = match stage {
            Stage::Intercept => ANSWERS_FOR_INTERCEPT,
            Stage::Weights => ANSWERS_FOR_WEIGHTS,
            Stage::Normalised | Stage::LowRank => 0,
        };
        let missing = (before + Contest::default().least)
            .saturating_sub(before.min(self.holding().len()) + losses.len());
        let standing = if stage == self.champion() {
            Standing::Champion
        } else if missing > 0 && stage > self.champion() {
            Standing::TooFewAnswers { missing: number(missing) }
        } else {
            Standing::Challenger
        };
        let log_loss = (!losses.is_empty()).then(|| losses.iter().sum::<f64>() / losses.len() as f64);
        Rung { stage, judged: number(losses.len()), log_loss, standing }
    }
}

fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
