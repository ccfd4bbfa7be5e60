//! How much mental work was a match? Ten players' bodies over a match, and what they said of it afterwards.
//!
//! Smerdov, Zhou, Lukowicz and Somov 2020, arXiv:2011.00958: 1 (very little) to 5. Against computers almost everybody says
//! little, against people much; that is one bit of context, worth more than all sensors, so the body is judged
//! without it and with it. How long the match lasted and how well one played are no evidence: the one tells who the
//! opponents were, the other is said in the same breath.

use std::sync::Arc;

use attnd_core::problem::Words;
use attnd_core::recording::{Rating, Recording, Scale};
use attnd_core::{Duration, TimeRange};
use attnd_model::dataset::{DatasetError, Shape, Signals};
use attnd_model::{Columns, Dataset, Feature, Question};
use attnd_sense::feature::raw;
use attnd_sense::feature::recording::{columns, windows};

use super::usual::{Row, Rows, Usual};
use super::{Collection, Study, Variant};

/// The study.
pub const MENTAL_LOAD: &dyn Study = &EsportsLoad;

const FORMAT: &str = "esports-load";

/// Answers from here up are yes.
const THRESHOLD: i32 = 3;

/// What is known of the heart, the pupils, the skin and the gaze over the whole match: level and variation of each, which is
/// as much as 109 answers can carry.
const FEATURES: [&str; 8] = [
    "heart_rate_mean",
    "heart_rate_sd",
    "pupil_mean",
    "pupil_sd",
    "skin_conductance_mean",
    "skin_conductance_sd",
    "skin_temperature_mean",
    "gaze_speed_mean",
];

/// Known before the match.
const CONTEXTS: [&str; 2] = ["real_opponents", "communication"];

/// The end of the match, a step a second: the shortest match lasted twelve minutes.
const STEPS: usize = 600;
const CHANNELS: [&str; 4] = ["heart_rate", "pupil_diameter", "gsr", "gaze_movement"];

struct EsportsLoad;

impl Study for EsportsLoad {
    fn task(&self) -> &'static str {
        "mental-load"
    }

    fn format(&self) -> &'static str {
        FORMAT
    }

    fn about(&self) -> Words {
        Words {
            en: "Whether a match was much mental work, from a player's heart, pupils, skin and gaze",
            zh: "根据选手的心率、瞳孔、皮肤和视线判断一场比赛的心智负荷是否较高",
        }
    }

    fn variants(&self) -> &'static [Variant] {
        const VARIANTS: [Variant; 4] = [
            Variant {
                name: "physiology",
                about: Words {
                    en: "the body alone, against the player's whole season",
                    zh: "仅生理信号，相对于选手整个赛程",
                },
            },
            Variant {
                name: "context",
                about: Words {
                    en: "the body, against the player's whole season, and what was known before the match",
                    zh: "生理信号（相对于选手整个赛程）与赛前已知情况",
                },
            },
            Variant {
                name: "physiology-so-far",
                about: Words {
                    en: "the body alone, against the player's matches before",
                    zh: "仅生理信号，相对于选手之前的比赛",
                },
            },
            Variant {
                name: "context-so-far",
                about: Words {
                    en: "the body, against the player's matches before, and what was known before the match",
                    zh: "生理信号（相对于选手之前的比赛）与赛前已知情况",
                },
            },
        ];
        &VARIANTS
    }

    fn collection(&self) -> Box<dyn Collection> {
        Box::<Matches>::default()
    }
}

#[derive(Default)]
struct Matches {
    physiology: Rows,
    context: Rows,
}

impl Collection for Matches {
    fn take(&mut self, recording: Recording) {
        let is_load = |rating: &&Rating| rating.scale.name == Scale::MENTAL_LOAD.name;
        let Some(rating) = recording.ratings.iter().find(is_load).filter(|_| recording.head.format == FORMAT)
        else {
            return;
        };
        let contexts =
            CONTEXTS.map(|name| rating.context.get(name).map(|word| Arc::<str>::from(word.as_str())));
        let row = Row {
            range: rating.about,
            features: features(&recording),
            contexts: Vec::new(),
            signals: Some(signals(&recording, rating.about)),
            answer: rating.value,
            answered: rating.answered,
        };
        let person = recording.head.subject.as_str();
        self.physiology.push(person, row.clone());
        self.context.push(person, Row { contexts: contexts.into(), ..row });
    }

    fn datasets(&self) -> Result<Vec<Dataset>, DatasetError> {
        let made = |usual| {
            [(&self.physiology, &[][..]), (&self.context, &CONTEXTS[..])]
                .map(|(rows, contexts)| rows.dataset(described(contexts), usual))
        };
        [made(Usual::Session), made(Usual::SoFar)].into_iter().flatten().collect()
    }
}

fn described(contexts: &[&str]) -> Columns {
    Columns {
        question: Question { scale: Scale::MENTAL_LOAD, threshold: THRESHOLD },
        // In deviations from the player's usual, whatever the unit was.
        features: FEATURES
            .iter()
            .map(|name| Feature { name: (*name).to_owned(), unit: "sd".to_owned() })
            .collect(),
        contexts: contexts.iter().map(|name| (*name).to_owned()).collect(),
        shape: Some(Shape {
            channels: CHANNELS.map(str::to_owned).to_vec(),
            steps: STEPS,
            step: Duration::from_s(1),
        }),
    }
}

/// Of the whole match, as one window up to its last sample; NaN for what was not measured.
fn features(recording: &Recording) -> Vec<f64> {
    let streams = || recording.streams.iter();
    let begin = streams().filter_map(|samples| samples.times.first()).min();
    let last = streams().filter_map(|samples| samples.times.last()).max();
    let (Some(begin), Some(last)) = (begin, last) else { return vec![f64::NAN; FEATURES.len()] };
    let whole = last.since(*begin);
    let names = columns(&recording.head, &[whole]);
    let row = windows(recording, &[whole], whole).into_iter().next();
    let end = format!("_{}s", whole.as_s_f64());
    let value = |feature: &str| {
        let index = names.iter().position(|column| column.name.strip_suffix(&end) == Some(feature))?;
        row.as_ref()?.values.get(index).copied()
    };
    FEATURES.iter().map(|feature| value(feature).unwrap_or(f64::NAN)).collect()
}

fn signals(recording: &Recording, played: TimeRange) -> Signals {
    let length = Duration::from_s(STEPS as u32);
    let range = TimeRange::from(played.end().saturating_sub(length), length);
    let values = CHANNELS.iter().map(|name| match raw::channel(recording, name) {
        Some(channel) => raw::signals(recording, &[channel], range, STEPS).remove(0),
        None => vec![f32::NAN; STEPS],
    });
    Signals { values: values.collect() }
}

#[cfg(test)]
mod tests {
    use attnd_core::Timestamp;
    use attnd_core::recording::{Channel, Quantity, RecordingHead, Samples, Stream};

    use super::*;

    /// A match of 800 s with a heart rate of 80 and an answer.
    fn recording(player: &str, day: i64, value: i32) -> Recording {
        let begin = Timestamp::from_ns_saturating(day * 86_400_000_000_000);
        let channel =
            Channel { name: "heart_rate".to_owned(), quantity: Quantity::HeartRate, unit: "bpm".to_owned() };
        let head = RecordingHead {
            id: format!("esports-load/match_{day}/{player}"),
            format: FORMAT.to_owned(),
            subject: player.to_owned(),
            tags: Default::default(),
            streams: vec![Stream {
                name: "heart".to_owned(),
                channels: vec![channel],
                nominal_rate_hz: Some(1.0),
            }],
        };
        let times: Vec<Timestamp> =
            (0..800).map(|second| begin.saturating_add(Duration::from_s(second))).collect();
        let rates = (0..800).map(|second| 80.0 + day as f64 + f64::from(second % 2)).collect();
        let about = TimeRange::from(begin, Duration::from_s(800));
        let rating = |scale, value| Rating {
            scale,
            value,
            about,
            answered: about.end(),
            context: [("real_opponents".to_owned(), "1".to_owned())].into(),
        };
        let performance = Scale { name: "performance".into(), lowest: 1, highest: 5 };
        Recording {
            head,
            streams: vec![Samples { stream: 0, times, values: vec![rates] }],
            ratings: vec![rating(performance, 5), rating(Scale::MENTAL_LOAD, value)],
        }
    }

    #[test]
    fn a_match_is_one_example_with_what_was_measured_and_what_was_not() {
        let mut collection = MENTAL_LOAD.collection();
        for (day, value) in [(0, 1), (1, 4), (2, 3)] {
            collection.take(recording("pros-1", day, value));
        }
        let datasets = collection.datasets().unwrap();
        let [physiology, context, ..] = &datasets[..] else { panic!("four variants") };
        assert!(physiology.columns().contexts.is_empty());
        let example = &context.people()[0].examples()[1];
        assert_eq!(example.answer.value, 4);
        assert_eq!(example.evidence.contexts, [Some(Arc::from("1")), None]);
        // 80.5, 81.5 and 82.5 on average: the middle one is the usual.
        assert!(example.evidence.features[0].abs() < 1e-9);
        assert!((context.people()[0].examples()[2].evidence.features[0] - 1.0).abs() < 1e-9);
        assert!(example.evidence.features[2].is_nan(), "no pupils were measured");
        let signals = example.evidence.signals.as_ref().unwrap();
        assert!((signals.values[0][0] - 81.0).abs() < 1.1 && signals.values[1][0].is_nan());
    }

    #[test]
    fn what_is_said_of_the_performance_is_no_evidence() {
        let mut collection = MENTAL_LOAD.collection();
        let mut without = recording("pros-1", 0, 1);
        without.ratings.pop();
        collection.take(without);
        assert!(collection.datasets().unwrap().iter().all(|dataset| dataset.examples() == 0));
        assert!(FEATURES.iter().all(|name| !name.contains("performance")));
    }
}
