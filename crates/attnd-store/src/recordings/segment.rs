//! How are samples laid out? One Parquet file a segment: `time_ns` and one column of doubles a channel, null where nothing was
//! measured.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use attnd_core::recording::{Channel, RecordingSink, Samples, SinkError};
use attnd_core::{TimeRange, Timestamp};
use parquet::basic::{LogicalType, Repetition, TimeUnit, Type as PhysicalType};
use parquet::data_type::{DoubleType, Int64Type};
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::{Type, TypePtr};

use super::column::{self, Column, GROUP_ROWS, fault};
use super::head::Segment;
use super::{broken, folder};

/// The column of times.
const TIME: &str = "time_ns";
/// A file has at most so many rows: what is read or lost at once stays bounded.
const SEGMENT_ROWS: u64 = 16 * GROUP_ROWS as u64;

/// One stream's samples on their way to files.
pub(super) struct StreamWriter {
    folder: PathBuf,
    stream: usize,
    names: Vec<String>,
    schema: TypePtr,
    open: Option<(SerializedFileWriter<File>, Segment)>,
    times: Vec<i64>,
    values: Vec<Vec<f64>>,
    finished: Vec<Segment>,
}

impl StreamWriter {
    pub(super) fn new(folder: &Path, stream: usize, channels: &[Channel]) -> Result<Self, SinkError> {
        let names = column_names(channels);
        let schema = schema(&names).map_err(|error| fault(folder, error))?;
        Ok(Self {
            folder: folder.to_path_buf(),
            stream,
            values: vec![Vec::new(); names.len()],
            names,
            schema,
            open: None,
            times: Vec::new(),
            finished: Vec::new(),
        })
    }

    /// Takes samples; a group of rows is written as soon as it is full.
    pub(super) fn take(&mut self, samples: Samples) -> Result<(), SinkError> {
        let rows = samples.times.len();
        if samples.values.len() != self.names.len()
            || samples.values.iter().any(|channel| channel.len() != rows)
        {
            return Err(broken(&self.folder, "samples have another shape than their stream"));
        }
        self.times.extend(samples.times.iter().map(|time| time.ns()));
        for (kept, more) in self.values.iter_mut().zip(samples.values) {
            kept.extend(more);
        }
        while self.times.len() >= GROUP_ROWS {
            self.write_group(GROUP_ROWS)?;
        }
        Ok(())
    }

    /// Writes the rest, syncs the last file, and answers every segment.
    pub(super) fn finish(mut self) -> Result<Vec<Segment>, SinkError> {
        let rest = self.times.len();
        if rest > 0 {
            self.write_group(rest)?;
        }
        self.close()?;
        Ok(self.finished)
    }

    fn write_group(&mut self, rows: usize) -> Result<(), SinkError> {
        let (Some(&first), Some(&last)) = (self.times.first(), self.times.get(rows - 1)) else {
            return Ok(());
        };
        if self.open.as_ref().is_some_and(|(_, segment)| segment.rows >= SEGMENT_ROWS) {
            self.close()?;
        }
        let (first, last) = (Timestamp::from_ns_saturating(first), Timestamp::from_ns_saturating(last));
        let (mut writer, mut segment) = match self.open.take() {
            Some(open) => open,
            None => self.create(first)?,
        };
        let path = self.folder.join(&segment.file);
        let mut group = writer.next_row_group().map_err(|error| fault(&path, error))?;
        column::write::<Int64Type>(&mut group, &path, &self.times[..rows], None)?;
        for channel in &self.values {
            let defined: Vec<i16> = channel[..rows].iter().map(|value| i16::from(!value.is_nan())).collect();
            let values: Vec<f64> = channel[..rows].iter().copied().filter(|value| !value.is_nan()).collect();
            column::write::<DoubleType>(&mut group, &path, &values, Some(&defined))?;
        }
        group.close().map_err(|error| fault(&path, error))?;
        self.times.drain(..rows);
        for channel in &mut self.values {
            channel.drain(..rows);
        }
        segment.rows += rows as u64;
        segment.last = last;
        self.open = Some((writer, segment));
        Ok(())
    }

    fn create(&self, first: Timestamp) -> Result<(SerializedFileWriter<File>, Segment), SinkError> {
        let name = format!("{}-{:04}.parquet", self.stream, self.finished.len());
        let path = self.folder.join(&name);
        let file = folder::create_file(&path)?;
        let properties = column::properties(&[TIME], &self.names);
        let writer = SerializedFileWriter::new(file, Arc::clone(&self.schema), properties)
            .map_err(|error| fault(&path, error))?;
        Ok((writer, Segment { file: name, stream: self.stream, rows: 0, first, last: first }))
    }

    fn close(&mut self) -> Result<(), SinkError> {
        if let Some((writer, segment)) = self.open.take() {
            let path = self.folder.join(&segment.file);
            let file = writer.into_inner().map_err(|error| fault(&path, error))?;
            file.sync_all()?;
            self.finished.push(segment);
        }
        Ok(())
    }
}

/// Passes a segment's samples within `range` on, a batch at a time.
pub(super) fn read(
    path: &Path,
    stream: usize,
    channels: usize,
    range: TimeRange,
    sink: &mut dyn RecordingSink,
) -> Result<(), SinkError> {
    let file = SerializedFileReader::new(File::open(path)?).map_err(|error| fault(path, error))?;
    for number in 0..file.num_row_groups() {
        let group = file.get_row_group(number).map_err(|error| fault(path, error))?;
        let mut times = Column::<Int64Type>::open(&*group, 0, path)?;
        let mut columns = (1..=channels)
            .map(|index| Column::<DoubleType>::open(&*group, index, path))
            .collect::<Result<Vec<_>, _>>()?;
        loop {
            let (batch, _) = times.next(path)?;
            if batch.is_empty() {
                break;
            }
            let times: Vec<Timestamp> = batch.iter().map(|ns| Timestamp::from_ns_saturating(*ns)).collect();
            let within = times.partition_point(|time| *time < range.start())
                ..times.partition_point(|time| *time < range.end());
            let mut values = Vec::with_capacity(channels);
            for column in &mut columns {
                let (some, defined) = column.next(path)?;
                if defined.len() != times.len() {
                    return Err(broken(path, "its columns are of different lengths"));
                }
                let mut some = some.iter();
                let all = defined.iter().map(|level| match level {
                    0 => f64::NAN,
                    _ => some.next().copied().unwrap_or(f64::NAN),
                });
                values.push(all.collect::<Vec<f64>>()[within.clone()].to_vec());
            }
            if !within.is_empty() {
                sink.samples(Samples { stream, times: times[within].to_vec(), values })?;
            }
        }
    }
    Ok(())
}

fn schema(names: &[String]) -> Result<TypePtr, parquet::errors::ParquetError> {
    let time = Type::primitive_type_builder(TIME, PhysicalType::INT64)
        .with_repetition(Repetition::REQUIRED)
        .with_logical_type(Some(LogicalType::timestamp(true, TimeUnit::NANOS)))
        .build()?;
    let mut fields = vec![Arc::new(time)];
    for name in names {
        let field = Type::primitive_type_builder(name, PhysicalType::DOUBLE)
            .with_repetition(Repetition::OPTIONAL)
            .build()?;
        fields.push(Arc::new(field));
    }
    Ok(Arc::new(Type::group_type_builder("samples").with_fields(fields).build()?))
}

/// Channels' names as column names: every one once.
fn column_names(channels: &[Channel]) -> Vec<String> {
    let mut names: Vec<String> = vec![TIME.to_owned()];
    for channel in channels {
        let mut name = channel.name.clone();
        let mut number = 2;
        while names.contains(&name) {
            name = format!("{}_{number}", channel.name);
            number += 1;
        }
        names.push(name);
    }
    names.split_off(1)
}
