//! Which rows has a delimited file? Any separator, quotes, line ends and encoding, one bounded row at a time.

use std::borrow::Cow;
use std::cell::Cell;
use std::io::{self, Read};
use std::rc::Rc;

use csv::{ByteRecord, ReaderBuilder};
use encoding_rs::Encoding;

use super::text::Text;

/// No row is longer: beyond it a quote was left open, or it is no table.
const MAX_ROW_BYTES: u64 = 1 << 20;
const SEPARATORS: [u8; 4] = *b";\t,|";

/// Words for "nothing was measured".
const MISSING: [&str; 9] = ["", "nan", "na", "n/a", "null", "none", "-", "inf", "-inf"];

/// A table that is read row by row.
pub(super) struct Delimited<'a> {
    reader: csv::Reader<Limited<Text<Box<dyn Read + 'a>>>>,
    seen: Rc<Seen>,
    header: Vec<String>,
    row: ByteRecord,
}

/// One row.
pub(super) struct Row<'a> {
    record: &'a ByteRecord,
    /// Its line in the file, from 1.
    pub(super) line: u64,
    /// Whether its line ends.
    pub(super) end: LineEnd,
}

/// How a row ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LineEnd {
    /// With a line end.
    Ended,
    /// With the file: it may have been cut.
    Missing,
}

/// What a field says as a number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Number {
    /// This.
    Is(f64),
    /// That nothing was measured.
    Missing,
    /// No number at all.
    Not,
}

/// What passed through so far, and how much may until the next row.
struct Seen {
    bytes: Cell<u64>,
    last: Cell<u8>,
    limit: Cell<u64>,
}

/// Bounds what is read for one row, and makes every line end a line feed, so that lines can be counted.
struct Limited<R> {
    inner: R,
    seen: Rc<Seen>,
    /// The byte before, as it was read.
    before: u8,
}

impl<R> Limited<R> {
    /// Line ends as line feeds, in place; how many bytes are left.
    fn feed_lines(&mut self, buffer: &mut [u8]) -> usize {
        let mut kept = 0;
        for place in 0..buffer.len() {
            let (byte, before) = (buffer[place], self.before);
            self.before = byte;
            if byte == b'\n' && before == b'\r' {
                continue;
            }
            buffer[kept] = if byte == b'\r' { b'\n' } else { byte };
            kept += 1;
        }
        kept
    }
}

impl<R: Read> Read for Limited<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.seen.bytes.get() > self.seen.limit.get() {
            return Err(io::Error::new(
                io::ErrorKind::InvalidData,
                format!("a row is longer than {} KiB; is a quote left open?", MAX_ROW_BYTES >> 10),
            ));
        }
        loop {
            let read = self.inner.read(buffer)?;
            let count = self.feed_lines(&mut buffer[..read]);
            if let Some(last) = buffer[..count].last() {
                self.seen.last.set(*last);
            }
            self.seen.bytes.set(self.seen.bytes.get() + count as u64);
            // The line feed of a carriage return alone is not the end.
            if count > 0 || read == 0 {
                return Ok(count);
            }
        }
    }
}

impl<'a> Delimited<'a> {
    /// Reads the first row as the names of the columns, separated by `separator`.
    ///
    /// # Errors
    /// Of the input, or a first row beyond all bounds.
    pub(super) fn open(
        input: Box<dyn Read + 'a>,
        separator: u8,
        legacy: &'static Encoding,
    ) -> io::Result<Self> {
        let seen =
            Rc::new(Seen { bytes: Cell::new(0), last: Cell::new(b'\n'), limit: Cell::new(MAX_ROW_BYTES) });
        let input = Limited { inner: Text::new(input, legacy), seen: Rc::clone(&seen), before: 0 };
        let mut reader = ReaderBuilder::new()
            .delimiter(separator)
            .has_headers(false)
            .flexible(true)
            .buffer_capacity(64 << 10)
            .from_reader(input);
        let mut row = ByteRecord::new();
        reader.read_byte_record(&mut row).map_err(into_io)?;
        let header = row.iter().map(|name| name_of(&String::from_utf8_lossy(name))).collect();
        Ok(Self { reader, seen, header, row })
    }

    /// The names of the columns, without spaces around them.
    pub(super) fn header(&self) -> &[String] {
        &self.header
    }

    /// Which column has this name, letter case aside.
    pub(super) fn column(&self, name: &str) -> Option<usize> {
        let exact = self.header.iter().position(|column| column == name);
        exact.or_else(|| self.header.iter().position(|column| column.eq_ignore_ascii_case(name)))
    }

    /// The next row; `None` after the last.
    ///
    /// # Errors
    /// Of the input, or a row beyond all bounds.
    pub(super) fn next(&mut self) -> io::Result<Option<Row<'_>>> {
        self.seen.limit.set(self.seen.bytes.get() + MAX_ROW_BYTES);
        if !self.reader.read_byte_record(&mut self.row).map_err(into_io)? {
            return Ok(None);
        }
        let at_end = self.reader.position().byte() == self.seen.bytes.get();
        let end = if !at_end || self.seen.last.get() == b'\n' { LineEnd::Ended } else { LineEnd::Missing };
        // The reader stands behind the row; blank lines before it count, line ends within quotes too.
        let lines_within = self.row.as_slice().iter().filter(|byte| **byte == b'\n').count() as u64;
        let lines_behind = lines_within + u64::from(end == LineEnd::Ended);
        let line = self.reader.position().line().saturating_sub(lines_behind);
        Ok(Some(Row { record: &self.row, line, end }))
    }
}

impl Row<'_> {
    /// How many fields it has.
    pub(super) fn len(&self) -> usize {
        self.record.len()
    }

    /// A field, without spaces around it; empty where the row is too short.
    pub(super) fn text(&self, column: usize) -> Cow<'_, str> {
        match String::from_utf8_lossy(self.record.get(column).unwrap_or_default()) {
            Cow::Borrowed(text) => Cow::Borrowed(text.trim()),
            Cow::Owned(text) => Cow::Owned(text.trim().to_owned()),
        }
    }

    /// A field as a number.
    pub(super) fn number(&self, column: usize) -> Number {
        number(&self.text(column))
    }

    /// A field as a whole number; `None` where it is none.
    pub(super) fn whole(&self, column: usize) -> Option<i64> {
        match self.text(column).parse() {
            Ok(number) => Some(number),
            // Spreadsheets write `4.0`.
            Err(_) => match self.number(column) {
                Number::Is(value) if value.fract() == 0.0 && value.abs() < 9e15 => Some(value as i64),
                _ => None,
            },
        }
    }
}

/// A number with a decimal point or, as half of Europe writes it, a decimal comma.
pub(super) fn number(text: &str) -> Number {
    if MISSING.iter().any(|missing| text.eq_ignore_ascii_case(missing)) {
        return Number::Missing;
    }
    let parsed = match text.parse::<f64>() {
        Err(_) if text.matches(',').count() == 1 && !text.contains('.') => text.replace(',', ".").parse(),
        parsed => parsed,
    };
    match parsed {
        Ok(value) if value.is_finite() => Number::Is(value),
        Ok(_) => Number::Missing,
        Err(_) => Number::Not,
    }
}

/// What separates the columns of a table that begins so: what splits its first line most often and its second alike.
pub(super) fn separator(head: &[u8]) -> u8 {
    let text = without_mark(head);
    let mut lines = text.split(|byte| matches!(byte, b'\n' | b'\r')).filter(|line| !line.is_empty());
    let (first, second) = (lines.next().unwrap_or_default(), lines.next());
    let score = |separator: u8| {
        let count = fields(first, separator);
        let alike = second.is_some_and(|second| fields(second, separator) == count);
        (count > 0, alike, count)
    };
    let best = SEPARATORS.into_iter().rev().max_by_key(|separator| score(*separator));
    best.filter(|separator| score(*separator).0).unwrap_or(b',')
}

/// The names of the columns of a table that begins so.
pub(super) fn header(head: &[u8], separator: u8) -> Vec<String> {
    let text = without_mark(head);
    let line = text.split(|byte| matches!(byte, b'\n' | b'\r')).next().unwrap_or_default();
    let mut reader =
        ReaderBuilder::new().delimiter(separator).has_headers(false).flexible(true).from_reader(line);
    let mut row = ByteRecord::new();
    match reader.read_byte_record(&mut row) {
        Ok(true) => row.iter().map(|name| name_of(&String::from_utf8_lossy(name))).collect(),
        _ => Vec::new(),
    }
}

fn name_of(text: &str) -> String {
    text.trim().trim_start_matches('\u{feff}').to_owned()
}

fn without_mark(head: &[u8]) -> Cow<'_, [u8]> {
    match Encoding::for_bom(head) {
        Some((encoding, mark_bytes)) if encoding != encoding_rs::UTF_8 => {
            let (text, _, _) = encoding.decode(&head[mark_bytes..]);
            Cow::Owned(text.into_owned().into_bytes())
        }
        Some((_, mark_bytes)) => Cow::Borrowed(&head[mark_bytes..]),
        None => Cow::Borrowed(head),
    }
}

/// How often a separator stands outside quotes.
fn fields(line: &[u8], separator: u8) -> usize {
    let mut quoted = false;
    line.iter()
        .filter(|byte| {
            quoted ^= **byte == b'"';
            !quoted && **byte == separator
        })
        .count()
}

fn into_io(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        kind => io::Error::new(io::ErrorKind::InvalidData, format!("{kind:?}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str) -> Vec<(u64, Vec<String>, LineEnd)> {
        let separator = separator(text.as_bytes());
        let mut table =
            Delimited::open(Box::new(text.as_bytes()), separator, encoding_rs::WINDOWS_1252).unwrap();
        let mut rows = Vec::new();
        while let Some(row) = table.next().unwrap() {
            let fields = (0..row.len()).map(|column| row.text(column).into_owned()).collect();
            rows.push((row.line, fields, row.end));
        }
        rows
    }

    #[test]
    fn separators_are_found_and_quotes_respected() {
        for (text, expected) in [
            ("a,b\n1,2\n", b','),
            ("a;b,c;d\n1;2,5;3\n", b';'),
            ("\u{feff}a\tb\n1\t2\n", b'\t'),
            ("\"a;b;c\",d\n1,2\n", b','),
            ("alone\n1\n", b','),
        ] {
            assert_eq!(separator(text.as_bytes()), expected, "{text}");
        }
        assert_eq!(rows("a,b\r\n\"x, y\",2 \r\n")[0].1, ["x, y", "2"]);
    }

    #[test]
    fn a_line_that_does_not_end_is_told() {
        let ends = |text: &str| rows(text).into_iter().map(|row| row.2).collect::<Vec<_>>();
        assert_eq!(ends("a,b\n1,2\n3,4"), [LineEnd::Ended, LineEnd::Missing]);
        assert_eq!(ends("a,b\n1,2\n3,4\n"), [LineEnd::Ended, LineEnd::Ended]);
        let lines: Vec<u64> = rows("a,b\n\n1,2\n\"x\ny\",4\n5,6\n").into_iter().map(|row| row.0).collect();
        assert_eq!(lines, [3, 4, 6]);
        let returns: Vec<u64> = rows("a,b\r\n\r\n1,2\r\n5,6").into_iter().map(|row| row.0).collect();
        assert_eq!(returns, [3, 4]);
    }

    #[test]
    fn numbers_are_read_as_people_write_them() {
        assert_eq!(number("4.5"), Number::Is(4.5));
        assert_eq!(number("4,5"), Number::Is(4.5));
        assert_eq!(number("-1e3"), Number::Is(-1000.0));
        for missing in ["", "NaN", "null", "NA", "inf", "1e999"] {
            assert_eq!(number(missing), Number::Missing, "{missing}");
        }
        for not in ["four", "1,234,567", "1.234,5", "0x10"] {
            assert_eq!(number(not), Number::Not, "{not}");
        }
    }

    #[test]
    fn an_open_quote_does_not_swallow_the_memory() {
        let endless = std::io::repeat(b'x').take(1 << 30);
        let input = Box::new(b"a,b\n1,\"".chain(endless));
        let mut table = Delimited::open(input, b',', encoding_rs::WINDOWS_1252).unwrap();
        assert_eq!(table.next().err().map(|error| error.kind()), Some(io::ErrorKind::InvalidData));
    }
}
