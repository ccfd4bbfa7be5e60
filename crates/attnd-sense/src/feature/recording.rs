//! What do the windows of a recording say? One row of features at each step, from past samples only.
//!
//! ```text
//! step        0    1    2    3    4    5    6
//! samples     |||||||||||||         ||||||||
//! row at 3         [short ) and [long       )     each window ends where the row is
//! row at 4              [short ): NaN, missing 1
//! ```
//!
//! A row stands at every step at which some stream has a sample in the longest window. Where that window
//! begins before the recording, what lies before counts as missing.

mod stream;

use std::collections::{BTreeMap, BTreeSet};

use attnd_core::recording::{Channel, Quantity, Recording, RecordingHead, Samples};
use attnd_core::{Duration, TimeRange, Timestamp};

use self::stream::StreamWindows;
use super::window::Window;
use super::{FeatureDescription, FeatureWindow};
use super::{band, count, eyelid, heart, level, motion, pupil};

/// The windows usual in the literature on load and drowsiness: 10, 30 and 60 s.
pub const LENGTHS: [Duration; 3] = [Duration::from_s(10), Duration::from_s(30), Duration::from_s(60)];

/// Features of the channels of one stream that measure the same.
pub(super) struct Family {
    /// What its columns' names begin with; empty where each channel has columns of its own, by its name.
    pub(super) prefix: &'static str,
    /// Which channels it takes.
    pub(super) quantities: &'static [Quantity],
    /// The ends of its columns' names, and their units; a unit that begins with `/` or is empty comes after
    /// the channel's.
    pub(super) columns: &'static [(&'static str, &'static str)],
    /// Appends as many numbers as there are columns.
    pub(super) measure: fn(&Window<'_>, &mut Vec<f64>),
}

/// All families, in the order of their columns.
const FAMILIES: &[Family] = &[
    pupil::FAMILY,
    eyelid::FAMILY,
    motion::GAZE,
    count::KEYS,
    count::CLICKS,
    motion::POINTER,
    count::SCROLL,
    heart::RATE,
    heart::BEATS,
    level::CONDUCTANCE,
    level::TEMPERATURE,
    level::OXYGEN,
    band::FAMILY,
    level::MUSCLE,
    level::OTHER,
];

/// The columns of [`windows`] of a recording with this head: per stream and length the share of the window
/// without samples (`eyes_gap_10s`), then what its channels' families say (`pupil_mean_10s`). Where a second
/// stream has what another has already, its columns begin with its name.
#[must_use]
pub fn columns(head: &RecordingHead, lengths: &[Duration]) -> Vec<FeatureDescription> {
    let mut taken = BTreeSet::new();
    let mut columns = Vec::new();
    for stream in &head.streams {
        let parts = parts(&stream.channels);
        for length in lengths {
            let end = ending(*length);
            columns.push(unique(&mut taken, &stream.name, format!("{}_gap_{end}", word(&stream.name)), "1"));
            for part in &parts {
                let unit = part.channels.first().map_or("", |&channel| &stream.channels[channel].unit);
                for (name, own) in part.family.columns {
                    let name = format!("{}_{name}_{end}", part.name);
                    columns.push(unique(&mut taken, &stream.name, name, &unit_of(unit, own)));
                }
            }
        }
    }
    columns
}

/// The rows of a recording in memory, `step` apart from its first sample on.
///
/// Each costs what its samples cost: of a window of `length`, every sample is looked at `length / step` times.
#[must_use]
pub fn windows(recording: &Recording, lengths: &[Duration], step: Duration) -> Vec<FeatureWindow> {
    let firsts = recording.streams.iter().filter_map(|samples| samples.times.first());
    let Some(origin) = firsts.min() else { return Vec::new() };
    let mut builder = WindowBuilder::new(&recording.head, *origin, lengths, step);
    for samples in &recording.streams {
        builder.push(samples);
    }
    builder.finish()
}

/// Makes the rows of a recording of any length from chunks of samples, streams in any order; keeps the
/// longest window of each stream and the rows.
pub struct WindowBuilder {
    grid: Grid,
    streams: Vec<StreamWindows>,
}

/// Where rows stand, and how far back they look.
#[derive(Clone, Debug)]
struct Grid {
    origin: Timestamp,
    step: Duration,
    lengths: Vec<Duration>,
    longest: Duration,
}

/// Channels of a stream that one family measures together.
#[derive(Clone)]
struct Part {
    family: &'static Family,
    channels: Vec<usize>,
    /// What its columns begin with.
    name: String,
}

impl WindowBuilder {
    /// For a recording that begins at `origin`: rows stand `step`, `2 step`, … after it. A step of nothing
    /// is taken for a second.
    #[must_use]
    pub fn new(head: &RecordingHead, origin: Timestamp, lengths: &[Duration], step: Duration) -> Self {
        let longest = lengths.iter().copied().max().unwrap_or_default();
        let step = if step.is_zero() { Duration::from_s(1) } else { step };
        let grid = Grid { origin, step, lengths: lengths.to_vec(), longest };
        let streams = head.streams.iter().map(|stream| StreamWindows::new(stream, parts(&stream.channels)));
        Self { streams: streams.collect(), grid }
    }

    /// More samples of a stream. Those before the origin or earlier than the stream's last are passed over:
    /// their clock ran backwards.
    pub fn push(&mut self, samples: &Samples) {
        if let Some(stream) = self.streams.get_mut(samples.stream) {
            stream.push(&self.grid, samples);
        }
    }

    /// All rows, in order of time.
    #[must_use]
    pub fn finish(mut self) -> Vec<FeatureWindow> {
        let last = self.streams.iter().filter_map(|stream| stream.last_row(&self.grid)).max();
        let Some(last) = last else { return Vec::new() };
        for stream in &mut self.streams {
            stream.finish(&self.grid, last);
        }
        let streams: Vec<_> = self.streams.into_iter().map(|stream| stream.into_rows(&self.grid)).collect();
        let missing: Vec<f64> = streams.iter().flat_map(|(missing, _)| missing).copied().collect();
        let mut rows: BTreeMap<u64, Vec<f64>> = BTreeMap::new();
        let mut begin = 0;
        for (without, found) in &streams {
            for (row, values) in found {
                let filled = rows.entry(*row).or_insert_with(|| missing.clone());
                filled[begin..begin + values.len()].copy_from_slice(values);
            }
            begin += without.len();
        }
        rows.into_iter().map(|(row, values)| FeatureWindow { range: self.grid.range(row), values }).collect()
    }
}

impl Grid {
    /// The number of the first row that stands after `moment`.
    fn row_after(&self, moment: Timestamp) -> u64 {
        (moment.since(self.origin).ns() / self.step.ns()) as u64 + 1
    }

    /// When a row stands, ns after the origin.
    fn row_ns(&self, row: u64) -> i64 {
        i64::try_from(row).unwrap_or(i64::MAX).saturating_mul(self.step.ns())
    }

    fn range(&self, row: u64) -> TimeRange {
        let end = self.origin.saturating_add(Duration::from_ns(self.row_ns(row)));
        TimeRange::from(end.saturating_sub(self.longest), self.longest)
    }
}

/// The channels of a stream by family.
fn parts(channels: &[Channel]) -> Vec<Part> {
    let mut parts = Vec::new();
    for family in FAMILIES {
        let of_family: Vec<usize> = (0..channels.len())
            .filter(|&channel| family.quantities.contains(&channels[channel].quantity))
            .collect();
        if !family.prefix.is_empty() && !of_family.is_empty() {
            parts.push(Part { family, channels: of_family, name: family.prefix.to_owned() });
        } else {
            parts.extend(of_family.into_iter().map(|channel| Part {
                family,
                channels: vec![channel],
                name: word(&channels[channel].name),
            }));
        }
    }
    parts
}

fn unique(taken: &mut BTreeSet<String>, stream: &str, name: String, unit: &str) -> FeatureDescription {
    let mut unique = name;
    while !taken.insert(unique.clone()) {
        unique = format!("{}_{unique}", word(stream));
    }
    FeatureDescription { name: unique, unit: unit.to_owned() }
}

/// A name in small letters, digits and `_`.
fn word(name: &str) -> String {
    let letters = name.chars().map(|letter| if letter.is_alphanumeric() { letter } else { '_' });
    let word: String = letters.flat_map(char::to_lowercase).collect();
    if word.is_empty() { "_".to_owned() } else { word }
}

fn ending(length: Duration) -> String {
    format!("{}s", length.as_s_f64())
}

/// `own`, or where it belongs to the channel's unit, that with it.
fn unit_of(channel: &str, own: &str) -> String {
    match own {
        "" => channel.to_owned(),
        per if per.starts_with('/') => format!("{channel}{per}"),
        own => own.to_owned(),
    }
}

/// The beginnings and ends of all names there can be.
#[cfg(test)]
pub(super) fn kinds() -> impl Iterator<Item = (&'static str, &'static str)> {
    FAMILIES.iter().flat_map(|family| family.columns.iter().map(|column| (family.prefix, column.0)))
}

#[cfg(test)]
mod laws;
#[cfg(test)]
pub(in crate::feature) mod tests;
