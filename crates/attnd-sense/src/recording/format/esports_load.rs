//! How loaded were players in a match? Sensors of ten players in League of Legends matches: one recording a player and match.
//!
//! Smerdov, Zhou, Lukowicz and Somov 2020, arXiv:2011.00958 (`eSports_Sensors_Dataset`, CC BY 4.0). A folder a match, in it
//! one a player with a CSV file a sensor, at 1 Hz in seconds since the match began, and the player's report after it.
//!
//! The source names no date: matches of a team are laid out by their day and their place in it, two hours each, from 1970
//! on, so that their order is right; the tag `clock` says `relative`, and no time of day can be told from them.

mod describe;
mod report;

use std::collections::BTreeMap;

use attnd_core::problem::Words;
use attnd_core::recording::{RecordingHead, RecordingSink, SinkError, Stream};
use attnd_core::{TimeRange, Timestamp};
use encoding_rs::WINDOWS_1252;

use crate::recording::delimited::{self, Delimited, LineEnd, Number};
use crate::recording::moment::Clock;
use crate::recording::ordered::{Ordered, Tick};
use crate::recording::{ImportError, Problems, Recognised, RecordingReader, Source};
use describe::{channel, stream_of};
use report::{Match, ratings};

/// The reader.
pub const READER: &dyn RecordingReader = &EsportsLoad;

const NAME: &str = "esports-load";
const META: &str = "meta_info.json";
const REPORT: &str = "player_report.json";
const ENVIRONMENT: &str = "environment.csv";
/// What the game and the organisers wrote down; not about a player's attention.
const BESIDE: [&str; 2] = ["replay.json", "players_info.csv"];
const NOMINAL_RATE_HZ: f64 = 1.0;

struct EsportsLoad;

impl RecordingReader for EsportsLoad {
    fn name(&self) -> &'static str {
        NAME
    }

    fn about(&self) -> Words {
        Words {
            en: "eSports sensors: a folder a match, in it a folder a player with a CSV file a sensor",
            zh: "电子竞技传感器数据：每场比赛一个文件夹，其中每名选手一个文件夹、每个传感器一个 CSV 文件",
        }
    }

    fn recognises(&self, path: &str, _head: &[u8]) -> Recognised {
        if Place::of(path).is_some() { Recognised::Here } else { Recognised::Foreign }
    }

    fn read(
        &self,
        source: &Source<'_>,
        mine: &[usize],
        sink: &mut dyn RecordingSink,
        problems: &mut Problems,
    ) -> Result<(), ImportError> {
        let mut matches: BTreeMap<(u64, String), MatchFiles> = BTreeMap::new();
        let mut left_out: BTreeMap<String, u64> = BTreeMap::new();
        for index in mine {
            let Some(place) = Place::of(&source.entries()[*index].place) else { continue };
            if BESIDE.contains(&place.file) {
                continue;
            }
            let files = matches.entry(numbered(place.match_folder)).or_default();
            match (place.player, place.file) {
                (None, META) => files.meta = Some(*index),
                (None, _) => files.environment = Some(*index),
                (Some(player), REPORT) => files.player(player).report = Some(*index),
                (Some(player), file) => match stream_of(file) {
                    Some(_) => files.player(player).sensors.push(*index),
                    None => *left_out.entry(file.to_owned()).or_default() += 1,
                },
            }
        }
        for (file, count) in left_out {
            problems.file(&file, format!("this kind of sensor is not read; {count} files are left out"));
        }
        for ((_, folder), files) in matches {
            read_match(&folder, &files, source, sink, problems)?;
        }
        Ok(())
    }
}

/// Where a file stands: `…/match_3/player_1/gsr.csv`, `…/match_3/meta_info.json`, `…/players_info.csv`.
struct Place<'a> {
    match_folder: &'a str,
    player: Option<&'a str>,
    file: &'a str,
}

impl<'a> Place<'a> {
    fn of(path: &'a str) -> Option<Self> {
        let is = |name: &str, prefix: &str| {
            name.strip_prefix(prefix).is_some_and(|number| number.parse::<u32>().is_ok())
        };
        let mut parts = path.rsplit('/');
        let (file, folder, above) = (parts.next()?, parts.next().unwrap_or(""), parts.next().unwrap_or(""));
        if is(folder, "player_") && (file == REPORT || file.ends_with(".csv")) {
            // A player's folder alone does not say which match it is of.
            let match_folder = if is(above, "match_") { above } else { "match_0" };
            return Some(Self { match_folder, player: Some(folder), file });
        }
        let of_match = is(folder, "match_") && (matches!(file, META | ENVIRONMENT) || BESIDE.contains(&file));
        (of_match || file == "players_info.csv").then_some(Self { match_folder: folder, player: None, file })
    }
}

/// `match_10` after `match_9`.
fn numbered(folder: &str) -> (u64, String) {
    let number = folder.rsplit('_').next().and_then(|number| number.parse().ok()).unwrap_or(u64::MAX);
    (number, folder.to_owned())
}

#[derive(Default)]
struct MatchFiles {
    meta: Option<usize>,
    environment: Option<usize>,
    players: BTreeMap<(u64, String), PlayerFiles>,
}

#[derive(Default)]
struct PlayerFiles {
    report: Option<usize>,
    sensors: Vec<usize>,
}

impl MatchFiles {
    fn player(&mut self, folder: &str) -> &mut PlayerFiles {
        self.players.entry(numbered(folder)).or_default()
    }
}

fn read_match(
    folder: &str,
    files: &MatchFiles,
    source: &Source<'_>,
    sink: &mut dyn RecordingSink,
    problems: &mut Problems,
) -> Result<(), ImportError> {
    let about = Match::read(folder, files.meta, source, problems);
    for ((_, player_folder), player) in &files.players {
        let player_name = player_folder.trim_start_matches("player_");
        let sensors: Vec<usize> = player.sensors.iter().copied().chain(files.environment).collect();
        let streams = streams(source, &sensors, problems);
        let report = report::Report::read(folder, player_folder, player.report, source, problems);
        let mut tags = about.tags();
        tags.insert("match".to_owned(), folder.to_owned());
        tags.insert("player".to_owned(), player_name.to_owned());
        tags.insert("clock".to_owned(), "relative".to_owned());
        tags.extend(report.iter().flat_map(report::Report::tags));
        sink.begin(RecordingHead {
            id: format!("{NAME}/{folder}/{player_folder}"),
            format: NAME.to_owned(),
            subject: about.subject(folder, player_name),
            tags,
            streams: streams.iter().map(|(_, stream)| stream.clone()).collect(),
        })?;
        let mut until = about.range().end();
        for (number, (index, stream)) in streams.iter().enumerate() {
            let rows = Ordered::new(number, stream.channels.len());
            match read_stream(source, *index, rows, about.beginning(), sink, problems) {
                Ok(last) => until = until.max(last),
                Err(Fault::Sink(error)) => return Err(error.into()),
                Err(Fault::File(error)) => {
                    let file = &source.entries()[*index].path;
                    problems.file(file, format!("breaks off: {error}; what came before is kept"));
                }
            }
        }
        let played = TimeRange::new(about.beginning(), until).unwrap_or_else(|_| about.range());
        for rating in ratings(report.as_ref(), played, &about) {
            sink.rating(rating)?;
        }
        sink.end()?;
    }
    Ok(())
}

/// The streams of the files that have a header, with the file of each.
fn streams(source: &Source<'_>, sensors: &[usize], problems: &mut Problems) -> Vec<(usize, Stream)> {
    let mut streams = Vec::new();
    for index in sensors {
        let entry = &source.entries()[*index];
        let name = entry.path.rsplit('/').next().unwrap_or_default();
        let head = source.head(*index).unwrap_or_default();
        let header = delimited::header(&head, b',');
        let Some(stream) = stream_of(name).filter(|_| header.len() > 1 && header[0] == "time") else {
            problems.file(&entry.path, "it has no column 'time' with others after it and is left out");
            continue;
        };
        let channels = header[1..].iter().map(|column| channel(column)).collect();
        streams.push((
            *index,
            Stream { name: stream.to_owned(), channels, nominal_rate_hz: Some(NOMINAL_RATE_HZ) },
        ));
    }
    streams
}

#[derive(Debug, thiserror::Error)]
enum Fault {
    #[error(transparent)]
    File(#[from] std::io::Error),
    #[error(transparent)]
    Sink(#[from] SinkError),
}

/// Passes a sensor's rows on; answers the time of its last.
fn read_stream(
    source: &Source<'_>,
    index: usize,
    mut rows: Ordered,
    beginning: Timestamp,
    sink: &mut dyn RecordingSink,
    problems: &mut Problems,
) -> Result<Timestamp, Fault> {
    let file = source.entries()[index].path.as_str();
    let outcome = pass_rows(source, index, &mut rows, beginning, sink, problems);
    // What was whole before a fault is kept.
    if let Some(rest) = rows.rest() {
        sink.samples(rest)?;
    }
    let (last, backwards) = outcome?;
    if backwards > 0 {
        problems.file(file, format!("{backwards} rows are older than those before them and are left out"));
    }
    Ok(last)
}

fn pass_rows(
    source: &Source<'_>,
    index: usize,
    rows: &mut Ordered,
    beginning: Timestamp,
    sink: &mut dyn RecordingSink,
    problems: &mut Problems,
) -> Result<(Timestamp, u64), Fault> {
    let file = source.entries()[index].path.as_str();
    let mut table = Delimited::open(source.open(index)?, b',', WINDOWS_1252)?;
    let columns = table.header().len();
    let clock = Clock::Since(beginning);
    let (mut last, mut backwards) = (beginning, 0);
    while let Some(row) = table.next()? {
        let line = row.line;
        if row.len() < columns {
            let cut = if row.end == LineEnd::Missing { "the file is cut here" } else { "fields are missing" };
            problems.line(file, line, format!("{cut}; the row is left out"));
            continue;
        }
        let Some(time) = clock.read(&row.text(0)) else {
            problems.line(file, line, "its time is no number of seconds; the row is left out");
            continue;
        };
        if rows.tick(time) != Tick::On {
            backwards += 1;
            continue;
        }
        let mut values = Vec::with_capacity(columns - 1);
        for column in 1..columns {
            values.push(match row.number(column) {
                Number::Is(value) => value,
                Number::Missing => f64::NAN,
                Number::Not => {
                    problems.line(file, line, format!("field {} is no number; taken as missing", column + 1));
                    f64::NAN
                }
            });
        }
        rows.push(time, values);
        last = last.max(time);
        if let Some(chunk) = rows.chunk() {
            sink.samples(chunk)?;
        }
    }
    Ok((last, backwards))
}

#[cfg(test)]
mod tests;
