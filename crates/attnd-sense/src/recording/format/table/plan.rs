//! Where in this file is what the map names? A map fitted to a table's columns.

use std::collections::BTreeMap;
use std::io;

use attnd_core::Timestamp;
use attnd_core::recording::{Channel, RecordingHead, Scale, Stream};
use encoding_rs::{Encoding, WINDOWS_1252};
use jiff::tz::TimeZone;

use super::guess::format_of;
use super::map::{TableMap, TableMapError, TimeFormat};
use super::{Group, NAME};
use crate::recording::Source;
use crate::recording::delimited::{self, Delimited, Row};
use crate::recording::moment::Clock;

/// A map with its columns found.
pub(super) struct Plan {
    pub(super) columns: usize,
    pub(super) clock: Clock,
    pub(super) time: usize,
    pub(super) end: Option<usize>,
    pub(super) values: Vec<Value>,
    pub(super) ratings: Vec<(usize, Scale)>,
    contexts: Vec<(String, usize)>,
    person: Option<usize>,
    session: Option<usize>,
    separator: u8,
    encoding: &'static Encoding,
    /// What `clock` the head says, where times are no moments of the world.
    clock_tag: Option<&'static str>,
}

/// A column of values.
pub(super) struct Value {
    pub(super) column: usize,
    pub(super) channel: Channel,
    pub(super) missing: Vec<f64>,
}

/// Why there is no plan.
#[derive(Debug, thiserror::Error)]
pub(super) enum Fault {
    #[error(transparent)]
    Map(#[from] TableMapError),
    #[error(transparent)]
    File(#[from] io::Error),
}

impl Plan {
    pub(super) fn of(map: &TableMap, source: &Source<'_>, index: usize) -> Result<Self, Fault> {
        let separator = match map.separator {
            Some(separator) => u8::try_from(separator)
                .ok()
                .filter(u8::is_ascii)
                .ok_or(TableMapError::Unknown { what: "the separator", value: separator.to_string() })?,
            None => delimited::separator(&source.head(index)?),
        };
        let encoding = match &map.encoding {
            None => WINDOWS_1252,
            Some(label) => Encoding::for_label(label.as_bytes())
                .ok_or_else(|| TableMapError::Unknown { what: "the encoding", value: label.clone() })?,
        };
        let mut table = Delimited::open(source.open(index)?, separator, encoding)?;
        let column = |name: &str| {
            table.column(name).ok_or_else(|| TableMapError::NoColumn {
                column: name.to_owned(),
                there: table.header().join(", ").chars().take(400).collect(),
            })
        };
        let optional = |name: &Option<String>| name.as_deref().map(column).transpose();
        if map.time.is_empty() {
            let there = table.header().join(", ").chars().take(400).collect();
            return Err(TableMapError::NoTime { there }.into());
        }
        let time = column(&map.time)?;
        let (end, person, session) = (optional(&map.end)?, optional(&map.person)?, optional(&map.session)?);
        let mut values = Vec::new();
        for (name, value) in &map.values {
            let channel =
                Channel { name: name.clone(), quantity: value.quantity.clone(), unit: value.unit.clone() };
            values.push(Value { column: column(&value.column)?, channel, missing: value.missing.clone() });
        }
        let mut ratings = Vec::new();
        for (name, rating) in &map.ratings {
            ratings.push((column(&rating.column)?, rating.scale(name)?));
        }
        let mut contexts = Vec::new();
        for (name, context) in &map.context {
            contexts.push((name.clone(), column(context)?));
        }
        if values.is_empty() && ratings.is_empty() {
            return Err(TableMapError::Empty.into());
        }
        let columns = table.header().len();
        let first = table.next()?.map(|row| row.text(time).into_owned()).unwrap_or_default();
        let (clock, clock_tag) = clock(map, &first)?;
        Ok(Self {
            columns,
            clock,
            time,
            end,
            values,
            ratings,
            contexts,
            person,
            session,
            separator,
            encoding,
            clock_tag,
        })
    }

    /// The table from its beginning.
    pub(super) fn open<'a>(&self, source: &'a Source<'_>, index: usize) -> io::Result<Delimited<'a>> {
        Delimited::open(source.open(index)?, self.separator, self.encoding)
    }

    /// Whether rows are of several people or sessions.
    pub(super) fn has_groups(&self) -> bool {
        self.person.is_some() || self.session.is_some()
    }

    /// Whether anything is measured, besides answers.
    pub(super) fn has_stream(&self) -> bool {
        !self.values.is_empty()
    }

    /// Whose row it is, and of which session.
    pub(super) fn group(&self, row: &Row<'_>) -> Group {
        let text =
            |column: Option<usize>| column.map(|column| row.text(column).into_owned()).unwrap_or_default();
        (text(self.person), text(self.session))
    }

    /// What is known of the situation of a row.
    pub(super) fn context(&self, row: &Row<'_>) -> BTreeMap<String, String> {
        let known = self.contexts.iter().map(|(name, column)| (name.clone(), row.text(*column).into_owned()));
        known.filter(|(_, text)| !text.is_empty()).collect()
    }

    /// The recording of a group.
    pub(super) fn head(&self, file: &str, (person, session): &Group) -> RecordingHead {
        let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
        let mut id = format!("{NAME}/{stem}");
        let mut tags = BTreeMap::new();
        if self.person.is_some() {
            id = format!("{id}/{person}");
        }
        if self.session.is_some() {
            id = format!("{id}/{session}");
            tags.insert("session".to_owned(), session.clone());
        }
        tags.extend(self.clock_tag.map(|clock| ("clock".to_owned(), clock.to_owned())));
        let channels: Vec<Channel> = self.values.iter().map(|value| value.channel.clone()).collect();
        let stream = Stream { name: "samples".to_owned(), channels, nominal_rate_hz: None };
        RecordingHead {
            id,
            format: NAME.to_owned(),
            subject: if person.is_empty() { stem.to_owned() } else { person.clone() },
            tags,
            streams: if self.has_stream() { vec![stream] } else { Vec::new() },
        }
    }
}

/// How this table's times are read, and what its recordings say of their clock.
fn clock(map: &TableMap, first: &str) -> Result<(Clock, Option<&'static str>), TableMapError> {
    let zone = match &map.time_zone {
        None => TimeZone::UTC,
        Some(name) => TimeZone::get(name)
            .map_err(|_| TableMapError::Unknown { what: "the time zone", value: name.clone() })?,
    };
    let format = map.time_format.or_else(|| format_of(first)).unwrap_or(TimeFormat::Date);
    Ok(match format {
        TimeFormat::UnixS => (Clock::Unix { ns_per_unit: 1_000_000_000 }, None),
        TimeFormat::UnixMs => (Clock::Unix { ns_per_unit: 1_000_000 }, None),
        TimeFormat::UnixUs => (Clock::Unix { ns_per_unit: 1_000 }, None),
        TimeFormat::UnixNs => (Clock::Unix { ns_per_unit: 1 }, None),
        TimeFormat::SinceStart => match map.beginning {
            Some(beginning) => (Clock::Since(beginning), None),
            None => (Clock::Since(Timestamp::from_ns_saturating(0)), Some("relative")),
        },
        TimeFormat::Date => {
            let without_zone = map.time_zone.is_none() && Timestamp::parse(first).is_err();
            (Clock::Wall(zone), without_zone.then_some("local"))
        }
    })
}
