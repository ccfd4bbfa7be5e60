//! What did several people or models say? Tables of answers and of truths, read row by row whatever their size.
//!
//! ```text
//! task,worker,label        task,label
//! t1,ann,cat               t1,cat
//! ```
//!
//! Columns are found by their names, in any order, beside any others. Commas, semicolons or tabs stand between them;
//! quotes, a byte order mark and every line end are understood. Cells count exactly as they are written, spaces included:
//! what is said of them can be joined with the table again. What is no clear answer is refused with its line.

use std::cell::Cell;
use std::io::{self, BufRead, BufReader, Read};
use std::rc::Rc;

use csv::{ByteRecord, ErrorKind, ReaderBuilder};
use thiserror::Error;

/// Columns of a table of answers, as Crowd-Kit names them.
pub const ANSWER_COLUMNS: [&str; 3] = ["task", "worker", "label"];
/// Columns of a table of truths.
pub const TRUTH_COLUMNS: [&str; 2] = ["task", "label"];

/// No row is longer: beyond it a quote was left open, or it is no table.
const MAX_ROW_BYTES: u64 = 1 << 20;
const BUFFER_BYTES: usize = 256 << 10;
const SEPARATORS: [u8; 3] = *b",;\t";

/// Why a table cannot be read, or was not taken.
#[derive(Debug, Error)]
pub enum TableError<E> {
    /// The input failed.
    #[error("{0}")]
    Io(#[from] io::Error),
    /// There is not even a header.
    #[error("it is empty; its first line names the columns: {}", .columns.join(","))]
    Empty {
        /// The columns it needs.
        columns: Vec<&'static str>,
    },
    /// A column is missing.
    #[error("line 1: there is no column '{column}' among: {}; name the columns there", .found.join(", "))]
    NoColumn {
        /// The one it needs.
        column: &'static str,
        /// Those it has.
        found: Vec<String>,
    },
    /// Two columns have the name of one.
    #[error("line 1: there are two columns '{column}'; rename one")]
    TwoColumns {
        /// The name.
        column: &'static str,
    },
    /// A cell says nothing.
    #[error("line {line}: the cell of '{column}' is blank; fill it, or remove the row")]
    Blank {
        /// Line of the row in the file, from 1.
        line: u64,
        /// Which column.
        column: &'static str,
    },
    /// A row has too many or too few cells.
    #[error(
        "line {line}: {cells} cells where the header has {columns}; put a cell with a separator in it in quotes"
    )]
    Cells {
        /// Line of the row in the file, from 1.
        line: u64,
        /// How many it has.
        cells: usize,
        /// How many the header has.
        columns: usize,
    },
    /// Bytes that are no UTF-8.
    #[error("line {line}: these bytes are no UTF-8; save the table as UTF-8")]
    Encoding {
        /// Line of the row in the file, from 1.
        line: u64,
    },
    /// A row beyond all bounds.
    #[error("line {line}: the row is longer than {} KiB; is a quote left open?", MAX_ROW_BYTES >> 10)]
    Endless {
        /// Line of the row in the file, from 1.
        line: u64,
    },
    /// Whoever takes the rows refused one.
    #[error("line {line}: {reason}")]
    Refused {
        /// Line of the row in the file, from 1.
        line: u64,
        /// Why.
        reason: E,
    },
}

/// Hands the cells of these columns, row by row, to `take`; how many rows there were.
///
/// A row lives only while it is taken, so memory does not grow with the table.
///
/// # Errors
/// [`TableError`], with the line where it is one row's fault. Rows before it were taken.
pub fn rows<const COLUMNS: usize, E>(
    input: impl Read,
    columns: [&'static str; COLUMNS],
    mut take: impl FnMut([&str; COLUMNS]) -> Result<(), E>,
) -> Result<u64, TableError<E>> {
    let mut input = BufReader::with_capacity(BUFFER_BYTES, input);
    let header = first_line(&mut input, &columns)?;
    let (separator, places) = places(&header, &columns)?;
    let ends = LineEnd::of(&header);
    let allowed = Rc::new(Cell::new(MAX_ROW_BYTES));
    let bounded = Bounded::new(header.as_slice().chain(input), ends, Rc::clone(&allowed));
    let mut reader = ReaderBuilder::new()
        .delimiter(separator)
        .flexible(true)
        .buffer_capacity(BUFFER_BYTES)
        .from_reader(bounded);
    let columns_there = reader.byte_headers().map_err(|error| fault(error, 1))?.len();
    let mut row = ByteRecord::new();
    let mut count = 0;
    loop {
        let next = ends.next_line(reader.position().line());
        match reader.read_byte_record(&mut row) {
            Ok(true) => {}
            Ok(false) => return Ok(count),
            Err(error) => return Err(fault(error, next)),
        }
        allowed.set(MAX_ROW_BYTES);
        // The reader stands behind the row: blank lines before it are counted, so are those in its quotes.
        let within = row.as_slice().iter().filter(|byte| **byte == b'\n').count() as u64;
        let line = ends.next_line(reader.position().line()).saturating_sub(within + 1);
        if row.len() != columns_there {
            return Err(TableError::Cells { line, cells: row.len(), columns: columns_there });
        }
        let mut cells = [""; COLUMNS];
        for ((cell, &place), column) in cells.iter_mut().zip(&places).zip(columns) {
            let bytes = row.get(place).unwrap_or_default();
            *cell = std::str::from_utf8(bytes).map_err(|_| TableError::Encoding { line })?;
            if cell.trim_ascii().is_empty() {
                return Err(TableError::Blank { line, column });
            }
        }
        take(cells).map_err(|reason| TableError::Refused { line, reason })?;
        count += 1;
    }
}

/// How the lines of a table end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum LineEnd {
    Feed,
    ReturnAndFeed,
    Return,
}

impl LineEnd {
    /// As the header's does.
    fn of(header: &[u8]) -> Self {
        match header {
            [.., b'\r', b'\n'] => Self::ReturnAndFeed,
            [.., b'\n'] => Self::Feed,
            header if header.contains(&b'\r') => Self::Return,
            _ => Self::Feed,
        }
    }

    /// The line that comes next where the CSV reader counted so many: of a return and a feed, the feed is still before it.
    const fn next_line(self, counted: u64) -> u64 {
        match self {
            Self::ReturnAndFeed => counted + 1,
            Self::Feed | Self::Return => counted,
        }
    }
}

/// The first line with its end, without a byte order mark.
fn first_line<E>(input: &mut impl BufRead, columns: &[&'static str]) -> Result<Vec<u8>, TableError<E>> {
    let mut line = Vec::new();
    input.by_ref().take(MAX_ROW_BYTES).read_until(b'\n', &mut line)?;
    if line.starts_with(b"\xff\xfe") || line.starts_with(b"\xfe\xff") {
        return Err(TableError::Encoding { line: 1 });
    }
    if line.starts_with(b"\xef\xbb\xbf") {
        line.drain(..3);
    }
    if line.trim_ascii().is_empty() {
        return Err(TableError::Empty { columns: columns.to_vec() });
    }
    Ok(line)
}

/// What separates the columns, and where those that are needed stand.
fn places<const COLUMNS: usize, E>(
    line: &[u8],
    columns: &[&'static str; COLUMNS],
) -> Result<(u8, [usize; COLUMNS]), TableError<E>> {
    // A file of carriage returns alone is one line to its end: the header is what stands before the first.
    let end = line.iter().position(|byte| matches!(byte, b'\r' | b'\n')).unwrap_or(line.len());
    let line = &line[..end];
    let count = |separator: u8| line.iter().filter(|byte| **byte == separator).count();
    let separator = SEPARATORS.into_iter().rev().max_by_key(|separator| count(*separator)).unwrap_or(b',');
    let mut reader = ReaderBuilder::new().delimiter(separator).has_headers(false).from_reader(line);
    let mut names = ByteRecord::new();
    reader.read_byte_record(&mut names).map_err(|error| fault(error, 1))?;
    let names: Vec<String> =
        names.iter().map(|name| String::from_utf8_lossy(name).trim().to_owned()).collect();
    let mut places = [0; COLUMNS];
    for (place, &column) in places.iter_mut().zip(columns) {
        let mut all = names.iter().enumerate().filter(|(_, name)| name.eq_ignore_ascii_case(column));
        let Some((first, _)) = all.next() else {
            return Err(TableError::NoColumn { column, found: names });
        };
        if all.next().is_some() {
            return Err(TableError::TwoColumns { column });
        }
        *place = first;
    }
    Ok((separator, places))
}

fn fault<E>(error: csv::Error, line: u64) -> TableError<E> {
    match error.into_kind() {
        ErrorKind::Io(error) if error.get_ref().is_some_and(|inner| inner.is::<Unbounded>()) => {
            TableError::Endless { line }
        }
        ErrorKind::Io(error) => TableError::Io(error),
        other => TableError::Io(io::Error::new(io::ErrorKind::InvalidData, format!("{other:?}"))),
    }
}

/// Stops where one row takes more than it may, ends the last line, and makes lone returns line feeds, which are counted.
struct Bounded<R> {
    inner: R,
    ends: LineEnd,
    /// Bytes that may still be read before the next row is whole.
    allowed: Rc<Cell<u64>>,
    /// What is missing of the last line's end, once the input is at its end.
    missing: Option<&'static [u8]>,
    last: u8,
}

#[derive(Debug, Error)]
#[error("a row without end")]
struct Unbounded;

impl<R: Read> Bounded<R> {
    fn new(inner: R, ends: LineEnd, allowed: Rc<Cell<u64>>) -> Self {
        Self { inner, ends, allowed, missing: None, last: b'\n' }
    }
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if let Some(missing) = &mut self.missing {
            return missing.read(buffer);
        }
        let allowed = self.allowed.get();
        if allowed == 0 {
            return Err(io::Error::new(io::ErrorKind::InvalidData, Unbounded));
        }
        let read = self.inner.read(buffer)?;
        self.allowed.set(allowed.saturating_sub(read as u64));
        let bytes = &mut buffer[..read];
        if self.ends == LineEnd::Return {
            bytes.iter_mut().filter(|byte| **byte == b'\r').for_each(|byte| *byte = b'\n');
        }
        let Some(&last) = bytes.last() else {
            let missing = self.missing.insert(match (self.last, self.ends) {
                (b'\n', _) => b"",
                (_, LineEnd::ReturnAndFeed) => b"\r\n",
                (_, LineEnd::Feed | LineEnd::Return) => b"\n",
            });
            return missing.read(buffer);
        };
        self.last = last;
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Row = (String, String, String);

    fn read(bytes: &[u8]) -> Result<Vec<Row>, TableError<String>> {
        let mut seen = Vec::new();
        rows(bytes, ANSWER_COLUMNS, |[task, worker, label]| {
            seen.push((task.to_owned(), worker.to_owned(), label.to_owned()));
            Ok(())
        })?;
        Ok(seen)
    }

    fn row(task: &str, worker: &str, label: &str) -> Row {
        (task.to_owned(), worker.to_owned(), label.to_owned())
    }

    #[track_caller]
    fn refused(bytes: &[u8], reason: &str) {
        let text = read(bytes).unwrap_err().to_string();
        assert!(text.contains(reason), "{text}");
    }

    #[test]
    fn columns_are_found_by_name_in_every_dialect() {
        let expected = [row("t1", "ann", "cat"), row("t2", "ben", "a,b")];
        for text in [
            "task,worker,label\nt1,ann,cat\nt2,ben,\"a,b\"\n",
            "\u{feff}task,worker,label\r\nt1,ann,cat\r\nt2,ben,\"a,b\"\r\n",
            "task,worker,label\rt1,ann,cat\rt2,ben,\"a,b\"\r",
            "label, Worker ,note,TASK\ncat,ann,,t1\n\"a,b\",ben,,t2",
            "task;worker;label\nt1;ann;cat\nt2;ben;a,b\n",
            "task\tworker\tlabel\nt1\tann\tcat\nt2\tben\ta,b\n",
            "\"task\",\"worker\",\"label\"\n\nt1,ann,cat\n\nt2,ben,\"a,b\"\n",
        ] {
            assert_eq!(read(text.as_bytes()).unwrap(), expected, "{text:?}");
        }
    }

    #[test]
    fn cells_count_as_they_are_written() {
        let text = "task,worker,label\n\"a \"\"b\"\"\",\" ann\",\"two\nlines\"\n";
        assert_eq!(read(text.as_bytes()).unwrap(), [row("a \"b\"", " ann", "two\nlines")]);
    }

    #[test]
    fn a_header_alone_has_no_row() {
        assert_eq!(read(b"task,worker,label").unwrap(), []);
    }

    #[test]
    fn faults_have_their_line() {
        refused(b"", "it is empty; its first line names the columns: task,worker,label");
        refused(b"\xef\xbb\xbf\n", "it is empty");
        refused(b"task,label\nt1,cat\n", "no column 'worker' among: task, label");
        refused(b"task,worker,label,label\n", "two columns 'label'");
        refused(b"task,worker,label\nt1,ann,cat\nt1, ,cat\n", "line 3: the cell of 'worker' is blank");
        refused(b"task,worker,label\r\nt1,ann,cat\r\nt1,ben\r\n", "line 3: 2 cells where the header has 3");
        refused(b"task,worker,label\nt1,ann,cat,dog\n", "line 2: 4 cells");
        refused(b"task,worker,label\n\n\nt1,ann", "line 4: 2 cells");
        refused(b"task,worker,label\r\n\r\n\r\nt1,ann", "line 4: 2 cells");
        refused(b"task,worker,label\rt1,ann,cat\rt1,ann", "line 3: 2 cells");
        refused(
            b"task,worker,label\nt1,ann,\"two\nlines\"\nt2,ann,\xe9t\xe9\n",
            "line 4: these bytes are no UTF-8",
        );
        refused(b"\xff\xfet\0a\0", "line 1: these bytes are no UTF-8");
    }

    #[test]
    fn an_open_quote_does_not_swallow_the_file() {
        let mut text = b"task,worker,label\nt1,ann,\"cat\n".to_vec();
        (0..200_000).for_each(|task| text.extend(format!("t{task},ben,cat\n").bytes()));
        refused(&text, "line 2: the row is longer than 1024 KiB; is a quote left open?");
    }

    #[test]
    fn many_rows_are_no_long_row() {
        let mut text = "task,worker,label\n".to_owned();
        (0..200_000).for_each(|task| text += &format!("t{task},ben,cat\n"));
        assert_eq!(rows(text.as_bytes(), ANSWER_COLUMNS, |_| Ok::<_, String>(())).unwrap(), 200_000);
    }

    #[test]
    fn who_takes_may_refuse() {
        let text = "task,label\nt1,cat\nt1,dog\n";
        let mut taken = 0;
        let result = rows(text.as_bytes(), TRUTH_COLUMNS, |_| {
            taken += 1;
            if taken == 2 { Err("no") } else { Ok(()) }
        });
        assert_eq!(result.unwrap_err().to_string(), "line 3: no");
    }
}
