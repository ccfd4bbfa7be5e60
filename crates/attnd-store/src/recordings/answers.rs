//! How are answers laid out? One Parquet file: the scale, the answer, the time it is about and when it was given, and the
//! situation as JSON.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use attnd_core::recording::{Rating, RecordingSink, Scale, SinkError};
use attnd_core::{TimeRange, Timestamp};
use parquet::data_type::{ByteArray, ByteArrayType, Int32Type, Int64Type};
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;

use super::column::{self, Column, GROUP_ROWS, fault};
use super::{broken, folder};

/// Its name in a recording's folder.
pub(super) const FILE: &str = "answers.parquet";

const SCHEMA: &str = "message answers {
    required binary scale (STRING);
    required int32 lowest;
    required int32 highest;
    required int32 value;
    required int64 about_start_ns (TIMESTAMP(NANOS, true));
    required int64 about_end_ns (TIMESTAMP(NANOS, true));
    required int64 answered_ns (TIMESTAMP(NANOS, true));
    required binary context (JSON);
}";

/// Answers on their way to a file.
pub(super) struct AnswerWriter {
    path: PathBuf,
    open: Option<SerializedFileWriter<File>>,
    waiting: Vec<Rating>,
    count: u64,
}

impl AnswerWriter {
    pub(super) fn new(folder: &Path) -> Self {
        Self { path: folder.join(FILE), open: None, waiting: Vec::new(), count: 0 }
    }

    pub(super) fn take(&mut self, rating: Rating) -> Result<(), SinkError> {
        self.waiting.push(rating);
        if self.waiting.len() >= GROUP_ROWS { self.write_group() } else { Ok(()) }
    }

    /// Writes the rest and syncs; answers how many there are.
    pub(super) fn finish(mut self) -> Result<u64, SinkError> {
        self.write_group()?;
        if let Some(writer) = self.open.take() {
            writer.into_inner().map_err(|error| fault(&self.path, error))?.sync_all()?;
        }
        Ok(self.count)
    }

    fn write_group(&mut self) -> Result<(), SinkError> {
        if self.waiting.is_empty() {
            return Ok(());
        }
        let (path, ratings) = (&self.path, std::mem::take(&mut self.waiting));
        let writer = match &mut self.open {
            Some(writer) => writer,
            none => none.insert(create(path)?),
        };
        let mut group = writer.next_row_group().map_err(|error| fault(path, error))?;
        let whole = |of: fn(&Rating) -> i32| ratings.iter().map(of).collect::<Vec<i32>>();
        let time =
            |of: fn(&Rating) -> Timestamp| ratings.iter().map(|rating| of(rating).ns()).collect::<Vec<i64>>();
        let scales: Vec<ByteArray> =
            ratings.iter().map(|rating| rating.scale.name.as_bytes().to_vec().into()).collect();
        let mut contexts: Vec<ByteArray> = Vec::with_capacity(ratings.len());
        for rating in &ratings {
            let text = serde_json::to_vec(&rating.context).map_err(|error| broken(path, error))?;
            contexts.push(text.into());
        }
        column::write::<ByteArrayType>(&mut group, path, &scales, None)?;
        column::write::<Int32Type>(&mut group, path, &whole(|rating| rating.scale.lowest), None)?;
        column::write::<Int32Type>(&mut group, path, &whole(|rating| rating.scale.highest), None)?;
        column::write::<Int32Type>(&mut group, path, &whole(|rating| rating.value), None)?;
        column::write::<Int64Type>(&mut group, path, &time(|rating| rating.about.start()), None)?;
        column::write::<Int64Type>(&mut group, path, &time(|rating| rating.about.end()), None)?;
        column::write::<Int64Type>(&mut group, path, &time(|rating| rating.answered), None)?;
        column::write::<ByteArrayType>(&mut group, path, &contexts, None)?;
        group.close().map_err(|error| fault(path, error))?;
        self.count += ratings.len() as u64;
        Ok(())
    }
}

fn create(path: &Path) -> Result<SerializedFileWriter<File>, SinkError> {
    let schema = parse_message_type(SCHEMA).map_err(|error| fault(path, error))?;
    let times = ["about_start_ns", "about_end_ns", "answered_ns"];
    SerializedFileWriter::new(folder::create_file(path)?, Arc::new(schema), column::properties(&times, &[]))
        .map_err(|error| fault(path, error))
}

/// Passes the answers that were given within `range` on.
pub(super) fn read(path: &Path, range: TimeRange, sink: &mut dyn RecordingSink) -> Result<(), SinkError> {
    let file = SerializedFileReader::new(File::open(path)?).map_err(|error| fault(path, error))?;
    for number in 0..file.num_row_groups() {
        let group = file.get_row_group(number).map_err(|error| fault(path, error))?;
        let whole = |index| Column::<Int32Type>::open(&*group, index, path);
        let time = |index| Column::<Int64Type>::open(&*group, index, path);
        let mut scales = Column::<ByteArrayType>::open(&*group, 0, path)?;
        let (mut lowest, mut highest, mut values) = (whole(1)?, whole(2)?, whole(3)?);
        let (mut starts, mut ends, mut answered) = (time(4)?, time(5)?, time(6)?);
        let mut contexts = Column::<ByteArrayType>::open(&*group, 7, path)?;
        loop {
            let (scales, _) = scales.next(path)?;
            if scales.is_empty() {
                break;
            }
            let (lowest, highest, values) =
                (lowest.next(path)?.0, highest.next(path)?.0, values.next(path)?.0);
            let (starts, ends, answered) = (starts.next(path)?.0, ends.next(path)?.0, answered.next(path)?.0);
            let contexts = contexts.next(path)?.0;
            let rows = scales.len();
            let lengths =
                [lowest.len(), highest.len(), values.len(), starts.len(), ends.len(), answered.len()];
            if lengths.iter().chain([&contexts.len()]).any(|length| *length != rows) {
                return Err(broken(path, "its columns are of different lengths"));
            }
            for row in 0..rows {
                let moment = Timestamp::from_ns_saturating;
                let answered = moment(answered[row]);
                if !range.contains(answered) {
                    continue;
                }
                let about = TimeRange::new(moment(starts[row]), moment(ends[row]));
                sink.rating(Rating {
                    scale: Scale {
                        name: text(&scales[row], path)?.to_owned().into(),
                        lowest: lowest[row],
                        highest: highest[row],
                    },
                    value: values[row],
                    about: about.map_err(|error| broken(path, error))?,
                    answered,
                    context: context(&contexts[row], path)?,
                })?;
            }
        }
    }
    Ok(())
}

fn text<'a>(bytes: &'a ByteArray, path: &Path) -> Result<&'a str, SinkError> {
    bytes.as_utf8().map_err(|error| fault(path, error))
}

fn context(bytes: &ByteArray, path: &Path) -> Result<BTreeMap<String, String>, SinkError> {
    serde_json::from_str(text(bytes, path)?).map_err(|error| broken(path, error))
}
