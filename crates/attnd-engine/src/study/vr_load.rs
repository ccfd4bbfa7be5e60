//! Did somebody do sums while they shopped? Windows of half a minute of eyes in a virtual supermarket.
//!
//! `SimonGeb/IER_2023`: of five conditions two have an arithmetic task beside the shopping (`Second_Task`, `4_Combined`), three
//! have none (`Control`, `NPC`, `Noise`). The answer is the condition; nobody was asked. What makes windows comparable
//! is the eyes alone: neither the condition's place in the session nor how long it lasted is among the evidence, the tasks
//! being the longer ones.

use std::borrow::Cow;

use attnd_core::problem::Words;
use attnd_core::recording::{Quantity, Recording, RecordingHead, Scale, Stream};
use attnd_core::{Duration, TimeRange};
use attnd_model::dataset::{DatasetError, Shape, Signals};
use attnd_model::{Columns, Dataset, Feature, Question};
use attnd_sense::feature::raw::{self, ChannelIndex};
use attnd_sense::feature::recording::{columns, windows};

use super::usual::{Row, Rows, Usual};
use super::{Collection, Study, Variant};

/// The study.
pub const ARITHMETIC: &dyn Study = &VrLoad;

const FORMAT: &str = "vr-load";

/// Windows, one after another.
const WINDOW: Duration = Duration::from_s(30);

/// Thirty a second: what pupils and lids do is slower.
const STEPS: usize = 900;

/// Steps around a closed eye or a lost pupil at which the lid still half covers it, 100 ms.
const BESIDE_A_BLINK: usize = 3;

/// More closed than this the lid covers the pupil.
const HALF_OPEN: f32 = 0.5;

const TASK_CONDITIONS: [&str; 2] = ["Second_Task", "4_Combined"];
const OTHER_CONDITIONS: [&str; 3] = ["Control", "NPC", "Noise"];

struct VrLoad;

impl Study for VrLoad {
    fn task(&self) -> &'static str {
        "arithmetic"
    }

    fn format(&self) -> &'static str {
        FORMAT
    }

    fn about(&self) -> Words {
        Words {
            en: "Whether somebody does sums while they shop, from half a minute of their eyes",
            zh: "根据半分钟的眼部信号判断购物时是否在心算",
        }
    }

    fn variants(&self) -> &'static [Variant] {
        &[
            Variant {
                name: "session",
                about: Words {
                    en: "features against the person's whole session, as published baselines are",
                    zh: "特征相对于本人整个时段，与已发表的基线一致",
                },
            },
            Variant {
                name: "so-far",
                about: Words {
                    en: "features against the person's windows before, as in daily use",
                    zh: "特征相对于本人之前的时间窗，与日常使用一致",
                },
            },
        ]
    }

    fn collection(&self) -> Box<dyn Collection> {
        Box::<Windows>::default()
    }
}

#[derive(Default)]
struct Windows {
    rows: Rows,
}

impl Collection for Windows {
    fn take(&mut self, recording: Recording) {
        let Some(answer) = answer(&recording.head) else { return };
        let Some(end) = recording.streams.iter().filter_map(|samples| samples.times.last()).max() else {
            return;
        };
        let wanted = indices(&recording.head);
        for window in windows(&recording, &[WINDOW], WINDOW) {
            let row = Row {
                range: window.range,
                features: wanted
                    .iter()
                    .map(|index| index.map_or(f64::NAN, |index| window.values[index]))
                    .collect(),
                contexts: Vec::new(),
                signals: Some(signals(&recording, window.range)),
                answer,
                // The condition is told when it is over; windows of it are no past of one another.
                answered: *end,
            };
            self.rows.push(&recording.head.subject, row);
        }
    }

    fn datasets(&self) -> Result<Vec<Dataset>, DatasetError> {
        [Usual::Session, Usual::SoFar]
            .map(|usual| self.rows.dataset(described(), usual))
            .into_iter()
            .collect()
    }
}

/// One for arithmetic, none for not, nothing for a condition that the study does not have.
fn answer(head: &RecordingHead) -> Option<i32> {
    let condition = head.tags.get("condition").filter(|_| head.format == FORMAT)?.as_str();
    if TASK_CONDITIONS.contains(&condition) {
        return Some(1);
    }
    OTHER_CONDITIONS.contains(&condition).then_some(0)
}

/// Every pupil and eyelid feature of half a minute.
fn described() -> Columns {
    let channel = |name: &str, quantity: Quantity| attnd_core::recording::Channel {
        name: name.to_owned(),
        quantity,
        unit: String::new(),
    };
    let eyes = Stream {
        name: "eyes".to_owned(),
        channels: vec![channel("lid", Quantity::EyelidOpenness), channel("pupil", Quantity::PupilDiameter)],
        nominal_rate_hz: None,
    };
    let head = RecordingHead {
        id: String::new(),
        format: String::new(),
        subject: String::new(),
        tags: Default::default(),
        streams: vec![eyes],
    };
    let features = columns(&head, &[WINDOW]).into_iter().filter(|column| is_of_eyes(&column.name));
    Columns {
        question: Question {
            scale: Scale { name: Cow::Borrowed("arithmetic"), lowest: 0, highest: 1 },
            threshold: 1,
        },
        // In deviations from the person's usual, whatever the unit was.
        features: features.map(|column| Feature { name: column.name, unit: "sd".to_owned() }).collect(),
        contexts: Vec::new(),
        shape: Some(Shape {
            channels: vec!["lid".to_owned(), "pupil".to_owned()],
            steps: STEPS,
            step: Duration::from_ns(WINDOW.ns() / STEPS as i64),
        }),
    }
}

fn is_of_eyes(column: &str) -> bool {
    column.starts_with("pupil_") || column.starts_with("eyelid_")
}

/// Where the features of [`described`] are among a recording's.
fn indices(head: &RecordingHead) -> Vec<Option<usize>> {
    let of_recording = columns(head, &[WINDOW]);
    let features = described().features;
    features
        .iter()
        .map(|feature| of_recording.iter().position(|column| column.name == feature.name))
        .collect()
}

/// How far the lids are open, and how wide the pupils where no lid covers them; the mean of both eyes.
fn signals(recording: &Recording, range: TimeRange) -> Signals {
    let lid = mean_of(recording, range, &["openness_left", "openness_right"]);
    let mut pupil = mean_of(recording, range, &["pupil_left", "pupil_right"]);
    // A step without any sample is the recorder's gap, not the eye's: nothing beside it was covered.
    let is_lost = |step: &usize| lid[*step] < HALF_OPEN || (pupil[*step].is_nan() && lid[*step].is_finite());
    let lost: Vec<usize> = (0..STEPS).filter(is_lost).collect();
    for step in lost {
        let until = (step + BESIDE_A_BLINK + 1).min(STEPS);
        pupil[step.saturating_sub(BESIDE_A_BLINK)..until].fill(f32::NAN);
    }
    Signals { values: vec![lid, pupil] }
}

fn mean_of(recording: &Recording, range: TimeRange, names: &[&str]) -> Vec<f32> {
    let channels: Vec<ChannelIndex> = names.iter().filter_map(|name| raw::channel(recording, name)).collect();
    let channels = raw::signals(recording, &channels, range, STEPS);
    let mean = |step: usize| {
        let seen = channels.iter().map(|channel| channel[step]).filter(|value| value.is_finite());
        let (sum, count) = seen.fold((0.0, 0.0), |(sum, count), value| (sum + value, count + 1.0));
        if count > 0.0 { sum / count } else { f32::NAN }
    };
    (0..STEPS).map(mean).collect()
}

#[cfg(test)]
mod tests {
    use attnd_core::Timestamp;
    use attnd_core::recording::{Channel, Samples};

    use super::*;

    fn recording(person: &str, condition: &str, begin_s: u32, seconds: u32) -> Recording {
        let names = [
            ("openness_left", Quantity::EyelidOpenness),
            ("openness_right", Quantity::EyelidOpenness),
            ("pupil_left", Quantity::PupilDiameter),
            ("pupil_right", Quantity::PupilDiameter),
        ];
        let channels =
            names.map(|(name, quantity)| Channel { name: name.to_owned(), quantity, unit: String::new() });
        let head = RecordingHead {
            id: format!("vr-load/{person}/{condition}"),
            format: FORMAT.to_owned(),
            subject: person.to_owned(),
            tags: [("condition".to_owned(), condition.to_owned())].into(),
            streams: vec![Stream {
                name: "eyes".to_owned(),
                channels: channels.into(),
                nominal_rate_hz: None,
            }],
        };
        let samples = 60 * seconds as usize;
        let begin = Timestamp::from_ns_saturating(i64::from(begin_s) * 1_000_000_000);
        let times = (0..samples)
            .map(|sample| begin.saturating_add(Duration::from_ns(sample as i64 * 1_000_000_000 / 60)))
            .collect();
        // A blink of 200 ms at the fifth second of every ten.
        let is_closed = |sample: usize| sample % 600 >= 300 && sample % 600 < 312;
        let lid: Vec<f64> = (0..samples).map(|sample| if is_closed(sample) { 0.0 } else { 0.9 }).collect();
        let pupil: Vec<f64> =
            (0..samples).map(|sample| if is_closed(sample) { f64::NAN } else { 4.0 }).collect();
        let values = vec![lid.clone(), lid, pupil.clone(), pupil];
        Recording { head, streams: vec![Samples { stream: 0, times, values }], ratings: Vec::new() }
    }

    fn collected(recordings: Vec<Recording>) -> Vec<Dataset> {
        let mut collection = ARITHMETIC.collection();
        recordings.into_iter().for_each(|recording| collection.take(recording));
        collection.datasets().unwrap()
    }

    #[test]
    fn whole_half_minutes_become_windows_answered_when_the_condition_is_over() {
        let datasets = collected(vec![
            recording("P1", "Control", 0, 76),
            recording("P1", "Second_Task", 200, 95),
            recording("P1", "Toilet", 400, 95),
        ]);
        let examples = datasets[0].people()[0].examples();
        let answers: Vec<i32> = examples.iter().map(|example| example.answer.value).collect();
        assert_eq!(answers, [0, 0, 1, 1, 1]);
        assert!(examples[0].answer.answered > examples[1].evidence.at, "no past of one another");
        assert_eq!(examples[2].evidence.at.ns() / 1_000_000_000, 230);
    }

    #[test]
    fn a_blink_shows_in_the_lid_and_is_a_gap_in_the_pupil() {
        let datasets = collected(vec![recording("P1", "Control", 0, 40)]);
        let signals = datasets[0].people()[0].examples()[0].evidence.signals.clone().unwrap();
        let [lid, pupil] = &signals.values[..] else { panic!("two channels") };
        assert!(lid[150] < 0.1 && lid[140] > 0.8);
        assert!((147..158).all(|step| pupil[step].is_nan()));
        assert!(pupil[148].is_nan() && pupil[157].is_nan() && (pupil[100] - 4.0).abs() < 1e-6);
    }

    #[test]
    fn a_gap_of_the_recorder_is_no_blink() {
        let mut whole = recording("P1", "Control", 0, 40);
        let samples = &mut whole.streams[0];
        // Nothing was written for 100 ms, from 2 s on.
        samples.times.drain(120..126);
        samples.values.iter_mut().for_each(|channel| drop(channel.drain(120..126)));
        let datasets = collected(vec![whole]);
        let signals = datasets[0].people()[0].examples()[0].evidence.signals.clone().unwrap();
        let pupil = &signals.values[1];
        assert!(pupil[60..63].iter().all(|width| width.is_nan()));
        assert!(pupil[59].is_finite() && pupil[63].is_finite());
    }

    #[test]
    fn all_eye_features_are_found_in_a_recording() {
        let head = recording("P1", "Control", 0, 1).head;
        assert!(indices(&head).iter().all(Option::is_some));
        assert!(described().features.iter().any(|feature| feature.name == "eyelid_perclos80_30s"));
    }
}
