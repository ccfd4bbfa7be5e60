//! What may the columns mean? A map told from a table's first rows, to be shown and corrected.

use attnd_core::recording::{Quantity, Scale};

use super::map::{RatingColumn, TableMap, TableMapError, TimeFormat, ValueColumn};
use crate::recording::delimited::{self, Delimited, Number};

/// Rows looked at.
const ROWS: usize = 50;

const TIMES: [&str; 12] = [
    "timestamp",
    "time",
    "datetime",
    "date_time",
    "start_time",
    "start",
    "unix_time",
    "unixtime",
    "epoch",
    "date",
    "t",
    "time_s",
];
const ENDS: [&str; 3] = ["end_time", "end", "until"];
const PEOPLE: [&str; 8] =
    ["person", "pid", "participant", "participant_id", "subject", "subject_id", "player", "user"];
const SESSIONS: [&str; 6] = ["session", "session_id", "condition", "trial", "run", "recording"];
/// Numbers that only count rows.
const COUNTERS: [&str; 6] = ["", "index", "frame", "id", "row", "sample"];

/// A word of a column's name, what it measures then and in what unit as a rule; the first that fits counts.
const QUANTITIES: &[(&[&str], Quantity, &str)] = &[
    (&["pupil"], Quantity::PupilDiameter, "mm"),
    (&["openness", "eyelid"], Quantity::EyelidOpenness, "1"),
    (&["gaze"], Quantity::GazeMovement, ""),
    (&["keypress", "key", "keys", "buttons", "keystrokes"], Quantity::KeyPresses, "1"),
    (&["click", "clicks"], Quantity::Clicks, "1"),
    (&["scroll"], Quantity::Scroll, ""),
    (&["mouse", "pointer", "cursor"], Quantity::PointerMovement, "px"),
    (&["rr", "ibi", "nn", "beat"], Quantity::BeatInterval, "ms"),
    (&["heart", "hr", "bpm", "heartrate"], Quantity::HeartRate, "bpm"),
    (&["gsr", "eda", "conductance"], Quantity::SkinConductance, ""),
    (&["temperature", "temp"], Quantity::SkinTemperature, "°C"),
    (&["spo2", "oxygen"], Quantity::OxygenSaturation, "%"),
    (&["emg", "muscle"], Quantity::MuscleActivity, ""),
    (&["theta", "alpha", "beta", "gamma", "delta"], Quantity::BandPower, ""),
];

/// A word of a column's name and the scale its answers are on.
const RATINGS: &[(&str, Scale)] = &[
    ("expected_concentration", Scale::EXPECTED_CONCENTRATION),
    ("concentration", Scale::CONCENTRATION),
    ("distraction", Scale::DISTRACTION),
    ("mental_load", Scale::MENTAL_LOAD),
    ("mental_demand", Scale::MENTAL_LOAD),
    ("tlx", Scale::RAW_TLX),
    ("kss", Scale::SLEEPINESS),
    ("sleepiness", Scale::SLEEPINESS),
];

/// What the columns of a table that begins with `head` may mean.
///
/// # Errors
/// [`TableMapError::NoTime`] or [`TableMapError::Empty`] when it is no table of times and numbers.
pub fn guess(head: &[u8]) -> Result<TableMap, TableMapError> {
    let separator = delimited::separator(head);
    let header = delimited::header(head, separator);
    let there = || header.join(", ").chars().take(400).collect();
    let rows = first_rows(head, separator, header.len());
    let named = |names: &[&str]| {
        names.iter().find_map(|name| header.iter().find(|column| plain(column) == **name)).cloned()
    };
    let time = named(&TIMES).filter(|column| {
        let place = header.iter().position(|name| name == column);
        place.is_some_and(|place| rows.iter().all(|row| format_of(&row[place]).is_some()))
    });
    let time = time.filter(|_| !rows.is_empty()).ok_or_else(|| TableMapError::NoTime { there: there() })?;
    let mut map = TableMap {
        time_format: header
            .iter()
            .position(|name| *name == time)
            .and_then(|place| format_of(&rows[0][place])),
        end: named(&ENDS),
        person: named(&PEOPLE),
        session: named(&SESSIONS),
        time,
        ..TableMap::default()
    };
    if map.time_format == Some(TimeFormat::SinceStart) {
        map.end = None;
    }
    let taken = [Some(&map.time), map.end.as_ref(), map.person.as_ref(), map.session.as_ref()];
    let taken: Vec<String> = taken.into_iter().flatten().cloned().collect();
    for (place, column) in header.iter().enumerate().filter(|(_, column)| !taken.contains(column)) {
        let fields = rows.iter().map(|row| row[place].as_str());
        add_column(&mut map, column, fields);
    }
    if map.values.is_empty() && map.ratings.is_empty() { Err(TableMapError::Empty) } else { Ok(map) }
}

/// A column of answers or of numbers, if it is one.
fn add_column<'a>(map: &mut TableMap, column: &str, fields: impl Iterator<Item = &'a str>) {
    let name = plain(column);
    if COUNTERS.contains(&name.as_str()) {
        return;
    }
    let numbers: Vec<Number> = fields.map(delimited::number).collect();
    let some = numbers.iter().any(|number| matches!(number, Number::Is(_)));
    if !some || numbers.contains(&Number::Not) {
        return;
    }
    let answers = RATINGS.iter().find(|(word, _)| name.contains(word)).filter(|(_, scale)| {
        numbers.iter().all(|number| match number {
            Number::Is(value) => {
                value.fract() == 0.0 && (f64::from(scale.lowest)..=f64::from(scale.highest)).contains(value)
            }
            _ => true,
        })
    });
    if let Some((_, scale)) = answers.filter(|(_, scale)| !map.ratings.contains_key(&*scale.name)) {
        let rating = RatingColumn { column: column.to_owned(), lowest: None, highest: None };
        map.ratings.insert(scale.name.to_string(), rating);
        return;
    }
    let quantity = quantity_of(&name);
    let unit = unit_of(column, &quantity);
    // Eye trackers write -1 where they see no pupil; no pupil is that wide.
    let missing = if quantity == Quantity::PupilDiameter { vec![-1.0] } else { Vec::new() };
    map.values.insert(name, ValueColumn { column: column.to_owned(), quantity, unit, missing });
}

/// What a column of this name may measure.
pub(super) fn quantity_of(name: &str) -> Quantity {
    let name = plain(name);
    let words: Vec<&str> = name.split(['_', '/', '.', ' ', '-']).collect();
    let fits = |known: &&(&[&str], Quantity, &str)| known.0.iter().any(|word| words.contains(word));
    QUANTITIES.iter().find(fits).map_or(Quantity::Other, |(_, quantity, _)| quantity.clone())
}

/// The unit in a column's brackets, or the quantity's usual one.
pub(super) fn unit_of(column: &str, quantity: &Quantity) -> String {
    let bracketed = [('(', ')'), ('[', ']')].into_iter().find_map(|(open, close)| {
        let (_, rest) = column.split_once(open)?;
        Some(rest.split_once(close)?.0.trim().to_owned())
    });
    let usual =
        || QUANTITIES.iter().find(|(_, known, _)| known == quantity).map(|(.., unit)| (*unit).to_owned());
    bracketed.or_else(usual).unwrap_or_default()
}

/// A column's name in small letters, without its unit, words joined by `_`.
fn plain(column: &str) -> String {
    let name = column.split(['(', '[']).next().unwrap_or_default().trim().to_lowercase();
    name.replace(' ', "_")
}

/// How a time is written; `None` where it is none.
pub(super) fn format_of(text: &str) -> Option<TimeFormat> {
    let Number::Is(number) = delimited::number(text) else {
        let date = crate::recording::moment::Clock::Wall(jiff::tz::TimeZone::UTC).read(text);
        return date.map(|_| TimeFormat::Date);
    };
    // Unix times from 1973 to 5138, by their number of digits; what is smaller counts from a start.
    Some(match number {
        1e17..1e20 => TimeFormat::UnixNs,
        1e14..1e17 => TimeFormat::UnixUs,
        1e11..1e14 => TimeFormat::UnixMs,
        1e8..1e11 => TimeFormat::UnixS,
        0.0..1e8 => TimeFormat::SinceStart,
        _ => return None,
    })
}

fn first_rows(head: &[u8], separator: u8, columns: usize) -> Vec<Vec<String>> {
    let mut rows = Vec::new();
    let Ok(mut table) = Delimited::open(Box::new(head), separator, encoding_rs::WINDOWS_1252) else {
        return rows;
    };
    while let Ok(Some(row)) = table.next() {
        // The head ends anywhere; a row that may be cut says nothing.
        if rows.len() == ROWS || (row.end == delimited::LineEnd::Missing && !rows.is_empty()) {
            break;
        }
        rows.push((0..columns).map(|column| row.text(column).into_owned()).collect());
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_of_eyes_explains_itself() {
        let map = guess(
            b"frame;Timestamp;openness_L;pupil_diameter_L(mm);note;\n0;2022-12-16 12:51:15.2849;0,68;-1;a;\n",
        )
        .unwrap();
        assert_eq!((map.time.as_str(), map.time_format), ("Timestamp", Some(TimeFormat::Date)));
        let found: Vec<_> = map
            .values
            .iter()
            .map(|(name, value)| (name.as_str(), &value.quantity, value.unit.as_str()))
            .collect();
        assert_eq!(
            found,
            [
                ("openness_l", &Quantity::EyelidOpenness, "1"),
                ("pupil_diameter_l", &Quantity::PupilDiameter, "mm")
            ]
        );
        assert_eq!(map.values["pupil_diameter_l"].missing, [-1.0]);
    }

    #[test]
    fn times_are_told_by_their_digits() {
        for (text, format) in [
            ("1557195170", TimeFormat::UnixS),
            ("1557195170.5", TimeFormat::UnixS),
            ("1557195170024", TimeFormat::UnixMs),
            ("1557195170024000", TimeFormat::UnixUs),
            ("1557195170024000000", TimeFormat::UnixNs),
            ("12.5", TimeFormat::SinceStart),
            ("2024-01-01T00:00:00+01:00", TimeFormat::Date),
        ] {
            assert_eq!(format_of(text), Some(format), "{text}");
        }
        assert_eq!((format_of("-3"), format_of("noon"), format_of("")), (None, None, None));
    }

    #[test]
    fn answers_and_people_are_seen_and_words_are_not_numbers() {
        let map =
            guess(b"pid,start,end,concentration,mood,hr\np1,1557195170,1557195180,4,fine,70\n").unwrap();
        assert_eq!((map.person.as_deref(), map.end.as_deref()), (Some("pid"), Some("end")));
        assert_eq!(map.ratings["concentration"].column, "concentration");
        assert_eq!(map.values.keys().collect::<Vec<_>>(), ["hr"]);
        assert_eq!(map.values["hr"].quantity, Quantity::HeartRate);
        assert!(matches!(guess(b"a,b\n1,2\n"), Err(TableMapError::NoTime { .. })));
        assert_eq!(guess(b"time,word\n12,a\n"), Err(TableMapError::Empty));
        assert!(guess(b"").is_err());
    }
}
