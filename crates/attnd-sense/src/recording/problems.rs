//! What was passed over? A count of everything, and the first of it word for word.

use attnd_core::recording::ImportProblem;
use serde::Serialize;

/// Everything that was wrong with some files: all of it counted, the first told.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Problems {
    /// How many there were.
    pub count: u64,
    /// The first [`Self::TOLD`].
    pub first: Vec<ImportProblem>,
}

impl Problems {
    /// How many are told: a broken file of a gigabyte has a problem in each line.
    pub const TOLD: usize = 100;

    /// Something about a whole file.
    pub fn file(&mut self, file: &str, reason: impl Into<String>) {
        self.add(file, None, reason.into());
    }

    /// Something about one line, counted from 1.
    pub fn line(&mut self, file: &str, line: u64, reason: impl Into<String>) {
        self.add(file, Some(line), reason.into());
    }

    fn add(&mut self, file: &str, line: Option<u64>, reason: String) {
        self.count += 1;
        if self.first.len() < Self::TOLD {
            self.first.push(ImportProblem { file: file.to_owned(), line, reason });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_are_counted_and_the_first_told() {
        let mut problems = Problems::default();
        for line in 1..=250 {
            problems.line("a.csv", line, "no number");
        }
        assert_eq!((problems.count, problems.first.len()), (250, Problems::TOLD));
        assert_eq!(problems.first[99].line, Some(100));
    }
}
