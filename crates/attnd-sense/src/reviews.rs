//! Who reviewed which change, and when? A JSON object a line, read one by one.
//!
//! ```text
//! {"pr": 70, "t": 1403840184, "author": "ann", "reviewer": "bob", "title": "Mend it", "desc": "",
//!  "files": ["src/lib.rs", "old.rs => new.rs"], "nfiles": 2, "add": 9, "del": 3}
//! ```
//!
//! Lines are in order of time. Other fields are passed over, blank lines too.

use std::io::{self, BufRead};

use serde::Deserialize;
use thiserror::Error;

/// No line is longer; beyond it this is no list of reviews.
const LONGEST_BYTES: usize = 64 << 20;

/// One change and who reviewed it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Review {
    /// The running number of the change.
    #[serde(rename = "pr")]
    pub number: Option<u64>,
    /// When the review ended, in seconds since the Unix epoch.
    #[serde(rename = "t")]
    pub at_s: i64,
    /// Who made the change.
    pub author: String,
    /// Who reviewed it.
    pub reviewer: String,
    /// What it is called.
    #[serde(default)]
    pub title: String,
    /// What it says.
    #[serde(default, rename = "desc")]
    pub description: String,
    /// Files it changes; perhaps only some of them.
    #[serde(default)]
    pub files: Vec<String>,
    /// How many files it changes.
    #[serde(default, rename = "nfiles")]
    pub file_count: u32,
    /// Lines added.
    #[serde(default, rename = "add")]
    pub added_lines: u64,
    /// Lines removed.
    #[serde(default, rename = "del")]
    pub removed_lines: u64,
}

/// Why a list of reviews cannot be read.
#[derive(Debug, Error)]
pub enum ReviewError {
    /// The input failed.
    #[error("{0}")]
    Io(#[from] io::Error),
    /// Bytes that are no UTF-8.
    #[error("line {line}: these bytes are no UTF-8; save the file as UTF-8")]
    Encoding {
        /// Line in the file, from 1.
        line: u64,
    },
    /// Not one review.
    #[error("line {line}: {reason}; every line is one JSON object with t, author and reviewer")]
    Row {
        /// Line in the file, from 1.
        line: u64,
        /// What was found instead.
        reason: serde_json::Error,
    },
    /// A name that says nothing.
    #[error("line {line}: the {field} is blank; name who it was, or remove the line")]
    NoName {
        /// Line in the file, from 1.
        line: u64,
        /// Which name.
        field: &'static str,
    },
    /// A line of an earlier time than the one before it.
    #[error("line {line}: t is {at_s}, before {last_s} of the review above; sort the lines by t")]
    Backwards {
        /// Line in the file, from 1.
        line: u64,
        /// When it was.
        at_s: i64,
        /// When the one above was.
        last_s: i64,
    },
    /// A line without end.
    #[error("line {line}: longer than 64 MiB; is this a list of reviews, one JSON object a line?")]
    Endless {
        /// Line in the file, from 1.
        line: u64,
    },
}

/// Hands each review to `take`, in the order of the lines; how many there were.
///
/// # Errors
/// [`ReviewError`], with the line where it is one line's fault. Reviews before it were taken.
pub fn reviews(mut input: impl BufRead, mut take: impl FnMut(Review)) -> Result<u64, ReviewError> {
    let (mut bytes, mut line, mut count) = (Vec::new(), 0, 0);
    let mut last_s = i64::MIN;
    loop {
        bytes.clear();
        line += 1;
        let most = LONGEST_BYTES as u64 + 1;
        if io::Read::take(&mut input, most).read_until(b'\n', &mut bytes)? == 0 {
            return Ok(count);
        }
        if bytes.len() > LONGEST_BYTES {
            return Err(ReviewError::Endless { line });
        }
        let text = std::str::from_utf8(&bytes).map_err(|_| ReviewError::Encoding { line })?;
        let text = if line == 1 { text.trim_start_matches('\u{FEFF}') } else { text };
        if text.trim().is_empty() {
            continue;
        }
        let review: Review =
            serde_json::from_str(text).map_err(|reason| ReviewError::Row { line, reason })?;
        for (field, name) in [("author", &review.author), ("reviewer", &review.reviewer)] {
            if name.trim().is_empty() {
                return Err(ReviewError::NoName { line, field });
            }
        }
        if review.at_s < last_s {
            return Err(ReviewError::Backwards { line, at_s: review.at_s, last_s });
        }
        last_s = review.at_s;
        take(review);
        count += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &[u8]) -> Result<Vec<Review>, String> {
        let mut all = Vec::new();
        reviews(text, |review| all.push(review)).map(|_| all).map_err(|error| error.to_string())
    }

    #[test]
    fn reviews_are_read_line_by_line() {
        let text = "\u{FEFF}{\"pr\":7,\"t\":5,\"author\":\"ann\",\"reviewer\":\"bob\",\"title\":\"修复\",\"desc\":\"d\",\
                    \"files\":[\"a/b\"],\"nfiles\":3,\"add\":2,\"del\":1,\"more\":0}\r\n\n\
                    {\"t\":5,\"author\":\"ann\",\"reviewer\":\"ann\"}";
        let all = read(text.as_bytes()).unwrap();
        assert_eq!(all.len(), 2);
        assert_eq!((all[0].number, all[0].file_count, all[0].added_lines), (Some(7), 3, 2));
        assert_eq!((all[0].title.as_str(), all[1].number), ("修复", None));
        assert_eq!(read(b""), Ok(Vec::new()));
    }

    #[test]
    fn faults_are_told_with_their_line() {
        let good = "{\"t\":5,\"author\":\"ann\",\"reviewer\":\"bob\"}\n";
        let refused = |second: &[u8]| read(&[good.as_bytes(), second].concat()).unwrap_err();
        assert!(refused(b"\xFF\n").starts_with("line 2: these bytes are no UTF-8"));
        assert!(refused(b"{\"t\":6}").contains("line 2: missing field"));
        assert!(refused(b"[]").starts_with("line 2: "));
        assert!(
            refused(b"{\"t\":6,\"author\":\" \",\"reviewer\":\"b\"}")
                .starts_with("line 2: the author is blank")
        );
        assert!(refused(b"{\"t\":4,\"author\":\"a\",\"reviewer\":\"b\"}").contains("t is 4, before 5"));
    }
}
