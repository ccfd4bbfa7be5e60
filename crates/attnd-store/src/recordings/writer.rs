//! How does a recording become files? Into a new folder, which gets its name when it is complete.

use std::fs;
use std::path::PathBuf;

use attnd_core::recording::{Rating, RecordingHead, RecordingSink, Samples, SinkError};
use attnd_core::{Duration, TimeRange, Timestamp};

use super::answers::AnswerWriter;
use super::head::{Segment, Sidecar};
use super::segment::StreamWriter;
use super::{broken, digest, folder};

/// Writes one person's recordings, one after another.
pub(super) struct ParquetWriter {
    home: PathBuf,
    open: Option<Open>,
}

/// A recording that was begun and has not ended; its folder goes with it.
struct Open {
    folder: PathBuf,
    head: RecordingHead,
    streams: Vec<StreamWriter>,
    answers: AnswerWriter,
    /// From the first to the last answer, and the time they are about.
    answered: Option<(Timestamp, Timestamp)>,
}

impl Drop for Open {
    fn drop(&mut self) {
        // After a rename there is nothing here; what cannot be removed now is swept later.
        let _ = fs::remove_dir_all(&self.folder);
    }
}

impl ParquetWriter {
    pub(super) fn new(home: PathBuf) -> Self {
        Self { home, open: None }
    }

    fn open(&mut self) -> Result<&mut Open, SinkError> {
        self.open.as_mut().ok_or_else(|| broken(&self.home, "no recording has begun"))
    }
}

impl RecordingSink for ParquetWriter {
    fn begin(&mut self, head: RecordingHead) -> Result<(), SinkError> {
        self.open = None;
        let folder = folder::create_new(&self.home)?;
        let streams = head.streams.iter().enumerate();
        let streams = streams.map(|(number, stream)| StreamWriter::new(&folder, number, &stream.channels));
        let streams = streams.collect::<Result<_, _>>()?;
        self.open = Some(Open { answers: AnswerWriter::new(&folder), folder, head, streams, answered: None });
        Ok(())
    }

    fn samples(&mut self, samples: Samples) -> Result<(), SinkError> {
        let open = self.open()?;
        match open.streams.get_mut(samples.stream) {
            Some(stream) => stream.take(samples),
            None => Err(broken(&open.folder, format!("there is no stream {}", samples.stream))),
        }
    }

    fn rating(&mut self, rating: Rating) -> Result<(), SinkError> {
        let open = self.open()?;
        let (first, last) = open.answered.unwrap_or((rating.about.start(), rating.answered));
        open.answered = Some((first.min(rating.about.start()), last.max(rating.answered)));
        open.answers.take(rating)
    }

    fn end(&mut self) -> Result<(), SinkError> {
        let home = self.home.clone();
        let mut open = self.open.take().ok_or_else(|| broken(&home, "no recording has begun"))?;
        let mut segments = Vec::new();
        for stream in std::mem::take(&mut open.streams) {
            segments.extend(stream.finish()?);
        }
        let answers = std::mem::replace(&mut open.answers, AnswerWriter::new(&open.folder));
        let ratings = answers.finish()?;
        let range = range(&segments, open.answered);
        Sidecar::new(open.head.clone(), segments, ratings, range).write(&open.folder)?;
        folder::publish(&home, &open.folder, &digest(&open.head.id))?;
        Ok(())
    }
}

/// From the first to behind the last of everything.
fn range(segments: &[Segment], answered: Option<(Timestamp, Timestamp)>) -> Option<TimeRange> {
    let times = segments.iter().map(|segment| (segment.first, segment.last)).chain(answered);
    let (first, last) = times.reduce(|(a, b), (c, d)| (a.min(c), b.max(d)))?;
    Some(TimeRange::from(first, last.since(first).saturating_add(Duration::from_ns(1))))
}
