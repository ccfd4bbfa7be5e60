//! How does one column of a Parquet file go out and come back? Typed batches; a gap is a null.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use attnd_core::recording::SinkError;
use parquet::basic::{Compression, Encoding, ZstdLevel};
use parquet::column::reader::{ColumnReaderImpl, get_typed_column_reader};
use parquet::data_type::DataType;
use parquet::errors::ParquetError;
use parquet::file::properties::{WriterProperties, WriterPropertiesPtr};
use parquet::file::reader::RowGroupReader;
use parquet::file::writer::SerializedRowGroupWriter;
use parquet::schema::types::ColumnPath;

use super::broken;

/// Rows in memory on each side.
pub(super) const BATCH_ROWS: usize = 8_192;
/// Rows compressed together.
pub(super) const GROUP_ROWS: usize = 65_536;

/// zstd throughout: times as differences, numbers with their bytes apart, words in a dictionary.
pub(super) fn properties(times: &[&str], numbers: &[String]) -> WriterPropertiesPtr {
    // Level 3 is zstd's own default; higher ones cost more time than they save space here.
    let mut builder = WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::try_new(3).unwrap_or_default()))
        .set_created_by("attnd".to_owned());
    for name in times {
        let path = ColumnPath::from((*name).to_owned());
        builder = builder.set_column_dictionary_enabled(path.clone(), false);
        builder = builder.set_column_encoding(path, Encoding::DELTA_BINARY_PACKED);
    }
    for name in numbers {
        let path = ColumnPath::new(vec![name.clone()]);
        builder = builder.set_column_dictionary_enabled(path.clone(), false);
        builder = builder.set_column_encoding(path, Encoding::BYTE_STREAM_SPLIT);
    }
    Arc::new(builder.build())
}

/// Writes the next column of a group; `defined` says for each row whether it has a value.
pub(super) fn write<T: DataType>(
    group: &mut SerializedRowGroupWriter<'_, File>,
    path: &Path,
    values: &[T::T],
    defined: Option<&[i16]>,
) -> Result<(), SinkError> {
    let wrong = |error| fault(path, error);
    let mut column =
        group.next_column().map_err(wrong)?.ok_or_else(|| broken(path, "a column is missing"))?;
    column.typed::<T>().write_batch(values, defined, None).map_err(wrong)?;
    column.close().map_err(wrong)
}

/// A column of a group, read batch by batch.
pub(super) struct Column<T: DataType> {
    reader: ColumnReaderImpl<T>,
    values: Vec<T::T>,
    defined: Vec<i16>,
}

impl<T: DataType> Column<T> {
    /// Column `index` of a group, which has to be of this type.
    pub(super) fn open(group: &dyn RowGroupReader, index: usize, path: &Path) -> Result<Self, SinkError> {
        let schema = group.metadata().schema_descr();
        if index >= schema.num_columns() || schema.column(index).physical_type() != T::get_physical_type() {
            return Err(broken(path, format!("its column {index} is of another type")));
        }
        let reader = group.get_column_reader(index).map_err(|error| fault(path, error))?;
        Ok(Self { reader: get_typed_column_reader::<T>(reader), values: Vec::new(), defined: Vec::new() })
    }

    /// The next rows, at most [`BATCH_ROWS`]: values, and for columns with gaps whether each row has one.
    pub(super) fn next(&mut self, path: &Path) -> Result<(&[T::T], &[i16]), SinkError> {
        self.values.clear();
        self.defined.clear();
        let levels = Some(&mut self.defined);
        let read = self.reader.read_records(BATCH_ROWS, levels, None, &mut self.values);
        read.map_err(|error| fault(path, error))?;
        Ok((&self.values, &self.defined))
    }
}

/// A disk that refuses is told as one; anything else is a broken file.
pub(super) fn fault(path: &Path, error: ParquetError) -> SinkError {
    match error {
        ParquetError::External(inner) => match inner.downcast::<std::io::Error>() {
            Ok(error) => SinkError::Io(*error),
            Err(other) => broken(path, other),
        },
        other => broken(path, other),
    }
}
