//! What did an instrument record? Streams of samples with what the person said of them, passed on in
//! chunks from whoever reads a format to whoever keeps or measures it.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{Duration, PersonId, TimeRange, Timestamp};

/// What a channel measures. Adding one needs no migration: stored by name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Quantity {
    /// Diameter of a pupil, mm.
    PupilDiameter,
    /// How far an eye is open, 0 closed to 1 fully open.
    EyelidOpenness,
    /// Distance the gaze moved since the last sample, in the instrument's unit.
    GazeMovement,
    /// Key presses since the last sample, a count; never which keys.
    KeyPresses,
    /// Mouse clicks since the last sample, a count.
    Clicks,
    /// Distance the pointer moved since the last sample, in pixels or the instrument's unit.
    PointerMovement,
    /// Distance scrolled since the last sample.
    Scroll,
    /// Heart rate, beats per minute.
    HeartRate,
    /// Time between two beats, ms.
    BeatInterval,
    /// Skin conductance or resistance, in the instrument's unit.
    SkinConductance,
    /// Skin temperature, °C.
    SkinTemperature,
    /// Blood oxygen saturation, %.
    OxygenSaturation,
    /// Activity of a muscle, in the instrument's unit.
    MuscleActivity,
    /// Power of one EEG band, in the instrument's unit.
    BandPower,
    /// Anything else; the channel's name says what.
    Other,
}

/// One column of a stream.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Channel {
    /// Its name, unique in the stream: `pupil_left`.
    pub name: String,
    /// What it measures.
    pub quantity: Quantity,
    /// In what unit: `mm`, `bpm`, `1`; empty if the source does not say.
    pub unit: String,
}

/// Regular signals of one instrument (Lab Streaming Layer's word).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Stream {
    /// Its name, unique in the recording: `eyes`, `mouse`.
    pub name: String,
    /// Its columns.
    pub channels: Vec<Channel>,
    /// Samples a second, where regular.
    pub nominal_rate_hz: Option<f64>,
}

/// A session of streams, before its samples.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RecordingHead {
    /// Unique among one person's recordings and made from the content's origin, so that importing the same file twice
    /// replaces nothing and doubles nothing: `vr-load/P1/Control`.
    pub id: String,
    /// Which reader made it: `vr-load`, `csv`.
    pub format: String,
    /// Whom it is about, as the source names them (a pseudonym); not a person of this store.
    pub subject: String,
    /// What else the source says of the whole: `condition` → `control`.
    pub tags: BTreeMap<String, String>,
    /// Its streams; samples name them by index.
    pub streams: Vec<Stream>,
}

/// Consecutive samples of one stream, times never falling.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Samples {
    /// Index into [`RecordingHead::streams`].
    pub stream: usize,
    /// When each was taken, `[sample]`.
    pub times: Vec<Timestamp>,
    /// `[channel][sample]`, as many channels as the stream has; NaN where nothing was measured.
    pub values: Vec<Vec<f64>>,
}

/// A question with ordered answers: a whole number from `lowest` to `highest`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Scale {
    /// Its name: `concentration`.
    pub name: Cow<'static, str>,
    /// The lowest answer.
    pub lowest: i32,
    /// The highest answer.
    pub highest: i32,
}

impl Scale {
    const fn new(name: &'static str, lowest: i32, highest: i32) -> Self {
        Self { name: Cow::Borrowed(name), lowest, highest }
    }

    /// How focused were you? 1 not at all to 5 fully.
    pub const CONCENTRATION: Self = Self::new("concentration", 1, 5);
    /// How distracting was what was around you? 1 not at all to 5 very.
    pub const DISTRACTION: Self = Self::new("distraction", 1, 5);
    /// How concentrated do you want to be? 1 not at all to 5 fully.
    pub const EXPECTED_CONCENTRATION: Self = Self::new("expected-concentration", 1, 5);
    /// How much mental work was it? 1 very little to 5 very much.
    pub const MENTAL_LOAD: Self = Self::new("mental-load", 1, 5);
    /// NASA-TLX without weights: the mean of six scales, 0 to 100 (Hart 2006).
    pub const RAW_TLX: Self = Self::new("raw-tlx", 0, 100);
    /// Karolinska Sleepiness Scale, 1 extremely alert to 9 fighting sleep (Åkerstedt and Gillberg 1990).
    pub const SLEEPINESS: Self = Self::new("kss", 1, 9);
}

/// What a person answered, and of which time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Rating {
    /// The question.
    pub scale: Scale,
    /// The answer, within the scale.
    pub value: i32,
    /// The time it is about.
    pub about: TimeRange,
    /// When it was given; known from then on, never before.
    pub answered: Timestamp,
    /// What was known of the situation besides signals: `location` → `office`.
    pub context: BTreeMap<String, String>,
}

/// Something in a source that was passed over or mended, and where.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportProblem {
    /// The file, inside an archive or folder.
    pub file: String,
    /// The line, from 1; `None` if it is about the whole file.
    pub line: Option<u64>,
    /// What is wrong and what was done about it, one sentence.
    pub reason: String,
}

/// Why a recording could not be passed on.
#[derive(Debug, thiserror::Error)]
pub enum SinkError {
    /// The disk or the place it goes to refused.
    #[error("the recording could not be kept: {0}")]
    Io(#[from] std::io::Error),
    /// The place it goes to holds a broken file.
    #[error("{file} is not a recording attnd can read: {reason}")]
    Broken {
        /// Which.
        file: String,
        /// Why.
        reason: String,
    },
}

/// Takes recordings as they are read: `begin (samples | rating)* end`, one after another. What was begun and not ended is
/// not kept.
pub trait RecordingSink {
    /// A recording starts.
    ///
    /// # Errors
    /// [`SinkError`] of the place it goes to.
    fn begin(&mut self, head: RecordingHead) -> Result<(), SinkError>;

    /// More samples of it.
    ///
    /// # Errors
    /// [`SinkError`] of the place it goes to.
    fn samples(&mut self, samples: Samples) -> Result<(), SinkError>;

    /// An answer that belongs to it.
    ///
    /// # Errors
    /// [`SinkError`] of the place it goes to.
    fn rating(&mut self, rating: Rating) -> Result<(), SinkError>;

    /// It is complete: from here on it is kept.
    ///
    /// # Errors
    /// [`SinkError`] of the place it goes to.
    fn end(&mut self) -> Result<(), SinkError>;
}

/// A kept recording, without its samples.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RecordingSummary {
    /// What it is.
    pub head: RecordingHead,
    /// From its first to its last sample or answer.
    pub range: TimeRange,
    /// Samples of each stream.
    pub samples: Vec<u64>,
    /// Answers.
    pub ratings: u64,
    /// What it takes on disk.
    pub bytes: u64,
}

/// Keeps one person's recordings as columnar segments beside the database, never as rows.
pub trait RecordingStore: Send + Sync {
    /// A place to put new recordings of this person; one with an id that is there already replaces it when it ends.
    ///
    /// # Errors
    /// [`SinkError`] of the disk.
    fn writer(&self, person: PersonId) -> Result<Box<dyn RecordingSink + Send + '_>, SinkError>;

    /// All of this person's, by id.
    ///
    /// # Errors
    /// [`SinkError`] of the disk.
    fn list(&self, person: PersonId) -> Result<Vec<RecordingSummary>, SinkError>;

    /// Passes one on to `sink`, clipped to `range`, in chunks of bounded size; whether it was there.
    ///
    /// # Errors
    /// [`SinkError`] of the disk or of `sink`.
    fn read(
        &self,
        person: PersonId,
        id: &str,
        range: Option<TimeRange>,
        sink: &mut dyn RecordingSink,
    ) -> Result<Kept, SinkError>;

    /// Removes one from the disk; whether it was there.
    ///
    /// # Errors
    /// [`SinkError`] of the disk.
    fn delete(&self, person: PersonId, id: &str) -> Result<Kept, SinkError>;

    /// Removes all of this person's.
    ///
    /// # Errors
    /// [`SinkError`] of the disk.
    fn erase(&self, person: PersonId) -> Result<(), SinkError>;

    /// Removes every sample taken in `range` and every answer about it, and recordings of which nothing is left; how many
    /// recordings it touched.
    ///
    /// # Errors
    /// [`SinkError`] of the disk.
    fn forget(&self, person: PersonId, range: TimeRange) -> Result<u64, SinkError> {
        let mut touched = 0;
        for summary in self.list(person)? {
            if summary.range.start() >= range.end() || range.start() >= summary.range.end() {
                continue;
            }
            touched += 1;
            let id = &summary.head.id;
            if range.start() <= summary.range.start() && summary.range.end() <= range.end() {
                self.delete(person, id)?;
                continue;
            }
            let mut writer = self.writer(person)?;
            self.read(person, id, None, &mut Without { range, sink: &mut *writer })?;
        }
        Ok(touched)
    }
}

/// Passes a recording on but for one stretch of time.
struct Without<'a> {
    range: TimeRange,
    sink: &'a mut dyn RecordingSink,
}

impl RecordingSink for Without<'_> {
    fn begin(&mut self, head: RecordingHead) -> Result<(), SinkError> {
        self.sink.begin(head)
    }

    fn samples(&mut self, samples: Samples) -> Result<(), SinkError> {
        let from = samples.times.partition_point(|time| *time < self.range.start());
        let to = samples.times.partition_point(|time| *time < self.range.end());
        for part in [0..from, to..samples.times.len()] {
            if !part.is_empty() {
                let values = samples.values.iter().map(|channel| channel[part.clone()].to_vec()).collect();
                let times = samples.times[part].to_vec();
                self.sink.samples(Samples { stream: samples.stream, times, values })?;
            }
        }
        Ok(())
    }

    fn rating(&mut self, rating: Rating) -> Result<(), SinkError> {
        let outside = rating.answered < self.range.start() || rating.about.start() >= self.range.end();
        if outside { self.sink.rating(rating) } else { Ok(()) }
    }

    fn end(&mut self) -> Result<(), SinkError> {
        self.sink.end()
    }
}

/// Whether a recording was there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// It was.
    Here,
    /// There is none of that id.
    Nowhere,
}

/// A recording in memory, for tests and for short ones.
#[derive(Clone, Debug, PartialEq)]
pub struct Recording {
    /// What it is.
    pub head: RecordingHead,
    /// Per stream.
    pub streams: Vec<Samples>,
    /// Answers, as they came.
    pub ratings: Vec<Rating>,
}

/// Collects recordings in memory.
#[derive(Clone, Debug, Default)]
pub struct Collected {
    /// Those that ended.
    pub recordings: Vec<Recording>,
    open: Option<Recording>,
}

impl RecordingSink for Collected {
    fn begin(&mut self, head: RecordingHead) -> Result<(), SinkError> {
        let streams = head
            .streams
            .iter()
            .enumerate()
            .map(|(stream, described)| Samples {
                stream,
                times: Vec::new(),
                values: vec![Vec::new(); described.channels.len()],
            })
            .collect();
        self.open = Some(Recording { head, streams, ratings: Vec::new() });
        Ok(())
    }

    fn samples(&mut self, samples: Samples) -> Result<(), SinkError> {
        if let Some(stream) = self.open.as_mut().and_then(|open| open.streams.get_mut(samples.stream)) {
            stream.times.extend(samples.times);
            for (kept, more) in stream.values.iter_mut().zip(samples.values) {
                kept.extend(more);
            }
        }
        Ok(())
    }

    fn rating(&mut self, rating: Rating) -> Result<(), SinkError> {
        if let Some(open) = &mut self.open {
            open.ratings.push(rating);
        }
        Ok(())
    }

    fn end(&mut self) -> Result<(), SinkError> {
        self.recordings.extend(self.open.take());
        Ok(())
    }
}

impl Samples {
    /// Time from the first to the last sample; zero for fewer than two.
    #[must_use]
    pub fn span(&self) -> Duration {
        match (self.times.first(), self.times.last()) {
            (Some(first), Some(last)) => last.since(*first),
            _ => Duration::default(),
        }
    }
}
