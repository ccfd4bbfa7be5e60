//! Do all stores of recordings answer alike, and does what ended survive?
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests assert by panicking")]

mod broken;
mod conformance;
mod kill;

use std::collections::BTreeMap;

use attnd_core::recording::{
    Channel, Quantity, Rating, Recording, RecordingHead, RecordingSink, RecordingStore, Samples, Scale,
    SinkError, Stream,
};
use attnd_core::{Duration, PersonId, TimeRange, Timestamp};

pub(crate) fn person(number: u128) -> PersonId {
    PersonId::new(uuid::Uuid::from_u128(number))
}

pub(crate) fn at(second: i64) -> Timestamp {
    Timestamp::from_ns_saturating(second * 1_000_000_000)
}

/// Two streams of so many samples, one a second, every third missing, and an answer every hundred seconds.
pub(crate) fn example(id: &str, samples: usize) -> Recording {
    let channel = |name: &str, quantity| Channel { name: name.to_owned(), quantity, unit: "mm".to_owned() };
    let eyes = Stream {
        name: "eyes".to_owned(),
        channels: vec![
            channel("pupil", Quantity::PupilDiameter),
            channel("time_ns", Quantity::Other),
            channel("pupil", Quantity::PupilDiameter),
        ],
        nominal_rate_hz: Some(1.0),
    };
    let beats = Stream { name: "心".to_owned(), channels: Vec::new(), nominal_rate_hz: None };
    let times: Vec<Timestamp> = (0..samples as i64).map(at).collect();
    let value = |channel: usize, sample: usize| match (channel + sample) % 3 {
        0 => f64::NAN,
        _ => (sample as f64).sqrt() - channel as f64,
    };
    let values = (0..3).map(|channel| (0..samples).map(|sample| value(channel, sample)).collect()).collect();
    let rating = |second: i64| Rating {
        scale: Scale::CONCENTRATION,
        value: 1 + (second % 5) as i32,
        about: TimeRange::from(at(second), Duration::from_s(60)),
        answered: at(second + 60),
        context: BTreeMap::from([("location".to_owned(), "강의실 \"1\"".to_owned())]),
    };
    Recording {
        head: RecordingHead {
            id: id.to_owned(),
            format: "made-up".to_owned(),
            subject: "P1".to_owned(),
            tags: BTreeMap::from([("condition".to_owned(), "control".to_owned())]),
            streams: vec![eyes, beats],
        },
        streams: vec![
            Samples { stream: 0, times: times.clone(), values },
            Samples { stream: 1, times, values: Vec::new() },
        ],
        ratings: (0..samples as i64).step_by(100).map(rating).collect(),
    }
}

/// Passes a recording on in uneven chunks, streams in turn, up to its end but without it.
pub(crate) fn pass(recording: &Recording, sink: &mut dyn RecordingSink) -> Result<(), SinkError> {
    sink.begin(recording.head.clone())?;
    let rows = recording.streams.iter().map(|stream| stream.times.len()).max().unwrap_or(0);
    let mut from = 0;
    while from < rows {
        let to = (from + 1 + from / 2).min(rows);
        for stream in &recording.streams {
            sink.samples(Samples {
                stream: stream.stream,
                times: stream.times[from..to].to_vec(),
                values: stream.values.iter().map(|channel| channel[from..to].to_vec()).collect(),
            })?;
        }
        from = to;
    }
    recording.ratings.iter().try_for_each(|rating| sink.rating(rating.clone()))
}

pub(crate) fn keep(store: &dyn RecordingStore, person: PersonId, recording: &Recording) {
    let mut writer = store.writer(person).unwrap();
    pass(recording, &mut *writer).unwrap();
    writer.end().unwrap();
}

/// As `==`, but nothing measured equals nothing measured.
pub(crate) fn assert_same(a: &Recording, b: &Recording) {
    assert_eq!(a.head, b.head);
    assert_eq!(a.ratings, b.ratings);
    for (a, b) in a.streams.iter().zip(&b.streams) {
        assert_eq!((a.stream, &a.times), (b.stream, &b.times));
        let bits = |samples: &Samples| -> Vec<Vec<Option<u64>>> {
            let of = |value: &f64| (!value.is_nan()).then(|| value.to_bits());
            samples.values.iter().map(|channel| channel.iter().map(of).collect()).collect()
        };
        assert!(bits(a) == bits(b), "the values of stream {} differ", a.stream);
    }
}
