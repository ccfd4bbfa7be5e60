//! Which texts have which labels? Tables of texts, read row by row.
//!
//! ```text
//! text,label
//! "Where is my card?",card_arrival
//! ```
//!
//! The columns are found by name, in any order, beside any others; `category` and `intent` are read as `label`. Commas or
//! tabs stand between them. A text may be empty or of many lines; what is no UTF-8 is refused with its line.

use std::io::{self, BufRead, Read};

use csv::{ByteRecord, ErrorKind, ReaderBuilder, Trim};
use thiserror::Error;

/// Names under which the label is found.
const LABEL_NAMES: [&str; 3] = ["label", "category", "intent"];
const TEXT_NAMES: [&str; 1] = ["text"];

/// Why a table of texts cannot be read.
#[derive(Debug, Error)]
pub enum LabelledError {
    /// The input failed.
    #[error("{0}")]
    Io(#[from] io::Error),
    /// A column is missing.
    #[error("line 1: there is no column '{column}' among: {}; name the columns there", .found.join(", "))]
    NoColumn {
        /// The one it needs.
        column: &'static str,
        /// Those it has.
        found: Vec<String>,
    },
    /// A row has too many or too few cells.
    #[error(
        "line {line}: {cells} cells where the header has {columns}; put a text with a separator in it in quotes"
    )]
    Cells {
        /// Line of the row in the file, from 1.
        line: u64,
        /// How many it has.
        cells: u64,
        /// How many the header has.
        columns: u64,
    },
    /// Bytes that are no UTF-8.
    #[error("line {line}: these bytes are no UTF-8; save the table as UTF-8")]
    Encoding {
        /// Line of the row in the file, from 1.
        line: u64,
    },
    /// A label that says nothing.
    #[error("line {line}: the label is blank; fill it, or remove the row")]
    BlankLabel {
        /// Line of the row in the file, from 1.
        line: u64,
    },
}

/// Which columns are needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// Texts and labels.
    Labelled,
    /// Texts alone; a label is told as an empty one where there is none.
    Texts,
}

/// Hands each row's text and label to `take`; how many rows there were.
///
/// A row lives only while it is taken, so memory does not grow with the table.
///
/// # Errors
/// [`LabelledError`], with the line where it is one row's fault. Rows before it were taken.
pub fn rows(
    input: impl Read,
    wanted: Wanted,
    mut take: impl FnMut(&str, &str),
) -> Result<u64, LabelledError> {
    let mut input = io::BufReader::new(input);
    let (first, separator) = first_line(&mut input)?;
    let mut reader = ReaderBuilder::new()
        .delimiter(separator)
        .trim(Trim::Headers)
        .from_reader(first.as_slice().chain(input));
    let headers = reader.byte_headers().map_err(fault)?.clone();
    let text_at = place(&headers, &TEXT_NAMES)?;
    let label_at = match (place(&headers, &LABEL_NAMES), wanted) {
        (Ok(at), _) => Some(at),
        (Err(_), Wanted::Texts) => None,
        (Err(error), Wanted::Labelled) => return Err(error),
    };
    let mut row = ByteRecord::new();
    let mut count = 0;
    while reader.read_byte_record(&mut row).map_err(fault)? {
        let line = row.position().map_or(0, csv::Position::line);
        let cell = |at| {
            std::str::from_utf8(row.get(at).unwrap_or_default()).map_err(|_| LabelledError::Encoding { line })
        };
        let label = label_at.map_or(Ok(""), cell)?.trim();
        if label.is_empty() && wanted == Wanted::Labelled {
            return Err(LabelledError::BlankLabel { line });
        }
        take(cell(text_at)?, label);
        count += 1;
    }
    Ok(count)
}

/// The header line without a byte order mark, and what stands between its names.
fn first_line(input: &mut impl BufRead) -> Result<(Vec<u8>, u8), LabelledError> {
    /// No header is longer: beyond it this is no table.
    const LONGEST_BYTES: u64 = 64 << 10;
    let mut line = Vec::new();
    input.by_ref().take(LONGEST_BYTES).read_until(b'\n', &mut line)?;
    if line.starts_with(b"\xEF\xBB\xBF") {
        line.drain(..3);
    }
    let separator = if line.contains(&b'\t') { b'\t' } else { b',' };
    Ok((line, separator))
}

fn place(headers: &ByteRecord, names: &[&'static str]) -> Result<usize, LabelledError> {
    let is_named =
        |name: &str| headers.iter().position(|header| header.eq_ignore_ascii_case(name.as_bytes()));
    let found = || headers.iter().map(|header| String::from_utf8_lossy(header).into_owned()).collect();
    let at = names.iter().find_map(|name| is_named(name));
    at.ok_or_else(|| LabelledError::NoColumn { column: names[0], found: found() })
}

fn fault(error: csv::Error) -> LabelledError {
    let line = error.position().map_or(0, csv::Position::line);
    match error.into_kind() {
        ErrorKind::Io(error) => LabelledError::Io(error),
        ErrorKind::UnequalLengths { expected_len, len, .. } => {
            LabelledError::Cells { line, cells: len, columns: expected_len }
        }
        other => LabelledError::Io(io::Error::other(format!("{other:?}"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(table: &[u8], wanted: Wanted) -> Result<Vec<(String, String)>, String> {
        let mut all = Vec::new();
        let taken = rows(table, wanted, |text, label| all.push((text.to_owned(), label.to_owned())));
        taken.map(|_| all).map_err(|error| error.to_string())
    }

    #[test]
    fn quotes_marks_other_columns_and_other_names_are_understood() {
        let table = b"\xEF\xBB\xBFid,category,text\r\n1,a,\"one, two\nthree\"\r\n2,b,\r\n";
        let expected = vec![("one, two\nthree".to_owned(), "a".to_owned()), (String::new(), "b".to_owned())];
        assert_eq!(read(table, Wanted::Labelled), Ok(expected));
        let tabs = "text\tlabel\n开会\t工作\n".as_bytes();
        assert_eq!(read(tabs, Wanted::Labelled), Ok(vec![("开会".to_owned(), "工作".to_owned())]));
        assert_eq!(read(b"text\nhello\n", Wanted::Texts), Ok(vec![("hello".to_owned(), String::new())]));
    }

    #[test]
    fn faults_are_told_with_their_line() {
        let refused = |table: &[u8]| read(table, Wanted::Labelled).unwrap_err();
        assert!(refused(b"text,label\na,x\nb\xFF,y\n").starts_with("line 3: these bytes are no UTF-8"));
        assert!(refused(b"text,label\na,x\nb,c,y\n").starts_with("line 3: 3 cells where the header has 2"));
        assert!(refused(b"text,label\na, \n").starts_with("line 2: the label is blank"));
        assert!(
            refused(b"words,label\n").starts_with("line 1: there is no column 'text' among: words, label")
        );
        assert!(refused(b"text\na\n").contains("'label'"));
        assert!(refused(b"").contains("no column 'text'"));
    }
}
