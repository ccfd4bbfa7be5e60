//! What does a table say whose columns somebody explained? Plain CSV with a column map, or with a guessed one.

mod guess;
mod map;
mod plan;
mod words;

use std::collections::BTreeMap;

use attnd_core::problem::Words;
use attnd_core::recording::{Rating, RecordingSink, SinkError};
use attnd_core::{TimeRange, Timestamp};

use crate::recording::delimited::{LineEnd, Number, Row};
use crate::recording::parts::Parts;
use crate::recording::{ImportError, Problems, Recognised, RecordingReader, Source};

pub use guess::guess;
pub use map::{RatingColumn, TableMap, TableMapError, TimeFormat, ValueColumn};
use plan::Plan;

/// The reader's name.
pub const NAME: &str = "csv";

/// The reader.
pub const READER: &dyn RecordingReader = &Table;

/// People and sessions whose rows are mixed cost one reading of the file each.
const MAX_MIXED: usize = 1_000;

struct Table;

impl RecordingReader for Table {
    fn name(&self) -> &'static str {
        NAME
    }

    fn about(&self) -> Words {
        Words {
            en: "any table with a time column: separators , ; tab, a column map by '--map' or guessed",
            zh: "任何带时间列的表格：分隔符 , ; 制表符，列含义由 --map 指定或自动推测",
        }
    }

    fn recognises(&self, path: &str, head: &[u8]) -> Recognised {
        let extension = path.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase());
        let named = matches!(extension.as_deref(), Some("csv" | "tsv" | "txt"));
        if named && guess(head).is_ok() { Recognised::Here } else { Recognised::Foreign }
    }

    fn read(
        &self,
        source: &Source<'_>,
        mine: &[usize],
        sink: &mut dyn RecordingSink,
        problems: &mut Problems,
    ) -> Result<(), ImportError> {
        for index in mine {
            let file = &source.entries()[*index].path;
            let map = match source.head(*index) {
                Ok(head) => guess(&head),
                Err(error) => {
                    problems.file(file, format!("cannot be read and is left out: {error}"));
                    continue;
                }
            };
            let map = map.map_err(|reason| ImportError::Columns { file: file.clone(), reason })?;
            read_file(&map, source, *index, sink, problems)?;
        }
        Ok(())
    }
}

/// Reads files whose columns `map` explains.
///
/// # Errors
/// [`ImportError`] when the map does not fit the columns, or the sink refuses.
pub fn read_mapped(
    map: &TableMap,
    source: &Source<'_>,
    mine: &[usize],
    sink: &mut dyn RecordingSink,
    problems: &mut Problems,
) -> Result<(), ImportError> {
    mine.iter().try_for_each(|index| read_file(map, source, *index, sink, problems))
}

/// Whose row and of which session.
type Group = (String, String);

fn read_file(
    map: &TableMap,
    source: &Source<'_>,
    index: usize,
    sink: &mut dyn RecordingSink,
    problems: &mut Problems,
) -> Result<(), ImportError> {
    let file = source.entries()[index].path.clone();
    let plan = match Plan::of(map, source, index) {
        Ok(plan) => plan,
        Err(plan::Fault::Map(reason)) => return Err(ImportError::Columns { file, reason }),
        Err(plan::Fault::File(error)) => {
            problems.file(&file, format!("cannot be read and is left out: {error}"));
            return Ok(());
        }
    };
    let pass = Pass { plan: &plan, source, index, file: &file };
    match pass.order() {
        Order::Together => pass.read(None, sink, problems)?,
        Order::Mixed(groups) => {
            if groups.len() > MAX_MIXED {
                let reason = format!(
                    "rows of {} people or sessions are mixed; the first {MAX_MIXED} are read. Sort it first",
                    groups.len()
                );
                problems.file(&file, reason);
            }
            // The rows' own problems are told once, with the first group.
            let mut told = Problems::default();
            for (number, group) in groups.keys().take(MAX_MIXED).enumerate() {
                let problems = if number == 0 { &mut *problems } else { &mut told };
                pass.read(Some(group), sink, problems)?;
            }
        }
    }
    Ok(())
}

/// How rows of people and sessions lie.
enum Order {
    /// Each one's together.
    Together,
    /// Mixed.
    Mixed(BTreeMap<Group, ()>),
}

struct Pass<'a, 'files> {
    plan: &'a Plan,
    source: &'a Source<'files>,
    index: usize,
    file: &'a str,
}

impl Pass<'_, '_> {
    /// Looks through a file for people and sessions that come again after others.
    fn order(&self) -> Order {
        let mut groups = BTreeMap::new();
        if !self.plan.has_groups() {
            return Order::Together;
        }
        let (mut last, mut mixed) = (None, false);
        // A fault is told when the rows are read.
        let Ok(mut table) = self.plan.open(self.source, self.index) else { return Order::Together };
        while let Ok(Some(row)) = table.next() {
            let group = self.plan.group(&row);
            if last.as_ref() != Some(&group) {
                mixed |= groups.insert(group.clone(), ()).is_some();
                last = Some(group);
            }
            if groups.len() > MAX_MIXED && mixed {
                break;
            }
        }
        if mixed { Order::Mixed(groups) } else { Order::Together }
    }

    /// Reads the rows of one group, or all, as recordings one after another.
    fn read(
        &self,
        only: Option<&Group>,
        sink: &mut dyn RecordingSink,
        problems: &mut Problems,
    ) -> Result<(), ImportError> {
        let mut open: Option<(Group, Parts)> = None;
        if let Err(fault) = self.rows(only, &mut open, sink, problems) {
            match fault {
                Fault::Sink(error) => return Err(error.into()),
                Fault::File(error) => {
                    problems.file(self.file, format!("breaks off: {error}; what came before is kept"));
                }
            }
        }
        match open {
            Some((_, parts)) => Ok(parts.end(sink, self.file, problems)?),
            None => Ok(()),
        }
    }

    fn rows(
        &self,
        only: Option<&Group>,
        open: &mut Option<(Group, Parts)>,
        sink: &mut dyn RecordingSink,
        problems: &mut Problems,
    ) -> Result<(), Fault> {
        let mut table = self.plan.open(self.source, self.index)?;
        while let Some(row) = table.next()? {
            let group = self.plan.group(&row);
            if only.is_some_and(|only| *only != group) {
                continue;
            }
            let (Some(time), Some(about)) = self.times(&row, problems) else { continue };
            let parts = match open.take() {
                Some((current, parts)) if current == group => parts,
                other => {
                    if let Some((_, parts)) = other {
                        parts.end(sink, self.file, problems)?;
                    }
                    Parts::new(self.plan.head(self.file, &group))
                }
            };
            let (_, parts) = open.insert((group, parts));
            if self.plan.has_stream() {
                let values = self.values(&row, problems);
                parts.row(sink, (self.file, row.line), time, values, problems)?;
            }
            for rating in self.ratings(&row, about, problems) {
                parts.rating(sink, rating)?;
            }
        }
        Ok(())
    }

    /// When a row is and which time its answers are about; told where it is unknown.
    fn times(&self, row: &Row<'_>, problems: &mut Problems) -> (Option<Timestamp>, Option<TimeRange>) {
        if row.end == LineEnd::Missing && row.len() < self.plan.columns {
            problems.line(self.file, row.line, "the file is cut here; the row is left out");
            return (None, None);
        }
        let Some(time) = self.plan.clock.read(&row.text(self.plan.time)) else {
            let text: String = row.text(self.plan.time).chars().take(40).collect();
            problems.line(
                self.file,
                row.line,
                format!("'{text}' is no time as the map says; the row is left out"),
            );
            return (None, None);
        };
        let end = self.plan.end.map(|column| self.plan.clock.read(&row.text(column)));
        let about = match end {
            None => TimeRange::from(time, attnd_core::Duration::ZERO),
            Some(end) => end.and_then(|end| TimeRange::new(time, end).ok()).unwrap_or_else(|| {
                problems.line(self.file, row.line, "it has no end after its start; it is taken as a moment");
                TimeRange::from(time, attnd_core::Duration::ZERO)
            }),
        };
        (Some(time), Some(about))
    }

    fn values(&self, row: &Row<'_>, problems: &mut Problems) -> Vec<f64> {
        let mut values = Vec::with_capacity(self.plan.values.len());
        for value in &self.plan.values {
            values.push(match row.number(value.column) {
                Number::Is(number) if value.missing.contains(&number) => f64::NAN,
                Number::Is(number) => number,
                Number::Missing => f64::NAN,
                Number::Not => {
                    let text: String = row.text(value.column).chars().take(40).collect();
                    let reason = format!("{}: '{text}' is no number; taken as missing", value.channel.name);
                    problems.line(self.file, row.line, reason);
                    f64::NAN
                }
            });
        }
        values
    }

    fn ratings(&self, row: &Row<'_>, about: TimeRange, problems: &mut Problems) -> Vec<Rating> {
        let mut ratings = Vec::new();
        for (column, scale) in &self.plan.ratings {
            let text = row.text(*column);
            if row.number(*column) == Number::Missing {
                continue;
            }
            let value = row.whole(*column).and_then(|value| i32::try_from(value).ok());
            match value.filter(|value| (scale.lowest..=scale.highest).contains(value)) {
                Some(value) => ratings.push(Rating {
                    scale: scale.clone(),
                    value,
                    about,
                    answered: about.end(),
                    context: self.plan.context(row),
                }),
                None => {
                    let text: String = text.chars().take(40).collect();
                    let (name, lowest, highest) = (&scale.name, scale.lowest, scale.highest);
                    let reason = format!(
                        "{name}: '{text}' is no whole number from {lowest} to {highest}; this answer is left out"
                    );
                    problems.line(self.file, row.line, reason);
                }
            }
        }
        ratings
    }
}

#[derive(Debug, thiserror::Error)]
enum Fault {
    #[error(transparent)]
    File(#[from] std::io::Error),
    #[error(transparent)]
    Sink(#[from] SinkError),
}

#[cfg(test)]
mod tests;
