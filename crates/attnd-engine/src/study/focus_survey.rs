//! Was a person distracted, were they concentrated? The answers of the KAIST survey of distracting contexts as a data set.
//!
//! Kim et al. 2020, Proc. ACM IMWUT 4(4): a person says three things of one moment at once, how concentrated they were, how
//! concentrated they wanted to be, and how distracting it was around them. They are given together, so none of them may be
//! used to predict another of the same moment: that would be a leak, and none is among the evidence. Known of a moment are
//! the place, the activity, what the phone was used for, the time, and how long it lasted; and what the person answered to
//! the same question before.

use std::sync::Arc;

use attnd_core::problem::Words;
use attnd_core::recording::{Rating, Recording, Scale};
use attnd_core::{TimeRange, Timestamp};
use attnd_model::dataset::DatasetError;
use attnd_model::{Answer, Columns, Dataset, DatasetBuilder, Evidence, Example, Feature, Question};
use serde::{Deserialize, Serialize};

use super::{Collection, Study, Variant};

/// The study that asks for distraction.
pub const DISTRACTION: &dyn Study = &Survey { question: SurveyQuestion::Distraction };

/// The study that asks for concentration.
pub const CONCENTRATION: &dyn Study = &Survey { question: SurveyQuestion::Concentration };

const FORMAT: &str = "focus-survey";

/// The study took place in Korea, whose clocks are nine hours ahead of UTC all year.
const UTC_OFFSET_S: i64 = 9 * 60 * 60;
const DAY_S: i64 = 24 * 60 * 60;

/// What is known of a moment besides its numbers, by the rating's context.
const CONTEXTS: [&str; 3] = ["location", "activity", "purpose"];

/// What is asked of every answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SurveyQuestion {
    /// Was it distracting around them? An answer of 4 or 5.
    Distraction,
    /// Were they concentrated? An answer of 4 or 5.
    Concentration,
}

impl SurveyQuestion {
    /// Scale and threshold.
    #[must_use]
    pub const fn question(self) -> Question {
        let scale = match self {
            Self::Distraction => Scale::DISTRACTION,
            Self::Concentration => Scale::CONCENTRATION,
        };
        Question { scale, threshold: 4 }
    }
}

struct Survey {
    question: SurveyQuestion,
}

impl Study for Survey {
    fn task(&self) -> &'static str {
        match self.question {
            SurveyQuestion::Distraction => "distraction",
            SurveyQuestion::Concentration => "concentration",
        }
    }

    fn format(&self) -> &'static str {
        FORMAT
    }

    fn about(&self) -> Words {
        match self.question {
            SurveyQuestion::Distraction => Words {
                en: "Whether it was distracting around somebody, from place, activity and time",
                zh: "根据地点、活动和时间判断周围是否令人分心",
            },
            SurveyQuestion::Concentration => Words {
                en: "Whether somebody was concentrated, from place, activity and time",
                zh: "根据地点、活动和时间判断是否专注",
            },
        }
    }

    fn variants(&self) -> &'static [Variant] {
        &[Variant {
            name: "context",
            about: Words { en: "what was known of the moment", zh: "当时已知的情况" },
        }]
    }

    fn collection(&self) -> Box<dyn Collection> {
        Box::new(Answers { question: self.question, recordings: Vec::new() })
    }
}

/// Answers alone: the survey has no streams.
struct Answers {
    question: SurveyQuestion,
    recordings: Vec<Recording>,
}

impl Collection for Answers {
    fn take(&mut self, recording: Recording) {
        if recording.head.format == FORMAT {
            self.recordings.push(Recording { streams: Vec::new(), ..recording });
        }
    }

    fn datasets(&self) -> Result<Vec<Dataset>, DatasetError> {
        Ok(vec![dataset(&self.recordings, self.question)?])
    }
}

/// The answers to one question as a data set; a person is a recording's subject.
///
/// # Errors
/// [`DatasetError`] for an answer outside the scale or a person without a name.
pub fn dataset<'a>(
    recordings: impl IntoIterator<Item = &'a Recording>,
    question: SurveyQuestion,
) -> Result<Dataset, DatasetError> {
    let question = question.question();
    let scale = question.scale.name.clone();
    let mut builder = DatasetBuilder::new(Columns {
        question,
        features: features(),
        contexts: CONTEXTS.map(str::to_owned).to_vec(),
        shape: None,
    })?;
    for recording in recordings {
        for rating in recording.ratings.iter().filter(|rating| rating.scale.name == scale) {
            builder.add(&recording.head.subject, example(rating))?;
        }
    }
    Ok(builder.build())
}

fn features() -> Vec<Feature> {
    let feature = |name: &str, unit: &str| Feature { name: name.to_owned(), unit: unit.to_owned() };
    vec![
        feature("hour_sin", "1"),
        feature("hour_cos", "1"),
        feature("half_day_sin", "1"),
        feature("half_day_cos", "1"),
        feature("weekend", "1"),
        feature("log_duration", "ln s"),
    ]
}

fn example(rating: &Rating) -> Example {
    let Rating { value, about, answered, context, .. } = rating;
    let contexts = CONTEXTS.iter().map(|column| {
        context.get(*column).filter(|word| !word.is_empty()).map(|word| Arc::from(word.as_str()))
    });
    Example {
        evidence: Evidence {
            from: about.start(),
            at: about.end(),
            features: numbers(*about),
            contexts: contexts.collect(),
            signals: None,
        },
        answer: Answer { value: *value, answered: *answered },
    }
}

/// One per [`features`].
fn numbers(about: TimeRange) -> Vec<f64> {
    let (day, of_day) = local(about.end());
    let (hour_sin, hour_cos) = (std::f64::consts::TAU * of_day).sin_cos();
    let (half_day_sin, half_day_cos) = (2.0 * std::f64::consts::TAU * of_day).sin_cos();
    // Day 0, 1970-01-01, was a Thursday: Saturday and Sunday are 2 and 3 days after it.
    let weekend = f64::from(u8::from(matches!(day.rem_euclid(7), 2 | 3)));
    let log_duration = about.duration().as_s_f64().max(1.0).ln();
    vec![hour_sin, hour_cos, half_day_sin, half_day_cos, weekend, log_duration]
}

/// The local day since 1970-01-01 and the share of it that has passed.
fn local(moment: Timestamp) -> (i64, f64) {
    let local_s = moment.ns().div_euclid(1_000_000_000) + UTC_OFFSET_S;
    #[expect(clippy::cast_precision_loss, reason = "below the seconds of a day")]
    let of_day = local_s.rem_euclid(DAY_S) as f64 / DAY_S as f64;
    (local_s.div_euclid(DAY_S), of_day)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use attnd_core::recording::RecordingHead;

    use super::*;

    fn rating(scale: Scale, value: i32, end: &str, context: &[(&str, &str)]) -> Rating {
        let end = Timestamp::parse(end).unwrap();
        let start = end.saturating_sub(attnd_core::Duration::from_s(60));
        Rating {
            scale,
            value,
            about: TimeRange::new(start, end).unwrap(),
            answered: end,
            context: context.iter().map(|(name, word)| ((*name).to_owned(), (*word).to_owned())).collect(),
        }
    }

    fn recording(ratings: Vec<Rating>) -> Recording {
        let head = RecordingHead {
            id: "focus-survey/p1".to_owned(),
            format: "focus-survey".to_owned(),
            subject: "p1".to_owned(),
            tags: BTreeMap::new(),
            streams: Vec::new(),
        };
        Recording { head, streams: Vec::new(), ratings }
    }

    #[test]
    fn only_the_asked_scale_is_an_answer_and_no_other_is_evidence() {
        let at = "2019-05-11T00:00:00Z"; // A Saturday, nine in the morning in Seoul.
        let recording = recording(vec![
            rating(Scale::CONCENTRATION, 2, at, &[("location", "집"), ("activity", "")]),
            rating(Scale::EXPECTED_CONCENTRATION, 5, at, &[]),
            rating(Scale::DISTRACTION, 4, at, &[]),
        ]);
        let dataset = dataset([&recording], SurveyQuestion::Concentration).unwrap();
        let [example] = dataset.people()[0].examples() else { panic!("one answer") };
        assert_eq!(example.answer.value, 2);
        assert_eq!(example.evidence.contexts, [Some("집".into()), None, None]);
        let expected = [
            (0.375 * std::f64::consts::TAU).sin(),
            (0.375 * std::f64::consts::TAU).cos(),
            -1.0,
            0.0,
            1.0,
            60.0_f64.ln(),
        ];
        for (found, expected) in example.evidence.features.iter().zip(expected) {
            assert!((found - expected).abs() < 1e-12, "{found} instead of {expected}");
        }
        assert!(dataset.columns().features.iter().all(|feature| !feature.name.contains("concentration")));
    }

    #[test]
    fn an_answer_outside_the_scale_is_refused() {
        let recording = recording(vec![rating(Scale::DISTRACTION, 6, "2019-05-11T00:00:00Z", &[])]);
        assert!(matches!(
            dataset([&recording], SurveyQuestion::Distraction),
            Err(DatasetError::Answer { value: 6, .. })
        ));
    }
}
