//! Which numbers describe each task? NumPy's array files and tables of features, as models and picture networks write them.
//!
//! An array file (`.npy`) holds one row a task: row `i` describes the task named `i`, counted from 0. A table has a
//! column `task` and numbers in all others:
//!
//! ```text
//! task,width,height
//! t1,0.5,12
//! ```

use std::collections::HashMap;
use std::io::{self, BufReader, Read};

use csv::{ErrorKind, ReaderBuilder, StringRecord};
use thiserror::Error;

/// Rows of numbers.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table {
    /// Numbers a row.
    pub columns: usize,
    /// `[row, column]`.
    pub numbers: Vec<f32>,
    /// Names of the tasks the rows are of, in their order; `None` where the place of a row is its name.
    pub tasks: Option<Vec<String>>,
}

/// Why features cannot be read.
#[derive(Debug, Error)]
pub enum FeaturesError {
    /// The input failed.
    #[error("{0}")]
    Io(#[from] io::Error),
    /// No array file.
    #[error("this is no NumPy array file (.npy): {reason}; write it with numpy.save(file, array)")]
    NotAnArray {
        /// What is wrong.
        reason: &'static str,
    },
    /// Another kind of numbers.
    #[error(
        "its numbers are '{found}'; features are read as little-endian 4- or 8-byte floats: array.astype('<f4')"
    )]
    Numbers {
        /// As the file names them.
        found: String,
    },
    /// Columns after each other.
    #[error(
        "its array is stored column by column; write it with numpy.save(file, numpy.ascontiguousarray(array))"
    )]
    ByColumn,
    /// Not two axes.
    #[error("its shape is ({shape}); features have one row a task and one column a feature")]
    Shape {
        /// As the file gives it.
        shape: String,
    },
    /// Fewer or more numbers than the shape says.
    #[error("it ends within row {row}; it is cut short, copy it again")]
    CutShort {
        /// Row from 0.
        row: usize,
    },
    /// A table without names or numbers.
    #[error("line 1: features need a column 'task' and at least one column of numbers")]
    NoColumn,
    /// A row that cannot be used.
    #[error("line {line}: {reason}")]
    Row {
        /// Line in the file, from 1.
        line: u64,
        /// What is wrong and what to do.
        reason: String,
    },
}

/// What begins an array file.
pub const MAGIC: &[u8; 6] = b"\x93NUMPY";
/// A header of an array of numbers is a hundred bytes; one longer than this is none.
const MAX_HEADER_BYTES: usize = 1 << 16;

/// Reads an array file of two axes: version 1 to 3, 4- or 8-byte floats, row by row.
///
/// The format: NumPy Enhancement Proposal 1, `numpy.lib.format`.
///
/// # Errors
/// [`FeaturesError`] for what is another kind of file.
pub fn array(input: impl Read) -> Result<Table, FeaturesError> {
    let mut input = BufReader::with_capacity(1 << 18, input);
    let header = header(&mut input)?;
    let wide = match value(&header, "descr") {
        Some("'<f4'") => Width::Single,
        Some("'<f8'") => Width::Double,
        found => {
            return Err(FeaturesError::Numbers { found: found.unwrap_or("").trim_matches('\'').to_owned() });
        }
    };
    let shape = value(&header, "shape").unwrap_or("").trim_matches(['(', ')']);
    let axes: Vec<usize> = shape.split(',').filter_map(|axis| axis.trim().parse().ok()).collect();
    let &[rows, columns] = axes.as_slice() else {
        return Err(FeaturesError::Shape { shape: shape.to_owned() });
    };
    if rows == 0 || columns == 0 || rows.checked_mul(columns).is_none() {
        return Err(FeaturesError::Shape { shape: shape.to_owned() });
    }
    // One row stored either way is the same bytes.
    if value(&header, "fortran_order") != Some("False") && rows > 1 && columns > 1 {
        return Err(FeaturesError::ByColumn);
    }
    let mut numbers = Vec::new();
    let mut bytes = Vec::new();
    for row in 0..rows {
        bytes.clear();
        let wanted = columns.saturating_mul(wide.bytes()) as u64;
        if input.by_ref().take(wanted).read_to_end(&mut bytes)? as u64 != wanted {
            return Err(FeaturesError::CutShort { row });
        }
        wide.append(&bytes, &mut numbers);
    }
    Ok(Table { columns, numbers, tasks: None })
}

#[derive(Clone, Copy)]
enum Width {
    Single,
    Double,
}

impl Width {
    const fn bytes(self) -> usize {
        match self {
            Self::Single => 4,
            Self::Double => 8,
        }
    }

    fn append(self, bytes: &[u8], to: &mut Vec<f32>) {
        match self {
            Self::Single => to.extend(bytes.as_chunks().0.iter().map(|of| f32::from_le_bytes(*of))),
            Self::Double => to.extend(bytes.as_chunks().0.iter().map(|of| f64::from_le_bytes(*of) as f32)),
        }
    }
}

/// The header's text: a Python dictionary of `descr`, `fortran_order` and `shape`.
fn header(input: &mut impl Read) -> Result<String, FeaturesError> {
    let not = |reason| FeaturesError::NotAnArray { reason };
    let mut start = [0; 8];
    input.read_exact(&mut start).map_err(|_| not("it is too short"))?;
    if !start.starts_with(MAGIC) {
        return Err(not("it does not begin as one"));
    }
    let mut length = [0; 4];
    let length_bytes = match start[6] {
        1 => 2,
        2 | 3 => 4,
        _ => return Err(not("its version is not 1, 2 or 3")),
    };
    input.read_exact(&mut length[..length_bytes]).map_err(|_| not("it is too short"))?;
    let length = u32::from_le_bytes(length) as usize;
    if length > MAX_HEADER_BYTES {
        return Err(not("its header is too long"));
    }
    let mut text = vec![0; length];
    input.read_exact(&mut text).map_err(|_| not("its header is cut short"))?;
    String::from_utf8(text).map_err(|_| not("its header is no text"))
}

/// The value of one key of the header's dictionary; a tuple with its parentheses.
fn value<'a>(header: &'a str, key: &str) -> Option<&'a str> {
    let after = header.split_once(&format!("'{key}':"))?.1.trim_start();
    let end = if after.starts_with('(') { after.find(')')? + 1 } else { after.find([',', '}'])? };
    Some(after[..end].trim())
}

/// Reads a table with a column `task`; every other column holds numbers. A task has one row.
///
/// # Errors
/// [`FeaturesError`] with the line at fault.
pub fn table(input: impl Read) -> Result<Table, FeaturesError> {
    let mut reader = ReaderBuilder::new().flexible(true).from_reader(BufReader::new(input));
    let header = reader.headers().map_err(|error| fault(error, 1))?.clone();
    let name = |cell: &str| cell.trim_start_matches('\u{feff}').trim().eq_ignore_ascii_case("task");
    let place = header.iter().position(name).filter(|_| header.len() > 1).ok_or(FeaturesError::NoColumn)?;
    let mut table = Table { columns: header.len() - 1, tasks: Some(Vec::new()), ..Table::default() };
    let mut lines = HashMap::<String, u64>::new();
    let mut row = StringRecord::new();
    loop {
        let next = reader.position().line();
        if !reader.read_record(&mut row).map_err(|error| fault(error, next))? {
            return Ok(table);
        }
        let line = row.position().map_or(next, csv::Position::line);
        let refuse = |reason: String| FeaturesError::Row { line, reason };
        if row.len() != header.len() {
            return Err(refuse(format!("{} cells where the header has {}", row.len(), header.len())));
        }
        for (at, cell) in row.iter().enumerate().filter(|(at, _)| *at != place) {
            let number = cell.trim().parse().ok().filter(|number: &f32| number.is_finite());
            let column = &header[at];
            table.numbers.push(number.ok_or_else(|| {
                refuse(format!(
                    "'{cell}' in column '{column}' is no finite number; fill it or leave the column out"
                ))
            })?);
        }
        let task = row[place].to_owned();
        if let Some(first) = lines.insert(task.clone(), line) {
            return Err(refuse(format!("task '{task}' has features in line {first} already; keep one row")));
        }
        table.tasks.get_or_insert_default().push(task);
    }
}

fn fault(error: csv::Error, line: u64) -> FeaturesError {
    match error.into_kind() {
        ErrorKind::Io(error) => FeaturesError::Io(error),
        ErrorKind::Utf8 { pos, .. } => FeaturesError::Row {
            line: pos.map_or(line, |at| at.line()),
            reason: "these bytes are no UTF-8; save the table as UTF-8".to_owned(),
        },
        other => FeaturesError::Row { line, reason: format!("{other:?}") },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As `numpy.save` writes it, version 1: the header padded with spaces to a multiple of 64 bytes.
    fn saved(descr: &str, order: &str, shape: &str, numbers: &[u8]) -> Vec<u8> {
        let header = format!("{{'descr': '{descr}', 'fortran_order': {order}, 'shape': {shape}, }}");
        let padded = format!("{header:<117}\n");
        let mut bytes = MAGIC.to_vec();
        bytes.extend([1, 0, 118, 0]);
        bytes.extend(padded.bytes());
        bytes.extend(numbers);
        bytes
    }

    fn floats(of: &[f32]) -> Vec<u8> {
        of.iter().flat_map(|of| of.to_le_bytes()).collect()
    }

    #[test]
    fn floats_of_both_widths_are_read() {
        let of = [1.5, -2.0, 3.0, 0.25, 5.0, 6.0];
        let wide: Vec<u8> = of.iter().flat_map(|of| f64::from(*of).to_le_bytes()).collect();
        for bytes in [saved("<f4", "False", "(2, 3)", &floats(&of)), saved("<f8", "False", "(2, 3)", &wide)] {
            let table = array(bytes.as_slice()).unwrap();
            assert_eq!((table.columns, table.numbers, table.tasks), (3, of.to_vec(), None));
        }
    }

    #[test]
    fn other_files_are_refused_with_what_to_do() {
        let refused = |bytes: &[u8]| array(bytes).unwrap_err().to_string();
        let two = floats(&[1.0, 2.0, 3.0, 4.0]);
        assert!(refused(b"task,x\n").contains("too short"));
        assert!(refused(b"task,worker,label\n1,2,3\n").contains("does not begin"));
        assert!(refused(&saved("<i8", "False", "(2, 2)", &two)).contains("'<i8'"));
        assert!(refused(&saved("<f4", "True", "(2, 2)", &two)).contains("ascontiguousarray"));
        assert!(refused(&saved("<f4", "False", "(4,)", &two)).contains("(4,)"));
        assert!(refused(&saved("<f4", "False", "(3, 2)", &two)).contains("within row 2"));
        assert!(refused(&saved("<f4", "False", "(9223372036854775807, 3)", &two)).contains("shape"));
    }

    #[test]
    fn tables_have_a_column_of_tasks_and_numbers() {
        let read = table("\u{feff}x,task,y\r\n1,a,2.5\r\n3,\"b,c\",4\r\n".as_bytes()).unwrap();
        assert_eq!((read.columns, read.numbers), (2, vec![1.0, 2.5, 3.0, 4.0]));
        assert_eq!(read.tasks, Some(vec!["a".to_owned(), "b,c".to_owned()]));
        let refused = |text: &str| table(text.as_bytes()).unwrap_err().to_string();
        assert!(refused("x,y\n1,2\n").contains("column 'task'"));
        assert!(refused("task,x\na,1\nb,many\n").contains("line 3: 'many' in column 'x'"));
        assert!(refused("task,x\na,1\na,2\n").contains("line 3: task 'a' has features in line 2"));
        assert!(refused("task,x\na\n").contains("line 2: 1 cells"));
    }
}
