//! What if one only looks at the clock? The share of yes in each hour of the day.

use std::f64::consts::TAU;

use serde_json::json;

use super::Tally;
use super::rates::{PersonTallies, Rates};
use crate::dataset::{Columns, Evidence, Past, Training};
use crate::estimator::{Estimator, Model, ModelError, Prediction, Reason, Run, Stage, Tensors};

/// The share of yes in each of 24 hours, pulled to the share of all. Hours are local where the data has the columns
/// `hour_sin` and `hour_cos`, otherwise UTC: the same hours by other names as long as everybody lives in one zone.
#[derive(Clone, Copy, Debug)]
pub struct HourOfDay;

#[derive(Clone, Debug, PartialEq)]
struct HourOfDayModel {
    clock: Clock,
    rates: Rates<u32>,
}

/// Where the hour comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Clock {
    /// From the sine and cosine of the local time of day in these columns.
    Local { sine: usize, cosine: usize },
    /// From the end of the evidence.
    Utc,
}

impl Estimator for HourOfDay {
    fn name(&self) -> &'static str {
        "hour-of-day"
    }

    fn fit(&self, training: Training<'_>, _run: &mut Run<'_>) -> Result<Box<dyn Model>, ModelError> {
        Tally::of(training)?;
        let clock = Clock::of(training.columns());
        let question = training.question();
        let mut people: PersonTallies<u32> = Vec::new();
        for person in training.people() {
            let mut hours = std::collections::BTreeMap::<u32, Tally>::new();
            for example in person.examples() {
                if let Some(hour) = clock.hour(&example.evidence) {
                    hours.entry(hour).or_default().count(question.is_yes(example.answer.value));
                }
            }
            people.push(hours);
        }
        Ok(Box::new(HourOfDayModel { clock, rates: Rates::fit(&people).0 }))
    }
}

impl Clock {
    fn of(columns: &Columns) -> Self {
        let column = |name: &str| columns.features.iter().position(|feature| feature.name == name);
        match (column("hour_sin"), column("hour_cos")) {
            (Some(sine), Some(cosine)) => Self::Local { sine, cosine },
            _ => Self::Utc,
        }
    }

    /// 0 to 23; `None` where the columns are missing.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 23")]
    fn hour(self, evidence: &Evidence) -> Option<u32> {
        match self {
            Self::Utc => Some(evidence.at.ns().div_euclid(3_600_000_000_000).rem_euclid(24) as u32),
            Self::Local { sine, cosine } => {
                let (sine, cosine) = (*evidence.features.get(sine)?, *evidence.features.get(cosine)?);
                let turns = sine.atan2(cosine).rem_euclid(TAU) / TAU;
                // A full hour is exact in time and not in its sine.
                turns.is_finite().then(|| ((turns * 24.0 + 1e-6).floor() as u32) % 24)
            }
        }
    }
}

impl Model for HourOfDayModel {
    fn name(&self) -> &'static str {
        HourOfDay.name()
    }

    fn predict(&self, _past: Past<'_>, evidence: &Evidence) -> Prediction {
        Prediction::yes_or_no(self.rates.of(self.clock.hour(evidence).as_ref()))
    }

    fn explain(&self, _past: Past<'_>, _evidence: &Evidence) -> Vec<Reason> {
        Vec::new()
    }

    fn adapted(&self, _past: Past<'_>, _stage: Stage) -> Option<Box<dyn Model>> {
        None
    }

    fn tensors(&self) -> Tensors {
        Tensors { settings: json!({ "rates": self.rates }), arrays: Vec::new() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dataset::{Answer, Example, sample};
    use crate::estimator::Seed;

    #[test]
    fn mornings_and_evenings_differ() {
        let dataset = sample::of(["a", "b", "c"].into_iter().flat_map(|person| {
            (0..20).map(move |day| {
                let (hour, value) = if day % 2 == 0 { (9, 5) } else { (22, 1) };
                let at = day * 86_400 + hour * 3_600;
                let answer = Answer { value, answered: sample::second(at) };
                (person, Example { evidence: sample::evidence(at, 0.0, None), answer })
            })
        }));
        let mut run = Run { seed: Seed(1), watch: &mut |_| {}, checkpoints: None };
        let model = HourOfDay.fit(dataset.whole(), &mut run).unwrap();
        let said =
            |hour: i64| model.predict(Past::EMPTY, &sample::evidence(hour * 3_600 + 1_800, 0.0, None)).yes;
        assert!(said(9) > 0.9 && said(22) < 0.1);
        assert!((said(3) - 0.5).abs() < 1e-12, "nobody ever answered at three");
    }

    #[test]
    fn a_full_hour_is_that_hour_on_both_clocks() {
        for hour in 0..24_u32 {
            let turn = f64::from(hour) / 24.0 * TAU;
            let mut evidence = sample::evidence(i64::from(hour) * 3_600, 0.0, None);
            assert_eq!(Clock::Utc.hour(&evidence), Some(hour));
            evidence.features = vec![turn.sin(), turn.cos()];
            assert_eq!(Clock::Local { sine: 0, cosine: 1 }.hour(&evidence), Some(hour));
        }
        let mut missing = sample::evidence(0, 0.0, None);
        missing.features = vec![f64::NAN, 0.0];
        assert_eq!(Clock::Local { sine: 0, cosine: 1 }.hour(&missing), None);
    }
}
