//! How much came in? Counts what passes on its way to a sink.

use attnd_core::recording::{Rating, RecordingHead, RecordingSink, Samples, SinkError};

/// Passes everything on and counts what is completed.
pub(super) struct Tally<'a> {
    sink: &'a mut dyn RecordingSink,
    open: Option<(String, u64, u64)>,
    /// Ids of completed recordings.
    pub(super) recordings: Vec<String>,
    /// Their samples.
    pub(super) samples: u64,
    /// Their answers.
    pub(super) ratings: u64,
}

impl<'a> Tally<'a> {
    pub(super) fn new(sink: &'a mut dyn RecordingSink) -> Self {
        Self { sink, open: None, recordings: Vec::new(), samples: 0, ratings: 0 }
    }
}

impl RecordingSink for Tally<'_> {
    fn begin(&mut self, head: RecordingHead) -> Result<(), SinkError> {
        self.open = Some((head.id.clone(), 0, 0));
        self.sink.begin(head)
    }

    fn samples(&mut self, samples: Samples) -> Result<(), SinkError> {
        if let Some((_, count, _)) = &mut self.open {
            *count += samples.times.len() as u64;
        }
        self.sink.samples(samples)
    }

    fn rating(&mut self, rating: Rating) -> Result<(), SinkError> {
        if let Some((_, _, count)) = &mut self.open {
            *count += 1;
        }
        self.sink.rating(rating)
    }

    fn end(&mut self) -> Result<(), SinkError> {
        self.sink.end()?;
        if let Some((id, samples, ratings)) = self.open.take() {
            self.recordings.push(id);
            self.samples += samples;
            self.ratings += ratings;
        }
        Ok(())
    }
}
