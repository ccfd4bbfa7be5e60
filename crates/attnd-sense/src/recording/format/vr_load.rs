//! How loaded were people in a virtual supermarket? Eye recordings of the IER study: one recording a file, `eyes`.
//!
//! `SimonGeb/IER_2023` (MIT): 24 people, five conditions each. A row is one frame of the headset's eye tracker: a wall clock
//! without zone, how far each eye is open (0 to 1), and each pupil's diameter in mm, −1 where the tracker sees none. The
//! person is the folder's name, the condition the file's.

use std::collections::BTreeMap;

use attnd_core::problem::Words;
use attnd_core::recording::{Channel, Quantity, RecordingHead, RecordingSink, Stream};
use encoding_rs::WINDOWS_1252;
use jiff::tz::TimeZone;

use crate::recording::delimited::{self, Delimited, LineEnd, Number, Row};
use crate::recording::moment::Clock;
use crate::recording::parts::Parts;
use crate::recording::{ImportError, Problems, Recognised, RecordingReader, Source};

/// The reader.
pub const READER: &dyn RecordingReader = &VrLoad;

const NAME: &str = "vr-load";
const TIME: &str = "Timestamp";

/// Column, channel, what it is, unit and the range it can have.
const CHANNELS: [(&str, &str, Quantity, &str, [f64; 2]); 4] = [
    ("openness_L", "openness_left", Quantity::EyelidOpenness, "1", [0.0, 1.0]),
    ("openness_R", "openness_right", Quantity::EyelidOpenness, "1", [0.0, 1.0]),
    ("pupil_diameter_L(mm)", "pupil_left", Quantity::PupilDiameter, "mm", [0.0, 15.0]),
    ("pupil_diameter_R(mm)", "pupil_right", Quantity::PupilDiameter, "mm", [0.0, 15.0]),
];

/// What the instrument writes where it sees no pupil.
const NO_PUPIL: f64 = -1.0;

struct VrLoad;

impl RecordingReader for VrLoad {
    fn name(&self) -> &'static str {
        NAME
    }

    fn about(&self) -> Words {
        Words {
            en: "IER 2023, eyes in a virtual supermarket: a folder a person, a CSV file a condition",
            zh: "IER 2023 虚拟超市眼动数据：每人一个文件夹，每种条件一个 CSV 文件",
        }
    }

    fn recognises(&self, _path: &str, head: &[u8]) -> Recognised {
        let header = delimited::header(head, delimited::separator(head));
        let has = |name: &str| header.iter().any(|column| column.eq_ignore_ascii_case(name));
        let all = has(TIME) && CHANNELS.iter().all(|(name, ..)| has(name)) && !has("Blink");
        if all { Recognised::Here } else { Recognised::Foreign }
    }

    fn read(
        &self,
        source: &Source<'_>,
        mine: &[usize],
        sink: &mut dyn RecordingSink,
        problems: &mut Problems,
    ) -> Result<(), ImportError> {
        for index in mine {
            let entry = &source.entries()[*index];
            let mut parts = Parts::new(head(&entry.place));
            let outcome = rows(source, *index, &mut parts, sink, problems);
            if let Err(error) = outcome {
                match error {
                    Fault::Sink(error) => return Err(error.into()),
                    Fault::File(error) => {
                        problems.file(&entry.path, format!("breaks off: {error}; what came before is kept"))
                    }
                }
            }
            parts.end(sink, &entry.path, problems)?;
        }
        Ok(())
    }
}

#[derive(Debug, thiserror::Error)]
enum Fault {
    #[error(transparent)]
    File(#[from] std::io::Error),
    #[error(transparent)]
    Sink(#[from] attnd_core::recording::SinkError),
}

fn rows(
    source: &Source<'_>,
    index: usize,
    parts: &mut Parts,
    sink: &mut dyn RecordingSink,
    problems: &mut Problems,
) -> Result<(), Fault> {
    let file = source.entries()[index].path.as_str();
    let separator = delimited::separator(&source.head(index)?);
    let mut table = Delimited::open(source.open(index)?, separator, WINDOWS_1252)?;
    let (Some(time), [Some(a), Some(b), Some(c), Some(d)]) =
        (table.column(TIME), CHANNELS.map(|(name, ..)| table.column(name)))
    else {
        problems.file(file, "it lacks a column of the study and is left out");
        return Ok(());
    };
    let (columns, count) = ([a, b, c, d], table.header().len());
    let clock = Clock::Wall(TimeZone::UTC);
    while let Some(row) = table.next()? {
        let line = row.line;
        if row.end == LineEnd::Missing && row.len() < count {
            problems.line(file, line, "the file is cut here; the row is left out");
            continue;
        }
        let text = row.text(time);
        let Some(moment) = clock.read(&text) else {
            let shown: String = text.chars().take(40).collect();
            problems.line(file, line, format!("'{shown}' is no date and time; the row is left out"));
            continue;
        };
        let values = values(&row, columns, |reason| problems.line(file, line, reason));
        parts.row(sink, (file, line), moment, values, problems)?;
    }
    Ok(())
}

/// The row's values; NaN where the tracker saw nothing, or where the field is none.
fn values(row: &Row<'_>, columns: [usize; 4], mut wrong: impl FnMut(String)) -> [f64; 4] {
    let mut values = [f64::NAN; 4];
    for ((value, column), (name, .., [lowest, highest])) in values.iter_mut().zip(columns).zip(CHANNELS) {
        match row.number(column) {
            Number::Is(NO_PUPIL) | Number::Missing => {}
            Number::Is(number) if (lowest..=highest).contains(&number) => *value = number,
            _ => wrong(format!(
                "{name} is '{}', not from {lowest} to {highest}; taken as missing",
                row.text(column).chars().take(40).collect::<String>()
            )),
        }
    }
    values
}

/// Who and which condition, from `…/P1/Eyerecording_Test_Control.csv`.
fn head(place: &str) -> RecordingHead {
    let (folder, file) = place.rsplit_once('/').unwrap_or(("", place));
    let participant = match folder.rsplit('/').next() {
        Some(name) if !name.is_empty() => name,
        _ => "unknown",
    };
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    let condition = stem.strip_prefix("Eyerecording_Test_").unwrap_or(stem);
    let channels = CHANNELS.map(|(_, name, quantity, unit, _)| Channel {
        name: name.to_owned(),
        quantity,
        unit: unit.to_owned(),
    });
    RecordingHead {
        id: format!("{NAME}/{participant}/{condition}"),
        format: NAME.to_owned(),
        subject: participant.to_owned(),
        tags: BTreeMap::from([
            ("participant".to_owned(), participant.to_owned()),
            ("condition".to_owned(), condition.to_owned()),
            ("clock".to_owned(), "local".to_owned()),
        ]),
        streams: vec![Stream { name: "eyes".to_owned(), channels: channels.into(), nominal_rate_hz: None }],
    }
}

#[cfg(test)]
mod tests {
    use attnd_core::recording::{Collected, Recording};

    use crate::recording::{ImportOptions, ImportReport, InMemory, import};

    const HEAD: &str = "frame;Timestamp;openness_L;openness_R;pupil_diameter_L(mm);pupil_diameter_R(mm);\n";

    fn read(text: String) -> (Vec<Recording>, ImportReport) {
        let mut kept = Collected::default();
        let files = InMemory::new([
            ("raw/data/P7/Eyerecording_Test_Second_Task.csv", text),
            ("raw/data/P7/Eyerecording_Test_Second_Task.xlsx", "PK".to_owned()),
            ("raw/LICENSE.md", "MIT".to_owned()),
        ]);
        let report = import(ImportOptions::default(), &files, &mut kept, &mut |_| {}).unwrap();
        (kept.recordings, report)
    }

    #[test]
    fn a_file_is_a_recording_of_eyes() {
        let (recordings, report) = read(format!(
            "{HEAD}0;2022-12-16 12:51:15.2849;0.6809239;0.8504007;-1;-1;\n\
             1;2022-12-16 12:51:15.3379;1;1;4.373825;4.893509;\n\
             2;2022-12-16 12:51:15.3400;1;1;4.37"
        ));
        let [recording] = &recordings[..] else { panic!("one file, {} recordings", recordings.len()) };
        assert_eq!(recording.head.id, "vr-load/P7/Second_Task");
        assert_eq!(
            (recording.head.subject.as_str(), recording.head.tags["condition"].as_str()),
            ("P7", "Second_Task")
        );
        let eyes = &recording.streams[0];
        assert_eq!(eyes.times[1].to_string(), "2022-12-16T12:51:15.3379Z");
        assert_eq!(eyes.values[0], [0.680_923_9, 1.0]);
        assert!(eyes.values[2][0].is_nan());
        assert_eq!(eyes.values[3][1], 4.893_509);
        // The cut row and the spreadsheet.
        assert_eq!((report.problems.count, report.files_passed_over), (2, 2));
    }

    #[test]
    fn a_pupil_without_its_decimal_point_is_missing() {
        let (recordings, report) = read(format!(
            "{HEAD}0;2022-12-16 12:36:00.0128;1;1;4256241;4.5;\n1;2022-12-16 25:00:00;1;1;4;4;\n"
        ));
        let eyes = &recordings[0].streams[0];
        assert_eq!((eyes.times.len(), eyes.values[2][0].is_nan(), eyes.values[3][0]), (1, true, 4.5));
        assert_eq!(report.problems.count, 3);
    }
}
