//! What must every store of recordings answer? The reference: maps behind one lock, nothing durable.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use attnd_core::recording::{
    Collected, Kept, Rating, Recording, RecordingHead, RecordingSink, RecordingStore, RecordingSummary,
    Samples, SinkError,
};
use attnd_core::{Duration, PersonId, TimeRange, Timestamp};

type People = BTreeMap<PersonId, BTreeMap<String, Recording>>;

/// Recordings in memory.
#[derive(Debug, Default)]
pub struct MemoryRecordings {
    people: Mutex<People>,
}

impl MemoryRecordings {
    fn people(&self) -> MutexGuard<'_, People> {
        self.people.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

struct MemoryWriter<'a> {
    store: &'a MemoryRecordings,
    person: PersonId,
    collected: Collected,
}

impl RecordingSink for MemoryWriter<'_> {
    fn begin(&mut self, head: RecordingHead) -> Result<(), SinkError> {
        self.collected.begin(head)
    }

    fn samples(&mut self, samples: Samples) -> Result<(), SinkError> {
        self.collected.samples(samples)
    }

    fn rating(&mut self, rating: Rating) -> Result<(), SinkError> {
        self.collected.rating(rating)
    }

    fn end(&mut self) -> Result<(), SinkError> {
        self.collected.end()?;
        let mut people = self.store.people();
        let recordings = people.entry(self.person).or_default();
        for recording in self.collected.recordings.drain(..) {
            recordings.insert(recording.head.id.clone(), recording);
        }
        Ok(())
    }
}

impl RecordingStore for MemoryRecordings {
    fn writer(&self, person: PersonId) -> Result<Box<dyn RecordingSink + Send + '_>, SinkError> {
        Ok(Box::new(MemoryWriter { store: self, person, collected: Collected::default() }))
    }

    fn list(&self, person: PersonId) -> Result<Vec<RecordingSummary>, SinkError> {
        Ok(self.people().get(&person).into_iter().flat_map(BTreeMap::values).map(summary).collect())
    }

    fn read(
        &self,
        person: PersonId,
        id: &str,
        range: Option<TimeRange>,
        sink: &mut dyn RecordingSink,
    ) -> Result<Kept, SinkError> {
        // The sink may write to this same store.
        let found = self.people().get(&person).and_then(|recordings| recordings.get(id)).cloned();
        let Some(recording) = found else { return Ok(Kept::Nowhere) };
        let range = range.unwrap_or(TimeRange::ALL);
        sink.begin(recording.head)?;
        for stream in recording.streams {
            let from = stream.times.partition_point(|time| *time < range.start());
            let to = stream.times.partition_point(|time| *time < range.end());
            if from < to {
                let values = stream.values.iter().map(|channel| channel[from..to].to_vec()).collect();
                sink.samples(Samples {
                    stream: stream.stream,
                    times: stream.times[from..to].to_vec(),
                    values,
                })?;
            }
        }
        for rating in recording.ratings {
            if range.contains(rating.answered) {
                sink.rating(rating)?;
            }
        }
        sink.end()?;
        Ok(Kept::Here)
    }

    fn delete(&self, person: PersonId, id: &str) -> Result<Kept, SinkError> {
        let removed = self.people().get_mut(&person).and_then(|recordings| recordings.remove(id));
        Ok(if removed.is_some() { Kept::Here } else { Kept::Nowhere })
    }

    fn erase(&self, person: PersonId) -> Result<(), SinkError> {
        self.people().remove(&person);
        Ok(())
    }
}

fn summary(recording: &Recording) -> RecordingSummary {
    let edges = |stream: &Samples| Some((*stream.times.first()?, *stream.times.last()?));
    let answers = recording.ratings.iter().map(|rating| (rating.about.start(), rating.answered));
    let times = recording.streams.iter().filter_map(edges).chain(answers);
    let range = times
        .reduce(|(a, b), (c, d)| (a.min(c), b.max(d)))
        .map_or(TimeRange::from(Timestamp::from_ns_saturating(0), Duration::ZERO), |(first, last)| {
            TimeRange::from(first, last.since(first).saturating_add(Duration::from_ns(1)))
        });
    let bytes = recording
        .streams
        .iter()
        .map(|stream| stream.times.len() * (stream.values.len() + 1) * 8)
        .sum::<usize>();
    RecordingSummary {
        head: recording.head.clone(),
        range,
        samples: recording.streams.iter().map(|stream| stream.times.len() as u64).collect(),
        ratings: recording.ratings.len() as u64,
        bytes: bytes as u64,
    }
}
